"""The pictures of chapter 2."""

import numpy as np
from matplotlib.patches import Rectangle

from .moving import (
    ONE_ROW,
    WIDTH,
    along,
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

SMALL = 9.5


@picture
def weighted_sum(names, parts, z, title):
    """The parts of one weighted sum as bars, each beginning where the one before ends; z below."""
    ends = np.cumsum(parts)
    drawing, ax = figure(4.2)
    low, high = min(ends.min(), 0), max(ends.max(), 0)
    for place, (part, end) in enumerate(zip(parts, ends, strict=True)):
        ax.barh(place, part, left=end - part, height=0.66, color=BLUE if part > 0 else ORANGE)
        ax.plot([end, end], [place - 0.33, place + 1.33], color=GREY, linewidth=0.8, linestyle="-")
        ax.text(high + 0.12, place, f"{part:+.2f}", va="center", fontsize=SMALL)
    ax.barh(len(parts), z, height=0.66, color="white", edgecolor=BLACK, hatch="////", linewidth=1.2)
    ax.text(high + 0.12, len(parts), f"{z:+.2f}", va="center", fontsize=SMALL, weight="bold")
    ax.axvline(0, color=BLACK, linewidth=1, linestyle="-")
    ax.set(
        title=title,
        yticks=range(len(parts) + 1),
        yticklabels=[*names, "z, the sum"],
        xlabel="← malignant      z      benign →",
        xlim=(low - 0.1, high + 0.75),
    )
    ax.invert_yaxis()
    ax.tick_params(left=False)
    said = ", ".join(f"{name} {part:+.2f}" for name, part in zip(names, parts, strict=True))
    return Picture(
        drawing,
        f"""{title}. Bars that lead from one to the next, blue to the right and orange to the left: {said}.
        The last bar, hatched, is their sum, z = {z:+.2f}.""",
    )


@picture
def accident(y_true, y_pred, difference):
    """All differences between predictions and targets, the wanted ones on the diagonal framed."""
    drawing, ax = figure(3.9)
    n = len(y_true)
    size = np.abs(difference).max()
    ax.imshow(difference, cmap="PuOr", vmin=-1.6 * size, vmax=1.6 * size, aspect="auto")
    for i in range(n):
        for j in range(n):
            wanted = i == j
            ax.text(
                j,
                i,
                f"{difference[i, j]:.0f}",
                ha="center",
                va="center",
                fontsize=SMALL + wanted,
                weight="bold" if wanted else "normal",
            )
        corner = (i - 0.47, i - 0.46)
        ax.add_patch(Rectangle(corner, 0.94, 0.92, fill=False, edgecolor=BLACK, linewidth=2))
    ax.set(
        xticks=range(n),
        yticks=range(n),
        xticklabels=[f"{value:.0f}" for value in y_pred],
        yticklabels=[f"{value:.0f}" for value in y_true],
        xlabel=f"y_pred, shape ({n},): a row",
        ylabel=f"y_true, shape ({n}, 1): a column",
    )
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    diagonal = ", ".join(f"{value:.0f}" for value in np.diag(difference))
    return Picture(
        drawing,
        f"""A table of {n} by {n} numbers: the prediction above each column minus the target beside each
        row. The {n} framed numbers on the diagonal are the wanted ones: {diagonal}. The other
        {n * n - n} belong to no patient.""",
    )


@picture
def odds(z, p, ratio, steps):
    """Probability and odds over the logit; each step is (z, z after, p, p after)."""
    drawing, (top, bottom) = figure(4.9, rows=2, sharex=True)
    top.plot(z, p, color=BLUE, linewidth=2, linestyle="-")
    bottom.semilogy(z, ratio, color=BLUE, linewidth=2, linestyle="-")
    for (before, after, p_before, p_after), marker in zip(steps, "osD", strict=True):
        for ax, low, high in ((top, p_before, p_after), (bottom, np.exp(before), np.exp(after))):
            ax.plot([before, after], [low, low], color=GREY, linewidth=1.2, linestyle=":")
            ax.plot([after, after], [low, high], color=ORANGE, linewidth=3.5, linestyle="-")
            ax.plot(before, low, marker, color="white", markeredgecolor=BLACK, markersize=6.5)
            ax.plot(after, high, marker, color=BLACK, markersize=6.5)
        top.text(after + 0.25, p_after - 0.04, f"{p_after - p_before:+.3f}", va="top", fontsize=SMALL)
        factor = np.exp(after - before)
        bottom.text(after + 0.25, np.exp(before), f"× {factor:.2f}", va="bottom", fontsize=SMALL)
    top.set(title="probability p", ylim=(-0.03, 1.06), yticks=[0, 0.5, 1])
    bottom.set(title="odds p / (1 − p)", xlabel="logit z", xticks=range(-4, 5, 2))
    bottom.set_yticks([0.01, 0.1, 1, 10, 100], ["1/100", "1/10", "1", "10", "100"])
    bottom.minorticks_off()
    said = "; ".join(
        f"from z = {before:.2g} the probability goes from {p_before:.3f} to {p_after:.3f}"
        for before, _, p_before, p_after in steps
    )
    return Picture(
        drawing,
        f"""Two curves over the logit z. Above, the probability, an S from 0 to 1. Below, the odds on a
        logarithmic axis, a straight line. Three steps of the same length are marked: {said}. Each step
        multiplies the odds by {np.exp(steps[0][1] - steps[0][0]):.2f}.""",
    )


@picture
def distances(rows, params, chosen, feet, z):
    """Rows of two features, the line z = 0, w as its normal and the way from a few rows to the line.

    `rows` is (features, labels, names of the features); `feet` are the places of `chosen` on the line.
    """
    X, y, names = rows
    weights, bias = params
    length = np.linalg.norm(weights)
    drawing, ax = figure(4.5)
    for label, colour, marker in ((1, BLUE, "o"), (0, ORANGE, "^")):
        ax.scatter(*X[y == label].T, s=13, marker=marker, c=colour, alpha=0.32, linewidths=0)
    bottom, top = -2.4, 3.4
    _line(ax, weights, bias, bottom, top)
    start = np.array([-(weights[1] * 2.4 + bias) / weights[0], 2.4])
    tip = start + 1.1 * weights / length
    ax.annotate("", tip, start, arrowprops={"arrowstyle": "-|>", "color": BLACK, "linewidth": 2})
    ax.annotate("w", tip, xytext=(-4, -2), textcoords="offset points", ha="right", weight="bold")
    for row, foot, value in zip(chosen, feet, z, strict=True):
        ax.plot(*zip(row, foot, strict=True), color=BLACK, linewidth=1.5, linestyle=":")
        ax.plot(*row, "D", color=GREEN, markeredgecolor="white", markersize=8.5)
        ax.text(
            row[0] - 0.16 * np.sign(value),
            row[1] + 0.12,
            f"z = {value:.2f}\n{value / length:+.2f} away",
            fontsize=SMALL,
            ha="right" if value > 0 else "left",
            bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1},
        )
    for place, side, text, colour in (
        (0.02, "left", "● benign", BLUE),
        (0.98, "right", "▲ malignant", ORANGE),
    ):
        ax.text(place, 0.02, text, color=colour, transform=ax.transAxes, ha=side)
    ax.set(xlabel=names[0], ylabel=names[1], xlim=(-2.4, 4.2), ylim=(bottom, top), aspect="equal")
    said = ", ".join(f"z = {value:.2f} at {value / length:+.2f}" for value in z)
    return Picture(
        drawing,
        f"""Tumours as points, {names[0]} across and {names[1]} up; benign ones (circles) mostly on the
        left, malignant ones (triangles) on the right. A straight line z = 0 runs between them; the arrow
        w stands at a right angle on it and points to the benign side. Dotted lines lead from
        {len(chosen)} tumours straight to the line: {said}.""",
    )


