"""The pictures of the page on classification and regression."""

from .lines import line_through_labels
from .models import guide, one_row_each
from .targets import cut, numberings, slices

__all__ = [
    "cut",
    "guide",
    "line_through_labels",
    "numberings",
    "one_row_each",
    "slices",
]
