"""Step 7: the record of a run, the rules that end it, and what is known of it beforehand."""

import itertools

import numpy as np
import pytest
import sevensteps as ss
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, make_classification
from sklearn.preprocessing import scale


def flat(params):
    return np.concatenate([np.ravel(part) for part in params])


def grad(*entries):
    return ss.Parameters(np.array(entries[:-1], float), np.array(entries[-1], float))


def after(losses, rule):
    """Return the epochs at which a rule that is asked in each says stop."""
    history = ss.History()
    said = []
    for loss in losses:
        history.losses.append(loss)
        history.gradient_norms.append(loss)
        said.append(rule(history, None))
    return [epoch for epoch, stop in enumerate(said) if stop]


def hessian(loss, X, y, params, l2, s):
    """Return the matrix of second derivatives of the objective, by central differences of its gradient."""
    f, point, h = ss.value_and_grad(loss, l2=l2), flat(params), 1e-5
    size = params.weights.size

    def slope(p):
        there = ss.Parameters(p[:size].reshape(params.weights.shape), p[size:].reshape(params.bias.shape))
        return flat(f(there, (X, y, s))[1])

    return np.array([(slope(point + h * e) - slope(point - h * e)) / (2 * h) for e in np.eye(point.size)])


# --- shapes and dtypes ---


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_record_is_made_of_plain_floats(dtype):
    history = ss.History()
    history.record(dtype(2), ss.Parameters(np.ones((3, 2), dtype), np.ones(2, dtype)))
    assert history.end_epoch([], None) is False
    for entries in (history.losses, history.gradient_norms):
        assert [type(entry) for entry in entries] == [float]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_smoothness_is_a_float_whatever_the_dtype(model, dtype):
    X = model.problem()[1].astype(dtype)
    smooth = ss.smoothness(X, model.loss)
    assert type(smooth) is float
    assert smooth == pytest.approx(ss.smoothness(X.astype(float), model.loss), rel=1e-6)


@pytest.mark.parametrize("kind", [int, str, bool, object, np.float32])
def test_labels_may_be_of_any_kind(kind):
    X = [[1.0], [2.0], [3.0]]
    assert ss.is_separable(X, np.array([0, 0, 1]).astype(kind)) is True
    assert ss.is_separable(X, np.array([0, 1, 0]).astype(kind)) is False


# --- hand-computed values ---


def test_the_record_of_an_epoch_is_the_weighted_mean_of_its_batches():
    history = ss.History()
    history.record(4.0, grad(1, -6, 0))  # of weight 1
    history.record(8.0, grad(5, 2, -2), weight=3)
    assert history.losses == []
    assert not history.end_epoch([], None)
    history.record(1.0, grad(0.25, 0, -0.5))
    history.end_epoch([], None)
    assert history.losses == [7, 1]  # (1·4 + 3·8)/4
    assert history.gradient_norms == [4, 0.5]  # (1·1 + 3·5)/4, (1·6 − 3·2)/4 and −3·2/4
    assert history.iterations == 3
    assert history.stopped_by is None


def test_the_mean_of_one_batch_is_its_loss_to_the_last_bit():
    history = ss.History()
    for _ in range(2):
        history.record(0.1, grad(0.3, 0), weight=7.3)
        history.end_epoch([], None)
    assert (history.losses, history.gradient_norms) == ([0.1, 0.1], [0.3, 0.3])


def test_all_rules_are_asked_and_the_first_that_says_stop_is_named():
    asked = []

    def make(name, answer):
        def rule(history, params):
            asked.append((name, params))
            return answer

        rule.__name__ = name
        return rule

    history = ss.History()
    history.record(1.0, grad(1, 1))
    assert history.end_epoch([make("a", False), make("b", True), make("c", True)], "params")
    assert asked == [("a", "params"), ("b", "params"), ("c", "params")]
    assert history.stopped_by == "b"


@pytest.mark.parametrize(
    ("rule", "losses", "epochs"),
    [
        (ss.gradient_norm(0.5), [2, 0.6, 0.5, 0.7, 0.4], [2, 4]),
        (ss.gradient_norm(0), [1, 1e-300, 0], [2]),
        (ss.gradient_norm(), [1.1e-4, 1e-4], [1]),
        (ss.loss_plateau(0, 1), [3, 2, 2, 1], [2]),
        (ss.loss_plateau(0, 2), [3, 2, 2, 2], [3]),
        (ss.loss_plateau(0, 2), [3, 4, 5], [2]),
        (ss.loss_plateau(0.5, 1), [3, 2.25, 1.75, 1], [2]),
        (ss.loss_plateau(0.5, 2), [4, 3, 2.5, 2.5], [3]),
        (ss.loss_plateau(0, 3), [3, 3, 3], []),
        (ss.loss_plateau(patience=2), [1, 1 - 0.9e-6, 1 - 0.9e-6], [2]),
        (ss.loss_plateau(patience=2), [1, 1 - 1.1e-6, 1 - 1.1e-6], []),
        (ss.loss_plateau(0), [1] * 11, [10]),
    ],
)
def test_rules_stop_where_a_hand_would(rule, losses, epochs):
    assert after(losses, rule) == epochs


