"""Marks: what a submission's functions return, compared with the reference, and the likely mistake named.

The verdict is made in a process that runs no student's code. It is a function of the assignment, the
submission and the seed of the hidden inputs, and of nothing else. What it says names properties and known
mistakes; neither a hidden input nor anything that a student's code says gets into it.
"""

import functools
import math
import warnings
from dataclasses import asdict, dataclass, field

import numpy as np

from coursework.grader import notebooks, wire
from coursework.grader.interview import ENDS, Interview, Trusted
from coursework.grader.sandbox import starter
from coursework.grader.tasks import UNCHANGED

NOT_ATTEMPTED = "NotImplementedError"


@dataclass(frozen=True)
class TaskVerdict:
    """The marks of one task: which properties hold, a known mistake's name or "", words for the student."""

    name: str
    points: int
    out_of: int
    properties: dict[str, bool]
    diagnosis: str = ""
    message: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Verdict:
    """The marks of one submission."""

    points: int
    out_of: int
    tasks: list[TaskVerdict]
    notes: list[str] = field(default_factory=list)

    def as_json(self):
        """Return the verdict as plain dicts and lists, for JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, content):
        """Return the verdict that gave `content` as its `as_json`."""
        return cls(**{**content, "tasks": [TaskVerdict(**task) for task in content["tasks"]]})


def mark(assignment, cells, seed, *, sandbox=True):
    """Return the `Verdict` on the cells of a submission, with the hidden inputs that belong to `seed`.

    `sandbox` is True for bubblewrap, False for code that is trusted as the grader itself is (it then runs in
    this process, without limits), or `sandbox.UNSAFE` for a process of its own without protection.
    """
    answers = answer_key(assignment, seed)
    start = starter(assignment, sandbox) if sandbox else Trusted
    with Interview(start, cells) as interview:
        outcomes = [interview.outcomes(known.task, known.cases, known.limits) for known in answers]
        notes = interview.notes()
    with _quiet():
        tasks = [_task_verdict(known, given) for known, given in zip(answers, outcomes, strict=True)]
    return Verdict(sum(task.points for task in tasks), sum(task.out_of for task in tasks), tasks, notes)


def _quiet():
    """Values from outside may overflow, or be NaN; here that is no surprise."""
    return warnings.catch_warnings(action="ignore")


# --- What the reference and the known mistakes answer ---------------------------------------------


@dataclass(frozen=True)
class Known:
    """What is known of one task: its cases, the reference's outcomes, the limits on replies, the mistakes.

    Of each known mistake: its `Variant`, its outcomes, and which of them are right.
    """

    task: object
    cases: list
    expected: list
    limits: list
    mistakes: list


@functools.lru_cache(maxsize=16)
def answer_key(assignment, seed):
    """Return a `Known` for each task of an assignment, for the hidden inputs that belong to `seed`."""
    cells = notebooks.submission(notebooks.read(assignment.notebook), assignment).cells
    with Interview(Trusted, cells) as reference, _quiet():
        return [_known(assignment, number, seed, reference) for number in range(len(assignment.tasks))]


def _known(assignment, number, seed, reference):
    task = assignment.tasks[number]
    cases = list(task.cases(np.random.default_rng([seed, number])))
    if {case.property for case in cases} != set(task.points) - {UNCHANGED}:
        raise ValueError(f"the cases of {task.name} and the points of {task.name} name different properties")
    boundless = [math.inf] * len(cases)
    expected = reference.outcomes(task, cases, boundless)
    # A judge may combine the value with the arguments, so a value has to stay within their measure.
    limits = [
        65_536 + 8 * len(wire.encode([case.args, case.kwargs, outcome.value]))
        for case, outcome in zip(cases, expected, strict=True)
    ]
    known = Known(task, cases, expected, limits, [])
    for variant in assignment.mistakes:
        if variant.task == task.name:
            alone = Interview(functools.partial(Trusted, {task.name: variant.function}), [])
            outcomes = alone.outcomes(task, cases, boundless)
            known.mistakes.append((variant, outcomes, _right(known, outcomes)))
    return known


# --- Right or wrong -------------------------------------------------------------------------------


def _right(known, outcomes):
    """Return for each case whether its outcome is right."""
    return [is_right(known.task, *each) for each in zip(known.cases, known.expected, outcomes, strict=True)]


def is_right(task, case, expected, outcome):
    """Say whether the outcome of a case is right: by its judge, else by comparison with the reference."""
    if outcome.kind != "value" or expected.kind != "value":
        return False
    if case.judge is None:
        return _same(outcome.value, expected.value, task)
    try:
        return bool(case.judge(outcome.value, expected.value, case.args))
    # A judge is written for values of the right form; any other value is wrong.
    except Exception:
        return False


def _same(value, expected, task, *, nan=False):
    """Say whether two values have the same structure and equal numbers; NaN equals NaN only where `nan`."""
    if _difference(value, expected):
        return False
    if isinstance(expected, list | tuple):
        return all(_same(*pair, task, nan=nan) for pair in zip(value, expected, strict=True))
    if isinstance(expected, dict):
        return all(_same(value[key], item, task, nan=nan) for key, item in expected.items())
    if expected is None or isinstance(expected, str):
        return value == expected
    value, expected = np.asarray(value), np.asarray(expected)
    if expected.dtype.kind not in "fc":
        return np.array_equal(value, expected)
    # Single precision is all that can be asked for where the reference has no more.
    rtol = max(task.rtol, 16 * float(np.finfo(expected.dtype).eps) if expected.dtype.itemsize < 8 else 0.0)
    wide = np.complex128 if expected.dtype.kind == "c" else np.float64
    return np.allclose(value.astype(wide), expected.astype(wide), rtol, task.atol, equal_nan=nan)


def _is_number(value):
    return isinstance(value, bool | int | float | np.generic | np.ndarray) and not isinstance(value, str)


# The kinds of NumPy's types that count as one, in words.
_KINDS = {
    "b": "True or False",
    "i": "whole numbers",
    "u": "whole numbers",
    "f": "decimal numbers",
    "c": "complex numbers",
    "U": "text",
}


def _difference(value, expected):
    """Say in words how the form of a value differs from the expected one; "" if it doesn't."""
    if isinstance(expected, list | tuple):
        if not isinstance(value, list | tuple):
            return f"It returns {_form(value)} where {_form(expected)} is expected."
        if len(value) != len(expected):
            return "It returns another number of values than is expected."
        return next(filter(None, map(_difference, value, expected)), "")
    if isinstance(expected, dict):
        if not isinstance(value, dict):
            return f"It returns {_form(value)} where a dict is expected."
        if value.keys() != expected.keys():
            return "The keys of the dict that it returns are others than expected."
        return next((said for key in expected if (said := _difference(value[key], expected[key]))), "")
    if not _is_number(expected) or not _is_number(value):
        same = type(value) is type(expected) or (isinstance(value, str) and isinstance(expected, str))
        return "" if same else f"It returns {_form(value)} where {_form(expected)} is expected."
    return _difference_of_arrays(np.asarray(value), np.asarray(expected))


