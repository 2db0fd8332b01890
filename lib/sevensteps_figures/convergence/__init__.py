"""The pictures of chapter 7."""

from .limits import early_and_ridge, learning_curves, penalties, rates, separable
from .stopping import stops

__all__ = [
    "early_and_ridge",
    "learning_curves",
    "penalties",
    "rates",
    "separable",
    "stops",
]
