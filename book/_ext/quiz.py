"""Self-check questions: one right answer, and an explanation for each answer.

    :::{quiz}
    :name: q-first-loss
    The question, in one or more paragraphs.

    - [ ] a wrong answer

      What the one who chooses it has overlooked.
    - [x] the right answer

      Why it is right.
    :::

becomes radio buttons; the style sheet shows an explanation once its answer is chosen. There is no
script: where the style sheet is missing everything can be read, and in print every explanation stands
below its answer. In a plain notebook the same text is a list with boxes.
"""

import re

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

MARK = re.compile(r"\[([ xX])\]\s+")
VERDICT = {True: "Right.", False: "Not quite."}


class Tag(nodes.General, nodes.Element):
    """An HTML element that docutils has no node for. Other builders see only what it holds."""


def tag(element, /, *children, classes=(), **attributes):
    """Return a node for one HTML element."""
    return Tag("", *children, tag=element, attributes=attributes, classes=list(classes))


class Quiz(SphinxDirective):
    """The directive `quiz`."""

    has_content = True
    option_spec = {"name": directives.unchanged_required}  # noqa: RUF012 (docutils reads it from the class)

    def run(self):
        """Return the question as a group of radio buttons."""
        if "name" not in self.options:
            raise self.error("quiz: give the question a name, as in  :name: q-first-loss")
        parsed = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, parsed)
        *stem, answers = parsed.children or [None]
        if not stem or not isinstance(answers, nodes.bullet_list):
            raise self.error("quiz: first the question, then the list of its answers, and nothing after it")

        quiz = tag("fieldset", classes=["quiz"])
        self.set_source_info(quiz)
        self.add_name(quiz)
        (name,) = quiz["ids"]
        options = [self.option(name, number, item) for number, item in enumerate(answers, start=1)]
        right = sum("quiz-right" in option["classes"] for option in options)
        if right != 1:
            raise self.error(f"quiz: exactly one answer is right; {right} are marked [x]")

        number = self.env.new_serialno("quiz") + 1
        legend, question = f"{name}-legend", f"{name}-question"
        quiz["attributes"] = {"aria-labelledby": f"{legend} {question}"}
        quiz += tag("legend", nodes.Text(f"Question {number}"), ids=[legend])
        quiz += tag("div", *stem, classes=["quiz-question"], ids=[question])
        quiz += options
        return [quiz]

    def option(self, name, number, item):
        """Return one answer with its button and its explanation."""
        answer, *explanation = item.children or [nodes.paragraph()]
        mark = MARK.match(answer[0].astext()) if answer.children else None
        if mark is None or not isinstance(answer[0], nodes.Text):
            raise self.error(f"quiz: answer {number} begins with neither [ ] nor [x]")
        if not explanation:
            raise self.error(f"quiz: answer {number} has no explanation; write one, indented, below it")
        answer[0] = nodes.Text(answer[0][mark.end() :])
        right = mark[1] != " "
        button = f"{name}-{number}"
        attributes = {"type": "radio", "name": name, "ids": [button]}
        if next(answer.findall(nodes.math), None):
            # Browsers leave formulas out of a label's name, and an answer that is one would have none.
            attributes["aria-label"] = " ".join(re.sub(r"[\\{}]", " ", answer.astext()).split())
        verdict = nodes.strong("", VERDICT[right])
        if isinstance(explanation[0], nodes.paragraph):
            explanation[0].insert(0, [verdict, nodes.Text(" ")])
        else:
            explanation.insert(0, nodes.paragraph("", "", verdict))
        return tag(
            "div",
            tag("input", **attributes),
            tag("label", *answer.children, **{"for": button}),
            # Screen readers say what appears in here.
            tag(
                "div",
                tag("div", *explanation, classes=["quiz-explanation"]),
                **{"aria-live": "polite"},
            ),
            classes=["quiz-answer", "quiz-right" if right else "quiz-wrong"],
        )


def visit_tag(writer, node):
    """Open the element."""
    writer.body.append(writer.starttag(node, node["tag"], "", **node["attributes"]))


def depart_tag(writer, node):
    """Close it, unless it is one that HTML never closes."""
    if node["tag"] != "input":
        writer.body.append(f"</{node['tag']}>\n")


def pass_by(writer, node):
    """Let another builder write only the contents."""


def setup(app):
    """Register the directive with Sphinx."""
    others = dict.fromkeys(("latex", "text", "man", "texinfo"), (pass_by, pass_by))
    app.add_node(Tag, html=(visit_tag, depart_tag), **others)
    app.add_directive("quiz", Quiz)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