def test_validation_patience_watches_other_rows():
    seen = []

    def value_and_grad(params, batch):
        seen.append(batch)
        return params, None

    rule, history = ss.validation_patience(value_and_grad, "rows", tol=0.5, patience=2), ss.History()
    assert [rule(history, loss) for loss in (4, 3, 2.75, 2.5)] == [False, False, False, True]
    assert history.validation_losses == [4, 3, 2.75, 2.5]
    assert seen == ["rows"] * 4
    default = ss.validation_patience(value_and_grad, "rows")
    history = ss.History()
    assert [default(history, loss) for loss in [2, *[1] * 11]] == [False] * 11 + [True]


@pytest.mark.parametrize(
    ("X", "weights", "expected"),
    [
        ([[1], [-1]], None, 2),  # X̃ᵀX̃/n is the unit matrix
        ([[3], [-3]], None, 18),
        ([[3], [-3]], [2, 2], 18),
        ([[2], [0]], [1, 0], 10),  # (2, 1) alone: 2² + 1
        ([[2]], None, 10),
        ([[2, 2, 4]], None, 50),  # one row, wide
    ],
)
def test_smoothness_by_hand(X, weights, expected):
    for l2 in (0, 0.5):
        smooth = ss.smoothness(X, ss.SQUARED_ERROR, l2=l2, sample_weight=weights)
        assert smooth == pytest.approx(expected + l2, rel=1e-14)
        for loss, part in ((ss.BINARY_CROSS_ENTROPY, 8), (ss.CATEGORICAL_CROSS_ENTROPY, 4)):
            other = ss.smoothness(X, loss, l2=l2, sample_weight=weights)
            assert other == pytest.approx(expected / part + l2, rel=1e-14)


# A line, or a plane, and labels: separable or not.
POINTS = {
    "apart": ([[0], [1], [2], [3]], [0, 0, 1, 1], True),
    "apart_by_little": ([[0], [1], [1.001], [2]], [0, 0, 1, 1], True),
    "overlapping": ([[0], [2], [1], [3]], [0, 0, 1, 1], False),
    "one_row_inside": ([[0], [1], [2]], [0, 1, 0], False),
    "touching_in_one_point": ([[0], [1], [1], [2]], [0, 0, 1, 1], True),
    "all_in_one_point": ([[1], [1]], [0, 1], False),
    "every_point_with_both_labels": ([[0], [0], [1], [1]], [0, 1, 0, 1], False),
    "xor": ([[0, 0], [1, 1], [0, 1], [1, 0]], [0, 0, 1, 1], False),
    "and": ([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1], True),
    "half_of_the_line_mixed": ([[0, 0], [0, 0], [1, 0], [1, 0], [0, 1]], [0, 1, 0, 1, 1], True),
    "a_dummy_that_knows_one_class": ([[0], [0], [1], [1]], [0, 1, 1, 1], True),
    "constant_feature": ([[0, 0.1], [1, 0.1], [2, 0.1]], [0, 1, 0], False),
    "repeated_feature": ([[0, 0], [1, 1], [2, 2]], [0, 1, 0], False),
    "two_rows": ([[0], [1]], ["b", "a"], True),
    "wide": ([[1, 0, 0, 2], [0, 1, 0, 1], [0, 0, 1, 3]], [0, 1, 0], True),
    "three_in_a_row": ([[0], [1], [2]], ["a", "b", "c"], True),
    "three_mixed": ([[0], [1], [2], [0], [1], [2]], [0, 1, 2, 1, 2, 0], False),
    "one_of_three_splits_off": ([[0], [1], [2], [5], [6]], [0, 1, 0, 2, 2], True),
    "three_corners_and_their_centre": ([[0, 0], [3, 0], [0, 3], [1, 1], [1, 1], [1, 1]], [0, 1, 2] * 2, True),
    "three_with_two_at_each_corner": ([[0, 0], [3, 0], [0, 3]] * 2, [0, 1, 2, 1, 2, 0], True),
    "three_at_each_corner": ([[0, 0], [3, 0], [0, 3]] * 3, np.repeat([0, 1, 2], 3), False),
}


@pytest.mark.parametrize(("X", "y", "separable"), POINTS.values(), ids=POINTS)
@pytest.mark.parametrize("unit", [1, 1e-12, 1e12], ids="unit_{:g}".format)
def test_separable_or_not_by_hand(X, y, separable, unit):
    assert ss.is_separable(unit * np.array(X, float), y) is separable


