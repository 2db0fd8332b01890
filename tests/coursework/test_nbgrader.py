"""nbgrader opens our notebooks: it validates them, autogrades them, and shows them for marking by hand."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

NAME = "3_activations"


@pytest.fixture(scope="module")
def nbgrader(tmp_path_factory):
    """Return a course folder, and a function that gives nbgrader a command in it."""
    pytest.importorskip("nbgrader", reason="nbgrader is a requirement of development only")
    course = tmp_path_factory.mktemp("course")
    # Nobody's own settings, nothing left in anybody's home; nbgrader calls a command of its environment.
    path = f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "HOME": str(course / "home"), "JUPYTER_PLATFORM_DIRS": "1"}
    (course / "home").mkdir()

    def run(*arguments, **options):
        command = [sys.executable, "-m", "nbgrader", *map(str, arguments)]
        answer = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True)
        return answer.stdout + answer.stderr

    run.course, run.environment = course, environment
    return run


def test_it_validates_what_students_get(nbgrader, hand_in):
    # With the stubs its answer is that the checks fail, each for the task that is to be written.
    said = nbgrader("validate", hand_in.write(nbgrader.course / "stubs.ipynb", hand_in.blank))
    assert said.count("NotImplementedError: ") == len(hand_in.assignment.tasks)
    assert "softmax_temperature" in said
    said = nbgrader("validate", hand_in(nbgrader.course / "solved.ipynb"))
    assert "Success! Your notebook passes all the tests." in said


@contextlib.contextmanager
def server(nbgrader):
    """Run nbgrader's pages on this machine, and yield a function that gets one."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser", "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=token",
        "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}",
        f"--CourseDirectory.root={nbgrader.course}",
    ]  # fmt: skip
    with (nbgrader.course / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=nbgrader.course, env=nbgrader.environment, stdout=log, stderr=log
        )

    def get(path):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/{path}", headers={"Authorization": "token token"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    try:
        for _ in range(300):
            try:
                get("api")
                break
            except urllib.error.URLError:
                assert process.poll() is None, (nbgrader.course / "server.log").read_text()
                time.sleep(0.1)
        yield get
    finally:
        process.terminate()
        process.wait()


def test_it_autogrades_and_shows_a_submission_for_marking_by_hand(nbgrader, hand_in):
    course = nbgrader.course
    hand_in.write(course / "source" / NAME / f"{NAME}.ipynb", hand_in.source)
    said = nbgrader("generate_assignment", NAME, "--create")
    assert "ERROR" not in said, said
    released = json.loads((course / "release" / NAME / f"{NAME}.ipynb").read_text("utf-8"))
    assert "### BEGIN SOLUTION" not in json.dumps(released), said
    # What we release has the cells that nbgrader's own release has.
    ids = [
        [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]]
        for notebook in (hand_in.blank, released)
    ]
    assert ids[0] == ids[1]
    # Handed in on the notebook that we released, with one function that a visible check finds wrong.
    hand_in(course / "submitted" / "ana" / NAME / f"{NAME}.ipynb", "softplus_not_divided")
    said = nbgrader("autograde", NAME, "--create")
    with server(nbgrader) as get:
        (submission,) = json.loads(get(f"formgrader/api/submissions/{NAME}"))
        assert (submission["student"], submission["max_score"]) == ("ana", 100), said
        assert submission["score"] == 100 - sum(hand_in.assignment.tasks[1].points.values())
        (notebook,) = json.loads(get(f"formgrader/api/submitted_notebooks/{NAME}/{NAME}"))
        page = get(f"formgrader/submissions/{notebook['id']}/?index=0")
    # The student's function and a box for points beside it.
    assert "def softplus_not_divided(z, beta):" in re.sub("<[^>]*>", "", page)
    assert re.search('<input class="score[^>]*id="softplus-check"', page)
