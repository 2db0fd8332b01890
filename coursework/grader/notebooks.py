"""Notebooks: read safely, the code of each task found, what is wrong with them said in words.

A submission comes from a student, so its code is not even parsed here: hostile text can bring down Python's
own parser. Functions are found by the look of their first line; all else happens in the sandbox.
"""

import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

MAX_BYTES = 10_000_000
MAX_CELLS = 500
MAX_CODE = 1_000_000

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


class BadNotebook(ValueError):
    """A file that can't be read as a notebook; the message says why, in words for its sender."""


@dataclass(frozen=True)
class Cell:
    """One cell: "code", "markdown" or "raw"; its id and role ("task", "check" or "") are nbgrader's."""

    kind: str
    source: str
    grade_id: str = ""
    role: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notebook:
    """The cells of a notebook, and the name of the assignment that it says it is."""

    cells: tuple[Cell, ...]
    assignment: str = ""


@dataclass(frozen=True)
class Submission:
    """The code to run, cell by cell, and what has to be said about how it was found."""

    cells: tuple[str, ...]
    notes: tuple[str, ...] = ()


# --- Reading --------------------------------------------------------------------------------------


def read(path):
    """Return the `Notebook` in a file; raise BadNotebook, in words, for anything else."""
    return parse(_bytes(Path(path)))


