"""The concept inventory: whole, even, fair to guessers. Papers give nothing away; the analysis adds up."""

import collections
import json
import re
from pathlib import Path

import pytest

from coursework.inventory import analysis, bank, paper
from coursework.inventory.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
WORDS, ASKED = bank.questions()
KEY = bank.key(ASKED)


# --- The questions ---


def test_there_are_25_with_at_least_three_for_each_step():
    steps = collections.Counter(question.step for question in ASKED)
    assert len(ASKED) == 25
    assert set(steps) == set(range(1, 8))
    assert min(steps.values()) >= 3


def test_whoever_always_takes_one_letter_or_the_longest_answer_only_guesses():
    letters = collections.Counter(KEY.right.values())
    assert set(letters) == set("ABCD")
    assert max(letters.values()) - min(letters.values()) <= 1
    longest = shortest = 0
    for question in ASKED:
        lengths = [len(option) for option in question.options]
        own = lengths[bank.LETTERS.index(KEY.right[question.number])]
        longest, shortest = longest + (own == max(lengths)), shortest + (own == min(lengths))
    # A guess finds a quarter of 25; three standard deviations more would be 12.7.
    assert longest <= 9
    assert shortest <= 9


def test_every_misconception_is_used_and_shown_in_the_course():
    used = {slug for wrong in KEY.wrong.values() for slug in wrong.values()}
    assert used == set(KEY.names)
    assert len(set(KEY.names.values())) == len(KEY.names)
    for cell in KEY.cells.values():
        page, name = cell.rsplit("/", 1)
        notebook = json.loads((ROOT / "book" / f"{page}.ipynb").read_text(encoding="utf-8"))
        assert name in {each["id"] for each in notebook["cells"]}, cell


def test_no_question_stands_in_a_chapter():
    def plain(text):
        return re.sub(r"\W+", " ", text).lower()

    chapters = plain(
        " ".join(
            "".join(cell["source"])
            for path in sorted((ROOT / "book").rglob("[!.]*.ipynb"))
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        )
    )
    for question in ASKED:
        assert plain(question.stem) not in chapters
        for option in question.options:
            assert len(option.split()) < 5 or plain(option) not in chapters


# --- Forms and papers ---


def test_a_form_holds_the_same_questions_and_answers_in_an_order_of_its_own():
    assert [question for question, _ in bank.form(ASKED, 0)] == list(ASKED)
    assert all(letters == list("ABCD") for _, letters in bank.form(ASKED, 0))
    orders = [bank.form(ASKED, number) for number in (1, 2, 1)]
    assert orders[0] == orders[2] != orders[1]
    for order in orders:
        assert {question for question, _ in order} == set(ASKED)
        assert all(sorted(letters) == list("ABCD") for _, letters in order)


def test_a_paper_knows_nothing_of_the_key(tmp_path):
    """Without a key the paper is the same to the byte, so nothing of the key can be in it."""
    (tmp_path / "questions.toml").write_bytes((bank.HERE / "questions.toml").read_bytes())
    explained, asked = bank.questions(tmp_path)
    for number in (0, 5):
        text = paper.for_students(explained, bank.form(asked, number), number)
        assert text == paper.for_students(WORDS, bank.form(ASKED, number), number)
        assert not [name for name in [*KEY.names, *KEY.names.values()] if name in text]
        assert text.count("<ol class='options'>") == 25


def test_the_marking_sheet_names_the_letter_that_is_printed():
    order = bank.form(ASKED, 3)
    rows = re.findall(
        r"<tr><td>(\d+)</td><td>(\d+), step \d</td><td>(\w)</td>", paper.marking_sheet(order, KEY, 3)
    )
    assert len(rows) == 25
    for (question, letters), (_, number, printed) in zip(order, rows, strict=True):
        assert int(number) == question.number
        assert letters[bank.LETTERS.index(printed)] == KEY.right[question.number]


def test_what_a_question_says_is_not_taken_for_html():
    assert paper.words("a < b & *c* `d > e`") == "a &lt; b &amp; <em>c</em> <code>d &gt; e</code>"


# --- The analysis, on a small inventory ---

SMALL = """
[[questions]]
step = 1
stem = "One?"
options = ["a", "b", "c"]

[[questions]]
step = 2
stem = "Two?"
options = ["d", "e"]
"""
SMALL_KEY = """
[misconceptions]
first = { name = "The first" }
second = { name = "The second" }

[answers]
1 = { right = "B", A = "first", C = "second" }
2 = { right = "A", B = "first" }
"""


