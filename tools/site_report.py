"""Visit every page of the built site, and print what it sends and what axe and Lighthouse say of it.

The tests of the site make the same visits. Lighthouse is fetched by npm into a folder below _build, and asked
about the chapters only.
"""

import argparse
import functools
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote, urlsplit

import house
from editions import BrokenBook
from pdf import browser
from playwright.sync_api import sync_playwright

SITE = house.ROOT / "_build" / "html"
# The light theme in a wide window, the dark one on a phone: either layout is seen, in either theme.
WINDOWS = {"light": (1280, 900), "dark": (320, 800)}
BYTES, SHIFT = 450_000, 0.05
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# These are compressed already.
PACKED = (".png", ".woff", ".woff2", ".whl", ".zip", ".pdf", ".epub")
LIGHTHOUSE = "12.8.2"
SCORES = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}

WATCH = """{
  window.moved = [];
  const note = ({value, sources}) => window.moved.push([value,
    sources.map(({node}) => (node?.outerHTML ?? node?.data ?? "").slice(0, 80)).join(" and ")]);
  const watch = new PerformanceObserver(list => list.getEntries().forEach(note));
  watch.observe({type: "layout-shift", buffered: true});
  window.watched = () => { watch.takeRecords().forEach(note); return window.moved; };
  // Text waits for its formulas however slow this machine is.
  new MutationObserver((_, observer) => {
    document.documentElement.style.setProperty("--patience", "3600s");
    observer.disconnect();
  }).observe(document, {childList: true});
}"""
SETTLED = """async () => {
  await window.MathJax?.startup?.promise;
  await document.fonts.ready;
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
SEEN = """() => ({
  width: document.scrollingElement.scrollWidth,
  moved: window.watched(),
  mute: [...document.querySelectorAll("main img")].filter(image => !image.alt.trim()).map(image => image.src),
  boxes: [...document.querySelectorAll("body *:not(svg, mjx-container *, .highlight *)")].filter(element =>
    ["::before", "::after"].some(part => /[\\ue000-\\uf8ff]/.test(getComputedStyle(element, part).content)))
    .map(({outerHTML}) => outerHTML.slice(0, 80)),
  unspoken: [...document.querySelectorAll(".math")].filter(formula =>
    !formula.querySelector("mjx-assistive-mml math")?.textContent).map(formula => formula.textContent),
})"""
# What axe says of one formula, or of one word of code, it says of all that look like it: it gets one of each.
# It does not read MathML, so it is told what is in it.
FEWER = """() => {
  const style = getComputedStyle;
  const ground = element => {
    const colours = [];
    for (; element; element = element.parentElement) colours.push(style(element).backgroundColor);
    return colours.filter(colour => colour !== "rgba(0, 0, 0, 0)").join();
  };
  const seen = new Set();
  const known = (...looks) => seen.has(looks.join()) || (seen.add(looks.join()), false);
  const drawn = [...document.querySelectorAll("mjx-math")].filter(math => {
    const {color, fontSize, display} = style(math);
    return known(color, fontSize, display, ground(math));
  }).map(math => [math, math.getBoundingClientRect()]);
  const likeOthers = [...document.querySelectorAll(".highlight pre")].flatMap(pre => {
    const behind = ground(pre);
    return [...pre.querySelectorAll("span")].filter(word => {
      const {color, backgroundColor, fontSize, fontWeight} = style(word);
      return !word.childElementCount && known(color, backgroundColor, fontSize, fontWeight, behind);
    });
  });
  // Only now is anything changed: to look and to change in turns takes minutes.
  for (const [math, {width, height}] of drawn) {
    math.style.cssText = `display: inline-block; width: ${width}px; height: ${height}px`;
    math.replaceChildren();
  }
  for (const word of likeOthers) word.replaceWith(word.textContent);
  for (const pre of document.querySelectorAll(".highlight pre")) pre.normalize();
  for (const math of document.querySelectorAll("math")) math.setAttribute("aria-label", math.textContent);
}"""
AXE = """tags => axe.run(document, {
  runOnly: {type: "tag", values: tags}, resultTypes: ["violations"], preload: false,
}).then(({violations}) => violations.map(({id, nodes}) => ({id, where: nodes.map(({html}) => html)})))"""


@dataclass
class Visit:
    """What one visit of a page showed."""

    page: str
    theme: str
    complaints: list = field(default_factory=list)
    requests: set = field(default_factory=set)
    elsewhere: set = field(default_factory=set)
    bytes: int = 0
    raw: int = 0
    seen: dict = field(default_factory=dict)
    violations: list = field(default_factory=list)

    @property
    def shift(self):
        """Return how far the page moved while it loaded."""
        return sum(value for value, _ in self.seen["moved"])

    def problems(self):
        """Return in words what should be otherwise."""
        width, kilobytes = WINDOWS[self.theme][0], self.bytes // 1000
        found = [f"console: {text}" for text in self.complaints]
        found += [f"asks another host: {url}" for url in sorted(self.elsewhere)]
        found += [f"picture without words: {source}" for source in self.seen["mute"]]
        found += [f"sign that no font has: {element}" for element in self.seen["boxes"]]
        found += [f"formula that cannot be listened to: {text}" for text in self.seen["unspoken"]]
        found += [
            f"axe {rule['id']}: {len(rule['where'])}, as {rule['where'][:2]}" for rule in self.violations
        ]
        if self.seen["width"] > width:
            found.append(f"scrolls sideways: {self.seen['width']} px in a window of {width}")
        if self.shift > SHIFT:
            found.append(f"moves while it loads: {self.shift:.3f}, most of it {max(self.seen['moved'])[1]}")
        if self.bytes > BYTES:
            found.append(f"sends {kilobytes} kB, more than {BYTES // 1000}")
        return [f"{self.page} ({self.theme}): {problem}" for problem in found]


def pages(site=SITE):
    """Return the pages of the built site, without the redirect to the first and the theme's fragments."""
    found = (path.relative_to(site) for path in site.rglob("*.html"))
    return sorted(path.as_posix() for path in found if path.parts[0] not in ("_static", "index.html"))


