"""The equations of step 1."""

import itertools

import mpmath
import numpy as np
import sevensteps as ss

from equations import check, exp, gradient, ln, reals, same, shares, sigmoid, slope, softmax

DEFINITIONS = {
    "two-layers": ("12cbfb1a", "names the parts of a model with a hidden layer"),
}


@check("weighted-sum-1", tex="477632d9")
def logit_is_a_weighted_sum(rng):
    X, w, b = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal()
    same([sum(w[j] * x[j] for j in range(4)) + b for x in X], ss.logits(X, w, b), within=1e-14)


@check("first-prediction", tex="973ac9d4")
@check("first-loss", tex="927b4272")
def first_predictions_and_losses(rng):
    n, K = 6, 5
    X, y = rng.normal(size=(n, 3)), rng.normal(size=n)
    classes, one_hot = rng.integers(2, size=n), np.eye(K)[rng.integers(K, size=n)]
    for loss, labels, prediction, first in (
        (ss.SQUARED_ERROR, y, 0, np.mean(y**2)),
        (ss.BINARY_CROSS_ENTROPY, classes, 0.5, mpmath.log(2)),
        (ss.CATEGORICAL_CROSS_ENTROPY, one_hot, 1 / K, mpmath.log(K)),
    ):
        zeros = ss.zeros(3, *labels.shape[1:])
        value, _ = ss.value_and_grad(loss)(zeros, (X, labels))
        same(value, first, within=1e-15)
        y_pred = loss.activation(ss.logits(X, *zeros))
        same(y_pred, np.full(labels.shape, prediction), within=1e-15)


@check("bias-linear", tex="98c53887")
def best_bias_of_linear_regression(rng):
    y = reals(rng, 7)

    def L(b):
        return ((b - y) ** 2).mean()

    for b in reals(rng, 5):
        same(slope(L, b), 2 * (b - y).sum() / 7)
        same(slope(L, b), 2 * (b - y.mean()))
    same(slope(L, y.mean()), 0)


@check("base-rate-probability", tex="d433d9a7")
def best_probability(rng):
    y = np.array([1, 0, 0, 1, 0])

    def L(p):
        return (-y * ln(p) - (1 - y) * ln(1 - p)).mean()

    mean = mpmath.mpf(2) / 5
    for p in reals(rng, 10, 0.01, 0.99):
        same(L(p), -mean * ln(p) - (1 - mean) * ln(1 - p))
        same(slope(L, p), -mean / p + (1 - mean) / (1 - p))
        same(slope(L, p), (p - mean) / (p * (1 - p)))
    same(slope(L, mean), 0)


@check("bias-logistic", tex="77c0ff36")
def best_bias_of_logistic_regression(rng):
    for mean in reals(rng, 10, 0.01, 0.99):
        b = ln(mean / (1 - mean))
        same(sigmoid(b), mean)
        same(exp(-b), 1 / mean - 1)
        same(exp(-b), (1 - mean) / mean)
    y = np.array([1, 0, 0, 1, 0])
    same(ss.log_odds_bias(y), mpmath.log(mpmath.mpf(2) / 3), within=1e-15)


@check("gibbs", tex="7aad73f7")
def own_shares_cost_least(rng):
    for _ in range(100):
        p, r = shares(rng, 4), shares(rng, 4)
        gap = -(r * ln(p)).sum() + (r * ln(r)).sum()
        same(gap, -(r * ln(p / r)).sum())
        bound = -(r * (p / r - 1)).sum()
        assert gap >= bound - mpmath.mpf("1e-30")
        same(bound, -p.sum() + r.sum())
        same(bound, 0)


@check("bias-softmax", tex="6a206e42")
def best_bias_of_softmax_regression(rng):
    r = shares(rng, 4)
    same(softmax(ln(r)), r)
    y = np.eye(3)[[0, 1, 1, 2]]
    same(ss.softmax(ss.log_odds_bias(y)), [0.25, 0.5, 0.25], within=1e-15)


@check("convex", tex="32a6b302")
def losses_are_convex(rng):
    X = reals(rng, (5, 2))
    one_hot = np.eye(3)[rng.integers(3, size=5)]
    y = rng.integers(2, size=5)
    losses = (
        lambda w: ((X @ w[:, 0] - y) ** 2).mean(),
        lambda w: (ln(1 + exp(X @ w[:, 0])) - y * (X @ w[:, 0])).mean(),
        lambda w: (ln(exp(X @ w).sum(axis=1)) - (one_hot * (X @ w)).sum(axis=1)).mean(),
    )
    for L, _ in itertools.product(losses, range(30)):
        u, v, (t,) = reals(rng, (2, 3)), reals(rng, (2, 3)), reals(rng, 1, 0, 1)
        assert L((1 - t) * u + t * v) <= (1 - t) * L(u) + t * L(v)


