"""The questions of the concept inventory, as students see them.

    ```{inventory}
    ```

prints coursework/inventory/questions.toml. The key is another file, which nothing here opens.
"""

import tomllib
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective


class Inventory(SphinxDirective):
    """The directive `inventory`."""

    def run(self):
        """Return the words that are explained, and the questions as a numbered list."""
        path = Path(self.env.app.confdir) / "coursework" / "inventory" / "questions.toml"
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        self.env.note_dependency(str(path))
        words = nodes.bullet_list("", *(nodes.list_item("", *self.parsed(w)) for w in content["words"]))
        questions = nodes.enumerated_list(classes=["inventory"], enumtype="arabic", prefix="", suffix=".")
        for entry in content["questions"]:
            options = nodes.enumerated_list(enumtype="upperalpha", prefix="", suffix=".")
            options += [nodes.list_item("", *self.parsed(option)) for option in entry["options"]]
            questions += nodes.list_item("", *self.parsed(entry["stem"]), options)
        return [words, questions]

    def parsed(self, text):
        """Return the nodes of a text in Markdown."""
        node = nodes.Element()
        self.state.nested_parse(StringList([text], source="questions.toml"), self.content_offset, node)
        return node.children


def setup(app):
    """Register the directive with Sphinx."""
    app.add_directive("inventory", Inventory)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
