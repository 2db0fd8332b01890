"""Least squares in closed form: right to many digits wherever the rows lie, and honest where they are few."""

import tracemalloc
import warnings

import numpy as np
import pytest
import sevensteps as ss
from scipy.linalg import LinAlgWarning
from sevensteps import blocks, closed_form
from sklearn import linear_model
from threadpoolctl import threadpool_limits


def problem(n=200, d=4, seed=0):
    """Return rows with columns of different places and spreads, y and sample weights."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d)) * 10.0 ** np.arange(d) + np.arange(d) * 30
    return X, X @ rng.standard_normal(d) + rng.standard_normal(n) - 7, rng.random(n)


def flat(params):
    return np.append(params.weights, params.bias)


@pytest.fixture(params=["cholesky", "qr"])
def either_way(request, monkeypatch):
    """Solve by either factorization, whatever the condition number."""
    monkeypatch.setattr(closed_form, "CHOLESKY_UP_TO", {"cholesky": np.inf, "qr": 0.0}[request.param])


# --- shapes and dtypes ---


@pytest.mark.parametrize("dtype", [np.float32, np.float64, int])
def test_the_solution_is_float64(either_way, dtype):
    X, y, s = (part.astype(dtype) for part in problem())
    weights, bias = ss.least_squares(X, y, s + 1)
    assert (weights.shape, weights.dtype) == ((4,), np.float64)
    assert (bias.shape, bias.dtype) == ((), np.float64)
    expected = ss.least_squares(X.astype(float), y.astype(float), (s + 1).astype(float))
    np.testing.assert_array_equal([*weights, bias], flat(expected))


# --- hand-computed values ---


def test_by_hand(either_way):
    # Means 1 and 3, products about them 2, 4: slope 2 (1 with the penalty (3/2) · l2 = 2), bias 1 (2).
    X, y = [[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]
    np.testing.assert_allclose(flat(ss.least_squares(X, y)), [2, 1], rtol=1e-14)
    np.testing.assert_allclose(flat(ss.least_squares(X, y, l2=4 / 3)), [1, 2], rtol=1e-14)
    # Row 3 counts twice: means 5/4 and 7/2, products 11/4 and 11/2.
    np.testing.assert_allclose(flat(ss.least_squares(X, y, [1, 1, 2])), [2, 1], rtol=1e-14)


def test_means_are_right_to_the_last_digit():
    many = closed_form._moments(np.full((100_001, 2), [0.1, 1e9 / 3]), None)
    np.testing.assert_array_max_ulp(many.means, np.array([0.1, 1e9 / 3]))


def test_moments_by_hand():
    one = closed_form._moments(np.array([[0.0], [2.0]]), None)
    other = closed_form._moments(np.array([[7.0]]), np.array([2.0]))
    assert (one.total, *one.means, *one.products[0]) == (2, 1, 2)
    assert (other.total, *other.means, *other.products[0]) == (2, 7, 0)
    # Of 0, 2, 7, 7: the mean 4 and 16 + 4 + 9 + 9.
    both = one + other
    assert (both.total, *both.means, *both.products[0]) == (4, 4, 38)


# --- oracles ---


@pytest.mark.parametrize("l2", [0.0, 0.01, 10.0])
def test_coefficients_are_scikit_learns(either_way, l2):
    X, y, s = problem()
    ridge = linear_model.Ridge(alpha=l2 * s.sum() / 2, solver="cholesky")
    theirs = ridge if l2 else linear_model.LinearRegression()
    theirs.fit(X, y, sample_weight=s)
    np.testing.assert_allclose(
        flat(ss.least_squares(X, y, s, l2=l2)), [*theirs.coef_, theirs.intercept_], rtol=1e-8
    )


def test_the_gradient_is_zero(either_way):
    X, y, s = problem()
    for l2 in (0, 0.5):
        _, grad = ss.value_and_grad(ss.SQUARED_ERROR, l2)(ss.least_squares(X, y, s, l2=l2), (X, y, s))
        assert np.abs(flat(grad)).max() < 1e-12 * np.abs(X).max() * np.abs(y).max()


def test_a_far_away_origin_costs_few_digits(either_way):
    # All numbers are exact: y = 3 + 2 (x₁ − 10⁹) − (x₂ + 10⁸).
    rng = np.random.default_rng(0)
    X = rng.integers(-50, 50, (300, 2)) + np.array([1e9, -1e8])
    weights, bias = ss.least_squares(X, 3 + 2 * (X[:, 0] - 1e9) - (X[:, 1] + 1e8))
    np.testing.assert_allclose(weights, [2, -1], rtol=1e-13)
    np.testing.assert_allclose(bias, 3 - 2e9 - 1e8, rtol=1e-13)


def test_columns_far_from_dependent_are_read_once(monkeypatch):
    monkeypatch.setattr(closed_form, "_triangle", None)
    X, y, _ = problem()
    expected = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), y)[0]
    np.testing.assert_allclose(flat(ss.least_squares(X, y)), expected, rtol=1e-10)


def test_columns_that_are_nearly_dependent_are_solved_by_qr():
    # The second column is the first but for 10⁻⁶: the products of columns square that.
    rng = np.random.default_rng(0)
    noise = rng.integers(-4, 5, 500) * 2.0**-20
    first = rng.integers(-100, 100, 500) / 64
    X = np.column_stack([first, first + noise])
    weights, bias = ss.least_squares(X, 5 * X[:, 0] - 3 * X[:, 1] + 1)
    np.testing.assert_allclose([*weights, bias], [5, -3, 1], rtol=1e-9)


def test_a_small_penalty_on_nearly_dependent_columns():
    rng = np.random.default_rng(1)
    first = rng.standard_normal(100)
    X = np.column_stack([first, first + 1e-7 * rng.standard_normal(100)])
    X -= X.mean(axis=0)
    y, l2 = X[:, 0] + rng.standard_normal(100), 1e-8
    rows = np.vstack([X, np.sqrt(100 * l2 / 2) * np.eye(2)])
    expected = np.linalg.lstsq(rows, np.r_[y - y.mean(), 0, 0])[0]
    np.testing.assert_allclose(ss.least_squares(X, y, l2=l2).weights, expected, rtol=1e-6)


# --- identities ---


@pytest.mark.parametrize("block_rows", [1, 3, 7, 199, 200])
def test_blocks_and_threads_change_little(either_way, monkeypatch, block_rows):
    X, y, s = problem()
    s[:60] = 0  # whole blocks of rows that don't count
    order = np.argsort(X[:, 1])  # and blocks that lie far apart
    whole = [ss.least_squares(X[60:], y[60:]), ss.least_squares(X[60:], y[60:], s[60:])]
    monkeypatch.setattr(blocks, "BLOCK_BYTES", block_rows * X[0].nbytes)
    monkeypatch.setattr(blocks, "THREADS_FROM_BYTES", 0)
    runs = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            runs.append([ss.least_squares(X[order], y[order], np.sign(s)[order]), ss.least_squares(X, y, s)])
    for one, other, expected in zip(*runs, whole, strict=True):
        np.testing.assert_array_equal(flat(one), flat(other))
        np.testing.assert_allclose(flat(one), flat(expected), rtol=1e-10)


def test_whole_weights_repeat_rows(either_way):
    X, y, _ = problem()
    times = np.arange(200) % 3
    repeated = ss.least_squares(np.repeat(X, times, axis=0), np.repeat(y, times), l2=0.1)
    np.testing.assert_allclose(flat(ss.least_squares(X, y, times, l2=0.1)), flat(repeated), rtol=1e-10)


def test_units_and_origins_of_columns_do_not_matter(either_way):
    X, y, s = problem()
    unit, origin = 2.0 ** np.array([-30, 0, 20, 40]), np.array([0, 1, -1, 1024])
    weights, bias = ss.least_squares(X, y, s)
    there = ss.least_squares((X + origin) * unit, y, s)
    np.testing.assert_allclose(there.weights * unit, weights, rtol=1e-9)
    np.testing.assert_allclose(there.bias + origin @ weights, bias, rtol=1e-9)


# --- too little to go by ---


@pytest.mark.parametrize("value", [0.0, 0.1, -7.0, 1e9 / 3, 1e-200])
def test_a_constant_column_has_no_weight(either_way, value):
    X, y, s = problem(n=3001)
    expected = ss.least_squares(X, y, s)
    weights, bias = ss.least_squares(np.insert(X, 2, value, axis=1), y, s)
    assert weights[2] == 0
    np.testing.assert_allclose([*np.delete(weights, 2), bias], flat(expected), rtol=1e-9)
    only, mean = ss.least_squares(np.full((3001, 1), value), y)
    assert (*only, mean) == (0, pytest.approx(y.mean()))


def test_a_column_that_changes_in_its_last_digit_only_has_no_weight(either_way):
    X, y, _ = problem(n=3001)
    same = np.where(np.arange(3001) % 2, 1e9 / 3, np.nextafter(1e9 / 3, 0))
    assert ss.least_squares(np.column_stack([same, X]), y).weights[0] == 0


def test_dependent_columns_are_told_and_share_the_weight():
    X, y, _ = problem()
    expected = ss.least_squares(X, y)
    with pytest.warns(LinAlgWarning, match="^The columns of X are close to dependent, rank 4 of 5: rounding"):
        weights, _ = ss.least_squares(np.column_stack([X, 1 - 10 * X[:, 0]]), y)
    # Measured in spreads both have half: 10 x₅ weighs ten times less, with the other sign.
    np.testing.assert_allclose(weights[[0, 4]], expected.weights[0] * np.array([1 / 2, -1 / 20]), rtol=1e-9)
    np.testing.assert_allclose(weights[1:4], expected.weights[1:], rtol=1e-9)


def test_more_columns_than_rows_are_told_and_fit_exactly():
    X, y, _ = problem(n=5, d=12)
    with pytest.warns(LinAlgWarning, match="rank 4 of 12"):
        found = ss.least_squares(X, y)
    np.testing.assert_allclose(ss.logits(X, *found), y, rtol=1e-9)


@pytest.mark.parametrize(("apart", "told"), [(1e-13, True), (1e-9, False)])
def test_digits_that_rounding_has_taken_are_told(apart, told):
    rng = np.random.default_rng(0)
    first = rng.standard_normal(300)
    X = np.column_stack([first, first + apart * rng.standard_normal(300)])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ss.least_squares(X, X[:, 0])
    assert [warning.category for warning in caught] == [LinAlgWarning] * told


def test_warnings_point_at_the_caller():
    with pytest.warns(LinAlgWarning) as caught:
        ss.least_squares([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]], [1.0, 2.0, 3.0])
    assert caught[0].filename == __file__


def test_a_penalty_decides_between_dependent_columns(either_way):
    X, y, _ = problem()
    weights, _ = ss.least_squares(np.column_stack([X, X[:, 0]]), y, l2=1.0)
    np.testing.assert_allclose(weights[0], weights[4], rtol=1e-9)


# --- memory and errors ---


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_of_the_size_of_X_is_allocated(either_way, dtype):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((500_000, 40), dtype=np.float32).astype(dtype)
    y = X[:, 0]
    tracemalloc.start()
    ss.least_squares(X, y)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 0.25 * X.nbytes


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        (([[1.0], [2.0]], [1.0]), {}, ValueError, "^X has 2 rows and y has 1"),
        (([[1.0], [np.nan]], [1.0, 2.0]), {}, ValueError, r"^X holds nan at index \(1, 0\)"),
        (
            ([[1.0], [2.0]], [[1.0], [2.0]]),
            {},
            ValueError,
            r"^y has shape \(2, 1\); expected one value",
        ),
        (([[1.0], [2.0]], [1.0, 2.0], [0, 0]), {}, ValueError, "^sample_weight has values from 0 to 0"),
        (([[1.0], [2.0]], [1.0, 2.0]), {"l2": -1}, ValueError, "^l2 is -1; expected a finite number"),
    ],
)
def test_bad_input_is_named(arguments, options, error, message):
    with pytest.raises(error, match=message):
        ss.least_squares(*arguments, **options)
