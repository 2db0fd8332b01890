"""The pictures of chapter 5."""

from .differences import error_curves, secants
from .graphs import chain, graph
from .rows import directions, gallery

__all__ = [
    "chain",
    "directions",
    "error_curves",
    "gallery",
    "graph",
    "secants",
]
