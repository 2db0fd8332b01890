"""Step 5: how much the loss would change if a parameter were moved a little.

For all three models the answer has one form: the residual ŷ − y, carried back through
z = X w + b. Each gradient can be checked against numbers that know nothing of the
derivation.
"""

from functools import partial
from typing import NamedTuple

import numpy as np

from .blocks import check_batch, over, sums
from .checks import instance, named_tuple, number, real_array, same_rows, same_shape, summing_dtype
from .initialization import Parameters
from .losses import Loss


def gradients(X, y_true, y_pred):
    """Return dw = Xᵀ(ŷ − y)/n and db = mean(ŷ − y), the gradient of both cross-entropies.

    The mean squared error (1/n) Σ (ŷ − y)² has twice this gradient.

    Parameters
    ----------
    X : (n_samples, n_features)
    y_true, y_pred : (n_samples,) or (n_samples, k)

    Returns
    -------
    dw : (n_features,) or (n_features, k)
    db : () or (k,)

    Raises
    ------
    TypeError, ValueError
        Not real finite numbers, rows that don't match, y_true and y_pred of different
        shapes.

    Examples
    --------
    >>> dw, db = gradients([[1.0], [3.0]], [0.0, 1.0], [0.5, 0.5])
    >>> float(dw[0]), float(db)  # (1·0.5 − 3·0.5)/2 and (0.5 − 0.5)/2
    (-0.5, 0.0)
    """
    X = real_array("X", X, ndim=2)
    y_true = real_array("y_true", y_true, ndim=(1, 2))
    y_pred = real_array("y_pred", y_pred, ndim=(1, 2))
    same_shape("y_true", y_true, "y_pred", y_pred)
    same_rows("X", X, "y_pred", y_pred)
    dtype = np.result_type(X, y_pred)
    wide = summing_dtype(dtype)
    dz = (y_pred.astype(wide, copy=False) - y_true.astype(wide, copy=False)) / len(X)
    return (X.T @ dz).astype(dtype, copy=False), dz.sum(axis=0).astype(dtype, copy=False)


def value_and_grad(loss, l2=0.0):
    """Return what training minimizes: a function f(params, batch) -> (value, grad).

    value = (1/Σs) Σ s_i ℓ_i + (l2/2) ‖w‖², a weighted mean and a penalty that leaves the bias out.

    Parameters
    ----------
    loss : Loss
    l2 : float, at least 0

    Returns
    -------
    f : (Parameters, (X, y) or (X, y, sample_weight)) -> (float, Parameters)
        Checks what comes at each call; `f.unchecked` doesn't.

    Raises
    ------
    TypeError, ValueError
        A loss that is no Loss, a negative l2; by f, parameters or a batch that don't fit.

    Examples
    --------
    >>> from sevensteps import BINARY_CROSS_ENTROPY, zeros
    >>> value, grad = value_and_grad(BINARY_CROSS_ENTROPY)(zeros(1), ([[1.0], [3.0]], [0, 1]))
    >>> float(value), float(grad.weights[0])  # ln 2 and (1·0.5 − 3·0.5)/2
    (0.6931471805599453, -0.5)
    """
    instance("loss", loss, Loss, "a Loss, such as SQUARED_ERROR")
    l2 = number("l2", l2, at_least=0)

    def unchecked(params, batch):
        total = over(batch, partial(sums, loss, params))
        weights = params.weights
        value = total.loss / total.total + l2 / 2 * float(np.vdot(weights, weights))
        return value, Parameters(total.weights / total.total + l2 * weights, total.bias / total.total)

    def checked(params, batch):
        over(batch, partial(check_batch, loss, params))
        return unchecked(params, batch)

    checked.unchecked = unchecked
    return checked


def numerical_gradient(f, params, h=None):
    """Return central differences (f(w + h e) − f(w − h e)) / 2h in float64, one entry of w at a time.

    Parameters
    ----------
    f : params -> float
    params : named tuple of arrays
    h : float, optional
        The step; by default ∛ε · max(1, |w|) for each entry w, ε the spacing of floats at 1.

    Returns
    -------
    named tuple as params

    Raises
    ------
    TypeError, ValueError
        Parameters that are no named tuple, a step that is not above 0.

    Examples
    --------
    >>> f = lambda p: p.weights[0] ** 2 + 5 * p.bias
    >>> grad = numerical_gradient(f, Parameters(np.array([3.0]), np.array(0.0)))
    >>> print(f"{grad.weights[0]:.6f} {grad.bias:.6f}")  # 2 · 3 and 5
    6.000000 5.000000
    """
    named_tuple("params", params)
    h = None if h is None else number("h", h, above=0)
    params = params._make(np.array(part, dtype=np.float64) for part in params)
    grad = params._make(np.empty_like(part) for part in params)
    for part, slot in zip(params, grad, strict=True):
        for i in np.ndindex(part.shape):
            here = part[i]
            step = np.cbrt(np.finfo(np.float64).eps) * max(1, abs(here)) if h is None else h
            part[i] = here + step
            above, right = float(f(params)), part[i]
            part[i] = here - step
            # The step really taken, right − left, is not exactly 2h: w ± h are rounded.
            slot[i] = (above - float(f(params))) / (right - part[i])
            part[i] = here
    return grad


class GradientCheck(NamedTuple):
    """What `check_gradient` found. It is true where the gradient passed.

    Attributes
    ----------
    passed : bool
    relative_error : float
        ‖a − n‖ / (‖a‖ + ‖n‖) over all entries.
    numerical : named tuple as params
        What `numerical_gradient` gave.
    """

    passed: bool
    relative_error: float
    numerical: NamedTuple

    def __bool__(self):
        return self.passed


def check_gradient(f, params, batch, *, tolerance=1e-7):
    """Judge a gradient by central differences: ‖a − n‖ / (‖a‖ + ‖n‖) at most the tolerance.

    Use it away from zeros, which hide mistakes. Errors below the rounding ε|f|/h pass unseen.

    Parameters
    ----------
    f : (params, batch) -> (value, grad)
    params : named tuple of float64 arrays
    batch : what f takes
    tolerance : float

    Returns
    -------
    GradientCheck

    Raises
    ------
    TypeError, ValueError
        A tolerance not above 0, a gradient not of the parameters' shapes; what f raises.

    Examples
    --------
    >>> cube = lambda p, batch: (p.bias**3, p._replace(bias=3 * p.bias**2))
    >>> bool(check_gradient(cube, Parameters(np.zeros(1), 2.0), None))
    True
    """
    tolerance = number("tolerance", tolerance, above=0)
    named_tuple("params", params)
    value, grad = f(params, batch)
    for name, part, slope in zip(params._fields, params, grad, strict=True):
        same_shape(f"grad.{name}", np.asarray(slope), f"params.{name}", np.asarray(part))
    numerical = numerical_gradient(lambda p: f(p, batch)[0], params)
    a, n = (np.concatenate([np.ravel(part) for part in tree]) for tree in (grad, numerical))
    error, size = np.linalg.norm(a - n), np.linalg.norm(a) + np.linalg.norm(n)
    eps = np.finfo(np.float64).eps
    floor = np.sqrt(a.size) * eps * abs(value) / np.cbrt(eps)
    relative = float(error / size) if size else 0.0
    return GradientCheck(bool(error <= max(tolerance * size, floor)), relative, numerical)
