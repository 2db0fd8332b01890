"""The run of the notebooks sees a broken picture."""

import base64
import importlib.util
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure
from sevensteps_figures.style import BLUE, PURPLE

ROOT = Path(__file__).resolve().parents[2]

spec = importlib.util.spec_from_file_location("book_conftest", ROOT / "book" / "conftest.py")
book = importlib.util.module_from_spec(spec)
spec.loader.exec_module(book)

x = np.linspace(0, 4, 200)


def drawn(
    curve=np.sin, colour=BLUE, dash="-", right=4.0, title="loss", dots=True, antialiased=True, height=3.0
):
    """Return a figure like the book's: two curves, a few dots, and letters."""
    figure = Figure(figsize=(4.8, height))
    axes = figure.subplots()
    axes.plot(x, curve(x), dash, color=colour, antialiased=antialiased)
    axes.plot(x, np.cos(x), "--", color="black", linewidth=1)
    if dots:
        axes.plot([1, 2, 3], [0.5] * 3, ".", color="black")
    axes.set(xlim=(0, right), ylim=(-1.1, 1.1), title=title)
    return figure


def png(figure=None, dpi=220):
    """Return a figure as a notebook has it."""
    buffer = io.BytesIO()
    (figure or drawn()).savefig(buffer, format="png", dpi=dpi)
    return base64.b64encode(buffer.getvalue()).decode()


LIKE = {
    "drawn again": lambda: png(),
    "a line break at the end of the file": lambda: png() + "\n",
    "more pixels": lambda: png(dpi=300),
    "fewer pixels": lambda: png(dpi=160),
    "hard edges": lambda: png(drawn(antialiased=False)),
    "moved by a hair": lambda: png(drawn(lambda x: np.sin(x + 0.005))),
}
ROUGHLY_LIKE = {
    "other letters": lambda: png(drawn(title="LOSS")),
    "a longer axis": lambda: png(drawn(right=4.1)),
    "a little taller": lambda: png(drawn(height=3.05)),
}
BROKEN = {
    "another curve": lambda: png(drawn(lambda x: np.sin(x + 0.1))),
    "no dots": lambda: png(drawn(dots=False)),
}
QUITE_BROKEN = {
    "another colour": lambda: png(drawn(colour=PURPLE)),
    "another line style": lambda: png(drawn(dash=":")),
    "upside down": lambda: png(drawn(lambda x: -np.sin(x))),
    "no curve": lambda: png(drawn(colour="white")),
    "nothing": lambda: png(Figure(figsize=(4.8, 3.0))),
    "another shape": lambda: png(drawn(height=4.0)),
}


def each(cases):
    return pytest.mark.parametrize("now", cases.values(), ids=cases)


@pytest.mark.parametrize("likeness", [book.CLOSE, book.ROUGH], ids=["close", "rough"])
@each(LIKE)
def test_a_picture_is_like_itself(likeness, now):
    assert book.difference_of_pictures(png(), now(), likeness) is None


@each(ROUGHLY_LIKE)
def test_another_release_may_draw_a_little_otherwise(now):
    assert book.difference_of_pictures(png(), now(), book.ROUGH) is None
    assert book.difference_of_pictures(png(), now(), book.CLOSE)


@each(BROKEN | QUITE_BROKEN)
def test_a_broken_picture_is_seen(now):
    assert book.difference_of_pictures(png(), now(), book.CLOSE)


@each(QUITE_BROKEN)
def test_a_picture_that_shows_something_else_is_seen_on_every_release(now):
    assert book.difference_of_pictures(png(), now(), book.ROUGH)


def test_the_run_of_a_notebook_fails_in_the_cells_whose_pictures_changed(tmp_path):
    (blue, purple), alt = (png(drawn(colour=colour)) for colour in (BLUE, PURPLE)), "A curve."
    cells = {
        "the same": ([(blue, alt)], [(blue, alt)]),
        "broken": ([(blue, alt)], [(purple, alt)]),
        "gone": ([(blue, alt)], []),
        "one of two gone": ([(blue, alt), (blue, alt)], [(blue, alt)]),
        "new": ([], [(blue, alt)]),
        "mute": ([(blue, alt)], [(blue, "")]),
        "not compared": ([(blue, alt)], [(purple, "")]),
    }
    notebook = nbformat.v4.new_notebook()
    for name, outputs in cells.items():
        before, now = (
            [({"image/png": file}, {"image/png": {"alt": alt}}) for file, alt in pictures]
            for pictures in outputs
        )
        source = f"for data, said in {now}:\n    display(data, metadata=said, raw=True)"
        cell = nbformat.v4.new_code_cell(source, execution_count=1)
        cell.outputs = [nbformat.v4.new_output("display_data", data, metadata=said) for data, said in before]
        cell.metadata["tags"] = ["nbval-ignore-output"] if name == "not compared" else []
        notebook.cells.append(cell)
    nbformat.write(notebook, tmp_path / "pictures.ipynb")
    shutil.copy(ROOT / "book" / "conftest.py", tmp_path)

    answer = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-rA",
            "--nbval",
            "--nbval-current-env",
            "-p",
            "no:cacheprovider",
            ".",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    outcomes = re.findall(r"^(PASSED|FAILED) pictures.ipynb::Cell (\d)", answer.stdout, re.MULTILINE)
    passed = [name for number, name in enumerate(cells) if ("PASSED", str(number)) in outcomes]
    assert len(outcomes) == len(cells), answer.stdout
    assert passed == ["the same", "not compared"]
    assert "pictures: 1, and there were 2" in answer.stdout
