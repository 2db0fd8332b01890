"""The equations of classification or regression."""

import mpmath
import numpy as np
import scipy.stats

from equations import check, exp, gradient, ln, reals, same, shares, sigmoid, slope, softmax, sqrt
from equations.matrices import minimum, solve, with_ones, zeros

DEFINITIONS = {
    "choice-grades": ("7b68cf04", "says how the model of ordered grades predicts"),
}


@check("choice-pull", tex="8060e58c")
@check("choice-square", tex="f29c24dd")
def how_hard_a_row_of_class_1_pulls(rng):
    for z in reals(rng, 10, -10, 10):
        p = sigmoid(z)
        same(slope(lambda z: (z - 1) ** 2, z), 2 * (z - 1))
        same(slope(lambda z: -ln(sigmoid(z)), z), p - 1)
        same(p - 1, -sigmoid(-z))
        same(slope(lambda z: (sigmoid(z) - 1) ** 2, z), -2 * p * (1 - p) ** 2)


@check("choice-average", tex="decb296c")
def numbering_is_averaged(rng):
    X, one_hot, c = with_ones(reals(rng, (7, 2))), np.eye(3, dtype=int)[[0, 1, 2, 1, 0, 2, 2]], reals(rng, 3)

    def fitted(y):
        return solve(X.T @ X, X.T @ y)

    for x in with_ones(reals(rng, (5, 2))):
        s = [x @ fitted(one_hot[:, k]) for k in range(3)]
        same(x @ fitted(one_hot @ c), sum(c[k] * s[k] for k in range(3)))
        same(1, sum(s))


@check("choice-variance", tex="203dbeec")
def what_a_cut_costs(rng):
    """Take the curvature of the likelihood, and the estimates from all counts of many labels."""
    c, n = mpmath.mpf("0.3"), 40_000
    for m, s in zip(reals(rng, 3, -1, 1), reals(rng, 3, 0.5, 2), strict=True):
        u = (m - c) / s
        q, density = mpmath.ncdf(u), exp(-(u**2) / 2) / sqrt(2 * mpmath.pi)
        variance = q * (1 - q) / n * s**2 / density**2

        def surprise(m, q=q, s=s):
            above = mpmath.ncdf((m - c) / s)
            return -n * (q * ln(above) + (1 - q) * ln(1 - above))

        same(variance, 1 / slope(surprise, m, 2))
        counts = np.arange(1, n)
        chance = scipy.stats.binom.pmf(counts, n, float(q))
        estimates = float(c) + float(s) * scipy.stats.norm.ppf(counts / n)
        measured = chance @ (estimates - chance @ estimates) ** 2
        same(measured / float(variance), 1, within=1e-3)


@check("choice-balance", tex="c4d6bba6")
@check("choice-balance-penalty", tex="c6e414a5")
def borders_at_the_minimum(rng):
    """Stack a row for each border, find the minimum, and look at the balance there."""
    x, grade, borders = reals(rng, 6), np.array([0, 2, 1, 0, 2, 1]), (0, 1)
    N = len(x) * len(borders)

    def mean_loss(w, b):
        above = [(grade > k).astype(int) for k in borders]
        return sum((ln(1 + exp(x * w + b[k])) - above[k] * (x * w + b[k])).sum() for k in borders) / N

    w, *b = minimum(lambda at: mean_loss(at[0], at[1:]), zeros(3))
    for k in borders:
        same(sigmoid(x * w + b[k]).sum(), np.sum(grade > k))
    assert b[1] < b[0]

    (penalty,) = reals(rng, 1, 0.05, 0.5)

    def objective(at):
        w, c, *v = at
        return mean_loss(w, [c + v_k for v_k in v]) + penalty / 2 * (w**2 + v[0] ** 2 + v[1] ** 2)

    w, c, *v = minimum(objective, zeros(4))
    b = [c + v_k for v_k in v]
    for k in borders:
        balance = (sigmoid(x * w + b[k]).sum() - np.sum(grade > k)) / N
        same(balance + penalty * (b[k] - c), 0)
    assert b[1] < b[0]


@check("choice-brier", tex="82314a08")
def square_of_a_softmax(rng):
    for z in reals(rng, (5, 4)):
        y, p = shares(rng, 4), softmax(z)
        v = 2 * (p - y)
        slopes = gradient(lambda z, y=y: sum((softmax(z) - y) ** 2), z)
        for k in range(4):
            same(slopes[k], p[k] * (v[k] - v @ p))
