"""The loop: what is run, in which order, what is recorded, and where it ends."""

import numpy as np
import pytest
import sevensteps as ss
from sevensteps import blocks, checks, losses

NAMES = ("gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adam")
OPTIMIZERS = {name: getattr(ss, name) for name in NAMES}


def accuracy(params, X, y):
    return np.mean((ss.sigmoid(ss.logits(X, *params)) >= 0.5) == y)


def flat(params):
    return np.concatenate([np.ravel(part) for part in params])


def run(model, batches=None, optimizer=None, seed=0, **options):
    """Train a small problem, by gradient descent on all rows unless said otherwise."""
    params, X, y = model.problem(seed=seed)
    batches = ss.full_batch(X, y) if batches is None else batches(X, y)
    return ss.train(
        ss.value_and_grad(model.loss, l2=0.1),
        params,
        batches,
        ss.gradient_descent(0.05) if optimizer is None else optimizer,
        **{"epochs": 5} | options,
    )


def same(run, other):
    (params, history), (other_params, other_history) = run, other
    np.testing.assert_array_equal(flat(params), flat(other_params))
    assert history.losses == other_history.losses
    assert history.gradient_norms == other_history.gradient_norms


def shuffled(batch_size, seed=0):
    return lambda X, y: ss.mini_batches(X, y, batch_size=batch_size, rng=np.random.default_rng(seed))


# --- shapes and dtypes ---


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_parameters_keep_their_shapes_and_their_dtype(model, make, dtype):
    params, X, y = model.problem(dtype=dtype)
    wide = ss.full_batch(X.astype(float), y.astype(float))
    end, history = ss.train(ss.value_and_grad(model.loss, l2=0.1), params, wide, make(0.01), epochs=3)
    assert isinstance(end, ss.Parameters)
    assert [np.shape(part) for part in end] == [part.shape for part in params]
    assert end.weights.dtype == end.bias.dtype == dtype
    assert len(history.losses) == len(history.gradient_norms) == history.iterations == 3


def test_a_bias_of_another_dtype_leaves_the_weights_as_they_are():
    params = ss.zeros(2, dtype=np.float32)._replace(bias=np.array(0.5))
    f, batches = ss.value_and_grad(ss.SQUARED_ERROR), ss.full_batch(np.ones((3, 2)), np.ones(3))
    assert ss.train(f, params, batches, ss.adam(0.1), epochs=2)[0].weights.dtype == np.float32


# --- hand-computed values ---


def test_two_epochs_by_hand():
    # L(w, b) = (1/2) [(w + b − 3)² + (−w + b + 3)²] = (w − 3)² + b²
    f, batches = ss.value_and_grad(ss.SQUARED_ERROR), ss.full_batch([[1], [-1]], [3, -3])
    start = ss.Parameters(np.zeros(1), 4.0)
    params, history = ss.train(f, start, batches, ss.gradient_descent(0.25), epochs=2)
    assert (params.weights, params.bias) == ([2.25], 1)
    assert history.losses == [25, 6.25]
    assert history.gradient_norms == [8, 4]
    assert (history.iterations, history.stopped_by) == (2, None)


def test_the_facts_from_the_steps_by_hand(facts):
    X, X_test, y, y_test = facts.rows
    params, losses = ss.zeros(20), []
    for _ in range(1000):
        y_pred = ss.sigmoid(ss.logits(X, *params))
        losses.append(ss.binary_cross_entropy(y, y_pred))
        dw, db = ss.gradients(X, y, y_pred)
        params = ss.Parameters(params.weights - 0.01 * dw, params.bias - 0.01 * db)
    np.testing.assert_allclose(losses[::100], facts.losses, rtol=1e-12)
    assert accuracy(params, X_test, y_test) == facts.accuracy


def test_the_facts_from_train(facts):
    X, X_test, y, y_test = facts.rows
    f, batches = ss.value_and_grad(ss.BINARY_CROSS_ENTROPY), ss.full_batch(X, y)
    params, history = ss.train(f, ss.zeros(20), batches, ss.gradient_descent(0.01))
    assert len(history.losses) == 1000
    np.testing.assert_allclose(history.losses[::100], facts.losses, rtol=1e-12)
    assert accuracy(params, X_test, y_test) == facts.accuracy


