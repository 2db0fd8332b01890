"""The form of the notebooks; nbval holds what they print."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from nbval.plugin import find_comment_markers, find_metadata_tags

ROOT = Path(__file__).resolve().parents[2]
PATHS = [path for path in sorted((ROOT / "book").rglob("*.ipynb")) if ".ipynb_checkpoints" not in path.parts]

each_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def code_cells(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def is_uncompared(cell):
    """Say whether nbval passes over what a cell prints, for a tag of it or a comment in it."""
    source = "".join(cell["source"])
    marks = {**dict(find_metadata_tags(cell["metadata"])), **dict(find_comment_markers(source))}
    return marks.get("skip", False) or not marks.get("check", True)


def is_explained(cell):
    return re.match(r"# Not compared: \w+ \w+", "".join(cell["source"])) is not None


def test_every_notebook_is_executed_and_normalized():
    answer = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "notebooks.py"), "--check"],
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_almost_every_output_is_compared():
    cells = [cell for path in PATHS for cell in code_cells(path)]
    uncompared = [cell for cell in cells if is_uncompared(cell)]
    assert len(uncompared) < 0.02 * len(cells)
    assert [cell["id"] for cell in uncompared if not is_explained(cell)] == []


@pytest.mark.parametrize(
    ("source", "tags", "uncompared", "explained"),
    [
        ("timeit(fit)", [], False, False),
        ("timeit(fit)", ["hide-input"], False, False),
        ("timeit(fit)", ["nbval-ignore-output"], True, False),
        ("# Not compared: a measured time.\ntimeit(fit)", ["nbval-ignore-output"], True, True),
        ("# Not compared:\ntimeit(fit)", ["nbval-ignore-output"], True, False),
        ("timeit(fit)", ["nbval-skip"], True, False),
        ("# NBVAL_IGNORE_OUTPUT\ntimeit(fit)", [], True, False),
        ("1 / 0", ["raises-exception"], False, False),
    ],
)
def test_a_cell_that_escapes_is_found_and_has_to_say_why(source, tags, uncompared, explained):
    cell = {"source": source, "metadata": {"tags": tags}}
    assert (is_uncompared(cell), is_explained(cell)) == (uncompared, explained)


@each_notebook
def test_every_cell_can_be_read_at_a_glance(path):
    lengths = {cell["id"]: len("".join(cell["source"]).splitlines()) for cell in code_cells(path)}
    assert {name: lines for name, lines in lengths.items() if lines > 25} == {}


@each_notebook
def test_every_figure_has_words(path):
    mute = [
        cell["id"]
        for cell in code_cells(path)
        for output in cell["outputs"]
        for kind in output.get("data", {})
        if kind.startswith("image/") and not output["metadata"].get(kind, {}).get("alt", "").strip()
    ]
    assert mute == []


@each_notebook
def test_no_output_names_this_machine(path):
    for cell in code_cells(path):
        outputs = json.dumps(cell["outputs"])
        for name in (str(ROOT), "ipykernel_", "site-packages"):
            assert name not in outputs, f"{name} in {cell['id']}"


@each_notebook
def test_every_proof_begins_with_words(path):
    # A proof whose first line is $$ is shown as broken text, and the build says nothing.
    sources = ["".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    assert [s for s in sources if re.search(r"\{prf:proof\}\n(:.*\n)*\s*\$\$", s)] == []
