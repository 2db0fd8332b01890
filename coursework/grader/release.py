"""Prove an assignment, and write what its students get: one archive that holds all they need.

An assignment is released when its reference solution gets full marks, the stubs none, every known mistake
loses points in its own task and is told from the others, and every alternative gets full marks.
"""

import ast
import base64
import hashlib
import io
import json
import re
import secrets
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from . import notebooks
from .files import ROOT, Failure, blame, write
from .grade import assignments, open_assignment, say
from .verdict import mark

MARKERS = re.compile(r"### (BEGIN|END) (SOLUTION|HIDDEN TESTS)")
# The packages that an assignment may import, by the name under which they are installed.
PACKAGES = {"numpy": "numpy", "scipy": "scipy", "sklearn": "scikit-learn", "matplotlib": "matplotlib"}
README = """# {title}

1. Set up, once. Python 3.11 or newer is needed. In this folder:

       python -m venv .venv
       .venv/bin/python -m pip install -r requirements.txt

   Where there is no `python`, write `python3`. On Windows write `.venv\\Scripts\\python` for
   `.venv/bin/python`, here and below.

2. Work, check, hand in. From here on no network is needed:

       .venv/bin/python -m jupyterlab {name}.ipynb
       .venv/bin/python check.py

   The first opens the notebook; write your functions where it raises `NotImplementedError`, and save it.
   The second runs the checks that you can see in it, and says in a second which of them fail. Hand in the
   notebook, `{name}.ipynb`, alone.

Keep the names of the functions and the cells as they are. Cells of your own are welcome.
"""


def release(names, source, out):
    """Prove the named assignments, or all, and write an archive for each into `out`; return the exit code."""
    source, out = Path(source).resolve(), Path(out)
    refused = 0
    known = assignments(source)
    if not known:
        raise Failure(f"There are no assignments in {source}.")
    for name in names or known:
        try:
            assignment = open_assignment(source, name)
            faults, caught, accepted = prove(assignment)
        except Failure as failure:
            # What is wrong with one is no reason to say nothing of the others.
            faults = [str(failure)]
        if faults:
            refused += 1
            say(f"{name}: NOT released.\n" + "\n".join(f"  {fault}" for fault in faults))
            continue
        write(out / f"{name}.zip", archive(assignment))
        say(f"{name}: {caught} mistakes caught, {accepted} alternatives accepted; {out / f'{name}.zip'}")
    if source == ROOT / "coursework":
        say("These assignments are public, with their solutions: for practice. For marked work: new FOLDER")
    return 1 if refused else 0


# --- The proof ------------------------------------------------------------------------------------


def prove(assignment, seed=None):
    """Return what is wrong with an assignment, and how many mistakes it caught and alternatives it accepted.

    All code that runs here is the instructor's own, so it needs no sandbox.
    """
    try:
        students = json.dumps(students_notebook(assignment)).encode()
    except (Failure, ValueError) as error:
        return [str(error)], 0, 0
    seed = secrets.randbits(63) if seed is None else seed
    reference = _cells(assignment, assignment.notebook.read_bytes())

    def marks(cells):
        return mark(assignment, cells, seed, sandbox=False)

    faults = _visible(assignment)
    total = sum(sum(task.points.values()) for task in assignment.tasks)
    if total != 100:
        faults.append(f"its tasks give {total:g} points, not 100")
    try:
        whole = marks(reference)
    except Exception as error:
        # An instructor edits these files.
        return [*faults, blame(error, assignment.folder)], 0, 0
    for task in whole.tasks:
        if task.points != task.out_of:
            faults.append(f"the reference solution of {task.name} fails: {_failing(task)}")
    blank = marks(_cells(assignment, students))
    if blank.points != 0:
        faults.append(f"the notebook without solutions earns {blank.points:g} points")
    caught = [_mistake(variant, marks([*reference, variant.source])) for variant in assignment.mistakes]
    accepted = [
        _alternative(variant, marks([*reference, variant.source])) for variant in assignment.alternatives
    ]
    faults += filter(None, caught + accepted)
    return faults, caught.count(""), accepted.count("")


def _cells(assignment, data):
    return notebooks.submission(notebooks.parse(data), assignment).cells


def _failing(task):
    return ", ".join(name for name, passes in task.properties.items() if not passes)


def _mistake(variant, verdict):
    """Return what is wrong with a known mistake, or nothing."""
    losing = [task.name for task in verdict.tasks if task.points < task.out_of]
    if losing != [variant.task]:
        where = ", ".join(losing) or "no task"
        return f"the mistake {variant.name} loses points in {where}, not in {variant.task}"
    (task,) = (task for task in verdict.tasks if task.name == variant.task)
    if task.diagnosis != variant.name:
        return f"the mistake {variant.name} is taken for {task.diagnosis or 'no known one'}"
    return ""


