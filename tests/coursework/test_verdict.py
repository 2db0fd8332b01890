"""What is right, what is wrong, what is said about it, and what is never said."""

import dataclasses
import itertools
import json

import numpy as np
import pytest
from hypothesis import given, strategies as st

from coursework.grader import verdict
from coursework.grader.interview import Outcome
from coursework.grader.tasks import UNCHANGED, Case, Task, Variant

TASK = Task("f", {"p": 1}, cases=None, rtol=1e-6, atol=1e-9)
NAN, INF = np.nan, np.inf
A = np.array


def right(value, expected, judge=None, task=TASK):
    return verdict.is_right(task, Case("p", judge=judge), Outcome("value", expected), Outcome("value", value))


# --- The comparison -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (A([1.0, 2.0]), A([1.0, 2.0])),
        (A([1.0 + 5e-7, 2.0]), A([1.0, 2.0])),
        (A([5e-10]), A([0.0])),
        (A([INF, -INF, 0.0]), A([INF, -INF, 0.0])),
        (A([]), A([])),
        (np.float64(1.5), 1.5),
        (A(1.5), 1.5),
        (1.5, A(1.5)),
        (3, 3.0),
        (A(3), 3.0),
        (np.int32(3), 3),
        (np.True_, True),
        (A([1, 2], np.int32), A([1, 2])),
        (A([1, 2], np.uint8), A([1, 2])),
        (A([0.1], np.float32), A([0.1], np.float32)),
        (A([0.1]), A([0.1], np.float32)),
        ([1.0, A([2.0])], (1.0, A([2.0]))),
        ({"a": 1.0, "b": None}, {"b": None, "a": 1.0}),
        ("yes", "yes"),
        (np.str_("yes"), "yes"),
        (A(["a", "bc"]), A(["a", "bc"])),
        (A([1 + 2j]), A([1 + 2j])),
        (None, None),
    ],
    ids=repr,
)
def test_equal_values_are_right(value, expected):
    assert right(value, expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (A([1.0 + 5e-6, 2.0]), A([1.0, 2.0])),
        (A([2e-9]), A([0.0])),
        (A([NAN]), A([NAN])),
        (NAN, NAN),
        (A([NAN, 1.0]), A([1.0, 1.0])),
        (A([1.0]), A([NAN])),
        (A([INF]), A([1e300])),
        (A([1e300]), A([INF])),
        (A([INF]), A([-INF])),
        (A([[1.0], [2.0]]), A([1.0, 2.0])),
        (A([1.0, 1.0]), A([1.0])),
        (A([1.0]), 1.0),
        (1.0, A([1.0])),
        (A([[1.0, 2.0]]), A([[1.0], [2.0]])),
        (A([1, 2]), A([1.0, 2.0])),
        (A([1.0, 2.0]), A([1, 2])),
        (3.0, 3),
        (True, 1),
        (1, True),
        (A([1, 0]), A([True, False])),
        (True, 1.0),
        (A([0.1], np.float16), A([0.1])),
        (A([0.1], np.float16), A([0.1], np.float32)),
        ([1.0, 2.0], A([1.0, 2.0])),
        (A([1.0, 2.0]), (1.0, 2.0)),
        ((1.0,), (1.0, 2.0)),
        ((2.0, 1.0), (1.0, 2.0)),
        (1.0, (1.0,)),
        ({"a": 1.0}, {"a": 1.0, "b": 2.0}),
        ({"a": 1.0}, {"a": 2.0}),
        ([1.0], {"a": 1.0}),
        ("no", "yes"),
        ("1.0", 1.0),
        (1.0, "1.0"),
        (A(["a"]), "a"),
        (A(["1.0"]), A([1.0])),
        (None, 0.0),
        (0.0, None),
        (A([1 + 0j]), A([1.0])),
    ],
    ids=repr,
)
def test_other_values_are_wrong(value, expected):
    assert not right(value, expected)


def test_a_judge_decides_in_place_of_the_comparison():
    assert right(5.0, 1.0, judge=lambda value, expected, args: value > expected)
    assert right(5.0, 1.0, judge=lambda value, expected, args: np.True_)
    assert not right(1.0, 1.0, judge=lambda value, expected, args: value > expected)


def test_a_value_that_its_judge_can_not_read_is_wrong():
    assert not right("text", 1.0, judge=lambda value, expected, args: value > expected)
    assert not right(A([1.0, 2.0]), 1.0, judge=lambda value, expected, args: value > expected)


def test_an_exception_is_never_right():
    ends = Outcome("ValueError")
    assert not verdict.is_right(TASK, Case("p"), ends, ends)


# --- Marks and diagnoses of the toy ---------------------------------------------------------------


