"""How far probabilities can be trusted, and what more rows would bring."""

import numpy as np

from ..style import BLUE, GREY, ORANGE, Picture, figure, picture


@picture
def reliability(panels):
    """Reliability diagrams by name, each (mean prediction, share of positives, two standard errors, rows).

    The bars stand on the diagonal: where the shares of a calibrated model would lie.
    """
    drawing, axes = figure(2.75, columns=len(panels), sharey=True)
    words = []
    for ax, (name, (predicted, observed, twice_error, sizes)) in zip(axes, panels.items(), strict=True):
        ax.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="-")
        ax.errorbar(
            predicted,
            predicted,
            twice_error,
            color=GREY,
            linestyle="none",
            linewidth=5,
            alpha=0.45,
            capsize=0,
        )
        outside = np.abs(observed - predicted) > twice_error
        ax.plot(predicted[~outside], observed[~outside], "o", color=BLUE, linestyle="none", clip_on=False)
        ax.plot(predicted[outside], observed[outside], "D", color=ORANGE, linestyle="none", clip_on=False)
        ax.set(title=name, xlabel="mean predicted p", xlim=(0, 1), ylim=(0, 1), aspect="equal")
        ax.set(xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
        words.append(
            f"{name}: {outside.sum()} of {len(sizes)} groups lie outside their bars. "
            + ", ".join(f"{p:.3f} became {o:.3f}" for p, o in zip(predicted, observed, strict=True))
            + "."
        )
    axes[0].set(ylabel="share malignant")
    return Picture(
        drawing,
        """Reliability diagrams: in each group of rows the share that is malignant, against the mean
        prediction, with bars of two standard errors on the diagonal. """
        + " ".join(words),
    )


@picture
def learning_curve(sizes, training, test):
    """Loss on training and test rows against the number of training rows; each (sizes, repetitions)."""
    drawing, ax = figure(3.2)
    words = []
    for name, losses, colour, dash, shape in (
        ("test rows", test, ORANGE, "-", "o"),
        ("training rows", training, BLUE, (0, (5, 2)), "s"),
    ):
        mean, spread = losses.mean(axis=1), losses.std(axis=1)
        ax.fill_between(sizes, mean - spread, mean + spread, color=colour, alpha=0.18, linewidth=0)
        ax.semilogx(sizes, mean, color=colour, linestyle=dash, marker=shape, markersize=5, label=name)
        words.append(f"On {name} from {mean[0]:.3f} to {mean[-1]:.3f}.")
    ax.set(xlabel="number of training rows", ylabel="loss", xticks=sizes)
    ax.set_xticks(sizes, [str(size) for size in sizes])
    ax.minorticks_off()
    ax.set_ylim(bottom=0)
    ax.legend(loc="upper right")
    return Picture(
        drawing,
        f"Mean loss, and its standard deviation, for {sizes[0]} to {sizes[-1]} training rows. "
        + " ".join(words),
    )
