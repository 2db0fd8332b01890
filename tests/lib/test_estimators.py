"""The three estimators: scikit-learn's checks, other people's coefficients, and what each parameter does."""

import itertools
import pickle
import subprocess
import sys
import warnings

import joblib
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import sevensteps as ss
import sklearn
import statsmodels.api as sm
from sklearn import linear_model
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_wine,
)
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.feature_selection import RFE
from sklearn.inspection import DecisionBoundaryDisplay
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

LINEAR, LOGISTIC, SOFTMAX = ss.LinearRegression, ss.LogisticRegression, ss.SoftmaxRegression
IS_1_6 = sklearn.__version__.startswith("1.6.")
SOLVERS = ["gradient_descent", "lbfgs", "newton"]
CLASSES = {LINEAR: None, LOGISTIC: 2, SOFTMAX: 3}
# SciPy's line search ends where float64 can tell no lower loss, short of so small a tolerance.
stalls = pytest.mark.filterwarnings("ignore:.*float64 can tell no lower loss")
unfinished = pytest.mark.filterwarnings("ignore:.*has not converged")

every_model = pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
every_classifier = pytest.mark.parametrize("kind", [LOGISTIC, SOFTMAX], ids=lambda kind: kind.__name__)
every_solver = pytest.mark.parametrize("solver", SOLVERS)


def problem(kind, n=60, d=3, seed=0, dtype=np.float64):
    """Return rows that are not separable, and what `kind` learns from them."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d)).astype(dtype)
    z = X[:, 0] + rng.standard_normal(n)
    return X, z if CLASSES[kind] is None else np.digitize(z, [0, 0.8][: CLASSES[kind] - 1])


def standardized(load):
    X, y = load(return_X_y=True)
    return StandardScaler().fit_transform(X), y


def outputs(model, X):
    """Return the most informative prediction that a model makes."""
    return model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)


def objective(model, X, y):
    """Return the loss of a fitted model and its gradient, in one vector."""
    if isinstance(model, LINEAR):
        loss, params = ss.SQUARED_ERROR, (model.coef_, np.array(model.intercept_))
    elif isinstance(model, LOGISTIC):
        loss, params = ss.BINARY_CROSS_ENTROPY, (model.coef_[0], model.intercept_[0])
        y = y == model.classes_[1]
    else:
        loss, params = ss.CATEGORICAL_CROSS_ENTROPY, (model.coef_.T, model.intercept_)
        y = y[:, None] == model.classes_
    value, grad = ss.value_and_grad(loss, model.l2)(ss.Parameters(*params), (X, y))
    return value, np.concatenate([np.ravel(part) for part in grad])


def state(model):
    return np.concatenate([np.ravel(model.coef_), np.ravel(model.intercept_)])


# --- scikit-learn's own checks, and the import ---


# They run on few rows and default parameters, where a warning is what it should be.
@pytest.mark.filterwarnings("ignore:.*has not converged:sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks([LINEAR(), LOGISTIC(), SOFTMAX()])
def test_scikit_learns_checks(estimator, check):
    swapped = check.func.__name__ == "check_sample_weight_equivalence_on_dense_data"
    if IS_1_6 and swapped and isinstance(estimator, LOGISTIC):
        pytest.skip("scikit-learn 1.6 exchanges two labels between the fits that this check compares.")
    check(estimator)


def test_estimators_and_solvers_are_loaded_when_first_asked_for():
    code = """
