"""How many digits of an activation are right: the numbers there are, and two formulas."""

import numpy as np
from matplotlib.patches import Patch

from ..style import BLACK, BLUE, ORANGE, SMALL, Picture, figure, picture


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
