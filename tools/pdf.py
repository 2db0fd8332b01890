"""Print the built site as one PDF: _build/pdf/seven-steps.pdf, by a Chromium that is installed already."""

import io
import json
import os
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path

import pikepdf
from editions import HTML, ROOT, BrokenBook, read_book, sections, style
from playwright.sync_api import sync_playwright

FOLDER = ROOT / "_build" / "pdf"
TARGET = FOLDER / "seven-steps.pdf"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
# The browser, and letters for what it prints: an empty machine has none for σ or ŷ.
PACKAGES = ("chromium", "fonts-noto-core", "fonts-noto-mono", "fonts-dejavu-core")
# Of A4 between the margins of pdf.css, in CSS pixels.
WIDTH = round(170 / 25.4 * 96)
MATHJAX = {
    "options": {
        "ignoreHtmlClass": "book",
        "processHtmlClass": "math",
        # No menu on paper, and no second form of each formula that nobody sees but that widens the page.
        "renderActions": {"addMenu": [], "assistiveMml": []},
    }
}
# Formulas that MathJax left, did not understand, or knows a command of no more than to write it in red.
FAILED = """() => [...document.querySelectorAll(".math")]
  .filter(box => !box.querySelector("mjx-container")
    || box.querySelector("mjx-merror, [style*='color: red']"))
  .map(box => box.textContent || `in ${box.closest("[id]").id}`)"""
# A formula or a table that is wider than the page is made smaller, until it fits.
FIT = """() => {
  for (const box of document.querySelectorAll("div.math, table")) {
    const inside = box.matches("table") ? box : box.querySelector("mjx-math");
    const room = box.matches("table") ? box.parentElement.clientWidth : box.clientWidth
      - (box.querySelector(".eqno")?.offsetWidth ?? 0);
    if (inside && inside.offsetWidth > room) {
      box.style.fontSize = `${Math.floor(100 * room / inside.offsetWidth)}%`;
    }
  }
}"""
# What refers to a page says its number; before the numbers are known there is one as wide.
NUMBER = """pages => {
  for (const link of document.querySelectorAll("a.page-ref")) {
    link.dataset.page = pages[link.getAttribute("href").slice(1)] ?? "000";
  }
}"""


def browser():
    """Return the path of a Chromium, which is installed first where Debian's packages may be."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None and shutil.which("apt-get") and os.geteuid() == 0:
        print(f"Installing {' '.join(PACKAGES)} …", flush=True)
        quiet = {"check": True, "stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES], **quiet)
        found = shutil.which("chromium")
    if found is None:
        raise BrokenBook(
            "Chromium is needed, and missing:  sudo apt install chromium"
            "  or name one:  CHROMIUM=/path/to/chrome make …"
        )
    return found


def page(book):
    """Return the whole book as one page of HTML."""
    heads = "\n".join(running_head(number, chapter) for number, chapter in enumerate(book.chapters))
    for chapter in book.chapters:
        for image in chapter.body.find_all("img"):
            image["src"] = Path(image["src"]).as_uri()
    chapters = "\n".join(str(chapter.body) for chapter in book.chapters)
    mathjax = (HTML / "_static" / "mathjax" / "tex-chtml.js").as_uri()
    return f"""<!DOCTYPE html>
<html lang="{book.language}">
<head>
<meta charset="utf-8">
<title>{escape(book.title)}</title>
<style>
{style("pdf.css")}
{heads}
</style>
<script>window.MathJax = {json.dumps(MATHJAX)}</script>
<script defer src="{mathjax}"></script>
</head>
<body class="book">
{cover(book)}
{contents(book)}
{chapters}
</body>
</html>
"""


def running_head(number, chapter):
    """Return the style that puts a chapter's part and title above its pages."""
    left, right = json.dumps(chapter.part, ensure_ascii=False), json.dumps(chapter.title, ensure_ascii=False)
    return (
        f"@page chapter-{number} {{ @top-left {{ content: {left}; }} @top-right {{ content: {right}; }} }}\n"
        f"#{chapter.id} {{ page: chapter-{number}; }}"
    )


