"""An image that moves from under its weights."""

import numpy as np

from ..moving import (
    ONE_ROW,
    along,
    calculate,
    constant,
    drawn,
    either,
    moving,
    over_rows,
    panel,
    quantity,
    readout,
    slider,
)
from ..style import BLACK, BLUE, GREEN, GREY


def shifted(images, params, digit, down, right, p):
    """An image of a digit, moved over its frame, and what the model reads in it.

    `images` holds one of each digit. The page computes the ten probabilities for any of them and any move;
    `p` are those of the one that it begins with.
    """
    source = "8 * (datum.row - down) + datum.column - right"
    inside = "inrange(datum.row - down, [0, 7]) && inrange(datum.column - right, [0, 7])"
    ink = f"{inside} ? images[digit][{source}] : 0"
    square = {
        "x": quantity("column", None, [0, 8]) | {"axis": None},
        "x2": {"field": "end_column"},
        "y": quantity("row", None, [8, 0]) | {"axis": None},
        "y2": {"field": "end_row"},
        "opacity": {"field": "ink", "type": "quantitative", "scale": {"domain": [0, 1], "range": [0, 1]}}
        | {"legend": None},
    }
    pixels = calculate(
        row="floor(datum.i / 8)", column="datum.i % 8", ink=ink, end_row="datum.row + 1",
        end_column="datum.column + 1",
    )  # fmt: skip
    bars = {
        "y": {"field": "k", "type": "ordinal", "axis": {"title": "digit", "ticks": False}},
        "x": quantity("p", "probability", [0, 1], tickCount=3),
        "color": either("datum.k == digit", GREEN, BLUE),
    }
    softmax = [
        *calculate(
            k="datum.i % 10", pixel="floor(datum.i / 10)", row="floor(datum.pixel / 8)",
            column="datum.pixel % 8", part=f"({ink}) * weights[datum.pixel][datum.k]",
        ),
        {"aggregate": [{"op": "sum", "field": "part", "as": "sum"}], "groupby": ["k"]},
        *calculate(z="datum.sum + bias[datum.k]"),
        over_rows(keep=True, top=("max", "z")),
        *calculate(e="exp(datum.z - datum.top)"),
        over_rows(keep=True, total=("sum", "e")),
        *calculate(p="datum.e / datum.total", own="datum.k == digit ? datum.p : 0"),
    ]  # fmt: skip
    said = (
        "'A ' + digit + ', moved by ' + right + ' to the right and ' + down + ' down: read as ' + datum.k"
        " + ' with probability ' + format(datum.p, '.3f') + '. For ' + digit + ': '"
        " + format(datum.truth, '.3f') + '.'"
    )
    likeliest = [over_rows(keep=True, truth=("max", "own")), {"filter": "datum.z == datum.top"}]
    read = int(np.argmax(p))
    return moving(
        "shifted",
        f"""Left, the image of a handwritten {digit}, 8 by 8 pixels, moved by {right} to the right and {down}
        down. Right, bars for the ten probabilities; the longest belongs to {read}: {p[read]:.3f}. The bar of
        the digit that was written has a dark edge.""",
        [
            slider("digit", "digit", 0, 9, 1, digit),
            slider("right", "to the right", -3, 3, 1, right),
            slider("down", "down", -3, 3, 1, down),
            constant("images", images),
            constant("weights", params.weights, 4),
            constant("bias", params.bias, 4),
        ],
        hconcat=[
            panel(
                200,
                drawn("rect", square, *pixels, data=along("i", 0, 63, 1), color=BLACK, aria=False),
                drawn("rect", {}, data=ONE_ROW, fill=None, stroke=GREY, strokeWidth=1),
                title="the image",
                width=200,
            ),
            panel(
                200,
                drawn("bar", bars | {"stroke": either("datum.k == digit", BLACK, None)}, *softmax,
                      data=along("i", 0, 639, 1), strokeWidth=2),
                readout(said, *softmax, *likeliest, data=along("i", 0, 639, 1)),
                title="read as (green: written)",
                width=150,
            ),
        ],
    )  # fmt: skip
