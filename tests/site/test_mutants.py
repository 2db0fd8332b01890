"""`make mutants` on a library of two functions, one of which its tests don't quite hold."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = '''
def double(x):
    """Return 2x."""
    return x + x


def is_positive(x):
    """Say whether x > 0."""
    return x > 0
'''
TESTS = """
from sevensteps import double, is_positive


def test_by_hand():
    assert double(3) == 6
    assert is_positive(1)
    assert not is_positive(-1)
"""
ALIVE = "is_positive: return x > 0 → return x >= 0"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="not applicable: mutmut needs fork")


@pytest.fixture
def tree(tmp_path):
    for name in ("house.py", "mutants.py"):
        (tmp_path / "tools").mkdir(exist_ok=True)
        shutil.copy(ROOT / "tools" / name, tmp_path / "tools")
    for name, text in {
        "lib/sevensteps/__init__.py": LIBRARY,
        "tests/lib/test_toy.py": TESTS,
        "tests/lib/survivors.toml": "survivors = []",
        "tests/data/none": "",
        "pyproject.toml": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def score(tree):
    command = [sys.executable, "tools/mutants.py"]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True)


def test_a_survivor_is_found_and_needs_a_reason_or_a_test(tree):
    answer = score(tree)
    assert answer.returncode == 1, answer.stderr
    assert f"Survivors without a reason:\n  {ALIVE}\n" in answer.stdout
    assert "66.7% of 3 mutants killed" in answer.stdout

    reason = f'[[survivors]]\nreason = "For the test."\nmutants = ["{ALIVE}"]\n'
    (tree / "tests" / "lib" / "survivors.toml").write_text(reason, encoding="utf-8")
    tool = tree / "tools" / "mutants.py"
    tool.write_text(
        tool.read_text(encoding="utf-8").replace("AT_LEAST = 0.95", "AT_LEAST = 0.6"), encoding="utf-8"
    )
    answer = score(tree)
    assert answer.returncode == 0, answer.stdout + answer.stderr

    # A hole that is closed is no survivor any more, and its reason has to go.
    tests = tree / "tests" / "lib" / "test_toy.py"
    tests.write_text(TESTS + "    assert not is_positive(0)\n", encoding="utf-8")
    answer = score(tree)
    assert answer.returncode == 1
    assert f"Reasons without a survivor:\n  {ALIVE}\n" in answer.stdout
    assert "100.0% of 3 mutants killed" in answer.stdout
