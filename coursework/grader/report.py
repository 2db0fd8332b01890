"""What people read after a grading: a page for each student, a summary, and one to show in class.

Each page is one file that loads nothing, in the light or dark colours of the reader's system. Everything that
came from a student is escaped. The hidden inputs, the checks and the seed are on none of them.
"""

import re
import statistics
from collections import Counter
from html import escape
from urllib.parse import quote

from .files import safe_name

STYLE = """
:root { color-scheme: light dark; --ink: #1c2230; --soft: #5a6274; --paper: #fff; --line: #d9dde5;
  --good: #1a6b3c; --bad: #9c2f1f; --bar: #3b6fb5; --tint: #f4f6f9 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaf0; --soft: #a7aebd; --paper: #14171e;
  --line: #343a47; --good: #6fcf97; --bad: #f2a090; --bar: #7aa7e6; --tint: #1d212b } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif;
  overflow-wrap: anywhere }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 }
h2 { font-size: 1.15rem; margin: 0 0 .4rem; display: flex; gap: .2rem 1rem; flex-wrap: wrap;
  justify-content: space-between; align-items: baseline }
h3 { font-size: 1rem; margin: 1rem 0 .3rem }
section { border-top: 1px solid var(--line); padding: 1.1rem 0 .6rem; margin-top: 1.1rem }
.mark { font-size: 1.35rem; margin: .3rem 0 0 }
.soft, caption { color: var(--soft) }
.points { font-weight: 400; white-space: nowrap }
ul.properties { list-style: none; margin: .2rem 0; padding: 0 }
ul.properties li { padding-left: 1.6em; text-indent: -1.6em }
.good b { color: var(--good) } .bad b { color: var(--bad) }
li b { display: inline-block; width: 1.6em; text-indent: 0 }
.said { background: var(--tint); border-left: .25rem solid var(--bar); padding: .6rem .8rem; margin: .6rem 0 }
code { font: .92em ui-monospace, monospace }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
caption { text-align: left; padding: .3rem 0 }
th, td { text-align: left; padding: .2rem .7rem .2rem 0; vertical-align: top }
.lines td, .lines th { border-bottom: 1px solid var(--line) }
th { font-weight: 600 } tbody th { font-weight: 400 }
.histogram { table-layout: fixed }
.histogram th:first-child { width: 8.5rem } .histogram th:last-child { width: 5rem }
.number { text-align: right; white-space: nowrap }
.narrow { width: auto }
td:last-child, th:last-child { padding-right: 0 }
.bar { display: block; height: .95rem; margin-top: .28rem; background: var(--bar); border-radius: 2px }
a { color: var(--bar) }
"""


def page(title, body):
    """Return a whole page around the body."""
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        "</body>\n</html>\n"
    )


def prose(text):
    """Return a sentence as HTML: escaped, with what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


# --- For the student ------------------------------------------------------------------------------


def feedback(result, grading):
    """Return one student's page."""
    parts = [
        f"<h1>{escape(grading['title'])}</h1>",
        f'<p class="mark">{result["points"]:g} of {result["out_of"]:g} points</p>',
        f'<p class="soft">{escape(result["name"])} · {escape(result["file"])}</p>',
    ]
    if result["problem"]:
        parts.append(f'<p class="said">Nothing could be marked: {prose(result["problem"])}.</p>')
    parts += [f'<p class="said">{prose(sentence(note))}</p>' for note in result["notes"]]
    parts += [_task(task, grading["tasks"][task["name"]]) for task in result["tasks"]]
    if result["tasks"]:
        parts.append(
            '<section><p class="soft">Each line earns its points when your function is right on every input'
            " that belongs to it. The inputs are drawn anew for each grading. Warnings and printed text cost"
            " nothing.</p></section>"
        )
    return page(f"{grading['title']}: feedback", "\n".join(parts))


def _task(task, points):
    lines = []
    for name, passes in task["properties"].items():
        kind, sign, word = ("good", "✓", "passes") if passes else ("bad", "✗", "fails")
        earned = f"{points[name] if passes else 0:g} of {points[name]:g}"
        lines.append(
            f'<li class="{kind}"><b role="img" aria-label="{word}">{sign}</b>{escape(name)}'
            f' <span class="soft">({earned})</span></li>'
        )
    said = [task["message"]] if task["points"] < task["out_of"] and task["message"] else []
    said += task["notes"]
    return (
        f'<section>\n<h2><code>{escape(task["name"])}</code> <span class="points">{task["points"]:g} of'
        f' {task["out_of"]:g}</span></h2>\n<ul class="properties">{"".join(lines)}</ul>\n'
        + "\n".join(f'<p class="said">{prose(sentence(text))}</p>' for text in said)
        + "\n</section>"
    )


def sentence(text):
    """Return the text with a capital letter and a full stop, unless it begins with a name in code."""
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


# --- For the instructor ---------------------------------------------------------------------------


def summary(results, grading, notes=(), names=True):
    """Return the summary page; without `names` it is the one to show in class."""
    totals = [result["points"] for result in results]
    parts = [
        f"<h1>{escape(grading['title'])}</h1>",
        f'<p class="mark">{len(results)} submissions, {statistics.mean(totals):.1f} of'
        f" {grading['out_of']:g} points on average</p>",
        f'<p class="soft">Median {statistics.median(totals):g}, lowest {min(totals):g}, highest'
        f" {max(totals):g}.</p>",
        _section("All tasks", _histogram(totals, grading["out_of"])),
        *(_task_summary(name, results, grading, names) for name in grading["tasks"]),
    ]
    if names:
        parts += [_attention(results, notes), _students(results, grading)]
    return page(f"{grading['title']}: summary", "\n".join(parts))


