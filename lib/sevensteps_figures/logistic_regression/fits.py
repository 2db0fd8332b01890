"""A fit: its rows, its run, and weights that grow without end."""

import numpy as np

from ..style import BLACK, BLUE, ORANGE, SMALL, Picture, figure, picture

POSITIVE, NEGATIVE = ORANGE, BLUE  # malignant, benign


@picture
def scores(z, positive, threshold=0.0):
    """Logits of held-out rows, one histogram a class, with the threshold between the two decisions.

    `positive` says for each row whether it is of the positive class.
    """
    drawing, axes = figure(3.6, rows=2, sharex=True, sharey=True)
    # A few rows far out would leave no room for the others: they are named instead.
    end = 20
    edges = np.arange(np.floor(z.min()), end + 1)
    missed, alarms = np.sum(positive & (z < threshold)), np.sum(~positive & (z >= threshold))
    rows = (
        ("malignant", z[positive], POSITIVE, missed, "missed"),
        ("benign", z[~positive], NEGATIVE, alarms, "false alarms"),
    )
    for ax, (name, values, colour, wrong, what) in zip(axes, rows, strict=True):
        counts, _ = np.histogram(values, edges)
        middle = (edges[:-1] + edges[1:]) / 2
        is_wrong = (middle < threshold) == (name == "malignant")
        ax.bar(middle[~is_wrong], counts[~is_wrong], 1, color=colour, edgecolor="white", linewidth=0.5)
        ax.bar(middle[is_wrong], counts[is_wrong], 1, color="white", edgecolor=colour, hatch="////")
        ax.axvline(threshold, color=BLACK, linewidth=1.2, linestyle="-")
        ax.set(title=f"{name}: {len(values)} rows, {wrong} {what}", ylabel="rows", xlim=(edges[0], end + 1))
        if beyond := np.sum(values > end):
            ax.text(end + 1, 2, f"{beyond} beyond,\nat {values.max():.0f} →", ha="right", fontsize=SMALL)
    axes[1].set(xlabel="z, the log-odds of malignant")
    return Picture(
        drawing,
        f"""Two histograms of z with a vertical line at {threshold:g}. Top: {positive.sum()} malignant
        rows, most of them to the right of the line; {missed} lie to its left and are missed. Bottom:
        {(~positive).sum()} benign rows, most of them to the left; {alarms} lie to its right and are
        false alarms.""",
    )


@picture
def run(curves, lowest):
    """How far the loss of each run is above its lowest value, epoch by epoch."""
    drawing, ax = figure(3.0)
    for (name, losses), colour, dash in zip(curves.items(), (BLUE, ORANGE), ("-", (0, (5, 2))), strict=True):
        # Below a billionth the picture would show rounding.
        above = np.maximum(np.asarray(losses) - lowest, 1e-9)
        ax.semilogy(np.arange(1, len(above) + 1), above, color=colour, linestyle=dash, label=name)
    ax.set(xlabel="epoch", ylabel="loss above the minimum", ylim=(1e-7, 1), xscale="log")
    ax.legend(loc="lower left", title="learning rate", alignment="left")
    return Picture(
        drawing,
        "Curves of the distance between the loss and its minimum, both axes logarithmic. "
        + " ".join(
            f"Learning rate {name}: {losses[0] - lowest:.2g} at first, {losses[-1] - lowest:.2g} after"
            f" {len(losses)} epochs."
            for name, losses in curves.items()
        ),
    )


@picture
def growing(epochs, norms, losses):
    """Length of the weights, and losses on training and test rows, with and without a penalty.

    `norms` holds two lists by name, `losses` a (training, test) pair of lists for each of the same names.
    """
    drawing, (top, bottom) = figure(4.8, rows=2, sharex=True)
    colours = dict(zip(norms, (ORANGE, BLUE), strict=True))
    for name, colour in colours.items():
        training, test = losses[name]
        top.semilogx(epochs, norms[name], color=colour, linestyle="-", marker="o", markersize=4, label=name)
        bottom.semilogx(epochs, test, color=colour, linestyle="-", marker="o", markersize=4)
        bottom.semilogx(epochs, training, color=colour, linestyle=(0, (4, 2)))
    top.set(title="length of w")
    top.legend(loc="upper left")
    bottom.set(title="loss: solid on test rows, dashed on training rows", xlabel="epochs")
    bottom.set_ylim(bottom=0)
    return Picture(
        drawing,
        f"Two panels over {epochs[0]} to {epochs[-1]} epochs. "
        + " ".join(
            f"With {name}: the length of w goes from {norms[name][0]:.3g} to {norms[name][-1]:.3g},"
            f" the training loss from {losses[name][0][0]:.3g} to {losses[name][0][-1]:.3g}, the test loss"
            f" from {losses[name][1][0]:.3g} to {losses[name][1][-1]:.3g}."
            for name in norms
        ),
    )
