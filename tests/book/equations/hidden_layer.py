"""The equations of a hidden layer."""

import itertools

import numpy as np
import sevensteps as ss
from mpmath import mpf

from equations import check, exp, gradient, ln, sigmoid, slope, softmax, tanh
from equations.matrices import agree, normal, one_hot, precise

N, D, H = 4, 3, 2  # rows, features, hidden units


def relu(s):
    return np.where(s > 0, s, 0 * s)


# φ, and its slope from its value.
ACTIVATIONS = [(tanh, lambda a: 1 - a**2), (relu, lambda a: np.where(a > 0, mpf(1), mpf(0)))]


def network(rng, *outputs):
    """Return rows, and the parameters W, c, v, b of a network with a hidden layer."""
    shapes = [(N, D), (D, H), (H,), (H, *outputs), outputs]
    return [normal(rng, *shape) for shape in shapes]


def binary(z, y):
    return ln(1 + exp(z)) - y * z


def forward(phi, X, W, c, v, b):
    return phi(X @ W + c) @ v + b


def slopes(L, params):
    """Return the slopes of L along each of the parameters."""
    return [
        (gradient if np.ndim(p) else slope)(lambda new, k=k: L(*params[:k], new, *params[k + 1 :]), p)
        for k, p in enumerate(params)
    ]


@check("hidden-between", tex="fb7e4868")
def along_a_straight_way_z_changes_evenly(rng):
    u, other, w, b, t = normal(rng, 3), normal(rng, 3), normal(rng, 3), normal(rng), mpf("0.3")

    def z(x):
        return w @ x + b

    agree(
        z((1 - t) * u + t * other),
        w @ ((1 - t) * u + t * other) + b,
        (1 - t) * (w @ u + b) + t * (w @ other + b),
        (1 - t) * z(u) + t * z(other),
    )


@check("hidden-collapse", tex="79c6f90c")
def two_layers_without_a_bend_are_one(rng):
    X, W, c, v, b = network(rng)
    sums = [[sum(x[j] * W[j, u] for j in range(D)) + c[u] for u in range(H)] for x in X]
    z = [sum(s[u] * v[u] for u in range(H)) + b for s in sums]
    agree(z, (X @ W + c) @ v + b, X @ (W @ v) + (c @ v + b))


@check("hidden-model", tex="c210e967")
@check("hidden-forward", tex="bdcce972")
def the_way_forward(rng):
    for (phi, _), name in zip(ACTIVATIONS, ("tanh", "relu"), strict=True):
        X, W, c, v, b = network(rng)
        s = [[sum(X[i, j] * W[j, u] for j in range(D)) + c[u] for u in range(H)] for i in range(N)]
        a = phi(np.array(s))
        z = [sum(a[i, u] * v[u] for u in range(H)) + b for i in range(N)]
        A = phi(X @ W + c)
        agree(z, A @ v + b)
        mlp = ss.MLP(D, H, loss=ss.SQUARED_ERROR, activation=name)
        params = ss.MLPParameters(*(np.asarray(p, float) for p in (W, c, v, b)))
        ours = mlp.logits(params, X.astype(float))
        agree(z, ours, within=1e-14)


@check("hidden-output", tex="67ec45bd")
@check("hidden-path", tex="9adb14a8")
@check("hidden-weights", tex="a25a8d7d")
def back_through_two_layers(rng):
    X, W, c, v, b = network(rng)
    S, y = X @ W + c, precise([0, 1, 1, 0])
    for phi, phi_slope in ACTIVATIONS:
        A = phi(S)
        delta = np.array([slope(lambda z, i=i: binary(z, y[i]), (A @ v + b)[i]) for i in range(N)])
        agree(delta, sigmoid(A @ v + b) - y)

        def loss(s, phi=phi):
            return binary(phi(s) @ v + b, y)

        eps = np.array([gradient(lambda s, loss=loss, i=i: loss(s)[i], S)[i] for i in range(N)])
        for i, u in itertools.product(range(N), range(H)):
            z_along_a = gradient(lambda a: a @ v + b, A[i])[u]
            a_along_s = slope(lambda s, phi=phi: phi(np.array([s]))[0], S[i, u])
            agree(eps[i, u], delta[i] * z_along_a * a_along_s, delta[i] * v[u] * phi_slope(A)[i, u])

        printed = [
            [[sum(X[i, j] * eps[i, u] for i in range(N)) / N for u in range(H)] for j in range(D)],
            [sum(eps[i, u] for i in range(N)) / N for u in range(H)],
            A.T @ delta / N,
            sum(delta[i] for i in range(N)) / N,
        ]
        numbers = slopes(lambda *p, phi=phi: np.sum(binary(forward(phi, X, *p), y)) / N, (W, c, v, b))
        for left, right in zip(numbers, printed, strict=True):
            agree(left, right)


@check("hidden-paths", tex="8d7b4e04")
@check("hidden-matrices", tex="eb4399ad")
def all_rows_at_once(rng):
    K = 3
    X, W, c, v, b = network(rng, K)
    S, Y = X @ W + c, one_hot([0, 2, 1, 1], K)
    for (phi, phi_slope), name in zip(ACTIVATIONS, ("tanh", "relu"), strict=True):
        A = phi(S)
        Delta = softmax(A @ v + b) - Y
        eps = gradient(lambda s, phi=phi: -np.sum(Y * ln(softmax(phi(s) @ v + b))), S)
        for i, u in itertools.product(range(N), range(H)):
            agree(eps[i, u], phi_slope(A)[i, u] * sum(Delta[i, k] * v[u, k] for k in range(K)))
        E = (Delta @ v.T) * phi_slope(A)
        agree(E, eps)

        printed = X.T @ E / N, np.sum(E, axis=0) / N, A.T @ Delta / N, np.sum(Delta, axis=0) / N
        numbers = slopes(lambda *p, phi=phi: -np.sum(Y * ln(softmax(forward(phi, X, *p)))) / N, (W, c, v, b))
        mlp = ss.MLP(D, H, K, loss=ss.CATEGORICAL_CROSS_ENTROPY, activation=name)
        params = ss.MLPParameters(*(p.astype(float) for p in (W, c, v, b)))
        _, ours = mlp.value_and_grad()(params, (X.astype(float), Y.astype(float)))
        for left, middle, right in zip(numbers, printed, ours, strict=True):
            agree(left, middle)
            agree(middle, right, within=1e-14)


@check("hidden-deeper", tex="e6b365ad")
def one_layer_more(rng):
    X, W1, c1, W2, c2 = (
        normal(rng, N, D),
        normal(rng, D, 3),
        normal(rng, 3),
        normal(rng, 3, H),
        normal(rng, H),
    )
    v, b, y = normal(rng, H), normal(rng), precise([0, 1, 1, 0])

    def L(W1):
        return np.sum(binary(tanh(tanh(X @ W1 + c1) @ W2 + c2) @ v + b, y)) / N

    A1 = tanh(X @ W1 + c1)
    A2 = tanh(A1 @ W2 + c2)
    Delta = (sigmoid(A2 @ v + b) - y)[:, None]
    E2 = (Delta @ v[None, :]) * (1 - A2**2)
    E1 = (E2 @ W2.T) * (1 - A1**2)
    agree(gradient(L, W1), X.T @ E1 / N)
