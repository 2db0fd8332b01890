"""Step 3: from any number to a prediction, without overflow and right to the last few digits."""

from collections.abc import Callable
from typing import NamedTuple

import mpmath
import numpy as np
import pytest
import scipy.special
import sevensteps as ss


def log_softmax(row):
    top = row.index(max(row))
    rest = mpmath.fsum(mpmath.exp(z - row[top]) for i, z in enumerate(row) if i != top)
    return [z - row[top] - mpmath.log1p(rest) for z in row]


class Activation(NamedTuple):
    function: Callable
    exact: Callable  # the same in high precision: of a number, or of a row
    slope: Callable  # of an array of numbers; of a row: a matrix
    theirs: Callable  # SciPy's, or NumPy's own


# A new activation joins every test by a row.
ELEMENTWISE = {
    "identity": Activation(ss.identity, lambda z: z, np.ones_like, np.array),
    "relu": Activation(ss.relu, lambda z: max(z, 0), lambda z: z > 0, lambda z: np.where(z > 0, z, 0)),
    "tanh": Activation(
        ss.tanh, mpmath.tanh, lambda z: 1 / np.cosh(z) ** 2, lambda z: 1 - 2 / (np.exp(2 * z) + 1)
    ),
    "sigmoid": Activation(
        ss.sigmoid,
        lambda z: 1 / (1 + mpmath.exp(-z)),
        lambda z: ss.sigmoid(z) * (1 - ss.sigmoid(z)),
        scipy.special.expit,
    ),
    "log_sigmoid": Activation(
        ss.log_sigmoid,
        lambda z: -mpmath.log1p(mpmath.exp(-z)),
        lambda z: 1 - ss.sigmoid(z),
        scipy.special.log_expit,
    ),
}
ROWWISE = {
    "softmax": Activation(
        ss.softmax,
        lambda row: [mpmath.exp(z) for z in log_softmax(row)],
        lambda z: np.diag(ss.softmax(z)) - np.outer(ss.softmax(z), ss.softmax(z)),
        lambda z: scipy.special.softmax(z, axis=-1),
    ),
    "log_softmax": Activation(
        ss.log_softmax,
        log_softmax,
        lambda z: np.eye(len(z)) - ss.softmax(z),
        lambda z: scipy.special.log_softmax(z, axis=-1),
    ),
}
ALL = ELEMENTWISE | ROWWISE

every = pytest.mark.parametrize("activation", ALL.values(), ids=ALL)
elementwise = pytest.mark.parametrize("activation", ELEMENTWISE.values(), ids=ELEMENTWISE)
rowwise = pytest.mark.parametrize("activation", ROWWISE.values(), ids=ROWWISE)


# --- shapes and dtypes ---


@every
@pytest.mark.parametrize("shape", [(1,), (5,), (2, 3), (4, 2, 3)], ids=str)
def test_shape_and_dtype_that_come_in_go_out(activation, shape, dtype):
    y_pred = activation.function(np.ones(shape, dtype))
    assert y_pred.shape == shape
    assert y_pred.dtype == dtype


@every
@pytest.mark.parametrize("kind", [int, bool, np.uint8, np.longdouble, list])
def test_other_numbers_become_float64(activation, kind):
    z = [0, 1] if kind is list else np.array([0, 1], kind)
    assert activation.function(z).dtype == np.float64


@elementwise
def test_a_single_number_is_welcome(activation):
    assert np.shape(activation.function(0.5)) == ()
    assert activation.function(0.5) == activation.function([0.5])[0]


# --- hand-computed values ---


