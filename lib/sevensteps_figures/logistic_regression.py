"""The pictures of the page on logistic regression from end to end."""

import numpy as np

from .moving import (
    ONE_ROW,
    calculate,
    derived,
    drawn,
    either,
    moving,
    over_rows,
    panel,
    quantity,
    readout,
    rows,
    slider,
)
from .style import BLACK, BLUE, GREEN, GREY, ORANGE, Picture, figure, picture

POSITIVE, NEGATIVE = ORANGE, BLUE  # malignant, benign


@picture
def scores(z, positive, threshold=0.0):
    """Logits of held-out rows, one histogram a class, with the threshold between the two decisions.

    `positive` says for each row whether it is of the positive class.
    """
    drawing, axes = figure(3.6, rows=2, sharex=True, sharey=True)
    # A few rows far out would leave no room for the others: they are named instead.
    end = 20
    edges = np.arange(np.floor(z.min()), end + 1)
    missed, alarms = np.sum(positive & (z < threshold)), np.sum(~positive & (z >= threshold))
    rows = (
        ("malignant", z[positive], POSITIVE, missed, "missed"),
        ("benign", z[~positive], NEGATIVE, alarms, "false alarms"),
    )
    for ax, (name, values, colour, wrong, what) in zip(axes, rows, strict=True):
        counts, _ = np.histogram(values, edges)
        middle = (edges[:-1] + edges[1:]) / 2
        is_wrong = (middle < threshold) == (name == "malignant")
        ax.bar(middle[~is_wrong], counts[~is_wrong], 1, color=colour, edgecolor="white", linewidth=0.5)
        ax.bar(middle[is_wrong], counts[is_wrong], 1, color="white", edgecolor=colour, hatch="////")
        ax.axvline(threshold, color=BLACK, linewidth=1.2, linestyle="-")
        ax.set(title=f"{name}: {len(values)} rows, {wrong} {what}", ylabel="rows", xlim=(edges[0], end + 1))
        if beyond := np.sum(values > end):
            ax.text(end + 1, 2, f"{beyond} beyond,\nat {values.max():.0f} →", ha="right", fontsize=9.5)
    axes[1].set(xlabel="z, the log-odds of malignant")
    return Picture(
        drawing,
        f"""Two histograms of z with a vertical line at {threshold:g}. Top: {positive.sum()} malignant
        rows, most of them to the right of the line; {missed} lie to its left and are missed. Bottom:
        {(~positive).sum()} benign rows, most of them to the left; {alarms} lie to its right and are
        false alarms.""",
    )


@picture
def run(curves, lowest):
    """How far the loss of each run is above its lowest value, epoch by epoch."""
    drawing, ax = figure(3.0)
    for (name, losses), colour, dash in zip(curves.items(), (BLUE, ORANGE), ("-", (0, (5, 2))), strict=True):
        # Below a billionth the picture would show rounding.
        above = np.maximum(np.asarray(losses) - lowest, 1e-9)
        ax.semilogy(np.arange(1, len(above) + 1), above, color=colour, linestyle=dash, label=name)
    ax.set(xlabel="epoch", ylabel="loss above the minimum", ylim=(1e-7, 1), xscale="log")
    ax.legend(loc="lower left", title="learning rate", alignment="left")
    return Picture(
        drawing,
        "Curves of the distance between the loss and its minimum, both axes logarithmic. "
        + " ".join(
            f"Learning rate {name}: {losses[0] - lowest:.2g} at first, {losses[-1] - lowest:.2g} after"
            f" {len(losses)} epochs."
            for name, losses in curves.items()
        ),
    )


