"""The hidden layer: backpropagation against scikit-learn, against numbers, against the linear models."""

import inspect
import warnings
from functools import partial

import numpy as np
import pytest
import sevensteps as ss
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

WEIGHTED = pytest.mark.parametrize("weighted", [False, True], ids=["unweighted", "weighted"])


def flat(params):
    return np.concatenate([np.ravel(part) for part in params])


def generic(net, seed=0):
    """Return parameters of which none is zero, the biases included."""
    rng = np.random.default_rng(seed)
    start = net.initial(rng=rng)
    return start._make(np.asarray(part + 0.3 * rng.standard_normal(part.shape)) for part in start)


@pytest.fixture(params=["relu", "tanh"])
def activation(request):
    return request.param


@pytest.fixture
def net(model, activation):
    """Return a network for each loss and each activation."""
    return ss.MLP(3, 5, model.n_outputs, loss=model.loss, activation=activation)


@pytest.fixture
def batch(model):
    _, X, y = model.problem()
    return X, y


# --- shapes and dtypes ---


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_everything_has_the_shapes_and_the_dtype_of_the_start(net, model, dtype):
    _, X, y = model.problem(dtype=dtype)
    params = net.initial(rng=np.random.default_rng(0), dtype=dtype)
    outputs = () if model.n_outputs is None else (model.n_outputs,)
    shapes = [(3, 5), (5,), (5, *outputs), outputs]
    value, grad = net.value_and_grad(0.1)(params, (X, y, np.ones(len(X))))
    assert isinstance(value, float)
    for tree in (params, grad):
        assert isinstance(tree, ss.MLPParameters)
        assert [np.shape(part) for part in tree] == shapes
        assert {part.dtype for part in tree} == {np.dtype(dtype)}
    assert net.hidden(params, X).shape == (len(X), 5)
    assert net.logits(params, X).shape == y.shape
    assert net.hidden(params, X).dtype == net.logits(params, X).dtype == dtype


def test_lists_and_whole_numbers_are_rows_too(net, model):
    params, X = generic(net), [[1, 0, 2], [0, 1, 1]]
    y = [0, 1] if model.n_outputs is None else [[1, 0, 0, 0], [0, 0, 1, 0]]
    value, grad = net.value_and_grad()(params, (X, y, [1, 2]))
    again, same = net.value_and_grad()(params, (np.array(X, float), np.array(y, float), np.array([1.0, 2])))
    assert value == again
    np.testing.assert_array_equal(flat(grad), flat(same))


@pytest.mark.parametrize("outputs", [None, 3])
def test_the_start_has_the_spread_of_its_activation_and_no_bias(outputs):
    expected = {"relu": (2 / 400, 2 / 300), "tanh": (2 / 700, 2 / (300 + (outputs or 1)))}
    for activation, variances in expected.items():
        net = ss.MLP(400, 300, outputs, loss=ss.SQUARED_ERROR, activation=activation)
        starts = [net.initial(rng=np.random.default_rng(seed)) for seed in range(20)]
        for name, variance in zip(("hidden_weights", "weights"), variances, strict=True):
            drawn = np.concatenate([getattr(start, name).ravel() for start in starts])
            # The variance of m draws is itself uncertain, by at most sqrt(2/m).
            assert abs(drawn.var() / variance - 1) < 4 * np.sqrt(2 / drawn.size)
        assert not any(start.hidden_bias.any() or start.bias.any() for start in starts)
        assert np.abs(starts[0].hidden_weights).max() > np.sqrt(6 / 700) or activation == "tanh"


