"""Step 5: the textbook line, the objective that training uses, and the judge of both."""

import numpy as np
import pytest
import sevensteps as ss
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge


def flat(params):
    return np.concatenate([np.ravel(part) for part in params])


def objective(model, l2=0.1, bug=None):
    """Return value_and_grad written out without blocks, with one line that a planted bug can replace."""

    def f(params, batch):
        (w, b), (X, y) = params, batch
        z = X @ w + b
        value, dz = model.loss.value_and_slope(y, z)
        n = len(X)
        dw, db = X.T @ dz / n + l2 * w, dz.sum(axis=0) / n
        if bug is not None:
            dw, db = bug(X=X, y=y, z=z, w=w, b=b, dz=dz, n=n, dw=dw, db=db, l2=l2)
        return value.mean() + l2 / 2 * (w**2).sum(), ss.Parameters(dw, db)

    return f


# Right but for one mistake. Each gets the right quantities by name and returns (dw, db).
BUGS = {
    "wrong_sign": lambda dw, db, **_: (-dw, -db),
    "wrong_sign_of_the_bias": lambda dw, db, **_: (dw, -db),
    "missing_1_over_n": lambda X, dz, w, db, l2, **_: (X.T @ dz + l2 * w, db),
    "missing_1_over_n_in_the_bias": lambda dw, db, n, **_: (dw, db * n),
    "divided_by_n_minus_1": lambda dw, db, n, **_: (dw * n / (n - 1), db * n / (n - 1)),
    "missing_factor_2": lambda dw, db, **_: (dw / 2, db / 2),
    "l2_on_the_bias": lambda dw, db, b, l2, **_: (dw, db + l2 * b),
    "l2_forgotten": lambda dw, db, w, l2, **_: (dw - l2 * w, db),
    "l2_without_its_half": lambda dw, db, w, l2, **_: (dw + l2 * w, db),
    "l2_divided_by_n": lambda dw, db, w, l2, n, **_: (dw - l2 * w + l2 * w / n, db),
    "l1_for_l2": lambda dw, db, w, l2, **_: (dw - l2 * w + l2 * np.sign(w), db),
    "bias_forgotten": lambda dw, db, **_: (dw, 0 * db),
    "bias_summed_over_weights": lambda dw, db, **_: (dw, dw.sum(axis=0)),
    "slope_of_the_activation_included": lambda X, z, dz, w, n, l2, **_: (
        X.T @ (dz * ss.sigmoid(z) * (1 - ss.sigmoid(z))) / n + l2 * w,
        (dz * ss.sigmoid(z) * (1 - ss.sigmoid(z))).mean(axis=0),
    ),
    "activation_forgotten": lambda X, y, z, w, n, l2, **_: (
        X.T @ (z - y) / n + l2 * w,
        (z - y).mean(axis=0),
    ),
    "absolute_residual": lambda X, dz, w, n, l2, **_: (
        X.T @ abs(dz) / n + l2 * w,
        abs(dz).mean(axis=0),
    ),
    "features_reversed": lambda dw, db, **_: (dw[::-1], db),
    "last_row_forgotten": lambda X, dz, w, n, l2, **_: (
        X[:-1].T @ dz[:-1] / n + l2 * w,
        dz[:-1].sum(axis=0) / n,
    ),
    "one_entry_off_by_1e-4": lambda dw, db, **_: (dw, db * (1 + 1e-4)),
}


# --- shapes and dtypes ---


def test_gradients_have_the_shapes_of_the_parameters_and_the_dtype_of_the_data(model, dtype):
    params, X, y = model.problem()
    y_pred = model.loss.activation(ss.logits(X, *params))
    dw, db = ss.gradients(X.astype(dtype), y, y_pred.astype(dtype))
    assert dw.shape == params.weights.shape
    assert np.shape(db) == params.bias.shape
    assert dw.dtype == db.dtype == dtype


@pytest.mark.parametrize(("rows", "predictions"), [(np.float32, np.float64), (np.float64, np.float32)])
def test_gradients_of_two_dtypes_have_the_wider(rows, predictions):
    dw, db = ss.gradients(np.ones((2, 1), rows), [0, 1], np.full(2, 0.1, predictions))
    assert dw.dtype == db.dtype == np.float64


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_value_and_grad_gives_a_float_and_parameters(model, dtype):
    params, X, y = model.problem(dtype=dtype)
    value, grad = ss.value_and_grad(model.loss, l2=0.1)(params, (X, y))
    assert isinstance(value, float)
    assert isinstance(grad, ss.Parameters)
    assert [np.shape(part) for part in grad] == [part.shape for part in params]
    assert grad.weights.dtype == grad.bias.dtype == dtype


