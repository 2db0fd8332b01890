"""The pictures of chapter 5."""

import numpy as np
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import LogLocator, NullLocator

from .style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, Picture, figure, picture

SMALL = 9.5


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
def secants(curve, at, tangent, lines, steps, errors):
    """A curve with its tangent and secants at one place; below, the error of the slope against the step.

    `curve` is (places, heights), `at` (place, height), `tangent` a slope, `lines` a dict from step to the
    slope of its secant, `errors` a dict from method to errors at `steps`.
    """
    drawing, (top, bottom) = figure(5.6, rows=2, height_ratios=[1.15, 1])
    top.plot(*curve, color=BLACK, linestyle="-", linewidth=2.2)
    x = np.array([curve[0][0], curve[0][-1]])
    top.plot(x, at[1] + tangent * (x - at[0]), color=BLUE, linestyle="-", label=f"tangent {tangent:.4f}")
    for (step, slope), dashes in zip(lines.items(), ["--", ":"], strict=True):
        top.plot(
            x, at[1] + slope * (x - at[0]), color=ORANGE, linestyle=dashes, label=f"h = {step:g}: {slope:.4f}"
        )
        end = at[0] + step
        top.plot(end, np.interp(end, *curve), "o", color=ORANGE)
    top.plot(*at, "D", color=BLUE)
    top.set(xlabel="z", title="loss of one row", xlim=x, ylim=(-0.15, max(curve[1])))
    top.legend(loc="upper right")
    for values, colour, marker in zip(errors.values(), [ORANGE, GREEN], "o^", strict=True):
        bottom.loglog(
            steps, values, color=colour, marker=marker, markersize=3.5, linestyle="-", linewidth=1.3
        )
    for method, side, colour in (("forward", "right", ORANGE), ("central", "left", GREEN)):
        height = np.exp(np.interp(np.log(1e-3), np.log(steps), np.log(errors[method])))
        style = {"color": colour, "weight": "bold", "ha": side, "textcoords": "offset points"}
        shift = (-7, 4) if side == "right" else (7, -10)
        bottom.annotate(method, (1e-3, height), xytext=shift, **style)
    bottom.set(xlabel="step h", title="error of the slope")
    _decades(bottom)
    said = ", ".join(f"{slope:.4f} for h = {step:g}" for step, slope in lines.items())
    return Picture(
        drawing,
        f"""Above, the loss of one row as a curve over z with its tangent at z = {at[0]:g}, of slope
        {tangent:.4f}, and secants to points further right, of slopes {said}. Below, the error of the slope
        against the step on two logarithmic axes: two V shapes. From the right both fall as the step
        shrinks, the central one twice as fast and further down; on the left both rise again, ragged.""",
    )


def _decades(ax):
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(LogLocator(numticks=6))
        axis.set_minor_locator(NullLocator())


@picture
def error_curves(steps, errors, bottoms):
    """The error of numerical slopes against the step: a panel for each method, a line for each model.

    `errors` and `bottoms` are dicts by method of dicts by model; a bottom is a step.
    """
    drawing, axes = figure(5.4, rows=2, sharex=True, sharey=True)
    styles = ((BLUE, "-", "o"), (ORANGE, (0, (5, 2)), "s"), (GREEN, (0, (1, 1.5)), "D"))
    for ax, (method, of_models) in zip(axes, errors.items(), strict=True):
        for (model, values), (colour, dashes, marker) in zip(of_models.items(), styles, strict=True):
            ax.loglog(steps, values, color=colour, linestyle=dashes, label=model)
            if model in bottoms[method]:
                height = np.exp(np.interp(np.log(bottoms[method][model]), np.log(steps), np.log(values)))
                ax.plot(bottoms[method][model], height, marker, color=colour, markersize=9)
        ax.set(title=f"{method} differences", ylabel="relative error")
        _decades(ax)
    axes[1].set(xlabel="step h")
    axes[1].legend(loc="lower left")
    return Picture(
        drawing,
        """Two panels with the relative error of the slopes against the step h, on logarithmic axes, a line
        for each model. Forward differences: three V shapes with their marked bottoms between 1e-8 and 1e-5.
        Central differences: logistic and softmax are deeper V shapes with bottoms between 1e-5 and 1e-4; the
        line of the linear model falls all the way until the step is larger than 1.""",
    )


@picture
def gallery(right, planted, tolerance):
    """The relative errors of right gradients and of planted mistakes, a strip for each model."""
    drawing, ax = figure(3.7)
    rng = np.random.default_rng(0)
    for place, model in enumerate(right):
        for values, colour, marker, size in ((right, BLUE, "o", 9), (planted, ORANGE, "^", 26)):
            height = place + rng.uniform(-0.26, 0.26, len(values[model]))
            ax.scatter(values[model], height, s=size, c=colour, marker=marker, alpha=0.6, linewidths=0)
    ax.axvline(tolerance, color=BLACK, linewidth=1.3, linestyle="--")
    ax.text(tolerance * 1.4, -0.62, "tolerance", va="center", fontsize=SMALL)
    ax.text(1e-11, -0.62, "● right", color=BLUE, va="center", weight="bold")
    ax.text(1, -0.62, "▲ mistakes", color=ORANGE, va="center", ha="right", weight="bold")
    ax.set(
        xscale="log",
        xlabel="relative error",
        xlim=(6e-13, 2),
        ylim=(len(right) - 0.6, -0.85),
        yticks=range(len(right)),
        yticklabels=list(right),
    )
    ax.xaxis.set_major_locator(LogLocator(numticks=7))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.tick_params(axis="y", length=0)
    counts = ", ".join(f"{len(planted[model])} mistakes for the {model} model" for model in right)
    return Picture(
        drawing,
        f"""A strip for each model, the relative error across on a logarithmic axis. Blue circles, the right
        gradients at many points, all lie below 3e-10. Orange triangles, {counts}, all lie above 1e-4. A
        dashed line at {tolerance:g} stands in the empty space between.""",
    )


@picture
def directions(images):
    """The direction in which the weights of each digit move first, as pictures."""
    drawing, axes = figure(2.9, rows=2, columns=5)
    size = np.abs(images).max()
    for digit, (ax, image) in enumerate(zip(axes.flat, images, strict=True)):
        ax.imshow(image, cmap="PuOr", vmin=-size, vmax=size, interpolation="nearest")
        ax.set_title(str(digit), weight="normal")
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(True)
    return Picture(
        drawing,
        """Ten small maps, one for each digit from 0 to 9. Purple pixels, where the weight grows at the first
        step, draw the digit; orange pixels, where it shrinks, lie where other digits have ink. The 0 has an
        orange centre.""",
    )


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
