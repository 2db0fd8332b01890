"""From a table of answers to scores, the normalized gain, and what each wrong answer stands for."""

import collections
import csv

from .bank import LETTERS, Problem, form


def read_answers(path, asked):
    """Return, for each student, the letter of the file that was chosen for each question.

    The table has the columns `student`, `q1` … and, where papers were shuffled, `form`; its letters are those
    that were printed. An empty cell is a question left out.
    """
    columns = [f"q{place}" for place in range(1, len(asked) + 1)]
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            missing = [name for name in ["student", *columns] if name not in (table.fieldnames or [])]
            if missing:
                raise Problem(f"{path}, first line: no column {', '.join(missing)}")
            return _students(path, table, columns, asked)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Problem(f"{path} can't be read as a CSV in UTF-8: {error}") from None


def _students(path, table, columns, asked):
    students = {}
    for row in table:
        place = f"{path}, line {table.line_num}"
        student = (row["student"] or "").strip()
        if not student:
            raise Problem(f"{place}: no student")
        if student in students:
            raise Problem(f"{place}: {student} stands in the table twice")
        number = (row.get("form") or "0").strip()
        if not number.isdecimal():
            raise Problem(f"{place}, form: got {number!r}, expected a number")
        students[student] = {}
        for column, (question, letters) in zip(columns, form(asked, int(number)), strict=True):
            printed = (row[column] or "").strip().upper()
            if printed and printed not in LETTERS[: len(letters)]:
                possible = f"a letter from A to {LETTERS[len(letters) - 1]} or nothing"
                raise Problem(f"{place}, {column}: got {printed!r}, expected {possible}")
            chosen = letters[LETTERS.index(printed)] if printed else ""
            students[student][question.number] = chosen
    if not students:
        raise Problem(f"{path} holds no students")
    return students


def score(answers, key):
    """Return the number of right answers of one student."""
    return sum(chosen == key.right[number] for number, chosen in answers.items())


def share_right(students, number, key):
    """Return the share of the students who answered a question rightly."""
    return sum(answers[number] == key.right[number] for answers in students.values()) / len(students)


def gain(before, after, most):
    """Return (after − before) / (most − before), or None where nothing was left to gain."""
    return None if before == most else (after - before) / (most - before)


def misconceptions(students, key):
    """Return how many of the chances to choose each misconception were taken, as a share."""
    chosen, offered = collections.Counter(), collections.Counter()
    for answers in students.values():
        for number, letter in answers.items():
            for other, slug in key.wrong[number].items():
                offered[slug] += 1
                chosen[slug] += letter == other
    return {slug: chosen[slug] / offered[slug] for slug in offered}


def report(asked, key, before, after=None):
    """Return the lines of a report on one test, or on the same students before and after."""
    most, tests = len(asked), [before]
    lines = [f"{len(before)} students"]
    if after is not None:
        both = [student for student in before if student in after]
        if not both:
            raise Problem("No student stands in both tables: are the names written in the same way?")
        lines = [f"{len(both)} students took both tests; {len({**before, **after}) - len(both)} are left out"]
        tests = [{student: test[student] for student in both} for test in (before, after)]
    heads = "".join(f"{head:>8}" for head in ("before", "after")[: len(tests)])
    means = [sum(score(answers, key) for answers in test.values()) / len(test) for test in tests]
    lines.append(f"mean score of {most}: " + ", then ".join(f"{mean:.2f}" for mean in means))
    if len(tests) == 2:
        of_class = gain(*means, most)
        lines.append("normalized gain of the class: " + ("-" if of_class is None else f"{of_class:.2f}"))

    lines += ["", f"Right answers, in per cent\n{'question':>8}{'step':>6}{heads}"]
    for question in asked:
        shares = [share_right(test, question.number, key) for test in tests]
        lines.append(f"{question.number:>8}{question.step:>6}" + "".join(f"{100 * s:>8.0f}" for s in shares))

    lines += ["", f"Misconceptions, chosen in per cent of the times they were on offer\n{heads}"]
    shares = [misconceptions(test, key) for test in tests]
    for slug in sorted(shares[-1], key=lambda slug: -shares[-1][slug]):
        if any(share[slug] for share in shares):
            lines.append("".join(f"{100 * share[slug]:>8.0f}" for share in shares) + f"  {key.names[slug]}")
    return lines


def table(asked, key, before, after=None):
    """Return a line for each student: name, score, and with two tests both scores and the gain."""
    if after is None:
        return [["student", "score"], *([safe(name), score(a, key)] for name, a in before.items())]
    lines = [["student", "before", "after", "normalized gain"]]
    for name in {**before, **after}:
        scores = [score(test[name], key) if name in test else "" for test in (before, after)]
        own = None if "" in scores else gain(*scores, len(asked))
        lines.append([safe(name), *scores, "" if own is None else f"{own:.2f}"])
    return lines


def safe(name):
    """Return a name that no spreadsheet takes for a formula."""
    return f"'{name}" if name[0] in "=+-@\t\r" else name
