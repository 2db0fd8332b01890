"""Learning rates: too small, too large, with noise, and what replaces them."""

import numpy as np
from matplotlib.ticker import LogLocator, NullLocator

from ..style import BLACK, BLUE, DASHES, GREEN, GREY, ORANGE, PURPLE, SKY, SMALL, Picture, figure, picture


@picture
def three_rates(w, curve, runs):
    """One parabola three times, with the steps of a descent: `runs` is a dict title -> (places, losses)."""
    drawing, axes = figure(2.7, columns=len(runs), sharey=True)
    for ax, (title, (places, losses)) in zip(axes, runs.items(), strict=True):
        ax.plot(w, curve, color=GREY, linestyle="-", linewidth=1.5)
        ax.plot(places, losses, "o-", color=BLUE, markersize=4.5, linewidth=1.3)
        ax.plot(places[0], losses[0], "o", color="white", markeredgecolor=BLUE, markersize=7)
        ax.plot(places[-1], losses[-1], "*", color=ORANGE, markersize=12)
        ax.set(title=title, xlabel="w", yticks=[], ylim=(curve.min() * 0.93, curve.max()))
    axes[0].set_ylabel("loss")
    said = " ".join(
        f"{title}: from {places[0]:.0f} to {places[-1]:.1f} in {len(places) - 1} steps."
        for title, (places, _) in runs.items()
    )
    return Picture(
        drawing,
        f"""Three times the same parabola of the loss over one weight w, with a descent drawn as points
        joined by lines, from an open circle to a star. {said} The first creeps along the wall, the second
        reaches the bottom, the third jumps from wall to wall and climbs.""",
    )


@picture
def descent_lemma(t, loss, bound, at):
    """The loss along −g and the parabola that it can't rise above; `at` is M."""
    drawing, ax = figure(3.1)
    ax.plot(t, bound, color=ORANGE, linestyle=DASHES[1], label="parabola of curvature M")
    ax.plot(t, loss, color=BLUE, linestyle="-", label="loss along −g")
    ax.axhline(loss[0], color=GREY, linewidth=1, linestyle=":")
    for place, name in ((1 / at, "1/M"), (2 / at, "2/M")):
        height = np.interp(place, t, bound)
        ax.plot(place, height, "D", color=ORANGE)
        ax.annotate(
            name, (place, height), xytext=(0, 9), textcoords="offset points", ha="center", fontsize=SMALL
        )
    ax.set(xlabel="learning rate η", title="loss after one step", ylim=(loss.min() * 0.55, bound.max()))
    ax.legend(loc="upper left", bbox_to_anchor=(0, 0.98))
    return Picture(
        drawing,
        f"""The loss after one step against the learning rate, from 0 to {t[-1]:.2f}. The dashed parabola
        starts at {loss[0]:.3f}, is lowest at 1/M = {1 / at:.3f} and back at its first height at
        2/M = {2 / at:.3f}. The loss starts with the same slope, stays below the parabola everywhere and is
        {np.interp(2 / at, t, loss):.3f} at 2/M.""",
    )


@picture
def beyond_the_limit(runs, floor):
    """The loss over epochs at several rates: `runs` is a dict label -> losses."""
    drawing, ax = figure(3.6)
    for (label, losses), colour, dashes in zip(
        runs.items(), (BLUE, GREEN, ORANGE, BLACK), DASHES, strict=False
    ):
        ax.semilogy(losses, color=colour, linestyle=dashes, linewidth=1.6, label=label)
    ax.axhline(floor, color=GREY, linewidth=1, linestyle=":")
    ax.set(xlabel="epoch", title="loss", ylim=(floor / 2, 1e9))
    ax.yaxis.set_major_locator(LogLocator(numticks=6))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.legend(loc="center right", bbox_to_anchor=(1, 0.62), handlelength=2.6)
    return Picture(
        drawing,
        f"""The loss over the epochs at {len(runs)} learning rates, on a logarithmic axis: {", ".join(runs)}.
        The two smallest rates go down to the lowest loss {floor:.4f} and stay there. The third comes close,
        leaves again and jumps up and down without growing. The last grows without bound.""",
    )


