"""The pictures of chapter 4."""

from .costs import along_a_line, bell, clipped, costs, expected_costs, reliability, squares
from .logits import three_losses

__all__ = [
    "along_a_line",
    "bell",
    "clipped",
    "costs",
    "expected_costs",
    "reliability",
    "squares",
    "three_losses",
]
