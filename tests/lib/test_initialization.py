"""Step 1: shapes, scales and seeds of the first parameters, and the bias of the base rates."""

import numpy as np
import pytest
import scipy.special
import scipy.stats
import sevensteps as ss

# How each initializer is called, and the distribution that its weights have for n inputs and m outputs.
INITIALIZERS = {
    "zeros": (lambda n, m, rng, **dtype: ss.zeros(n, m, **dtype), None),
    "small_random": (
        lambda n, m, rng, **dtype: ss.small_random(n, m, rng=rng, scale=0.03, **dtype),
        lambda n, m: scipy.stats.norm(0, 0.03),
    ),
    "glorot_uniform": (
        lambda n, m, rng, **dtype: ss.glorot_uniform(n, m, rng=rng, **dtype),
        lambda n, m: scipy.stats.uniform(-np.sqrt(6 / (n + m)), 2 * np.sqrt(6 / (n + m))),
    ),
    "he_normal": (
        lambda n, m, rng, **dtype: ss.he_normal(n, m, rng=rng, **dtype),
        lambda n, m: scipy.stats.norm(0, np.sqrt(2 / n)),
    ),
}
RANDOM = {name: row for name, row in INITIALIZERS.items() if name != "zeros"}

every = pytest.mark.parametrize("make", [row[0] for row in INITIALIZERS.values()], ids=INITIALIZERS)
every_random = pytest.mark.parametrize("make", [row[0] for row in RANDOM.values()], ids=RANDOM)
every_one_output = pytest.mark.parametrize(
    "make",
    [ss.zeros, lambda d: ss.small_random(d, rng=np.random.default_rng(0))],
    ids=["zeros", "small_random"],
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


# --- shapes and dtypes ---


@every
@pytest.mark.parametrize("dtype", [np.float32, "float32", np.float64, float, np.dtype("float64")], ids=str)
def test_weights_and_bias_have_the_shapes_and_the_dtype_asked_for(make, dtype, rng):
    params = make(7, 3, rng, dtype=dtype)
    assert isinstance(params, ss.Parameters)
    assert params.weights.shape == (7, 3)
    assert params.bias.shape == (3,)
    assert params.weights.dtype == params.bias.dtype == dtype


@every
def test_float64_is_the_default(make, rng):
    assert make(2, 2, rng).weights.dtype == make(2, 2, rng).bias.dtype == np.float64


@every_one_output
def test_one_output_needs_no_axis_for_it(make):
    params = make(7)
    assert params.weights.shape == (7,)
    assert params.bias.shape == ()


@pytest.mark.parametrize(("y", "shape"), [([0, 1], ()), (np.eye(3), (3,))], ids=["binary", "one-hot"])
def test_log_odds_have_the_shape_of_a_bias_and_the_labels_dtype(y, shape, dtype):
    bias = ss.log_odds_bias(np.asarray(y, dtype))
    assert isinstance(bias, np.ndarray)
    assert bias.shape == shape
    assert bias.dtype == dtype


# --- hand-computed values ---


def test_zeros_are_zero():
    params = ss.zeros(2, 3)
    assert not params.weights.any()
    assert not params.bias.any()


@every
def test_the_bias_starts_at_zero(make, rng):
    assert not make(4, 3, rng).bias.any()


def test_glorot_fills_the_interval_up_to_its_limit(rng):
    weights = ss.glorot_uniform(400, 200, rng=rng).weights  # a = √(6/600) = 0.1
    assert 0.0999 < weights.max() <= 0.1
    assert -0.1 <= weights.min() < -0.0999


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        ([1, 0, 1, 1], np.log(3)),
        ([0, 0, 0, 1], -np.log(3)),
        ([0, 1], 0),
        ([[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]], np.log([0.25, 0.5, 0.25])),
        ([0.9, 0.6], np.log(3)),
    ],
    ids=["three_to_one", "one_to_three", "even", "one_hot", "soft"],
)
def test_log_odds_by_hand(y, expected):
    np.testing.assert_allclose(ss.log_odds_bias(y), expected, rtol=1e-14)


# --- oracle (SciPy) ---


@pytest.mark.parametrize(("make", "distribution"), RANDOM.values(), ids=RANDOM)
def test_weights_have_the_distribution_they_are_named_after(make, distribution, rng):
    weights, expected = make(300, 200, rng).weights.ravel(), distribution(300, 200)
    assert scipy.stats.kstest(weights, expected.cdf).pvalue > 0.001
    # The standard error of a standard deviation of 60,000 numbers is below 0.3 %.
    assert np.std(weights) == pytest.approx(expected.std(), rel=0.012)


def test_log_odds_agree_with_scipy(rng):
    y = rng.random(50)
    np.testing.assert_allclose(ss.log_odds_bias(y), scipy.special.logit(y.mean()), rtol=1e-13)