@check("slope-bound", tex="7378f7c7")
def slope_of_logistic_regression_is_bounded(rng):
    X, y = reals(rng, (6, 3)), rng.integers(2, size=6)
    one_sign = np.abs(X) * np.where(y == 1, -1, 1)[:, None]  # where the bound is reached
    for w in reals(rng, (5, 3), -10, 10):
        for rows in (X, one_sign):
            y_pred = sigmoid(rows @ w)
            dw = gradient(lambda w, rows=rows: (ln(1 + exp(rows @ w)) - y * (rows @ w)).mean(), w)
            for j in range(3):
                same(abs(dw[j]), abs(sum((y_pred[i] - y[i]) * rows[i, j] for i in range(6)) / 6))
                bound = sum(abs(y_pred[i] - y[i]) * abs(rows[i, j]) for i in range(6)) / 6
                assert abs(dw[j]) <= bound + mpmath.mpf("1e-25")
                if rows is one_sign:
                    same(abs(dw[j]), bound)


@check("variance-layer", tex="d34e619c")
def variance_through_a_layer(rng):
    """Take the means over all of few equally likely weights and inputs."""
    n, s = 3, mpmath.mpf("0.7")
    values = np.array([-s * mpmath.sqrt("1.5"), 0, s * mpmath.sqrt("1.5")])  # mean 0, variance s^2
    weights = np.array(list(itertools.product(values, repeat=n)))
    one = reals(rng, n)
    inputs = np.array([np.roll(one, k) for k in range(n)])  # depend on each other, the same mean square
    mean_square = ((weights @ inputs.T) ** 2).mean()
    ww, aa = weights.T @ weights / len(weights), inputs.T @ inputs / len(inputs)
    same(mean_square, sum(ww[i, k] * aa[i, k] for i in range(n) for k in range(n)))
    same(mean_square, sum(ww[i, i] * aa[i, i] for i in range(n)))
    same(mean_square, n * s**2 * (one**2).mean())


@check("glorot", tex="7dff7035")
def variance_of_glorot(rng):
    n_in, n_out = 30, 50
    variance = mpmath.mpf(2) / (n_in + n_out)
    same(1 / variance, mpmath.mpf(n_in + n_out) / 2)  # in the middle between both wishes
    limit = mpmath.sqrt(mpmath.mpf(6) / (n_in + n_out))
    same(mpmath.quad(lambda w: w**2 / (2 * limit), [-limit, limit]), variance)
    drawn = ss.glorot_uniform(n_in, n_out, rng=rng).weights
    assert 0.99 * limit < np.abs(drawn).max() < limit
    assert abs(drawn.var() / float(variance) - 1) < 0.1


def mean_square_behind(activation, variance):
    """Return the mean of the squared activation of a normal z, by integration."""

    def density(z):
        return mpmath.exp(-(z**2) / (2 * variance)) / mpmath.sqrt(2 * mpmath.pi * variance)

    return mpmath.quad(lambda z: activation(z) ** 2 * density(z), [-mpmath.inf, 0, mpmath.inf])


@check("he", tex="d14de40f")
def variance_of_he(rng):
    n = 40
    for before in reals(rng, 3, 0.5, 2):
        after = n * (mpmath.mpf(2) / n) * mean_square_behind(lambda z: max(z, 0), before)
        same(after, before)
    drawn = ss.he_normal(n, 50, rng=rng).weights
    assert abs(drawn.var() * n / 2 - 1) < 0.1


@check("leaky", tex="80eddb1d")
def variance_for_leaky_relu(rng):
    n = 40
    for before, alpha in zip(reals(rng, 3, 0.5, 2), (0, mpmath.mpf("0.3"), 1), strict=True):
        variance = 2 / (n * (1 + alpha**2))
        after = n * variance * mean_square_behind(lambda z, alpha=alpha: max(z, alpha * z), before)
        same(after, before)


@check("bias-stays", tex="c02962fe")
def slope_along_the_bias_of_centred_columns(rng):
    X, y = reals(rng, (6, 3)), reals(rng, 6)
    X = X - X.mean(axis=0)
    for w in reals(rng, (5, 3)):
        b = y.mean()
        y_pred = X @ w + b
        mean = (y_pred - y).mean()
        same(mean, sum(w[j] * X[:, j].mean() for j in range(3)) + b - y.mean())
        same(mean, 0)
        same(slope(lambda b, w=w: ((X @ w + b - y) ** 2).mean(), b), 0)
