"""Run the visible checks of an assignment's notebook, and say which fail.

    python check.py                 the notebook in this folder
    python check.py FILE.ipynb      another one

Needs nothing but Python and what the notebook imports: no network, no Jupyter. It runs your code as it
stands, cell by cell, and sends nothing anywhere. The marks come from other inputs as well.
"""

import ast
import contextlib
import io
import json
import os
import sys
import threading
import traceback
import warnings
from dataclasses import dataclass, field
from pathlib import Path

SECONDS = 60
LARGEST = 10_000_000
SETUP = "is not installed for this Python. Step 1 of README.md installs it."


class NotANotebook(Exception):
    """What is wrong with the file, in words."""


@dataclass
class Task:
    """What the visible checks say of one task."""

    name: str
    checks: int = 0
    failed: list[str] = field(default_factory=list)
    missing: str = ""

    @property
    def passes(self):
        """Whether all its checks are there and pass."""
        return not (self.failed or self.missing)

    @property
    def verdict(self):
        """One line on the task."""
        if self.missing:
            return self.missing
        if self.failed == ["not written yet"]:
            return self.failed[0]
        what = f"{len(self.failed)} of {self.checks} checks fail" if self.failed else ""
        return what or f"{self.checks} of {self.checks} checks pass"


def read(path):
    """Return the notebook's cells, and the names of the tasks that it should hold."""
    path = Path(path)
    if not path.is_file():
        raise NotANotebook(f"There is no file {path}.")
    if path.stat().st_size > LARGEST:
        raise NotANotebook(f"{path} is larger than 10 MB. Clear its outputs, and save it again.")
    try:
        notebook = json.loads(path.read_bytes())
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        for cell in cells:
            # Jupyter writes a list of lines, and a text is allowed too.
            cell["source"] = "".join(cell["source"])
            cell["nbgrader"] = cell.get("metadata", {}).get("nbgrader", {})
        expected = notebook.get("metadata", {}).get("sevensteps", {}).get("tasks", [])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotANotebook(f"{path} is not a Jupyter notebook.") from None
    return cells, expected


def run(cells, expected=(), progress=None):
    """Execute the cells in order; return a `Task` for each task, and what stopped other cells, in words."""
    space = {"__name__": "__main__", "display": print, "get_ipython": lambda: None}
    tasks, stopped = {name: Task(name) for name in expected}, []
    for number, cell in enumerate(cells, start=1):
        marks = cell["nbgrader"]
        code, where = plain(cell["source"]), f"<cell {number}>"
        if progress is not None:
            progress.append(f"code cell {number}")
        if marks.get("grade") and not marks.get("solution"):
            name = marks.get("grade_id", "").removesuffix("-check")
            tasks.setdefault(name, Task(name))
            if name in space:
                check(code, where, space, tasks[name])
            else:
                tasks[name].missing = "there is no function of that name"
        else:
            try:
                execute(compile(code, where, "exec"), space)
            except BaseException as error:
                stopped.append(f"Code cell {number} stops: {words(error, where)}")
    for task in tasks.values():
        if not task.checks and not task.missing:
            task.missing = "its cell of checks is missing: copy it from the notebook that you were given"
    return list(tasks.values()), stopped


def check(code, where, space, task):
    """Execute a cell of checks statement by statement, so that one failure does not hide the next."""
    try:
        statements = ast.parse(code, where).body
    except SyntaxError as error:
        task.failed.append(words(error, where))
        return
    task.checks = sum(isinstance(statement, ast.Assert) for statement in statements) or 1
    for statement in statements:
        try:
            execute(compile(ast.Module([statement], []), where, "exec"), space)
        except AssertionError as error:
            task.failed.append(str(error) or f"line {statement.lineno} of its checks does not hold")
        except NotImplementedError:
            task.failed = ["not written yet"]
            return
        except BaseException as error:
            task.failed.append(words(error, where))
            return


def execute(code, space):
    """Run code; what it prints or warns of is of no interest here."""
    nowhere = io.StringIO()
    with (
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        exec(code, space)


def plain(source):
    """Return a cell's Python: Jupyter's commands, lines that begin with % or !, become empty lines."""
    lines = source.splitlines()
    if lines and lines[0].startswith("%%") and lines[0].split()[0] not in ("%%time", "%%timeit", "%%capture"):
        return ""
    return "\n".join("" if line.startswith(("%", "!")) else line for line in lines)


def words(error, where):
    """Return what went wrong, and in which line of the student's code."""
    if isinstance(error, ModuleNotFoundError) and error.name in ("numpy", "sevensteps", "scipy", "sklearn"):
        return f"{error.name} {SETUP}"
    if isinstance(error, SystemExit):
        return "it calls exit()"
    line = error.lineno if isinstance(error, SyntaxError) else None
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith("<cell "):
            where, line = frame.filename, frame.lineno
    place = f", in line {line} of code cell {where[6:-1]}" if line else ""
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {text}{place}"


def report(path, tasks, stopped):
    """Return the text for the student."""
    width = max((len(task.name) for task in tasks), default=0)
    lines = [Path(path).name, ""]
    for task in tasks:
        lines.append(f"  {'ok ' if task.passes else '-- '} {task.name:<{width}}   {task.verdict}")
        if task.failed != ["not written yet"]:
            lines += [f"        {message}" for message in task.failed]
    lines += ["", *stopped, ""] if stopped else [""]
    good = sum(task.passes for task in tasks)
    lines.append(f"{good} of {len(tasks)} tasks pass their visible checks.")
    return "\n".join([*lines, "The marks come from other inputs as well."])


def find(arguments):
    """Return the path of the notebook that is meant."""
    if arguments:
        return Path(arguments[0])
    found = sorted(Path.cwd().glob("*.ipynb"))
    if len(found) == 1:
        return found[0]
    names = ", ".join(path.name for path in found) or "none"
    raise NotANotebook(f"Which notebook? Found here: {names}.  Name one:  python check.py FILE.ipynb")


def leave(message, code):
    """End at once: the thread can't be stopped, and has the streams redirected."""
    print(message, file=sys.__stdout__, flush=True)
    os._exit(code)


def main(arguments=None):
    """Check the notebook named on the command line; 0 if every task passes."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if set(arguments) & {"-h", "--help"}:
        print(__doc__)
        return 0
    # A console that can't show a letter shows another one.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    # A figure would open a window and wait until it is closed.
    os.environ.setdefault("MPLBACKEND", "Agg")
    try:
        path = find(arguments)
        cells, expected = read(path)
    except NotANotebook as error:
        print(error, file=sys.stderr)
        return 2
    if not any(cell["nbgrader"].get("grade") for cell in cells) and not expected:
        print(f"{path} has no checks: it is not the notebook of an assignment.", file=sys.stderr)
        return 2

    results, progress = [], []
    work = threading.Thread(target=lambda: results.append(run(cells, expected, progress)), daemon=True)
    work.start()
    try:
        work.join(SECONDS)
    except KeyboardInterrupt:
        leave(f"\nStopped in {progress[-1]}.", 130)
    if work.is_alive():
        running = f"{path.name}: {progress[-1]} still runs after {SECONDS} seconds."
        leave(f"{running} Is there a loop without an end?", 1)
    tasks, stopped = results[0]
    print(report(path, tasks, stopped))
    return 0 if all(task.passes for task in tasks) and not stopped else 1


if __name__ == "__main__":
    sys.exit(main())
