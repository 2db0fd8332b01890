"""Images, columns of weights, and the evidence that they give."""

import numpy as np

from ..style import BLACK, BLUE, GREY, ORANGE, SMALL, Picture, figure, picture


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
