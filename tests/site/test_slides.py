"""Slides: from each notebook what belongs on them and nothing else, readable, and whole on every slide."""

import functools
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "slides.py"
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def load():
    spec = importlib.util.spec_from_file_location("slides", TOOL)
    slides = importlib.util.module_from_spec(spec)
    sys.modules["slides"] = slides  # its dataclasses look themselves up there
    spec.loader.exec_module(slides)
    return slides


slides = load()
NAMES = [path.stem for path in slides.pages() if path.suffix == ".ipynb"]
each_deck = pytest.mark.parametrize("name", NAMES)


@functools.cache
def decks():
    return {page.name: (page, deck) for page, deck in slides.decks(slides.Book(slides.pages()))}


# --- A small notebook, where all can be said in advance ---

SMALL = [
    "# Step 3: Small\n\n**Is it small?** Yes. See [there](x.ipynb).",
    ("show(picture)", {"data": {"image/png": "UE5H"}, "metadata": {"image/png": {"alt": "A <dot>."}}}),
    ":::{admonition} After this page you can\n- see it;\n- say it.\n\nIt takes a minute.\n:::",
    "## First\n\nLong prose, of which nothing is to be seen on any slide. "
    "All of the {term}`sums <sum>` of this page are\n\n$$\na < b\n$$ (small-one)\n\n"
    "**Bold.** Then, by {eq}`small-one`,\n\n$$\nc\n$$ (small-two)",
    ":::{prf:proposition} It holds\n:label: prop-small\nFor all $x$.\n:::\n\n"
    ":::{prf:proof}\nSecret, {prf:ref}`prop-small`.\n\n$$\nd\n$$ (small-three)\n:::"
    "\n\nBy {prf:ref}`prop-small`:\n\n- one. It is the first.\n- two",
    ("assert f(1) == 1\nprint(f(1))", "1\n"),
    ("print('no check')", "nothing\n"),
    "## What goes wrong\n\n**The sign.** Somebody turns it. The symptom: it rises.",
    ("print(g(1))", "rises\n"),
    "## Check yourself\n\n"
    ":::{quiz}\n:name: q-a\nHow many?\n\n- [ ] six\n\n  Count.\n- [x] seven\n\n  So it is.\n:::\n\n"
    ":::{quiz}\n:name: q-b\nLast?\n\n- [x] yes\n\n  Yes.\n- [ ] no\n\n  No.\n:::",
    "## Exercises\n\n:::{exercise} Try (level 1)\n:label: ex-small\nText.\n:::",
    "```{solution-start} ex-small\n:class: dropdown\n```\n\nHidden.\n\n$$\ne\n$$ (small-four)",
    "```{solution-end}\n```",
    "## Summary\n\n1. It was small.\n2. That is all.\n\nNext comes more.",
]


def cell(content):
    if isinstance(content, str):
        return {"cell_type": "markdown", "source": content}
    source, output = content
    if isinstance(output, str):
        output = {"output_type": "stream", "text": output}
    return {"cell_type": "code", "source": source, "outputs": [{"output_type": "display_data", **output}]}


def deck_of(folder, contents, asked_after=None):
    path = folder / "3_small.ipynb"
    path.write_text(json.dumps({"cells": [cell(content) for content in contents]}), encoding="utf-8")
    book = slides.Book([path])
    return slides.Deck(book.pages[0], book, asked_after or {}).slides


def test_a_small_notebook_becomes_these_slides(tmp_path):
    deck = deck_of(tmp_path, SMALL, {"First": ["q-b"]})
    expected = [
        ("title", "Step 3: Small"),
        ("figure", "Is it small?"),
        ("goals", "After this page you can"),
        ("formula", "First"),
        ("proposition", "It holds"),
        ("formula", "First"),
        ("check", "First"),
        ("ask", ""),
        ("answer", ""),
        ("mistake", "The sign"),
        ("ask", ""),
        ("answer", ""),
        ("summary", "Summary"),
        ("exercises", "Exercises"),
    ]
    assert [(slide.kind, slide.title) for slide in deck] == expected
    _, figure, goals, formula, _, points, check, ask, answer, mistake, *_, summary, exercises = deck
    assert 'alt="A &lt;dot&gt;."' in figure.content
    assert "It takes a minute" not in goals.content
    assert "All of the sums of this page are" in formula.content
    assert r"\[a &lt; b\tag{1}\]" in formula.content
    assert "<strong>Bold.</strong> Then, by (1)," in formula.content
    assert "By “It holds”:" in points.content
    assert "It is the first." in points.content
    assert "assert f(1) == 1" in check.content
    assert "<pre class='output'>1</pre>" in check.content
    assert ask.kicker == "Ask: question 2"
    assert "Yes." not in ask.content
    assert "class='right'" not in ask.content
    assert answer.content.count("class='right'") == 1
    assert "<li class='right'>yes<span class='why'><p>Yes.</p>" in answer.content
    assert "The symptom: it rises." in mistake.content
    assert "turns it" not in mistake.content
    assert "rises</pre>" in mistake.content
    assert summary.content.count("<li>") == 2
    assert "Try (level 1)" in exercises.content
    everything = " ".join(slide.content for slide in deck)
    for absent in ("Secret", "Hidden", "nothing", "Long prose", "Next comes", "{"):
        assert absent not in everything.replace(r"\tag{", "")


