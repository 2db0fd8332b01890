"""A hidden layer: the seven steps once more, for a model that makes features of its own.

Between X and the output stands a layer of small models whose results a are the features of
the output. Step 5 goes back through both layers, which is all that backpropagation is.
"""

import operator
from typing import NamedTuple

import numpy as np

from .blocks import add_up, checked_batch
from .checks import count, instance, number
from .initialization import glorot_uniform, he_normal
from .logits import logits
from .losses import Loss

# name: φ, its slope written with a = φ(s), and the start that suits it. All unchecked: a run
# that overflows must come to its loss, which says that it has diverged.
_ACTIVATIONS = {
    "relu": (lambda s: np.maximum(s, 0), lambda a: a > 0, he_normal),
    "tanh": (np.tanh, lambda a: 1 - a * a, glorot_uniform),
}


class MLPParameters(NamedTuple):
    """What a network with one hidden layer learns: a = φ(X W + c) and z = a v + b.

    Attributes
    ----------
    hidden_weights : W, (n_features, n_hidden)
    hidden_bias : c, (n_hidden,)
    weights : v, (n_hidden,) for one output, (n_hidden, k) for k outputs
    bias : b, () or (k,)
    """

    hidden_weights: np.ndarray
    hidden_bias: np.ndarray
    weights: np.ndarray
    bias: np.ndarray


