"""Figures that move: a specification in Vega-Lite becomes a picture, its sliders and what it says.

Everything stands in the page from the start, so nothing jumps: the picture as it is before anything is
moved, the sliders, and a sentence that says what the picture shows. `_static/moving.js` makes it move when
the reader comes near. Without scripts, and in print, the picture and the sentence are what there is.

A specification is compiled here, so that the page needs Vega alone, without Vega-Lite.
"""

import html
import json
import re

import vl_convert
from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin
from sevensteps_figures.moving import MIME, VERSION, svg

from quiz import tag

SIZE = re.compile(r'<svg [^>]*width="(\d+)" height="(\d+)"')
SAID = re.compile(r'class="[^"]*readout_marks[^"]*".*?<text[^>]*>([^<]*)</text>', re.DOTALL)


class MovingFigure(MimeRenderPlugin):
    """Renders a specification for the site; other builders take the output's PNG."""

    mime_priority_overrides = (("html", MIME, 1),)

    @staticmethod
    def handle_mime(renderer, data, inline):
        """Return the figure's node, or None where the output is something else."""
        if data.mime_type != MIME:
            return None
        spec = data.content
        drawn = svg(spec)
        (image,) = renderer.render_image(MimeData("image/svg+xml", drawn))
        image["alt"] = data.output_metadata[MIME]["alt"]
        image["width"] = "{}px".format(*SIZE.search(drawn).groups())
        image["classes"].append("no-scaled-link")
        # The style sheet keeps its place before it has come.
        shape = "--shape: {} / {}".format(*SIZE.search(drawn).groups())
        return [figure(spec, tag("div", image, classes=["moving-picture"], style=shape), said(drawn))]


def said(drawn):
    """Return the sentence that a drawing holds out of sight."""
    return html.unescape(SAID.search(drawn)[1])


def figure(spec, picture, sentence):
    """Return the node of one figure."""
    name = spec["usermeta"]["name"]
    vega = vl_convert.vegalite_to_vega(spec, vl_version=VERSION)
    for signal in vega["signals"]:
        # The sliders are in the page already.
        signal.pop("bind", None)
    del vega["$schema"]
    # A script ends at the first </, wherever it stands.
    script = json.dumps(vega, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return tag(
        "figure",
        picture,
        tag(
            "div",
            *(node for parameter in spec["params"] for node in slider(spec["usermeta"], parameter)),
            classes=["moving-sliders", "pst-js-only", "screen-only"],
        ),
        tag("p", nodes.Text(sentence), classes=["moving-said"], **{"aria-live": "polite"}),
        tag(
            "div",
            tag("button", nodes.Text("Copy link to this state"), type="button", **{"data-do": "link"}),
            tag("button", nodes.Text("Reset"), type="button", **{"data-do": "reset"}),
            tag("span", role="status"),
            classes=["moving-buttons", "pst-js-only", "screen-only"],
        ),
        nodes.raw("", f'<script type="application/json">{script}</script>', format="html"),
        classes=["moving"],
        ids=[f"moving-{name}"],
        **{"data-name": name},
    )


def slider(meta, parameter):
    """Yield the label, the slider and the shown value of a parameter, unless it follows from others."""
    if "bind" not in parameter:
        return
    name, bind, value = parameter["name"], parameter["bind"], f"{parameter['value']:.10g}"
    identifier = f"moving-{meta['name']}-{name}"
    yield tag("label", nodes.Text(bind["name"]), **{"for": identifier})
    button = tag(
        "input",
        ids=[identifier],
        type="range",
        name=name,
        value=value,
        # Browsers fill a form again after a reload.
        autocomplete="off",
        **{key: bind[key] for key in ("min", "max", "step")},
    )
    mark = {"data-mark": meta["marks"][name]} if name in meta["marks"] else {}
    yield tag("div", button, classes=["moving-slider"], **mark)
    power = {"data-power": "10"} if name in meta["powers"] else {}
    shown = f"{10 ** parameter['value']:.2g}" if power else value
    yield tag("output", nodes.Text(shown), **power, **{"for": identifier})


def add_script(app, pagename, templatename, context, doctree):
    """Put the script on the pages that have such a figure."""
    if doctree is not None and any("moving" in node["classes"] for node in doctree.findall(nodes.Element)):
        app.add_js_file("moving.js", loading_method="defer")


def setup(app):
    """Register everything with Sphinx."""
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
