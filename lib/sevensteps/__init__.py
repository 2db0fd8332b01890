"""Seven Steps: how a model is trained, from initialization to convergence, in plain NumPy.

One module a step, in the order of the loop: `initialization`, `logits`, `activations`,
`losses`, `gradients`, `updates`, `convergence`; `training` is the loop itself, `blocks`
cuts rows into blocks, `solvers` and `closed_form` are other ways down, `estimators` the three
models, `out_of_core` goes past memory, `distributed` past one machine, and `mlp` has a hidden layer.
"""

import importlib

__version__ = "0.1.0"

from .activations import (
    identity,
    log_sigmoid,
    log_softmax,
    relu,
    sigmoid,
    softmax,
    tanh,
)
from .blocks import full_batch, mini_batches
from .convergence import (
    DivergenceError,
    History,
    gradient_norm,
    is_separable,
    loss_plateau,
    smoothness,
    validation_patience,
)
from .gradients import (
    GradientCheck,
    check_gradient,
    gradients,
    numerical_gradient,
    value_and_grad,
)
from .initialization import (
    Parameters,
    glorot_uniform,
    he_normal,
    log_odds_bias,
    small_random,
    zeros,
)
from .logits import logits
from .losses import (
    BINARY_CROSS_ENTROPY,
    CATEGORICAL_CROSS_ENTROPY,
    SQUARED_ERROR,
    Loss,
    binary_cross_entropy,
    binary_cross_entropy_from_logits,
    categorical_cross_entropy,
    categorical_cross_entropy_from_logits,
    mean_squared_error,
)
from .mlp import MLP, MLPParameters
from .training import train
from .updates import (
    Optimizer,
    adagrad,
    adam,
    apply_updates,
    cosine_decay,
    gradient_descent,
    inverse_time_decay,
    momentum,
    nesterov,
    rmsprop,
    step_decay,
)

# What needs SciPy or scikit-learn is imported when it is first asked for.
_LATER = {
    "Distributed": "distributed",
    "LinearRegression": "estimators",
    "LogisticRegression": "estimators",
    "OutOfCore": "out_of_core",
    "SoftmaxRegression": "estimators",
    "backtracking": "solvers",
    "hessian": "solvers",
    "least_squares": "closed_form",
    "lbfgs": "solvers",
    "newton": "solvers",
}

__all__ = [
    "BINARY_CROSS_ENTROPY",
    "CATEGORICAL_CROSS_ENTROPY",
    "Distributed",
    "DivergenceError",
    "GradientCheck",
    "History",
    "LinearRegression",
    "LogisticRegression",
    "Loss",
    "MLP",
    "MLPParameters",
    "Optimizer",
    "OutOfCore",
    "Parameters",
    "SQUARED_ERROR",
    "SoftmaxRegression",
    "adagrad",
    "adam",
    "apply_updates",
    "backtracking",
    "binary_cross_entropy",
    "binary_cross_entropy_from_logits",
    "categorical_cross_entropy",
    "categorical_cross_entropy_from_logits",
    "check_gradient",
    "cosine_decay",
    "full_batch",
    "glorot_uniform",
    "gradient_descent",
    "gradient_norm",
    "gradients",
    "he_normal",
    "hessian",
    "identity",
    "inverse_time_decay",
    "is_separable",
    "lbfgs",
    "least_squares",
    "log_odds_bias",
    "log_sigmoid",
    "log_softmax",
    "logits",
    "loss_plateau",
    "mean_squared_error",
    "mini_batches",
    "momentum",
    "nesterov",
    "newton",
    "numerical_gradient",
    "relu",
    "rmsprop",
    "sigmoid",
    "small_random",
    "smoothness",
    "softmax",
    "step_decay",
    "tanh",
    "train",
    "validation_patience",
    "value_and_grad",
    "zeros",
]


def __getattr__(name):
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_LATER[name]}", __name__), name)


def __dir__():
    return sorted({*globals(), *__all__})