# --- oracle (NumPy) ---


def test_the_end_is_the_minimum_that_the_normal_equations_give():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((50, 3)), rng.standard_normal(50)
    rate, stop = 1 / ss.smoothness(X, ss.SQUARED_ERROR), [ss.gradient_norm(1e-10)]
    f, batches = ss.value_and_grad(ss.SQUARED_ERROR), ss.full_batch(X, y)
    params, history = ss.train(f, ss.zeros(3), batches, ss.gradient_descent(rate), stop=stop)
    expected = np.linalg.lstsq(np.column_stack([X, np.ones(50)]), y)[0]
    np.testing.assert_allclose(flat(params), expected, rtol=1e-8)
    assert history.stopped_by == "gradient_norm"


# --- identities ---


def test_entry_i_is_the_loss_before_epoch_i(model):
    """Written out: the loop without the library's loop."""
    params, X, y = model.problem()
    f, optimizer = ss.value_and_grad(model.loss, l2=0.1), ss.adam(0.05)
    end, history = run(model, optimizer=optimizer)
    state = optimizer.init(params)
    for loss, norm in zip(history.losses, history.gradient_norms, strict=True):
        value, grad = f(params, (X, y))
        assert loss == value
        assert norm == np.abs(flat(grad)).max()
        updates, state = optimizer.update(grad, state)
        params = ss.apply_updates(params, updates)
    np.testing.assert_array_equal(flat(end), flat(params))


def test_a_list_of_batches_is_an_epoch_of_updates(model):
    params, X, y = model.problem()
    slices = [slice(0, 10), slice(10, 15), slice(15, 40)]
    batches = [(X[rows], y[rows]) for rows in slices]
    end, history = run(model, lambda X, y: batches, epochs=2)
    f, losses = ss.value_and_grad(model.loss, l2=0.1), []
    for batch in batches * 2:
        value, grad = f(params, batch)
        losses.append(value * len(batch[0]) / 40)
        params = ss.Parameters(*(p - 0.05 * g for p, g in zip(params, grad, strict=True)))
    np.testing.assert_allclose(flat(end), flat(params), rtol=1e-12)
    np.testing.assert_allclose(history.losses, [sum(losses[:3]), sum(losses[3:])], rtol=1e-12)
    assert history.iterations == 6


@pytest.mark.parametrize("batch_size", [40, 41, 10**6])
def test_a_mini_batch_of_all_rows_is_the_full_batch(model, batch_size):
    (params, history), (whole, other) = run(model, shuffled(batch_size)), run(model)
    np.testing.assert_allclose(flat(params), flat(whole), rtol=1e-12)
    np.testing.assert_allclose(history.losses, other.losses, rtol=1e-12)


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_the_same_seed_gives_the_same_run_and_another_seed_another(model, make):
    first, again, other = (run(model, shuffled(7, seed), make(0.01)) for seed in (1, 1, 2))
    same(first, again)
    assert first[1].losses != other[1].losses
    assert first[1].iterations == 5 * 6  # 40 rows by sevens


def test_the_data_and_the_start_are_left_as_they_were(model):
    params, X, y = model.problem()
    arrays = [X, y, *params]
    before = [part.copy() for part in arrays]
    for part in arrays:
        part.flags.writeable = False
    for batches in (ss.full_batch(X, y), shuffled(7)(X, y)):
        ss.train(ss.value_and_grad(model.loss, l2=0.1), params, batches, ss.adam(0.1), epochs=3)
    for part, kept in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(part, kept)


def test_a_stream_is_read_once_as_a_list_is(model):
    drawn = []

    def stream(X, y):
        for start in range(0, 40, 8):
            drawn.append(start)
            yield X[start : start + 8], y[start : start + 8]

    streamed = run(model, stream, epochs=100)
    assert drawn == [0, 8, 16, 24, 32]
    drawn.clear()
    same(streamed, run(model, lambda X, y: list(stream(X, y)), epochs=1))


