"""The equations of step 7."""

import itertools
import math

import mpmath
import numpy as np
import sevensteps as ss
from mpmath import mpf

from equations import check, exp, gradient, ln, same, sigmoid, slope, softmax, sqrt
from equations.matrices import (
    agree,
    binary,
    categorical,
    eigen,
    hessian,
    minimum,
    norm,
    normal,
    one_hot,
    precise,
    solve,
    squared,
    with_ones,
    zeros,
)


def bowl(rng, m=3):
    """Return a loss with a bowl's slopes, its minimum, its curvatures and their directions as columns."""
    X, best = normal(rng, 2 * m, m), normal(rng, m)
    H = X.T @ X
    return lambda theta: (theta - best) @ H @ (theta - best) / 2 + 1, best, *eigen(H)


@check("convergence-descent", tex="947109ac")
def one_round_of_descent(rng):
    rows, theta = with_ones(normal(rng, 6, 2)), zeros(3)
    y = precise(rng.integers(2, size=6))
    X, labels = rows[:, :-1].astype(float), y.astype(float)
    loss, optimizer = ss.value_and_grad(ss.BINARY_CROSS_ENTROPY), ss.gradient_descent(0.5)
    for epochs in range(1, 4):
        theta = theta - mpf("0.5") * gradient(binary(rows, y), theta)
        ours, _ = ss.train(loss, ss.zeros(2), ss.full_batch(X, labels), optimizer, epochs=epochs)
        agree(theta, [*ours.weights, ours.bias], within=1e-14)


@check("convergence-iterations", tex="3a267c37")
def how_many_iterations_make_an_epoch(rng):
    for n, B in itertools.product((1, 7, 12), (1, 3, 4, 12)):
        starts = list(range(0, n, B))  # deal out B rows at a time until none is left
        assert len(starts) == math.ceil(n / B)
        batches = ss.mini_batches(np.zeros((n, 1)), np.zeros(n), batch_size=B, rng=rng)
        assert len(list(batches)) == math.ceil(n / B)


@check("convergence-promise", tex="47b84fce")
def what_a_small_gradient_promises(rng):
    rows, y, mu = with_ones(normal(rng, 6, 2)), precise(rng.integers(2, size=6)), mpf("0.05")

    def L(theta):
        return binary(rows, y)(theta) + mu / 2 * np.sum(theta**2)

    best = minimum(L, zeros(3))
    for size in (0.01, 1, 100):
        theta = best + size * normal(rng, 3)
        g = norm(gradient(L, theta))
        assert norm(theta - best) <= g / mu
        assert L(theta) - L(best) <= g**2 / mu
    L, best, mus, v = bowl(rng)
    theta = best + 3 * v[:, 0]  # along the flattest direction of a bowl it is as far as promised
    g = norm(gradient(L, theta))
    agree(norm(theta - best), g / mus[0])
    agree(L(theta) - L(best), g**2 / mus[0] / 2)


@check("convergence-bowl", tex="b6601341")
@check("convergence-linear", tex="53d1d475")
@check("convergence-normal", tex="d674564a")
def linear_regression_is_a_bowl(rng):
    n = 7
    rows, y, theta = with_ones(normal(rng, n, 2)), normal(rng, n), normal(rng, 3)
    L, H = squared(rows, y), 2 / mpf(n) * rows.T @ rows
    best = solve(hessian(L, zeros(3)), -gradient(L, zeros(3)))
    agree(gradient(L, best), zeros(3))
    agree(rows.T @ rows @ best, rows.T @ y)
    agree(
        gradient(L, theta),
        2 / mpf(n) * (rows.T @ rows @ theta - rows.T @ y),
        2 / mpf(n) * rows.T @ rows @ (theta - best),
        H @ (theta - best),
    )
    agree(hessian(L, theta), H)
    ours = ss.least_squares(rows[:, :-1].astype(float), y.astype(float))
    agree(best, [*ours.weights, ours.bias], within=1e-13)


@check("convergence-eigen", tex="7050f91e")
@check("convergence-rates", tex="92290432")
@check("convergence-share-early", tex="7862515d")
def each_direction_by_itself(rng):
    L, best, mus, v = bowl(rng)
    mu, M = mus[0], mus[-1]
    kappa = M / mu

    def slowest(eta):
        return max(abs(1 - eta * mus))

    for eta in (mpf("0.3") / M, 1 / M, 2 / (M + mu)):
        theta, parts = zeros(3), [v.T @ (zeros(3) - best)]
        for t in range(1, 6):
            theta = theta - eta * gradient(L, theta)
            parts.append(v.T @ (theta - best))
            agree(parts[t], (1 - eta * mus) * parts[t - 1], (1 - eta * mus) ** t * parts[0])
            agree(v.T @ theta / (v.T @ best), 1 - (1 - eta * mus) ** t)  # from zeros
    agree(slowest(1 / M), 1 - 1 / kappa)
    agree(slowest(2 / (M + mu)), (kappa - 1) / (kappa + 1))
    assert all(slowest(f * 2 / (M + mu)) > slowest(2 / (M + mu)) for f in (0.5, 0.99, 1.01, 1.5))


