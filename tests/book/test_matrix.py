"""Each step is derived, computed and exercised for each of the three models: no cell stays empty."""

import json
import re
from pathlib import Path

import pytest

BOOK = Path(__file__).resolve().parents[2] / "book"
# chapter, model: the label of its derivation, the id of its code cell, the label of an exercise.
MATRIX = {
    ("1_initialization", "linear"): ("bias-linear", "base-rate-check", "ex-1-mean"),
    ("1_initialization", "logistic"): ("bias-logistic", "scales", "ex-1-rare"),
    ("1_initialization", "softmax"): ("bias-softmax", "ten-rows", "ex-1-suspicious"),
    ("2_logits", "linear"): ("eq-units", "units", "ex-2-kilopascal"),
    ("2_logits", "logistic"): ("eq-sigmoid", "tumour-again", "ex-2-strict"),
    ("2_logits", "softmax"): ("eq-shift", "shift", "ex-2-flip"),
    ("3_activations", "linear"): ("activations-identity", "units-check", "ex-3-fahrenheit"),
    ("3_activations", "logistic"): ("activations-slope", "sigmoid-check", "ex-3-way-back"),
    ("3_activations", "softmax"): ("activations-jacobian", "jacobian-check", "ex-3-by-hand"),
    ("4_losses", "linear"): ("losses-gaussian", "likelihood-check", "ex-4-laplace"),
    ("4_losses", "logistic"): ("losses-bce", "from-logits-check", "ex-4-absolute"),
    ("4_losses", "softmax"): ("losses-cce-logits", "curvatures", "ex-4-flat"),
    ("5_gradients", "linear"): ("gradients-linear", "linear-gradient", "ex-5-two-rows"),
    ("5_gradients", "logistic"): ("gradients-logistic", "logistic-gradient", "ex-5-balanced"),
    ("5_gradients", "softmax"): ("gradients-softmax", "softmax-gradient", "ex-5-one-image"),
    ("6_updates", "linear"): ("updates-linear", "limit-linear-check", "ex-6-two-rows"),
    ("6_updates", "logistic"): ("updates-logistic", "limit-cross-entropy-check", "ex-6-power"),
    ("6_updates", "softmax"): ("updates-softmax", "newton-softmax-code", "ex-6-ten"),
    ("7_convergence", "linear"): ("convergence-normal", "normal-equations", "ex-7-budget"),
    ("7_convergence", "logistic"): ("convergence-hessian-logistic", "rate-cross-entropies", "ex-7-logarithm"),
    ("7_convergence", "softmax"): ("convergence-hessian-softmax", "hessians-check", "ex-7-floor"),
}


def cells(chapter):
    return json.loads((BOOK / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]


def text(chapter, kind="markdown"):
    return "\n".join("".join(cell["source"]) for cell in cells(chapter) if cell["cell_type"] == kind)


def test_every_chapter_has_its_three_models():
    chapters = {path.stem for path in BOOK.glob("[1-7]_*.ipynb")}
    expected = {(chapter, model) for chapter in chapters for model in ("linear", "logistic", "softmax")}
    assert set(MATRIX) == expected


@pytest.mark.parametrize(("chapter", "model"), MATRIX, ids="-".join)
def test_the_cell_has_a_derivation_code_and_an_exercise(chapter, model):
    derivation, code, exercise = MATRIX[chapter, model]
    assert re.search(rf"\$\$ \({re.escape(derivation)}\)", text(chapter))
    assert code in {cell["id"] for cell in cells(chapter) if cell["cell_type"] == "code"}
    assert f":label: {exercise}\n" in text(chapter)
    assert f"{{solution-start}} {exercise}\n" in text(chapter)


def test_no_label_is_given_twice():
    everything = "\n".join(text(path.relative_to(BOOK).with_suffix("")) for path in BOOK.rglob("[!.]*.ipynb"))
    labels = re.findall(r"^:(?:label|name): (\S+)$|\$\$ \((\S+)\)$", everything, re.MULTILINE)
    names = [first or second for first, second in labels]
    assert [name for name in set(names) if names.count(name) > 1] == []
    assert len(names) > 100


@pytest.mark.parametrize("path", sorted(BOOK.glob("[1-7]_*.ipynb")), ids=lambda path: path.stem)
def test_every_chapter_asks_and_sets_exercises_on_three_levels(path):
    prose = text(path.stem)
    assert prose.count(":::{quiz}") >= 6
    assert prose.count(":::{exercise}") >= 6
    assert {level for level in "123" if f"(level {level})" in prose} == {"1", "2", "3"}
    assert prose.count("{solution-start}") == prose.count("{solution-end}") == prose.count(":::{exercise}")
