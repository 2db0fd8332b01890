"""Ctrl-C, for real, in the commands: nothing is left half done or running, and the next call goes on."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="It looks for processes below /proc.")

STOPPED = "Stopped. The same command takes it up again."
# Says that it is at work and then takes its time, unless it is told not to.
SLOW = """
import os, pathlib, time
pathlib.Path({root!r}, "at-work").touch()
time.sleep(0 if pathlib.Path({root!r}, "hurry").exists() else 600)
"""


@pytest.fixture
def steps(tmp_path, house):
    """Return a small repository with these commands, set up."""
    root = tmp_path / "steps"
    (root / "book").mkdir(parents=True)
    (root / "tools").mkdir()
    for name in ("house.py", "notebooks.py", "flakes.py"):
        shutil.copy(ROOT / "tools" / name, root / "tools")
    for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        (root / name).touch()
    programs = root / ".venv" / "bin"
    programs.mkdir(parents=True)
    programs.joinpath("python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    programs.joinpath("python").chmod(0o755)
    programs.joinpath("jupyter-book").symlink_to(Path(sys.executable).with_name("jupyter-book"))
    house.ROOT = root
    inputs = house.digest([*house.REQUIREMENTS.values(), "pyproject.toml"])
    (root / ".venv" / "ready-dev").write_text(f"{inputs} {house.place()}")
    (root / "slow.py").write_text(SLOW.format(root=str(root)))
    return root


def processes_of(root):
    """Return the processes with the repository's mark in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"STEPS={root}".encode() in path.read_bytes().split(b"\0"):
                found.append(path.parent.joinpath("cmdline").read_text().replace("\0", " "))
        except OSError:
            pass
    return found


def wait_for(condition):
    deadline = time.monotonic() + 300
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert condition()


def call(root, *arguments, program="tools/house.py"):
    return subprocess.Popen(
        [sys.executable, program, *arguments],
        cwd=root,
        env={**os.environ, "STEPS": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # Tests that run in the background of a shell ignore Ctrl-C, and so would what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def interrupted(root, *arguments):
    """Call a command, press Ctrl-C when it is at work, wait until nothing of it runs; return what it said."""
    process = call(root, *arguments)
    wait_for(lambda: (root / "at-work").exists() or process.poll() is not None)
    # As in a terminal: to every process of the group.
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=300)[0]
    assert process.returncode not in (0, None), said
    wait_for(lambda: not processes_of(root))
    assert "Traceback" not in said
    (root / "hurry").touch()
    return said


def finished(root, *arguments):
    process = call(root, *arguments)
    said = process.communicate(timeout=300)[0]
    assert process.returncode == 0, said


def test_a_build_of_the_site(steps):
    (steps / "_config.yml").write_text(
        "title: Steps\nexecute: {execute_notebooks: 'off'}\nexclude_patterns: ['.*', '**/.*', _build]\n"
        "only_build_toc_files: true\nsphinx: {local_extensions: {waits: .}}\n"
    )
    (steps / "waits.py").write_text("def setup(app):\n    import slow\n")
    (steps / "_toc.yml").write_text("format: jb-book\nroot: book/index\n")
    page, html = steps / "book" / "index.md", steps / "_build" / "html"
    page.write_text("# One\n")
    (steps / "hurry").touch()
    finished(steps, "site")
    (steps / "hurry").unlink()
    (steps / "at-work").unlink()

    page.write_text("# Two\n")
    assert STOPPED in interrupted(steps, "site")
    assert "One" in (html / "book" / "index.html").read_text()
    assert {path.name for path in html.parent.iterdir()} == {"html", "lock"}
    finished(steps, "site")
    assert "Two" in (html / "book" / "index.html").read_text()


def notebook(path, *sources):
    """Write a notebook and return its bytes."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path.read_bytes()


def test_the_execution_of_the_notebooks(steps):
    shutil.move(steps / "slow.py", steps / "book")
    quick, slow = steps / "book" / "1_quick.ipynb", steps / "book" / "2_slow.ipynb"
    notebook(quick, "print('done')")
    before = notebook(slow, "print('begun')", "import slow")
    assert STOPPED in interrupted(steps, "notebooks")
    # What was done is kept, what was not is as it was.
    assert "done" in nbformat.read(quick, 4).cells[0].outputs[0].text
    assert slow.read_bytes() == before
    assert not list(steps.rglob("*.part"))
    finished(steps, "notebooks")
    assert "begun" in nbformat.read(slow, 4).cells[0].outputs[0].text


def test_a_notebook_whose_program_alone_hears_of_it(steps):
    # nbclient then stops the kernel by itself, and reports a kernel that died.
    shutil.move(steps / "slow.py", steps / "book")
    slow = steps / "book" / "slow.ipynb"
    before = notebook(slow, "import slow")
    process = call(steps, program="tools/notebooks.py")
    wait_for(lambda: (steps / "at-work").exists() or process.poll() is not None)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=300)[0] == ""
    assert process.returncode == 130
    assert slow.read_bytes() == before


def test_the_tests(steps):
    shutil.move(steps / "slow.py", steps / "book")
    before = notebook(steps / "book" / "slow.ipynb", "import slow")
    # The other parts have nothing to test here and fail at once.
    said = interrupted(steps, "test")
    assert STOPPED in said
    assert "=== notebooks" in said
    assert "=== site" not in said
    assert (steps / "book" / "slow.ipynb").read_bytes() == before


def test_the_search_for_flakes(steps):
    shutil.move(steps / "slow.py", steps / "book")
    notebook(steps / "book" / "slow.ipynb", "import slow")
    assert "0 of 30 runs, then stopped: 0 differed" in interrupted(steps, "flakes")
