"""The equations of step 4."""

import mpmath
import numpy as np
import scipy.stats
import sevensteps as ss

from equations import check, exp, gradient, ln, reals, same, shares, sigmoid, slope, softmax, sqrt

DEFINITIONS = {
    "losses-product": ("fa65cf60", "assumes that the rows are independent"),
    "losses-cross": ("5cd8a0ed", "names the average cost of a row"),
    "losses-smoothing": ("e35e6196", "says what label smoothing does"),
}


def entropy(q):
    return -sum(q * ln(q))


def cross_entropy(q, p):
    return -sum(q * ln(p))


@check("losses-mean", tex="f669b220")
@check("losses-rows", tex="923aceed")
def losses_of_rows(rng):
    n, K = 5, 4
    y, y_pred = rng.normal(size=n), rng.normal(size=n)
    same(ss.mean_squared_error(y, y_pred), sum((y_pred[i] - y[i]) ** 2 for i in range(n)) / n, within=1e-14)
    y, p = rng.integers(2, size=n), reals(rng, n, 0.01, 0.99)
    rows = [-y[i] * ln(p[i]) - (1 - y[i]) * ln(1 - p[i]) for i in range(n)]
    same(ss.binary_cross_entropy(y, p.astype(float)), sum(rows) / n, within=1e-14)
    y, p = np.eye(K)[rng.integers(K, size=n)], softmax(reals(rng, (n, K)))
    rows = [-sum(y[i, k] * ln(p[i, k]) for k in range(K)) for i in range(n)]
    same(ss.categorical_cross_entropy(y, p.astype(float)), sum(rows) / n, within=1e-14)


@check("losses-likelihood", tex="a94ccd38")
def likelihood_of_all_rows(rng):
    n = 6
    P, y = reals(rng, n, 0.01, 0.99), rng.integers(2, size=n)
    P_labels = np.where(y == 1, P, 1 - P)
    L = -ln(mpmath.fprod(P_labels)) / n
    same(L, sum(-ln(P_labels)) / n)
    same(L, ss.binary_cross_entropy(y, P.astype(float)), within=1e-14)


@check("losses-coin", tex="914a2683")
@check("losses-bce", tex="e3310b66")
def coin(rng):
    for p in reals(rng, 10, 0.01, 0.99):
        for y in (0, 1):
            P = p**y * (1 - p) ** (1 - y)
            same(P, p if y == 1 else 1 - p)
            same(float(P), scipy.stats.bernoulli.pmf(y, float(p)), within=1e-14)
            same(-ln(P), -y * ln(p) - (1 - y) * ln(1 - p))


@check("losses-cce", tex="da1fe507")
def die(rng):
    p = shares(rng, 4)
    for side, y in enumerate(np.eye(4, dtype=int)):
        P = mpmath.fprod(p**y)
        same(P, p[side])
        same(-ln(P), -sum(y * ln(p)))


@check("losses-bell", tex="ca25421a")
@check("losses-gaussian", tex="94f818a8")
@check("losses-scale", tex="323efcf0")
def bell(rng):
    for y_pred, s in zip(reals(rng, 5), reals(rng, 5, 0.2, 3), strict=True):

        def P(y, y_pred=y_pred, s=s):
            return 1 / (s * mpmath.sqrt(2 * mpmath.pi)) * mpmath.exp(-((y - y_pred) ** 2) / (2 * s**2))

        same(mpmath.quad(P, [-mpmath.inf, y_pred, mpmath.inf]), 1)
        y = reals(rng, 4)
        for value in y:
            density = scipy.stats.norm.pdf(float(value), float(y_pred), float(s))
            same(P(value), density, within=1e-14)
            same(-ln(P(value)), (value - y_pred) ** 2 / (2 * s**2) + ln(s) + ln(2 * mpmath.pi) / 2)
        m = ((y - y_pred) ** 2).mean()
        mean = np.mean([-ln(P(value)) for value in y])
        same(mean, m / (2 * s**2) + ln(s) + ln(2 * mpmath.pi) / 2)


@check("losses-start", tex="e311ad34")
def logarithms_on_paper(rng):
    for z in reals(rng, 20, -30, 30):
        same(ln(1 / (1 + exp(-z))), -ln(1 + exp(-z)))
        same(1 - sigmoid(z), sigmoid(-z))
    z = reals(rng, 4)
    same([ln(exp(z[k]) / sum(exp(z))) for k in range(4)], z - ln(sum(exp(z))))


