"""The pages that people read: whole, escaped, the same for everyone, and right about the numbers."""

import re
from html.parser import HTMLParser

import pytest

from coursework.grader import report

EVIL = '"><script>alert(1)</script>&amp;`x`'


@pytest.fixture
def grading(activations):
    points = {task.name: dict(task.points) for task in activations.tasks}
    return {"title": "Assignment 3: Activations", "out_of": 100, "tasks": points, "seed": 987654321}


def verdict(name, points, passing, **more):
    properties = {key: key in passing for key in points}
    earned = sum(points[key] for key in passing)
    values = {"name": name, "points": earned, "out_of": sum(points.values()), "properties": properties}
    return {**values, "diagnosis": "", "message": "", "notes": [], **more}


def result(name, grading, failing=(), **more):
    tasks = [
        verdict(task, points, [key for key in points if (task, key) not in failing], **more.get(task, {}))
        for task, points in grading["tasks"].items()
    ]
    return {
        "student": name, "name": name, "file": f"{name}.ipynb", "late": False, "notes": [], "problem": "",
        "points": sum(task["points"] for task in tasks), "out_of": 100, "tasks": tasks,
    }  # fmt: skip


class Outline(HTMLParser):
    """What a screen reader would go through: elements in order, well nested."""

    def __init__(self, page):
        super().__init__()
        self.open, self.elements, self.text = [], [], ""
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in ("meta", "link", "img", "br", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.text = re.sub(r"\s+", " ", f"{self.text} {data}")


def pages(grading):
    results = [
        result("Ana", grading),
        result(
            EVIL,
            grading,
            {("softplus", "large values")},
            softplus={"diagnosis": "softplus_overflows", "message": f"Is {EVIL}?"},
        ),
    ]
    results[1]["notes"] = [EVIL]
    results[1]["tasks"][0]["notes"] = [EVIL]
    results += [{**result("Bo", grading), "tasks": [], "points": 0, "problem": f"the file is {EVIL}"}]
    feedback = [report.feedback(each, grading) for each in results]
    return [
        *feedback,
        report.summary(results, grading, [EVIL]),
        report.summary(results, grading, names=False),
    ]


def test_pages_are_whole_load_nothing_and_run_nothing(grading):
    for page in pages(grading):
        outline = Outline(page)
        tags = [tag for tag, _ in outline.elements]
        assert tags[:2] == ["html", "head"]
        assert tags.count("h1") == tags.count("main") == tags.count("title") == 1
        assert not {"script", "link", "img", "iframe", "form"} & set(tags)
        assert not re.search(r"https?:|url\(|@import|javascript:", page)
        assert (
            "meta",
            {"name": "viewport", "content": "width=device-width, initial-scale=1"},
        ) in outline.elements
        assert dict(outline.elements)["html"] == {"lang": "en-GB"}
        assert "prefers-color-scheme: dark" in page
        assert str(grading["seed"]) not in page


def test_what_comes_from_students_is_text(grading):
    *_, evil, _, summary, classroom = pages(grading)
    for page in (evil, summary):
        assert "<script" not in page
        assert "alert(1)" in Outline(page).text
    # The instructor's name for a mistake is not for the class, what its student is told is.
    assert "softplus_overflows" in Outline(summary).text
    assert "softplus_overflows" not in classroom
    assert "alert(1)" not in re.sub(r"Is .*?\?", "", Outline(classroom).text)


def test_feedback_says_what_passes_what_fails_and_why(grading):
    message = "The exponential overflows. Take out the larger of `0` and `beta z`."
    failing = {("softplus", "large values"), ("softplus", "small results")}
    one = result("Ana", grading, failing, softplus={"diagnosis": "softplus_overflows", "message": message})
    page = report.feedback(one, grading)
    text = Outline(page).text
    assert "90 of 100 points" in text
    assert "softplus 10 of 20" in text
    assert "large values (0 of 5)" in text
    assert "ordinary values (8 of 8)" in text
    assert page.count('aria-label="fails"') == 2
    assert "larger of <code>0</code> and <code>beta z</code>" in page
    assert "softplus_overflows" not in page


def test_full_marks_get_no_message(grading):
    one = result("Ana", grading, softplus={"message": "left over"})
    assert "eft over" not in report.feedback(one, grading)


def test_the_summary_counts(grading):
    overflow = {"diagnosis": "softplus_overflows", "message": "It overflows."}
    results = [result(f"S{i}", grading) for i in range(3)]
    results += [result(f"T{i}", grading, {("softplus", "large values")}, softplus=overflow) for i in range(2)]
    results += [{**result("Late", grading), "late": True, "tasks": [], "points": 0, "problem": "is empty"}]
    text = Outline(report.summary(results, grading)).text
    assert "6 submissions, 81.7 of 100 points on average" in text
    assert "Median 97.5, lowest 0, highest 100." in text
    # Three have 100, two 95, one 0; those without a task are no part of its share.
    assert "points students 100 3 95 2 0 1" in text
    assert "large values 60 % pass" in text
    assert "It overflows. softplus_overflows 2" in text
    assert "Late (late)" in text
    assert "Late: is empty" in text
    words = report.words(results, grading)
    assert words.startswith("6 submissions: 81.7 of 100")
    assert "2 × softplus: softplus_overflows" in words


def test_many_different_marks_are_put_in_bins(grading):
    values = [*range(0, 100, 7), 100, 100]
    text = Outline(report._histogram(values, 100)).text
    counted = [sum(low <= value < low + 10 for value in values) for low in range(0, 90, 10)]
    counted.append(sum(value >= 90 for value in values))
    assert [int(count) for count in re.findall(r"to (?:below )?\d+ (\d+)", text)] == counted[::-1]
    assert sum(counted) == len(values)
