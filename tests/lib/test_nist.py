"""The closed form against NIST's reference data sets for linear regression, from easy to very hard."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sevensteps as ss

FOLDER = Path(__file__).resolve().parents[1] / "data" / "nist"
REFERENCES = {
    name: reference
    for name, reference in json.loads((FOLDER / "reference.json").read_text(encoding="utf-8")).items()
    if reference["intercept"]
}


def data(name, degree):
    """Return the columns of a data set, or the powers of its only one, and y."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    table = np.array(rows, float)
    y = table[:, head.index("y")]
    X = np.delete(table, head.index("y"), axis=1)
    return (X if degree is None else X ** np.arange(1, degree + 1)), y


def correct_digits(computed, exact):
    """Return how many leading digits of the worst coefficient are right (NIST's LRE, at most 16)."""
    errors = [
        abs(Fraction(float(ours)) - true) / (abs(true) or 1)
        for ours, true in zip(computed, exact, strict=True)
    ]
    return min(16.0, *(-np.log10(float(error)) if error else 16.0 for error in errors))


def test_all_sets_with_an_intercept_are_there():
    assert sorted(REFERENCES) == [
        "filip",
        "longley",
        "norris",
        "pontius",
        *(f"wampler{i}" for i in range(1, 6)),
    ]


def test_digits_are_counted():
    assert correct_digits([1.0, -2.0], [Fraction(1), Fraction(-2)]) == 16
    assert correct_digits([1.0, -2.002], [Fraction(1), Fraction(-2)]) == pytest.approx(3, abs=1e-6)
    assert correct_digits([1e-4], [Fraction(0)]) == pytest.approx(4)


@pytest.mark.parametrize("name", REFERENCES)
def test_the_closed_form_has_digits_to_spare(name):
    reference = REFERENCES[name]
    weights, bias = ss.least_squares(*data(name, reference["degree"]))
    exact = [Fraction(number) for number in reference["coefficients"]]
    assert correct_digits([bias, *weights], exact) >= 5.5
