"""The pictures of chapter 6."""

from .bowls import bowl
from .rates import beyond_the_limit, descent_lemma, newton, noise_floor, paths, three_rates

__all__ = [
    "beyond_the_limit",
    "bowl",
    "descent_lemma",
    "newton",
    "noise_floor",
    "paths",
    "three_rates",
]
