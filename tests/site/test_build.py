"""The build: it stops at a warning, stops again the second time, and shows what the pages say."""

import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QUIZ = """
:::{{quiz}}
:name: q-one
How many steps are there?

{answers}
:::
"""
GOOD = """
- [ ] six

  Count $2 + 5$ again.
- [x] seven

  See `_toc.yml`.
"""


@pytest.fixture
def small(tmp_path, house):
    """Return a function that builds a book of one page, with our own configuration and extensions."""
    for name in ("_config.yml", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("_ext", "_static"):
        shutil.copytree(
            ROOT / "book" / name,
            tmp_path / "book" / name,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    (tmp_path / "book" / "references.bib").touch()
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/index\n", encoding="utf-8")
    house.ROOT = tmp_path

    def build(text, name="index.md"):
        (tmp_path / "book" / name).write_text(text, encoding="utf-8")
        house.site(Path(sys.executable))
        return (tmp_path / "_build" / "html" / "book" / "index.html").read_text(encoding="utf-8")

    build.house, build.html = house, tmp_path / "_build" / "html"
    return build


def test_a_broken_page_stops_every_build_and_leaves_the_last_good_site(small):
    small("# First\n")
    for _ in range(2):
        with pytest.raises(small.house.Failure, match="not built"):
            small("# Second\n\n:::{no-such-directive}\n:::\n")
        assert "First" in (small.html / "book" / "index.html").read_text(encoding="utf-8")
        assert not small.house.site_is_current()


def test_a_question_becomes_radio_buttons_with_an_explanation_each(small):
    html = small("# Page\n" + QUIZ.format(answers=GOOD) + QUIZ.format(answers=GOOD).replace("q-one", "q-two"))
    assert html.count("<fieldset") == html.count("</fieldset>") == html.count("<legend") == 2
    assert "Question 1</legend>" in html
    assert "Question 2</legend>" in html
    assert html.count('type="radio"') == html.count("<label for=") == html.count("quiz-explanation") == 4
    assert html.count('name="q-one"') == html.count('name="q-two"') == 2
    assert html.count("<strong>Right.</strong> See") == html.count("<strong>Not quite.</strong> Count") == 2
    assert "[x]" not in html
    assert "[ ]" not in html


def test_an_answer_that_is_a_formula_has_a_name(small):
    html = small("# Page\n" + QUIZ.format(answers=GOOD.replace("[x] seven", r"[x] more than $\frac{6}{2}$")))
    assert html.count('aria-label="more than frac 6 2"') == 1
    assert html.count('type="radio"') == 2


def test_questions_that_are_not_whole_stop_the_build(small, capfd):
    bad = {
        GOOD.replace("  See `_toc.yml`.\n", ""): "answer 2 has no explanation",
        GOOD.replace("[ ]", "[x]"): "exactly one answer is right; 2 are",
        GOOD.replace("[x]", "[ ]"): "exactly one answer is right; 0 are",
        GOOD.replace("[x] ", ""): "answer 2 begins with neither",
        "No list.": "first the question, then the list",
    }
    with pytest.raises(small.house.Failure):
        small("# Page\n" + "".join(QUIZ.format(answers=answers) for answers in bad))
    said = capfd.readouterr().err
    assert [message for message in bad.values() if message not in said] == []


def test_a_figure_has_the_words_of_its_metadata(small):
    import nbformat.v4 as v4
    from nbformat import writes

    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAGvcMGgAAAABJRU5ErkJggg=="
    words = {"image/png": {"alt": "A curve that falls.", "width": 20}}
    output = v4.new_output("display_data", data={"image/png": pixel}, metadata=words)
    cells = [
        v4.new_markdown_cell("# Page"),
        v4.new_code_cell("show()", outputs=[output], execution_count=1),
    ]
    notebook = v4.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})
    assert '<img alt="A curve that falls."' in small(writes(notebook), "index.ipynb")


def test_the_concept_inventory_is_shown_without_its_key(small, tmp_path):
    folder = tmp_path / "coursework" / "inventory"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "coursework" / "inventory" / "questions.toml", folder)
    html = small("# Page\n\n```{inventory}\n```\n")
    assert html.count('<ol class="upperalpha') == 25


def test_a_library_page_that_names_too_much_or_too_little_stops_the_build(small, capfd):
    bad = {
        "- [`logits`](index.md)\n- [`logit`](index.md)": "['logit'] is no public name of logits",
        "- [`logits`](index.md)\n- [`zeros`](index.md)": "['zeros'] is no public name of logits",
        "": "logits offers ['logits'] too",
        "- `logits`": "expected a list of links",
        "- [`logits`](index.md#nowhere)": "nowhere",
    }
    with pytest.raises(small.house.Failure):
        small("# Page\n\n" + "\n\n".join(f":::{{library}} logits\n{items}\n:::" for items in bad))
    said = capfd.readouterr().err
    assert [message for message in bad.values() if message not in said] == []


def test_a_library_entry_shows_formula_types_and_example(small):
    html = small(
        "# Page\n\n:::{library} activations\n"
        + "\n".join(
            f"- [`{name}`](index.md#page)"
            for name in ("log_sigmoid", "sigmoid", "softmax", "log_softmax", "identity", "relu", "tanh")
        )
        + "\n:::\n"
    )
    assert html.count('id="sevensteps.') == 7
    assert "Return ln σ(z) = min(z, 0) − ln(1 + e^−|z|), finite for every z." in html
    assert "<strong>z</strong>: array_like, any shape" in html
    assert "-6.93147181e-01" in html