def test_what_is_too_long_for_a_slide_is_left_out_or_divided(tmp_path):
    long = "\n".join(f"line {i}" for i in range(40))
    source = "\n".join(f"def f{i}():\n" + "    x = 1\n" * 9 for i in range(5))
    library = {"data": {"text/markdown": f"```python\n{source}```"}, "metadata": {}}
    formulas = "\n\n".join(f"So\n\n$$\n{i} \\\\\n{i} \\\\\n{i}\n$$ (small-{i})" for i in range(6))
    table = "| a | b |\n|---|---|\n" + "".join(f"| row {i} | {i} |\n" for i in range(20))
    tables = [table, f":::{{table}} Title\n:class: wide\n\n{table}:::"]
    code = [("assert 1", long), ("show_source(f)", library)]
    deck = deck_of(tmp_path, [*SMALL[:1], "## Long", *code, formulas, *tables])
    shown = [slide for slide in deck if slide.kind == "table"]
    assert [slide.title for slide in shown] == ["Long", "Long", "Title", "Title"]
    assert [slide.content.count("<td>row") for slide in shown] == [13, 7, 13, 7]
    assert all("<th>a</th>" in slide.content for slide in shown)
    kinds = [slide.kind for slide in deck]
    assert "check" not in kinds
    assert kinds.count("library") == 3
    assert kinds.count("formula") == 3
    functions = " ".join(slide.content for slide in deck if slide.kind == "library")
    assert [functions.count(f"def f{i}()") for i in range(5)] == [1] * 5


@pytest.mark.parametrize("asked_after", [{"Nowhere": ["q-a"]}, {"First": ["q-none"]}])
def test_a_question_that_has_no_place_stops_the_making(tmp_path, asked_after):
    with pytest.raises((slides.Problem, ValueError), match=r"Nowhere|q-none"):
        deck_of(tmp_path, SMALL, asked_after)


def test_what_is_no_page_is_named(tmp_path):
    (tmp_path / "x.ipynb").write_text("{}", encoding="utf-8")
    with pytest.raises(slides.Problem, match=r"x.ipynb: no notebook whose first cell has a title"):
        slides.Page(tmp_path / "x.ipynb")
    answer = subprocess.run(
        [sys.executable, TOOL, "--to", tmp_path, tmp_path / "x.ipynb"], capture_output=True, text=True
    )
    assert answer.returncode == 1
    assert "no notebook of the book" in answer.stderr


# --- The book's own ---


@each_deck
def test_every_question_is_asked_once_and_then_answered(name):
    page, deck = decks()[name]
    kinds = [slide.kind for slide in deck]
    asked = [i for i, kind in enumerate(kinds) if kind == "ask"]
    assert len(asked) == len(page.questions)
    assert [kinds[i + 1] for i in asked] == ["answer"] * len(asked)
    assert kinds.count("answer") == len(asked)
    numbers = sorted(int(deck[i].kicker.split()[-1]) for i in asked)
    assert numbers == list(range(1, len(asked) + 1))
    for i in asked:
        assert "class='why'" not in deck[i].content
        assert "right'" not in deck[i].content
        assert deck[i + 1].content.count("<li class='right'>") == 1


@each_deck
def test_every_chapter_asks_on_the_way(name):
    page, deck = decks()[name]
    if page.step:
        kinds = [slide.kind for slide in deck]
        last_asked = max(i for i, kind in enumerate(kinds) if kind == "ask")
        assert kinds.index("ask") < kinds.index("mistake")
        assert last_asked < kinds.index("mistake")


@each_deck
def test_what_a_page_has_is_on_its_slides(name):
    page, deck = decks()[name]
    kinds = [slide.kind for slide in deck]
    goals = re.findall(r"^:::\{admonition\} .*\n((?:- .*\n)+)", page.text, re.MULTILINE)
    on_slides = [slide.content.count("<li>") for slide in deck if slide.kind == "goals"]
    assert on_slides == [len(re.findall("^- ", points, re.MULTILINE)) for points in goals]
    assert kinds.count("proposition") == page.text.count("{prf:proposition}")
    assert kinds.count("summary") == page.text.count("\n## Summary\n")
    assert ("exercises" in kinds) == ("{exercise}" in page.text)
    pictures = [
        alt for slide in deck if slide.kind == "figure" for alt in re.findall('alt="(.*?)"', slide.content)
    ]
    assert all(len(alt) > 20 for alt in pictures)
    if page.step:
        assert goals
        assert pictures
        assert {"formula", "check", "mistake", "summary", "exercises"} <= set(kinds)