@picture
def noise_floor(steps, curves, floors):
    """The loss above its minimum over iterations, a dict by label; `floors` gives predicted floors."""
    drawing, ax = figure(3.7)
    styles = zip(curves.items(), (BLUE, ORANGE, GREEN, PURPLE), DASHES, strict=False)
    for (label, curve), colour, dashes in styles:
        ax.loglog(steps, curve, color=colour, linestyle=dashes, linewidth=1.6, label=label)
        if label in floors:
            ax.axhline(floors[label], color=colour, linewidth=1, linestyle=":")
    ax.set(xlabel="iteration", title="loss above the minimum")
    ax.yaxis.set_minor_locator(NullLocator())
    ax.legend(loc="lower left", handlelength=2.6)
    said = "; ".join(f"{label} {floors[label]:.2g}" for label in floors)
    return Picture(
        drawing,
        f"""The loss above its minimum over the iterations, both axes logarithmic, a curve for each of
        {", ".join(curves)}. With a constant rate a curve falls, then runs level near its predicted floor,
        a dotted line: {said}. The curve of the falling rate goes on falling below them.""",
    )


@picture
def paths(runs, kappa):
    """Six optimizers in one valley: `runs` is a dict name -> path of shape (steps, 2)."""
    drawing, axes = figure(5.2, rows=3, columns=2, sharex=True, sharey=True)
    x, y = np.meshgrid(np.linspace(-2.5, 10.5, 131), np.linspace(-2.6, 2.6, 81))
    loss = (x**2 / kappa + y**2) / 2
    for ax, (name, path), colour in zip(
        axes.flat, runs.items(), (BLACK, BLUE, SKY, ORANGE, GREEN, PURPLE), strict=True
    ):
        ax.contour(
            x,
            y,
            loss,
            levels=np.geomspace(0.02, 4, 8),
            colors=GREY,
            linewidths=0.6,
            linestyles="-",
            alpha=0.7,
        )
        ax.plot(*path.T, "o-", color=colour, markersize=2.5, linewidth=1.2)
        ax.plot(*path[0], "o", color="white", markeredgecolor=colour, markersize=6)
        ax.plot(0, 0, "*", color=BLACK, markersize=10)
        ax.set(title=name, yticks=[-2, 0, 2], xticks=[0, 5, 10], xlim=(-2.5, 10.5), ylim=(-2.6, 2.6))
    said = ", ".join(f"{name} {np.linalg.norm(path[-1]):.2g}" for name, path in runs.items())
    count = len(next(iter(runs.values()))) - 1
    return Picture(
        drawing,
        f"""Six panels with the same long valley and the first {count} steps of six optimizers, from the same
        open circle towards a star at the bottom. Distances from the bottom at the end: {said}.""",
    )


@picture
def newton(gaps):
    """How far the loss is above its minimum, epoch by epoch: a dict name -> gaps."""
    drawing, ax = figure(3.3)
    for (name, gap), colour, marker, dashes in zip(
        gaps.items(), (BLUE, GREEN, ORANGE), (None, None, "D"), DASHES, strict=False
    ):
        ax.semilogy(gap, color=colour, marker=marker, linestyle=dashes, label=name)
    ax.set(xlabel="epoch", title="loss above the minimum", ylim=(1e-13, 3), xlim=(-1, 80))
    ax.yaxis.set_major_locator(LogLocator(numticks=7))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.legend(loc="upper right")
    said = ", ".join(f"{name} {gap[8]:.0e}" for name, gap in gaps.items() if name != "Newton")
    return Picture(
        drawing,
        f"""The loss above its minimum over the epochs on a logarithmic axis. Newton's method plunges ever
        more steeply and is below 1e-12 after fewer than ten steps. After eight epochs the others have reached
        {said}, and they go on along nearly straight lines.""",
    )
