"""The peers of the speed benchmark, each behind one small function on the same arrays.

An evaluation gives (loss, gradient by the weights, gradient by the bias), a minimum (weights, bias), all in
the shapes and units of `sevensteps`: means over rows, one column of weights for each class. Where a peer has
no such thing, or is not installed, there is None.
"""

import functools
import importlib.util
from typing import NamedTuple

import numpy as np
import sevensteps as ss
from measure import cores
from sklearn._loss import HalfBinomialLoss, HalfMultinomialLoss, HalfSquaredError
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, SGDClassifier
from sklearn.linear_model._linear_loss import LinearModelLoss

HAS_TORCH = importlib.util.find_spec("torch") is not None


class Task(NamedTuple):
    """A loss and data; `labels` are the values or the numbers of the classes, `y` is what the loss takes."""

    loss: ss.Loss
    X: np.ndarray
    labels: np.ndarray
    y: np.ndarray
    params: ss.Parameters

    def astype(self, dtype):
        """Return the same in another dtype."""
        X, labels, y = (part.astype(dtype) for part in self[1:4])
        return Task(self.loss, X, labels, y, ss.Parameters(*(part.astype(dtype) for part in self.params)))


def draw(loss, n, d, k=None, *, correlated=False):
    """Return n rows of d standard normal columns, labels drawn from a model, and parameters near it."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, d))
    if correlated:  # each column has 0.9 of the one before: the condition number of XᵀX is about 300
        for j in range(1, d):
            X[:, j] = 0.9 * X[:, j - 1] + np.sqrt(1 - 0.9**2) * X[:, j]
    outputs = () if k is None else (k,)
    weights, bias = rng.standard_normal((d, *outputs)) / np.sqrt(d), np.asarray(rng.standard_normal(outputs))
    z = X @ weights + bias
    if loss == ss.SQUARED_ERROR:
        labels = y = z + rng.standard_normal(n)
    elif k is None:
        labels = y = (rng.random(n) < ss.sigmoid(z)).astype(float)
    else:
        # The largest of logits with Gumbel noise is a draw from their softmax.
        labels = (z + rng.gumbel(size=z.shape)).argmax(axis=1).astype(float)
        y = np.eye(k)[labels.astype(int)]
    return Task(loss, X, labels, y, ss.Parameters(0.9 * weights, 0.9 * bias))


# --- one evaluation of loss and gradient ---


def ours(task):
    """Return the library's evaluation."""
    f = ss.value_and_grad(task.loss).unchecked

    def evaluate():
        value, grad = f(task.params, (task.X, task.y))
        return value, *grad

    return evaluate


def scikit_learn(task, n_threads=1):
    """Return that of scikit-learn, which its own solvers call. Its squared error has a half."""
    losses = {
        ss.SQUARED_ERROR: HalfSquaredError,
        ss.BINARY_CROSS_ENTROPY: HalfBinomialLoss,
        ss.CATEGORICAL_CROSS_ENTROPY: lambda: HalfMultinomialLoss(n_classes=task.y.shape[1]),
    }
    loss = LinearModelLoss(losses[task.loss](), fit_intercept=True)
    coef = np.vstack([task.params.weights, task.params.bias]) if task.y.ndim == 2 else np.append(*task.params)
    coef = np.ascontiguousarray(coef.T)
    times = 2 if task.loss == ss.SQUARED_ERROR else 1

    def evaluate():
        value, grad = loss.loss_gradient(coef, task.X, task.labels, n_threads=n_threads)
        return times * value, times * grad[..., :-1].T, times * grad[..., -1]

    return evaluate


def numpy_two_passes(task):
    """Return the textbook's formulas in NumPy on the whole array, which they read twice."""
    X, y, (w, b), n = task.X, task.y, task.params, len(task.X)

    def squared_error():
        residual = X @ w + b - y
        return residual @ residual / n, 2 / n * (X.T @ residual), 2 / n * residual.sum()

    def binary():
        p = 1 / (1 + np.exp(-(X @ w + b)))
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        return loss, X.T @ (p - y) / n, np.mean(p - y)

    def softmax():
        exponentials = np.exp(X @ w + b)
        p = exponentials / exponentials.sum(axis=1, keepdims=True)
        loss = -np.mean(np.sum(y * np.log(p), axis=1))
        return loss, X.T @ (p - y) / n, np.mean(p - y, axis=0)

    return {
        ss.SQUARED_ERROR: squared_error,
        ss.BINARY_CROSS_ENTROPY: binary,
        ss.CATEGORICAL_CROSS_ENTROPY: softmax,
    }[task.loss]


def statsmodels(task):
    """Return that of statsmodels' Logit."""
    if task.loss != ss.BINARY_CROSS_ENTROPY:
        return None
    from statsmodels.api import Logit, add_constant

    model, params = Logit(task.labels, add_constant(task.X)), np.append(task.params.bias, task.params.weights)
    n = len(task.X)

    def evaluate():
        score = model.score(params)
        return -model.loglike(params) / n, -score[1:] / n, -score[0] / n

    return evaluate


