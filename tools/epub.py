"""Bind the built site as an EPUB: _build/epub/seven-steps.epub, with every formula as MathML."""

import mimetypes
import re
import sys
import time
import uuid
import zipfile
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup
from editions import ROOT, BrokenBook, read_book, sections, style, tag
from latex2mathml.converter import convert

TARGET = ROOT / "_build" / "epub" / "seven-steps.epub"
TEX = re.compile(r"\s*\\([(\[])(.*)\\[)\]]\s*", re.DOTALL)
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
# What readers are told before they buy or borrow: that it can be listened to, formulas included.
ACCESS = {
    "accessMode": ["textual", "visual"],
    "accessModeSufficient": ["textual"],
    "accessibilityFeature": ["MathML", "alternativeText", "structuralNavigation", "tableOfContents"],
    "accessibilityHazard": ["none"],
    "accessibilitySummary": ["Every figure has a text that says what it shows; every formula is MathML."],
}


def mathml(chapter):
    """Turn the formulas of a chapter from TeX into MathML."""
    for box in chapter.body.select(".math"):
        number = box.select_one(".eqno")
        if number:
            number.extract()
        tex = TEX.fullmatch(box.get_text())
        if tex is None:
            raise BrokenBook(f"no formula, on page {chapter.title!r}: {box}")
        # Sphinx puts a frame of its own round several lines; the inner one the converter knows by its name.
        lines = re.sub(r"\\(begin|end)\{split\}", "", tex[2]) if "{aligned}" in tex[2] else tex[2]
        lines = lines.replace("{aligned}", "{split}")
        display = "inline" if tex[1] == "(" else "block"
        formula = BeautifulSoup(convert(lines, display=display), "html.parser")
        space_names(formula)
        box.clear()
        box.extend(formula.contents)
        if number:
            box.append(number)


def space_names(formula):
    """Set functions like ln apart from the letters beside them; before a bracket they stand close."""
    for name in formula.find_all("mi", string=re.compile(r"^[a-z]{2,}$")):
        for neighbour, put in (
            (name.previous_sibling, name.insert_before),
            (name.next_sibling, name.insert_after),
        ):
            if neighbour is not None and neighbour.name != "mo" and name.parent.name in ("mrow", "mtd"):
                put(tag("mspace", width="0.17em"))


def pictures(chapters):
    """Give each picture its name in the book; return where it comes from, by name."""
    sources = {}
    for chapter in chapters:
        for image in chapter.body.find_all("img"):
            path = Path(image["src"])
            image["src"] = f"images/{path.name}"
            if sources.setdefault(image["src"], path) != path:
                raise BrokenBook(f"two pictures have the name {path.name}")
    return sources


def link_files(chapters):
    """Let links name the file that their target is in."""
    homes = {}
    for chapter in chapters:
        for element in [chapter.body, *chapter.body.find_all(id=True)]:
            homes[element["id"]] = file_of(chapter)
    for chapter in chapters:
        for link in chapter.body.find_all("a", href=re.compile("^#")):
            link["href"] = homes[link["href"][1:]] + link["href"]


def file_of(chapter):
    """Return the name of a chapter's file."""
    return f"{chapter.id}.xhtml"


def page(book, title, body, kind=""):
    """Return a file of the book."""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"
 lang="{book.language}" xml:lang="{book.language}">