def cover(book):
    """Return the first page."""
    logo = (ROOT / "book" / "_static" / "logo.svg").read_text(encoding="utf-8")
    return f"""<section class="cover">
{logo}
<p class="cover-title">{escape(book.title)}</p>
<p class="cover-tagline">{escape(book.tagline)}</p>
<p class="cover-author">{escape(book.author)}<br>Version {book.version}</p>
</section>"""


def contents(book):
    """Return the table of contents, chapters with their sections."""
    rows, part = [], ""
    for chapter in book.chapters:
        if chapter.part not in ("", part):
            part = chapter.part
            rows.append(f'<li class="part">{escape(part)}</li>')
        rows.append(row("chapter-row", chapter.id, chapter.title))
        rows += [row("section-row", name, title) for name, title in sections(chapter)]
    return '<nav class="contents"><h1>Contents</h1><ul>' + "\n".join(rows) + "</ul></nav>"


def row(kind, name, title):
    """Return one line of the contents."""
    return f'<li class="{kind}"><a class="page-ref" href="#{name}"><span>{escape(title)}</span></a></li>'


def print_pages(source):
    """Return the PDF of a page of HTML, with the numbers of pages filled in."""
    with sync_playwright() as playwright:
        # The sandbox is not for the superuser, as whom containers run.
        sandbox = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        chromium = playwright.chromium.launch(
            executable_path=browser(), args=["--allow-file-access-from-files", *sandbox]
        )
        tab = chromium.new_page(viewport={"width": WIDTH, "height": 1000})
        tab.set_default_timeout(300_000)
        tab.emulate_media(media="print")
        tab.goto(source.as_uri(), wait_until="load", timeout=300_000)
        tab.evaluate("MathJax.startup.promise.then(() => document.fonts.ready).then(() => 0)")
        if failed := tab.evaluate(FAILED):
            raise BrokenBook(f"formulas that were not typeset: {failed}")
        tab.evaluate(FIT)
        tab.evaluate(NUMBER, {})
        numbers, known = page_numbers(pdf := print_once(tab)), {}
        # Numbers of other widths could move a line to another page.
        while numbers != known:
            tab.evaluate(NUMBER, numbers)
            numbers, known = page_numbers(pdf := print_once(tab)), numbers
        chromium.close()
    return pdf


def print_once(tab):
    """Return the PDF of the tab as it is."""
    return tab.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)


def page_numbers(pdf):
    """Return the page of every place that a link leads to, counted from the cover as 1."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        numbers = {page.objgen: number for number, page in enumerate(file.pages, start=1)}
        return {name[1:]: numbers[place[0].objgen] for name, place in file.Root.Dests.items()}


def finish(pdf, book):
    """Write the file, with its author, so that it opens with the outline beside it."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        file.docinfo["/Title"] = f"{book.title}: {book.tagline}"
        file.docinfo["/Author"] = book.author
        del file.docinfo["/Creator"]
        with file.open_outline() as outline:
            mend_titles(outline.root)
        file.Root.PageMode = pikepdf.Name.UseOutlines
        # The tags that screen readers go by are a hundred thousand small objects: they shrink together.
        file.save(TARGET, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def mend_titles(entries):
    """Undo what Chromium does to a heading on top of a page: in the outline its words stand twice."""
    for entry in entries:
        half = len(entry.title) // 2
        if entry.title == 2 * entry.title[:half]:
            entry.title = entry.title[:half]
        mend_titles(entry.children)


def main():
    """Make the PDF."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    book = read_book()
    source = FOLDER / "book.html"
    source.write_text(page(book), encoding="utf-8")
    finish(print_pages(source), book)
    source.unlink()


if __name__ == "__main__":
    try:
        main()
    except BrokenBook as problem:
        sys.exit(str(problem))
