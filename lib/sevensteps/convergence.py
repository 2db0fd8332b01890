"""Step 7: when to stop, and what is known of a run that has stopped.

A stopping rule is a function of the record so far; it is asked once an epoch, before
the epoch's last update.
"""

import numpy as np

from .blocks import add_up, batch_total, checked_weights, over
from .checks import count, instance, labels, number, real_array, same_rows
from .losses import Loss


class DivergenceError(ArithmeticError):
    """The loss is no longer a finite number: the steps were too long."""


class History:
    """The record of a run, one entry an epoch.

    Attributes
    ----------
    losses : list of float
        Entry i is the loss before the update of epoch i; with mini-batches the mean over
        the epoch.
    gradient_norms : list of float
        The largest absolute entry of the gradient there; with mini-batches of the
        epoch's mean gradient.
    validation_losses : list of float
        The loss on validation rows, where a rule computes it.
    iterations : int
        How many gradients were computed.
    stopped_by : str or None
        The name of the rule that ended the run; None where all epochs ran.
    """

    def __init__(self):
        self.losses, self.gradient_norms, self.validation_losses = [], [], []
        self.iterations, self.stopped_by = 0, None
        self._weight, self._loss, self._grad = 0.0, 0.0, None

    def record(self, loss, grad, weight=1.0):
        """Add one batch to the epoch's means.

        Raises
        ------
        DivergenceError
            The loss is nan or infinite.
        """
        if not np.isfinite(loss):
            raise DivergenceError(
                f"the loss is {loss} in epoch {len(self.losses)} (iteration"
                f" {self.iterations}): the run diverged."
                " Lower the learning rate: below 2 / smoothness(X, loss, l2=l2) gradient descent on"
                " all rows can't diverge. If the first loss is already not finite, look at the"
                " starting parameters."
            )
        self.iterations += 1
        self._weight += weight
        # A running mean: the mean of one batch is that batch's loss to the last bit.
        share = weight / self._weight
        self._loss += share * (loss - self._loss)
        old = self._grad or [np.zeros_like(part) for part in grad]
        self._grad = [mean + share * (part - mean) for mean, part in zip(old, grad, strict=True)]

    def end_epoch(self, stop, params):
        """Close the epoch and return whether one of the rules in `stop` says stop."""
        self.losses.append(float(self._loss))
        self.gradient_norms.append(max(float(np.abs(part).max()) for part in self._grad))
        self._weight, self._loss, self._grad = 0.0, 0.0, None
        # Each rule is asked, also after one has said stop: some of them write to the record.
        says_stop = [rule.__name__ for rule in stop if rule(self, params)]
        self.stopped_by = says_stop[0] if says_stop else None
        return bool(says_stop)


def gradient_norm(tol=1e-4):
    """Stop where the ground is level: the largest absolute entry of the gradient is at most `tol`.

    Parameters
    ----------
    tol : float
        At least 0, in units of the loss per unit of the parameter.

    Returns
    -------
    rule : (History, params) -> bool

    Raises
    ------
    TypeError, ValueError
        A tol that is not a finite number of at least 0.

    Examples
    --------
    >>> history = History()
    >>> history.gradient_norms += [0.5, 0.25]
    >>> gradient_norm(0.25)(history, None), gradient_norm(0.2)(history, None)
    (True, False)
    """
    tol = number("tol", tol, at_least=0)

    def gradient_norm(history, params):
        return history.gradient_norms[-1] <= tol

    return gradient_norm


def loss_plateau(tol=1e-6, patience=10):
    """Stop where the loss no longer improves: by no more than `tol` in the last `patience` epochs.

    Parameters
    ----------
    tol : float
        In units of the loss, at least 0.
    patience : int

    Returns
    -------
    rule : (History, params) -> bool

    Raises
    ------
    TypeError, ValueError
        A tol or a patience out of range.

    Examples
    --------
    >>> history = History()
    >>> history.losses += [4.0, 3.0, 2.5, 2.5]  # better by 0.5 in the last two epochs
    >>> loss_plateau(0.5, 2)(history, None), loss_plateau(0.4, 2)(history, None)
    (True, False)
    """
    tol, patience = number("tol", tol, at_least=0), count("patience", patience)

    def loss_plateau(history, params):
        return _stale(history.losses, tol, patience)

    return loss_plateau


def validation_patience(value_and_grad, batch, *, tol=0.0, patience=10):
    """Stop where the loss on rows that are not trained on no longer improves.

    Parameters
    ----------
    value_and_grad : (params, batch) -> (loss, grad)
        Without a penalty: the validation loss judges the predictions alone.
    batch : (X, y) or (X, y, sample_weight)
    tol, patience : as in `loss_plateau`

    Returns
    -------
    rule : (History, params) -> bool
        Writes to `history.validation_losses`.

    Raises
    ------
    TypeError, ValueError
        A tol or a patience out of range; by the rule, what `value_and_grad` raises.

    Examples
    --------
    >>> rule = validation_patience(lambda params, batch: (params, None), None, patience=1)
    >>> history = History()
    >>> [rule(history, loss) for loss in (3.0, 2.0, 2.5)]
    [False, False, True]
    """
    tol, patience = number("tol", tol, at_least=0), count("patience", patience)

    def validation_patience(history, params):
        # The rows are checked when they first come, as in training.
        known = bool(history.validation_losses)
        evaluate = getattr(value_and_grad, "unchecked", value_and_grad) if known else value_and_grad
        history.validation_losses.append(float(evaluate(params, batch)[0]))
        return _stale(history.validation_losses, tol, patience)

    return validation_patience