@pytest.fixture
def small(tmp_path):
    (tmp_path / "questions.toml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "key.toml").write_text(SMALL_KEY, encoding="utf-8")
    return tmp_path


def answers(folder, text, name="answers.csv"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def run(*words):
    return main([str(word) for word in words])


def test_before_and_after_by_hand(small, capsys):
    before = answers(small, "student,q1,q2\nÅsa,A,B\nBo,b,\nCy,C,A\n", "before.csv")
    after = answers(small, "student,q1,q2\nBo,B,A\nÅsa,A,A\nDee,B,A\n", "after.csv")
    scores = small / "scores.csv"
    assert run("--source", small, "analyse", before, after, "--scores", scores) == 0
    said = capsys.readouterr().out
    # Åsa from 0 to 1 and Bo from 1 to 2: the means are 0.5 and 1.5 of 2, and (1.5 − 0.5) / (2 − 0.5) = 0.67.
    assert "2 students took both tests; 2 are left out" in said
    assert "mean score of 2: 0.50, then 1.50" in said
    assert "normalized gain of the class: 0.67" in said
    assert re.search(r"^ +1 +1 +50 +50$", said, re.MULTILINE)
    assert re.search(r"^ +2 +2 +0 +100$", said, re.MULTILINE)
    # "The first" was on offer four times, in two questions for two students: chosen twice, then once.
    assert re.search(r"^ +50 +25  The first$", said, re.MULTILINE)
    assert "The second" not in said
    assert scores.read_text(encoding="utf-8").splitlines() == [
        "student,before,after,normalized gain",
        "Åsa,0,1,0.50",
        "Bo,1,2,1.00",
        "Cy,1,,",
        "Dee,,2,",
    ]


def test_nothing_left_to_gain_is_not_a_number():
    assert analysis.gain(1, 2, 3) == 0.5
    assert analysis.gain(2, 1, 3) == -1
    assert analysis.gain(3, 3, 3) is None


def test_letters_are_those_of_the_printed_form():
    for number in (0, 1, 2, 30):
        order = bank.form(ASKED, number)
        printed = {
            f"q{place}": bank.LETTERS[letters.index(KEY.right[question.number])]
            for place, (question, letters) in enumerate(order, start=1)
        }
        rows = [{"student": "Eve", "form": str(number), **printed}]
        (student,) = analysis._students("x", Rows(rows), list(printed), ASKED).values()
        assert analysis.score(student, KEY) == 25


class Rows(list):
    line_num = 2


def test_one_test_alone_and_names_that_look_like_formulas(small, capsys):
    before = answers(small, 'student,q1,q2\n"=cmd()",B,A\n+1,B,B\n')
    assert run("--source", small, "analyse", before, "--scores", small / "s.csv") == 0
    assert "gain" not in capsys.readouterr().out
    assert (small / "s.csv").read_text(encoding="utf-8").splitlines()[1:] == ["'=cmd(),2", "'+1,1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no column student, q1, q2"),
        ("student,q1\nBo,A\n", "no column q2"),
        ("student,q1,q2\n", "holds no students"),
        ("student,q1,q2\n,A,A\n", "line 2: no student"),
        ("student,q1,q2\nBo,A,A\nBo,B,A\n", "line 3: Bo stands in the table twice"),
        ("student,q1,q2\nBo,A,C\n", "line 2, q2: got 'C', expected a letter from A to B or nothing"),
        ("student,q1,q2\nBo,A\n", None),
        ("student,form,q1,q2\nBo,x,A,A\n", "line 2, form: got 'x', expected a number"),
    ],
)
def test_a_bad_table_is_told_where_it_is_bad(small, capsys, text, message):
    code = run("--source", small, "analyse", answers(small, text))
    said = capsys.readouterr().err
    assert code == (message is not None)
    assert (message or "") in said
    assert "Traceback" not in said


def test_files_that_cannot_be_read_are_named(small, capsys):
    assert run("--source", small, "analyse", small / "none.csv") == 1
    assert "none.csv can't be read" in capsys.readouterr().err
    (small / "binary.csv").write_bytes(b"\xff\xfe\x00")
    assert run("--source", small, "analyse", small / "binary.csv") == 1
    assert "binary.csv can't be read as a CSV in UTF-8" in capsys.readouterr().err
    assert run("--source", small / "nowhere", "paper", small) == 1
    assert "A folder needs questions.toml and key.toml" in capsys.readouterr().err


def test_no_student_in_both_tables(small, capsys):
    one, two = (answers(small, f"student,q1,q2\n{name},A,A\n", f"{name}.csv") for name in ("Bo", "Cy"))
    assert run("--source", small, "analyse", one, two) == 1
    assert "No student stands in both tables" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('right = "B"', 'right = "D"', "answer 1: right is 'D'"),
        (', C = "second"', "", "answer 1: each wrong letter needs its misconception"),
        ('B = "first" }', 'B = "third" }', "answer 2: not among [misconceptions]: third"),
        ('2 = { right = "A", B = "first" }', "", "don't have the same questions: 2"),
        ("[answers]", "[answers", "key.toml can't be read"),
    ],
)
def test_a_bad_key_is_told_where_it_is_bad(small, capsys, old, new, message):
    text = (small / "key.toml").read_text(encoding="utf-8")
    assert old in text
    (small / "key.toml").write_text(text.replace(old, new), encoding="utf-8")
    assert run("--source", small, "paper", small) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no [[questions]]"),
        ('[[questions]]\nstem = "x"\n', "question 1: options, step missing"),
        ('[[questions]]\nstep = 1\nstem = "x"\noptions = ["a"]\n', "question 1: 1 options"),
        ('[[questions]]\nstep = 1\nstem = "x"\noptions = ["a", "a"]\n', "two options are the same"),
    ],
)
def test_bad_questions_are_told_where_they_are_bad(small, capsys, text, message):
    (small / "questions.toml").write_text(text, encoding="utf-8")
    assert run("--source", small, "paper", small) == 1
    assert message in capsys.readouterr().err


def for_studentss_are_written_for_each_form(small, capsys):
    assert run("--source", small, "paper", small / "print", "--form", 1, 2) == 0
    names = {path.name for path in (small / "print").iterdir()}
    assert names == {"paper-1.html", "marking-1.html", "paper-2.html", "marking-2.html"}
    assert run("--source", small, "paper", small / "print", "--form", -1) == 1
    assert "form: got -1" in capsys.readouterr().err
