"""A descent on a bowl, with a rate, momentum and a condition number that move."""

from ..moving import (
    ONE_ROW,
    STAR,
    along,
    also,
    calculate,
    derived,
    drawn,
    moving,
    panel,
    quantity,
    readout,
    rows,
    slider,
)
from ..style import BLUE, GREY, ORANGE


def bowl(start, steps, rate, beta, kappa, losses):
    """Descent with momentum in a bowl of curvatures 1 and 1/κ: the path, the loss, the rate on its scale.

    The page computes the descent, step by step, for every place of the sliders. `losses` are the chapter's,
    for the places where they begin.
    """
    return moving(
        "bowl",
        f"""Above, the contours of a long bowl, {kappa:g} times as curved upwards as sideways, with a descent
        from an open circle towards the star at the bottom: η = {rate:g}/M, β = {beta:g}. Then its loss over
        the epochs on a logarithmic axis, from {losses[0]:.3g} to {losses[-1]:.1g} after {steps} epochs.
        Below, a scale of learning rates in units of 1/M from 0 to 4: the rate {rate:g} is marked, and the
        limit at {2 * (1 + beta):g}, beyond which a descent grows.""",
        [
            slider("rate", "learning rate η in units of 1/M", 0.05, 4, 0.05, rate),
            slider("beta", "momentum β", 0, 0.95, 0.05, beta),
            slider("kappa", "condition number κ", 1, 100, 1, kappa),
            derived("limit", "2 * (1 + beta)"),
        ],
        marks={"rate": "limit"},
        data=ONE_ROW,
        transform=_descent(start, steps),
        vconcat=[_path(), _losses(steps), _rates()],
    )


def _descent(start, steps):
    """Return the transforms that make the rows t, x, y, loss of a descent with momentum."""
    # One row; its fields are the places p0, p1, … and the speeds v0, v1, … as pairs.
    fields = {"p0": f"[{start[0]}, {start[1]}]", "v0": "[0, 0]"}
    for t in range(steps):
        v, p = f"datum.v{t}", f"datum.p{t}"
        fields[f"v{t + 1}"] = f"[beta * {v}[0] + {p}[0] / kappa, beta * {v}[1] + {p}[1]]"
        v = f"datum.v{t + 1}"
        fields[f"p{t + 1}"] = f"[{p}[0] - rate * {v}[0], {p}[1] - rate * {v}[1]]"
    fields["p"] = f"[{', '.join(f'datum.p{t}' for t in range(steps + 1))}]"
    fields["t"] = f"sequence({steps + 1})"
    return [
        *calculate(**fields),
        {"flatten": ["p", "t"]},
        *calculate(x="datum.p[0]", y="datum.p[1]", loss=_loss("datum.p"), first=_loss("datum.p0")),
    ]


def _loss(place):
    return f"({place}[0] * {place}[0] / kappa + {place}[1] * {place}[1]) / 2"


def _path():
    place = {
        "x": quantity("x", "flat direction", [-11, 11]),
        "y": quantity("y", "steep direction", [-2.5, 2.5]),
    }
    # Of equal loss, each with three times the loss of the one inside it.
    ellipses = calculate(
        level="0.02 * pow(3, floor(datum.i / 73))",
        angle="PI * (datum.i % 73) / 36",
        x="sqrt(2 * datum.level * kappa) * cos(datum.angle)",
        y="sqrt(2 * datum.level) * sin(datum.angle)",
    )
    one_each = {"detail": {"field": "level"}, "order": {"field": "angle"}}
    return panel(
        200,
        drawn(
            "line", place | one_each, *ellipses, data=along("i", 0, 73 * 9 - 1, 1), clip=True, color=GREY,
            strokeWidth=0.8,
        ),
        *_trail(place),
        drawn(
            "point", place, {"filter": "datum.t == 0"}, fill="white", stroke=BLUE, strokeWidth=1.5, size=80
        ),
        drawn("point", place, data=rows(x=[0], y=[0]), shape=STAR, color=ORANGE, size=220),
        title={"expr": "'κ = ' + kappa + ', η = ' + rate + '/M, β = ' + beta"},
    )  # fmt: skip


def _trail(place):
    return [
        drawn("line", place | {"order": {"field": "t"}}, clip=True, color=BLUE, strokeWidth=1.6),
        drawn("point", place, clip=True, color=BLUE, size=26),
    ]


def _losses(steps):
    place = {
        "x": quantity("t", "epoch", [0, steps]),
        "y": quantity("loss", None, [1e-9, 1e6], "log", format="~e"),
    }
    said = (
        "'Learning rate ' + rate + '/M, '"
        " + (abs(rate - limit) < 1e-9 ? 'at' : rate < limit ? 'below' : 'past')"
        " + ' the limit ' + format(limit, '.3~g') + '/M. Loss ' + format(datum.first, '.3~g')"
        f" + ' at the start, ' + format(datum.loss, '.3~g') + ' after {steps} epochs.'"
    )
    at_the_end = {"filter": f"datum.t == {steps}"}
    return panel(150, *_trail(place), readout(said, at_the_end), title="loss")


def _rates():
    """Return the scale of learning rates with the limit 2(1 + β)/M."""
    start = quantity("from", "learning rate η in units of 1/M", [0, 4], tickCount=9)
    limit, end = also(start, "limit"), {"field": "to"}
    return {
        "data": rows(**{"from": [0], "to": [4]}),
        "transform": calculate(rate="rate", limit="limit"),
        **panel(
            36,
            drawn("rect", {"x": start, "x2": {"field": "limit"}}, color=BLUE, opacity=0.15),
            drawn("rect", {"x": limit, "x2": end}, color=ORANGE, opacity=0.3),
            drawn("rule", {"x": limit}, color=ORANGE, strokeWidth=3),
            drawn("text", {"x": limit}, align="right", dx=-7, text="limit 2(1 + β)"),
            drawn("point", {"x": also(start, "rate")}, shape="diamond", color=BLUE, size=170),
        ),
    }
