"""What is handed to an estimator: tables, targets and labels, checked at the door.

scikit-learn's own tools read messages: where one here keeps to the words of theirs, they
look for them.
"""

import numpy as np
from sklearn.utils.validation import column_or_1d, validate_data

from .blocks import add_up
from .checks import plain_array, real_array, real_objects


def table(estimator, X, y="no_validation", *, reset, finite=True):
    """Return X as float32, if it is that, or float64.

    The number and the names of its columns are set as the estimator's (`reset`) or
    compared with them. `refuse_overflow` looks for nan and infinity too.
    """
    array = plain_array("X", X)
    if array.ndim != 2:
        raise ValueError(
            f"X has shape {array.shape}; expected two dimensions (rows, columns). Reshape your data:"
            " X.reshape(-1, 1) makes it one column, X.reshape(1, -1) one row"
        )
    if array.shape[1] == 0:
        raise ValueError(f"X has 0 feature(s) (shape={array.shape}) while a minimum of 1 is required.")
    array = _numbers("X", array, finite)
    validate_data(estimator, X, y, reset=reset, skip_check_array=True)
    return array if array.dtype == np.float32 else array.astype(np.float64, copy=False)


def targets(y):
    """Return the values that a regression learns, (n_samples,)."""
    return _column("y", _numbers("y", plain_array("y", y)))


def labels(name, value):
    """Return the labels that a classification learns, (n_samples,)."""
    array = _column(name, plain_array(name, value))
    if array.dtype == object:
        right = np.array([isinstance(label, str) for label in array], bool)
    elif array.dtype.kind == "f":
        right = np.isfinite(array) & (array == np.round(array))
    else:
        right = np.full(len(array), array.dtype.kind in "biuU")
    if not right.all():
        i = int(right.argmin())
        raise ValueError(
            f"Unknown label type: {name} holds {array.tolist()[i]!r} at index {i}; expected classes, that is"
            " whole numbers, booleans or text. To predict values there is LinearRegression"
        )
    return array


def refuse_overflow(name, array, dtype):
    """Refuse values that aren't finite, or whose squares, summed over all entries, aren't so in `dtype`."""
    limit = np.sqrt(np.finfo(dtype).max / array.size)
    # The maximum of NumPy is nan where an entry is. In blocks, so that the second look at an
    # entry finds it in the processor's cache.
    largest = add_up(lambda rows: np.maximum(array[rows].max(), -array[rows].min()), array, add=np.maximum)
    if not largest <= limit:
        real_array(name, array)
        raise ValueError(
            f"{name} has values up to {largest:.3g} in size; expected at most {limit:.1g}, so that their"
            f" squares fit into {np.dtype(dtype)}. Measure it in another unit"
        )


def _column(name, array):
    if array.ndim == 2 and array.shape[1] == 1:
        return column_or_1d(array, warn=True)  # with scikit-learn's warning
    if array.ndim != 1:
        raise ValueError(f"{name} has shape {array.shape}; expected one dimension")
    return array


def _numbers(name, array, finite=True):
    """Return real numbers, also where they come as objects, as from a data frame."""
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported: {name} has dtype {array.dtype}; expected real numbers")
    if array.dtype == object:
        array = real_objects(name, array)
    return real_array(name, array, finite=finite)


def random_generator(name, value):
    """Return a generator of random numbers from a seed, None or a generator."""
    try:
        return np.random.default_rng(value)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"{name} is {value!r}; expected None, a whole number of at least 0, or a numpy.random.Generator"
        ) from error
