"""Hidden checks of assignment 6: machinery around the update."""

import numpy as np

from coursework.grader.tasks import UNCHANGED, Case, Task


def clip_by_norm_cases(rng):
    """Gradients on both sides of the limit, and at rest."""
    pieces = [np.array([3.0]), np.array([0.0, 4.0])]
    yield Case("too long", (pieces, 1.0), visible=True)
    yield Case("short enough", (pieces, 6.0), visible=True)
    for limit in (1.5, 0.2):
        grads = [rng.normal(0, 3, (4, 2)), rng.normal(0, 3, 2), rng.normal(0, 3, (2, 3))]
        yield Case("too long", (grads, limit))
    # Each array is longer than the limit allows the whole to be, or shorter than it by itself.
    yield Case("too long", ([np.full(3, 0.5), np.full(4, 0.45)], 1.0))
    yield Case("short enough", ([rng.normal(0, 1, (3, 2)), rng.normal(0, 1, 2)], 50.0))
    yield Case("a gradient of zeros", ([np.zeros(3), np.zeros((2, 2))], 1.0))


def warmup_cosine_cases(rng):
    """Schedules with a warm-up of one step and of many, and without."""
    yield Case("with a warm-up", (4, 2, 1.0), visible=True)
    for steps, warmup in [(20, 5), (11, 1), (9, 8)]:
        yield Case("with a warm-up", (steps, warmup, rng.uniform(0.01, 3)))
    for steps in (1, 12):
        yield Case("without a warm-up", (steps, 0, rng.uniform(0.01, 3)))


def largest_rate_cases(rng):
    """Centred columns and others, more columns than rows among them."""
    yield Case("without penalty", (np.array([[1.0]]), 0.0, 0.0), visible=True)
    for shape, beta in [((12, 3), 0.0), ((8, 2), 0.9), ((3, 5), 0.5)]:
        X = rng.normal(1, 1, shape) * rng.uniform(0.5, 3, shape[1])
        yield Case("without penalty", (X, beta, 0.0))
        yield Case("with penalty", (X, beta, rng.uniform(0.5, 3)))


def adamw_path_cases(rng):
    """One step, many steps, each with and without decay."""
    yield Case("the first step", (np.ones(1), np.array([[5.0]]), 0.1, 0.9, 0.999, 0.0, 0.0), visible=True)
    yield Case("the decay", (np.ones(1), np.zeros((1, 1)), 0.1, 0.9, 0.999, 1e-8, 0.5), visible=True)
    rates = (0.1, 0.9, 0.99, 1e-8)
    yield Case("the first step", (rng.normal(0, 1, 3), rng.normal(0, 4, (1, 3)), *rates, 0.0))
    for steps in (6, 25):
        start, grads = rng.normal(0, 1, 3), rng.normal(0.5, 2, (steps, 3))
        yield Case("later steps", (start, grads, 0.05, 0.8, 0.95, 1e-3, 0.0))
        yield Case("the decay", (start, grads, 0.05, 0.8, 0.95, 1e-3, rng.uniform(0.5, 2)))


def part(index):
    """Return a judge that compares one entry of the pair only."""

    def judge(value, expected, args):
        if not isinstance(value, tuple | list) or len(value) != 2:
            return False
        got, right = np.asarray(value[index]), np.asarray(expected[index])
        return got.shape == right.shape and np.allclose(got, right, rtol=1e-9, atol=1e-12)

    return judge


def restarted_momentum_cases(rng):
    """A start from rest, a slow path, and paths in narrow valleys that restart several times."""
    by_hand = (np.eye(1), np.zeros(1), np.ones(1), 1.5, 0.9, 2)
    yield Case("the path with restarts", by_hand, judge=part(0), visible=True)
    yield Case("which steps restarted", by_hand, judge=part(1), visible=True)
    turn = np.linalg.qr(rng.normal(0, 1, (2, 2)))[0]
    A = turn @ np.diag([1.0, rng.uniform(15, 25)]) @ turn.T
    A = (A + A.T) / 2
    c, start = rng.normal(0, 1, 2), rng.normal(0, 5, 2)
    yield Case("one step", (A, c, start, 0.02, 0.9, 1), judge=part(0))
    yield Case("a path without a restart", (A, c, start, 0.001, 0.5, 12), judge=part(0))
    for beta in (0.9, 0.95):
        yield Case("the path with restarts", (A, c, start, 0.03, beta, 60), judge=part(0))
        yield Case("which steps restarted", (A, c, start, 0.03, beta, 60), judge=part(1))


TASKS = [
    Task(
        "clip_by_norm",
        {"too long": 8, "short enough": 4, "a gradient of zeros": 1, UNCHANGED: 2},
        clip_by_norm_cases,
    ),
    Task(
        "warmup_cosine",
        {"with a warm-up": 9, "without a warm-up": 6},
        warmup_cosine_cases,
    ),
    Task(
        "largest_rate",
        {"without penalty": 9, "with penalty": 9, UNCHANGED: 2},
        largest_rate_cases,
    ),
    Task(
        "adamw_path",
        {"the first step": 8, "later steps": 8, "the decay": 7, UNCHANGED: 2},
        adamw_path_cases,
    ),
    Task(
        "restarted_momentum",
        {
            "one step": 5,
            "a path without a restart": 5,
            "the path with restarts": 8,
            "which steps restarted": 5,
            UNCHANGED: 2,
        },
        restarted_momentum_cases,
    ),
]
