"""The equations of logistic regression."""

import itertools

import mpmath
import numpy as np
import sevensteps as ss
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, precision_score, recall_score, roc_auc_score, roc_curve

from equations import check, exp, gradient, ln, reals, same, sigmoid, sqrt


def rows_and_labels(rng, n=6):
    return reals(rng, (n, 2)), np.array([0, 1, 0, 1, 1, 0])[:n]


def row_losses(X, y, w, b):
    p = sigmoid(X @ w + b)
    return -ln(np.where(y == 1, p, 1 - p))


@check("log-loss", tex="653e1ca1")
def cross_entropy_in_one_formula(rng):
    n = 6
    X, y = rows_and_labels(rng, n)
    w, (b,) = reals(rng, 2), reals(rng, 1)
    y_pred = sigmoid(X @ w + b)
    L = -sum(y[i] * ln(y_pred[i]) + (1 - y[i]) * ln(1 - y_pred[i]) for i in range(n)) / n
    same(L, row_losses(X, y, w, b).mean())
    same(L, ss.binary_cross_entropy(y, y_pred.astype(float)), within=1e-14)


@check("log-separable", tex="b319bb6c")
def separable_rows(rng):
    n = 6
    X, _ = rows_and_labels(rng, n)
    w, (b,) = reals(rng, 2), reals(rng, 1)
    z = X @ w + b
    y = np.where(z > 0, 1, 0)  # every row on its right side
    losses = []
    for c in (mpmath.mpf("0.5"), 1, 3, 10):
        L = row_losses(X, y, c * w, c * b).mean()
        same(L, sum(ln(1 + exp(-c * abs(z[i]))) for i in range(n)) / n)
        losses.append(L)
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] > 0


@check("log-sklearn", tex="ed084e18")
@check("log-ours", tex="e19b285a")
def penalty_of_scikit_learn(rng):
    n = 6
    X, y = rows_and_labels(rng, n)
    for penalty in reals(rng, 3, 0.05, 1):
        C = 1 / (penalty * n)

        def theirs(params, C=C):
            return C * sum(row_losses(X, y, params[:2], params[2])) + sum(params[:2] ** 2) / 2

        for params in reals(rng, (3, 3)):
            rows = row_losses(X, y, params[:2], params[2])
            ours = 1 / penalty * (sum(rows) / n + penalty / 2 * sum(params[:2] ** 2))
            same(ours, 1 / (penalty * n) * sum(rows) + sum(params[:2] ** 2) / 2)
            same(ours, theirs(params))
        model = LogisticRegression(C=float(C), tol=1e-10).fit(X.astype(float), y)
        minimum = np.array([mpmath.mpf(float(part)) for part in (*model.coef_[0], *model.intercept_)])
        same(gradient(theirs, minimum), np.zeros(3), within=1e-8)


@check("log-one-row", tex="95390f51")
@check("log-standard-error", tex="dad27fa0")
def standard_error_of_an_accuracy(rng):
    """Go through all outcomes of m test rows, each with its probability."""
    m = 5
    for a in reals(rng, 5, 0.01, 0.99):
        one = [(1, a), (0, 1 - a)]
        mean, square = sum(P * c for c, P in one), sum(P * c**2 for c, P in one)
        same(mean, square)
        same(mean, a)
        variance = sum(P * (c - mean) ** 2 for c, P in one)
        same(variance, square - mean**2)
        same(variance, a - a**2)
        same(variance, a * (1 - a))
        outcomes = list(itertools.product(one, repeat=m))
        chance = [mpmath.fprod(P for _, P in outcome) for outcome in outcomes]
        measured = [mpmath.mpf(sum(c for c, _ in outcome)) / m for outcome in outcomes]
        spread = sum(P * (share - a) ** 2 for P, share in zip(chance, measured, strict=True))
        same(spread, mpmath.mpf(1) / m**2 * m * a * (1 - a))
        same(sqrt(spread), sqrt(a * (1 - a) / m))


@check("log-rates", tex="5f7d8852")
def rates_of_a_confusion_matrix(rng):
    y, said = rng.integers(2, size=50), rng.integers(2, size=50)
    (TN, FP), (FN, TP) = confusion_matrix(y, said)
    assert np.sum((said == 1) & (y == 1)) == TP
    assert np.sum((said == 0) & (y == 1)) == FN
    same(TP / (TP + FN), recall_score(y, said), within=1e-15)
    same(TN / (TN + FP), recall_score(1 - y, 1 - said), within=1e-15)
    same(TP / (TP + FP), precision_score(y, said), within=1e-15)


