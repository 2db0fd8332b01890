"""A check for each displayed equation that claims something: one module for each page.

    @check("logit-of-sigmoid", tex="1a2b3c4d")
    def logit_undoes_the_sigmoid(rng):
        for z in reals(rng, 20, -30, 30):
            same(ln(sigmoid(z) / (1 - sigmoid(z))), z)

A check writes the two sides as the page prints them, and gets one of them by means of its own: a derivative
from differences, a sum term by term, a bound from many points. Its numbers have 40 digits, so what agrees to
20 is no accident. `tex` is the digest of the printed formula: who edits the formula has to look at the check
again. `python tests/book/equations/printed.py 4_losses` prints the digests of a page.

An equation that only says what a letter stands for is listed in DEFINITIONS, with its digest and a reason.
"""

import functools

import mpmath
import numpy as np

CHECKS = {}  # by label

precise = np.frompyfunc(mpmath.mpf, 1, 1)
exp, ln, sqrt, tanh = (np.frompyfunc(f, 1, 1) for f in (mpmath.exp, mpmath.log, mpmath.sqrt, mpmath.tanh))


def check(label, *, tex):
    """Register a function of a random generator as the check of an equation, printed as `tex` digests."""

    def register(function):
        if label in CHECKS:
            raise ValueError(f"label: {label!r} has a check already, {CHECKS[label][1].__name__}")
        CHECKS[label] = (tex, function)
        return function

    return register


@functools.cache
def run(function):
    """Run a check, once however many labels it has, with numbers of 40 digits."""
    with mpmath.workdps(40):
        function(np.random.default_rng(7))


def reals(rng, shape, low=-3, high=3):
    """Return random numbers of 40 digits, uniform between two bounds, as an array."""
    return precise(rng.uniform(float(low), float(high), shape))


def shares(rng, count):
    """Return random positive numbers that sum to 1."""
    parts = reals(rng, count, 0.1, 1)
    return parts / parts.sum()


def sigmoid(z):
    """Return 1 / (1 + exp(-z))."""
    return 1 / (1 + exp(-z))


def softmax(z):
    """Return exp(z_k) / sum_j exp(z_j) along the last axis."""
    return exp(z) / exp(z).sum(axis=-1, keepdims=True)


def slope(f, x, n=1):
    """Return the n-th derivative of f at the number x, from differences."""
    return mpmath.diff(f, x, n)


def gradient(f, x):
    """Return the derivatives of f at the array x along each of its entries, from differences."""
    result = np.empty(x.shape, dtype=object)
    for at in np.ndindex(x.shape):

        def along(t, at=at):
            moved = x.copy()
            moved[at] = t
            return f(moved)

        result[at] = mpmath.diff(along, x[at])
    return result


def same(left, right, within=1e-20):
    """Assert that two numbers or arrays agree, relative to the largest of them or to 1."""
    left, right = np.asarray(left, dtype=object), np.asarray(right, dtype=object)
    assert left.shape == right.shape, f"shapes {left.shape} and {right.shape}"
    for a, b in zip(left.ravel(), right.ravel(), strict=True):
        assert abs(a - b) <= within * max(1, abs(a), abs(b)), f"{a} is not {b}"