@pytest.mark.parametrize(
    ("activation", "z", "expected"),
    [
        (ss.identity, [-2, 0, 3], [-2, 0, 3]),
        (ss.relu, [-2, 0, 3], [0, 0, 3]),
        (ss.tanh, [0, np.log(3)], [0, 0.8]),  # (3 − 1/3) / (3 + 1/3)
        (ss.sigmoid, [0, np.log(3), -np.log(3)], [0.5, 0.75, 0.25]),
        (ss.log_sigmoid, [0, np.log(3)], [-np.log(2), np.log(0.75)]),
        (ss.softmax, [[0, np.log(3)], [5, 5]], [[0.25, 0.75], [0.5, 0.5]]),
        (ss.log_softmax, [[0, np.log(3)], [5, 5]], np.log([[0.25, 0.75], [0.5, 0.5]])),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_values_by_hand(activation, z, expected):
    np.testing.assert_allclose(activation(z), expected, rtol=1e-15, atol=1e-16)


# --- oracle (SciPy, mpmath) ---


@every
def test_values_agree_with_scipy(activation):
    z = np.random.default_rng(0).normal(scale=5, size=(50, 4))
    np.testing.assert_allclose(activation.function(z), activation.theirs(z), rtol=1e-12, atol=1e-15)


@elementwise
def test_elements_are_right_to_a_few_units_in_the_last_place(activation, dtype, ulps):
    z = np.concatenate([np.geomspace(1e-8, 1e4, 150), np.linspace(0, 40, 100)])
    z = np.concatenate([-z, z]).astype(dtype)
    assert ulps(activation.function(z), [activation.exact(mpmath.mpf(float(value))) for value in z]) < 4


@rowwise
@pytest.mark.parametrize("others", [[0.0], [0.0, 2.5], [-1.0, 0.0, 0.0, 1.0]], ids=len)
def test_rows_are_right_to_a_few_units_in_the_last_place(activation, others, dtype, ulps):
    # Multiples of 1/64, so that the differences within a row are exact and the function is judged alone.
    z = np.concatenate([np.geomspace(1, 1e4, 80), np.linspace(0, 40, 120)])
    z = np.round(64 * np.concatenate([-z, z])) / 64
    rows = np.column_stack([z, *(np.full(len(z), other) for other in others)]).astype(dtype)
    expected = [value for row in rows for value in activation.exact([mpmath.mpf(float(z)) for z in row])]
    assert ulps(activation.function(rows), expected) < 5


# --- identities and numeric gradients ---


@elementwise
def test_the_slope_of_each_element_is_the_numeric_one(activation):
    z = np.array([-7.0, -1.3, -0.2, 0.4, 2.0, 9.0])
    h = 1e-5
    numeric = (activation.function(z + h) - activation.function(z - h)) / (2 * h)
    np.testing.assert_allclose(activation.slope(z), numeric, rtol=1e-6, atol=1e-10)


@rowwise
def test_the_slope_of_each_row_is_the_numeric_one(activation):
    z, h = np.array([-1.3, 0.4, 2.0]), 1e-5
    numeric = [(activation.function(z + h * e) - activation.function(z - h * e)) / (2 * h) for e in np.eye(3)]
    np.testing.assert_allclose(activation.slope(z), np.transpose(numeric), rtol=1e-7, atol=1e-10)


def test_sigmoid_tanh_and_softmax_are_one_family():
    z = np.linspace(-20, 20, 101)
    np.testing.assert_allclose(ss.sigmoid(-z), 1 - ss.sigmoid(z), rtol=1e-15, atol=1e-15)
    np.testing.assert_allclose(ss.tanh(z), 2 * ss.sigmoid(2 * z) - 1, rtol=1e-12, atol=1e-15)
    pairs = np.column_stack([np.zeros_like(z), z])
    np.testing.assert_allclose(ss.softmax(pairs)[:, 1], ss.sigmoid(z), rtol=1e-14)
    np.testing.assert_allclose(ss.log_softmax(pairs)[:, 1], ss.log_sigmoid(z), rtol=1e-14)


def test_the_logarithms_are_those_of_the_probabilities():
    z = np.random.default_rng(0).normal(scale=3, size=(20, 5))
    np.testing.assert_allclose(np.exp(ss.log_sigmoid(z)), ss.sigmoid(z), rtol=1e-14)
    np.testing.assert_allclose(np.exp(ss.log_softmax(z)), ss.softmax(z), rtol=1e-14)


def test_rows_of_softmax_sum_to_1_and_a_constant_changes_nothing():
    z = np.random.default_rng(0).integers(-20, 20, size=(20, 5)).astype(float)
    np.testing.assert_allclose(ss.softmax(z).sum(axis=1), 1, rtol=1e-15)
    np.testing.assert_array_equal(ss.softmax(z + 1024), ss.softmax(z))
    np.testing.assert_array_equal(ss.log_softmax(z + 1024), ss.log_softmax(z))


# --- extremes and errors ---


@every
@pytest.mark.parametrize(
    ("dtype", "size"),
    [
        (np.float16, 1e4),
        (np.float16, 3e4),
        (np.float32, 1e4),
        (np.float32, 1e38),
        (np.float64, 1e4),
        (np.float64, 1e300),
    ],
)
def test_extreme_logits_stay_finite(activation, dtype, size):
    z = np.array([[size, -size], [-size, size], [size, size], [-size, -size]], dtype)
    assert np.isfinite(activation.function(z)).all()


@pytest.mark.parametrize("size", [1e4, 6e4])
def test_probabilities_at_extreme_logits(size, dtype):
    z = np.array([size, 0, -size], dtype)
    np.testing.assert_array_equal(ss.sigmoid(z), [1, 0.5, 0])
    np.testing.assert_array_equal(ss.log_sigmoid(z), np.array([0, -np.log(2), -size], dtype))
    np.testing.assert_array_equal(ss.softmax(z), [1, 0, 0])
    np.testing.assert_array_equal(ss.log_softmax(z[:2]), np.array([0, -size], dtype))


def test_many_classes_are_summed_in_more_than_float16():
    z = np.zeros(100_000, np.float16)
    np.testing.assert_allclose(ss.softmax(z), 1e-5, rtol=0.01)
    np.testing.assert_allclose(ss.log_softmax(z), -np.log(1e5), rtol=1e-3)


@rowwise
def test_one_class_is_certain(activation):
    certain = 1 if activation.function is ss.softmax else 0
    np.testing.assert_array_equal(activation.function([[3.0], [-1e4]]), [[certain], [certain]])


@rowwise
def test_a_single_number_has_no_classes(activation):
    with pytest.raises(ValueError, match=r"^z is the single number 3.0; expected the logits of the classes"):
        activation.function(3.0)


@every
def test_what_comes_in_is_not_changed(activation, dtype):
    z = np.array([[1, -2, 3], [0, 0, 0]], dtype)
    before = z.copy()
    z.flags.writeable = False
    activation.function(z)
    np.testing.assert_array_equal(z, before)
