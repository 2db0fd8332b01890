"""The equations of step 5."""

import itertools

import mpmath
import numpy as np
import sevensteps as ss
from mpmath import mpf

from equations import check, exp, gradient, ln, sigmoid, slope, softmax, sqrt
from equations.matrices import agree, binary, minimum, norm, normal, one_hot, precise, with_ones, zeros

FUNCTIONS = [  # f, f', f'', f''' and a bound of the fourth derivative on [-1, 1]
    (exp, exp, exp, exp, 3),
    (
        lambda w: ln(1 + exp(w)),
        sigmoid,
        lambda w: sigmoid(w) * sigmoid(-w),
        lambda w: sigmoid(w) * sigmoid(-w) * (1 - 2 * sigmoid(w)),
        1,
    ),
    (lambda w: (3 * w - 1) ** 2, lambda w: 6 * (3 * w - 1), lambda w: 18, lambda w: 0, 0),
]
PLACES = [mpf(w) for w in (-0.9, -0.3, 0, 0.7)]


def losses_of_a_row(y, one_hot_y):
    """Return the three losses of one row, as functions of z."""
    return (
        lambda z: (z - y) ** 2,
        lambda z: -y * ln(sigmoid(z)) - (1 - y) * ln(1 - sigmoid(z)),
        lambda z: -np.sum(one_hot_y * ln(softmax(z))),
    )


@check("gradients-secant", tex="d2dfd8fa")
@check("gradients-derivative", tex="c2fc3024")
def the_secant_becomes_the_tangent(rng):
    for f, d1, *_ in FUNCTIONS:
        for w, h in itertools.product(PLACES, precise(["0.25", "-1e-8", "1e-16"])):
            secant = (f(w + h) - f(w)) / h
            agree(f(w) + secant * h, f(w + h))  # the line with this slope goes through both points
            assert abs(secant - d1(w)) <= 10 * abs(h)


@check("gradients-tangent", tex="f0eb0678")
def a_slope_predicts_small_changes(rng):
    for f, d1, *_ in FUNCTIONS:
        for w, h in itertools.product(PLACES, [mpf(10) ** -k for k in (3, 6, 9)]):
            assert abs(f(w + h) - (f(w) + d1(w) * h)) <= 10 * h**2


@check("gradients-plane", tex="cbd7e2c4")
def small_changes_add_up(rng):
    X, y, theta, m = (normal(rng, *shape) for shape in [(4, 3), (4,), (3,), (3,)])
    L = binary(X, y)
    g = gradient(L, theta)
    for t in (mpf(10) ** -k for k in (4, 8)):
        change = L(theta) + sum(g[j] * t * m[j] for j in range(3))
        agree(change, L(theta) + g @ (t * m))
        assert abs(L(theta + t * m) - change) <= t**2 * np.sum(X**2) * norm(m) ** 2


@check("gradients-angle", tex="936acade")
def a_dot_product_is_lengths_times_cosine(rng):
    for _ in range(20):
        g, u = normal(rng, 5), normal(rng, 5)
        u = u / norm(u)
        alpha = 2 * mpmath.atan2(norm(g / norm(g) - u), norm(g / norm(g) + u))  # Kahan's angle
        agree(g @ u, norm(g) * 1 * mpmath.cos(alpha))
        assert abs(g @ u) <= norm(g)
    agree(g @ (g / norm(g)), norm(g))
    agree(g @ (-g / norm(g)), -norm(g))


@check("gradients-path", tex="f6d53e26")
def along_a_path_slopes_multiply(rng):
    x, b = mpf(2), mpf(-2)
    for w in PLACES:
        z = w * x + b
        y_pred = sigmoid(z)
        agree(
            slope(lambda w: -ln(sigmoid(w * x + b)), w),
            slope(lambda p: -ln(p), y_pred) * slope(sigmoid, z) * slope(lambda w: w * x + b, w),
        )


