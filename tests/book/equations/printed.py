"""The displayed equations as the pages print them: label, TeX, and a short digest of the TeX.

    python tests/book/equations/printed.py 4_losses

prints those of a page, to write a check from.
"""

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

BOOK = Path(__file__).resolve().parents[3] / "book"
DISPLAYED = re.compile(r"\$\$(?P<tex>.+?)\$\$(?: *\((?P<label>[^)\s]+)\))?", flags=re.DOTALL)


class Equation(NamedTuple):
    """A displayed equation: its page, its label or None, its TeX without needless blanks."""

    page: str
    label: str | None
    tex: str

    @property
    def digest(self):
        """Return eight characters that change with the formula."""
        return hashlib.sha256(self.tex.encode()).hexdigest()[:8]


def pages():
    """Return the Markdown of each page, by its place in the book: 4_losses, models/linear_regression."""
    found = {}
    for path in sorted(BOOK.rglob("*")):
        if path.suffix not in {".ipynb", ".md"} or ".ipynb_checkpoints" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            cells = json.loads(text)["cells"]
            text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        found[path.relative_to(BOOK).with_suffix("").as_posix()] = text
    return found


def displayed(page, text):
    """Return the displayed equations of a page."""
    return [
        Equation(page, match["label"], " ".join(match["tex"].split())) for match in DISPLAYED.finditer(text)
    ]


def module(page):
    """Return the name of the module that holds the checks of a page."""
    return re.sub(r"^\d+_", "", page.split("/")[-1])


if __name__ == "__main__":
    for page, text in pages().items():
        for equation in displayed(page, text) if page in sys.argv[1:] else ():
            print(equation.digest, equation.label, equation.tex, sep="\n", end="\n\n")