import sys, sevensteps
def loaded(): return {"sklearn", "scipy", "sevensteps.estimators", "sevensteps.solvers"} & set(sys.modules)
print(sorted(loaded()))
print({*sevensteps.__all__} - {*dir(sevensteps)})
sevensteps.newton
print(sorted(loaded() - {"scipy"}))
from sevensteps import LogisticRegression
print(LogisticRegression().epochs, "sklearn" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["[]", "set()", "['sevensteps.solvers']", "1000 True"]


def test_all_names_are_listed_and_others_are_an_attribute_error():
    assert set(ss.__all__) < set(dir(ss))
    with pytest.raises(AttributeError, match=r"^module 'sevensteps' has no attribute 'RidgeRegression'$"):
        _ = ss.RidgeRegression


# --- shapes and dtypes ---


@every_model
@every_solver
@unfinished
@stalls
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_fitted_attributes_have_scikit_learns_shapes_and_the_dtype_of_X(kind, solver, dtype):
    X, y = problem(kind, dtype=dtype)
    model = kind(solver=solver).fit(X, y)
    shapes = {LINEAR: ((3,), ()), LOGISTIC: ((1, 3), (1,)), SOFTMAX: ((3, 3), (3,))}[kind]
    assert (np.shape(model.coef_), np.shape(model.intercept_)) == shapes
    assert model.coef_.dtype == dtype
    assert outputs(model, X).dtype == dtype
    assert type(model.intercept_) is float if kind is LINEAR else model.intercept_.dtype == dtype
    assert type(model.n_iter_) is int
    assert type(model.converged_) is bool
    assert len(model.loss_curve_) == model.n_iter_
    assert {type(loss) for loss in model.loss_curve_} == {float}
    if kind is not LINEAR:
        assert model.predict_proba(X).shape == (60, CLASSES[kind])
        assert model.decision_function(X).shape == ((60,) if kind is LOGISTIC else (60, 3))
        assert model.decision_function(X).dtype == dtype
        np.testing.assert_array_equal(model.classes_, np.unique(y))


@pytest.mark.parametrize("dtype", [np.float16, np.int32, bool, ">f4", ">f8", object])
def test_other_numbers_become_float64(dtype):
    X, y = problem(LINEAR)
    X = (X > 0).astype(dtype)
    assert LINEAR().fit(X, y).coef_.dtype == np.float64
    np.testing.assert_array_equal(LINEAR().fit(X, y).coef_, LINEAR().fit(X.astype(float), y).coef_)


def test_two_classes_of_a_softmax_have_one_logit():
    X, y = problem(LOGISTIC)
    soft = SOFTMAX(solver="newton").fit(X, y)
    hard = LOGISTIC(solver="newton").fit(X, y)
    assert soft.coef_.shape == (2, 3)
    np.testing.assert_allclose(soft.decision_function(X), hard.decision_function(X), atol=1e-3)
    np.testing.assert_allclose(soft.predict_proba(X), hard.predict_proba(X), atol=1e-3)
    np.testing.assert_array_equal(soft.predict(X), hard.predict(X))


# --- hand-computed values ---


def by_hand(kind, coef, intercept, classes=(0, 1)):
    model = kind()
    model.coef_, model.intercept_, model.classes_ = np.array(coef), np.array(intercept), np.array(classes)
    model.n_features_in_ = model.coef_.shape[-1]
    return model


def test_predictions_by_hand():
    X = [[np.log(2), 0.0], [0.0, np.log(4)], [0.0, 0.0]]
    linear = by_hand(LINEAR, [1.0, 2.0], 3.0)
    np.testing.assert_allclose(linear.predict(X), [3 + np.log(2), 3 + 2 * np.log(4), 3])
    logistic = by_hand(LOGISTIC, [[1.0, -1.0]], [0.0], ["no", "yes"])
    np.testing.assert_allclose(logistic.decision_function(X), [np.log(2), -np.log(4), 0])
    np.testing.assert_allclose(logistic.predict_proba(X), [[1 / 3, 2 / 3], [4 / 5, 1 / 5], [1 / 2, 1 / 2]])
    assert [*logistic.predict(X)] == ["yes", "no", "no"]
    softmax = by_hand(SOFTMAX, [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], [0.0, 0.0, 0.0], [5, 6, 7])
    expected = [[2 / 4, 1 / 4, 1 / 4], [1 / 6, 4 / 6, 1 / 6], [1 / 3, 1 / 3, 1 / 3]]
    np.testing.assert_allclose(softmax.predict_proba(X), expected)
    assert [*softmax.predict(X)] == [5, 6, 5]


def test_a_small_probability_is_not_rounded_away():
    model = by_hand(LOGISTIC, [[1.0]], [0.0])
    np.testing.assert_allclose(model.predict_proba([[40.0], [-40.0]]).min(axis=1), np.exp(-40))


def test_the_first_updates_by_hand():
    X, y = [[1.0], [3.0]], [0.0, 4.0]
    # dw = 2 · mean(x (0 − y)) = −12 and db = −4; then z = 16·0.1, 40·0.1 and so on.
    model = LINEAR(learning_rate=0.1).partial_fit(X, y)
    np.testing.assert_allclose([*model.coef_, model.intercept_], [1.2, 0.4])
    assert model.loss_curve_ == [8]
    model.partial_fit(X, y)
    # Residuals 1.6 and 0: dw = 1.6, db = 1.6.
    np.testing.assert_allclose([*model.coef_, model.intercept_], [1.04, 0.24])
    np.testing.assert_allclose(model.loss_curve_, [8, 1.28])
    assert (model.n_iter_, model.converged_) == (2, False)


def test_the_published_run_of_logistic_regression(facts, capsys):
    X_train, X_test, y_train, y_test = facts.rows
    model = LOGISTIC(learning_rate=0.01, epochs=1000, verbose=True)
    with pytest.warns(ConvergenceWarning):
        model.fit(X_train, y_train)
    np.testing.assert_allclose(model.loss_curve_[::100], facts.losses, rtol=0, atol=1e-12)
    assert model.n_iter_ == 1000
    assert model.score(X_test, y_test) == facts.accuracy
    lines = [line.split(", Loss: ") for line in capsys.readouterr().out.splitlines()]
    assert [epoch for epoch, _ in lines] == [f"Epoch {epoch}" for epoch in range(0, 1000, 100)]
    assert [float(loss) for _, loss in lines] == model.loss_curve_[::100]


# --- oracles ---


@pytest.mark.parametrize("l2", [0.0, 0.01, 3.0])
@every_solver
@stalls
def test_linear_regression_is_scikit_learns(solver, l2):
    X, y = standardized(load_diabetes)
    ours = LINEAR(solver=solver, l2=l2, tol=1e-8, epochs=20_000).fit(X, y)
    theirs = (
        linear_model.Ridge(alpha=len(X) * l2 / 2, solver="svd") if l2 else linear_model.LinearRegression()
    )
    theirs.fit(X, y)
    # Beside a loss of 2860 float64 shows a line search no gradient below 5e-7.
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-5, atol=1e-4 * (solver == "lbfgs"))
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-8)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-5)
    if not l2:
        assert round(ours.score(X, y), 4) == 0.5177


