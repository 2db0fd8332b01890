"""What the pages for instructors say of the chapters is true of them."""

import json
import re
from pathlib import Path

import pytest
import sevensteps

BOOK = Path(__file__).resolve().parents[2] / "book"
SYLLABUS = (BOOK / "teach" / "syllabus.md").read_text(encoding="utf-8")
PAGES = sorted((BOOK / "teach").glob("*.md"))
# Page, chapters that it uses, skills.
ROWS = re.findall(r"^\| (?:\d )?\[[^\]]+\]\(\.\./(\S+)\.ipynb\) \| (\S[^|]*) \| ", SYLLABUS, re.MULTILINE)
LABEL = re.compile(r"^:(?:label|name): (\S+)$|^\$\$ \((\S+)\)$", re.MULTILINE)


def cells(page, kind):
    notebook = json.loads((BOOK / f"{page}.ipynb").read_text(encoding="utf-8"))
    return "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == kind)


CHAPTERS = sorted(path.stem for path in BOOK.glob("[1-7]_*.ipynb"))
HOME = {
    first or second: chapter
    for chapter in CHAPTERS
    for first, second in LABEL.findall(cells(chapter, "markdown"))
}


def test_the_table_has_every_chapter():
    assert [page for page, _ in ROWS if page[0].isdigit()] == CHAPTERS
    assert len(ROWS) > len(CHAPTERS)


@pytest.mark.parametrize(("page", "uses"), ROWS, ids=[page for page, _ in ROWS])
def test_the_table_says_what_a_page_uses(page, uses):
    text = cells(page, "markdown")
    referred = re.findall(r"\{(?:eq|ref|prf:ref)\}`(?:[^`<]*<)?([^`>]+)>?`", text)
    used = {HOME[label] for label in referred if label in HOME}
    used |= {Path(link).stem for link in re.findall(r"\]\((\S+)\.ipynb\)", text)} & set(CHAPTERS)
    earlier = sorted(chapter[0] for chapter in used if not page[0].isdigit() or chapter < page)
    assert ", ".join(earlier) == uses.replace("–", "")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_names_are_public_and_explained_in_their_chapter(chapter):
    (line,) = re.findall(rf"^{chapter[0]}\. (`.*)$", SYLLABUS, re.MULTILINE)
    names = re.findall(r"`(\w+)`", line)
    text = cells(chapter, "code") + cells(chapter, "markdown")
    for name in names:
        assert hasattr(sevensteps, name)
        assert re.search(rf"\bss\.{name}\b|`{name}`", text), name


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_sections_that_are_named_exist(path):
    headings = []
    for page, _ in ROWS:
        text = cells(page, "markdown")
        headings += re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        headings += re.findall(r"^:::\{prf:proposition\} (.*)$", text, re.MULTILINE)
    _, _, body = path.read_text(encoding="utf-8").split("---\n", 2)
    named = set(re.findall(r'"([A-Z][^"]+)"', body))
    assert {name for name in named if not any(heading.startswith(name) for heading in headings)} == set()
