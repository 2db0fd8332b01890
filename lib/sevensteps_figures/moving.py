"""Figures that move: described in Vega-Lite, drawn in the reader's browser, without a kernel.

A function of a page's package takes finished numbers and returns `Moving(spec, alt)`; here is what those
functions share. A specification is plain JSON, so that cells run where only NumPy is, as in the page. Its
sliders are its parameters with a `bind`; a view named "readout" draws one line of text, which the page shows
and reads out.
"""

import base64
import io
import json
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from PIL import Image

from .style import BLACK, GREY, SEQUENCE

MIME = "application/vnd.vegalite.v6+json"
VERSION = "6.4"
# The type that matplotlib draws with; Verdana has its widths.
FONT = "DejaVu Sans, Verdana, sans-serif"
WIDTH, CSS_WIDTH = 370, 480  # pixels of a plot without its axis; of the whole figure in a browser
# Five points, as an outline in a square from -1 to 1.
STAR = "M0,-1L.24,-.32L.95,-.31L.38,.12L.59,.81L0,.4L-.59,.81L-.38,.12L-.95,-.31L-.24,-.32Z"

_CONFIG = {
    "background": "transparent",
    "padding": 4,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "domainColor": GREY,
        "tickColor": GREY,
        "labelColor": BLACK,
        "titleColor": BLACK,
        "labelFontSize": 14,
        "titleFontSize": 15,
        "titleFontWeight": "normal",
        "grid": False,
        "tickCount": 5,
        "labelOverlap": "greedy",
        "labelFlush": False,
    },
    # Labels that come and go would move the plot.
    "axisY": {"minExtent": 44},
    "title": {"anchor": "start", "fontSize": 15, "color": BLACK, "frame": "group"},
    "text": {"fontSize": 14, "color": BLACK},
    "legend": {"labelFontSize": 14, "labelColor": BLACK, "labelLimit": 0, "symbolSize": 120},
    "line": {"strokeWidth": 2.5},
    "rule": {"strokeWidth": 2},
    "point": {"filled": True, "opacity": 1},
    "range": {"category": SEQUENCE},
}


class Moving(NamedTuple):
    """A specification in Vega-Lite and the sentence that says what it shows before anything is moved."""

    spec: dict
    alt: str

    def bundle(self):
        """Return the figure for a notebook, as its formats and their metadata."""
        data, metadata = {MIME: self.spec, "text/plain": self.alt}, {MIME: {"alt": self.alt}}
        try:
            data["image/png"] = base64.b64encode(_png(self.spec)).decode()
            metadata["image/png"] = {"alt": self.alt, "width": CSS_WIDTH}
        except ModuleNotFoundError:
            # In the page, where the figure itself moves, nothing can draw it still.
            pass
        return data, metadata


def svg(spec):
    """Draw a specification once, as it is before anything is moved."""
    import vl_convert

    vl_convert.register_font_directory(str(Path(mpl.get_data_path(), "fonts", "ttf")))
    return vl_convert.vegalite_to_svg(spec, vl_version=VERSION)


def _png(spec):
    import vl_convert

    drawn = vl_convert.svg_to_png(svg({**spec, "background": "white"}), scale=2)
    # A few colours and their mixtures with white: a quarter of the bytes.
    few = Image.open(io.BytesIO(drawn)).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=0)
    buffer = io.BytesIO()
    few.save(buffer, "png", optimize=True)
    return buffer.getvalue()


def moving(name, alt, params, marks=None, powers=(), **content):
    """Return a figure with sliders: `content` is the view, its data and its transforms.

    `marks` puts a mark on a slider, at the value of another parameter: a dict slider -> parameter. Sliders
    named in `powers` are exponents, beside which the page shows the power of ten.
    """
    alt = " ".join(alt.split())
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": alt,
        "usermeta": {"name": name, "marks": marks or {}, "powers": list(powers)},
        "config": _CONFIG,
        "params": params,
        **content,
    }
    # Through JSON, so that NumPy's numbers become plain ones and anything else stops here.
    return Moving(json.loads(json.dumps(spec, default=_plain, allow_nan=False)), alt)


