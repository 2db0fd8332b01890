"""Runs the cells of a page in the reader's browser: the buttons are written here, at build time.

Each code cell gets Run, Edit and Reset, each page with such cells a bar with Run all, Stop and the status.
The scripts of book/live/ do the rest. Until Run is pressed for the first time nothing is fetched; then come
Python (Pyodide, from the address in _config.yml), the packages that the page's cells import, and the wheel of
the library, which is made here from the sources that the book is built from.
"""

import ast
import hashlib
import html
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.errors import ExtensionError

from needs import needed

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE.parent / "live"
FILES = ("page.js", "worker.js", "cells.py", "editor.js", "live.css")
DISTRIBUTION = json.loads((SCRIPTS / "pyodide.json").read_text(encoding="utf-8"))
PUBLIC = f"https://cdn.jsdelivr.net/pyodide/v{DISTRIBUTION['version']}/full/"

BAR = """
<div class="screen-only live live-bar" role="region" aria-label="Run this page" data-live="{data}">
<div class="live-buttons">
<button type="button" class="live-run-all" disabled>Run all<small class="live-size"> {size}</small></button>
<button type="button" class="live-stop" disabled aria-disabled="true">Stop</button>
<button type="button" class="live-download" disabled>Download notebook</button>
</div>
<p class="live-status">{status}</p>
<script>if (location.protocol === "file:") document.querySelector(".live-status").textContent =
"This page was opened as a file. To run Python it has to come from a server: make book";</script>
<p class="live-spoken visually-hidden" role="status"></p>
<p class="visually-hidden" id="live-hint">Shift+Enter runs the cell, Escape ends editing.</p>
</div>
"""

CELL = """
<div class="screen-only live live-cell" data-number="{number}" data-id="{id}" data-hash="{hash}">
<button type="button" class="live-run" disabled>Run<span class="visually-hidden"> cell {number}</span>\
<small class="live-size"> {size}</small></button>
<button type="button" class="live-edit" disabled>\
<span class="live-word">Edit</span><span class="visually-hidden"> cell {number}</span></button>
<button type="button" class="live-reset" disabled hidden>\
Reset<span class="visually-hidden"> cell {number}</span></button>
<span class="live-note" id="live-note-{number}"></span>
</div>
"""

CANNOT = """
<div class="screen-only live live-bar" role="region" aria-label="Run this page">
<p class="live-status">This page needs {modules}, which Python in the browser does not have. Download\
 the page as a notebook and run it on your own machine.</p>
</div>
"""


def add_buttons(app, doctree, docname):
    """Write the bar below the page's title and the buttons below each cell."""
    if app.builder.name != "html":
        return
    cells = [node for node in doctree.findall(nodes.container) if node.get("nb_element") == "cell_code"]
    if not cells:
        return
    title = next(doctree.findall(nodes.title))
    notebook = json.loads(Path(app.env.doc2path(docname)).read_text(encoding="utf-8"))
    sources = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    codes = [_code(cell, docname) for cell in cells]
    if codes != ["".join(source["source"]).strip("\n") for source in sources]:
        raise ExtensionError(f"{docname}: the page hides the code of a cell, which could not be run there")
    packages, unknown = needed(codes, app.live_library, DISTRIBUTION["packages"])
    if unknown:
        _insert_after(title, CANNOT.format(modules=" and ".join(sorted(unknown))))
        return

    size = _megabytes(packages)
    for number, (cell, code, source) in enumerate(zip(cells, codes, sources, strict=True), start=1):
        digest = hashlib.sha256(code.encode()).hexdigest()[:12]
        bar = CELL.format(number=number, id=source["id"], hash=digest, size=size)
        cell.children[0] += nodes.raw("", bar, format="html")
    address = app.config.live_pyodide or PUBLIC
    host = urlsplit(address).netloc or "this site"
    up = "../" * docname.count("/")
    data = {
        "page": docname,
        "pyodide": (address if urlsplit(address).netloc else up + address).rstrip("/") + "/",
        "host": host,
        "packages": sorted(packages),
        "sizes": {name: DISTRIBUTION["packages"][name]["bytes"] for name in sorted(packages)},
        "start": DISTRIBUTION["start"],
        "wheel": f"{up}_static/{app.live_folder}/{app.live_wheel}",
        "notebook": f"{up}_sources/{docname}.ipynb",
    }
    status = f"The first Run fetches Python and packages ({size}) from {host}. Your code stays here."
    bar = BAR.format(data=html.escape(json.dumps(data)), size=size, status=status)
    _insert_after(title, bar)


