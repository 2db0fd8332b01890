"""Who handed in what: by a student's name, or as Canvas, Moodle and nbgrader export it."""

import contextlib
import io
import os
import random
import zipfile

import pytest

from coursework.grader.files import Failure
from coursework.grader.submissions import LARGEST, collect

NAME = "3_activations"
NOTEBOOK = b'{"cells": []}'


def lay(folder, *names, data=NOTEBOOK):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def pack(path, files, method=zipfile.ZIP_STORED):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def found(folder, **options):
    return collect(folder, NAME, ["2_logits", NAME], **options)


def test_by_the_students_name_as_a_file_or_as_a_folder(tmp_path):
    lay(tmp_path, "Zoë Nørgård.ipynb", "李 小龍/3_activations.ipynb", "O'Brien, Pat/work/x.ipynb")
    submissions, notes = found(tmp_path)
    assert [(s.student, s.system) for s in submissions] == [
        ("O'Brien, Pat", "folder"),
        ("Zoë Nørgård", "folder"),
        ("李 小龍", "folder"),
    ]
    assert notes == []
    assert all(s.read() == NOTEBOOK and not s.problem for s in submissions)


def test_the_two_spellings_of_an_accent_are_one_student(tmp_path):
    lay(tmp_path, "Zoe\u0308/a.ipynb", "Zo\u00eb/b.ipynb")
    (submission,), _ = found(tmp_path)
    assert submission.student == "Zo\u00eb"


def test_canvas(tmp_path):
    lay(
        tmp_path,
        "doejane_1234_56789_3_activations.ipynb",
        "obrienpat_LATE_77_88_homework-2.ipynb",
        "textperson_99_text.html",
        "anon_Ab3xY_123_3_activations.ipynb",
    )
    jane, pat, text, anonymous = (
        next(s for s in found(tmp_path)[0] if s.name == n)
        for n in ("doejane", "obrienpat", "textperson", "anon")
    )
    assert (jane.system, jane.id, jane.attempt, jane.late) == ("canvas", "1234", "56789", False)
    assert (pat.id, pat.attempt, pat.late) == ("77", "88", True)
    assert "no notebook" in text.problem
    assert anonymous.id == "Ab3xY"


def test_a_students_own_name_with_numbers_is_not_taken_for_canvas(tmp_path):
    lay(tmp_path, "Ana_2026_01_homework.ipynb")
    (submission,), _ = found(tmp_path)
    assert (submission.system, submission.student) == ("folder", "Ana_2026_01_homework")


def test_moodle_with_and_without_folders(tmp_path):
    lay(
        tmp_path,
        "Jane Doe_1234_assignsubmission_file_/my work.ipynb",
        "Ana María_22_assignsubmission_file/sub/3_activations.ipynb",
        "Li Wei_33_assignsubmission_file_3_activations.ipynb",
        "Li Wei_33_assignsubmission_onlinetext_onlinetext.html",
    )
    submissions, _ = found(tmp_path)
    assert [(s.name, s.id, s.system, s.problem) for s in submissions] == [
        ("Ana María", "22", "moodle", ""),
        ("Jane Doe", "1234", "moodle", ""),
        ("Li Wei", "33", "moodle", ""),
    ]


def test_nbgrader_takes_the_folder_of_this_assignment(tmp_path):
    lay(
        tmp_path,
        f"bitdiddle/{NAME}/work.ipynb",
        "bitdiddle/2_logits/work.ipynb",
        f"hacker+{NAME}+2026-01-31 12:00:00 UTC+x1/work.ipynb",
        f"hacker+{NAME}+2026-02-01 09:00:00 UTC+x2/work.ipynb",
    )
    (tmp_path / "bitdiddle" / NAME / "timestamp.txt").write_text("2026-01-30 10:00:00 UTC\n")
    bitdiddle, hacker = found(tmp_path)[0]
    assert (bitdiddle.student, bitdiddle.attempt) == ("bitdiddle", "2026-01-30 10:00:00 UTC")
    assert NAME in bitdiddle.file
    assert hacker.attempt == "2026-02-01 09:00:00 UTC"
    assert "2 files of this student" in hacker.notes[0]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("doejane_1_9_a.ipynb", "doejane_1_10_a.ipynb"),
        ("Ana/3_activations-2.ipynb", "Ana/3_activations-10.ipynb"),
        ("Ana/scratch-9.ipynb", "Ana/3_activations.ipynb"),
        ("Ana/3_activations.zip", "Ana/x.ipynb"),
    ],
)
def test_of_two_submissions_the_latest_counts_and_it_is_said(tmp_path, older, newer):
    lay(tmp_path, older, newer)
    for path in tmp_path.rglob("*"):
        os.utime(path, (1_000_000, 1_000_000))
    (submission,), _ = found(tmp_path)
    assert submission.file == newer
    assert "was marked, as the latest" in submission.notes[0]
    assert older in submission.notes[0]


def test_the_time_decides_where_names_do_not(tmp_path):
    lay(tmp_path, "Ana/b.ipynb", "Ana/a.ipynb")
    os.utime(tmp_path / "Ana" / "b.ipynb", (1, 1))
    assert found(tmp_path)[0][0].file == "Ana/a.ipynb"


def test_an_export_is_read_as_it_came(tmp_path):
    files = {
        "doejane_1_2_3_activations.ipynb": NOTEBOOK,
        "__MACOSX/._doejane_1_2_3_activations.ipynb": b"",
        "roe_3_4_3_activations.zip": pack(tmp_path / "inner.zip", {"a/work.ipynb": NOTEBOOK}).read_bytes(),
    }
    archive = pack(tmp_path / "export" / "submissions.zip", files)
    for where in (archive, archive.parent):
        jane, roe = found(where)[0]
        assert (jane.id, jane.read()) == ("1", NOTEBOOK)
        assert (roe.id, roe.read(), roe.problem) == ("3", NOTEBOOK, "")
        assert "an archive was handed in" in roe.notes[0]
    assert sorted(path.name for path in archive.parent.iterdir()) == ["submissions.zip"]


