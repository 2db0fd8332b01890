"""Rows past memory: what is learned of them are sums, and sums are added up block by block.

A pass reads one block after the other, and forgets each but for its sums. So rows may be
any number of times larger than memory: a memory-mapped file, a folder of files, a
database. A run of hours may be interrupted: a checkpoint keeps the sums of the passes that
are done, and a solver that asks for them again, in the same order, is answered from there.
"""

import hashlib
import operator
import os
import pickle
import tempfile
import time
import zlib
from collections.abc import Iterable
from copy import copy
from functools import cached_property, reduce
from itertools import chain
from pathlib import Path

import numpy as np

from .blocks import batch_total
from .checks import brief, instance, same_rows

# A slice of a large array of about this many bytes is one block.
SLICE_BYTES = 1 << 26
# A checkpoint is no older than this, also where the power fails.
SAVE_EVERY_SECONDS = 60


class Rows:
    """Rows that lie elsewhere, known by sums over their blocks. A subclass says where: `_results`."""

    def __init__(self, checkpoint=None, progress=False):
        self.checkpoint = checkpoint if checkpoint is None else _writable(checkpoint)
        self.progress, self._bar = progress, _progress_bar() if progress else None
        self._memory, self._prepare, self._passes = None, None, 0

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        if self._memory is not None:
            self._memory.save()

    @cached_property
    def total(self):
        """Σ s over all rows."""
        return self.add_up(batch_total)

    def add_up(self, f, add=operator.add):
        """Return the sum of f(block) over all blocks, added in their order.

        Parameters
        ----------
        f : (X, y) or (X, y, sample_weight) -> what `add` can add, or None for nothing
        add : (sum, sum) -> sum

        Returns
        -------
        sum : as f returns
        """
        if self._memory is None:
            return self._sum(f, add)
        return self._memory.recall(f, lambda: self._sum(f, add))

    def _sum(self, f, add):
        self._passes += 1
        results = self._results(f)
        if self.progress:
            results = self._bar(
                results, desc=f"Pass {self._passes}", total=len(self), unit="block", leave=False
            )
        results = (result for result in results if result is not None)
        return reduce(add, results, self._first_of(results))

    def first(self, f):
        """Return f of the first block of which f is not None."""
        return self._first_of(result for result in self._results(f) if result is not None)

    def _first_of(self, results):
        for result in results:
            return result
        raise ValueError("the blocks hold no row that counts; expected at least one (X, y) with rows")

    def prepared(self, prepare):
        """Return these rows with `prepare` between a block and what is summed: batch -> batch or None."""
        rows = copy(self)
        rows._prepare = prepare
        if self.checkpoint is not None:
            self._memory = rows._memory = Checkpoint(self.checkpoint, rows._sum(_checksums, operator.add))
        return rows


class OutOfCore(Rows):
    """Rows in blocks that needn't fit into memory together: hand them to `fit`.

    Parameters
    ----------
    X : iterable of (X, y) or (X, y, sample_weight), begun anew by each pass; or all rows
        A list, or an object whose `__iter__` reads the blocks one by one. With y: an array,
        as `np.load(path, mmap_mode="r")` gives it, or whatever has a length and gives
        slices of rows, such as a data set of h5py.
    y, sample_weight : (n_samples,), optional
    checkpoint : path, optional
        Where the sums of finished passes are kept, as a pickle: open no stranger's. A run that was
        interrupted goes on from there, to the same result. To begin anew, delete the file.
    progress : bool
        Show a bar for each pass. Needs tqdm.

    Raises
    ------
    TypeError, ValueError
        An iterator, which could be read but once; rows that don't match; a checkpoint's
        folder that isn't there.

    Examples
    --------
    >>> from sevensteps import LinearRegression
    >>> blocks = [([[-1.0], [0.0]], [-1.0, 2.0]), ([[1.0]], [5.0])]  # y = 2 + 3x
    >>> LinearRegression(solver="newton").fit(OutOfCore(blocks)).coef_
    array([3.])
    """

    def __init__(self, X, y=None, sample_weight=None, *, checkpoint=None, progress=False):
        super().__init__(checkpoint, progress)
        if y is None:
            instance("X", X, Iterable, "blocks (X, y) to go through, or all rows and y")
            if iter(X) is X:
                raise TypeError(
                    f"X is {brief(X)}, which can be read once, and a fit reads all rows many times; expected"
                    " a list of blocks (X, y), or an object whose __iter__ begins anew"
                )
        self.blocks = X if y is None else _Slices(X, y, sample_weight)

    def __len__(self):
        """Return the number of blocks, as far as is known."""
        return operator.length_hint(self.blocks)

    def _results(self, f):
        for i, block in enumerate(self.blocks):
            yield in_block(i, block, f, self._prepare)


