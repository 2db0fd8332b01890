"""Arrays with 40 digits: drawing them, and what needs a matrix."""

import mpmath
import numpy as np

from equations import exp, gradient, ln, precise, same, softmax, sqrt


def normal(rng, *shape):
    """Return normal random numbers of 40 digits."""
    return precise(rng.normal(size=shape))


def zeros(*shape):
    """Return zeros of 40 digits."""
    return precise(np.zeros(shape))


def one_hot(classes, k):
    """Return a row for each class, with its 1 in the place of the class."""
    return precise(np.eye(k)[classes])


def norm(x):
    """Return the length of a vector or, all its entries in a row, of a matrix."""
    return sqrt(np.sum(np.ravel(x) ** 2))


def binary(rows, y):
    """Return the mean loss of a logistic regression, as a function of its parameters."""
    return lambda theta: np.sum(ln(1 + exp(rows @ theta)) - y * (rows @ theta)) / len(y)


def squared(rows, y):
    """Return the mean loss of a linear regression, as a function of its parameters."""
    return lambda theta: np.sum((rows @ theta - y) ** 2) / len(y)


def categorical(rows, Y):
    """Return the mean loss of a softmax regression, as a function of its parameters."""
    return lambda theta: -np.sum(Y * ln(softmax(rows @ theta))) / len(Y)


def with_ones(X):
    """Return the rows with a 1 at the end of each."""
    return np.hstack([X, precise(np.ones((len(X), 1)))])


def hessian(f, x):
    """Return the second derivatives of f at the vector x, from differences."""
    H = np.empty((len(x), len(x)), dtype=object)

    def moved(*moves):
        y = x.copy()
        for place, t in moves:
            y[place] += t
        return f(y)

    for j in range(len(x)):
        H[j, j] = mpmath.diff(lambda t, j=j: moved((j, t)), 0, 2)
        for k in range(j):
            H[j, k] = H[k, j] = mpmath.diff(lambda s, t, j=j, k=k: moved((j, s), (k, t)), (0, 0), (1, 1))
    return H


def eigen(H):
    """Return the eigenvalues of a symmetric matrix, smallest first, and its eigenvectors as columns."""
    values, vectors = mpmath.eigsy(mpmath.matrix(H.tolist()))
    return np.array(list(values)), np.array(vectors.tolist())


def solve(A, b):
    """Return the vector s with A s = b."""
    return np.array(list(mpmath.lu_solve(mpmath.matrix(A.tolist()), mpmath.matrix(list(b)))))


def minimum(f, x):
    """Return where f is lowest, by Newton's method from x with steps that are halved until f falls."""
    while norm(slopes := gradient(f, x)) > mpmath.mpf("1e-25"):
        step = solve(hessian(f, x), -slopes)
        while f(x + step) > f(x) + mpmath.mpf("1e-35"):
            step = step / 2
        x = x + step
    return x


def agree(*sides, within=1e-20):
    """Assert that all sides of a chain of equalities are the same."""
    for side in sides[1:]:
        same(sides[0], side, within)
