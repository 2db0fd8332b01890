"""Hidden checks of assignment 7: judgements about a run."""

import numpy as np

from coursework.grader.tasks import UNCHANGED, Case, Task


def early_stop_cases(rng):
    """Falling curves with a rise, with an end, and with improvements below the margin."""
    yield Case("runs that stop early", (np.array([5.0, 4.0, 4.5, 4.6, 3.0]), 2, 0.0), visible=True)
    yield Case("runs that reach their end", (np.array([3.0, 2.0, 1.0]), 2, 0.0), visible=True)
    for patience in (1, 3, 5):
        best = int(rng.integers(4, 9))
        falling = 3 + np.sort(rng.uniform(0, 2, best))[::-1]
        rising = 2.9 + np.append(0, np.cumsum(rng.uniform(0.01, 0.1, patience + 6)))
        rising[-3:] = 0.5  # better than ever, and never seen
        yield Case("runs that stop early", (np.append(falling, rising), patience, 0.0))
    yield Case("runs that reach their end", (np.array([0.7]), 1, 0.0))
    yield Case("runs that reach their end", (np.array([3.0, 1.0, 2.0, 2.5]), 3, 0.0))
    yield Case("runs that reach their end", (np.array([3.0, 1.0, 2.0, 2.5]), 4, 0.0))
    # Each step is below the margin, and some of them together are above it.
    slow = 2 - 0.04 * np.arange(12) + rng.uniform(-0.005, 0.005, 12)
    yield Case("small improvements", (slow, 5, 0.1))
    yield Case("small improvements", (slow, 2, 0.1))
    yield Case("small improvements", (np.array([4.0, 3.5, 3.0, 3.0]), 2, 0.5))
    yield Case("small improvements", (np.array([4.0, 4.0, 4.0, 4.0]), 3, 0.0))


def smoothed_plateau_cases(rng):
    """Noise on a falling curve; short and falling runs; curves that fall below zero."""
    flat = np.array([8.0, 6.0, 4.0, 4.0, 4.0])
    yield Case("runs that never flatten", (flat, 2, 0.0), visible=True)
    yield Case("noisy runs that flatten", (np.append(flat, 4.0), 2, 0.0), visible=True)
    for window, tol in [(3, 0.01), (5, 0.02), (1, 0.05)]:
        losses = 0.5 + 2 * 0.8 ** np.arange(50) + rng.normal(0, 0.01, 50)
        yield Case("noisy runs that flatten", (losses, window, tol))
    yield Case("runs that never flatten", (2.0 - 0.1 * np.arange(15), 3, 0.01))
    yield Case("runs that never flatten", (np.full(5, 1.0), 3, 0.01))
    yield Case("runs that never flatten", (np.array([1.0]), 1, 0.5))
    below = -1 + 3 * 0.7 ** np.arange(40) + rng.normal(0, 0.002, 40)
    yield Case("losses below zero", (below, 4, 0.01))
    yield Case("losses below zero", (-1.0 - 0.1 * np.arange(12), 2, 0.01))


def epochs_left_cases(rng):
    """Exact geometric runs, bent ones, and the ends of the scale."""
    yield Case("clean runs", (np.array([9.0, 5.0, 3.0]), 1.0, 0.3), visible=True)
    yield Case("no epochs left, or no end", (np.array([9.0, 5.0, 3.0]), 1.0, 2.5), visible=True)
    for rate in (0.3, 0.9, 0.99):
        minimum, epochs = float(rng.normal()), int(rng.integers(5, 30))
        losses = minimum + 4 * rate ** np.arange(epochs)
        yield Case("clean runs", (losses, minimum, 4 * rate ** (epochs + 6.5)))
    for _ in range(5):
        gaps = 5 * 0.8 ** np.arange(15) * rng.uniform(0.5, 2, 15)
        yield Case("runs that aren't quite straight", (0.2 + gaps, 0.2, gaps[-1] * 1e-4))
    yield Case("no epochs left, or no end", (np.array([2.0, 3.0, 5.0]), 1.0, 0.1))
    yield Case("no epochs left, or no end", (np.array([2.0, 3.0, 5.0]), 1.0, 10.0))


