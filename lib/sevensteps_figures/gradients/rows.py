"""What gradients say: of planted mistakes, and of images."""

import numpy as np
from matplotlib.ticker import LogLocator, NullLocator

from ..style import BLACK, BLUE, ORANGE, SMALL, Picture, figure, picture


@picture
def gallery(right, planted, tolerance):
    """The relative errors of right gradients and of planted mistakes, a strip for each model."""
    drawing, ax = figure(3.7)
    rng = np.random.default_rng(0)
    for place, model in enumerate(right):
        for values, colour, marker, size in ((right, BLUE, "o", 9), (planted, ORANGE, "^", 26)):
            height = place + rng.uniform(-0.26, 0.26, len(values[model]))
            ax.scatter(values[model], height, s=size, c=colour, marker=marker, alpha=0.6, linewidths=0)
    ax.axvline(tolerance, color=BLACK, linewidth=1.3, linestyle="--")
    ax.text(tolerance * 1.4, -0.62, "tolerance", va="center", fontsize=SMALL)
    ax.text(1e-11, -0.62, "● right", color=BLUE, va="center", weight="bold")
    ax.text(1, -0.62, "▲ mistakes", color=ORANGE, va="center", ha="right", weight="bold")
    ax.set(
        xscale="log",
        xlabel="relative error",
        xlim=(6e-13, 2),
        ylim=(len(right) - 0.6, -0.85),
        yticks=range(len(right)),
        yticklabels=list(right),
    )
    ax.xaxis.set_major_locator(LogLocator(numticks=7))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.tick_params(axis="y", length=0)
    counts = ", ".join(f"{len(planted[model])} mistakes for the {model} model" for model in right)
    return Picture(
        drawing,
        f"""A strip for each model, the relative error across on a logarithmic axis. Blue circles, the right
        gradients at many points, all lie below 3e-10. Orange triangles, {counts}, all lie above 1e-4. A
        dashed line at {tolerance:g} stands in the empty space between.""",
    )


@picture
def directions(images):
    """The direction in which the weights of each digit move first, as pictures."""
    drawing, axes = figure(2.9, rows=2, columns=5)
    size = np.abs(images).max()
    for digit, (ax, image) in enumerate(zip(axes.flat, images, strict=True)):
        ax.imshow(image, cmap="PuOr", vmin=-size, vmax=size, interpolation="nearest")
        ax.set_title(str(digit), weight="normal")
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(True)
    return Picture(
        drawing,
        """Ten small maps, one for each digit from 0 to 9. Purple pixels, where the weight grows at the first
        step, draw the digit; orange pixels, where it shrinks, lie where other digits have ink. The 0 has an
        orange centre.""",
    )