def _stale(losses, tol, patience):
    # A rule is asked every epoch. Had the best loss come before losses[-patience - 1], it
    # would have said stop already.
    return len(losses) > patience and min(losses[-patience:]) >= losses[-patience - 1] - tol


def smoothness(X, loss, *, l2=0.0, sample_weight=None):
    """Return M, a bound on the curvature of the objective anywhere: c · λmax(X̃ᵀ S X̃ / Σs) + λ.

    X̃ is X with a column of ones, S the weights, c the loss's curvature. Every rate below 2/M descends.

    Parameters
    ----------
    X : (n_samples, n_features)
    loss : Loss
    l2 : float
    sample_weight : (n_samples,), optional

    Returns
    -------
    M : float

    Raises
    ------
    TypeError, ValueError
        Not real finite numbers, a loss that is no Loss, a negative l2, or as `full_batch`.

    Examples
    --------
    >>> from sevensteps import SQUARED_ERROR
    >>> smoothness([[1.0], [-1.0]], SQUARED_ERROR)  # X̃ᵀX̃/2 is the unit matrix, c = 2
    2.0
    """
    X = real_array("X", X, ndim=2)
    instance("loss", loss, Loss, "a Loss, such as SQUARED_ERROR")
    l2 = number("l2", l2, at_least=0)
    # The labels have no part in it: X stands for them.
    batch = (X, X) if sample_weight is None else (X, X, checked_weights(X, sample_weight))
    return smoothness.unchecked(loss, batch, l2=l2)


def _smoothness(loss, batch, *, l2):
    """Return what `smoothness` does, for a batch that has been checked."""
    # AᵀA and AAᵀ share their largest eigenvalue: take the smaller of the two.
    if hasattr(batch, "add_up") or len(batch[0]) > batch[0].shape[1]:
        matrix = over(batch, _gram)
    else:
        block = _rows_with_one(batch, slice(None))
        matrix = block @ block.T
    return float(loss.curvature * np.linalg.eigvalsh(matrix)[-1] / batch_total(batch) + l2)


# For a batch that has been checked.
smoothness.unchecked = _smoothness


def _gram(batch):
    """Return Σ s x̃x̃ᵀ over a batch, block by block."""

    def gram(rows):
        block = _rows_with_one(batch, rows)
        return block.T @ block

    return add_up(gram, batch[0])


def _rows_with_one(batch, rows):
    """Return √s x̃ for some rows, where x̃ is x with a 1."""
    X, _, *s = (part[rows] for part in batch)
    block = np.column_stack([X, np.ones(len(X))])
    if s:
        block *= np.sqrt(s[0][:, None], dtype=np.float64)
    return block


def is_separable(X, y):
    """Return whether a linear rule puts no row on the wrong side, and not all on the line.

    Then a cross-entropy without penalty has no minimum: it falls for ever while the weights
    grow. One class that splits off is enough. Source: Albert and Anderson (1984).

    Parameters
    ----------
    X : (n_samples, n_features)
    y : (n_samples,), labels of any kind

    Returns
    -------
    bool

    Raises
    ------
    TypeError, ValueError
        X is not real and finite, rows that don't match, missing labels, a single class.

    Examples
    --------
    >>> is_separable([[1.0], [2.0], [3.0]], [0, 0, 1]), is_separable([[1.0], [2.0], [3.0]], [0, 1, 0])
    (True, False)
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, kron, vstack

    X = real_array("X", X, ndim=2)
    y = labels("y", y)
    same_rows("X", X, "y", y)
    classes, label = np.unique(y, return_inverse=True)
    k = len(classes)
    if k < 2:
        raise ValueError(f"y has the single class {classes.tolist()[0]!r}; expected two or more")
    # A linear program looks for a v with margins (v_y − v_k)·x̃ ≥ 0 for each row and each
    # other class k, not all 0. Shift and scale change nothing on paper, and much for a
    # solver with a fixed tolerance, 1e-7.
    spread = X.std(axis=0, dtype=np.float64)
    rows = (X - X.mean(axis=0, dtype=np.float64))[:, spread > 0] / spread[spread > 0]
    rows = np.column_stack([rows, np.ones(len(X))])
    eye = np.eye(k)
    margins = []
    for c in range(k):
        others = np.delete(eye[c] - eye, c, axis=0)
        margins.append(kron(csr_array(others), csr_array(rows[label == c])))
    margins = vstack(margins)
    best = linprog(-margins.mean(axis=0), A_ub=-margins, b_ub=np.zeros(margins.shape[0]), bounds=(-1, 1))
    return bool((margins @ best.x).max() > 1e-6)