def _line(ax, weights, bias, bottom, top, **style):
    """Draw w₁ x₁ + w₂ x₂ + b = 0 between two heights."""
    height = np.array([bottom, top])
    style = {"color": BLACK, "linewidth": 2, "linestyle": "-", **style}
    if weights[0] == 0:
        ax.axhline(-bias / weights[1], **style)
    else:
        ax.plot(-(weights[1] * height + bias) / weights[0], height, **style)


def boundary(X, y, names, point, params, z, p):
    """A boundary from w₁, w₂ and b among the rows, and the logit of one point.

    It begins with `params`, and `z` and `p` are the chapter's for the point there.
    """
    (w1, w2), b = params
    place = {"x": quantity("x1", names[0], [-3, 4]), "y": quantity("x2", names[1], [-3, 4])}
    ends = {"x2": {"field": "end1"}, "y2": {"field": "end2"}}
    z_of = "w1 * datum.x1 + w2 * datum.x2 + b"
    # Squares of the plane, coloured by what the model says in the middle of each, darker where it is surer.
    squares = calculate(
        x1="-3 + 0.25 * (datum.i % 28)",
        x2="-3 + 0.25 * floor(datum.i / 28)",
        end1="datum.x1 + 0.25",
        end2="datum.x2 + 0.25",
        z=f"{z_of} + (w1 + w2) / 8",
        sure="abs(2 / (1 + exp(-datum.z)) - 1)",
    )
    shade = {"scale": {"domain": [0, 1], "range": [0, 0.35]}, "legend": None}
    ground = {
        "color": either("datum.z > 0", BLUE, ORANGE),
        "opacity": {"field": "sure", "type": "quantitative", **shade},
    }
    classes = {
        "color": either("datum.y == 1", BLUE, ORANGE),
        "shape": either("datum.y == 1", "circle", "triangle-up"),
    }
    # All points with z = level: from the one that is nearest to the origin along the line both ways.
    line = [
        {"filter": "length > 0"},
        *calculate(
            middle1="(datum.level - b) * w1 / pow(length, 2)",
            middle2="(datum.level - b) * w2 / pow(length, 2)",
            x1="datum.middle1 - 9 * w2 / length",
            x2="datum.middle2 + 9 * w1 / length",
            end1="datum.middle1 + 9 * w2 / length",
            end2="datum.middle2 - 9 * w1 / length",
        ),
    ]
    foot = [
        {"filter": "length > 0"},
        *calculate(end1="datum.x1 - z * w1 / pow(length, 2)", end2="datum.x2 - z * w2 / pow(length, 2)"),
    ]
    judged = calculate(
        z=z_of,
        wrong="(datum.z > 0 ? 1 : 0) == datum.y ? 0 : 1",
        loss="max(datum.z, 0) + log(1 + exp(-abs(datum.z))) - datum.y * datum.z",
    )
    said = (
        "'The diamond: z = ' + format(z, '.2f') + ', p = ' + format(1 / (1 + exp(-z)), '.3f')"
        " + (length > 0 ? ', distance ' + format(z / length, '+.2f') : ', no boundary')"
        f" + '. All rows: ' + datum.wrong + ' of {len(y)} wrong, loss ' + format(datum.loss, '.3f') + '.'"
    )
    chosen = rows(x1=point[:1], x2=point[1:])
    curve = {
        "x": quantity("z", "logit z", [-8, 8], tickCount=9),
        "y": quantity("p", None, [0, 1], tickCount=3),
    }
    diamond = {"shape": "diamond", "color": GREEN, "stroke": "white", "size": 170}
    return moving(
        "boundary",
        f"""Above, the plane of {names[0]} and {names[1]} with {len(y)} tumours, benign ones as circles and
        malignant ones as triangles. The parameters {w1:g}, {w2:g} and {b:g} divide it: blue where benign is
        likelier, orange where malignant is, darker where the model is surer. The boundary is a solid line,
        dashed ones on both sides of it are where the probability is 0.1 and 0.9. A green diamond marks one
        tumour, with its shortest way to the boundary. Below, the same tumour on the sigmoid: z = {z:.2f},
        p = {p:.3f}.""",
        [
            slider("w1", f"w₁, of the {names[0]}", -6, 6, 0.1, w1),
            slider("w2", f"w₂, of the {names[1]}", -6, 6, 0.1, w2),
            slider("b", "b", -6, 6, 0.1, b),
            derived("length", "sqrt(w1 * w1 + w2 * w2)"),
            derived("z", f"w1 * {point[0]:.6g} + w2 * {point[1]:.6g} + b"),
        ],
        data=rows(x1=X[:, 0], x2=X[:, 1], y=y),
        vconcat=[
            panel(
                WIDTH,
                drawn("rect", place | ends | ground, *squares, data=along("i", 0, 783, 1), aria=False),
                drawn("point", place | classes, size=16, opacity=0.55, clip=True, aria=False),
                drawn("rule", place | ends, *line, data=rows(level=[-np.log(9), np.log(9)]), clip=True,
                      color=BLACK, strokeWidth=1.3, strokeDash=[5, 3]),
                drawn("rule", place | ends, *line, data=rows(level=[0]), clip=True, color=BLACK),
                drawn("rule", place | ends, *foot, data=chosen, clip=True, color=GREEN, strokeDash=[2, 2]),
                drawn("point", place, data=chosen, **diamond),
                readout(said, *judged, over_rows(wrong="sum", loss="mean")),
                title="boundary (dashed: p = 0.1 and 0.9)",
            ),
            panel(
                80,
                drawn("line", curve, *calculate(p="1 / (1 + exp(-datum.z))"), data=along("z", -8, 8, 0.2),
                      color=BLACK),
                drawn("point", curve, *calculate(z="clamp(z, -8, 8)", p="1 / (1 + exp(-z))"), data=ONE_ROW,
                      **diamond),
                title="its probability",
            ),
        ],
    )  # fmt: skip