def gap_bound_cases(rng):
    """Tall tables, wide ones, and one whose square is 20 GB."""
    by_hand = (np.ones((1, 1)), np.zeros(1), np.ones(1), 2.0)
    yield Case("more rows than columns", by_hand, visible=True)
    for shape in [(12, 3), (5, 5), (30, 4)]:
        X = rng.normal(0, 1, shape) * rng.uniform(0.5, 3, shape[1])
        yield Case("more rows than columns", (X, rng.normal(0, 1, shape[0]), rng.normal(0, 1, shape[1]), 0.3))
    for shape in [(3, 5), (1, 4)]:
        X = rng.normal(0, 1, shape)
        yield Case("more columns than rows", (X, rng.normal(0, 1, shape[0]), rng.normal(0, 1, shape[1]), 0.7))
    X = rng.normal(0, 1, (3, 50_000))
    yield Case("very many columns", (X, rng.normal(0, 1, 3), rng.normal(0, 0.01, 50_000), 0.5))


def threshold_separation_cases(rng):
    """Each answer in both directions, unsorted; ties in several places."""
    y_true = np.array([0, 0, 1, 1])
    yield Case("separated", (np.array([1.0, 2.0, 3.0, 4.0]), y_true), visible=True)
    yield Case("touching", (np.array([1.0, 2.0, 2.0, 3.0]), y_true), visible=True)
    yield Case("mixed", (np.array([1.0, 3.0, 2.0, 4.0]), y_true), visible=True)
    for side in (1, -1):
        low, high = np.round(rng.uniform(-3, 0.9, 6), 1), np.round(rng.uniform(1.1, 4, 5), 1)
        x, y = np.concatenate([low, high]), np.repeat([0, 1], [6, 5])
        order = rng.permutation(11)
        yield Case("separated", (side * x[order], y[order]))
        tied = x.copy()
        tied[[0, 1, -1]] = 1.0
        yield Case("touching", (side * tied[order], y[order]))
        mixed = x.copy()
        mixed[[0, -1]] = 3.0, -1.0
        yield Case("mixed", (side * mixed[order], y[order]))
    # One class sits on the threshold as a whole: it still touches.
    yield Case("touching", (np.array([2.0, 2.0, 2.0, 5.0]), np.array([0, 0, 1, 1])))
    yield Case("mixed", (np.full(4, 1.5), y_true))
    # Classes that are enclosed: no threshold, though their ranges have one end in common.
    yield Case("mixed", (np.array([1.0, 3.0, 1.0, 2.0]), y_true))


TASKS = [
    Task(
        "early_stop",
        {
            "runs that stop early": 8,
            "runs that reach their end": 4,
            "small improvements": 6,
            UNCHANGED: 2,
        },
        early_stop_cases,
    ),
    Task(
        "smoothed_plateau",
        {
            "noisy runs that flatten": 9,
            "runs that never flatten": 5,
            "losses below zero": 4,
            UNCHANGED: 2,
        },
        smoothed_plateau_cases,
    ),
    Task(
        "epochs_left",
        {
            "clean runs": 7,
            "runs that aren't quite straight": 4,
            "no epochs left, or no end": 2,
            UNCHANGED: 2,
        },
        epochs_left_cases,
    ),
    Task(
        "gap_bound",
        {
            "more rows than columns": 9,
            "more columns than rows": 5,
            "very many columns": 4,
            UNCHANGED: 2,
        },
        gap_bound_cases,
    ),
    Task(
        "threshold_separation",
        {"separated": 6, "touching": 9, "mixed": 8, UNCHANGED: 2},
        threshold_separation_cases,
    ),
]
