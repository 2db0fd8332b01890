"""What the scale of random weights does, to the first loss and layer by layer."""

import numpy as np

from ..moving import (
    also,
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
from ..style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, Picture, figure, picture


def first_loss_by_scale(z, y, scales, losses, saturated, epochs):
    """What the scale of random weights does to the first loss, to saturation and to the way back.

    `z` are the logits of the rows with labels `y` at scale 1, the other four the chapter's numbers for some
    scales. The page computes probabilities, loss and saturation for any other.
    """
    start = list(scales).index(1)
    of_scale = quantity("scale", None, [0.01, 10], "log", tickCount=4)
    columns = {
        "x": quantity("low", "predicted probability", [0, 1]) | {"bin": "binned"},
        "x2": {"field": "high"},
        "y": quantity("rows", "rows", [0, len(y)]) | {"stack": "zero"},
        "color": either("datum.sure", ORANGE, BLUE),
        "detail": {"field": "sure"},
    }
    height = {"y": quantity("loss", None, [0.5, 12], "log", values=[0.5, 1, 2, 5, 10])}
    way = {"y": quantity("epochs", None, [20, 10000], "log", values=[30, 100, 1000, 10000], format="d")}
    here, below = {"x": of_scale}, {"x": quantity("scale", "scale of the first weights", [0.01, 10], "log")}
    curves, dots = rows(scale=scales, loss=losses, epochs=epochs), {"color": BLUE, "size": 30}
    mean = over_rows(loss="mean", sure="mean", scale="mean")
    said = (
        "'Scale ' + format(datum.scale, '.2~f') + ': first loss ' + format(datum.loss, '.3f')"
        " + ' (ln 2 is ' + format(log(2), '.3f') + '), ' + format(100 * datum.sure, '.0f')"
        " + ' % of the rows saturated.'"
    )
    return moving(
        "first-loss",
        f"""Above, the {len(y)} rows at a scale of the first weights of 1, in columns by their predicted
        probability; {100 * saturated[start]:.0f} per cent are saturated and stand at the two ends. Below, two
        curves over the scale, from {min(scales):g} to {max(scales):g}. The first loss stays at ln 2 while the
        scale is small and then grows to {max(losses):.3g}. The epochs needed to a loss of 0.1 go from
        {min(epochs)} to {max(epochs)}.""",
        [
            slider("exponent", "scale of the first weights", -2, 1, 0.05, 0),
            derived("scale", "pow(10, exponent)"),
        ],
        powers=["exponent"],
        data=rows(u=z, y=y),
        transform=calculate(
            scale="scale",
            z="scale * datum.u",
            p="1 / (1 + exp(-datum.z))",
            sure="abs(datum.z) > log(99) ? 1 : 0",
            loss="max(datum.z, 0) + log(1 + exp(-abs(datum.z))) - datum.y * datum.z",
        ),
        vconcat=[
            panel(
                110,
                drawn(
                    "bar", columns,
                    *calculate(low="min(floor(20 * datum.p), 19) / 20", high="datum.low + 0.05"),
                    {"aggregate": [{"op": "count", "as": "rows"}], "groupby": ["low", "high", "sure"]},
                    stroke="white", strokeWidth=0.5,
                ),
                title="the rows, by probability (orange: saturated)",
            ),
            panel(
                110,
                drawn("rule", {"y": also(height["y"], "even")}, data=rows(even=[np.log(2)]), color=GREY,
                      strokeDash=[2, 3], strokeWidth=1),
                drawn("line", here | height, data=curves, color=BLUE, point=dots),
                drawn("point", here | height, mean, shape="diamond", color=ORANGE, size=170),
                readout(said, mean),
                title="first loss (dotted: ln 2)",
            ),
            panel(
                110,
                drawn("line", below | way, data=curves, color=GREEN, point=dots | {"color": GREEN}),
                drawn("rule", below, mean, color=ORANGE, strokeDash=[4, 3]),
                title="epochs to a loss of 0.1",
            ),
        ],
    )  # fmt: skip


@picture
def hidden_weights(weights_by_start, ranks):
    """The first layer's weights after training, one map for each kind of start."""
    drawing, axes = figure(2.7, columns=len(weights_by_start), sharey=True)
    for ax, (name, weights) in zip(axes, weights_by_start.items(), strict=True):
        size = max(np.abs(weights).max(), 1e-12)
        ax.imshow(weights, cmap="PuOr", vmin=-size, vmax=size, aspect="auto", interpolation="nearest")
        ax.set(title=name, xlabel="hidden unit", xticks=[])
        ax.spines[:].set_visible(True)
    axes[0].set(ylabel="feature", yticks=[])
    return Picture(
        drawing,
        "Maps of the weights between features (rows) and hidden units (columns) after training. "
        + " ".join(
            f"From {name}: rank {rank}, {_looks(rank)}."
            for name, rank in zip(weights_by_start, ranks, strict=True)
        ),
    )


def _looks(rank):
    return {0: "all weights still zero", 1: "all columns alike"}.get(rank, "columns that differ")


@picture
def variance_through_layers(variances):
    """Var z from layer to layer, one line for each pair of activation and start, on a logarithmic axis."""
    drawing, ax = figure(3.4)
    for (name, values), colour in zip(variances.items(), (BLUE, ORANGE, GREEN, PURPLE), strict=True):
        layers = np.arange(1, len(values) + 1)
        (line,) = ax.semilogy(layers, values, base=2, color=colour, marker="o", markersize=4, label=name)
        line.set_clip_on(False)
    ax.set(
        xlabel="layer",
        ylabel="variance of z",
        xticks=layers[::3],
        title="the signal, layer by layer",
    )
    ax.yaxis.set_major_locator(_powers())
    ax.legend(loc="lower left", labelcolor=BLACK)
    return Picture(
        drawing,
        "The variance of z in layers 1 to 10. "
        + " ".join(
            f"{name}: from {values[0]:.3g} to {values[-1]:.3g}." for name, values in variances.items()
        ),
    )


def _powers():
    from matplotlib.ticker import LogLocator

    return LogLocator(base=2, numticks=6)