@check("gradients-delta", tex="7c6f87d5")
@check("gradients-back", tex="829033a2")
@check("gradients-weighted", tex="f8874c19")
def from_the_logits_to_the_parameters(rng):
    n, d = 5, 3
    X, w, b, y, s = (normal(rng, *shape) for shape in [(n, d), (d,), (), (n,), (n,)])
    s = exp(s)
    rows = [lambda z, y: exp(z) - y * z, lambda z, y: (z - y) ** 2, lambda z, y: ln(1 + exp(y * z))]
    for row in rows:
        delta = np.array([slope(lambda z, row=row, i=i: row(z, y[i]), (X @ w + b)[i]) for i in range(n)])

        def L(w, b, row=row):
            return sum(row(X[i] @ w + b, y[i]) for i in range(n)) / n

        dw, db = gradient(lambda w: L(w, b), w), slope(lambda b: L(w, b), b)
        agree(dw, [sum(delta[i] * X[i, j] / n for i in range(n)) for j in range(d)], X.T @ delta / n)
        agree(db, sum(delta[i] * 1 / n for i in range(n)))

    def weighted(w, b):
        return sum(s[i] * (X[i] @ w + b - y[i]) ** 2 for i in range(n)) / sum(s)

    delta, S = 2 * (X @ w + b - y), sum(s)
    dw = [sum(s[i] * delta[i] * X[i, j] for i in range(n)) / S for j in range(d)]
    agree(gradient(lambda w: weighted(w, b), w), dw)
    agree(slope(lambda b: weighted(w, b), b), sum(s[i] * delta[i] for i in range(n)) / S)


@check("gradients-both", tex="3ab98729")
@check("gradients-penalty", tex="18a03e9a")
def the_gradient_in_arrays(rng):
    n, d, K, lam = 4, 2, 3, mpf("0.3")
    X, w, b, Y = normal(rng, n, d), normal(rng, d, K), normal(rng, K), one_hot([0, 2, 1, 2], K)

    def L(w, b):
        return -sum(Y[i, k] * ln(softmax(X[i] @ w + b))[k] for i in range(n) for k in range(K)) / n

    def of_row(i):
        return gradient(lambda z: -np.sum(Y[i] * ln(softmax(z))), X[i] @ w + b)

    delta = np.array([of_row(i) for i in range(n)])
    dw, db = X.T @ delta / n, sum(delta[i] for i in range(n)) / n
    agree(gradient(lambda w: L(w, b), w), dw)
    agree(gradient(lambda b: L(w, b), b), db)

    def penalized(w, b):
        return L(w, b) + lam / 2 * np.sum(w**2)

    agree(gradient(lambda w: penalized(w, b), w), dw + lam * w)
    agree(gradient(lambda b: penalized(w, b), b), db)
    ours = ss.value_and_grad(ss.CATEGORICAL_CROSS_ENTROPY, l2=0.3)
    params = ss.Parameters(w.astype(float), b.astype(float))
    value, grad = ours(params, (X.astype(float), Y.astype(float)))
    agree(penalized(w, b), value, within=1e-14)
    agree(dw + lam * w, grad.weights, within=1e-14)
    agree(db, grad.bias, within=1e-14)


@check("gradients-rows", tex="f7cbcb2c")
def the_losses_as_functions_of_z(rng):
    for label, k in itertools.product((0, 1), range(3)):
        y, z, zs = one_hot(k, 3), normal(rng), normal(rng, 3)
        linear, logistic, many = losses_of_a_row(label, y)
        agree(linear(z), (z - label) ** 2)
        agree(logistic(z), ln(1 + exp(z)) - label * z)
        agree(many(zs), ln(sum(exp(zs))) - sum(y[k] * zs[k] for k in range(3)))


@check("gradients-linear", tex="52a4a031")
def the_residual_of_linear_regression(rng):
    for y_pred, y in itertools.product(PLACES, PLACES):
        link = slope(lambda p, y=y: (p - y) ** 2, y_pred)
        agree(link, 2 * (y_pred - y))
        agree(link * slope(lambda z: z, y_pred), 2 * (y_pred - y))


