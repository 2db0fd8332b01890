"""What an assignment is made of: tasks with their hidden cases, known mistakes, alternatives.

A task asks for one function from data to data. It is judged by what the function returns, case by case. A
case belongs to a property, and a property earns its points when all of its cases are right. Nothing here
knows how a student's code is run.
"""

import importlib.util
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

# The property that a task earns when no call changed its arguments and every call returned.
UNCHANGED = "leaves its inputs unchanged"


@dataclass(frozen=True)
class Case:
    """One call: its arguments, the property that it belongs to, and how its value is judged.

    Arguments and values are None, bool, int, float, str, NumPy arrays, and tuples, lists and dicts of them.
    `judge(value, expected, args)` returns whether the value is right; without it the value must equal what
    the reference returns, within the task's tolerances, with the same shape and kind of numbers.
    `visible` marks an input that the student's notebook shows too.
    """

    property: str
    args: tuple = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    judge: Callable[[Any, Any, tuple], bool] | None = None
    visible: bool = False


@dataclass(frozen=True)
class Task:
    """One graded function.

    `points` gives each property its points; `cases(rng)` yields the hidden cases, fresh for each grading.
    """

    name: str
    points: dict[str, int]
    cases: Callable[[np.random.Generator], Iterable[Case]]
    rtol: float = 1e-9
    atol: float = 1e-12
    cpu_seconds: float = 5.0


@dataclass(frozen=True)
class Variant:
    """A solution other than the reference: a known mistake with its message, or an alternative."""

    name: str
    task: str
    function: Callable
    message: str = ""

    @property
    def source(self):
        """The function's text without its decorator, and a last line that gives it the task's name."""
        lines = inspect.getsource(self.function).splitlines()
        start = next(i for i, line in enumerate(lines) if line.startswith("def "))
        return "\n".join([*lines[start:], "", f"{self.task} = {self.function.__name__}", ""])


def mistake(task):
    """Mark a function of mistakes.py as a wrong solution of `task`; its docstring tells the student."""
    return lambda function: Variant(function.__name__, task, function, " ".join(function.__doc__.split()))


def alternative(task):
    """Mark a function of alternatives.py as a correct solution of `task` that is written differently."""
    return lambda function: Variant(function.__name__, task, function)


# Compared by identity: what is known of an assignment is kept with it.
@dataclass(frozen=True, eq=False)
class Assignment:
    """One folder of coursework: the source notebook's path, its tasks, mistakes and alternatives."""

    name: str
    folder: Path
    tasks: tuple[Task, ...]
    mistakes: tuple[Variant, ...]
    alternatives: tuple[Variant, ...]

    @property
    def notebook(self):
        """The path of the source notebook, solutions included."""
        return self.folder / "assignment.ipynb"


def load(folder):
    """Return the `Assignment` in `folder`; FileNotFoundError names the file that is missing."""
    folder = Path(folder)
    for name in ("assignment.ipynb", "checks.py", "mistakes.py", "alternatives.py"):
        if not (folder / name).is_file():
            raise FileNotFoundError(f"{folder} is no assignment: {name} is missing")
    checks, mistakes, alternatives = (
        _module(folder / f"{stem}.py") for stem in ("checks", "mistakes", "alternatives")
    )
    return Assignment(folder.name, folder, tuple(checks.TASKS), _variants(mistakes), _variants(alternatives))


def _module(path):
    """Import a file by its path: the folders' names begin with a digit, so `import` can't name them."""
    spec = importlib.util.spec_from_file_location(f"coursework_{path.parent.name}_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _variants(module):
    return tuple(value for value in vars(module).values() if isinstance(value, Variant))
