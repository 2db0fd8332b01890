"""The three models as scikit-learn estimators.

They are trained by the same seven steps, which `_model` puts together, and differ in the
loss: in what y holds, and in what is predicted from z = X w + b.
"""

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin

from ._inputs import labels, refuse_overflow, targets
from ._model import Model
from .activations import sigmoid, softmax
from .closed_form import in_one_step
from .losses import BINARY_CROSS_ENTROPY, CATEGORICAL_CROSS_ENTROPY, SQUARED_ERROR


class LinearRegression(RegressorMixin, Model):
    """Predict values, ŷ = X w + b, with the least mean squared error.

    Parameters
    ----------
    learning_rate : float, optional
        By default 1 / `smoothness`, that of a typical mini-batch where there are some.
    epochs : int
        The most that are run.
    batch_size : int, optional
        Rows in a mini-batch, by default all.
    l2 : float
        λ in L + (λ/2)‖w‖².
    tol : float
        The run has converged where no entry of the gradient is larger.
    random_state : int or numpy.random.Generator, optional
        Orders the mini-batches.
    solver : "gradient_descent", "lbfgs" or "newton", which is here the closed form
    verbose : bool
        Print the loss ten times.

    Attributes
    ----------
    coef_, intercept_ : (n_features,), float
    loss_curve_, n_iter_, converged_ : list, int, bool
        The loss before each epoch, the number of epochs, and whether `tol` was reached.
    """

    _loss = SQUARED_ERROR

    def partial_fit(self, X, y, sample_weight=None):
        """Take one step of gradient descent on these rows.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`.

        Returns
        -------
        self

        Raises
        ------
        TypeError, ValueError
            As `fit`; another solver than gradient descent.
        """
        return self._partial_fit(X, y, sample_weight)

    def predict(self, X):
        """Return ŷ = X w + b.

        Parameters
        ----------
        X : (n_samples, n_features)

        Returns
        -------
        y_pred : (n_samples,)

        Raises
        ------
        TypeError, ValueError
            Not fitted, or X is not of the kind that was learned from.
        """
        return self._z(X)

    def _read(self, y):
        return targets(y)

    def _note_classes(self, y):
        """Values have none."""

    def _encode(self, y, dtype):
        refuse_overflow("y", y, dtype)
        return y

    def _newton(self, objective, params, batch, run):
        return in_one_step(objective, params, batch, l2=self.l2, **run)

    def _keep(self, params, dtype):
        self.coef_, self.intercept_ = params.weights.astype(dtype, copy=False), float(params.bias)


