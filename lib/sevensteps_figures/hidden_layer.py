"""The pictures of the page on a hidden layer."""

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from .style import BLACK, BLUE, GREY, ORANGE, SMALL, Picture, figure, picture


@picture
def boundaries(X, y, grid, panels):
    """Rows of two classes and the regions that several models make of the plane.

    `grid` is (horizontal places, vertical places). `panels` is a dict from title to (z on the grid, number
    of wrong rows, creases); a crease is (weights, bias) of a hidden unit, drawn where its sum is zero.
    """
    drawing, axes = figure(4.6, rows=2, columns=2, sharex=True, sharey=True)
    across, up = grid
    for ax, (title, (z, wrong, creases)) in zip(axes.flat, panels.items(), strict=True):
        ax.contourf(across, up, z, levels=[-1e9, 0, 1e9], colors=[BLUE, ORANGE], alpha=0.18)
        for weights, bias in creases:
            _line(ax, weights, bias, across, up)
        ax.contour(across, up, z, levels=[0], colors=BLACK, linewidths=2, linestyles="-")
        for label, colour, marker in ((0, BLUE, "o"), (1, ORANGE, "^")):
            ax.plot(*X[y == label].T, marker, color=colour, markersize=3.2, linestyle="none")
        ax.set(title=f"{title}: {wrong} wrong", xlim=across[[0, -1]], ylim=up[[0, -1]])
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(True)
    said = "; ".join(f"{title}: {wrong} of {len(y)} wrong" for title, (_, wrong, _) in panels.items())
    return Picture(
        drawing,
        f"""Four panels with the same rows, two crescents of circles and triangles that reach into each
        other, each with a model's decision boundary as a thick line and its hidden units' creases as thin
        dashed lines. {said}. With few units the boundary is made of one or two straight pieces; with more
        it bends at the creases and follows the gap between the crescents.""",
    )


def _line(ax, weights, bias, across, up):
    """Draw the points at which weights · x + bias is zero."""
    if abs(weights[1]) > abs(weights[0]):
        ax.plot(across, -(weights[0] * across + bias) / weights[1], color=GREY, linewidth=0.9, linestyle="--")
    else:
        ax.plot(-(weights[1] * up + bias) / weights[0], up, color=GREY, linewidth=0.9, linestyle="--")


@picture
def one_row(values, slopes):
    """A network of one feature and two hidden units: values above, slopes of the loss below.

    `values` and `slopes` are dicts from the names x, s1, s2, a1, a2, z, ℓ to numbers.
    """
    drawing, ax = figure(3.4)
    places = {"x": (0, 0), "z": (4.4, 0), "ℓ": (6, 0)}
    places |= {"s1": (1.6, 0.85), "a1": (3, 0.85), "s2": (1.6, -0.85), "a2": (3, -0.85)}
    links = [("x", "s1"), ("x", "s2"), ("s1", "a1"), ("s2", "a2"), ("a1", "z"), ("a2", "z"), ("z", "ℓ")]
    for start, end in links:
        on = values[end] != 0 if end.startswith("a") else True
        arrow = {"arrowstyle": "-|>", "color": BLUE, "linewidth": 1.6, "shrinkA": 23, "shrinkB": 23}
        arrow["linestyle"] = "-" if on else (0, (1, 2))
        ax.annotate("", places[end], places[start], arrowprops=arrow)
    for name, (x, y) in places.items():
        letter = name.replace("ℓ", r"\ell")
        label = f"${name[0]}_{name[1]}$" if len(name) > 1 else f"${letter}$"
        ax.plot(x, y, "o", markersize=37, color="white", markeredgecolor=BLACK, linestyle="none")
        ax.text(x, y + 0.13, label, ha="center", va="center", fontsize=11.5)
        ax.text(x, y - 0.17, f"{values[name]:.2g}", ha="center", va="center", color=BLUE, fontsize=SMALL)
        if name in slopes:
            ax.text(
                x, y - 0.62, f"{slopes[name]:+.3f}", ha="center", color=ORANGE, weight="bold", fontsize=10
            )
    ax.text(-0.5, 1.5, "values: forwards", color=BLUE, weight="bold")
    ax.text(6.5, -1.85, "slopes of the loss: backwards", color=ORANGE, weight="bold", ha="right")
    ax.set(xlim=(-0.6, 6.6), ylim=(-1.95, 1.75))
    ax.axis("off")
    there = ", ".join(f"{name} = {value:.3g}" for name, value in values.items())
    back = ", ".join(f"{name} {slope:+.3f}" for name, slope in slopes.items())
    return Picture(
        drawing,
        f"""A network drawn as circles joined by arrows: the feature x leads to the sums of two hidden units,
        each sum to its hidden value, both values to z, and z to the loss of the row. Values: {there}.
        Slopes of the loss below the circles: {back}. The second unit is switched off: its arrow is dotted,
        and no slope passes back through it.""",
    )