@check("gradients-first-link", tex="af5fca31")
@check("gradients-logistic", tex="a06fa24f")
def the_residual_of_logistic_regression(rng):
    for z, y in itertools.product(PLACES, (0, 1, mpf("0.3"))):
        p = sigmoid(z)
        link = slope(lambda p, y=y: -y * ln(p) - (1 - y) * ln(1 - p), p)
        agree(
            link,
            -y / p + (1 - y) / (1 - p),
            (-y * (1 - p) + (1 - y) * p) / (p * (1 - p)),
            (p - y) / (p * (1 - p)),
        )
        delta = slope(lambda z, y=y: -y * ln(sigmoid(z)) - (1 - y) * ln(1 - sigmoid(z)), z)
        agree(delta, (p - y) / (p * (1 - p)) * p * (1 - p), p - y)


@check("gradients-jacobian", tex="b01079fd")
@check("gradients-softmax", tex="8a2a592e")
@check("gradients-vjp", tex="f7710ff7")
def the_residual_of_softmax_regression(rng):
    K = 4
    z, v = normal(rng, K), normal(rng, K)
    p = softmax(z)
    J = np.array([gradient(lambda z, k=k: softmax(z)[k], z) for k in range(K)])
    agree(J, [[p[k] - p[k] * p[j] if k == j else -p[k] * p[j] for j in range(K)] for k in range(K)])
    agree(J, np.diag(p) - np.outer(p, p))
    for y in (one_hot(2, K), softmax(normal(rng, K))):
        for j in range(K):
            agree(
                gradient(lambda z, y=y: -np.sum(y * ln(softmax(z))), z)[j],
                sum(-y[k] / p[k] * J[k, j] for k in range(K)),
                -y[j] / p[j] * p[j] + sum(y[k] / p[k] * p[k] * p[j] for k in range(K)),
                -y[j] + p[j] * sum(y),
                p[j] - y[j],
            )
    for j in range(K):
        agree(
            (v @ J)[j],
            sum(v[k] * J[k, j] for k in range(K)),
            v[j] * p[j] - sum(v[k] * p[k] for k in range(K)) * p[j],
            p[j] * (v[j] - v @ p),
        )


@check("gradients-form", tex="804f1deb")
def three_losses_have_one_form(rng):
    y, y_class = mpf(1), one_hot(1, 3)
    linear, logistic, many = losses_of_a_row(y, y_class)
    forms = [
        (lambda z: linear(z) / 2, lambda z: z**2 / 2, y, lambda z: z, ()),
        (logistic, lambda z: ln(1 + exp(z)), y, sigmoid, ()),
        (many, lambda z: ln(np.sum(exp(z))), y_class, softmax, (3,)),
    ]
    for loss, A, label, activation, shape in forms:
        z, other = normal(rng, *shape), normal(rng, *shape)
        rest = [loss(at) - (A(at) - np.sum(label * at)) for at in (z, other)]
        agree(*rest)  # a term without z
        derivative = gradient if shape else slope
        agree(derivative(A, z), activation(z))
        agree(derivative(loss, z), activation(z) - label)


@check("gradients-family", tex="aaa4c844")
def each_loss_belongs_to_a_family(rng):
    for z in PLACES:
        p = sigmoid(z)
        for y in (0, 1):  # the coin: h = 1
            agree(p if y else 1 - p, exp(y * z - ln(1 + exp(z))))
        for y in PLACES:  # the Gaussian of variance 1, whose density is h(y) at z = 0
            density = [exp(-((y - mean) ** 2) / 2) / sqrt(2 * mpmath.pi) for mean in (z, 0)]
            agree(density[0], density[1] * exp(y * z - z**2 / 2))
    z = normal(rng, 4)
    for k in range(4):  # the die: h = 1, and yz is a dot product
        agree(softmax(z)[k], exp(one_hot(k, 4) @ z - ln(np.sum(exp(z)))))


