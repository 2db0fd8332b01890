"""What a student runs: the visible checks, with Python alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from coursework.grader import check

CHECK = Path(check.__file__)
TASK = "def double(x):\n    {}"
CHECKS = 'assert double(2) == 4, "twice two is four"\nassert double(0.5) == 1, "a half becomes one"'


def notebook(path, *sources, tasks=("double",)):
    cells = []
    for source in sources:
        marks = {"grade_id": "double", "solution": True, "grade": False}
        if source.startswith("assert"):
            marks = {"grade_id": "double-check", "solution": False, "grade": True}
        elif not source.startswith("def double"):
            marks = {}
        cells.append(
            {"cell_type": "code", "source": source, "metadata": {"nbgrader": marks} if marks else {}}
        )
    path.write_text(json.dumps({"cells": cells, "metadata": {"sevensteps": {"tasks": list(tasks)}}}), "utf-8")
    return path


def run(path, *options, cwd=None):
    # A path of its own would hide that the command stands alone.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, *options, str(CHECK), *([str(path)] if path else [])]
    answer = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=environment
    )
    return answer.returncode, answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ("return 2 * x", 0, ["ok  double   2 of 2 checks pass", "1 of 1 tasks pass"]),
        ("return x ** 2", 1, ["--  double   1 of 2 checks fail", "a half becomes one"]),
        ("return 'no'", 1, ["2 of 2 checks fail", "twice two is four", "a half becomes one"]),
        ('raise NotImplementedError("double")', 1, ["--  double   not written yet"]),
        ("return unknown * x", 1, ["NameError: name 'unknown' is not defined, in line 2 of code cell 1"]),
        ("return 2 *", 1, ["Code cell 1 stops: SyntaxError", "there is no function of that name"]),
        ("exit()", 1, ["it calls exit()"]),
        ("import numpyy", 1, ["ModuleNotFoundError"]),
        ("return 2 * ŷ", 1, ["name 'ŷ' is not defined"]),
    ],
)
def test_it_says_what_is_wrong(tmp_path, body, code, said):
    path = notebook(tmp_path / "work.ipynb", TASK.format(body), CHECKS)
    returned, text = run(path)
    assert returned == code
    assert [words for words in said if words not in text] == []


def test_it_needs_nothing_but_python(tmp_path):
    copy = tmp_path / "check.py"
    copy.write_bytes(CHECK.read_bytes())
    notebook(tmp_path / "work.ipynb", TASK.format("return 2 * x"), CHECKS)
    # -S and -I: no installed package, nothing from the environment.
    answer = subprocess.run(
        [sys.executable, "-S", "-I", "check.py"], cwd=tmp_path, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr
    assert "1 of 1 tasks pass" in answer.stdout


def test_a_console_that_cannot_show_a_letter_does_not_stop_it(tmp_path):
    path = notebook(tmp_path / "work.ipynb", TASK.format("return 2 * ŷ"), CHECKS)
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    answer = subprocess.run([sys.executable, str(CHECK), str(path)], capture_output=True, env=environment)
    assert answer.returncode == 1
    assert b"NameError" in answer.stdout


def test_one_bad_cell_does_not_stop_the_others(tmp_path):
    path = notebook(tmp_path / "w.ipynb", "1 / 0", TASK.format("return 2 * x"), CHECKS)
    code, text = run(path)
    assert code == 1
    assert "Code cell 1 stops: ZeroDivisionError: division by zero, in line 1 of code cell 1" in text
    assert "2 of 2 checks pass" in text


def test_what_jupyter_adds_to_python_is_left_out(tmp_path):
    first = "%matplotlib inline\n!pip list\nprint('hello')\ndisplay(1)\nget_ipython()"
    path = notebook(tmp_path / "w.ipynb", first, "%%bash\nls", TASK.format("return 2 * x"), CHECKS)
    code, text = run(path)
    assert code == 0
    assert "hello" not in text


def test_a_missing_cell_is_named(tmp_path):
    path = notebook(tmp_path / "w.ipynb", TASK.format("return 2 * x"), tasks=("double", "triple"))
    code, text = run(path)
    assert code == 1
    assert text.count("its cell of checks is missing") == 2


def test_a_loop_without_an_end_is_ended(tmp_path, monkeypatch):
    path = notebook(tmp_path / "w.ipynb", TASK.format("return 2 * x"), "while True:\n    print('x')", CHECKS)
    short = f"import runpy, sys; sys.path.insert(0, {str(CHECK.parent)!r}); import check; check.SECONDS = 1"
    answer = subprocess.run(
        [sys.executable, "-c", f"{short}; sys.exit(check.main([{str(path)!r}]))"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 1
    assert (
        answer.stdout.strip()
        == "w.ipynb: code cell 2 still runs after 1 seconds. Is there a loop without an end?"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no file"),
        ("", "not a Jupyter notebook"),
        ("[" * 100_000, "not a Jupyter notebook"),
        ('{"cells": 3}', "not a Jupyter notebook"),
        (
            '{"cells": [{"cell_type": "code", "source": "x = 1", "metadata": {}}]}',
            "not the notebook of an assignment",
        ),
        (" " * 10_000_001, "larger than 10 MB"),
    ],
)
def test_another_file_is_refused_in_words(tmp_path, content, said):
    path = tmp_path / "file.ipynb"
    if content is not None:
        path.write_text(content)
    code, text = run(path)
    assert code == 2
    assert said in text
    assert "Traceback" not in text


def test_without_a_name_the_only_notebook_is_meant(tmp_path):
    code, text = run(None, cwd=tmp_path)
    assert (code, "Found here: none" in text) == (2, True)
    notebook(tmp_path / "a.ipynb", TASK.format("return 2 * x"), CHECKS)
    assert run(None, cwd=tmp_path)[0] == 0
    notebook(tmp_path / "b.ipynb", TASK.format("return 2 * x"), CHECKS)
    code, text = run(None, cwd=tmp_path)
    assert (code, "Found here: a.ipynb, b.ipynb" in text) == (2, True)


def test_the_packages_of_the_first_step_are_named(tmp_path):
    path = notebook(tmp_path / "w.ipynb", "import sevensteps", TASK.format("return 2 * x"), CHECKS)
    code, text = run(path, "-S")
    assert code == 1
    assert "sevensteps is not installed for this Python. Step 1 of README.md installs it." in text
