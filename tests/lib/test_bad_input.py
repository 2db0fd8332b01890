"""A table of bad calls of the estimators: each is refused with its argument, what came and what is expected.

The functions of the library have theirs in test_checks.
"""

import itertools
import re
from functools import partial

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import sevensteps as ss
from sklearn.exceptions import NotFittedError

X = np.array([[1.0, 2, 0], [2, 1, 1], [3, 1, 0], [4, 5, 1], [5, 4, 0], [6, 7, 1]])
GOOD_Y = {
    ss.LinearRegression: np.array([1.0, 2.5, 3, 1, 2, 6]),
    ss.LogisticRegression: np.array([0, 1, 0, 1, 1, 0]),
    ss.SoftmaxRegression: np.array([0, 1, 2, 1, 2, 0]),
}
LINEAR, LOGISTIC, SOFTMAX = GOOD_Y
DATES = np.array(["2024-01-01"] * 6, "datetime64[D]")


def with_entry(value, dtype=float):
    """Return X with another number in row 1, column 2."""
    bad = X.astype(dtype)
    bad[1, 2] = value
    return bad


# fault: (X, error, message)
BAD_X = {
    "none": (None, ValueError, r"X has shape \(\); expected two dimensions"),
    "number": (3.0, ValueError, r"X has shape \(\); expected two dimensions"),
    "text alone": ("rows", ValueError, r"X has shape \(\); expected two dimensions"),
    "one dimension": (
        X[:, 0],
        ValueError,
        r"X has shape \(6,\); expected .* Reshape your data: X.reshape\(-1, 1\)",
    ),
    "three dimensions": (X[None], ValueError, r"X has shape \(1, 6, 3\); expected two dimensions"),
    "no columns": (
        X[:, :0],
        ValueError,
        r"X has 0 feature\(s\) \(shape=\(6, 0\)\) while a minimum of 1 is required",
    ),
    "no rows": (X[:0], ValueError, r"X is empty: its shape is \(0, 3\); expected at least one value"),
    "ragged": ([[1, 2, 3], [1, 2]], ValueError, r"X is ragged: its rows differ in length; expected"),
    "nan": (
        with_entry(np.nan),
        ValueError,
        r"X holds nan at index \(1, 2\); expected finite numbers, no NaN",
    ),
    "inf": (with_entry(np.inf), ValueError, r"X holds inf at index \(1, 2\); expected finite"),
    "minus inf": (with_entry(-np.inf), ValueError, r"X holds -inf at index \(1, 2\); expected finite"),
    "nan in float32": (
        with_entry(np.nan, np.float32),
        ValueError,
        r"X holds nan at index \(1, 2\); expected",
    ),
    "text": (X.astype(str), TypeError, r"X has dtype <U\d+; expected real numbers"),
    "bytes": (X.astype("S3"), TypeError, r"X has dtype \|S3; expected real numbers"),
    "text among objects": (
        with_entry("b", object),
        TypeError,
        r"X holds 'b'; each entry .* must be .* a real number",
    ),
    "none among objects": (with_entry(None, object), TypeError, r"X holds None; each entry .* must be"),
    "nan among objects": (with_entry(np.nan, object), ValueError, r"X holds nan at index \(1, 2\); expected"),
    "complex": (X + 1j, ValueError, r"Complex data not supported: X has dtype complex128; expected real"),
    "dates": (np.tile(DATES[:, None], 3), TypeError, r"X has dtype datetime64\[D\]; expected real numbers"),
    "durations": (
        X.astype("timedelta64[s]"),
        TypeError,
        r"X has dtype timedelta64\[s\]; expected real numbers",
    ),
    "records": (
        np.zeros((6, 3), [("a", float)]),
        TypeError,
        r"X has dtype \[\('a', '<f8'\)\]; expected real numbers",
    ),
    "sparse": (scipy.sparse.csr_array(X), TypeError, r"X is a sparse matrix; expected a dense array"),
    "masked": (np.ma.masked_equal(X, 7), ValueError, r"X has masked entries; expected"),
    "frame of text": (pd.DataFrame(X).assign(a="b"), TypeError, r"X holds 'b'; each entry .* must be"),
    "frame with gaps": (
        pd.DataFrame(X).replace(7, np.nan),
        ValueError,
        r"X holds nan at index \(5, 1\); expected",
    ),
}
# Only where rows are learned from, and only where there are known ones to compare with.
BAD_X_TO_LEARN = {
    "too large": (
        with_entry(1e300),
        ValueError,
        r"X has values up to 1e\+300 in size; expected at most \de\+153",
    ),
    "rows": (X[:4], ValueError, r"X has 4 rows and y has 6; expected the same number of rows"),
}
BAD_X_TO_PREDICT = {
    "fewer columns": (X[:, :2], ValueError, r"X has 2 features, but \w+ is expecting 3 features"),
    "more columns": (np.hstack([X, X]), ValueError, r"X has 6 features, but \w+ is expecting 3 features"),
    "too large": (
        np.sign(X) * 1.7e308,
        ValueError,
        r"X has values up to 1\.7e\+308 in size; expected smaller ones",
    ),
}

