"""Says to other sites what a page is: a card for whoever links it, and a map of the pages for search engines.

Both need the address of the site, `baseurl` in _config.yml. Without it there are none, for a wrong address is
worse. The canonical address of each page comes from Sphinx.
"""

import re
import textwrap
from html import escape, unescape
from pathlib import Path

from docutils import nodes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from sevensteps_figures.style import BLACK, GREY, STEPS
from sphinx.errors import ExtensionError

WIDTH, HEIGHT = 1200, 630  # pixels of a card


def check_address(app, config):
    """Let the address of the site be one, and end in a slash."""
    address = config.html_baseurl
    if address and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", address):
        raise ExtensionError(
            f'baseurl in _config.yml is {address!r}; expected https://HOST/ or https://HOST/FOLDER/, or ""'
        )
    config.html_baseurl = address and address.rstrip("/") + "/"


def add_card(app, pagename, templatename, context, doctree):
    """Draw the card of a page and name it in the page's head."""
    address = app.config.html_baseurl
    if app.builder.name != "html" or not address or doctree is None:
        return
    title = unescape(re.sub(r"<[^>]+>", "", context["title"]))
    said = [node["content"] for node in doctree.findall(nodes.meta) if node.get("name") == "description"]
    description = said[0] if said else ""
    path = f"_static/cards/{pagename.replace('/', '-')}.png"
    step = re.match(r"[1-7](?=_)", Path(pagename).name)
    draw_card(Path(app.outdir) / path, title, description, step and int(step[0]), app.config.html_title)
    tags = {
        "og:type": "article",
        "og:site_name": app.config.html_title,
        "og:title": title,
        "og:description": description,
        "og:url": address + app.builder.get_target_uri(pagename),
        "og:image": address + path,
        "og:image:width": WIDTH,
        "og:image:height": HEIGHT,
        "og:image:alt": f"{title}. {description}",
    }
    lines = [f'<meta property="{name}" content="{escape(str(value))}"/>' for name, value in tags.items()]
    context["metatags"] += "\n".join(
        [*lines, '<meta name="twitter:card" content="summary_large_image"/>', ""]
    )


def draw_card(path, title, description, step, book):
    """Draw a card: what the page is called, what it says, and below it the seven steps, its own in full."""
    card = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor="white")
    size = 40 if len(title) <= 30 else 32
    card.text(0.06, 0.9, textwrap.fill(title, 30), size=size, weight="bold", va="top", color=BLACK)
    short = textwrap.shorten(description, 250, placeholder=" …")
    card.text(0.06, 0.62, textwrap.fill(short, 78), size=19, va="top", color=BLACK, linespacing=1.5)
    card.text(0.06, 0.13, book, size=19, weight="bold", color=GREY)
    for number, colour in enumerate(STEPS, start=1):
        faint = step is not None and number != step
        card.add_artist(
            Rectangle(
                ((number - 1) / 7, 0), 1 / 7, 0.05, color=colour, alpha=0.25 if faint else 1, linewidth=0
            )
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    card.savefig(path, metadata={"Software": None})


def write_map(app, exception):
    """Write the list of the pages, and tell search engines where it is."""
    address = app.config.html_baseurl
    if exception or app.builder.name != "html" or not address:
        return
    pages = [address + app.builder.get_target_uri(name) for name in sorted(app.env.found_docs)]
    entries = "\n".join(f"<url><loc>{escape(page)}</loc></url>" for page in pages)
    folder = Path(app.outdir)
    (folder / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}\n</urlset>\n',
        encoding="utf-8",
    )
    (folder / "robots.txt").write_text(f"User-agent: *\nAllow: /\n\nSitemap: {address}sitemap.xml\n")


def setup(app):
    """Register everything with Sphinx."""
    app.connect("config-inited", check_address)
    app.connect("html-page-context", add_card)
    app.connect("build-finished", write_map)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
