"""Step 1: the first parameters. Training is a walk downhill, and a walk must start somewhere.

For linear, logistic and softmax regression any start leads to the same least loss; zeros
are the natural one. For a hidden layer zeros are fatal, and the scale of the random
numbers decides whether signals survive.
"""

from typing import NamedTuple

import numpy as np

from .checks import (
    count,
    generator,
    in_unit_interval,
    number,
    real_array,
    rows_sum_to_one,
)


class Parameters(NamedTuple):
    """What a model learns: z = X w + b.

    Attributes
    ----------
    weights : (n_features,) for one output, (n_features, k) for k outputs
    bias : () or (k,)
    """

    weights: np.ndarray
    bias: np.ndarray


def zeros(n_features, n_outputs=None, *, dtype=np.float64):
    """All parameters zero: w = 0, b = 0, so that every logit is 0 and no class is preferred.

    Parameters
    ----------
    n_features : int
    n_outputs : int, optional
        k for softmax regression; left out for one output.
    dtype : float32 or float64

    Returns
    -------
    Parameters
        weights (n_features,), bias (); or weights (n_features, k), bias (k,).

    Raises
    ------
    TypeError, ValueError
        A count that is not a whole number of at least 1; a dtype other than float32 and
        float64.

    Examples
    --------
    >>> zeros(2)
    Parameters(weights=array([0., 0.]), bias=array(0.))
    """
    outputs = _outputs(n_outputs)
    dtype = _float(dtype)
    return Parameters(
        np.zeros((count("n_features", n_features), *outputs), dtype),
        np.zeros(outputs, dtype),
    )


def small_random(n_features, n_outputs=None, *, scale=0.01, rng, dtype=np.float64):
    """Small random weights and a zero bias: w ~ N(0, scale²), b = 0.

    Parameters
    ----------
    n_features, n_outputs : as in `zeros`
    scale : float
        The standard deviation of the weights, at least 0.
    rng : numpy.random.Generator
        `np.random.default_rng(seed)`: the same seed gives the same start.
    dtype : as in `zeros`

    Returns
    -------
    Parameters
        Shapes as in `zeros`.

    Raises
    ------
    TypeError, ValueError
        As in `zeros`; a negative scale; an rng that is no Generator.

    Examples
    --------
    >>> small_random(2, 3, rng=np.random.default_rng(0)).weights.shape
    (2, 3)
    """
    start = zeros(n_features, n_outputs, dtype=dtype)
    scale = number("scale", scale, at_least=0)
    return _drawn(start, scale * generator("rng", rng).standard_normal(start.weights.shape))


def glorot_uniform(n_inputs, n_outputs, *, rng, dtype=np.float64):
    """Weights that keep the variance from layer to layer where the activation is near the identity.

    w ~ U(−a, a) with a = √(6 / (n_inputs + n_outputs)), so that its variance is
    2 / (n_inputs + n_outputs); b = 0. Source: Glorot and Bengio (2010), equation 16.

    Parameters
    ----------
    n_inputs, n_outputs : int
    rng, dtype : as in `small_random`

    Returns
    -------
    Parameters
        weights (n_inputs, n_outputs), bias (n_outputs,).

    Raises
    ------
    TypeError, ValueError
        As in `small_random`.

    Examples
    --------
    >>> weights, bias = glorot_uniform(4, 2, rng=np.random.default_rng(0))
    >>> bool(np.abs(weights).max() <= 1)  # a = √(6/6)
    True
    """
    start = _layer(n_inputs, n_outputs, dtype)
    limit = np.sqrt(6 / (n_inputs + n_outputs))
    return _drawn(start, generator("rng", rng).uniform(-limit, limit, start.weights.shape))


def he_normal(n_inputs, n_outputs, *, rng, dtype=np.float64):
    """Weights that keep E[a²] from layer to layer with ReLU, which zeroes half of what comes in.

    w ~ N(0, 2 / n_inputs), b = 0. Source: He, Zhang, Ren and Sun (2015), equation 10.

    Parameters
    ----------
    n_inputs, n_outputs, rng, dtype
        As in `glorot_uniform`.

    Returns
    -------
    Parameters
        weights (n_inputs, n_outputs), bias (n_outputs,).

    Raises
    ------
    TypeError, ValueError
        As in `small_random`.

    Examples
    --------
    >>> he_normal(4, 2, rng=np.random.default_rng(0)).bias
    array([0., 0.])
    """
    start = _layer(n_inputs, n_outputs, dtype)
    scale = np.sqrt(2 / n_inputs)
    return _drawn(start, scale * generator("rng", rng).standard_normal(start.weights.shape))


def log_odds_bias(y_true):
    """Return the bias at which the untrained model already predicts the base rates.

    Two classes: b = ln(p / (1 − p)) with p = mean(y). k classes: b_k = ln(mean(y_k)).

    Parameters
    ----------
    y_true : (n_samples,) of 0 and 1, or one-hot (n_samples, k)

    Returns
    -------
    bias : () or (k,), in y_true's dtype

    Raises
    ------
    TypeError, ValueError
        Labels outside [0, 1], rows that don't sum to 1, or a class without any row (its
        log-odds are infinite).

    Examples
    --------
    >>> print(f"{log_odds_bias([1, 0, 1, 1]):.4f}")  # ln(3/4 / 1/4) = ln 3
    1.0986
    """
    y_true = real_array("y_true", y_true, ndim=(1, 2))
    in_unit_interval("y_true", y_true)
    if y_true.ndim == 2:
        rows_sum_to_one("y_true", y_true)
    rates = y_true.mean(axis=0, dtype=np.float64)
    if y_true.ndim == 1:
        rates = np.array([1 - rates, rates])
    if np.any(rates == 0):
        raise ValueError(f"y_true has the class rates {rates}; expected at least one row of each class")
    bias = np.log(rates)
    return np.asarray(bias if y_true.ndim == 2 else bias[1] - bias[0], dtype=y_true.dtype)


def _outputs(n_outputs):
    return () if n_outputs is None else (count("n_outputs", n_outputs),)


def _float(dtype):
    try:
        known = np.dtype(dtype)
    except TypeError:
        known = None
    if known not in (np.float32, np.float64):
        raise ValueError(f"dtype is {dtype!r}; expected float32 or float64")
    return known


def _layer(n_inputs, n_outputs, dtype):
    return zeros(count("n_inputs", n_inputs), count("n_outputs", n_outputs), dtype=dtype)


def _drawn(start, weights):
    return start._replace(weights=weights.astype(start.weights.dtype))
