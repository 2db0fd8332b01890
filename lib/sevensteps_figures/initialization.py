"""The pictures of chapter 1."""

import numpy as np

from .style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, Picture, figure


def starts(valley, valley_paths, saddle, saddle_paths):
    """Contours of two losses of two parameters, with the paths of descents from several starts.

    Each landscape is (horizontal axis, vertical axis, loss on their grid); each path (steps, 2).
    """
    drawing, axes = figure(2.9, columns=2)
    panels = (
        ("logistic regression", "$w_1$", "$w_2$", valley, valley_paths),
        ("one hidden unit", "$u$", "$v$", saddle, saddle_paths),
    )
    for ax, (title, across, up, (x, y, loss), paths) in zip(axes, panels, strict=True):
        ax.contour(x, y, loss, levels=14, colors=GREY, linewidths=0.6, linestyles="-", alpha=0.7)
        for path in paths:
            moved = np.ptp(path, axis=0).max() > 1e-9
            ax.plot(*path.T, color=BLUE, linewidth=1.6, linestyle="-")
            ax.plot(*path[0], "o", color="white", markeredgecolor=BLUE, linestyle="none")
            ax.plot(*path[-1], "*" if moved else "X", color=ORANGE, markersize=11, linestyle="none")
        ax.set(title=title, xlabel=across, ylabel=up)
    ends = [len({tuple(np.round(path[-1], 1)) for path in paths}) for _, _, _, _, paths in panels]
    return Picture(
        drawing,
        f"""Two contour maps of a loss with descents drawn as blue lines from open circles to orange
        stars. Left, logistic regression: {len(valley_paths)} starts, {ends[0]} end. Right, one hidden
        unit: {len(saddle_paths)} starts, {ends[1]} ends; the start at the origin, marked by a cross,
        has not moved.""",
    )


def first_loss_by_scale(scales, losses, saturated, epochs):
    """What the scale of random weights does to the first loss, to saturation and to the way back."""
    drawing, (top, middle, bottom) = figure(5.2, rows=3, sharex=True)
    top.loglog(scales, losses, color=BLUE)
    top.axhline(np.log(2), color=GREY, linewidth=1, linestyle=":")
    top.annotate("ln 2", (scales[0], np.log(2)), xytext=(0, 4), textcoords="offset points", color=GREY)
    top.set(title="first loss")
    middle.semilogx(scales, 100 * np.asarray(saturated), color=ORANGE)
    middle.set(title="saturated rows, %", ylim=(-4, 104))
    bottom.loglog(scales, epochs, color=GREEN)
    bottom.set(title="epochs to a loss of 0.1", xlabel="standard deviation of the first weights")
    return Picture(
        drawing,
        f"""Three curves over the scale of the first weights, from {min(scales):g} to {max(scales):g}.
        The first loss stays at ln 2 while the scale is small and then grows to {max(losses):.3g}. The
        share of saturated rows goes from {100 * min(saturated):.0f} to {100 * max(saturated):.0f} per
        cent. The epochs needed go from {min(epochs)} to {max(epochs)}.""",
    )


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