def pytorch(task):
    """Return PyTorch's on the processor, with its automatic differentiation."""
    if not HAS_TORCH:
        return None
    import torch
    from torch.nn import functional

    X, y, w, b = (torch.from_numpy(part) for part in (task.X, task.y, *map(np.asarray, task.params)))
    f = {
        ss.SQUARED_ERROR: functional.mse_loss,
        ss.BINARY_CROSS_ENTROPY: functional.binary_cross_entropy_with_logits,
        ss.CATEGORICAL_CROSS_ENTROPY: functional.cross_entropy,
    }[task.loss]
    for part in (w, b):
        part.requires_grad_()

    def evaluate():
        value = f(X @ w + b, y)
        return value.item(), *(part.numpy() for part in torch.autograd.grad(value, (w, b)))

    return evaluate


EVALUATIONS = {
    "scikit-learn": scikit_learn,
    "scikit-learn, all cores": functools.partial(scikit_learn, n_threads=cores()),
    "NumPy, two passes": numpy_two_passes,
    "statsmodels": statsmodels,
    "PyTorch": pytorch,
}

# --- the minimum ---


def our_classifier(task, l2, solver):
    """Return fit(tol) of one of our solvers."""
    model = ss.LogisticRegression if task.y.ndim == 1 else ss.SoftmaxRegression

    def fit(tol):
        fitted = model(solver=solver, l2=l2, tol=tol).fit(task.X, task.labels)
        return _params(fitted, task)

    return fit


def scikit_learn_classifier(task, l2, solver):
    """Return fit(tol) of one of scikit-learn's solvers."""
    C = 1 / (l2 * len(task.X)) if l2 else np.inf

    def fit(tol):
        model = LogisticRegression(C=C, solver=solver, tol=tol, max_iter=200, random_state=0)
        return _params(model.fit(task.X, task.labels), task)

    return fit


def _params(fitted, task):
    """Return the parameters of a fitted classifier; two classes have one column."""
    coef, intercept = np.atleast_2d(fitted.coef_), np.atleast_1d(fitted.intercept_)
    if task.y.ndim == 1:
        return ss.Parameters(coef[0], intercept[0])
    return ss.Parameters(coef.T, intercept)


def statsmodels_logit(task):
    """Return fit(tol) of statsmodels' Newton's method."""
    from statsmodels.api import Logit, add_constant

    def fit(tol):
        params = Logit(task.labels, add_constant(task.X)).fit(disp=0, tol=tol).params
        return ss.Parameters(params[1:], params[0])

    return fit


def linear(task, l2):
    """Return each peer's way to the least squares: name -> function that gives the parameters."""

    def of(model):
        fitted = model.fit(task.X, task.y)
        return ss.Parameters(fitted.coef_, fitted.intercept_)

    def statsmodels_ols():
        from statsmodels.api import OLS, add_constant

        params = OLS(task.y, add_constant(task.X)).fit().params
        return ss.Parameters(params[1:], params[0])

    ours = "ours"
    if l2:
        alpha = l2 * len(task.X) / 2  # scikit-learn: ‖y − ŷ‖² + α ‖w‖²
        return {
            ours: lambda: of(ss.LinearRegression(solver="newton", l2=l2)),
            "Ridge, Cholesky": lambda: of(Ridge(alpha=alpha, solver="cholesky")),
        }
    return {
        ours: lambda: of(ss.LinearRegression(solver="newton")),
        "LinearRegression": lambda: of(LinearRegression()),
        "statsmodels OLS": statsmodels_ols,
    }


# --- mini-batches: logistic regression without a penalty, at a constant rate ---

RATE, BATCH = 0.1, 256


def our_epoch(task):
    """Return the parameters after an epoch of shuffled mini-batches."""
    batches = ss.mini_batches(task.X, task.y, batch_size=BATCH, rng=np.random.default_rng(0))
    start, step = ss.zeros(task.X.shape[1]), ss.gradient_descent(RATE)
    return ss.train(ss.value_and_grad(task.loss), start, batches, step, epochs=1)[0]


def textbook_epoch(task):
    """Return the same by the formulas, in the same order of rows."""
    order = np.random.default_rng(0).permutation(len(task.X))
    w, b = np.zeros(task.X.shape[1]), 0.0
    for start in range(0, len(order), BATCH):
        X, y = task.X[order[start : start + BATCH]], task.y[order[start : start + BATCH]]
        residual = 1 / (1 + np.exp(-(X @ w + b))) - y
        w, b = w - RATE * X.T @ residual / len(X), b - RATE * residual.mean()
    return w, b


def our_stream(task):
    """Return the parameters after a stream of batches, in order."""
    model = ss.LogisticRegression(learning_rate=RATE)
    for X, labels in _stream(task):
        model.partial_fit(X, labels, classes=[0, 1])
    return _params(model, task)


def their_epoch(task):
    """Return those after an epoch of scikit-learn's, which shuffles too and steps after each row."""
    return _params(_sgd_classifier(max_iter=1, tol=None).fit(task.X, task.labels), task)


def their_stream(task):
    """Return those after the same stream through scikit-learn."""
    model = _sgd_classifier()
    for X, labels in _stream(task):
        model.partial_fit(X, labels, classes=[0, 1])
    return _params(model, task)


def _stream(task):
    for start in range(0, len(task.X), BATCH):
        yield task.X[start : start + BATCH], task.labels[start : start + BATCH]


def _sgd_classifier(**options):
    # A rate that fits one row is smaller than one that fits the mean of many.
    rate = {"learning_rate": "constant", "eta0": RATE / 100}
    return SGDClassifier(loss="log_loss", penalty=None, random_state=0, **rate, **options)
