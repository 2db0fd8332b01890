"""The pictures of the page on softmax regression from end to end."""

from .digits import evidence, misread, one_column, weights
from .shifts import shifted
from .verdicts import choice, confidence, confusion, learning_curve, sheets

__all__ = [
    "choice",
    "confidence",
    "confusion",
    "evidence",
    "learning_curve",
    "misread",
    "one_column",
    "sheets",
    "shifted",
    "weights",
]