@each_deck
def test_nothing_of_the_source_format_is_left(name):
    _, deck = decks()[name]
    for slide in deck:
        # Formulas and code may hold braces and dollars of their own.
        text = re.sub(
            r"\\\[.*?\\\]|\\\(.*?\\\)|<pre.*?</pre>|<code>.*?</code>", "", slide.content, flags=re.DOTALL
        )
        assert not re.search(r"\{\w|`|\$|\]\(|:::|http", text), text


def test_equations_have_the_numbers_of_the_site(site):
    shown = {}
    for page in site.rglob("*.html"):
        found = re.findall(r'id="equation-([^"]+)">\s*<span class="eqno">\((\d+)\)', page.read_text("utf-8"))
        shown |= {label: int(number) for label, number in found}
    assert len(shown) > 200
    assert {label.lower(): number for label, number in slides.Book(slides.pages()).numbers.items()} == shown


def test_nothing_of_the_key_of_the_concept_inventory_is_on_a_slide():
    key = tomllib.loads((ROOT / "coursework" / "inventory" / "key.toml").read_text(encoding="utf-8"))
    text = " ".join(slides.deck_html(*deck) for deck in decks().values()).lower()
    names = [entry["name"] for entry in key["misconceptions"].values()]
    assert [name for name in [*names, *key["misconceptions"]] if name.lower() in text] == []


def test_equations_on_slides_come_in_order_and_once():
    for name in NAMES:
        _, deck = decks()[name]
        tags = [int(tag) for slide in deck for tag in re.findall(r"\\tag\{(\d+)\}", slide.content)]
        assert tags == sorted(set(tags))


def test_slides_of_one_page_by_the_command(tmp_path):
    command = [sys.executable, TOOL, "--to", tmp_path, ROOT / "book" / "2_logits.ipynb"]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"2_logits.html", "mathjax.js"}
    text = (tmp_path / "2_logits.html").read_text(encoding="utf-8")
    # Nothing from elsewhere: MathJax lies beside the page, and all else is in it.
    assert re.findall(r'src="(?!data:)([^"]*)"', text) == ["mathjax.js"]
    assert not re.search(r"<link|@import|url\(|https?://", text)


# --- In a browser ---


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides")
    subprocess.run([sys.executable, TOOL, "--to", folder], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def browser():
    if BROWSER is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield chromium
        chromium.close()


SPILLS = """() => [...document.querySelectorAll("section")].flatMap((section) => {
  const slide = section.querySelector(".slide"), room = slide.getBoundingClientRect();
  const size = parseFloat(section.querySelector(".content").style.fontSize || "1");
  const spilled = [...slide.querySelectorAll("h1, h2, p, li, pre, img, svg, table")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.top < room.top - 1 || box.bottom > room.bottom + 1
      || box.left < room.left - 1 || box.right > room.right + 1;
  });
  const tiny = [...slide.querySelectorAll("img")].filter((image) => image.clientHeight < 200);
  return spilled.length || tiny.length || size < 0.7 ? [`slide ${section.id}, letters ${size}`] : [];
})"""


@each_deck
def test_everything_fits_on_its_slide(name, made, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    try:
        page.goto((made / f"{name}.html").as_uri())
        page.wait_for_selector("html[data-ready]", timeout=60_000)
        assert page.evaluate(SPILLS) == []
        # A formula that MathJax can't read is shown as an error.
        assert page.locator("[data-mjx-error], merror").count() == 0
        assert said == []
    finally:
        page.close()


def test_keys_and_buttons_turn_the_slides(made, browser):
    page = browser.new_page(viewport={"width": 1000, "height": 700})
    try:
        page.goto((made / "1_initialization.html").as_uri())
        page.wait_for_selector("html[data-ready]", timeout=60_000)
        last = page.locator("section").count()
        steps = [
            ("ArrowRight", 2), ("PageDown", 3), (" ", 4), ("ArrowLeft", 3), ("PageUp", 2),
            ("End", last), ("ArrowDown", last), ("Home", 1), ("ArrowUp", 1),
        ]  # fmt: skip
        for key, number in steps:
            page.keyboard.press(key)
            page.wait_for_function(f"document.querySelector('nav output').value === '{number} / {last}'")
            assert page.evaluate("location.hash") == f"#{number}"
            top = page.locator("section").nth(number - 1).evaluate("e => e.getBoundingClientRect().top")
            assert abs(top) < 2
        page.locator("nav .on").click()
        page.wait_for_function("location.hash === '#2'")
        page.locator("nav .back").click()
        page.wait_for_function("location.hash === '#1'")
    finally:
        page.close()
