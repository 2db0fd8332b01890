"""Hidden checks of assignment 2: relatives of the logits."""

import numpy as np

from coursework.grader.tasks import UNCHANGED, Case, Task


def interaction_logits_cases(rng):
    """One pair, a square among them; then several pairs that share columns."""
    by_hand = (np.array([[2.0, 3.0]]), np.ones(2), 0.0, np.array([[0, 1]]), np.array([-1.0]))
    yield Case("one pair", by_hand, visible=True)
    for pair in ([2, 0], [1, 1]):
        X, weights = rng.normal(0, 1, (5, 3)), rng.normal(0, 1, 3)
        yield Case("one pair", (X, weights, float(rng.normal()), np.array([pair]), rng.normal(0, 2, 1)))
    for rows, columns, m in [(6, 4, 3), (1, 5, 4)]:
        pairs = rng.integers(0, columns, (m, 2))
        pairs[-1] = pairs[0, ::-1]
        X, weights = rng.normal(0, 1, (rows, columns)), rng.normal(0, 1, columns)
        yield Case("several pairs", (X, weights, float(rng.normal()), pairs, rng.normal(0, 2, m)))


def raw_parameters_cases(rng):
    """One output, then several, as many as columns among them."""
    yield Case("one output", (np.array([4.0]), 1.0, np.array([10.0]), np.array([2.0])), visible=True)
    for columns in (3, 6):
        means, scales = rng.normal(0, 5, columns), rng.uniform(0.2, 9, columns)
        yield Case("one output", (rng.normal(0, 1, columns), float(rng.normal()), means, scales))
    for columns, k in [(4, 2), (3, 3)]:
        means, scales = rng.normal(0, 5, columns), rng.uniform(0.2, 9, columns)
        arguments = (rng.normal(0, 1, (columns, k)), rng.normal(0, 1, k), means, scales)
        yield Case("several outputs", arguments)


def quadratic_logits_cases(rng):
    """Symmetric matrices first; then others; then a table whose square is 27 GB."""
    for rows, columns in [(5, 3), (1, 4), (3, 3)]:
        half = rng.normal(0, 1, (columns, columns))
        X, weights = rng.normal(0, 1, (rows, columns)), rng.normal(0, 1, columns)
        yield Case("ordinary rows", (X, half + half.T, weights, float(rng.normal())))
    triangle = np.array([[1.0, 1.0], [0.0, 1.0]])
    by_hand = (np.array([[1.0, 2.0]]), triangle, np.zeros(2), -4.0)
    yield Case("a matrix that isn't symmetric", by_hand, visible=True)
    for rows, columns in [(6, 3), (4, 4)]:
        A, X = rng.normal(0, 1, (columns, columns)), rng.normal(0, 1, (rows, columns))
        yield Case("a matrix that isn't symmetric", (X, A, rng.normal(0, 1, columns), 0.5))
    X = rng.normal(0, 1, (60_000, 2))
    yield Case("sixty thousand rows", (X, np.array([[1.0, 0.5], [0.5, 2.0]]), np.ones(2), -1.0))


def stored(rng, lengths, columns):
    """Return values, columns and starts of rows with the given numbers of entries."""
    starts = np.concatenate([[0], np.cumsum(lengths)])
    where = np.concatenate([rng.permutation(columns)[:length] for length in lengths]).astype(int)
    return rng.normal(0, 2, starts[-1]), where, starts


def sparse_logits_cases(rng):
    """Full rows, then holes inside, then holes at the end."""
    for lengths in ([2, 3, 1], [4, 1, 1, 2, 5]):
        entries = stored(rng, lengths, 6)
        yield Case("rows with entries", (*entries, rng.normal(0, 1, 6), float(rng.normal())))
    by_hand = (np.array([2.0, 3.0, 5.0]), np.array([0, 2, 1]), np.array([0, 2, 2, 3]))
    yield Case("empty rows in between", (*by_hand, np.array([1.0, 10.0, 100.0]), 0.0), visible=True)
    for lengths in ([2, 0, 3, 1], [0, 0, 4, 0, 2]):
        entries = stored(rng, lengths, 6)
        yield Case("empty rows in between", (*entries, rng.normal(0, 1, 6), float(rng.normal())))
    for lengths in ([2, 1, 0], [3, 0, 0]):
        entries = stored(rng, lengths, 5)
        yield Case("empty rows at the end", (*entries, rng.normal(0, 1, 5), float(rng.normal())))


def distance_to_the_border_cases(rng):
    """Two classes, several, and several of which some have equal weights."""
    yield Case("two classes", (np.array([[3.0]]), np.array([[0.0, 2.0]]), np.zeros(2)), visible=True)
    for rows, columns in [(6, 3), (1, 2)]:
        X, weights = rng.normal(0, 2, (rows, columns)), rng.normal(0, 1, (columns, 2))
        yield Case("two classes", (X, weights, rng.normal(0, 1, 2)))
    for rows, columns, k in [(20, 2, 4), (12, 3, 6)]:
        weights = rng.normal(0, 1, (columns, k)) * rng.uniform(0.3, 3, k)
        yield Case("several classes", (rng.normal(0, 2, (rows, columns)), weights, rng.normal(0, 1, k)))
    twins = np.array([[3.0]]), np.array([[1.0, 1.0]]), np.array([0.0, 1.0])
    yield Case("classes with equal weights", twins, visible=True)
    weights = rng.normal(0, 1, (2, 4))
    weights[:, 3] = weights[:, 1]
    # Twins that lie close together, so that counting their difference of biases as a distance shows.
    bias = np.array([0.0, 0.5, 0.0, 0.499])
    yield Case("classes with equal weights", (rng.normal(0, 2, (15, 2)), weights, bias))


TASKS = [
    Task(
        "interaction_logits",
        {"one pair": 6, "several pairs": 7, UNCHANGED: 2},
        interaction_logits_cases,
    ),
    Task(
        "raw_parameters",
        {"one output": 9, "several outputs": 9, UNCHANGED: 2},
        raw_parameters_cases,
    ),
    Task(
        "quadratic_logits",
        {
            "ordinary rows": 9,
            "a matrix that isn't symmetric": 4,
            "sixty thousand rows": 5,
            UNCHANGED: 2,
        },
        quadratic_logits_cases,
    ),
    Task(
        "sparse_logits",
        {
            "rows with entries": 9,
            "empty rows in between": 5,
            "empty rows at the end": 4,
            UNCHANGED: 2,
        },
        sparse_logits_cases,
    ),
    Task(
        "distance_to_the_border",
        {
            "two classes": 7,
            "several classes": 10,
            "classes with equal weights": 6,
            UNCHANGED: 2,
        },
        distance_to_the_border_cases,
    ),
]
