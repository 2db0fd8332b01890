"""The pictures of the page on classification and regression."""

import numpy as np
from matplotlib.patches import FancyBboxPatch

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
from .style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, Picture, figure, picture

MODELS = ("linear", "logistic", "softmax")
SHARED, OWN = "#EEF1F4", "#FBE9DC"  # the ground of a step that all models share, and of one that differs


@picture
def one_row_each(rows):
    """One row of data going through each of the three models, step by step.

    `rows` holds for each model z, y_pred, y, loss and slope; for the softmax those of the true class, and
    its name as `digit`.
    """
    linear, logistic, softmax = (rows[name] for name in MODELS)
    k = softmax["digit"]
    sub = chr(ord("₀") + k)
    of_truth = "ŷ" if logistic["y"] == 1 else "(1 − ŷ)"
    steps = [
        ("1  start from w = 0, b = 0", None),
        (
            "2  z = Xw + b",
            (
                f"z = {linear['z']:.1f}\nthe prediction",
                f"z = {logistic['z']:.2f}\na logit",
                f"z{sub} = {softmax['z']:.2f}\n1 of 10 logits",
            ),
        ),
        (
            "3  activation",
            (
                f"identity\nŷ = {linear['y_pred']:.1f}",
                f"sigmoid\nŷ = {logistic['y_pred']:.3f}",
                f"softmax\nŷ{sub} = {softmax['y_pred']:.3f}",
            ),
        ),
        (
            "4  loss, against the label",
            (
                f"y = {linear['y']:.0f}\n(ŷ − y)² = {linear['loss']:.0f}",
                f"y = {logistic['y']:.0f}\n−ln {of_truth} = {logistic['loss']:.3f}",
                f"y{sub} = 1\n−ln ŷ{sub} = {softmax['loss']:.3f}",
            ),
        ),
        (
            "5  slope along z",
            (
                f"2(ŷ − y) = {linear['slope']:.0f}",
                f"ŷ − y = {logistic['slope']:.3f}",
                f"ŷ{sub} − y{sub} = {softmax['slope']:.3f}",
            ),
        ),
        ("6  w − η dw,  b − η db", None),
        ("7  level ground? stop, or on with 2", None),
    ]
    drawing, ax = figure(5.7)
    ax.set_axis_off()
    ax.set(xlim=(0, 3), ylim=(-16.75, 1.5))
    for column, (name, colour) in enumerate(zip(MODELS, (BLUE, ORANGE, GREEN), strict=True)):
        ax.text(column + 0.5, 0.9, name, ha="center", va="center", color=colour, weight="bold", fontsize=12)
    tasks = ("a patient:\nhow far?", "a tumour:\nmalignant?", "an image:\nwhich digit?")
    for column, task in enumerate(tasks):
        ax.text(column + 0.5, -0.35, task, ha="center", va="center", fontsize=10)
    top = -1.5
    for heading, cells in steps:
        own = heading[0] in "34"
        height = 1.3 if cells is None else 2.1 + 0.95 * cells[0].count("\n")
        ax.add_patch(
            FancyBboxPatch(
                (0.03, top - height + 0.12),
                2.94,
                height - 0.24,
                boxstyle="round,pad=0,rounding_size=0.05",
                facecolor=OWN if own else SHARED,
                edgecolor=ORANGE if own else GREY,
                linewidth=1.6 if own else 0.8,
                linestyle=(0, (4, 2)) if own else "-",
            )
        )
        ax.text(0.09, top - 0.62, heading, va="center", weight="bold", fontsize=10)
        if own:
            ax.text(2.91, top - 0.62, "differs", va="center", ha="right", color=ORANGE, fontsize=10)
        for column, words in enumerate(cells or ()):
            middle = top - 0.5 * (height + 1.0)
            words = words.replace("-", "−")
            ax.text(column + 0.5, middle, words, ha="center", va="center", fontsize=10, linespacing=1.35)
        top -= height
    return Picture(
        drawing,
        f"""Seven steps from top to bottom, three models side by side. Steps 3 and 4 are marked as
        different, the other five as the same. Linear regression, one patient: z = {linear["z"]:.1f} is the
        prediction, the label is {linear["y"]:.0f}, the squared error {linear["loss"]:.0f}, the slope
        {linear["slope"]:.0f}. Logistic regression, one tumour: the logit {logistic["z"]:.2f} becomes the
        probability {logistic["y_pred"]:.3f}, the label is {logistic["y"]:.0f}, the loss
        {logistic["loss"]:.3f}, the slope {logistic["slope"]:.3f}. Softmax regression, one image of a {k}:
        the logit {softmax["z"]:.2f} becomes the probability {softmax["y_pred"]:.3f}, the loss is
        {softmax["loss"]:.3f}, the slope {softmax["slope"]:.3f}.""",
    )