def test_nothing_leads_out_of_an_archive(tmp_path):
    names = ["../../evil.ipynb", "/etc/evil.ipynb", "a/../../evil.ipynb", "C:\\evil.ipynb", "..\\evil.ipynb"]
    archive = pack(tmp_path / "in" / "export.zip", {**dict.fromkeys(names, NOTEBOOK), "Ana.ipynb": NOTEBOOK})
    (ana,), notes = found(archive)
    assert ana.student == "Ana"
    assert len([note for note in notes if "leads out of the archive" in note]) == len(names)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["export.zip", "in"]


def test_a_bomb_is_read_to_the_limit_and_no_further(tmp_path):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("work.ipynb", bytes(3 * LARGEST))
    assert len(bomb.getvalue()) < LARGEST / 10
    lay(tmp_path, "Ana/work.zip", data=bomb.getvalue())
    pack(tmp_path / "export.zip", {"Eve/work.zip": bomb.getvalue(), "Max.ipynb": NOTEBOOK})
    ana, eve, _ = found(tmp_path)[0]
    assert len(ana.read()) == len(eve.read()) == LARGEST + 1


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "no notebook"),
        ({"a.ipynb": b"", "b.ipynb": b""}, "2 notebooks"),
        ({"../a.ipynb": b""}, "no notebook"),
        (None, "cannot be read"),
    ],
)
def test_an_archive_without_one_notebook_is_named(tmp_path, files, said):
    if files is None:
        lay(tmp_path, "Ana/work.zip", data=b"PK not an archive")
    else:
        pack(tmp_path / "Ana" / "work.zip", files)
    (ana,), _ = found(tmp_path)
    assert said in ana.problem


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_damaged_archive_is_one_students_problem(tmp_path, method):
    """Any byte may be another: the archive is read, or named as one that cannot be."""
    rng = random.Random(0)
    for kind in ("handed in", "in an export"):
        whole = pack(tmp_path / "whole.zip", {"work/x.ipynb": NOTEBOOK * 20}, method).read_bytes()
        for _ in range(150):
            damaged = bytearray(whole)
            for _ in range(rng.randint(1, 4)):
                damaged[rng.randrange(len(damaged))] = rng.randrange(256)
            if kind == "handed in":
                folder = lay(tmp_path / "folder", "ana/x.zip", data=bytes(damaged))
            else:
                folder = pack(tmp_path / "export.zip", {"ana_1_2_x.zip": bytes(damaged)}, method)
            ((submission,), _) = found(folder)
            if submission.problem:
                assert "the archive that was handed in" in submission.problem
            else:
                with contextlib.suppress(zipfile.BadZipFile):
                    assert len(submission.read()) <= LARGEST + 1


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_damaged_export_is_read_or_refused_in_words(tmp_path, method):
    rng = random.Random(0)
    whole = pack(tmp_path / "whole.zip", {"ana_1_2_x.ipynb": NOTEBOOK, "bob_3_4_x.ipynb": NOTEBOOK}, method)
    for _ in range(300):
        damaged = bytearray(whole.read_bytes())
        for _ in range(rng.randint(1, 4)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        (tmp_path / "export.zip").write_bytes(damaged)
        try:
            submissions, _ = found(tmp_path / "export.zip")
        except Failure:
            continue
        for submission in submissions:
            with contextlib.suppress(zipfile.BadZipFile):
                submission.read()


def test_links_are_named_and_not_followed(tmp_path):
    secret = lay(tmp_path, "secret/other.ipynb") / "secret"
    folder = lay(tmp_path / "in", "Ana.ipynb")
    (folder / "Eve.ipynb").symlink_to(secret / "other.ipynb")
    (folder / "Mallory").symlink_to(secret)
    (folder / "Max").mkdir()
    (folder / "Max" / "work.ipynb").symlink_to("/etc/passwd")
    submissions, _ = found(folder)
    assert {s.student: bool(s.problem) for s in submissions} == {
        "Ana": False, "Eve": True, "Mallory": True, "Max": True,
    }  # fmt: skip
    assert all("symbolic link" in s.problem for s in submissions if s.problem)


def test_a_link_in_an_archive_is_named(tmp_path):
    entry = zipfile.ZipInfo("Eve.ipynb")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    (eve,), _ = found(tmp_path / "export.zip")
    assert "symbolic link" in eve.problem


def test_what_is_no_submission_is_said(tmp_path):
    lay(tmp_path, "Ana.ipynb", "roster.csv", "Bo/essay.docx", ".DS_Store")
    (tmp_path / "Cy").mkdir()
    os.mkfifo(tmp_path / "pipe")
    submissions, notes = found(tmp_path)
    assert {s.student: s.problem for s in submissions} == {
        "Ana": "",
        "Bo": "no notebook (.ipynb) was handed in, but Bo/essay.docx",
    }
    assert notes == [
        "left aside, because it is not an ordinary file: pipe",
        "left aside, because its name names no student: roster.csv",
    ]


@pytest.mark.parametrize("make", ["missing", "empty", "text"])
def test_where_there_is_nothing_it_says_what_was_expected(tmp_path, make):
    folder = tmp_path / "in"
    if make == "empty":
        folder.mkdir()
    if make == "text":
        folder.write_text("not an archive")
    said = {
        "missing": "There is no folder",
        "empty": "one notebook .* per student",
        "text": "nor a zip archive",
    }
    with pytest.raises(Failure, match=f"(?s){said[make]}"):
        found(folder)
