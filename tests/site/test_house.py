"""The commands say what to do when they can't do it."""

import ast
import socket
import subprocess
import sys
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "tools" / "house.py"


def test_it_parses_on_an_old_python():
    ast.parse(HOUSE.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_an_old_python_is_told_which_one_is_needed():
    pretend = f"""
import runpy, sys
sys.version_info = (3, 8, 10, "final", 0)
sys.argv = ["house.py", "setup"]
runpy.run_path({str(HOUSE)!r}, run_name="__main__")
"""
    answer = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True)
    assert answer.returncode == 1
    assert "Python 3.11 or newer is needed; this is 3.8.10" in answer.stderr


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_names_the_package(house, monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(house.Failure, match="apt install python3-venv"):
        house.setup("book")


def test_a_port_in_use_is_named_with_another(house):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(house.Failure, match=rf"(?s)Port {port} .* PORT={port + 1} "):
            house.book(Path(sys.executable), port)


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        (
            "ERROR: Could not find a version that satisfies x (from versions: none)",
            "Is this machine online",
        ),
        ("error: the wheel cannot be built", "Its last lines, above, say why"),
    ],
)
def test_a_failed_installation_is_explained(house, monkeypatch, said, advice):
    failed = types.SimpleNamespace(returncode=1, stdout=said)
    monkeypatch.setattr(house.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(house.Failure, match=advice) as caught:
        house.install(Path(sys.executable), "requirements.txt")
    assert said in str(caught.value)


def test_an_interrupted_set_up_is_taken_up_again(house, monkeypatch, tmp_path):
    for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    calls = []

    def install(python, requirements):
        calls.append(requirements)
        if len(calls) == 1:
            raise KeyboardInterrupt

    def run(command, what_failed):
        python = house.venv_python()
        python.parent.mkdir(parents=True)
        python.touch()

    monkeypatch.setattr(house, "ROOT", tmp_path)
    monkeypatch.setattr(house, "install", install)
    monkeypatch.setattr(house, "run", run)
    with pytest.raises(KeyboardInterrupt):
        house.setup("dev")
    house.setup("dev")
    assert calls == ["requirements-dev.txt"] * 2
    # Nothing changed, and the maintainers' environment serves the book too.
    house.setup("dev")
    house.setup("book")
    assert len(calls) == 2
    (tmp_path / "requirements.txt").write_text("another pin", encoding="utf-8")
    house.setup("book")
    assert calls[2:] == ["requirements.txt"]


def test_help_names_every_verb():
    answer = subprocess.run([sys.executable, str(HOUSE), "--help"], capture_output=True, text=True)
    assert answer.returncode == 0
    for verb in ("setup", "site", "book", "test", "notebooks", "lab", "clean"):
        assert f"\n    {verb}" in answer.stdout