BAD_Y = {
    "none": (None, ValueError, r"requires y to be passed, but the target y is None"),
    "number": (1.0, ValueError, r"y has shape \(\); expected one dimension"),
    "two columns": (np.ones((6, 2)), ValueError, r"y has shape \(6, 2\); expected one dimension"),
    "ragged": ([[1], [1, 2]], ValueError, r"y is ragged: its rows differ in length; expected"),
    "sparse": (
        scipy.sparse.coo_array(np.eye(6)[0]),
        TypeError,
        r"y is a sparse matrix; expected a dense array",
    ),
    "masked": (np.ma.masked_equal([0, 1, 0, 1, 1, 2], 2), ValueError, r"y has masked entries; expected"),
}
BAD_VALUES = BAD_Y | {
    "complex": (
        np.arange(6) * 1j,
        ValueError,
        r"Complex data not supported: y has dtype complex128; expected real",
    ),
    "nan": ([0, 1, np.nan, 1, 0, 1], ValueError, r"y holds nan at index \(2,\); expected finite"),
    "inf": ([0, 1, np.inf, 1, 0, 1], ValueError, r"y holds inf at index \(2,\); expected finite"),
    "empty": ([], ValueError, r"y is empty: its shape is \(0,\); expected at least one value"),
    "text": (["a", "b"] * 3, TypeError, r"y has dtype <U1; expected real numbers"),
    "objects": (
        np.array(["a", 1.0] * 3, object),
        TypeError,
        r"y holds 'a'; each entry .* must be .* a real number",
    ),
    "dates": (DATES, TypeError, r"y has dtype datetime64\[D\]; expected real numbers"),
    "too large": (
        np.full(6, 1e300),
        ValueError,
        r"y has values up to 1e\+300 in size; expected at most \de\+153",
    ),
}
BAD_LABELS = BAD_Y | {
    "complex": (
        np.arange(6) * 1j,
        ValueError,
        r"Unknown label type: y holds 0j at index 0; expected classes",
    ),
    "nan": (
        [0, 1, np.nan, 1, 0, 1],
        ValueError,
        r"Unknown label type: y holds nan at index 2; expected classes",
    ),
    "inf": (
        [0, 1, np.inf, 1, 0, 1],
        ValueError,
        r"Unknown label type: y holds inf at index 2; expected classes",
    ),
    "values": (
        [0, 1, 0.5, 1, 0, 1],
        ValueError,
        r"y holds 0.5 at index 2; expected .* there is LinearRegression",
    ),
    "none among text": (
        np.array(["a", "b", None] * 2, object),
        ValueError,
        r"y holds None at index 2; expected",
    ),
    "numbers among text": (
        np.array(["a", "b", 3] * 2, object),
        ValueError,
        r"y holds 3 at index 2; expected classes",
    ),
    "bytes": (np.array(["a", "b"] * 3, "S1"), ValueError, r"y holds b'a' at index 0; expected classes"),
    "dates": (DATES, ValueError, r"y holds datetime.date\(2024, 1, 1\) at index 0; expected classes"),
    "empty": ([], ValueError, r"y (holds 0 class|has 0)|y is empty"),
    "one class": (np.ones(6, int), ValueError, r"y holds 1 class \[1\]; expected two or more"),
    "one text": (["spam"] * 6, ValueError, r"y holds 1 class \['spam'\]; expected two or more"),
}

