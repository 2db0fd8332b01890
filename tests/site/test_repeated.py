"""What `make canary` and `make flakes` print and answer, without what takes them so long."""

import importlib
import re

import pytest


@pytest.fixture
def canary(monkeypatch, tmp_path):
    """Return a canary whose environments and tests only pretend; `failing` names the rows that fail."""
    canary = importlib.import_module("canary")
    monkeypatch.setattr(canary, "FOLDER", tmp_path / "canary")
    canary.failing, canary.without_wheels, canary.tried = {}, [], []

    def environment_with(interpreter, packages, folder):
        canary.tried.append((folder.name, interpreter, packages))
        if interpreter in canary.without_wheels:
            raise canary.Failure("no wheel")
        return folder.name

    def pytest_pretends(python, *arguments):
        answer = canary.failing.get((python, "--nbval" in arguments), (10, 0, 0))
        if answer is KeyboardInterrupt:
            raise KeyboardInterrupt
        return answer

    paths = {(3, 11): lambda: "old", (3, 14): lambda: "new", (3, 15): lambda: "newer"}
    monkeypatch.setattr(canary, "in_debian", list)
    monkeypatch.setattr(canary, "on_the_path", lambda: paths)
    monkeypatch.setattr(canary, "environment_with", environment_with)
    monkeypatch.setattr(canary, "pytest", pytest_pretends)
    monkeypatch.setattr(canary, "releases", lambda python: ["3.11.7", "2.0.0", "1.13.0", "1.6.0", "3.9.0"])
    return canary


def rows(said):
    return re.findall(r"(?m)^ *(oldest|newest Python|newest)  +\d.*$", said)


def test_the_oldest_releases_are_those_that_the_library_promises(canary):
    promised = canary.promised()
    assert "numpy==2.0" in promised
    assert {pin.split("==")[0] for pin in promised} == {*canary.SHOWN}
    assert all(re.fullmatch(r"[\w-]+==[\d.post]+", pin) for pin in promised + canary.pinned(canary.OTHERS))


def test_each_row_has_its_python_and_its_releases(canary, capsys):
    assert canary.main() == 0
    assert rows(capsys.readouterr().out) == ["oldest", "newest", "newest Python"]
    assert [(name, python) for name, python, _ in canary.tried] == [
        ("oldest", "old"),
        ("newest", "old"),
        ("newest-Python", "newer"),
    ]
    oldest, *newest = (
        {re.split("==", package)[0] for package in packages} for _, _, packages in canary.tried
    )
    assert all(packages <= oldest for packages in newest)
    assert not any("==" in package for _, _, packages in canary.tried[1:] for package in packages)


@pytest.mark.parametrize("notebooks", [False, True])
def test_a_failure_in_any_row_is_the_answer(canary, notebooks):
    canary.failing["newest", notebooks] = (9, 1, 0)
    assert canary.main() == 1


def test_a_python_that_came_too_early_is_passed_over(canary, capsys):
    canary.without_wheels = ["newer"]
    assert canary.main() == 0
    assert "Not on Python 3.15: no wheel" in capsys.readouterr().out
    assert canary.tried[-1][1] == "new"


def test_what_is_not_to_be_had_is_said_and_is_a_failure(canary, capsys):
    canary.without_wheels = ["new", "newer"]
    assert canary.main() == 1
    said = capsys.readouterr().out
    assert "newest Python: no Python with these releases is to be had." in said
    assert rows(said) == ["oldest", "newest"]


def test_an_interrupted_canary_prints_what_it_found(canary, capsys):
    canary.failing["newest", True] = KeyboardInterrupt
    assert canary.main() == 1
    said = capsys.readouterr().out
    assert rows(said) == ["oldest"]
    assert "Stopped before the end." in said


@pytest.fixture
def flakes(monkeypatch):
    """Return flakes whose runs only pretend; `answers` holds how they end."""
    flakes = importlib.import_module("flakes")
    flakes.answers, flakes.seen = [], []

    def pretend(python, *arguments, **variables):
        flakes.seen.append((variables["OPENBLAS_NUM_THREADS"], variables["PYTHONHASHSEED"]))
        answer = flakes.answers.pop(0) if flakes.answers else (10, 0, 0)
        if answer is KeyboardInterrupt:
            raise KeyboardInterrupt
        return answer

    monkeypatch.setattr(flakes, "pytest", pretend)
    monkeypatch.setattr(flakes.sys, "argv", ["flakes.py", "4"])
    return flakes


def test_threads_and_seeds_vary(flakes, capsys):
    assert flakes.main() == 0
    assert {threads for threads, _ in flakes.seen} == {"1", "2"}
    assert len({seed for _, seed in flakes.seen}) == 4
    assert "4 of 4 runs: 0 differed" in capsys.readouterr().out


def test_a_run_that_differed_is_marked_and_is_the_answer(flakes, capsys):
    flakes.answers = [(10, 0, 0), (9, 1, 0)]
    assert flakes.main() == 1
    said = capsys.readouterr().out
    assert "4 of 4 runs: 1 differed" in said
    assert said.count("<-- failed") == 1


def test_interrupted_runs_print_what_they_found(flakes, capsys):
    flakes.answers = [(10, 0, 0), KeyboardInterrupt]
    assert flakes.main() == 1
    assert "1 of 4 runs, then stopped: 0 differed" in capsys.readouterr().out
