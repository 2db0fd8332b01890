"""The built site as one book: what the PDF and the EPUB are made of.

The pages are taken as they were built, so numbers, citations and links are those of the site. What needs a
mouse there gets the form of a printed book: the answers to the self-check questions and the solutions of the
exercises move to the end.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import sevensteps
import yaml
from bs4 import BeautifulSoup, NavigableString, Tag

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
SOLUTIONS = "Answers and solutions"
# What is there for the screen: buttons and their scripts, and the sentence that offers these editions.
SCREEN_ONLY = "script, style, button, nav, dialog, template, .headerlink, .screen-only"
SIGN = re.compile(r"-\w+|[^\s\w(\[“‘]+")
# Parsers of HTML forget the capitals, without which an SVG in XHTML is drawn another way.
CAPITALS = {
    name.lower(): name
    for name in (
        "viewBox", "preserveAspectRatio", "refX", "refY", "markerWidth", "markerHeight", "gradientUnits",
        "gradientTransform", "patternUnits", "textLength", "lengthAdjust", "pathLength", "clipPathUnits",
        "linearGradient", "radialGradient", "clipPath", "textPath",
    )
}  # fmt: skip


class BrokenBook(Exception):
    """The pages are not what this program expects of them."""


@dataclass
class Book:
    """What stands on the cover, and the chapters in order."""

    title: str
    tagline: str
    author: str
    version: str
    language: str
    chapters: list


@dataclass
class Chapter:
    """A page of the book: its part, its title, and a <section> whose ids are unique in the book."""

    part: str
    title: str
    body: Tag

    @property
    def id(self):
        """Return the id of the whole chapter."""
        return self.body["id"]


def read_book():
    """Return the book as the built site has it, with the answers and solutions as its last chapter."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    pages = [("", toc["root"])]
    for part in toc["parts"]:
        pages += [(part["caption"], file) for file in files(part["chapters"])]
    keys = {(HTML / f"{file}.html").resolve(): key(file) for _, file in pages}
    chapters = [chapter(part, path, keys) for (part, _), path in zip(pages, keys, strict=True)]
    chapters.append(solutions(chapters))
    check_links(chapters)
    # The landing page opens with what stands on the cover.
    opening = chapters[0]
    tagline = opening.body.select_one(".tagline").extract().get_text().strip()
    opening.title = opening.body.h1.string = "About this book"
    language = config["sphinx"]["config"]["language"]
    return Book(config["title"], tagline, config["author"], sevensteps.__version__, language, chapters)


def files(entries):
    """Yield the files of a table of contents, however deep."""
    for entry in entries:
        if "file" in entry:
            yield entry["file"]
        yield from files(entry.get("sections", []))


def key(file):
    """Return what the ids of a page begin with."""
    return re.sub(r"\W+", "-", "page-" + file.removeprefix("book/"))


def chapter(part, path, keys):
    """Read one page."""
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    article = soup.select_one("article.bd-article")
    if article is None or article.h1 is None:
        raise BrokenBook(f"{path} is no page of the site")
    for element in article.select(SCREEN_ONLY):
        element.decompose()
    mend_svg(article)
    mend_lists(article)
    for quiz in article.select("fieldset.quiz"):
        quiz.replace_with(question(quiz))
    keep_punctuation(article)
    make_ids_unique(article, keys[path])
    resolve(article, path, keys)
    article.name, article.attrs = "section", {"class": ["chapter"], "id": keys[path]}
    title = " ".join(article.h1.get_text().split())
    return Chapter(part, title, article.extract())


def mend_svg(article):
    """Give the names in drawings their capitals back; their links stand in the text too."""
    for drawing in article.find_all("svg"):
        for link in drawing.find_all("a"):
            link.name = "g"
            del link["href"]
            # A group of links for the screen reader; without them it is one picture.
            drawing["role"] = "img"
        for element in [drawing, *drawing.find_all(True)]:
            element.name = CAPITALS.get(element.name, element.name)
            element.attrs = {CAPITALS.get(name, name): value for name, value in element.attrs.items()}


def mend_lists(article):
    """Mend lists of the library reference: Sphinx writes some that browsers only forgive."""
    for paragraph in article.select("p:has(> ul)"):
        paragraph.unwrap()


def keep_punctuation(article):
    """Keep the sign after a formula on its line: to a browser a formula is a box, with a break behind it."""
    for formula in article.select("span.math"):
        behind = formula.next_sibling
        if isinstance(behind, NavigableString) and (sign := SIGN.match(behind)):
            behind.replace_with(behind[sign.end() :])
            formula.wrap(tag("span", classes=["nowrap"])).append(sign[0])


