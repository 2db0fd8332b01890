"""The equations of step 6."""

import itertools

import mpmath
import numpy as np
import sevensteps as ss
from mpmath import mpf

from equations import check, exp, gradient, ln, sigmoid, slope, softmax, sqrt
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
    """Return a random bowl: its curvatures, smallest first, the directions as columns, the matrix."""
    mu, u = exp(normal(rng, m)), eigen(symmetric(rng, m))[1]
    mu = np.array(sorted(mu))
    return mu, u, (u * mu) @ u.T


def symmetric(rng, m):
    A = normal(rng, m, m)
    return A + A.T


def problem(rng, n=6, d=2, K=None):
    """Return rows with a 1 at the end, labels, and parameters."""
    rows = with_ones(normal(rng, n, d))
    if K:
        return rows, one_hot(rng.integers(K, size=n), K), normal(rng, d + 1, K)
    return rows, precise(rng.integers(2, size=n)), normal(rng, d + 1)


def largest_curvature(rows):
    return eigen(rows.T @ rows / len(rows))[0][-1]


def path_of(optimizer, gradients):
    """Return the library's steps along one parameter that meets these gradients."""
    state, steps = optimizer.init(ss.Parameters(np.zeros(1), np.float64(0))), []
    for g in gradients:
        step, state = optimizer.update(ss.Parameters(np.array([float(g)]), np.float64(0)), state)
        steps.append(step.weights[0])
    return steps


@check("updates-rule", tex="3a6c6ebc")
@check("updates-step", tex="197ad3ea")
def a_step_against_the_gradient(rng):
    rows, y, theta = problem(rng)
    eta, X = mpf("0.125"), rows[:, :-1]
    w, b = theta[:-1], theta[-1]

    def L(w, b):
        return np.sum(ln(1 + exp(X @ w + b)) - y * (X @ w + b)) / len(y)

    new = theta - eta * gradient(binary(rows, y), theta)
    agree(w - eta * gradient(lambda w: L(w, b), w), new[:-1])
    agree(b - eta * slope(lambda b: L(w, b), b), new[-1])

    params = ss.Parameters(w.astype(float), float(b))
    init, update = ss.gradient_descent(0.125)
    loss = ss.value_and_grad(ss.BINARY_CROSS_ENTROPY)
    grad = loss(params, (X.astype(float), y.astype(float)))[1]
    ours = ss.apply_updates(params, update(grad, init(params))[0])
    agree(new, [*ours.weights, ours.bias], within=1e-14)


@check("updates-parabola", tex="70865fb3")
@check("updates-factor", tex="c9bfff0c")
def one_step_on_a_parabola(rng):
    x, y = normal(rng, 6), normal(rng, 6)

    def L(w):
        return np.sum((w * x - y) ** 2) / 6

    M, best = 2 * sum(x**2) / 6, (x @ y) / (x @ x)
    for w in normal(rng, 5):
        agree(slope(L, w, 2), M)
        agree(L(w), L(best) + M / 2 * (w - best) ** 2)
        agree(slope(L, w), M * (w - best))
        for eta in (mpf("0.1"), 1 / M, 2 / M, 3 / M):
            new = w - eta * slope(L, w) - best
            agree(new, w - eta * M * (w - best) - best, (1 - eta * M) * (w - best))


@check("updates-curvature", tex="ba67657e")
def curvature_along_a_direction(rng):
    rows, y, theta = problem(rng)
    L = binary(rows, y)
    H = hessian(L, theta)
    for _ in range(5):
        u = normal(rng, 3)
        u = u / norm(u)
        phi = slope(lambda t, u=u: L(theta + t * u), 0, 2)
        agree(phi, sum(u[j] * H[j, k] * u[k] for j in range(3) for k in range(3)), u @ H @ u)


@check("updates-mixture", tex="3e23dd14")
def curvature_is_a_mean_of_eigenvalues(rng):
    H = symmetric(rng, 4)
    mu, vectors = eigen(H)
    for _ in range(20):
        a = normal(rng, 4)
        a = a / norm(a)
        u = sum(a[j] * vectors[:, j] for j in range(4))
        agree(u @ u, 1)
        agree(
            u @ H @ u,
            sum(a[j] * vectors[:, j] for j in range(4)) @ sum(a[j] * mu[j] * vectors[:, j] for j in range(4)),
            sum(a[j] ** 2 * mu[j] for j in range(4)),
        )
        assert mu[0] <= u @ H @ u <= mu[-1]


