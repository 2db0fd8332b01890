"""Which packages a page's cells need: found by reading the code, nothing is run.

The library imports SciPy and scikit-learn only when something that needs them is asked for, so what a page
fetches depends on the names that it mentions.
"""

import ast
import sys

# In the page cells.py stands in for the one, and the figures that move do without the other.
STOOD_FOR = {"IPython", "vl_convert"}


def needed(codes, library, packages):
    """Return what the cells need: names of packages, and the modules that none of them holds.

    Parameters
    ----------
    codes : iterable of str
        The source of each cell.
    library : Path
        The folder of the library's own packages.
    packages : dict
        What the distribution holds: its "imports" and "depends" by the package's name.
    """
    holder = {module: name for name, package in packages.items() for module in package["imports"]}
    roots = {module.partition(".")[0] for module in _Reading(codes, library).modules}
    own = {path.name for path in library.iterdir() if (path / "__init__.py").is_file()}
    found = {holder[root] for root in roots if root in holder}
    unknown = roots - set(holder) - own - STOOD_FOR - sys.stdlib_module_names
    return with_dependencies(found, packages), unknown


def with_dependencies(names, packages):
    """Return the packages of these names and all that they depend on."""
    everything, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name not in everything:
            everything.add(name)
            waiting += packages[name]["depends"]
    return everything


class _Reading:
    """Follows the imports of cells into the library, as far as the names mentioned ask for it."""

    def __init__(self, codes, library):
        self.library, self.modules, self.names = library, set(), set()
        trees = [ast.parse(code) for code in codes]
        for tree in trees:
            self.names |= _mentioned(tree)
        known = -1
        # A name mentioned in a module read late may ask for more of one read early.
        while known != len(self.names):
            known = len(self.names)
            self.modules.clear()
            for tree in trees:
                for node in ast.walk(tree):
                    self._follow(node, "")

    def _follow(self, node, package):
        for module in _imported(node, package):
            self._visit(module)

    def _visit(self, module):
        parent = module.rpartition(".")[0]
        if parent:
            self._visit(parent)
        path = self._file(module)
        if module in self.modules or (path is None and self._is_own(module)):
            return
        self.modules.add(module)
        if path is None:
            return
        tree = ast.parse(path.read_text(encoding="utf-8"))
        package = module if path.name == "__init__.py" else parent
        if module.startswith("sevensteps_figures"):
            self.names |= _mentioned(tree)
        for statement in tree.body:
            is_definition = isinstance(statement, (ast.FunctionDef, ast.ClassDef))
            if not is_definition or statement.name in self.names:
                for node in ast.walk(statement):
                    self._follow(node, package)
            if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "_LATER":
                later = ast.literal_eval(statement.value)
                for name in self.names & set(later):
                    self._visit(f"{module}.{later[name]}")

    def _is_own(self, module):
        return (self.library / module.partition(".")[0]).is_dir()

    def _file(self, module):
        path = self.library.joinpath(*module.split("."))
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if file.is_file():
                return file
        return None


def _mentioned(tree):
    """Return every name that the code uses or imports."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.alias):
            names.add(node.name)
    return names


def _imported(node, package):
    """Return the modules that one statement imports, and what may be modules among its names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = node.module or ""
    if node.level:
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*above, base] if base else above)
    return [base, *(f"{base}.{alias.name}" for alias in node.names)]