class _Slices:
    def __init__(self, *parts):
        self.parts = [part for part in parts if part is not None]
        for name, part in zip(("y", "sample_weight"), self.parts[1:], strict=False):
            same_rows("X", self.parts[0], name, part)
        self.step = max(1, SLICE_BYTES // max(1, np.asarray(self.parts[0][:1]).nbytes))

    def __len__(self):
        return -(-len(self.parts[0]) // self.step)

    def __iter__(self):
        for start in range(0, len(self.parts[0]), self.step):
            yield tuple(part[start : start + self.step] for part in self.parts)


def in_block(i, block, f, prepare):
    """Return f of a block, prepared; an error says in which block it was."""
    try:
        batch = block if prepare is None else prepare(block)
        return None if batch is None else f(batch)
    except Exception as error:
        error.add_note(f"In block {i} of the rows.")
        raise


class Checkpoint:
    """The sums over all rows that have been asked for, by what was asked, in a file."""

    def __init__(self, path, data):
        self.path, self.data, self.sums = path, data, {}
        if path.exists():
            try:
                data, self.sums = pickle.loads(path.read_bytes())
            except Exception as error:
                raise ValueError(f"checkpoint is {str(path)!r}, which holds no checkpoint") from error
            if data != self.data:
                raise ValueError(
                    f"checkpoint is {str(path)!r}, which is of other rows; expected that of these rows, in"
                    " the same blocks, or a path where there is none"
                )
        self.save()

    def recall(self, f, compute):
        """Return the sum of f, from the file if it is there."""
        question = _digest(f)
        if question not in self.sums:
            self.sums[question] = compute()
            if time.monotonic() >= self._due:
                self.save()
        return self.sums[question]

    def save(self):
        """Write the file whole: under another name, which then takes the place of the old one."""
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=f"{self.path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                pickle.dump((self.data, self.sums), file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self.path)
        finally:
            Path(name).unlink(missing_ok=True)
        self._due = time.monotonic() + SAVE_EVERY_SECONDS


def _digest(f):
    """Return what is asked: the name of a function, and the bytes of its arguments."""
    digest = hashlib.sha256(getattr(f, "func", f).__name__.encode())
    arguments = getattr(f, "args", ())
    for part in chain.from_iterable(each if isinstance(each, tuple) else (each,) for each in arguments):
        digest.update(np.asarray(getattr(part, "__name__", part)).tobytes())
    return digest.hexdigest()


def _checksums(batch):
    """Return one number for each part of a block, as a tuple: tuples of blocks add up."""
    return tuple(zlib.crc32(np.ascontiguousarray(part)) for part in batch)


def _writable(checkpoint):
    path = Path(checkpoint).absolute()
    if not path.parent.is_dir():
        raise ValueError(f"checkpoint is {str(checkpoint)!r}; expected a path in a folder that is there")
    return path


def _progress_bar():
    try:
        from tqdm import tqdm
    except ImportError as error:
        raise ImportError("progress=True shows a bar of tqdm: pip install tqdm") from error
    return tqdm
