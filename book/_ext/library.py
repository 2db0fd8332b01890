"""The library reference: what the docstrings say, and with each object the place that explains it.

    :::{library} losses
    - [`mean_squared_error`](../4_losses.ipynb#one-row-all-rows)
    - [`Loss`](../5_gradients.ipynb#the-library-s-form)
    :::

documents the public names of one module, in this order. A public name that the list lacks stops the build,
and so does one that is not public. autodoc and napoleon do the rest; outside the site the same text is a
list of links.
"""

import inspect
import re

import sevensteps
from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

ITEM = re.compile(r"- \[`(?P<name>\w+)`\]\((?P<page>[^)#]+)(?P<place>#[^)]+)?\)$")
# These sections name shapes and errors in words. As the lists of Sphinx's own they would be links to classes.
IN_WORDS = [(section, "params_style") for section in ("Parameters", "Attributes", "Raises")]
UNDERLINE = re.compile(r"-+$")
CODE = re.compile(r"(`[^`]+`)")
# What reStructuredText would read as markup: in a formula they are signs, and at the end of a name.
SIGNS = re.compile(r"[\\*|]|_(?!\w)")
# What napoleon makes of "weights : (n_features,)".
TYPED = re.compile(r"(?P<name>\*\*.+?\*\*) \(\*?(?P<type>.*?)\*?\)(?= -- |$)")


def public_names(module):
    """Return the names that `sevensteps` offers from one of its modules."""
    owner = f"sevensteps.{module}"
    return {name for name in sevensteps.__all__ if getattr(sevensteps, name).__module__ == owner}


class Library(SphinxDirective):
    """The directive `library`."""

    has_content = True
    required_arguments = 1

    def run(self):
        """Return the entries of a module."""
        items = [ITEM.match(line) for line in self.content if line.strip()]
        if not all(items):
            raise self.error("library: expected a list of links, as in  - [`logits`](../2_logits.ipynb#one)")
        listed, public = [item["name"] for item in items], public_names(self.arguments[0])
        if lacking := sorted(public - set(listed)):
            raise self.error(
                f"library: {self.arguments[0]} offers {lacking} too; say which place explains it"
            )
        if surplus := sorted(set(listed) - public):
            raise self.error(f"library: {surplus} is no public name of {self.arguments[0]}")
        return [node for item in items for node in self.entry(**item.groupdict())]

    def entry(self, name, page, place):
        """Return one object's signature and docstring, and the link as its last line."""
        value = getattr(sevensteps, name)
        kind = "class" if inspect.isclass(value) else "function" if inspect.isfunction(value) else "data"
        entry = self.parse(f"```{{eval-rst}}\n.. auto{kind}:: sevensteps.{name}\n```")
        where = f"[]({page})" + (f", []({page}{place})" if place else "")
        # Before the methods of a class, which have no link of their own.
        (content,) = (node for node in entry[-1].children if isinstance(node, addnodes.desc_content))
        methods = content.first_child_matching_class(addnodes.desc)
        at = len(content) if methods is None else content.index(content[methods])
        content[at:at] = self.parse(f"{{.explained}}\nExplained in {where}.")
        return entry

    def parse(self, markdown):
        """Return the nodes of a piece of Markdown."""
        parsed = nodes.Element()
        source = self.get_source_info()[0]
        self.state.nested_parse(StringList(markdown.splitlines(), source), self.content_offset, parsed)
        return parsed.children


def prepare(app, what, name, value, options, lines):
    """Turn our docstrings into what napoleon reads: code in single backticks, formulas as they stand."""
    if what == "data":
        lines[:] = [describe(value)]
        return
    headings = [i - 1 for i, line in enumerate(lines) if UNDERLINE.match(line)]
    examples = next((i for i in headings if lines[i] == "Examples"), len(lines))
    for i, line in enumerate(lines[:examples]):
        # In a section, what stands at the margin is a name, and napoleon knows how to write one.
        margin = bool(headings) and i >= headings[0] and not line.startswith(" ")
        head, colon, tail = line.partition(" : ") if margin else ("", "", line)
        lines[i] = head + colon + marked_up(tail)


def tidy(app, what, name, value, options, lines):
    """Write a name and its shape as the docstring does: napoleon would put shapes in a second bracket."""
    lines[:] = [TYPED.sub(r"\g<name>: \g<type>", line) for line in lines]


def marked_up(text):
    """Return the text with its code as code, or as a link where it is a public name."""
    parts = []
    for part in CODE.split(text):
        code = part.strip("`") if CODE.match(part) else None
        if code in sevensteps.__all__:
            parts.append(f":py:obj:`{code} <sevensteps.{code}>`")
        elif code:
            parts.append(f"``{code}``")
        else:
            parts.append(SIGNS.sub(r"\\\g<0>", part))
    return "".join(parts)


def describe(value):
    """Return what a named tuple of the library holds, in one line."""
    known = {field: getattr(part, "__name__", str(part)) for field, part in value._asdict().items()}
    shown = [f"{field} `{part}`" for field, part in known.items() if not part.startswith("_")]
    return marked_up(f"The `{type(value).__name__}` with {', '.join(shown)}.")


def skip(app, what, name, value, skipped, options):
    """Leave out what other libraries wrote: their methods are described by themselves."""
    module = getattr(value, "__module__", None) or ""
    return None if inspect.isfunction(value) and module.startswith("sevensteps.") else True


def setup(app):
    """Register the directive with Sphinx, and set autodoc and napoleon for docstrings like ours."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.add_directive("library", Library)
    # Before napoleon, which listens with the usual priority of 500.
    app.connect("autodoc-process-docstring", prepare, priority=400)
    app.connect("autodoc-process-docstring", tidy, priority=600)
    app.connect("autodoc-skip-member", skip)
    app.connect("config-inited", configure)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def configure(app, config):
    """Set what belongs to this directive rather than to the book."""
    config.add_module_names = False
    config.autodoc_default_options = {"members": True, "inherited-members": True, "no-value": True}
    config.autodoc_member_order = "bysource"
    config.autodoc_preserve_defaults = True
    config.autodoc_typehints = "none"
    config.napoleon_custom_sections = IN_WORDS
    config.napoleon_google_docstring = False
    config.napoleon_use_rtype = False
    config.python_maximum_signature_line_length = 60
    config.toc_object_entries_show_parents = "hide"