def test_numerical_gradients_come_in_the_named_tuple_that_was_asked_about():
    params = ss.Parameters(np.ones((2, 3), np.float32), np.zeros(3, np.float32))
    grad = ss.numerical_gradient(lambda p: float(p.weights.sum()), params)
    assert isinstance(grad, ss.Parameters)
    assert [part.shape for part in grad] == [(2, 3), (3,)]
    assert grad.weights.dtype == np.float64


# --- hand-computed values ---


def test_gradients_by_hand():
    dw, db = ss.gradients([[1, 0], [3, 2]], [0, 1], [0.5, 0.75])
    np.testing.assert_array_equal(dw, [(0.5 - 0.75) / 2, -0.25])
    assert db == 0.125
    dw, db = ss.gradients([[1], [3]], [[1, 0], [0, 1]], [[0.5, 0.5], [0.25, 0.75]])
    np.testing.assert_array_equal(dw, [[0.125, -0.125]])
    np.testing.assert_array_equal(db, [-0.125, 0.125])


def test_value_and_grad_by_hand():
    params, batch = ss.Parameters(np.array([3.0]), np.array(1.0)), ([[1.0], [2.0]], [2.0, 3.0])
    value, grad = ss.value_and_grad(ss.SQUARED_ERROR)(params, batch)  # residuals 2 and 4
    assert (value, grad.weights, grad.bias) == (10, [10], 6)
    value, grad = ss.value_and_grad(ss.SQUARED_ERROR, l2=2)(params, batch)
    assert (value, grad.weights, grad.bias) == (19, [16], 6)
    value, grad = ss.value_and_grad(ss.SQUARED_ERROR)(params, (*batch, [3, 1]))
    assert (value, grad.weights, grad.bias) == (7, [7], 5)


def test_central_differences_by_hand():
    cube = ss.numerical_gradient(lambda p: p.bias**3, ss.Parameters(np.zeros(1), 2.0), h=0.5)
    assert cube.bias == 12.25  # ((2 + h)³ − (2 − h)³) / 2h = 3 · 2² + h²


def test_the_default_step_grows_with_the_entry():
    steps = []

    def f(p):
        steps.append(abs(p.bias - 100) + abs(p.weights[0] - 0.5))
        return 0.0

    ss.numerical_gradient(f, ss.Parameters(np.array([0.5]), 100.0))
    eps = np.finfo(float).eps
    np.testing.assert_allclose(steps, np.cbrt(eps) * np.array([1, 1, 100, 100]), rtol=1e-6)


def test_differences_are_divided_by_the_step_that_was_really_taken():
    # Next to 1e8 the floats are 1.5e-8 apart.
    slope = ss.numerical_gradient(lambda p: p.bias, ss.Parameters(np.zeros(1), 1e8), h=1e-8)
    assert slope.bias == 1


def test_the_relative_error_by_hand():
    def f(params, batch):  # the gradient is 3 and 4, and says 3 and 5
        return 3 * params.weights[0] + 4 * params.bias, ss.Parameters(np.array([3.0]), 5.0)

    check = ss.check_gradient(f, ss.Parameters(np.zeros(1), 0.0), None)
    assert not check
    assert check.passed is False
    assert check.relative_error == pytest.approx(1 / (np.sqrt(34) + 5), rel=1e-9)
    np.testing.assert_allclose(flat(check.numerical), [3, 4], rtol=1e-9)
    assert ss.check_gradient(f, ss.Parameters(np.zeros(1), 0.0), None, tolerance=0.1)


# --- oracle (scikit-learn) ---


def test_the_gradient_vanishes_where_scikit_learn_finds_the_least_squares():
    X, y = load_diabetes(return_X_y=True)
    for l2, theirs in ((0, LinearRegression()), (0.01, Ridge(0.01 * len(X)))):
        # Ours is (1/n) Σ r² + (λ/2) ‖w‖², Ridge's Σ r² + α ‖w‖².
        f, theirs = ss.value_and_grad(ss.SQUARED_ERROR, l2=2 * l2), theirs.fit(X, y)
        _, grad = f(ss.Parameters(theirs.coef_, theirs.intercept_), (X, y))
        np.testing.assert_allclose(flat(grad), 0, atol=1e-10)


