"""The pictures of chapter 3."""

import numpy as np
from matplotlib.patches import Patch

from .moving import (
    ONE_ROW,
    along,
    also,
    calculate,
    drawn,
    moving,
    over_rows,
    panel,
    quantity,
    readout,
    rows,
    slider,
)
from .style import BLACK, BLUE, DASHES, GREEN, GREY, ORANGE, Picture, figure, picture

SMALL = 9.5


@picture
def three_activations(linear, logistic, softmax):
    """What goes in and what comes out of step 3, for the three models.

    `linear` and `logistic` are pairs (z, y_pred) of all rows; `softmax` is (z, y_pred) of one row.
    """
    drawing, axes = figure(5.2, rows=2, columns=2)
    z, y_pred = linear
    axes[0, 0].plot(z, y_pred, "o", color=BLUE, markersize=3.5, linestyle="none", alpha=0.4)
    axes[0, 0].set(title="linear: identity", xlabel="z", ylabel="ŷ")
    z, p = logistic
    order = np.argsort(z)
    axes[0, 1].plot(z[order], p[order], color=GREY, linewidth=1, linestyle="-")
    axes[0, 1].plot(z, p, "o", color=BLUE, markersize=3.5, linestyle="none", alpha=0.4)
    axes[0, 1].set(title="logistic: sigmoid", xlabel="z", ylabel="ŷ", yticks=[0, 0.5, 1])
    z, p = softmax
    axes[1, 0].bar(range(len(z)), z, color=[BLUE if value > 0 else ORANGE for value in z])
    axes[1, 0].axhline(0, color=BLACK, linewidth=1, linestyle="-")
    axes[1, 0].set(title="softmax: in, ten z", xlabel="class", ylabel="z")
    axes[1, 1].bar(range(len(p)), p, color=BLUE)
    axes[1, 1].set(
        title="out, ten probabilities", xlabel="class", ylabel="ŷ", ylim=(0, 1), yticks=[0, 0.5, 1]
    )
    for ax in axes[1]:
        ax.set_xticks(range(0, len(z), 3))
    linear_range = f"from {linear[0].min():.0f} to {linear[0].max():.0f}"
    return Picture(
        drawing,
        f"""Four panels. Linear regression: points on a straight line, the prediction equals z,
        {linear_range}. Logistic regression: points on an S that rises from 0 to 1 while z goes from
        {logistic[0].min():.0f} to {logistic[0].max():.0f}. Softmax regression, one row: ten bars for z,
        some negative, the largest {z.max():.1f} for class {z.argmax()}; and ten bars for the probabilities,
        none negative, the largest {p.max():.2f} for the same class.""",
    )


@picture
def sigmoid_and_slope(z, p, slope, pair):
    """The sigmoid with a point and its mirror image, and below it the slope; `pair` is (z, p)."""
    drawing, (top, bottom) = figure(4.6, rows=2, sharex=True)
    top.plot(z, p, color=BLUE, linestyle="-")
    at, value = pair
    for x, y, name in ((at, value, "σ(z)"), (-at, 1 - value, "σ(−z)")):
        top.plot([x, x], [0, y], color=GREY, linewidth=1.2, linestyle=":")
        top.plot(x, y, "o", color=ORANGE, markersize=8)
        # Above the curve on the left, below it on the right.
        side = -1 if x > 0 else 1
        top.text(x - 0.25 * side, y + 0.06 * side, f"{name} = {y:.2f}", fontsize=SMALL, **_aside(side))
    top.set(title="probability σ(z)", ylim=(-0.04, 1.06), yticks=[0, 0.5, 1])
    bottom.plot(z, slope, color=GREEN, linestyle="-")
    bottom.plot(z, np.exp(-np.abs(z)), color=GREY, linewidth=1.2, linestyle=DASHES[1])
    bottom.text(1.55, 0.26, "bound $e^{-|z|}$", fontsize=SMALL)
    bottom.set(title="slope σ(z) (1 − σ(z))", xlabel="z", ylim=(-0.012, 0.34), yticks=[0, 0.1, 0.25])
    return Picture(
        drawing,
        f"""Above, the sigmoid as an S over z. Two points are marked, {value:.2f} at z = {at:g} and its
        mirror image {1 - value:.2f} at z = {-at:g}. Below, its slope, a bell with the top {slope.max():.2f}
        at z = 0, which stays below the dashed curve e to the minus |z| and is {slope[0]:.4f} at
        z = {z[0]:g}.""",
    )


def _aside(side):
    return {"ha": "right", "va": "bottom"} if side > 0 else {"ha": "left", "va": "top"}


