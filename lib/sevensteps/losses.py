"""Step 4: one number that says how wrong the predictions are.

Each loss is minus the log-likelihood of a model of the data: Gaussian noise gives the
squared error, a coin the binary cross-entropy, a die the categorical cross-entropy. All
are means over rows.

Training uses the forms from logits: they never take the logarithm of a probability that
has been rounded to 0.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .activations import identity, sigmoid, softmax
from .checks import in_unit_interval, real_array, rows_sum_to_one, same_shape, summing_dtype


def mean_squared_error(y_true, y_pred):
    """Return L = (1/n) Σ (ŷ_i − y_i)², in the square of y's unit.

    Parameters
    ----------
    y_true, y_pred : (n_samples,)

    Returns
    -------
    loss : float in y_pred's dtype

    Raises
    ------
    TypeError, ValueError
        Not real finite numbers, or shapes that differ.

    Examples
    --------
    >>> float(mean_squared_error([1.0, 2.0], [1.0, 4.0]))
    2.0
    """
    y_true, y_pred = _pair(y_true, "y_pred", y_pred, ndim=1)
    squares, _ = _squared_error(*_wide(y_true, y_pred))
    return _mean(squares, y_pred.dtype)


def binary_cross_entropy(y_true, y_pred):
    """Return L = −(1/n) Σ [y_i ln ŷ_i + (1 − y_i) ln(1 − ŷ_i)], in nats.

    Parameters
    ----------
    y_true : (n_samples,)
        0 or 1 (or probabilities between them).
    y_pred : (n_samples,)
        Probabilities of class 1; exactly 0 and 1 are allowed and give the exact loss, 0
        or infinity.

    Returns
    -------
    loss : float in y_pred's dtype

    Raises
    ------
    TypeError, ValueError
        Not real finite numbers, shapes that differ, values outside [0, 1].

    Examples
    --------
    >>> float(binary_cross_entropy([1, 0], [0.5, 0.5]))  # ln 2
    0.6931471805599453
    >>> float(binary_cross_entropy([1, 0], [0.0, 0.0]))
    inf
    """
    y_true, y_pred = _pair(y_true, "y_pred", y_pred, ndim=1)
    in_unit_interval("y_true", y_true)
    in_unit_interval("y_pred", y_pred)
    y, p = _wide(y_true, y_pred)
    return _mean(_surprise(y, p) + _surprise(1 - y, 1 - p), y_pred.dtype)


def categorical_cross_entropy(y_true, y_pred):
    """Return L = −(1/n) Σ_i Σ_k y_ik ln ŷ_ik, in nats.

    Parameters
    ----------
    y_true : (n_samples, k)
        One-hot rows (or other rows of probabilities that sum to 1).
    y_pred : (n_samples, k)
        Probabilities of the classes; rows sum to 1.

    Returns
    -------
    loss : float in y_pred's dtype

    Raises
    ------
    TypeError, ValueError
        Not real finite numbers, shapes that differ, values outside [0, 1], rows that
        don't sum to 1.

    Examples
    --------
    >>> float(categorical_cross_entropy([[0, 1, 0]], [[0.25, 0.5, 0.25]]))  # ln 2
    0.6931471805599453
    """
    y_true, y_pred = _pair(y_true, "y_pred", y_pred, ndim=2)
    for name, value in (("y_true", y_true), ("y_pred", y_pred)):
        in_unit_interval(name, value)
        rows_sum_to_one(name, value)
    return _mean(_surprise(*_wide(y_true, y_pred)).sum(axis=1), y_pred.dtype)


def binary_cross_entropy_from_logits(y_true, z):
    """Return L = (1/n) Σ [softplus(z_i) − y_i z_i] with softplus(z) = ln(1 + e^z), in nats.

    The same number as `binary_cross_entropy(y_true, sigmoid(z))`, and right where the
    probability has been rounded to 0 or 1.

    Parameters
    ----------
    y_true : (n_samples,)
        0 or 1 (or probabilities between them).
    z : (n_samples,)

    Returns
    -------
    loss : float in z's dtype

    Raises
    ------
    TypeError, ValueError
        Not real finite numbers, shapes that differ, labels outside [0, 1].

    Examples
    --------
    >>> float(binary_cross_entropy_from_logits([1, 0], [-1000.0, -1000.0]))  # 1000 and 0
    500.0
    """
    y_true, z = _pair(y_true, "z", z, ndim=1)
    in_unit_interval("y_true", y_true)
    value, _ = _binary_cross_entropy(*_wide(y_true, z))
    return _mean(value, z.dtype)


def categorical_cross_entropy_from_logits(y_true, z):
    """Return L = (1/n) Σ_i [ln Σ_k e^z_ik − Σ_k y_ik z_ik], in nats.

    The same number as `categorical_cross_entropy(y_true, softmax(z))`, and right where a
    probability has been rounded to 0.

    Parameters
    ----------
    y_true : (n_samples, k)
        One-hot rows (or other rows of probabilities that sum to 1).
    z : (n_samples, k)

    Returns
    -------
    loss : float in z's dtype

    Raises
    ------
    TypeError, ValueError
        Not real finite numbers, shapes that differ, labels outside [0, 1], rows of labels
        that don't sum to 1.

    Examples
    --------
    >>> float(categorical_cross_entropy_from_logits([[1, 0], [0, 1]], [[0.0, 1000.0]] * 2))
    500.0
    """
    y_true, z = _pair(y_true, "z", z, ndim=2)
    in_unit_interval("y_true", y_true)
    rows_sum_to_one("y_true", y_true)
    value, _ = _categorical_cross_entropy(*_wide(y_true, z))
    return _mean(value, z.dtype)


class Loss(NamedTuple):
    """A loss as training needs it: row by row, from logits. The caller averages.

    Attributes
    ----------
    name : str
    activation : z -> y_pred
        The prediction that belongs to the loss.
    value_and_slope : (y_true, z) -> (ℓ, ∂ℓ/∂z)
        Row by row: ℓ is (n_samples,), ∂ℓ/∂z has z's shape. Unchecked.
    curvature : float
        The largest eigenvalue that ∂²ℓ/∂z² can have, at any z.
    check_labels : y_true -> None
        Raises ValueError where the labels can't be this loss's.
    """

    name: str
    activation: Callable
    value_and_slope: Callable
    curvature: float
    check_labels: Callable


def _squared_error(y_true, z):
    residual = z - y_true
    return residual * residual, 2 * residual


def _binary_cross_entropy(y_true, z):
    # softplus(z) = max(z, 0) + ln(1 + e^−|z|) and σ(z) = e^min(z, 0) / (1 + e^−|z|): no exponent
    # is positive. A choice by the sign of z would be slower, as a processor guesses branches.
    small = np.exp(-np.abs(z))
    value = np.maximum(z, 0) - y_true * z + np.log1p(small)
    return value, np.exp(np.minimum(z, 0)) / (1 + small) - y_true


def _categorical_cross_entropy(y_true, z):
    largest = z.max(axis=1)
    exponentials = np.exp(z - largest[:, None])
    total = exponentials.sum(axis=1)
    # Σ y z of z itself: where z − largest overflows, 0 · (z − largest) would be nan.
    value = largest - np.einsum("ik,ik->i", y_true, z) + np.log(total)
    return value, exponentials / total[:, None] - y_true


def _check_one_column(y_true):
    if y_true.ndim != 1:
        raise ValueError(f"y has shape {y_true.shape}; expected one value a row: (n_samples,)")


def _check_binary(y_true):
    _check_one_column(y_true)
    in_unit_interval("y", y_true)


def _check_one_hot(y_true):
    if y_true.ndim != 2:
        raise ValueError(
            f"y has shape {y_true.shape}; expected one-hot rows (n_samples, k): np.eye(k)[labels]"
        )
    in_unit_interval("y", y_true)
    rows_sum_to_one("y", y_true)


SQUARED_ERROR = Loss("squared error", identity, _squared_error, 2.0, _check_one_column)
BINARY_CROSS_ENTROPY = Loss("binary cross-entropy", sigmoid, _binary_cross_entropy, 0.25, _check_binary)
CATEGORICAL_CROSS_ENTROPY = Loss(
    "categorical cross-entropy",
    softmax,
    _categorical_cross_entropy,
    0.5,
    _check_one_hot,
)


def _pair(y_true, name, other, ndim):
    """Return labels and predictions (or logits) as arrays of one shape, each in its own dtype."""
    other = real_array(name, other, ndim=ndim)
    y_true = real_array("y_true", y_true, ndim=ndim)
    same_shape("y_true", y_true, name, other)
    return y_true, other


def _wide(y_true, other):
    """Return both in the dtype in which the predictions (or logits) are summed."""
    dtype = summing_dtype(other.dtype)
    return y_true.astype(dtype, copy=False), other.astype(dtype, copy=False)


def _surprise(y_true, y_pred):
    """Return −y ln ŷ, with 0 ln 0 = 0: an absent class costs nothing, whatever its probability."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(y_true == 0, 0, -y_true * np.log(y_pred))


def _mean(rows, dtype):
    # One number for many rows: it is summed in float64 whatever the dtype.
    return rows.mean(dtype=np.float64).astype(dtype)
