"""Sigmoid and softmax at a temperature that moves."""

import numpy as np

from ..moving import (
    ONE_ROW,
    along,
    also,
    calculate,
    drawn,
    moving,
    over_rows,
    panel,
    quantity,
    readout,
    rows,
    slider,
)
from ..style import BLACK, BLUE, GREY, ORANGE


def temperature(logits, z, T, p, shares):
    """The sigmoid at one place, and the softmax of the logits of one row, at a temperature.

    The page computes both; `p` and `shares` are the chapter's for the `z` and the `T` that it begins with.
    """
    best = int(np.argmax(logits))
    curve = {"x": quantity("z", "z", [-8, 8]), "y": quantity("p", None, [0, 1], tickCount=3)}
    classes = {"field": "k", "type": "ordinal", "axis": {"title": "class", "labelAngle": 0}}
    bars = {"x": classes, "y": quantity("share", None, [0, 1], tickCount=3)}
    softmax = [
        over_rows(keep=True, top=("max", "logit")),
        *calculate(e="exp((datum.logit - datum.top) / T)", e1="exp(datum.logit - datum.top)"),
        over_rows(keep=True, sum=("sum", "e"), sum1=("sum", "e1")),
        *calculate(share="datum.e / datum.sum", share1="datum.e1 / datum.sum1"),
    ]
    said = (
        "'T = ' + T + ': σ(' + z + '/T) = ' + format(1 / (1 + exp(-z / T)), '.3f')"
        f" + '. The largest of ten probabilities is ' + format(datum.share, '.3f') + ', for class {best}.'"
    )
    sigmoid = calculate(p="1 / (1 + exp(-datum.z / T))")
    return moving(
        "temperature",
        f"""Above, the sigmoid of z/T at T = {T:g}, beside that at T = 1 as a dashed line; a diamond marks
        z = {z:g}, where it is {p:.3f}. Below, bars for the ten probabilities of one image at T = {T:g}, with
        a short line at the height that each has at T = 1. The largest belongs to class {best}:
        {shares[best]:.3f}.""",
        [slider("T", "temperature T", 0.1, 8, 0.1, T), slider("z", "z of the sigmoid", -8, 8, 0.5, z)],
        data=rows(k=list(range(len(logits))), logit=logits),
        transform=softmax,
        vconcat=[
            panel(
                130,
                drawn("line", curve, *calculate(p="1 / (1 + exp(-datum.z))"), data=along("z", -8, 8, 0.1),
                      color=GREY, strokeDash=[5, 3], strokeWidth=1.5),
                drawn("line", curve, *sigmoid, data=along("z", -8, 8, 0.1), color=BLUE),
                drawn("point", curve, *calculate(z="z"), *sigmoid, data=ONE_ROW, shape="diamond",
                      color=ORANGE, size=170),
                title={"expr": "'σ(z/T), T = ' + T + ' (dashed: T = 1)'"},
            ),
            panel(
                130,
                drawn("bar", bars, color=BLUE),
                drawn("tick", bars | {"y": also(bars["y"], "share1")}, color=BLACK, thickness=2),
                readout(said, {"filter": f"datum.k == {best}"}),
                title={"expr": "'softmax(z/T), T = ' + T + ' (lines: T = 1)'"},
            ),
        ],
    )  # fmt: skip
