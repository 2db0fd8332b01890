"""Solvers: other ways down the same hill, where more is known than one gradient.

An optimizer of step 6 sees one gradient and what it remembers of those before. A solver
asks for more: the loss at several lengths of a step (`backtracking`), all second
derivatives (`newton`), an estimate of them from the latest gradients (`lbfgs`). All rows
are one batch; the record and the rules when to stop are those of step 7. Solvers compute
in float64.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations_with_replacement

import numpy as np
from scipy.optimize import minimize

from .blocks import add_up, batch_total, check_batch, over, threads_for_sums
from .checks import count, instance, named_tuple, number, same_shape
from .convergence import History
from .losses import BINARY_CROSS_ENTROPY, CATEGORICAL_CROSS_ENTROPY, SQUARED_ERROR, Loss
from .updates import apply_updates

EPS = float(np.finfo(np.float64).eps)


def backtracking(f, params, direction, grad):
    """Return the first step t = 1, 1/2, 1/4, … that lowers f enough: f(w + t d) ≤ f(w) + c t ∇f·d.

    c = 1e-4, a ten-thousandth of what the slope promises. Source: Armijo (1966).

    Parameters
    ----------
    f : params -> float
    params, direction, grad : w, d and ∇f(w), named tuples of arrays

    Returns
    -------
    t : float
        0.0 if there is none: d leads nowhere down, or floats can't tell the losses apart.

    Raises
    ------
    TypeError, ValueError
        Not named tuples of one shape.

    Examples
    --------
    >>> from sevensteps import Parameters
    >>> w, d, grad = (Parameters(np.array([x]), np.array(0.0)) for x in (1.0, -8.0, 2.0))
    >>> backtracking(lambda w: w.weights[0] ** 2, w, d, grad)  # w + t d = −7, −3, −1, 0
    0.125
    """
    instance("f", f, Callable, "a function params -> float")
    for name, tree in (("direction", direction), ("grad", grad)):
        for part, other in zip(named_tuple("params", params), named_tuple(name, tree), strict=True):
            same_shape(name, np.asarray(other), "params", np.asarray(part))
    return _first_step(f, f(params), params, direction, grad)


def _first_step(f, start, params, direction, grad):
    """Return what `backtracking` does, where f(params) is known to be `start`."""
    slope = float(np.dot(_flat(grad), _flat(direction)))
    # Close to the minimum the decrease drowns in the rounding of f: a few units in its last
    # place are no rise, and a promise of less than that is none.
    rounding = 10 * EPS * abs(start)

    def lowers_enough(t):
        there = apply_updates(params, _times(t, direction))
        return f(there) <= start + 1e-4 * t * slope + rounding

    t = 1.0 if slope < 0 else 0.0
    with np.errstate(over="ignore", invalid="ignore"):  # a step may be much too long
        while t > 0 and not lowers_enough(t):
            t = t / 2 if t / 2 * -slope > rounding else 0.0
    return t


def hessian(loss, l2=0.0):
    """Return the second derivatives of `value_and_grad(loss, l2)`: a function f(params, batch) -> H.

    H = (1/Σs) Σ s_i x̃_i x̃_iᵀ ⊗ C_i + λ on the weights, where x̃ is x with a 1 and C = ∂²ℓ/∂z² is 2
    for the squared error, p(1 − p) for the binary, diag(p) − ppᵀ for the categorical cross-entropy.

    Parameters
    ----------
    loss : SQUARED_ERROR, BINARY_CROSS_ENTROPY or CATEGORICAL_CROSS_ENTROPY
    l2 : float

    Returns
    -------
    f : (params, batch) -> symmetric matrix, in the order of the raveled weights, then the bias

    Raises
    ------
    TypeError, ValueError
        Another loss, a negative or infinite l2; by f, as `value_and_grad`.

    Examples
    --------
    >>> from sevensteps import zeros
    >>> hessian(SQUARED_ERROR)(zeros(1), ([[1.0], [3.0]], [0.0, 0.0]))  # 2 · means of x², x and 1
    array([[10.,  4.],
           [ 4.,  2.]])
    """
    known = (SQUARED_ERROR, BINARY_CROSS_ENTROPY, CATEGORICAL_CROSS_ENTROPY)
    if instance("loss", loss, Loss, "a Loss, such as SQUARED_ERROR") not in known:
        raise ValueError(f"loss is {loss.name!r}; expected one of " + ", ".join(each.name for each in known))
    l2 = number("l2", l2, at_least=0)

    def f(params, batch):
        check_batch(loss, params, batch)
        return unchecked(params, batch)

    def unchecked(params, batch):
        H = over(batch, partial(_hessian_sums, loss, params)) / batch_total(batch)
        n_biases = np.size(params.bias)
        H[np.diag_indices(len(H) - n_biases)] += l2  # the biases come last
        return H

    f.unchecked = unchecked
    return f


def _hessian_sums(loss, params, batch):
    """Return Σ s x̃x̃ᵀ ⊗ C over a batch, block by block."""
    X, _, *rest = (np.asarray(part) for part in batch)
    s = np.asarray(rest[0] if rest else np.ones(len(X)), np.float64)
    return add_up(lambda rows: _hessian_sum(loss, params, X[rows], s[rows]), X)


def _hessian_sum(loss, params, X, s):
    """Return Σ s x̃x̃ᵀ ⊗ C over some rows."""
    X = X.astype(np.float64, copy=False)
    p = loss.activation(X @ params.weights + params.bias).reshape(len(X), -1)
    d, k = X.shape[1] + 1, p.shape[1]
    H, A = np.empty((d, k, d, k)), np.empty((len(X), d))
    for i, j in combinations_with_replacement(range(k), 2):
        curvature = 2.0 if loss == SQUARED_ERROR else p[:, i] * ((i == j) - p[:, j])
        # AᵀA is half the work of a product of two matrices. Off its diagonal C is negative.
        A[:, -1] = np.sqrt(s * np.abs(curvature))
        np.multiply(X, A[:, -1:], out=A[:, :-1])
        H[:, i, :, j] = H[:, j, :, i] = A.T @ A if i == j else -(A.T @ A)
    return H.reshape(d * k, d * k)


@threads_for_sums()
def newton(value_and_grad, hessian, params, batch, *, epochs=1000, stop=()):
    """Step to the lowest point of the parabola that fits the loss here: w ← w − t H⁻¹ g.

    t by `backtracking`. The squared error is such a parabola: one step solves its normal equations.
    Where the loss is flat (equal columns; one number added to all biases of a softmax) H has no
    inverse: of all steps the shortest is taken, to the minimum that descent from zeros finds.

    Parameters
    ----------
    value_and_grad, hessian : (params, batch) -> (loss, grad), (params, batch) -> H
    params, batch, epochs, stop : as in `train`, with all rows in one batch

    Returns
    -------
    params, history : as `train`; ends early also where no step lowers the loss

    Raises
    ------
    DivergenceError, TypeError, ValueError : as `train`

    Examples
    --------
    >>> from sevensteps import SQUARED_ERROR as loss, value_and_grad, zeros
    >>> f, H, batch = value_and_grad(loss), hessian(loss), ([[-1.0], [1.0]], [1.0, 5.0])
    >>> newton(f, H, zeros(1), batch, epochs=1)[0].weights  # y = 3 + 2x
    array([2.])
    """
    epochs = _check_run(value_and_grad, params, epochs, stop)
    instance("hessian", hessian, Callable, "a function (params, batch) -> H")
    history, params = History(), _tree(_flat(params), params)
    latest = value_and_grad(params, batch)  # checks the rows, once
    evaluate = getattr(value_and_grad, "unchecked", value_and_grad)
    second_derivatives = getattr(hessian, "unchecked", hessian)

    def f(w):
        nonlocal latest
        latest = evaluate(w, batch)
        return latest[0]

    for _ in range(epochs):
        loss, grad = latest
        history.record(loss, grad)
        if history.end_epoch(stop, params):
            break
        step = _tree(_newton_step(second_derivatives(params, batch), _flat(grad)), params)
        t = _first_step(f, loss, params, step, grad)
        if t == 0:
            break
        # The loss and the gradient there are the latest.
        params = apply_updates(params, _times(t, step))
    return params, history


def _newton_step(H, g):
    """Return the shortest d with H d = −g."""
    # Each parameter is measured in units of its own curvature: otherwise a column of small
    # numbers could not be told from a direction in which the loss is flat.
    diagonal = np.diag(H)
    unit = 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1))
    curvature, directions = np.linalg.eigh(unit[:, None] * H * unit)
    directions = unit[:, None] * directions
    flat = curvature <= 10 * len(g) * EPS * curvature[-1]  # what rounding makes of 0
    curved = directions[:, ~flat]
    step = -curved @ (curved.T @ g / curvature[~flat])
    return step - directions[:, flat] @ np.linalg.lstsq(directions[:, flat], step)[0]


@threads_for_sums()
def lbfgs(value_and_grad, params, batch, *, epochs=1000, stop=()):
    """Take Newton's steps with H⁻¹ g estimated from the latest ten gradients: SciPy's L-BFGS.

    Source: Liu and Nocedal (1989).

    Parameters
    ----------
    value_and_grad, params, batch, epochs, stop : as in `train`, with all rows in one batch

    Returns
    -------
    params, history : as `newton`

    Raises
    ------
    DivergenceError, TypeError, ValueError : as `train`

    Examples
    --------
    >>> from sevensteps import SQUARED_ERROR, gradient_norm, value_and_grad, zeros
    >>> f, batch = value_and_grad(SQUARED_ERROR), ([[-1.0], [1.0]], [1.0, 5.0])
    >>> params, history = lbfgs(f, zeros(1), batch, stop=[gradient_norm(1e-9)])
    >>> print(f"{params.weights[0]:.6f} {params.bias:.6f}, {history.stopped_by}")  # y = 3 + 2x
    2.000000 3.000000, gradient_norm
    """
    epochs = _check_run(value_and_grad, params, epochs, stop)
    latest = value_and_grad(params, batch)  # checks the rows, once
    evaluate = getattr(value_and_grad, "unchecked", value_and_grad)
    history, x = History(), _flat(params)
    known = x.copy()  # where the latest are from: SciPy asks for the start again

    def f(x):
        nonlocal latest
        if not np.array_equal(x, known):
            latest, known[:] = evaluate(_tree(x, params), batch), x
        return latest[0], _flat(latest[1])

    def stops(x):
        history.record(*latest)
        return history.end_epoch(stop, _tree(x, params))

    def callback(x):
        # The point that SciPy's line search accepts is the one it has evaluated last.
        if len(history.losses) < epochs and stops(x):
            raise StopIteration

    if not stops(x):
        # Tolerances of 0: when to stop is for the rules to say.
        options = {"maxiter": epochs, "maxfun": np.inf, "ftol": 0, "gtol": 0}
        with np.errstate(over="ignore", invalid="ignore"):
            x = minimize(f, x, jac=True, method="L-BFGS-B", callback=callback, options=options).x
    return _tree(x, params), history


def _check_run(value_and_grad, params, epochs, stop):
    instance("value_and_grad", value_and_grad, Callable, "a function (params, batch) -> (loss, grad)")
    named_tuple("params", params)
    instance("stop", stop, Sequence, "a list of rules, such as [gradient_norm()]")
    return count("epochs", epochs)


def _flat(params):
    """Return all parts in one float64 vector."""
    return np.concatenate([np.ravel(part) for part in params]).astype(np.float64)


def _tree(x, like):
    """Return a vector's entries in the shapes of `like`: the way back from `_flat`."""
    parts = np.split(x, np.cumsum([np.size(part) for part in like])[:-1])
    return like._make(part.reshape(np.shape(old)) for part, old in zip(parts, like, strict=True))


def _times(t, direction):
    return direction._make(t * part for part in direction)
