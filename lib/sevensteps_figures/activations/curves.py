"""The activations and their slopes as curves, and as a table of slopes."""

import numpy as np

from ..style import BLACK, BLUE, DASHES, GREEN, GREY, ORANGE, SMALL, Picture, figure, picture


@picture
def three_activations(linear, logistic, softmax):
    """What goes in and what comes out of step 3, for the three models.

    `linear` and `logistic` are pairs (z, y_pred) of all rows; `softmax` is (z, y_pred) of one row.
    """
    drawing, axes = figure(5.2, rows=2, columns=2)
    z, y_pred = linear
    axes[0, 0].plot(z, y_pred, "o", color=BLUE, markersize=3.5, linestyle="none", alpha=0.4)
    axes[0, 0].set(title="linear: identity", xlabel="z", ylabel="ŷ")
    z, p = logistic
    order = np.argsort(z)
    axes[0, 1].plot(z[order], p[order], color=GREY, linewidth=1, linestyle="-")
    axes[0, 1].plot(z, p, "o", color=BLUE, markersize=3.5, linestyle="none", alpha=0.4)
    axes[0, 1].set(title="logistic: sigmoid", xlabel="z", ylabel="ŷ", yticks=[0, 0.5, 1])
    z, p = softmax
    axes[1, 0].bar(range(len(z)), z, color=[BLUE if value > 0 else ORANGE for value in z])
    axes[1, 0].axhline(0, color=BLACK, linewidth=1, linestyle="-")
    axes[1, 0].set(title="softmax: in, ten z", xlabel="class", ylabel="z")
    axes[1, 1].bar(range(len(p)), p, color=BLUE)
    axes[1, 1].set(
        title="out, ten probabilities", xlabel="class", ylabel="ŷ", ylim=(0, 1), yticks=[0, 0.5, 1]
    )
    for ax in axes[1]:
        ax.set_xticks(range(0, len(z), 3))
    linear_range = f"from {linear[0].min():.0f} to {linear[0].max():.0f}"
    return Picture(
        drawing,
        f"""Four panels. Linear regression: points on a straight line, the prediction equals z,
        {linear_range}. Logistic regression: points on an S that rises from 0 to 1 while z goes from
        {logistic[0].min():.0f} to {logistic[0].max():.0f}. Softmax regression, one row: ten bars for z,
        some negative, the largest {z.max():.1f} for class {z.argmax()}; and ten bars for the probabilities,
        none negative, the largest {p.max():.2f} for the same class.""",
    )


@picture
def sigmoid_and_slope(z, p, slope, pair):
    """The sigmoid with a point and its mirror image, and below it the slope; `pair` is (z, p)."""
    drawing, (top, bottom) = figure(4.6, rows=2, sharex=True)
    top.plot(z, p, color=BLUE, linestyle="-")
    at, value = pair
    for x, y, name in ((at, value, "σ(z)"), (-at, 1 - value, "σ(−z)")):
        top.plot([x, x], [0, y], color=GREY, linewidth=1.2, linestyle=":")
        top.plot(x, y, "o", color=ORANGE, markersize=8)
        # Above the curve on the left, below it on the right.
        side = -1 if x > 0 else 1
        top.text(x - 0.25 * side, y + 0.06 * side, f"{name} = {y:.2f}", fontsize=SMALL, **_aside(side))
    top.set(title="probability σ(z)", ylim=(-0.04, 1.06), yticks=[0, 0.5, 1])
    bottom.plot(z, slope, color=GREEN, linestyle="-")
    bottom.plot(z, np.exp(-np.abs(z)), color=GREY, linewidth=1.2, linestyle=DASHES[1])
    bottom.text(1.55, 0.26, "bound $e^{-|z|}$", fontsize=SMALL)
    bottom.set(title="slope σ(z) (1 − σ(z))", xlabel="z", ylim=(-0.012, 0.34), yticks=[0, 0.1, 0.25])
    return Picture(
        drawing,
        f"""Above, the sigmoid as an S over z. Two points are marked, {value:.2f} at z = {at:g} and its
        mirror image {1 - value:.2f} at z = {-at:g}. Below, its slope, a bell with the top {slope.max():.2f}
        at z = 0, which stays below the dashed curve e to the minus |z| and is {slope[0]:.4f} at
        z = {z[0]:g}.""",
    )


def _aside(side):
    return {"ha": "right", "va": "bottom"} if side > 0 else {"ha": "left", "va": "top"}


@picture
def jacobian(p, slopes):
    """The slopes of every probability along every logit, with the probabilities above them."""
    drawing, (top, bottom) = figure(5.6, rows=2, gridspec_kw={"height_ratios": [1, 3.2]})
    classes = range(len(p))
    top.bar(classes, p, color=BLUE)
    for k, value in enumerate(p):
        if value > 0.05:
            top.text(k, value + 0.03, f"{value:.2f}", ha="center", fontsize=SMALL)
    top.set(title="probabilities p", xticks=classes, yticks=[], ylim=(0, 0.72), xlim=(-0.5, len(p) - 0.5))
    size = np.abs(slopes).max()
    bottom.imshow(slopes, cmap="PuOr", vmin=-1.3 * size, vmax=1.3 * size, aspect="auto")
    for k in classes:
        for j in classes:
            if abs(slopes[k, j]) > 0.004:
                text = f"{slopes[k, j]:+.2f}".replace("0.", ".").replace("-", "−")
                dark = abs(slopes[k, j]) > 0.7 * size
                colour = "white" if dark else BLACK
                bottom.text(j, k, text, ha="center", va="center", fontsize=SMALL, color=colour)
    bottom.set(title="slope of $p_k$ along $z_j$", xlabel="j", ylabel="k", xticks=classes, yticks=classes)
    bottom.tick_params(length=0)
    bottom.spines[:].set_visible(True)
    best, second = np.argsort(-p)[:2]
    return Picture(
        drawing,
        f"""Above, ten bars for the probabilities, {p[best]:.2f} for class {best}, {p[second]:.2f} for class
        {second}. Below, a table of ten by ten slopes. The diagonal is positive, {slopes[best, best]:.2f} for
        class {best}; everything beside it is negative or almost zero, {slopes[best, second]:.2f} between
        classes {best} and {second}.""",
    )


@picture
def hidden_activations(z, values, slopes):
    """Three activations and their slopes, dicts by name."""
    drawing, (left, right) = figure(2.9, columns=2, sharex=True)
    for ax, curves in ((left, values), (right, slopes)):
        for (name, curve), colour, dashes in zip(curves.items(), (BLUE, ORANGE, GREEN), DASHES, strict=False):
            ax.plot(z, curve, color=colour, linestyle=dashes, label=name)
        ax.set_xlabel("z")
    left.set(title="value", ylim=(-1.15, 2.6))
    left.legend(loc="upper left")
    right.set(title="slope", ylim=(-0.05, 1.25), yticks=[0, 0.25, 1])
    said = ", ".join(f"{name} {np.nanmax(curve):.2f}" for name, curve in slopes.items())
    return Picture(
        drawing,
        f"""Left, three curves over z: the sigmoid from 0 to 1, tanh from −1 to 1, and ReLU, zero on the left
        and a straight line on the right. Right, their slopes; the largest are {said}. Sigmoid and tanh have
        bells that vanish on both sides, ReLU a step from 0 to 1.""",
    )