BAD_WEIGHTS = {
    "number": (2.0, ValueError, r"sample_weight has shape \(\); expected one dimension"),
    "column": (np.ones((6, 1)), ValueError, r"sample_weight has shape \(6, 1\); expected one dimension"),
    "fewer": (
        np.ones(5),
        ValueError,
        r"X has 6 rows and sample_weight has 5; expected the same number of rows",
    ),
    "negative": (
        [1, 1, -1, 1, 1, 1],
        ValueError,
        r"sample_weight has values from -1 to 1; expected none below 0",
    ),
    "zeros": (np.zeros(6), ValueError, r"sample_weight has values from 0 to 0; expected .* one above 0"),
    "nan": ([1, 1, np.nan, 1, 1, 1], ValueError, r"sample_weight holds nan at index \(2,\); expected finite"),
    "inf": ([1, 1, np.inf, 1, 1, 1], ValueError, r"sample_weight holds inf at index \(2,\); expected finite"),
    "empty": ([], ValueError, r"sample_weight is empty: its shape is \(0,\); expected"),
    "text": (["1"] * 6, TypeError, r"sample_weight has dtype <U1; expected real numbers"),
    "word": ("balanced", TypeError, r"sample_weight has dtype <U8; expected real numbers"),
    "objects": (np.ones(6, object), TypeError, r"sample_weight has dtype object; expected real numbers"),
    "complex": (np.ones(6) * 1j, TypeError, r"sample_weight has dtype complex128; expected real numbers"),
    "dates": (DATES, TypeError, r"sample_weight has dtype datetime64\[D\]; expected real numbers"),
    "sparse": (
        scipy.sparse.csr_array(np.eye(6)),
        TypeError,
        r"sample_weight is a sparse matrix; expected a dense",
    ),
    "masked": (
        np.ma.masked_equal(np.arange(6), 2),
        ValueError,
        r"sample_weight has masked entries; expected",
    ),
    "ragged": ([[1], [1, 2]], ValueError, r"sample_weight is ragged: its rows differ in length; expected"),
}

BAD_CLASSES = {
    "none": (None, ValueError, r"classes is None; expected all labels"),
    "one": ([1], ValueError, r"classes holds 1 class \[1\]; expected two or more"),
    "empty": ([], ValueError, r"classes holds 0 class \[\]; expected two or more"),
    "values": ([0.5, 1], ValueError, r"classes holds 0.5 at index 0; expected classes"),
    "nan": ([0, np.nan], ValueError, r"classes holds nan at index 1; expected classes"),
    "table": (np.eye(2), ValueError, r"classes has shape \(2, 2\); expected one dimension"),
    "masked": (np.ma.masked_equal([0, 1], 1), ValueError, r"classes has masked entries; expected"),
}

NO_NUMBER, NO_COUNT = ["0.1", True, 1j, [0.1], np.ones(2)], [2.5, "10", True, [3], 1e3]
ONE_OF_THREE = "expected 'gradient_descent', 'lbfgs' or 'newton'"
# (parameters, error, message)
BAD_PARAMETERS = [
    *(
        ({"learning_rate": bad}, TypeError, r"learning_rate is .*; expected a number")
        for bad in [*NO_NUMBER, min]
    ),
    *(
        (
            {"learning_rate": bad},
            ValueError,
            rf"learning_rate is {bad:g}; expected a finite number and above 0",
        )
        for bad in (0, -0.1, np.nan, np.inf)
    ),
    *(
        ({name: bad}, TypeError, rf"{name} is .*; expected a number")
        for name in ("l2", "tol")
        for bad in [*NO_NUMBER, None]
    ),
    *(
        ({name: bad}, ValueError, rf"{name} is {bad:g}; expected a finite number and at least 0")
        for name in ("l2", "tol")
        for bad in (-1e-9, np.nan, np.inf, -np.inf)
    ),
    *(({"epochs": bad}, TypeError, r"epochs is .*; expected a whole number") for bad in [*NO_COUNT, None]),
    *(
        ({"epochs": bad, "solver": "lbfgs"}, TypeError, r"epochs is .*; expected a whole")
        for bad in [2.5, None]
    ),
    *(
        ({"epochs": bad, "solver": "newton"}, TypeError, r"epochs is .*; expected a whole")
        for bad in [2.5, None]
    ),
    *(({"epochs": bad, "verbose": True}, TypeError, r"epochs is .*; expected a whole") for bad in NO_COUNT),
    *(({"epochs": bad}, ValueError, rf"epochs is {bad}; expected .* of at least 1") for bad in (0, -3)),
    *(({"batch_size": bad}, TypeError, r"batch_size is .*; expected a whole number") for bad in NO_COUNT),
    *(
        ({"batch_size": bad}, ValueError, rf"batch_size is {bad}; expected .* of at least 1")
        for bad in (0, -3)
    ),
    *(
        ({"random_state": bad}, TypeError, r"random_state is .*; expected None, a whole")
        for bad in ("seed", 1.5, {})
    ),
    ({"random_state": -1}, ValueError, r"random_state is -1; expected None, a whole number of at least 0"),
    *(
        ({"solver": bad}, ValueError, rf"solver is {bad!r}; {ONE_OF_THREE}")
        for bad in ("adam", "Newton", "", None, 3)
    ),
    *(
        (
            {name: bad, "solver": solver},
            ValueError,
            rf"{name} is {bad}; expected None, as '{solver}' has no use",
        )
        for name, bad in (("learning_rate", 0.1), ("batch_size", 2))
        for solver in ("lbfgs", "newton")
    ),
]