# --- oracle (NumPy's eigenvalues, exact arithmetic, data sets) ---


@pytest.mark.parametrize(("n", "d"), [(40, 3), (3, 4), (4, 4)], ids=["tall", "wide", "square"])
@pytest.mark.parametrize("l2", [0, 0.3], ids="l2_{}".format)
def test_smoothness_bounds_the_largest_eigenvalue_of_the_hessian(model, n, d, l2):
    params, X, y = model.problem(n=n, d=d)
    s = np.random.default_rng(0).random(n)
    bound = ss.smoothness(X, model.loss, l2=l2, sample_weight=s)
    for factor in (0, 0.1, 1, 3):
        there = ss.Parameters(*(factor * part for part in params))
        largest = np.linalg.eigvalsh(hessian(model.loss, X, y, there, l2, s))[-1]
        assert largest <= bound * (1 + 1e-8)


@pytest.mark.parametrize(("n", "d"), [(40, 3), (3, 4)], ids=["tall", "wide"])
def test_smoothness_is_reached(n, d):
    X, s = np.random.default_rng(0).standard_normal((n, d)), np.random.default_rng(1).random(n)
    for loss, outputs, y in [
        (ss.SQUARED_ERROR, None, np.zeros(n)),
        (ss.BINARY_CROSS_ENTROPY, None, np.zeros(n)),
        (ss.CATEGORICAL_CROSS_ENTROPY, 2, np.tile([1.0, 0.0], (n, 1))),
    ]:
        largest = np.linalg.eigvalsh(hessian(loss, X, y, ss.zeros(d, outputs), 0, s))[-1]
        assert ss.smoothness(X, loss, sample_weight=s) == pytest.approx(largest, rel=1e-8)


def test_separable_or_not_agrees_with_trying_every_line():
    """In the plane a separating line can be moved until it goes through two of the points."""
    rng = np.random.default_rng(0)
    seen = []
    while len(seen) < 150:
        n = rng.integers(3, 9)
        X, y = rng.integers(0, rng.integers(2, 6), (n, 2)), rng.integers(0, 2, n)
        if len(set(y)) < 2 or np.linalg.matrix_rank(X - X[0]) < 2:
            continue
        lifted = np.column_stack([X, np.ones(n, int)])
        lines = [np.cross(*pair) for pair in itertools.combinations(lifted, 2)]
        sides = [sign * (2 * y - 1) * (lifted @ line) for line in lines for sign in (1, -1)]
        expected = any(side.min() >= 0 and side.max() > 0 for side in sides)
        assert ss.is_separable(X, y) is expected, (X.tolist(), y.tolist())
        seen.append(expected)
    assert 30 < sum(seen) < 120


def test_separable_or_not_in_real_data():
    breast_cancer, digits, iris = (
        load(return_X_y=True) for load in (load_breast_cancer, load_digits, load_iris)
    )
    assert ss.is_separable(scale(breast_cancer[0]), breast_cancer[1])
    assert ss.is_separable(digits[0] / 16, digits[1])
    assert not ss.is_separable(*make_classification(n_samples=1000, n_features=20, random_state=42))
    # Iris setosa splits off from the others, and these two from each other do not.
    assert ss.is_separable(*iris)
    assert not ss.is_separable(iris[0][50:], iris[1][50:])


# --- identities and numeric gradients ---


@pytest.mark.parametrize("seed", range(3))
def test_at_1_over_L_each_step_goes_down_by_what_the_descent_lemma_promises(model, seed):
    params, X, y = model.problem(seed=seed)
    f, smooth = ss.value_and_grad(model.loss, l2=0.1), ss.smoothness(X, model.loss, l2=0.1)
    for _ in range(30):
        value, slope = f(params, (X, y))
        params = ss.Parameters(*(p - g / smooth for p, g in zip(params, slope, strict=True)))
        promised = (flat(slope) ** 2).sum() / (2 * smooth)
        assert f(params, (X, y))[0] <= value - promised + 1e-13


def test_for_the_squared_error_2_over_L_is_the_limit():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((30, 3)), rng.standard_normal(30)
    f, smooth = ss.value_and_grad(ss.SQUARED_ERROR), ss.smoothness(X, ss.SQUARED_ERROR)
    below, above = (
        ss.train(f, ss.zeros(3), ss.full_batch(X, y), ss.gradient_descent(factor / smooth), epochs=400)[1]
        for factor in (1.98, 2.02)
    )
    assert np.all(np.diff(below.losses) <= 1e-13)
    assert above.losses[-1] > 10 * above.losses[0]


def test_smoothness_does_not_depend_on_the_blocks_or_the_layout(model, monkeypatch):
    _, X, _ = model.problem(n=100)
    whole = ss.smoothness(X, model.loss)
    monkeypatch.setattr("sevensteps.blocks.BLOCK_BYTES", 7 * X[:1].nbytes)
    assert ss.smoothness(X, model.loss) == pytest.approx(whole, rel=1e-12)
    assert ss.smoothness(np.asfortranarray(X), model.loss) == pytest.approx(whole, rel=1e-12)


