"""Every notebook of the book, all its cells, in the browser: they print what the page shows already."""

import json

import pytest
from browsing import MOVING, SITE, data_of, notebooks

# Pages whose cells need what a browser cannot hold.
ELSEWHERE = set()
SHOWN = """() => [...document.querySelectorAll("div.cell")].map(cell => {
  const parts = [...cell.querySelectorAll(":scope > .cell_output :is(pre, img)")];
  return {
    note: cell.querySelector(".live-note").textContent,
    printed: parts.filter(part => part.matches("pre")).map(part => part.textContent).join(""),
    pictures: parts.filter(part => part.matches("img")).map(part => part.alt),
  };
})"""


# Keeps what the worker says, in window.said.
LISTEN = """window.said = [];
const Silent = Worker;
window.Worker = class extends Silent {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({data}) => window.said.push(data));
  }
};"""


def test_every_notebook_has_buttons(site):
    without = {name for name in notebooks() if data_of(name) is None}
    assert without == ELSEWHERE


@pytest.mark.parametrize("name", sorted(set(notebooks()) - ELSEWHERE))
def test_a_page_prints_in_the_browser_what_it_shows(tab, name):
    page = tab(f"{name}.html", before=LISTEN)
    page.press("run-all")
    page.page.wait_for_selector(".live-busy")
    assert page.wait() == "Done."
    cells = [cell for cell in json.loads(notebooks()[name].read_text("utf-8"))["cells"] if is_code(cell)]
    ran = page.page.evaluate(SHOWN)
    assert len(ran) == len(cells)
    different = {}
    for number, (cell, now) in enumerate(zip(cells, ran, strict=True), start=1):
        assert now["note"].startswith("Ran in"), number
        printed, pictures = stored(cell["outputs"])
        timed = "nbval-ignore-output" in cell["metadata"].get("tags", [])
        if not timed and (now["printed"], now["pictures"]) != (printed, pictures):
            different[number] = (printed, pictures), (now["printed"], now["pictures"])
    assert different == {}
    # The figures that move are drawn from numbers that are not rounded.
    theirs = [output["data"][MOVING] for cell in cells for output in cell["outputs"] if moves(output)]
    ours = [message["output"] for message in page.page.evaluate("window.said") if message["say"] == "output"]
    ours = [output["data"][MOVING] for output in ours if moves(output)]
    assert list(unequal(ours, theirs)) == []


def moves(output):
    return MOVING in output.get("data", {})


def unequal(one, other, place=""):
    """Yield where two values of JSON differ by more than rounding."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            yield from unequal(one[key], other[key], f"{place}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, pair in enumerate(zip(one, other, strict=True)):
            yield from unequal(*pair, f"{place}[{number}]")
    elif not (one == other or (isinstance(one, float) and one == pytest.approx(other, rel=1e-6, abs=1e-9))):
        yield place, one, other


def is_code(cell):
    return cell["cell_type"] == "code"


def stored(outputs):
    """Return all that the outputs of a cell print, and the words of its pictures."""
    printed, pictures = [], []
    for output in outputs:
        data = output.get("data", {})
        if output["output_type"] == "stream":
            printed.append("".join(output["text"]))
        elif "image/png" in data or MOVING in data:
            pictures.append(output["metadata"][MOVING if MOVING in data else "image/png"]["alt"])
        elif "text/markdown" in data:
            # The library's source, which stands between two fences.
            printed.append("".join(data["text/markdown"]).removeprefix("```python\n").removesuffix("```"))
        else:
            printed.append("".join(data["text/plain"]) + "\n")
    return "".join(printed), pictures


def test_stored_outputs_are_read_as_the_page_shows_them(site):
    """Hold the comparison: where nothing is found, nothing differs."""
    cells = json.loads((SITE / "_sources" / "book" / "2_logits.ipynb").read_text("utf-8"))["cells"]
    assert sum(bool(stored(cell["outputs"])[0]) for cell in cells if is_code(cell)) > 20
