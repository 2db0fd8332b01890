"""Every assignment is fair: right answers get their marks, known mistakes lose them and are named."""

import functools
from pathlib import Path

import numpy as np
import pytest
import sevensteps as ss

from coursework.grader import notebooks, tasks, verdict
from coursework.grader.interview import Interview, Trusted
from coursework.grader.worker import Session

ROOT = Path(__file__).resolve().parents[2]
TOY = Path(__file__).parent / "toy"
REAL = [tasks.load(path.parent) for path in sorted((ROOT / "coursework").glob("*/assignment.ipynb"))]
ALL = [*REAL, tasks.load(TOY)]
# Known mistakes have to be told apart whatever the hidden inputs are.
SEEDS = [1, 2, 3]

each = pytest.mark.parametrize("assignment", ALL, ids=lambda one: one.name)
each_real = pytest.mark.parametrize("assignment", REAL, ids=lambda one: one.name)


def variants(kind):
    """Return the parameters of a test over every known mistake or every alternative."""
    return pytest.mark.parametrize(
        ("assignment", "variant"),
        [
            pytest.param(one, variant, id=f"{one.name}-{variant.name}")
            for one in ALL
            for variant in getattr(one, kind)
        ],
    )


@functools.cache
def cells(assignment):
    return notebooks.submission(notebooks.read(assignment.notebook), assignment).cells


@pytest.fixture
def row(record_property):
    """Return a function that adds to an assignment's row in the table at the end of the run."""
    return lambda assignment, column, count=1: record_property(assignment.name, (column, count))


@each
def test_the_reference_has_full_marks(assignment, row):
    row(assignment, "tasks", len(assignment.tasks))
    for seed in SEEDS:
        marks = verdict.mark(assignment, cells(assignment), seed, sandbox=False)
        assert [task.message for task in marks.tasks if task.message] == []
        assert marks.points == marks.out_of == 100


@each
def test_the_sandbox_gives_the_reference_the_same_verdict(assignment, sandbox):
    inside = verdict.mark(assignment, cells(assignment), 1, sandbox=sandbox)
    assert inside == verdict.mark(assignment, cells(assignment), 1, sandbox=False)


@each
def test_a_blank_notebook_has_none(assignment):
    blank = [notebooks.stub(source) for source in cells(assignment)]
    marks = verdict.mark(assignment, blank, 1, sandbox=False)
    assert marks.points == 0
    assert {task.message for task in marks.tasks} == {"Not attempted."}


@variants("mistakes")
def test_a_known_mistake_loses_points_in_its_task_and_is_named(assignment, variant, row):
    row(assignment, "mistakes")
    for seed in SEEDS:
        marks = verdict.mark(assignment, [*cells(assignment), variant.source], seed, sandbox=False)
        (wrong,) = (task for task in marks.tasks if task.points < task.out_of)
        assert (wrong.name, wrong.diagnosis) == (variant.task, variant.name)
        assert wrong.message == variant.message
        assert marks.points == 100 - wrong.out_of + wrong.points
    row(assignment, "caught")


@variants("alternatives")
def test_an_alternative_has_full_marks(assignment, variant, row):
    row(assignment, "alternatives")
    for seed in SEEDS:
        marks = verdict.mark(assignment, [*cells(assignment), variant.source], seed, sandbox=False)
        assert [task.message for task in marks.tasks if task.message] == []
        assert marks.points == 100
    row(assignment, "accepted")


@each_real
def test_there_is_enough_of_everything(assignment):
    def of(kind):
        return [variant.task for variant in getattr(assignment, kind)]

    names = [task.name for task in assignment.tasks]
    assert len(names) >= 4
    assert len(of("mistakes")) >= 8
    assert len(of("alternatives")) >= 4
    assert [name for name in names if of("mistakes").count(name) < 2] == []
    assert [name for name in names if of("alternatives").count(name) < 1] == []
    assert set(of("mistakes") + of("alternatives")) <= set(names)


@each_real
def test_every_mistake_has_a_message_of_its_own(assignment):
    messages = [variant.message for variant in assignment.mistakes]
    assert all(message.endswith((".", "?")) for message in messages)
    assert len(set(messages)) == len(messages)


@each
def test_the_notebook_has_every_task_in_order_with_its_points_and_checks(assignment):
    notebook = notebooks.read(assignment.notebook)
    names = [task.name for task in assignment.tasks]
    assert notebook.assignment == assignment.name
    assert [cell.grade_id for cell in notebook.cells if cell.role == "task"] == names
    assert [cell.grade_id for cell in notebook.cells if cell.role == "check"] == [f"{n}-check" for n in names]
    assert notebooks.submission(notebook, assignment).notes == ()


def full_marks(known, function):
    """Say whether a function of another place earns all points of a task."""
    interview = Interview(functools.partial(Trusted, {known.task.name: function}), [])
    # One case after the other: most functions fail at the first, and some would take long over the rest.
    for case, expected, limit in zip(known.cases, known.expected, known.limits, strict=True):
        (outcome,) = interview.outcomes(known.task, [case], [limit])
        if not verdict.is_right(known.task, case, expected, outcome):
            return False
    return True


PUBLIC = {name: item for name in ss.__all__ if callable(item := getattr(ss, name))}


@each_real
def test_no_function_of_the_library_answers_a_task(assignment):
    answers = [
        (known.task.name, name)
        for known in verdict.answer_key(assignment, 1)
        for name, function in PUBLIC.items()
        if full_marks(known, function)
    ]
    assert answers == []


def test_the_search_for_answers_finds_one():
    known = verdict.answer_key(ALL[-1], 1)[0]
    assert full_marks(known, lambda x: np.add(x, x))


@each_real
def test_no_task_is_another_one_under_another_name(assignment):
    session = Session()
    for source in cells(assignment):
        session.run(source)
    same = [
        (task.name, known.task.name)
        for task in assignment.tasks
        for other in REAL
        for known in verdict.answer_key(other, 1)
        if known.task is not task and full_marks(known, session.namespace[task.name])
    ]
    assert same == []