@picture
def growing(epochs, norms, losses):
    """Length of the weights, and losses on training and test rows, with and without a penalty.

    `norms` holds two lists by name, `losses` a (training, test) pair of lists for each of the same names.
    """
    drawing, (top, bottom) = figure(4.8, rows=2, sharex=True)
    colours = dict(zip(norms, (ORANGE, BLUE), strict=True))
    for name, colour in colours.items():
        training, test = losses[name]
        top.semilogx(epochs, norms[name], color=colour, linestyle="-", marker="o", markersize=4, label=name)
        bottom.semilogx(epochs, test, color=colour, linestyle="-", marker="o", markersize=4)
        bottom.semilogx(epochs, training, color=colour, linestyle=(0, (4, 2)))
    top.set(title="length of w")
    top.legend(loc="upper left")
    bottom.set(title="loss: solid on test rows, dashed on training rows", xlabel="epochs")
    bottom.set_ylim(bottom=0)
    return Picture(
        drawing,
        f"Two panels over {epochs[0]} to {epochs[-1]} epochs. "
        + " ".join(
            f"With {name}: the length of w goes from {norms[name][0]:.3g} to {norms[name][-1]:.3g},"
            f" the training loss from {losses[name][0][0]:.3g} to {losses[name][0][-1]:.3g}, the test loss"
            f" from {losses[name][1][0]:.3g} to {losses[name][1][-1]:.3g}."
            for name in norms
        ),
    )


@picture
def confusion(counts, names):
    """A confusion matrix: rows are the true classes, columns the decisions, the positive class first."""
    drawing, ax = figure(3.1)
    (hit, missed), (alarm, clear) = counts
    shares = counts / counts.sum(axis=1, keepdims=True)
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1.6, aspect="auto")
    words = (("true positive", "false negative"), ("false positive", "true negative"))
    for i in range(2):
        for j in range(2):
            ax.text(j, i - 0.1, f"{counts[i, j]}", ha="center", va="center", fontsize=19)
            ax.text(j, i + 0.26, words[i][j], ha="center", va="center", fontsize=10)
    ax.set(xticks=[0, 1], yticks=[0, 1], xlabel="decision", ylabel="truth")
    ax.set_xticklabels(names)
    ax.set_yticklabels(names, rotation=90, va="center")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return Picture(
        drawing,
        f"""A table of two rows, the truth, and two columns, the decision. Truth {names[0]}: {hit} called
        {names[0]}, {missed} called {names[1]}. Truth {names[1]}: {alarm} called {names[0]}, {clear}
        called {names[1]}.""",
    )


@picture
def costs(thresholds, cost_by_ratio, best_by_ratio):
    """The cost of all decisions against the threshold, a panel for each ratio of the two costs."""
    drawing, axes = figure(4.4, rows=len(cost_by_ratio), sharex=True)
    words = []
    for ax, (ratio, cost) in zip(axes, cost_by_ratio.items(), strict=True):
        best = best_by_ratio[ratio]
        ax.step(thresholds, cost, color=BLUE, where="pre", linestyle="-")
        ax.axvline(best, color=ORANGE, linewidth=1.6, linestyle=(0, (5, 2)))
        lowest = thresholds[cost.argmin()]
        ax.plot(lowest, cost.min(), "o", color=GREEN)
        ax.set(
            title=f"a miss costs as much as {ratio} false alarm{'s' if ratio > 1 else ''}",
            ylabel="cost",
            ylim=(0, 3.2 * cost.min()),
        )
        words.append(
            f"Ratio {ratio}: the lowest cost is {cost.min():.0f} at a threshold of {lowest:.3f}; the derived"
            f" threshold is {best:.3f}."
        )
    axes[-1].set(xlabel="threshold on the probability of malignant", xlim=(0, 1))
    return Picture(
        drawing,
        "Step curves of the cost against the threshold, with the derived threshold as a dashed line. "
        + " ".join(words),
    )


