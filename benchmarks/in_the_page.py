"""How long a reader waits for Python in the page: from the click on Run to the first figure of each page.

    make site && python benchmarks/in_the_page.py                    every page that draws
    make site && python benchmarks/in_the_page.py book/2_logits      this one

Cold is a browser that was never here, warm is one that has all files, again is the cell of the figure run a
second time. The first row is NumPy and the library alone, without a figure. Files come from this machine, so
a reader's network adds to "cold". Beside each stands the processor's time in Python's thread: it is what the
click takes on an idle machine, whatever else this one does.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

import distribution  # noqa: E402
from browsing import MOVING, PATIENCE, Handler, Tab, data_of, notebooks, serve  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

BARE = """async ([address, pyodide, wheel]) => {
  const worker = new Worker(address, {type: "module"});
  const ask = message => new Promise(resolve => {
    worker.onmessage = ({data}) => data.say !== "output" && resolve(data);
    worker.postMessage(message);
  });
  await ask({do: "start", address: pyodide, packages: ["numpy"], wheel});
  const code = "import sevensteps as ss\\nss.sigmoid([0.0, 1.0])";
  const {ok} = await ask({do: "run", number: 1, code, fresh: false});
  if (!ok) throw new Error("the cell failed");
}"""


def thread_seconds():
    """Return how long the workers of our browsers have computed, where the system tells."""
    ticks, ours = 0, str(os.getpid())
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[stat.parent.name] = stat.read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
    for process in parents:
        ancestor = process
        while ancestor in parents and ancestor != ours:
            ancestor = parents[ancestor]
        if ancestor != ours:
            continue
        for stat in Path("/proc", process, "task").glob("*/stat"):
            try:
                name, _, rest = stat.read_text().rpartition(")")
            except OSError:
                continue
            if "DedicatedWorker" in name:
                ticks += sum(map(int, rest.split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def timed(action):
    """Return how long something takes by the clock and in Python's thread."""
    start, computed = time.monotonic(), thread_seconds()
    action()
    return time.monotonic() - start, thread_seconds() - computed


def first_drawing(name):
    """Return the number of the first cell of a page that draws with matplotlib, or None."""
    cells = json.loads(notebooks()[name].read_text(encoding="utf-8"))["cells"]
    codes = [cell for cell in cells if cell["cell_type"] == "code"]
    for number, cell in enumerate(codes, start=1):
        formats = [output.get("data", {}) for output in cell["outputs"]]
        if any("image/png" in each and MOVING not in each for each in formats):
            return number
    return None


def of_page(browser, address, name):
    """Return what cold, warm and again take on a page."""
    context = browser.new_context()
    number = first_drawing(name)

    def draw(tab):
        tab.press("run", number)
        tab.cell(number).locator('.cell_output img[src^="data:"]').wait_for(timeout=PATIENCE)

    def run_again(tab):
        tab.run(number)

    times = []
    for _ in ("cold", "warm"):
        tab = Tab(context, address, f"{name}.html")
        times.append(timed(lambda tab=tab: draw(tab)))
        tab.wait()
        again = timed(lambda tab=tab: run_again(tab))
        tab.page.close()
    context.close()
    return [*times, again]


def of_library(browser, address):
    """Return what cold and warm take for NumPy and the library, from the start of the worker."""
    context = browser.new_context()
    name = next(name for name in notebooks() if data_of(name))
    wheel = f"{address}/{(Path('book') / data_of(name)['wheel']).as_posix().rpartition('../')[2]}"
    times = []
    for _ in ("cold", "warm"):
        tab = Tab(context, address, f"{name}.html")
        arguments = [wheel.rpartition("/")[0] + "/worker.js", f"{address}/pyodide/", wheel]
        times.append(timed(lambda tab=tab, arguments=arguments: tab.page.evaluate(BARE, arguments)))
        tab.page.close()
    context.close()
    return times


def row(name, megabytes, times):
    """Return a line of the table."""
    shown = "".join(f"{clock:9.1f} {computed:7.1f}" for clock, computed in times)
    return f"{name:44}{megabytes:>5}{shown}"


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="PAGE", help="such as book/2_logits (default: all)")
    pages = parser.parse_args().names or [
        name for name in notebooks() if data_of(name) and first_drawing(name)
    ]
    Handler.pyodide = distribution.pyodide()
    print(f"load of this machine at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"{'seconds, and those in the thread':44}{'MB':>5}{'cold':>9}{'':8}{'warm':>9}{'':8}{'again':>9}")
    with serve(Handler) as address, sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=options)
        start = data_of(pages[0])["start"] + 3_061_133
        print(
            row("NumPy and the library alone", f"{start / 1e6:.0f}", of_library(browser, address)), flush=True
        )
        for name in pages:
            size = (data_of(name)["start"] + sum(data_of(name)["sizes"].values())) / 1e6
            print(row(name, f"{size:.0f}", of_page(browser, address, name)), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
