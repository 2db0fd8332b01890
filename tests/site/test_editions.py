"""The PDF and the EPUB: nothing of the book is missing in them, and nothing in them needs a screen."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import editions
import epub as binder
import pdf as printer
import pikepdf
import pytest
import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
JAR = Path("/usr/share/java/epubcheck.jar")
RAW_TEX = re.compile(r"\$\$|\\(?:frac|begin|\(|\[)")


def need(package, found):
    """Skip the test where a program is missing and Debian's package of it can't be installed."""
    if not found() and shutil.which("apt-get") and os.geteuid() == 0:
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", package]):
            subprocess.run(["apt-get", *command], check=False, stdout=subprocess.DEVNULL)
    if not found():
        pytest.skip(f"{package} is not installed")


@pytest.fixture(scope="module")
def book(site, pages):
    """Return the article of each page of the book, in order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [toc["root"], *re.findall(r'"file": "([^"]+)"', json.dumps(toc))]
    return [BeautifulSoup(pages[site / f"{file}.html"].text, "html.parser").article for file in files]


@pytest.fixture(scope="module")
def titles(book):
    """Return the title of each chapter but the first, which has the whole book's on the site."""
    headings = [
        page.h1.find_all(string=lambda text: "headerlink" not in text.parent.get("class", ()))
        for page in book
    ]
    return [" ".join("".join(texts).split()) for texts in headings[1:]]


def pictures(site, book, suffixes):
    """Return how many different pictures of some kinds the pages show."""
    names = {Path(image["src"]).name for page in book for image in page.find_all("img")}
    contents = [(site / "_images" / name).read_bytes() for name in names if name.endswith(suffixes)]
    return len({hashlib.sha256(content).digest() for content in contents})


def only_in_code(text, book):
    """Say whether a text has no TeX in it but what the book's code shows."""
    code = "".join(block.get_text() for page in book for block in page.find_all(["pre", "code"]))
    return all(text.count(sign) <= code.count(sign) for sign in set(RAW_TEX.findall(text)))


# --- PDF --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pdf(edition):
    try:
        printer.browser()
    except editions.BrokenBook as missing:
        pytest.skip(str(missing))
    with pikepdf.open(edition("pdf")) as file:
        yield file


@pytest.fixture(scope="module")
def printed(pdf):
    """Return the text of each page."""
    need("poppler-utils", lambda: shutil.which("pdftotext"))
    command = ["pdftotext", "-layout", pdf.filename, "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\f")


@pytest.fixture(scope="module")
def starts(pdf):
    """Return the number of the page on which each chapter starts, by its id."""
    numbers = {page.objgen: number for number, page in enumerate(pdf.pages, start=1)}
    places = {name[1:]: numbers[place[0].objgen] for name, place in pdf.Root.Dests.items()}
    return {name: number for name, number in places.items() if re.fullmatch(r"page-[^.]*|solutions", name)}


def test_the_pdf_has_all_chapters_each_on_new_pages(pdf, starts, titles):
    assert len(starts) == len(titles) + 2  # the first one, and the solutions
    assert len(set(starts.values())) == len(starts)
    assert 5 * len(starts) < len(pdf.pages) < 100 * len(starts)


def test_the_contents_of_the_pdf_name_the_pages(printed, starts, titles):
    first = min(starts.values())
    contents = " ".join(" ".join(printed[:first]).split())
    for title, number in zip([*titles, editions.SOLUTIONS], sorted(starts.values())[1:], strict=True):
        assert f"{title} {number} " in contents
        assert title in " ".join(printed[number - 1].split())


def test_the_pdf_shows_formulas_and_no_tex(printed, book):
    assert only_in_code("".join(printed), book)


def test_the_pdf_has_every_picture(pdf, site, book):
    drawn = [form for page in pdf.pages for form in page.Resources.get("/XObject", {}).values()]
    # An SVG is drawn with lines and letters like the text.
    assert len({form.objgen for form in drawn if form.Subtype == "/Image"}) == pictures(site, book, ".png")


def test_links_in_the_pdf_lead_to_places_in_it_or_to_the_web(pdf):
    links = [note for page in pdf.pages for note in page.get("/Annots", []) if note.Subtype == "/Link"]
    inside = [link.Dest for link in links if "/Dest" in link]
    assert len(inside) > len(pdf.pages)
    assert [place for place in inside if place not in pdf.Root.Dests] == []
    addresses = [str(link.A.URI) for link in links if "/Dest" not in link]
    assert [address for address in addresses if not address.startswith(("http:", "https:"))] == []


def test_the_outline_of_the_pdf_has_the_chapters(pdf, titles):
    with pdf.open_outline() as outline:
        names = [entry.title for entry in outline.root]
    assert [name for name in titles if name not in names] == []


# --- EPUB -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def epub(edition):
    with zipfile.ZipFile(edition("epub")) as file:
        yield {name: file.read(name) for name in file.namelist()}


