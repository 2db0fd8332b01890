"""Losses as costs, as likelihoods and as checks of a probability."""

import numpy as np

from ..style import BLACK, BLUE, DASHES, GREEN, GREY, ORANGE, SMALL, Picture, figure, picture

COLOURS = (BLUE, ORANGE, GREEN)


def _curves(ax, x, curves, **options):
    for (name, y), colour, dashes in zip(curves.items(), COLOURS, DASHES, strict=False):
        ax.plot(x, y, color=colour, linestyle=dashes, label=name, **options)


@picture
def costs(p, curves, marked):
    """What one row costs against the probability of its true class; `marked` maps p to the cost −ln p."""
    drawing, ax = figure(3.4)
    _curves(ax, p, curves)
    for place, cost in marked.items():
        ax.plot(place, cost, "o", color=BLACK, markersize=7)
        ax.annotate(f"p = {place:g}: {cost:.2f}", (place, cost), (8, 6), textcoords="offset points")
    ax.set(
        xlabel="probability p that the model gave to the true class", ylabel="cost of the row",
        ylim=(-0.1, 5.2), xlim=(-0.02, 1.02),
    )  # fmt: skip
    ax.legend(loc="upper right")
    said = ", ".join(f"{cost:.2f} at p = {place:g}" for place, cost in marked.items())
    return Picture(
        drawing,
        f"""Three costs of one row over the probability p of its true class. Minus the logarithm of p falls
        from beyond the top at p = 0 to 0 at p = 1; marked are {said}. The square of 1 − p falls from 1 to 0.
        The third is a step, 1 below one half and 0 above.""",
    )


@picture
def bell(residuals, s):
    """A histogram of residuals with the bell of standard deviation s, and minus the logarithm of both."""
    drawing, (top, bottom) = figure(4.8, rows=2, sharex=True)
    heights, edges = np.histogram(residuals, bins=17, range=(-3.4 * s, 3.4 * s), density=True)
    middles = (edges[1:] + edges[:-1]) / 2
    r = np.linspace(edges[0], edges[-1], 201)
    density = np.exp(-(r**2) / (2 * s**2)) / (s * np.sqrt(2 * np.pi))
    top.bar(middles, heights, width=0.92 * (edges[1] - edges[0]), color="#BBD5E8", label="patients")
    top.plot(r, density, color=ORANGE, linestyle="-", label="the bell")
    top.set(title="density of y − ŷ", yticks=[0, 0.004, 0.008])
    top.legend(loc="upper right")
    seen = heights > 0
    bottom.plot(middles[seen], -np.log(heights[seen]), "o", color=BLUE, linestyle="none", label="patients")
    bottom.plot(r, -np.log(density), color=ORANGE, linestyle="-", label="the parabola")
    bottom.set(title="−ln of the density", xlabel="y − ŷ in points")
    bottom.legend(loc="upper center")
    return Picture(
        drawing,
        f"""Above, a histogram of the residuals of {len(residuals)} patients, about as high in each bin as the
        bell of standard deviation {s:.1f} drawn over it. Below, minus the logarithm of both: the bell becomes
        a parabola with its lowest point {-np.log(density.max()):.2f} at residual 0, and the points of the
        histogram lie close to it.""",
    )


@picture
def clipped(z, curves):
    """The loss of a row with y = 0 against its logit, true and clipped, as a dict by name."""
    drawing, ax = figure(3.2)
    _curves(ax, z, curves)
    ax.set(xlabel="logit z of a row with y = 0", ylabel="loss of the row", xlim=(z[0], z[-1]))
    ax.legend(loc="upper left")
    ends = ", ".join(f"{name} {y[-1]:.1f}" for name, y in curves.items())
    return Picture(
        drawing,
        f"""Loss over the logit z from {z[0]:g} to {z[-1]:g}. The true loss is a straight line on the right.
        The clipped ones leave it and run level. At z = {z[-1]:g}: {ends}.""",
    )


