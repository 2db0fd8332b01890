"""The equations of practice."""

import mpmath
import numpy as np
import sevensteps as ss
from mpmath import mpf

from equations import check, exp, gradient, ln, sigmoid, softmax, sqrt
from equations.matrices import agree, binary, minimum, normal, one_hot, precise, with_ones, zeros


@check("practice-bias", tex="d9038bce")
def a_penalized_bias_misses_the_base_rate(rng):
    X, y, lam = normal(rng, 6, 2), precise([0, 1, 1, 1, 0, 1]), mpf("0.2")
    rows = with_ones(X)
    theta = minimum(lambda theta: binary(rows, y)(theta) + lam / 2 * np.sum(theta**2), zeros(3))
    y_pred = sigmoid(rows @ theta)
    agree(sum(y_pred[i] - y[i] for i in range(6)) / 6, -lam * theta[-1])


@check("practice-momentum", tex="79f35bdb")
def the_rate_inside_or_outside(rng):
    beta, eta, gradients = mpf("0.75"), mpf("0.125"), normal(rng, 8)
    outside, inside, v, u = mpf(0), mpf(0), mpf(0), mpf(0)
    init, update = ss.momentum(0.125, 0.75)
    state, ours = init(ss.Parameters(np.zeros(1), np.float64(0))), 0.0
    for g in gradients:
        v = beta * v + g
        outside = outside - eta * v
        u = beta * u - eta * g
        inside = inside + u
        agree(u, -eta * v)
        step, state = update(ss.Parameters(np.array([float(g)]), np.float64(0)), state)
        ours += step.weights[0]
        agree(outside, inside)
        agree(outside, ours, within=1e-14)


@check("practice-epsilon", tex="23956178")
def where_the_small_number_stands(rng):
    eta, b1, b2, eps = mpf("0.1"), mpf("0.9"), mpf("0.999"), mpf("1e-7")
    for t in (1, 10, 1000):
        m, s = normal(rng) * mpf("1e-6"), exp(normal(rng)) * mpf("1e-12")
        m_hat, s_hat = m / (1 - b1**t), s / (1 - b2**t)
        agree(
            -eta * sqrt(1 - b2**t) / (1 - b1**t) * m / (sqrt(s) + eps),
            -eta * m_hat / (sqrt(s_hat) + eps / sqrt(1 - b2**t)),
        )
    assert abs(1 / sqrt(1 - b2) - 32) < 1  # so much larger it is at first


@check("practice-adamw", tex="d6288f8c")
@check("practice-rest", tex="d1b5740d")
@check("practice-rest-size", tex="01af1696")
def where_adamw_comes_to_rest(rng):
    eta, b1, b2, eps, lam = mpf("0.05"), mpf("0.5"), mpf("0.75"), mpf("0.1"), mpf("0.4")
    for target in (mpf("1.5"), mpf("-0.3")):  # a loss whose slope is θ minus the target
        theta, m, s = mpf(0), mpf(0), mpf(0)
        for t in range(1, 1000):
            g = theta - target
            m, s = b1 * m + (1 - b1) * g, b2 * s + (1 - b2) * g**2
            m_hat, s_hat = m / (1 - b1**t), s / (1 - b2**t)
            theta = theta - eta * (m_hat / (sqrt(s_hat) + eps) + lam * theta)
        g = theta - target
        agree(g / (abs(g) + eps), -lam * theta)
        agree(abs(g), eps * lam * abs(theta) / (1 - lam * abs(theta)))


@check("practice-spread", tex="4f919a5b")
def how_widely_the_first_logits_spread(rng):
    n, d = 8, 3
    X = normal(rng, n, d)
    X = (X - np.mean(X, axis=0)) / sqrt(np.mean((X - np.mean(X, axis=0)) ** 2, axis=0))
    bound = 1 / sqrt(mpf(d))
    square = mpmath.quad(lambda w: w**2 / (2 * bound), [-bound, bound])  # of one parameter, on average
    agree(square, mpf(1) / (3 * d))
    # Products of two independent parameters are 0 on average, so squares remain.
    spread = sum(sum(X[i, j] ** 2 * square for j in range(d)) + square for i in range(n)) / n
    agree(spread, mpf(d) / (3 * d) + mpf(1) / (3 * d), mpf(1) / 3 + mpf(1) / (3 * d))


