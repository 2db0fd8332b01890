"""The package as a whole: what an import loads, what is public, and what the docstrings promise."""

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
import sevensteps as ss

ROOT = Path(__file__).resolve().parents[2]
STEPS = ["initialization", "logits", "activations", "losses", "gradients", "updates", "convergence"]
PUBLIC = {name: getattr(ss, name) for name in ss.__all__}
MODULES = sorted((ROOT / "lib" / "sevensteps").glob("*.py"))
EVERY_MODULE = sorted((ROOT / "lib").glob("sevensteps*/**/*.py"))
FUNCTIONS = {name: value for name, value in PUBLIC.items() if inspect.isfunction(value)}

every_function = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)


def sections(function):
    """Return the sections of a numpydoc docstring by name."""
    parts = re.split(r"\n(\w+)\n-+\n", inspect.getdoc(function))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_an_import_loads_numpy_and_nothing_else_from_outside():
    code = "import sys; before = set(sys.modules); import numpy; numpys = set(sys.modules) - before;"
    code += "import sevensteps; print(*sorted(set(sys.modules) - before - numpys))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    packages = {name.split(".")[0] for name in loaded.split()}
    assert packages - set(sys.stdlib_module_names) == {"sevensteps"}


def test_all_names_are_there_sorted_and_once():
    assert list(ss.__all__) == sorted(set(ss.__all__))
    assert all(hasattr(ss, name) for name in ss.__all__)


@pytest.mark.parametrize("name", [*STEPS, "training", "mlp"])
def test_every_public_name_of_a_step_is_importable_from_the_package(name):
    module = importlib.import_module(f"sevensteps.{name}")
    own = {
        key
        for key, value in vars(module).items()
        if not key.startswith("_") and (getattr(value, "__module__", "") == module.__name__ or key.isupper())
    }
    assert own
    assert own <= set(ss.__all__)
    assert all(getattr(ss, key) is getattr(module, key) for key in own)


def test_logits_and_gradients_are_the_functions():
    assert inspect.isfunction(ss.logits)
    assert inspect.isfunction(ss.gradients)


def test_the_version_is_written_in_one_place():
    assert re.fullmatch(r"\d+\.\d+\.\d+", ss.__version__)
    metadata = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'dynamic = ["version"]' in metadata
    assert 'version = { attr = "sevensteps.__version__" }' in metadata
    assert ss.__version__ not in metadata


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_has_a_docstring(name):
    value = PUBLIC[name]
    own = type(value) if isinstance(value, ss.Loss) else value
    assert own.__doc__
    assert not own.__doc__.startswith(f"{name}(")  # what a named tuple has by itself


@every_function
def test_docstrings_have_their_sections_and_at_most_25_lines(function):
    doc = inspect.getdoc(function)
    assert len(doc.splitlines()) <= 25
    assert doc.splitlines()[0].endswith(".") or ":" in doc.splitlines()[0]
    assert [name for name in sections(function) if name[0] in "PR"] == ["Parameters", "Returns", "Raises"]
    assert ">>>" in doc or ">>>" in inspect.getmodule(function).__doc__


@every_function
def test_docstrings_name_the_parameters_in_the_signatures_order(function):
    heads = re.findall(r"^(\w+(?:, \w+)*)(?: :.*)?$", sections(function)["Parameters"], flags=re.MULTILINE)
    documented = [name for head in heads for name in head.split(", ")]
    assert documented == list(inspect.signature(function).parameters)


@pytest.mark.parametrize("path", EVERY_MODULE, ids=lambda path: path.relative_to(ROOT / "lib").as_posix())
def test_no_module_is_longer_than_a_sitting(path):
    source = path.read_text(encoding="utf-8")
    code = re.sub(r'""".*?"""', "", source, flags=re.DOTALL)
    lines = [line for line in code.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert len(lines) <= 150