@check("updates-hessian", tex="3527040d")
@check("updates-linear", tex="55200ae7")
def curvature_of_the_squared_error(rng):
    for loss, c in [(squared, lambda z: 2 + 0 * z), (binary, lambda z: sigmoid(z) * (1 - sigmoid(z)))]:
        rows, y, theta = problem(rng)
        n = len(y)
        H, curvature = hessian(loss(rows, y), theta), c(rows @ theta)
        agree(H, sum(curvature[i] * np.outer(rows[i], rows[i]) for i in range(n)) / n)
        u = normal(rng, 3)
        agree(u @ H @ u, sum(curvature[i] * (rows[i] @ u) ** 2 for i in range(n)) / n)
    rows, y, theta = problem(rng)
    M = 2 * largest_curvature(rows)
    agree(eigen(hessian(squared(rows, y), theta))[0][-1], M)
    agree(M, ss.smoothness(rows[:, :-1].astype(float), ss.SQUARED_ERROR), within=1e-14)


@check("updates-logistic", tex="ee010859")
def curvature_of_the_binary_cross_entropy(rng):
    rows, y, _ = problem(rng)
    n, top = len(y), largest_curvature(rows)
    for _ in range(10):
        theta, u = 3 * normal(rng, 3), normal(rng, 3)
        v = rows @ (u / norm(u))
        curvature = slope(lambda t, theta=theta, u=u: binary(rows, y)(theta + t * u / norm(u)), 0, 2)
        assert curvature <= sum(v**2) / n / 4 <= top / 4
    steepest = eigen(hessian(binary(rows, y), zeros(3)))[0][-1]
    agree(steepest, top / 4)  # reached at zeros
    agree(top / 4, ss.smoothness(rows[:, :-1].astype(float), ss.BINARY_CROSS_ENTROPY), within=1e-14)


@check("updates-softmax-row", tex="8189541e")
@check("updates-softmax-half", tex="0170a406")
@check("updates-ten", tex="90f5d1e6")
def curvature_of_a_softmax_row(rng):
    K = 4
    for size in (0.1, 1, 10):
        z, v = size * normal(rng, K), normal(rng, K)
        p = softmax(z)
        C = hessian(lambda z: ln(np.sum(exp(z))), z)
        agree(v @ C @ v, sum(p[k] * v[k] ** 2 for k in range(K)) - sum(p[k] * v[k] for k in range(K)) ** 2)
    for _ in range(200):
        p, v = softmax(3 * normal(rng, K)), normal(rng, K)
        half_way(v, v @ (np.diag(p) - np.outer(p, p)) @ v)
        C = np.eye(K) / mpf(K) - np.ones((K, K)) / mpf(K) ** 2
        agree(v @ C @ v, sum(v**2) / K - sum(v) ** 2 / mpf(K) ** 2)
        assert v @ C @ v <= sum(v**2) / K
        v = v - sum(v) / K
        agree(v @ C @ v, sum(v**2) / K)
    v, p = precise([1, -1, 0, 0]) / sqrt(2), precise([0.5, 0.5, 0, 0])
    agree(*half_way(v, v @ (np.diag(p) - np.outer(p, p)) @ v))


def half_way(v, curvature):
    sides = [
        curvature,
        (max(v) - min(v)) ** 2 / 4,
        2 * (max(v) ** 2 + min(v) ** 2) / 4,
        sum(v**2) / 2,
    ]
    assert all(left <= right * (1 + mpf("1e-30")) for left, right in itertools.pairwise(sides))
    return sides


