"""Data frames and series are rows like any others, whatever the types of their columns and their index."""

import numpy as np
import pandas as pd
import pytest
import sevensteps as ss

RNG = np.random.default_rng(0)
X, CODES, COUNTS = RNG.standard_normal((12, 3)).round(2), np.arange(12) % 2, np.arange(12) % 3 + 1
VALUES, HOT = X @ [1.0, 2.0, 3.0] + 0.5, np.eye(2)[CODES]
INDEX = list("lkjihgfedcba")
START = ss.small_random(3, rng=np.random.default_rng(1))
TWO = ss.small_random(3, 2, rng=np.random.default_rng(1))
SQUARED, BINARY, CATEGORICAL = (
    ss.value_and_grad(loss)
    for loss in (ss.SQUARED_ERROR, ss.BINARY_CROSS_ENTROPY, ss.CATEGORICAL_CROSS_ENTROPY)
)
NET = ss.MLP(3, 2, loss=ss.SQUARED_ERROR)
LAYERS = NET.initial(rng=np.random.default_rng(2))
STEP = ss.gradient_descent(0.01)


def mini_batches(X, y, s):
    return list(ss.mini_batches(X, y, s, batch_size=5, rng=np.random.default_rng(0)))


def history(run):
    params, history = run
    return [*params, history.losses]


# Each public function that takes rows: what it makes of X, values, 0 or 1, one-hot rows, and weights.
CALLS = {
    "logits": lambda X, y, c, hot, s: ss.logits(X, *START),
    "activations": lambda X, y, c, hot, s: [
        f(X) for f in (ss.identity, ss.relu, ss.tanh, ss.sigmoid, ss.softmax)
    ],
    "logarithms": lambda X, y, c, hot, s: [ss.log_sigmoid(X), ss.log_softmax(X)],
    "mean_squared_error": lambda X, y, c, hot, s: ss.mean_squared_error(y, s),
    "binary_cross_entropy": lambda X, y, c, hot, s: ss.binary_cross_entropy(c, c / 2),
    "binary_from_logits": lambda X, y, c, hot, s: ss.binary_cross_entropy_from_logits(c, y),
    "categorical_cross_entropy": lambda X, y, c, hot, s: ss.categorical_cross_entropy(hot, hot / 2 + 0.25),
    "categorical_from_logits": lambda X, y, c, hot, s: ss.categorical_cross_entropy_from_logits(hot, hot),
    "gradients": lambda X, y, c, hot, s: [*ss.gradients(X, y, c), *ss.gradients(X, hot, hot / 2)],
    "log_odds_bias": lambda X, y, c, hot, s: [ss.log_odds_bias(c), ss.log_odds_bias(hot)],
    "value_and_grad": lambda X, y, c, hot, s: [
        SQUARED(START, (X, y, s))[0],
        *SQUARED(START, (X, y, s))[1],
        *BINARY(START, (X, c))[1],
        *CATEGORICAL(TWO, (X, hot, s))[1],
    ],
    "check_gradient": lambda X, y, c, hot, s: ss.check_gradient(SQUARED, START, (X, y, s)).relative_error,
    "hessian": lambda X, y, c, hot, s: [
        ss.hessian(ss.SQUARED_ERROR)(START, (X, y, s)),
        ss.hessian(ss.CATEGORICAL_CROSS_ENTROPY)(TWO, (X, hot)),
    ],
    "smoothness": lambda X, y, c, hot, s: ss.smoothness(X, ss.SQUARED_ERROR, sample_weight=s),
    "least_squares": lambda X, y, c, hot, s: list(ss.least_squares(X, y, s, l2=0.1)),
    "is_separable": lambda X, y, c, hot, s: ss.is_separable(X, c),
    "full_batch": lambda X, y, c, hot, s: list(ss.full_batch(X, y, s)[0]),
    "mini_batches": lambda X, y, c, hot, s: [part for batch in mini_batches(X, y, s) for part in batch],
    "train": lambda X, y, c, hot, s: history(ss.train(SQUARED, START, [(X, y, s)], STEP, epochs=5)),
    "train_in_batches": lambda X, y, c, hot, s: history(
        ss.train(SQUARED, START, mini_batches(X, y, s), STEP, epochs=5)
    ),
    "validation_patience": lambda X, y, c, hot, s: history(
        ss.train(
            SQUARED,
            START,
            [(X, y)],
            STEP,
            epochs=50,
            stop=[ss.validation_patience(SQUARED, (X, s), patience=2)],
        )
    ),
    "lbfgs": lambda X, y, c, hot, s: history(ss.lbfgs(SQUARED, START, (X, y, s), epochs=5)),
    "newton": lambda X, y, c, hot, s: history(
        ss.newton(SQUARED, ss.hessian(ss.SQUARED_ERROR), START, (X, y, s), epochs=5)
    ),
    "mlp": lambda X, y, c, hot, s: [
        NET.hidden(LAYERS, X),
        NET.logits(LAYERS, X),
        *NET.value_and_grad(0.1)(LAYERS, (X, y, s))[1],
    ],
    "mlp_trained": lambda X, y, c, hot, s: history(
        ss.train(NET.value_and_grad(), LAYERS, mini_batches(X, y, s), ss.adam(0.01), epochs=5)
    ),
    "linear": lambda X, y, c, hot, s: ss.LinearRegression(solver="newton").fit(X, y, s).predict(X),
    "logistic": lambda X, y, c, hot, s: (
        ss.LogisticRegression(solver="newton", l2=0.1).fit(X, c, s).predict_proba(X)
    ),
    "softmax": lambda X, y, c, hot, s: (
        ss.SoftmaxRegression(solver="newton", l2=0.1).fit(X, c, s).predict_proba(X)
    ),
}


