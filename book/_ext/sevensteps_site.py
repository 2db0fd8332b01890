"""What the site needs of Sphinx beyond the extensions that others wrote.

Figures get their alternative text from the notebook, and no page loads anything from another host.
"""

import json
import re
import shutil
from importlib.metadata import distribution
from pathlib import Path

from myst_nb.core import render
from myst_nb.core.render import MimeRenderPlugin

from moving import MovingFigure

# Of MathJax's folder: what makes one script for every page, and what that may load later (fonts, rarer TeX
# commands). The same as its tex-chtml.js without the menu, which is a third of it and makes of every formula
# a stop for the keyboard. Screen readers get each formula as MathML.
MATHJAX = ("core", "input/tex", "output/chtml", "output/chtml/fonts/tex", "a11y/assistive-mml")
MATHJAX_LATER = ("output/chtml/fonts/woff-v2", "input/tex/extensions")

# What the theme and docutils write, and what serves readers who listen to the page. Without them a button is
# called something else than it shows, the book's name belongs to no part of the page, and the list of works
# has no items.
EDITS = {
    'search-button-field search-button__button pst-js-only" title="Search" aria-label="Search"': (
        'search-button-field search-button__button pst-js-only"'
    ),
    ' title="Light"': "",
    ' title="Dark"': "",
    ' title="System Settings"': "",
    '"Color mode"': '"Colour mode"',
    'id="pst-primary-sidebar"': 'id="pst-primary-sidebar" role="region" aria-label="Book"',
    'role="doc-biblioentry"': 'role="listitem"',
}
# The name of a step or of its assignment, where the navigation or a heading has it.
STEP = re.compile(r"(<(?:a|h1|li|p)\b[^>]*>\s*)((Step|Assignment) ([1-7]):)")
# The same where it depends on the page: what unfolds the pages below a page gets a name, and the parameters
# of a long signature, which are no terms with definitions, become lines.
PATTERNS = {
    r">([^<]*)</a>(<details[^>]*>)<summary>": (
        r'>\1</a>\2<summary><span class="visually-hidden">Below \1</span>'
    ),
    r'<dl>\n(<dd><em class="sig-param">.*?)</dl>': lambda lines: (
        f'<div class="sig-lines">{lines[1].replace("dd>", "div>")}</div>'
    ),
}


class FigureWithAlt(MimeRenderPlugin):
    """Renders a PNG as myst-nb does, and gives it the alternative text of the output's metadata.

    myst-nb reads only width and height there, and then the file's path stands for the text.
    """

    @staticmethod
    def handle_mime(renderer, data, inline):
        """Return the image's node, or None where the output is not a PNG."""
        if data.mime_type != "image/png":
            return None
        (image,) = renderer.render_image(data)
        image["alt"] = data.output_metadata.get("image/png", {}).get("alt", "")
        return [image]


def mend_theme(app, config):
    """Set the options of the theme that Jupyter Book offers no key for, beside those that it sets."""
    config.html_theme_options["navbar_persistent"] = []  # or a second search box appears
    config.html_theme_options["logo"] = {"text": config.html_title}
    config.html_theme_options["search_bar_text"] = "Search the book"
    config.html_context["default_mode"] = "auto"  # or the page reports an invalid theme mode


def drop_thebe(app, config):
    """Undo sphinx-thebe, which Jupyter Book always loads: it puts another host's address on every page."""
    for listeners in app.events.listeners.values():
        for listener in list(listeners):
            if listener.handler.__module__ == "sphinx_thebe":
                app.disconnect(listener.id)
    app.registry.css_files = [file for file in app.registry.css_files if "thebe" not in file[0]]


def copy_mathjax(app, exception):
    """Put MathJax beside the pages, from the Python package that carries it."""
    if exception or app.builder.format != "html":
        return
    package = distribution("sphinx-mathjax-offline")
    source = Path(package.locate_file("sphinx-mathjax-offline/static/mathjax"))
    target = Path(app.outdir) / "_static" / "mathjax"
    for name in MATHJAX_LATER:
        shutil.copytree(source / name, target / name, dirs_exist_ok=True)
    # The second part keeps the first from fetching those that follow.
    paths = [*(source / f"{name}.js" for name in MATHJAX), Path(__file__).with_name("formulas.js")]
    parts = [path.read_text(encoding="utf-8") for path in (source / "startup.js", *paths)]
    parts.insert(1, f"MathJax.loader.preLoad(...{json.dumps(MATHJAX)});")
    (target / "tex-chtml.js").write_text("\n".join(parts), encoding="utf-8")


def mark_steps(text, name):
    """Return a page with the steps in its navigation and its heading marked, for their colours."""
    text = STEP.sub(
        lambda found: (
            f'{found[1]}<span class="step-mark{" step-task" if found[3] == "Assignment" else ""}'
            f' step-{found[4]}">{found[2]}</span>'
        ),
        text,
    )
    step = re.match("[1-7](?=_)", name)
    return text.replace("<body ", f'<body class="step-{step[0]}" ', 1) if step else text


def edit_pages(app, exception):
    """Make the edits above in every page."""
    if exception or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for old, new in EDITS.items():
            text = text.replace(old, new)
        for old, new in PATTERNS.items():
            text = re.sub(old, new, text, flags=re.DOTALL)
        text = mark_steps(text, path.name)
        path.write_text(text, encoding="utf-8")


def setup(app):
    """Register everything with Sphinx."""
    # There is an entry point for such plugins, but only installed distributions have those.
    plugins = [FigureWithAlt, MovingFigure, *render.load_mime_renders()]
    render.load_mime_renders = lambda: plugins
    app.connect("config-inited", mend_theme)
    app.connect("config-inited", drop_thebe)
    app.connect("build-finished", copy_mathjax)
    app.connect("build-finished", edit_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
