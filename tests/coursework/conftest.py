"""What the tests of the coursework share: the toy assignment, and the table of all assignments."""

import copy
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from coursework.grader import notebooks, release, tasks
from coursework.grader.sandbox import SandboxError, starter

ROOT = Path(__file__).resolve().parents[2]
TOY = Path(__file__).parent / "toy"


@pytest.fixture(scope="session")
def toy():
    return tasks.load(TOY)


@pytest.fixture(scope="session")
def solution(toy):
    """Return the cells of the toy's reference solution: imports, double, spread."""
    return notebooks.submission(notebooks.read(toy.notebook), toy).cells


@pytest.fixture(scope="session")
def sandbox(toy):
    """Return True, as `mark` takes it, where there is a sandbox."""
    try:
        starter(toy, True)().close()
    except SandboxError as error:
        pytest.skip(f"not applicable here: {error}")
    return True


@pytest.fixture
def toy_json():
    """Return the toy's notebook as a dict that a test may damage."""
    return json.loads((TOY / "assignment.ipynb").read_text(encoding="utf-8"))


# --- All values that cross the wire ---------------------------------------------------------------

KINDS = st.one_of(
    arrays.boolean_dtypes(),
    arrays.integer_dtypes(endianness="<"),
    arrays.unsigned_integer_dtypes(endianness="<"),
    arrays.floating_dtypes(endianness="<"),
    arrays.complex_number_dtypes(endianness="<", sizes=(64, 128)),
    arrays.unicode_string_dtypes(endianness="<", min_len=1, max_len=4),
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(st.characters(), max_size=20),
    arrays.arrays(KINDS, arrays.array_shapes(min_dims=0, min_side=0, max_side=3)),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers(-9, 9), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.fixture(scope="session")
def values():
    """Return the strategy of all values that cross the wire."""
    return VALUES


# --- The table that ends the run: mistakes caught and alternatives accepted -----------------------

COLUMNS = ("tasks", "mistakes", "caught", "alternatives", "accepted")


def pytest_terminal_summary(terminalreporter):
    """Print the table from what the tests recorded, in whichever process they ran."""
    table = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, (column, count) in report.user_properties:
                row = table.setdefault(name, dict.fromkeys(COLUMNS, 0))
                row[column] += count
    if not table:
        return
    terminalreporter.section("mistakes caught, alternatives accepted")
    terminalreporter.write_line(f"{'assignment':<20}" + "".join(f"{column:>14}" for column in COLUMNS))
    for name, row in sorted(table.items()):
        terminalreporter.write_line(f"{name:<20}" + "".join(f"{row[column]:>14}" for column in COLUMNS))


# --- Submissions, and the command line ------------------------------------------------------------


class HandedIn:
    """Notebooks as students of an assignment hand them in."""

    def __init__(self, assignment):
        self.assignment = assignment
        self.blank = release.students_notebook(assignment)
        self.source = json.loads(assignment.notebook.read_bytes())
        self.variants = {v.name: v for v in (*assignment.mistakes, *assignment.alternatives)}

    def __call__(self, path, *names, reference=True):
        """Write the reference solution, with the named variants in place of it, or the stubs."""
        notebook = copy.deepcopy(self.source if reference else self.blank)
        for name in names:
            cell = self.cell(notebook, self.variants[name].task)
            cell["source"] = self.variants[name].source.splitlines(keepends=True)
        return self.write(path, notebook)

    def cell(self, notebook, task):
        """Return the cell of a task."""
        marks = [
            cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == task
        ]
        return marks[0]

    def write(self, path, notebook):
        """Write any notebook."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")
        return path


@pytest.fixture(scope="session")
def activations():
    """Return the public assignment 3."""
    return tasks.load(ROOT / "coursework" / "3_activations")


@pytest.fixture(scope="session")
def hand_in(activations):
    """Return a function that writes submissions of assignment 3."""
    return HandedIn(activations)


@pytest.fixture(scope="session")
def coursework():
    """Return a function that runs `python -m coursework`, as a person would."""

    def run(*arguments, cwd=None, check=0):
        command = [sys.executable, "-m", "coursework", *map(str, arguments)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        answer = subprocess.run(
            command, cwd=cwd or ROOT, env=environment, capture_output=True, text=True, encoding="utf-8"
        )
        said = answer.stdout + answer.stderr
        assert check is None or answer.returncode == check, said
        assert "Traceback" not in said, said
        return said

    return run