def _plain(value):
    """Return NumPy's arrays and numbers as Python's."""
    return value.tolist()


# --- Parameters -----------------------------------------------------------------------------------


def slider(name, label, low, high, step, value):
    """Return a parameter that the reader moves from `low` to `high`."""
    bind = {"input": "range", "min": low, "max": high, "step": step, "name": label}
    return {"name": name, "value": value, "bind": bind}


def derived(name, expression):
    """Return a parameter that follows from others."""
    return {"name": name, "expr": expression}


def constant(name, values, digits=5):
    """Return a parameter that holds numbers for expressions: a list, or a list of lists."""
    return {"name": name, "value": rounded(values, digits)}


# --- Data -----------------------------------------------------------------------------------------


def rounded(values, digits=5):
    """Return numbers as lists, the largest of them with so many digits and the others as exact as it.

    So what is only rounding, and another on each machine, is gone.
    """
    values = np.asarray(values)
    if not np.issubdtype(values.dtype, np.floating):
        return values.tolist()
    # Adding 0 makes a plain zero of a negative one.
    return (np.round(values, digits - 1 - int(np.floor(np.log10(np.abs(values).max())))) + 0.0).tolist()


def rows(**columns):
    """Return data with a row for each entry of the columns, which are as long as one another."""
    columns = {name: rounded(values) for name, values in columns.items()}
    return {"values": [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]}


def along(name, low, high, step):
    """Return data with a row for each of equally spaced numbers."""
    return {"sequence": {"start": low, "stop": high + step / 2, "step": step, "as": name}}


ONE_ROW = {"values": [{}]}


def calculate(**fields):
    """Return transforms that compute fields, one after the other.

    A field gets a new name each time: when a slider moves, Vega computes again from the row as it has become.
    """
    return [{"calculate": expression, "as": name} for name, expression in fields.items()]


def over_rows(keep=False, **operations):
    """Return the transform that leaves one row with the sum, mean, … of fields: `loss="mean"`.

    With `keep` all rows stay, each with the results beside its other fields: `total=("sum", "loss")`.
    """
    named = {name: op if isinstance(op, tuple) else (op, name) for name, op in operations.items()}
    parts = [{"op": op, "field": field, "as": name} for name, (op, field) in named.items()]
    return {"joinaggregate" if keep else "aggregate": parts}


# --- Views ----------------------------------------------------------------------------------------


def panel(height, *layers, title=None, width=WIDTH):
    """Return drawings over one another; an expression as title is given as {"expr": …}."""
    view = {"width": width, "height": height, "layer": list(layers)}
    if isinstance(title, dict):
        title = {"text": title}
    return view if title is None else {"title": title, **view}


def drawn(kind, encoding, *transforms, data=None, **style):
    """Return one drawing: a kind of mark, its channels, its data if they are its own."""
    view = {"mark": {"type": kind, **style}, "encoding": encoding, "transform": list(transforms)}
    return view if data is None else {**view, "data": data}


def quantity(field, title=None, domain=None, kind=None, **axis):
    """Return the channel of a number with its axis; without `axis` options it is the usual one."""
    scale = {} if domain is None else {"domain": domain, "nice": False, "zero": False}
    if kind is not None:
        scale["type"] = kind
    return {"field": field, "type": "quantitative", "scale": scale, "axis": {"title": title, **axis}}


def either(test, colour, other):
    """Return the channel of one value where the test holds and another elsewhere."""
    return {"condition": {"test": test, "value": colour}, "value": other}


def also(channel, field):
    """Return the same channel for another field."""
    return {**channel, "field": field}


def readout(expression, *transforms, data=None):
    """Return the view whose text the page shows and reads out: one datum, and nothing visible."""
    # Tiny, so that a long sentence does not widen the figure.
    hidden = {"opacity": 0, "fontSize": 1, "align": "left", "x": 0, "aria": False}
    view = drawn(
        "text", {"text": {"field": "said"}}, *transforms, *calculate(said=expression), data=data, **hidden
    )
    return {"name": "readout", **view}
