"""Step 4: values, slopes and curvatures of the losses, from probabilities and from logits."""

import mpmath
import numpy as np
import pytest
import scipy.special
import sevensteps as ss
import sklearn.metrics

ONE_HOT = [[1, 0], [0, 1]]

# Each public loss with labels, predictions (or logits) and the loss that a hand finds.
BY_HAND = {
    "mean_squared_error": (ss.mean_squared_error, [1, 2], [1, 4], 2),
    "binary_cross_entropy": (ss.binary_cross_entropy, [1, 0], [0.25, 0.5], 1.5 * np.log(2)),
    "categorical_cross_entropy": (
        ss.categorical_cross_entropy,
        ONE_HOT,
        [[0.25, 0.75], [0.5, 0.5]],
        1.5 * np.log(2),
    ),
    "binary_cross_entropy_from_logits": (
        ss.binary_cross_entropy_from_logits,
        [1, 0],
        [-np.log(3), 0],
        1.5 * np.log(2),
    ),
    "categorical_cross_entropy_from_logits": (
        ss.categorical_cross_entropy_from_logits,
        ONE_HOT,
        [[0, np.log(3)], [7, 7]],
        1.5 * np.log(2),
    ),
}
every = pytest.mark.parametrize(("loss", "y_true", "other", "expected"), BY_HAND.values(), ids=BY_HAND)

# What a Loss averages to: the function of step 4 that takes logits (or, in regression, values).
FROM_LOGITS = {
    ss.SQUARED_ERROR: ss.mean_squared_error,
    ss.BINARY_CROSS_ENTROPY: ss.binary_cross_entropy_from_logits,
    ss.CATEGORICAL_CROSS_ENTROPY: ss.categorical_cross_entropy_from_logits,
}
FROM_PROBABILITIES = {
    ss.BINARY_CROSS_ENTROPY: ss.binary_cross_entropy,
    ss.CATEGORICAL_CROSS_ENTROPY: ss.categorical_cross_entropy,
}


def labels_and_logits(model):
    params, X, y = model.problem()
    return y, ss.logits(X, *params)


# --- shapes and dtypes ---


@every
def test_a_loss_is_one_number_in_the_dtype_of_the_predictions(loss, y_true, other, expected, dtype):
    value = loss(y_true, np.array(other, dtype))
    assert np.shape(value) == ()
    assert value.dtype == dtype
    assert loss(np.array(y_true, dtype), other).dtype == np.float64


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_loss_object_gives_a_value_and_a_slope_for_each_row(model, dtype):
    params, X, y = model.problem(dtype=dtype)
    z = ss.logits(X, *params)
    value, slope = model.loss.value_and_slope(y, z)
    assert value.shape == (len(y),)
    assert slope.shape == z.shape
    assert value.dtype == slope.dtype == dtype


# --- hand-computed values ---


@every
def test_values_by_hand(loss, y_true, other, expected):
    assert loss(y_true, other) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("loss", "y", "z", "values", "slopes"),
    [
        (ss.SQUARED_ERROR, [1, 2], [1, 4], [0, 4], [0, 4]),
        (ss.BINARY_CROSS_ENTROPY, [1, 0], [0, np.log(3)], np.log([2, 4]), [-0.5, 0.75]),
        (
            ss.CATEGORICAL_CROSS_ENTROPY,
            ONE_HOT,
            [[0, np.log(3)], [7, 7]],
            np.log([4, 2]),
            [[-0.75, 0.75], [0.5, -0.5]],
        ),
    ],
    ids=["squared_error", "binary", "categorical"],
)
def test_rows_by_hand(loss, y, z, values, slopes):
    value, slope = loss.value_and_slope(np.asarray(y, float), np.asarray(z, float))
    np.testing.assert_allclose(value, values, rtol=1e-15)
    np.testing.assert_allclose(slope, slopes, rtol=1e-14)


# --- oracle (SciPy, scikit-learn, mpmath) ---


def test_losses_agree_with_scikit_learn():
    rng = np.random.default_rng(0)
    y, z = rng.standard_normal((2, 30))
    assert ss.mean_squared_error(y, z) == pytest.approx(sklearn.metrics.mean_squared_error(y, z), rel=1e-13)
    labels, p = y > 0, ss.sigmoid(z)
    assert ss.binary_cross_entropy(labels, p) == pytest.approx(sklearn.metrics.log_loss(labels, p), rel=1e-13)
    labels, p = rng.integers(0, 4, 30), rng.dirichlet(np.ones(4), 30)
    ours = ss.categorical_cross_entropy(np.eye(4)[labels], p)
    assert ours == pytest.approx(sklearn.metrics.log_loss(labels, p), rel=1e-13)


