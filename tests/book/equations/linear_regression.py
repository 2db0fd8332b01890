"""The equations of linear regression."""

import mpmath
import numpy as np
import sevensteps as ss
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score

from equations import check, gradient, reals, same, slope
from equations.matrices import solve, with_ones, zeros


def rows_and_labels(rng, n=6, d=2):
    return reals(rng, (n, d)), reals(rng, n)


def fit(X, y):
    """Return the place where the derivatives of the mean squared error are zero.

    The derivatives are a line in the parameters, so that their values at zero and at the axes say all.
    """
    zero, axes = zeros(X.shape[1]), np.eye(X.shape[1], dtype=int)

    def along(theta):
        return gradient(lambda theta: ((X @ theta - y) ** 2).mean(), theta)

    at_zero = along(zero)
    return solve(np.array([along(zero + axis) - at_zero for axis in axes]).T, -at_zero)


def variance(values):
    return ((values - values.mean()) ** 2).mean()


@check("lin-gradient-weight", tex="bbf63480")
@check("lin-gradient-bias", tex="6e6248d4")
def gradient_of_the_mean_squared_error(rng):
    n = 6
    X, y = rows_and_labels(rng, n)
    w, (b,) = reals(rng, 2), reals(rng, 1)
    r = X @ w + b - y
    same(((X @ w + b - y) ** 2).mean(), sum(r[i] ** 2 for i in range(n)) / n)
    dw = gradient(lambda w: ((X @ w + b - y) ** 2).mean(), w)
    for j in range(2):
        dz = [gradient(lambda w, i=i: X[i] @ w + b, w)[j] for i in range(n)]
        same(dw[j], sum(2 * r[i] * dz[i] for i in range(n)) / n)
        same(dw[j], 2 * sum(r[i] * X[i, j] for i in range(n)) / n)
    same(slope(lambda b: ((X @ w + b - y) ** 2).mean(), b), 2 * sum(r) / n)
    params = ss.Parameters(w.astype(float), float(b))
    _, ours = ss.value_and_grad(ss.SQUARED_ERROR)(params, (X.astype(float), y.astype(float)))
    same(ours.weights, dw, within=1e-13)
    same(ours.bias, 2 * sum(r) / n, within=1e-13)


@check("lin-ones", tex="ee69243c")
def bias_as_a_weight(rng):
    X, _ = rows_and_labels(rng)
    w, (b,) = reals(rng, 2), reals(rng, 1)
    same(with_ones(X) @ np.r_[w, b], X @ w + b)


@check("lin-normal-equations", tex="6435567f")
@check("lin-parabola", tex="8d1fa49f")
@check("lin-expand", tex="e16fa907")
@check("lin-orthogonal", tex="d1eaaaeb")
def minimum_of_the_mean_squared_error(rng):
    n = 6
    X, y = rows_and_labels(rng, n)
    X1 = with_ones(X)
    theta = fit(X1, y)
    r = X1 @ theta - y
    same(2 * X1.T @ r / n, np.zeros(3))
    same(X1.T @ (X1 @ theta - y), np.zeros(3))
    same(X1.T @ X1 @ theta, X1.T @ y)
    same(sum(r), 0)
    for j in range(2):
        same(sum(X[i, j] * r[i] for i in range(n)), 0)
    for v in reals(rng, (5, 3)):
        higher = ((X1 @ (theta + v) - y) ** 2).mean()
        same(higher, (r**2).mean() + sum((X1 @ v) ** 2) / n)
        same(n * higher, sum((r + X1 @ v) ** 2))
        same(n * higher, sum(r**2) + 2 * v @ X1.T @ r + sum((X1 @ v) ** 2))
        same(n * higher, sum(r**2) + sum((X1 @ v) ** 2))


@check("lin-bias", tex="82f6950a")
@check("lin-centred", tex="60638b4d")
@check("lin-centred-equations", tex="550dfea5")
def what_the_bias_does(rng):
    X, y = rows_and_labels(rng)
    *w, b = fit(with_ones(X), y)
    same((X @ w + b - y).mean(), 0)
    same(X.mean(axis=0) @ w + b - y.mean(), 0)
    same(b, y.mean() - X.mean(axis=0) @ w)
    X_c, y_c = X - X.mean(axis=0), y - y.mean()
    same(X @ w + b - y.mean(), X_c @ w)
    same(X_c.T @ X_c @ w, X_c.T @ y_c)


@check("lin-slope", tex="967febfc")
def slope_of_one_feature(rng):
    X, y = rows_and_labels(rng, d=1)
    x = X[:, 0]
    w, _ = fit(with_ones(X), y)
    same(w, sum((x - x.mean()) * (y - y.mean())) / sum((x - x.mean()) ** 2))