def common_mistakes(name, results):
    """Return ((diagnosis, message), count) of the verdicts on one task, the most frequent first."""
    found = Counter(
        (task["diagnosis"], task["message"])
        for task in _verdicts(name, results)
        if task["points"] < task["out_of"]
    )
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def _verdicts(name, results):
    return [task for result in results for task in result["tasks"] if task["name"] == name]


def _section(heading, *content):
    return "\n".join([f"<section>\n<h2>{heading}</h2>", *content, "</section>"])


def _table(kind, head, rows, caption=""):
    """Return a table. A cell is HTML, or a number; the first of each row is its heading."""

    def cell(value, column, tag, scope=""):
        number = isinstance(rows[0][column], (int, float))
        text = f"{value:g}" if isinstance(value, (int, float)) else value
        return f"<{tag}{scope}{' class=number' if number else ''}>{text}</{tag}>"

    lines = [f'<table class="{kind}">']
    if caption:
        lines.append(f"<caption>{caption}</caption>")
    if head:
        cells = [
            cell(name, column, "th", " scope=col") if name != "" else "<td></td>"
            for column, name in enumerate(head)
        ]
        lines.append(f"<thead><tr>{''.join(cells)}</tr></thead>")
    lines.append("<tbody>")
    for first, *rest in rows:
        cells = [cell(value, column, "td") for column, value in enumerate(rest, start=1)]
        lines.append(f"<tr>{cell(first, 0, 'th', ' scope=row')}{''.join(cells)}</tr>")
    return "\n".join([*lines, "</tbody></table>"])


def _histogram(values, out_of):
    """Return counts as a table with bars: one line for each value where there are few, else ten bins."""
    if len(set(values)) <= 12:
        counts = [(f"{value:g}", values.count(value)) for value in sorted(set(values), reverse=True)]
    else:
        index = [min(int(10 * value / out_of), 9) for value in values]
        edge = [f"{out_of * i / 10:g}" for i in range(11)]
        names = [f"{edge[i]} to {'below ' * (i < 9)}{edge[i + 1]}" for i in range(10)]
        counts = [(names[i], index.count(i)) for i in reversed(range(10))]
    most = max(count for _, count in counts)
    rows = [
        (name, f'<span class="bar" style="width:{100 * count / most:.1f}%"></span>', count)
        for name, count in counts
    ]
    return _table("histogram", ("points", "", "students"), rows)


def _task_summary(name, results, grading, names):
    tasks, points = _verdicts(name, results), grading["tasks"][name]
    if not tasks:
        return ""
    values = [task["points"] for task in tasks]
    mean = f'<span class="points">{statistics.mean(values):.1f} of {sum(points.values()):g} on average</span>'
    passed = [
        (escape(key), f"{100 * statistics.mean(task['properties'][key] for task in tasks):.0f} % pass")
        for key in points
    ]
    content = [_histogram(values, sum(points.values())), "<h3>By property</h3>", _table("narrow", (), passed)]
    if mistakes := common_mistakes(name, results):
        rows = [
            (prose(message) + (f" <code>{escape(key)}</code>" if key and names else ""), count)
            for (key, message), count in mistakes
        ]
        content += ["<h3>Common mistakes</h3>", _table("lines", ("mistake", "students"), rows)]
    return _section(f"<code>{escape(name)}</code> {mean}", *content)


def _attention(results, notes):
    """Return what the instructor should look at, or nothing."""
    lines = [escape(note) for note in notes]
    for result in results:
        of_tasks = [f"`{task['name']}`: {note}" for task in result["tasks"] for note in task["notes"]]
        said = [result["problem"], *result["notes"], *of_tasks]
        lines += [f"{escape(result['name'])}: {prose(text)}" for text in said if text]
    return (
        _section("To look at", f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>") if lines else ""
    )


def _students(results, grading):
    names = list(grading["tasks"])
    rows = []
    for result in results:
        points = {task["name"]: task["points"] for task in result["tasks"]}
        link = quote(f"feedback/{safe_name(result['student'])}.html")
        who = f'<a href="{link}">{escape(result["name"])}</a>{" (late)" if result["late"] else ""}'
        rows.append((who, result["points"], *(points.get(name, 0) for name in names)))
    numbers = range(1, len(names) + 1)
    which = ", ".join(f"{i} <code>{escape(name)}</code>" for i, name in zip(numbers, names, strict=True))
    table = _table("lines", ("student", "points", *numbers), rows, f"Tasks: {which}")
    return _section("Students", f'<div class="wide">{table}</div>')


def words(results, grading):
    """Return the summary for a terminal: the average, and the three most common mistakes."""
    totals = [result["points"] for result in results]
    lines = [
        f"{len(results)} submissions: {statistics.mean(totals):.1f} of {grading['out_of']:g} points on"
        f" average, median {statistics.median(totals):g}, lowest {min(totals):g}, highest {max(totals):g}"
    ]
    found = [
        (count, name, diagnosis or message)
        for name in grading["tasks"]
        for (diagnosis, message), count in common_mistakes(name, results)
    ]
    found.sort(key=lambda item: -item[0])
    return "\n".join([*lines, *(f"{count:>7} × {name}: {what}" for count, name, what in found[:3])])
