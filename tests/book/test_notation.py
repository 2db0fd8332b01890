"""One notation in formulas, code and prose: z is a logit, y_pred a prediction, the loss a mean over rows."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
AFFINE = r"(?:X\s*w|X\s*W|w\^\\top x|W\^\\top x)\b\s*\+"
CODE = {
    "y_pred or y_true has another name": r"\b(?:y_?hat|y_prediction|ytrue|ypred)\b",
    "a prediction is put where a logit belongs": r"\b(?:sigmoid|softmax|log_sigmoid|log_softmax)\(\s*y_pred\b"
    r"|_from_logits\([^()]*\by_pred\b",
    "a prediction is called a logit": r"^\s*(?:z|logits)\s*=\s*(?:\w+\.)?(?:sigmoid|softmax)\(",
    "a sum is called a mean": r"^\s*\w*mean\w*\s*=\s*(?:np\.sum\([^/]*\)|[\w.]+\.sum\([^/]*\))\s*(?:#.*)?$",
}
MARKDOWN = {
    "a logit is called a prediction": rf"\\hat\{{?\s*y\}}?\s*&?=\s*{AFFINE}(?!.*identity)",
    "a prediction is activated again": r"\\(?:sigma|operatorname\{softmax\})\s*\(\s*\\hat\{?\s*y",
    "a sum is called the loss": r"(?<![A-Za-z\\])L(?:\([^()$]*\))?\s*&?=\s*-?\s*\\sum_\{?\s*i",
}


def found(rules, text):
    """The rules that a text breaks, each with the place."""
    return [
        (fault, match[0])
        for fault, pattern in rules.items()
        for match in re.finditer(pattern, text, flags=re.MULTILINE)
    ]


def sources():
    """Name, kind and text of every page and every public module."""
    for path in sorted((ROOT / "book").rglob("[!.]*")):
        if "_build" in path.parts or path.suffix not in {".ipynb", ".md"}:
            continue
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".md":
            yield name, MARKDOWN, path.read_text(encoding="utf-8")
            continue
        for kind, rules in (("markdown", MARKDOWN), ("code", CODE)):
            notebook = json.loads(path.read_text(encoding="utf-8"))
            parts = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == kind]
            yield f"{name} {kind}", rules, "\n".join(parts)
    for path in sorted((ROOT / "lib").rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), CODE, path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("rules", "text"), [pytest.param(*rest, id=name) for name, *rest in sources()])
def test_the_notation_is_kept(rules, text):
    assert found(rules, text) == []


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        (CODE, "y_hat = sigmoid(z)"),
        (CODE, "loss = bce_from_logits(y_true, y_pred)"),
        (CODE, "p = softmax(y_pred)"),
        (CODE, "z = sigmoid(X @ w + b)"),
        (CODE, "mean_loss = np.sum(losses)"),
        (CODE, "mean_loss = losses.sum()  # over rows"),
        (MARKDOWN, r"$\hat y = X w + b$"),
        (MARKDOWN, r"$\sigma(\hat y)$"),
        (MARKDOWN, r"$L = \sum_i \ell_i$"),
        (MARKDOWN, r"$L(w) = -\sum_i y_i \log \hat y_i$"),
    ],
)
def test_a_planted_slip_is_found(rules, text):
    assert found(rules, text)


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        (CODE, "mean_loss = losses.sum() / len(losses)"),
        (CODE, "z = X @ w + b"),
        (MARKDOWN, r"$z = X w + b$ and $\hat y = \sigma(z)$"),
        (MARKDOWN, r"$L = \frac1n \sum_i \ell_i$"),
    ],
)
def test_the_convention_itself_is_let_through(rules, text):
    assert found(rules, text) == []