@every_solver
@stalls
def test_logistic_regression_is_statsmodels(solver):
    data = sm.datasets.spector.load()
    X, y = data.exog.to_numpy(), data.endog.to_numpy()
    theirs = sm.Logit(y, sm.add_constant(X)).fit(disp=0, tol=1e-14)
    X, mean, spread = StandardScaler().fit_transform(X), X.mean(axis=0), X.std(axis=0)
    ours = LOGISTIC(solver=solver, tol=1e-10, epochs=20_000).fit(X, y)
    coef = ours.coef_[0] / spread
    np.testing.assert_allclose([*(ours.intercept_ - coef @ mean), *coef], theirs.params, rtol=1e-5)


@pytest.mark.parametrize(("kind", "load"), [(LOGISTIC, load_breast_cancer), (SOFTMAX, load_wine)])
@every_solver
@stalls
def test_classifications_are_scikit_learns(kind, load, solver):
    X, y = standardized(load)
    ours = kind(solver=solver, l2=0.01, tol=1e-10, epochs=50_000).fit(X, y)
    theirs = linear_model.LogisticRegression(
        C=1 / (0.01 * len(X)), tol=1e-10, max_iter=10_000, solver="newton-cg"
    )
    theirs.fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-5, atol=1e-9)
    free = ours.intercept_.mean() if kind is SOFTMAX else 0
    theirs_free = theirs.intercept_.mean() if kind is SOFTMAX else 0
    np.testing.assert_allclose(ours.intercept_ - free, theirs.intercept_ - theirs_free, rtol=1e-5)


@pytest.mark.parametrize("solver", ["lbfgs", "newton"])
@stalls
def test_digits_are_scikit_learns(solver):
    X, y = load_digits(return_X_y=True)
    ours = SOFTMAX(solver=solver, l2=0.01, tol=1e-10).fit(X / 16, y)
    theirs = linear_model.LogisticRegression(C=1 / (0.01 * len(X)), tol=1e-10, max_iter=10_000).fit(X / 16, y)
    np.testing.assert_allclose(ours.predict_proba(X / 16), theirs.predict_proba(X / 16), atol=1e-6)
    np.testing.assert_array_equal(ours.predict(X / 16), theirs.predict(X / 16))


# --- identities ---


@every_model
@stalls
def test_solvers_agree(kind):
    X, y = problem(kind, n=200)
    models = [kind(solver=solver, l2=0.05, tol=1e-7, epochs=5000).fit(X, y) for solver in SOLVERS]
    for one, other in itertools.pairwise(models):
        np.testing.assert_allclose(one.coef_, other.coef_, atol=1e-5)
        np.testing.assert_allclose(one.intercept_, other.intercept_, atol=1e-5)


@every_model
@every_solver
@pytest.mark.parametrize("tol", [3e-2, 1e-4])
def test_tol_bounds_the_largest_entry_of_the_gradient(kind, solver, tol):
    X, y = problem(kind)
    model = kind(solver=solver, tol=tol, l2=0.1).fit(X, y)
    loss, gradient = objective(model, X, y)
    assert model.converged_
    assert model.n_iter_ < 1000
    assert np.abs(gradient).max() <= tol
    np.testing.assert_allclose(model.loss_curve_[-1], loss, rtol=1e-12)


