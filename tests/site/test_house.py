"""The commands say what to do when they can't do it."""

import ast
import re
import shutil
import socket
import subprocess
import sys
import threading
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


def test_a_port_in_use_is_named_with_a_way_out(house):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(house.Failure, match=rf"(?s)Port {port} .* PORT=0 "):
            house.book(Path(sys.executable), port)


def test_a_port_that_cannot_be_is_named_too(house):
    with pytest.raises(house.Failure, match="Port 99999 cannot be used"):
        house.book(Path(sys.executable), 99999)


@pytest.fixture
def newcomer(house, monkeypatch, tmp_path):
    """Return a house where venv and pip only pretend; `calls` holds what ran, `answers` what comes of it."""
    house.ROOT, house.calls, house.answers = tmp_path / "steps", [], []
    house.ROOT.mkdir()
    for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        (house.ROOT / name).write_text(name, encoding="utf-8")

    def pretend(command, **options):
        house.calls.append("venv" if "venv" in command else command[-1])
        answer = house.answers.pop(0) if house.answers else (0, "")
        if answer is KeyboardInterrupt:
            raise KeyboardInterrupt
        if "venv" in command:
            # Fails where an old one is still there.
            house.venv_python().parent.mkdir(parents=True)
            house.venv_python().touch()
        return types.SimpleNamespace(returncode=answer[0], stdout=answer[1])

    monkeypatch.setattr(house.subprocess, "run", pretend)
    return house


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
def test_a_failed_installation_is_explained_and_can_be_repeated(newcomer, said, advice):
    newcomer.answers = [(0, ""), (1, said)]
    with pytest.raises(newcomer.Failure, match=advice) as caught:
        newcomer.setup("book")
    assert said in str(caught.value)
    newcomer.setup("book")
    # pip cleans up where it fails by itself, so what it has installed may stay.
    assert newcomer.calls == ["venv", "requirements.txt", "requirements.txt"]


@pytest.mark.parametrize("step", [0, 1], ids=["venv", "pip"])
def test_an_interrupted_set_up_starts_from_nothing(newcomer, step):
    newcomer.answers = [(0, "")] * step + [KeyboardInterrupt]
    with pytest.raises(KeyboardInterrupt):
        newcomer.setup("dev")
    newcomer.calls.clear()
    newcomer.setup("dev")
    assert newcomer.calls == ["venv", "requirements-dev.txt"]


def test_a_set_up_is_repeated_only_where_something_changed(newcomer):
    newcomer.setup("dev")
    newcomer.calls.clear()
    # The maintainers' environment serves the book too.
    newcomer.setup("dev")
    newcomer.setup("book")
    assert newcomer.calls == []
    (newcomer.ROOT / "requirements.txt").write_text("another pin", encoding="utf-8")
    newcomer.setup("book")
    assert newcomer.calls == ["requirements.txt"]


def test_a_repository_that_was_moved_gets_a_new_environment(newcomer):
    newcomer.setup("book")
    newcomer.calls.clear()
    newcomer.ROOT = newcomer.ROOT.rename(newcomer.ROOT.with_name("moved"))
    newcomer.setup("book")
    assert newcomer.calls == ["venv", "requirements.txt"]


def test_an_interrupted_set_up_of_another_level_is_not_taken_for_done(newcomer):
    newcomer.setup("book")
    newcomer.answers = [KeyboardInterrupt]
    with pytest.raises(KeyboardInterrupt):
        newcomer.setup("dev")
    newcomer.calls.clear()
    newcomer.setup("book")
    assert newcomer.calls == ["venv", "requirements.txt"]


def test_two_calls_take_turns(house, monkeypatch, tmp_path):
    house.ROOT, waiting, order = tmp_path, threading.Event(), []
    monkeypatch.setattr(house, "say", lambda text: waiting.set())

    def second():
        with house.alone():
            order.append("second")

    thread = threading.Thread(target=second)
    with house.alone():
        thread.start()
        assert waiting.wait(10)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


def test_a_build_replaces_the_site_as_a_whole_or_not_at_all(house, monkeypatch, tmp_path):
    house.ROOT = tmp_path
    (tmp_path / "book").mkdir()
    for name in ("_config.yml", "_toc.yml", "requirements.txt", "book/index.md"):
        (tmp_path / name).write_text("one", encoding="utf-8")
    html = tmp_path / "_build" / "html"

    def build(command, what_failed, **options):
        stage = Path(command[-5]) / "_build" / "html"
        stage.mkdir(parents=True)
        (stage / "index.html").write_text((tmp_path / "book" / "index.md").read_text(encoding="utf-8"))
        if interrupted:
            raise KeyboardInterrupt

    monkeypatch.setattr(house, "run", build)
    interrupted = False
    house.site(Path(sys.executable))
    assert house.site_is_current()

    (tmp_path / "book" / "index.md").write_text("two", encoding="utf-8")
    interrupted = True
    with pytest.raises(KeyboardInterrupt):
        house.site(Path(sys.executable))
    assert (html / "index.html").read_text() == "one"
    assert not house.site_is_current()

    interrupted = False
    house.site(Path(sys.executable))
    assert (html / "index.html").read_text() == "two"
    assert house.site_is_current()
    assert {path.name for path in html.parent.iterdir()} == {"html", "lock"}


