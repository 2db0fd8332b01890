"""The pictures of the page on logistic regression from end to end."""

from .fits import growing, run, scores
from .thresholds import confusion, costs, roc
from .verdicts import learning_curve, reliability

__all__ = [
    "confusion",
    "costs",
    "growing",
    "learning_curve",
    "reliability",
    "roc",
    "run",
    "scores",
]
