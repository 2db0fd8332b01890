"""The closed form: where the loss is the squared error, no descent is needed.

The squared error is a parabola in the parameters, so its lowest point solves a system of
linear equations. Which equations, and how they are solved, decides how many digits of
the solution are right: columns are centred and scaled first, and where they are close to
dependent the products of columns, which square the condition number, are avoided.
"""

import warnings
from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.linalg import LinAlgWarning, cho_factor, cho_solve

from .blocks import add_up, checked_rows, over
from .checks import count, number
from .convergence import History
from .initialization import Parameters
from .losses import SQUARED_ERROR

EPS = float(np.finfo(np.float64).eps)
# Up to this condition number of XᵀX the normal equations keep about ten of sixteen digits.
CHOLESKY_UP_TO = 1e6
# From this condition number of X on, no method keeps more than about four.
NO_TRUST_FROM = 1e12


class Moments(NamedTuple):
    """Σ s, the means m = Σ s r / Σ s of rows r, and the products about them, Σ s (r − m)(r − m)ᵀ."""

    total: float
    means: np.ndarray
    products: np.ndarray

    def __add__(self, other):
        # Chan, Golub and LeVeque (1983): the means of two groups of rows, and what lies between them.
        total = self.total + other.total
        share = other.total / total if total else 0.0
        apart = other.means - self.means
        between = self.total * share * np.outer(apart, apart)
        return Moments(total, self.means + share * apart, self.products + other.products + between)


def least_squares(X, y, sample_weight=None, *, l2=0.0):
    """Return the parameters with the least (1/Σs) Σ s_i (ŷ_i − y_i)² + (l2/2) ‖w‖².

    Solves (XᵀX + D) w = Xᵀy, D from the penalty, columns centred and scaled: by Cholesky's factors
    where the condition number allows it, elsewhere by a QR factorization of X.

    Parameters
    ----------
    X, y, sample_weight : as in `full_batch`
    l2 : float, at least 0

    Returns
    -------
    Parameters
        In float64. Of many the shortest, measured in spreads of the columns; a LinAlgWarning says
        that there are many, or nearly so.

    Raises
    ------
    TypeError, ValueError
        As `full_batch`; several columns of y; a negative l2.

    Examples
    --------
    >>> least_squares([[-1.0], [1.0]], [1.0, 5.0])  # y = 3 + 2x
    Parameters(weights=array([2.]), bias=array(3.))
    """
    X, y, sample_weight = checked_rows(X, y, sample_weight)
    SQUARED_ERROR.check_labels(y)
    batch = (X, y) if sample_weight is None else (X, y, sample_weight)
    return unchecked_least_squares(batch, l2=number("l2", l2, at_least=0))


def unchecked_least_squares(batch, *, l2):
    """Return what `least_squares` does, for a batch that has been checked."""
    moments = over(batch, _moments_of_batch)
    means = moments.means[:-1]
    # Rounding may leave of a constant column something below 0, or next to nothing: no column.
    spread = np.sqrt(np.maximum(np.diag(moments.products)[:-1], 0))
    constant = spread <= 10 * EPS * np.sqrt(moments.total) * np.abs(means)
    unit = np.divide(1, spread, out=np.zeros_like(spread), where=~constant)
    penalty = moments.total * l2 / 2 * unit**2 + constant

    gram = unit[:, None] * moments.products[:-1, :-1] * unit + np.diag(penalty)
    curvature = np.linalg.eigvalsh(gram)
    if curvature[-1] < CHOLESKY_UP_TO * curvature[0]:
        weights = cho_solve(cho_factor(gram), unit * moments.products[:-1, -1])
    else:
        centre, scale = moments.means, np.append(unit, 1)
        triangle = over(batch, partial(_triangle_of_batch, centre, scale), add=_stack)
        weights = _from_triangle(triangle, penalty)
    weights = unit * weights
    return Parameters(weights, np.asarray(moments.means[-1] - means @ weights))


def in_one_step(value_and_grad, params, batch, *, l2, epochs, stop):
    """Return what a solver returns, the parameters and the record of the run. Unchecked rows.

    The second entry of the record is of the lowest point, to which one step leads.
    """
    history = History()
    for step in range(min(count("epochs", epochs), 2)):
        history.record(*value_and_grad(params, batch))
        if history.end_epoch(stop, params) or step == 1:
            break
        params = unchecked_least_squares(batch, l2=l2)
    return params, history


def _moments_of_batch(batch):
    return add_up(lambda rows: _moments(*_columns(batch, rows)), batch[0])


def _triangle_of_batch(centre, scale, batch):
    return add_up(lambda rows: _triangle(*_columns(batch, rows), centre, scale), batch[0], add=_stack)


def _columns(batch, rows):
    """Return some rows of X and y side by side, and their weights or None."""
    X, y, *s = (part[rows] for part in batch)
    block = np.column_stack([X, y]).astype(np.float64, copy=False)
    return block, s[0].astype(np.float64) if s else None


def _moments(block, s):
    """Return the moments of some rows. Overwrites the block."""
    weight = np.ones(len(block)) if s is None else s
    total = float(weight.sum())
    share = weight / (total or 1.0)
    means = share @ block
    block -= means
    # What rounding has left of the means.
    rest = share @ block
    if s is not None:
        block *= np.sqrt(s)[:, None]
    return Moments(total, means + rest, block.T @ block - total * np.outer(rest, rest))


def _triangle(block, s, centre, scale):
    """Return R of A = QR, where A are some rows, centred and scaled. Overwrites the block."""
    block -= centre
    block *= scale
    if s is not None:
        block *= np.sqrt(s)[:, None]
    return np.linalg.qr(block, mode="r")


def _stack(above, below):
    """Return R of two R one above the other: that of all their rows."""
    return np.linalg.qr(np.vstack([above, below]), mode="r")


def _from_triangle(R, penalty):
    """Return the shortest w with the least ‖R₁ w − r₂‖² + Σ penalty w², where R = [R₁ r₂]."""
    rows = np.vstack([R, np.column_stack([np.diag(np.sqrt(penalty)), np.zeros(len(penalty))])])
    weights, _, rank, singular = np.linalg.lstsq(rows[:, :-1], rows[:, -1])
    if singular[0] > NO_TRUST_FROM * singular[-1]:
        warnings.warn(
            f"The columns of X are close to dependent, rank {rank} of {len(weights)}: rounding decides on the"
            " coefficients. Leave out columns that others add up to, or take l2 above 0",
            LinAlgWarning,
            stacklevel=4,  # who called least_squares
        )
    return weights