@pytest.fixture
def marked(toy, solution):
    """Return a function that marks the toy with other code for `double`, trusted, and returns its task."""

    def mark(code, seed=1):
        marks = verdict.mark(toy, [*solution, code], seed, sandbox=False)
        double, spread = marks.tasks
        assert spread.points == 40
        return double

    return mark


def test_points_go_by_property(marked):
    task = marked("def double(x): return 2 * x if x.size else x[:, :2]")
    assert task.properties == {"ordinary arrays": True, "empty arrays": False, UNCHANGED: True}
    assert (task.points, task.out_of) == (50, 60)


def test_an_unchanged_argument_alone_earns_nothing(marked):
    task = marked("def double(x): return 0")
    assert (task.points, task.properties[UNCHANGED]) == (0, False)


@pytest.mark.parametrize(
    "change",
    ["x *= 2", "x.sort()", "x.shape = x.shape + (1,)", "x.dtype = np.int64"],
    ids=["values", "order", "shape", "dtype"],
)
def test_a_changed_argument_is_noticed(marked, change):
    task = marked(f"def double(x):\n    y = 2 * x\n    {change}\n    return y")
    assert task.properties == {"ordinary arrays": True, "empty arrays": True, UNCHANGED: False}


def test_an_argument_that_is_put_in_another_order_is_said_to_be_changed(marked):
    task = marked("def double(x):\n    y = 2 * x\n    x.sort()\n    return y")
    assert task.message == "It changes an array that it was given. Work on a copy, or make a new array."


SAID = {
    "not attempted": ("raise NotImplementedError('double')", "Not attempted."),
    "not callable": (None, "No function of this name was found."),
    "raises": ("raise KeyError(x)", "It raises KeyError."),
    "raises at times": ("return 2 * x if x.ndim == 1 else x.no", "It raises AttributeError on some inputs."),
    "exits": ("import sys; sys.exit(3)", "It raises SystemExit."),
    "returns nothing": ("2 * x", "It returns nothing (None) where an array with 1 axis is expected."),
    "returns a function": ("return print", "It returns something other than numbers, text, arrays"),
    "returns too much": ("return np.zeros(10**6)", "It returns far more than was asked for."),
    "returns a list": ("return list(2 * x)", "It returns a list where an array with 1 axis is expected."),
    "returns a number": (
        "return 2 * x.sum()",
        "It returns one number where an array with 1 axis is expected.",
    ),
    "a column": (
        "return 2 * x[:, None] if x.ndim == 1 else 2 * x",
        "It returns an array with 2 axes where an array with 1 axis is expected. (n, 1) is not (n,).",
    ),
    "transposed": (
        "return 2 * x.T",
        "The array that it returns has another shape than is expected. Is it transposed?",
    ),
    "another shape": ("return 2 * x[:-1]", "The array that it returns has another shape than is expected."),
    "integers": (
        "return (2 * x).astype(int)",
        "It returns whole numbers where decimal numbers are expected.",
    ),
    "nan": ("return 2 * x / np.zeros(x.shape)", "The result contains nan or inf on some inputs."),
    "hard-coded": (
        "return 2 * np.where(x == x.astype(int), x, 1.0)",
        "Right on the inputs in the notebook, wrong on others like them.",
    ),
    "single precision": ("return 2 * x.astype(np.float32)", "Right to about seven digits only"),
    "just wrong": ("return 3 * x", "Wrong: ordinary arrays."),
}


@pytest.mark.parametrize(("body", "said"), SAID.values(), ids=SAID)
def test_a_general_diagnosis(marked, body, said):
    task = marked("double = 3" if body is None else f"def double(x):\n    {body}")
    assert task.message.startswith(said)
    assert task.diagnosis == ""
    assert task.points < 60


def test_a_constant_is_said(toy, solution):
    code = "def spread(x): return 0.125"
    assert verdict.mark(toy, [*solution, code], 1, sandbox=False).tasks[1].message == (
        "It returns the same value for every input."
    )


def test_the_right_answer_is_left_without_a_word(marked):
    task = marked("def double(x): return x + x")
    assert (task.points, task.message, task.diagnosis) == (60, "", "")


def test_a_known_mistake_is_known_in_another_writing(marked):
    task = marked("def double(x):\n    for _ in range(2):\n        x = x + 1\n    return x")
    assert task.diagnosis == "double_adds_two"


def test_a_known_mistake_that_returns_nan_is_known(toy, solution):
    code = "def spread(x): return float('nan')"
    assert (
        verdict.mark(toy, [*solution, code], 1, sandbox=False).tasks[1].diagnosis == "spread_is_not_a_number"
    )


def test_half_a_known_mistake_is_not_named(marked):
    assert marked("def double(x): return x + 2 if x.ndim == 1 else x + 3").diagnosis == ""


