"""What a page fetches: found in the imports of its cells, and no more than they need."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = json.loads((ROOT / "book" / "live" / "pyodide.json").read_text(encoding="utf-8"))["packages"]


@pytest.fixture
def needs(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    import needs

    yield lambda *codes: needs.needed(codes, ROOT / "lib", PACKAGES)
    del sys.modules["needs"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import math", set()),
        ("import numpy.linalg as la", {"numpy"}),
        ("import sevensteps as ss\nss.train", {"numpy"}),
        ("from sevensteps import gradients\nfrom sevensteps.losses import SQUARED_ERROR", {"numpy"}),
        ("import scipy.optimize", {"numpy", "openblas", "scipy"}),
        # What the library imports only when it is asked for.
        ("import sevensteps as ss\nss.lbfgs", {"numpy", "openblas", "scipy"}),
        ("from sevensteps import newton", {"numpy", "openblas", "scipy"}),
        ("import sevensteps as ss\nss.is_separable", {"numpy", "openblas", "scipy"}),
        ("def later():\n    from scipy import special", {"numpy", "openblas", "scipy"}),
    ],
)
def test_a_page_fetches_what_it_imports(needs, code, expected):
    assert needs(code) == (expected, set())


@pytest.mark.parametrize(
    "code", ["import sevensteps as ss\nss.LogisticRegression", "from sklearn.datasets import load_iris"]
)
def test_what_scikit_learn_depends_on_comes_along(needs, code):
    packages, unknown = needs(code)
    assert {"scikit-learn", "scipy", "numpy", "joblib"} <= packages
    assert "matplotlib" not in packages
    assert not unknown


def test_pictures_need_matplotlib_and_no_ipython(needs):
    packages, unknown = needs("from sevensteps_figures import show")
    assert "matplotlib" in packages
    assert "scikit-learn" not in packages
    assert not unknown
    # A chapter's pictures may need more.
    assert "scikit-learn" in needs("from sevensteps_figures import initialization")[0]


def test_cells_of_a_page_are_read_together(needs):
    assert needs("import sevensteps as ss", "ss.newton")[0] == {"numpy", "openblas", "scipy"}


def test_what_the_browser_lacks_is_named(needs):
    assert needs("import dask.array\nimport numpy")[1] == {"dask"}
