"""The pictures of "Linear regression, end to end"."""

import numpy as np

from .moving import ONE_ROW, calculate, drawn, moving, over_rows, panel, quantity, readout, rows, slider
from .style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, Picture, figure, picture


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
def run(losses, lowest, without_features):
    """How far the loss is above its minimum before each epoch, on logarithmic axes."""
    drawing, ax = figure(3.2)
    above = np.array(losses) - lowest
    seen = above > 1e-4  # below it there is nothing to see but more of the same
    steps = np.arange(1, len(losses) + 1)
    ax.loglog(steps[seen], above[seen], color=BLUE, linestyle="-")
    ax.axhline(without_features - lowest, color=ORANGE, linestyle="--", linewidth=1.3)
    ax.annotate(
        "the best bias alone",
        (steps[seen][-1], without_features - lowest),
        (0, 5),
        textcoords="offset points",
        ha="right",
    )
    ax.set(xlabel="epoch, counted from 1", ylabel="loss above the minimum")
    return Picture(
        drawing,
        f"""The loss above its minimum {lowest:.0f} over the epochs, both axes logarithmic. It starts at
        {above[0]:.0f}, is {above[10]:.0f} after 10 epochs, below the level of the best bias alone,
        {without_features - lowest:.0f}, still {above[100]:.1f} after 100, and
        {above[1000]:.2f} after 1000.""",
    )


def residual_squares(x, y, level, best, losses):
    """The squared residuals of a few rows as squares, under a line with a slope, and a height at the mean x.

    `level` is the height of the level line that it begins with, `best` the slope and the height of the least
    squares, and `losses` the mean areas of both, from the page's cells.
    """
    wide, high, side = [14.0, 46.0], [-10.0, 350.0], 330
    # So many units across are as long on the page as one unit up: squares must look square.
    across = (wide[1] - wide[0]) / (high[1] - high[0])
    place = {
        "x": quantity("x", "body mass index", wide),
        "y": quantity("y", "progression", high),
    }
    corner = {"x2": {"field": "right"}, "y2": {"field": "fitted"}}
    middle = float(np.mean(x))
    fitted = f"height + slope * (datum.x - {middle:.6g})"
    squares = calculate(fitted=fitted, area="pow(datum.fitted - datum.y, 2)",
                        right=f"datum.x + {across:.6g} * abs(datum.fitted - datum.y)")  # fmt: skip
    ends = {"data": rows(x=wide), "clip": True}
    best_line = calculate(y=f"{best[1]:.6g} + {best[0]:.6g} * (datum.x - {middle:.6g})")
    least = f"{losses[1]:.4g}"
    said = (
        "'Slope ' + slope + ', height ' + height + ': the mean area is ' + format(datum.area, '.0f')"
        f" + '. The least possible is {losses[1]:.0f}.'"
    )
    scale = quantity("area", "mean area, the loss", [0, 15000], tickCount=3)
    return moving(
        "residual-squares",
        f"""Above, {len(x)} patients as points, progression over body mass index, with a line through them and
        a square on each residual. The line is level, at the mean label {level:.0f}, and the mean area of the
        squares is {losses[0]:.0f}. A dashed line shows the least squares: slope {best[0]:.2f}, mean area
        {losses[1]:.0f}. Below, a bar for the mean area, with a stroke at the least possible.""",
        [
            slider("slope", "slope", -10, 30, 0.5, 0),
            slider("height", "height at the mean index", 50, 250, 1, level),
        ],
        data=rows(x=x, y=y),
        vconcat=[
            panel(
                side,
                drawn("rect", place | corner, *squares, color=ORANGE, opacity=0.3, stroke=ORANGE, clip=True),
                drawn("line", place, *best_line, color=GREEN, strokeDash=[5, 3], strokeWidth=1.5, **ends),
                drawn("line", place, *calculate(y=fitted), color=BLUE, **ends),
                drawn("point", place, color=BLACK, size=50),
                title="squares on residuals (dashed: the least)",
                width=side,
            ),
            panel(
                30,
                drawn("bar", {"x": scale}, *squares, over_rows(area="mean"), color=ORANGE, clip=True),
                drawn("rule", {"x": scale}, *calculate(area=least), data=ONE_ROW, color=GREEN, strokeWidth=3),
                readout(said, *squares, over_rows(area="mean")),
                width=side,
            ),
        ],
    )  # fmt: skip


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
def weights(names, by_l2):
    """The weights of each feature, one bar for each strength of the penalty."""
    drawing, ax = figure(4.6)
    place = np.arange(len(names))
    height = 0.8 / len(by_l2)
    looks = zip((BLUE, ORANGE, GREEN), (None, "////", "...."), strict=True)
    for i, ((l2, values), (colour, hatch)) in enumerate(zip(by_l2.items(), looks, strict=False)):
        ax.barh(
            place + (i - (len(by_l2) - 1) / 2) * height,
            values,
            height=height,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.3,
            label=f"λ = {l2:g}",
        )
    ax.axvline(0, color=BLACK, linewidth=0.8, linestyle="-")
    ax.set_yticks(place, names)
    ax.invert_yaxis()
    ax.set(xlabel="weight, in points per standard deviation")
    ax.legend(loc="upper left", labelcolor=BLACK)
    return Picture(
        drawing,
        "The weights of ten features as bars. "
        + " ".join(
            f"λ = {l2:g}: "
            + ", ".join(f"{name} {value:.1f}" for name, value in zip(names, values, strict=True))
            + "."
            for l2, values in by_l2.items()
        ),
    )


