"""The form of the notebooks; nbval holds what they print."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATHS = [path for path in sorted((ROOT / "book").rglob("*.ipynb")) if ".ipynb_checkpoints" not in path.parts]
UNCOMPARED = "nbval-ignore-output"

each_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def code_cells(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_every_notebook_is_executed_and_normalized():
    answer = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "notebooks.py"), "--check"],
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_almost_every_output_is_compared():
    cells = [cell for path in PATHS for cell in code_cells(path)]
    uncompared = [cell for cell in cells if UNCOMPARED in cell["metadata"].get("tags", [])]
    assert len(uncompared) <= 0.02 * len(cells)


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