@check("losses-bce-expanded", tex="ca9e8858")
@check("losses-bce-logits", tex="a95d3ed7")
@check("losses-softplus", tex="3141f8f5")
def binary_cross_entropy_from_logits(rng):
    for z, y in zip(reals(rng, 20, -20, 20), reals(rng, 20, 0, 1), strict=True):
        loss = -y * ln(sigmoid(z)) - (1 - y) * ln(1 - sigmoid(z))
        same(loss, -y * ln(sigmoid(z)) - (1 - y) * ln(sigmoid(-z)))
        same(loss, y * ln(1 + exp(-z)) + (1 - y) * ln(1 + exp(z)))
        same(loss, y * ln(1 + exp(z)) - y * z + (1 - y) * ln(1 + exp(z)))
        same(loss, ln(1 + exp(z)) - y * z)
        same(ss.binary_cross_entropy_from_logits([float(y)], [float(z)]), loss, within=1e-14)
        softplus = ln(1 + exp(z))
        same(softplus, -ln(sigmoid(-z)))
        same(softplus, -min(-z, 0) + ln(1 + exp(-abs(z))))
        same(softplus, max(z, 0) + ln(1 + exp(-abs(z))))


@check("losses-cce-logits", tex="7a912947")
def categorical_cross_entropy_from_logits(rng):
    for z in reals(rng, (10, 4), -10, 10):
        y = shares(rng, 4)
        loss = -sum(y * ln(softmax(z)))
        same(loss, -sum(y * (z - ln(sum(exp(z))))))
        same(loss, ln(sum(exp(z))) - sum(y * z))
        rows = y.astype(float)[None], z.astype(float)[None]
        same(ss.categorical_cross_entropy_from_logits(*rows), loss, within=1e-14)


@check("losses-lowest", tex="8ad77f2e")
def lowest_places(rng):
    for y in reals(rng, 10, 0.01, 0.99):
        for others in (1, 9):
            z = ln(others * y / (1 - y))
            same(exp(z) / (exp(z) + others) - y, 0)
            same(slope(lambda z, y=y, others=others: ln(exp(z) + others) - y * z, z), 0)


@check("losses-kl", tex="ada3cfa2")
def floor_and_divergence(rng):
    for _ in range(50):
        q, p = shares(rng, 4), shares(rng, 4)
        divergence = sum(q * ln(q / p))
        same(cross_entropy(q, p), entropy(q) + divergence)
        assert divergence > 0
        same(divergence, scipy.stats.entropy(q.astype(float), p.astype(float)), within=1e-14)


@check("losses-floor", tex="24c99129")
def floor_with_features(rng):
    """Take a world of three kinds of rows, and count each label with its probability."""
    world = shares(rng, 3)
    q, p = [shares(rng, 4) for _ in world], [shares(rng, 4) for _ in world]
    average = sum(world[x] * q[x][k] * -ln(p[x][k]) for x in range(3) for k in range(4))
    floor = sum(world[x] * entropy(q[x]) for x in range(3))
    same(average, floor + sum(world[x] * sum(q[x] * ln(q[x] / p[x])) for x in range(3)))
    joint = np.array([world[x] * q[x] for x in range(3)])  # H(y | x) = H(x, y) - H(x)
    same(floor, entropy(joint.ravel()) - entropy(world))


@check("losses-floor-square", tex="7a9e4084")
def floor_of_the_square(rng):
    P, y = shares(rng, 5), reals(rng, 5)
    mean = sum(P * y)
    for y_pred in reals(rng, 5):
        average, variance = sum(P * (y - y_pred) ** 2), sum(P * (y - mean) ** 2)
        same(average, variance + (mean - y_pred) ** 2 + 2 * (mean - y_pred) * sum(P * (y - mean)))
        same(average, variance + (mean - y_pred) ** 2)


@check("losses-brier", tex="cc252b9a")
def square_is_proper(rng):
    for p, q in reals(rng, (10, 2), 0, 1):
        same(q * (1 - p) ** 2 + (1 - q) * p**2, q - 2 * q * p + p**2)
        same(q * (1 - p) ** 2 + (1 - q) * p**2, (p - q) ** 2 + q * (1 - q))


@check("losses-square-slope", tex="4ce88db4")
def slopes_of_the_square(rng):
    def loss(z):
        return (1 - sigmoid(z)) ** 2

    for z in reals(rng, 10):
        p, dp = sigmoid(z), slope(sigmoid, z)
        same(slope(loss, z), -2 * (1 - p) * dp)
        same(slope(loss, z), -2 * p * (1 - p) ** 2)
        same(slope(loss, z, 2), -2 * dp * (1 - p) ** 2 + 4 * p * (1 - p) * dp)
        same(slope(loss, z, 2), -2 * dp * (1 - p) * ((1 - p) - 2 * p))
        same(slope(loss, z, 2), -2 * p * (1 - p) ** 2 * (1 - 3 * p))


@check("losses-weights", tex="a0766d0b")
@check("losses-weighted-share", tex="f40811a5")
def class_weights(rng):
    for q, c0, c1 in zip(reals(rng, 10, 0.05, 0.95), *reals(rng, (2, 10), 0.1, 5), strict=True):

        def cost(p, q=q, c0=c0, c1=c1):
            return -c1 * q * ln(p) - c0 * (1 - q) * ln(1 - p)

        best = sigmoid(ln(q / (1 - q)) + ln(c1 / c0))
        same(best, c1 * q / (c1 * q + c0 * (1 - q)))
        same(slope(cost, best), 0)
        assert all(cost(p) > cost(best) for p in reals(rng, 10, 0.01, 0.99))


