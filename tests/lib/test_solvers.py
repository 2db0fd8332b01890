"""Backtracking, the Hessian, Newton's method and L-BFGS."""

import itertools
from typing import NamedTuple

import numpy as np
import pytest
import sevensteps as ss
from sklearn.datasets import load_breast_cancer

EPS = np.finfo(float).eps
TOL = [ss.gradient_norm(1e-9)]


def flat(params):
    return np.concatenate([np.ravel(part) for part in params])


def tree(x, like):
    weights = x[: like.weights.size].reshape(like.weights.shape)
    return ss.Parameters(weights, x[like.weights.size :].reshape(np.shape(like.bias)))


def zeros_of(params):
    return params._make(np.zeros_like(part) for part in params)


class Bowl(NamedTuple):
    """A point over a parabola: parameters that are no model's."""

    x: np.ndarray
    y: np.ndarray


def bowl(point, batch):
    """Return (x − 1)²/2 + 2 (y + 3)², summed, and its gradient, whatever the batch."""
    x, y = point.x - 1, point.y + 3
    return float((x * x).sum() / 2 + 2 * (y * y).sum()), Bowl(x, 4 * y)


def bowl_hessian(point, batch):
    return np.diag(np.r_[np.ones(point.x.size), np.full(point.y.size, 4.0)])


@pytest.fixture(params=["newton", "lbfgs"])
def solve(request):
    """Return either solver as a function of what both take."""

    def run(loss, params, batch, l2=0.0, **options):
        hessians = [ss.hessian(loss, l2)] if request.param == "newton" else []
        return getattr(ss, request.param)(ss.value_and_grad(loss, l2), *hessians, params, batch, **options)

    run.name = request.param
    return run


