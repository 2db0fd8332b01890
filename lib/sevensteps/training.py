"""The loop: steps 2 to 7 over and over, whatever the model, the data and the optimizer.

The loop doesn't know what a batch is. All rows, a shuffled slice or the next part of a
stream differ only in what `batches` yields.
"""

import itertools

import numpy as np

from .blocks import batch_total
from .checks import count
from .convergence import History
from .updates import apply_updates


def train(value_and_grad, params, batches, optimizer, *, epochs=1000, stop=()):
    """Descend from `params` and return where the descent ended, with its record.

    Parameters
    ----------
    value_and_grad : (params, batch) -> (loss, grad)
        What to minimize; see `gradients.value_and_grad`.
    params : Parameters
        Step 1.
    batches : iterable of (X, y) or (X, y, sample_weight)
        Once through is an epoch: `full_batch`, `mini_batches`, or any list; a generator
        is a stream, read once.
    optimizer : Optimizer
    epochs : int
        The most that are run.
    stop : sequence of rules
        Asked once an epoch, before its last update, so that the parameters returned are
        those that satisfied it.

    Returns
    -------
    params, history : Parameters, History

    Raises
    ------
    DivergenceError
        The loss became nan or infinite; with advice.
    TypeError, ValueError
        `epochs` out of range, no batch at all, data that don't fit: each row is checked
        when it first comes.
    """
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
