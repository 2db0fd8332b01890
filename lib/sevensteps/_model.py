"""What the three estimators share: the seven steps, as a model that scikit-learn can use."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from ._elsewhere import rows_elsewhere, start_elsewhere
from ._inputs import random_generator, refuse_overflow, table
from ._reports import complain, ten_lines
from .blocks import checked_weights, mini_batches
from .checks import number, same_rows
from .convergence import gradient_norm, smoothness
from .gradients import value_and_grad
from .initialization import Parameters, zeros
from .logits import logits
from .solvers import hessian, lbfgs, newton
from .training import train
from .updates import gradient_descent


class Model(BaseEstimator):
    """A model's training. A subclass adds `_loss`, and how y is read and parameters are kept."""

    def __init__(
        self,
        learning_rate=None,
        epochs=1000,
        batch_size=None,
        l2=0.0,
        tol=1e-4,
        random_state=None,
        solver="gradient_descent",
        verbose=False,
    ):
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.l2 = l2
        self.tol = tol
        self.random_state = random_state
        self.solver = solver
        self.verbose = verbose

    def fit(self, X, y=None, sample_weight=None):
        """Train from zeros, until the gradient is small enough or all epochs have run.

        Parameters
        ----------
        X : (n_samples, n_features), or rows in blocks
            A memory-mapped array is read in blocks, and never copied. A Dask array stays on its
            workers. Without y: an iterable of blocks (X, y) or (X, y, sample_weight), a list of
            such that are delayed, `OutOfCore` or `Distributed`.
        y : (n_samples,)
        sample_weight : (n_samples,), optional
            How many times each row counts; with 0 it might as well not be there.

        Returns
        -------
        self

        Raises
        ------
        DivergenceError
            The loss grew instead of falling.
        TypeError, ValueError
            Data, or parameters of the model, that can't be used, naming what is wrong.
        """
        # A fit that is broken off must not leave old weights beside new classes.
        self.__dict__ = {name: value for name, value in vars(self).items() if not name.endswith("_")}
        rows = rows_elsewhere(X, y, sample_weight, self.batch_size)
        if rows is None:
            X, y, sample_weight = self._rows(X, y, sample_weight, first=True)
            self._note_classes(y)
            return self._train(*self._start(X, y, sample_weight))
        with rows:
            return self._train(*start_elsewhere(self, rows))

    def _train(self, batch, params):
        dtype = params.weights.dtype
        objective = value_and_grad(self._loss, self.l2).unchecked  # steps 2, 3, 4 and 5
        params, history = self._minimize(objective, params, batch)  # steps 6 and 7
        self.converged_ = history.stopped_by == "gradient_norm"
        if not self.converged_:
            complain(self, history)
        self._keep(params, dtype)
        self.loss_curve_, self.n_iter_ = history.losses, len(history.losses)
        return self

    def _partial_fit(self, X, y, sample_weight):
        """Take one step of gradient descent from where the last one ended."""
        if self.solver != "gradient_descent":
            raise ValueError(f"solver is {self.solver!r}; expected 'gradient_descent' for partial_fit")
        first = not hasattr(self, "coef_")
        X, y, sample_weight = self._rows(X, y, sample_weight, first=first)
        batch, params = self._start(X, y, sample_weight)
        if not first:
            pairs = zip((self.coef_.T, self.intercept_), params, strict=True)
            params = Parameters(*(np.reshape(old, new.shape).astype(X.dtype) for old, new in pairs))
        objective = value_and_grad(self._loss, self.l2).unchecked
        params, history = train(objective, params, [batch], gradient_descent(self._rate(batch)), epochs=1)
        self._keep(params, X.dtype)
        self.loss_curve_ = [] if first else self.loss_curve_
        self.loss_curve_ += history.losses  # in place: a stream may be long
        self.n_iter_, self.converged_ = len(self.loss_curve_), False
        return self

    def _rows(self, X, y, sample_weight=None, *, first):
        """Return the rows that count, checked."""
        X, y = table(self, X, y, reset=first, finite=False), self._read(y)
        refuse_overflow("X", X, X.dtype)
        same_rows("X", X, "y", y)
        if sample_weight is not None:
            sample_weight = checked_weights(X, sample_weight)
            sample_weight = sample_weight / sample_weight.max()  # only the ratios matter
            if not sample_weight.all():
                X, y, sample_weight = (part[sample_weight > 0] for part in (X, y, sample_weight))
        return X, y, sample_weight

    def _start(self, X, y, sample_weight):
        """Return the batch of all rows, with y as the loss takes it, and zeros to start from."""
        y = self._encode(y, X.dtype)
        batch = (X, y) if sample_weight is None else (X, y, sample_weight)
        return batch, zeros(X.shape[1], *y.shape[1:], dtype=X.dtype)

    def _minimize(self, objective, params, batch):
        run = {"epochs": self.epochs, "stop": [gradient_norm(self.tol)]}
        if self.verbose:
            run["stop"].append(ten_lines(self.epochs))
        rng = random_generator("random_state", self.random_state)
        if self.solver == "gradient_descent":
            batches = [batch]
            if self.batch_size is not None:
                batches = mini_batches(*batch, batch_size=self.batch_size, rng=rng)
            optimizer = gradient_descent(self._rate(batch, self.batch_size))
            return train(objective, params, batches, optimizer, **run)
        if self.solver not in ("lbfgs", "newton"):
            raise ValueError(f"solver is {self.solver!r}; expected 'gradient_descent', 'lbfgs' or 'newton'")
        for name in ("learning_rate", "batch_size"):
            if getattr(self, name) is not None:
                raise ValueError(
                    f"{name} is {getattr(self, name)!r}; expected None, as {self.solver!r} has no use for it"
                )
        if self.solver == "lbfgs":
            return lbfgs(objective, params, batch, **run)
        return self._newton(objective, params, batch, run)

    def _newton(self, objective, params, batch, run):
        return newton(objective, hessian(self._loss, self.l2).unchecked, params, batch, **run)

    def _rate(self, batch, batch_size=None):
        """Return the learning rate, by default 1 / smoothness: half of that up to which the loss falls."""
        if self.learning_rate is not None:
            return number("learning_rate", self.learning_rate, above=0)
        curvature = smoothness.unchecked(self._loss, batch, l2=self.l2)
        if batch_size is not None:
            # Small batches can be steeper than all rows together. Over the batches of b of n rows
            # the mean of H² is at most this many times the mean of H, the Hessian of a parabola.
            X = batch[0]
            n, b = len(X), min(batch_size, len(X))
            steepest = self._loss.curvature * (1 + float(np.vecdot(X, X).max())) + self.l2
            curvature += (steepest - curvature) * (n - b) / (b * max(1, n - 1))
        return 1 / curvature

    def _z(self, X):
        """Return z = X w + b for any rows: step 2 with the parameters that were found."""
        check_is_fitted(self, "coef_")
        X = table(self, X, reset=False)
        with np.errstate(over="ignore", invalid="ignore"):
            z = logits(X, self.coef_.T, np.asarray(self.intercept_, self.coef_.dtype))
        if not np.isfinite(z).all():
            raise ValueError(
                f"X has values up to {np.abs(X).max():.3g} in size; expected smaller ones, as X w + b"
                f" overflows {z.dtype}"
            )
        return z
