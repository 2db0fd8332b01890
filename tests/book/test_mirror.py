"""The mirror: each step is one room, found under the same stem in book, library, tests and coursework."""

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
STEPS = ["initialization", "logits", "activations", "losses", "gradients", "updates", "convergence"]
# The rooms that are furnished so far. Add a step's number when its chapter or its assignment comes.
CHAPTERS = {1, 2, 3, 4, 5, 6, 7}
ASSIGNMENTS = set()

numbered = pytest.mark.parametrize(("number", "stem"), list(enumerate(STEPS, start=1)), ids=STEPS)


@numbered
def test_every_step_has_its_module_and_its_tests(number, stem):
    assert (ROOT / "lib" / "sevensteps" / f"{stem}.py").is_file()
    assert (ROOT / "tests" / "lib" / f"test_{stem}.py").is_file()


@numbered
def test_chapters_and_assignments_are_there_as_listed(number, stem):
    assert (ROOT / "book" / f"{number}_{stem}.ipynb").is_file() == (number in CHAPTERS)
    assert (ROOT / "coursework" / f"{number}_{stem}").is_dir() == (number in ASSIGNMENTS)


def test_there_is_no_room_beside_the_seven():
    rooms = {f"{number}_{stem}" for number, stem in enumerate(STEPS, start=1)}
    paths = [*(ROOT / "book").glob("[0-9]*"), *(ROOT / "coursework").glob("[0-9]*")]
    assert {path.stem for path in paths} <= rooms


def test_the_table_of_contents_names_the_chapters_in_order():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    chapters = [file for file in files if Path(file).name[0].isdigit()]
    assert chapters == [f"book/{number}_{STEPS[number - 1]}" for number in sorted(CHAPTERS)]


def test_the_table_of_contents_names_every_page():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = {
        toc["root"],
        *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"]),
    }
    pages = [path for path in (ROOT / "book").rglob("*") if path.suffix in (".md", ".ipynb")]
    hidden = [path for path in pages if ".ipynb_checkpoints" in path.parts]
    assert {path.relative_to(ROOT).with_suffix("").as_posix() for path in set(pages) - set(hidden)} == files
