"""The equations of softmax regression."""

import itertools

import numpy as np
import sevensteps as ss
from mpmath import mpf

from equations import check, exp, gradient, ln, shares, softmax
from equations.matrices import (
    agree,
    categorical,
    minimum,
    norm,
    normal,
    one_hot,
    precise,
    solve,
    with_ones,
    zeros,
)

K, D = 3, 2


def model(rng, n=7):
    """Return rows, their classes, weights and biases."""
    classes = np.array([0, 1, 2, 2, 1, 0, 2])[:n]
    return normal(rng, n, D), classes, normal(rng, D, K), normal(rng, K)


def inverse(S):
    return np.array([solve(S, e) for e in precise(np.eye(len(S)))]).T


@check("soft-loss", tex="a3139f35")
def the_loss_with_its_penalty(rng):
    X, classes, w, b = model(rng)
    n, lam, Y = len(X), mpf("0.25"), one_hot(classes, K)
    y_pred = softmax(X @ w + b)
    L = -sum(Y[i, k] * ln(y_pred[i, k]) for i in range(n) for k in range(K)) / n
    L += lam / 2 * sum(norm(w[:, k]) ** 2 for k in range(K))
    picked = [y_pred[i, classes[i]] for i in range(n)]
    agree(L, -sum(ln(picked)) / n + lam / 2 * np.sum(w**2))
    loss = ss.value_and_grad(ss.CATEGORICAL_CROSS_ENTROPY, l2=0.25)
    params = ss.Parameters(w.astype(float), b.astype(float))
    agree(L, loss(params, (X.astype(float), Y.astype(float)))[0], within=1e-14)


@check("soft-nearest", tex="5c2d2a1a")
@check("soft-distance", tex="ea65ca91")
def the_nearest_mean_is_weighted_sums(rng):
    m = normal(rng, D, K)
    w, b = m, np.array([-(norm(m[:, k]) ** 2) / 2 for k in range(K)])
    for x in normal(rng, 50, D):
        squares = np.array([norm(x - m[:, k]) ** 2 for k in range(K)])
        for k in range(K):
            agree(
                squares[k],
                norm(x) ** 2 - 2 * (m[:, k] @ x) + norm(m[:, k]) ** 2,
                norm(x) ** 2 - 2 * (m[:, k] @ x - norm(m[:, k]) ** 2 / 2),
            )
        assert np.argmin(squares) == np.argmax(x @ w + b)


@check("soft-moved", tex="74ff9199")
def what_a_common_picture_costs(rng):
    X, classes, w, b = model(rng)
    Y, v, mean = one_hot(classes, K), normal(rng, D), np.mean(w, axis=1)
    moved = w + v[:, None]
    agree(softmax(X @ moved + b), softmax(X @ w + b))
    agree(
        sum(norm(w[:, k] + v) ** 2 for k in range(K)),
        sum(norm(w[:, k]) ** 2 for k in range(K)) + 2 * K * (mean @ v) + K * norm(v) ** 2,
    )
    agree(np.sum((w - mean[:, None]) ** 2), np.sum(w**2) - K * norm(mean) ** 2)
    # So the columns at the minimum sum to zero.
    step = gradient(lambda w: -np.sum(Y * ln(softmax(X @ w + b))) / len(X) + np.sum(w**2) / 8, w)
    agree(np.sum(step, axis=1), np.sum(w, axis=1) / 4)


@check("soft-evidence", tex="0879de84")
def the_evidence_of_each_pixel(rng):
    x, w, b = normal(rng, 64), normal(rng, 64, K), normal(rng, K)
    z = x @ w + b
    p = exp(z) / sum(exp(z))
    for k, j in itertools.permutations(range(K), 2):
        evidence = sum((w[i, k] - w[i, j]) * x[i] for i in range(64))
        agree(ln(p[k] / p[j]), z[k] - z[j], evidence + b[k] - b[j])


@check("soft-ask", tex="d8da0610")
def when_to_ask(rng):
    for c in precise(["0.1", "0.5", "0.9"]):
        for _ in range(50):
            p = shares(rng, 4) ** 3
            p = p / sum(p)
            cost = min(sum(p[j] for j in range(4) if j != k) for k in range(4))  # of the best answer
            agree(cost, 1 - max(p))
            assert (cost <= c) == (1 - max(p) <= c) == (max(p) >= 1 - c)


@check("soft-strong", tex="ab4423aa")
@check("soft-strong-limit", tex="26408303")
def the_strongest_penalty(rng):
    X, classes, _, _ = model(rng)
    X, n, lam, Y = X[:, :1], len(X), mpf("1e8"), one_hot(classes, K)  # one feature, to be quick
    rows = with_ones(X)

    def L(theta):  # the last bias is 0, which changes no probability
        theta = np.append(theta, 0).reshape(2, K)
        return categorical(rows, Y)(theta) + lam / 2 * np.sum(theta[:-1] ** 2)

    theta = np.append(minimum(L, zeros(2 * K - 1)), 0).reshape(2, K)
    for k in range(K):
        r, mean_of_class = mpf(int(np.sum(classes == k))) / n, np.mean(X[classes == k], axis=0)
        limit = r * mean_of_class - r * np.mean(X, axis=0)
        agree(sum(Y[i, k] * X[i] for i in range(n)) / n - r * sum(X) / n, limit)
        agree(lam * theta[:-1, k], limit, within=1e-6)
        agree(lam * theta[:-1, k], lam * r / lam * (mean_of_class - np.mean(X, axis=0)), within=1e-6)


@check("soft-base", tex="6f3c4923")
@check("soft-bayes", tex="95b1aaf8")
def other_shares(rng):
    here, there = shares(rng, K), shares(rng, K)
    likelihoods = shares(rng, 5 * K).reshape(5, K)  # of five images within each class

    def posterior(shares, image):
        joint = shares * likelihoods[image]
        return joint / sum(joint), sum(joint)

    for image in range(5):
        (p, P), (p_there, P_there) = posterior(here, image), posterior(there, image)
        agree(p_there, p * there / here * P / P_there)
        z = ln(p) + normal(rng)  # logits which give the right probabilities here
        agree(softmax(z), p)
        agree(softmax(z + ln(there / here)), p_there)


@check("soft-gauss", tex="55afec49")
@check("soft-exponent", tex="7397aa39")
def where_the_softmax_comes_from(rng):
    A, m, r = normal(rng, D, D), normal(rng, D, K), shares(rng, K)
    S = A @ A.T
    Si = inverse(S)
    w = Si @ m
    b = np.array([-(m[:, k] @ Si @ m[:, k]) / 2 + ln(r[k]) for k in range(K)])
    for x in normal(rng, 5, D):
        density = exp(np.array([-((x - m[:, k]) @ Si @ (x - m[:, k])) / 2 for k in range(K)]))
        agree(softmax(x @ w + b), r * density / sum(r * density))
        for k in range(K):
            expanded = -(x @ Si @ x) / 2 + m[:, k] @ Si @ x - m[:, k] @ Si @ m[:, k] / 2 + ln(r[k])
            agree(ln(r[k] * density[k]), expanded)
