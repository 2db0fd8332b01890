"""Where runs lead: how fast, how far, and with how many rows."""

import numpy as np

from ..style import BLACK, BLUE, DASHES, GREY, ORANGE, SEQUENCE, SMALL, Picture, figure, picture


@picture
def rates(curves):
    """Distance to the minimum over epochs; a dict by name of (distances, predicted factor)."""
    drawing, ax = figure(3.6)
    for number, (name, (distances, factor)) in enumerate(curves.items()):
        epochs = np.arange(len(distances))
        colour = SEQUENCE[number]
        ax.semilogy(epochs, distances, color=colour, linestyle="-", linewidth=2.4, label=name)
        half = len(distances) // 2
        predicted = distances[half] * factor ** (epochs - half)
        ax.semilogy(epochs, predicted, color=BLACK, linestyle=":", linewidth=1.6)
        ax.text(
            epochs[-1] * 1.01,
            distances[-1],
            f"× {factor:.5f}\nan epoch",
            color=colour,
            fontsize=SMALL,
            va="center",
        )
    ax.set(xlabel="epoch", ylabel="distance to the minimum", xlim=(0, 1.27 * epochs[-1]))
    ax.plot([], [], color=BLACK, linestyle=":", label="predicted")
    ax.legend(loc="lower left")
    said = "; ".join(
        f"{name}: from {d[0]:.3g} to {d[-1]:.2g}, a factor of {f:.5f} an epoch"
        for name, (d, f) in curves.items()
    )
    return Picture(
        drawing,
        f"""Distances to the minimum over {len(epochs) - 1} epochs on a logarithmic axis. After a steep
        beginning each becomes a straight line and lies on the dotted line that was predicted. {said}.""",
    )


@picture
def separable(X, y, lines, best, growth, law):
    """Two classes with the boundary at several epochs (above), and the length of the parameters (below).

    `lines` maps epochs to (w1, w2, b), `best` is that of the largest margin, `growth` is (epochs, lengths),
    `law` the predicted growth per factor of ten.
    """
    drawing, (top, bottom) = figure(6.4, rows=2, height_ratios=[1.5, 1])
    for label, colour, marker in ((1, BLUE, "o"), (0, ORANGE, "^")):
        top.scatter(*X[y == label].T, s=34, marker=marker, c=colour, linewidths=0, alpha=0.75)
    x = np.array([-5.5, 5.5])
    for (epoch, (w1, w2, b)), dashes in zip(lines.items(), DASHES[1:4], strict=True):
        top.plot(x, -(w1 * x + b) / w2, color=GREY, linestyle=dashes, label=f"epoch {epoch:,}")
    w1, w2, b = best
    top.plot(x, -(w1 * x + b) / w2, color=BLACK, linestyle="-", linewidth=2.4, label="largest margin")
    top.set(xlim=(-5.5, 5.5), ylim=(-3.9, 4.9), xlabel="$x_1$", ylabel="$x_2$")
    top.legend(loc="upper left", ncols=2, fontsize=SMALL)
    epochs, lengths = growth
    bottom.semilogx(epochs, lengths, color=BLUE, linestyle="-", label="measured")
    predicted = lengths[-1] + law * np.log10(epochs / epochs[-1])
    late = epochs >= epochs[-1] / 1000
    bottom.semilogx(epochs[late], predicted[late], color=BLACK, linestyle=":", label="predicted slope")
    bottom.set(xlabel="epoch", ylabel="length of $(w, b)$", ylim=(0, None))
    bottom.legend(loc="upper left")
    return Picture(
        drawing,
        f"""Above, two clouds of points that a straight line can separate. Boundaries at the epochs
        {", ".join(f"{epoch:,}" for epoch in lines)} turn towards a solid line, the one with the largest
        margin. Below, the length of the parameters over epochs on a logarithmic axis: it bends into a
        straight line, reaches {lengths[-1]:.1f} at epoch {epochs[-1]:,}, and grows by about {law:.1f} with
        each factor of ten, as predicted.""",
    )


