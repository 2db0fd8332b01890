"""The equations of step 3."""

import itertools

import mpmath
import numpy as np
import sevensteps as ss

from equations import check, exp, gradient, ln, reals, same, sigmoid, slope, softmax, tanh


@check("activations-units", tex="f0d6184e")
def weighted_sum_follows_the_unit(rng):
    X, w, (a, b, c) = reals(rng, (4, 3)), reals(rng, 3), reals(rng, 3, 0.1, 3)
    same(X @ (a * w) + (a * b + c), a * (X @ w + b) + c)


@check("activations-equivariant", tex="e587d999")
def only_the_identity_follows_the_unit(rng):
    def broken_by(f):
        places = zip(reals(rng, 20, 0.1, 3), reals(rng, 20), reals(rng, 20), strict=True)
        return max(abs(f(a * z + c) - (a * f(z) + c)) for a, z, c in places)

    assert broken_by(lambda z: z) < 1e-30
    for f in (sigmoid, tanh, exp, lambda z: z + 1, lambda z: 2 * z, lambda z: max(z, 0)):
        assert broken_by(f) > 0.1


@check("activations-identity", tex="c1dbfa04")
def slope_of_the_identity(rng):
    z = rng.normal(size=5)
    same(ss.SQUARED_ERROR.activation(z), z)
    for place in reals(rng, 5):
        same(slope(lambda z: z, place), 1)


@check("activations-sigmoid", tex="6add2139")
@check("activations-split", tex="768bc8f2")
@check("activations-log-sigmoid-split", tex="2ba9242b")
@check("activations-log-sigmoid", tex="80731b0d")
def forms_of_the_sigmoid(rng):
    for z in (*reals(rng, 20, -40, 40), mpmath.mpf(0)):
        p = 1 / (1 + exp(-z))
        if z >= 0:
            same(ln(p), -ln(1 + exp(-z)))
        else:
            same(p, exp(z) / (1 + exp(z)))
            same(ln(p), z - ln(1 + exp(z)))
        same(ln(p), min(z, 0) - ln(1 + exp(-abs(z))))
        same(float(ss.sigmoid(float(z))), p, within=1e-15)
        same(float(ss.log_sigmoid(float(z))), ln(p), within=1e-15)


@check("activations-symmetry", tex="d1dc31c0")
def symmetry_of_the_sigmoid(rng):
    for z in reals(rng, 20, -20, 20):
        same(sigmoid(-z), 1 / (1 + exp(z)))
        same(sigmoid(-z), exp(-z) / (exp(-z) + 1))
        same(sigmoid(-z), ((1 + exp(-z)) - 1) / (1 + exp(-z)))
        same(sigmoid(-z), 1 - sigmoid(z))


@check("activations-slope", tex="79795fb0")
@check("activations-slope-proof", tex="a90a577c")
def slope_of_the_sigmoid(rng):
    for z in reals(rng, 20, -10, 10):
        derivative = slope(sigmoid, z)
        same(derivative, (0 - 1 * (-exp(-z))) / (1 + exp(-z)) ** 2)
        same(derivative, 1 / (1 + exp(-z)) * exp(-z) / (1 + exp(-z)))
        same(derivative, sigmoid(z) * (1 - sigmoid(z)))
        assert derivative < 0.25
        assert derivative < exp(-abs(z))
    same(slope(sigmoid, mpmath.mpf(0)), 0.25)


@check("activations-softmax", tex="1c81df9c")
@check("activations-shifted", tex="082447cd")
@check("activations-log-softmax", tex="4fa78e27")
@check("activations-lse", tex="c64525af")
def forms_of_the_softmax(rng):
    for z in reals(rng, (10, 4), -20, 20):
        p, m = [exp(z[k]) / (exp(z[0]) + exp(z[1]) + exp(z[2]) + exp(z[3])) for k in range(4)], max(z)
        same(p, exp(z - m) / sum(exp(z - m)))
        same(ln(p), ln(exp(z) / sum(exp(z))))
        same(ln(p), z - ln(sum(exp(z))))
        same(ln(sum(exp(z))), ln(exp(m) * sum(exp(z - m))))
        same(ln(sum(exp(z))), m + ln(sum(exp(z - m))))
        row = z.astype(float)[None]
        same(ss.softmax(row)[0], p, within=1e-14)
        same(ss.log_softmax(row)[0], ln(p), within=1e-14)


