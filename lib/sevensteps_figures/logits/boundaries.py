"""A boundary that moves with its parameters."""

import numpy as np

from ..moving import (
    ONE_ROW,
    WIDTH,
    along,
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
from ..style import BLACK, BLUE, GREEN, ORANGE


def boundary(X, y, names, point, params, z, p):
    """A boundary from w₁, w₂ and b among the rows, and the logit of one point.

    It begins with `params`, and `z` and `p` are the chapter's for the point there.
    """
    (w1, w2), b = params
    place = {"x": quantity("x1", names[0], [-3, 4]), "y": quantity("x2", names[1], [-3, 4])}
    ends = {"x2": {"field": "end1"}, "y2": {"field": "end2"}}
    z_of = "w1 * datum.x1 + w2 * datum.x2 + b"
    # Squares of the plane, coloured by what the model says in the middle of each, darker where it is surer.
    squares = calculate(
        x1="-3 + 0.25 * (datum.i % 28)",
        x2="-3 + 0.25 * floor(datum.i / 28)",
        end1="datum.x1 + 0.25",
        end2="datum.x2 + 0.25",
        z=f"{z_of} + (w1 + w2) / 8",
        sure="abs(2 / (1 + exp(-datum.z)) - 1)",
    )
    shade = {"scale": {"domain": [0, 1], "range": [0, 0.35]}, "legend": None}
    ground = {
        "color": either("datum.z > 0", BLUE, ORANGE),
        "opacity": {"field": "sure", "type": "quantitative", **shade},
    }
    classes = {
        "color": either("datum.y == 1", BLUE, ORANGE),
        "shape": either("datum.y == 1", "circle", "triangle-up"),
    }
    # All points with z = level: from the one that is nearest to the origin along the line both ways.
    line = [
        {"filter": "length > 0"},
        *calculate(
            middle1="(datum.level - b) * w1 / pow(length, 2)",
            middle2="(datum.level - b) * w2 / pow(length, 2)",
            x1="datum.middle1 - 9 * w2 / length",
            x2="datum.middle2 + 9 * w1 / length",
            end1="datum.middle1 + 9 * w2 / length",
            end2="datum.middle2 - 9 * w1 / length",
        ),
    ]
    foot = [
        {"filter": "length > 0"},
        *calculate(end1="datum.x1 - z * w1 / pow(length, 2)", end2="datum.x2 - z * w2 / pow(length, 2)"),
    ]
    judged = calculate(
        z=z_of,
        wrong="(datum.z > 0 ? 1 : 0) == datum.y ? 0 : 1",
        loss="max(datum.z, 0) + log(1 + exp(-abs(datum.z))) - datum.y * datum.z",
    )
    said = (
        "'The diamond: z = ' + format(z, '.2f') + ', p = ' + format(1 / (1 + exp(-z)), '.3f')"
        " + (length > 0 ? ', distance ' + format(z / length, '+.2f') : ', no boundary')"
        f" + '. All rows: ' + datum.wrong + ' of {len(y)} wrong, loss ' + format(datum.loss, '.3f') + '.'"
    )
    chosen = rows(x1=point[:1], x2=point[1:])
    curve = {
        "x": quantity("z", "logit z", [-8, 8], tickCount=9),
        "y": quantity("p", None, [0, 1], tickCount=3),
    }
    diamond = {"shape": "diamond", "color": GREEN, "stroke": "white", "size": 170}
    return moving(
        "boundary",
        f"""Above, the plane of {names[0]} and {names[1]} with {len(y)} tumours, benign ones as circles and
        malignant ones as triangles. The parameters {w1:g}, {w2:g} and {b:g} divide it: blue where benign is
        likelier, orange where malignant is, darker where the model is surer. The boundary is a solid line,
        dashed ones on both sides of it are where the probability is 0.1 and 0.9. A green diamond marks one
        tumour, with its shortest way to the boundary. Below, the same tumour on the sigmoid: z = {z:.2f},
        p = {p:.3f}.""",
        [
            slider("w1", f"w₁, of the {names[0]}", -6, 6, 0.1, w1),
            slider("w2", f"w₂, of the {names[1]}", -6, 6, 0.1, w2),
            slider("b", "b", -6, 6, 0.1, b),
            derived("length", "sqrt(w1 * w1 + w2 * w2)"),
            derived("z", f"w1 * {point[0]:.6g} + w2 * {point[1]:.6g} + b"),
        ],
        data=rows(x1=X[:, 0], x2=X[:, 1], y=y),
        vconcat=[
            panel(
                WIDTH,
                drawn("rect", place | ends | ground, *squares, data=along("i", 0, 783, 1), aria=False),
                drawn("point", place | classes, size=16, opacity=0.55, clip=True, aria=False),
                drawn("rule", place | ends, *line, data=rows(level=[-np.log(9), np.log(9)]), clip=True,
                      color=BLACK, strokeWidth=1.3, strokeDash=[5, 3]),
                drawn("rule", place | ends, *line, data=rows(level=[0]), clip=True, color=BLACK),
                drawn("rule", place | ends, *foot, data=chosen, clip=True, color=GREEN, strokeDash=[2, 2]),
                drawn("point", place, data=chosen, **diamond),
                readout(said, *judged, over_rows(wrong="sum", loss="mean")),
                title="boundary (dashed: p = 0.1 and 0.9)",
            ),
            panel(
                80,
                drawn("line", curve, *calculate(p="1 / (1 + exp(-datum.z))"), data=along("z", -8, 8, 0.2),
                      color=BLACK),
                drawn("point", curve, *calculate(z="clamp(z, -8, 8)", p="1 / (1 + exp(-z))"), data=ONE_ROW,
                      **diamond),
                title="its probability",
            ),
        ],
    )  # fmt: skip
