"""Where a descent starts, and where it ends."""

from typing import NamedTuple

import numpy as np
import sevensteps as ss
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import scale

from ..style import BLUE, GREY, ORANGE, Picture, figure, picture


class Point(NamedTuple):
    """A place on a map."""

    x: np.ndarray
    y: np.ndarray


def landscapes():
    """Compute the two losses of two parameters that `starts` draws, and descents on each."""
    X, label = load_breast_cancer(return_X_y=True)
    X = scale(X[:, :2])

    def logistic_regression(point):
        z = X @ np.stack([np.ravel(point.x), np.ravel(point.y)])
        value, _ = ss.BINARY_CROSS_ENTROPY.value_and_slope(label[:, None], z)
        penalty = 0.05 * (np.square(point.x) + np.square(point.y))
        return value.mean(axis=0).reshape(np.shape(point.x)) + penalty

    inputs = np.linspace(-3, 3, 9)

    def one_hidden_unit(point):
        hidden = np.tanh(inputs[:, None] * np.ravel(point.x))
        errors = hidden * np.ravel(point.y) - np.tanh(inputs)[:, None]
        return np.square(errors).mean(axis=0).reshape(np.shape(point.x))

    valley_starts = [(-3.2, 1.8), (-0.4, 2.4), (1.6, 0.6), (1.2, -2.6), (-3.0, -2.4)]
    saddle_starts = [(-0.6, 2.2), (2.2, -0.9), (0.5, 0.3), (-0.4, -0.5), (0.0, 0.0)]
    return (
        _map(logistic_regression, np.linspace(-4, 2.2, 80), np.linspace(-3.2, 3, 80)),
        [_descend(logistic_regression, start, rate=0.1) for start in valley_starts],
        _map(one_hidden_unit, np.linspace(-2.5, 2.5, 80), np.linspace(-2.5, 2.5, 80)),
        [_descend(one_hidden_unit, start, rate=0.1) for start in saddle_starts],
    )


def _map(loss, x, y):
    return x, y, loss(Point(*np.meshgrid(x, y)))


def _descend(loss, start, rate, steps=4000):
    path = [Point(*map(np.asarray, start))]
    for _ in range(steps):
        slope = ss.numerical_gradient(lambda point: float(loss(point)), path[-1])
        path.append(Point(*(here - rate * s for here, s in zip(path[-1], slope, strict=True))))
        # The rest would be a dot on the map.
        if np.hypot(*slope) < 1e-4:
            break
    return np.array(path)


@picture
def starts(valley, valley_paths, saddle, saddle_paths):
    """Contours of two losses of two parameters, with the paths of descents from several starts.

    Each landscape is (horizontal axis, vertical axis, loss on their grid); each path (steps, 2).
    """
    drawing, axes = figure(2.9, columns=2)
    panels = (
        ("logistic regression", "$w_1$", "$w_2$", valley, valley_paths),
        ("one hidden unit", "$u$", "$v$", saddle, saddle_paths),
    )
    for ax, (title, across, up, (x, y, loss), paths) in zip(axes, panels, strict=True):
        # Lines at equal shares of the map rather than at equal heights: they show the flat parts too.
        levels = np.quantile(loss, np.linspace(0.01, 1, 14))
        ax.contour(x, y, loss, levels=levels, colors=GREY, linewidths=0.6, linestyles="-", alpha=0.7)
        for path in paths:
            moved = np.ptp(path, axis=0).max() > 1e-9
            ax.plot(*path.T, color=BLUE, linewidth=1.6, linestyle="-")
            ax.plot(*path[0], "o", color="white", markeredgecolor=BLUE, linestyle="none")
            ax.plot(*path[-1], "*" if moved else "X", color=ORANGE, markersize=11, linestyle="none")
        ax.set(title=title, xlabel=across, ylabel=up)
    ends = [len({tuple(np.round(path[-1], 1)) for path in paths}) for _, _, _, _, paths in panels]
    return Picture(
        drawing,
        f"""Two contour maps of a loss with descents drawn as blue lines from open circles to orange
        stars. Left, logistic regression: {len(valley_paths)} starts, {ends[0]} end. Right, one hidden
        unit: {len(saddle_paths)} starts, {ends[1]} ends; the start at the origin, marked by a cross,
        has not moved.""",
    )