def _difference_of_arrays(value, expected):
    if value.ndim != expected.ndim:
        swapped = value.size == expected.size and max(value.ndim, expected.ndim) <= 2
        hint = " (n, 1) is not (n,)." if swapped and min(value.ndim, expected.ndim) == 1 else ""
        return f"It returns {_form(value)} where {_form(expected)} is expected.{hint}"
    if value.shape != expected.shape:
        hint = " Is it transposed?" if value.shape == expected.shape[::-1] else ""
        return f"The array that it returns has another shape than is expected.{hint}"
    kinds = _KINDS[value.dtype.kind], _KINDS[expected.dtype.kind]
    # A count that happens to be whole is as good as a decimal number; an array of them is not.
    whole = value.ndim == 0 and value.dtype.kind in "iu" and expected.dtype.kind == "f"
    if kinds[0] != kinds[1] and not whole:
        return f"It returns {kinds[0]} where {kinds[1]} are expected."
    return ""


def _form(value):
    if value is None:
        return "nothing (None)"
    if isinstance(value, str):
        return "text"
    if isinstance(value, list | tuple | dict):
        return f"a {type(value).__name__}"
    axes = np.ndim(value)
    return ("one number", "an array with 1 axis")[axes] if axes < 2 else f"an array with {axes} axes"


# --- Points and diagnosis -------------------------------------------------------------------------


