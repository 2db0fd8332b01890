"""The mark beside an equation that a test checks, and the pages that it leads to.

Below the number of such an equation stands a ✓. It links the program that computes both sides:
tests/book/equations has a module for each page of the book, and the site a page for each module, under
book/checks. Nothing is run here; the modules are read.
"""

import ast
import re
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from sphinx.errors import ExtensionError

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "book" / "equations"
PLACE = "book/checks"
# What Sphinx writes at the head of a displayed equation with a label.
HEAD = re.compile(
    r'id="equation-(?P<label>[^"]+)">\n<span class="eqno">\((?P<number>[^)]*)\)<a class="headerlink".*?</a>'
)
MARK = (
    '<a class="checked screen-only" href="{href}" title="Checked: see how"'
    ' aria-label="Equation {number} is checked">✓</a>'
)
PAGE = """<p>These are the equations of <a href="{href}">{page}</a> that have a ✓. Whenever the book is
tested, the program below an equation computes both of its sides, with numbers of 40 digits: one as it is
printed, and the other by means of its own, such as a derivative from differences or a sum term by term.
<a href="common.html">One module</a> holds what the programs have in common. An equation without a mark only
says what something is called.</p>"""
COMMON = (
    "<p>What the programs call that check the equations, and what reads the equations from the pages.</p>"
)


class Part(NamedTuple):
    """A piece of a module: a check with the labels of its equations, or what stands between two checks."""

    labels: list
    code: str


def parts(source):
    """Return a module cut into its checks and what stands between them."""
    lines, found, start = source.splitlines(), [], 0
    for node in ast.parse(source).body:
        labels = [
            decorator.args[0].value
            for decorator in getattr(node, "decorator_list", [])
            if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "check"
        ]
        if labels:
            first = node.decorator_list[0].lineno - 1
            found += [Part([], "\n".join(lines[start:first]).strip("\n"))]
            found += [Part(labels, "\n".join(lines[first : node.end_lineno]))]
            start = node.end_lineno
    found.append(Part([], "\n".join(lines[start:]).strip("\n")))
    return [part for part in found if part.code]


def read(app):
    """Cut the modules at the start of a build, and note which one holds the check of a label."""
    app.checks = {path.stem: parts(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.py"))}
    app.checked = {
        label: module for module, found in app.checks.items() for part in found for label in part.labels
    }


def add_marks(app, pagename, templatename, context, doctree):
    """Put the mark below the number of each equation that has a check."""
    if doctree is None:
        return
    place, marked = app.builder.get_relative_uri, set()

    def mark(head):
        label, number = head["label"], head["number"]
        if label not in app.checked:
            return head[0]
        marked.add(label)
        href = f"{place(pagename, f'{PLACE}/{app.checked[label]}')}#{label}"
        return head[0] + MARK.format(href=href, number=number)

    context["body"] = HEAD.sub(mark, context["body"])
    equations = app.env.domains["math"].equations
    expected = {label for label in app.checked if equations.get(label, ("",))[0] == pagename}
    if marked != expected:
        raise ExtensionError(f"checked: found no place for the marks of {sorted(expected - marked)}")


def pages(app):
    """Yield a page for each module that has checks, and one of the modules that help them."""
    if app.builder.format != "html":
        return
    equations, common = app.env.domains["math"].equations, []
    if missing := sorted(app.checked.keys() - equations.keys()):
        raise ExtensionError(f"checked: no page has the equations {missing}, which have a check")
    for module, found in app.checks.items():
        labels = [label for part in found for label in part.labels]
        if not labels:
            common.append((f"equations/{module}.py", found[0].code))
            continue
        docname, _ = equations[labels[0]]
        name, page = f"{PLACE}/{module}", app.env.titles[docname].astext()
        text = PAGE.format(href=app.builder.get_relative_uri(name, docname), page=page)
        pieces = [(heading(app, name, part.labels), part.code) for part in found]
        yield written(app, name, f"Checks: {page}", text, pieces)
    if common:
        yield written(app, f"{PLACE}/common", "What the checks have in common", COMMON, common)


def written(app, name, title, text, pieces):
    """Return what Sphinx makes a page of: pieces of a program, each with its heading or without."""
    body = [f"<h1>{title}</h1>", text]
    for head, code in pieces:
        highlighted = app.builder.highlighter.highlight_block(code, "python")
        body += [f"<h2>{head}</h2>"] if head else []
        body += [f'<div class="highlight-python notranslate">{highlighted}</div>']
    description = f'<meta name="description" content="{title}: the programs that check the equations.">'
    return name, {"title": title, "body": "\n".join(body), "metatags": description}, "page.html"


def heading(app, name, labels):
    """Return the numbers of equations as links to them; the marks lead back to these links."""
    links = []
    for label in labels:
        docname, _ = app.env.domains["math"].equations[label]
        place = nodes.make_id(f"equation-{label}")
        (number,) = app.env.toc_fignumbers[docname]["displaymath"][place]
        href = f"{app.builder.get_relative_uri(name, docname)}#{place}"
        links.append(f'<a id="{label}" href="{href}">{number}</a>')
    return f"Equation{'s' * (len(links) > 1)} {', '.join(links)}" if links else ""


def setup(app):
    """Register the marks and the pages with Sphinx."""
    app.connect("builder-inited", read)
    app.connect("html-page-context", add_marks)
    app.connect("html-collect-pages", pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