def make_ids_unique(article, prefix):
    """Begin every id with the page's, and drop those that stand twice: no link can mean them."""
    seen = set()
    for element in article.find_all(id=True):
        name = anchor(prefix, element["id"])
        if name in seen:
            del element["id"]
        else:
            element["id"] = name
            seen.add(name)


def anchor(prefix, name):
    """Return an id for the whole book, of letters that XML allows."""
    return prefix + "." + re.sub(r"[^\w.-]", "_", name) if name else prefix


def resolve(article, path, keys):
    """Let links lead into the book and pictures name their files. What the book lacks is no link in it."""
    for link in article.find_all("a", href=True):
        address, name = urldefrag(link["href"])
        if urlsplit(address).scheme:
            continue
        target = (path.parent / unquote(address)).resolve() if address else path
        if target in keys:
            link["href"] = "#" + anchor(keys[target], unquote(name))
        else:
            link.unwrap()
    for image in article.find_all("img"):
        image["src"] = str((path.parent / unquote(image["src"])).resolve())
        # What serves while a page loads.
        for name in ("loading", "width", "height"):
            image.attrs.pop(name, None)


def check_links(chapters):
    """Refuse a book with a link that leads nowhere or an id that stands twice."""
    ids = [
        element["id"] for chapter in chapters for element in [chapter.body, *chapter.body.find_all(id=True)]
    ]
    if len(ids) != len(set(ids)):
        raise BrokenBook(f"ids that stand twice: {sorted({name for name in ids if ids.count(name) > 1})}")
    links = {link["href"] for chapter in chapters for link in chapter.body.find_all("a", href=True)}
    if dead := sorted(link for link in links if link.startswith("#") and link[1:] not in set(ids)):
        raise BrokenBook(f"links that lead nowhere: {dead}")


def sections(chapter):
    """Yield the id and the title of each section of a chapter, as its table of contents has them."""
    for heading in chapter.body.find_all("h2"):
        if heading.parent.get("id"):
            yield heading.parent["id"], " ".join(heading.get_text().split())


def style(name):
    """Return a style sheet: the colours of code on the site, what the editions share, what one has alone."""
    colours = (HTML / "_static" / "pygments.css").read_text(encoding="utf-8")
    light = re.findall(r'^html\[data-theme="light"\] (\.highlight .*)$', colours, re.MULTILINE)
    sheets = [(ROOT / "tools" / sheet).read_text(encoding="utf-8") for sheet in ("editions.css", name)]
    return "\n".join([*light, *sheets])


# --- Questions, exercises and what comes of them ----------------------------------------------------------


def tag(name, *children, classes=(), **attributes):
    """Return a new element."""
    element = BeautifulSoup("", "html.parser").new_tag(name, attrs=attributes)
    if classes:
        element["class"] = list(classes)
    element.extend(children)
    return element


def forward(address, text):
    """Return the line that leads to what was moved to the end."""
    return tag("p", tag("a", text, href=address, classes=["page-ref"]), classes=["forward"])


def question(quiz):
    """Return a question and the list of its answers, and behind them the explanations, which will move."""
    name, number = quiz["id"], quiz.legend.get_text()
    asked, explained, right = tag("ol", classes=["letters"]), tag("ol", classes=["letters"]), ""
    for letter, answer in zip("ABCDEFGH", quiz.select(".quiz-answer"), strict=False):
        asked.append(tag("li", *list(answer.label.children)))
        explained.append(tag("li", *list(answer.select_one(".quiz-explanation").children)))
        if "quiz-right" in answer["class"]:
            right = letter
    back = tag("a", number, href=f"#{name}", classes=["page-ref"])
    return tag(
        "div",
        tag("p", number, classes=["title"]),
        *list(quiz.select_one(".quiz-question").children),
        asked,
        forward(f"#{name}-answer", "Answer"),
        tag(
            "div",
            tag("p", back, f": {right} is right", classes=["title"]),
            explained,
            classes=["solution"],
            id=f"{name}-answer",
        ),
        classes=["question"],
        id=name,
    )


def solutions(chapters):
    """Move the answers and solutions out of the chapters into one of their own."""
    body = tag("section", tag("h1", SOLUTIONS), classes=["chapter"], id="solutions")
    for chapter in chapters:
        moved = [solution.extract() for solution in chapter.body.select("div.solution")]
        for solution in moved:
            # Its title links what it answers.
            link = solution.select_one("a")
            asked = link and chapter.body.find(id=link["href"][1:])
            if asked is None:
                raise BrokenBook(f"a solution on page {chapter.title!r} links no exercise: {solution['id']}")
            if "exercise" in asked["class"]:
                link["class"] = ["page-ref"]
                asked.append(forward("#" + solution["id"], "Solution"))
        if moved:
            body.append(tag("section", tag("h2", chapter.title), *moved, id=f"solutions.{chapter.id}"))
    return Chapter("", SOLUTIONS, body)
