"""Opens the notebooks of the book on other people's machines: Colab and Binder.

Both read notebooks from a repository on GitHub. Once `launch_repository` in _config.yml names it, every page
that is a notebook links both, and the build writes the folder launch/: the notebooks, each with a cell in
front that installs the library, the wheel of the library, and what Binder installs. The publishing workflow
pushes that folder as the branch `launch`, where the links look. Without the address there is none of this.
"""

import json
import re
import shutil
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError

BRANCH = "launch"
GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")
# All that the notebooks import, as pyproject.toml names it.
EXTRAS = "[book,estimators,solvers]"
PINNED = re.compile(r"^(?:numpy|scipy|scikit-learn|matplotlib)==.*$", re.MULTILINE)
LINKS = """
<p class="screen-only launch">Open this page as a notebook \
<a href="https://colab.research.google.com/github/{repository}/blob/{branch}/{path}">in Colab</a> or \
<a href="https://mybinder.org/v2/gh/{repository}/{branch}?urlpath=lab/tree/{path}">on Binder</a>. \
Its first cell installs the library.</p>
"""


def read_address(app, config):
    """Take OWNER/REPOSITORY from the address, or nothing."""
    address = config.launch_repository
    found = GITHUB.fullmatch(address)
    if address and not found:
        raise ExtensionError(
            f"launch_repository in _config.yml is {address!r}; expected https://github.com/OWNER/REPOSITORY,"
            ' or "" for no links'
        )
    app.launch = found and found[1]


def add_links(app, doctree, docname):
    """Link Colab and Binder below the title of a page that is a notebook."""
    if app.builder.name != "html" or not app.launch or not app.env.doc2path(docname).endswith(".ipynb"):
        return
    title = next(doctree.findall(nodes.title))
    links = LINKS.format(repository=app.launch, branch=BRANCH, path=f"{docname}.ipynb")
    title.parent.insert(title.parent.index(title) + 1, nodes.raw("", links, format="html"))


def write_folder(app, exception):
    """Write what the links open."""
    if exception or app.builder.name != "html" or not app.launch:
        return
    paths = {name: Path(app.env.doc2path(name)) for name in app.env.found_docs}
    notebooks = {name: path for name, path in paths.items() if path.suffix == ".ipynb"}
    if not notebooks:
        return
    folder = Path(app.outdir) / "launch"
    wheel = Path(app.outdir) / "_static" / app.live_folder / app.live_wheel
    folder.mkdir()
    shutil.copy(wheel, folder)
    pins = PINNED.findall((Path(app.srcdir) / "requirements.txt").read_text(encoding="utf-8"))
    # Binder reads both.
    (folder / "requirements.txt").write_text("\n".join([*pins, f"./{wheel.name}{EXTRAS}", ""]))
    (folder / "runtime.txt").write_text("python-3.11\n")
    address = f"https://raw.githubusercontent.com/{app.launch}/{BRANCH}/{wheel.name}"
    for name, path in notebooks.items():
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"].insert(0, install(address))
        target = folder / f"{name}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def install(address):
    """Return the cell that installs the library and what the notebooks import."""
    return {
        "cell_type": "code",
        "id": "install",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": [f'%pip install --quiet "sevensteps{EXTRAS} @ {address}"'],
    }


def setup(app):
    """Register everything with Sphinx."""
    app.add_config_value("launch_repository", "", "html")
    app.connect("config-inited", read_address)
    # Before the buttons of live.py, which then stand above.
    app.connect("doctree-resolved", add_links, priority=400)
    app.connect("build-finished", write_folder)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
