"""Runs the cells of a page: the half of the worker that is written in Python.

What a cell prints, shows or raises leaves as JSON, in the form of a notebook's outputs.
"""

import ast
import base64
import builtins
import io
import json
import linecache
import logging
import sys
import time
import traceback
import types
import warnings

LIMIT = 100_000  # characters that one cell may print
PAUSE = 0.05  # seconds after which a line that is not finished is shown
CSS_WIDTH = 528

# In the order of preference, as in a notebook.
METHODS = {
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "text/latex": "_repr_latex_",
}


class Outputs:
    """The way out of the cell that is running."""

    def start(self, send):
        """Begin a cell: nothing is held back, nothing was printed."""
        self.send = lambda output: send(json.dumps(output))
        self.name, self.held, self.printed, self.sent = "stdout", [], 0, 0.0

    def write(self, name, text):
        """Take what is printed; pass it on line by line, and no more of it than a page can bear."""
        if name != self.name:
            self.flush()
            self.name = name
        if self.printed < LIMIT:
            self.held.append(text[: LIMIT - self.printed])
            if self.printed + len(text) >= LIMIT:
                self.held.append(
                    f"\n[The page shows the first {LIMIT:,} characters of what a cell prints.]\n"
                )
        self.printed += len(text)
        if "\n" in text or time.monotonic() > self.sent + PAUSE:
            self.flush()

    def flush(self):
        """Pass on what is held."""
        text = "".join(self.held)
        if text:
            self.held.clear()
            self.sent = time.monotonic()
            self.send({"output_type": "stream", "name": self.name, "text": text})

    def show(self, data, metadata, kind="display_data"):
        """Pass on a picture, a table, or whatever an object says of itself."""
        self.flush()
        self.send({"output_type": kind, "data": data, "metadata": metadata})


outputs = Outputs()


class Stream(io.TextIOBase):
    """Stands for sys.stdout or sys.stderr."""

    encoding = "utf-8"

    def __init__(self, name):
        self.name = name

    def writable(self):
        """Say that it can be written to."""
        return True

    def write(self, text):
        """Pass text on to the page."""
        outputs.write(self.name, text)
        return len(text)

    def flush(self):
        """Pass on what is held back."""
        outputs.flush()


def bundle(value):
    """Return what a value says of itself, by media type, and the metadata."""
    if _is_figure(value):
        return _drawn(value)
    data, metadata = {"text/plain": repr(value)}, {}
    if hasattr(type(value), "_repr_mimebundle_"):
        own = value._repr_mimebundle_()
        data.update(own[0] if isinstance(own, tuple) else own)
    for media_type, method in METHODS.items():
        own = getattr(value, method)() if hasattr(type(value), method) else None
        if own is not None:
            data[media_type] = base64.b64encode(own).decode() if isinstance(own, bytes) else own
    return data, metadata


def display(*values, raw=False, metadata=None, **_):
    """Show values as IPython's function of this name does."""
    for value in values:
        data, own = (value, {}) if raw else bundle(value)
        outputs.show(data, {**own, **(metadata or {})})


def _is_figure(value):
    module = sys.modules.get("matplotlib.figure")
    return module is not None and isinstance(value, module.Figure)


def _drawn(figure):
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=160, bbox_inches="tight")
    alt = "Figure. " + "; ".join(_words(figure))
    data = {"image/png": base64.b64encode(buffer.getvalue()).decode(), "text/plain": alt}
    return data, {"image/png": {"alt": alt.strip(), "width": CSS_WIDTH}}


def _words(figure):
    """Yield what a figure's own text says of it."""
    if figure.get_suptitle():
        yield figure.get_suptitle()
    for axes in figure.axes:
        x, y = axes.get_xlabel(), axes.get_ylabel()
        parts = [axes.get_title() or axes.get_title("left"), f"{y} against {x}" if x and y else x or y]
        yield ": ".join(part for part in parts if part) or "no title and no labels"


def _flush_figures():
    """Show what pyplot still holds, as a notebook does at the end of a cell."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    for number in pyplot.get_fignums() if pyplot else []:
        figure = pyplot.figure(number)
        outputs.show(*_drawn(figure))
        pyplot.close(figure)


def run(number, code, fresh, send):
    """Run a cell in __main__, which is emptied first where `fresh`; return whether it came to its end."""
    outputs.start(send)
    namespace = sys.modules["__main__"].__dict__
    if fresh:
        namespace.clear()
        namespace.update(__name__="__main__", __builtins__=builtins)
    name = f"<cell {number}>"
    # Where tracebacks and inspect look for the source.
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    try:
        body, last = _parsed(code, name)
        exec(compile(body, name, "exec"), namespace)
        if last is not None:
            value = eval(compile(last, name, "eval"), namespace)
            if value is not None:
                namespace["_"] = value
                outputs.show(*bundle(value), kind="execute_result")
        _flush_figures()
    except BaseException as error:
        outputs.flush()
        outputs.send(_as_output(error))
        return False
    outputs.flush()
    return True


def _parsed(code, name):
    """Return the cell's statements, and apart from them the expression whose value is shown."""
    body = ast.parse(code, name)
    last = None
    if body.body and isinstance(body.body[-1], ast.Expr) and not code.rstrip().endswith(";"):
        last = ast.Expression(body.body.pop().value)
    return body, last


def _as_output(error):
    """Return an error with the reader's own lines only: those of the libraries say nothing to mend."""
    told = traceback.TracebackException.from_exception(error)
    _keep_cells(told)
    return {
        "output_type": "error",
        "ename": type(error).__name__,
        "evalue": str(error),
        "traceback": "".join(told.format()).rstrip().split("\n"),
    }


def _keep_cells(told):
    frames = [frame for frame in told.stack if frame.filename.startswith("<cell ")]
    told.stack = traceback.StackSummary.from_list(frames)
    for other in (told.__cause__, told.__context__):
        if other is not None:
            _keep_cells(other)


def _no_input(prompt="", /):
    raise RuntimeError("input() gets no answer in the page: write the value into the cell")


def install():
    """Put these in the places of their namesakes; IPython itself would be megabytes for one function."""
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    builtins.input, builtins.display = _no_input, display
    package, module = types.ModuleType("IPython"), types.ModuleType("IPython.display")
    package.display, module.display = module, display
    # matplotlib asks whether there is a session to redraw for.
    package.get_ipython = lambda: None
    sys.modules.update({"IPython": package, "IPython.display": module})
    # Figures are shown at the end of the cell, whether or not it calls plt.show().
    warnings.filterwarnings("ignore", "FigureCanvasAgg is non-interactive")
    # Each start builds the list of fonts anew, and says so.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
