"""What targets of one kind lose with a model for another."""

import numpy as np

from ..style import BLUE, GREY, ORANGE, PURPLE, Picture, figure, picture


@picture
def slices(t, losses, slopes):
    """Two losses along a line through the parameters, and the length of their gradients there."""
    drawing, axes = figure(5.6, rows=3, sharex=True)
    styles = ((ORANGE, (0, (5, 2))), (BLUE, "-"))
    for ax, (name, values), (colour, dash) in zip(axes, losses.items(), styles, strict=False):
        ax.plot(t, values, color=colour, linestyle=dash)
        ax.set(title=f"{name}: loss")
        ax.set_ylim(bottom=0)
    for (name, values), (colour, dash) in zip(slopes.items(), styles, strict=True):
        axes[2].semilogy(t, values, color=colour, linestyle=dash, label=name)
    axes[2].set(title="length of the gradient", xlabel="t: the trained parameters times t")
    axes[2].set_xlim(t[0], t[-1])
    axes[2].legend(loc="center left")
    names = list(losses)
    return Picture(
        drawing,
        f"Three panels over t from {t[0]:g}, where almost every row is confidently wrong, to {t[-1]:g}. "
        + " ".join(
            f"The {name} falls from {losses[name][0]:.3g} to {losses[name][-1]:.3g}." for name in names
        )
        + f""" The first is a plateau with a steep step near 0, the second a straight slope that bends into
        a floor. At t = {t[0]:g} the gradient of the {names[0]} has length {slopes[names[0]][0]:.2g}, that of
        the {names[1]} {slopes[names[1]][0]:.2g}.""",
    )


@picture
def numberings(panels, names):
    """Predicted numbers of three classes, one panel for each numbering.

    `panels` holds by title (prediction, class of each row, number of each class, accuracy).
    """
    drawing, axes = figure(5.4, rows=len(panels), sharex=True)
    styles = ((BLUE, "o"), (ORANGE, "D"), (PURPLE, "^"))
    words = []
    for ax, (title, (predicted, classes, numbers, accuracy)) in zip(axes, panels.items(), strict=True):
        for edge in (0.5, 1.5):
            ax.axvline(edge, color=GREY, linewidth=1, linestyle="-")
        for k in np.argsort(numbers):
            colour, shape = styles[k]
            here = predicted[classes == k]
            height = numbers[k] + 0.5 * (np.arange(len(here)) / len(here) - 0.5)
            ax.plot(here, height, shape, color=colour, markersize=4, alpha=0.6, linestyle="none")
        ax.set(title=f"{title}: {100 * accuracy:.0f} % right", xlim=(-0.6, 2.6), ylim=(-0.5, 2.5))
        ax.set_yticks(numbers, [f"{name} = {number}" for name, number in zip(names, numbers, strict=True)])
        ax.set_xticks([0, 1, 2])
        means = ", ".join(f"{names[k]} {predicted[classes == k].mean():.2f}" for k in range(3))
        words.append(f"{title}: mean predictions {means}; {100 * accuracy:.0f} percent right.")
    axes[-1].set(xlabel="predicted number")
    return Picture(
        drawing,
        """Three panels, one for each way to number three kinds of iris 0, 1 and 2. Points are the
        predictions of a linear regression, lines at 0.5 and 1.5 the borders of rounding. """
        + " ".join(words),
    )


@picture
def cut(sizes, shares):
    """Share of pairs in the right order against the number of training rows; each (mean, standard error)."""
    drawing, ax = figure(3.2)
    styles = ((BLUE, "-", "o"), (ORANGE, (0, (5, 2)), "s"))
    words = []
    for (name, (mean, error)), (colour, dash, shape) in zip(shares.items(), styles, strict=True):
        ax.fill_between(sizes, mean - error, mean + error, color=colour, alpha=0.18, linewidth=0)
        ax.plot(sizes, mean, color=colour, linestyle=dash, marker=shape, markersize=5, label=name)
        words.append(f"{name}: from {mean[0]:.3f} to {mean[-1]:.3f}.")
    ax.set(xlabel="number of training rows", ylabel="pairs in the right order", xticks=sizes)
    ax.set_xscale("log")
    ax.set_xticks(sizes, [str(size) for size in sizes])
    ax.minorticks_off()
    ax.legend(loc="lower right")
    return Picture(
        drawing,
        f"""The share of pairs of test patients that are put in the right order, for {sizes[0]} to
        {sizes[-1]} training rows. The model of the quantity lies above the model of the cut everywhere. """
        + " ".join(words),
    )
