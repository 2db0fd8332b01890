"""Every displayed equation that claims something is checked, under its label: equations/ holds the checks."""

import importlib
import re

import equations
import pytest
from equations.printed import Equation, displayed, module, pages

PRINTED = [equation for page, text in pages().items() for equation in displayed(page, text)]
MODULES = {
    page: importlib.import_module(f"equations.{module(page)}")
    # Not a set: two workers have to collect the tests in one order.
    for page in dict.fromkeys(found.page for found in PRINTED)
}
DEFINITIONS = {
    label: entry for known in MODULES.values() for label, entry in getattr(known, "DEFINITIONS", {}).items()
}
LABELLED = {equation.label: equation for equation in PRINTED if equation.label}
# Two equalities in one line, a line that goes on from the last one, or another relation: that is a claim.
CLAIMS = re.compile(r"(?:^|\\\\)\s*&?\s*=|\\(?:le|ge|leq|geq|ll|gg|approx|iff|ne|sim|Longrightarrow)\b|[<>]")


def claims(tex):
    """Return whether a formula says more than what a letter stands for."""
    body = re.sub(r"\\(?:begin|end)\{\w+\}(?:\{\w+\})?", "", tex)
    # What stands below a sum says for which indices, and what stands in P(…) is an event.
    body = re.sub(r"_\{[^{}]*\}|P\([^()]*\)", "_", body)
    lines = body.split(r"\\")
    return bool(CLAIMS.search(body)) or any(
        part.count("=") > 1 for line in lines for part in re.split(r"\\q?quad\b", line)
    )


def test_every_displayed_equation_has_a_label():
    assert [equation for equation in PRINTED if equation.label is None] == []


@pytest.mark.parametrize("label", LABELLED)
def test_the_equation_holds(label):
    equation = LABELLED[label]
    if label in DEFINITIONS:
        digest, _ = DEFINITIONS[label]
    else:
        assert label in equations.CHECKS, (
            f"no check of {label} in equations/{module(equation.page)}.py, where it would begin with "
            f'@check("{label}", tex="{equation.digest}")'
        )
        digest, function = equations.CHECKS[label]
        assert function.__module__ == f"equations.{module(equation.page)}"
        equations.run(function)
    assert digest == equation.digest, (
        f"the page prints {label} otherwise than when its check was written: {equation.tex} "
        f'Does the check still test this? Then write tex="{equation.digest}".'
    )


def test_every_check_has_its_equation():
    assert (equations.CHECKS.keys() | DEFINITIONS.keys()) - LABELLED.keys() == set()
    assert equations.CHECKS.keys() & DEFINITIONS.keys() == set()


@pytest.mark.parametrize("label", DEFINITIONS)
def test_a_definition_claims_nothing(label):
    _, reason = DEFINITIONS[label]
    assert not claims(LABELLED[label].tex), f"{label} claims something, so it needs a check"
    assert len(reason.split()) >= 3


# --- The reading itself ---


def test_equations_are_read_with_their_labels():
    text = "A\n\n$$\na  = b\n$$ (eq-one)\n\nthen $$c$$, not `(eq-two)`\n"
    assert displayed("page", text) == [Equation("page", "eq-one", "a = b"), Equation("page", None, "c")]


def test_the_digest_sees_a_sign_and_no_line_break():
    first, second, third = displayed("page", "$$a + b$$\n$$\na\n+ b\n$$\n$$a - b$$")
    assert first.digest == second.digest != third.digest


@pytest.mark.parametrize(
    "tex",
    [
        "a = b = c",
        "a \\le b",
        "x &= y \\\\ &= z",
        "\\Delta < 1",
        "= f(x)",
        "x \\approx y",
    ],
)
def test_a_claim_is_told_from_a_definition(tex):
    assert claims(tex)


@pytest.mark.parametrize(
    "tex",
    [
        "z = w_1 x_1 + b .",
        "\\begin{aligned} p &= \\sigma(z), \\\\ q &= \\sum_{i=1}^n y_i \\end{aligned}",
        "\\eta = 0.1, \\qquad \\beta = 0.9",
        "P(y > k) = \\sigma(z)",
    ],
)
def test_a_definition_is_no_claim(tex):
    assert not claims(tex)


def test_a_label_has_one_check():
    label = next(iter(equations.CHECKS))
    with pytest.raises(ValueError, match=f"{label}.*already"):
        equations.check(label, tex="")(lambda rng: None)


@pytest.mark.parametrize(("left", "right"), [(1, 2), ([1, 2], [1, 3]), ([1, 1], 1), (1, 1 + 1e-15)])
def test_what_differs_is_not_the_same(left, right):
    with pytest.raises(AssertionError):
        equations.same(left, right)