def test_a_stream_that_has_run_dry_is_asked_no_more():
    class Stream:
        def __init__(self, *batches):
            self.batches, self.times_asked = iter(batches), 0

        def __iter__(self):
            self.times_asked += 1
            return self.batches

    stream = Stream(([[1.0]], [1.0]))
    ss.train(ss.value_and_grad(ss.SQUARED_ERROR), ss.zeros(1), stream, ss.gradient_descent(0.1))
    assert stream.times_asked == 2


def test_a_stream_may_be_endless_within_an_epoch_that_diverges():
    def stream():
        while True:
            yield [[100.0]], [1.0]

    with pytest.raises(ss.DivergenceError):
        ss.train(ss.value_and_grad(ss.SQUARED_ERROR), ss.zeros(1), stream(), ss.gradient_descent(1))


@pytest.mark.parametrize(
    "rule", [ss.gradient_norm(0.05), ss.loss_plateau(1e-3, 3)], ids=lambda rule: rule.__name__
)
def test_the_parameters_that_are_returned_satisfy_the_rule(model, rule):
    params, history = run(model, epochs=5000, stop=[rule])
    assert history.stopped_by == rule.__name__
    assert len(history.losses) < 5000
    _, X, y = model.problem()
    value, grad = ss.value_and_grad(model.loss, l2=0.1)(params, (X, y))
    assert value == history.losses[-1]
    assert np.abs(flat(grad)).max() == history.gradient_norms[-1]
    assert rule(history, params)
    # An epoch less and the rule is silent: it stopped at the first chance.
    earlier, shorter = run(model, epochs=len(history.losses) - 1, stop=[rule])
    assert shorter.stopped_by is None
    assert shorter.losses == history.losses[:-1]
    np.testing.assert_array_equal(flat(earlier), flat(params))


def test_validation_ends_a_run_that_learns_the_noise():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((60, 20)), rng.integers(0, 2, 60)
    f = ss.value_and_grad(ss.BINARY_CROSS_ENTROPY)
    rule = ss.validation_patience(f, (X[30:], y[30:]), patience=5)
    batches = ss.full_batch(X[:30], y[:30])
    for _ in range(2):  # the rule remembers nothing of the first run
        params, history = ss.train(f, ss.zeros(20), batches, ss.gradient_descent(0.1), stop=[rule])
        assert history.stopped_by == "validation_patience"
        assert len(history.validation_losses) == len(history.losses) < 1000
        assert min(history.validation_losses) == history.validation_losses[-6]
        assert history.validation_losses[-1] == f(params, (X[30:], y[30:]))[0]


def test_rules_are_asked_once_an_epoch_before_its_last_update(model):
    asked = []

    def watch(history, params):
        asked.append((history.iterations, len(history.losses), flat(params)))

    params, _ = run(model, shuffled(10), stop=[watch], epochs=3)
    assert [(iterations, epochs) for iterations, epochs, _ in asked] == [(4, 1), (8, 2), (12, 3)]
    assert np.abs(asked[-1][2] - flat(params)).max() > 0


def test_rows_are_checked_when_they_first_come_and_not_in_the_loop(model, monkeypatch):
    calls, check = [], checks.real_array
    for module in (blocks, losses):
        monkeypatch.setattr(module, "real_array", lambda *a, **k: (calls.append(a), check(*a, **k))[1])
    counts = []
    for epochs in (1, 2, 9):
        calls.clear()
        rule = ss.validation_patience(ss.value_and_grad(model.loss), model.problem(seed=1)[1:])
        run(model, shuffled(10), epochs=epochs, stop=[rule, ss.loss_plateau(0, 20)])
        counts.append(len(calls))
    assert counts[0] == counts[1] == counts[2] > 0


def test_an_objective_of_ones_own_needs_no_unchecked_form():
    def bowl(params, batch):
        return float(params.weights @ params.weights), ss.Parameters(2 * params.weights, 0.0)

    start = ss.Parameters(np.array([1.0]), 0.0)
    params, history = ss.train(bowl, start, [([0], [0])], ss.gradient_descent(0.25), epochs=3)
    assert (params.weights, history.losses) == ([0.125], [1, 0.25, 0.0625])


