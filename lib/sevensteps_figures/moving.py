"""Figures that move: described in Vega-Lite, drawn in the reader's browser, without a kernel.

A function of a chapter's module takes finished numbers and returns `Moving(spec, alt)`; here is what those
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
        "labelFlush": False,
    },
    # Labels that come and go would move the plot.
    "axisY": {"minExtent": 44},
    "title": {"anchor": "start", "fontSize": 15, "color": BLACK, "frame": "group"},
    "text": {"fontSize": 14, "color": BLACK},
    "legend": {"labelFontSize": 14, "titleFontSize": 14, "labelColor": BLACK, "symbolSize": 120},
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
    buffer = io.BytesIO()
    # A few colours and their mixtures with white: a tenth of the bytes.
    Image.open(io.BytesIO(drawn)).convert("RGB").quantize(128).save(buffer, "png", optimize=True)
    return buffer.getvalue()


def moving(name, alt, params, marks=None, **content):
    """Return a figure with sliders: `content` is the view, its data and its transforms.

    `marks` puts a mark on a slider, at the value of another parameter: a dict slider -> parameter.
    """
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "usermeta": {"name": name, "marks": marks or {}},
        "config": _CONFIG,
        "params": params,
        **content,
    }
    # Through JSON, so that NumPy's numbers become plain ones and anything else stops here.
    return Moving(json.loads(json.dumps(spec, default=_plain, allow_nan=False)), " ".join(alt.split()))


def _plain(value):
    """Return NumPy's arrays and numbers as Python's."""
    return value.tolist()


def slider(name, label, low, high, step, value):
    """Return a parameter that the reader moves from `low` to `high`."""
    bind = {"input": "range", "min": low, "max": high, "step": step, "name": label}
    return {"name": name, "value": value, "bind": bind}


def derived(name, expression):
    """Return a parameter that follows from others."""
    return {"name": name, "expr": expression}


def calculate(**fields):
    """Return transforms that compute fields, one after the other."""
    return [{"calculate": expression, "as": name} for name, expression in fields.items()]


def readout(expression, *transforms):
    """Return the view whose text the page shows and reads out: one datum, and nothing visible."""
    return {
        "name": "readout",
        "transform": [*transforms, *calculate(said=expression)],
        # Tiny, so that a long sentence does not widen the figure.
        "mark": {"type": "text", "opacity": 0, "fontSize": 1, "align": "left", "x": 0, "aria": False},
        "encoding": {"text": {"field": "said"}},
    }


def quantity(field, title=None, domain=None, **options):
    """Return the channel of a number; what it is called stands at its axis, unless that is None."""
    channel = {"field": field, "type": "quantitative"}
    scale = {key: options.pop(key) for key in ("type", "nice", "zero", "reverse") if key in options}
    if domain is not None:
        channel["scale"] = {"domain": domain, "nice": False, "zero": False, **scale}
    elif scale:
        channel["scale"] = scale
    channel["axis"] = {"title": title, **options} if options.pop("visible", True) else None
    return channel