@check("convergence-digits", tex="0d7a7eaf")
def epochs_for_a_digit(rng):
    for kappa in precise([10, 100, 10000]):
        epochs = ln(10) / -ln(1 - 1 / kappa)
        same((1 - 1 / kappa) ** epochs, mpf(1) / 10)
        assert abs(epochs / (mpf("2.3") * kappa) - 1) <= 1 / kappa + mpf("0.002")
        halved = ln(10) / -ln((kappa - 1) / (kappa + 1))
        assert abs(2 * halved / epochs - 1) <= 1 / kappa


@check("convergence-hessian-logistic", tex="2aaa5768")
def the_hessian_of_logistic_regression(rng):
    n = 5
    rows, y, theta = with_ones(normal(rng, n, 2)), precise(rng.integers(2, size=n)), normal(rng, 3)
    y_pred = sigmoid(rows @ theta)
    H = sum(y_pred[i] * (1 - y_pred[i]) * np.outer(rows[i], rows[i]) for i in range(n)) / n
    agree(hessian(binary(rows, y), theta), H)


@check("convergence-hessian-softmax", tex="44bc2800")
def the_hessian_of_softmax_regression(rng):
    n, m, K = 4, 2, 3
    rows, Y, theta = with_ones(normal(rng, n, m - 1)), one_hot([0, 2, 1, 1], K), normal(rng, m, K)
    y_pred = softmax(rows @ theta)
    # The parameters of one class after another.
    H = hessian(lambda flat: categorical(rows, Y)(flat.reshape(K, m).T), theta.T.ravel())
    for k, j in itertools.product(range(K), range(K)):
        weights = [y_pred[i, k] * ((k == j) - y_pred[i, j]) for i in range(n)]
        block = sum(weights[i] * np.outer(rows[i], rows[i]) for i in range(n)) / n
        agree(H[k * m : (k + 1) * m, j * m : (j + 1) * m], block)


@check("convergence-margin", tex="7aadb6db")
@check("convergence-margin-loss", tex="dbd0e265")
def a_loss_of_margins(rng):
    n = 6
    rows, y, theta = with_ones(normal(rng, n, 2)), np.array([0, 1, 1, 0, 1, 0]), normal(rng, 3)
    s = np.where(y == 1, 1, -1)
    z, a = rows @ theta, s[:, None] * rows
    for i in range(n):
        agree(a[i] @ theta, s[i] * z[i])
        assert (a[i] @ theta > 0) == ((sigmoid(z[i]) > 0.5) == (y[i] == 1))
    losses = [-ln(sigmoid(z[i])) if y[i] else -ln(1 - sigmoid(z[i])) for i in range(n)]
    agree(sum(losses) / n, sum(ln(1 + exp(-a[i] @ theta)) for i in range(n)) / n)


@check("convergence-margin-softmax", tex="e5560639")
def margins_to_the_other_classes(rng):
    for y in range(4):
        z = 3 * normal(rng, 4)
        agree(
            -ln(softmax(z)[y]),
            -ln(exp(z[y]) / sum(exp(z))),
            ln(1 + sum(exp(-(z[y] - z[k])) for k in range(4) if k != y)),
        )


@check("convergence-step", tex="e47be9b2")
@check("convergence-logarithm", tex="cd12151e")
def a_margin_grows_like_a_logarithm(rng):
    a, eta = normal(rng, 3), mpf("0.7")
    speed = eta * np.sum(a**2)
    for m in (10, 20, 40):
        theta = m * a / np.sum(a**2)
        new = theta - eta * gradient(lambda theta: ln(1 + exp(-a @ theta)), theta)
        agree((a @ new - a @ theta) / (speed * exp(-mpf(m))), 1, within=2 * exp(-mpf(m)))
    for t in precise([10, 1000]):  # the differential equation
        agree(slope(lambda t: ln(speed * t), t), speed * exp(-ln(speed * t)))
    margin, speed, t = 0.0, float(speed), 20000
    for _ in range(t):
        margin += speed / (1 + math.exp(margin))
    agree(margin, math.log(speed * t), within=0.002)
    agree(math.log1p(math.exp(-margin)) * speed * t, 1, within=0.005)


@check("convergence-gamma", tex="329c9770")
def the_largest_smallest_margin(rng):
    angles = np.linspace(0, 2 * np.pi, 200001)
    v = np.column_stack([np.cos(angles), np.sin(angles)])
    a = rng.normal([2, 1], 0.5, (5, 2))
    smallest = (v @ a.T).min(axis=1)
    gamma = smallest.max()
    assert gamma > 0
    # The shortest vector with all margins at least 1 lies where one or two of them are 1.
    corners = [np.linalg.solve(a[[i, j]], [1, 1]) for i, j in itertools.combinations(range(5), 2)]
    corners += [row / (row @ row) for row in a]
    shortest = min(np.linalg.norm(c) for c in corners if (a @ c).min() >= 1 - 1e-12)
    agree(gamma, 1 / shortest, within=1e-4)