# --- extremes and errors ---


def test_too_large_a_rate_ends_in_advice_and_not_in_nan():
    X, y = np.array([[100.0], [-100.0]]), [1.0, 2.0]
    f, batches = ss.value_and_grad(ss.SQUARED_ERROR), ss.full_batch(X, y)
    with pytest.raises(ss.DivergenceError, match=r"the loss is (inf|nan) in .*Lower the learning rate"):
        ss.train(f, ss.zeros(1), batches, ss.gradient_descent(1))
    safe = 1.9 / ss.smoothness(X, ss.SQUARED_ERROR)
    assert np.isfinite(ss.train(f, ss.zeros(1), batches, ss.gradient_descent(safe))[1].losses).all()


@pytest.mark.parametrize("start", [(np.nan, 0.0), (np.inf, 0.0), (1.0, np.inf)])
def test_a_start_that_is_not_finite_is_named(start):
    f, batches = ss.value_and_grad(ss.SQUARED_ERROR), ss.full_batch([[0.0]], [1.0])
    with pytest.raises(ss.DivergenceError, match=r"in epoch 0.* look at the starting parameters"):
        ss.train(f, ss.Parameters(np.array(start[:1]), start[1]), batches, ss.gradient_descent(0.1))


def test_extreme_features_one_row_and_one_class(model):
    params, X, y = model.problem(n=1)
    f = ss.value_and_grad(model.loss)
    rate = 1 / ss.smoothness(1e4 * X, model.loss)
    _, history = ss.train(f, params, ss.full_batch(1e4 * X, y), ss.gradient_descent(rate), epochs=50)
    assert np.all(np.diff(history.losses) <= 1e-9 * history.losses[0])


@pytest.mark.parametrize("batches", [[], (), iter([])], ids=["list", "tuple", "stream"])
def test_no_batch_at_all_is_an_error(batches):
    with pytest.raises(ValueError, match=r"^batches is empty; expected at least one batch"):
        ss.train(ss.value_and_grad(ss.SQUARED_ERROR), ss.zeros(1), batches, ss.gradient_descent(0.1))


def test_a_bad_batch_late_in_the_first_epoch_is_found():
    good, bad = ([[1.0]], [1.0]), ([[np.nan]], [1.0])
    with pytest.raises(ValueError, match=r"^X holds nan at index \(0, 0\); expected finite numbers"):
        ss.train(ss.value_and_grad(ss.SQUARED_ERROR), ss.zeros(1), [good, bad], ss.gradient_descent(0.1))


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("value_and_grad", ss.SQUARED_ERROR, r"^value_and_grad is .*; expected a function \(params, batch\)"),
        ("params", ([0.0], 0.0), "^params is .*; expected a named tuple, such as Parameters"),
        ("batches", 3, "^batches is 3; expected batches to go through, such as full_batch"),
        ("batches", (np.ones((5, 1)), np.ones(5)), r"^batch is array\(.*; expected \(X, y\) or"),
        (
            "optimizer",
            ss.gradient_descent,
            "^optimizer is .*; expected an Optimizer, such as gradient_descent",
        ),
        ("optimizer", 0.1, "^optimizer is 0.1; expected an Optimizer"),
        ("stop", ss.gradient_norm(), r"^stop is .*; expected a list of rules, such as \[gradient_norm\(\)\]"),
        ("epochs", 10.0, "^epochs is 10.0; expected a whole number"),
    ],
)
def test_arguments_of_another_kind_are_named(argument, value, message):
    arguments = {
        "value_and_grad": ss.value_and_grad(ss.SQUARED_ERROR),
        "params": ss.zeros(1),
        "batches": ss.full_batch([[1.0]], [1.0]),
        "optimizer": ss.momentum(0.1),
    }
    with pytest.raises(TypeError, match=message):
        ss.train(**arguments | {argument: value})