@pytest.mark.parametrize("columns", ["float64", "Float64", "of several kinds"])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_frame_gives_what_its_array_gives(call, columns):
    rows = pd.DataFrame(X, INDEX, ["height", "width", "depth"])
    y, c, s = (pd.Series(part, INDEX) for part in (VALUES, CODES, COUNTS))
    hot = pd.get_dummies(c)
    if columns == "Float64":  # with a place for what is missing
        rows, y, hot = rows.astype("Float64"), y.astype("Float64"), hot.astype("Float64")
        c, s = c.astype("Int64"), s.astype("Int64")
    elif columns == "of several kinds":
        rows = rows.assign(width=rows["width"] > 0, depth=(9 * rows["depth"]).round().astype("Int8"))
        c = c.astype("boolean")
    expected = call(*(np.asarray(part, float) for part in (rows, y)), CODES, HOT, COUNTS)
    found = call(rows, y, c, hot, s)
    for ours, theirs in zip(
        *(part if isinstance(part, list) else [part] for part in (found, expected)), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)  # their memory is laid out otherwise


@pytest.mark.parametrize("kind", [ss.LogisticRegression, ss.SoftmaxRegression])
@pytest.mark.parametrize(
    "labels",
    [
        pd.Series(np.where(CODES, "yes", "no"), INDEX, dtype="string"),
        pd.Series(np.where(CODES, "yes", "no"), INDEX, dtype=object),
        pd.Series(pd.Categorical(np.where(CODES, "yes", "no"), ["yes", "maybe", "no"]), INDEX),
        pd.Series(pd.Categorical(CODES), INDEX),
        pd.Series(CODES, INDEX, dtype="Int64"),
        pd.Series(CODES, INDEX, dtype="Float64"),
        pd.Series(CODES, INDEX, dtype="boolean"),
    ],
    ids=lambda labels: f"{labels.dtype}-{labels.iloc[0]}",
)
def test_labels_of_every_type_of_series_are_classes(kind, labels):
    model = kind(solver="newton", l2=0.1).fit(pd.DataFrame(X, INDEX), labels)
    assert list(model.classes_) == sorted(set(labels))  # a category without rows is no class
    assert set(model.predict(X)) <= set(labels)
    of_codes = kind(solver="newton", l2=0.1).fit(X, CODES)
    np.testing.assert_allclose(model.predict_proba(X), of_codes.predict_proba(X), rtol=1e-9)
    step = kind().partial_fit(X, labels, classes=labels.unique())
    assert list(step.classes_) == list(model.classes_)
    assert ss.is_separable(X, labels) == ss.is_separable(X, CODES)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            pd.DataFrame(X).astype("Float64").where(X < 0),
            "X holds <NA>; each entry of the argument must be",
        ),
        (pd.DataFrame(X).where(X < 0), r"X holds nan at index \(\d+, \d\); expected finite"),
        (pd.DataFrame(X).assign(city="Ulm"), "X holds 'Ulm'; each entry of the argument must be"),
        (
            pd.DataFrame({"day": pd.to_datetime(["2024-01-01"] * 12)}),
            r"X has dtype datetime64\[\w+\]; expected",
        ),
        (pd.DataFrame({"size": pd.Categorical(["S", "L"] * 6)}), r"X holds 'S'; each|X has dtype"),
        (pd.DataFrame(X).iloc[:0], r"X is empty: its shape is \(0, 3\); expected"),
        (pd.DataFrame(X)[0], r"X has shape \(12,\); expected two dimensions"),
    ],
    ids=["missing", "nan", "text", "dates", "categories", "no rows", "a series"],
)
@pytest.mark.parametrize(
    "call",
    [
        lambda X: ss.LinearRegression().fit(X, VALUES),
        lambda X: ss.least_squares(X, VALUES),
        lambda X: SQUARED(START, (X, VALUES)),
        lambda X: NET.value_and_grad()(LAYERS, (X, VALUES)),
        lambda X: NET.logits(LAYERS, X),
        lambda X: ss.logits(X, *START),
        lambda X: ss.is_separable(X, CODES),
    ],
    ids=["fit", "least_squares", "value_and_grad", "mlp", "mlp.logits", "logits", "is_separable"],
)
def test_what_is_missing_or_no_number_is_named(call, rows, message):
    with pytest.raises((TypeError, ValueError), match=f"^{message}"):
        call(rows)


def test_labels_that_are_missing_are_named():
    codes = pd.Series([0, 1, None] * 4, INDEX, dtype="Int64")
    with pytest.raises(ValueError, match=r"y holds nan at index 2; expected classes"):
        ss.LogisticRegression().fit(X, codes)
    with pytest.raises(ValueError, match=r"^y holds nan at index \(2,\); expected finite"):
        ss.full_batch(X, codes)
    with pytest.raises(ValueError, match=r"^y holds nan at index 2; expected a label in each row$"):
        ss.is_separable(X, codes)