@pytest.mark.parametrize("classes", [2, 3])
def test_the_gradient_vanishes_where_scikit_learn_finds_the_least_cross_entropy(classes):
    X, y = load_iris(return_X_y=True)
    X, y = X[y >= 3 - classes], y[y >= 3 - classes] - (3 - classes)
    theirs = LogisticRegression(C=1 / (0.1 * len(X)), tol=1e-10, max_iter=10_000).fit(X, y)
    if classes == 2:
        params = ss.Parameters(theirs.coef_[0], theirs.intercept_[0])
        loss = ss.BINARY_CROSS_ENTROPY
    else:
        params, y = ss.Parameters(theirs.coef_.T, theirs.intercept_), np.eye(3)[y]
        loss = ss.CATEGORICAL_CROSS_ENTROPY
    _, grad = ss.value_and_grad(loss, l2=0.1)(params, (X, y))
    np.testing.assert_allclose(flat(grad), 0, atol=1e-7)


# --- identities and numeric gradients ---


def test_the_textbook_line_is_the_gradient_that_training_uses(model):
    params, X, y = model.problem()
    y_pred = model.loss.activation(ss.logits(X, *params))
    _, grad = ss.value_and_grad(model.loss)(params, (X, y))
    factor = 2 if model.loss is ss.SQUARED_ERROR else 1
    for textbook, part in zip(ss.gradients(X, y, y_pred), grad, strict=True):
        np.testing.assert_allclose(factor * textbook, part, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("weighted", [False, True], ids=["unweighted", "weighted"])
def test_every_gradient_is_the_numeric_one(model, seed, weighted):
    params, X, y = model.problem(seed=seed)
    weights = [np.random.default_rng(seed).random(len(X))] if weighted else []
    check = ss.check_gradient(ss.value_and_grad(model.loss, l2=0.1), params, (X, y, *weights))
    assert check
    assert check.relative_error < 1e-8


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("bug", BUGS.values(), ids=BUGS)
def test_no_planted_bug_passes(model, bug, seed):
    params, X, y = model.problem(seed=seed)
    f = objective(model, bug=bug)
    assert not ss.check_gradient(f, params, (X, y))


def test_the_objective_without_a_bug_passes_and_is_value_and_grad(model):
    params, X, y = model.problem()
    assert ss.check_gradient(objective(model), params, (X, y))
    ours, theirs = (f(params, (X, y)) for f in (ss.value_and_grad(model.loss, l2=0.1), objective(model)))
    assert ours[0] == pytest.approx(theirs[0], rel=1e-13)
    np.testing.assert_allclose(flat(ours[1]), flat(theirs[1]), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_gradient_of_zero_passes_where_nothing_changes(value):
    check = ss.check_gradient(lambda p, batch: (value, p), ss.Parameters(np.zeros(2), 0.0), None)
    assert check
    assert check.relative_error == 0


@pytest.mark.parametrize(("off", "passes"), [(1.8e-7, True), (2.2e-7, False)])
def test_an_error_of_1e_7_is_the_most_that_passes(off, passes):
    def f(params, batch):
        return 3 * params.bias, ss.Parameters(np.zeros(1), 3 * (1 + off))

    assert bool(ss.check_gradient(f, ss.Parameters(np.zeros(1), 0.0), None)) is passes


def test_rounding_of_a_large_value_is_no_error_and_an_error_above_it_is():
    def f(params, batch, off=0.0):
        return 1e7 + params.bias**2, ss.Parameters(np.zeros(1), 2 * params.bias + off)

    params = ss.Parameters(np.ones(1), 1.0)
    check = ss.check_gradient(f, params, None)
    assert check.relative_error > 1e-7  # differences of 1e7 ± 1e-5 have lost that much
    assert check
    assert not ss.check_gradient(lambda p, batch: f(p, batch, off=1e-2), params, None)


def test_rounding_adds_up_over_many_entries():
    def f(params, batch):
        return 1e7 + (params.weights**2).sum(), ss.Parameters(2 * params.weights, 0.0)

    params = ss.Parameters(np.random.default_rng(0).standard_normal(400), 0.0)
    check = ss.check_gradient(f, params, None)
    assert check.relative_error > 1e-6
    assert check


def test_a_gradient_of_nan_fails():
    check = ss.check_gradient(lambda p, b: (1.0, ss.Parameters(np.array([np.nan]), 0.0)), ss.zeros(1), None)
    assert not check
    assert np.isnan(check.relative_error)


def test_a_transposed_gradient_fails():
    f = ss.value_and_grad(ss.CATEGORICAL_CROSS_ENTROPY, l2=0.1)
    rng = np.random.default_rng(0)
    params = ss.Parameters(rng.standard_normal((3, 3)), rng.standard_normal(3))
    batch = rng.standard_normal((20, 3)), np.eye(3)[rng.integers(0, 3, 20)]

    def transposed(params, batch):
        value, grad = f(params, batch)
        return value, grad._replace(weights=grad.weights.T)

    assert ss.check_gradient(f, params, batch)
    assert not ss.check_gradient(transposed, params, batch)


def test_the_judge_leaves_the_parameters_as_they_are(model):
    params, X, y = model.problem()
    before = flat(params)
    for part in params:
        part.flags.writeable = False
    ss.check_gradient(ss.value_and_grad(model.loss), params, (X, y))
    np.testing.assert_array_equal(flat(params), before)


# --- extremes and errors ---


def test_the_mean_of_many_rows_is_taken_in_more_than_float16():
    n = 100_000
    X, y, y_pred = np.ones((n, 1), np.float16), np.zeros(n), np.full(n, 0.25, np.float16)
    dw, db = ss.gradients(X, y, y_pred)
    np.testing.assert_allclose([dw[0], db], 0.25, rtol=1e-3)


def test_extreme_logits_give_finite_gradients(model):
    params, X, y = model.problem()
    far = ss.Parameters(*(1e4 * part for part in params))
    value, grad = ss.value_and_grad(model.loss)(far, (X, y))
    assert np.isfinite(value)
    assert np.isfinite(flat(grad)).all()


def test_one_row_and_read_only_data(model):
    params, X, y = model.problem(n=1)
    X.flags.writeable = y.flags.writeable = False
    assert ss.check_gradient(ss.value_and_grad(model.loss, l2=0.1), params, (X, y))
    dw, _ = ss.gradients(X, y, y)
    assert not dw.any()


def test_one_class_has_nothing_to_learn():
    f, batch = ss.value_and_grad(ss.CATEGORICAL_CROSS_ENTROPY), (np.ones((3, 2)), np.ones((3, 1)))
    _, grad = f(ss.zeros(2, 1), batch)
    assert not flat(grad).any()


def test_the_unchecked_objective_is_the_same(model):
    params, X, y = model.problem()
    f = ss.value_and_grad(model.loss, l2=0.1)
    checked, unchecked = f(params, (X, y)), f.unchecked(params, (X, y))
    assert checked[0] == unchecked[0]
    np.testing.assert_array_equal(flat(checked[1]), flat(unchecked[1]))


@pytest.mark.parametrize(
    ("X", "y_true", "y_pred", "message"),
    [
        (
            np.ones((3, 2)),
            np.ones(3),
            np.ones((3, 1)),
            r"^y_true has shape \(3,\) and y_pred has shape \(3, 1\)",
        ),
        (np.ones((4, 2)), np.ones(3), np.ones(3), "^X has 4 rows and y_pred has 3; expected the same number"),
    ],
)
def test_shapes_that_dont_fit_are_refused(X, y_true, y_pred, message):
    with pytest.raises(ValueError, match=message):
        ss.gradients(X, y_true, y_pred)


@pytest.mark.parametrize(
    ("grad", "message"),
    [
        (
            ss.Parameters(np.zeros((2, 1)), 0.0),
            r"^grad.weights has shape \(2, 1\) and params.weights has shape",
        ),
        (
            ss.Parameters(np.zeros(2), np.zeros(1)),
            r"^grad.bias has shape \(1,\) and params.bias has shape \(\)",
        ),
        ((np.zeros(2),), "argument 3 is shorter"),
    ],
)
def test_a_gradient_of_another_shape_is_refused(grad, message):
    with pytest.raises(ValueError, match=message):
        ss.check_gradient(lambda params, batch: (0.0, grad), ss.zeros(2), None)
