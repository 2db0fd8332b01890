"""The pictures of chapter 1."""

from .scales import first_loss_by_scale, hidden_weights, variance_through_layers
from .starts import Point, landscapes, starts

__all__ = [
    "Point",
    "first_loss_by_scale",
    "hidden_weights",
    "landscapes",
    "starts",
    "variance_through_layers",
]