def test_losses_agree_with_scipy():
    rng = np.random.default_rng(0)
    y, p = rng.random((2, 30))
    expected = scipy.special.xlogy(y, p) + scipy.special.xlog1py(1 - y, -p)
    assert ss.binary_cross_entropy(y, p) == pytest.approx(-expected.mean(), rel=1e-13)
    y, z = rng.dirichlet(np.ones(4), 30), rng.normal(scale=9, size=(30, 4))
    expected = scipy.special.logsumexp(z, axis=1) - (y * z).sum(axis=1)
    ours = ss.categorical_cross_entropy_from_logits(y, z)
    assert ours == pytest.approx(expected.mean(), rel=1e-13)


@pytest.mark.parametrize("y", [0, 1])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_binary_rows_are_right_to_a_few_units_in_the_last_place(y, dtype, ulps):
    z = np.concatenate([np.geomspace(1e-8, 1e4, 150), np.linspace(0, 40, 100)])
    z = np.concatenate([-z, z]).astype(dtype)
    value, _ = ss.BINARY_CROSS_ENTROPY.value_and_slope(np.full(len(z), y, dtype), z)
    softplus = [mpmath.log1p(mpmath.exp((1 - 2 * y) * mpmath.mpf(float(t)))) for t in z]
    assert ulps(value, softplus) < 4


@pytest.mark.parametrize("y", [0, 1])
def test_categorical_rows_are_right_to_the_spacing_at_1(y):
    z = np.linspace(-1e3, 1e3, 401)
    rows, labels = np.column_stack([np.zeros_like(z), z]), np.tile(np.eye(2)[y], (len(z), 1))
    value, _ = ss.CATEGORICAL_CROSS_ENTROPY.value_and_slope(labels, rows)
    np.testing.assert_allclose(value, np.logaddexp(0, (1 - 2 * y) * z), rtol=1e-15, atol=1e-15)


# --- identities and numeric gradients ---


def test_the_mean_over_rows_is_the_function(model):
    y, z = labels_and_logits(model)
    value, _ = model.loss.value_and_slope(y, z)
    assert FROM_LOGITS[model.loss](y, z) == pytest.approx(value.mean(), rel=1e-14)


def test_from_logits_is_from_the_probabilities_of_the_activation(classifier):
    y, z = labels_and_logits(classifier)
    from_probabilities = FROM_PROBABILITIES[classifier.loss](y, classifier.loss.activation(z))
    assert FROM_LOGITS[classifier.loss](y, z) == pytest.approx(from_probabilities, rel=1e-13)


def test_the_slope_is_the_numeric_one(model):
    y, z = labels_and_logits(model)
    _, slope = model.loss.value_and_slope(y, z)
    numeric = ss.numerical_gradient(
        lambda p: model.loss.value_and_slope(y, p.weights)[0].sum(), ss.Parameters(z, 0)
    )
    np.testing.assert_allclose(slope, numeric.weights, rtol=1e-6, atol=1e-8)


def test_the_slope_vanishes_where_the_activation_gives_the_labels(model):
    _, z = labels_and_logits(model)
    _, slope = model.loss.value_and_slope(model.loss.activation(z), z)
    np.testing.assert_allclose(slope, 0, atol=1e-15)


def test_the_curvature_is_the_largest_that_occurs(model):
    rng, h = np.random.default_rng(0), 1e-4
    k = 1 if model.n_outputs is None else 2
    y = np.zeros(1 if model.n_outputs is None else (1, k))

    def largest(z):
        """Return the largest eigenvalue of the second derivative of one row."""
        slopes = [
            [model.loss.value_and_slope(y, (z + step * e).reshape(y.shape))[1].ravel() for e in np.eye(k)]
            for step in (h, -h)
        ]
        return np.linalg.eigvalsh(np.subtract(*slopes) / (2 * h))[-1]

    bends = [largest(z) for z in (np.zeros(k), *rng.normal(scale=2, size=(100, k)))]
    assert min(bends) > -1e-8  # convex
    assert max(bends) == pytest.approx(model.loss.curvature, rel=1e-6)


