"""Rows in blocks: the sums of a batch in one pass over X, whatever X's size.

Sums over rows add up, means don't. So a batch gives sums, sums are added over blocks of
rows, and one division at the end (in `gradients.value_and_grad`) makes the mean. Where
the rows lie does not matter: an array, a shuffled slice, a memory-mapped file. Nor does
the number of processor cores that share the blocks.
"""

import operator
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar, copy_context
from functools import cache, reduce
from typing import NamedTuple

import numpy as np

from .checks import brief, count, generator, instance, real_array, same_rows
from .initialization import Parameters

# A block of X of about this many bytes stays in the processor's cache between its two
# products, z = X w and Xᵀ r, so that X is read from memory once instead of twice. Smaller
# blocks would have threads wait for each other: Python runs one at a time between products.
BLOCK_BYTES = 1 << 22
# With fewer bytes than this, threads cost more time than they save.
THREADS_FROM_BYTES = 1 << 25
# The blocks are shared out in so many runs of neighbours, whatever the number of threads:
# enough for a thread that is held up to leave its part to others.
SHARES = 32

_one_at_a_time = threading.Lock()
# How many threads the next sum may take, where linear algebra is kept to one.
_threads_left = ContextVar("threads_left", default=0)


class Sums(NamedTuple):
    """Σ s·ℓ, Σ s·∂ℓ/∂w, Σ s·∂ℓ/∂b and Σ s over rows; s is the sample weight, or 1."""

    loss: float
    weights: np.ndarray
    bias: np.ndarray
    total: float

    def __add__(self, other):
        return Sums(*map(operator.add, self, other))


