"""What the tests of the coursework share: the toy assignment, and the table of all assignments."""

import json
from pathlib import Path

import pytest

from coursework.grader import notebooks, tasks
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
