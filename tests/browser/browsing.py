"""How the tests serve the site and use its pages."""

import functools
import http.server
import importlib.util
import json
import re
import threading
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
PUBLIC = "https://cdn.jsdelivr.net/pyodide/v0.27.7/full/"
# The media type of a figure that moves.
MOVING = "application/vnd.vegalite.v6+json"
# What may take long: starting Python, and the longest cells, on a machine that others use too.
PATIENCE = 600_000


def load(path):
    """Load a module that is in no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


house = load(ROOT / "tools" / "house.py")


class Handler(house.Handler):
    """Serves the site; its pages fetch Python from here too, and the browser may keep that."""

    pyodide = None

    def translate_path(self, path):
        path = unquote(urlsplit(path).path)
        if path.startswith("/pyodide/"):
            return str(self.pyodide / path.removeprefix("/pyodide/"))
        return super().translate_path(path)

    def end_headers(self):
        if not self.path.startswith("/pyodide/"):
            return super().end_headers()
        self.send_header("Cache-Control", "max-age=3600")
        return http.server.SimpleHTTPRequestHandler.end_headers(self)

    def do_GET(self):
        page = Path(self.translate_path(self.path))
        if page.suffix != ".html" or not page.is_file():
            return super().do_GET()
        # The one thing that differs from the site as it was built.
        text = page.read_text(encoding="utf-8").replace(PUBLIC, "/pyodide/").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        return self.wfile.write(text)


class WithoutFormulas(Handler):
    """Serves the site without the script that sets its formulas, which takes seconds of each page."""

    def do_GET(self):
        if not self.path.endswith("/mathjax/tex-chtml.js"):
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript")
        self.send_header("Content-Length", "0")
        return self.end_headers()


@contextmanager
def serve(handler, site=SITE):
    """Serve the site with a handler; give the address."""
    handler = functools.partial(handler, directory=str(site))
    with house.Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class Tab:
    """A page of the site with its buttons, and what happened on it."""

    def __init__(self, context, address, name, before=""):
        self.page, self.address = context.new_page(), address
        self.page.add_init_script(before)
        self.page.set_default_timeout(PATIENCE / 5)
        self.requests, self.complaints = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        self.page.on(
            "console",
            lambda said: self.complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        self.page.goto(f"{address}/{name}")
        self.page.wait_for_selector(".live-run-all:enabled")

    def cell(self, number):
        """Return the whole cell of this number."""
        return self.page.locator("div.cell", has=self.page.locator(f'[data-number="{number}"]'))

    def press(self, button, number=None):
        """Press a button of the bar or of a cell."""
        place = self.page if number is None else self.cell(number)
        place.locator(f".live-{button}").click()

    def run(self, number):
        """Press Run of a cell and wait for the end of it; return what the status says then."""
        self.press("run", number)
        return self.wait()

    def wait(self):
        """Wait until nothing runs; return what the status says then."""
        self.page.wait_for_function("!document.querySelector('.live-busy')", timeout=PATIENCE)
        return self.status

    @property
    def status(self):
        return self.page.locator(".live-status").inner_text()

    def note(self, number):
        """Return what is said beside the buttons of a cell."""
        return self.cell(number).locator(".live-note").inner_text()

    def write(self, number, code):
        """Replace the code of a cell, with the keys of the editor, and leave the editor."""
        self.press("edit", number)
        self.cell(number).locator(".cm-content").wait_for()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Escape")

    def code(self, number):
        """Return the code that a cell shows."""
        return self.cell(number).locator(".cell_input pre").inner_text().rstrip("\n")

    def text(self, number):
        """Return what a cell has printed."""
        return "".join(self.cell(number).locator(".cell_output pre").all_inner_texts())


def notebooks():
    """Return the notebooks that are pages of the book, by the page's name."""
    names = re.findall(r"(?:file|root): (\S+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return {name: ROOT / f"{name}.ipynb" for name in names if (ROOT / f"{name}.ipynb").is_file()}


def data_of(name):
    """Return what the bar of a built page carries for its script, or None where the page has no buttons."""
    html = (SITE / f"{name}.html").read_text(encoding="utf-8")
    found = re.search(r'data-live="([^"]*)"', html)
    return found and json.loads(unescape(found[1]))
