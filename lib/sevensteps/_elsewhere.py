"""Rows in blocks that are handed to an estimator: looked at once, and then taken block by block."""

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

import numpy as np
from sklearn.base import is_classifier

from ._inputs import table
from .checks import brief, real_array
from .distributed import Distributed
from .initialization import zeros
from .out_of_core import OutOfCore, Rows


def rows_elsewhere(X, y, sample_weight, batch_size):
    """Return what is handed to `fit` as rows in blocks, or None: then they are all there."""
    if _of_dask(X) or (isinstance(X, (list, tuple)) and any(map(_of_dask, X))):
        return Distributed(X, y, sample_weight)
    if isinstance(X, np.memmap) and y is not None and batch_size is None:
        return OutOfCore(X, y, sample_weight)
    if not isinstance(X, Rows) and (y is not None or hasattr(X, "__array__") or not isinstance(X, Iterable)):
        return None
    for name, part in (("y", y), ("sample_weight", sample_weight)):
        if part is not None:
            raise ValueError(f"{name} is {brief(part)} beside rows in blocks; expected it in each block")
    return X if isinstance(X, Rows) else OutOfCore(X)


def _of_dask(value):
    return hasattr(value, "__dask_graph__")


def start_elsewhere(model, rows):
    """Return the batch of all rows and the zeros to start from, after a look at each block."""
    if model.batch_size is not None:
        raise ValueError(
            f"batch_size is {model.batch_size!r}; expected None, as rows in blocks are taken all together."
            " For a step on each block there is partial_fit"
        )
    table(model, rows.first(_first_row), reset=True)
    found = rows.add_up(partial(_census, model))
    model._note_classes(found.labels)
    batch = rows.prepared(partial(_counted, model, found.dtype, found.heaviest))
    return batch, zeros(model.n_features_in_, *batch.first(_outputs), dtype=found.dtype)


class _Census(NamedTuple):
    """What has to be known of all blocks before the first sum: the heaviest weight, the labels, the dtype."""

    heaviest: float
    labels: np.ndarray
    dtype: np.dtype

    def __add__(self, other):
        heaviest, dtype = max(self.heaviest, other.heaviest), np.promote_types(self.dtype, other.dtype)
        return _Census(heaviest, np.union1d(self.labels, other.labels), dtype)


def _first_row(block):
    """Return the first row of X, None where a block is empty."""
    if not isinstance(block, (tuple, list)) or len(block) not in (2, 3):
        raise TypeError(f"the block is {brief(block)}; expected (X, y) or (X, y, sample_weight)")
    return block[0][:1] if len(block[0]) else None


def _census(estimator, block):
    """Return the census of one block, checked; None where no row of it counts."""
    if _first_row(block) is None or (len(block) == 3 and not np.any(real_array("sample_weight", block[2]))):
        return None
    X, y, sample_weight = estimator._rows(*block, first=False)
    heaviest = 1.0 if sample_weight is None else float(np.max(block[2]))
    return _Census(heaviest, np.unique(y) if is_classifier(estimator) else y[:0], X.dtype)


def _counted(estimator, dtype, heaviest, block):
    """Return a block that has passed the census as a batch; None where no row of it counts."""
    X, y, *weights = block
    if len(X) == 0:
        return None
    s = np.asarray(weights[0] if weights else np.ones(len(X))) / heaviest  # only the ratios matter
    X, y = np.asarray(X), estimator._read(y)
    if not s.all():
        X, y, s = X[s > 0], y[s > 0], s[s > 0]
    if len(X) == 0:
        return None
    batch = (X.astype(dtype, copy=False), estimator._encode(y, dtype))
    return batch if (s == 1).all() else (*batch, s)


def _outputs(batch):
    return batch[1].shape[1:]