def _code(cell, docname):
    """Return the code of a cell as the page shows it, which is what Run will run."""
    # A cell whose code is hidden may have nothing in it.
    blocks = [block for part in cell.children[:1] for block in part.findall(nodes.literal_block)]
    code = "".join(block.astext() for block in blocks)
    try:
        ast.parse(code)
    except SyntaxError as error:
        raise ExtensionError(f"{docname}: only Python runs in the page, and this is not: {error}") from error
    return code


def _megabytes(packages):
    size = DISTRIBUTION["start"] + sum(DISTRIBUTION["packages"][name]["bytes"] for name in packages)
    return f"{size / 1e6:.0f} MB"


def _insert_after(node, text):
    node.parent.insert(node.parent.index(node) + 1, nodes.raw("", text, format="html"))


def add_scripts(app, pagename, templatename, context, doctree):
    """Put the script and the style on the pages that have buttons, and on no other."""
    if doctree is not None and any("live-bar" in node.astext() for node in doctree.findall(nodes.raw)):
        app.add_css_file(f"{app.live_folder}/live.css")
        app.add_js_file(f"{app.live_folder}/page.js", type="module")
        # Here, so that it works before any script does: nothing jumps.
        context["metatags"] += "<noscript><style>.live {display: none !important}</style></noscript>"


def put_files(app, env, docnames):
    """Make the library's wheel and put it with the scripts into one folder, which is named after them all.

    A new build has a new name for it, so no browser takes an old file for a new one.
    """
    notebooks = any(env.doc2path(name).endswith(".ipynb") for name in env.found_docs)
    if app.builder.name != "html" or not notebooks:
        return
    root = app.live_library.parent
    with tempfile.TemporaryDirectory() as folder:
        wheel = build_wheel(root, Path(folder))
        paths = [wheel, *(SCRIPTS / name for name in FILES)]
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]
        app.live_folder, app.live_wheel = f"live/{digest}", wheel.name
        target = Path(app.outdir) / "_static" / app.live_folder
        target.mkdir(parents=True, exist_ok=True)
        for path in paths:
            shutil.copy(path, target / path.name)


def build_wheel(root, folder):
    """Build the library's wheel from the sources below root; return its path in folder."""
    source = folder / "source"
    source.mkdir()
    # On a copy: setuptools leaves things behind where it builds.
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(root / name, source / name)
    left = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(root / "lib", source / "lib", ignore=left)
    if (results := root / "benchmarks" / "results").is_dir():
        measured = source / "lib" / "sevensteps_figures" / "measured"
        measured.mkdir(parents=True)
        for path in results.glob("*.json"):
            shutil.copy(path, measured / path.name)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    answer = subprocess.run(
        # Nothing from the network: setuptools is among the requirements.
        [*pip, "--no-index", "--no-build-isolation", "--wheel-dir", str(folder), str(source)],
        # The time stamps of the archive: the same sources give the same bytes.
        env={**os.environ, "SOURCE_DATE_EPOCH": "315532800"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if answer.returncode:
        raise ExtensionError(f"The library's wheel could not be built:\n{answer.stdout}")
    (wheel,) = folder.glob("*.whl")
    return wheel


def setup(app):
    """Register everything with Sphinx."""
    app.add_config_value("live_pyodide", "", "html")
    app.live_library = HERE.parents[1] / "lib"
    app.connect("env-before-read-docs", put_files)
    app.connect("doctree-resolved", add_buttons)
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