class _Classifier(ClassifierMixin, Model):
    """What the two classifications share: labels."""

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Take one step of gradient descent on these rows.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`.
        classes : array_like
            All labels there are, at the first call: these rows may lack some.

        Returns
        -------
        self

        Raises
        ------
        TypeError, ValueError
            As `fit`; no classes at first, or others later; another solver than gradient
            descent.
        """
        first = not hasattr(self, "coef_")
        if classes is not None:
            classes = np.unique(labels("classes", classes))
            if not first and not np.array_equal(classes, self.classes_):
                raise ValueError(f"classes is {classes}; expected {self.classes_} as before")
            self._set_classes("classes", classes)
        elif first:
            raise ValueError("classes is None; expected all labels at the first call of partial_fit")
        return self._partial_fit(X, y, sample_weight)

    def predict(self, X):
        """Return the most probable label of each row.

        Parameters
        ----------
        X : (n_samples, n_features)

        Returns
        -------
        (n_samples,) of labels from `classes_`

        Raises
        ------
        TypeError, ValueError
            Not fitted, or X is not of the kind that was learned from.
        """
        z = self.decision_function(X)
        return self.classes_[(z > 0).astype(int) if z.ndim == 1 else z.argmax(axis=1)]

    def _read(self, y):
        return labels("y", y)

    def _note_classes(self, y):
        self._set_classes("y", np.unique(y))

    def _set_classes(self, name, classes):
        if len(classes) < 2:
            raise ValueError(f"{name} holds {len(classes)} class {classes}; expected two or more")
        self.classes_ = classes

    def _encode(self, y, dtype):
        return self._one_hot(y).astype(dtype)

    def _one_hot(self, y):
        one_hot = y[:, None] == self.classes_
        if np.count_nonzero(one_hot) < len(y):
            unknown = y[~one_hot.any(axis=1)].tolist()[0]
            raise ValueError(f"y holds {unknown!r}; expected one of the classes {self.classes_}")
        return one_hot

    def _keep(self, params, dtype):
        self.coef_ = np.atleast_2d(params.weights.T).astype(dtype, copy=False)
        self.intercept_ = np.atleast_1d(params.bias).astype(dtype, copy=False)


class LogisticRegression(_Classifier):
    """Predict the probability of the second of two classes, σ(X w + b), with the least cross-entropy.

    Parameters
    ----------
    learning_rate, epochs, batch_size, l2, tol, random_state, solver, verbose
        As in `LinearRegression`; "newton" takes several steps.

    Attributes
    ----------
    classes_ : (2,)
        The labels, sorted.
    coef_, intercept_ : (1, n_features), (1,)
    loss_curve_, n_iter_, converged_
        As in `LinearRegression`.
    """

    _loss = BINARY_CROSS_ENTROPY

    def decision_function(self, X):
        """Return the logits z = X w + b, the log-odds of the second class.

        Parameters
        ----------
        X : (n_samples, n_features)

        Returns
        -------
        z : (n_samples,)

        Raises
        ------
        TypeError, ValueError
            Not fitted, or X is not of the kind that was learned from.
        """
        return self._z(X)[:, 0]

    def predict_proba(self, X):
        """Return the probabilities of the two classes, σ(−z) and σ(z).

        Parameters
        ----------
        X : (n_samples, n_features)

        Returns
        -------
        (n_samples, 2)

        Raises
        ------
        TypeError, ValueError
            Not fitted, or X is not of the kind that was learned from.
        """
        z = self._z(X)
        return sigmoid(np.hstack([-z, z]))

    def _set_classes(self, name, classes):
        if len(classes) > 2:
            raise ValueError(
                f"Only binary classification is supported. {name} holds {len(classes)} classes; expected"
                " 2. For more there is SoftmaxRegression"
            )
        super()._set_classes(name, classes)

    def _encode(self, y, dtype):
        return self._one_hot(y)[:, 1].astype(dtype)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


class SoftmaxRegression(_Classifier):
    """Predict the probability of each of k classes, softmax(X w + b), with the least cross-entropy.

    Parameters
    ----------
    learning_rate, epochs, batch_size, l2, tol, random_state, solver, verbose
        As in `LinearRegression`; "newton" takes several steps.

    Attributes
    ----------
    classes_ : (k,)
        The labels, sorted.
    coef_, intercept_ : (k, n_features), (k,)
    loss_curve_, n_iter_, converged_
        As in `LinearRegression`.
    """

    _loss = CATEGORICAL_CROSS_ENTROPY

    def decision_function(self, X):
        """Return the logits z = X w + b; for two classes z₂ − z₁, the log-odds of the second.

        Parameters
        ----------
        X : (n_samples, n_features)

        Returns
        -------
        z : (n_samples, k), or (n_samples,) for two classes

        Raises
        ------
        TypeError, ValueError
            Not fitted, or X is not of the kind that was learned from.
        """
        z = self._z(X)
        return z[:, 1] - z[:, 0] if len(self.classes_) == 2 else z

    def predict_proba(self, X):
        """Return the probabilities of the classes, softmax(z).

        Parameters
        ----------
        X : (n_samples, n_features)

        Returns
        -------
        (n_samples, k)

        Raises
        ------
        TypeError, ValueError
            Not fitted, or X is not of the kind that was learned from.
        """
        return softmax(self._z(X))
