"""The build: it stops at a warning, stops again the second time, and shows what the pages say."""

import json
import re
import shutil
import zipfile
from html import unescape
from pathlib import Path

import nbformat.v4 as v4
import pytest
from nbformat import writes

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
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAGvcMGgAAAABJRU5ErkJggg=="
    words = {"image/png": {"alt": "A curve that falls.", "width": 20}}
    output = v4.new_output("display_data", data={"image/png": pixel}, metadata=words)
    html = small(notebook(v4.new_code_cell("show()", outputs=[output], execution_count=1)), "index.ipynb")
    assert re.search('<img [^>]*alt="A curve that falls."', html)


def notebook(*cells):
    cells = [v4.new_markdown_cell("# Page"), *cells]
    return writes(v4.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}}))


def test_each_cell_gets_buttons_and_the_page_a_bar(small):
    two = v4.new_code_cell("import numpy"), v4.new_code_cell("2 < 3")
    html = small(notebook(*two), "index.ipynb")
    assert html.count('class="live-run"') == html.count('class="live-edit"') == 2
    assert html.count('class="live-reset"') == 2
    assert html.count('class="live-run-all"') == html.count('class="live-stop"') == 1
    data = json.loads(unescape(re.search(r'data-live="([^"]*)"', html)[1]))
    assert data["pyodide"] == "https://cdn.jsdelivr.net/pyodide/v0.27.7/full/"
    assert data["packages"] == ["numpy"]
    # Python itself and NumPy.
    assert "fetches Python and packages (9 MB)" in html
    # The wheel is the library as it is here.
    with zipfile.ZipFile(small.html / "book" / data["wheel"]) as wheel:
        for path in (ROOT / "lib").rglob("*.py"):
            assert wheel.read(path.relative_to(ROOT / "lib").as_posix()) == path.read_bytes()
    # Identified by the notebook's cell, so that an edit finds its cell again.
    assert all(f'data-id="{cell.id}"' in html for cell in two)


def test_a_page_without_cells_has_nothing_of_it(small):
    assert "live" not in small("# Page\n\n```python\nimport numpy\n```\n").replace("aria-live", "")


def test_a_site_may_bring_its_own_python(small, tmp_path):
    config = tmp_path / "_config.yml"
    text = config.read_text(encoding="utf-8").replace('live_pyodide: ""', "live_pyodide: pyodide")
    config.write_text(text, encoding="utf-8")
    html = small(notebook(v4.new_code_cell("import numpy")), "index.ipynb")
    assert "&quot;pyodide&quot;: &quot;../pyodide/&quot;" in html
    assert "from this site" in html
    assert "jsdelivr" not in html


def test_a_page_that_cannot_run_in_the_browser_says_so(small):
    html = small(notebook(v4.new_code_cell("import dask.array")), "index.ipynb")
    assert "This page needs dask" in html
    assert "live-run" not in html


def test_cells_that_run_only_elsewhere_stop_the_build(small, capfd):
    with pytest.raises(small.house.Failure):
        small(notebook(v4.new_code_cell("%timeit 1")), "index.ipynb")
    hidden = v4.new_code_cell("x = 1", metadata={"tags": ["remove-input"]}, outputs=[])
    with pytest.raises(small.house.Failure):
        small(notebook(hidden, v4.new_code_cell("x")), "index.ipynb")
    said = capfd.readouterr().err
    assert "only Python runs in the page" in said
    assert "hides the code of a cell" in said


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
