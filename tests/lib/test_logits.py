"""Step 2: the weighted sum."""

import math

import numpy as np
import pytest
import sevensteps as ss
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression


@pytest.fixture
def layer():
    """Return X, weights and bias for three outputs."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((6, 4)), rng.standard_normal((4, 3)), rng.standard_normal(3)


# --- shapes and dtypes ---


def test_one_output_gives_one_number_a_row_and_k_outputs_give_k(layer):
    X, weights, bias = layer
    assert ss.logits(X, weights, bias).shape == (6, 3)
    assert ss.logits(X, weights[:, 0], bias[0]).shape == (6,)
    assert ss.logits(X, weights[:, :1], bias[:1]).shape == (6, 1)


def test_the_dtype_that_comes_in_goes_out(layer, dtype):
    z = ss.logits(*(part.astype(dtype) for part in layer))
    assert z.dtype == dtype


# --- hand-computed values ---


def test_logits_by_hand():
    X = [[1, 2], [3, 4], [0, 0]]
    np.testing.assert_array_equal(ss.logits(X, [10, 1], 0.5), [12.5, 34.5, 0.5])
    np.testing.assert_array_equal(
        ss.logits(X, [[10, 0], [1, -1]], [0.5, 1]), [[12.5, -1], [34.5, -3], [0.5, 1]]
    )


# --- oracle (scikit-learn) ---


@pytest.mark.parametrize("classes", [2, 3])
def test_logits_are_the_decision_function_of_scikit_learn(classes):
    X, y = load_iris(return_X_y=True)
    X, y = X[y < classes], y[y < classes]
    theirs = LogisticRegression(max_iter=300).fit(X, y)
    ours = ss.logits(X, theirs.coef_.T, theirs.intercept_)
    np.testing.assert_allclose(ours.squeeze(), theirs.decision_function(X), rtol=1e-10, atol=1e-12)


def test_logits_are_sums_of_products(layer):
    X, weights, bias = layer
    expected = [[math.fsum([*(row * w), b]) for w, b in zip(weights.T, bias, strict=True)] for row in X]
    np.testing.assert_allclose(ss.logits(X, weights, bias), expected, rtol=1e-13, atol=1e-15)


# --- identities and numeric gradients ---


def test_each_output_is_a_model_of_its_own(layer):
    X, weights, bias = layer
    columns = [ss.logits(X, w, b) for w, b in zip(weights.T, bias, strict=True)]
    np.testing.assert_allclose(ss.logits(X, weights, bias), np.column_stack(columns), rtol=1e-14)


def test_logits_are_linear_in_the_weights(layer):
    X, weights, bias = layer
    doubled = ss.logits(X, 2 * weights, 2 * bias)
    np.testing.assert_allclose(doubled, 2 * ss.logits(X, weights, bias), rtol=1e-14)


def test_the_slope_in_a_weight_is_the_feature_and_in_the_bias_1(layer):
    X, weights, bias = layer
    start = ss.Parameters(weights[:, 0], bias[:1].reshape(()))
    grad = ss.numerical_gradient(lambda p: ss.logits(X, *p)[2], start)
    np.testing.assert_allclose(grad.weights, X[2], rtol=1e-9)
    assert grad.bias == pytest.approx(1, rel=1e-9)


# --- extremes and errors ---


def test_long_float16_sums_run_in_more_than_float16():
    z = ss.logits(np.full((1, 50_000), 0.1, np.float16), np.ones(50_000, np.float16), np.float16(0))
    assert z[0] == pytest.approx(5000, rel=2e-3)


def test_large_values_one_row_and_read_only_arrays():
    X, weights = np.array([[1e4, -1e4]]), np.array([1e4, 1e4])
    X.flags.writeable = weights.flags.writeable = False
    np.testing.assert_array_equal(ss.logits(X, weights, 1e4), [1e4])


@pytest.mark.parametrize(
    ("weights", "bias", "message"),
    [
        (np.ones(3), 0.0, "^weights has 3 rows and X has 2 columns; expected as many"),
        (np.ones(2), np.zeros(1), r"^bias has shape \(1,\); expected \(\), one for each output"),
        (np.ones(2), np.zeros(5), r"^bias has shape \(5,\); expected \(\)"),
        (np.ones(2), np.zeros((5, 1)), r"^bias has shape \(5, 1\); expected a number or one dimension"),
        (np.ones((2, 3)), 0.0, r"^bias has shape \(\); expected \(3,\)"),
        (np.ones((2, 3)), np.zeros(2), r"^bias has shape \(2,\); expected \(3,\)"),
    ],
)
def test_shapes_that_would_broadcast_unnoticed_are_refused(weights, bias, message):
    with pytest.raises(ValueError, match=message):
        ss.logits(np.ones((5, 2)), weights, bias)
