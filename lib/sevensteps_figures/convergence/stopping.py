"""The rules that end a run, on curves, with settings that move."""

import numpy as np

from ..moving import (
    along,
    calculate,
    constant,
    derived,
    drawn,
    moving,
    over_rows,
    panel,
    quantity,
    readout,
    slider,
)
from ..style import BLACK, BLUE, GREEN, GREY, ORANGE

SHAPES = ["triangle-up", "circle", "square", "diamond"]


def stops(training, validation, gradient, marks):
    """Training and validation loss over epochs, and where four rules end the run.

    `gradient` is the largest entry of the gradient before each update. The page finds the epochs where the
    rules stop: a number that is fixed before, patience with the validation loss, a small gradient, a flat
    loss. `marks` are the chapter's, by name in this order, for the settings that it begins with.
    """
    n, best = len(training), int(np.argmin(validation))
    low, high = min(training), max(validation)
    epochs = {"x": quantity("epoch", "epoch (the first is 1)", [1, n], "log", values=[1, 10, 100, 1000])}
    margin = round(0.1 * (high - low))
    place = epochs | {"y": quantity("loss", None, [round(low) - margin, round(high) + margin])}
    names = list(marks)
    colour = {"field": "rule", "scale": {"domain": names, "range": [BLACK, ORANGE, GREEN, BLUE]}}
    shape = {"field": "rule", "scale": {"domain": names, "range": SHAPES}}
    legend = {"legend": {"title": None, "orient": "bottom", "columns": 1}}
    described = "; ".join(f"{name}, before update {epoch}" for name, epoch in marks.items())
    stopped, both = _stopped(names), {"fold": ["training", "validation"], "as": ["which", "loss"]}
    return moving(
        "stops",
        f"""Two curves over epochs 1 to {n}, on a logarithmic axis. The training loss falls all the time, from
        {training[0]:.0f} to {training[-1]:.0f}. The validation loss falls to {validation[best]:.0f} before
        update {best} and rises to {validation[-1]:.0f}. Upright lines and marks on both curves show where
        four rules end the run: {described}.""",
        [
            slider("fixed", "epochs fixed before the run", 10, 900, 10, 100),
            slider("patience", "patience on validation rows", 1, 100, 1, 20),
            slider("exponent", "largest gradient entry", -0.5, 3, 0.1, 0),
            slider("flat_exponent", "gain of loss in ten epochs", -0.5, 3, 0.1, 0),
            derived("tolerance", "pow(10, exponent)"),
            derived("gain", "pow(10, flat_exponent)"),
            constant("training", training, 9),
            constant("validation", validation, 9),
            constant("gradient", gradient, 9),
        ],
        powers=["exponent", "flat_exponent"],
        data=along("t", 0, n - 1, 1),
        transform=calculate(
            epoch="datum.t + 1",
            training="training[datum.t]",
            validation="validation[datum.t]",
            gradient="gradient[datum.t]",
        ),
        **panel(
            250,
            drawn("line", place | {"strokeDash": {"field": "which", "legend": None}}, both, color=GREY),
            drawn("rule", epochs | {"color": colour | legend}, *stopped, strokeWidth=1.2),
            drawn("point", place | {"color": colour | legend, "shape": shape | legend}, *stopped, both,
                  size=110, stroke="white"),
            readout(*_said(names, stopped, n)),
            title="mean squared error (dashed: validation)",
        ),
    )  # fmt: skip


def _stopped(names):
    """Return the transforms that leave one row for each rule that stops the run, with its epoch."""

    def seen(name, op, field, first=None, **more):
        """Look at the epochs from `first` before the present one (None: all) up to it, as the loop does."""
        return {
            "window": [{"op": op, "field": field, "as": name, **more}],
            "frame": [first, 0],
            "sort": [{"field": "t"}],
        }

    return [
        seen("best", "min", "validation"),
        seen("best_before", "lag", "best"),
        *calculate(better="datum.t == 0 || datum.validation < datum.best_before ? datum.t : 0"),
        seen("best_at", "max", "better"),
        seen("lowest_of_ten", "min", "training", -9),
        seen("before_ten", "lag", "training", param=10),
        *calculate(
            stops="[datum.t == fixed, datum.t - datum.best_at >= patience, datum.gradient <= tolerance,"
            " datum.t >= 10 && datum.lowest_of_ten >= datum.before_ten - gain]",
            rule=str(names),
        ),
        {"flatten": ["stops", "rule"]},
        {"filter": "datum.stops"},
        seen("turn", "row_number", "t") | {"groupby": ["rule"]},
        {"filter": "datum.turn == 1"},
    ]


def _said(names, stopped, n):
    """Return the sentence about the epochs, and the transforms that put them into one row."""
    words, fields = [], {}
    for i, name in enumerate(names):
        fields[f"at{i}"] = f"datum.rule == '{name}' ? datum.t : null"
        fields[f"loss{i}"] = f"datum.rule == '{name}' ? datum.validation : null"
        words.append(
            f"'{name}: ' + (isValid(datum.at{i}) ? 'before update ' + datum.at{i} + ', validation loss '"
            f" + format(datum.loss{i}, '.0f') : 'not in {n} epochs')"
        )
    one_row = over_rows(**dict.fromkeys(fields, "max"))
    return " + '; ' + ".join(words) + " + '.'", *stopped, *calculate(**fields), one_row
