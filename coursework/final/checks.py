"""Hidden checks of the final assignment: one model, end to end."""

from functools import cache

import numpy as np
import sevensteps as ss

from coursework.grader.tasks import UNCHANGED, Case, Task


@cache
def tumours():
    """Return the columns and labels of scikit-learn's breast cancer data."""
    from sklearn.datasets import load_breast_cancer

    return load_breast_cancer(return_X_y=True)


def split(rng, *sizes):
    """Return as many pairs (X, y) of different tumours as there are sizes."""
    X, y = tumours()
    order, pairs = rng.permutation(len(y)), []
    for size in sizes:
        pairs.append((X[order[:size]], y[order[:size]]))
        order = order[size:]
    return pairs


def part(index):
    """Return a judge that compares one table of the pair only."""

    def judge(value, expected, args):
        if not isinstance(value, tuple | list) or len(value) != 2:
            return False
        got, right = np.asarray(value[index]), expected[index]
        return got.shape == right.shape and np.allclose(got, right, rtol=1e-9, atol=1e-9)

    return judge


def standardize_columns_cases(rng):
    """Tables whose new rows differ from the training rows; then a constant column."""
    by_hand = (np.array([[1.0], [3.0]]), np.array([[4.0]]))
    for shape in [(9, 3), (30, 2)]:
        X_train = rng.normal(5, 2, shape) * rng.uniform(0.1, 50, shape[1])
        X_new = 3 + 2 * X_train[: rng.integers(2, 7)]
        yield Case("training rows", (X_train, X_new), judge=part(0))
        yield Case("new rows", (X_train, X_new), judge=part(1))
    yield Case("new rows", by_hand, judge=part(1), visible=True)
    yield Case("new rows", (X_train, X_new[:1]), judge=part(1))
    constant = X_train.copy()
    constant[:, 1] = 0.1
    yield Case("constant columns", (constant, X_new))


def minibatch_run_cases(rng):
    """Whole batches, even pieces, uneven pieces; the penalty by itself."""
    yield Case("one batch for all", (np.ones((2, 1)), np.array([1, 0]), 0.5, 2, 3, 0, 0.0), visible=True)
    for n, d in [(24, 3), (36, 2)]:
        X = rng.normal(0.5, 1, (n, d))
        y = (X[:, 0] + rng.normal(0, 1, n) > 0.5).astype(int)
        seed = int(rng.integers(2**31))
        yield Case("one batch for all", (X, y, 0.3, n, 7, seed, 0.0))
        yield Case("one batch for all", (X, y, 0.3, 2 * n, 7, seed, 0.0))
        yield Case("batches that divide the rows", (X, y, 0.3, 6, 5, seed, 0.0))
        yield Case("a shorter last batch", (X, y, 0.3, 7, 4, seed, 0.0))
        yield Case("the penalty", (X, y, 0.2, 12, 6, seed, 0.4))


def choose_penalty_cases(rng):
    """Few training rows, so that the penalty matters; a validation set in which one class is missing."""
    penalties = [1e-4, 0.003, 0.01, 0.03, 0.1, 0.3]
    for name in ["real rows"] * 6 + ["penalties in another order"] * 2 + ["validation rows of one class"]:
        (X_train, y_train), (X_valid, y_valid) = split(rng, 60, 150)
        columns = rng.permutation(30)[:12]
        mean, deviation = X_train[:, columns].mean(axis=0), X_train[:, columns].std(axis=0)
        X_train, X_valid = ((X[:, columns] - mean) / deviation for X in (X_train, X_valid))
        if name == "validation rows of one class":
            X_valid, y_valid = X_valid[y_valid == 1], y_valid[y_valid == 1]
        order = rng.permutation(6) if name == "penalties in another order" else np.arange(6)
        yield Case(name, (X_train, y_train, X_valid, y_valid, [penalties[i] for i in order]))


def held_out_loss(X, y, params):
    """Return the mean cross-entropy of the parameters on rows that training has not seen."""
    weights, bias = np.asarray(params[0], dtype=float), np.asarray(params[1], dtype=float)
    z = ss.logits(X, weights.reshape(-1), bias.reshape(()))
    return ss.binary_cross_entropy_from_logits(y, z)


def below(X, y, limit):
    """Return a judge: the loss on (X, y) is below a number."""
    return lambda value, expected, args: held_out_loss(X, y, value) < limit


def near_the_reference(X, y):
    """Return a judge: the loss on (X, y) is at most a quarter above the reference solution's."""
    return lambda value, expected, args: held_out_loss(X, y, value) <= 1.25 * held_out_loss(X, y, expected)


def train_model_cases(rng):
    """Two splits of the tumours: against the base rate, against a good model, in other units."""
    for _ in range(2):
        train, (X_new, y_new) = split(rng, 370, 199)
        share = train[1].mean()
        base = -np.log(share) * y_new.mean() - np.log(1 - share) * (1 - y_new.mean())
        yield Case("lower than the base rate's", train, judge=below(X_new, y_new, 0.9 * base))
        yield Case("as low as a good model's", train, judge=near_the_reference(X_new, y_new))
        units = 10.0 ** rng.integers(-6, 7, 30)
        in_units = (train[0] * units, train[1])
        yield Case("the same in other units", in_units, judge=near_the_reference(X_new * units, y_new))


def entries(*names):
    """Return a judge that compares the named entries of the dictionary only."""

    def judge(value, expected, args):
        return isinstance(value, dict) and all(
            name in value
            and np.shape(value[name]) == ()
            and np.isclose(value[name], expected[name], rtol=1e-9)
            for name in names
        )

    return judge


def report_card_cases(rng):
    """Logits on both sides, in ordinary size and beyond what a probability can tell from 1."""
    for rows, scale in [(40, 2.0), (25, 0.5), (30, 500.0)]:
        y_true = rng.permutation(np.append(np.arange(rows - 4) % 3 > 0, [0, 0, 1, 1])).astype(int)
        arguments = (y_true, rng.normal(0, scale, rows) + scale * (y_true - 0.5))
        yield Case("the loss", arguments, judge=entries("loss"))
        yield Case("the accuracy", arguments, judge=entries("accuracy"))
        yield Case("found and false alarms", arguments, judge=entries("found", "false_alarms"))


TASKS = [
    Task(
        "standardize_columns",
        {"training rows": 5, "new rows": 6, "constant columns": 2, UNCHANGED: 2},
        standardize_columns_cases,
    ),
    Task(
        "minibatch_run",
        {
            "one batch for all": 6,
            "batches that divide the rows": 7,
            "a shorter last batch": 5,
            "the penalty": 5,
            UNCHANGED: 2,
        },
        minibatch_run_cases,
    ),
    Task(
        "choose_penalty",
        {
            "real rows": 9,
            "penalties in another order": 5,
            "validation rows of one class": 4,
            UNCHANGED: 2,
        },
        choose_penalty_cases,
        cpu_seconds=20.0,
    ),
    Task(
        "train_model",
        {
            "lower than the base rate's": 5,
            "as low as a good model's": 15,
            "the same in other units": 8,
            UNCHANGED: 2,
        },
        train_model_cases,
        cpu_seconds=20.0,
    ),
    Task(
        "report_card",
        {"the loss": 3, "the accuracy": 2, "found and false alarms": 5},
        report_card_cases,
    ),
]
