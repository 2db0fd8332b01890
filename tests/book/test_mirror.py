"""The mirror: each step is one room, found under the same stem in book, library, tests and coursework."""

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
STEPS = ["initialization", "logits", "activations", "losses", "gradients", "updates", "convergence"]

numbered = pytest.mark.parametrize(("number", "stem"), list(enumerate(STEPS, start=1)), ids=STEPS)


@numbered
def test_every_step_has_its_module_and_its_tests(number, stem):
    assert (ROOT / "lib" / "sevensteps" / f"{stem}.py").is_file()
    assert (ROOT / "tests" / "lib" / f"test_{stem}.py").is_file()


@numbered
def test_every_step_has_its_chapter_and_its_assignment(number, stem):
    assert (ROOT / "book" / f"{number}_{stem}.ipynb").is_file()
    assert (ROOT / "coursework" / f"{number}_{stem}" / "assignment.ipynb").is_file()


def test_there_is_no_room_beside_the_seven():
    rooms = {f"{number}_{stem}" for number, stem in enumerate(STEPS, start=1)}
    paths = [*(ROOT / "book").glob("[0-9]*"), *(ROOT / "coursework").glob("[0-9]*")]
    assert {path.stem for path in paths} <= rooms


def listed():
    """Return the chapters of the table of contents in order, each with what stands below it."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [chapter for part in toc["parts"] for chapter in part["chapters"]]
    return toc["root"], {
        chapter["file"]: [section["file"] for section in chapter.get("sections", [])] for chapter in chapters
    }


def test_the_table_of_contents_names_the_chapters_in_order_each_with_its_assignment():
    _, pages = listed()
    chapters = [(page, below) for page, below in pages.items() if Path(page).name[0].isdigit()]
    names = [f"{number}_{stem}" for number, stem in enumerate(STEPS, start=1)]
    assert chapters == [(f"book/{name}", [f"book/assignments/{name}"]) for name in names]


def test_the_table_of_contents_names_every_page():
    root, pages = listed()
    files = {root, *pages, *(section for sections in pages.values() for section in sections)}
    found = [path for path in (ROOT / "book").rglob("*") if path.suffix in (".md", ".ipynb")]
    hidden = [path for path in found if ".ipynb_checkpoints" in path.parts]
    assert {path.relative_to(ROOT).with_suffix("").as_posix() for path in set(found) - set(hidden)} == files
