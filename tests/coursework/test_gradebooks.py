"""Marks go into the gradebooks that Canvas and Moodle exported, and feedback back by the names they know."""

import csv
import io
import json
import zipfile

import pytest

from coursework.grader import gradebooks
from coursework.grader.files import Failure

NAMES = ("Assignment 3: Activations", "Assignment 3", "3_activations")
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,"
    "Assignment 2 (11),Assignment 3: Activations (12),Final Score\r\n"
    ",,,,,Manual Posting,,\r\n"
    "    Points Possible,,,,,10,100,(read only)\r\n"
    '"Doe, Jane",1234,s-1,jane@example.org,Lab 1,7,,70\r\n'
    '"Ørsted, Åse",77,=s-2,ase,Lab 1,,55,\r\n'
    '"Roe, Rex",78,s-3,rex,Lab 2,,EX,\r\n'
    '"Poe, Pat",79,s-4,pat,Lab 2,9,,\r\n'
    '"Student, Test",80,,x,Lab 2,,,\r\n'
)
MOODLE = (
    '\ufeffIdentifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\r\n'
    'Participant 501,"Jane Doe",jane@example.org,"Submitted for grading - ",,50.00,Yes,"1 May 2026",-,\r\n'
    'Participant 502,"Zoë =Nørgård",zoe@example.org,"No submission",,50.00,Yes,-,-,"+1 for effort"\r\n'
)


def result(name, points, system="canvas", id="", **more):
    return {
        "student": f"{name}_{id}" if id else name,
        "name": name,
        "id": id or name,
        "system": system,
        "file": f"{name}_{id}_5_3_activations.ipynb",
        "late": False,
        "attempt": "5",
        "notes": [],
        "problem": "",
        "points": points,
        "out_of": 100,
        "assignment": "3_activations",
        "tasks": [{"name": "softplus", "points": points}],
        **more,
    }


def fill(tmp_path, text, results, names=NAMES, column=""):
    path = tmp_path / "export.csv"
    path.write_bytes(text.encode())
    return gradebooks.fill(path, results, names, column)


def rows(text):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_canvas_keeps_ids_and_leaves_the_other_assignments_out(tmp_path):
    results = [
        result("doejane", 87, id="1234"),
        result("orstedase", 40, id="77"),
        result("roerex", 90, id="78"),
    ]
    system, text, notes = fill(tmp_path, CANVAS, results)
    assert system == "canvas"
    assert rows(text) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Assignment 3: Activations (12)"],
        ["", "", "", "", "", ""],
        ["    Points Possible", "", "", "", "", "100"],
        ["Doe, Jane", "1234", "s-1", "jane@example.org", "Lab 1", "87"],
        ["Ørsted, Åse", "77", "'=s-2", "ase", "Lab 1", "40"],
        ["Roe, Rex", "78", "s-3", "rex", "Lab 2", "EX"],
        ["Poe, Pat", "79", "s-4", "pat", "Lab 2", ""],
        ["Student, Test", "80", "", "x", "Lab 2", ""],
    ]
    assert notes == [
        "excused in the gradebook, and left so: roerex",
        "without a submission, and left as they were: 2 (Poe, Pat; Student, Test)",
        "1 marks in the gradebook were others before",
    ]


def test_a_student_that_the_gradebook_does_not_know_is_named(tmp_path):
    _, text, notes = fill(tmp_path, CANVAS, [result("eve", 100, id="9999")])
    assert "100" not in [row[-1] for row in rows(text)[3:]]
    assert notes[0].startswith(
        "not in the gradebook: eve (eve_9999_5_3_activations.ipynb): no row has the id 9999"
    )


@pytest.mark.parametrize("name", ["Jane Doe", "Doe, Jane", "doe,jane", "jane@example.org", "s-1"])
def test_without_ids_students_are_found_by_name_login_or_address(tmp_path, name):
    _, text, _ = fill(tmp_path, CANVAS, [result(name, 87, system="folder")])
    assert [row[-1] for row in rows(text)[3:]] == ["87", "55", "EX", "", ""]


def test_two_students_of_one_name_are_not_guessed(tmp_path):
    twice = CANVAS.replace("Poe, Pat", "Doe, Jane")
    _, text, notes = fill(tmp_path, twice, [result("Jane Doe", 87, system="folder")])
    assert "87" not in text
    assert "2 rows have that name" in notes[0]


def test_marks_are_scaled_to_what_the_gradebook_gives(tmp_path):
    _, text, notes = fill(
        tmp_path, CANVAS.replace(",100,(read", ",8,(read"), [result("doejane", 87, id="1234")]
    )
    assert rows(text)[3][-1] == "6.96"
    assert "out of 8" in notes[-1]


