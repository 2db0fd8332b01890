"""The pictures of "Linear regression, end to end"."""

from .fits import run, trade_off, two_rates, weights
from .lines import residual_squares
from .verdicts import learning_curve, predicted_against_measured, residuals, splits

__all__ = [
    "learning_curve",
    "predicted_against_measured",
    "residual_squares",
    "residuals",
    "run",
    "splits",
    "trade_off",
    "two_rates",
    "weights",
]
