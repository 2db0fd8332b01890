"""Checks of what comes in from outside, so that a mistake is named where it is made.

Every public function checks its arguments once, at the door; what runs thousands of
times (the loop of `training`, the sums of `blocks`) works on values that have passed.
Each message says which argument it was, what came and what is expected.
"""

import reprlib
from numbers import Integral, Real

import numpy as np


def summing_dtype(dtype):
    """Return the dtype in which values of `dtype` are summed: float32 for float16, else itself.

    float16 holds 11 bits and ends at 65504: a sum of 100,000 rows would stall or overflow.
    """
    return np.promote_types(dtype, np.float32)


def real_array(name, value, *, ndim=None, finite=True):
    """Return `value` as a NumPy array of real floats, or say what is wrong with it.

    float16, float32 and float64 stay what they are; booleans and integers become
    float64.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : array_like
    ndim : int or tuple of int, optional
        The numbers of dimensions that are allowed; any by default.
    finite : bool
        Whether nan and infinity are refused.

    Raises
    ------
    TypeError
        Not numbers: text, objects, dates, complex values, a sparse matrix.
    ValueError
        Wrong number of dimensions, ragged, empty, masked, or not finite.
    """
    array = plain_array(name, value)
    if array.dtype == object and hasattr(value, "to_numpy"):  # a data frame of several or nullable types
        array = real_objects(name, array)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} has dtype {array.dtype}; expected real numbers")
    if array.dtype.kind != "f" or array.dtype.itemsize > 8:
        with np.errstate(over="ignore"):  # a longdouble too large: refused below, as infinite
            array = array.astype(np.float64)
    if ndim is not None:
        _dimensions(name, array, ndim)
    if array.size == 0:
        raise ValueError(f"{name} is empty: its shape is {array.shape}; expected at least one value")
    if finite:
        _finite(name, array)
    return array


def labels(name, value):
    """Return `value` as an array of labels (n_samples,), of any kind, or say what is wrong with it.

    Raises
    ------
    TypeError
        A sparse matrix.
    ValueError
        Not one dimension, ragged, or a label that is missing: masked, None or nan.
    """
    array = plain_array(name, value)
    if array.ndim != 1:
        raise ValueError(f"{name} has shape {array.shape}; expected labels (n_samples,)")
    for i, label in enumerate(array.tolist()):
        if label is None or label != label:  # nan alone differs from itself
            raise ValueError(f"{name} holds {label} at index {i}; expected a label in each row")
    return array


def plain_array(name, value):
    """Return `value` as an array of whatever dtype, or say why it is none: sparse, masked, ragged."""
    if hasattr(value, "toarray"):
        raise TypeError(f"{name} is a sparse matrix; expected a dense array, e.g. {name}.toarray()")
    if np.ma.is_masked(value):
        raise ValueError(f"{name} has masked entries; expected an array without missing values")
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(
            f"{name} is ragged: its rows differ in length; expected a rectangular array"
        ) from error


def real_objects(name, array):
    """Return objects that are real numbers as an array of float64."""
    for entry in array.flat:
        if not isinstance(entry, Real):
            raise TypeError(
                f"{name} holds {entry!r}; each entry of the argument must be neither string nor object"
                " but a real number"
            )
    return array.astype(np.float64)


def _dimensions(name, array, ndim):
    allowed = (ndim,) if isinstance(ndim, int) else ndim
    if array.ndim in allowed:
        return
    shapes = {0: "a number", 1: "one dimension", 2: "two dimensions (rows, columns)"}
    expected = " or ".join(shapes[n] for n in allowed)
    raise ValueError(f"{name} has shape {array.shape}; expected {expected}")


def _finite(name, array):
    # The sum is finite where every entry is (barring overflow), and needs no array of
    # array's size.
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(array.sum()):
            return
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        place = tuple(int(i) for i in wrong[0])
        raise ValueError(f"{name} holds {array[place]} at index {place}; expected finite numbers, no NaN")


def same_shape(name, array, other_name, other):
    """Refuse arrays of two shapes: (n,) against (n, 1) would broadcast to (n, n) unnoticed."""
    if array.shape != other.shape:
        raise ValueError(
            f"{name} has shape {array.shape} and {other_name} has shape {other.shape};"
            " expected the same shape"
        )


def same_rows(name, array, other_name, other):
    """Refuse two arrays of different lengths."""
    if len(array) != len(other):
        raise ValueError(
            f"{name} has {len(array)} rows and {other_name} has {len(other)};"
            " expected the same number of rows"
        )


def in_unit_interval(name, array):
    """Refuse what can't be a probability or a label: values below 0 or above 1."""
    low, high = array.min(), array.max()
    if low < 0 or high > 1:
        raise ValueError(f"{name} has values from {low:g} to {high:g}; expected values between 0 and 1")


def rows_sum_to_one(name, array):
    """Refuse rows that are no distribution over the classes (one-hot rows are)."""
    # Five roundings a class is more than any sum of probabilities loses in its own
    # precision.
    tolerance = 5 * array.shape[1] * float(np.finfo(array.dtype).eps)
    total = array.sum(axis=1)
    worst = int(np.abs(total - 1).argmax())
    if abs(total[worst] - 1) > tolerance:
        raise ValueError(
            f"{name} has a row (index {worst}) that sums to {total[worst]:g}; expected rows"
            " that sum to 1, such as one-hot rows: np.eye(k)[labels]"
        )


def number(name, value, *, above=None, at_least=None, below=None):
    """Return `value` as a float, or say why it can't be used."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name} is {brief(value)}; expected a number")
    value = float(value)
    bounds = {"above": above, "at least": at_least, "below": below}
    expected = [f"{word} {bound:g}" for word, bound in bounds.items() if bound is not None]
    inside = (
        np.isfinite(value)
        and (above is None or value > above)
        and (at_least is None or value >= at_least)
        and (below is None or value < below)
    )
    if not inside:
        raise ValueError(f"{name} is {value:g}; expected " + " and ".join(["a finite number", *expected]))
    return value


def count(name, value, *, at_least=1):
    """Return `value` as an int, or say why it can't be a count."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise TypeError(f"{name} is {brief(value)}; expected a whole number")
    if value < at_least:
        raise ValueError(f"{name} is {value}; expected a whole number of at least {at_least}")
    return int(value)


def generator(name, value):
    """Return `value` if it is a NumPy random generator; global seeds are state that nobody sees."""
    return instance(name, value, np.random.Generator, "a generator: np.random.default_rng(seed)")


def named_tuple(name, value):
    """Return `value` if it is a named tuple, as parameters and gradients are."""
    if not hasattr(value, "_make"):
        raise TypeError(
            f"{name} is {brief(value)}; expected a named tuple, such as Parameters(weights, bias)"
        )
    return value


def instance(name, value, kind, expected):
    """Return `value` if it is of a kind, a class or a tuple of them; `expected` says it in words."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} is {brief(value)}; expected {expected}")
    return value


def brief(value):
    """Return what a message shows of a value: the beginning and the end, in one line."""
    return " ".join(reprlib.repr(value).split())
