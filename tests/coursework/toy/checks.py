"""Hidden checks of the toy assignment, on which the grader is tested."""

import numpy as np

from coursework.grader.tasks import UNCHANGED, Case, Task


def double_cases(rng):
    """Arrays of one and two axes, and one that is empty."""
    yield Case("ordinary arrays", (np.array([1.0, 2.0]),), visible=True)
    yield Case("ordinary arrays", (rng.normal(0, 2, 5),))
    yield Case("ordinary arrays", (rng.normal(0, 2, (3, 4)),))
    yield Case("empty arrays", (np.empty((0, 3)),))


def spread_cases(rng):
    """Rows of numbers, judged by a tolerance of their own; then a single number."""

    def close(value, expected, args):
        return abs(value - expected) < 1e-6 * abs(expected)

    yield Case("ordinary rows", (np.array([1.0, 4.0]),), visible=True)
    yield Case("ordinary rows", (rng.normal(0, 2, 6),), judge=close)
    yield Case("ordinary rows", (), {"x": rng.normal(9, 2, 4)}, judge=close)
    yield Case("one number", (rng.normal(3, 1, 1),))


TASKS = [
    Task("double", {"ordinary arrays": 40, "empty arrays": 10, UNCHANGED: 10}, double_cases, cpu_seconds=1.0),
    Task("spread", {"ordinary rows": 30, "one number": 10}, spread_cases, cpu_seconds=1.0),
]
