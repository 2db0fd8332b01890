"""Slopes from differences: secants that move, and their error against the step."""

import numpy as np
from matplotlib.ticker import LogLocator, NullLocator

from ..moving import ONE_ROW, along, calculate, derived, drawn, moving, panel, quantity, readout, slider
from ..style import BLACK, BLUE, GREEN, ORANGE, Picture, figure, picture


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