def test_two_classes_are_the_binary_case():
    rng = np.random.default_rng(0)
    z, p, y = rng.normal(size=30), rng.random(30), rng.random(30)
    two = [np.column_stack([1 - part, part]) for part in (y, p)]
    assert ss.categorical_cross_entropy(*two) == pytest.approx(ss.binary_cross_entropy(y, p), rel=1e-13)
    from_two = ss.categorical_cross_entropy_from_logits(two[0], np.column_stack([np.zeros(30), z]))
    assert from_two == pytest.approx(ss.binary_cross_entropy_from_logits(y, z), rel=1e-13)


def test_no_prediction_beats_the_labels_own_probabilities():
    rng = np.random.default_rng(0)
    y, others = rng.dirichlet(np.ones(3), 20), rng.dirichlet(np.ones(3), (100, 20))
    floor = ss.categorical_cross_entropy(y, y)
    assert floor == pytest.approx(scipy.special.entr(y).sum(axis=1).mean(), rel=1e-13)
    assert all(ss.categorical_cross_entropy(y, p) > floor for p in others)


def test_a_constant_added_to_all_logits_changes_nothing():
    y, z = np.eye(3), np.random.default_rng(0).integers(-9, 9, (3, 3)).astype(float)
    moved = ss.categorical_cross_entropy_from_logits(y, z + 1024)
    assert moved == pytest.approx(ss.categorical_cross_entropy_from_logits(y, z), rel=1e-12)


# --- extremes and errors ---


@pytest.mark.parametrize("size", [1e4, 3e4])
def test_cross_entropies_at_extreme_logits_are_exact(size, dtype):
    z = np.array([size, -size], dtype)
    assert ss.binary_cross_entropy_from_logits([1, 0], z) == 0
    assert ss.binary_cross_entropy_from_logits([0, 1], z) == dtype(size)
    rows = np.array([[size, -size], [-size, size]], dtype)
    assert ss.categorical_cross_entropy_from_logits(np.eye(2), rows) == 0
    assert ss.categorical_cross_entropy_from_logits(np.eye(2)[::-1], rows) == 2 * dtype(size)


@pytest.mark.parametrize(("dtype", "size"), [(np.float16, 6e4), (np.float64, 1e300)])
def test_logits_near_the_end_of_the_dtype_give_no_nan(dtype, size):
    rows = np.array([[size, -size], [-size, size]], dtype)
    assert ss.categorical_cross_entropy_from_logits(np.eye(2), rows) == 0
    assert ss.binary_cross_entropy_from_logits([1, 0], rows[0]) == 0
    assert ss.binary_cross_entropy_from_logits([0, 1], rows[0]) == dtype(size)


def test_sums_of_rows_that_overflow_have_a_mean():
    z = np.array([3e38, -3e38], np.float32)
    assert ss.binary_cross_entropy_from_logits([0, 1], z) == np.float32(3e38)


def test_differences_of_logits_that_overflow_give_no_nan():
    rows = np.array([[3e38, -3e38], [-3e38, 3e38]], np.float32)
    with np.errstate(over="ignore"):  # as in training
        value, slope = ss.CATEGORICAL_CROSS_ENTROPY.value_and_slope(np.eye(2, dtype=np.float32), rows)
        assert ss.categorical_cross_entropy_from_logits(np.eye(2)[::-1], rows) == np.inf
    np.testing.assert_array_equal(value, [0, 0])
    np.testing.assert_array_equal(slope, np.zeros((2, 2)))


@pytest.mark.parametrize(
    ("y", "p", "expected"),
    [(1, 1, 0), (0, 0, 0), (1, 0, np.inf), (0, 1, np.inf), (0.5, 0, np.inf), (0.5, 1, np.inf)],
)
def test_probabilities_of_0_and_1_give_the_exact_loss(y, p, expected, dtype):
    assert ss.binary_cross_entropy([y], np.array([p], dtype)) == expected
    assert ss.categorical_cross_entropy([[y, 1 - y]], np.array([[p, 1 - p]], dtype)) == expected


@every
def test_many_rows_are_summed_in_more_than_float16(loss, y_true, other, expected):
    y_true, other = (np.concatenate([part] * 50_000) for part in (y_true, np.array(other, np.float16)))
    assert loss(y_true, other) == pytest.approx(expected, rel=2e-3)