# --- shapes and dtypes ---


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_hessian_is_one_symmetric_float64_matrix_over_weights_and_bias(model, dtype):
    params, X, y = model.problem(dtype=dtype)
    H = ss.hessian(model.loss)(params, (X, y))
    assert H.shape == (flat(params).size, flat(params).size)
    assert H.dtype == np.float64
    np.testing.assert_allclose(H, H.T, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_solvers_return_float64_in_the_shapes_of_the_start(model, solve, dtype):
    params, X, y = model.problem(dtype=dtype)
    found, _ = solve(model.loss, params, (X, y), epochs=2)
    assert [np.shape(part) for part in found] == [np.shape(part) for part in params]
    assert {part.dtype for part in found} == {np.dtype(np.float64)}


def test_solvers_take_any_named_tuple():
    start = Bowl(np.zeros((2, 3)), np.zeros(2))
    for found, history in (
        ss.newton(bowl, bowl_hessian, start, None, stop=TOL),
        ss.lbfgs(bowl, start, None, stop=TOL),
    ):
        np.testing.assert_allclose(found.x, np.ones((2, 3)), atol=1e-8)
        np.testing.assert_allclose(found.y, [-3, -3], atol=1e-8)
        assert history.stopped_by == "gradient_norm"


# --- hand-computed values ---


def test_the_hessian_by_hand():
    batch = ([[2.0], [0.0]], [0.0, 1.0])
    # One row with x̃x̃ᵀ = [[4, 2], [2, 1]], one with [[0, 0], [0, 1]].
    mean = np.array([[2, 1], [1, 1]])
    penalty = np.diag([3.0, 0.0])
    np.testing.assert_allclose(ss.hessian(ss.SQUARED_ERROR, 3)(ss.zeros(1), batch), 2 * mean + penalty)
    np.testing.assert_allclose(ss.hessian(ss.BINARY_CROSS_ENTROPY, 3)(ss.zeros(1), batch), mean / 4 + penalty)
    # Two classes at zero: p(δ − p) is 1/4 on the diagonal and −1/4 beside it.
    H = ss.hessian(ss.CATEGORICAL_CROSS_ENTROPY, 3)(ss.zeros(1, 2), (batch[0], np.eye(2)))
    expected = np.kron(mean, [[0.25, -0.25], [-0.25, 0.25]]) + np.diag([3.0, 3.0, 0, 0])
    np.testing.assert_allclose(H, expected)


def parabola(w):
    return float(w.weights[0] ** 2)


def along(direction, f=parabola):
    """Return the step from w = 1, where the slope of w² is 2, along a direction."""
    w, d, grad = (ss.Parameters(np.array([value]), np.array(0.0)) for value in (1.0, direction, 2.0))
    return ss.backtracking(f, w, d, grad)


@pytest.mark.parametrize(
    ("direction", "t"),
    [
        (-1.0, 1),
        (-1e-3, 1),
        (-2.5, 0.5),
        (-8.0, 1 / 8),
        (-(2.0**40), 2.0**-40),
        (1.0, 0),
        (0.0, 0),
        (-1e30, 2.0**-99),
    ],
)
def test_the_first_half_that_lowers_the_loss_is_taken(direction, t):
    assert along(direction) == t


def test_the_decrease_has_to_be_a_ten_thousandth_of_the_slopes():
    # At w + d = −(1 − 2δ) the loss is lower by 4δ and the slope promised 4.
    assert along(-2 + 2 * 0.9e-4) == 0.5
    assert along(-2 + 2 * 1.1e-4) == 1


def test_rounding_is_no_rise():
    for level in (7.0, -7.0):
        assert along(-EPS, lambda w, level=level: level + 56 * EPS * (w.weights[0] != 1)) == 1
        assert along(-EPS, lambda w, level=level: level + 112 * EPS * (w.weights[0] != 1)) == 0


def test_a_loss_that_is_not_finite_is_no_decrease():
    assert along(-8.0, lambda w: parabola(w) if abs(w.weights[0]) < 2 else np.nan) == 1 / 8
    assert along(-8.0, lambda w: parabola(w) if abs(w.weights[0]) < 2 else np.inf) == 1 / 8
    assert 1 < along(-1e200) * 1e200 < 2


def test_a_slope_counts_all_parts():
    w = ss.Parameters(np.ones((2, 2)), np.ones(2))
    grad = ss.Parameters(np.full((2, 2), 2.0), np.full(2, 2.0))
    sideways = ss.Parameters(np.array([[-1.0, 1.0], [-1.0, 1.0]]), np.zeros(2))
    assert ss.backtracking(lambda p: float((flat(p) ** 2).sum()), w, sideways, grad) == 0
    downhill = sideways._replace(bias=np.full(2, -0.5))
    assert ss.backtracking(lambda p: float((flat(p) ** 2).sum()), w, downhill, grad) == 0.25


# --- oracles ---


def test_the_hessian_is_the_derivative_of_the_gradient(model):
    params, X, y = model.problem()
    batch = (X, y, np.random.default_rng(1).uniform(0, 2, len(X)))
    f, h = ss.value_and_grad(model.loss, l2=0.3), 1e-5
    columns = []
    for e in np.eye(flat(params).size):
        above, below = (f(tree(flat(params) + step * e, params), batch)[1] for step in (h, -h))
        columns.append((flat(above) - flat(below)) / (2 * h))
    H = ss.hessian(model.loss, l2=0.3)(params, batch)
    np.testing.assert_allclose(H, np.transpose(columns), rtol=1e-7, atol=1e-9)


def test_newton_solves_the_normal_equations_in_one_step():
    rng = np.random.default_rng(0)
    X, y, s = rng.standard_normal((50, 4)), rng.standard_normal(50), rng.uniform(0, 1, 50)
    l2 = 0.7
    f, H = ss.value_and_grad(ss.SQUARED_ERROR, l2), ss.hessian(ss.SQUARED_ERROR, l2)
    (weights, bias), history = ss.newton(f, H, ss.zeros(4), (X, y, s), stop=TOL)
    A = np.column_stack([X, np.ones(50)])
    expected = np.linalg.solve(
        A.T @ (s[:, None] * A) + s.sum() * l2 / 2 * np.diag([1, 1, 1, 1, 0]), A.T @ (s * y)
    )
    np.testing.assert_allclose([*weights, bias], expected, rtol=1e-12)
    assert len(history.losses) == 2


@pytest.mark.parametrize("columns", ["wide", "equal", "constant"])
def test_of_many_minima_the_one_nearest_to_zero_is_found(solve, columns):
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((8, 12 if columns == "wide" else 3)), rng.standard_normal(8)
    if columns == "equal":
        X = np.column_stack([X, X[:, 0], 10 * X[:, 1]])
    if columns == "constant":
        X = np.column_stack([X, np.full(8, 3.0), np.zeros(8)])
    (weights, bias), _ = solve(ss.SQUARED_ERROR, ss.zeros(X.shape[1]), (X, y), stop=TOL)
    expected = np.linalg.lstsq(np.column_stack([X, np.ones(8)]), y)[0]
    np.testing.assert_allclose([*weights, bias], expected, atol=1e-7)


# --- identities ---


def test_solvers_find_the_same_minimum_from_anywhere(model, solve):
    params, X, y = model.problem()
    ends = [
        solve(model.loss, start, (X, y), l2=0.1, stop=[ss.gradient_norm(1e-7)])[0]
        for start in (params, zeros_of(params))
    ]
    # The biases of a softmax are free up to one constant.
    ends = [np.append(end.weights, end.bias - np.mean(end.bias)) for end in ends]
    np.testing.assert_allclose(*ends, atol=1e-5)


def test_the_hessian_has_no_curvature_along_a_common_bias_and_none_below_zero():
    X, y = np.random.default_rng(0).standard_normal((30, 3)), np.eye(3)[np.arange(30) % 3]
    H = ss.hessian(ss.CATEGORICAL_CROSS_ENTROPY)(ss.zeros(3, 3), (X, y))
    np.testing.assert_allclose(H @ np.r_[np.zeros(9), 1, 1, 1], 0, atol=1e-16)
    assert np.linalg.eigvalsh(H).min() > -1e-15


def test_the_smoothness_bounds_the_hessian(model):
    params, X, y = model.problem()
    bound = ss.smoothness(X, model.loss, l2=0.2)
    at_zero, elsewhere = (
        np.linalg.eigvalsh(ss.hessian(model.loss, 0.2)(place, (X, y)))[-1]
        for place in (zeros_of(params), params)
    )
    assert max(at_zero, elsewhere) <= bound * (1 + 1e-12)
    if model.loss == ss.SQUARED_ERROR:
        without = np.linalg.eigvalsh(ss.hessian(model.loss)(params, (X, y)))[-1]
        np.testing.assert_allclose(without, ss.smoothness(X, model.loss), rtol=1e-12)


def test_weights_repeat_rows_in_the_hessian(model):
    params, X, y = model.problem()
    times = np.arange(len(X)) % 3
    H = ss.hessian(model.loss, 0.1)
    repeated = H(params, (np.repeat(X, times, axis=0), np.repeat(y, times, axis=0)))
    np.testing.assert_allclose(H(params, (X, y, times)), repeated, rtol=1e-12, atol=1e-15)


def test_newton_does_not_care_for_units(model):
    params, X, y = model.problem()
    units = np.array([1e-4, 1.0, 1e4])
    runs = [
        ss.newton(
            ss.value_and_grad(model.loss), ss.hessian(model.loss), zeros_of(params), (X * unit, y), epochs=6
        )
        for unit in (1, units)
    ]
    np.testing.assert_allclose(runs[0][1].losses, runs[1][1].losses, rtol=1e-9)
    # A softmax's weights are free up to a common column.
    here, there = (run.weights.reshape(3, -1)[:, 1:] - run.weights.reshape(3, -1)[:, :-1] for run, _ in runs)
    np.testing.assert_allclose(here, there * units[:, None], rtol=1e-6)


def test_newton_and_lbfgs_keep_the_sum_over_the_classes_at_zero(solve):
    X, y = np.random.default_rng(0).standard_normal((60, 3)), np.eye(4)[np.arange(60) % 4]
    (weights, bias), _ = solve(ss.CATEGORICAL_CROSS_ENTROPY, ss.zeros(3, 4), (X, y), stop=TOL)
    np.testing.assert_allclose(np.append(weights.sum(axis=1), bias.sum()), 0, atol=1e-9)


def test_the_record_is_of_the_points_that_were_visited(model, solve):
    params, X, y = model.problem()
    visited = []

    def remember(history, point):
        visited.append(point)
        return len(visited) == 5

    found, history = solve(model.loss, params, (X, y), l2=0.1, stop=[remember])
    f = ss.value_and_grad(model.loss, 0.1)
    losses = [f(point, (X, y))[0] for point in visited]
    largest = [np.abs(flat(f(point, (X, y))[1])).max() for point in visited]
    np.testing.assert_allclose(history.losses, losses, rtol=1e-14)
    np.testing.assert_allclose(history.gradient_norms, largest, rtol=1e-7, atol=1e-14)
    assert np.all(np.diff(history.losses) < 1e-14)
    np.testing.assert_array_equal(flat(visited[0]), flat(params))
    np.testing.assert_array_equal(flat(visited[-1]), flat(found))
    assert history.stopped_by == "remember"


def test_all_epochs_are_steps(solve):
    X, y = load_breast_cancer(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    runs = [solve(ss.BINARY_CROSS_ENTROPY, ss.zeros(30), (X, y), epochs=n) for n in (1, 2, 3)]
    f = ss.value_and_grad(ss.BINARY_CROSS_ENTROPY)
    assert [len(history.losses) for _, history in runs] == [1, 2, 3]
    assert all(history.stopped_by is None for _, history in runs)
    # What the next run begins with is where the last one ended.
    for (found, _), (_, history) in itertools.pairwise(runs):
        np.testing.assert_allclose(f(found, (X, y))[0], history.losses[-1], rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_start_that_satisfies_the_rules_is_returned(model, solve, dtype):
    params, X, y = model.problem(dtype=dtype)
    found, history = solve(model.loss, params, (X, y), stop=[ss.gradient_norm(1e9)])
    assert {part.dtype for part in found} == {np.dtype(np.float64)}
    np.testing.assert_array_equal(flat(found), flat(params))
    assert len(history.losses) == 1


# --- extremes and errors ---


def test_separable_rows_end_where_the_gradient_is_small(solve):
    X, y = load_breast_cancer(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    found, history = solve(ss.BINARY_CROSS_ENTROPY, ss.zeros(30), (X, y), stop=[ss.gradient_norm(1e-10)])
    assert history.stopped_by == "gradient_norm"
    assert history.losses[-1] < 1e-8
    assert np.all((ss.logits(X, *found) > 0) == y)


def test_newton_takes_few_steps_where_rows_are_separable():
    X, y = load_breast_cancer(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    f, H = ss.value_and_grad(ss.BINARY_CROSS_ENTROPY), ss.hessian(ss.BINARY_CROSS_ENTROPY)
    _, history = ss.newton(f, H, ss.zeros(30), (X, y), epochs=40)
    # Each step divides the loss by about e.
    assert history.losses[36] < 1e-11


def test_a_rule_that_is_never_satisfied_does_not_keep_the_solvers(model, solve):
    params, X, y = model.problem()
    _, history = solve(model.loss, params, (X, y), l2=0.1, epochs=200, stop=[ss.gradient_norm(0)])
    assert history.gradient_norms[-1] < 1e-7
    if solve.name == "lbfgs" and history.stopped_by is None:
        assert len(history.losses) < 200


def test_newton_ends_where_no_step_lowers_the_loss():
    def uphill(point, batch):
        loss, grad = bowl(point, batch)
        return -loss, grad

    start = Bowl(np.zeros(1), np.zeros(1))
    found, history = ss.newton(uphill, bowl_hessian, start, None)
    np.testing.assert_array_equal(found, start)
    assert len(history.losses) == 1


def test_a_step_much_too_long_is_taken_back_in_silence():
    def slope_then_wall(point, batch):
        wall = np.exp(point.x)
        return float(np.sum(wall - point.x)), Bowl(wall - 1, point.y)

    def its_hessian(point, batch):
        return np.diag([*np.exp(point.x), 1.0])

    start = Bowl(np.array([-700.0]), np.zeros(1))
    found, _ = ss.newton(slope_then_wall, its_hessian, start, None, stop=TOL)
    np.testing.assert_allclose(found.x, 0, atol=1e-8)
    _, history = ss.lbfgs(slope_then_wall, start, None, stop=TOL)
    assert history.losses[-1] < 20


def test_lbfgs_runs_as_many_epochs_as_it_is_given():
    curvature = np.logspace(0, 14, 20)

    def valley(point, batch):
        return float(curvature @ np.square(point.x - 1) / 2), Bowl(curvature * (point.x - 1), point.y)

    _, history = ss.lbfgs(valley, Bowl(np.zeros(20), np.zeros(1)), None, epochs=15_500)
    assert len(history.losses) == 15_500


def test_a_start_that_is_not_finite_is_divergence(model, solve):
    params, X, y = model.problem()
    with pytest.raises(ss.DivergenceError, match="the loss is nan in epoch 0"):
        solve(model.loss, params._replace(weights=params.weights * np.nan), (X, y))


def test_flat_ground_is_left_at_once():
    # Columns of zeros, or of numbers whose squares are 0: no curvature and no slope.
    for X in (np.zeros((4, 2)), np.full((4, 2), 5e-324)):
        batch, loss = (X, np.array([0.0, 1, 0, 1])), ss.BINARY_CROSS_ENTROPY
        (weights, bias), history = ss.newton(
            ss.value_and_grad(loss), ss.hessian(loss), ss.zeros(2), batch, stop=TOL
        )
        assert history.stopped_by == "gradient_norm"
        np.testing.assert_array_equal([*weights, bias], 0)


def test_bad_rows_are_named(solve):
    with pytest.raises(ValueError, match=r"^X has 2 rows and y has 3"):
        solve(ss.SQUARED_ERROR, ss.zeros(1), ([[1.0], [2.0]], [1.0, 2.0, 3.0]))
    with pytest.raises(ValueError, match=r"^X has 2 rows and y has 3"):
        ss.hessian(ss.SQUARED_ERROR)(ss.zeros(1), ([[1.0], [2.0]], [1.0, 2.0, 3.0]))
    with pytest.raises(TypeError, match=r"^stop is None; expected a list of rules"):
        solve(ss.SQUARED_ERROR, ss.zeros(1), ([[1.0]], [1.0]), stop=None)


def test_functions_are_functions():
    start = Bowl(np.zeros(1), np.zeros(1))
    with pytest.raises(TypeError, match=r"^value_and_grad is 3; expected a function"):
        ss.lbfgs(3, start, None)
    with pytest.raises(TypeError, match=r"^hessian is .*; expected a function"):
        ss.newton(bowl, np.eye(2), start, None)
    with pytest.raises(TypeError, match=r"^f is 1.0; expected a function"):
        ss.backtracking(1.0, start, start, start)


def test_directions_and_gradients_are_like_the_parameters():
    w = ss.zeros(2)
    for direction, grad, error, message in (
        (
            ss.zeros(3),
            w,
            ValueError,
            r"^direction has shape \(3,\) and params has shape \(2,\); expected the same",
        ),
        (w, ss.zeros(2, 1), ValueError, r"^grad has shape \(2, 1\) and params has shape \(2,\); expected"),
        ([1, 2], w, TypeError, "^direction is .*; expected a named tuple"),
        (w, 1.0, TypeError, "^grad is 1.0; expected a named tuple"),
    ):
        with pytest.raises(error, match=message):
            ss.backtracking(parabola, w, direction, grad)


def test_the_hessian_knows_three_losses():
    other = ss.SQUARED_ERROR._replace(name="absolute error")
    with pytest.raises(ValueError, match=r"^loss is 'absolute error'; expected one of squared error, binary"):
        ss.hessian(other)