@check("lin-r2-definition", tex="890247e0")
@check("lin-split", tex="25f846a1")
@check("lin-r2-share", tex="eabee724")
def share_of_variance_explained(rng):
    X, y = rows_and_labels(rng)
    y_pred = with_ones(X) @ fit(with_ones(X), y)
    r = y_pred - y
    same(variance(y), (((y_pred - y.mean()) - r) ** 2).mean())
    same(variance(y), variance(y_pred) - 2 * ((y_pred - y.mean()) * r).mean() + (r**2).mean())
    same(variance(y), variance(y_pred) + (r**2).mean())
    r2 = 1 - (r**2).mean() / ((y - y.mean()) ** 2).mean()
    same(r2, variance(y_pred) / variance(y))
    same(r2, r2_score(y.astype(float), y_pred.astype(float)), within=1e-13)


@check("lin-trade-off", tex="042bab5e")
def two_features_that_say_the_same(rng):
    n = 6
    X, _ = rows_and_labels(rng, n)
    X = X - X.mean(axis=0)
    x1, x2 = (column / mpmath.sqrt(variance(column)) for column in X.T)
    rho = x1 @ x2 / n
    for v1, v2 in reals(rng, (5, 2)):
        same(sum((x1 * v1 + x2 * v2) ** 2) / n, v1**2 + 2 * rho * v1 * v2 + v2**2)
        same(sum((x1 * v1 + x2 * v1) ** 2) / n, 2 * (1 + rho) * v1**2)
        same(sum((x1 * v1 - x2 * v1) ** 2) / n, 2 * (1 - rho) * v1**2)


@check("lin-ridge-equations", tex="fdde5f9e")
@check("lin-alpha", tex="a19005f7")
def ridge_regression(rng):
    n, d = 6, 2
    X, y = rows_and_labels(rng, n)
    X_c, y_c = X - X.mean(axis=0), y - y.mean()
    for penalty in reals(rng, 3, 0.1, 2):
        w = solve(X_c.T @ X_c + n * penalty / 2 * np.eye(d, dtype=int), X_c.T @ y_c)
        same(2 * X_c.T @ (X_c @ w - y_c) / n + penalty * w, np.zeros(d))
        same(X_c.T @ (X_c @ w - y_c) + n * penalty / 2 * w, np.zeros(d))

        def ours(params, penalty=penalty):
            w, b = params[:d], params[d]
            return ((X @ w + b - y) ** 2).mean() + penalty / 2 * sum(w**2)

        minimum = np.r_[w, y.mean() - X.mean(axis=0) @ w]
        same(gradient(ours, minimum), np.zeros(d + 1))
        alpha = n * penalty / 2
        for params in reals(rng, (3, d + 1)):
            r = X @ params[:d] + params[d] - y
            same((r**2).mean() + alpha / n * sum(params[:d] ** 2), ours(params))
        theirs = Ridge(alpha=float(alpha)).fit(X.astype(float), y.astype(float))
        same(np.r_[theirs.coef_, theirs.intercept_], minimum, within=1e-12)


@check("lin-paying-bias", tex="99e6c091")
def bias_that_has_to_pay(rng):
    X, y = rows_and_labels(rng)
    X_c = X - X.mean(axis=0)
    for penalty, w in zip(reals(rng, 3, 0.1, 2), reals(rng, (3, 2)), strict=True):
        b = 2 / (2 + penalty) * y.mean()
        same(2 * (b - y.mean()) + penalty * b, 0)

        def L(b, penalty=penalty, w=w):
            return ((X_c @ w + b - y) ** 2).mean() + penalty / 2 * (sum(w**2) + b**2)

        same(slope(L, b), 0)


@check("lin-weighted", tex="9531984b")
def rows_that_count_more(rng):
    """Repeat the rows as often as they count, and fit."""
    X, y = rows_and_labels(rng)
    s = np.array([1, 3, 2, 1, 2, 4])
    X1, S = with_ones(X), np.diag(s)
    theta = fit(np.repeat(X1, s, axis=0), np.repeat(y, s))
    same(X1.T @ S @ (X1 @ theta - y), np.zeros(3))
    same(X1.T @ S @ X1 @ theta, X1.T @ S @ y)


@check("lin-leave-one-out", tex="9152b2bf")
@check("lin-leave-proof", tex="c9476537")
def leave_one_out(rng):
    n = 6
    X, y = rows_and_labels(rng, n)
    X1 = with_ones(X)
    y_pred = X1 @ fit(X1, y)
    r = y_pred - y
    for i in range(n):
        others = np.arange(n) != i
        h = X1[i] @ solve(X1.T @ X1, X1[i])
        y_left = X1[i] @ fit(X1[others], y[others])
        r_left = y_left - y[i]
        same(r_left, r[i] / (1 - h))
        same(y_left, y_pred[i] + h * r_left)
        same(r_left, r[i] + h * r_left)
        same((1 - h) * r_left, r[i])
