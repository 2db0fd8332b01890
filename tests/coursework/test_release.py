"""An assignment is released when it is proved, and what students get is all they need and no more."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from coursework.grader import release, tasks

ROOT = Path(__file__).resolve().parents[2]
NAME = "3_activations"


@pytest.fixture
def private(tmp_path):
    """Return a private folder with assignment 3, to be damaged."""
    shutil.copytree(ROOT / "coursework" / NAME, tmp_path / "private" / NAME)
    return tmp_path / "private"


def change(folder, name, old, new):
    path = folder / NAME / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def append(folder, name, text):
    with (folder / NAME / name).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{text}\n")


def test_the_archive_holds_all_that_a_student_needs(coursework, private, tmp_path):
    said = coursework("release", "--source", private, "--out", tmp_path / "out")
    assert "mistakes caught" in said
    with zipfile.ZipFile(tmp_path / "out" / f"{NAME}.zip") as archive:
        names = [name.removeprefix(f"{NAME}/") for name in archive.namelist()]
        archive.extractall(tmp_path)
    wheel = names[-1]
    assert names == ["3_activations.ipynb", "README.md", "check.py", "requirements.txt", wheel]
    folder = tmp_path / NAME
    pins = (folder / "requirements.txt").read_text().splitlines()
    assert pins[-1] == f"./{wheel}"
    assert all(pin in (ROOT / "requirements.txt").read_text() for pin in pins[:-1])
    assert [pin.partition("==")[0] for pin in pins[:-1]] == ["numpy", "jupyterlab"]
    readme = (folder / "README.md").read_text("utf-8")
    assert readme.startswith("# Assignment 3: Activations\n")
    assert readme.count("\n1. ") == readme.count("\n2. ") == 1
    assert "\n3. " not in readme


def test_the_library_in_the_archive_installs_and_works(tmp_path):
    name, data = release.library()
    (tmp_path / name).write_bytes(data)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        "there",
        name,
    ]
    subprocess.run(pip, cwd=tmp_path, check=True, capture_output=True)
    where = "import sevensteps, numpy; print(sevensteps.__file__, sevensteps.sigmoid(numpy.zeros(1)))"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "there")}
    answer = subprocess.run(
        [sys.executable, "-c", where], env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == [str(tmp_path / "there" / "sevensteps" / "__init__.py"), "[0.5]"]
    with zipfile.ZipFile(tmp_path / name) as archive:
        record = {
            row[0]
            for row in csv.reader(
                io.StringIO(archive.read(next(n for n in archive.namelist() if "RECORD" in n)).decode())
            )
        }
        assert record == set(archive.namelist())
        library = {f"sevensteps/{path.name}" for path in (ROOT / "lib" / "sevensteps").glob("*.py")}
        assert library <= record


def test_a_new_student_gets_from_the_archive_to_full_marks(coursework, private, tmp_path, hand_in):
    coursework("release", "--source", private, "--out", tmp_path)
    with zipfile.ZipFile(tmp_path / f"{NAME}.zip") as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / NAME

    def check():
        answer = subprocess.run([sys.executable, "check.py"], cwd=folder, capture_output=True, text=True)
        return answer.returncode, answer.stdout

    code, said = check()
    assert (code, said.count("not written yet")) == (1, 5)
    assert "0 of 5 tasks pass" in said
    # A student writes the functions into the notebook that was given out.
    path = folder / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    for task in hand_in.assignment.tasks:
        hand_in.cell(notebook, task.name)["source"] = hand_in.cell(hand_in.source, task.name)["source"]
    hand_in.write(path, notebook)
    assert check()[0] == 0
    hand_in.write(tmp_path / "in" / "Ana.ipynb", notebook)
    coursework("grade", tmp_path / "in", "--assignment", NAME, "--source", private, "--unsafe-no-sandbox")
    (result,) = (tmp_path / "in-graded" / NAME / "results").iterdir()
    assert json.loads(result.read_text())["points"] == 100


def test_a_release_is_the_same_every_time(activations):
    assert release.archive(activations) == release.archive(activations)


def test_stubs_name_their_task_and_keep_everything_else(activations, hand_in):
    given, source = hand_in.blank["cells"], hand_in.source["cells"]
    assert len(given) == len(source)
    for cell, original in zip(given, source, strict=True):
        assert cell["metadata"].get("nbgrader") == original["metadata"].get("nbgrader")
        marks = cell["metadata"].get("nbgrader", {})
        text, before = "".join(cell["source"]), "".join(original["source"])
        if marks.get("solution"):
            assert f'raise NotImplementedError("{marks["grade_id"]}")' in text
            assert text.split("\n")[:2] == before.split("\n")[:2]
        else:
            assert text == before
    assert hand_in.blank["metadata"]["sevensteps"] == {
        "assignment": NAME,
        "tasks": [task.name for task in activations.tasks],
    }


def test_outputs_and_notes_of_the_instructor_stay_behind(private, hand_in):
    path = private / NAME / "assignment.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    secret = {"output_type": "stream", "name": "stdout", "text": ["the answer is 42"]}
    for cell in notebook["cells"]:
        cell["metadata"]["secret"] = "the answer is 42"
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [secret], 1
    hand_in.write(path, notebook)
    assert "42" not in json.dumps(release.students_notebook(tasks.load(private / NAME)))


def swap(folder, first, second):
    """Exchange two lines of the notebook, the first of which stands right before the second."""
    lines = [rf'"{line}\n",' for line in (first, second)]
    change(folder, "assignment.ipynb", "\n    ".join(lines), "\n    ".join(reversed(lines)))


def refused(coursework, private, out):
    said = coursework("release", "--source", private, "--out", out, check=1)
    assert "NOT released" in said
    assert not out.exists()
    return said


DAMAGE = {
    "a reference that fails": (
        lambda p: change(p, "assignment.ipynb", "return ss.softmax(z / temperature)", "return ss.softmax(z)"),
        "fails its visible checks.*the alternative temperature_by_hand fails",
    ),
    "a stub that earns points": (
        lambda p: swap(p, "    ### BEGIN SOLUTION", "    return ss.softmax(z / temperature)"),
        "the notebook without solutions earns",
    ),
    "a mistake that is none": (
        lambda p: append(
            p,
            "mistakes.py",
            "@mistake('softplus')\ndef fine(z, b):\n    'No.'\n    return np.logaddexp(0, b * z) / b",
        ),
        "the mistake fine loses points in no task, not in softplus",
    ),
    "a mistake that is another": (
        lambda p: append(
            p,
            "mistakes.py",
            "@mistake('softplus')\ndef again(z, beta):\n    'No.'\n    return np.maximum(z, 0)",
        ),
        "the mistake (again|softplus_is_relu) is taken for",
    ),
    "an alternative that is wrong": (
        lambda p: append(
            p,
            "alternatives.py",
            "@alternative('softplus')\ndef wrong(z, beta):\n    return np.logaddexp(0, beta * z)",
        ),
        "the alternative wrong fails: .*values",
    ),
    "points that are not a hundred": (
        lambda p: change(p, "checks.py", '"ordinary logits": 8', '"ordinary logits": 9'),
        "its tasks give 101 points, not 100",
    ),
    "checks that can't be loaded": (
        lambda p: change(p, "checks.py", "TASKS = [", "TASKS = ["[:-2]),
        r"can't be loaded. SyntaxError: .*checks.py",
    ),
    "checks that fail": (
        lambda p: change(p, "checks.py", "LOGARITHM, 0.5", "LOGARITHMS, 0.5"),
        r"NameError: name 'LOGARITHMS' is not defined \(checks.py, line 12\)",
    ),
    "a solution without its end": (
        lambda p: change(p, "assignment.ipynb", "### END SOLUTION", "### END"),
        "END SOLUTION",
    ),
    "hidden tests in a visible cell": (
        lambda p: change(
            p, "assignment.ipynb", "by_hand = softmax", "### BEGIN HIDDEN TESTS\\nby_hand = softmax"
        ),
        "BEGIN HIDDEN TESTS stands where it would reach students",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_not_proved_is_not_released(coursework, private, tmp_path, damage):
    make, said = DAMAGE[damage]
    make(private)
    assert re.search(said, refused(coursework, private, tmp_path / "out"), re.DOTALL)


def test_names_that_are_not_there_are_answered_in_words(coursework, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "There are no assignments" in coursework("release", "--source", tmp_path / "empty", check=1)
    assert "There is no folder" in coursework("release", "--source", tmp_path / "none", check=1)
    said = coursework("release", "9_none", "--out", tmp_path / "out", check=1)
    assert "9_none" in said
    assert NAME in said