@every_model
@every_solver
@unfinished
def test_epochs_are_counted_and_each_entry_is_the_loss_before_it(kind, solver):
    X, y = problem(kind)
    first, second = (kind(solver=solver, epochs=n, tol=0, l2=0.1).fit(X, y) for n in (1, 2))
    assert (first.n_iter_, second.n_iter_) == (1, 2)
    assert not first.converged_
    start = {LINEAR: np.mean(y**2), LOGISTIC: np.log(2), SOFTMAX: np.log(3)}[kind]
    np.testing.assert_allclose(second.loss_curve_, [start, objective(first, X, y)[0]], rtol=1e-12)


@every_model
@unfinished
def test_the_default_rate_is_1_over_the_smoothness(kind):
    X, y = problem(kind)
    s = np.arange(60) % 4
    loss = {
        LINEAR: ss.SQUARED_ERROR,
        LOGISTIC: ss.BINARY_CROSS_ENTROPY,
        SOFTMAX: ss.CATEGORICAL_CROSS_ENTROPY,
    }
    rate = 1 / ss.smoothness(X, loss[kind], l2=0.3, sample_weight=s)
    for options in ({}, {"batch_size": 60}, {"batch_size": 1000}):
        default = kind(l2=0.3, epochs=3, random_state=0, **options).fit(X, y, sample_weight=s)
        named = kind(l2=0.3, epochs=3, learning_rate=rate).fit(X, y, sample_weight=s)
        np.testing.assert_allclose(state(default), state(named), rtol=1e-10)


@every_model
@unfinished
def test_the_loss_never_rises_at_the_default_rate(kind):
    X, y = problem(kind)
    curve = kind(epochs=300, tol=0).fit(10 * X - 3, y).loss_curve_
    assert np.all(np.diff(curve) <= 1e-15)


@unfinished
def test_the_rate_of_small_batches_is_that_of_a_typical_batch():
    # For one column at 0, ±3 a batch of one row has the smoothness 2 · (1 or 10), all together
    # 2 · max(1, 6); a batch of two of three rows lies between.
    X, y = np.array([[0.0], [3.0], [-3.0]]), np.array([1.0, 0, 0])
    for size, expected in ((1, 20), (2, 12 + (20 - 12) / 4), (3, 12)):
        runs = [
            LINEAR(learning_rate=rate, batch_size=size, epochs=2, random_state=1, l2=0.5).fit(X, y)
            for rate in (None, 1 / (expected + 0.5))
        ]
        np.testing.assert_allclose(state(runs[0]), state(runs[1]), rtol=1e-12)


@unfinished
def test_small_batches_do_not_diverge_by_default():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 40))
    y = X[:, 0] + rng.standard_normal(400)
    for size in (1, 4, 16, 64):
        model = LINEAR(batch_size=size, epochs=10, random_state=0).fit(X, y)
        assert model.loss_curve_[-1] < 1.5 * np.var(y)


@every_model
@unfinished
def test_batches_are_ordered_by_the_random_state(kind):
    X, y = problem(kind)

    def run(seed, size=7):
        return state(kind(batch_size=size, epochs=3, random_state=seed).fit(X, y))

    np.testing.assert_array_equal(run(1), run(1))
    np.testing.assert_array_equal(run(1), run(np.random.default_rng(1)))
    assert not np.array_equal(run(1), run(2))
    assert not np.array_equal(run(None), run(None))
    np.testing.assert_allclose(run(1, size=60), state(kind(epochs=3).fit(X, y)), rtol=1e-12)


@every_model
@unfinished
def test_an_epoch_of_batches_is_one_update_a_batch(kind):
    X, y = problem(kind)
    model = kind(learning_rate=0.1, batch_size=60, epochs=2).fit(X, y)
    steps = kind(learning_rate=0.1)
    for _ in range(2):
        labels = {} if kind is LINEAR else {"classes": np.unique(y)}
        steps.partial_fit(X, y, **labels)
    np.testing.assert_allclose(state(model), state(steps), rtol=1e-12)
    np.testing.assert_allclose(model.loss_curve_, steps.loss_curve_, rtol=1e-12)


@every_model
@every_solver
@stalls
def test_whole_weights_repeat_rows(kind, solver):
    X, y = problem(kind)
    times = np.arange(60) % 3
    options = {"solver": solver, "l2": 0.1, "tol": 1e-7, "epochs": 5000}
    weighted = kind(**options).fit(X, y, sample_weight=times)
    repeated = kind(**options).fit(np.repeat(X, times, axis=0), np.repeat(y, times))
    np.testing.assert_allclose(state(weighted), state(repeated), atol=1e-6)
    np.testing.assert_allclose(weighted.loss_curve_[:3], repeated.loss_curve_[:3], rtol=1e-10)
    assert weighted.score(X, y, sample_weight=times) == pytest.approx(
        repeated.score(np.repeat(X, times, axis=0), np.repeat(y, times))
    )


