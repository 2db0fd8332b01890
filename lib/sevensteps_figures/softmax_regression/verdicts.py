"""How good a fit is, for which penalty and how surely."""

import numpy as np

from ..style import BLACK, BLUE, GREEN, GREY, ORANGE, SMALL, Picture, figure, picture


@picture
def choice(penalties, training, validation, right, confidence, best):
    """Losses on training and validation rows, and accuracy beside mean confidence, against the penalty."""
    drawing, (top, bottom) = figure(4.8, rows=2, sharex=True)
    for name, losses, colour, dash, shape in (
        ("validation rows", validation, ORANGE, "-", "o"),
        ("training rows", training, BLUE, (0, (5, 2)), "s"),
    ):
        top.loglog(penalties, losses, color=colour, linestyle=dash, marker=shape, markersize=5, label=name)
    top.set(title="loss")
    top.set_yticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
    top.legend(loc="upper left")
    bottom.semilogx(
        penalties, right, color=GREEN, linestyle="-", marker="o", markersize=5, label="share right"
    )
    bottom.semilogx(
        penalties,
        confidence,
        color=BLACK,
        linestyle=(0, (1, 1.5)),
        marker="D",
        markersize=5,
        label="mean confidence",
    )
    bottom.set(title="on validation rows", xlabel="penalty λ", ylim=(0, 1.05))
    bottom.legend(loc="lower left")
    for ax in (top, bottom):
        ax.axvline(best, color=GREY, linewidth=1, linestyle="-", zorder=0)
    chosen = list(penalties).index(best)
    return Picture(
        drawing,
        f"""Two panels over the penalties {penalties[0]:g} to {penalties[-1]:g}, a vertical line at the chosen
        one, {best:g}. Top: the validation loss falls from {validation[0]:.3f} to {validation[chosen]:.3f} and
        rises to {validation[-1]:.3f}, the training loss rises from {training[0]:.3f} to {training[-1]:.3f}.
        Bottom: the share right stays near {right[chosen]:.2f} and falls to {right[-1]:.2f}, the mean
        confidence falls from {confidence[0]:.2f} over {confidence[chosen]:.2f} to {confidence[-1]:.2f}.""",
    )


@picture
def confusion(counts, classes):
    """A confusion matrix of many classes: rows are the truth, columns the decisions; errors stand out."""
    drawing, ax = figure(4.4)
    errors = counts * (1 - np.eye(len(classes), dtype=int))
    # The right decisions would drown the errors in one scale of colour.
    ax.imshow(errors, cmap="Oranges", vmin=0, vmax=1.8 * errors.max(), aspect="auto")
    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            colour = BLUE if i == j else BLACK
            ax.text(j, i, f"{count}" if count else "·", ha="center", va="center", color=colour, fontsize=10)
    ax.set(xticks=range(len(classes)), yticks=range(len(classes)), xlabel="decision", ylabel="truth")
    ax.set_xticklabels(classes)
    ax.set_yticklabels(classes)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    worst = np.argsort(-errors, axis=None, kind="stable")[:5]
    pairs = [divmod(int(place), len(classes)) for place in worst]
    said = ", ".join(f"{classes[i]} as {classes[j]} {counts[i, j]} times" for i, j in pairs)
    return Picture(
        drawing,
        f"""A table of {len(classes)} rows, the truth, and as many columns, the decision. On the diagonal
        {np.trace(counts)} rows, beside it {errors.sum()}. The most frequent errors: {said}.""",
    )