def row_blocks(X):
    """Yield slices that cut the rows of X into blocks of at most `BLOCK_BYTES`, or of one row."""
    rows = max(1, BLOCK_BYTES // X[:1].nbytes)
    for start in range(0, len(X), rows):
        yield slice(start, start + rows)


def add_up(f, X, add=operator.add):
    """Return the sum of f(rows) over the blocks of X's rows, on as many threads as are allowed.

    The same additions are made in the same order on any number of threads: the result is
    the same to the last bit.

    Parameters
    ----------
    f : slice of rows -> what `add` can add
    X : (n_samples, n_features)
    add : (sum, sum) -> sum

    Returns
    -------
    sum : as f returns
    """
    blocks = list(row_blocks(X))
    size = -(-len(blocks) // SHARES)
    shares = [blocks[start : start + size] for start in range(0, len(blocks), size)]
    with _threads(wanted=X.nbytes >= THREADS_FROM_BYTES) as n_threads:
        return reduce(add, _mapped(lambda share: reduce(add, map(f, share)), shares, n_threads))


def _mapped(f, items, n_threads):
    """Return f of each item, in order. Each thread, this one included, takes the next that is left."""
    if n_threads < 2:
        return map(f, items)
    left = enumerate(items)

    def work(context):
        return [(place, context.run(f, item)) for place, item in left]

    with ThreadPoolExecutor(n_threads - 1) as pool:
        # NumPy's errstate holds in a context, and a new thread begins with an empty one.
        helpers = [pool.submit(work, copy_context()) for _ in range(n_threads - 1)]
        done = work(copy_context())
        for helper in helpers:
            done += helper.result()
    return [result for _, result in sorted(done, key=operator.itemgetter(0))]


@contextmanager
def threads_for_sums():
    """Leave all threads that linear algebra may use to sums over rows: meanwhile it has one itself.

    For a run of many sums with small matrices in between. After a product on several threads each of
    them looks for more work for a while, on a core that the next sum needs: the run took up to twice
    as long. Where threadpoolctl is missing, or another thread has done the same, nothing happens.
    """
    blas = _linear_algebra("scipy.linalg" in sys.modules)
    if blas is None or not _one_at_a_time.acquire(blocking=False):
        yield
        return
    # Limits that are set from outside, for tests or by joblib, hold here too.
    n_threads = max((library.num_threads for library in blas.lib_controllers), default=1)
    before = _threads_left.set(n_threads)
    try:
        with blas.limit(limits=1):
            yield
    finally:
        _threads_left.reset(before)
        _one_at_a_time.release()


@contextmanager
def _threads(wanted):
    """Take the threads that are left, and give their number. For sums within sums there are none."""
    with threads_for_sums() if wanted and not _threads_left.get() else nullcontext():
        n_threads = _threads_left.get() if wanted else 0
        before = _threads_left.set(0)
        try:
            yield n_threads
        finally:
            _threads_left.reset(before)


@cache
def _linear_algebra(with_scipy):
    """Return the controller of linear algebra, NumPy's and SciPy's own; None without threadpoolctl."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return None
    return ThreadpoolController().select(user_api="blas")


def over(batch, f, add=operator.add):
    """Return f(batch); where the rows lie elsewhere, its sum over the blocks there (`out_of_core`)."""
    return batch.add_up(f, add) if hasattr(batch, "add_up") else f(batch)


def sums(loss, params, batch):
    """Return the sums of a batch, block by block. Unchecked: `check_batch` comes before.

    Parameters
    ----------
    loss : Loss
    params : Parameters
    batch : (X, y) or (X, y, sample_weight)

    Returns
    -------
    Sums
    """
    batch = [np.asarray(part) for part in batch]
    return add_up(lambda rows: _block_sums(loss, params, *(part[rows] for part in batch)), batch[0])


def _block_sums(loss, params, X, y, sample_weight=None):
    weights, dtype = params.weights, params.weights.dtype
    # With k outputs, z and y lie in memory class by class (z is transposed twice), so that
    # the maximum and the sum over a few classes run along long rows. About twice as fast
    # for a softmax, and nothing for one output.
    X, y = X.astype(dtype, copy=False), y.astype(dtype, order="F", copy=False)
    z = (weights.T @ X.T).T + np.asarray(params.bias, dtype)
    value, slope = loss.value_and_slope(y, z)
    if sample_weight is not None:
        s = sample_weight.astype(dtype, copy=False)
        value, slope = s * value, (s * slope.T).T
    # The loss is one number for many rows: it is summed in float64 whatever the dtype.
    total = float(len(y) if sample_weight is None else s.sum(dtype=np.float64))
    # The same as Xᵀ slope, and faster for several outputs.
    return Sums(value.sum(dtype=np.float64), (slope.T @ X).T, slope.sum(axis=0), total)


def check_batch(loss, params, batch):
    """Refuse a batch that doesn't fit the loss or the parameters, naming what is wrong; else return True.

    Raises
    ------
    TypeError, ValueError
        Parameters or a batch that aren't such, not real finite numbers, shapes that don't
        fit, labels that aren't this loss's, weights that are negative or all zero.
    """
    weights, bias = instance("params", params, Parameters, "Parameters(weights, bias)")
    # Rows are computed in the dtype of the weights: whole numbers would round X.
    if getattr(weights, "dtype", None) not in (np.float32, np.float64):
        what = getattr(weights, "dtype", type(weights).__name__)
        raise TypeError(f"params.weights is of type {what}; expected an array of float32 or float64")
    real_array("params.bias", bias, finite=False)
    X, y = checked_batch(loss, batch)
    if X.shape[1] != len(weights):
        raise ValueError(
            f"X has {X.shape[1]} columns and params.weights has {len(weights)} rows; expected as many"
        )
    if y.shape[1:] != weights.shape[1:]:
        raise ValueError(
            f"y has shape {y.shape} and params.weights has shape {weights.shape}; expected one"
            " column of weights for each column of y"
        )
    if np.shape(bias) != weights.shape[1:]:
        raise ValueError(f"params.bias has shape {np.shape(bias)}; expected {weights.shape[1:]}")
    return True


def checked_batch(loss, batch):
    """Return X and y of a batch as arrays, with labels that are this loss's.

    Raises
    ------
    TypeError, ValueError
        No batch, or as `checked_rows`; labels that aren't this loss's.
    """
    if not isinstance(batch, (tuple, list)) or len(batch) not in (2, 3):
        raise TypeError(f"batch is {brief(batch)}; expected (X, y) or (X, y, sample_weight)")
    X, y, _ = checked_rows(*batch)
    loss.check_labels(y)
    return X, y


def checked_rows(X, y, sample_weight=None):
    """Return X, y and the sample weights (or None) as arrays of real numbers, row for row.

    Raises
    ------
    TypeError, ValueError
        As for any array; rows that don't match; weights that are negative or all zero.
    """
    X = real_array("X", X, ndim=2)
    y = real_array("y", y, ndim=(1, 2))
    same_rows("X", X, "y", y)
    if sample_weight is not None:
        sample_weight = checked_weights(X, sample_weight)
    return X, y, sample_weight


def checked_weights(X, sample_weight):
    """Return the sample weights as an array, one for each row of X.

    Raises
    ------
    TypeError, ValueError
        As for any array; rows that don't match; weights that are negative or all zero.
    """
    sample_weight = real_array("sample_weight", sample_weight, ndim=1)
    same_rows("X", X, "sample_weight", sample_weight)
    low, high = sample_weight.min(), sample_weight.max()
    if low < 0 or high == 0:
        raise ValueError(
            f"sample_weight has values from {low:g} to {high:g}; expected none below 0 and one above 0,"
            " not only zeros"
        )
    return sample_weight


def full_batch(X, y, sample_weight=None):
    """Return the whole data as one batch, checked: an epoch is one iteration.

    Parameters
    ----------
    X : (n_samples, n_features)
    y : (n_samples,) or (n_samples, k)
    sample_weight : (n_samples,), optional

    Returns
    -------
    list of one (X, y) or (X, y, sample_weight)

    Raises
    ------
    TypeError, ValueError
        Not real finite numbers, rows that don't match, weights that are negative or all
        zero.

    Examples
    --------
    >>> [(X, y)] = full_batch([[1.0], [2.0], [3.0]], [0, 1, 1])
    >>> X.shape, y.shape
    ((3, 1), (3,))
    """
    return [tuple(part for part in checked_rows(X, y, sample_weight) if part is not None)]


def mini_batches(X, y, sample_weight=None, *, batch_size, rng):
    """Return the rows in batches, in a new random order each epoch; the last batch may be smaller.

    Parameters
    ----------
    X, y, sample_weight
        As in `full_batch`; rows of weight 0 are left out.
    batch_size : int
    rng : numpy.random.Generator
        Gives the order: the same seed, the same batches.

    Returns
    -------
    an object to iterate over, once an epoch

    Raises
    ------
    TypeError, ValueError
        As `full_batch`; a batch size that is no whole number of at least 1; an rng that
        is no Generator.

    Examples
    --------
    >>> X, y, rng = [[1.0], [2.0], [3.0]], [0, 1, 1], np.random.default_rng(0)
    >>> [len(rows) for rows, labels in mini_batches(X, y, batch_size=2, rng=rng)]
    [2, 1]
    """
    (data,) = full_batch(X, y, sample_weight)
    return _Shuffled(data, count("batch_size", batch_size), generator("rng", rng))


class _Shuffled:
    def __init__(self, data, batch_size, rng):
        self.data, self.batch_size, self.rng = data, batch_size, rng
        # A batch of nothing but rows of weight 0 would have no mean.
        self.rows = np.arange(len(data[0])) if len(data) == 2 else np.flatnonzero(data[2])

    def __iter__(self):
        order = self.rng.permutation(self.rows)
        for start in range(0, len(order), self.batch_size):
            rows = order[start : start + self.batch_size]
            # `take` copies whole rows: more than twice as fast as an index of rows.
            yield tuple(part.take(rows, axis=0) for part in self.data)


def batch_total(batch):
    """Return Σ s over a batch's rows: how much the batch counts in the mean of its epoch."""
    if hasattr(batch, "add_up"):
        return batch.total
    return float(len(batch[1]) if len(batch) == 2 else np.asarray(batch[2]).sum(dtype=np.float64))
