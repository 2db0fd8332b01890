"""The loop: steps 2 to 7 over and over, whatever the model, the data and the optimizer.

The loop doesn't know what a batch is. All rows, a shuffled slice or the next part of a
stream differ only in what `batches` yields.

Examples
--------
>>> from sevensteps import SQUARED_ERROR, full_batch, gradient_descent, value_and_grad, zeros
>>> objective, batches = value_and_grad(SQUARED_ERROR), full_batch([[1.0], [-1.0]], [3.0, -3.0])
>>> params, history = train(objective, zeros(1), batches, gradient_descent(0.25), epochs=2)
>>> params.weights, history.losses  # each step halves the way to 3
(array([2.25]), [9.0, 2.25])
"""

import itertools
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from .blocks import batch_total
from .checks import count, instance
from .convergence import History
from .updates import Optimizer, apply_updates


def train(value_and_grad, params, batches, optimizer, *, epochs=1000, stop=()):
    """Descend from `params` and return where the descent ended, with its record.

    Parameters
    ----------
    value_and_grad : (params, batch) -> (loss, grad)
    params : Parameters, or another named tuple of arrays
    batches : iterable of (X, y) or (X, y, sample_weight)
        Once through is an epoch. A generator is a stream, read once: it gives one epoch.
    optimizer : Optimizer
    epochs : int
        The most that are run.
    stop : sequence of rules
        Asked once an epoch, before its last update: the parameters returned satisfy them.

    Returns
    -------
    params, history

    Raises
    ------
    DivergenceError
        The loss became nan or infinite.
    TypeError, ValueError
        Arguments of another kind, no batch at all, data that don't fit: each row is
        checked when it first comes.
    """
    instance("value_and_grad", value_and_grad, Callable, "a function (params, batch) -> (loss, grad)")
    instance("batches", batches, Iterable, "batches to go through, such as full_batch(X, y)")
    instance("optimizer", optimizer, Optimizer, "an Optimizer, such as gradient_descent(0.1)")
    instance("stop", stop, Sequence, "a list of rules, such as [gradient_norm()]")
    epochs = count("epochs", epochs)
    history, state = History(), optimizer.init(params)
    evaluate = value_and_grad
    # A run that overflows ends in DivergenceError, which says more than NumPy's warnings.
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(epochs):
            before = history.iterations
            for batch, is_last in _mark_last(batches):
                loss, grad = evaluate(params, batch)  # steps 2, 3, 4 and 5
                history.record(loss, grad, batch_total(batch))
                if is_last and history.end_epoch(stop, params):  # step 7
                    return params, history
                updates, state = optimizer.update(grad, state)  # step 6
                params = apply_updates(params, updates)
            if history.iterations == before:
                break  # a stream that has run dry
            # From the second epoch on the rows are known: no check in the loop.
            evaluate = getattr(value_and_grad, "unchecked", value_and_grad)
    if not history.losses:
        raise ValueError("batches is empty; expected at least one batch (X, y)")
    return params, history


def _mark_last(batches):
    """Yield (batch, is_last), one batch behind: an epoch's end is known before its last update."""
    batches = iter(batches)
    for batch in itertools.islice(batches, 1):
        for following in batches:
            yield batch, False
            batch = following
        yield batch, True