@picture
def jacobian(p, slopes):
    """The slopes of every probability along every logit, with the probabilities above them."""
    drawing, (top, bottom) = figure(5.6, rows=2, gridspec_kw={"height_ratios": [1, 3.2]})
    classes = range(len(p))
    top.bar(classes, p, color=BLUE)
    for k, value in enumerate(p):
        if value > 0.05:
            top.text(k, value + 0.03, f"{value:.2f}", ha="center", fontsize=SMALL)
    top.set(title="probabilities p", xticks=classes, yticks=[], ylim=(0, 0.72), xlim=(-0.5, len(p) - 0.5))
    size = np.abs(slopes).max()
    bottom.imshow(slopes, cmap="PuOr", vmin=-1.3 * size, vmax=1.3 * size, aspect="auto")
    for k in classes:
        for j in classes:
            if abs(slopes[k, j]) > 0.004:
                text = f"{slopes[k, j]:+.2f}".replace("0.", ".").replace("-", "−")
                dark = abs(slopes[k, j]) > 0.7 * size
                colour = "white" if dark else BLACK
                bottom.text(j, k, text, ha="center", va="center", fontsize=SMALL, color=colour)
    bottom.set(title="slope of $p_k$ along $z_j$", xlabel="j", ylabel="k", xticks=classes, yticks=classes)
    bottom.tick_params(length=0)
    bottom.spines[:].set_visible(True)
    best, second = np.argsort(-p)[:2]
    return Picture(
        drawing,
        f"""Above, ten bars for the probabilities, {p[best]:.2f} for class {best}, {p[second]:.2f} for class
        {second}. Below, a table of ten by ten slopes. The diagonal is positive, {slopes[best, best]:.2f} for
        class {best}; everything beside it is negative or almost zero, {slopes[best, second]:.2f} between
        classes {best} and {second}.""",
    )


def temperature(logits, z, T, p, shares):
    """The sigmoid at one place, and the softmax of the logits of one row, at a temperature.

    The page computes both; `p` and `shares` are the chapter's for the `z` and the `T` that it begins with.
    """
    best = int(np.argmax(logits))
    curve = {"x": quantity("z", "z", [-8, 8]), "y": quantity("p", None, [0, 1], tickCount=3)}
    classes = {"field": "k", "type": "ordinal", "axis": {"title": "class", "labelAngle": 0}}
    bars = {"x": classes, "y": quantity("share", None, [0, 1], tickCount=3)}
    softmax = [
        over_rows(keep=True, top=("max", "logit")),
        *calculate(e="exp((datum.logit - datum.top) / T)", e1="exp(datum.logit - datum.top)"),
        over_rows(keep=True, sum=("sum", "e"), sum1=("sum", "e1")),
        *calculate(share="datum.e / datum.sum", share1="datum.e1 / datum.sum1"),
    ]
    said = (
        "'T = ' + T + ': σ(' + z + '/T) = ' + format(1 / (1 + exp(-z / T)), '.3f')"
        f" + '. The largest of ten probabilities is ' + format(datum.share, '.3f') + ', for class {best}.'"
    )
    sigmoid = calculate(p="1 / (1 + exp(-datum.z / T))")
    return moving(
        "temperature",
        f"""Above, the sigmoid of z/T at T = {T:g}, beside that at T = 1 as a dashed line; a diamond marks
        z = {z:g}, where it is {p:.3f}. Below, bars for the ten probabilities of one image at T = {T:g}, with
        a short line at the height that each has at T = 1. The largest belongs to class {best}:
        {shares[best]:.3f}.""",
        [slider("T", "temperature T", 0.1, 8, 0.1, T), slider("z", "z of the sigmoid", -8, 8, 0.5, z)],
        data=rows(k=list(range(len(logits))), logit=logits),
        transform=softmax,
        vconcat=[
            panel(
                130,
                drawn("line", curve, *calculate(p="1 / (1 + exp(-datum.z))"), data=along("z", -8, 8, 0.1),
                      color=GREY, strokeDash=[5, 3], strokeWidth=1.5),
                drawn("line", curve, *sigmoid, data=along("z", -8, 8, 0.1), color=BLUE),
                drawn("point", curve, *calculate(z="z"), *sigmoid, data=ONE_ROW, shape="diamond",
                      color=ORANGE, size=170),
                title={"expr": "'σ(z/T), T = ' + T + ' (dashed: T = 1)'"},
            ),
            panel(
                130,
                drawn("bar", bars, color=BLUE),
                drawn("tick", bars | {"y": also(bars["y"], "share1")}, color=BLACK, thickness=2),
                readout(said, {"filter": f"datum.k == {best}"}),
                title={"expr": "'softmax(z/T), T = ' + T + ' (lines: T = 1)'"},
            ),
        ],
    )  # fmt: skip