@check("gradients-mean", tex="6e6f2f9d")
def the_slope_of_A_is_the_mean(rng):
    labels, h = normal(rng, 6), exp(normal(rng, 6))  # any labels, any h

    def A(z):
        return ln(np.sum(h * exp(labels * z)))

    for z in PLACES:
        P, d1 = h * exp(labels * z - A(z)), slope(A, z)
        agree(np.sum(P), 1)
        agree(
            0,
            slope(lambda z: np.sum(h * exp(labels * z - A(z))), z),
            np.sum(h * exp(labels * z - A(z)) * (labels - d1)),
            np.sum(P * labels) - d1 * np.sum(P),
        )
        agree(d1, np.sum(P * labels))
        agree(slope(lambda z: -ln(h[2] * exp(labels[2] * z - A(z))), z), d1 - labels[2])


@check("gradients-first-column", tex="749e9cbe")
def the_first_step_goes_to_the_mean_images(rng):
    n, d, K = 12, 3, 10
    X, classes = normal(rng, n, d), np.array([*range(10), 3, 3])
    Y = one_hot(classes, K)

    def L(w):
        return -np.sum(Y * ln(softmax(X @ w))) / n

    dw = gradient(L, zeros(d, K))
    for k in range(K):
        r, mean_of_class = mpf(int(np.sum(classes == k))) / n, X[classes == k].mean(axis=0)
        agree(
            dw[:, k],
            sum((mpf(1) / 10 - Y[i, k]) * X[i] for i in range(n)) / n,
            X.mean(axis=0) / 10 - r * mean_of_class,
        )


@check("gradients-taylor", tex="059559f9")
@check("gradients-imaginary", tex="c7a36b31")
def four_terms_of_taylor(rng):
    for f, d1, d2, d3, bound in FUNCTIONS:
        for w, h in itertools.product(PLACES, (mpf("0.1"), mpf("0.001"))):
            for s in (1, -1):
                series = f(w) + s * h * d1(w) + h**2 / 2 * d2(w) + s * h**3 / 6 * d3(w)
                assert abs(f(w + s * h) - series) <= 1.1 * bound * h**4 / 24 + mpf("1e-35")
            series = f(w) + 1j * h * d1(w) - h**2 / 2 * d2(w) - 1j * h**3 / 6 * d3(w)
            assert abs(f(w + 1j * h) - series) <= 1.1 * bound * h**4 / 24 + mpf("1e-35")


@check("gradients-central", tex="690cb011")
@check("gradients-truncation", tex="f6b26061")
@check("gradients-complex", tex="f3806abf")
def what_is_cut_off(rng):
    h = mpf("1e-6")
    for f, d1, d2, d3, _ in FUNCTIONS:
        for w in PLACES:
            forward, central = (f(w + h) - f(w)) / h, (f(w + h) - f(w - h)) / (2 * h)
            sideways = mpmath.im(f(w + 1j * h)) / h
            agree((forward - d1(w)) / h, d2(w) / 2, within=1e-5)
            agree((central - d1(w)) / h**2, d3(w) / 6, within=1e-5)
            agree((sideways - d1(w)) / h**2, -d3(w) / 6, within=1e-5)
            agree(mpmath.im(f(w + 1j * mpf("1e-20"))) / mpf("1e-20"), d1(w))


@check("gradients-sum", tex="98a6b7f5")
def rounding_and_truncation_together(rng):
    eps = np.finfo(float).eps
    places = rng.uniform(0.5, 1.5, 200)
    f = b2 = c6 = np.exp(places)
    for h in np.logspace(-11, -2, 10):
        forward = (np.exp(places + h) - np.exp(places)) / (places + h - places)
        central = (np.exp(places + h) - np.exp(places - h)) / ((places + h) - (places - h))
        for quotient, E in [(forward, eps * f / h + b2 / 2 * h), (central, eps * f / h + c6 / 6 * h**2)]:
            off = np.abs(quotient - np.exp(places)) / E
            assert off.max() <= 2.5
            assert np.mean(off) >= 0.05
            if h > 1e-3:  # nothing but truncation
                assert np.abs(off - 1).max() <= 0.01