@check("convergence-ball", tex="4bb030ea")
def a_penalty_keeps_the_weights_in_a_ball(rng):
    X, y = normal(rng, 6, 2), precise([0, 1, 0, 1, 1, 0])
    agree(binary(with_ones(X), y)(zeros(3)), ln(2))
    for lam in precise(["0.001", "0.1", "10"]):
        radius = sqrt(2 * ln(2) / lam)

        def L(theta, X=X, lam=lam):
            return binary(with_ones(X), y)(theta) + lam / 2 * np.sum(theta[:-1] ** 2)

        best = minimum(L, zeros(3))
        assert L(best) <= ln(2)
        assert norm(best[:-1]) <= radius
        # No place outside is as low as zero; inside, rows that are far from the line let nearly all be.
        far = 10**6 * np.outer(2 * y - 1, precise([1, 1]))
        direction = precise([1, 1]) / sqrt(2)
        for f, low in [(mpf("1.0001"), False), (mpf("0.9999"), True)]:
            assert (L(np.append(f * radius * direction, 0), X=far) <= ln(2)) == low


@check("convergence-share-ridge", tex="4b12b416")
@check("convergence-calibration", tex="ae7440b8")
def two_ways_to_stop(rng):
    L, best, mus, v = bowl(rng)
    for lam in precise(["0.01", "1", "100"]):

        def penalized(w, lam=lam):
            return L(w) + lam / 2 * np.sum(w**2)

        w = solve(hessian(penalized, zeros(3)), -gradient(penalized, zeros(3)))
        agree(v.T @ w / (v.T @ best), mus / (mus + lam))
    eta, t = mpf("0.01"), 50
    lam = 1 / (eta * t)
    for mu in precise(["1e-3", "1e-6"]):
        early, ridge = 1 - (1 - eta * mu) ** t, mu / (mu + lam)
        agree(early / (eta * mu * t), 1, within=mu)
        agree(ridge / (mu / lam), 1, within=mu)
        agree(early / ridge, 1, within=mu)


@check("convergence-projection", tex="67e65b35")
@check("convergence-residuals", tex="d2bac1db")
@check("convergence-floor", tex="da0ca49a")
def below_and_above_the_floor(rng):
    n, p, sigma = 5, 3, mpf("0.7")
    rows, truth = with_ones(normal(rng, n, p - 1)), normal(rng, p)
    inverse = np.array([solve(rows.T @ rows, e) for e in precise(np.eye(p))])
    P = rows @ inverse @ rows.T
    agree(P, P.T, P @ P)
    agree(P @ rows, rows)
    # Noise of mean 0 and variance σ², drawn in all ways: a coin for each row.
    coins = [sigma * precise(signs) for signs in itertools.product((-1, 1), repeat=n)]
    training, new = [], []
    for noise in coins:
        y = rows @ truth + noise
        y_pred = rows @ solve(rows.T @ rows, rows.T @ y)
        agree(P @ y, y_pred)
        squares = noise @ (np.eye(n) - P) @ noise
        agree(norm(noise - P @ noise) ** 2, noise @ (np.eye(n) - P) @ (np.eye(n) - P) @ noise, squares)
        agree(norm(y - y_pred) ** 2, squares)
        training.append(norm(y - y_pred) ** 2 / n)
        new += [norm(rows @ truth + other - y_pred) ** 2 / n for other in coins]
    agree(sum(training) / len(training), sigma**2 * (1 - mpf(p) / n))
    agree(sum(new) / len(new), sigma**2 * (1 + mpf(p) / n))


@check("convergence-standard-error", tex="f03efc10")
def how_far_a_score_is_from_the_truth(rng):
    for n, a in itertools.product((1, 4, 30), precise(["0.5", "0.93"])):
        # The probability of each number of right answers.
        P = [mpmath.binomial(n, k) * a**k * (1 - a) ** (n - k) for k in range(n + 1)]
        mean = sum(P[k] * k / n for k in range(n + 1))
        variance = sum(P[k] * (mpf(k) / n - mean) ** 2 for k in range(n + 1))
        agree(mean, a)
        agree(variance, n * a * (1 - a) / n**2)
        agree(sqrt(variance), sqrt(a * (1 - a) / n))


@check("convergence-newton", tex="f9e89381")
def newton_adds_one_to_a_large_margin(rng):
    for m in (mpf(0), mpf(5), mpf(20)):

        def f(m):
            return exp(-m)

        agree(-slope(f, m) / slope(f, m, 2), exp(-m) / exp(-m), 1)

        def L(m):
            return ln(1 + exp(-m))

        agree(-slope(L, m) / slope(L, m, 2), 1 + exp(-m), within=1e-15)


@check("convergence-bounds", tex="bc467e93")
@check("convergence-above", tex="8ed38c05")
def the_logarithm_proved(rng):
    for eta in precise(["0.01", "0.5", "1"]):
        w = mpf(0)
        for t in range(200):
            assert ln(1 + eta * t / 2) <= w <= ln(1 + (eta + eta**2 / 4) * t)
            u = exp(w)
            w = w + eta * sigmoid(-w)
            middle = u + eta * u / (1 + u) + eta**2 * u / (1 + u) ** 2
            assert exp(w) <= middle <= u + eta + eta**2 / 4