@pytest.fixture
def shelf(house, monkeypatch, tmp_path):
    """Return a house whose site and editions are made of one line; `made` names what was made."""
    house.ROOT, house.made = tmp_path, []
    landing = (ROOT / "book" / "index.md").read_text(encoding="utf-8")
    offers = [line for line in landing.splitlines() if 'class="edition' in line]
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "index.md").write_text("one", encoding="utf-8")
    for name in ("_config.yml", "_toc.yml", "requirements.txt", "requirements-dev.txt", "tools"):
        (tmp_path / name).touch()

    def make(command, what_failed, **options):
        if "build" in command:
            page = Path(command[-5]) / "_build" / "html" / "book" / "index.html"
            page.parent.mkdir(parents=True)
            # As Sphinx writes code.
            page.write_text(re.sub("`(.*?)`", r"<code><span>\1</span></code>", offers[0]), encoding="utf-8")
            return
        kind = Path(command[-1]).stem
        house.made.append(kind)
        folder = tmp_path / "_build" / kind
        folder.mkdir(exist_ok=True)
        (folder / house.EDITIONS[kind]).write_text(
            (tmp_path / "book" / "index.md").read_text("utf-8"), "utf-8"
        )

    monkeypatch.setattr(house, "run", make)
    house.page = tmp_path / "_build" / "html" / "book" / "index.html"
    return house


def test_the_first_page_links_the_editions_that_there_are(shelf):
    python, html = Path(sys.executable), shelf.page.parents[1]
    shelf.site(python)
    assert "<a " not in shelf.page.read_text("utf-8")
    assert "make pdf" in shelf.page.read_text("utf-8")

    shelf.edition(python, "pdf")
    assert '<a class="edition pdf" href="../seven-steps.pdf">PDF</a> or as' in shelf.page.read_text("utf-8")
    assert "make epub" in shelf.page.read_text("utf-8")
    shelf.all_editions(python)
    assert "make" not in shelf.page.read_text("utf-8")
    assert shelf.made == ["pdf", "epub"]
    assert {path.name for path in html.iterdir()} >= {"seven-steps.pdf", "seven-steps.epub"}


def test_an_edition_of_older_sources_is_offered_no_longer(shelf):
    python = Path(sys.executable)
    shelf.edition(python, "pdf")
    (shelf.ROOT / "book" / "index.md").write_text("two", encoding="utf-8")
    shelf.site(python)
    assert "<a " not in shelf.page.read_text("utf-8")
    shelf.edition(python, "pdf")
    assert (shelf.page.parents[1] / "seven-steps.pdf").read_text("utf-8") == "two"


def test_a_site_made_anew_offers_the_editions_that_still_fit(shelf):
    python = Path(sys.executable)
    shelf.edition(python, "epub")
    shutil.rmtree(shelf.page.parents[1])
    shelf.site(python)
    assert '<a class="edition epub" href="../seven-steps.epub">EPUB</a>' in shelf.page.read_text("utf-8")
    assert shelf.made == ["epub"]


def test_what_tools_leave_behind_does_not_make_the_site_old(house, tmp_path):
    house.ROOT = tmp_path
    (tmp_path / "lib" / "sevensteps").mkdir(parents=True)
    (tmp_path / "lib" / "sevensteps" / "logits.py").touch()
    before = house.digest(["lib"])
    for folder in ("sevensteps/__pycache__", "sevensteps.egg-info", ".ipynb_checkpoints"):
        (tmp_path / "lib" / folder).mkdir()
        (tmp_path / "lib" / folder / "left.txt").touch()
    assert house.digest(["lib"]) == before
    (tmp_path / "lib" / "sevensteps" / "logits.py").write_text("x = 1", encoding="utf-8")
    assert house.digest(["lib"]) != before


@pytest.mark.parametrize(
    ("found", "user", "calls"),
    [
        ({"apt-get"}, 0, ["update", "bubblewrap"]),
        ({"apt-get", "bwrap"}, 0, []),
        ({"apt-get"}, 1000, []),
        (set(), 0, []),
    ],
    ids=["root on Debian", "there already", "no root", "no Debian"],
)
def test_the_sandbox_is_installed_where_nobody_has_to_be_asked(newcomer, monkeypatch, found, user, calls):
    monkeypatch.setattr(newcomer.shutil, "which", lambda name: name if name in found else None)
    monkeypatch.setattr(newcomer.os, "geteuid", lambda: user, raising=False)
    newcomer.bubblewrap()
    assert newcomer.calls == calls


def test_help_names_every_verb():
    answer = subprocess.run([sys.executable, str(HOUSE), "--help"], capture_output=True, text=True)
    assert answer.returncode == 0
    (verbs,) = re.findall(r"^\.PHONY: help (.+)", (ROOT / "Makefile").read_text(), re.M)
    for verb in verbs.split():
        assert f"\n    {verb}" in answer.stdout
