"""What an assignment's page says of its tasks, read from the assignment itself.

    :::{assignment} 3_activations
    :::

becomes the link to the archive for students and the list of tasks, each with its name, its first lines and
its points. Of a solution only the signature and the docstring are read, which students are given anyway.
"""

import ast
import json
import re
import sys
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[2]
# The archives lie beside the pages, in this folder.
DOWNLOADS = "downloads"


def coursework(name):
    """Return the `Assignment` called `name`."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from coursework.grader import tasks

    return tasks.load(ROOT / "coursework" / name)


def given(assignment):
    """Return for each task its title, and the signature and docstring of its function."""
    title, functions = "", {}
    for cell in json.loads(assignment.notebook.read_text(encoding="utf-8"))["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            found = re.search(r"^## \d+\. (.*?)(?: \(\d+ points\))?$", text, re.MULTILINE)
            title = found[1] if found else title
        elif cell["metadata"].get("nbgrader", {}).get("solution"):
            function = ast.parse(text).body[0]
            signature = f"{function.name}({ast.unparse(function.args)})"
            functions[function.name] = title, signature, ast.get_docstring(function)
    return [(task, *functions[task.name]) for task in assignment.tasks]


class Assignment(SphinxDirective):
    """The directive `assignment`."""

    required_arguments = 1

    def run(self):
        """Return the link to the archive, where there will be one, and the list of the tasks."""
        (name,) = self.arguments
        assignment = coursework(name)
        for path in (assignment.notebook, assignment.folder / "checks.py"):
            self.env.note_dependency(str(path))
        self.env.metadata[self.env.docname]["assignment"] = name

        up = "../" * self.env.docname.count("/")
        link = nodes.reference("", f"Download {name}.zip", refuri=f"{up}{DOWNLOADS}/{name}.zip")
        text = nodes.Text(": the notebook, a check to run on it, and what to install.")
        download = addnodes.only(expr="builder_html")
        download += nodes.paragraph("", "", link, text)

        lines = []
        for task, title, signature, docstring in given(assignment):
            points = [f"{name} {points}" for name, points in task.points.items()]
            lines += [
                f"{title}, {sum(task.points.values())} points",
                f": `{signature}`: {docstring}",
                "",
                f"  Marked: {', '.join(points)}.",
                "",
            ]
        tasks = nodes.container(classes=["assignment"])
        self.state.nested_parse(StringList(lines, self.get_source_info()[0]), self.content_offset, tasks)
        return [download, tasks]


def write_archives(app, exception):
    """Put the archives for students beside the pages."""
    if exception or app.builder.name != "html":
        return
    names = [about["assignment"] for about in app.env.metadata.values() if "assignment" in about]
    folder = Path(app.outdir) / DOWNLOADS
    folder.mkdir(exist_ok=True)
    for name in names:
        assignment = coursework(name)
        from coursework.grader.release import archive

        (folder / f"{name}.zip").write_bytes(archive(assignment))


def setup(app):
    """Register the directive with Sphinx."""
    app.add_directive("assignment", Assignment)
    app.connect("build-finished", write_archives)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