@check("updates-softmax", tex="0f7cf67f")
def curvature_of_the_categorical_cross_entropy(rng):
    for spread in (0.1, 1, 4):
        rows, Y, theta = problem(rng, K=3)
        theta, u = spread * theta, normal(rng, 3, 3)
        u = u / norm(u)
        L = categorical(rows, Y)
        curvature = slope(lambda t, L=L, theta=theta, u=u: L(theta + t * u), 0, 2)
        v = rows @ u
        squares = sum(norm(v[i]) ** 2 for i in range(len(Y)))
        assert curvature <= squares / len(Y) / 2 <= largest_curvature(rows) / 2
        M = ss.smoothness(rows[:, :-1].astype(float), ss.CATEGORICAL_CROSS_ENTROPY)
        agree(largest_curvature(rows) / 2, M, within=1e-14)
    # Two classes of probability 1/2, a third without a chance: the bound is reached.
    _, steepest = eigen(rows.T @ rows / len(rows))
    theta, u = zeros(3, 3), np.outer(steepest[:, -1], precise([1, -1, 0]) / sqrt(2))
    theta[-1, 2] = -100
    squares = sum(norm(rows[i] @ u) ** 2 for i in range(len(Y)))
    agree(slope(lambda t: L(theta + t * u), 0, 2), squares / len(Y) / 2, largest_curvature(rows) / 2)


@check("updates-lemma", tex="fb25d207")
@check("updates-decrease", tex="aab0196d")
@check("updates-integrate", tex="45b87b1f")
def the_descent_lemma(rng):
    rows, y, _ = problem(rng)
    for L, M, tight in [
        (binary(rows, y), largest_curvature(rows) / 4, False),
        (lambda theta: 3 * np.sum(theta**2) / 2 - theta[0], mpf(3), True),
    ]:
        for size in (0.1, 1, 10):
            theta, s = normal(rng, 3), size * normal(rng, 3)
            g = gradient(L, theta)
            rise = [slope(lambda t, L=L, theta=theta, s=s: L(theta + t * s), t) for t in (0, 0.5, 1)]
            pairs = [(L(theta + s), L(theta) + g @ s + M / 2 * norm(s) ** 2)]
            pairs += [(L(theta + s), L(theta) + rise[0] + M * norm(s) ** 2 / 2)]
            pairs += [(rise[i], rise[0] + t * M * norm(s) ** 2) for i, t in [(1, 0.5), (2, 1)]]
            for eta in (0.1 / M, 1 / M, 1.9 / M, 3 / M):
                bound = L(theta) - eta * (1 - eta * M / 2) * norm(g) ** 2
                pairs.append((L(theta - eta * g), bound))
            for left, right in pairs:
                assert left <= right + mpf("1e-30")
                if tight:
                    agree(left, right)


@check("updates-sum", tex="c42d9cbe")
def the_gradient_dies_out(rng):
    rows, y, _ = problem(rng, n=8)
    Lambda = largest_curvature(rows)
    for L, M, tight in [
        (lambda theta: binary(rows, y)(theta) + np.sum(theta**2) / 200, Lambda / 4 + mpf("0.01"), False),
        (lambda theta: np.sum((theta - 1) ** 2) + 5, mpf(2), True),  # the first step arrives
    ]:
        theta, squares = zeros(3), []
        fall = L(theta) - L(minimum(L, theta))
        for T in range(1, 30):
            g = gradient(L, theta)
            squares.append(norm(g) ** 2)
            assert sum(squares) / (2 * M) <= fall * (1 + mpf("1e-30"))
            assert min(squares) <= 2 * M * fall / T * (1 + mpf("1e-30"))
            if tight:
                agree(sum(squares) / (2 * M), fall)
            theta = theta - g / M


@check("updates-attracts", tex="38434bc4")
def where_the_minimum_stops_attracting(rng):
    rows, y, _ = problem(rng, n=8)

    def L(theta):
        return binary(rows, y)(theta) + np.sum(theta**2) / 20

    best = minimum(L, zeros(3))
    mu, u = eigen(hessian(L, best))
    for factor, settles in [(0.97, True), (1.03, False)]:
        eta, theta = factor * 2 / mu[-1], best + u[:, -1] / 10**6
        for _ in range(40):
            g = rows.T @ (sigmoid(rows @ theta) - y) / len(y) + theta / 10
            theta = theta - eta * g
        assert (norm(theta - best) < 10**-6) == settles


