"""Each formula of the cheat sheet, computed as it is printed, is what the library does."""

import re

import numpy as np
import pytest
import sevensteps as ss
from equations.printed import pages
from sevensteps import BINARY_CROSS_ENTROPY, CATEGORICAL_CROSS_ENTROPY, SQUARED_ERROR

SHEET = pages()["reference/cheat_sheet"]
# What has an operation or a relation in it; a letter alone claims nothing.
PRINTED = dict.fromkeys(
    tex
    for tex in re.findall(r"\$([^$]+)\$", SHEET)
    if re.search(r"[=+/^]|-|\\(?:frac|ln|sqrt|leftarrow)", tex)
)
# They say which case is meant, or name a step or a tolerance.
NO_CLAIM = {r"\lambda = 0", r"z = Xw + b", r"2/M", r"10^{-7}"}
FORMULAS = {}
LOSSES = SQUARED_ERROR, BINARY_CROSS_ENTROPY, CATEGORICAL_CROSS_ENTROPY
N, D, K = 12, 3, 4


def formula(*texs):
    def register(function):
        FORMULAS.update(dict.fromkeys(texs, function))
        return function

    return register


def close(left, right, within=1e-12):
    np.testing.assert_allclose(left, right, rtol=within, atol=within)


def problem(rng, loss):
    """Return rows, labels and parameters that suit a loss."""
    X = rng.normal(size=(N, D))
    y = {
        SQUARED_ERROR: rng.normal(size=N),
        BINARY_CROSS_ENTROPY: np.arange(N) % 3 % 2,
        CATEGORICAL_CROSS_ENTROPY: np.eye(K)[np.arange(N) % 5 % K],
    }[loss]
    return X, y, ss.Parameters(rng.normal(size=(D, *y.shape[1:])), rng.normal(size=y.shape[1:]))


@formula("y^2", r"\ln 2 = 0.693", r"\ln K")
def first_losses(rng):
    for loss, expected in zip(LOSSES, (None, np.log(2), np.log(K)), strict=True):
        X, y, _ = problem(rng, loss)
        zero, _ = ss.value_and_grad(loss)(ss.zeros(D, *y.shape[1:]), (X, y))
        close(zero, np.mean(y**2) if expected is None else expected)
    close([np.log(2), np.log(10)], [0.693, 2.303], within=5e-4)
    assert "$\\ln K$; ten: 2.303" in SHEET


@formula(r"\ln \frac{\bar y}{1 - \bar y}", r"\ln \bar y_k")
def best_biases(rng):
    biases = [np.mean, lambda y: np.log(np.mean(y) / (1 - np.mean(y))), lambda y: np.log(np.mean(y, axis=0))]
    for loss, best in zip(LOSSES, biases, strict=True):
        X, y, params = problem(rng, loss)
        _, grad = ss.value_and_grad(loss)(ss.Parameters(0 * params.weights, best(y)), (X, y))
        close(grad.bias, 0)


@formula(r"\hat y = z", r"\hat y = \frac{1}{1 + e^{-z}}", r"\hat y_k = \frac{e^{z_k}}{\sum_j e^{z_j}}")
def activations(rng):
    z = rng.normal(size=K)
    close(SQUARED_ERROR.activation(z), z)
    close(BINARY_CROSS_ENTROPY.activation(z), 1 / (1 + np.exp(-z)))
    close(CATEGORICAL_CROSS_ENTROPY.activation(z), np.exp(z) / sum(np.exp(z)))


@formula(
    r"(\hat y - y)^2",
    r"-y \ln \hat y - (1 - y) \ln(1 - \hat y)",
    r"-\sum_k y_k \ln \hat y_k",
    r"(z - y)^2",
    r"\ln(1 + e^z) - y z",
    r"\ln \sum_k e^{z_k} - \sum_k y_k z_k",
)
def losses(rng):
    of_predictions = [
        lambda p, y: (p - y) ** 2,
        lambda p, y: -y * np.log(p) - (1 - y) * np.log(1 - p),
        lambda p, y: -np.sum(y * np.log(p), axis=1),
    ]
    of_logits = [
        lambda z, y: (z - y) ** 2,
        lambda z, y: np.log(1 + np.exp(z)) - y * z,
        lambda z, y: np.log(np.sum(np.exp(z), axis=1)) - np.sum(y * z, axis=1),
    ]
    for loss, of_prediction, of_logit in zip(LOSSES, of_predictions, of_logits, strict=True):
        X, y, params = problem(rng, loss)
        z, (value, _) = X @ params.weights + params.bias, ss.value_and_grad(loss)(params, (X, y))
        close(np.mean(of_prediction(loss.activation(z), y)), value)
        close(np.mean(of_logit(z, y)), value)


@formula(r"2(\hat y - y)", r"\hat y - y", r"\frac1n X^\top \delta + \lambda w")
def gradients(rng):
    for loss, factor in zip(LOSSES, (2, 1, 1), strict=True):
        X, y, params = problem(rng, loss)
        delta = factor * (loss.activation(X @ params.weights + params.bias) - y)
        _, grad = ss.value_and_grad(loss, l2=0.3)(params, (X, y))
        close(grad.weights, X.T @ delta / N + 0.3 * params.weights)
        close(grad.bias, np.mean(delta, axis=0))