def learn(kind, method, X, y, sample_weight=None, **params):
    """Fit, or take a step; a classifier's first step gets the classes that y should hold."""
    model = kind(**params)
    known = {} if method == "fit" or kind is LINEAR else {"classes": np.unique(GOOD_Y[kind])}
    return getattr(model, method)(X, y, sample_weight=sample_weight, **known)


def rows_to_learn_from():
    """Yield (name, argument, call, error, message) of bad calls of fit and partial_fit."""
    for (kind, y), method in itertools.product(GOOD_Y.items(), ("fit", "partial_fit")):
        for fault, (bad, *refused) in (BAD_X | BAD_X_TO_LEARN).items():
            yield f"{kind.__name__}.{method}-{fault}", "X", partial(learn, kind, method, bad, y), *refused
        for fault, (bad, *refused) in (BAD_VALUES if kind is LINEAR else BAD_LABELS).items():
            # A step may see one class of several.
            if not (method == "partial_fit" and fault.startswith("one ")):
                yield f"{kind.__name__}.{method}-{fault}", "y", partial(learn, kind, method, X, bad), *refused
        yield (
            f"{kind.__name__}.{method}-fewer rows",
            "y",
            partial(learn, kind, method, X, y[:4]),
            ValueError,
            "X has 6 rows and y has 4",
        )
        for fault, (bad, *refused) in BAD_WEIGHTS.items():
            yield (
                f"{kind.__name__}.{method}-{fault}",
                "sample_weight",
                partial(learn, kind, method, X, y, bad),
                *refused,
            )


def parameters():
    """Yield bad parameters, found where training begins."""
    for (kind, y), (params, *refused) in itertools.product(GOOD_Y.items(), BAD_PARAMETERS):
        yield (
            f"{kind.__name__}-{params}",
            next(iter(params)),
            partial(learn, kind, "fit", X, y, **params),
            *refused,
        )


def rows_to_predict():
    """Yield bad calls of what a fitted model does, and calls of one that is not."""
    for kind, method in itertools.product(GOOD_Y, ("predict", "predict_proba", "decision_function")):
        if not hasattr(kind, method):
            continue
        model = learn(kind, "partial_fit", X, GOOD_Y[kind])
        model.coef_ = model.coef_ * 1e3
        fitted = getattr(model, method)
        for fault, (bad, *refused) in (BAD_X | BAD_X_TO_PREDICT).items():
            yield f"{kind.__name__}.{method}-{fault}", "X", partial(fitted, bad), *refused
        message = rf"This {kind.__name__} instance is not fitted yet\. Call 'fit'"
        yield (
            f"{kind.__name__}.{method}",
            kind.__name__,
            partial(getattr(kind(), method), X),
            NotFittedError,
            message,
        )


def classes():
    """Yield classes that are not those of the model."""
    three = r"Only binary classification is supported. {} holds 3 classes; expected 2. .* SoftmaxRegression"
    y = GOOD_Y[SOFTMAX]
    yield "three", "y", partial(LOGISTIC().fit, X, y), ValueError, three.format("y")
    call = partial(LOGISTIC().partial_fit, X, y, classes=[0, 1, 2])
    yield "three", "classes", call, ValueError, three.format("classes")
    for kind, (fault, (bad, *refused)) in itertools.product((LOGISTIC, SOFTMAX), BAD_CLASSES.items()):
        yield fault, "classes", partial(kind().partial_fit, X, GOOD_Y[kind], classes=bad), *refused
    for kind in (LOGISTIC, SOFTMAX):
        call = partial(kind().partial_fit, X, [0, 5, 0, 7, 5, 0], classes=[0, 5])
        yield "unknown", "y", call, ValueError, r"y holds 7; expected one of the classes \[0 5\]"


TABLE = [
    pytest.param(*row, id=f"{argument}-{name}")
    for name, argument, *rest in itertools.chain(
        rows_to_learn_from(), parameters(), rows_to_predict(), classes()
    )
    for row in [(argument, *rest)]
]


def test_the_table_is_long_enough():
    assert len(TABLE) >= 150


@pytest.mark.parametrize(("argument", "call", "error", "message"), TABLE)
def test_a_bad_call_is_refused_with_what_came_and_what_is_expected(argument, call, error, message):
    with pytest.raises(error, match=message) as caught:
        call()
    said = str(caught.value)
    assert type(caught.value) is error
    assert re.search(rf"\b{argument}\b", said)
    assert re.search("expected|expecting|must be|a minimum of|to be passed|Call 'fit'", said)