def line_through_labels(x, y, curve, measured, far, half, wrong):
    """A line and a sigmoid through labels of 0 and 1, and far rows of label 1 that pull at the line.

    `curve` is the fitted sigmoid, as an array of places and one of values; `measured` the slope and the
    intercept of the line without far rows. The page fits the line to any number of far rows at any distance.
    `far` holds both as it begins, `half` where the line and the sigmoid then say ½, `wrong` their wrong rows.
    """
    edge = float(max(x))
    left, right = round(float(min(x)) - 0.1, 2), round(2.1 * edge, 2)
    straight = [f"{part:.6g}" for part in measured]
    up = quantity("y", "label, prediction", [-0.9, 2.2], values=[0, 0.5, 1])
    place = {"x": quantity("x", "radius of the largest nuclei, standardized", [left, right]), "y": up}
    ends = {"x2": {"field": "end"}, "y2": {"field": "end_y"}}
    look = {
        "color": either("datum.label == 1", ORANGE, BLUE),
        "shape": either("datum.label == 1", "diamond", "circle"),
    }

    def line(slope, intercept):
        """Return the transforms of a line from one edge to the other."""
        heights = {"y": f"{slope} * {left} + {intercept}", "end_y": f"{slope} * {right} + {intercept}"}
        return calculate(x=str(left), end=str(right), **heights)

    # Least squares by sums over the rows, to which the far ones add theirs.
    fitted = [
        *calculate(xx="datum.x * datum.x", xy="datum.x * datum.label"),
        over_rows(keep=True, sum_x=("sum", "x"), sum_y=("sum", "label"), sum_xx=("sum", "xx"),
                  sum_xy=("sum", "xy")),
        *calculate(
            n=f"{len(x)} + count",
            sx="datum.sum_x + count * far",
            sy="datum.sum_y + count",
            sxx="datum.sum_xx + count * far * far",
            sxy="datum.sum_xy + count * far",
            slope="(datum.n * datum.sxy - datum.sx * datum.sy) / (datum.n * datum.sxx - datum.sx * datum.sx)",
            intercept="(datum.sy - datum.slope * datum.sx) / datum.n",
            half="(0.5 - datum.intercept) / datum.slope",
            wrong="(datum.x > datum.half ? 1 : 0) == datum.label ? 0 : 1",
        ),
        over_rows(slope="max", intercept="max", half="max", wrong="sum"),
    ]  # fmt: skip
    upright = {"y": "-0.9", "end_y": "0.5"}
    bands = rows(y=[-0.9, 1], end_y=[0, 2.2])
    said = (
        "count + ' far tumours at ' + format(far, '.1f') + ': the line says ½ at '"
        " + format(datum.half, '.2f')"
        f" + ' and is wrong on ' + datum.wrong + ' of {len(x)}. The sigmoid says ½ at {half[1]:.2f} and is"
        f" wrong on {wrong[1]}.'"
    )
    return moving(
        "line-through-labels",
        f"""{len(x)} tumours with label 0, benign, circles, and 1, malignant, diamonds, over a single feature,
        and {far[0]} more malignant ones far to the right, at {far[1] * edge:.1f}. A dashed line and a solid
        sigmoid are fitted; grey bands mark predictions below 0 and above 1. The line says one half at
        {half[0]:.2f}, with {wrong[0]} rows wrong, the sigmoid at {half[1]:.2f}, with {wrong[1]}. A dotted
        line is the one that is fitted to the tumours as measured.""",
        [
            slider("count", "far tumours", 0, 200, 10, far[0]),
            slider("distance", "distance (largest: 1)", 1, 2, 0.1, far[1]),
            derived("far", f"{edge:.6g} * distance"),
        ],
        data=rows(x=x, label=np.asarray(y, dtype=int), i=range(len(x))),
        **panel(
            300,
            drawn("rect", {"y": up, "y2": ends["y2"]}, data=bands, color=GREY, opacity=0.12),
            # Spread a little, so that points of the same label don't hide each other.
            drawn("point", place | look, *calculate(y="datum.label + 0.05 * sin(2.4 * datum.i)"), size=16,
                  opacity=0.4, aria=False),
            drawn("line", place, data=rows(x=curve[0], y=curve[1]), color=BLACK),
            drawn("rule", place | ends, *line(*straight), data=ONE_ROW, color=GREEN, strokeDash=[1, 3],
                  clip=True),
            drawn("rule", place | ends, *fitted, *line("datum.slope", "datum.intercept"), color=GREEN,
                  strokeDash=[6, 3], clip=True),
            drawn("rule", place | {"y2": ends["y2"]}, *calculate(x=f"{half[1]:.6g}", **upright), data=ONE_ROW,
                  color=BLACK, strokeWidth=1.2),
            drawn("rule", place | {"y2": ends["y2"]}, *fitted, *calculate(x="datum.half", **upright),
                  color=GREEN, strokeDash=[6, 3], strokeWidth=1.2, clip=True),
            drawn("point", place, {"filter": "count > 0"}, *calculate(x="far", y="1"), data=ONE_ROW,
                  shape="diamond", color=ORANGE, size=150),
            drawn("text", place | {"text": {"field": "many"}}, {"filter": "count > 0"},
                  *calculate(x="far", y="1", many="'+ ' + count"), data=ONE_ROW, dy=18),
            readout(said, *fitted),
            title="line (dashed) and sigmoid (solid)",
        ),
    )  # fmt: skip


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