@check("losses-bent-slopes", tex="e2ec1400")
@check("losses-bent-sum", tex="aedf543e")
def bent_upwards(rng):
    for g in (
        lambda t: exp(t) - 5,
        lambda t: t**4,
        lambda t: ln(1 + exp(5 * t - 2)),
        lambda t: (3 * t - 1) ** 2,
    ):
        for t in reals(rng, 10, 0, 1):
            assert slope(g, t, 2) >= 0
            assert g(t) - g(0) <= t * slope(g, t)
            assert g(1) - g(t) >= (1 - t) * slope(g, t)
            assert (1 - t) * (g(t) - g(0)) <= t * (g(1) - g(t))
    for a, c, t in reals(rng, (10, 3), 0, 1):  # on a straight line nothing is lost

        def line(t, a=a, c=c):
            return a * t + c

        same(line(t) - line(0), t * slope(line, t))
        same(line(1) - line(t), (1 - t) * slope(line, t))
        same((1 - t) * (line(t) - line(0)), t * (line(1) - line(t)))


@check("losses-along", tex="1cdf1d98")
@check("losses-hessian", tex="8ac8e507")
def hessian_along_a_line(rng):
    n = 4
    X, w, v, y = np.c_[reals(rng, (n, 2)), np.ones(n, int)], reals(rng, 3), reals(rng, 3), reals(rng, n, 0, 1)

    def L(w):
        return sum(ln(1 + exp(X[i] @ w)) - y[i] * (X[i] @ w) for i in range(n)) / n

    z, c = X @ w, X @ v
    for t in (mpmath.mpf(0), *reals(rng, 3)):
        at = z + t * c
        rows = [ln(1 + exp(at[i])) - y[i] * at[i] for i in range(n)]
        same(L(w + t * v), sum(rows) / n)
        bends = [slope(lambda z, i=i: ln(1 + exp(z)) - y[i] * z, at[i], 2) for i in range(n)]
        along = slope(lambda t: L(w + t * v), t, 2)
        same(along, sum(bends[i] * c[i] ** 2 for i in range(n)) / n)
    bends = [slope(lambda z: ln(1 + exp(z)), z[i], 2) for i in range(n)]
    H = sum(bends[i] * np.outer(X[i], X[i]) for i in range(n)) / n
    same(v @ H @ v, slope(lambda t: L(w + t * v), mpmath.mpf(0), 2))
    for j in range(3):
        same(gradient(lambda w, j=j: gradient(L, w)[j], w), H[j], within=1e-12)


@check("losses-variance", tex="12234798")
def bend_of_the_softmax_is_a_variance(rng):
    for _ in range(10):
        p, c = shares(rng, 4), reals(rng, 4)
        bend = c @ (np.diag(p) - np.outer(p, p)) @ c
        same(bend, sum(p * c**2) - sum(p * c) ** 2)
        same(bend, sum(p * (c - sum(p * c)) ** 2))
        assert bend >= 0
        z = ln(p)  # the bend of the loss itself, along c
        same(slope(lambda t, z=z, c=c: ln(sum(exp(z + t * c))), mpmath.mpf(0), 2), bend)


@check("losses-prior", tex="2076fae7")
@check("losses-lambda", tex="85b88223")
def penalty_is_a_prior(rng):
    """Compare at two places: what differs is the same, so the rest is constant."""
    n = 5
    X, y, (tau,) = reals(rng, (n, 3)), rng.integers(2, size=n), reals(rng, 1, 0.5, 2)

    def density(weight):
        return exp(-(weight**2) / (2 * tau**2)) / (tau * sqrt(2 * mpmath.pi))

    def rows(w):
        p = sigmoid(X @ w)
        return -ln(np.where(y == 1, p, 1 - p))

    def surprise(w):
        return sum(rows(w)) / n - sum(ln(density(w))) / n

    def printed(w):
        return sum(rows(w)) / n + sum(w**2) / (2 * n * tau**2)

    def penalized(w):
        return sum(rows(w)) / n + 1 / (n * tau**2) / 2 * sum(w**2)

    u, v = reals(rng, 3), reals(rng, 3)
    same(surprise(u) - surprise(v), printed(u) - printed(v))
    same(surprise(u) - surprise(v), penalized(u) - penalized(v))


@check("losses-lead", tex="68b7bf47")
def lead_of_the_true_class(rng):
    K = 5
    for epsilon in reals(rng, 5, 0.01, 0.99):
        smooth = (1 - epsilon) * np.eye(K, dtype=int)[2] + epsilon / K
        lead = ln(1 + K * (1 - epsilon) / epsilon)
        z = lead * np.eye(K, dtype=int)[2]
        slopes = gradient(lambda z, smooth=smooth: -sum(smooth * ln(softmax(z))), z)
        same(slopes, np.zeros(K))
        same(softmax(z), smooth)
