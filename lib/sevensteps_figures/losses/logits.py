"""Three losses against a logit that moves."""

from ..moving import ONE_ROW, along, also, calculate, drawn, moving, panel, quantity, readout, rows, slider
from ..style import GREY
from .costs import COLOURS

SHAPES = ("circle", "square", "diamond")


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