@check("gradients-best-step", tex="7f95368b")
def the_best_step(rng):
    for a, k in itertools.product(precise(["1e-16", "3e-9"]), precise(["0.2", "7"])):

        def forward(h, a=a, b=k):
            return a / h + b * h

        def central(h, a=a, c=k):
            return a / h + c * h**2

        for at in precise(["1e-6", "1e-3"]):
            agree(slope(forward, at), -a / at**2 + k)
            agree(slope(central, at), -a / at**2 + 2 * k * at)
        for E, h in [(forward, sqrt(a / k)), (central, mpmath.cbrt(a / (2 * k)))]:
            agree(slope(E, h), 0)
            assert all(E(h) < E(other * h) for other in (0.1, 0.9, 1.1, 10))


@check("gradients-check", tex="94aa0069")
def what_the_criterion_accepts(rng):
    X, w = normal(rng, 7, 3), normal(rng, 3)

    def L(w):
        return np.sum(ln(1 + exp(X @ w))) / 7

    def ratio(a, n):
        return norm(a - n) / (norm(a) + norm(n))

    right = gradient(L, w)
    h = np.cbrt(np.finfo(float).eps)
    axes = precise(h * np.eye(3))
    numerical = np.array([(L(w + axis) - L(w - axis)) / (2 * precise(h)) for axis in axes])
    assert ratio(right, numerical) <= 1e-7
    agree(ratio(right, right), 0)
    agree(ratio(right, -right), 1)
    for c in (-2, mpf("0.1"), mpf("0.5"), 2, 10):
        agree(ratio(c * right, right), mpf(abs(c - 1)) / (abs(c) + 1))
        assert ratio(c * right, numerical) > 1e-7


@check("gradients-blocks", tex="c371574f")
def gradients_add_over_blocks(rng):
    n = 11
    X, delta = normal(rng, n, 4), normal(rng, n)
    blocks = np.split(rng.permutation(n), [1, 4, 4, 9])
    agree(
        X.T @ delta / n,
        sum(delta[i] * X[i] for i in range(n)) / n,
        sum(sum((delta[i] * X[i] for i in B), zeros(4)) for B in blocks) / n,
    )


@check("gradients-two-rows", tex="46851468")
@check("gradients-one-image", tex="d1daee6f")
def two_gradients_by_hand(rng):
    x, y = precise([1, 3]), precise([2, 1])

    def L(w, b):
        return np.sum((w * x + b - y) ** 2) / 2

    agree(slope(lambda w: L(w, 0), 1), mpf(1) / 2 * ((-2) * 1 + 4 * 3), 5)
    agree(slope(lambda b: L(1, b), 0), mpf(1) / 2 * ((-2) + 4), 1)

    x, b = precise([1, 2]), ln(precise([2, 1, 1]))
    agree(softmax(b), precise([2, 1, 1]) / 4)
    dw = gradient(lambda w: -ln(softmax(x @ w + b)[1]), zeros(2, 3))
    db = gradient(lambda b: -ln(softmax(b)[1]), b)
    agree(dw, [[0.5, -0.75, 0.25], [1, -1.5, 0.5]])
    agree(db, [0.5, -0.75, 0.25])


@check("gradients-balanced", tex="564e3e4c")
def what_a_trained_model_has_reproduced(rng):
    # Three rows come twice, with either label: no direction separates them.
    X, y = normal(rng, 5, 2), precise([0, 1, 1, 0, 1, 1, 0, 0])
    X, n = np.vstack([X, X[:3]]), 8
    rows = with_ones(X)
    L = binary(rows, y)
    theta = minimum(L, zeros(3))
    g, y_pred = gradient(L, theta), sigmoid(rows @ theta)
    agree(0, n * g[2], sum(y_pred) - sum(y))
    for j in range(2):
        agree(0, n * g[j], sum(y_pred[i] * X[i, j] for i in range(n)) - sum(y * X[:, j]))


@check("gradients-poisson", tex="263b044c")
def counts_belong_to_the_family(rng):
    for mu in (mpf("0.2"), mpf(1), mpf(7)):
        P = [mu**y * exp(-mu) / mpmath.factorial(y) for y in range(120)]
        agree(P, [exp(y * ln(mu) - mu) / mpmath.factorial(y) for y in range(120)])
        agree(sum(P), 1)
        agree(sum(y * P[y] for y in range(120)), mu)
