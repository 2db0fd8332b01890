"""How good a fit is on rows that it has not seen."""

import numpy as np

from ..style import BLACK, BLUE, GREY, ORANGE, PURPLE, Picture, figure, picture


@picture
def predicted_against_measured(predicted, measured, miss, chance):
    """What the model said about each patient, against what came of it a year later."""
    drawing, ax = figure(4.2)
    ends = np.array([0, 1.02 * max(measured.max(), predicted.max())])
    ax.plot(predicted, measured, "o", color=BLUE, markersize=3.5, alpha=0.55, markeredgewidth=0)
    ax.plot(ends, ends, color=ORANGE, linestyle="-", label="as predicted")
    ax.axhline(measured.mean(), color=BLACK, linestyle=":", linewidth=1.5, label="mean of all")
    ax.set(
        xlabel="predicted progression",
        ylabel="measured a year later",
        xlim=ends,
        ylim=ends,
        aspect="equal",
    )
    ax.legend(loc="upper left", labelcolor=BLACK)
    return Picture(
        drawing,
        f"""A cloud of {len(measured)} points, one a patient: measured progression against predicted
        progression. It rises along the diagonal and is wide. Around the diagonal the typical miss is
        {miss:.1f} points, around the horizontal line of the mean {chance:.1f} points.""",
    )


@picture
def splits(model, chance):
    """How the error on held-out rows varies with the split: the model's and that of the mean."""
    drawing, ax = figure(3.0)
    bins = np.arange(np.floor(min(model)), np.ceil(max(chance)) + 1, 1.0)
    for values, colour, hatch, name in (
        (model, BLUE, None, "linear regression"),
        (chance, ORANGE, "////", "mean of the training rows"),
    ):
        ax.hist(values, bins=bins, color=colour, alpha=0.55, hatch=hatch, edgecolor="white", label=name)
        ax.axvline(np.mean(values), color=colour, linestyle="-", linewidth=1.5)
    ax.set(xlabel="root mean squared error on held-out rows", ylabel="splits")
    ax.set_ylim(0, 1.3 * ax.get_ylim()[1])
    ax.legend(loc="upper center", labelcolor=BLACK, ncols=1)
    return Picture(
        drawing,
        f"""Two histograms over {len(model)} splits that do not overlap. Root mean squared error of
        linear regression: from {min(model):.1f} to {max(model):.1f}, mean {np.mean(model):.1f}. Of the
        mean of the training rows: from {min(chance):.1f} to {max(chance):.1f}, mean
        {np.mean(chance):.1f}.""",
    )


@picture
def residuals(predicted, residual, lowest, highest, quarters):
    """Residuals against predictions, and how they are distributed.

    `quarters` is a list of (mean prediction, mean residual, standard deviation) of parts of the rows.
    """
    drawing, (left, right) = figure(3.6, columns=2, sharey=True, gridspec_kw={"width_ratios": [2.4, 1]})
    left.plot(predicted, residual, "o", color=BLUE, markersize=3, alpha=0.5, markeredgewidth=0)
    ends = np.array([predicted.min(), predicted.max()])
    left.plot(ends, ends - lowest, color=GREY, linestyle="--", linewidth=1.2)
    left.plot(ends, ends - highest, color=GREY, linestyle="--", linewidth=1.2)
    left.text(ends[0], 95, f"label {lowest:.0f}")
    left.text(ends[1], -160, f"label {highest:.0f}", ha="right")
    place, mean, spread = np.transpose(quarters)
    left.errorbar(
        place, mean, yerr=spread, color=ORANGE, marker="s", markersize=5, linestyle="none", capsize=4
    )
    left.axhline(0, color=BLACK, linewidth=0.8, linestyle="-")
    left.set(xlabel="prediction", ylabel="residual", title="against the prediction", ylim=(-180, 180))
    right.hist(residual, bins=np.arange(-170, 171, 20), orientation="horizontal", color=BLUE, alpha=0.55)
    size = np.linspace(-170, 170, 200)
    deviation = residual.std()
    bell = np.exp(-((size / deviation) ** 2) / 2) / (deviation * np.sqrt(2 * np.pi))
    right.plot(20 * len(residual) * bell, size, color=BLACK, linestyle="--", linewidth=1.3)
    right.set(xlabel="patients", title="distribution")
    return Picture(
        drawing,
        f"""Left, residual against prediction, bounded by two slanted lines for the smallest label
        {lowest:.0f} and the largest {highest:.0f}; four squares with bars show the mean and the standard
        deviation of each quarter of the patients: """
        + ", ".join(f"{m:.1f} ± {s:.1f}" for _, m, s in quarters)
        + """. Right, the histogram of the residuals, close to a bell curve.""",
    )


@picture
def learning_curve(sizes, train, held_out, chance):
    """Root mean squared errors over the number of training rows: (splits, sizes) each."""
    drawing, ax = figure(3.5)
    for values, colour, marker, name in (
        (held_out, ORANGE, "s", "held-out rows"),
        (train, BLUE, "o", "training rows"),
    ):
        mean, spread = np.mean(values, axis=0), np.std(values, axis=0)
        ax.fill_between(sizes, mean - spread, mean + spread, color=colour, alpha=0.15, linewidth=0)
        ax.plot(sizes, mean, color=colour, marker=marker, linestyle="-", label=name)
    ax.axhline(chance, color=PURPLE, linestyle="--", linewidth=1.4, label="mean of the training rows")
    ax.set_xscale("log")
    ax.set_xticks(sizes, [str(size) for size in sizes])
    ax.minorticks_off()
    ax.set(xlabel="training rows", ylabel="root mean squared error", ylim=(20, 125))
    ax.legend(loc="upper right", labelcolor=BLACK)
    return Picture(
        drawing,
        f"""Two curves over {sizes[0]} to {sizes[-1]} training rows. The error on training rows rises from
        {np.mean(train, axis=0)[0]:.1f} to {np.mean(train, axis=0)[-1]:.1f}, the error on held-out rows falls
        from {np.mean(held_out, axis=0)[0]:.1f} to {np.mean(held_out, axis=0)[-1]:.1f}. The mean of the
        training rows alone errs by {chance:.1f}.""",
    )