@check("updates-bounded", tex="4b45aa63")
def a_step_of_a_cross_entropy_is_bounded(rng):
    X, y, lam = normal(rng, 6, 2), precise([0, 1, 1, 0, 1, 0]), mpf("0.3")

    def L(w):
        return np.sum(ln(1 + exp(X @ w)) - y * (X @ w)) / 6 + lam / 2 * np.sum(w**2)

    def bound(eta, w, X):
        G = sum(norm(x) for x in X) / len(X)
        return abs(1 - eta * lam) * norm(w) + eta * G

    for eta, size in itertools.product((0.5, 5, 50), (0.1, 10, 200)):
        w = size * normal(rng, 2)
        new = (1 - eta * lam) * w - eta * (X.T @ (sigmoid(X @ w) - y)) / 6
        agree(w - eta * gradient(L, w), new, within=1e-18)
        assert norm(new) <= bound(eta, w, X)
    # One row of label 1, sure and wrong, and a rate beyond 1/λ: the step is nearly as long as it can be.
    x, eta = 3 * X[:1] / norm(X[0]), mpf(5)
    w = -200 * x[0]
    new = (1 - eta * lam) * w - eta * x.T @ (sigmoid(x @ w) - 1)
    agree(norm(new), bound(eta, w, x))


@check("updates-eigenbasis", tex="9e493e7a")
def the_directions_do_not_mix(rng):
    mu, u, H = bowl(rng)
    best, theta, eta = normal(rng, 3), normal(rng, 3), mpf("0.3")
    e = u.T @ (theta - best)
    new = theta - eta * gradient(lambda theta: (theta - best) @ H @ (theta - best) / 2, theta) - best
    agree(
        new,
        sum(e[j] * u[:, j] for j in range(3)) - eta * sum(mu[j] * e[j] * u[:, j] for j in range(3)),
        sum((1 - eta * mu[j]) * e[j] * u[:, j] for j in range(3)),
    )
    agree(u.T @ new, (1 - eta * mu) * e)


@check("updates-best-rate", tex="d683c01f")
def the_best_rate(rng):
    for mu, M in [(mpf(1), mpf(20)), (mpf("0.3"), mpf("0.4"))]:

        def worst(eta, mu=mu, M=M):
            return max(abs(1 - eta * mu), abs(1 - eta * M))

        eta, kappa = 2 / (M + mu), M / mu
        agree(1 - eta * mu, eta * M - 1)
        agree(worst(eta), 1 - eta * mu, (M - mu) / (M + mu), (kappa - 1) / (kappa + 1))
        agree(worst(1 / M), 1 - 1 / kappa)
        assert all(worst(eta * f) > worst(eta) for f in (0.5, 0.99, 1.01, 2))


@check("updates-momentum", tex="b6a9220d")
@check("updates-recursion", tex="205aa56b")
@check("updates-characteristic", tex="47161382")
@check("updates-nesterov-recursion", tex="16fae1d1")
def momentum_is_a_recursion(rng):
    for eta, beta, mu in [(0.1, 0.9, 3), (0.5, 0.5, 7), (1, 0, 0.5), (0.25, 0.75, 1.5)]:
        eta, beta, mu = mpf(eta), mpf(beta), mpf(mu)
        theta, v, e, gradients = mpf(1), mpf(0), [mpf(1)], []
        for _ in range(8):
            gradients.append(mu * theta)
            v = beta * v + mu * theta
            theta = theta - eta * v
            e.append(theta)
        agree(np.diff(e), path_of(ss.momentum(float(eta), float(beta)), gradients), within=1e-14)
        for before, now, new in zip(e, e[1:], e[2:], strict=False):
            agree(now - new, beta * (before - now) + eta * mu * now)
            agree(new, (1 + beta - eta * mu) * now - beta * before)
        roots = mpmath.polyroots([1, -(1 + beta - eta * mu), beta])
        for r in roots:
            agree(r**2, (1 + beta - eta * mu) * r - beta, within=1e-15)  # r^t solves the recursion
        for r in normal(rng, 5):
            q = r**2 - (1 + beta - eta * mu) * r + beta
            agree(r**5 - ((1 + beta - eta * mu) * r**4 - beta * r**3), q * r**3)  # and nothing else does
        # Nesterov, from the definition: y is the error of θ, e that of the place where it looks.
        y, v, e = mpf(1), mpf(0), []
        for _ in range(8):
            e.append(y - eta * beta * v)
            v = beta * v + mu * e[-1]
            y = y - eta * v
        a = 1 - eta * mu
        for before, now, new in zip(e, e[1:], e[2:], strict=False):
            agree(new, (1 + beta) * a * now - beta * a * before)