@every_model
@unfinished
@pytest.mark.parametrize("options", [{}, {"batch_size": 2, "random_state": 0}, {"solver": "newton"}], ids=str)
def test_rows_of_weight_0_might_as_well_not_be_there(kind, options):
    X, y = problem(kind)
    # The second half has a class of its own.
    late = np.full(60, y.max() + 1)
    s = np.r_[np.ones(60), np.zeros(60)]
    weighted = kind(epochs=5, **options).fit(np.r_[X, X + 9], np.r_[y, late], sample_weight=s)
    dropped = kind(epochs=5, **options).fit(X, y, sample_weight=np.ones(60))
    np.testing.assert_array_equal(state(weighted), state(dropped))


@every_model
@every_solver
def test_only_ratios_of_weights_matter(kind, solver):
    X, y = problem(kind)
    s = np.arange(1, 61) % 4
    runs = [kind(solver=solver).fit(X, y, sample_weight=s * 2.0**power) for power in (0, -1000, 1000)]
    np.testing.assert_array_equal(state(runs[0]), state(runs[1]))
    np.testing.assert_array_equal(state(runs[0]), state(runs[2]))


@every_classifier
@every_solver
@pytest.mark.parametrize(
    "names",
    [
        np.array(["ham", "jam", "spam"]),
        np.array(["ham", "jam", "spam"], object),
        np.array([-7, 0, 300]),
        np.array([-1.0, 0.0, 2.0]),
        np.array([1, 3, 200], np.uint8),
    ],
    ids=["text", "objects", "integers", "floats", "bytes"],
)
def test_labels_of_any_kind_come_back(kind, solver, names):
    X, codes = problem(kind)
    y = names[codes]
    model = kind(solver=solver).fit(X, y)
    np.testing.assert_array_equal(model.classes_, names[: CLASSES[kind]])
    assert model.predict(X).dtype == y.dtype
    np.testing.assert_array_equal(model.predict(X), names[kind(solver=solver).fit(X, codes).predict(X)])
    assert model.score(X, [*y]) > 0.5


def test_booleans_are_labels():
    X, y = problem(LOGISTIC)
    assert LOGISTIC().fit(X, y == 1).predict(X).dtype == bool


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_a_column_of_labels_is_taken_with_a_warning(kind):
    X, y = problem(kind)
    with pytest.warns(match="column-vector y was passed"):
        model = kind().fit(X, y[:, None])
    np.testing.assert_array_equal(state(model), state(kind().fit(X, y)))


# --- partial_fit ---


@every_classifier
def test_the_first_batch_may_lack_classes(kind):
    X, y = problem(kind)
    model = kind(learning_rate=0.1)
    for rows in (y == 0, y != 0, slice(None)):
        model.partial_fit(X[rows], y[rows], classes=[*np.unique(y)][::-1])
    np.testing.assert_array_equal(model.classes_, np.unique(y))
    assert model.n_iter_ == 3


@every_classifier
def test_classes_are_given_first_and_stay(kind):
    X, y = problem(kind)
    with pytest.raises(ValueError, match=r"^classes is None; expected all labels at the first call"):
        kind().partial_fit(X, y)
    model = kind().partial_fit(X, y, classes=np.unique(y)).partial_fit(X, y)
    with pytest.raises(ValueError, match=r"^classes is \[7 8\]; expected \[0 1( 2)?\] as before"):
        model.partial_fit(X, y, classes=[7, 8])
    with pytest.raises(ValueError, match=r"^y holds 9; expected one of the classes \[0 1( 2)?\]"):
        model.partial_fit(X, np.where(y == 0, 9, y))
    with pytest.raises(ValueError, match=r"^y holds '[012]'; expected one of the classes"):
        model.partial_fit(X, y.astype(str))


@every_model
@unfinished
def test_partial_fit_goes_on_where_fit_ended(kind):
    X, y = problem(kind)
    longer = kind(epochs=4).fit(X, y)
    model = kind(epochs=3).fit(X, y).partial_fit(X, y)
    np.testing.assert_allclose(state(model), state(longer), rtol=1e-12)
    np.testing.assert_allclose(model.loss_curve_, longer.loss_curve_, rtol=1e-12)
    assert (model.n_iter_, model.converged_) == (4, False)


@every_model
def test_fit_forgets_what_came_before(kind):
    X, y = problem(kind)
    again = kind().fit(X[:, :2], y * 2).fit(X, y)
    assert again.n_features_in_ == 3
    np.testing.assert_array_equal(state(again), state(kind().fit(X, y)))
    np.testing.assert_array_equal(again.loss_curve_, kind().fit(X, y).loss_curve_)


