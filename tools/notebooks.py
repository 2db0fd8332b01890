"""Execute the notebooks and bring them into one form, so that the same text gives the same bytes.

A notebook is written only when all its cells ran. `--check` runs nothing and writes nothing: it says which
notebooks are not in that form.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import nbformat
from house import ROOT, notebook_environment
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# What the book's build reads from a notebook (its description, say) and from a cell; editors add much more.
KEPT_OF_NOTEBOOK = ("myst", "mystnb")
KEPT_OF_CELL = ("tags", "mystnb", "nbgrader")


class ThisPython(AsyncKernelManager):
    """Starts the kernel in this interpreter, whatever kernels are installed on the machine."""

    def _kernel_spec_manager_default(self):
        return KernelSpecManager(kernel_dirs=[])


def execute(notebook, folder):
    """Run all cells from top to bottom, in a new kernel and in the notebook's folder."""
    client = NotebookClient(
        notebook,
        kernel_manager_class=ThisPython,
        kernel_name="python3",
        timeout=600,
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    # What a kernel says while Ctrl-C stops it helps nobody; all else is passed on.
    with tempfile.TemporaryFile() as said:
        try:
            client.execute(stderr=said)
        except BaseException as error:
            # nbclient answers Ctrl-C itself: it stops the kernel, which then seems dead or missing.
            if isinstance(error, KeyboardInterrupt) or hasattr(client, "_async_cleanup_kernel_future"):
                said.truncate(0)
                raise KeyboardInterrupt from None
            raise
        finally:
            said.seek(0)
            sys.stderr.write(said.read().decode(errors="replace"))


def normalize(notebook):
    """Drop what differs between machines and editors, in place."""
    kept = {key: notebook.metadata[key] for key in KEPT_OF_NOTEBOOK if key in notebook.metadata}
    notebook.metadata = nbformat.from_dict({**KERNEL, **kept})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    taken, count = set(), 0
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.get("id") in taken or "id" not in cell:
            cell.id = f"cell-{number}"
        taken.add(cell.id)
        cell.metadata = {key: cell.metadata[key] for key in KEPT_OF_CELL if key in cell.metadata}
        if cell.cell_type == "code":
            # An empty cell is never executed.
            count += bool(cell.source.strip())
            cell.execution_count = count if cell.source.strip() else None
            for output in cell.outputs:
                _normalize_output(output, cell.execution_count)


def _normalize_output(output, count):
    if output.output_type == "execute_result":
        output.execution_count = count
    if output.output_type == "error":
        output.traceback = [line.replace(f"{ROOT}{os.sep}", "") for line in output.traceback]


def text_of(notebook):
    """Return the file's text: sorted keys, one space of indentation, a newline at the end."""
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT).rstrip("\n") + "\n"


def read(path):
    """Read a notebook, converted to the newest format."""
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)


def is_normal(path):
    """Say whether a notebook was executed from top to bottom and is written in the one form."""
    notebook = read(path)
    normalize(notebook)
    return path.read_bytes() == text_of(notebook).encode()


def renew(path):
    """Execute a notebook and write it if that changed anything; say what was done."""
    notebook = read(path)
    execute(notebook, path.parent)
    normalize(notebook)
    text = text_of(notebook).encode()
    if text == path.read_bytes():
        return "unchanged"
    # Written beside and then moved, so that nobody ever sees half a notebook.
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(text)
    os.replace(temporary, path)
    return "written"


def main():
    """Renew or check the notebooks named on the command line, or all below book/."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say which are not in the one form")
    parser.add_argument("names", nargs="*", type=Path, metavar="NOTEBOOK")
    arguments = parser.parse_args()
    paths = [path.resolve() for path in arguments.names] or sorted(
        path for path in (ROOT / "book").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
    )
    os.environ.clear()
    os.environ.update(notebook_environment())

    bad = 0
    for path in paths:
        name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        if arguments.check:
            if not is_normal(path):
                bad += 1
                print(f"{name}: not executed from top to bottom, or not normalized. Run: make notebooks")
            continue
        try:
            print(f"{name}: {renew(path)}", flush=True)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            bad += 1
            print(f"{name}: left as it was, because a cell failed\n{error}", file=sys.stderr)
        except KeyboardInterrupt:
            return 130  # as a shell has it; tools/house.py says that it stopped
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