<head><meta charset="utf-8"/><title>{escape(title)}</title>
<link rel="stylesheet" type="text/css" href="style.css"/></head>
<body{f' epub:type="{kind}"' if kind else ""}>
{body}
</body>
</html>
"""


def cover(book):
    """Return what the cover shows."""
    lines = (book.title, book.tagline, book.author, f"Version {book.version}")
    words = "\n".join(f"<p>{escape(line)}</p>" for line in lines)
    return f'<section class="cover"><img src="cover.svg" alt=""/>\n{words}</section>'


def navigation(book):
    """Return the table of contents."""
    parts = {}
    for chapter in book.chapters:
        rows = "".join(
            entry(file_of(chapter) + "#" + name, title) + "</li>" for name, title in sections(chapter)
        )
        item = entry(file_of(chapter), chapter.title) + (f"<ol>{rows}</ol>" if rows else "") + "</li>"
        # The chapters of no part stand alone: before the parts and behind them.
        parts.setdefault(chapter.part or chapter.title, []).append((chapter.part, item))
    items = ""
    for name, chapters in parts.items():
        rows = "\n".join(item for _, item in chapters)
        items += f"<li><span>{escape(name)}</span><ol>{rows}</ol></li>\n" if chapters[0][0] else rows + "\n"
    return f'<nav epub:type="toc" id="toc"><h1>Contents</h1>\n<ol>\n{items}</ol></nav>'


def entry(address, title):
    """Return the beginning of an entry in the table of contents."""
    return f'<li><a href="{address}">{escape(title)}</a>'


def package(book, pages, sources):
    """Return the list of everything that the book consists of, in reading order."""
    identifier = uuid.uuid5(uuid.NAMESPACE_URL, f"{book.title} {book.version}").urn
    access = "\n".join(
        f'<meta property="schema:{name}">{escape(value)}</meta>'
        for name, values in ACCESS.items()
        for value in values
    )
    manifest, spine = [], []
    for number, (name, text) in enumerate(pages.items()):
        found = {"mathml": "<math", "svg": "<svg", "nav": 'epub:type="toc"'}
        properties = " ".join(kind for kind, sign in found.items() if sign in text)
        manifest.append(item(f"page{number}", name, "application/xhtml+xml", properties))
        spine.append(f'<itemref idref="page{number}"/>')
    for number, name in enumerate(sources):
        manifest.append(item(f"image{number}", name, mimetypes.guess_type(name)[0]))
    return f"""<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{book.language}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">{identifier}</dc:identifier>
<dc:title>{escape(book.title)}</dc:title>
<dc:description>{escape(book.tagline)}</dc:description>
<dc:creator>{escape(book.author)}</dc:creator>
<dc:language>{book.language}</dc:language>
<dc:rights>CC BY 4.0; the code BSD 3-Clause</dc:rights>
<meta property="dcterms:modified">{time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}</meta>
{access}
</metadata>
<manifest>
{item("style", "style.css", "text/css")}
{item("cover", "cover.svg", "image/svg+xml", "cover-image")}
{chr(10).join(manifest)}
</manifest>
<spine>
{chr(10).join(spine)}
</spine>
</package>
"""


def item(name, href, kind, properties=""):
    """Return one line of the manifest."""
    extra = f' properties="{properties}"' if properties else ""
    return f'<item id="{name}" href="{href}" media-type="{kind}"{extra}/>'


def main():
    """Make the EPUB."""
    book = read_book()
    sources = pictures(book.chapters)
    link_files(book.chapters)
    for chapter in book.chapters:
        mathml(chapter)
    pages = {
        "cover.xhtml": page(book, book.title, cover(book), "cover"),
        "nav.xhtml": page(book, "Contents", navigation(book)),
        **{file_of(chapter): page(book, chapter.title, str(chapter.body)) for chapter in book.chapters},
    }
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    unfinished = TARGET.with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as file:
        # By rule the first, and not compressed: programs look for it at a fixed place.
        file.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        file.writestr("META-INF/container.xml", CONTAINER)
        file.writestr("book/package.opf", package(book, pages, sources))
        file.writestr("book/style.css", style("epub.css"))
        file.write(ROOT / "book" / "_static" / "logo.svg", "book/cover.svg")
        for name, text in pages.items():
            file.writestr(f"book/{name}", text)
        for name, path in sources.items():
            file.write(path, f"book/{name}")
    unfinished.replace(TARGET)


if __name__ == "__main__":
    try:
        main()
    except BrokenBook as problem:
        sys.exit(str(problem))