@pytest.fixture(scope="module")
def texts(epub):
    """Return the files of the EPUB that are read."""
    return {
        name: BeautifulSoup(text.decode(), "html.parser")
        for name, text in epub.items()
        if name.endswith(".xhtml")
    }


def test_epubcheck_finds_nothing(edition):
    need("default-jre-headless", lambda: shutil.which("java"))
    need("epubcheck", JAR.is_file)
    answer = subprocess.run(["java", "-jar", JAR, edition("epub")], capture_output=True, text=True)
    assert "No errors or warnings detected" in answer.stdout + answer.stderr, answer.stdout + answer.stderr


def test_the_epub_has_all_chapters_in_order(texts, titles):
    links = texts["book/nav.xhtml"].find_all("a", href=lambda address: "#" not in address)
    assert [link.get_text() for link in links] == ["About this book", *titles, editions.SOLUTIONS]
    headings = [page.h1.get_text() for page in texts.values() if page.h1]
    assert headings == ["Contents", "About this book", *titles, editions.SOLUTIONS]


def test_the_epub_has_every_formula_as_mathml_and_no_tex(texts, book):
    boxes = [box for page in texts.values() for box in page.select(".math")]
    assert len(boxes) == sum(len(page.select(".math")) for page in book)
    assert [box for box in boxes if box.math is None] == []
    assert only_in_code("".join(page.get_text() for page in texts.values()), book)
    # What the converter does not know it writes as it stands.
    strange = [
        part for box in boxes for part in box.find_all(["mi", "mo", "mtext"], string=re.compile(r"[\\&]"))
    ]
    assert strange == []


def test_the_epub_has_every_picture_with_its_words(epub, texts, book):
    words = {
        Path(image["src"]).name: image["alt"]
        for name, page in texts.items()
        if name != "book/cover.xhtml"
        for image in page.find_all("img")
    }
    on_site = {Path(image["src"]).name: image["alt"] for page in book for image in page.find_all("img")}
    assert words == on_site
    assert [name for name in words if f"book/images/{name}" not in epub] == []


def test_nothing_in_the_epub_has_to_be_clicked_and_no_answer_is_lost(texts, book):
    assert [page for page in texts.values() if page.find(["input", "button", "script", "details"])] == []
    on_site = {
        kind: sum(len(page.select(kind)) for page in book) for kind in ("fieldset.quiz", "div.solution")
    }
    questions = [page.select(".question") for page in texts.values()]
    solutions = texts["book/solutions.xhtml"].select("div.solution")
    assert sum(map(len, questions)) == on_site["fieldset.quiz"] > 0
    assert len(solutions) == on_site["fieldset.quiz"] + on_site["div.solution"]
    assert len(texts["book/solutions.xhtml"].find_all("strong", string="Right.")) == on_site["fieldset.quiz"]


# --- What both are made of --------------------------------------------------------------------------------


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Return a function that reads a book of one page."""
    monkeypatch.setattr(editions, "ROOT", tmp_path)
    monkeypatch.setattr(editions, "HTML", tmp_path)
    (tmp_path / "_toc.yml").write_text("root: index\nparts: []\n", encoding="utf-8")
    shutil.copy(ROOT / "_config.yml", tmp_path)

    def read(body):
        html = f'<article class="bd-article"><h1>Book</h1><p class="tagline">One.</p>{body}</article>'
        (tmp_path / "index.html").write_text(html, encoding="utf-8")
        return editions.read_book().chapters

    return read


def test_a_dead_link_and_a_solution_of_nothing_stop_the_editions(small):
    small('<p id="here"><a href="#here">there</a> <a href="search.html">gone</a></p>')
    with pytest.raises(editions.BrokenBook, match="nowhere"):
        small('<a href="#nowhere">there</a>')
    with pytest.raises(editions.BrokenBook, match="links no exercise"):
        small('<div class="solution" id="s"><p>Seven.</p></div>')


def test_a_solution_moves_to_the_end_and_both_link_each_other(small):
    page, last = small(
        '<div class="exercise" id="e">How many?</div>'
        '<div class="solution" id="s"><p><a href="#e">Exercise</a></p>Seven.</div>'
    )
    assert "Seven" not in page.body.get_text()
    assert page.body.select_one(".exercise a")["href"] == "#page-index.s"
    assert last.body.select_one(".solution a")["href"] == "#page-index.e"


def test_a_sign_stays_with_its_formula(small):
    page, _ = small(
        r'<p>Let <span class="math">\(x\)</span>, the <span class="math">\(n\)</span>-th, be.</p>'
    )
    kept = [span.get_text() for span in page.body.select(".nowrap")]
    assert kept == [r"\(x\),", r"\(n\)-th"]
    assert page.body.p.get_text() == r"Let \(x\), the \(n\)-th, be."


def test_a_box_that_is_no_formula_is_named(small):
    page, _ = small('<div class="math">x</div>')
    with pytest.raises(editions.BrokenBook, match="no formula"):
        binder.mathml(page)