@check("updates-momentum-limit", tex="c8c0f754")
@check("updates-ends", tex="2f693219")
@check("updates-nesterov-limit", tex="1da3e4ca")
def limits_of_the_rate(rng):
    for beta, mu in itertools.product(precise(["0", "0.5", "0.9"]), precise(["0.2", "3"])):
        limit = 2 * (1 + beta) / mu
        for eta in [limit * mpf(f) for f in (-0.1, 0.001, 0.3, 0.7, 0.999, 1.001, 3)]:

            def q(r, eta=eta, beta=beta, mu=mu):
                return r**2 - (1 + beta - eta * mu) * r + beta

            agree(q(1), 1 - (1 + beta - eta * mu) + beta, eta * mu)
            agree(q(-1), 2 * (1 + beta) - eta * mu)
            # What a step makes of the error and of v, by the definition.
            step = [[1 - eta * mu, -eta * beta], [mu, beta]]
            assert (spectral_radius(step) < 1) == (0 < eta < limit)
        lower = (1 + 1 / (1 + 2 * beta)) / mu
        agree(lower, 2 * (1 + beta) / ((1 + 2 * beta) * mu))
        for eta in [lower * mpf(f) for f in (0.001, 0.5, 0.999, 1.001, 3)]:
            step = [[1 - eta * mu, -eta * beta * (1 - eta * mu)], [mu, beta * (1 - eta * mu)]]
            assert (spectral_radius(step) < 1) == (eta < lower)


def spectral_radius(step):
    """Return the factor by which the step shrinks or stretches in the long run."""
    return max(abs(value) for value in mpmath.eig(mpmath.matrix(step), left=False, right=False))


@check("updates-momentum-rate", tex="af403eab")
def the_best_momentum(rng):
    for mu, M in [(mpf(1), mpf(25)), (mpf("0.3"), mpf(2))]:
        kappa = M / mu
        beta = ((sqrt(kappa) - 1) / (sqrt(kappa) + 1)) ** 2
        eta = 4 / (sqrt(M) + sqrt(mu)) ** 2
        agree(eta * mu, (1 - sqrt(beta)) ** 2)
        agree(eta * M, (1 + sqrt(beta)) ** 2)
        agree(sqrt(kappa), (1 + sqrt(beta)) / (1 - sqrt(beta)))

        def worst(eta, beta, mu=mu, M=M):
            return max(
                spectral_radius([[1 - eta * c, -eta * beta], [c, beta]])
                for c in (mu, mu + (M - mu) / 3, mu + (M - mu) * 2 / 3, M)
            )

        agree(worst(eta, beta), sqrt(beta), within=1e-15)  # whatever the curvature
        for f, g in [(0.97, 1), (1.03, 1), (1, 0.97), (1, 1.03), (0.97, 0.97), (1.03, 1.03)]:
            assert worst(eta * f, beta * g) > worst(eta, beta)


@check("updates-nesterov", tex="0500531c")
@check("updates-nesterov-form", tex="e71850bc")
def nesterov_kept_where_it_looks(rng):
    mu, eta, beta = mpf(3), mpf("0.125"), mpf("0.75")
    theta, v = normal(rng), mpf(0)
    places, gradients = [], []
    for _ in range(8):
        look = theta - eta * beta * v
        g = mu * look
        faster = beta * v + g
        next_theta = theta - eta * faster
        next_look = next_theta - eta * beta * faster
        agree(
            next_look,
            (theta - eta * faster) - eta * beta * faster,
            look + eta * beta * v - eta * faster - eta * beta * faster,
            look - eta * (g + beta * faster),
        )
        places.append(look)
        gradients.append(g)
        theta, v = next_theta, faster
    steps = path_of(ss.nesterov(float(eta), float(beta)), gradients)[:-1]
    agree(np.diff(places), steps, within=1e-14)


@check("updates-unbiased", tex="ed164364")
@check("updates-batch-variance", tex="89589193")
def a_sample_of_rows(rng):
    n, B = 4, 3
    rows, y, theta = problem(rng, n=n)
    g_i = [gradient(binary(rows[i : i + 1], y[i : i + 1]), theta) for i in range(n)]
    g = gradient(binary(rows, y), theta)
    agree(sum(g_i[i] / n for i in range(n)), g)
    V = sum(norm(g_i[i] - g) ** 2 for i in range(n)) / n
    draws = [sum(g_i[i] for i in batch) / B for batch in itertools.product(range(n), repeat=B)]
    agree(sum(draws) / n**B, g)
    agree(sum(norm(draw - g) ** 2 for draw in draws) / n**B, V / B)