@check("activations-jacobian", tex="bc3a566b")
@check("activations-jacobian-own", tex="9e6e245c")
@check("activations-jacobian-other", tex="fcf74f96")
def jacobian_of_the_softmax(rng):
    z = reals(rng, 4)
    p, S = softmax(z), sum(exp(z))
    for k in range(4):
        along = gradient(lambda z, k=k: softmax(z)[k], z)
        for j in range(4):
            if j == k:
                same(along[k], p[k] * (1 - p[k]))
                same(along[k], (exp(z[k]) * S - exp(z[k]) * exp(z[k])) / S**2)
                same(along[k], exp(z[k]) / S - (exp(z[k]) / S) ** 2)
                same(along[k], p[k] - p[k] ** 2)
            else:
                same(along[j], (0 * S - exp(z[k]) * exp(z[j])) / S**2)
                same(along[j], -p[k] * p[j])


@check("activations-temperature", tex="bb226d44")
@check("activations-ratio", tex="34d11271")
@check("activations-ratio-proof", tex="d6a2c52d")
def temperature(rng):
    z = reals(rng, 4)

    def p(T):
        return np.array([exp(z[k] / T) / sum(exp(z[j] / T) for j in range(4)) for k in range(4)])

    for T in reals(rng, 5, 0.1, 10):
        same(ss.softmax((z / T).astype(float)[None])[0], p(T), within=1e-13)
        for k, m in itertools.permutations(range(4), 2):
            ratio = p(T)[k] / p(T)[m]
            same(ratio, exp((z[k] - z[m]) / T))
            same(ratio, exp(z[k] - z[m]) ** (1 / T))
            same(ratio, (p(1)[k] / p(1)[m]) ** (1 / T))
    same(p(mpmath.mpf(10) ** 30), np.full(4, 0.25))
    same(p(mpmath.mpf(10) ** -30), z == max(z))


@check("activations-tanh", tex="4fe5a830")
@check("activations-tanh-slope", tex="80c401d7")
def tanh_is_a_stretched_sigmoid(rng):
    for z in reals(rng, 20, -10, 10):
        t = tanh(z)
        same(t, (exp(z) - exp(-z)) / (exp(z) + exp(-z)))
        same(t, (1 - exp(-2 * z)) / (1 + exp(-2 * z)))
        same(t, (2 - (1 + exp(-2 * z))) / (1 + exp(-2 * z)))
        same(t, 2 * sigmoid(2 * z) - 1)
        same(slope(tanh, z), 2 * 2 * (1 + t) / 2 * (1 - t) / 2)
        same(slope(tanh, z), 1 - t**2)


@check("activations-soft-maximum", tex="43e5728b")
def soft_maximum(rng):
    for z, T in zip(reals(rng, (10, 4), -20, 20), reals(rng, 10, 0.1, 10), strict=True):
        m, soft = max(z), T * ln(sum(exp(z / T)))
        same(soft, m + T * ln(sum(exp((z - m) / T))))
        assert m <= soft <= m + T * ln(mpmath.mpf(4))
    same(T * ln(sum(exp(np.full(4, m) / T))), m + T * ln(mpmath.mpf(4)))


@check("activations-stream", tex="d6c8b0a2")
def log_sum_exp_of_a_stream(rng):
    for logits in reals(rng, (10, 6), -30, 30):
        m, s = logits[0], mpmath.mpf(1)
        for z in logits[1:]:
            higher = max(m, z)
            m, s = higher, s * exp(m - higher) + exp(z - higher)
        same(m + ln(s), ln(sum(exp(logits))))


@check("activations-heat", tex="97542eb3")
@check("activations-variance", tex="28cf5192")
@check("activations-entropy", tex="7f79d393")
def heat_makes_doubt(rng):
    z = reals(rng, 4)

    def entropy(beta):
        p = softmax(beta * z)
        return -sum(p * ln(p))

    for beta in reals(rng, 5, 0.1, 3):
        p = softmax(beta * z)
        mean = sum(p * z)
        jacobian = np.diag(p) - np.outer(p, p)
        for k in range(4):
            dp = slope(lambda beta, k=k: softmax(beta * z)[k], beta)
            same(dp, sum(jacobian[k, j] * z[j] for j in range(4)))
            same(dp, p[k] * z[k] - p[k] * sum(p * z))
            same(dp, p[k] * (z[k] - mean))
        d_mean, variance = slope(lambda beta: sum(softmax(beta * z) * z), beta), sum(p * (z - mean) ** 2)
        same(d_mean, sum(p * (z - mean) * z))
        same(d_mean, sum(p * z**2) - mean**2)
        same(d_mean, variance)
        same(slope(entropy, beta), mean - mean - beta * d_mean)
        same(slope(entropy, beta), -beta * variance)
        assert slope(entropy, beta) <= 0