# --- What is never said ---------------------------------------------------------------------------

LEAKS = {
    "in an exception": "raise ValueError(str(x.tolist()))",
    "in the exception's class": "raise type('X' + repr(float(x.sum())), (Exception,), {})(x)",
    "in the class of a subclass": "raise type('X' + repr(float(x.sum())), (KeyError,), {})(x)",
    "in print": "print(x.tolist()); raise KeyError",
    "in a warning": "import warnings; warnings.warn(str(x)); raise KeyError",
    "in the value": "return ['leak', x.tolist(), str(x)]",
    "in a property of the form": "return {str(v): v for v in x.ravel()}",
}


@pytest.mark.parametrize("body", LEAKS.values(), ids=LEAKS)
def test_no_hidden_input_gets_into_the_feedback(toy, solution, body):
    code = f"def double(x):\n    {body}"
    one, other = (
        json.dumps(verdict.mark(toy, [*solution, code], seed, sandbox=False).as_json()) for seed in (1, 2)
    )
    # Other inputs, the same words: then nothing of the inputs is in them.
    assert one == other
    assert "leak" not in one
    assert "0x" not in one


def test_an_exception_of_ones_own_is_named_by_a_class_that_everyone_knows(marked):
    code = "class Mine(KeyError): pass\ndef double(x): raise Mine"
    assert marked(code).message == "It raises KeyError."


@given(st.data(), st.booleans())
def test_no_value_brings_down_the_verdict(toy, values, data, changed):
    returned = itertools.cycle(data.draw(st.lists(values, min_size=1, max_size=3)))

    class Forger:
        """A worker that replies whatever it likes."""

        def ask(self, request, seconds=None):
            return {"kind": "value", "value": next(returned), "changed": changed}

        def close(self):
            pass

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verdict, "starter", lambda assignment, sandbox: Forger)
        marks = verdict.mark(toy, [], 1)
    assert marks.points <= 20
    assert all(task.message for task in marks.tasks)


# --- A pure function ------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_verdict_and_another_seed_other_inputs(toy, solution):
    code = "def double(x): return x.round(1) * 2"
    one, two = (verdict.mark(toy, [*solution, code], 5, sandbox=False) for _ in range(2))
    assert one == two
    first, second = (verdict.answer_key(toy, seed)[0].cases[1].args[0] for seed in (5, 6))
    assert not np.array_equal(first, second)


def test_the_inputs_of_a_task_do_not_depend_on_those_before_it(toy):
    last = dataclasses.replace(
        toy, tasks=(Task("double", {"p": 1}, lambda rng: [Case("p", (A([1.0]),))]),) * 2
    )
    assert len(verdict.answer_key(last, 5)) == 2
    again = dataclasses.replace(toy, tasks=(last.tasks[0], toy.tasks[1]))
    one, other = (verdict.answer_key(assignment, 5)[1].cases[1].args[0] for assignment in (toy, again))
    assert np.array_equal(one, other)


def test_a_submission_can_not_touch_the_inputs_of_the_next(toy, solution, marked):
    marked("def double(x):\n    x[...] = 0\n    return x")
    assert marked("def double(x): return 2 * x").points == 60


def test_a_verdict_survives_json(toy, solution):
    marks = verdict.mark(toy, [*solution, "def double(x): return 0"], 1, sandbox=False)
    assert verdict.Verdict.from_json(json.loads(json.dumps(marks.as_json()))) == marks


def test_a_failing_cell_is_noted_by_its_number_and_exception(toy, solution):
    marks = verdict.mark(toy, ["1 / 0", *solution, "raise KeyError('secret')"], 1, sandbox=False)
    assert marks.points == 100
    assert marks.notes == [
        "Code cell 1 stopped with ZeroDivisionError.",
        "Code cell 5 stopped with KeyError.",
    ]


# --- The assignment's own mistakes ----------------------------------------------------------------


def test_a_property_without_a_case_is_refused(toy):
    broken = dataclasses.replace(toy.tasks[0], points={**toy.tasks[0].points, "large": 5})
    with pytest.raises(ValueError, match="cases of double and the points of double"):
        verdict.answer_key(dataclasses.replace(toy, tasks=(broken,)), 1)


def test_of_two_mistakes_the_one_with_the_same_answers_is_named(toy, solution):
    def twin(x):
        """Three are added."""
        return x + 3

    both = dataclasses.replace(
        toy, mistakes=(*toy.mistakes, Variant("twin", "double", twin, "Three are added."))
    )
    marks = verdict.mark(both, [*solution, "def double(x): return x + 3"], 1, sandbox=False)
    assert (marks.tasks[0].diagnosis, marks.tasks[0].message) == ("twin", "Three are added.")
