"""One look for every figure: size, type, colours, alternative text.

Figures are drawn dark on white. The site turns them round for its dark theme, so nothing here needs to know
which theme is on. Type is large enough for a figure 360 pixels wide on a phone.
"""

import ast
import base64
import functools
import inspect
import io
import textwrap
from typing import NamedTuple

import matplotlib as mpl
from IPython.display import display
from matplotlib.figure import Figure

# After Okabe and Ito: distinct for colour-blind readers, each dark enough for lines on white.
BLUE, ORANGE, GREEN, PURPLE, SKY, BLACK = (
    "#0072B2", "#D55E00", "#007F5C", "#B0518A", "#3A9BDC", "#222222",
)  # fmt: skip
GREY = "#767676"
# One colour for each step, as on the site, where custom.css says more.
STEPS = ["#0072b2", "#b84f00", "#007f5c", "#b04085", "#4666e0", "#8a6100", "#6b6b6b"]
SEQUENCE = [BLUE, ORANGE, GREEN, PURPLE, SKY, BLACK]
# Line styles beside colours, so that a line is known without its colour.
DASHES = ["-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (3, 1, 1, 1, 1, 1)), (0, (8, 3))]

SMALL = 9.5  # points: of words inside a drawing, beside tick labels
WIDTH = 4.8  # inches
CSS_WIDTH = 528  # pixels at which a browser shows WIDTH

_RC = {
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": BLACK,
    "axes.prop_cycle": mpl.cycler(color=SEQUENCE, linestyle=DASHES),
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": BLACK,
    "ytick.labelcolor": BLACK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
    "lines.linewidth": 2.0,
    "lines.markersize": 6,
    "text.color": BLACK,
    "mathtext.fontset": "dejavusans",
    "savefig.facecolor": "white",
    "figure.constrained_layout.use": True,
}


class Picture(NamedTuple):
    """A drawn figure and the sentence that says what it shows to a reader who can't see it."""

    figure: Figure
    alt: str

    def bundle(self):
        """Return the figure for a notebook, as its formats and their metadata: a crisp PNG and words."""
        buffer = io.BytesIO()
        with mpl.rc_context(_RC):
            # Without the version string two versions of matplotlib give the same file.
            self.figure.savefig(buffer, format="png", dpi=220, metadata={"Software": None})
        alt = " ".join(self.alt.split())
        return (
            {"image/png": base64.b64encode(buffer.getvalue()).decode(), "text/plain": alt},
            {"image/png": {"alt": alt, "width": CSS_WIDTH}},
        )


def picture(draw):
    """Decorate a function that draws: all of it happens in the book's style."""

    @functools.wraps(draw)
    def styled(*arguments, **options):
        with mpl.rc_context(_RC):
            return draw(*arguments, **options)

    return styled


def figure(height=3.0, rows=1, columns=1, **subplots):
    """Return a figure of the book's width, `height` inches high, and its axes."""
    drawing = Figure(figsize=(WIDTH, height))
    return drawing, drawing.subplots(rows, columns, **subplots)


def show(picture):
    """Display a picture, or a figure that moves, with its alternative text."""
    data, metadata = picture.bundle()
    display(data, metadata=metadata, raw=True)


def show_source(*functions):
    """Display the library's own source of some functions, their docstrings left out."""
    text = "\n\n".join(_without_docstring(function) for function in functions)
    display(
        # The text itself stands for the picture of it, so that a change of the source shows in a comparison.
        {"text/markdown": f"```python\n{text}```", "text/plain": text},
        raw=True,
    )


def _without_docstring(function):
    text = textwrap.dedent(inspect.getsource(function))
    (node,) = ast.parse(text).body
    if ast.get_docstring(node) is None:
        return text
    lines = text.splitlines(keepends=True)
    return "".join(lines[: node.body[0].lineno - 1] + lines[node.body[0].end_lineno :])
