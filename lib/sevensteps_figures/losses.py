"""The pictures of chapter 4."""

import numpy as np

from .moving import ONE_ROW, along, also, calculate, drawn, moving, panel, quantity, readout, rows, slider
from .style import BLACK, BLUE, DASHES, GREEN, GREY, ORANGE, Picture, figure, picture

SMALL = 9.5
COLOURS = (BLUE, ORANGE, GREEN)
SHAPES = ("circle", "square", "diamond")


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


def three_losses(z, y, values, lowest):
    """The three losses of one row against its logit, and their slopes there, for any label from 0 to 1.

    The page computes all; `values` and `lowest` hold the chapter's losses at the first `z` and `y`, and the
    places where they are lowest (None where there is none), by name.
    """
    names = list(values)
    legend = {"title": None, "orient": "bottom"}
    colour = {"color": {"field": "loss", "scale": {"domain": names, "range": COLOURS}, "legend": legend}}
    dashes = {"domain": names, "range": [[1, 0], [6, 3], [2, 2]]}
    curve = colour | {"strokeDash": {"field": "loss", "scale": dashes, "legend": legend}}
    mark = colour | {"shape": {"field": "loss", "scale": {"domain": names, "range": SHAPES}, "legend": None}}
    across = quantity("z", "z", [-5, 6], tickCount=12)
    value = {"x": across, "y": quantity("value", None, [0, 6])}
    slope = {"x": across, "y": quantity("slope", None, [-1.2, 2.2])}
    # In the order of the names.
    three = [
        *calculate(
            p="1 / (1 + exp(-datum.z))",
            q="1 / (1 + 9 * exp(-datum.z))",
            value="[pow(datum.z - y, 2), max(datum.z, 0) + log(1 + exp(-abs(datum.z))) - y * datum.z,"
            " datum.z - log(datum.q) - y * datum.z]",
            slope="[2 * (datum.z - y), datum.p - y, datum.q - y]",
            loss=str(names),
        ),
        {"flatten": ["value", "slope", "loss"]},
    ]
    lowest_places = [
        *calculate(lowest="[y, log(y / (1 - y)), log(9 * y / (1 - y))]", loss=str(names), i="[0, 1, 2]"),
        {"flatten": ["lowest", "loss", "i"]},
        {"filter": "isFinite(datum.lowest)"},
        *calculate(
            z="datum.lowest",
            value="[0, log(1 + exp(datum.z)) - y * datum.z, log(exp(datum.z) + 9) - y * datum.z][datum.i]",
        ),
    ]
    here = {"data": ONE_ROW, "clip": True, "size": 110, "stroke": "white"}
    at_z, grid = [*calculate(z="z"), *three], along("z", -5, 6, 0.1)
    said = "'z = ' + z + ', y = ' + y + ': ' + " + " + '; ' + ".join(
        f"'{name} ' + format(datum.value[{i}], '.3f') + ', slope ' + format(datum.slope[{i}], '.3f')"
        for i, name in enumerate(names)
    ) + " + '.'"  # fmt: skip
    described = "; ".join(
        f"{name} {values[name]:.3f}, "
        + ("without a lowest point" if at is None else f"lowest at z = {at:.2f}, a hollow circle")
        for name, at in lowest.items()
    )
    return moving(
        "three-losses",
        f"""Two panels over the logit z from -5 to 6 for a row with the label y = {y:g}. Above, three losses,
        all bent upwards, with a mark on each at z = {z:g}: {described}. Below, their slopes: a steep straight
        line for the squared error, and for the two others an S that is level on both sides.""",
        [slider("z", "logit z", -5, 6, 0.1, z), slider("y", "label y", 0, 1, 0.05, y)],
        vconcat=[
            panel(
                200,
                drawn("line", value | curve, *three, data=grid, clip=True),
                drawn("point", value | {"stroke": colour["color"]}, *lowest_places, data=ONE_ROW, clip=True,
                      fill="white", strokeWidth=2, size=80),
                drawn("point", value | mark, *at_z, **here),
                readout(said, *at_z[:-1], data=ONE_ROW),
                title="loss of the row",
            ),
            panel(
                130,
                drawn("rule", {"y": also(slope["y"], "zero")}, data=rows(zero=[0]), color=GREY,
                      strokeWidth=1),
                drawn("line", slope | curve, *three, data=grid, clip=True),
                drawn("point", slope | mark, *at_z, **here),
                title="its slope along z",
            ),
        ],
    )  # fmt: skip


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