@picture
def columns(weights, image, z, label):
    """The ten columns of weights as pictures, one image and its ten logits."""
    drawing, axes = figure(5.0, rows=4, columns=5)
    for ax in axes[:2].flat:
        ax.remove()
    grid = axes[0, 0].get_gridspec()
    digit, bars = drawing.add_subplot(grid[:2, :2]), drawing.add_subplot(grid[:2, 2:])
    digit.imshow(image, cmap="Greys", interpolation="nearest")
    digit.set_title(f"one image: a {label}")
    bars.barh(range(10), z, color=[BLUE if value > 0 else ORANGE for value in z], height=0.7)
    bars.set_title("its ten logits")
    bars.set_yticks(range(10))
    bars.tick_params(labelsize=SMALL, left=False)
    bars.spines["left"].set_visible(False)
    bars.axvline(0, color=BLACK, linewidth=1)
    bars.invert_yaxis()
    size = np.abs(weights).max()
    for k, ax in enumerate(axes[2:].flat):
        ax.imshow(weights[:, k].reshape(8, 8), cmap="PuOr", vmin=-size, vmax=size)
        ax.set_title(f"w of {k}", weight="normal")
    for ax in (digit, *axes[2:].flat):
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(True)
    said = ", ".join(f"{k}: {value:.1f}" for k, value in enumerate(z))
    return Picture(
        drawing,
        f"""Above, the image of a handwritten {label}, 8 by 8 pixels, and bars for its ten logits, the
        longest to the right for {int(np.argmax(z))} ({said}). Below, ten maps of weights, one for each
        digit, purple where ink speaks for the digit and orange where it speaks against it; that of 0 is
        orange in the centre and purple around it.""",
    )