@check("log-threshold", tex="1bc45398")
@check("log-threshold-proof", tex="32f2248d")
def threshold_that_costs_least(rng):
    for p, c_fp, c_fn in zip(reals(rng, 200, 0.01, 0.99), *reals(rng, (2, 200), 0.1, 5), strict=True):
        cheaper = (1 - p) * c_fp <= p * c_fn  # to say "malignant"
        assert cheaper == (c_fp <= p * (c_fp + c_fn))
        assert cheaper == (p >= c_fp / (c_fp + c_fn))
        assert cheaper == (ln(p / (1 - p)) >= ln(c_fp / c_fn))


@check("log-auc", tex="b095903b")
def area_under_the_curve(rng):
    y, s = np.array([0, 1, 0, 1, 1, 0, 0, 1]), rng.normal(size=8)
    positive, negative = s[y == 1], s[y == 0]
    pairs = sum(sum(1 / len(positive) for high in positive if high > low) for low in negative) / len(negative)
    fpr, tpr, _ = roc_curve(y, s)
    same(pairs, np.trapezoid(tpr, fpr), within=1e-14)
    same(pairs, roc_auc_score(y, s), within=1e-14)


@check("log-group", tex="e7cc6ef7")
def spread_of_a_group(rng):
    """Go through all labels of the group, each with its probability."""
    p, m = reals(rng, 4, 0.01, 0.99), 4
    variance = 0
    for y in itertools.product((0, 1), repeat=m):
        chance = mpmath.fprod(np.where(np.array(y) == 1, p, 1 - p))
        variance += chance * (mpmath.mpf(sum(y)) / m - p.mean()) ** 2
    same(variance, sum(p * (1 - p)) / m**2)


@check("log-precision", tex="7c87d3c3")
def precision_in_a_population(rng):
    for s, q, r in reals(rng, (10, 3), 0.01, 0.99):
        people = {
            (ill, alarmed): (r if ill else 1 - r) * (P if alarmed else 1 - P)
            for ill, P in ((True, s), (False, 1 - q))
            for alarmed in (True, False)
        }
        same(sum(people.values()), 1)
        same(sum(share for (ill, _), share in people.items() if ill), r)
        precision = people[True, True] / (people[True, True] + people[False, True])
        same(precision, r * s / (r * s + (1 - r) * (1 - q)))


@check("log-quadratic", tex="e1965868")
@check("log-wilson", tex="dc82b509")
def interval_of_an_accuracy(rng):
    m = 107
    k = mpmath.mpf(4) / m
    for measured in (*reals(rng, 5, 0, 1), mpmath.mpf(1)):
        root = sqrt(k**2 + 4 * k * measured * (1 - measured))
        low, high = ((2 * measured + k + sign * root) / (2 * (1 + k)) for sign in (-1, 1))
        for a in reals(rng, 50, 0, 1):
            within = (measured - a) ** 2 <= 4 * a * (1 - a) / m
            assert within == ((1 + k) * a**2 - (2 * measured + k) * a + measured**2 <= 0)
            assert within == (low <= a <= high)
        for end in (low, high):
            same((measured - end) ** 2, 4 * end * (1 - end) / m)


@check("log-cost", tex="0ec38c51")
@check("log-equal-cost", tex="13c144a0")
def lines_of_equal_cost(rng):
    """Count the four kinds of rows, each with its probability and its cost."""
    for r, c_fn, c_fp, tpr, fpr in reals(rng, (10, 5), 0.1, 0.9):
        rows = [(r * tpr, 0), (r * (1 - tpr), c_fn), ((1 - r) * fpr, c_fp), ((1 - r) * (1 - fpr), 0)]
        same(sum(share for share, _ in rows), 1)
        K = sum(share * cost for share, cost in rows)
        same(K, r * c_fn * (1 - tpr) + (1 - r) * c_fp * fpr)
        same(tpr, (1 - r) * c_fp / (r * c_fn) * fpr + 1 - K / (r * c_fn))
