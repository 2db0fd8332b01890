"""Marks and feedback in the forms in which Canvas and Moodle take them back.

Canvas finds a student by the ID in the gradebook that it exported, Moodle by the Identifier in its grading
worksheet; both stay as they are. Cells that a spreadsheet would take for a formula are neutralised.
"""

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections import defaultdict
from pathlib import Path, PurePosixPath

from .files import Failure, safe_name

# Which columns say who a row is. Canvas puts its own before those of the assignments.
WHO = {
    "canvas": ("Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Integration ID"),
    "moodle": ("Identifier", "Full name", "ID number", "Email address", "Username"),
}
ID = {"canvas": "ID", "moodle": "Identifier"}
EXCUSED = "EX"


def cell(value):
    """Return a cell's text that no spreadsheet takes for a formula; numbers stay numbers.

    >>> cell("=1+1"), cell("-2.5"), cell("-"), cell("@SUM(A1)")
    ("'=1+1", '-2.5', '-', "'@SUM(A1)")
    """
    text = f"{value:g}" if isinstance(value, float) else str(value)
    if text[:1] not in ("=", "+", "-", "@", "\t", "\r") or re.fullmatch(r"-|[+-]?[\d.,]+", text):
        return text
    return f"'{text}"


def plain(results, tasks):
    """Return the marks as CSV: a row for each student, a column for each task."""
    rows = [["student", "id", "file", "late", "points", "out of", *tasks, "notes"]]
    for result in results:
        points = {task["name"]: task["points"] for task in result["tasks"]}
        notes = "; ".join(filter(None, [result["problem"], *result["notes"]]))
        late = "late" if result["late"] else ""
        who = [result["name"], result["id"], result["file"], late, result["points"], result["out_of"]]
        rows.append([*who, *(points.get(name, 0) for name in tasks), notes])
    # The mark tells a spreadsheet that this is UTF-8.
    return _csv(rows, ",", "\ufeff")


def fill(path, results, names, column=""):
    """Return the platform, its gradebook with the marks filled in, and what else there is to say.

    Of the other assignments nothing is kept, so that an old export can't bring back their old marks. `names`
    are those by which the assignment's column is found, unless `column` names it.
    """
    header, rows, form = _read(path)
    system = next((name for name in ID if ID[name] in header), None)
    if system is None or (system == "canvas" and "Section" not in header):
        raise Failure(
            f"{path} is neither a gradebook exported from Canvas (with the columns Student, ID and Section)"
            " nor a grading worksheet from Moodle (with Identifier and Grade). Its columns: "
            + ", ".join(header)
        )
    target = _column(path, system, header, names, column)
    full = _full_marks(system, header, rows, target)
    find = _Students(system, header, rows)
    notes, marked, changed = [], set(), 0
    for result in results:
        number = find(result)
        if isinstance(number, str):
            notes.append(f"not in the gradebook: {result['name']} ({result['file']}): {number}")
        elif rows[number][target].strip() == EXCUSED:
            marked.add(number)
            notes.append(f"excused in the gradebook, and left so: {result['name']}")
        else:
            points = result["points"] * full / result["out_of"]
            old, rows[number][target] = rows[number][target].strip(), f"{points:g}"
            changed += bool(re.fullmatch(r"[\d.]+", old)) and float(old) != points
            marked.add(number)
    missing = [row[0] for number, row in enumerate(rows) if number not in marked and find.is_student(row)]
    if missing:
        names = "; ".join(missing[:10]) + ("; …" if len(missing) > 10 else "")
        notes.append(f"without a submission, and left as they were: {len(missing)} ({names})")
    if changed:
        notes.append(f"{changed} marks in the gradebook were others before")
    if full != 100:
        notes.append(f"the gradebook counts this assignment out of {full:g}: the marks are scaled to that")
    kept = [i for i, name in enumerate(header) if i == target or system == "moodle" or _identity(header, i)]
    return system, _csv([[row[i] for i in kept] for row in [header, *rows]], *form), notes


def _read(path):
    path = Path(path)
    if not path.is_file():
        raise Failure(f"There is no gradebook {path}.")
    text = path.read_text(encoding="utf-8", errors="replace")
    mark, text = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    if len(rows) < 2:
        raise Failure(f"{path} holds no students.")
    header = [name.strip() for name in rows[0]]
    return header, [row + [""] * (len(header) - len(row)) for row in rows[1:]], (delimiter, mark)


def _csv(rows, delimiter, mark):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([[cell(value) for value in row] for row in rows])
    return mark + text.getvalue()