@every_model
def test_partial_fit_weighs_rows_and_keeps_the_dtype_of_its_rows(kind):
    X, y = problem(kind, dtype=np.float32)
    labels = {} if kind is LINEAR else {"classes": np.unique(y)}
    times = np.arange(60) % 3
    weighted = kind(l2=0.1).partial_fit(X, y, sample_weight=times, **labels)
    weighted.partial_fit(X, y, sample_weight=times)
    repeated = kind(l2=0.1)
    for _ in range(2):
        repeated.partial_fit(np.repeat(X, times, axis=0), np.repeat(y, times), **labels)
    np.testing.assert_allclose(state(weighted), state(repeated), rtol=1e-4, atol=1e-6)
    assert weighted.coef_.dtype == np.float32
    assert weighted.partial_fit(X.astype(float), y).coef_.dtype == np.float64


@pytest.mark.parametrize("solver", ["lbfgs", "newton"])
def test_partial_fit_is_a_step_of_gradient_descent(solver):
    with pytest.raises(
        ValueError, match=rf"^solver is '{solver}'; expected 'gradient_descent' for partial_fit"
    ):
        LINEAR(solver=solver).partial_fit([[1.0], [2.0]], [1, 2])


# --- what is said while training, and after ---


@pytest.mark.parametrize(("epochs", "every"), [(5, 1), (10, 1), (11, 2), (25, 3), (1000, 100)])
@every_model
@unfinished
def test_verbose_prints_at_most_ten_lines(kind, epochs, every, capsys):
    X, y = problem(kind)
    model = kind(verbose=True, epochs=epochs, tol=0).fit(X, y)
    lines = [f"Epoch {i}, Loss: {model.loss_curve_[i]}" for i in range(0, epochs, every)]
    assert capsys.readouterr().out.splitlines() == lines
    kind(epochs=epochs, tol=0).fit(X, y)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"epochs": 3},
            r"LinearRegression has not converged: after 3 of 3 epochs the largest entry of the gradient is"
            r" \d\.\de.\d\d, above tol=0\.0001; standardize the columns of X, raise epochs, or use"
            r" solver='newton', which needs fewer",
        ),
        ({"epochs": 3, "solver": "lbfgs"}, r"after 3 of 3 epochs .*; standardize .* or raise epochs$"),
        (
            {"tol": 0, "solver": "lbfgs"},
            r"after \d\d? of 1000 epochs .* above tol=0; float64 can tell no lower",
        ),
    ],
)
def test_a_run_that_has_not_converged_says_so_and_what_helps(options, message):
    X, y = problem(LINEAR)
    with pytest.warns(ConvergenceWarning, match=message):
        model = LINEAR(**options).fit(X + 5, y)
    assert not model.converged_


def test_warnings_point_at_the_caller():
    X, y = problem(LINEAR)
    with pytest.warns(ConvergenceWarning) as caught:
        LINEAR(epochs=3).fit(X, y)
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("kind", "factor"), [(LINEAR, 2.05), (LINEAR, 30), (LINEAR, 1e9), (LOGISTIC, 300), (SOFTMAX, 1e9)]
)
def test_a_rate_that_diverges_is_an_error_with_advice(kind, factor):
    X, y = problem(kind)
    rate = factor / ss.smoothness(X, kind._loss)
    with pytest.raises(ss.DivergenceError, match=r"diverged.*Lower|learning_rate is .* 2 / smoothness"):
        kind(learning_rate=rate, epochs=500).fit(X, y)


@unfinished
def test_below_the_limit_nothing_diverges():
    X, y = problem(LINEAR)
    for kind in CLASSES:
        X, y = problem(kind)
        rate = 1.95 / ss.smoothness(X, kind._loss)
        curve = kind(learning_rate=rate, epochs=200).fit(X, y).loss_curve_
        assert curve[-1] < curve[0]


@unfinished
def test_batches_may_end_above_the_start():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((50, 20)), rng.integers(0, 2, 50)
    curve = LOGISTIC(batch_size=1, learning_rate=3, epochs=20, random_state=0).fit(X, y).loss_curve_
    assert curve[-1] > 1.01 * np.log(2)


@every_model
@every_solver
@unfinished
def test_the_parameters_are_left_as_they_were(kind, solver):
    X, y = problem(kind)
    model = kind(solver=solver, epochs=2)
    before = model.get_params()
    model.fit(X, y)
    assert model.get_params() == before
    assert list(before) == sorted(
        ["learning_rate", "epochs", "batch_size", "l2", "tol", "random_state", "solver", "verbose"]
    )


def test_parameters_may_be_given_in_order():
    model = LOGISTIC(0.01, 500, 32, 0.1, 1e-3, 7, "gradient_descent", True)
    assert list(vars(model).values()) == [0.01, 500, 32, 0.1, 1e-3, 7, "gradient_descent", True]