def test_moodle(tmp_path):
    results = [result("Jane Doe", 87, "moodle", "501"), result("Zoë", 50, "moodle", "502")]
    system, text, notes = fill(tmp_path, MOODLE, results)
    assert system == "moodle"
    assert text.startswith("\ufeffIdentifier")
    jane, zoe = rows(text)[1:]
    assert jane[:5] == ["Participant 501", "Jane Doe", "jane@example.org", "Submitted for grading - ", "43.5"]
    assert jane[8] == "-"
    assert zoe[1] == "Zoë =Nørgård"
    assert zoe[9] == "'+1 for effort"
    assert len(notes) == 1


def test_semicolons_stay_semicolons(tmp_path):
    text = CANVAS.replace(",", ";").replace("Doe;", "Doe,")
    _, filled, _ = fill(tmp_path, text, [result("doejane", 87, id="1234")])
    assert '"Doe, Jane";1234;' in filled or "Doe, Jane;1234;" in filled


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "neither a gradebook .* Its columns: a, b"),
        ("", "holds no students"),
        (
            CANVAS.replace("Assignment 3: Activations", "Homework"),
            "--column.*Assignment 2 .11.; Homework .12.",
        ),
    ],
)
def test_another_table_is_refused_in_words(tmp_path, text, said):
    with pytest.raises(Failure, match=f"(?s){said}"):
        fill(tmp_path, text, [result("doejane", 87, id="1234")])


def test_the_column_can_be_named(tmp_path):
    for column in ("Assignment 2 (11)", "assignment 2"):
        _, text, _ = fill(tmp_path, CANVAS, [result("doejane", 87, id="1234")], column=column)
        assert rows(text)[0][-1] == "Assignment 2 (11)"
        assert rows(text)[3][-1] == "8.7"


def test_no_cell_of_the_plain_table_is_a_formula():
    evil = '=HYPERLINK("http://x")'
    text = gradebooks.plain([result(evil, 87, system="folder", notes=["@x", "-1+2"])], ["softplus"])
    (row,) = rows(text)[1:]
    assert row[:2] == [f"'{evil}"] * 2
    assert row[4:7] == ["87", "100", "87"]
    assert row[-1] == "'@x; -1+2"


@pytest.mark.parametrize("value", ["=1", "+cmd", "-cmd", "@x", "\t=1", "\r=1", "=-1", "-1+1", "+1e5x"])
def test_what_a_spreadsheet_would_run_is_neutralised(value):
    assert gradebooks.cell(value) == f"'{value}"


@pytest.mark.parametrize("value", ["-1", "+1", "-1.5", "-1,5", "-", "a=b", "3 - 2", 12, -0.5])
def test_numbers_stay_numbers(value):
    assert gradebooks.cell(value) == str(value)


def test_feedback_goes_back_in_the_form_of_each_platform():
    page = "<html><body><main>\n<h1>87 of 100</h1>\n</main></body></html>"
    results = [
        result("doejane", 87, id="1234"),
        result("textperson", 0, id="99", file="textperson_99_text.html", attempt=""),
        result("Jane Doe", 87, "moodle", "501", file="Jane Doe_501_assignsubmission_file/work.ipynb"),
        result("bitdiddle", 87, "nbgrader", file="bitdiddle/3_activations/work.ipynb"),
        result("../Zoë", 87, "folder", file="../Zoë.ipynb"),
    ]
    archives, notes = gradebooks.feedback(results, {r["student"]: page for r in results})
    names = {name: zipfile.ZipFile(io.BytesIO(data)).namelist() for name, data in archives.items()}
    by_hand = names.pop("feedback.zip")
    assert names == {
        # The ids in the name that Canvas gave are those that it looks for.
        "feedback-canvas.zip": ["doejane_1234_5_3_activations.ipynb"],
        # Underscores part the name: full name, id, plugin type, plugin, file.
        "feedback-moodle.zip": ["Jane Doe_501_assignfeedback_file_feedback.html"],
        "feedback-nbgrader.zip": ["bitdiddle/3_activations/work.html"],
    }
    assert not any(name.startswith((".", "/")) or ".." in name for name in by_hand)
    assert notes == ["to be sent by hand, since Canvas attaches files to notebooks only: textperson_99"]
    canvas = zipfile.ZipFile(io.BytesIO(archives["feedback-canvas.zip"]))
    (cell,) = json.loads(canvas.read(canvas.namelist()[0]))["cells"]
    assert "<h1>87 of 100</h1>" in cell["source"]