@check("updates-noise-step", tex="e1b493af")
@check("updates-stationary", tex="281d8e3b")
@check("updates-floor", tex="0d24d1d2")
def the_noise_floor(rng):
    noise, errors = normal(rng, 5), normal(rng, 4)
    noise = noise - sum(noise) / 5
    variance, B = sum(noise**2) / 5, 2
    batches = [sum(draws) / B for draws in itertools.product(noise, repeat=B)]
    for eta, mu in precise([["0.1", "3"], ["0.7", "0.4"], ["0.5", "3.9"]]):
        new = [((1 - eta * mu) * e - eta * xi) for e, xi in itertools.product(errors, batches)]
        agree(new, [e - eta * (mu * e + xi) for e, xi in itertools.product(errors, batches)])
        mean = sum(e**2 for e in errors) / 4
        agree(sum(e**2 for e in new) / len(new), (1 - eta * mu) ** 2 * mean + eta**2 * variance / B)
        for _ in range(1500):
            mean = (1 - eta * mu) ** 2 * mean + eta**2 * variance / B
        agree(mean, eta * variance / (B * mu * (2 - eta * mu)))
    # The loss: one noise for each direction, and a rate that is small against all 2/μ.
    mus, variances, eta = exp(normal(rng, 4)), exp(normal(rng, 4)), mpf("1e-9")
    floor = sum(mus / 2 * eta * variances / (B * mus * (2 - eta * mus)))
    agree(floor / (eta * sum(variances) / (4 * B)), 1, within=1e-7)