@picture
def guide(rungs, last):
    """A decision tree as a ladder: each question has a way out to the right, or leads on downwards.

    `rungs` holds (question, target, activation and loss); `last` is (target, activation and loss) of those
    who answered no to all.
    """
    drawing, ax = figure(1.12 * (len(rungs) + 1))
    ax.set_axis_off()
    ax.set(xlim=(0, 10), ylim=(-len(rungs) - 0.5, 0.5))

    def box(x, y, width, words, *, colour, fill, dash="-"):
        shape = FancyBboxPatch(
            (x, y - 0.33),
            width,
            0.66,
            boxstyle="round,pad=0,rounding_size=0.08",
            facecolor=fill,
            edgecolor=colour,
            linewidth=1.4,
            linestyle=dash,
        )
        ax.add_patch(shape)
        ax.text(x + width / 2, y, words, ha="center", va="center", fontsize=10, linespacing=1.3)

    arrow = {"arrowstyle": "-|>", "color": GREY, "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0}
    for i, (question, target, choice) in enumerate(rungs):
        box(0.05, -i, 4.2, f"{i + 1}  {question}", colour=BLUE, fill=SHARED, dash=(0, (4, 2)))
        box(5.35, -i, 4.6, f"{target}\n{choice}", colour=ORANGE, fill="white")
        ax.annotate("", (5.33, -i), (4.27, -i), arrowprops=arrow)
        ax.text(4.8, -i + 0.06, "yes", ha="center", va="bottom", fontsize=9.5)
        ax.annotate("", (2.15, -i - 0.66), (2.15, -i - 0.34), arrowprops=arrow)
        ax.text(2.3, -i - 0.5, "no", va="center", fontsize=9.5)
    box(0.05, -len(rungs), 4.2, "what is left", colour=BLUE, fill=SHARED, dash=(0, (4, 2)))
    box(5.35, -len(rungs), 4.6, "{}\n{}".format(*last), colour=ORANGE, fill="white")
    ax.annotate("", (5.33, -len(rungs)), (4.27, -len(rungs)), arrowprops=arrow)
    told = [
        f"{i}. {' '.join(question.split())} If yes: {' '.join(target.split())}, {' '.join(choice.split())}."
        for i, (question, target, choice) in enumerate(rungs, start=1)
    ]
    return Picture(
        drawing,
        "A ladder of questions. "
        + " ".join(told)
        + " Otherwise: {}, {}.".format(*(" ".join(part.split()) for part in last)),
    )
