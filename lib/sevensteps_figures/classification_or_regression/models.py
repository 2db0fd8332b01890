"""The three models side by side, and how to choose one."""

from matplotlib.patches import FancyBboxPatch

from ..style import BLUE, GREEN, GREY, ORANGE, SMALL, STEPS, Picture, figure, picture

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
        ("start from w = 0, b = 0", None),
        (
            "z = Xw + b",
            (
                f"z = {linear['z']:.1f}\nthe prediction",
                f"z = {logistic['z']:.2f}\na logit",
                f"z{sub} = {softmax['z']:.2f}\n1 of 10 logits",
            ),
        ),
        (
            "activation",
            (
                f"identity\nŷ = {linear['y_pred']:.1f}",
                f"sigmoid\nŷ = {logistic['y_pred']:.3f}",
                f"softmax\nŷ{sub} = {softmax['y_pred']:.3f}",
            ),
        ),
        (
            "loss, against the label",
            (
                f"y = {linear['y']:.0f}\n(ŷ − y)² = {linear['loss']:.0f}",
                f"y = {logistic['y']:.0f}\n−ln {of_truth} = {logistic['loss']:.3f}",
                f"y{sub} = 1\n−ln ŷ{sub} = {softmax['loss']:.3f}",
            ),
        ),
        (
            "slope along z",
            (
                f"2(ŷ − y) = {linear['slope']:.0f}",
                f"ŷ − y = {logistic['slope']:.3f}",
                f"ŷ{sub} − y{sub} = {softmax['slope']:.3f}",
            ),
        ),
        ("w − η dw,  b − η db", None),
        ("level ground? stop, or on with 2", None),
    ]
    drawing, ax = figure(5.7)
    ax.set_axis_off()
    ax.set(xlim=(0, 3), ylim=(-16.75, 1.5))
    for column, (name, colour) in enumerate(zip(MODELS, (BLUE, ORANGE, GREEN), strict=True)):
        ax.text(column + 0.5, 0.9, name, ha="center", va="center", color=colour, weight="bold", fontsize=12)
    tasks = ("a patient:\nhow far?", "a tumour:\nmalignant?", "an image:\nwhich digit?")
    for column, task in enumerate(tasks):
        ax.text(column + 0.5, -0.35, task, ha="center", va="center", fontsize=10)
    top, bold = -1.5, {"va": "center", "weight": "bold", "fontsize": 10}
    for step, (heading, cells) in enumerate(steps, start=1):
        own = step in (3, 4)
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
        ax.plot(0.15, top - 0.62, "o", color=STEPS[step - 1], markersize=15)
        ax.text(0.15, top - 0.62, step, ha="center", color="white", **bold)
        ax.text(0.26, top - 0.62, heading, **bold)
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
        ax.text(4.8, -i + 0.06, "yes", ha="center", va="bottom", fontsize=SMALL)
        ax.annotate("", (2.15, -i - 0.66), (2.15, -i - 0.34), arrowprops=arrow)
        ax.text(2.3, -i - 0.5, "no", va="center", fontsize=SMALL)
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