def _identity(header, index):
    """Say whether a column of Canvas stands left of the assignments: it says who a row is."""
    return index <= header.index("Section")


def _words(text):
    """Return the letters and digits of a text, for comparison."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"\w+", text.replace("_", " ")))


def _column(path, system, header, names, column):
    """Return which column takes the marks."""
    if system == "moodle" and not column:
        column = "Grade"
    candidates = [i for i, name in enumerate(header) if system == "moodle" or re.search(r"\(\d+\)$", name)]
    title = {i: _words(re.sub(r"\s*\(\d+\)$", "", header[i])) for i in candidates}
    if column:
        found = [i for i in candidates if header[i] == column or title[i] == _words(column)]
    else:
        found = [i for i in candidates if any(f" {_words(name)} " in f" {title[i]} " for name in names)]
        found = found or (candidates if len(candidates) == 1 else [])
    if len(found) != 1:
        raise Failure(
            f"Which column of {path} takes the marks? Name it with --column. Its assignments: "
            + "; ".join(header[i] for i in candidates)
        )
    return found[0]


def _full_marks(system, header, rows, target):
    """Return how many points the gradebook gives for the whole assignment."""
    if system == "canvas":
        texts = [row[target] for row in rows if row[0].strip() == "Points Possible"]
    else:
        index = next((i for i, name in enumerate(header) if name.casefold() == "maximum grade"), None)
        texts = [] if index is None else [row[index] for row in rows]
    try:
        return float(texts[0].replace(",", ".")) or 100.0
    except (IndexError, ValueError):
        return 100.0


class _Students:
    """Finds the row of a student: by the platform's id, or where there is none by name, login or address."""

    def __init__(self, system, header, rows):
        self.system, self.header = system, header
        self.by_id, self.by_name = {}, defaultdict(set)
        for number, row in enumerate(rows):
            if not self.is_student(row):
                continue
            self.by_id[self._id(row)] = number
            values = {name: value for name, value in zip(header, row, strict=False) if name in WHO[system]}
            names = set(values.values())
            names.add(f"{values.get('FirstName', '')} {values.get('LastName', '')}")
            # "Doe, Jane" is Jane Doe.
            names |= {" ".join(reversed(name.split(","))) for name in names if "," in name}
            for name in names:
                self.by_name[_words(name)].add(number)

    def _id(self, row):
        return re.sub(r"^\D*", "", row[self.header.index(ID[self.system])].strip())

    def is_student(self, row):
        """Say whether a row is a student's: Canvas has a row of points and one of settings as well."""
        return bool(self._id(row))

    def __call__(self, result):
        """Return the number of the student's row, or in words why there is none."""
        if result["system"] == self.system:
            return self.by_id.get(result["id"], f"no row has the id {result['id']}")
        found = self.by_name.get(_words(result["name"]), set())
        if len(found) > 1:
            return f"{len(found)} rows have that name"
        return next(iter(found), "no row has that name, login or address")


def feedback(results, pages):
    """Return archives of feedback by file name, one for each platform that submissions came from, and notes.

    `pages` gives each student's page as HTML.
    """
    archives, notes = defaultdict(dict), []
    for result in results:
        student, page = result["student"], pages[result["student"]]
        if result["system"] == "moodle":
            # Understood by every version, with or without folders.
            who = f"{result['name']}_{result['id']}".replace("/", " ")
            archives["feedback-moodle.zip"][f"{who}_assignfeedback_file_feedback.html"] = page
        elif result["system"] == "canvas" and result["attempt"] and result["file"].endswith(".ipynb"):
            # Canvas finds the submission by the ids in this very name, and shows what it gets under the name
            # that the student gave: a notebook's.
            archives["feedback-canvas.zip"][PurePosixPath(result["file"]).name] = _notebook(page)
        elif result["system"] == "nbgrader":
            stem = PurePosixPath(result["file"]).stem
            archives["feedback-nbgrader.zip"][f"{safe_name(student)}/{result['assignment']}/{stem}.html"] = (
                page
            )
        else:
            archives["feedback.zip"][f"{safe_name(student)}.html"] = page
            if result["system"] == "canvas":
                notes.append(f"to be sent by hand, since Canvas attaches files to notebooks only: {student}")
    return {name: _zip(files) for name, files in archives.items()}, notes


def _notebook(page):
    """Return a notebook whose one cell shows the page's body."""
    body = re.search(r"<main[^>]*>(.*)</main>", page, re.DOTALL)[1]
    cell = {"cell_type": "markdown", "id": "feedback", "metadata": {}, "source": body}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def _zip(files):
    """Return an archive of named texts, the same bytes for the same texts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