@picture
def penalties(epochs, lengths):
    """The length of the weights over epochs for several penalties, a dict by λ."""
    drawing, ax = figure(3.5)
    for number, (l2, values) in enumerate(lengths.items()):
        ax.semilogx(epochs, values, color=SEQUENCE[number], linestyle=DASHES[number])
        ax.text(epochs[-1] * 1.15, values[-1], f"λ = {l2:g}", color=SEQUENCE[number], va="center")
    ax.set(xlabel="epoch", ylabel="length of $w$", xlim=(1, 9 * epochs[-1]), ylim=(0, None))
    ax.set_xticks([1, 10, 100, 1000, 10_000])
    said = ", ".join(f"{values[-1]:.1f} for λ = {l2:g}" for l2, values in lengths.items())
    return Picture(
        drawing,
        f"""The length of the weights over epochs, on a logarithmic axis, for {len(lengths)} penalties.
        At epoch {epochs[-1]:,} it is {said}. Without a penalty the curve bends upwards and goes on; with
        one it becomes level, the sooner the larger the penalty is.""",
    )


@picture
def early_and_ridge(filters, times, early, ridge):
    """How much of each direction is learned (above); validation losses along both paths (below).

    `filters` is (scaled curvatures, learned by early stopping, learned by ridge).
    """
    drawing, (top, bottom) = figure(5.8, rows=2)
    scaled, stopped, ridged = filters
    top.semilogx(scaled, stopped, color=BLUE, linestyle="-", label="stopped after t epochs")
    top.semilogx(scaled, ridged, color=ORANGE, linestyle=DASHES[1], label="ridge with λ = 1/(ηt)")
    top.set(xlabel="curvature × ηt", title="share of a direction that is learned", ylim=(-0.03, 1.05))
    top.legend(loc="upper left")
    bottom.semilogx(times, early, color=BLUE, linestyle="-")
    bottom.semilogx(times, ridge, color=ORANGE, linestyle=DASHES[1])
    for values, colour, marker in ((early, BLUE, "o"), (ridge, ORANGE, "s")):
        at = int(np.argmin(values))
        bottom.plot(times[at], values[at], marker, color=colour, markeredgecolor="white", markersize=8)
    bottom.set(xlabel="t, with λ = 1/(ηt)", title="validation loss")
    return Picture(
        drawing,
        f"""Above, two curves from 0 to 1 that lie close together: the share of a direction learned by
        early stopping and by ridge regression, over curvature times ηt. Below, the validation loss along
        both paths, on one axis: both fall and rise. Early stopping has its lowest value {min(early):.0f}
        at t = {times[int(np.argmin(early))]}, ridge {min(ridge):.0f} at t =
        {times[int(np.argmin(ridge))]}.""",
    )


@picture
def learning_curves(sizes, floor, shift, training, test):
    """Losses of converged runs over the number of rows, around the floor; shift is the predicted gap."""
    drawing, ax = figure(3.6)
    ax.axhline(floor, color=BLACK, linewidth=1.2, linestyle="-")
    ax.text(1.1 * sizes[0], floor, "the floor", va="bottom", fontsize=SMALL)
    fine = np.geomspace(sizes[0], sizes[-1], 100)
    for sign in (-1, 1):
        ax.plot(fine, floor + sign * shift * sizes[0] / fine, color=BLACK, linestyle=":", linewidth=1.6)
    ax.plot([], [], color=BLACK, linestyle=":", label="predicted")
    ax.plot(sizes, test, "s", color=ORANGE, linestyle="none", markersize=8, label="new rows")
    ax.plot(sizes, training, "o", color=BLUE, linestyle="none", markersize=8, label="training rows")
    ax.set_xscale("log")
    ax.set_xticks(sizes, [str(n) for n in sizes])
    ax.minorticks_off()
    ax.set(xlabel="training rows n", ylabel="cross-entropy")
    ax.legend(loc="upper right")
    return Picture(
        drawing,
        f"""The loss of converged runs for {sizes[0]} to {sizes[-1]} training rows. On the training rows it
        rises from {training[0]:.3f} to {training[-1]:.3f}, on new rows it falls from {test[0]:.3f} to
        {test[-1]:.3f}; both approach the floor, {floor:.3f}, along the dotted lines that were
        predicted.""",
    )
