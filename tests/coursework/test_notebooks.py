"""Notebooks as students send them: read or refused in words, every task found or missed in words."""

import json
import os

import pytest
from hypothesis import given, settings, strategies as st

from coursework.grader import notebooks, verdict
from coursework.grader.notebooks import BadNotebook, stub, submission
from coursework.grader.worker import without_magics


def cell(content, grade_id):
    """Return the cell with a grade id in a notebook's JSON."""
    return next(
        one for one in content["cells"] if one["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def found(content, toy):
    """Return the submission in a notebook's JSON and its marks for the two tasks."""
    read = submission(notebooks.parse(json.dumps(content).encode()), toy)
    marks = verdict.mark(toy, read.cells, 1, sandbox=False)
    return read, [task.points for task in marks.tasks]


# --- Reading --------------------------------------------------------------------------------------


def nested(depth):
    return b'{"cells": [' + b"[" * depth + b"]" * depth + b"]}"


REFUSED = {
    "empty": (b"", "is empty"),
    "blank": (b" \n", "is empty"),
    "no JSON": (b"def f(): pass", "not in the JSON format, or broken off"),
    "cut short": (b'{"cells": [{"cell_type": "co', "broken off half-way"),
    "no text": (b"\x89PNG\r\n\x1a\n\0\0", "not in the JSON format"),
    "a list": (b"[]", "no list of cells"),
    "another JSON": (b'{"a": 1}', "no list of cells"),
    "an old notebook": (b'{"worksheets": [{"cells": []}], "nbformat": 3}', "before 2015"),
    "cells that are none": (b'{"cells": [1]}', "its cell 1 is none"),
    "a cell of no kind": (b'{"cells": [{"source": "x"}]}', "its cell 1 is none"),
    "a source of numbers": (b'{"cells": [{"cell_type": "code", "source": [1]}]}', "its cell 1 is none"),
    "nested deeply": (nested(100_000), "nested too deeply"),
    "too many cells": (b'{"cells": [' + b",".join([b"1"] * 501) + b"]}", "more than 500 cells"),
    "too large": (b" " * 10_000_000 + b"1", "larger than 10 MB"),
    "too much code": (
        json.dumps({"cells": [{"cell_type": "code", "source": "x" * 1_000_001}]}).encode(),
        "more than 1000000 characters",
    ),
}


@pytest.mark.parametrize(("data", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_notebook_is_refused_in_words(tmp_path, data, said):
    path = tmp_path / "submission.ipynb"
    path.write_bytes(data)
    with pytest.raises(BadNotebook, match=said):
        notebooks.read(path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_notebook_with_anything_in_any_place_is_read_or_refused_in_words(toy, data):
    content = json.loads((toy.notebook).read_text(encoding="utf-8"))
    for _ in range(data.draw(st.integers(1, 3))):
        place, key = {"whole": content}, "whole"
        while isinstance(place[key], dict | list) and place[key] and data.draw(st.integers(0, 3)):
            place = place[key]
            key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        place[key] = data.draw(json_values)
        if key == "whole":
            content = place[key]
    try:
        read = submission(notebooks.parse(json.dumps(content).encode()), toy)
    except BadNotebook:
        return
    assert all(isinstance(text, str) for text in (*read.cells, *read.notes))


@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_noise_is_refused_in_words(data):
    with pytest.raises(BadNotebook, match=r"^(is|has) "):
        notebooks.parse(data)


def test_a_missing_file_is_refused_in_words(tmp_path):
    with pytest.raises(BadNotebook, match="can't be opened"):
        notebooks.read(tmp_path / "none.ipynb")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(BadNotebook):
        notebooks.read(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="links there take rights")
def test_a_link_is_refused_even_to_a_notebook(tmp_path, toy):
    (tmp_path / "link.ipynb").symlink_to(toy.notebook)
    with pytest.raises(BadNotebook, match="is a link"):
        notebooks.read(tmp_path / "link.ipynb")


@pytest.mark.skipif(os.name == "nt", reason="there are none")
def test_a_named_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.ipynb")
    with pytest.raises(BadNotebook, match="no regular file"):
        notebooks.read(tmp_path / "pipe.ipynb")


def test_names_with_spaces_and_letters_of_the_world_are_read(tmp_path, toy):
    path = tmp_path / "Übung 3 (zoë) – final.ipynb"
    path.write_bytes(toy.notebook.read_bytes())
    assert notebooks.read(path).assignment == "toy"


def test_a_byte_order_mark_and_utf_16_are_read(toy):
    text = toy.notebook.read_text(encoding="utf-8")
    for encoding in ("utf-8-sig", "utf-16"):
        assert notebooks.parse(text.encode(encoding)).assignment == "toy"


def test_odd_metadata_is_no_obstacle(toy_json):
    toy_json["metadata"] = [1]
    for one in toy_json["cells"]:
        one["metadata"] = None
    read = notebooks.parse(json.dumps(toy_json).encode())
    assert read.assignment == ""
    assert {one.grade_id for one in read.cells} == {""}


# --- The tasks ------------------------------------------------------------------------------------


def test_the_source_is_found_without_a_word_and_without_its_checks(toy_json, toy):
    read, points = found(toy_json, toy)
    assert points == [60, 40]
    assert read.notes == ()
    assert not any("assert" in source for source in read.cells)


def test_without_any_metadata_tasks_are_found_by_name(toy_json, toy):
    for one in toy_json["cells"]:
        one["metadata"] = {}
    read, points = found(toy_json, toy)
    assert points == [60, 40]
    assert read.notes == tuple(
        f"{name} was found by its name: its cell is missing." for name in ("double", "spread")
    )


def test_a_missing_cell_is_said_and_costs_its_task_only(toy_json, toy):
    toy_json["cells"].remove(cell(toy_json, "double"))
    read, points = found(toy_json, toy)
    assert points == [0, 40]
    assert read.notes == ("The cell of double is missing, and no other cell defines it.",)


def test_an_emptied_cell_is_said(toy_json, toy):
    cell(toy_json, "double")["source"] = []
    read, points = found(toy_json, toy)
    assert points == [0, 40]
    assert read.notes == ("The cell of double defines no function double, and no other cell defines it.",)


@pytest.mark.parametrize(
    # The empty array and the unchanged argument are right either way.
    ("first", "second", "marks"),
    [("2 * x", "x + 2", 20), ("x + 2", "2 * x", 60)],
    ids=["wrong", "right"],
)
def test_of_two_cells_with_one_id_the_last_counts(toy_json, toy, first, second, marks):
    place = toy_json["cells"].index(cell(toy_json, "double"))
    copy = json.loads(json.dumps(toy_json["cells"][place]))
    toy_json["cells"][place]["source"] = f"def double(x):\n    return {first}"
    copy["source"] = f"def double(x):\n    return {second}"
    toy_json["cells"].insert(place + 1, copy)
    read, points = found(toy_json, toy)
    assert points == [marks, 40]
    assert read.notes == ("The cell of double is there 2 times: the last one that defines it counts.",)


def test_of_two_cells_with_one_id_one_that_defines_nothing_does_not_count(toy_json, toy):
    place = toy_json["cells"].index(cell(toy_json, "double"))
    copy = {**toy_json["cells"][place], "source": "# done"}
    toy_json["cells"].insert(place + 1, copy)
    read, points = found(toy_json, toy)
    assert points == [60, 40]
    assert len(read.notes) == 1


def test_a_definition_elsewhere_does_not_count_and_is_said(toy_json, toy):
    toy_json["cells"].append({"cell_type": "code", "source": "def double(x):\n    return 0", "metadata": {}})
    read, points = found(toy_json, toy)
    assert points == [60, 40]
    assert read.notes == ("double is defined again outside of its cell: the definition in its cell counts.",)


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_a_retyped_cell_is_run_and_said(toy_json, toy, kind):
    cell(toy_json, "double")["cell_type"] = kind
    read, points = found(toy_json, toy)
    assert points == [60, 40]
    assert read.notes == ("The cell of double is no code cell any more: its text was run as code.",)


def test_a_renamed_function_is_taken_and_said(toy_json, toy):
    cell(toy_json, "double")["source"] = "def my_double(x):\n    return x + x"
    read, points = found(toy_json, toy)
    assert points == [60, 40]
    assert read.notes == ("The cell of double defines my_double instead: that was taken for double.",)


def test_of_two_functions_under_other_names_none_is_taken(toy_json, toy):
    cell(toy_json, "double")["source"] = "def one(x):\n    return x + x\n\ndef two(x):\n    return x"
    read, points = found(toy_json, toy)
    assert points == [0, 40]
    assert "defines no function double" in read.notes[0]


def test_a_solution_in_the_cell_of_the_check_counts_and_is_said(toy_json, toy):
    cell(toy_json, "double")["source"] = ""
    cell(toy_json, "double-check")["source"] = "def double(x):\n    return x + x"
    read, points = found(toy_json, toy)
    assert points == [60, 40]
    assert read.notes == ("double was found by its name: its cell doesn't define it.",)


def test_a_function_may_be_an_assignment(toy_json, toy):
    cell(toy_json, "double")["source"] = "double = lambda x: 2 * x"
    assert found(toy_json, toy)[1] == [60, 40]


def test_another_assignment_is_said(toy_json, toy):
    toy_json["metadata"]["sevensteps"]["assignment"] = "<b>4_losses</b>"
    assert found(toy_json, toy)[0].notes == ("The notebook says that it is ?b?4_losses??b?, not toy.",)


def test_a_cell_that_fails_stops_no_other(toy_json, toy):
    bad = [{"cell_type": "code", "source": text, "metadata": {}} for text in ("1 / 0", "def (", "import no")]
    toy_json["cells"][1:1] = bad
    assert found(toy_json, toy)[1] == [60, 40]


# --- Magics ---------------------------------------------------------------------------------------

MAGICS = {
    "a line": ("%matplotlib inline\nx = 1", "pass\nx = 1"),
    "a shell": ("!pip install it's\nx = 1", "pass\nx = 1"),
    "indented": ("if True:\n    %time x = 1\ny = 2", "if True:\n    pass\ny = 2"),
    "a result": ("files = !ls\ny = %timeit -o 1\nx = 1", "pass\npass\nx = 1"),
    "help": ("np.exp?\n?np.exp\nx = 1", "pass\npass\nx = 1"),
    "a timed cell": ("%%time\nx = 1", "\nx = 1"),
    "another language": ("%%bash\nrm -r /", ""),
    "arithmetic": ("x = (7\n     % 4)\n%matplotlib inline", "x = (7\n     % 4)\npass"),
    "in a text": ('x = """\n%time\n!ls\nwhy?\n"""', 'x = """\n%time\n!ls\nwhy?\n"""'),
    "an error elsewhere": ("def (\n%time", "def (\n%time"),
}


@pytest.mark.parametrize(("source", "left"), MAGICS.values(), ids=MAGICS)
def test_what_only_ipython_reads_is_left_out(source, left):
    assert without_magics(source) == left


# --- Stubs ----------------------------------------------------------------------------------------


def test_a_stub_names_its_function_and_keeps_the_rest():
    source = (
        'def double(x):\n    """Return 2x."""\n    ### BEGIN SOLUTION\n    y = x\n    return 2 * y\n'
        "    ### END SOLUTION\n\n\ndef other(x):\n    if x:\n        ### BEGIN SOLUTION\n        return 1\n"
        "        ### END SOLUTION\n    return 2"
    )
    assert stub(source) == (
        'def double(x):\n    """Return 2x."""\n    raise NotImplementedError("double")\n\n\n'
        'def other(x):\n    if x:\n        raise NotImplementedError("other")\n    return 2'
    )
    assert stub("import numpy as np") == "import numpy as np"


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    ### BEGIN SOLUTION\n    return 1",
        "def f():\n    return 1\n    ### END SOLUTION",
        "def f():\n    ### BEGIN SOLUTION\n    ### BEGIN SOLUTION\n    ### END SOLUTION",
        "### BEGIN SOLUTION\nx = 1\n### END SOLUTION",
    ],
    ids=["no end", "no beginning", "two beginnings", "outside"],
)
def test_markers_out_of_place_are_refused(source):
    with pytest.raises(ValueError, match="SOLUTION is"):
        stub(source)
