"""Hidden checks of assignment 5: derivatives that chapter 5 does not have."""

import numpy as np

from coursework.grader.tasks import UNCHANGED, Case, Task


def normalization_backward_cases(rng):
    """Ordinary rows; then rows whose squared length leaves the range of float64."""
    yield Case("ordinary rows", (np.array([[2.0, 0.0]]), np.array([[3.0, 4.0]])), visible=True)
    for shape in [(4, 3), (1, 6), (7, 2)]:
        yield Case("ordinary rows", (rng.normal(0, 3, shape), rng.normal(0, 1, shape)))
    scale = np.array([[1e-200], [1e200], [1.0]])
    yield Case("very short and long rows", (scale * rng.normal(0, 1, (3, 4)), rng.normal(0, 1, (3, 4))))


def linear_rows(rng, rows, columns):
    """Return X, weights, bias and the predictions of a linear model."""
    X, weights, bias = rng.normal(0, 1, (rows, columns)), rng.normal(0, 1, columns), float(rng.normal())
    return X, weights, bias, X @ weights + bias


def huber_gradient_cases(rng):
    """Errors within the border, then beyond it on both sides and mixed."""
    one = (np.array([[2.0]]), np.zeros(1), np.ones(1), 3.0, 1.0)
    yield Case("large errors", one, visible=True)
    for rows, columns in [(6, 3), (11, 2)]:
        X, weights, bias, y_pred = linear_rows(rng, rows, columns)
        yield Case("small errors", (X, y_pred - rng.uniform(-1, 1, rows), weights, bias, 1.5))
        error = rng.choice([-1, 1], rows) * rng.uniform(0.1, 6, rows)
        error[:2] = [-5, 5]
        yield Case("large errors", (X, y_pred - error, weights, bias, 1.5))


def brier_gradient_cases(rng):
    """Ordinary logits; then one row each, right or wrong by hundreds, alone so that nothing hides it."""
    yield Case("ordinary rows", (np.ones((1, 1)), np.array([1]), np.zeros(1), 0.0), visible=True)
    for rows, columns in [(7, 3), (12, 2)]:
        X, weights, bias, _ = linear_rows(rng, rows, columns)
        yield Case("ordinary rows", (X, np.arange(rows) % 2, weights, bias))
    for label in (0, 1):
        for sign in (-1, 1):
            X = np.array([[sign * rng.uniform(230, 300), 1.0]])
            yield Case("logits of hundreds", (X, np.array([label]), np.array([1.0, -0.5]), 0.25))


def curvature_product_cases(rng):
    """Directions of the weights with and without the bias; then saturated rows."""
    one = (np.array([[2.0]]), np.zeros(1), 0.0, np.ones(1), 0.0)
    yield Case("directions of the weights", one, visible=True)
    for rows, columns in [(5, 3), (9, 4)]:
        X, weights, bias, _ = linear_rows(rng, rows, columns)
        yield Case("directions of the weights", (X, weights, bias, rng.normal(0, 1, columns), 0.0))
        yield Case("directions of the bias", (X, weights, bias, np.zeros(columns), float(rng.normal())))
        yield Case("directions of the bias", (X, weights, bias, rng.normal(0, 1, columns), 1.7))
    X = np.array([[rng.uniform(100, 300), 1.0], [rng.uniform(100, 300), -1.0]])
    yield Case("logits of hundreds", (X, np.array([1.0, 0.5]), 0.3, np.array([0.2, 1.0]), 0.4))


def focal_slope_cases(rng):
    """Three exponents, then both tails."""
    yield Case("ordinary logits", (np.array([1]), np.zeros(1), 1.0), visible=True)
    for rows, gamma in [(9, 2.0), (14, 0.5), (6, 0.0)]:
        yield Case("ordinary logits", (np.arange(rows) % 2, rng.normal(0, 2, rows), gamma))
    y_true = np.array([0, 1, 1, 0])
    against = np.where(y_true == 1, -1, 1)
    yield Case("rows that are far wrong", (y_true, against * rng.uniform(1000, 5000, 4), 2.0))
    yield Case("rows that are far right", (y_true, -against * rng.uniform(20, 200, 4), 1.5))


TASKS = [
    Task(
        "normalization_backward",
        {"ordinary rows": 9, "very short and long rows": 4, UNCHANGED: 2},
        normalization_backward_cases,
    ),
    Task(
        "huber_gradient",
        {"small errors": 7, "large errors": 11, UNCHANGED: 2},
        huber_gradient_cases,
    ),
    Task(
        "brier_gradient",
        {"ordinary rows": 12, "logits of hundreds": 6, UNCHANGED: 2},
        brier_gradient_cases,
        atol=0.0,
    ),
    Task(
        "curvature_product",
        {
            "directions of the weights": 9,
            "directions of the bias": 4,
            "logits of hundreds": 5,
            UNCHANGED: 2,
        },
        curvature_product_cases,
        atol=1e-300,
    ),
    Task(
        "focal_slope",
        {
            "ordinary logits": 11,
            "rows that are far wrong": 6,
            "rows that are far right": 6,
            UNCHANGED: 2,
        },
        focal_slope_cases,
        atol=0.0,
    ),
]
