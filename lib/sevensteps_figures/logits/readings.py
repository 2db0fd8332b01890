"""What a logit says: as odds, and as a distance to the boundary."""

import numpy as np

from ..style import BLACK, BLUE, GREEN, GREY, ORANGE, SMALL, Picture, figure, picture


@picture
def odds(z, p, ratio, steps):
    """Probability and odds over the logit; each step is (z, z after, p, p after)."""
    drawing, (top, bottom) = figure(4.9, rows=2, sharex=True)
    top.plot(z, p, color=BLUE, linewidth=2, linestyle="-")
    bottom.semilogy(z, ratio, color=BLUE, linewidth=2, linestyle="-")
    for (before, after, p_before, p_after), marker in zip(steps, "osD", strict=True):
        for ax, low, high in ((top, p_before, p_after), (bottom, np.exp(before), np.exp(after))):
            ax.plot([before, after], [low, low], color=GREY, linewidth=1.2, linestyle=":")
            ax.plot([after, after], [low, high], color=ORANGE, linewidth=3.5, linestyle="-")
            ax.plot(before, low, marker, color="white", markeredgecolor=BLACK, markersize=6.5)
            ax.plot(after, high, marker, color=BLACK, markersize=6.5)
        top.text(after + 0.25, p_after - 0.04, f"{p_after - p_before:+.3f}", va="top", fontsize=SMALL)
        factor = np.exp(after - before)
        bottom.text(after + 0.25, np.exp(before), f"× {factor:.2f}", va="bottom", fontsize=SMALL)
    top.set(title="probability p", ylim=(-0.03, 1.06), yticks=[0, 0.5, 1])
    bottom.set(title="odds p / (1 − p)", xlabel="logit z", xticks=range(-4, 5, 2))
    bottom.set_yticks([0.01, 0.1, 1, 10, 100], ["1/100", "1/10", "1", "10", "100"])
    bottom.minorticks_off()
    said = "; ".join(
        f"from z = {before:.2g} the probability goes from {p_before:.3f} to {p_after:.3f}"
        for before, _, p_before, p_after in steps
    )
    return Picture(
        drawing,
        f"""Two curves over the logit z. Above, the probability, an S from 0 to 1. Below, the odds on a
        logarithmic axis, a straight line. Three steps of the same length are marked: {said}. Each step
        multiplies the odds by {np.exp(steps[0][1] - steps[0][0]):.2f}.""",
    )


@picture
def distances(rows, params, chosen, feet, z):
    """Rows of two features, the line z = 0, w as its normal and the way from a few rows to the line.

    `rows` is (features, labels, names of the features); `feet` are the places of `chosen` on the line.
    """
    X, y, names = rows
    weights, bias = params
    length = np.linalg.norm(weights)
    drawing, ax = figure(4.5)
    for label, colour, marker in ((1, BLUE, "o"), (0, ORANGE, "^")):
        ax.scatter(*X[y == label].T, s=13, marker=marker, c=colour, alpha=0.32, linewidths=0)
    bottom, top = -2.4, 3.4
    _line(ax, weights, bias, bottom, top)
    start = np.array([-(weights[1] * 2.4 + bias) / weights[0], 2.4])
    tip = start + 1.1 * weights / length
    ax.annotate("", tip, start, arrowprops={"arrowstyle": "-|>", "color": BLACK, "linewidth": 2})
    ax.annotate("w", tip, xytext=(-4, -2), textcoords="offset points", ha="right", weight="bold")
    for row, foot, value in zip(chosen, feet, z, strict=True):
        ax.plot(*zip(row, foot, strict=True), color=BLACK, linewidth=1.5, linestyle=":")
        ax.plot(*row, "D", color=GREEN, markeredgecolor="white", markersize=8.5)
        ax.text(
            row[0] - 0.16 * np.sign(value),
            row[1] + 0.12,
            f"z = {value:.2f}\n{value / length:+.2f} away",
            fontsize=SMALL,
            ha="right" if value > 0 else "left",
            bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1},
        )
    for place, side, text, colour in (
        (0.02, "left", "● benign", BLUE),
        (0.98, "right", "▲ malignant", ORANGE),
    ):
        ax.text(place, 0.02, text, color=colour, transform=ax.transAxes, ha=side)
    ax.set(xlabel=names[0], ylabel=names[1], xlim=(-2.4, 4.2), ylim=(bottom, top), aspect="equal")
    said = ", ".join(f"z = {value:.2f} at {value / length:+.2f}" for value in z)
    return Picture(
        drawing,
        f"""Tumours as points, {names[0]} across and {names[1]} up; benign ones (circles) mostly on the
        left, malignant ones (triangles) on the right. A straight line z = 0 runs between them; the arrow
        w stands at a right angle on it and points to the benign side. Dotted lines lead from
        {len(chosen)} tumours straight to the line: {said}.""",
    )


def _line(ax, weights, bias, bottom, top, **style):
    """Draw w₁ x₁ + w₂ x₂ + b = 0 between two heights."""
    height = np.array([bottom, top])
    style = {"color": BLACK, "linewidth": 2, "linestyle": "-", **style}
    if weights[0] == 0:
        ax.axhline(-bias / weights[1], **style)
    else:
        ax.plot(-(weights[1] * height + bias) / weights[0], height, **style)
