"""A folder of submissions is marked: all of it, once, whatever is in it and whatever interrupts it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from coursework.grader import grade, sandbox, submissions, tasks
from coursework.grader.files import Failure

ROOT = Path(__file__).resolve().parents[2]
NAME = "3_activations"
pytestmark = pytest.mark.usefixtures("sandbox")


@pytest.fixture
def folder(tmp_path, hand_in):
    """Return a folder of submissions of many kinds."""
    folder = tmp_path / "in"
    hand_in(folder / "Perfect, Pat.ipynb")
    hand_in(folder / "Blank.ipynb", reference=False)
    hand_in(folder / "Zoë Nørgård" / "my work (2).ipynb", "softplus_by_logaddexp", "change_by_einsum")
    hand_in(folder / "doejane_LATE_12_34_3_activations.ipynb", "softplus_is_relu", "masked_inverted")
    hand_in(folder / "<b>=cmd.ipynb", "grades_sign")
    return folder


def results(out):
    paths = sorted((out / "results").glob("*.json"))
    return {(r := json.loads(path.read_text("utf-8")))["name"]: r for path in paths}


def contents(out):
    """Return every file that was written, by its path."""
    files = [path for path in sorted(out.rglob("*")) if path.is_file() and path.name != ".lock"]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def test_marks_feedback_and_summaries(coursework, folder):
    said = coursework("grade", folder, "--assignment", NAME, "--jobs", 2)
    out = folder.with_name("in-graded") / NAME
    found = results(out)
    full = [name for name, result in found.items() if result["points"] == 100]
    assert full == ["Perfect, Pat", "Zoë Nørgård"]
    assert found["Blank"]["points"] == 0
    points = {task["name"]: task["points"] for task in found["doejane"]["tasks"]}
    diagnoses = {task["name"]: task["diagnosis"] for task in found["doejane"]["tasks"]}
    assert diagnoses == {
        **dict.fromkeys(points, ""),
        "softplus": "softplus_is_relu",
        "masked_softmax": "masked_inverted",
    }
    # The corner is near zero, so far from zero a ReLU is right.
    assert points["softplus"] == 5 + 2
    assert found["doejane"]["points"] == sum(points.values()) == 15 + 7 + points["masked_softmax"] + 20 + 25
    assert found["doejane"]["late"]
    assert "5 submissions: " in said
    assert "softplus: softplus_is_relu" in said
    marks = (out / "marks.csv").read_text("utf-8-sig").splitlines()
    assert marks[0] == (
        "student,id,file,late,points,out of,softmax_temperature,softplus,masked_softmax,softmax_change,"
        "grade_probabilities,notes"
    )
    row = ",".join(str(value) for value in (found["doejane"]["points"], 100, *points.values()))
    assert f"doejane,12,doejane_LATE_12_34_3_activations.ipynb,late,{row}," in marks
    pages = {path.name: path.read_text("utf-8") for path in (out / "feedback").iterdir()}
    assert len(pages) == 5
    jane = pages["doejane_12.html"]
    assert f"{found['doejane']['points']} of 100 points" in jane
    assert "The corner isn&#x27;t rounded" in jane
    assert "softplus_is_relu" not in jane
    summary, classroom = (out / "summary.html").read_text("utf-8"), (out / "class.html").read_text("utf-8")
    assert "Zoë Nørgård" in summary
    assert not any(name in classroom for name in found)
    for page in [*pages.values(), summary, classroom]:
        assert "<b>=cmd" not in page
        assert "http" not in page
        assert str(found["Blank"]["seed"]) not in page


def test_every_link_of_the_summary_leads_to_a_page(coursework, folder):
    from urllib.parse import unquote

    coursework("grade", folder, "--assignment", NAME)
    out = folder.with_name("in-graded") / NAME
    links = re.findall(r'href="([^"]+)"', (out / "summary.html").read_text("utf-8"))
    assert len(links) == 5
    assert [link for link in links if not (out / unquote(link)).is_file()] == []


def test_the_seed_is_fresh_recorded_and_kept(coursework, folder):
    outs = [folder.with_name(name) for name in ("a", "b")]
    for out in outs:
        coursework("grade", folder, "--assignment", NAME, "--out", out)
    first, second = (json.loads((out / "grading.json").read_text())["seed"] for out in outs)
    assert first != second
    before = contents(outs[0])
    shutil.rmtree(outs[0] / "results")
    coursework("grade", folder, "--assignment", NAME, "--out", outs[0])
    assert contents(outs[0]) == before
    # The other one with the seed of the first: the same results, bit for bit.
    said = coursework("grade", folder, "--assignment", NAME, "--out", outs[1], "--seed", first, "--jobs", 1)
    assert "Another seed" in said
    assert contents(outs[1]) == before


def test_only_what_is_new_or_has_changed_is_marked(coursework, folder, hand_in):
    command = ("grade", folder, "--assignment", NAME)
    coursework(*command)
    out = folder.with_name("in-graded") / NAME
    times = {path.name: path.stat().st_mtime_ns for path in (out / "results").iterdir()}
    hand_in(folder / "Blank.ipynb")
    hand_in(folder / "New.ipynb")
    (folder / "Perfect, Pat.ipynb").unlink()
    said = coursework(*command)
    assert "3 of 5 are marked already" in said
    assert "kept, but without a submission now, so left out: Perfect_ Pat" in said
    after = {path.name: path.stat().st_mtime_ns for path in (out / "results").iterdir()}
    assert {name for name in after if after[name] != times.get(name)} == {"Blank.json", "New.json"}
    assert results(out)["Blank"]["points"] == 100
    assert "Perfect" not in (out / "marks.csv").read_text("utf-8")
    coursework("feedback", out)
    with zipfile.ZipFile(out / "feedback.zip") as archive:
        assert len(archive.namelist()) == 4
        assert not any("Perfect" in name for name in archive.namelist())


def test_changed_checks_mark_everything_again(tmp_path, coursework, folder):
    shutil.copytree(ROOT / "coursework" / NAME, tmp_path / "private" / NAME)
    command = ("grade", folder, "--assignment", NAME, "--source", tmp_path / "private")
    coursework(*command)
    checks = tmp_path / "private" / NAME / "checks.py"
    checks.write_text(
        checks.read_text().replace('"large values": 5', '"large values": 6').replace("20}", "20}")
    )
    said = coursework(*command)
    assert "has changed since the last time: all are marked again" in said
    assert "are marked already" not in said
    assert results(folder.with_name("in-graded") / NAME)["Perfect, Pat"]["out_of"] == 101


BAD = {
    "Empty": (b"", "the file is empty"),
    "Text": (b"Dear teacher,", "not in the JSON format"),
    "Deep": (b"[" * 1_000_000, "nested too deeply"),
    "Other": (b'{"a": 1}', "no list of cells"),
    "Large": (b'"' * 10_000_001, "larger than 10 MB"),
}


def test_what_cannot_be_marked_gets_no_points_and_a_reason(tmp_path, coursework, folder):
    for name, (data, _) in BAD.items():
        (folder / f"{name}.ipynb").write_bytes(data)
    (folder / "Link.ipynb").symlink_to("/etc/passwd")
    (folder / "Word").mkdir()
    (folder / "Word" / "essay.docx").write_bytes(b"x")
    (folder / "Bomb").mkdir()
    with zipfile.ZipFile(folder / "Bomb" / "work.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("work.ipynb", b"x" * 20_000_000)
    broken = folder / "Broken" / "work.zip"
    broken.parent.mkdir()
    with zipfile.ZipFile(broken, "w") as archive:
        archive.writestr("work.ipynb", b"A" * 1000)
    broken.write_bytes(broken.read_bytes().replace(b"AAAA", b"AAAB", 1))
    coursework("grade", folder, "--assignment", NAME)
    out = folder.with_name("in-graded") / NAME
    found = results(out)
    reasons = {name: reason for name, (_, reason) in BAD.items()} | {
        "Link": "a symbolic link was handed in",
        "Word": "no notebook",
        "Bomb": "larger than 10 MB",
        "Broken": "cannot be read",
    }
    assert {name: found[name]["points"] for name in reasons} == dict.fromkeys(reasons, 0)
    assert [name for name, reason in reasons.items() if reason not in found[name]["problem"]] == []
    assert found["Perfect, Pat"]["points"] == 100
    assert "root:" not in "".join(path.read_text("utf-8") for path in out.rglob("*.html"))


def test_another_assignments_notebook_is_named(tmp_path, coursework, hand_in):
    path = hand_in(tmp_path / "in" / "Ana.ipynb")
    path.write_text(path.read_text("utf-8").replace('"3_activations"', '"4_losses"'), "utf-8")
    coursework("grade", tmp_path / "in", "--assignment", NAME)
    assert "says that it is 4_losses" in results(tmp_path / "in-graded" / NAME)["Ana"]["notes"][0]


def processes_of(mark):
    """Return the processes with a mark in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            pass
    return found


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_grading_that_is_ended_half_way_goes_on_as_if_nothing_had_happened(
    tmp_path, coursework, hand_in, how
):
    folder = tmp_path / "in"
    for i in range(16):
        hand_in(
            folder / f"Student {i}.ipynb", *["softplus_is_relu"] * (i % 2), *["grades_sign"] * (i % 3 == 0)
        )
    command = ("grade", folder, "--assignment", NAME, "--seed", "11", "--jobs", "2")
    coursework(*command, "--out", tmp_path / "whole")

    mark = f"{tmp_path.name}-{how}"
    process = subprocess.Popen(
        [sys.executable, "-m", "coursework", *map(str, command), "--out", str(tmp_path / "ended")],
        cwd=ROOT, env={**os.environ, "GRADING_TEST": mark}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
        # Tests that run in the background of a shell ignore Ctrl-C, and so would what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    done = tmp_path / "ended" / "results"
    deadline = time.monotonic() + 60
    while len(list(done.glob("*.json"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    if how == signal.SIGINT:
        # As Ctrl-C in a terminal: to every process of the group.
        os.killpg(process.pid, how)
    else:
        process.send_signal(how)
    said = process.communicate()[0].decode()
    assert 2 <= len(list(done.glob("*.json"))) < 16
    if how == signal.SIGINT:
        assert "Stopped. What is done is kept; the same command goes on." in said
        assert "Traceback" not in said
    while processes_of(mark) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_of(mark) == []

    kept = {path.name: path.read_bytes() for path in done.glob("*.json")}
    said = coursework(*command, "--out", tmp_path / "ended")
    assert f"{len(kept)} of 16 are marked already" in said
    assert contents(tmp_path / "ended") == contents(tmp_path / "whole")


def test_a_second_grading_at_the_same_time_is_refused(tmp_path, coursework, folder):
    with grade._alone(tmp_path / "out"):
        said = coursework("grade", folder, "--assignment", NAME, "--out", tmp_path / "out", check=1)
    assert "Another grading is at work" in said


def test_without_a_sandbox_nothing_is_marked(tmp_path, folder, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Failure, match=r"(?s)bubblewrap.*apt install bubblewrap"):
        grade.grade(folder, NAME, source=ROOT / "coursework", jobs=1)
    assert not (folder.with_name("in-graded") / NAME / "results").exists()
    # Unless told so, and then it is on record.
    grade.grade(folder, NAME, source=ROOT / "coursework", sandbox=sandbox.UNSAFE)
    found = results(folder.with_name("in-graded") / NAME)
    assert found["Perfect, Pat"]["points"] == 100
    assert {result["sandboxed"] for result in found.values()} == {False}


def test_where_the_reference_itself_fails_nothing_is_marked(tmp_path, coursework, folder):
    shutil.copytree(ROOT / "coursework" / NAME, tmp_path / "private" / NAME)
    checks = tmp_path / "private" / NAME / "checks.py"
    impossible = 'Case("ordinary values", (np.zeros(1), 1.0), judge=lambda *_: False)'
    checks.write_text(
        checks.read_text() + f"\nCASES = lambda rng: [*softplus_cases(rng), {impossible}]\n"
        "TASKS[1] = Task(TASKS[1].name, TASKS[1].points, CASES)\n"
    )
    said = coursework("grade", folder, "--assignment", NAME, "--source", tmp_path / "private", check=1)
    assert "Nothing was marked: here the reference solution itself fails in softplus" in said
    assert not list(tmp_path.rglob("results"))


def test_what_is_asked_wrongly_is_answered_in_words(tmp_path, coursework, folder):
    out = tmp_path / "out"
    said = coursework("grade", folder, "--assignment", "9_nothing", check=1)
    assert "9_nothing" in said
    assert "3_activations, " in said
    for part in (out / "results" / ".x.json.1.part", out / "feedback" / ".x.html.1.part"):
        part.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
    assert "There is no folder" in coursework("grade", tmp_path / "no", "--assignment", NAME, check=1)
    assert "--jobs 0" in coursework("grade", folder, "--assignment", NAME, "--jobs", 0, check=1)
    assert "holds no grading" in coursework("feedback", tmp_path, check=1)
    coursework("grade", folder, "--assignment", NAME, "--out", out)
    assert list(out.rglob("*.part")) == []
    said = coursework("grade", folder, "--assignment", "4_losses", "--out", out, check=1)
    assert f"holds a grading of {NAME}" in said
    assert results(out)["Perfect, Pat"]["points"] == 100


def test_a_gradebook_is_filled_and_feedback_packed(tmp_path, coursework, hand_in):
    hand_in(tmp_path / "in" / "doejane_12_34_3_activations.ipynb", "softplus_is_relu")
    hand_in(tmp_path / "in" / "eve_99_35_3_activations.ipynb")
    book = tmp_path / "grades.csv"
    book.write_text(
        'Student,ID,SIS Login ID,Section,Assignment 3 (7)\nPoints Possible,,,,100\n"Doe, Jane",12,j,A,\n'
    )
    said = coursework("grade", tmp_path / "in", "--assignment", NAME, "--gradebook", book)
    assert "not in the gradebook: eve" in said
    out = tmp_path / "in-graded" / NAME
    points = results(out)["doejane"]["points"]
    assert f'"Doe, Jane",12,j,A,{points}' in (out / "canvas.csv").read_text()
    assert "feedback-canvas.zip" in coursework("feedback", out)
    with zipfile.ZipFile(out / "feedback-canvas.zip") as archive:
        assert archive.namelist() == ["doejane_12_34_3_activations.ipynb", "eve_99_35_3_activations.ipynb"]


def test_a_file_that_cannot_be_read_is_no_students_fault(folder, monkeypatch):
    path = folder / "Blank.ipynb"
    opening = Path.open

    def deny(self, *arguments, **options):
        if self == path:
            raise PermissionError(13, "Permission denied")
        return opening(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", deny)
    with pytest.raises(Failure, match=r"Blank\.ipynb can't be read here: Permission denied"):
        grade._read(next(s for s in submissions.collect(folder, NAME)[0] if s.name == "Blank"))


def test_help_says_what_there_is(coursework):
    said = coursework("--help")
    assert [verb for verb in ("new", "release", "check", "grade", "feedback") if verb not in said] == []
    assert "--unsafe-no-sandbox" in coursework("grade", "--help")


def test_all_that_decides_a_mark_is_in_its_fingerprint(tmp_path):
    shutil.copytree(ROOT / "coursework" / NAME, tmp_path / NAME)
    before = grade.fingerprint_of(tmp_path, NAME)
    assert before == grade.fingerprint_of(ROOT / "coursework", NAME)
    for name in ("assignment.ipynb", "checks.py", "mistakes.py", "alternatives.py"):
        with (tmp_path / NAME / name).open("a") as file:
            file.write("\n")
        assert grade.fingerprint_of(tmp_path, NAME) != before
        before = grade.fingerprint_of(tmp_path, NAME)
    with pytest.raises(Failure, match="not the same on every machine"):
        grade.judge(str(tmp_path), NAME, "another", 1, True, b"")
    assert tasks.load(tmp_path / NAME).name == NAME