def test_whole_weights_are_repeated_rows(model):
    _, X, _ = model.problem(n=6)
    s = [1, 2, 0, 3, 1, 1]
    repeated = ss.smoothness(np.repeat(X, s, axis=0), model.loss)
    assert ss.smoothness(X, model.loss, sample_weight=s) == pytest.approx(repeated, rel=1e-12)


def test_a_rule_can_serve_several_runs():
    plateau = ss.loss_plateau(0, 2)
    assert after([3, 2, 2, 2], plateau) == after([3, 2, 2, 2], plateau) == [3]


def test_the_plateau_is_the_best_loss_so_far_no_longer_beaten():
    rng = np.random.default_rng(0)
    for _ in range(50):
        losses, patience, tol = rng.random(40).tolist(), int(rng.integers(1, 6)), 0.02
        by_definition = [
            epoch
            for epoch in range(patience, 40)
            if min(losses[: epoch - patience + 1]) - min(losses[epoch - patience + 1 : epoch + 1]) <= tol
        ]
        assert after(losses, ss.loss_plateau(tol, patience))[:1] == by_definition[:1]


# --- extremes and errors ---


@pytest.mark.parametrize("loss", [np.nan, np.inf, -np.inf])
def test_a_loss_that_is_not_finite_ends_the_run_with_advice(loss):
    history = ss.History()
    history.record(1.0, grad(1, 1))
    history.end_epoch([], None)
    with pytest.raises(ss.DivergenceError, match=r"in epoch 1 \(iteration 1\).* Lower the learning rate"):
        history.record(loss, grad(1, 1))
    assert issubclass(ss.DivergenceError, ArithmeticError)


def test_smoothness_of_large_small_and_read_only_features(model):
    X = np.array([[1e4, -1e4], [1e-4, 0]])
    X.flags.writeable = False
    # λmax of X̃ᵀX̃ is that of X̃X̃ᵀ: nearly |(1e4, −1e4, 1)|².
    assert ss.smoothness(X, model.loss) == pytest.approx(model.loss.curvature * 1e8, rel=1e-6)


def test_a_row_that_splits_off_by_little():
    x = np.repeat(np.arange(10.0), 2)
    X, y = np.column_stack([x, x]), np.tile([0, 1], 10)
    assert not ss.is_separable(X, y)
    X[7, 1] += 1e-3  # seen by the difference of the features alone
    assert ss.is_separable(X, y)


def test_weights_are_summed_in_more_than_float16():
    X = np.random.default_rng(0).standard_normal((70_000, 1))
    weighted = ss.smoothness(X, ss.SQUARED_ERROR, sample_weight=np.ones(70_000, np.float16))
    assert weighted == pytest.approx(ss.smoothness(X, ss.SQUARED_ERROR), rel=1e-12)


def test_means_and_squares_of_features_may_overflow_float32():
    X = np.array([[0], [1.5e38], [3e38]], np.float32)
    assert ss.is_separable(X, [0, 0, 1])
    assert not ss.is_separable(X, [0, 1, 0])


def test_many_rows_and_one_that_splits_off():
    X, y = np.zeros((5000, 1)), np.arange(5000) % 2
    X[7] = 1
    assert ss.is_separable(X, y)
    X[8] = 1
    assert not ss.is_separable(X, y)


@pytest.mark.parametrize(
    ("X", "y", "error", "message"),
    [
        (np.ones((2, 1)), [0, 0], ValueError, r"^y has the single class .*0.*; expected two or more"),
        (np.ones((2, 1)), [0, 1, 0], ValueError, "^X has 2 rows and y has 3; expected the same number"),
        (np.ones((2, 1)), np.eye(2), ValueError, r"^y has shape \(2, 2\); expected labels \(n_samples,\)"),
        (np.ones(2), [0, 1], ValueError, r"^X has shape \(2,\); expected two dimensions"),
        ([["a"], ["b"]], [0, 1], TypeError, r"^X has dtype <U1; expected real numbers"),
    ],
)
def test_data_without_an_answer_are_refused(X, y, error, message):
    with pytest.raises(error, match=message):
        ss.is_separable(X, y)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, 1, 1], "^X has 2 rows and sample_weight has 3; expected the same number"),
        ([-1, 2], "^sample_weight has values from -1 to 2; expected none below 0 and one above 0"),
        ([0, 0], "^sample_weight has values from 0 to 0; expected none below 0 and one above 0"),
    ],
)
def test_weights_that_make_no_mean_are_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        ss.smoothness(np.ones((2, 1)), ss.SQUARED_ERROR, sample_weight=weights)
