"""What the site has once its addresses are set, and not before: links that launch notebooks, cards, a map."""

import importlib.util
import json
import re
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import nbformat.v4 as v4
import pytest
from nbformat import read, writes
from packaging.requirements import Requirement
from PIL import Image
from sphinx.errors import ExtensionError

ROOT = Path(__file__).resolve().parents[2]


def load(name):
    """Load an extension of the build, which is in no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "book" / "_ext" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


launch, share = load("launch"), load("share")
SITE = "https://books.example/steps/"


@pytest.fixture
def published(small, tmp_path):
    """Return a function that builds a book of two pages at these addresses, and gives the pages' texts."""

    def build(site="", repository=""):
        config = tmp_path / "_config.yml"
        text = config.read_text(encoding="utf-8")
        for key, value in (("baseurl", site), ("launch_repository", repository)):
            assert f'{key}: ""' in text
            text = text.replace(f'{key}: ""', f'{key}: "{value}"')
        config.write_text(text, encoding="utf-8")
        toc = "format: jb-book\nroot: book/index\nchapters:\n  - file: book/2_logits\n"
        (tmp_path / "_toc.yml").write_text(toc, encoding="utf-8")
        cells = [v4.new_markdown_cell("# Step 2: Logits"), v4.new_code_cell("import numpy")]
        about = {"language_info": {"name": "python"}}
        about["myst"] = {"html_meta": {"description lang=en": 'A sum, "weighted" & with a bias.'}}
        notebook = writes(v4.new_notebook(cells=cells, metadata=about))
        (tmp_path / "book" / "2_logits.ipynb").write_text(notebook, encoding="utf-8")
        small("# Words\n")
        folder = small.html / "book"
        return {name: (folder / f"{name}.html").read_text("utf-8") for name in ("index", "2_logits")}

    build.html, build.house = small.html, small.house
    return build


def test_with_its_addresses_the_site_can_be_launched_shared_and_found(published):
    pages = published(SITE, "https://github.com/some-one/seven.steps/")

    # Colab and Binder, on the notebook alone.
    links = re.findall(r'<a href="(https://[^"]*\.ipynb)">', pages["2_logits"])
    assert links == [
        "https://colab.research.google.com/github/some-one/seven.steps/blob/launch/book/2_logits.ipynb",
        "https://mybinder.org/v2/gh/some-one/seven.steps/launch?urlpath=lab/tree/book/2_logits.ipynb",
    ]
    assert "Colab" not in pages["index"]
    # What they open: the same notebook behind one cell more.
    folder = published.html / "launch"
    copy = read(folder / "book" / "2_logits.ipynb", as_version=4)
    (install, *cells) = copy.cells
    source = json.loads((published.house.ROOT / "book" / "2_logits.ipynb").read_text("utf-8"))["cells"]
    assert [cell["source"] for cell in cells] == ["".join(cell["source"]) for cell in source]
    command = re.fullmatch(r'%pip install --quiet "(.*)"', install["source"])
    asked = Requirement(command[1])
    assert asked.extras == {"book", "estimators", "solvers"}
    branch = "https://raw.githubusercontent.com/some-one/seven.steps/launch/"
    wheel = folder / asked.url.removeprefix(branch)
    (built,) = (published.html / "_static" / "live").rglob("*.whl")
    assert wheel.read_bytes() == built.read_bytes()
    # What Binder installs: the same, at the book's versions.
    needs = (folder / "requirements.txt").read_text().split()
    assert needs[-1] == f"./{wheel.name}[book,estimators,solvers]"
    pins = (ROOT / "requirements.txt").read_text("utf-8").split()
    names = [need.partition("==")[0] for need in needs[:-1]]
    assert names == ["numpy", "scipy", "scikit-learn", "matplotlib"]
    assert set(needs[:-1]) <= set(pins)

    # The card.
    tags = dict(re.findall(r'<meta property="og:(\S+)" content="([^"]*)"', pages["2_logits"]))
    assert tags["title"] == "Step 2: Logits"
    assert tags["description"] == "A sum, &quot;weighted&quot; &amp; with a bias."
    assert tags["url"] == SITE + "book/2_logits.html"
    assert f'<link rel="canonical" href="{tags["url"]}"' in pages["2_logits"]
    with Image.open(published.html / tags["image"].removeprefix(SITE)) as card:
        assert card.size == (int(tags["image:width"]), int(tags["image:height"])) == (1200, 630)
    # The map.
    found = ElementTree.parse(published.html / "sitemap.xml").getroot()
    assert [place.text for place in found.findall(".//{*}loc")] == [
        SITE + "book/2_logits.html", SITE + "book/index.html",
    ]  # fmt: skip
    assert f"Sitemap: {SITE}sitemap.xml" in (published.html / "robots.txt").read_text()


def test_without_addresses_there_is_nothing_of_it(site, pages):
    for path, page in pages.items():
        for sign in ('property="og:', "twitter:card", 'rel="canonical"', 'class="screen-only launch"'):
            assert sign not in page.text, (path, sign)
    assert not [name for name in ("launch", "sitemap.xml", "robots.txt") if (site / name).exists()]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("baseurl", "books.example/steps"),
        ("launch_repository", "https://gitlab.com/some-one/steps"),
        ("launch_repository", "https://github.com/some-one"),
    ],
)
def test_an_address_that_is_none_is_refused(key, value):
    config = SimpleNamespace(html_baseurl=value, launch_repository=value)
    check = share.check_address if key == "baseurl" else launch.read_address
    with pytest.raises(ExtensionError, match=rf"{key} in _config.yml is '{value}'; expected https://"):
        check(SimpleNamespace(), config)