def _alternative(variant, verdict):
    """Return what is wrong with an alternative, or nothing."""
    (task,) = (task for task in verdict.tasks if task.name == variant.task)
    return "" if task.points == task.out_of else f"the alternative {variant.name} fails: {_failing(task)}"


def _visible(assignment):
    """Return which visible checks the reference solution fails."""
    command = [sys.executable, str(Path(__file__).with_name("check.py")), str(assignment.notebook)]
    answer = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    return [f"the reference solution fails its visible checks:\n{answer.stdout}"] if answer.returncode else []


# --- What students get ----------------------------------------------------------------------------


def students_notebook(assignment):
    """Return the notebook for students: stubs for solutions, no outputs, the names of its tasks."""
    notebook = json.loads(assignment.notebook.read_bytes())
    cells = []
    for cell in notebook["cells"]:
        kept = {key: cell[key] for key in ("cell_type", "id", "source") if key in cell}
        kept["metadata"] = {key: cell["metadata"][key] for key in ("nbgrader",) if key in cell["metadata"]}
        if cell["cell_type"] == "code":
            kept |= {"execution_count": None, "outputs": []}
        text = "".join(cell["source"])
        if kept["metadata"].get("nbgrader", {}).get("solution"):
            text = notebooks.stub(text)
        if found := MARKERS.search(text):
            raise Failure(f"{assignment.notebook}: {found[0]} stands where it would reach students:\n{text}")
        kept["source"] = text.splitlines(keepends=True)
        cells.append(kept)
    about = {"assignment": assignment.name, "tasks": [task.name for task in assignment.tasks]}
    metadata = {key: notebook["metadata"][key] for key in ("kernelspec", "language_info")}
    return {"cells": cells, "metadata": {**metadata, "sevensteps": about}, "nbformat": 4, "nbformat_minor": 5}


def archive(assignment):
    """Return the archive for students as bytes, the same for the same assignment."""
    notebook = students_notebook(assignment)
    title = re.sub(r"^# ", "", "".join(notebook["cells"][0]["source"]).splitlines()[0])
    wheel, package = library()
    files = {
        f"{assignment.name}.ipynb": json.dumps(notebook, indent=1, ensure_ascii=False) + "\n",
        "README.md": README.format(title=title, name=assignment.name),
        "check.py": Path(__file__).with_name("check.py").read_text(encoding="utf-8"),
        "requirements.txt": requirements(notebook, wheel),
        wheel: package,
    }
    return _zip({f"{assignment.name}/{name}": content for name, content in files.items()})


def requirements(notebook, wheel):
    """Return the pins, as in the repository, of what the notebook imports, and the library beside it."""
    pins = dict(
        re.findall(r"^([\w-]+)(==\S+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.M)
    )
    imported = set()
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            for node in ast.walk(ast.parse("".join(cell["source"]))):
                if isinstance(node, ast.Import):
                    imported |= {name.name.partition(".")[0] for name in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    imported.add(node.module.partition(".")[0])
    names = [PACKAGES[name] for name in PACKAGES if name in imported | {"numpy"}] + ["jupyterlab"]
    return "".join(f"{name}{pins[name]}\n" for name in names) + f"./{wheel}\n"


def library():
    """Return the file name and the bytes of the library's wheel: its modules, and what pip wants to know."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    package = ROOT / "lib" / "sevensteps"
    version = re.search(
        r'^__version__ = "(.+)"', (package / "__init__.py").read_text(encoding="utf-8"), re.M
    )[1]
    files = {f"sevensteps/{path.name}": path.read_bytes() for path in package.glob("*.py")}
    about = f"sevensteps-{version}.dist-info"
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {project['name']}",
        f"Version: {version}",
        f"Summary: {project['description']}",
        f"Requires-Python: {project['requires-python']}",
        *(f"Requires-Dist: {name}" for name in project["dependencies"]),
    ]
    files[f"{about}/METADATA"] = "\n".join(lines).encode() + b"\n"
    files[f"{about}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: sevensteps\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    files[f"{about}/licenses/LICENSE"] = (ROOT / "LICENSE").read_bytes()
    record = [f"{name},sha256={_hash(data)},{len(data)}\n" for name, data in sorted(files.items())]
    files[f"{about}/RECORD"] = "".join([*record, f"{about}/RECORD,,\n"]).encode()
    return f"sevensteps-{version}-py3-none-any.whl", _zip(files)


def _hash(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def _zip(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