# --- company: what scikit-learn does with an estimator ---


def test_names_of_columns_are_kept_and_compared():
    X, y = problem(LINEAR)
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    model = LINEAR().fit(frame, pd.Series(y))
    assert [*model.feature_names_in_] == ["a", "b", "c"]
    np.testing.assert_allclose(state(model), state(LINEAR().fit(X, y)), rtol=1e-12)
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(frame[["b", "a", "c"]])
    mixed = frame.assign(a=frame["a"].round().astype(int), b=frame["b"] > 0)
    assert LINEAR().fit(mixed, y).coef_.dtype == np.float64


def test_a_pipeline_is_searched_for_its_best_penalty():
    X, y = load_breast_cancer(return_X_y=True)
    grid = {"logisticregression__l2": [10.0, 0.01], "logisticregression__solver": ["newton", "lbfgs"]}
    search = GridSearchCV(make_pipeline(StandardScaler(), LOGISTIC()), grid, cv=3).fit(X, y)
    assert search.best_params_["logisticregression__l2"] == 0.01
    assert search.best_score_ > 0.97


def test_cross_validation_scores_each_kind():
    for kind, load, least in (
        (LINEAR, load_diabetes, 0.45),
        (LOGISTIC, load_breast_cancer, 0.96),
        (SOFTMAX, load_iris, 0.93),
    ):
        X, y = standardized(load)
        assert cross_val_score(kind(solver="newton", l2=0.01), X, y, cv=3).mean() > least


@every_classifier
def test_probabilities_can_be_calibrated(kind):
    X, y = problem(kind, n=300)
    calibrated = CalibratedClassifierCV(kind(l2=1.0), cv=3).fit(X, y)
    np.testing.assert_allclose(calibrated.predict_proba(X).sum(axis=1), 1)
    assert calibrated.score(X, y) > 0.5


def test_a_vote_is_taken():
    X, y = standardized(load_wine)
    vote = VotingClassifier(
        [("ours", SOFTMAX(l2=0.1)), ("theirs", linear_model.LogisticRegression())], voting="soft"
    ).fit(X, y)
    assert vote.score(X, y) > 0.98


@every_model
def test_features_are_eliminated_by_their_coefficients(kind):
    X, y = problem(kind, d=5)
    chosen = RFE(kind(l2=0.1), n_features_to_select=1).fit(X, y)
    assert [*chosen.get_support(indices=True)] == [0]


@every_classifier
@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
def test_boundaries_are_drawn(kind, method):
    if IS_1_6 and kind is SOFTMAX and method != "predict":
        pytest.skip("scikit-learn 1.6 draws the probabilities of one class at a time.")
    with mpl.rc_context():
        mpl.use("agg")
        import matplotlib.pyplot as plt

        X, y = problem(kind, d=2)
        kwargs = {"class_of_interest": 1} if kind is LOGISTIC and method == "predict_proba" else {}
        display = DecisionBoundaryDisplay.from_estimator(
            kind().fit(X, y), X, response_method=method, grid_resolution=9, **kwargs
        )
        assert display.response.shape[:2] == (9, 9)
        plt.close(display.figure_)


@every_model
def test_a_model_is_stored_and_loaded(kind, tmp_path):
    X, y = problem(kind)
    model = kind(solver="newton").fit(X, y)
    joblib.dump(model, tmp_path / "model")
    for copy in (pickle.loads(pickle.dumps(model)), joblib.load(tmp_path / "model")):
        np.testing.assert_array_equal(outputs(copy, X), outputs(model, X))
        assert copy.loss_curve_ == model.loss_curve_
    assert clone(model).get_params() == model.get_params()
    assert not hasattr(clone(model), "coef_")


@every_model
def test_a_model_is_shown_with_what_was_changed(kind):
    assert repr(kind(l2=0.5)) == f"{kind.__name__}(l2=0.5)"
    assert kind.__name__ in kind()._repr_html_()


# --- extremes ---


@every_model
def test_a_model_that_is_not_fitted_says_so(kind):
    for method in ("predict", "predict_proba", "decision_function"):
        if hasattr(kind, method):
            with pytest.raises(NotFittedError, match=f"This {kind.__name__} instance is not fitted yet"):
                getattr(kind(), method)([[1.0]])
    half, known = kind(), {} if kind is LINEAR else {"classes": [0, 1]}
    for X, y in (([[np.nan], [1.0]], [0, 1]), ([[0.0], [1.0]], [0, 1, 1])):
        with pytest.raises(ValueError, match=r"^X (holds nan|has 2 rows)"):
            half.partial_fit(X, y, **known)
        with pytest.raises(NotFittedError):
            half.predict([[1.0]])
    with pytest.raises(ss.DivergenceError):
        half.set_params(learning_rate=1e3).fit([[-1.0], [1.0], [2.0]], [0, 1, 0])
    assert not hasattr(half, "coef_")