@picture
def trade_off(clouds, names):
    """Two weights of the same feature pair over many resamplings; one cloud for each l2."""
    drawing, ax = figure(3.8)
    looks = zip((BLUE, ORANGE), ("o", "^"), strict=True)
    for (l2, pairs), (colour, marker) in zip(clouds.items(), looks, strict=True):
        ax.plot(
            *np.transpose(pairs),
            marker,
            color=colour,
            markersize=4,
            alpha=0.55,
            markeredgewidth=0,
            label=f"λ = {l2:g}",
        )
    ax.axhline(0, color=GREY, linewidth=0.8, linestyle="-")
    ax.axvline(0, color=GREY, linewidth=0.8, linestyle="-")
    ax.set(xlabel=f"weight of {names[0]}", ylabel=f"weight of {names[1]}", aspect="equal")
    ax.legend(loc="upper right", labelcolor=BLACK)
    spreads = {l2: np.std(pairs, axis=0) for l2, pairs in clouds.items()}
    return Picture(
        drawing,
        f"The weight of {names[1]} against the weight of {names[0]} over resampled patients. "
        + " ".join(
            f"λ = {l2:g}: standard deviations {spread[0]:.1f} and {spread[1]:.1f}."
            for l2, spread in spreads.items()
        )
        + " Without a penalty the cloud is long and narrow and falls from left to right; with it, small.",
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


@picture
def two_rates(curves, lowest):
    """How far the loss is above its minimum, for learning rates on both sides of the limit."""
    drawing, ax = figure(3.0)
    looks = zip((BLUE, ORANGE), ("-", "--"), strict=True)
    for (name, losses), (colour, dashes) in zip(curves.items(), looks, strict=True):
        ax.semilogy(np.asarray(losses) - lowest, color=colour, linestyle=dashes, label=name)
    ax.set(xlabel="epoch", ylabel="loss above the minimum")
    ax.legend(loc="upper left", labelcolor=BLACK)
    return Picture(
        drawing,
        "The loss above its minimum on a logarithmic axis. "
        + " ".join(
            f"{name}: first {losses[0] - lowest:.3g}, {losses[-1] - lowest:.3g} at epoch {len(losses) - 1}."
            for name, losses in curves.items()
        ),
    )