def _task_verdict(known, outcomes):
    task, right = known.task, _right(known, outcomes)
    properties = {
        name: all(ok for ok, case in zip(right, known.cases, strict=True) if case.property == name)
        for name in task.points
        if name != UNCHANGED
    }
    if UNCHANGED in task.points:
        # A constant answer changes nothing either, so it takes another property beside this one.
        returned = all(outcome.kind == "value" and not outcome.changed for outcome in outcomes)
        properties[UNCHANGED] = returned and any(properties.values())
    points = sum(task.points[name] for name, holds in properties.items() if holds)
    diagnosis, message = "", ""
    if not all(properties.values()):
        diagnosis, message = _diagnosis(known, outcomes, right)
        failing = ", ".join(name for name, holds in properties.items() if not holds)
        message = message or f"Wrong: {failing}."
    return TaskVerdict(task.name, points, sum(task.points.values()), properties, diagnosis, message)


def _diagnosis(known, outcomes, right):
    """Return the name and message of the known mistake with the same outcomes, else "" and general words."""
    for variant, others, others_right in known.mistakes:
        pairs = zip(outcomes, right, others, others_right, strict=True)
        if all(_match(known.task, *pair) for pair in pairs):
            return variant.name, variant.message
    return "", next(filter(None, (rule(known, outcomes, right) for rule in _RULES)), "")


def _match(task, outcome, right, other, other_right):
    if outcome.kind != other.kind or outcome.changed != other.changed or right != other_right:
        return False
    return right or outcome.kind != "value" or _same(outcome.value, other.value, task, nan=True)


def _no_value(known, outcomes, right):
    kinds = [outcome.kind for outcome in outcomes if outcome.kind != "value"]
    if not kinds:
        return ""
    if kinds == [NOT_ATTEMPTED] * len(outcomes):
        return "Not attempted."
    if kinds[0] in ENDS:
        return ENDS[kinds[0]]
    return f"It raises {kinds[0]}{'' if len(kinds) == len(outcomes) else ' on some inputs'}."


def _wrong(known, outcomes, right):
    """Return (value, expected) of the cases that are wrong."""
    return [
        (outcome.value, expected.value)
        for outcome, expected, ok in zip(outcomes, known.expected, right, strict=True)
        if not ok
    ]


def _form_differs(known, outcomes, right):
    return next(filter(None, (_difference(*pair) for pair in _wrong(known, outcomes, right))), "")


def _not_finite(known, outcomes, right):
    wrong = _wrong(known, outcomes, right)
    if any(not _finite(value) and _finite(expected) for value, expected in wrong):
        return "The result contains nan or inf on some inputs."
    return ""


def _finite(value):
    if isinstance(value, list | tuple):
        return all(map(_finite, value))
    if isinstance(value, dict):
        return all(map(_finite, value.values()))
    return not _is_number(value) or np.asarray(value).dtype.kind == "U" or bool(np.isfinite(value).all())


def _hard_coded(known, outcomes, right):
    shown = {case.property for case in known.cases if case.visible}
    alike = [(case, ok) for case, ok in zip(known.cases, right, strict=True) if case.property in shown]
    if alike and all(ok == case.visible for case, ok in alike):
        return "Right on the inputs in the notebook, wrong on others like them. Is it written for those only?"
    return ""


def _constant(known, outcomes, right):
    first, *rest = [outcome.value for outcome in outcomes]
    constant = rest and all(_same(value, first, known.task, nan=True) for value in rest)
    return "It returns the same value for every input." if constant and not all(right) else ""


def _single_precision(known, outcomes, right):
    rough = functools.partial(_same, task=_Rough)
    wrong = _wrong(known, outcomes, right)
    close = wrong and all(rough(value, expected) for value, expected in wrong)
    return "Right to about seven digits only: is something computed in float32?" if close else ""


class _Rough:
    rtol, atol = 2e-6, 1e-7


def _changes(known, outcomes, right):
    if all(right) and any(outcome.changed for outcome in outcomes):
        return "It changes an array that it was given. Work on a copy, or make a new array."
    return ""


# In this order: the first that applies is said.
_RULES = [_no_value, _form_differs, _not_finite, _single_precision, _hard_coded, _constant, _changes]
