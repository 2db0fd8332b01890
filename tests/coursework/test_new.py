"""A private folder: fresh variants, proved, and outside of the public repository."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from coursework.grader import grade, new, release, tasks
from coursework.grader.files import Failure

ROOT = Path(__file__).resolve().parents[2]
NAME = "3_activations"
WITH_VARIANTS = grade.assignments(ROOT / "coursework")


def test_a_new_folder_is_ready_to_be_edited_and_released(coursework, tmp_path):
    folder = tmp_path / "private"
    said = coursework("new", folder, NAME, "--seed", 5)
    assert f"{NAME}: " in said
    assert "places changed" in said
    assert sorted(path.name for path in folder.iterdir()) == [NAME, "README.md"]
    assert {path.name for path in (folder / NAME).iterdir()} == set(new.FILES)
    readme = (folder / "README.md").read_text("utf-8")
    assert "with seed 5" in readme
    assert f"release --source {folder}" in readme
    assert "caught" in coursework("release", "--source", folder, "--out", tmp_path / "out")
    assert "with their solutions" not in coursework("release", "--source", folder, "--out", tmp_path / "out")


def texts(folder):
    return {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir())}


# The proof of the final assignment trains a hundred models.
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", [name for name in WITH_VARIANTS if name != "final"])
def test_every_variant_is_proved(tmp_path, name, seed):
    prove(tmp_path, name, seed)


def test_a_variant_of_the_final_assignment_is_proved(tmp_path):
    prove(tmp_path, "final", 0)


def prove(tmp_path, name, seed):
    assert new.vary(ROOT / "coursework" / name, tmp_path / name, np.random.default_rng(seed)) > 0
    faults, caught, accepted = release.prove(tasks.load(tmp_path / name), seed)
    assert faults == []
    assert caught >= 8
    assert accepted >= 4


@pytest.mark.parametrize("name", WITH_VARIANTS)
def test_another_seed_is_another_variant_and_the_same_seed_the_same(tmp_path, name):
    drawn = []
    for number, seed in enumerate([*range(8), 0]):
        new.vary(ROOT / "coursework" / name, tmp_path / str(number) / name, np.random.default_rng(seed))
        drawn.append(texts(tmp_path / str(number) / name))
    assert drawn[0] == drawn[8]
    assert len({json.dumps(draw) for draw in drawn}) >= 4


def test_an_assignment_without_variants_is_copied_and_that_is_said(
    tmp_path, monkeypatch, capsys, activations
):
    source = tmp_path / "source"
    shutil.copytree(activations.folder, source / NAME)
    (source / NAME / "variants.py").unlink()
    assert new.new(tmp_path / "private", source=source) == 0
    assert "it has no variants.py" in capsys.readouterr().out
    for name in ("checks.py", "mistakes.py", "alternatives.py"):
        assert (tmp_path / "private" / NAME / name).read_text() == (source / NAME / name).read_text()


def test_it_replaces_whole_names_and_numbers_at_once_and_everywhere(tmp_path, activations):
    source = tmp_path / "source"
    shutil.copytree(activations.folder, source)
    pairs = {
        "softplus": "rounded",
        "20 points": "20 marks",
        "2.0": "0.5",
        "0.5": "2.0",
        "softplus_is_relu": "no",
        "temperature": "warmth",
    }
    (source / "variants.py").write_text(f"def draw(rng):\n    return {pairs!r}\n")
    assert new.vary(source, tmp_path / "there", np.random.default_rng(0)) > 10
    before, after = texts(source), texts(tmp_path / "there")
    assert "def softplus_overflows" in after["mistakes.py"]
    assert "def no(z, beta)" in after["mistakes.py"]
    assert "np.exp(z / warmth)" in after["mistakes.py"]
    assert "softmax_warmth" not in after["checks.py"]
    assert '"rounded",' in after["checks.py"]
    assert before["checks.py"].count("0.5") == after["checks.py"].count("2.0")
    assert '"grade_id": "rounded"' in after["assignment.ipynb"]
    assert '"grade_id": "rounded-check"' in after["assignment.ipynb"]


def test_a_variant_that_replaces_nothing_is_an_error(tmp_path, activations):
    shutil.copytree(activations.folder, tmp_path / "source")
    (tmp_path / "source" / "variants.py").write_text("def draw(rng):\n    return {'nowhere': 'x'}\n")
    with pytest.raises(Failure, match="replaces what stands nowhere: 'nowhere'"):
        new.vary(tmp_path / "source", tmp_path / "there", np.random.default_rng(0))


def test_it_writes_neither_into_the_repository_nor_over_anything(coursework, tmp_path):
    inside = ROOT / "private-of-a-test"
    assert "which is public" in coursework("new", inside, check=1)
    assert not inside.exists()
    (tmp_path / "link").symlink_to(ROOT)
    assert "which is public" in coursework("new", tmp_path / "link" / "private-of-a-test", check=1)
    assert not inside.exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    assert "not empty" in coursework("new", tmp_path / "full", check=1)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]
    assert "9_none" in coursework("new", tmp_path / "new", "9_none", check=1)


def test_a_variant_that_does_not_hold_together_is_said(tmp_path, capsys, activations):
    source = tmp_path / "source"
    shutil.copytree(activations.folder, source / NAME)
    (source / NAME / "variants.py").write_text(
        "def draw(rng):\n    return {'[[0.2, 0.8]]': '[[0.3, 0.7]]'}\n"
    )
    assert new.new(tmp_path / "private", source=source) == 1
    assert "fails its visible checks" in capsys.readouterr().out
