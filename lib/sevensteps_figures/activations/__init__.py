"""The pictures of chapter 3."""

from .curves import hidden_activations, jacobian, sigmoid_and_slope, three_activations
from .digits import floats, gallery
from .temperatures import temperature

__all__ = [
    "floats",
    "gallery",
    "hidden_activations",
    "jacobian",
    "sigmoid_and_slope",
    "temperature",
    "three_activations",
]
