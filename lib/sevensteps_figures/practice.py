"""The pictures of the page on going from scratch to practice."""

import numpy as np

from .style import BLACK, BLUE, DASHES, GREY, ORANGE, SEQUENCE, SMALL, Picture, figure, picture


@picture
def readings(curves, lowest):
    """Loss above its unpenalized minimum, epoch by epoch, one curve a reading of the same settings."""
    drawing, ax = figure(3.6)
    for (name, losses), colour, dash in zip(curves.items(), SEQUENCE, DASHES, strict=False):
        ax.semilogy(np.asarray(losses) - lowest, color=colour, linestyle=dash, label=name)
    ax.set(xlabel="epoch", ylabel="loss above its minimum")
    ax.legend(loc="upper right")
    return Picture(
        drawing,
        "Curves of the loss above its minimum, on a logarithmic axis. "
        + " ".join(
            f"{name}: {losses[0] - lowest:.3g} at first, {losses[10] - lowest:.3g} at epoch 10,"
            f" {losses[-1] - lowest:.3g} at the end."
            for name, losses in curves.items()
        ),
    )


@picture
def brake(lengths, at):
    """Length of each step while the gradient stays the same and the rate drops once."""
    drawing, ax = figure(3.0)
    for (name, steps), colour, dash in zip(lengths.items(), (BLUE, ORANGE), ("-", (0, (5, 2))), strict=True):
        ax.plot(np.arange(1, len(steps) + 1), steps, color=colour, linestyle=dash, label=name)
    ax.axvline(at + 0.5, color=GREY, linewidth=1.2, linestyle=(0, (1, 2)))
    ax.text(at + 1, 0.97 * max(max(steps) for steps in lengths.values()), "the rate drops", fontsize=SMALL)
    ax.set(xlabel="update", ylabel="length of the step", ylim=(0, None))
    ax.legend(loc="center right")
    return Picture(
        drawing,
        f"Length of the steps against the number of the update; the learning rate drops after update {at}. "
        + " ".join(
            f"{name}: {steps[at - 1]:.3g} just before, {steps[at]:.3g} at the next update,"
            f" {steps[-1]:.3g} at the end."
            for name, steps in lengths.items()
        ),
    )


@picture
def first_steps(sizes, curves, halves):
    """Adam's first step in units of the rate against the size of the gradient, one curve a convention."""
    drawing, ax = figure(3.2)
    for (name, steps), colour, dash in zip(curves.items(), SEQUENCE, DASHES, strict=False):
        ax.semilogx(sizes, steps, color=colour, linestyle=dash, label=name)
        ax.plot(halves[name], 0.5, "o", color=colour, markersize=7)
    ax.axhline(0.5, color=GREY, linewidth=1.0, linestyle=(0, (1, 2)))
    ax.set(xlabel="size of the gradient", ylabel="first step / rate", ylim=(0, 1.05))
    ax.legend(loc="lower right", fontsize=9)
    return Picture(
        drawing,
        "Three rising curves of Adam's first step, from 0 to 1 times the learning rate, against the size of"
        " the gradient on a logarithmic axis. "
        + " ".join(f"{name}: half at {half:.2g}." for name, half in halves.items()),
    )


@picture
def checks(mistakes, names, caught):
    """A table of marks: which check sees which mistake. `caught` has a row for each mistake."""
    drawing, ax = figure(0.36 * len(mistakes) + 1.3)
    for i, row in enumerate(caught):
        for j, seen in enumerate(row):
            style = {"color": BLUE, "edgecolors": BLUE} if seen else {"color": "none", "edgecolors": GREY}
            ax.scatter(j, i, s=130 if seen else 60, marker="s" if seen else "o", linewidths=1.2, **style)
    ax.set(xlim=(-0.5, len(names) - 0.5), ylim=(len(mistakes) - 0.5, -0.5))
    ax.set_xticks(range(len(names)), names, fontsize=SMALL, rotation=40, ha="left", rotation_mode="anchor")
    ax.set_yticks(range(len(mistakes)), mistakes, fontsize=SMALL)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return Picture(
        drawing,
        "A table of marks; a filled square where a check sees a mistake. "
        + " ".join(
            f"{mistake}: "
            + (", ".join(n for n, seen in zip(names, row, strict=True) if seen) or "seen by none")
            + "."
            for mistake, row in zip(mistakes, caught, strict=True)
        ),
    )


@picture
def twice(runs, floor):
    """The loss on the screen and the share of rows decided rightly, with softmax applied once and twice."""
    drawing, (top, bottom) = figure(4.6, rows=2, sharex=True)
    for (name, (losses, right)), colour, dash in zip(
        runs.items(), (BLUE, ORANGE), ("-", (0, (5, 2))), strict=True
    ):
        top.semilogx(np.arange(1, len(losses) + 1), losses, color=colour, linestyle=dash, label=name)
        bottom.semilogx(np.arange(1, len(right) + 1), right, color=colour, linestyle=dash)
    top.axhline(floor, color=BLACK, linewidth=1.0, linestyle=(0, (1, 2)))
    top.text(1, floor - 0.06, f"floor {floor:.3f}", va="top", fontsize=SMALL)
    top.set(title="loss on the screen", ylim=(0, None))
    top.legend(loc="lower left")
    bottom.set(title="share of rows that are right", xlabel="epoch", ylim=(0, 1.03))
    return Picture(
        drawing,
        f"Two panels against the epoch, on a logarithmic axis, with a dotted line at the floor {floor:.3f}. "
        + " ".join(
            f"Softmax {name}: the loss goes from {losses[0]:.3f} to {losses[-1]:.3f}, the share of rows that"
            f" are right from {right[0]:.3f} to {right[-1]:.3f}."
            for name, (losses, right) in runs.items()
        ),
    )
