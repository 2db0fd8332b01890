"""The pictures of the book: one module or package a page, one style for all.

A chapter computes, a function here draws: `show(initialization.starts(...))`. No function here computes
anything that the text talks about.
"""

from .style import Picture, show, show_source

__all__ = ["Picture", "show", "show_source"]
