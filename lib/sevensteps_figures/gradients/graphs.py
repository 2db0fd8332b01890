"""The chain rule as boxes and arrows."""

import numpy as np
from matplotlib.patches import FancyBboxPatch

from ..style import BLACK, BLUE, GREY, ORANGE, PURPLE, SMALL, Picture, figure, picture


@picture
def chain(values, local, slopes):
    """A chain of steps: values to the right above, slopes of the last one to the left below.

    `values` and `slopes` are dicts by name, from the first step to the last; `local` holds the slope of
    each step along the one before.
    """
    drawing, ax = figure(2.9)
    places = np.arange(len(values)) * 1.5
    for place, (name, value), slope in zip(places, values.items(), slopes.values(), strict=True):
        box = FancyBboxPatch(
            (place - 0.42, -0.3), 0.84, 0.6, boxstyle="round,pad=0.04", facecolor="white", edgecolor=BLACK
        )
        ax.add_patch(box)
        ax.text(place, 0.12, name, ha="center", va="center", weight="bold", fontsize=12)
        ax.text(place, -0.15, f"{value:.3g}", ha="center", va="center", color=BLUE)
        ax.text(place, -0.83, f"{slope:+.3f}", ha="center", va="center", color=ORANGE, weight="bold")
    for place, slope in zip(places, local, strict=False):
        _arrow(ax, (place + 0.48, 0), (place + 1.02, 0), BLUE, "-")
        _arrow(ax, (place + 1.06, -0.83), (place + 0.44, -0.83), ORANGE, (0, (4, 1.5)))
        ax.text(place + 0.75, -1.12, f"× {slope:.3g}", ha="center", color=ORANGE, fontsize=SMALL)
    ax.text(places[0] - 0.45, 0.52, "values: forwards", color=BLUE, va="bottom", weight="bold")
    below = "slopes of the loss: backwards"
    ax.text(places[-1] + 0.45, -1.6, below, color=ORANGE, va="bottom", ha="right", weight="bold")
    ax.set(xlim=(-0.55, places[-1] + 0.55), ylim=(-1.7, 0.85))
    ax.axis("off")
    said = ", ".join(f"{name} = {value:.3g}" for name, value in values.items())
    factors = ", ".join(f"{slope:.3g}" for slope in reversed(local))
    back = ", ".join(f"{slopes[name]:+.3f} for {name}" for name in reversed(values))
    return Picture(
        drawing,
        f"""Four boxes in a row, joined by blue arrows to the right: {said}. Below them orange dashed arrows
        lead back to the left and multiply by {factors}; under the boxes stand the slopes of the loss:
        {back}.""",
    )


def _arrow(ax, start, end, colour, dashes):
    style = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.8, "linestyle": dashes}
    ax.annotate("", end, start, arrowprops={**style, "shrinkA": 0, "shrinkB": 0})


@picture
def graph(boxes, local):
    """A computation as a graph: its nodes by name with their places, and local slopes by pair of names."""
    drawing, ax = figure(3.6)
    for (start, end), slope in local.items():
        ends = np.array([boxes[start][0], boxes[end][0]])
        along = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
        _arrow(ax, ends[0] + 0.36 * along, ends[1] - 0.36 * along, GREY, "-")
        beside = ends.mean(axis=0) + 0.27 * np.array([-along[1], along[0]])
        ax.text(*beside, f"{slope:.3g}", color=PURPLE, fontsize=SMALL, ha="center", va="center")
    circle = {"boxstyle": "circle,pad=0.3", "facecolor": "white", "edgecolor": BLACK}
    small = {"fontsize": SMALL, "ha": "center"}
    for name, ((x, y), node) in boxes.items():
        ax.text(x, y, name, ha="center", va="center", weight="bold", bbox=circle)
        ax.text(x, y + 0.37, f"{node.value:.3g}", va="bottom", color=BLUE, **small)
        ax.text(x, y - 0.37, f"{node.slope:+.3g}", va="top", color=ORANGE, weight="bold", **small)
    xs, ys = np.array([place for place, _ in boxes.values()]).T
    ax.set(xlim=(xs.min() - 0.5, xs.max() + 0.5), ylim=(ys.min() - 0.7, ys.max() + 0.7))
    ax.axis("off")
    said = ", ".join(
        f"{name} {node.value:.3g} (slope {node.slope:+.3g})" for name, (_, node) in boxes.items()
    )
    return Picture(
        drawing,
        f"""Circles joined by arrows from left to right: {said}. Values stand above the circles, slopes of
        the last one below, local slopes on the arrows. The circle z has two arrows out, and its slope is
        the sum of what comes back along both.""",
    )
