"""The pictures of chapter 5."""

import numpy as np
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import LogLocator, NullLocator

from .moving import ONE_ROW, along, calculate, derived, drawn, moving, panel, quantity, readout, slider
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


def secants(place, h, slopes, bottoms):
    """The loss of one row, its tangent and two secants; below, the error of the slope against the step.

    The page computes all. `slopes` holds the chapter's slopes at the first `place` and step `h`, of the
    tangent and by method; `bottoms` by method the step with the least error, and that error.
    """
    loss = "log(1 + exp(-({})))"
    forward, central = "(after - here) / h", "(after - before) / (2 * h)"
    said = (
        "'h = ' + format(h, '~g') + ': the tangent has slope ' + format(tangent, '.4f')"
        f" + '; forward ' + format({forward}, '.4f') + ', error ' + format(abs({forward} - tangent), '.2~g')"
        f" + '; central ' + format({central}, '.4f') + ', error ' + format(abs({central} - tangent), '.2~g')"
        " + '.'"
    )
    described = "; ".join(
        f"{method} {slopes[method]:.4f}, its error least at h = {step:.0e}, where it is {error:.0e}"
        for method, (step, error) in bottoms.items()
    )
    return moving(
        "secants",
        f"""Above, the loss of one row as a curve over z with its tangent at z = {place:g}, of slope
        {slopes["tangent"]:.4f}, and two secants for the step h = {h:g}: a dashed one from there to the right
        and a dotted one between the points on either side. Below, the error of their slopes against the step
        on two logarithmic axes: two V shapes, ragged on the left, the central one deeper. The slopes:
        {described}.""",
        [
            slider("exponent", "step h", -14, 0.5, 0.25, float(np.log10(h))),
            slider("place", "place z", -3, 3, 0.5, place),
            derived("h", "pow(10, exponent)"),
            derived("here", loss.format("place")),
            derived("after", loss.format("place + h")),
            derived("before", loss.format("place - h")),
            derived("tangent", "-1 / (1 + exp(place))"),
        ],
        powers=["exponent"],
        vconcat=[_lines(loss, forward, central, said), _errors(loss)],
    )


def _lines(loss, forward, central, said):
    across, up = quantity("z", "z", [-4, 4]), quantity("height", None, [-0.2, 4.2])
    place, ends = {"x": across, "y": up}, {"x2": {"field": "end"}, "y2": {"field": "end_height"}}

    def line(at, through, slope, **style):
        """Return the line through a point, from the left edge to the right one."""
        end = calculate(
            z="-4",
            end="4",
            height=f"{through} + {slope} * (-4 - ({at}))",
            end_height=f"{through} + {slope} * (4 - ({at}))",
        )
        return drawn("rule", place | ends, *end, data=ONE_ROW, clip=True, **style)

    both = [
        *calculate(z="[place - h, place + h]", height="[before, after]"),
        {"flatten": ["z", "height"]},
    ]
    here = calculate(z="place", height="here")
    return panel(
        200,
        drawn("line", place, *calculate(height=loss.format("datum.z")), data=along("z", -4, 4, 0.05),
              color=BLACK),
        line("place", "here", "tangent", color=BLUE),
        line("place", "here", forward, color=ORANGE, strokeDash=[6, 3]),
        line("place - h", "before", central, color=GREEN, strokeDash=[2, 2]),
        drawn("point", place, *both, data=ONE_ROW, clip=True, color=GREEN, size=60),
        drawn("point", place, *here, data=ONE_ROW, shape="diamond", color=BLUE, size=130),
        readout(said, data=ONE_ROW),
        title="loss of one row (solid blue: the tangent)",
    )  # fmt: skip


def _errors(loss):
    place = {
        "x": quantity("h", "step h", [1e-14, 4], "log", format="~e", tickCount=6),
        "y": quantity("error", None, [1e-14, 10], "log", format="~e", tickCount=6),
    }
    methods = {"domain": ["forward", "central"]}
    colour = {
        "color": {
            "field": "method",
            "scale": {**methods, "range": [ORANGE, GREEN]},
            "legend": {"title": None, "orient": "top-right"},
        }
    }
    shape = {"shape": {"field": "method", "scale": {**methods, "range": ["circle", "triangle-up"]}}}

    errors = [
        *calculate(
            h="pow(10, datum.exponent)",
            after=loss.format("place + datum.h"),
            before=loss.format("place - datum.h"),
            forward="abs((datum.after - here) / datum.h - tangent)",
            central="abs((datum.after - datum.before) / (2 * datum.h) - tangent)",
        ),
        {"fold": ["forward", "central"], "as": ["method", "error"]},
        # A logarithmic axis has no place for an error of nothing.
        {"filter": "datum.error > 0"},
    ]
    steps = along("exponent", -14, 0.5, 0.25)
    return panel(
        200,
        drawn("line", place | colour, *errors, data=steps, clip=True, strokeWidth=1.4),
        drawn("point", place | colour | shape, *errors, data=steps, clip=True, size=22),
        drawn("rule", {"x": place["x"]}, *calculate(h="h"), data=ONE_ROW, color=BLUE, strokeDash=[4, 3]),
        title="error of the slope",
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