def roc(curves, z, positive, threshold, counts):
    """ROC curves by name, each a dictionary of the arrays tpr and fpr, and a threshold on the first of them.

    `z` are the logits of its rows, `positive` says which are. The page counts for any threshold; `counts` are
    the chapter's true and false positives for the probability `threshold` that it begins with.
    """
    rates = {
        "x": quantity("fpr", "false positive rate, 1 − specificity", [0, 1]),
        "y": quantity("tpr", "true positive rate, sensitivity", [0, 1]),
    }
    styles = zip(curves.items(), ((BLUE, [1, 0]), (GREEN, [6, 3])), strict=True)
    lines = [
        drawn("line", rates | {"order": {"field": "i"}}, color=colour, strokeDash=dash,
              data=rows(i=range(len(curve["fpr"])), fpr=curve["fpr"], tpr=curve["tpr"]))
        for (_, curve), (colour, dash) in styles
    ]  # fmt: skip
    chance = drawn("line", rates, data=rows(fpr=[0, 1], tpr=[0, 1]), color=GREY, strokeDash=[1, 3])
    alarm = calculate(alarm="1 / (1 + exp(-datum.z)) >= threshold ? 1 : 0", hit="datum.alarm * datum.y")
    total, hits = len(z), int(np.sum(positive))
    sums = [
        over_rows(alarms=("sum", "alarm"), hits=("sum", "hit")),
        *calculate(
            tpr=f"datum.hits / {hits}", false="datum.alarms - datum.hits", fpr=f"datum.false / {total - hits}"
        ),
    ]
    place = {
        "x": quantity("place", "logit z", [-12, 12]),
        "y": {"field": "class", "type": "nominal", "sort": ["malignant", "benign"], "axis": {"title": None}},
        "yOffset": {"field": "aside", "type": "quantitative", "scale": {"domain": [-1, 1]}},
    }
    look = {
        "color": either("datum.alarm", ORANGE, BLUE),
        "shape": either("datum.alarm", "triangle-up", "circle"),
    }
    strip = calculate(
        place="clamp(datum.z, -12, 12)",
        **{"class": "datum.y ? 'malignant' : 'benign'"},
        # The same for the same row, so that only the threshold moves.
        aside="0.7 * sin(2.4 * datum.i)",
    )
    said = (
        "'Threshold ' + format(threshold, '.2f') + ', z = ' + format(cut, '.2f')"
        f" + ': of {hits} malignant ' + datum.hits + ' found, ' + ({hits} - datum.hits) + ' missed; of"
        f" {total - hits} benign ' + datum.false + ' false alarms. Sensitivity ' + format(datum.tpr, '.3f')"
        " + ', specificity ' + format(1 - datum.fpr, '.3f') + '.'"
    )
    names = list(curves)
    return moving(
        "roc",
        f"""Above, ROC curves of {" and ".join(names)}, above the dotted diagonal of chance. The first rises
        almost straight up and runs along the top; the second, dashed, is a low arc. A diamond on the first
        marks the threshold {threshold:g}: false positive rate {counts[1] / (total - hits):.3f}, true positive
        rate {counts[0] / hits:.3f}. Below, the rows by their logit, malignant ones above benign ones; those
        to the right of an upright line are alarms, drawn as orange triangles.""",
        [
            slider("threshold", "threshold on the probability", 0.01, 0.99, 0.01, threshold),
            derived("cut", "log(threshold / (1 - threshold))"),
        ],
        data=rows(i=range(total), z=z, y=np.asarray(positive, dtype=int)),
        transform=alarm,
        vconcat=[
            panel(
                330,
                chance,
                *lines,
                drawn("point", rates, *sums, shape="diamond", color=ORANGE, stroke="white", size=200),
                readout(said, *sums),
                title=f"ROC (dashed: {names[1]})",
                width=330,
            ),
            panel(
                110,
                drawn("point", place | look, *strip, size=28, opacity=0.6),
                drawn("rule", {"x": place["x"]}, *calculate(place="cut"), data=ONE_ROW, color=BLACK),
                title="the rows (orange: alarms)",
                width=330,
            ),
        ],
    )  # fmt: skip


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
