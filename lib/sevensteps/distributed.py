"""Rows past one machine: the parameters go out to where the rows lie, and sums come back.

A pass sends each partition one question and adds the answers in the partitions' order.
What travels is as large as the model, not as the data, and the answer is the one that one
machine would give. A worker that is lost on the way is replaced: Dask reads its
partitions again from where they came, and asks them once more.
"""

import numpy as np

from .checks import brief, instance
from .out_of_core import Rows, in_block


class Distributed(Rows):
    """Rows in partitions on a cluster of Dask, which stay where they are: hand them to `fit`.

    Parameters
    ----------
    X : list of delayed (X, y) or (X, y, sample_weight); or a Dask array of all rows
    y, sample_weight : Dask arrays (n_samples,), beside an array X
    client : dask.distributed.Client, optional
        By default the present one; without one, a cluster of local processes for each fit.
    checkpoint, progress : as in `OutOfCore`

    Raises
    ------
    ImportError
        Dask is missing.
    TypeError, ValueError
        Rows that are neither, a client that is none, partitions that don't match.

    Examples
    --------
    >>> import dask
    >>> from dask.distributed import Client
    >>> from sevensteps import LinearRegression
    >>> parts = [dask.delayed(part) for part in [([[-1.0]], [-1.0]), ([[0.0], [1.0]], [2.0, 5.0])]]
    >>> with Client(processes=False, dashboard_address="127.0.0.1:0") as client:
    ...     LinearRegression(solver="newton").fit(Distributed(parts, client=client)).coef_
    array([3.])
    """

    def __init__(self, X, y=None, sample_weight=None, *, client=None, checkpoint=None, progress=False):
        dask = _dask()
        super().__init__(checkpoint, progress)
        if client is not None:
            instance("client", client, dask.distributed.Client, "a dask.distributed.Client")
        self.client, self._own = client, None
        self._parts = _delayed(X) if y is None else _chunks(dask, X, y, sample_weight)
        self._futures = None

    def __enter__(self):
        distributed = _dask().distributed
        if self.client is None:
            try:
                self.client = distributed.get_client()
            except ValueError:
                self.client = self._own = distributed.Client(
                    dashboard_address="127.0.0.1:0", set_as_default=False
                )
        return self

    def __exit__(self, *exception):
        self._futures = None
        if self._own is not None:
            self._own.close()
            self.client = self._own = None
        super().__exit__(*exception)

    def __len__(self):
        """Return the number of partitions."""
        return len(self._parts)

    def _ask(self, f, prepare=None):
        if self.client is None:
            raise ValueError("client is None; expected one here, or these rows in a with statement")
        if self._futures is None:
            self._futures = self.client.compute(self._parts)
        return self.client.map(in_block, range(len(self)), self._futures, f=f, prepare=prepare, pure=False)

    def _results(self, f):
        answers = self._ask(f)
        # One by one where a bar shows them coming, together where that saves time.
        yield from (each.result() for each in answers) if self.progress else self.client.gather(answers)

    def prepared(self, prepare):
        """Return these rows with `prepare` done, once and for all, where they are."""
        self._futures = self._ask(_itself, prepare)
        return super().prepared(None)


def _itself(batch):
    return batch


def _delayed(X):
    """Return a list of delayed blocks, checked."""
    from dask.delayed import Delayed

    if not isinstance(X, (list, tuple)) or not all(isinstance(part, Delayed) for part in X):
        raise TypeError(f"X is {brief(X)}; expected a list of delayed blocks (X, y), or a Dask array and y")
    return list(X)


def _chunks(dask, X, *others):
    """Return the rows of Dask arrays as delayed blocks, one for each chunk of the rows of X."""
    parts = [instance("X", X, dask.array.Array, "a Dask array, as y is given beside it")]
    if X.ndim == 2:
        parts = [X.rechunk({1: -1})]
    for name, other in zip(("y", "sample_weight"), others, strict=True):
        if other is None:
            continue
        other = dask.array.asarray(other)
        # Where the sizes of chunks are unknown (nan) each worker compares its own.
        if X.shape[0] != other.shape[0] and not np.isnan([X.shape[0], other.shape[0]]).any():
            raise ValueError(
                f"X has {X.shape[0]} rows and {name} has {other.shape[0]}; expected the same number of rows"
            )
        if not np.isnan(other.shape[0]):
            other = other.rechunk({0: X.chunks[0]})
        parts.append(other)
    chunks = [part.to_delayed().ravel() for part in parts]
    return [dask.delayed(_block)(*block) for block in zip(*chunks, strict=True)]


def _block(*parts):
    return parts


def _dask():
    try:
        import dask.array
        import dask.distributed
    except ImportError as error:
        raise ImportError("Distributed needs Dask: pip install 'dask[array,distributed]'") from error
    return dask
