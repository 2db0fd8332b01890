"""The pictures of the page on classification and regression."""

import numpy as np
from matplotlib.patches import FancyBboxPatch

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


@picture
def line_through_labels(panels):
    """A line and a sigmoid through labels of 0 and 1, in each panel, with the place where each says ½.

    `panels` holds by title (x, y, grid, line, sigmoid, boundaries): two curves over the grid, and where
    each of them crosses ½.
    """
    drawing, axes = figure(5.4, rows=len(panels), sharex=True, sharey=True)
    words = []
    for ax, (title, (x, y, grid, line, curve, boundaries)) in zip(axes, panels.items(), strict=True):
        for label, colour, shape in ((0, BLUE, "o"), (1, ORANGE, "D")):
            chosen = x[y == label]
            # Spread a little, so that points of the same label don't hide each other.
            spread = label + 0.05 * np.sin(np.arange(len(chosen)) * 2.4)
            ax.plot(chosen, spread, shape, color=colour, markersize=3, alpha=0.35, linestyle="none")
        ax.axhspan(1, 2.2, color=GREY, alpha=0.12, linewidth=0)
        ax.axhspan(-0.9, 0, color=GREY, alpha=0.12, linewidth=0)
        styles = (("line", line, GREEN, (0, (5, 2))), ("sigmoid", curve, BLACK, "-"))
        for (name, values, colour, dash), boundary in zip(styles, boundaries, strict=True):
            ax.plot(grid, values, color=colour, linestyle=dash, label=name)
            ax.plot([boundary, boundary], [-0.9, 0.5], color=colour, linestyle=dash, linewidth=1.2)
        ax.set(title=title, ylim=(-0.9, 2.2), yticks=[0, 0.5, 1], ylabel="label, prediction")
        words.append(
            f"{title}: the line says one half at {boundaries[0]:.2f}, the sigmoid at {boundaries[1]:.2f};"
            f" the line runs from {line.min():.2f} to {line.max():.2f}."
        )
    axes[0].legend(loc="upper left")
    axes[-1].set(xlabel="radius of the largest nuclei, standardized", xlim=(grid[0], grid[-1]))
    return Picture(
        drawing,
        """Tumours with label 0, benign, and 1, malignant, over a single feature. A straight line and a
        sigmoid are fitted; grey bands mark predictions below 0 and above 1. """
        + " ".join(words),
    )


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