def _bytes(path):
    """Return a regular file's bytes, without following a link or waiting for a pipe."""
    try:
        if stat.S_ISLNK(path.lstat().st_mode):
            raise BadNotebook("is a link to another file; send the notebook itself")
        # Between the look and the opening the file could be exchanged: the opened one counts.
        flags = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
        with open(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise BadNotebook("is no regular file")
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadNotebook(f"can't be opened: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise BadNotebook(
            f"is larger than {MAX_BYTES // 1_000_000} MB; clear the outputs of all cells and save it again"
        )
    return data


def parse(data):
    """Return the `Notebook` in a file's bytes; raise BadNotebook, in words, for anything else."""
    if not data.strip():
        raise BadNotebook("is empty")
    if len(data) > MAX_BYTES:
        raise BadNotebook(f"is larger than {MAX_BYTES // 1_000_000} MB")
    try:
        content = json.loads(data)
    except RecursionError as error:
        raise BadNotebook("is nested too deeply to be a notebook") from error
    except ValueError as error:
        raise BadNotebook("is no notebook: it is not in the JSON format, or broken off half-way") from error
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise BadNotebook("is no notebook: it has no list of cells (or one of before 2015: save it again)")
    if len(content["cells"]) > MAX_CELLS:
        raise BadNotebook(f"has more than {MAX_CELLS} cells")
    cells = tuple(_cell(cell, number) for number, cell in enumerate(content["cells"], start=1))
    if sum(len(cell.source) for cell in cells) > MAX_CODE:
        raise BadNotebook(f"has more than {MAX_CODE} characters in its cells")
    name = _dict(_dict(content.get("metadata")).get("sevensteps")).get("assignment")
    return Notebook(cells, name if isinstance(name, str) else "")


def _cell(content, number):
    source = _dict(content).get("source", "")
    lines = source if isinstance(source, list) else [source]
    kind = _dict(content).get("cell_type")
    if kind not in ("code", "markdown", "raw") or not all(isinstance(line, str) for line in lines):
        raise BadNotebook(f"is no notebook: its cell {number} is none")
    metadata = _dict(content.get("metadata"))
    nbgrader, tags = _dict(metadata.get("nbgrader")), metadata.get("tags")
    grade_id = nbgrader.get("grade_id")
    role = "task" if nbgrader.get("solution") is True else "check" if nbgrader.get("grade") is True else ""
    return Cell(
        kind,
        "".join(lines),
        grade_id if isinstance(grade_id, str) else "",
        role,
        tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
    )


def _dict(value):
    return value if isinstance(value, dict) else {}


# --- Finding the tasks ----------------------------------------------------------------------------


def submission(notebook, assignment):
    """Return the `Submission` in a notebook: each task by its grade id, else by the name of its function.

    All code runs in the order of the notebook, visible checks left out. Where the last definition of a task's
    function is not the one that counts, the cell that counts runs once more at the end.
    """
    names = [task.name for task in assignment.tasks]
    cells = [
        cell
        for cell in notebook.cells
        # A check's cell with a solution in it is read as a solution.
        if cell.role != "check" or any(_defines(cell.source, name) for name in names)
    ]
    run = [cell.kind == "code" for cell in cells]
    last, notes = [], []
    if notebook.assignment and notebook.assignment != assignment.name:
        notes.append(f"The notebook says that it is {_shown(notebook.assignment)}, not {assignment.name}.")
    for name in names:
        found, again, said = _find(name, cells, run)
        notes += said
        if found is not None:
            run[found] = True
        last += again
    code = [cell.source for cell, runs in zip(cells, run, strict=True) if runs]
    return Submission((*code, *last), tuple(notes))


def _find(name, cells, run):
    """Return the index of the cell that counts for a task, code to run at the end, and notes."""
    by_id = [i for i, cell in enumerate(cells) if cell.grade_id == name]
    defining = [i for i, cell in enumerate(cells) if _defines(cell.source, name)]
    notes = []
    if len(by_id) > 1:
        notes.append(f"The cell of {name} is there {len(by_id)} times: the last one that defines it counts.")
    good = [i for i in by_id if i in defining]
    if good:
        found = good[-1]
        if cells[found].kind != "code":
            notes.append(f"The cell of {name} is no code cell any more: its text was run as code.")
        if defining[-1] == found:
            return found, [], notes
        if defining[-1] not in by_id:
            notes.append(f"{name} is defined again outside of its cell: the definition in its cell counts.")
        return found, [cells[found].source], notes

    # Not in its cell under its name. Elsewhere under its name?
    code = [i for i in defining if run[i]] or defining
    if code:
        where = "its cell doesn't define it" if by_id else "its cell is missing"
        notes.append(f"{name} was found by its name: {where}.")
        if not run[code[-1]]:
            notes.append(f"The cell of {name} is no code cell any more: its text was run as code.")
        return code[-1], [], notes

    # In its cell under another name?
    others = {other for i in by_id for other in _FUNCTION.findall(cells[i].source)}
    if len(others) == 1:
        (other,) = others
        notes.append(f"The cell of {name} defines {_shown(other)} instead: that was taken for {name}.")
        return by_id[-1], [f"{name} = {other}"], notes
    what = f"defines no function {name}" if by_id else "is missing"
    notes.append(f"The cell of {name} {what}, and no other cell defines it.")
    return None, [], notes


_FUNCTION = re.compile(r"^def\s+(\w+)\s*\(", re.MULTILINE)


def _defines(source, name):
    return re.search(rf"^(def\s+{name}\s*\(|{name}\s*=[^=])", source, re.MULTILINE) is not None


def _shown(text):
    """Return a student's text, shortened, without what could be more than a name."""
    return re.sub(r"[^\w .-]", "?", text)[:60]


# --- The source notebook --------------------------------------------------------------------------


def stub(source):
    """Return a cell with NotImplementedError in place of each solution; it names the function around it.

    Raises ValueError where the markers don't pair, or stand outside of a function.
    """
    lines, function, inside = [], None, False
    for line in source.split("\n"):
        text = line.strip()
        function = match[1] if (match := _FUNCTION.match(line)) else function
        if text == (BEGIN if inside else END) or (text == BEGIN and function is None):
            raise ValueError(f"{text} is out of place in:\n{source}")
        if text == BEGIN:
            inside = True
            lines.append(f'{line[: len(line) - len(line.lstrip())]}raise NotImplementedError("{function}")')
        elif text == END:
            inside = False
        elif not inside:
            lines.append(line)
    if inside:
        raise ValueError(f"{END} is missing in:\n{source}")
    return "\n".join(lines)
