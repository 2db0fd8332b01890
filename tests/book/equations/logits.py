"""The equations of step 2."""

import mpmath
import numpy as np
import sevensteps as ss

from equations import check, exp, gradient, ln, reals, same, sigmoid, softmax, sqrt

DEFINITIONS = {
    "eq-columns": ("e7848ca1", "names the logit of each class"),
    "eq-three-columns": ("0adc70fc", "gives the numbers of an exercise"),
}


def length(vector):
    return sqrt((vector**2).sum())


def variance(values):
    return ((values - values.mean()) ** 2).mean()


@check("eq-weighted-sum", tex="ab10bab9")
@check("eq-row", tex="50eba6ec")
@check("eq-weighted-sums", tex="13ae4658")
def one_row_and_all_rows(rng):
    X, w, (b,) = reals(rng, (4, 3)), reals(rng, 3), reals(rng, 1)
    z = X @ w + b
    for i, (x1, x2, x3) in enumerate(X):
        same(z[i], w[0] * x1 + w[1] * x2 + w[2] * x3 + b)
        same(z[i], sum(w[j] * X[i, j] for j in range(3)) + b)
        same(z[i], (X @ w)[i] + b)
    same(ss.logits(X.astype(float), w.astype(float), float(b)), z, within=1e-14)


@check("eq-accident", tex="ee403c36")
@check("eq-accident-pairs", tex="ba9557db")
def mean_over_all_pairs(rng):
    n = 5
    y_pred, y = reals(rng, n), reals(rng, n)
    m, mean = y_pred.mean(), y.mean()
    pairs = [(y_pred[j] - y[i]) ** 2 for i in range(n) for j in range(n)]
    same(sum(pairs) / n**2, variance(y_pred) + variance(y) + (m - mean) ** 2)
    u, v, delta = y_pred - m, y - mean, m - mean
    for i in range(n):
        for j in range(n):
            square = (y_pred[j] - y[i]) ** 2
            same(square, (u[j] - v[i] + delta) ** 2)
            mixed = -2 * u[j] * v[i] + 2 * delta * u[j] - 2 * delta * v[i]
            same(square, u[j] ** 2 + v[i] ** 2 + delta**2 + mixed)


@check("eq-accident-slope", tex="d98303a4")
def slope_of_the_accident(rng):
    n = 5
    y = reals(rng, n)

    def L(y_pred):
        return sum((y_pred[j] - y[i]) ** 2 for i in range(n) for j in range(n)) / mpmath.mpf(n**2)

    y_pred = reals(rng, n)
    derivative = gradient(L, y_pred)
    for j in range(n):
        same(derivative[j], 2 * sum(y_pred[j] - y[i] for i in range(n)) / mpmath.mpf(n**2))
        same(derivative[j], mpmath.mpf(2) / n * (y_pred[j] - y.mean()))


@check("eq-rate", tex="39c72edc")
@check("eq-factor", tex="d0af1a8f")
def one_feature_moves(rng):
    x, w, (b, delta) = reals(rng, 3), reals(rng, 3), reals(rng, 2)
    for j in range(3):
        moved, one_more = x.copy(), x.copy()
        moved[j] += delta
        one_more[j] += 1
        z, after = w @ x + b, w @ moved + b
        same(after - z, w[j] * (x[j] + delta) - w[j] * x[j])
        same(after - z, w[j] * delta)
        p, p_after = sigmoid(z), sigmoid(w @ one_more + b)
        odds, odds_after = p / (1 - p), p_after / (1 - p_after)
        same(odds_after, exp(z + w[j]))
        same(odds_after, exp(w[j]) * exp(z))
        same(odds_after, exp(w[j]) * odds)


@check("eq-units", tex="d41a732b")
@check("eq-units-proof", tex="ca98fa20")
def back_to_the_original_units(rng):
    X, w_standard, (b_standard,) = reals(rng, (6, 3)), reals(rng, 3), reals(rng, 1)
    m, s = X.mean(axis=0), sqrt(((X - X.mean(axis=0)) ** 2).mean(axis=0))
    w = w_standard / s
    b = b_standard - sum(w_standard[j] * m[j] / s[j] for j in range(3))
    for x in X:
        z = ((x - m) / s) @ w_standard + b_standard
        same(z, sum(w_standard[j] * (x[j] - m[j]) / s[j] for j in range(3)) + b_standard)
        same(z, (w_standard / s) @ x - sum(w_standard * m / s) + b_standard)
        same(z, sum(w * x) + b)