# --- identities ---


@every_random
def test_the_same_seed_gives_the_same_weights_and_the_generator_moves_on(make):
    rngs = [np.random.default_rng(seed) for seed in (1, 1, 2)]
    first, same, other = (make(5, 4, rng).weights for rng in rngs)
    np.testing.assert_array_equal(first, same)
    assert not np.isin(first, other).any()
    assert not np.isin(first, make(5, 4, rngs[0]).weights).any()


@every_random
def test_float32_weights_are_the_float64_ones_rounded(make):
    wide, narrow = (make(5, 4, np.random.default_rng(1), dtype=d).weights for d in (np.float64, np.float32))
    np.testing.assert_array_equal(wide.astype(np.float32), narrow)


def test_small_random_is_small_unless_said_otherwise(rng):
    assert np.std(ss.small_random(10_000, rng=rng).weights) == pytest.approx(0.01, rel=0.03)


def test_small_random_is_standard_normal_times_the_scale():
    expected = 0.5 * np.random.default_rng(3).standard_normal(6)
    np.testing.assert_array_equal(
        ss.small_random(6, scale=0.5, rng=np.random.default_rng(3)).weights, expected
    )


def test_zeros_prefer_no_class(classifier):
    _, X, y = classifier.problem()
    value, _ = ss.value_and_grad(classifier.loss)(ss.zeros(3, classifier.n_outputs), (X, y))
    assert value == pytest.approx(np.log(classifier.n_outputs or 2), rel=1e-15)


def test_log_odds_are_the_bias_at_which_no_bias_is_better(classifier):
    _, X, y = classifier.problem()
    start = ss.zeros(3, classifier.n_outputs)._replace(bias=ss.log_odds_bias(y))
    _, grad = ss.value_and_grad(classifier.loss)(start, (X, y))
    np.testing.assert_allclose(grad.bias, 0, atol=1e-15)


def test_glorot_keeps_the_variance_and_he_the_mean_square_behind_relu(rng):
    a = rng.standard_normal((200, 600))
    assert np.var(a @ ss.glorot_uniform(600, 600, rng=rng).weights) == pytest.approx(1, rel=0.03)
    a = ss.relu(a)
    through = ss.relu(a @ ss.he_normal(600, 600, rng=rng).weights)
    assert np.mean(through**2) == pytest.approx(np.mean(a**2), rel=0.05)


# --- extremes and errors ---


@every
def test_one_input_and_one_output(make, rng):
    assert make(1, 1, rng).weights.shape == (1, 1)


def test_scale_0_gives_zeros_and_a_large_scale_is_no_error(rng):
    assert not ss.small_random(3, scale=0, rng=rng).weights.any()
    assert np.abs(ss.small_random(3, scale=1e4, rng=rng).weights).max() > 1e3


def test_a_rare_class_is_counted_in_more_than_float16():
    y = np.ones(100_000, np.float16)
    y[:10] = 0
    assert ss.log_odds_bias(y) == pytest.approx(np.log(9999), rel=1e-3)


def test_one_class_of_one_is_certain_and_one_row_may_be_soft():
    np.testing.assert_array_equal(ss.log_odds_bias(np.ones((3, 1))), [0.0])
    assert ss.log_odds_bias([0.5]) == 0


def test_labels_may_be_read_only():
    y = np.array([0.0, 1.0, 1.0])
    y.flags.writeable = False
    assert ss.log_odds_bias(y) == pytest.approx(np.log(2))


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([1, 1], r"^y_true has the class rates \[0\. 1\.\]; expected at least one row of each class"),
        ([0, 0], r"^y_true has the class rates \[1\. 0\.\]; expected"),
        ([[1, 0], [1, 0]], r"^y_true has the class rates \[1\. 0\.\]; expected"),
        ([-1, 1], "^y_true has values from -1 to 1; expected values between 0 and 1"),
        ([0, 2], "^y_true has values from 0 to 2; expected"),
        (
            [[1, 0], [0.5, 0.4]],
            r"^y_true has a row \(index 1\) that sums to 0.9; expected rows that sum to 1",
        ),
    ],
)
def test_labels_without_log_odds_are_refused(y, message):
    with pytest.raises(ValueError, match=message):
        ss.log_odds_bias(y)


# The name of an object would be its address, another one in each process.
BAD_DTYPES = {"float16": np.float16, "int": int, "complex": complex, "a word": "nonsense", "object": object()}


@every
@pytest.mark.parametrize("dtype", BAD_DTYPES.values(), ids=BAD_DTYPES)
def test_other_dtypes_are_refused(make, dtype, rng):
    with pytest.raises(ValueError, match=r"^dtype is .*; expected float32 or float64"):
        make(2, 2, rng, dtype=dtype)
