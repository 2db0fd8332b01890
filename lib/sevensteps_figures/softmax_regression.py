"""The pictures of the page on softmax regression from end to end."""

import numpy as np

from .moving import (
    ONE_ROW,
    along,
    calculate,
    constant,
    drawn,
    either,
    moving,
    over_rows,
    panel,
    quantity,
    readout,
    slider,
)
from .style import BLACK, BLUE, GREEN, GREY, ORANGE, Picture, figure, picture

SMALL = 9.5


def _pixels(ax, image, **options):
    """Draw 64 numbers as a picture without axes, its frame left on."""
    ax.imshow(np.reshape(image, (8, 8)), interpolation="nearest", **options)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(True)


def _signed(ax, values, size, share=0.3):
    """Draw signed numbers: purple for positive, orange for negative, the large ones with their sign."""
    # Beyond ±1.25 the map would be too dark for a sign to be seen on it.
    _pixels(ax, values, cmap="PuOr", vmin=-1.25 * size, vmax=1.25 * size)
    for j in np.flatnonzero(np.abs(values) > share * size):
        sign = "+" if values[j] > 0 else "−"
        ax.text(j % 8, j // 8, sign, ha="center", va="center_baseline", fontsize=8, color=BLACK)


@picture
def misread(images, truths, words, probabilities):
    """All images that were misread: the digit that was meant, the one that was said, and how surely."""
    columns = 4
    rows = -(-len(images) // columns)
    drawing, axes = figure(1.55 * rows, rows=rows, columns=columns)
    for ax in axes.flat[len(images) :]:
        ax.remove()
    said = []
    for ax, image, truth, word, p in zip(axes.flat, images, truths, words, probabilities, strict=False):
        _pixels(ax, image, cmap="Greys")
        ax.set_title(f"{truth} → {word}", loc="center")
        ax.set_xlabel(f"p = {p:.2f}", fontsize=SMALL, labelpad=3)
        said.append(f"a {truth} read as {word} with probability {p:.2f}")
    return Picture(drawing, f"{len(images)} images of handwritten digits: {'; '.join(said)}.")


@picture
def weights(columns, classes, dead):
    """The column of each class as a map, signs on the large weights, crosses on pixels without any ink."""
    drawing, axes = figure(4.3, rows=3, columns=4)
    size, words = np.abs(columns).max(), []
    for ax, k, column in zip(axes.flat, classes, columns.T, strict=False):
        _signed(ax, column, size)
        for j in np.flatnonzero(dead):
            ax.text(j % 8, j // 8, "×", ha="center", va="center_baseline", fontsize=8, color=GREY)
        ax.set_title(f"{k}", loc="center")
        row, place = divmod(int(column.argmin()), 8)
        words.append(f"that of {k} is lowest in row {row + 1}, column {place + 1}")
    rest = axes.flat[len(classes) :]
    for ax in rest:
        ax.axis("off")
    key = rest[0].text(
        0,
        0.5,
        "+  ink speaks for\n−  ink speaks against\n×  never any ink",
        transform=rest[0].transAxes,
        va="center",
        linespacing=1.8,
    )
    key.set_in_layout(False)  # it is wider than a map, and would push the maps apart
    return Picture(
        drawing,
        f"""{len(classes)} maps of 8 by 8 weights, purple and + where ink speaks for the digit, orange and −
        where it speaks against it; {int(np.sum(dead))} pixels at the edge are crossed out. Of the columns
        {"; ".join(words)}.""",
    )


@picture
def one_column(columns, digit):
    """The column of one digit for several penalties, each map on a scale of its own."""
    drawing, axes = figure(2.05, columns=len(columns))
    words = []
    for ax, (name, column) in zip(axes, columns.items(), strict=True):
        size = np.abs(column).max()
        _signed(ax, column, size)
        ax.set_title(name, loc="center")
        ax.set_xlabel(f"largest {size:.2g}", fontsize=SMALL)
        # How alike neighbours are, from 1 for a smooth map down to 0 for one without order.
        picture = column.reshape(8, 8)
        alike = np.corrcoef(picture[:, 1:].ravel(), picture[:, :-1].ravel())[0, 1]
        words.append(f"{name}: largest weight {size:.2g}, correlation of neighbouring pixels {alike:.2f}")
    return Picture(drawing, f"Maps of the weights of {digit} for several penalties. {'; '.join(words)}.")


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
def evidence(cases):
    """Misread images, the evidence of each pixel for the word said against the truth, the likeliest classes.

    Each case is (image, truth, word, evidence, classes, probabilities).
    """
    drawing, axes = figure(1.75 * len(cases), rows=len(cases), columns=3)
    size = max(np.abs(case[3]).max() for case in cases)
    words = []
    for (left, middle, right), (image, truth, word, parts, classes, p) in zip(axes, cases, strict=True):
        _pixels(left, image, cmap="Greys")
        left.set_title(f"a {truth}", loc="center")
        _signed(middle, parts, size, share=0.2)
        middle.set_title(f"{word} against {truth}", loc="center")
        right.barh(range(len(p)), p, color=[ORANGE, BLUE], height=0.6, hatch=["//", ""], edgecolor="white")
        right.set(yticks=range(len(p)), xlim=(0, 1), xticks=[0, 0.5, 1])
        right.set_yticklabels(classes)
        right.set_title("probability", weight="normal", loc="center")
        right.invert_yaxis()
        words.append(
            f"A {truth} read as {word}: probabilities {p[0]:.2f} for {classes[0]} and {p[1]:.2f} for"
            f" {classes[1]}; the pixels for {word} add up to {parts[parts > 0].sum():.1f}, those against it"
            f" to {parts[parts < 0].sum():.1f}."
        )
    return Picture(
        drawing,
        f"""{len(cases)} rows of three pictures: an image, the evidence of its pixels for the word said
        (purple, +) and for the truth (orange, −), and the two largest probabilities. {" ".join(words)}""",
    )


def shifted(images, params, digit, down, right, p):
    """An image of a digit, moved over its frame, and what the model reads in it.

    `images` holds one of each digit. The page computes the ten probabilities for any of them and any move;
    `p` are those of the one that it begins with.
    """
    source = "8 * (datum.row - down) + datum.column - right"
    inside = "inrange(datum.row - down, [0, 7]) && inrange(datum.column - right, [0, 7])"
    ink = f"{inside} ? images[digit][{source}] : 0"
    square = {
        "x": quantity("column", None, [0, 8]) | {"axis": None},
        "x2": {"field": "end_column"},
        "y": quantity("row", None, [8, 0]) | {"axis": None},
        "y2": {"field": "end_row"},
        "opacity": {"field": "ink", "type": "quantitative", "scale": {"domain": [0, 1], "range": [0, 1]}}
        | {"legend": None},
    }
    pixels = calculate(
        row="floor(datum.i / 8)", column="datum.i % 8", ink=ink, end_row="datum.row + 1",
        end_column="datum.column + 1",
    )  # fmt: skip
    bars = {
        "y": {"field": "k", "type": "ordinal", "axis": {"title": "digit", "ticks": False}},
        "x": quantity("p", "probability", [0, 1], tickCount=3),
        "color": either("datum.k == digit", GREEN, BLUE),
    }
    softmax = [
        *calculate(
            k="datum.i % 10", pixel="floor(datum.i / 10)", row="floor(datum.pixel / 8)",
            column="datum.pixel % 8", part=f"({ink}) * weights[datum.pixel][datum.k]",
        ),
        {"aggregate": [{"op": "sum", "field": "part", "as": "sum"}], "groupby": ["k"]},
        *calculate(z="datum.sum + bias[datum.k]"),
        over_rows(keep=True, top=("max", "z")),
        *calculate(e="exp(datum.z - datum.top)"),
        over_rows(keep=True, total=("sum", "e")),
        *calculate(p="datum.e / datum.total", own="datum.k == digit ? datum.p : 0"),
    ]  # fmt: skip
    said = (
        "'A ' + digit + ', moved by ' + right + ' to the right and ' + down + ' down: read as ' + datum.k"
        " + ' with probability ' + format(datum.p, '.3f') + '. For ' + digit + ': '"
        " + format(datum.truth, '.3f') + '.'"
    )
    likeliest = [over_rows(keep=True, truth=("max", "own")), {"filter": "datum.z == datum.top"}]
    read = int(np.argmax(p))
    return moving(
        "shifted",
        f"""Left, the image of a handwritten {digit}, 8 by 8 pixels, moved by {right} to the right and {down}
        down. Right, bars for the ten probabilities; the longest belongs to {read}: {p[read]:.3f}. The bar of
        the digit that was written has a dark edge.""",
        [
            slider("digit", "digit", 0, 9, 1, digit),
            slider("right", "to the right", -3, 3, 1, right),
            slider("down", "down", -3, 3, 1, down),
            constant("images", images),
            constant("weights", params.weights, 4),
            constant("bias", params.bias, 4),
        ],
        hconcat=[
            panel(
                200,
                drawn("rect", square, *pixels, data=along("i", 0, 63, 1), color=BLACK, aria=False),
                drawn("rect", {}, data=ONE_ROW, fill=None, stroke=GREY, strokeWidth=1),
                title="the image",
                width=200,
            ),
            panel(
                200,
                drawn("bar", bars | {"stroke": either("datum.k == digit", BLACK, None)}, *softmax,
                      data=along("i", 0, 639, 1), strokeWidth=2),
                readout(said, *softmax, *likeliest, data=along("i", 0, 639, 1)),
                title="read as (green: written)",
                width=150,
            ),
        ],
    )  # fmt: skip


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