@formula(
    r"\frac1n \tilde X^\top \tilde X",
    r"2\Lambda + \lambda",
    r"\frac{\Lambda}{4} + \lambda",
    r"\frac{\Lambda}{2} + \lambda",
)
def curvatures(rng):
    for loss, factor in zip(LOSSES, (2, 1 / 4, 1 / 2), strict=True):
        X, y, params = problem(rng, loss)
        ones = np.column_stack([X, np.ones(N)])
        M = factor * np.linalg.eigvalsh(ones.T @ ones / N)[-1] + 0.3
        close(M, ss.smoothness(X, loss, l2=0.3))
        assert np.linalg.eigvalsh(ss.hessian(loss, 0.3)(params, (X, y)))[-1] <= M


@formula(r"\tilde X^\top \tilde X \theta = \tilde X^\top y")
def normal_equations(rng):
    X, y, _ = problem(rng, SQUARED_ERROR)
    ones, theta = np.column_stack([X, np.ones(N)]), np.append(*ss.least_squares(X, y))
    close(ones.T @ ones @ theta, ones.T @ y)


@formula(r"\sqrt{a(1-a)/m}")
def standard_error(rng):
    scores = rng.binomial(400, 0.9, 100_000) / 400
    close(scores.std(), np.sqrt(0.9 * (1 - 0.9) / 400), within=1e-3)


@formula(r"= \frac{n\lambda}{2}", r"= \frac{1}{\lambda n}")
def penalties_of_scikit_learn(rng):
    from sklearn.linear_model import LogisticRegression, Ridge

    X, y, _ = problem(rng, SQUARED_ERROR)
    close(Ridge(alpha=N * 0.3 / 2).fit(X, y).coef_, ss.least_squares(X, y, l2=0.3).weights)
    for loss in LOSSES[1:]:
        X, y, _ = problem(rng, loss)
        classes = y if loss is BINARY_CROSS_ENTROPY else y.argmax(axis=1)
        theirs = LogisticRegression(C=1 / (0.3 * N), tol=1e-10).fit(X, classes)
        weights, bias = theirs.coef_.T, theirs.intercept_
        params = ss.Parameters(weights, bias) if y.ndim == 2 else ss.Parameters(weights[:, 0], bias[0])
        _, grad = ss.value_and_grad(loss, l2=0.3)(params, (X, y))
        close(grad.weights, 0, within=1e-6)
        close(grad.bias, 0, within=1e-6)


@formula(
    r"w \leftarrow w - \eta \frac{\partial L}{\partial w}",
    r"-\eta g",
    r"-\eta v",
    r"\;v \leftarrow \beta v + g",
    r"-\eta (g + \beta v)",
    r"-\eta g / (\sqrt s + \varepsilon)",
    r"\;s \leftarrow s + g^2",
    r"\;s \leftarrow \rho s + (1 - \rho) g^2",
    r"-\eta\, \hat m / (\sqrt{\hat s} + \varepsilon)",
)
def updates(rng):
    eta, beta, rho, beta2, eps = 0.1, 0.8, 0.7, 0.9, 1e-8
    v = added = forgotten = m = s = 0
    optimizers = [
        ss.gradient_descent(eta),
        ss.momentum(eta, beta),
        ss.nesterov(eta, beta),
        ss.adagrad(eta, eps),
        ss.rmsprop(eta, rho, eps),
        ss.adam(eta, beta, beta2, eps),
    ]
    states = [init(ss.zeros(1)) for init, _ in optimizers]
    for t in range(1, 6):
        g = rng.normal(size=1)
        v, added, forgotten = beta * v + g, added + g**2, rho * forgotten + (1 - rho) * g**2
        m, s = beta * m + (1 - beta) * g, beta2 * s + (1 - beta2) * g**2
        printed = [
            -eta * g,
            -eta * v,
            -eta * (g + beta * v),
            -eta * g / (np.sqrt(added) + eps),
            -eta * g / (np.sqrt(forgotten) + eps),
            -eta * (m / (1 - beta**t)) / (np.sqrt(s / (1 - beta2**t)) + eps),
        ]
        for k, (_, update) in enumerate(optimizers):
            step, states[k] = update(ss.Parameters(g, np.float64(0)), states[k])
            close(step.weights, printed[k])


@formula(r"\lambda/2")
def penalty_of_keras(rng):
    # Keras adds c·‖w‖² to the loss, and we add λ/2 times it.
    X, y, params = problem(rng, SQUARED_ERROR)
    plain, penalized = (ss.value_and_grad(SQUARED_ERROR, l2=l2)(params, (X, y))[0] for l2 in (0, 0.3))
    close(penalized - plain, 0.3 / 2 * np.sum(params.weights**2))


@formula(r"\ln(1 + \frac{K-1}{e})")
def floor_of_two_softmaxes(rng):
    sure = ss.softmax(1000 * np.eye(K))
    close(-np.log(np.diag(ss.softmax(sure))), np.log(1 + (K - 1) / np.e))


def test_every_formula_is_computed():
    assert PRINTED.keys() - NO_CLAIM == FORMULAS.keys()


@pytest.mark.parametrize("tex", FORMULAS)
def test_the_formula_is_what_the_library_does(tex):
    FORMULAS[tex](np.random.default_rng(7))
