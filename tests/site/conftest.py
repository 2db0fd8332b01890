"""The built site as the tests read it."""

import importlib.util
import shutil
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load_house():
    """Load tools/house.py, which is no package, as a fresh module whose ROOT a test may replace."""
    spec = importlib.util.spec_from_file_location("house", ROOT / "tools" / "house.py")
    house = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(house)
    return house


@dataclass
class Page(HTMLParser):
    """The elements of a page with their attributes, its ids, and its title."""

    path: Path
    elements: list = field(default_factory=list)
    ids: set = field(default_factory=set)
    title: str = ""

    def __post_init__(self):
        super().__init__()
        self.text = self.path.read_text(encoding="utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.elements.append((tag, attributes))
        self.ids.add(attributes.get("id"))

    def handle_data(self, data):
        if self.elements and self.elements[-1][0] == "title" and not self.title:
            self.title = data.strip()

    def each(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture
def house():
    return load_house()


@pytest.fixture
def small(tmp_path, house):
    """Return a function that builds a book of one page, with our own configuration and extensions."""
    for name in ("_config.yml", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("_ext", "_static", "live"):
        shutil.copytree(
            ROOT / "book" / name,
            tmp_path / "book" / name,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    # What the wheel of the library is made of.
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(
        ROOT / "lib", tmp_path / "lib", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )
    (tmp_path / "book" / "references.bib").touch()
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/index\n", encoding="utf-8")
    house.ROOT = tmp_path

    def build(text, name="index.md"):
        (tmp_path / "book" / name).write_text(text, encoding="utf-8")
        house.site(Path(sys.executable))
        return (tmp_path / "_build" / "html" / "book" / "index.html").read_text(encoding="utf-8")

    build.house, build.html = house, tmp_path / "_build" / "html"
    return build


@pytest.fixture(scope="session")
def site():
    """Return the folder of the built site, which must show the present sources."""
    if not load_house().site_is_current():
        pytest.fail("_build/html is missing or older than the sources. Run: make site")
    return ROOT / "_build" / "html"


@pytest.fixture(scope="session")
def edition(site):
    """Return a function that gives the path of the PDF or the EPUB, made from the present sources."""

    def make(kind):
        house = load_house()
        house.edition(Path(sys.executable), kind)
        return ROOT / "_build" / kind / house.EDITIONS[kind]

    return make


@pytest.fixture(scope="session")
def pages(site):
    """Return every page of the site by its path, without the theme's fragments beside its scripts."""
    paths = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    return {path: Page(path) for path in paths}
