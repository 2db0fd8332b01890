"""Step 3: from a logit, which is any number, to what is predicted: a value or a probability.

Each function is written so that its formula can't overflow: exponents are never
positive. The dtype that comes in goes out; sums over classes run in float32 or wider.
"""

import numpy as np

from .checks import real_array


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
    z = _classes(z)
    exponentials = np.exp(z - z.max(axis=-1, keepdims=True))
    return exponentials / _sum(exponentials)


def log_sigmoid(z):
    """Return ln σ(z) = min(z, 0) − ln(1 + e^−|z|), finite for every finite z.

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
    """
    z = _classes(z)
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(_sum(np.exp(shifted)))


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
    """
    return np.tanh(real_array("z", z))


def _classes(z):
    z = real_array("z", z)
    if z.ndim == 0:
        raise ValueError(f"z is the single number {z}; expected the logits of the classes in the last axis")
    return z


def _sum(exponentials):
    # float16 holds only 11 bits and ends at 65504: its sums run in float32.
    wide = np.promote_types(exponentials.dtype, np.float32)
    return exponentials.sum(axis=-1, keepdims=True, dtype=wide).astype(exponentials.dtype)
