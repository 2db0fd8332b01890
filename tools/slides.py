"""Make slides of the notebooks: what a class looks at, in the order of the page, without its prose.

From each page: the question and the picture, the goals, and then, section by section, propositions,
displayed equations with the sentence that leads to them, lists, tables, figures, the library's source and
what checks print; each question where it can be asked, and its answer after it; the summary. Proofs and
solutions stay in the book. The files in _build/slides need a browser and nothing else.
"""

import argparse
import base64
import html
import json
import re
import shutil
import sys
import tomllib
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from sevensteps_figures.style import STEPS

ROOT = Path(__file__).resolve().parent.parent
ASSETS = Path(__file__).resolve().parent / "slides"
# Sections that are not walked through: their questions are asked on the way, their exercises are for later.
LAST = ("Check yourself", "Exercises", "Summary")
# What a slide holds: lines of code, of what is printed, of both; cells of tables; the weight of formulas.
CODE_LINES, PRINTED_LINES, SHARED_LINES, CELLS, WEIGHT = 24, 13, 15, 27, 8

BLOCK = re.compile(
    r"""
      ^(?P<fence>:{3,}|`{3,})\{(?P<name>[\w:-]+)\}[ ]?(?P<argument>.*)\n(?P<inside>(?:.*\n)*?)(?P=fence)[ ]*$
    | ^```.*\n(?:.*\n)*?```[ ]*$
    | ^\$\$\n(?P<equation>(?:.*\n)*?)\$\$(?:[ ]\((?P<label>\S+)\))?[ ]*$
    | ^(?P<level>\#+)[ ](?P<heading>.*)$
    | (?P<table>(?:^\|.*\n?)+)
    | (?P<list>^(?:[-*]|\d+\.)[ ].*(?:\n.+|\n\n(?=(?:[-*]|\d+\.)[ ]|[ ]{2}).+)*)
    | (?P<paragraph>(?:^(?!\$\$|:::|```|\#|\|).+\n?)+)
    """,
    re.MULTILINE | re.VERBOSE,
)
MARKDOWN = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, allow_labels=True)


class Problem(Exception):
    """Something that the person at the keyboard can mend; the message says what."""


@dataclass
class Slide:
    """One slide: its kind, the small line on top, the heading, and the contents as HTML."""

    kind: str
    kicker: str
    title: str
    content: str


# --- The pages, and what their references mean ---


def markdown_of(path):
    """Return the Markdown of a page, which is a notebook or a text."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    return "\n".join("".join(c["source"]) for c in json.loads(text)["cells"] if c["cell_type"] == "markdown")


class Page:
    """A notebook, with the names of what it holds."""

    def __init__(self, path):
        self.path, self.name = path, path.stem
        try:
            self.cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            self.text = markdown_of(path)
            self.title = re.search(r"\A# (.*)$", self.text, re.MULTILINE)[1]
        except (OSError, ValueError, KeyError, TypeError):
            raise Problem(f"{path}: no notebook whose first cell has a title") from None
        self.questions = re.findall(r"^:::\{quiz\}\n:name: (\S+)$", self.text, re.MULTILINE)
        # The number of the chapter; other pages have none.
        self.step = self.name[0] if self.name[0].isdigit() else ""


class Book:
    """All pages in the order of the table of contents, so that references can be spelled out."""

    def __init__(self, paths):
        texts = [markdown_of(path) for path in paths]
        # As Sphinx counts: every labelled equation, through all pages.
        labels = re.findall(r"^\$\$ \((\S+)\)$", "\n".join(texts), re.MULTILINE)
        self.numbers = {label: number for number, label in enumerate(labels, start=1)}
        titled = re.findall(r"^:::\{[\w:]+\} (.+)\n:label: (\S+)$", "\n".join(texts), re.MULTILINE)
        self.titles = {label: re.sub(r" \(level \d\)", "", title) for title, label in titled}
        self.pages = [Page(path) for path in paths if path.suffix == ".ipynb"]

    def spelled(self, text):
        """Replace roles and links by words that mean something on a slide."""

        def role(match):
            name, content = match[1], match[2]
            shown, _, target = content.rstrip(">").rpartition(" <")
            if name == "term":
                return shown or content
            if name == "eq":
                return f"({self.numbers[content]})"
            return shown or f"“{self.titles[target]}”"

        text = re.sub(r" ?\{cite\}`[^`]+`", "", text)
        text = re.sub(r"\{(term|eq|ref|prf:ref)\}`([^`]+)`", role, text)
        return re.sub(r"\[([^\]]+)\]\([^)\s]+\)", r"\1", text)


def to_html(text, book):
    """Return Markdown as HTML, with formulas as MathJax reads them and the equations' own numbers."""

    def formula(tokens, place, *_):
        token = tokens[place]
        content = html.escape(token.content.strip())
        if token.type.startswith("math_inline"):
            return rf"\({content}\)"
        number = rf"\tag{{{book.numbers[token.info]}}}" if token.info else ""
        return rf"\[{content}{number}\]"

    for kind in ("math_inline", "math_block", "math_block_label"):
        MARKDOWN.renderer.rules[kind] = formula
    return MARKDOWN.render(book.spelled(text))