def test_squares_beyond_float16_are_no_overflow():
    assert ss.mean_squared_error(np.zeros(1000), np.array([1000] + [0] * 999, np.float16)) == 1000


@every
def test_one_row_and_read_only_arrays(loss, y_true, other, expected):
    y_true, other = np.array(y_true[:1], float), np.array(other[:1])
    y_true.flags.writeable = other.flags.writeable = False
    assert np.isfinite(loss(y_true, other))


def test_one_class_costs_nothing():
    assert ss.categorical_cross_entropy(np.ones((3, 1)), np.ones((3, 1))) == 0
    assert ss.categorical_cross_entropy_from_logits(np.ones((3, 1)), [[5.0], [-1e4], [0.0]]) == 0


def test_probabilities_are_judged_in_their_own_precision(dtype):
    y = np.array([[0.1, 0.2, 0.7]], np.float32)
    p = ss.softmax(np.random.default_rng(0).normal(size=(1, 3)).astype(dtype))
    expected = -(y * np.log(p.astype(float))).sum()
    assert ss.categorical_cross_entropy(y, p) == pytest.approx(expected, rel=1e-3)
    assert ss.categorical_cross_entropy_from_logits(y, np.zeros((1, 3))) == pytest.approx(np.log(3))


@every
def test_labels_and_predictions_of_two_shapes_are_refused(loss, y_true, other, expected):
    with pytest.raises(ValueError, match=r"^y_true has shape .* and \w+ has shape .*; expected the same"):
        loss(y_true[:1], other)


@every
def test_labels_that_are_not_this_losss_are_refused(loss, y_true, other, expected):
    if loss is ss.mean_squared_error:
        assert loss([-5, 7], [-5, 7]) == 0  # any number is a value
        return
    for low, high in ((0, 1.5), (-0.5, 1)):
        with pytest.raises(
            ValueError, match=rf"^y_true has values from {low} to {high}; expected values between"
        ):
            loss(np.where(np.array(y_true) == 1, high, low), other)


@pytest.mark.parametrize("loss", [ss.categorical_cross_entropy, ss.categorical_cross_entropy_from_logits])
def test_rows_of_labels_that_dont_sum_to_1_are_refused(loss):
    with pytest.raises(ValueError, match=r"^y_true has a row \(index 1\) that sums to 0.5; expected rows"):
        loss([[1, 0], [0.5, 0]], [[0.5, 0.5]] * 2)


@pytest.mark.parametrize(
    ("loss", "y", "p", "message"),
    [
        (ss.binary_cross_entropy, [1, 0], [0.5, 1.5], "^y_pred has values from 0.5 to 1.5; expected"),
        (ss.binary_cross_entropy, [1, 0], [-0.5, 0.5], "^y_pred has values from -0.5 to 0.5; expected"),
        (ss.categorical_cross_entropy, ONE_HOT, [[0, 2], [0, 1]], "^y_pred has values from 0 to 2; expected"),
        (
            ss.categorical_cross_entropy,
            ONE_HOT,
            [[0, 1], [0.5, 0.4]],
            r"^y_pred has a row \(index 1\) that sums",
        ),
    ],
)
def test_predictions_that_are_no_probabilities_are_refused(loss, y, p, message):
    with pytest.raises(ValueError, match=message):
        loss(y, p)


@pytest.mark.parametrize(
    ("loss", "y", "message"),
    [
        (ss.SQUARED_ERROR, np.zeros((2, 1)), r"^y has shape \(2, 1\); expected one value a row"),
        (ss.BINARY_CROSS_ENTROPY, np.zeros((2, 1)), r"^y has shape \(2, 1\); expected one value a row"),
        (
            ss.BINARY_CROSS_ENTROPY,
            np.array([-1.0, 1.0]),
            "^y has values from -1 to 1; expected values between",
        ),
        (ss.CATEGORICAL_CROSS_ENTROPY, np.array([0.0, 1.0]), r"^y has shape \(2,\); expected one-hot rows"),
        (
            ss.CATEGORICAL_CROSS_ENTROPY,
            np.array([[2.0, -1.0]]),
            "^y has values from -1 to 2; expected values",
        ),
        (ss.CATEGORICAL_CROSS_ENTROPY, np.array([[0.5, 0.4]]), r"^y has a row \(index 0\) that sums to 0.9"),
    ],
)
def test_a_loss_object_knows_its_labels(loss, y, message):
    with pytest.raises(ValueError, match=message):
        loss.check_labels(y)