@picture
def shares(units, successes, starts):
    """How many of the starts end with every row right, for each number of hidden units."""
    drawing, ax = figure(2.6)
    places = np.arange(len(units))
    ax.bar(places, successes, color=BLUE, width=0.6)
    for place, count in zip(places, successes, strict=True):
        ax.text(place, count + 0.2, count, ha="center")
    ax.set(xticks=places, xticklabels=units, ylim=(0, starts + 1.2), xlabel="hidden units")
    ax.set(title=f"of {starts} starts, those that end with no row wrong")
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    said = ", ".join(f"{count} with {unit}" for unit, count in zip(units, successes, strict=True))
    return Picture(
        drawing,
        f"Bars: the number of starts, of {starts}, from which training gets every row right. {said} units.",
    )


@picture
def scales(factors, wrong, flat):
    """What the scale of the first weights does: wrong test rows, and hidden values that are saturated.

    `wrong` is a dict from activation to one number for each factor; `flat` the saturated shares of tanh.
    """
    drawing, (top, bottom) = figure(4.4, rows=2, sharex=True, height_ratios=[1.6, 1])
    styles = ((BLUE, "-", "o"), (ORANGE, (0, (5, 2)), "s"))
    for (name, values), (colour, dashes, marker) in zip(wrong.items(), styles, strict=True):
        top.loglog(factors, values, color=colour, linestyle=dashes, marker=marker, markersize=4.5, label=name)
    top.legend(loc="upper center")
    top.set(title="wrong test rows after ten epochs")
    top.yaxis.set_major_locator(FixedLocator([25, 50, 100, 200, 400]))
    top.yaxis.set_minor_locator(NullLocator())
    top.set_yticklabels([25, 50, 100, 200, 400])
    bottom.semilogx(factors, 100 * np.asarray(flat), color=BLUE, linestyle="-", marker="o", markersize=4.5)
    bottom.set(title="tanh: saturated hidden values, %", ylim=(-4, 104))
    bottom.set(xlabel="first weights, as a multiple of Glorot's or He's")
    said = "; ".join(
        f"{name} from {values[0]:.0f} down to {min(values):.0f} and up to {values[-1]:.0f}"
        for name, values in wrong.items()
    )
    return Picture(
        drawing,
        f"""Two curves over the scale of the first weights, from {factors[0]:g} to {factors[-1]:g} times the
        recommended one, both with a valley near 1: wrong test rows, {said}. Below, the share of saturated
        tanh values: {100 * flat[0]:.0f} per cent up to the recommended scale, then rising to
        {100 * flat[-1]:.0f} per cent.""",
    )


@picture
def splits(wrong):
    """Wrong test rows on each split: two models, joined by a line. `wrong` is a dict of two lists."""
    drawing, ax = figure(3.0)
    (first, before), (second, after) = wrong.items()
    places = np.arange(len(before))
    ax.vlines(places, after, before, color=GREY, linewidth=1.2)
    ax.plot(places, before, "o", color=ORANGE, markersize=8, linestyle="none", label=first)
    ax.plot(places, after, "D", color=BLUE, markersize=7, linestyle="none", label=second)
    ax.set(xlabel="split", xticks=places, ylim=(0, max(before) + 5), title="wrong test rows")
    ax.legend(loc="upper center", ncols=2, columnspacing=1)
    said = ", ".join(f"{one} and {other}" for one, other in zip(before, after, strict=True))
    return Picture(
        drawing,
        f"Wrong test rows on {len(before)} splits, {first} and {second}: {said}.",
    )


@picture
def pictures(images):
    """Rows of small pictures: `images` is a dict from the title of a row to its maps of 64 numbers."""
    drawing, axes = figure(3.6, rows=len(images))
    for ax, (title, row) in zip(axes, images.items(), strict=True):
        for place, image in enumerate(row):
            extent = (9 * place, 9 * place + 8, 8, 0)
            size = np.abs(image).max()
            ax.imshow(
                image.reshape(8, 8),
                cmap="PuOr",
                interpolation="nearest",
                vmin=-size,
                vmax=size,
                extent=extent,
            )
            ax.add_patch(Rectangle(extent[::3], 8, 8, fill=False, edgecolor=GREY))
        ax.set(title=title, xlim=(-0.2, 9 * len(row) - 0.8), ylim=(8.2, -0.2), xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    return Picture(
        drawing,
        f"""Three rows of {len(row)} maps of 8 by 8 pixels, purple where positive and orange where negative:
        {"; ".join(images)}. Those of the first row belong to one digit each; those of the second row are
        patches of both signs; those of the third row are blurred digits and mixtures of several.""",
    )
