"""One notation in formulas and code: z is a logit, ŷ and y_pred a prediction, the loss a mean over rows."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PREDICTION = r"\\hat\{?\s*y\}?(?:_\w|_\{\w+\})?"
# What a slip looks like. Sums over classes, k, are no means and are let through.
RULES = {
    "y_pred or y_true by another name": r"\b(?:y_?hat|y_prediction|ytrue|ypred)\b",
    "a logit in code is called a prediction": r"^\s*y_pred = (?:\w+ @ \w+|logits\("
    r"|\w+\.(?:dot|decision_function)\()",
    "a prediction in code is called a logit": r"^\s*(?:z|logits) = (?:\w+\.)?"
    r"(?:sigmoid|softmax|predict)\w*\(",
    "a prediction in code is activated again": r"\b(?:log_)?(?:sigmoid|softmax)\(\s*y_pred\b"
    r"|_from_logits\([^()]*\by_pred\b",
    "a sum in code is called a mean": r"^\s*(?:\w*mean\w*|loss) = "
    r"(?:np\.sum\([^/\n]*\)|[\w.]+\.sum\([^/\n]*\))\s*(?:#.*)?$",
    "a logit is called a prediction": rf"{PREDICTION}\s*&?=\s*(?:X\s*[wW]|[wW]\^\\top\s*x)(?:_\w)?\s*\+",
    "a prediction is activated again": rf"\\(?:sigma|operatorname\{{softmax\}})\s*\(\s*{PREDICTION}",
    "a sum is called the loss": r"(?<![A-Za-z\\])L(?:\([^()$]*\))?\s*&?=\s*-?\s*\\sum_\{?\s*i",
    "a sum is called a mean": r"\\bar\s*\{?\s*\w\}?\s*&?=\s*\\sum_\{?\s*i",
}
# A linear model has no activation, so that its prediction is its logit. Where that is meant:
LINEAR = {
    "book/7_convergence.ipynb": {"a logit in code is called a prediction": ["y_pred = A @ np"]},
    "book/models/linear_regression.ipynb": {
        "a logit in code is called a prediction": ["y_pred = X1 @ theta"]
    },
    "coursework/5_gradients/assignment.ipynb": {"a logit is called a prediction": [r"\hat y = Xw +"]},
    "coursework/6_updates/assignment.ipynb": {"a logit is called a prediction": [r"\hat y = Xw +"]},
}
SLIPS = [
    ("y_pred or y_true by another name", "p = y_hat"),
    ("a logit in code is called a prediction", "y_pred = X @ w + b"),
    ("a logit in code is called a prediction", "y_pred = model.decision_function(X)"),
    ("a prediction in code is called a logit", "z = sigmoid(X @ w + b)"),
    ("a prediction in code is activated again", "loss = bce_from_logits(y_true, y_pred)"),
    ("a prediction in code is activated again", "p = softmax(y_pred)"),
    ("a sum in code is called a mean", "mean_loss = np.sum(losses)"),
    ("a sum in code is called a mean", "loss = losses.sum()  # over rows"),
    ("a logit is called a prediction", r"$\hat y = X w + b$"),
    ("a logit is called a prediction", r"$\hat{y}_i = w^\top x_i + b$"),
    ("a prediction is activated again", r"$\sigma(\hat y_i)$"),
    ("a sum is called the loss", r"$L = \sum_i \ell_i$"),
    ("a sum is called the loss", r"$L(w) &= -\sum_{i=1}^n y_i \ln \hat y_i$"),
    ("a sum is called a mean", r"$\bar y = \sum_i y_i$"),
]
RIGHT = [
    "mean_loss = losses.sum() / len(losses)",
    "z = X @ w + b",
    "y_pred = sigmoid(X @ w + b)",
    r"$z = X w + b$ and $\hat y = \sigma(z)$",
    r"$L = \frac1n \sum_i \ell_i$",
    r"$\bar z = \sum_k p_k z_k$",
    r"$L(p) = -\sum_k \bar y_k \ln p_k$",
    r"$\bar y = \frac1n \sum_i y_i$",
]


def faults(text):
    """Return the rules that a text breaks, each with the places."""
    places = {
        fault: [match[0].strip() for match in re.finditer(rule, text, flags=re.MULTILINE)]
        for fault, rule in RULES.items()
    }
    return {fault: found for fault, found in places.items() if found}


def texts():
    """Return the files that readers and students see, with what is written in them."""
    paths = [path for folder in ("book", "lib", "coursework") for path in (ROOT / folder).rglob("*")]
    for path in sorted(paths):
        name = path.relative_to(ROOT)
        if any(part.startswith(".") for part in name.parts) or path.suffix not in {".ipynb", ".md", ".py"}:
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
        yield name.as_posix(), text


TEXTS = dict(texts())


@pytest.mark.parametrize("name", TEXTS)
def test_the_notation_is_kept(name):
    assert faults(TEXTS[name]) == LINEAR.get(name, {})


@pytest.mark.parametrize(("fault", "text"), SLIPS)
def test_a_planted_slip_is_found(fault, text):
    assert set(faults(text)) == {fault}


def test_every_rule_has_a_slip():
    assert {fault for fault, _ in SLIPS} == set(RULES)


@pytest.mark.parametrize("text", RIGHT)
def test_the_convention_itself_is_let_through(text):
    assert faults(text) == {}
