"""The squares of the residuals under a line that moves."""

import numpy as np

from ..moving import ONE_ROW, calculate, drawn, moving, over_rows, panel, quantity, readout, rows, slider
from ..style import BLACK, BLUE, GREEN, ORANGE


def residual_squares(x, y, level, best, losses):
    """The squared residuals of a few rows as squares, under a line with a slope, and a height at the mean x.

    `level` is the height of the level line that it begins with, `best` the slope and the height of the least
    squares, and `losses` the mean areas of both, from the page's cells.
    """
    wide, high, side = [14.0, 46.0], [-10.0, 350.0], 330
    # So many units across are as long on the page as one unit up: squares must look square.
    across = (wide[1] - wide[0]) / (high[1] - high[0])
    place = {
        "x": quantity("x", "body mass index", wide),
        "y": quantity("y", "progression", high),
    }
    corner = {"x2": {"field": "right"}, "y2": {"field": "fitted"}}
    middle = float(np.mean(x))
    fitted = f"height + slope * (datum.x - {middle:.6g})"
    squares = calculate(fitted=fitted, area="pow(datum.fitted - datum.y, 2)",
                        right=f"datum.x + {across:.6g} * abs(datum.fitted - datum.y)")  # fmt: skip
    ends = {"data": rows(x=wide), "clip": True}
    best_line = calculate(y=f"{best[1]:.6g} + {best[0]:.6g} * (datum.x - {middle:.6g})")
    least = f"{losses[1]:.4g}"
    said = (
        "'Slope ' + slope + ', height ' + height + ': the mean area is ' + format(datum.area, '.0f')"
        f" + '. The least possible is {losses[1]:.0f}.'"
    )
    scale = quantity("area", "mean area, the loss", [0, 15000], tickCount=3)
    return moving(
        "residual-squares",
        f"""Above, {len(x)} patients as points, progression over body mass index, with a line through them and
        a square on each residual. The line is level, at the mean label {level:.0f}, and the mean area of the
        squares is {losses[0]:.0f}. A dashed line shows the least squares: slope {best[0]:.2f}, mean area
        {losses[1]:.0f}. Below, a bar for the mean area, with a stroke at the least possible.""",
        [
            slider("slope", "slope", -10, 30, 0.5, 0),
            slider("height", "height at the mean index", 50, 250, 1, level),
        ],
        data=rows(x=x, y=y),
        vconcat=[
            panel(
                side,
                drawn("rect", place | corner, *squares, color=ORANGE, opacity=0.3, stroke=ORANGE, clip=True),
                drawn("line", place, *best_line, color=GREEN, strokeDash=[5, 3], strokeWidth=1.5, **ends),
                drawn("line", place, *calculate(y=fitted), color=BLUE, **ends),
                drawn("point", place, color=BLACK, size=50),
                title="squares on residuals (dashed: the least)",
                width=side,
            ),
            panel(
                30,
                drawn("bar", {"x": scale}, *squares, over_rows(area="mean"), color=ORANGE, clip=True),
                drawn("rule", {"x": scale}, *calculate(area=least), data=ONE_ROW, color=GREEN, strokeWidth=3),
                readout(said, *squares, over_rows(area="mean")),
                width=side,
            ),
        ],
    )  # fmt: skip
