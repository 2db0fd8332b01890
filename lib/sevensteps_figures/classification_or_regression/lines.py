"""A line through labels, with far rows that move."""

import numpy as np

from ..moving import (
    ONE_ROW,
    calculate,
    derived,
    drawn,
    either,
    moving,
    over_rows,
    panel,
    quantity,
    readout,
    rows,
    slider,
)
from ..style import BLACK, BLUE, GREEN, GREY, ORANGE


def line_through_labels(x, y, curve, measured, far, half, wrong):
    """A line and a sigmoid through labels of 0 and 1, and far rows of label 1 that pull at the line.

    `curve` is the fitted sigmoid, as an array of places and one of values; `measured` the slope and the
    intercept of the line without far rows. The page fits the line to any number of far rows at any distance.
    `far` holds both as it begins, `half` where the line and the sigmoid then say ½, `wrong` their wrong rows.
    """
    edge = float(max(x))
    left, right = round(float(min(x)) - 0.1, 2), round(2.1 * edge, 2)
    straight = [f"{part:.6g}" for part in measured]
    up = quantity("y", "label, prediction", [-0.9, 2.2], values=[0, 0.5, 1])
    place = {"x": quantity("x", "radius of the largest nuclei, standardized", [left, right]), "y": up}
    ends = {"x2": {"field": "end"}, "y2": {"field": "end_y"}}
    look = {
        "color": either("datum.label == 1", ORANGE, BLUE),
        "shape": either("datum.label == 1", "diamond", "circle"),
    }

    def line(slope, intercept):
        """Return the transforms of a line from one edge to the other."""
        heights = {"y": f"{slope} * {left} + {intercept}", "end_y": f"{slope} * {right} + {intercept}"}
        return calculate(x=str(left), end=str(right), **heights)

    # Least squares by sums over the rows, to which the far ones add theirs.
    fitted = [
        *calculate(xx="datum.x * datum.x", xy="datum.x * datum.label"),
        over_rows(keep=True, sum_x=("sum", "x"), sum_y=("sum", "label"), sum_xx=("sum", "xx"),
                  sum_xy=("sum", "xy")),
        *calculate(
            n=f"{len(x)} + count",
            sx="datum.sum_x + count * far",
            sy="datum.sum_y + count",
            sxx="datum.sum_xx + count * far * far",
            sxy="datum.sum_xy + count * far",
            slope="(datum.n * datum.sxy - datum.sx * datum.sy) / (datum.n * datum.sxx - datum.sx * datum.sx)",
            intercept="(datum.sy - datum.slope * datum.sx) / datum.n",
            half="(0.5 - datum.intercept) / datum.slope",
            wrong="(datum.x > datum.half ? 1 : 0) == datum.label ? 0 : 1",
        ),
        over_rows(slope="max", intercept="max", half="max", wrong="sum"),
    ]  # fmt: skip
    upright = {"y": "-0.9", "end_y": "0.5"}
    bands = rows(y=[-0.9, 1], end_y=[0, 2.2])
    said = (
        "count + ' far tumours at ' + format(far, '.1f') + ': the line says ½ at '"
        " + format(datum.half, '.2f')"
        f" + ' and is wrong on ' + datum.wrong + ' of {len(x)}. The sigmoid says ½ at {half[1]:.2f} and is"
        f" wrong on {wrong[1]}.'"
    )
    return moving(
        "line-through-labels",
        f"""{len(x)} tumours with label 0, benign, circles, and 1, malignant, diamonds, over a single feature,
        and {far[0]} more malignant ones far to the right, at {far[1] * edge:.1f}. A dashed line and a solid
        sigmoid are fitted; grey bands mark predictions below 0 and above 1. The line says one half at
        {half[0]:.2f}, with {wrong[0]} rows wrong, the sigmoid at {half[1]:.2f}, with {wrong[1]}. A dotted
        line is the one that is fitted to the tumours as measured.""",
        [
            slider("count", "far tumours", 0, 200, 10, far[0]),
            slider("distance", "distance (largest: 1)", 1, 2, 0.1, far[1]),
            derived("far", f"{edge:.6g} * distance"),
        ],
        data=rows(x=x, label=np.asarray(y, dtype=int), i=range(len(x))),
        **panel(
            300,
            drawn("rect", {"y": up, "y2": ends["y2"]}, data=bands, color=GREY, opacity=0.12),
            # Spread a little, so that points of the same label don't hide each other.
            drawn("point", place | look, *calculate(y="datum.label + 0.05 * sin(2.4 * datum.i)"), size=16,
                  opacity=0.4, aria=False),
            drawn("line", place, data=rows(x=curve[0], y=curve[1]), color=BLACK),
            drawn("rule", place | ends, *line(*straight), data=ONE_ROW, color=GREEN, strokeDash=[1, 3],
                  clip=True),
            drawn("rule", place | ends, *fitted, *line("datum.slope", "datum.intercept"), color=GREEN,
                  strokeDash=[6, 3], clip=True),
            drawn("rule", place | {"y2": ends["y2"]}, *calculate(x=f"{half[1]:.6g}", **upright), data=ONE_ROW,
                  color=BLACK, strokeWidth=1.2),
            drawn("rule", place | {"y2": ends["y2"]}, *fitted, *calculate(x="datum.half", **upright),
                  color=GREEN, strokeDash=[6, 3], strokeWidth=1.2, clip=True),
            drawn("point", place, {"filter": "count > 0"}, *calculate(x="far", y="1"), data=ONE_ROW,
                  shape="diamond", color=ORANGE, size=150),
            drawn("text", place | {"text": {"field": "many"}}, {"filter": "count > 0"},
                  *calculate(x="far", y="1", many="'+ ' + count"), data=ONE_ROW, dy=18),
            readout(said, *fitted),
            title="line (dashed) and sigmoid (solid)",
        ),
    )  # fmt: skip
