"""Hidden checks of assignment 3: relatives of the activations."""

import numpy as np

from coursework.grader.tasks import UNCHANGED, Case, Task

LOGARITHM = np.array([[0.0, np.log(2)]])


def softmax_temperature_cases(rng):
    """Ordinary tables at three temperatures, then rows far apart and far from zero."""
    yield Case("ordinary logits", (LOGARITHM, 0.5), visible=True)
    for rows, classes, temperature in [(4, 3, 0.7), (7, 5, 2.5), (1, 6, 1.3)]:
        yield Case("ordinary logits", (rng.normal(0, 2, (rows, classes)), temperature))
    offsets = np.array([[-3000.0], [0.0], [4000.0]])
    yield Case("large logits", (rng.normal(0, 2, (3, 4)) + offsets, rng.uniform(0.6, 0.9)))


def softplus_cases(rng):
    """Both sides of the corner, then far from it."""
    yield Case("ordinary values", (np.array(0.0), 2.0), visible=True)
    yield Case("ordinary values", (rng.normal(0, 2, (4, 3)), 0.7))
    yield Case("ordinary values", (rng.normal(0, 2, 9), rng.uniform(1.5, 3)))
    yield Case("large values", (rng.uniform(2000, 5000, 4) * [1, -1, 1, -1], 0.5))
    yield Case("small results", (rng.uniform(-300, -20, 6), 2.0))


def masked_softmax_cases(rng):
    """Random masks; a huge logit behind the mask; one class left."""
    halves = np.array([[0.0, 0.0, 5.0]]), np.array([[True, True, False]])
    yield Case("ordinary logits", halves, visible=True)
    for rows, classes in [(5, 4), (8, 6)]:
        allowed = rng.random((rows, classes)) < 0.6
        allowed[np.arange(rows), rng.integers(0, classes, rows)] = True
        allowed[0] = [True, True] + [False] * (classes - 2)
        yield Case("ordinary logits", (rng.normal(0, 2, (rows, classes)), allowed))
    z = rng.normal(0, 2, (3, 4))
    z[:, 1] += rng.uniform(2000, 3000)
    yield Case("a forbidden class with a large logit", (z, np.array([[True, False, True, True]] * 3)))
    yield Case("one allowed class", (rng.normal(-3, 1, (4, 4)), np.eye(4, dtype=bool)))


def softmax_change_cases(rng):
    """Random directions; rows whose common offset overflows e^z."""
    yield Case("ordinary rows", (np.array([[0.0, 0.0]]), np.array([[1.0, 0.0]])), visible=True)
    for shape in [(5, 3), (4, 7), (1, 4)]:
        yield Case("ordinary rows", (rng.normal(0, 1.5, shape), rng.normal(0, 2, shape)))
    z = rng.normal(0, 1.5, (3, 5)) + rng.uniform(1000, 4000)
    yield Case("large logits", (z, rng.normal(0, 2, (3, 5))))


def grade_probabilities_cases(rng):
    """Grades of ordinary students, of a single cut, and in both tails."""
    yield Case("ordinary rows", (np.zeros(1), np.array([-np.log(3), np.log(3)])), visible=True)
    for rows, cuts in [(6, 3), (4, 5)]:
        thresholds = np.sort(rng.normal(0, 2, cuts)) + 0.1 * np.arange(cuts)
        yield Case("ordinary rows", (rng.normal(0, 2, rows), thresholds))
    yield Case("a single threshold", (rng.normal(0, 2, 5), rng.normal(0, 1, 1)))
    tails = np.concatenate([rng.uniform(60, 450, 4), rng.uniform(-450, -60, 4)])
    yield Case("small probabilities", (tails, np.sort(rng.normal(0, 2, 4)) + 0.1 * np.arange(4)))


TASKS = [
    Task(
        "softmax_temperature",
        {"ordinary logits": 8, "large logits": 5, UNCHANGED: 2},
        softmax_temperature_cases,
    ),
    Task(
        "softplus",
        {"ordinary values": 8, "large values": 5, "small results": 5, UNCHANGED: 2},
        softplus_cases,
        atol=0.0,
    ),
    Task(
        "masked_softmax",
        {
            "ordinary logits": 9,
            "a forbidden class with a large logit": 6,
            "one allowed class": 3,
            UNCHANGED: 2,
        },
        masked_softmax_cases,
    ),
    Task(
        "softmax_change",
        {"ordinary rows": 12, "large logits": 6, UNCHANGED: 2},
        softmax_change_cases,
    ),
    Task(
        "grade_probabilities",
        {"ordinary rows": 10, "a single threshold": 3, "small probabilities": 10, UNCHANGED: 2},
        grade_probabilities_cases,
        atol=0.0,
    ),
]