class MLP:
    """A network with one hidden layer: a = φ(X W + c), z = a v + b.

    It holds sizes and functions; the parameters go in and out of its methods, as in the rest
    of the library, so that `train` and every optimizer work on them.

    Parameters
    ----------
    n_features, n_hidden : int
    n_outputs : int, optional
        k for k classes; left out for one output.
    loss : Loss
    activation : "relu" or "tanh"

    Raises
    ------
    TypeError, ValueError
        Sizes that are no whole numbers of at least 1, a loss that is no Loss, another name.

    Examples
    --------
    >>> from sevensteps import SQUARED_ERROR
    >>> model = MLP(1, 2, loss=SQUARED_ERROR)
    >>> absolute = MLPParameters(np.array([[1.0, -1.0]]), np.zeros(2), np.ones(2), np.array(0.0))
    >>> model.logits(absolute, [[-3.0], [2.0]])  # max(x, 0) + max(−x, 0)
    array([3., 2.])
    """

    def __init__(self, n_features, n_hidden, n_outputs=None, *, loss, activation="relu"):
        self.n_features = count("n_features", n_features)
        self.n_hidden = count("n_hidden", n_hidden)
        self.n_outputs = None if n_outputs is None else count("n_outputs", n_outputs)
        self.loss = instance("loss", loss, Loss, "a Loss, such as SQUARED_ERROR")
        if activation not in tuple(_ACTIVATIONS):
            raise ValueError(f"activation is {activation!r}; expected 'relu' or 'tanh'")
        self.activation = activation
        self._activate, self._slope, self._draw = _ACTIVATIONS[activation]
        outputs = () if n_outputs is None else (self.n_outputs,)
        hidden = (self.n_hidden,)
        self._shapes = MLPParameters((self.n_features, *hidden), hidden, (*hidden, *outputs), outputs)

    def initial(self, *, rng, dtype=np.float64):
        """Return random parameters to start from: `he_normal` for ReLU, `glorot_uniform` for tanh.

        Parameters
        ----------
        rng : numpy.random.Generator
        dtype : float32 or float64

        Returns
        -------
        MLPParameters

        Raises
        ------
        TypeError, ValueError
            An rng that is no Generator; another dtype.
        """
        layers = (
            *self._draw(self.n_features, self.n_hidden, rng=rng, dtype=dtype),
            *self._draw(self.n_hidden, self.n_outputs or 1, rng=rng, dtype=dtype),
        )
        return MLPParameters(*map(np.reshape, layers, self._shapes))

    def hidden(self, params, X):
        """Return the hidden values a = φ(X W + c), the features that the output sees.

        Parameters
        ----------
        params : MLPParameters
        X : (n_samples, n_features)

        Returns
        -------
        a : (n_samples, n_hidden)

        Raises
        ------
        TypeError, ValueError
            Parameters that aren't this network's, an X that doesn't fit.
        """
        self._check_params(params)
        return self._activate(logits(X, params.hidden_weights, params.hidden_bias))

    def logits(self, params, X):
        """Return z = φ(X W + c) v + b; the prediction is `loss.activation(z)`.

        Parameters
        ----------
        params : MLPParameters
        X : (n_samples, n_features)

        Returns
        -------
        z : (n_samples,) or (n_samples, k)

        Raises
        ------
        TypeError, ValueError
            As `hidden`.
        """
        return logits(self.hidden(params, X), params.weights, params.bias)

    def value_and_grad(self, l2=0.0):
        """Return what training minimizes: a function f(params, batch) -> (value, grad).

        value = (1/Σs) Σ s_i ℓ_i + (l2/2) (‖W‖² + ‖v‖²); the biases are left out of the penalty.

        Parameters
        ----------
        l2 : float, at least 0

        Returns
        -------
        f : (MLPParameters, (X, y) or (X, y, sample_weight)) -> (float, MLPParameters)
            Checks what comes at each call; `f.unchecked` doesn't.

        Raises
        ------
        TypeError, ValueError
            A negative l2; by f, parameters or a batch that don't fit.
        """
        l2 = number("l2", l2, at_least=0)

        def unchecked(params, batch):
            batch = [np.asarray(part) for part in batch]
            loss, total, *slopes = add_up(
                lambda rows: self._sums(params, *(part[rows] for part in batch)),
                batch[0],
                add=lambda one, other: tuple(map(operator.add, one, other)),
            )
            W, v = params.hidden_weights, params.weights
            value = loss / total + l2 / 2 * float(np.vdot(W, W) + np.vdot(v, v))
            dW, dc, dv, db = (slope / total for slope in slopes)
            return value, MLPParameters(dW + l2 * W, dc, dv + l2 * v, db)

        def checked(params, batch):
            self._check_params(params)
            self._check_batch(batch)
            return unchecked(params, batch)

        checked.unchecked = unchecked
        return checked

    def _sums(self, params, X, y, sample_weight=None):
        """Return Σ s·ℓ, Σ s, and Σ s times the slopes along W, c, v and b, over some rows."""
        W, c, v, b = params
        X, y = X.astype(W.dtype, copy=False), y.astype(W.dtype, copy=False)
        a = self._activate(X @ W + c)
        value, dz = self.loss.value_and_slope(y, a @ v + b)
        total = float(len(X))
        if sample_weight is not None:
            s = sample_weight.astype(W.dtype, copy=False)
            value, dz, total = s * value, (s * dz.T).T, float(s.sum(dtype=np.float64))
        # Columns, also where there is one output.
        da = dz.reshape(len(X), -1) @ v.reshape(len(v), -1).T
        ds = da * self._slope(a)
        # The loss is one number for many rows: it is summed in float64 whatever the dtype.
        return value.sum(dtype=np.float64), total, X.T @ ds, ds.sum(axis=0), a.T @ dz, dz.sum(axis=0)

    def _check_params(self, params):
        instance("params", params, MLPParameters, "MLPParameters, such as model.initial(rng=rng)")
        for name, part, shape in zip(params._fields, params, self._shapes, strict=True):
            # Rows are computed in the dtype of the weights: whole numbers would round X.
            if getattr(part, "dtype", None) not in (np.float32, np.float64):
                what = getattr(part, "dtype", type(part).__name__)
                raise TypeError(f"params.{name} is of type {what}; expected an array of float32 or float64")
            if part.shape != shape:
                raise ValueError(f"params.{name} has shape {part.shape}; expected {shape}")
        if len({part.dtype for part in params}) > 1:
            dtypes = ", ".join(str(part.dtype) for part in params)
            raise TypeError(f"params has parts of type {dtypes}; expected one type")

    def _check_batch(self, batch):
        X, y = checked_batch(self.loss, batch)
        if X.shape[1] != self.n_features:
            raise ValueError(f"X has {X.shape[1]} columns; expected {self.n_features}, one for each feature")
        outputs = self._shapes.bias
        if y.shape[1:] != outputs:
            raise ValueError(
                f"y has shape {y.shape}; expected {(len(y), *outputs)}, as n_outputs is {self.n_outputs}"
            )