# --- From cells to slides ---


def sentences(text):
    """Split a paragraph into its sentences."""
    return re.split(r"(?<=[.?!:])\s+(?=[A-Z“*$`(\[{])", " ".join(text.split()))


def run_in(paragraph):
    """Return the bold words with which a paragraph begins, and the rest."""
    match = re.match(r"\*\*(.+?[.?!:])\*\*\s*", paragraph)
    return (match[1], paragraph[match.end() :]) if match else ("", paragraph)


def preformatted(text, name="code"):
    """Return code or what it prints as HTML, in smaller letters where its lines are long."""
    name += " long" if max(map(len, text.splitlines())) > 78 else ""
    return f"<pre class='{name}'>{html.escape(text)}</pre>"


class Deck:
    """The slides of one page; `asked_after` names the questions to be asked after a section."""

    def __init__(self, page, book, asked_after):
        self.page, self.book, self.asked_after = page, book, asked_after
        self.slides, self.exercises, self.questions = [], [], {}
        self.section = self.heading = self.summary = ""
        self.sections, self.in_solution = [], False
        self.lead = ""  # the last paragraph, until something has come of it
        self.gathered, self.weight = [], 0  # what waits for its slide
        for cell in page.cells:
            if cell["cell_type"] == "markdown":
                self._read("".join(cell["source"]))
            elif not self.in_solution and self.section not in LAST:
                self._show("".join(cell["source"]), cell["outputs"])
        self._finish()

    def _html(self, text):
        return to_html(text, self.book)

    def _add(self, kind, title, *contents, kicker=""):
        self._flush()
        kicker = f"{self.page.title} · {kicker}" if kicker else self.page.title
        self.slides.append(Slide(kind, kicker, title, "\n".join(contents)))

    def _gather(self, content, weight):
        """Put formulas and lists under one heading on one slide, as long as there is room."""
        if self.weight + weight > WEIGHT:
            self._flush()
        self.gathered.append(content)
        self.weight += weight

    def _flush(self):
        contents, self.gathered, self.weight = self.gathered, [], 0
        if contents:
            self._add("formula", self.heading, *contents)

    def _lead(self, *, first=False):
        """Return the sentence of the last paragraph that leads to what comes next, and its weight.

        A formula follows from the last sentence, a check is announced in the first; a short one brings its
        neighbour along.
        """
        paragraph, self.lead = self.lead, ""
        bold, rest = run_in(paragraph)
        # Small letters begin the end of a sentence that had a formula in it.
        if not paragraph or (first and rest[:1].islower()):
            return "", 0
        said = sentences(rest)
        number = 2 if len(said[0 if first else -1]) < 45 else 1
        text = " ".join(said[:number] if first else said[-number:])
        text = f"**{bold}** {text}" if bold else text
        return f"<div class='lead'>{self._html(text)}</div>", 0.6 + len(text) / 90

    # --- Markdown ---

    def _read(self, text):
        for match in BLOCK.finditer(text):
            found = match.groupdict()
            if found["name"] in ("solution-start", "solution-end"):
                self.in_solution = found["name"] == "solution-start"
            elif self.in_solution:
                continue
            elif found["paragraph"]:
                self._paragraph(found["paragraph"].strip())
            else:
                self._block(found)
                self.lead = ""

    def _paragraph(self, text):
        bold, rest = run_in(text)
        self.lead = text
        if not self.slides:
            self.section = self.heading = bold
            self._add("title", self.page.title, f"<div class='question'>{self._html(bold)}</div>")
            self.slides[0].kicker = "Seven Steps"
        elif self.section.startswith("What goes wrong") and bold:
            symptoms = [each for each in sentences(rest) if "symptom" in each.lower()]
            said = self._html(" ".join(symptoms or sentences(rest)[:2]))
            self._add(
                "mistake", bold.rstrip("."), f"<div class='lead'>{said}</div>", kicker="what goes wrong"
            )

    def _block(self, found):
        if found["level"] in ("##", "###"):
            self._begin(found["level"], found["heading"])
        elif found["name"]:
            inside = re.sub(r"\A(?::\w+:.*\n)+", "", found["inside"])
            self._directive(found, found["argument"].strip(), inside)
        elif self.section == "Summary":
            self.summary = self.summary or found["list"]
        elif self.section in LAST:
            return
        elif found["equation"]:
            self._equation(found["equation"], found["label"])
        elif found["list"]:
            self._points(found["list"])
        elif found["table"]:
            self._table(found["table"], self.heading)

    def _begin(self, level, heading):
        self._flush()
        if level == "##":
            self._ask(self.asked_after.get(self.section, ()))
            self.section = heading
            self.sections.append(heading)
        self.heading = heading

    def _directive(self, found, argument, inside):
        if found["name"] == "admonition":
            goals = "\n".join(line for line in inside.splitlines() if line.startswith("- "))
            self._add("goals" if goals else "note", argument, self._html(goals or inside))
        elif found["name"] == "prf:proposition":
            statement = f"<div class='statement'>{self._html(inside)}</div>"
            self._add("proposition", argument, statement, kicker="proposition")
        elif found["name"] == "table":
            self._table(inside, argument)
        elif found["name"] == "quiz":
            name = re.match(r":name: (\S+)", found["inside"])[1]
            self.questions[name] = inside
        elif found["name"] == "exercise":
            self.exercises.append(argument)

    def _table(self, text, title):
        """Divide a long table, and repeat its head."""
        head, rule, *rows = re.findall(r"^\|.*$", text, re.MULTILINE)
        number = CELLS // (head.count("|") - 1)
        for start in range(0, len(rows), number):
            part = [head, rule, *rows[start : start + number]]
            self._add("table", title, self._html("\n".join(part)))

    def _equation(self, formula, label):
        lead, weight = self._lead()
        lines = 1 + formula.count("\\\\")
        tall = re.search(r"\\d?frac|\\sum|\\prod|\\underbrace", formula)
        end = f"$$ ({label})" if label else "$$"
        self._gather(lead + self._html(f"$$\n{formula}{end}"), weight + lines * (1.5 if tall else 1))

    def _points(self, text):
        """Keep the first sentence of each point, and more where they are short."""
        lead, weight = self._lead()
        kept = []
        for item in re.split(r"^(?:[-*]|\d+\.) ", text, flags=re.MULTILINE)[1:]:
            first, *more = sentences(item)
            while more and len(first) + len(more[0]) < 120:
                first = f"{first} {more.pop(0)}"
            kept.append(first)
        mark = "1. " if text[0].isdigit() else "- "
        weight += sum(1 + len(item) // 75 for item in kept)
        self._gather(lead + self._html("\n".join(mark + item for item in kept)), weight)

    # --- Code ---

    def _show(self, source, outputs):
        printed = "".join("".join(each["text"]) for each in outputs if each["output_type"] == "stream")
        for output in outputs:
            data = output.get("data", {})
            if "image/png" in data:
                alt = output["metadata"].get("image/png", {}).get("alt", "")
                self._figure("".join(data["image/png"]), alt)
                printed = ""  # the figure says it
            elif "text/markdown" in data:
                self._library("".join(data["text/markdown"]).strip())
        if printed.strip():
            self._printed(source.strip(), printed.rstrip())

    def _figure(self, png, alt):
        # Decoded once, so that nothing but a picture can come out of the notebook.
        data = base64.b64encode(base64.b64decode(png)).decode()
        self._add(
            "figure", self.heading, f'<img src="data:image/png;base64,{data}" alt="{html.escape(alt)}">'
        )

    def _library(self, text):
        """Put the functions of the library on slides, several on one where they are short."""
        functions = re.split(r"\n+(?=@|def |class )", re.sub(r"\A```\w*\n|\n```\Z", "", text))
        pages = [""]
        for function in functions:
            together = f"{pages[-1]}\n\n{function}".strip()
            if together.count("\n") < CODE_LINES:
                pages[-1] = together
            else:
                pages.append(function)
        for code in filter(None, pages):
            self._add("library", self.heading, preformatted(code), kicker="the library")

    def _printed(self, source, printed):
        """Show what a check prints, and its code where both have room."""
        lines, last = printed.count("\n") + 1, self.slides[-1]
        output = preformatted(printed, "output")
        if lines > PRINTED_LINES:
            return
        if last.kind == "mistake" and "<pre" not in last.content and not self.gathered:
            last.content += output
        elif "assert" in source or "naive" in source:
            lead, _ = self._lead(first=True)
            code = preformatted(source) if source.count("\n") + 1 + lines <= SHARED_LINES else ""
            self._add("check", self.heading, lead, code, output, kicker="check")

    # --- Questions and the end ---

    def _ask(self, names):
        for name in names:
            # Questions stand at the end of their page, so their text comes later.
            number = self.page.questions.index(name) + 1
            self.slides.append(Slide("ask", f"Ask: question {number}", "", name))
            self.slides.append(Slide("answer", "Answer", "", name))

    def _question(self, text, *, answered):
        stem, *options = re.split(r"^- (?=\[[ xX]\] )", text, flags=re.MULTILINE)
        items = []
        for option in options:
            answer, _, why = option[4:].partition("\n\n")
            said = re.sub(r"</?p>", "", self._html(answer)).strip()
            if answered:
                said += f"<span class='why'>{self._html(why)}</span>"
            right = " class='right'" if answered and option[1] != " " else ""
            items.append(f"<li{right}>{said}</li>")
        return f"<div class='question'>{self._html(stem)}</div><ol class='options'>{''.join(items)}</ol>"

    def _finish(self):
        self._flush()
        self._ask(self.asked_after.get(self.section, ()))
        placed = [name for names in self.asked_after.values() for name in names]
        strangers = {*self.asked_after, *placed} - {*self.sections, *self.page.questions}
        if strangers:
            raise Problem(
                f"questions.toml, {self.page.name}: not on the page: {', '.join(sorted(strangers))}"
            )
        self._ask([name for name in self.page.questions if name not in placed])
        for slide in self.slides:
            if slide.kind in ("ask", "answer"):
                text = self.questions[slide.content]
                slide.content = self._question(text, answered=slide.kind == "answer")
        if self.summary:
            self._add("summary", "Summary", self._html(self.summary))
        if self.exercises:
            self._add("exercises", "Exercises", self._html("".join(f"- {each}\n" for each in self.exercises)))


# --- From slides to files ---

PAGE = """<!doctype html>
<html lang="en-GB" class="{step}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title} · slides</title>
<style>
{style}</style>
{body}
"""
SCRIPTS = """<nav aria-label="Slides">
<output>1</output>
<button class="back" aria-label="Back">←</button><button class="on" aria-label="On">→</button>
</nav>
<script>window.MathJax = {{ options: {{ enableMenu: false }}, svg: {{ fontCache: "global" }} }};</script>
<script src="mathjax.js"></script>
<script>
{script}</script>"""


def deck_html(page, slides):
    """Return the file of one deck."""
    sections = []
    for number, slide in enumerate(slides, start=1):
        level = "h1" if slide.kind == "title" else "h2"
        title = to_inline(slide.title)
        sections.append(
            f'<section id="{number}" aria-label="Slide {number} of {len(slides)}">'
            f'<div class="slide {slide.kind}"><p class="kicker">{to_inline(slide.kicker)}</p>'
            + (f"<{level}>{title}</{level}>" if title else "")
            + f'<div class="content">{slide.content}</div></div></section>'
        )
    script = (ASSETS / "deck.js").read_text(encoding="utf-8")
    body = "<main>\n" + "\n".join(sections) + "\n</main>\n" + SCRIPTS.format(script=script)
    step = f"step-{page.step}" if page.step else ""
    return PAGE.format(step=step, title=html.escape(page.title), style=style(), body=body)


def style():
    """Return the look of the decks, each step in its colour."""
    steps = [f".step-{number} {{ --accent: {colour}; }}\n" for number, colour in enumerate(STEPS, start=1)]
    return (ASSETS / "deck.css").read_text(encoding="utf-8") + "".join(steps)


def to_inline(text):
    """Return a heading as HTML; formulas in it are left to MathJax."""
    return re.sub(r"\$(.+?)\$", r"\\(\1\\)", re.sub(r"`(.+?)`", r"<code>\1</code>", html.escape(text)))


def index_html(decks):
    """Return the list of all decks."""
    items = "\n".join(
        f'<li><a href="{page.name}.html">{html.escape(page.title)}</a> ({len(slides)} slides)</li>'
        for page, slides in decks
    )
    body = f"""<main class="list">
<h1>Slides</h1>
<ul>
{items}
</ul>
<p><kbd>→</kbd> on, <kbd>←</kbd> back, <kbd>Home</kbd> first, <kbd>End</kbd> last, <kbd>f</kbd> full screen.
Printed to a file, a deck becomes a PDF with a page for each slide.</p>
</main>"""
    return PAGE.format(step="", title="Seven Steps", style=style(), body=body)


def pages():
    """Return the files of all pages, in the order of the table of contents."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    names = [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]
    return [next(ROOT.glob(f"{name}.[im]*")) for name in names]


def decks(book):
    """Return the slides of each page of the book."""
    asked_after = tomllib.loads((ASSETS / "questions.toml").read_text(encoding="utf-8"))
    return [(page, Deck(page, book, asked_after.get(page.name, {})).slides) for page in book.pages]


def main():
    """Write the decks of the notebooks named on the command line, or of all below book/."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", type=Path, metavar="NOTEBOOK")
    parser.add_argument("--to", type=Path, default=ROOT / "_build" / "slides", metavar="FOLDER")
    arguments = parser.parse_args()
    wanted = {path.resolve() for path in arguments.names}
    try:
        made = decks(Book(pages()))
        unknown = wanted - {page.path for page, _ in made}
        if unknown:
            raise Problem(f"no notebook of the book: {', '.join(map(str, sorted(unknown)))}")
    except Problem as problem:
        sys.exit(str(problem))
    made = [(page, slides) for page, slides in made if not wanted or page.path in wanted]
    arguments.to.mkdir(parents=True, exist_ok=True)
    package = distribution("sphinx-mathjax-offline")
    mathjax = package.locate_file("sphinx-mathjax-offline/static/mathjax/tex-svg.js")
    shutil.copy(mathjax, arguments.to / "mathjax.js")
    for page, slides in made:
        (arguments.to / f"{page.name}.html").write_text(deck_html(page, slides), encoding="utf-8")
        print(f"{page.name}: {len(slides)} slides", flush=True)
    if not wanted:
        (arguments.to / "index.html").write_text(index_html(made), encoding="utf-8")
    print(f"Open {arguments.to / 'index.html'}")


if __name__ == "__main__":
    main()
