"""The pictures of chapter 2."""

from .boundaries import boundary
from .readings import distances, odds
from .sums import accident, columns, weighted_sum

__all__ = [
    "accident",
    "boundary",
    "columns",
    "distances",
    "odds",
    "weighted_sum",
]
