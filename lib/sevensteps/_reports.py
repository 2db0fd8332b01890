"""What a run says of itself: its loss ten times on the way, and a warning where it has not converged."""

import warnings

from sklearn.exceptions import ConvergenceWarning

from .checks import count
from .convergence import DivergenceError


def ten_lines(epochs):
    """Return a rule that prints the loss ten times in a run, and never stops it."""
    every = -(-count("epochs", epochs) // 10)

    def print_loss(history, params):
        epoch = len(history.losses) - 1
        if epoch % every == 0:
            print(f"Epoch {epoch}, Loss: {history.losses[-1]}")
        return False

    return print_loss


def complain(model, history):
    """Say that the run has not converged, and what would help."""
    start, end, epochs = history.losses[0], history.losses[-1], len(history.losses)
    if model.batch_size is None and end > 1.01 * start:
        raise DivergenceError(
            f"the loss rose from {start:.3g} to {end:.3g}: the run diverged. learning_rate is"
            f" {model.learning_rate}; expected None, or less than 2 / smoothness(X, loss, l2=l2)"
        )
    if model.solver == "gradient_descent":
        advice = "standardize the columns of X, raise epochs, or use solver='newton', which needs fewer"
    elif epochs == model.epochs:
        advice = "standardize the columns of X or raise epochs"
    else:
        advice = "float64 can tell no lower loss: standardize the columns of X or raise tol"
    warnings.warn(
        f"{type(model).__name__} has not converged: after {epochs} of {model.epochs} epochs the"
        f" largest entry of the gradient is {history.gradient_norms[-1]:.1e}, above tol={model.tol:g};"
        f" {advice}",
        ConvergenceWarning,
        stacklevel=4,
    )
