"""The pictures of the page on going past memory and past one machine, and the measurements they draw."""

import json
import textwrap
from pathlib import Path

import numpy as np

from .style import BLACK, BLUE, GREY, ORANGE, SMALL, Picture, figure, picture

HERE = Path(__file__).resolve().parent


def stored(name):
    """Return what a program of benchmarks/ has measured, with the machine that it measured on.

    The results lie beside the programs. A wheel for the site's pages brings its own copy.
    """
    folders = (HERE / "measured", HERE.parents[1] / "benchmarks" / "results")
    path = next(folder / f"{name}.json" for folder in folders if folder.is_dir())
    return json.loads(path.read_text(encoding="utf-8"))


def machine(measured):
    """Return on what was measured and when, in lines that fit a telephone."""
    about = measured["machine"]
    memory = f", {about['memory'] / 1e9:.0f} GB of memory" if about["memory"] else ""
    what = f"{about['processor']}, {about['cores']} cores{memory}, {about['system']}, {measured['date']}"
    return textwrap.fill(f"Measured on {what}", 44)


@picture
def communication(workers, compute, talk):
    """Seconds of one evaluation against the number of workers: the rows' share, the messages', and both."""
    drawing, ax = figure(3.6)
    both = compute + talk
    best = int(np.argmin(both))
    ax.loglog(workers, compute, color=BLUE, label="rows")
    ax.loglog(workers, talk, color=ORANGE, linestyle=(0, (5, 2)), label="messages")
    ax.loglog(workers, both, color=BLACK, linestyle=(0, (1, 1.5)), label="both")
    ax.axvline(workers[best], color=GREY, linewidth=1.0, linestyle=(0, (1, 2)))
    ax.text(workers[best] * 1.1, both.max(), "fastest", fontsize=SMALL, va="top")
    ax.set(xlabel="workers", ylabel="seconds for one evaluation")
    ax.legend(loc=(0.3, 0.02))
    return Picture(
        drawing,
        "Two straight lines on logarithmic axes against the number of workers. The time for the rows falls"
        f" from {compute[0]:.3g} to {compute[-1]:.2g} seconds, the time for the messages rises from"
        f" {talk[0]:.2g} to {talk[-1]:.3g} seconds. Their sum is least, {both[best]:.2g} seconds, at about"
        f" {float(f'{workers[best]:.1g}'):.0f} workers.",
    )


@picture
def workers(measured):
    """Milliseconds of one evaluation in memory, on the workers, and for messages without rows."""
    drawing, ax = figure(3.2)
    names, hatches = ("in memory", "on the workers", "messages alone"), ("", "//", "..")
    for i, (name, hatch, colour) in enumerate(zip(names, hatches, (BLUE, ORANGE, GREY), strict=True)):
        heights = [1e3 * each[name] for each in measured]
        places = np.arange(len(measured)) + 0.27 * (i - 1)
        ax.bar(places, heights, 0.25, color=colour, hatch=hatch, edgecolor="white", label=name)
    ax.set_xticks(range(len(measured)), [each["workers"] for each in measured])
    ax.set(xlabel="workers", ylabel="milliseconds for one evaluation")
    ax.legend(loc="upper right", bbox_to_anchor=(1, 1.18), ncols=3, columnspacing=1.0)
    return Picture(
        drawing,
        "Bars of the time for one evaluation. "
        + " ".join(
            f"Workers: {each['workers']}; "
            + ", ".join(f"{name} {1e3 * each[name]:.3g} ms" for name in names)
            + "."
            for each in measured
        ),
    )
