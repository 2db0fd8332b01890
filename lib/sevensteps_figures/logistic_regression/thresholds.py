"""From a probability to a decision: counts, costs, and a threshold that moves."""

import numpy as np

from ..moving import (
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
from ..style import BLACK, BLUE, GREEN, GREY, ORANGE, Picture, figure, picture


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