@picture
def along_a_line(t, loss, wrong, n):
    """Loss and number of wrong rows along a line through parameter space."""
    drawing, (top, bottom) = figure(4.4, rows=2, sharex=True)
    top.plot(t, loss, color=BLUE, linestyle="-")
    top.set(title="cross-entropy")
    bottom.plot(t, wrong, color=ORANGE, linestyle="-", drawstyle="steps-mid")
    bottom.set(title=f"wrong rows, of {n}", xlabel="t: way along the line")
    for ax in (top, bottom):
        ax.set_ylim(bottom=0)
    return Picture(
        drawing,
        f"""Two curves over the way t along a line in parameter space. Above, the cross-entropy, a smooth
        bowl with its lowest value {loss.min():.3f}. Below, the number of wrong rows, a staircase of
        {len(np.unique(wrong))} levels between {wrong.min()} and {wrong.max()}: level pieces with jumps
        between them.""",
    )


@picture
def squares(z, losses, slopes, turn):
    """Loss and slope of two losses against z for y = 1, dicts by name; `turn` is where p = 1/3."""
    drawing, (top, bottom) = figure(5.0, rows=2, sharex=True)
    for ax, curves in ((top, losses), (bottom, slopes)):
        ax.axvspan(z[0], turn, color="#F1EAE0", linewidth=0)
        _curves(ax, z, curves)
    top.set(title="loss of a row with y = 1", ylim=(-0.15, 5))
    top.text(z[0] + 0.3, 1.35, "p < ⅓: the square is concave", fontsize=SMALL)
    top.legend(loc="upper right")
    bottom.axhline(0, color=GREY, linewidth=1, linestyle="-")
    bottom.set(title="its slope", xlabel="logit z", xlim=(z[0], z[-1]))
    said = ", ".join(f"{name} {slope[0]:.4f}" for name, slope in slopes.items())
    return Picture(
        drawing,
        f"""Loss and slope of a row of class 1 over its logit. Above, the cross-entropy rises steadily to the
        left, while the square levels off at 1; left of z = {turn:.2f}, shaded, it bends downwards. Below, the
        slopes: on the far left, at z = {z[0]:g}, {said}.""",
    )


@picture
def expected_costs(p, curves, q):
    """The average cost of saying p where the truth is q, for several rules."""
    drawing, ax = figure(3.4)
    _curves(ax, p, curves)
    ax.axvline(q, color=GREY, linewidth=1.2, linestyle=":")
    ax.text(q + 0.01, 1.62, f"truth q = {q:g}", fontsize=SMALL)
    for curve, colour in zip(curves.values(), COLOURS, strict=False):
        low = np.flatnonzero(curve < curve.min() + 1e-12)
        if len(low) == 1:
            ax.plot(p[low], curve[low], "o", color=colour, markersize=8)
    ax.set(xlabel="probability p that is said", ylabel="average cost", ylim=(0, 1.75), xlim=(0, 1))
    ax.legend(loc="upper center")
    said = "; ".join(f"{name}: lowest {curve.min():.3f}" for name, curve in curves.items())
    return Picture(
        drawing,
        f"""Average cost over the probability p that is said, where class 1 has the probability {q:g}. {said}.
        The logarithm and the square are bowls with their single lowest point at p = {q:g}; the count of
        errors is a step that is equally low everywhere above one half.""",
    )


@picture
def reliability(diagrams):
    """How often class 1 came against what was said: {name: (mean p of each bin, share of class 1)}."""
    drawing, ax = figure(4.2)
    ax.plot([0, 1], [0, 1], color=GREY, linewidth=1.2, linestyle=":")
    ax.text(0.72, 0.80, "as often as said", fontsize=SMALL, rotation=38, ha="center", va="center")
    said = []
    for (name, (p, share)), colour, dashes, marker in zip(
        diagrams.items(), COLOURS, DASHES, "osD", strict=False
    ):
        ax.plot(p, share, color=colour, linestyle=dashes, marker=marker, label=name)
        middle = np.abs(p - 0.5).argmin()
        said.append(f"{name}: where it said {p[middle]:.2f}, class 1 came in {share[middle]:.2f} of the rows")
    ax.set(xlabel="probability that was said", ylabel="share of class 1", xlim=(0, 1), ylim=(0, 1))
    ax.legend(loc="upper left")
    return Picture(
        drawing,
        "Share of class 1 over the probability that was said, with the diagonal. " + "; ".join(said) + ".",
    )
