"""Hidden checks of assignment 4: relatives of the losses."""

import numpy as np

from coursework.grader.tasks import UNCHANGED, Case, Task


def huber_loss_cases(rng):
    """Errors on both sides of the border; then negative ones only."""
    yield Case("both sides of the border", (np.zeros(2), np.array([1.0, 4.0]), 2.0), visible=True)
    for rows, delta in [(12, 1.5), (20, 0.4)]:
        y_true = rng.normal(0, 1, rows)
        error = np.abs(rng.normal(0, 2 * delta, rows))
        error[:2] = [delta / 2, 3 * delta]
        yield Case("both sides of the border", (y_true, y_true + error, delta))
    y_true = rng.normal(0, 1, 9)
    yield Case("negative errors", (y_true, y_true - rng.uniform(0.1, 4, 9), rng.uniform(1, 2)))


def poisson_deviance_cases(rng):
    """Counts with and without zeros."""
    yield Case("counts from 1 on", (np.array([1]), np.array([0.0])), visible=True)
    yield Case("counts from 1 on", (np.array([2]), np.array([0.0])), visible=True)
    for rows in (7, 15):
        z = rng.normal(1, 1, rows)
        yield Case("counts from 1 on", (1 + rng.poisson(np.exp(z)), z))
    z = rng.normal(0, 1, 10)
    yield Case("counts of 0", (np.append(rng.poisson(np.exp(z[:8])), [0, 0]), z))


def smoothed_cross_entropy_cases(rng):
    """Three sizes; then logits that underflow every probability but one."""
    labels = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    yield Case("ordinary logits", (labels, np.zeros((2, 3)), 0.1), visible=True)
    for rows, classes, epsilon in [(6, 3, 0.1), (9, 5, 0.3)]:
        labels = np.eye(classes)[rng.integers(0, classes, rows)]
        yield Case("ordinary logits", (labels, rng.normal(0, 2, (rows, classes)), epsilon))
    labels = np.eye(4)[rng.integers(0, 4, 5)]
    yield Case("logits of thousands", (labels, rng.normal(0, 3000, (5, 4)), rng.uniform(0.05, 0.2)))


def weighted_cross_entropy_cases(rng):
    """Every class is there and no two weigh the same; then logits of thousands."""
    for rows, classes in [(8, 3), (14, 5)]:
        right = np.append(np.arange(classes), rng.integers(0, classes, rows - classes))
        yield Case(
            "ordinary logits",
            (right, rng.normal(0, 2, (rows, classes)), rng.uniform(0.2, 3, classes)),
        )
    weights = rng.uniform(0.5, 4, 3)
    z = rng.normal(0, 3000, (4, 3))
    # At least one row is far wrong, whatever was drawn.
    z[0, 0] = z[0].min() - 2000
    yield Case("logits of thousands", (np.array([0, 1, 2, 1]), z, weights))


def focal_loss_cases(rng):
    """Ordinary rows, then each tail by itself: in a mean the wrong rows would hide the right ones."""
    yield Case("ordinary logits", (np.array([1, 0, 1]), np.zeros(3), 2.0), visible=True)
    for rows, gamma in [(10, 2.0), (16, 0.5)]:
        yield Case("ordinary logits", (np.arange(rows) % 2, rng.normal(0, 2, rows), gamma))
    y_true = np.array([0, 1, 1, 0])
    against = np.where(y_true == 1, -1, 1)
    yield Case("rows that are far wrong", (y_true, against * rng.uniform(1000, 5000, 4), 2.0))
    for _ in range(3):
        yield Case("rows that are far right", (y_true, -against * rng.uniform(20, 200), 1.5))


TASKS = [
    Task(
        "huber_loss",
        {"both sides of the border": 9, "negative errors": 4, UNCHANGED: 2},
        huber_loss_cases,
    ),
    Task(
        "poisson_deviance",
        {"counts from 1 on": 10, "counts of 0": 8, UNCHANGED: 2},
        poisson_deviance_cases,
    ),
    Task(
        "smoothed_cross_entropy",
        {"ordinary logits": 11, "logits of thousands": 7, UNCHANGED: 2},
        smoothed_cross_entropy_cases,
    ),
    Task(
        "weighted_cross_entropy",
        {"ordinary logits": 11, "logits of thousands": 7, UNCHANGED: 2},
        weighted_cross_entropy_cases,
    ),
    Task(
        "focal_loss",
        {
            "ordinary logits": 11,
            "rows that are far wrong": 6,
            "rows that are far right": 6,
            UNCHANGED: 2,
        },
        focal_loss_cases,
        atol=0.0,
    ),
]