@check("practice-series", tex="fccbbe69")
@check("practice-first-loss", tex="78996068")
def the_first_loss_of_small_logits(rng):
    for y in (0, 1, mpf("0.3")):
        coefficients = mpmath.taylor(lambda z, y=y: ln(1 + exp(z)) - y * z, 0, 4)
        agree(coefficients[:4], [ln(2), mpf(1) / 2 - y, mpf(1) / 8, 0])
        assert coefficients[4] < 0
    # Uniform parameters, and a row with four features of ±1. The next term is below E[z⁴] / 192 < 0.003.
    d = 4
    z = rng.uniform(-1 / np.sqrt(d), 1 / np.sqrt(d), (20000, d + 1)).sum(axis=1)
    losses = (np.logaddexp(0, z) + np.logaddexp(0, -z)) / 2  # z and -z are equally likely
    agree(losses.mean(), np.log(2) + (1 / 3 + 1 / (3 * d)) / 8, within=0.005)


@check("practice-floor", tex="172d56a4")
def no_row_costs_less_after_two_softmaxes(rng):
    for K in (2, 3, 10):
        floor = ln(1 + (K - 1) / mpmath.e)
        agree(-ln(exp(mpf(1)) / (exp(mpf(1)) + (K - 1) * exp(mpf(0)))), floor)
        for size in (1, 10, 100):
            p = softmax(size * normal(rng, K))
            assert -ln(softmax(p)[0]) >= floor
        agree(-ln(softmax(softmax(100 * one_hot(0, K)))[0]), floor)


@check("practice-roll", tex="2fd2c913")
def how_much_farther_it_rolls(rng):
    for beta, eta, slower in [(mpf("0.9"), mpf("0.1"), mpf("0.01")), (mpf("0.5"), mpf(2), mpf("0.5"))]:
        v, u = 1 / (1 - beta), -eta / (1 - beta)
        first, apart = (eta - slower) / (1 - beta), mpf(0)
        for _ in range(1000):
            v, u = beta * v + 1, beta * u - slower
            apart += -u - slower * v
        agree(apart, beta / (1 - beta) * first, beta * (eta - slower) / (1 - beta) ** 2)


@check("practice-mean", tex="ea4284d8")
def the_mean_under_a_weight_decay(rng):
    X, y, lam = normal(rng, 6, 2), normal(rng, 6), mpf("0.3")
    X = X - np.mean(X, axis=0)
    rows = with_ones(X)

    def L(theta):
        return np.sum((rows @ theta - y) ** 2) / 6

    theta = minimum(lambda theta: L(theta) + lam / 2 * theta[-1] ** 2, zeros(3))
    agree(theta[-1], 2 / (2 + lam) * np.mean(y))
    agree(L(theta) - L(minimum(L, zeros(3))), (lam / (2 + lam) * np.mean(y)) ** 2)


@check("practice-slow", tex="2be00525")
def how_slow_twice_is(rng):
    for K in (2, 5):
        y = one_hot(1, K)
        once = gradient(lambda z, y=y: -np.sum(y * ln(softmax(z))), zeros(K))
        twice = gradient(lambda z, y=y: -np.sum(y * ln(softmax(softmax(z)))), zeros(K))
        delta = 1 / mpf(K) - y
        agree(once, delta)
        agree(
            twice,
            (np.eye(K) / mpf(K) - np.ones((K, K)) / mpf(K) ** 2) @ delta,
            delta / K - np.ones(K) * sum(delta) / mpf(K) ** 2,
            delta / K,
        )