@functools.cache
def packed(path):
    """Return what a server sends for a file."""
    data = path.read_bytes()
    return data if path.suffix in PACKED else gzip.compress(data, 6, mtime=0)


class Handler(house.Handler):
    """Serves the site as servers do: compressed."""

    def send_head(self):
        """Send the headers, and return the file to send."""
        path = Path(self.translate_path(self.path))
        if path.is_dir() or not path.is_file() or path.suffix in PACKED:
            return super().send_head()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(packed(path))))
        self.end_headers()
        return io.BytesIO(packed(path))

    def log_message(self, *said):
        """Keep the table whole: Lighthouse asks for files that no site needs."""


@contextmanager
def serve(site=SITE):
    """Serve the site on this machine; give the address."""
    handler = functools.partial(Handler, directory=str(site))
    with house.Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@functools.cache
def axe():
    """Return the script of axe."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def visit(chromium, address, page, theme, site=SITE):
    """Open a page as a reader with that theme does, and return what there was to see."""
    width, height = WINDOWS[theme]
    found = Visit(page, theme)
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
    # For machines that others use too.
    context.set_default_timeout(120_000)
    context.add_init_script(WATCH)
    tab = context.new_page()
    tab.on("request", lambda request: found.requests.add(request.url))
    tab.on("pageerror", lambda error: found.complaints.append(str(error)))
    tab.on("console", lambda said: said.type in ("error", "warning") and found.complaints.append(said.text))
    tab.goto(f"{address}/{page}")
    tab.evaluate(SETTLED)
    found.seen = tab.evaluate(SEEN)
    tab.evaluate(FEWER)
    tab.evaluate(axe())
    found.violations = tab.evaluate(AXE, TAGS)
    context.close()
    found.requests = {url for url in found.requests if not url.startswith(("data:", "blob:"))}
    found.elsewhere = {url for url in found.requests if not url.startswith(address)}
    for url in found.requests - found.elsewhere:
        path = site / unquote(urlsplit(url).path).lstrip("/")
        if path.is_file():
            found.bytes += len(packed(path))
            found.raw += path.stat().st_size
    return found


# --- Lighthouse -------------------------------------------------------------------------------------------


def lighthouse():
    """Return the path of Lighthouse, fetched once, or None where there is no npm to fetch it."""
    folder = house.ROOT / "_build" / "lighthouse" / LIGHTHOUSE
    script = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    npm = shutil.which("npm")
    if script.is_file() or npm is None:
        return script if script.is_file() else None
    house.say(f"Fetching Lighthouse {LIGHTHOUSE} …")
    shutil.rmtree(folder.parent, ignore_errors=True)
    stage = folder.with_name("stage")
    stage.mkdir(parents=True)
    # A folder of its own: npm would look for one above.
    (stage / "package.json").write_text("{}", encoding="utf-8")
    options = ["--silent", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]
    answer = subprocess.run([npm, "install", *options, f"lighthouse@{LIGHTHOUSE}"], cwd=stage)
    if answer.returncode:
        raise house.Failure("npm could not fetch Lighthouse. Is this machine online?")
    # Last, so that a folder of this name is whole.
    stage.rename(folder)
    return script


def scores(script, chromium, address):
    """Return what Lighthouse gives a page on a desktop, out of 100 for each category; nothing if it fails."""
    flags = "--headless=new --host-resolver-rules='MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'"
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags += " --no-sandbox"
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        command = [shutil.which("node"), str(script), address, "--preset=desktop", "--quiet"]
        command += [f"--only-categories={','.join(SCORES)}", f"--chrome-flags={flags}"]
        command += ["--output=json", f"--output-path={answer}", "--no-enable-error-reporting"]
        variables = {**os.environ, "CHROME_PATH": chromium}
        if subprocess.run(command, env=variables, stderr=subprocess.DEVNULL).returncode:
            return {}
        said = json.loads(answer.read_text(encoding="utf-8"))
    # A category without a score could not be measured.
    return {name: round(100 * (said["categories"][name]["score"] or 0)) for name in SCORES}


# --- The table --------------------------------------------------------------------------------------------


def row(page, visits, given):
    """Return the line of a page."""
    light, dark = visits["light"], visits["dark"]
    name = page.removeprefix("book/").removesuffix(".html")
    return (
        f"{name:<40}{light.raw // 1000:>7}{light.bytes // 1000:>6}"
        f"{len(light.requests):>6}{max(light.shift, dark.shift):>7.3f}"
        f"{len(light.violations):>6}{len(dark.violations):>5}"
        + "".join(f"{given.get(name, '–'):>6}" for name in SCORES)
    )


def main():
    """Visit, print a line for each page, and say what should be otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", metavar="PAGE", help="such as book/2_logits.html (default: all)")
    chosen = parser.parse_args().pages or pages()
    try:
        path, script = browser(), lighthouse()
    except (BrokenBook, house.Failure) as error:
        sys.exit(f"\n{error}")
    print(
        f"\n{'':<40}{'kB':>7}{'gzip':>6}{'files':>6}{'shift':>7}{'axe':>6}{'dark':>5}{'perf':>6}{'acc':>6}"
        f"{'best':>6}{'SEO':>6}"
    )
    problems = []
    with serve() as address, sync_playwright() as playwright:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if root else [])
        for page in chosen:
            visits = {theme: visit(chromium, address, page, theme) for theme in WINDOWS}
            problems += [problem for each in visits.values() for problem in each.problems()]
            # Pages that run code are what a reader waits for.
            asked = script and is_chapter(page)
            given = scores(script, path, f"{address}/{page}") if asked else {}
            if asked and not given:
                problems.append(f"{page}: Lighthouse could not measure it. Is the machine busy?")
            problems += [
                f"{page}: Lighthouse gives {name} {score}, less than {SCORES[name]}"
                for name, score in given.items()
                if score < SCORES[name]
            ]
            print(row(page, visits, given), flush=True)
        chromium.close()
    if not script:
        problems.append("Lighthouse was not asked: it needs npm, which comes with Node.js.")
    print(f"\n{len(problems)} problems" + "".join(f"\n{problem}" for problem in problems))
    return 1 if problems else 0


def is_chapter(page):
    """Say whether a page is made of a notebook."""
    return (house.ROOT / page).with_suffix(".ipynb").is_file()


if __name__ == "__main__":
    sys.exit(main())