@every_classifier
@every_solver
def test_separable_rows_are_learned_without_an_end(kind, solver):
    X, y = standardized(load_breast_cancer if kind is LOGISTIC else load_wine)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = kind(solver=solver, tol=1e-4, epochs=5000).fit(X, y)
    assert model.score(X, y) > 0.985
    if solver != "gradient_descent":
        assert model.converged_
        assert model.score(X, y) == 1


@every_model
@every_solver
@unfinished
def test_one_row_many_columns_and_columns_that_say_nothing(kind, solver):
    X, y = problem(kind)
    X = np.column_stack([X, X[:, 0], np.full(60, 7.0), np.zeros(60), np.full(60, 5e-324), X[:, 0] * 1e-300])
    model = kind(solver=solver, l2=0.1, epochs=100).fit(X, y)
    assert np.isfinite(state(model)).all()
    np.testing.assert_allclose(model.coef_.T[0], model.coef_.T[3], atol=1e-6)
    np.testing.assert_allclose(model.coef_.T[5:7], 0, atol=1e-15)
    wide = kind(solver=solver, l2=0.1, epochs=100).fit(X[:5], np.arange(5) % (CLASSES[kind] or 5))
    assert np.isfinite(outputs(wide, X)).all()
    if kind is LINEAR:
        assert LINEAR(solver=solver).fit([[2.0]], [4.0]).predict([[2.0]]) == pytest.approx(4, abs=1e-3)


@unfinished
def test_one_row_is_one_batch():
    for size in (1, 2):
        model = LINEAR(batch_size=size, epochs=50).fit([[2.0]], [4.0])
        np.testing.assert_allclose(model.predict([[2.0]]), 4)


@unfinished
def test_float32_is_computed_in_float32():
    X, y = problem(LINEAR, dtype=np.float32)
    model = LINEAR(learning_rate=0.1, epochs=3).fit(X, y)
    f, batches = ss.value_and_grad(ss.SQUARED_ERROR), ss.full_batch(X, y)
    params, _ = ss.train(f, ss.zeros(3, dtype=np.float32), batches, ss.gradient_descent(0.1), epochs=3)
    np.testing.assert_array_equal(model.coef_, params.weights)


@every_solver
def test_a_target_that_never_changes_is_the_bias(solver):
    X, _ = problem(LINEAR)
    model = LINEAR(solver=solver, tol=1e-6, epochs=5000).fit(X, np.full(60, 3.0))
    np.testing.assert_allclose(model.coef_, 0, atol=1e-5)
    np.testing.assert_allclose(model.intercept_, 3, atol=1e-5)
    zero = LINEAR(solver=solver).fit(X, np.zeros(60))
    np.testing.assert_array_equal(state(zero), 0)
    assert zero.n_iter_ == 1


@every_model
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_whose_squares_overflow_are_refused(kind, dtype):
    X, y = problem(kind, dtype=dtype)
    huge = X.copy()
    huge[3, 1] = -np.sqrt(np.finfo(dtype).max)
    message = r"^X has values up to .* in size; expected at most .*, so that their squares fit into float"
    with pytest.raises(ValueError, match=message):
        kind().fit(huge, y)
    with pytest.raises(ValueError, match=message.replace("X", "y")):
        LINEAR().fit(X, np.where(y == y[0], -1e300, y))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for solver in SOLVERS:
            model = kind(solver=solver, epochs=5).fit(huge / np.sqrt(X.size), y)
            assert np.isfinite(state(model)).all()


@every_model
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("row", [0, 3, 8])
def test_an_entry_that_is_not_finite_is_found_in_any_block(kind, value, row, monkeypatch):
    monkeypatch.setattr(ss.blocks, "BLOCK_BYTES", 1)
    X, y = problem(kind)
    X[row, 1] = value
    message = rf"^X holds {value} at index \({row}, 1\); expected finite numbers, no NaN"
    for sample_weight in (None, np.arange(len(X)) != row):
        with pytest.raises(ValueError, match=message):
            kind().fit(X, y, sample_weight)


@every_model
def test_predictions_that_overflow_are_refused(kind):
    X, y = problem(kind)
    model = kind().fit(X, y)
    model.coef_ = model.coef_ * 100
    assert np.isfinite(outputs(model, X * 1e300)).all()
    with pytest.raises(ValueError, match=r"^X has values up to 1.*e\+308 in size; expected smaller ones"):
        model.predict(np.sign(X) * 1.7e308)
