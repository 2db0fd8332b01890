"""A fit: its run, its weights, its penalty."""

import numpy as np

from ..style import BLACK, BLUE, GREEN, GREY, ORANGE, Picture, figure, picture


@picture
def run(losses, lowest, without_features):
    """How far the loss is above its minimum before each epoch, on logarithmic axes."""
    drawing, ax = figure(3.2)
    above = np.array(losses) - lowest
    seen = above > 1e-4  # below it there is nothing to see but more of the same
    steps = np.arange(1, len(losses) + 1)
    ax.loglog(steps[seen], above[seen], color=BLUE, linestyle="-")
    ax.axhline(without_features - lowest, color=ORANGE, linestyle="--", linewidth=1.3)
    ax.annotate(
        "the best bias alone",
        (steps[seen][-1], without_features - lowest),
        (0, 5),
        textcoords="offset points",
        ha="right",
    )
    ax.set(xlabel="epoch, counted from 1", ylabel="loss above the minimum")
    return Picture(
        drawing,
        f"""The loss above its minimum {lowest:.0f} over the epochs, both axes logarithmic. It starts at
        {above[0]:.0f}, is {above[10]:.0f} after 10 epochs, below the level of the best bias alone,
        {without_features - lowest:.0f}, still {above[100]:.1f} after 100, and
        {above[1000]:.2f} after 1000.""",
    )


@picture
def two_rates(curves, lowest):
    """How far the loss is above its minimum, for learning rates on both sides of the limit."""
    drawing, ax = figure(3.0)
    looks = zip((BLUE, ORANGE), ("-", "--"), strict=True)
    for (name, losses), (colour, dashes) in zip(curves.items(), looks, strict=True):
        ax.semilogy(np.asarray(losses) - lowest, color=colour, linestyle=dashes, label=name)
    ax.set(xlabel="epoch", ylabel="loss above the minimum")
    ax.legend(loc="upper left", labelcolor=BLACK)
    return Picture(
        drawing,
        "The loss above its minimum on a logarithmic axis. "
        + " ".join(
            f"{name}: first {losses[0] - lowest:.3g}, {losses[-1] - lowest:.3g} at epoch {len(losses) - 1}."
            for name, losses in curves.items()
        ),
    )


@picture
def weights(names, by_l2):
    """The weights of each feature, one bar for each strength of the penalty."""
    drawing, ax = figure(4.6)
    place = np.arange(len(names))
    height = 0.8 / len(by_l2)
    looks = zip((BLUE, ORANGE, GREEN), (None, "////", "...."), strict=True)
    for i, ((l2, values), (colour, hatch)) in enumerate(zip(by_l2.items(), looks, strict=False)):
        ax.barh(
            place + (i - (len(by_l2) - 1) / 2) * height,
            values,
            height=height,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.3,
            label=f"λ = {l2:g}",
        )
    ax.axvline(0, color=BLACK, linewidth=0.8, linestyle="-")
    ax.set_yticks(place, names)
    ax.invert_yaxis()
    ax.set(xlabel="weight, in points per standard deviation")
    ax.legend(loc="upper left", labelcolor=BLACK)
    return Picture(
        drawing,
        "The weights of ten features as bars. "
        + " ".join(
            f"λ = {l2:g}: "
            + ", ".join(f"{name} {value:.1f}" for name, value in zip(names, values, strict=True))
            + "."
            for l2, values in by_l2.items()
        ),
    )


@picture
def trade_off(clouds, names):
    """Two weights of the same feature pair over many resamplings; one cloud for each l2."""
    drawing, ax = figure(3.8)
    looks = zip((BLUE, ORANGE), ("o", "^"), strict=True)
    for (l2, pairs), (colour, marker) in zip(clouds.items(), looks, strict=True):
        ax.plot(
            *np.transpose(pairs),
            marker,
            color=colour,
            markersize=4,
            alpha=0.55,
            markeredgewidth=0,
            label=f"λ = {l2:g}",
        )
    ax.axhline(0, color=GREY, linewidth=0.8, linestyle="-")
    ax.axvline(0, color=GREY, linewidth=0.8, linestyle="-")
    ax.set(xlabel=f"weight of {names[0]}", ylabel=f"weight of {names[1]}", aspect="equal")
    ax.legend(loc="upper right", labelcolor=BLACK)
    spreads = {l2: np.std(pairs, axis=0) for l2, pairs in clouds.items()}
    return Picture(
        drawing,
        f"The weight of {names[1]} against the weight of {names[0]} over resampled patients. "
        + " ".join(
            f"λ = {l2:g}: standard deviations {spread[0]:.1f} and {spread[1]:.1f}."
            for l2, spread in spreads.items()
        )
        + " Without a penalty the cloud is long and narrow and falls from left to right; with it, small.",
    )
