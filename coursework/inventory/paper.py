"""The test paper for students and the marking sheet for whoever corrects it, as pages to print."""

import html
import re

from .bank import LETTERS

PAGE = """<!doctype html>
<html lang="en-GB">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 1rem/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 42rem; padding: 0 1rem; }}
h1 {{ font-size: 1.4rem; }}
ol.options {{ list-style: upper-alpha; margin: 0.3rem 0 1.3rem; }}
ol.questions > li, tr {{ break-inside: avoid; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border-bottom: 1px solid #999; padding: 0.2rem 0.5rem; text-align: start; vertical-align: top; }}
.blank {{ border-bottom: 1px solid; display: inline-block; width: 15rem; }}
@media print {{ body {{ font-size: 10.5pt; margin: 0; max-width: none; }} }}
</style>
<h1>{title}</h1>
{body}
"""


def words(text):
    """Return plain text with *emphasis* and `code` as HTML."""
    text = re.sub(r"\*(.+?)\*", r"<em>\1</em>", html.escape(text, quote=False))
    return re.sub(r"`(.+?)`", r"<code>\1</code>", text)


def for_students(explained, order, number):
    """Return the paper of a form."""
    lines = [
        "<p>Name <span class='blank'>&nbsp;</span></p>",
        f"<p>{len(order)} questions; each has one right answer. Form {number}. Circle the letter of the"
        " answer that seems best to you. If you have no idea, leave the question out.</p>",
    ]
    if explained:
        lines += ["<h2>Words</h2>", "<ul>", *(f"<li>{words(entry)}</li>" for entry in explained), "</ul>"]
    lines += ["<h2>Questions</h2>", "<ol class='questions'>"]
    for question, letters in order:
        options = "".join(f"<li>{words(question.options[LETTERS.index(letter)])}</li>" for letter in letters)
        lines.append(f"<li>{words(question.stem)}<ol class='options'>{options}</ol></li>")
    return PAGE.format(title="Training a model: what do you expect?", body="\n".join([*lines, "</ol>"]))


def marking_sheet(order, key, number):
    """Return the sheet that says which printed letter is right, and what the others stand for."""
    lines = [
        f"<p>Form {number}. Not for students.</p>",
        "<table><tr><th>Printed as</th><th>In the file</th><th>Right</th><th>The others</th></tr>",
    ]
    for place, (question, letters) in enumerate(order, start=1):
        right, others = "", []
        for printed, letter in zip(LETTERS, letters, strict=False):
            if letter == key.right[question.number]:
                right = printed
                continue
            slug = key.wrong[question.number][letter]
            cell = f" ({key.cells[slug]})" if key.cells[slug] else ""
            others.append(f"{printed}: {words(key.names[slug] + cell)}")
        cells = [place, f"{question.number}, step {question.step}", right, "<br>".join(others)]
        lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return PAGE.format(title="Concept inventory: marking sheet", body="\n".join([*lines, "</table>"]))
