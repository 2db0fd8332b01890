"""Step 3: from a logit, which is any number, to what is predicted: a value or a probability.

Each function is written so that no exponent is positive: e^z can't overflow. The dtype
that comes in goes out; sums over classes run in float32 or wider.
"""

import numpy as np

from .checks import real_array, summing_dtype


def identity(z):
    """Return z itself: in regression the weighted sum is the prediction.

    Parameters
    ----------
    z : array_like, any shape

    Returns
    -------
    y_pred : as z

    Raises
    ------
    TypeError, ValueError
        z is not real, or not finite.

    Examples
    --------
    >>> identity([-1.0, 2.0])
    array([-1.,  2.])
    """
    return real_array("z", z)


def sigmoid(z):
    """Return the probability σ(z) = 1 / (1 + e^−z) of class 1, element by element.

    Parameters
    ----------
    z : array_like, any shape

    Returns
    -------
    y_pred : as z, in [0, 1]

    Raises
    ------
    TypeError, ValueError
        z is not real, or not finite.

    Notes
    -----
    For z < 0 the same value is e^z / (1 + e^z): whichever form has the negative
    exponent is used.

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    z = real_array("z", z)
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def softmax(z):
    """Return the probabilities p_k = e^z_k / Σ_j e^z_j over the classes in the last axis.

    Parameters
    ----------
    z : (..., k)

    Returns
    -------
    y_pred : as z; each row sums to 1

    Raises
    ------
    TypeError, ValueError
        z is a single number, is not real, or not finite.

    Notes
    -----
    A constant added to a row changes nothing, so the row's maximum is subtracted first.

    Examples
    --------
    >>> softmax([1000.0, 1000.0])
    array([0.5, 0.5])
    """
    z, dtype = _classes(z)
    exponentials = np.exp(z - z.max(axis=-1, keepdims=True))
    return (exponentials / exponentials.sum(axis=-1, keepdims=True)).astype(dtype, copy=False)


def log_sigmoid(z):
    """Return ln σ(z) = min(z, 0) − ln(1 + e^−|z|), finite for every z.

    Parameters
    ----------
    z : array_like, any shape

    Returns
    -------
    as z, at most 0

    Raises
    ------
    TypeError, ValueError
        z is not real, or not finite.

    Examples
    --------
    >>> log_sigmoid([-1000.0, 0.0])  # at 0: ln 1/2
    array([-1.00000000e+03, -6.93147181e-01])
    """
    z = real_array("z", z)
    return np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z)))


def log_softmax(z):
    """Return ln softmax(z) = (z − m) − ln Σ_j e^(z_j − m) with m the largest of the row.

    Parameters
    ----------
    z : (..., k)

    Returns
    -------
    as z, at most 0

    Raises
    ------
    TypeError, ValueError
        z is a single number, is not real, or not finite.

    Examples
    --------
    >>> log_softmax([1000.0, 1000.0])  # ln 1/2, twice
    array([-0.69314718, -0.69314718])
    """
    z, dtype = _classes(z)
    largest = z.argmax(axis=-1, keepdims=True)
    shifted = z - np.take_along_axis(z, largest, axis=-1)
    # The largest adds e⁰ = 1 to the sum. ln(1 + x) keeps a small x that 1 + x would round away.
    others = np.exp(shifted)
    np.put_along_axis(others, largest, 0, axis=-1)
    return (shifted - np.log1p(others.sum(axis=-1, keepdims=True))).astype(dtype, copy=False)


def relu(z):
    """Return max(z, 0), element by element: the hidden layer's usual activation.

    Parameters
    ----------
    z : array_like, any shape

    Returns
    -------
    as z, at least 0

    Raises
    ------
    TypeError, ValueError
        z is not real, or not finite.

    Examples
    --------
    >>> relu([-3.0, 0.0, 2.0])
    array([0., 0., 2.])
    """
    return np.maximum(real_array("z", z), 0)


def tanh(z):
    """Return tanh z = 2 σ(2z) − 1, element by element: a sigmoid with range (−1, 1), centred on 0.

    Parameters
    ----------
    z : array_like, any shape

    Returns
    -------
    as z, in [−1, 1]

    Raises
    ------
    TypeError, ValueError
        z is not real, or not finite.

    Examples
    --------
    >>> tanh([-1000.0, 0.0, 1000.0])
    array([-1.,  0.,  1.])
    """
    return np.tanh(real_array("z", z))


def _classes(z):
    """Return z in the dtype in which its rows are summed, and its own dtype."""
    z = real_array("z", z)
    if z.ndim == 0:
        raise ValueError(f"z is the single number {z}; expected the logits of the classes in the last axis")
    return z.astype(summing_dtype(z.dtype), copy=False), z.dtype
