"""A logit as a weighted sum, of numbers and of pixels, and what goes wrong where sums meet shapes."""

import numpy as np
from matplotlib.patches import Rectangle

from ..style import BLACK, BLUE, GREY, ORANGE, SMALL, Picture, figure, picture


@picture
def weighted_sum(names, parts, z, title):
    """The parts of one weighted sum as bars, each beginning where the one before ends; z below."""
    ends = np.cumsum(parts)
    drawing, ax = figure(4.2)
    low, high = min(ends.min(), 0), max(ends.max(), 0)
    for place, (part, end) in enumerate(zip(parts, ends, strict=True)):
        ax.barh(place, part, left=end - part, height=0.66, color=BLUE if part > 0 else ORANGE)
        ax.plot([end, end], [place - 0.33, place + 1.33], color=GREY, linewidth=0.8, linestyle="-")
        ax.text(high + 0.12, place, f"{part:+.2f}", va="center", fontsize=SMALL)
    ax.barh(len(parts), z, height=0.66, color="white", edgecolor=BLACK, hatch="////", linewidth=1.2)
    ax.text(high + 0.12, len(parts), f"{z:+.2f}", va="center", fontsize=SMALL, weight="bold")
    ax.axvline(0, color=BLACK, linewidth=1, linestyle="-")
    ax.set(
        title=title,
        yticks=range(len(parts) + 1),
        yticklabels=[*names, "z, the sum"],
        xlabel="← malignant      z      benign →",
        xlim=(low - 0.1, high + 0.75),
    )
    ax.invert_yaxis()
    ax.tick_params(left=False)
    said = ", ".join(f"{name} {part:+.2f}" for name, part in zip(names, parts, strict=True))
    return Picture(
        drawing,
        f"""{title}. Bars that lead from one to the next, blue to the right and orange to the left: {said}.
        The last bar, hatched, is their sum, z = {z:+.2f}.""",
    )


@picture
def accident(y_true, y_pred, difference):
    """All differences between predictions and targets, the wanted ones on the diagonal framed."""
    drawing, ax = figure(3.9)
    n = len(y_true)
    size = np.abs(difference).max()
    ax.imshow(difference, cmap="PuOr", vmin=-1.6 * size, vmax=1.6 * size, aspect="auto")
    for i in range(n):
        for j in range(n):
            wanted = i == j
            ax.text(
                j,
                i,
                f"{difference[i, j]:.0f}",
                ha="center",
                va="center",
                fontsize=SMALL + wanted,
                weight="bold" if wanted else "normal",
            )
        corner = (i - 0.47, i - 0.46)
        ax.add_patch(Rectangle(corner, 0.94, 0.92, fill=False, edgecolor=BLACK, linewidth=2))
    ax.set(
        xticks=range(n),
        yticks=range(n),
        xticklabels=[f"{value:.0f}" for value in y_pred],
        yticklabels=[f"{value:.0f}" for value in y_true],
        xlabel=f"y_pred, shape ({n},): a row",
        ylabel=f"y_true, shape ({n}, 1): a column",
    )
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    diagonal = ", ".join(f"{value:.0f}" for value in np.diag(difference))
    return Picture(
        drawing,
        f"""A table of {n} by {n} numbers: the prediction above each column minus the target beside each
        row. The {n} framed numbers on the diagonal are the wanted ones: {diagonal}. The other
        {n * n - n} belong to no patient.""",
    )


@picture
def columns(weights, image, z, label):
    """The ten columns of weights as pictures, one image and its ten logits."""
    drawing, axes = figure(5.0, rows=4, columns=5)
    for ax in axes[:2].flat:
        ax.remove()
    grid = axes[0, 0].get_gridspec()
    digit, bars = drawing.add_subplot(grid[:2, :2]), drawing.add_subplot(grid[:2, 2:])
    digit.imshow(image, cmap="Greys", interpolation="nearest")
    digit.set_title(f"one image: a {label}")
    bars.barh(range(10), z, color=[BLUE if value > 0 else ORANGE for value in z], height=0.7)
    bars.set_title("its ten logits")
    bars.set_yticks(range(10))
    bars.tick_params(labelsize=SMALL, left=False)
    bars.spines["left"].set_visible(False)
    bars.axvline(0, color=BLACK, linewidth=1)
    bars.invert_yaxis()
    size = np.abs(weights).max()
    for k, ax in enumerate(axes[2:].flat):
        ax.imshow(weights[:, k].reshape(8, 8), cmap="PuOr", vmin=-size, vmax=size)
        ax.set_title(f"w of {k}", weight="normal")
    for ax in (digit, *axes[2:].flat):
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(True)
    said = ", ".join(f"{k}: {value:.1f}" for k, value in enumerate(z))
    return Picture(
        drawing,
        f"""Above, the image of a handwritten {label}, 8 by 8 pixels, and bars for its ten logits, the
        longest to the right for {int(np.argmax(z))} ({said}). Below, ten maps of weights, one for each
        digit, purple where ink speaks for the digit and orange where it speaks against it; that of 0 is
        orange in the centre and purple around it.""",
    )
