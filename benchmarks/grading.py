"""How long grading takes: against nbgrader on the same submissions, and from 20 submissions to 2,000.

    python benchmarks/grading.py             all of it, some minutes
    python benchmarks/grading.py --sizes 20  without the larger ones

Both mark the same 20 notebooks of assignment 3 in one run, and their marks are compared before any number is
printed. nbgrader runs the visible checks in a kernel for each notebook; ours runs hidden inputs, each
submission in a sandbox of its own. What else the machine does counts too: the load is printed.
"""

import argparse
import copy
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from coursework.grader import release, tasks  # noqa: E402

NAME = "3_activations"


def hand_in(folder, count):
    """Write `count` submissions: for each task the reference, an alternative, a known mistake, or nothing."""
    assignment = tasks.load(ROOT / "coursework" / NAME)
    source = json.loads(assignment.notebook.read_bytes())
    stubs = release.students_notebook(assignment)["cells"]
    variants = {task.name: [""] * 6 + [None] for task in assignment.tasks}
    for variant in (*assignment.mistakes, *assignment.alternatives):
        variants[variant.task].append(variant.source)
    draw = random.Random(0)
    for number in range(count):
        notebook = copy.deepcopy(source)
        for cell, stub in zip(notebook["cells"], stubs, strict=True):
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if name in variants:
                text = draw.choice(variants[name])
                cell["source"] = stub["source"] if text is None else text or cell["source"]
        path = folder / f"student{number:04}" / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")


def timed(command, **options):
    """Return how many seconds a command took, which must succeed."""
    start = time.monotonic()
    answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    seconds = time.monotonic() - start
    if answer.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with code {answer.returncode}\n{answer.stdout}")
    return seconds


def ours(folder, out, jobs):
    """Grade as an instructor does; return the seconds and, for each student and task, whether it is right."""
    command = [sys.executable, "-m", "coursework", "grade", folder, "--assignment", NAME, "--seed", "1"]
    seconds = timed([*command, "--jobs", str(jobs), "--out", out], cwd=ROOT)
    results = [json.loads(path.read_text(encoding="utf-8")) for path in (out / "results").iterdir()]
    right = {
        (result["student"], task["name"]): task["points"] == task["out_of"]
        for result in results
        for task in result["tasks"]
    }
    return seconds, right


def nbgraders(course, folder):
    """Let nbgrader autograde the same folder; return the same."""
    shutil.copytree(folder, course / "submitted")
    (course / "source" / NAME).mkdir(parents=True)
    shutil.copy(ROOT / "coursework" / NAME / "assignment.ipynb", course / "source" / NAME / f"{NAME}.ipynb")
    path = f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "HOME": str(course), "JUPYTER_PLATFORM_DIRS": "1"}
    command = [sys.executable, "-m", "nbgrader"]
    timed([*command, "generate_assignment", NAME, "--create"], cwd=course, env=environment)
    seconds = timed([*command, "autograde", NAME, "--create"], cwd=course, env=environment)
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        right = {
            (submission.student.id, grade.name.removesuffix("-check")): grade.score == grade.max_score
            for submission in book.assignment_submissions(NAME)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
    return seconds, right


def agree(right, theirs):
    """Stop unless the marks agree; what only hidden inputs can see is no disagreement, and is counted."""
    if right.keys() != theirs.keys():
        sys.exit("not the same students and tasks were marked")
    unjust = [key for key in right if right[key] and not theirs[key]]
    if unjust:
        sys.exit(f"right for us, wrong for nbgrader: {unjust}")
    hidden = sum(theirs[key] and not right[key] for key in right)
    print(f"{len(right) - hidden} of {len(right)} tasks marked alike; {hidden} fail on hidden inputs only")


def line(what, seconds, count, reference=None):
    """Print one line of the table."""
    ratio = "" if reference is None else f"{reference / seconds:10.1f} ×"
    print(f"{what:<36}{seconds:9.1f} s{seconds / count:9.3f} s{ratio}", flush=True)


def main():
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[20, 200, 2000])
    sizes = parser.parse_args().sizes
    print(f"{os.cpu_count()} cores; before it began, {os.getloadavg()[1]:.1f} processes wanted one")
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        hand_in(scratch / "in-20", 20)
        theirs, their_marks = nbgraders(scratch, scratch / "in-20")
        one, marks = ours(scratch / "in-20", scratch / "one", jobs=1)
        two, same = ours(scratch / "in-20", scratch / "two", jobs=2)
        if marks != same:
            sys.exit("one process and two gave different marks")
        agree(marks, their_marks)
        print(f"\n{'20 submissions':<36}{'time':>11}{'each':>11}{'faster':>12}")
        line("nbgrader autograde", theirs, 20)
        line("ours, one process", one, 20, theirs)
        line("ours, two processes", two, 20, theirs)
        print(f"\n{'two processes':<36}{'time':>11}{'each':>11}")
        for size in sizes:
            folder = scratch / f"grow-{size}"
            hand_in(folder, size)
            line(f"{size} submissions", ours(folder, scratch / f"out-{size}", jobs=2)[0], size)


if __name__ == "__main__":
    main()
