"""Makes the pages light and still: what no reader of a page needs is not sent with it, and nothing jumps.

The theme sends every icon of Font Awesome, as a script and as fonts, styles for what other sites show, and
the index of the search with each page. Here the few icons in use are drawn into the page, styles that meet
nothing are left out, the index stays with the page that searches, and a picture comes when the reader comes
near. Pictures and formulas have their places before they come.
"""

import html
import io
import re
import shutil
from pathlib import Path

from PIL import Image
from sphinx.errors import ExtensionError

ICON = re.compile(r'<(i|span) class="([^"]*\bfa-[^"]*)"([^>]*)></\1>')
SEARCH = re.compile(r'\s*<script src="[^"]*(?:searchtools|language_data|searchindex)\.js[^"]*"></script>')
ICONS = re.compile(r'\s*<script [^>]*src="[^"]*fontawesome\.js[^"]*"></script>')
PICTURE = re.compile(r'<img (?=[^>]*src="([^"]*_images/[^"]*)")')
FORMULA = re.compile(r'<span class="math notranslate nohighlight">(?=\\\((.*?)\\\)</span>)', re.DOTALL)
SIGN = re.compile(r"\\[A-Za-z]+|[^\s\\{}_^&]")
FONT = re.compile(r"@font-face\{[^}]*Awesome[^}]*\}")
COMMENT = re.compile(r"/\*[^!].*?\*/", re.DOTALL)
RULE = re.compile(r"([^{};]+)(\{[^{}]*\})")
EMPTY = re.compile(r"@(?:media|supports)[^{};]*\{\s*\}")
FUNCTION = re.compile(r":[\w-]+\([^()]*\)")
# The editions read these, and what a reader writes may need more of them than the pages do.
WHOLE = ("pygments.css", "custom.css", "live.css")


def drawing(classes, attributes, script):
    """Return an icon as SVG, drawn as the theme's own script would draw it."""
    names = [name.removeprefix("fa-") for name in classes.split() if name.startswith("fa-")]
    name = next(name for name in names if name not in ("solid", "lg"))
    # Brands and outlines come before the solid ones.
    found = re.findall(rf'[{{,]"?{name}"?:\[(\d+),(\d+),\[[^\]]*\],"\w+","([^"]+)"\]', script)
    if not found:
        raise ExtensionError(f"The theme shows an icon that its script does not have: {name}")
    width, height, path = found[-1]
    return (
        f'<svg class="svg-inline--fa {" ".join(classes.split())}" viewBox="0 0 {width} {height}"'
        f' aria-hidden="true"{attributes.rstrip()}><path fill="currentColor" d="{path}"/></svg>'
    )


def lazy(text, folder):
    """Let all pictures but the first come when the reader comes near; their places are kept."""
    first = PICTURE.search(text)

    def picture(match):
        path, place = folder / match[1], ""
        # Those that move are no PNG, and have their place already.
        if path.suffix == ".png":
            with Image.open(path) as image:
                place = 'width="{}" height="{}" '.format(*image.size)
        return match[0] + place + ("" if match.start() == first.start() else 'loading="lazy" ')

    return PICTURE.sub(picture, text)


def small(path):
    """Write a PNG again with the 256 colours that serve it best, at a third of its bytes.

    Figures have few colours and the shades between them: no shade is off by more than the eye sees.
    """
    with Image.open(path) as image:
        if image.getextrema()[3:] not in ((), ((255, 255),)):
            return
        few = image.convert("RGB").quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    written = io.BytesIO()
    few.save(written, "png", optimize=True)
    if written.tell() < path.stat().st_size:
        path.write_bytes(written.getvalue())


def reserve(text):
    """Say how many signs each formula in a line has: until it is set, it takes about as much room as then."""

    def formula(match):
        return f'{match[0][:-1]} style="--signs: {len(SIGN.findall(html.unescape(match[1])))}">'

    return FORMULA.sub(formula, text)


def pruned(sheet, words):
    """Return a style sheet without the selectors that name a class which is none of the words."""

    def meets(selector):
        # What a selector excludes, or one of several that it allows, need not be there.
        while (shorter := FUNCTION.sub("", selector)) != selector:
            selector = shorter
        return all(name in words for name in re.findall(r"\.(-?[A-Za-z_][\w-]*)", selector))

    def rule(match):
        if match[1].lstrip().startswith("@"):
            return match[0]
        kept = [selector for selector in re.split(r",(?![^()]*\))", match[1]) if meets(selector)]
        return ",".join(kept) + match[2] if kept else ""

    sheet = RULE.sub(rule, COMMENT.sub("", FONT.sub("", sheet)))
    while (shorter := EMPTY.sub("", sheet)) != sheet:
        sheet = shorter
    return sheet


def lighten(app, exception):
    """Make every page light, and leave out the files that none asks for any more."""
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    static = out / "_static"
    script = (static / "scripts" / "fontawesome.js").read_text(encoding="utf-8")
    licence = (static / "scripts" / "fontawesome.js.LICENSE.txt").read_text(encoding="utf-8")
    credit = "<!-- Icons:\n" + "\n".join(re.findall(r"^ \* (.*)$", licence, re.MULTILINE)) + "\n-->\n"
    words = set()
    for path in out.rglob("*.html"):
        text = ICONS.sub("", path.read_text(encoding="utf-8"))
        if path.name != "search.html":
            text = SEARCH.sub("", text)
        text = ICON.sub(lambda icon: drawing(icon[2], icon[3], script), lazy(reserve(text), path.parent))
        path.write_text(text.replace("</head>", f"{credit}</head>", 1), encoding="utf-8")
        words.update(re.findall(r"[\w-]+", text))
    for path in (out / "_images").glob("*.png"):
        small(path)
    for path in (static / "scripts").glob("fontawesome.js*"):
        path.unlink()
    shutil.rmtree(static / "vendor" / "fontawesome")
    # Scripts give classes too, and so does Python that runs in the page.
    for kind in ("*.js", "scripts/*.js", "live/*/*.js", "live/*/*.py"):
        for path in static.glob(kind):
            words.update(re.findall(r"[\w-]+", path.read_text(encoding="utf-8")))
    for path in static.rglob("*.css"):
        if path.name not in WHOLE:
            path.write_text(pruned(path.read_text(encoding="utf-8"), words), encoding="utf-8")


def setup(app):
    """Register it with Sphinx."""
    app.connect("build-finished", lighten)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
