"""The marks beside checked equations, and the pages of their checks."""

import importlib
import re
import sys
from pathlib import Path

import equations
import pytest
from bs4 import BeautifulSoup
from equations.printed import displayed, pages as sources

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "book" / "equations"


@pytest.fixture
def parts(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    import checked

    yield checked.parts
    del sys.modules["checked"]


@pytest.fixture(scope="module")
def soups(site):
    """Return the pages with equations and those with checks, by their place in the book."""
    names = [page for page, text in sources().items() if displayed(page, text)]
    names += [f"checks/{path.stem}" for path in (site / "book" / "checks").glob("*.html")]
    return {
        name: BeautifulSoup((site / "book" / f"{name}.html").read_text("utf-8"), "html.parser")
        for name in names
    }


@pytest.fixture(scope="module")
def checks():
    for path in FOLDER.glob("*.py"):
        importlib.import_module(f"equations.{path.stem}")
    return equations.CHECKS


def test_every_checked_equation_has_its_mark_and_no_other(soups, checks):
    marked = {}
    for page in soups.values():
        for mark in page.select("a.checked"):
            label = mark["href"].partition("#")[2]
            assert mark.find_parent("div")["id"] == f"equation-{label}"
            marked[label] = mark
    assert marked.keys() == checks.keys()


def test_marks_and_checks_lead_to_each_other(soups):
    """Follow each mark to its check and the link there back to the equation: the numbers agree."""
    for page, soup in soups.items():
        for mark in soup.select("a.checked"):
            place, _, label = mark["href"].partition("#")
            there = soups[re.search(r"checks/\w+", place)[0]].find(id=label)
            assert there["href"].endswith(f"{page}.html#equation-{label}")
            assert mark["aria-label"] == f"Equation {there.string} is checked"
            program = there.find_parent("h2").find_next_sibling("div").get_text()
            assert f'@check("{label}"' in program


def test_the_pages_show_the_whole_of_each_module(soups):
    for path in FOLDER.glob("*.py"):
        source = path.read_text("utf-8")
        page = soups.get(f"checks/{path.stem}", soups["checks/common"])
        shown = "\n".join(block.get_text() for block in page.select("div.highlight pre"))
        assert {line for line in source.splitlines() if line} <= set(shown.splitlines()), path


def test_a_module_is_cut_at_its_checks(parts):
    first, last = '"""One."""\n\nX = 1', "# Help.\nY = 2"
    two = '@check("a", tex="")\n@check("b", tex="")\ndef f(rng):\n    pass'
    assert parts(f"{first}\n\n\n{two}\n\n\n{last}\n") == [([], first), (["a", "b"], two), ([], last)]