@check("updates-robbins-monro", tex="4841db59")
def two_conditions(rng):
    eta, d = mpf("0.5"), mpf("0.1")

    def rate(t):
        return eta / (1 + d * t)

    # The sum is not less than the integral, which grows without end; that of the squares is known.
    for T in (10, 100, 1000):
        assert sum(rate(t) for t in range(T)) >= eta / d * mpmath.log(1 + d * T)
    squares = (eta / d) ** 2 * mpmath.psi(1, 1 / d)
    agree(mpmath.nsum(lambda t: rate(t) ** 2, [0, mpmath.inf]), squares, within=1e-12)
    for T in (10, 1000):
        assert sum(rate(t) ** 2 for t in range(T)) < squares < eta**2 * (1 + 1 / d)
    # A rate that halves every ten steps violates the first, a constant one the second.
    assert sum(eta / 2 ** (t // 10) for t in range(1000)) <= 20 * eta
    agree(sum(eta**2 for t in range(1000)), 1000 * eta**2)
    ours = ss.inverse_time_decay(0.5, decay=0.1)
    agree([rate(t) for t in range(20)], [ours(t) for t in range(20)], within=1e-15)


@check("updates-adagrad", tex="5f949c35")
@check("updates-rmsprop", tex="a292a83c")
@check("updates-adam", tex="c2cb9925")
@check("updates-adam-first", tex="19f60b75")
def a_rate_for_each_parameter(rng):
    eta, eps, rho, b1, b2 = (mpf(x) for x in (0.25, 1e-8, 0.75, 0.5, 0.875))
    gradients = normal(rng, 10)
    s = mpf(0)
    adagrad, rmsprop, adam = [], [], []
    for t in range(1, 11):
        g, past = gradients[t - 1], gradients[:t]
        # What the recursions add up to, written as sums over the past.
        adagrad.append(-eta * g / (sqrt(sum(past**2)) + eps))
        s = sum((1 - rho) * rho ** (t - 1 - k) * past[k] ** 2 for k in range(t))
        rmsprop.append(-eta * g / (sqrt(s) + eps))
        m = sum((1 - b1) * b1 ** (t - 1 - k) * past[k] for k in range(t))
        s = sum((1 - b2) * b2 ** (t - 1 - k) * past[k] ** 2 for k in range(t))
        m_hat, s_hat = m / (1 - b1**t), s / (1 - b2**t)
        adam.append(-eta * m_hat / (sqrt(s_hat) + eps))
    agree(adagrad, path_of(ss.adagrad(0.25), gradients), within=1e-13)
    agree(rmsprop, path_of(ss.rmsprop(0.25, 0.75), gradients), within=1e-13)
    agree(adam, path_of(ss.adam(0.25, 0.5, 0.875), gradients), within=1e-13)
    # The same gradient ten times: both corrected means are right, whatever t.
    for b, t in itertools.product((b1, b2), (1, 10)):
        agree(sum((1 - b) * b**k for k in range(t)) / (1 - b**t), 1)
    for g in (mpf(500), mpf("-0.005"), eps):
        first = -eta * g / (abs(g) + eps)
        agree(first, path_of(ss.adam(0.25), [g])[0], within=1e-14)
        if abs(g) > 1000 * eps:
            agree(first, -eta * mpmath.sign(g), within=1e-5)
    agree(first, -eta / 2)


@check("updates-armijo", tex="bb9696dd")
def sufficient_decrease(rng):
    rows, y, theta = problem(rng)
    L, M = binary(rows, y), largest_curvature(rows) / 4
    d = -gradient(L, theta)

    def enough(L, t, c, theta, d, g):
        return L(theta + t * d) <= L(theta) + c * t * (g @ d)

    for c in (mpf("1e-4"), mpf("0.3"), mpf("0.9")):
        limit = 2 * (1 - c) / M
        assert all(enough(L, f * limit, c, theta, d, -d) for f in (0.001, 0.5, 1))
        # On a parabola of this curvature everywhere, not a longer step is accepted.
        assert enough(lambda at: M * np.sum(at**2) / 2, limit * 0.999, c, theta, -M * theta, M * theta)
        assert not enough(lambda at: M * np.sum(at**2) / 2, limit * 1.001, c, theta, -M * theta, M * theta)


@check("updates-model", tex="b114ecea")
@check("updates-newton", tex="0633023d")
@check("updates-normal", tex="7b3a91da")
def newton_goes_to_the_lowest_point(rng):
    rows, y, theta = problem(rng)
    for L in (binary(rows, y), squared(rows, y)):
        g, H = gradient(L, theta), hessian(L, theta)

        def Q(s, L=L, g=g, H=H):
            return L(theta) + g @ s + s @ H @ s / 2

        zero = zeros(3)
        agree(Q(zero), L(theta))
        agree(gradient(Q, zero), g)
        agree(hessian(Q, zero), H)
        s = solve(H, -g)
        agree(H @ s, -g)
        agree(gradient(Q, s), zero)
        assert all(Q(s + normal(rng, 3)) > Q(s) for _ in range(10))
    agree(Q(s), L(theta + s))  # the squared error is its parabola, and one step arrives
    agree(gradient(L, theta + s), zero)
    first = solve(hessian(L, zero), -gradient(L, zero))
    agree(rows.T @ rows @ first, rows.T @ y)


@check("updates-quadratic", tex="fb441542")
def newton_squares_the_error(rng):
    f = [lambda w: ln(1 + exp(w)) - mpf("0.3") * w + w**2 / 20]
    for k in (1, 2, 3):
        f.append(lambda w, k=k: slope(f[0], w, k))
    best = mpmath.findroot(f[1], mpf(0))
    for w in (best + mpf("0.5"), best - mpf("0.2"), best + mpf("1e-3")):
        e = w - best
        new = w - f[1](w) / f[2](w) - best
        agree(new, e - f[1](w) / f[2](w))
        # Some ξ between w* and w makes all three lines true: solve the last for it and look.
        xi = mpmath.findroot(
            lambda x, w=w, new=new, e=e: f[3](x) / (2 * f[2](w)) * e**2 - new, (best, w), solver="anderson"
        )
        assert min(best, w) <= xi <= max(best, w)
        agree(0, f[1](best), f[1](w) - f[2](w) * e + f[3](xi) * e**2 / 2)


@check("updates-singular", tex="976620a1")
def the_softmax_is_level_along_one_line(rng):
    for _ in range(5):
        z = 2 * normal(rng, 4)
        p, v = softmax(z), precise(np.ones(4))
        C = hessian(lambda z: ln(np.sum(exp(z))), z)
        agree(v @ C @ v, sum(p) - sum(p) ** 2, 1 - 1, 0)
    rows, Y, theta = problem(rng, K=3)
    u = zeros(3, 3)
    u[-1] = 1

    def L(theta):
        return categorical(rows, Y)(theta) + np.sum(theta[:-1] ** 2) / 20

    agree(slope(lambda t: L(theta + t * u), 0, 2), 0)