def test_the_same_seed_gives_the_same_start(net):
    one, two, other = (net.initial(rng=np.random.default_rng(seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(flat(one), flat(two))
    assert not np.array_equal(one.hidden_weights, other.hidden_weights)


# --- hand-computed values ---


def test_one_row_by_hand():
    # Sums 1·2 + 2·1 + 1 = 5 and −2 + 2·0.5 + 0 = −1; the second unit is off.
    net = ss.MLP(2, 2, loss=ss.SQUARED_ERROR)
    params = ss.MLPParameters(
        np.array([[1.0, -1.0], [2.0, 0.5]]), np.array([1.0, 0.5]), np.array([3.0, 4.0]), np.array(-1.0)
    )
    X, y = [[2.0, 1.0]], [10.0]
    np.testing.assert_array_equal(net.hidden(params, X), [[5, 0]])
    np.testing.assert_array_equal(net.logits(params, X), [14])
    value, grad = net.value_and_grad()(params, (X, y))  # the residual is 4, its slope 8
    assert value == 16
    np.testing.assert_array_equal(grad.hidden_weights, [[8 * 3 * 2, 0], [8 * 3 * 1, 0]])
    np.testing.assert_array_equal(grad.hidden_bias, [24, 0])
    np.testing.assert_array_equal(grad.weights, [40, 0])
    assert grad.bias == 8
    value, grad = net.value_and_grad(l2=2)(params, (X, y))  # ‖W‖² = 6.25, ‖v‖² = 25
    assert value == 16 + 31.25
    np.testing.assert_array_equal(grad.hidden_weights, [[48 + 2, -2], [24 + 4, 1]])
    np.testing.assert_array_equal(grad.hidden_bias, [24, 0])
    np.testing.assert_array_equal(grad.weights, [46, 8])
    assert grad.bias == 8


def test_weighted_rows_by_hand():
    # a is (2, 0) and (0, 1), z is 2 and 1, the residuals are 1 and −1, their slopes 2 and −2.
    net = ss.MLP(1, 2, loss=ss.SQUARED_ERROR)
    params = ss.MLPParameters(np.array([[1.0, -1.0]]), np.zeros(2), np.ones(2), np.array(0.0))
    value, grad = net.value_and_grad()(params, ([[2.0], [-1.0]], [1.0, 2.0], [3, 1]))
    assert value == (3 * 1 + 1 * 1) / 4
    np.testing.assert_array_equal(grad.weights, [3 * 2 * 2 / 4, 1 * -2 * 1 / 4])
    # The second unit has the weight −1 and saw a row x = −1: x · slope · v is −1 · −2 · 1.
    np.testing.assert_array_equal(grad.hidden_weights, [[3 * 2 * 2 / 4, 1 * -1 * -2 / 4]])
    np.testing.assert_array_equal(grad.hidden_bias, [3 * 2 / 4, 1 * -2 / 4])
    assert grad.bias == (3 * 2 + 1 * -2) / 4


def test_a_tanh_unit_by_hand():
    # a = tanh(ln 2) = (2 − ½)/(2 + ½) = 3/5, its slope 16/25; z = 3, the residual 2, its slope 4.
    net = ss.MLP(1, 1, loss=ss.SQUARED_ERROR, activation="tanh")
    params = ss.MLPParameters(np.array([[np.log(2)]]), np.zeros(1), np.array([5.0]), np.array(0.0))
    value, grad = net.value_and_grad()(params, ([[1.0]], [1.0]))
    assert value == pytest.approx(4, rel=1e-14)
    np.testing.assert_allclose(flat(grad), [4 * 5 * 16 / 25, 4 * 5 * 16 / 25, 4 * 3 / 5, 4], rtol=1e-14)


def test_a_sum_of_exactly_zero_passes_no_slope_back():
    net = ss.MLP(1, 1, loss=ss.SQUARED_ERROR)
    params = ss.MLPParameters(np.ones((1, 1)), -np.ones(1), np.ones(1), np.array(0.0))
    _, grad = net.value_and_grad()(params, ([[1.0]], [1.0]))
    np.testing.assert_array_equal(flat(grad), [0, 0, 0, -2])


# --- oracle (scikit-learn) ---


@WEIGHTED
@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_loss_and_gradient_are_scikit_learns(net, model, batch, l2, weighted):
    """One step of plain gradient descent with rate 1 is minus the gradient."""
    X, y = batch
    n, s = len(X), np.random.default_rng(1).random(len(X)) + 0.5
    s = s / s.mean() if weighted else np.ones(n)  # scikit-learn divides by the number of rows
    kind = MLPRegressor if model.loss is ss.SQUARED_ERROR else MLPClassifier
    if weighted and "sample_weight" not in inspect.signature(kind.partial_fit).parameters:
        pytest.skip("The networks of this scikit-learn take no sample weights.")
    # scikit-learn halves the squared error and has alpha/n for our l2.
    factor = 2 if kind is MLPRegressor else 1
    theirs = kind(
        hidden_layer_sizes=(5,),
        activation=net.activation,
        solver="sgd",
        alpha=l2 / factor * n,
        batch_size=n,
        learning_rate_init=1.0,
        momentum=0.0,
        shuffle=False,
        max_iter=1,
    )
    labels = y if model.n_outputs is None else y.argmax(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        theirs.fit(X, labels)
    params = generic(net)
    ours = [params.hidden_weights, params.weights.reshape(5, -1), params.hidden_bias, params.bias.reshape(-1)]
    for part, value in zip([*theirs.coefs_, *theirs.intercepts_], ours, strict=True):
        part[...] = value
    if kind is MLPRegressor:
        np.testing.assert_allclose(net.logits(params, X), theirs.predict(X), rtol=1e-12)
    else:
        p = net.loss.activation(net.logits(params, X))
        probability = theirs.predict_proba(X)
        np.testing.assert_allclose(p, probability[:, 1] if p.ndim == 1 else probability, rtol=1e-12)
    theirs.partial_fit(X, labels, **({"sample_weight": s} if weighted else {}))
    value, grad = net.value_and_grad(l2)(params, (X, y, s) if weighted else (X, y))
    assert value == pytest.approx(factor * theirs.loss_, rel=1e-12)
    slopes = [grad.hidden_weights, grad.weights.reshape(5, -1), grad.hidden_bias, grad.bias.reshape(-1)]
    for before, after, slope in zip(ours, [*theirs.coefs_, *theirs.intercepts_], slopes, strict=True):
        np.testing.assert_allclose(factor * (before - after), slope, rtol=1e-9, atol=1e-12)


# --- identities and numeric gradients ---


@WEIGHTED
@pytest.mark.parametrize("l2", [0.0, 0.1])
@pytest.mark.parametrize("seed", range(3))
def test_every_gradient_is_the_numeric_one(net, model, seed, l2, weighted):
    _, X, y = model.problem(seed=seed)
    weights = [np.random.default_rng(seed).random(len(X))] if weighted else []
    check = ss.check_gradient(net.value_and_grad(l2), generic(net, seed), (X, y, *weights))
    assert check
    assert check.relative_error < 1e-8


def test_units_that_never_bend_make_a_linear_model(model, batch):
    X, y = batch
    linear, _, _ = model.problem(seed=3)
    net = ss.MLP(3, 3, model.n_outputs, loss=model.loss)
    # A shift of 100 keeps every sum positive, and the output's bias takes it back.
    shift = 100.0
    bias = np.asarray(linear.bias - shift * linear.weights.sum(axis=0))
    params = ss.MLPParameters(np.eye(3), np.full(3, shift), linear.weights, bias)
    np.testing.assert_allclose(net.logits(params, X), ss.logits(X, *linear), rtol=1e-11, atol=1e-11)
    value, grad = net.value_and_grad()(params, (X, y))
    expected, slope = ss.value_and_grad(model.loss)(linear, (X, y))
    assert value == pytest.approx(expected, rel=1e-11)
    np.testing.assert_allclose(grad.bias, slope.bias, rtol=1e-10, atol=1e-12)
    dv = slope.weights + shift * slope.bias
    np.testing.assert_allclose(grad.weights, dv, rtol=1e-10, atol=1e-10)
    v, columns = linear.weights.reshape(3, -1), slope.weights.reshape(3, -1)
    np.testing.assert_allclose(grad.hidden_weights, columns @ v.T, rtol=1e-9, atol=1e-11)


def test_the_output_layer_is_a_linear_model_of_the_hidden_values(net, model, batch):
    X, y = batch
    params = generic(net)
    value, grad = net.value_and_grad()(params, (X, y))
    output = ss.Parameters(params.weights, params.bias)
    expected, slope = ss.value_and_grad(model.loss)(output, (net.hidden(params, X), y))
    assert value == pytest.approx(expected, rel=1e-13)
    np.testing.assert_allclose(flat(grad[2:]), flat(slope), rtol=1e-12, atol=1e-15)


def test_the_order_of_the_hidden_units_has_no_effect(net, batch):
    X, _ = batch
    W, c, v, b = params = generic(net)
    f, order = net.value_and_grad(0.1), np.random.default_rng(0).permutation(5)
    mixed = ss.MLPParameters(W[:, order], c[order], v[order], b)
    np.testing.assert_allclose(net.logits(mixed, X), net.logits(params, X), rtol=1e-12)
    (value, grad), (same, moved) = f(params, batch), f(mixed, batch)
    assert same == pytest.approx(value, rel=1e-13)
    np.testing.assert_allclose(moved.hidden_weights, grad.hidden_weights[:, order], rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(moved.weights, grad.weights[order], rtol=1e-11, atol=1e-14)


def test_twins_stay_twins_and_zeros_never_move(net, batch):
    f = net.value_and_grad()
    alike = ss.MLPParameters(*(np.full_like(part, 0.3) for part in net.initial(rng=np.random.default_rng(0))))
    run = partial(ss.train, f, batches=[batch], optimizer=ss.adam(0.01), epochs=20)
    end, _ = run(params=alike)
    assert np.abs(end.hidden_weights - alike.hidden_weights).max() > 0.01
    assert np.linalg.matrix_rank(end.hidden_weights, tol=1e-9) == 1
    zeros = ss.MLPParameters(*(np.zeros_like(part) for part in alike))
    end, _ = run(params=zeros)
    assert not end.hidden_weights.any()
    assert not end.weights.any()
    assert np.any(end.bias)


def test_relu_hands_a_scale_from_one_layer_to_the_next(model, batch):
    X, _ = batch
    net = ss.MLP(3, 5, model.n_outputs, loss=model.loss)
    W, c, v, b = params = generic(net)
    np.testing.assert_allclose(
        net.logits(ss.MLPParameters(4 * W, 4 * c, v / 4, b), X), net.logits(params, X), rtol=1e-13
    )


@WEIGHTED
def test_blocks_of_rows_add_up(net, batch, weighted, monkeypatch):
    batch = (*batch, np.random.default_rng(0).random(40)) if weighted else batch
    params, f = generic(net), net.value_and_grad(0.1)
    value, grad = f(params, batch)
    sums, rows = net._sums, []
    monkeypatch.setattr(net, "_sums", lambda params, X, *rest: rows.append(len(X)) or sums(params, X, *rest))
    monkeypatch.setattr("sevensteps.blocks.BLOCK_BYTES", 7 * 3 * 8)
    again, parts = f(params, batch)
    assert rows == [7, 7, 7, 7, 7, 5]
    assert again == pytest.approx(value, rel=1e-13)
    np.testing.assert_allclose(flat(parts), flat(grad), rtol=1e-11, atol=1e-14)


def test_weights_repeat_rows_and_a_weight_of_zero_leaves_one_out(net, batch):
    X, y = batch
    params, f = generic(net), net.value_and_grad(0.1)
    times = np.random.default_rng(0).integers(0, 3, len(X))
    value, grad = f(params, (X, y, times))
    expected, slope = f(params, (np.repeat(X, times, axis=0), np.repeat(y, times, axis=0)))
    assert value == pytest.approx(expected, rel=1e-13)
    np.testing.assert_allclose(flat(grad), flat(slope), rtol=1e-11, atol=1e-14)


OPTIMIZERS = {
    "gradient_descent": ss.gradient_descent(0.3),
    "momentum": ss.momentum(0.1),
    "nesterov": ss.nesterov(0.1),
    "adagrad": ss.adagrad(0.1),
    "rmsprop": ss.rmsprop(0.01),
    "adam": ss.adam(0.01),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_every_optimizer_teaches_it_what_no_line_can(activation, optimizer):
    X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    y = np.array([0.0, 1, 1, 0])  # one or the other, not both
    net = ss.MLP(2, 16, loss=ss.BINARY_CROSS_ENTROPY, activation=activation)
    start = net.initial(rng=np.random.default_rng(0))
    watch = ss.validation_patience(net.value_and_grad(), (X, y), patience=2000)
    end, history = ss.train(
        net.value_and_grad(), start, ss.full_batch(X, y), optimizer, epochs=2000, stop=[watch]
    )
    np.testing.assert_array_equal(net.logits(end, X) > 0, y == 1)
    assert history.losses == history.validation_losses
    assert history.losses[-1] < 0.1 < 0.3 < history.losses[0]  # a line can't get below ln 2


def test_it_trains_on_mini_batches_with_weights(net, batch):
    X, y = batch
    batches = ss.mini_batches(X, y, np.ones(len(X)), batch_size=7, rng=np.random.default_rng(0))
    _, history = ss.train(net.value_and_grad(1e-3), generic(net), batches, ss.adam(0.01), epochs=30)
    assert history.losses[-1] < 0.9 * history.losses[0]


# --- extremes and errors ---


@pytest.mark.parametrize("place", range(4))
def test_extreme_sums_give_finite_gradients_without_a_warning(net, batch, place):
    params = generic(net)
    far = params._make(1e4 * part if i == place else part for i, part in enumerate(params))
    value, grad = net.value_and_grad(0.1)(far, batch)
    assert np.isfinite(value)
    assert np.isfinite(flat(grad)).all()


def test_one_row_and_read_only_data(net, model):
    _, X, y = model.problem(n=1)
    params = generic(net)
    for part in (X, y, *params):
        part.flags.writeable = False
    assert ss.check_gradient(net.value_and_grad(0.1), params, (X, y))


@pytest.mark.parametrize("rate", [1e200, 1e308], ids=["loss", "sums"])  # what overflows first
def test_a_run_that_overflows_says_that_it_has_diverged(model, batch, rate):
    net = ss.MLP(3, 5, model.n_outputs, loss=model.loss)
    with pytest.raises(ss.DivergenceError, match="Lower the learning rate"):
        ss.train(net.value_and_grad(1.0), generic(net), [batch], ss.gradient_descent(rate), epochs=20)


def test_the_unchecked_objective_is_the_same(net, batch):
    params, f = generic(net), net.value_and_grad(0.1)
    checked, unchecked = f(params, batch), f.unchecked(params, batch)
    assert checked[0] == unchecked[0]
    np.testing.assert_array_equal(flat(checked[1]), flat(unchecked[1]))


def test_the_unchecked_objective_checks_nothing():
    net = ss.MLP(1, 1, loss=ss.BINARY_CROSS_ENTROPY)
    f, params, batch = net.value_and_grad(), generic(net), (np.ones((1, 1)), np.array([2.0]))
    with pytest.raises(ValueError, match=r"^y has values from 2 to 2; expected"):
        f(params, batch)
    assert np.isfinite(f.unchecked(params, batch)[0])


@pytest.mark.parametrize("wide", [0, 1, 2], ids=["X", "y", "weights"])
def test_rows_are_computed_in_the_dtype_of_the_parameters(net, batch, wide):
    params = net.initial(rng=np.random.default_rng(0), dtype=np.float32)
    rows = [*batch, np.ones(len(batch[0]))]
    expected = net.value_and_grad()(params, [part.astype(np.float32) for part in rows])
    rows = [part if i == wide else part.astype(np.float32) for i, part in enumerate(rows)]
    value, grad = net.value_and_grad()(params, rows)
    assert value == expected[0]
    assert {part.dtype for part in grad} == {np.dtype(np.float32)}


def test_losses_and_weights_are_summed_in_float64():
    net = ss.MLP(1, 1, loss=ss.SQUARED_ERROR)
    params = ss.MLPParameters(*(np.zeros(shape, np.float32) for shape in ((1, 1), 1, 1, ())))
    y = s = np.full(200_000, 0.1, np.float32)
    value, _ = net.value_and_grad()(params, (np.zeros((len(y), 1), np.float32), y, s))
    expected = float(s[0] * (y[0] * y[0])) / float(s[0])  # rounded row by row, and not in the sums
    assert value == pytest.approx(expected, rel=1e-12)


NET = ss.MLP(2, 3, 2, loss=ss.CATEGORICAL_CROSS_ENTROPY)
GOOD = ss.MLPParameters(np.ones((2, 3)), np.ones(3), np.ones((3, 2)), np.ones(2))
ROWS = np.ones((4, 2)), np.eye(2)[[0, 1, 0, 1]]
make = partial(ss.MLP, loss=ss.SQUARED_ERROR)
objective = NET.value_and_grad()
BAD_CALLS = {
    "no features": (lambda: make(0, 3), ValueError, "n_features is 0; expected a whole number of at least 1"),
    "half a unit": (lambda: make(2, 1.5), TypeError, "n_hidden is 1.5; expected a whole number"),
    "no output": (lambda: make(2, 3, 0), ValueError, "n_outputs is 0; expected a whole number of at least 1"),
    "no loss": (lambda: ss.MLP(2, 3, loss="log"), TypeError, "loss is 'log'; expected a Loss, such as"),
    "sigmoid": (
        lambda: make(2, 3, activation="sigmoid"),
        ValueError,
        "activation is 'sigmoid'; expected 'relu' or 'tanh'",
    ),
    "a function": (lambda: make(2, 3, activation=[]), ValueError, r"activation is \[\]; expected 'relu' or"),
    "a seed": (lambda: NET.initial(rng=0), TypeError, "rng is 0; expected a generator"),
    "float16": (
        lambda: NET.initial(rng=np.random.default_rng(0), dtype=np.float16),
        ValueError,
        "dtype is .*float16.*; expected float32 or float64",
    ),
    "negative l2": (lambda: NET.value_and_grad(-1), ValueError, "l2 is -1; expected .* at least 0"),
    "a line's parameters": (
        lambda: objective(ss.zeros(2, 2), ROWS),
        TypeError,
        r"params is Parameters\(.*; expected MLPParameters, such as model.initial\(rng=rng\)",
    ),
    "to predict with": (
        lambda: NET.logits(None, ROWS[0]),
        TypeError,
        "params is None; expected MLPParameters",
    ),
    "whole numbers": (
        lambda: objective(GOOD._replace(hidden_bias=np.ones(3, int)), ROWS),
        TypeError,
        "params.hidden_bias is of type int64; expected an array of float32 or float64",
    ),
    "a list": (
        lambda: objective(GOOD._replace(bias=[0.0, 0.0]), ROWS),
        TypeError,
        "params.bias is of type list; expected an array",
    ),
    "transposed": (
        lambda: NET.hidden(GOOD._replace(hidden_weights=np.ones((3, 2))), ROWS[0]),
        ValueError,
        r"params.hidden_weights has shape \(3, 2\); expected \(2, 3\)",
    ),
    "two types": (
        lambda: objective(GOOD._replace(weights=np.ones((3, 2), np.float32)), ROWS),
        TypeError,
        "params has parts of type float64, float64, float32, float64; expected one type",
    ),
    "no batch": (lambda: objective(GOOD, ROWS[0]), TypeError, r"batch is .*; expected \(X, y\) or \(X, y, s"),
    "nan": (
        lambda: objective(GOOD, (np.full((4, 2), np.nan), ROWS[1])),
        ValueError,
        r"X holds nan at index \(0, 0\); expected finite numbers",
    ),
    "other rows": (
        lambda: objective(GOOD, (ROWS[0][:3], ROWS[1])),
        ValueError,
        "X has 3 rows and y has 4; expected the same number of rows",
    ),
    "no one-hot rows": (
        lambda: objective(GOOD, (ROWS[0], [0, 1, 0, 1])),
        ValueError,
        r"y has shape \(4,\); expected one-hot rows",
    ),
    "three classes": (
        lambda: objective(GOOD, (ROWS[0], np.eye(3)[[0, 1, 0, 2]])),
        ValueError,
        r"y has shape \(4, 3\); expected \(4, 2\), as n_outputs is 2",
    ),
    "three columns": (
        lambda: objective(GOOD, (np.ones((4, 3)), ROWS[1])),
        ValueError,
        "X has 3 columns; expected 2, one for each feature",
    ),
    "three columns to predict": (
        lambda: NET.logits(GOOD, np.ones((4, 3))),
        ValueError,
        "X has 3 columns",
    ),
    "negative weights": (
        lambda: objective(GOOD, (*ROWS, [1, 1, 1, -1])),
        ValueError,
        "sample_weight has values from -1 to 1; expected none below 0",
    ),
}


@pytest.mark.parametrize(("call", "error", "message"), BAD_CALLS.values(), ids=BAD_CALLS)
def test_a_bad_call_is_refused_with_its_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()