@picture
def floats(values, one, after):
    """All positive numbers of a small number system on a line, and a closer look below 1."""
    drawing, (top, bottom) = figure(2.7, rows=2)
    for ax, limit in ((top, values.max()), (bottom, one)):
        inside = values[values <= limit]
        ax.vlines(inside, 0, 1, color=BLUE, linewidth=1.8, linestyle="-")
        ax.axhline(0, color=BLACK, linewidth=1, linestyle="-")
        ax.set(yticks=[], ylim=(0, 1.35), xlim=(-0.02 * limit, 1.02 * limit))
        ax.spines["left"].set_visible(False)
    top.set_title("all of them, from 0 to the largest")
    top.set_xticks([0, 1, 2, 4, 8, values.max()])
    bottom.set_title("the same, from 0 to 1")
    bottom.set_xticks([0, 0.25, 0.5, 1], ["0", "¼", "½", "1"])
    below_one = np.sum((values > 0) & (values < one))
    return Picture(
        drawing,
        f"""Two number lines with a stroke for each number. Above, {len(values)} strokes from 0 to
        {values.max():g}: dense near 0, ever wider apart to the right, and none beyond. Below, the {below_one}
        strokes between 0 and 1, again dense near 0; the step below 1 is {one - values[values < one].max():g}
        and the step above 0 is {after:g}.""",
    )


@picture
def gallery(z, shares, broken):
    """How much of each result is right, for the textbook's and the library's formulas.

    `z` is a dict by dtype. `shares` and `broken` are dicts by (form, dtype) of dicts by function: the share
    of the digits that is right, and whether the result is inf or nan.
    """
    forms, names = list(dict.fromkeys(form for form, _ in shares)), list(next(iter(shares.values())))
    drawing, axes = figure(7.6, rows=len(names), columns=len(forms), sharex=True, sharey=True)
    for ax_row, name in zip(axes, names, strict=True):
        for ax, form in zip(ax_row, forms, strict=True):
            for level, (dtype, x) in enumerate(z.items()):
                share, bad = shares[form, dtype][name], broken[form, dtype][name]
                ax.fill_between(x, level, level + 0.86, color="#E4E4E4", linewidth=0)
                ax.fill_between(x, level, level + 0.86 * share, color=BLUE, linewidth=0)
                ax.fill_between(
                    x, level, level + 0.86, where=bad, facecolor="white", edgecolor=ORANGE,
                    hatch="xxxxx", linewidth=0.6,
                )  # fmt: skip
            ax.set_xscale("symlog", linthresh=1, linscale=0.6)
            ax.set(
                xlim=(-1e4, 1e4), ylim=(-0.02, 3), yticks=[0.43, 1.43, 2.43], yticklabels=["16", "32", "64"]
            )
            ax.set_xticks([-1e4, -100, 0, 100, 1e4], ["−10⁴", "−100", "0", "100", "10⁴"])
            ax.minorticks_off()
            ax.tick_params(axis="y", length=0)
            ax.spines[:].set_visible(False)
        ax_row[0].set_title(name, fontsize=SMALL, pad=3)
    for ax, form in zip(axes[0], forms, strict=True):
        ax.annotate(
            form, (0.5, 1), xycoords="axes fraction", xytext=(0, 21), textcoords="offset points",
            ha="center", weight="bold",
        )  # fmt: skip
    for ax in axes[-1]:
        ax.set_xlabel("z")
    drawing.legend(
        handles=[
            Patch(facecolor=BLUE, label="right"),
            Patch(facecolor="#E4E4E4", label="wrong"),
            Patch(facecolor="white", edgecolor=ORANGE, hatch="xxxxx", label="inf or nan"),
        ],
        loc="outside lower center",
        ncols=3,
        handlelength=1.6,
    )
    said = " ".join(
        f"{name}: {' and '.join(_percent(shares, broken, form, z, name) for form in forms)}."
        for name in names
    )
    return Picture(
        drawing,
        f"""{len(names)} rows of strips over z from −10000 to 10000, for float16, float32 and float64; on the
        left the {forms[0]}, on the right the {forms[1]}. A full blue strip means that all digits are right.
        On the left most strips are eaten away towards one end, and several end in hatched blocks of inf or
        nan; on the right all are full. Average share of right digits, first the {forms[0]}, then the
        {forms[1]}. {said}""",
    )


def _percent(shares, broken, form, z, name):
    right = [np.where(broken[form, dtype][name], 0, shares[form, dtype][name]).mean() for dtype in z]
    return f"{100 * np.mean(right):.0f} %"


@picture
def hidden_activations(z, values, slopes):
    """Three activations and their slopes, dicts by name."""
    drawing, (left, right) = figure(2.9, columns=2, sharex=True)
    for ax, curves in ((left, values), (right, slopes)):
        for (name, curve), colour, dashes in zip(curves.items(), (BLUE, ORANGE, GREEN), DASHES, strict=False):
            ax.plot(z, curve, color=colour, linestyle=dashes, label=name)
        ax.set_xlabel("z")
    left.set(title="value", ylim=(-1.15, 2.6))
    left.legend(loc="upper left")
    right.set(title="slope", ylim=(-0.05, 1.25), yticks=[0, 0.25, 1])
    said = ", ".join(f"{name} {np.nanmax(curve):.2f}" for name, curve in slopes.items())
    return Picture(
        drawing,
        f"""Left, three curves over z: the sigmoid from 0 to 1, tanh from −1 to 1, and ReLU, zero on the left
        and a straight line on the right. Right, their slopes; the largest are {said}. Sigmoid and tanh have
        bells that vanish on both sides, ReLU a step from 0 to 1.""",
    )