@picture
def confidence(groups, answered, errors, marks):
    """A reliability diagram of the confidence, and the errors left when the least sure rows are refused.

    `groups` holds the mean confidence, the share right and two standard errors of each group; `errors[i]` is
    the share of errors among the share `answered[i]` of the rows; `marks` names points by their share.
    """
    drawing, (left, right) = figure(2.9, columns=2)
    said, share, twice = groups
    left.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="-")
    left.errorbar(said, said, twice, color=GREY, linestyle="none", linewidth=5, alpha=0.45, capsize=0)
    outside = np.abs(share - said) > twice
    left.plot(said[~outside], share[~outside], "o", color=BLUE, linestyle="none", clip_on=False)
    left.plot(said[outside], share[outside], "D", color=ORANGE, linestyle="none", clip_on=False)
    left.set(title="at its word?", xlabel="mean confidence", ylabel="share right")
    left.set(xlim=(0.3, 1), ylim=(0.3, 1), xticks=[0.4, 0.7, 1], yticks=[0.4, 0.7, 1])
    right.plot(100 * answered, 100 * errors, color=BLUE, linestyle="-")
    words = []
    for (name, place), shape in zip(marks.items(), "sD", strict=True):
        at = int(np.argmin(np.abs(answered - place)))
        right.plot(100 * answered[at], 100 * errors[at], shape, color=ORANGE, linestyle="none", label=name)
        words.append(f"at {name} {100 * answered[at]:.1f} % are answered, {100 * errors[at]:.2f} % wrongly")
    right.set(title="errors, %", xlabel="answered, %", xlim=(60, 101), ylim=(0, None))
    right.legend(loc="upper left", handletextpad=0.2, borderaxespad=0.1)
    points = ", ".join(f"{a:.3f} became {b:.3f}" for a, b in zip(said, share, strict=True))
    return Picture(
        drawing,
        f"""Left, a reliability diagram of {len(said)} groups: {points}; {outside.sum()} lie outside their
        bars of two standard errors. Right, the share of errors against the share of rows answered:
        {"; ".join(words)}.""",
    )


@picture
def learning_curve(sizes, curves):
    """Errors on rows not trained on, in per cent, against the number of training rows, by model.

    Each curve is an array (sizes, repetitions).
    """
    drawing, ax = figure(3.1)
    words = []
    for (name, errors), colour, dash, shape in zip(
        curves.items(), (ORANGE, BLUE), ("-", (0, (5, 2))), "os", strict=True
    ):
        mean, spread = 100 * errors.mean(axis=1), 100 * errors.std(axis=1)
        ax.fill_between(sizes, mean - spread, mean + spread, color=colour, alpha=0.18, linewidth=0)
        ax.semilogx(sizes, mean, color=colour, linestyle=dash, marker=shape, markersize=5, label=name)
        words.append(f"{name} from {mean[0]:.1f} to {mean[-1]:.1f} %")
    ax.set(xlabel="number of training rows", ylabel="errors, %")
    ax.set_xticks(sizes, [str(size) for size in sizes])
    ax.minorticks_off()
    ax.set_ylim(bottom=0)
    ax.legend(loc="upper right")
    return Picture(
        drawing,
        f"Errors on rows not trained on, for {sizes[0]} to {sizes[-1]} training rows: {'; '.join(words)}.",
    )


@picture
def sheets(errors, overall, usual):
    """The share of errors on each sheet, by models that have not seen it, beside that of random folds."""
    drawing, ax = figure(3.1)
    ax.bar(np.arange(1, len(errors) + 1), 100 * errors, color=BLUE, width=0.7)
    ax.axhline(100 * overall, color=BLACK, linewidth=1.4, linestyle="-")
    ax.axhline(100 * usual, color=ORANGE, linewidth=1.8, linestyle=(0, (5, 2)))
    end = len(errors) + 0.7
    place = {"ha": "left", "va": "bottom", "fontsize": SMALL}
    ax.text(end, 100 * overall, "sheets", color=BLACK, **place)
    ax.text(end, 100 * usual, "random\nfolds", color=ORANGE, **place)
    ax.set(xlabel="sheet left out", ylabel="errors, %", xlim=(0.3, end), xticks=range(1, len(errors) + 1, 2))
    return Picture(
        drawing,
        f"""Bars for {len(errors)} sheets, from {100 * errors.min():.1f} to {100 * errors.max():.1f} % errors.
        A line at their mean, {100 * overall:.1f} %, and a dashed one at {100 * usual:.1f} %, the errors with
        random folds.""",
    )