@check("eq-logit", tex="0984f52f")
@check("eq-sigmoid", tex="40e59fe3")
@check("eq-log-odds", tex="cae27fe9")
def sigmoid_undoes_the_log_odds(rng):
    for p in reals(rng, 20, 1e-6, 1 - 1e-6):
        z = ln(p / (1 - p))
        same(sigmoid(z), p)
        same(exp(-z), (1 - p) / p)
        same(p * exp(-z), 1 - p)
        same(p * (1 + exp(-z)), 1)
        same(p, 1 / (1 + exp(-z)))
    for z in reals(rng, 20, -20, 20):
        p = 1 / (1 + exp(-z))
        same(ln(p / (1 - p)), z)
    X, w, b = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal()
    p = ss.sigmoid(ss.logits(X, w, b))
    same(np.log(p / (1 - p)), [w @ x + b for x in X], within=1e-13)


@check("eq-distance", tex="91397405")
@check("eq-foot", tex="576ed04b")
@check("eq-nearest", tex="565db47d")
def signed_distance(rng):
    w, (b,) = reals(rng, 3), reals(rng, 1)
    for x in reals(rng, (5, 3)):
        z = w @ x + b
        foot = x - z / length(w) ** 2 * w
        same(w @ foot + b, w @ x + b - z / length(w) ** 2 * (w @ w))
        same(w @ foot + b, 0)
        same(length(x - foot), abs(z) / length(w))
        for h in foot + np.r_[reals(rng, (10, 3), -0.1, 0.1), reals(rng, (10, 3), -10, 10)]:
            h[2] = -(b + w[:2] @ h[:2]) / w[2]  # another point of the boundary, near the foot or far
            same(w @ (x - h), (w @ x + b) - (w @ h + b))
            same(w @ (x - h), z)
            assert length(x - h) >= length(x - foot)


@check("eq-line", tex="f784a306")
def line_in_the_plane(rng):
    for w1, w2, b, x1 in reals(rng, (10, 4)):
        same(w1 * x1 + w2 * (-(w1 * x1 + b) / w2) + b, 0)


@check("eq-softmax", tex="1c81df9c")
@check("eq-shift", tex="8f5a2519")
def common_constant_changes_nothing(rng):
    for z, c in zip(reals(rng, (5, 4)), reals(rng, 5, -50, 50), strict=True):
        p = [exp(z[k]) / (exp(z[0]) + exp(z[1]) + exp(z[2]) + exp(z[3])) for k in range(4)]
        same(sum(p), 1)
        same(ss.softmax(z.astype(float)[None])[0], p, within=1e-14)
        for k in range(4):
            shifted = exp(z[k] + c) / sum(exp(z + c))
            same(shifted, exp(c) * exp(z[k]) / sum(exp(c) * exp(z)))
            same(shifted, exp(c) * exp(z[k]) / (exp(c) * sum(exp(z))))
            same(shifted, exp(z[k]) / sum(exp(z)))
            same(shifted, p[k])


@check("eq-differences", tex="355750b0")
@check("eq-two-classes", tex="66e0ed07")
def only_differences_count(rng):
    z = reals(rng, 4)
    p = softmax(z)
    for k in range(4):
        for m in range(4):
            same(ln(p[k] / p[m]), ln(exp(z[k]) / exp(z[m])))
            same(ln(p[k] / p[m]), z[k] - z[m])
    for z0, z1 in reals(rng, (5, 2)):
        _, p1 = softmax(np.array([z0, z1]))
        same(p1, exp(z1) / (exp(z0) + exp(z1)))
        same(p1, 1 / (1 + exp(-(z1 - z0))))
        same(p1, sigmoid(z1 - z0))


@check("eq-between", tex="b8f9d9ca")
@check("eq-flip", tex="b2e0958e")
def boundary_between_two_classes(rng):
    """Go from a row straight to the boundary of two classes: there their logits are equal."""
    w, b = reals(rng, (3, 4)), reals(rng, 4)
    for x in reals(rng, (5, 3)):
        z, difference = x @ w + b, w[:, 1] - w[:, 2]
        change = -(z[1] - z[2]) / length(difference) ** 2 * difference
        at = x + change
        same(difference @ at + (b[1] - b[2]), 0)
        after = at @ w + b
        same(after[1], after[2])
        for direction in reals(rng, (20, 3)):  # any other way there is longer
            step = -(z[1] - z[2]) / (difference @ direction) * direction
            same(*((x + step) @ w + b)[1:3])
            assert length(step) >= length(change)


@check("eq-three-logits", tex="3d6ba76d")
def three_columns_by_hand(rng):
    x, w, b = [2, 1], [[1, 0, -1], [0, 1, 1]], [0, -1, 0]
    z = [1 * 2 + 0 * 1 + 0, 0 * 2 + 1 * 1 - 1, -1 * 2 + 1 * 1 + 0]
    same(z, [2, 0, -1])
    same(ss.logits([x], w, b)[0], z)


@check("eq-two-columns", tex="c06dd3a3")
def penalty_of_two_columns(rng):
    q, w = reals(rng, 3), reals(rng, 3)
    both = length(q + w / 2) ** 2 + length(q - w / 2) ** 2
    same(both, 2 * length(q) ** 2 + 2 * length(w / 2) ** 2)
    same(both, 2 * length(q) ** 2 + length(w) ** 2 / 2)
