"""What holds for every input, tried on inputs that nobody chose: subnormals, huge numbers, equal columns."""

import pickle
import warnings

import numpy as np
import pytest
import sevensteps as ss
from hypothesis import HealthCheck, assume, example, given, settings, strategies as st
from hypothesis.extra import numpy as hnp
from scipy.linalg import LinAlgWarning
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

# The same examples in every run: what fails once fails again, and what passes stays.
settings.register_profile(
    "same", derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")

LOSSES = {
    "squared error": (ss.SQUARED_ERROR, ss.LinearRegression),
    "binary": (ss.BINARY_CROSS_ENTROPY, ss.LogisticRegression),
    "categorical": (ss.CATEGORICAL_CROSS_ENTROPY, ss.SoftmaxRegression),
}
every_loss = pytest.mark.parametrize("loss", [loss for loss, _ in LOSSES.values()], ids=LOSSES)
every_model = pytest.mark.parametrize("kind", [kind for _, kind in LOSSES.values()], ids=LOSSES)
every_float = st.sampled_from([np.float16, np.float32, np.float64])

CORNERS = [0.0, -0.0, 5e-324, -5e-324, 2.3e-308, 1.0, -1.0, 709.8, -745.2, 1e300, -1e300, 1.7e308, -1.7e308]
anything = st.one_of(
    st.floats(-50, 50), st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(CORNERS)
)
ordinary = st.floats(-20, 20, allow_subnormal=False).map(lambda x: round(x, 3))
vectors = hnp.arrays(float, st.integers(1, 12), elements=anything)
tables = hnp.arrays(float, hnp.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=anything)
seeds = st.integers(0, 2**32 - 1)


@st.composite
def rows(draw, classes=3):
    """Draw X, among it constant and equal columns and single rows, with values and classes to learn."""
    n, d = draw(st.integers(1, 25)), draw(st.integers(1, 4))
    X = draw(hnp.arrays(float, (n, d), elements=ordinary))
    for column in draw(st.lists(st.integers(0, d - 1), max_size=2)):
        X[:, column] = draw(st.sampled_from([X[:, 0], np.zeros(n), np.full(n, 3.0), X[:, 0] * 1e-3]))
    y = draw(hnp.arrays(float, n, elements=ordinary))
    codes = draw(hnp.arrays(int, n, elements=st.integers(0, classes - 1)))
    return X, y, codes


def target(loss, y, codes, k=3):
    return {"squared error": y, "binary cross-entropy": codes % 2 * 1.0}.get(loss.name, np.eye(k)[codes])


def start(loss, d, seed, k=3):
    """Return parameters that are nowhere zero."""
    rng = np.random.default_rng(seed)
    outputs = (k,) if loss.name.startswith("categorical") else ()
    return ss.Parameters(rng.standard_normal((d, *outputs)), np.asarray(rng.standard_normal(outputs)))


def flat(params):
    return np.concatenate([np.ravel(part) for part in params])


def close(one, other, rtol=1e-9, atol=1e-9):
    np.testing.assert_allclose(one, other, rtol=rtol, atol=atol)


# --- step 1 ---


@given(
    st.integers(1, 50),
    st.one_of(st.none(), st.integers(1, 6)),
    seeds,
    st.sampled_from([np.float32, np.float64]),
)
def test_starts_have_the_models_shapes(d, k, seed, dtype):
    for params in (
        ss.zeros(d, k, dtype=dtype),
        ss.small_random(d, k, rng=np.random.default_rng(seed), dtype=dtype),
    ):
        assert params.weights.shape == ((d,) if k is None else (d, k))
        assert params.bias.shape == params.weights.shape[1:]
        assert params.weights.dtype == params.bias.dtype == dtype
        assert not params.bias.any()


@given(st.integers(1, 50), st.integers(1, 50), seeds)
def test_layers_repeat_with_their_seed_and_keep_their_limits(n, k, seed):
    for make in (ss.glorot_uniform, ss.he_normal):
        one, same, other = (make(n, k, rng=np.random.default_rng(s)).weights for s in (seed, seed, seed + 1))
        np.testing.assert_array_equal(one, same)
        assert not np.array_equal(one, other)
    limit = np.sqrt(6 / (n + k))
    assert np.abs(ss.glorot_uniform(n, k, rng=np.random.default_rng(seed)).weights).max() <= limit


@given(st.lists(st.integers(0, 3), min_size=4))
def test_the_first_bias_gives_back_the_base_rates(codes):
    one_hot = np.eye(4)[[*codes, 0, 1, 2, 3]]
    close(ss.softmax(ss.log_odds_bias(one_hot)), one_hot.mean(axis=0))
    close(ss.sigmoid(ss.log_odds_bias(one_hot[:, 0])), one_hot[:, 0].mean())


# --- steps 2 and 3 ---


@given(rows(), seeds, st.integers(-8, 8))
def test_logits_are_linear_and_keep_the_order_of_rows(data, seed, power):
    X, _, _ = data
    weights, bias = start(ss.CATEGORICAL_CROSS_ENTROPY, X.shape[1], seed)
    z, order = ss.logits(X, weights, bias), np.random.default_rng(seed).permutation(len(X))
    assert z.shape == (len(X), 3)
    close(ss.logits(X[order], weights, bias), z[order])
    close(ss.logits(X, weights[:, ::-1], bias[::-1]), z[:, ::-1])
    np.testing.assert_array_equal(ss.logits(X * 2.0**power, weights / 2.0**power, bias), z)


@given(vectors, every_float)
def test_sigmoids_are_probabilities_that_mirror_and_never_fall(z, dtype):
    with np.errstate(over="ignore"):
        z = z.astype(dtype)
    assume(np.isfinite(z).all())
    p = ss.sigmoid(z)
    assert p.dtype == dtype
    assert p.shape == z.shape
    assert np.all((p >= 0) & (p <= 1))
    close(p + ss.sigmoid(-z), 1, rtol=2 * np.finfo(dtype).eps)
    assert np.all(np.diff(ss.sigmoid(np.sort(z))) >= 0)
    logarithm = ss.log_sigmoid(z)
    assert np.isfinite(logarithm).all()
    assert np.all(logarithm <= 0)
    # As close as the rounding of p lets its logarithm be.
    rounding = 4 * np.finfo(dtype).eps
    likely = p > 0.5
    np.testing.assert_allclose(logarithm[likely], np.log(p[likely]), rtol=0, atol=rounding)


@given(tables, every_float, st.integers(-30, 30))
@example(np.array([[1.7e308, -1.7e308]]), np.float64, 0)
def test_a_softmax_is_a_distribution_that_no_shift_and_no_order_changes(z, dtype, shift):
    with np.errstate(over="ignore"):
        z = z.astype(dtype)
    assume(np.isfinite(z).all())
    with np.errstate(over="ignore"):
        p, logarithm = ss.softmax(z), ss.log_softmax(z)
    assert p.dtype == logarithm.dtype == dtype
    assert p.shape == logarithm.shape == z.shape
    assert np.all((p >= 0) & (p <= 1))
    close(p.sum(axis=1), 1, rtol=8 * np.finfo(dtype).eps)
    assert np.all(logarithm <= 0)
    largest = np.take_along_axis(p, z.argmax(axis=1, keepdims=True), axis=1)
    np.testing.assert_array_equal(largest[:, 0], p.max(axis=1))
    tolerance = 8 * np.finfo(dtype).eps
    with np.errstate(over="ignore"):
        close(ss.softmax(z[:, ::-1])[:, ::-1], p, rtol=tolerance, atol=tolerance)
        if np.abs(z).max() < 8 and dtype == np.float64:
            close(ss.softmax(z + shift), p, rtol=1e-13, atol=0)
            close(logarithm, np.log(p), rtol=1e-12, atol=1e-14)


@given(vectors)
def test_two_classes_are_a_sigmoid(z):
    assume(np.abs(z).max() < 1e300)
    np.testing.assert_allclose(
        ss.softmax(np.column_stack([np.zeros_like(z), z]))[:, 1], ss.sigmoid(z), rtol=1e-15
    )
    with np.errstate(over="ignore"):
        close(
            ss.log_softmax(np.column_stack([np.zeros_like(z), z]))[:, 1],
            ss.log_sigmoid(z),
            rtol=1e-13,
            atol=0,
        )


@given(vectors)
def test_the_activations_of_hidden_layers(z):
    np.testing.assert_array_equal(ss.identity(z), z)
    np.testing.assert_array_equal(ss.relu(z) - ss.relu(-z), z)
    assert np.all(ss.relu(z) >= 0)
    np.testing.assert_array_equal(ss.tanh(-z), -ss.tanh(z))
    small = np.clip(z, -1e300, 1e300)
    close(ss.tanh(small), 2 * ss.sigmoid(2 * small) - 1, rtol=0, atol=1e-15)


# --- step 4 ---


@given(rows(), seeds)
def test_losses_are_means_at_least_0_and_know_no_order(data, seed):
    _, y, codes = data
    z = np.random.default_rng(seed).standard_normal((len(y), 3)) * 5
    order = np.random.default_rng(seed).permutation(len(y))
    one_hot, binary = np.eye(3)[codes], codes % 2
    for loss, truth, guess in (
        (ss.mean_squared_error, y, z[:, 0]),
        (ss.binary_cross_entropy, binary, ss.sigmoid(z[:, 0])),
        (ss.binary_cross_entropy_from_logits, binary, z[:, 0]),
        (ss.categorical_cross_entropy, one_hot, ss.softmax(z)),
        (ss.categorical_cross_entropy_from_logits, one_hot, z),
    ):
        value = loss(truth, guess)
        assert np.ndim(value) == 0
        assert value >= 0
        close(loss(truth[order], guess[order]), value, rtol=1e-12)
        close(np.mean([loss(truth[i : i + 1], guess[i : i + 1]) for i in range(len(y))]), value, rtol=1e-12)
        close(loss(np.r_[truth, truth], np.r_[guess, guess]), value, rtol=1e-12)
    close(
        ss.binary_cross_entropy(binary, ss.sigmoid(z[:, 0])),
        ss.binary_cross_entropy_from_logits(binary, z[:, 0]),
        rtol=1e-10,
    )
    close(
        ss.categorical_cross_entropy(one_hot, ss.softmax(z)),
        ss.categorical_cross_entropy_from_logits(one_hot, z),
        rtol=1e-10,
    )
    close(ss.mean_squared_error(y * 4, z[:, 0] * 4), 16 * ss.mean_squared_error(y, z[:, 0]), rtol=1e-14)


@given(vectors, seeds)
def test_losses_from_logits_are_finite_and_right_at_the_ends(z, seed):
    assume(np.abs(z).max() < 1e306)
    y = np.random.default_rng(seed).integers(0, 2, len(z))
    # ln(1 + e^−m) of the margin m is max(−m, 0) to within ln 2.
    misses = np.maximum(np.where(y == 1, -z, z), 0)
    value = ss.binary_cross_entropy_from_logits(y, z)
    assert misses.mean() * (1 - 1e-12) <= value <= misses.mean() * (1 + 1e-12) + np.log(2) + 1e-12
    two = np.column_stack([np.zeros_like(z), z])
    close(ss.categorical_cross_entropy_from_logits(np.eye(2)[y], two), value, rtol=1e-12, atol=1e-12)


# --- step 5 ---


@every_loss
@given(data=rows(), seed=seeds, l2=st.sampled_from([0.0, 0.3]))
def test_gradients_are_those_of_numbers(loss, data, seed, l2):
    X, y, codes = data
    params, batch = start(loss, X.shape[1], seed), (X, target(loss, y, codes))
    # A difference over h is off by h²/6 times the third derivative, up to 20³ here.
    assert ss.check_gradient(ss.value_and_grad(loss, l2), params, batch, tolerance=1e-4)
    numeric = ss.numerical_gradient(lambda p: ss.value_and_grad(loss, l2)(p, batch)[0], params)
    value, grad = ss.value_and_grad(loss, l2)(params, batch)
    close(flat(numeric), flat(grad), rtol=1e-4, atol=1e-5 * (1 + value))


@every_loss
@given(data=rows(), seed=seeds)
def test_the_textbooks_gradient_is_the_one_by_blocks(loss, data, seed):
    X, y, codes = data
    params, y = start(loss, X.shape[1], seed), target(loss, y, codes)
    _, grad = ss.value_and_grad(loss)(params, (X, y))
    dw, db = ss.gradients(X, y, loss.activation(ss.logits(X, *params)))
    factor = 2 if loss == ss.SQUARED_ERROR else 1
    close(grad.weights, factor * dw)
    close(grad.bias, factor * db)


@every_loss
@given(data=rows(), seed=seeds, cut=st.integers(0, 25), block=st.integers(1, 200))
def test_parts_make_the_whole(loss, data, seed, cut, block):
    X, y, codes = data
    params, y, f = start(loss, X.shape[1], seed), target(loss, y, codes), ss.value_and_grad(loss)
    order = np.random.default_rng(seed).permutation(len(X))
    value, grad = f(params, (X, y))
    close(f(params, (X[order], y[order]))[0], value)
    close(flat(f(params, (X[order], y[order]))[1]), flat(grad))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sevensteps.blocks.BLOCK_BYTES", block)
        close(f(params, (X, y))[0], value)
        close(flat(f(params, (X, y))[1]), flat(grad))
    first, rest = (X[:cut], y[:cut]), (X[cut:], y[cut:])
    if len(first[0]) and len(rest[0]):
        share = len(first[0]) / len(X)
        close(share * f(params, first)[0] + (1 - share) * f(params, rest)[0], value)
        close(share * flat(f(params, first)[1]) + (1 - share) * flat(f(params, rest)[1]), flat(grad))


@every_loss
@given(data=rows(), seed=seeds)
def test_whole_weights_repeat_rows_and_their_scale_is_free(loss, data, seed):
    X, y, codes = data
    params, y, f = start(loss, X.shape[1], seed), target(loss, y, codes), ss.value_and_grad(loss, 0.1)
    times = np.random.default_rng(seed).integers(0, 3, len(X))
    assume(times.any())
    expected = f(params, (np.repeat(X, times, axis=0), np.repeat(y, times, axis=0)))
    for weights in (times, times * 2.0**200, times / 2.0**200):
        value, grad = f(params, (X, y, weights))
        close(value, expected[0])
        close(flat(grad), flat(expected[1]))
    close(
        ss.smoothness(X, loss, sample_weight=times),
        ss.smoothness(np.repeat(X, times, axis=0), loss),
        rtol=1e-9,
    )


# --- a hidden layer, and the closed form ---

every_activation = pytest.mark.parametrize("activation", ["relu", "tanh"])


def network(loss, d, activation, seed):
    """Return an MLP of three hidden units and parameters that are nowhere zero."""
    rng, k = np.random.default_rng(seed), 3 if loss.name.startswith("categorical") else None
    net = ss.MLP(d, 3, k, loss=loss, activation=activation)
    return net, ss.MLPParameters(
        *(part + 0.1 * rng.standard_normal(part.shape) for part in net.initial(rng=rng))
    )


@every_loss
@given(data=rows(), seed=seeds, l2=st.sampled_from([0.0, 0.3]))
def test_gradients_through_a_hidden_layer_are_those_of_numbers(loss, data, seed, l2):
    X, y, codes = data
    net, params = network(loss, X.shape[1], "tanh", seed)  # relu bends, where a difference tells nothing
    batch = (X / 20, target(loss, y, codes))
    assert ss.check_gradient(net.value_and_grad(l2), params, batch, tolerance=1e-6)


@every_loss
@every_activation
@given(data=rows(), seed=seeds, block=st.integers(1, 200))
def test_a_hidden_layer_knows_no_order_of_rows_units_or_blocks(loss, activation, data, seed, block):
    X, y, codes = data
    y, rng = target(loss, y, codes), np.random.default_rng(seed)
    net, params = network(loss, X.shape[1], activation, seed)
    f, order, units = net.value_and_grad(0.1), rng.permutation(len(X)), rng.permutation(3)

    def shuffled(tree):
        W, c, v, b = tree
        return ss.MLPParameters(W[:, units], c[units], v[units], b)

    value, grad = f(params, (X, y))
    close(f(params, (X[order], y[order]))[0], value)
    close(flat(f(params, (X[order], y[order]))[1]), flat(grad))
    close(f(shuffled(params), (X, y))[0], value)
    close(flat(f(shuffled(params), (X, y))[1]), flat(shuffled(grad)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sevensteps.blocks.BLOCK_BYTES", block)
        close(f(params, (X, y))[0], value)
        close(flat(f(params, (X, y))[1]), flat(grad))


@every_loss
@every_activation
@given(data=rows(), seed=seeds)
def test_whole_weights_repeat_rows_for_a_hidden_layer(loss, activation, data, seed):
    X, y, codes = data
    y, times = target(loss, y, codes), np.random.default_rng(seed).integers(0, 3, len(X))
    assume(times.any())
    net, params = network(loss, X.shape[1], activation, seed)
    value, grad = net.value_and_grad(0.1)(params, (X, y, times))
    expected = net.value_and_grad(0.1)(params, (np.repeat(X, times, axis=0), np.repeat(y, times, axis=0)))
    close(value, expected[0])
    close(flat(grad), flat(expected[1]))


@given(rows(), st.sampled_from([1e-3, 0.3, 10.0]), seeds)
def test_the_closed_form_has_no_slope_and_knows_no_order_of_rows(data, l2, seed):
    X, y, _ = data
    found = ss.least_squares(X, y, l2=l2)
    _value, grad = ss.value_and_grad(ss.SQUARED_ERROR, l2)(found, (X, y))
    close(flat(grad), 0, atol=1e-9 * (1 + np.abs(X).max()) * (1 + np.abs(y).max()))
    order = np.random.default_rng(seed).permutation(len(X))
    close(flat(ss.least_squares(X[order], y[order], l2=l2)), flat(found), rtol=1e-7, atol=1e-7)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sevensteps.blocks.BLOCK_BYTES", 40)
        close(flat(ss.least_squares(X, y, l2=l2)), flat(found), rtol=1e-7, atol=1e-7)


@given(rows(), seeds)
def test_whole_weights_repeat_rows_for_the_closed_form(data, seed):
    X, y, _ = data
    times = np.random.default_rng(seed).integers(0, 3, len(X))
    assume(times.any())
    expected = ss.least_squares(np.repeat(X, times, axis=0), np.repeat(y, times), l2=0.3)
    for weights in (times, times * 2.0**200, times / 2.0**200):
        close(flat(ss.least_squares(X, y, weights, l2=0.3)), flat(expected), rtol=1e-7, atol=1e-7)


# --- step 6 ---

NAMES = ("gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adam")
OPTIMIZERS = {name: getattr(ss, name) for name in NAMES}


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
@given(hnp.arrays(float, (5, 3), elements=ordinary), st.sampled_from([np.float32, np.float64]))
def test_optimizers_are_pure_and_odd(make, gradients, dtype):
    optimizer, like = make(0.1), ss.zeros(2, dtype=dtype)

    def run(sign):
        state, steps = optimizer.init(like), []
        for g in gradients.astype(dtype):
            step, state = optimizer.update(ss.Parameters(sign * g[:2], np.asarray(sign * g[2])), state)
            steps.append(step)
        return steps

    up, again, down = run(1), run(1), run(-1)
    assert {part.dtype for step in up for part in step} == {np.dtype(dtype)}
    for one, same, opposite in zip(up, again, down, strict=True):
        np.testing.assert_array_equal(flat(one), flat(same))
        np.testing.assert_array_equal(flat(one), -flat(opposite))
    assert np.all(flat(up[0]) * gradients[0] <= 0)


@given(st.floats(1e-6, 10), st.floats(0.01, 0.99), st.integers(1, 100), st.integers(0, 300))
def test_schedules_start_at_the_rate_and_never_rise(rate, factor, every, step):
    for schedule in (
        ss.step_decay(rate, factor=factor, every=every),
        ss.inverse_time_decay(rate, decay=factor),
        ss.cosine_decay(rate, steps=every),
    ):
        assert schedule(0) == rate
        assert 0 <= schedule(step + 1) <= schedule(step) <= rate


@every_loss
@given(data=rows(), seed=seeds, share=st.floats(0.01, 1))
def test_no_rate_up_to_1_over_the_smoothness_raises_the_loss(loss, data, seed, share):
    X, y, codes = data
    batches, f = ss.full_batch(X, target(loss, y, codes)), ss.value_and_grad(loss, 0.01)
    rate = share / ss.smoothness(X, loss, l2=0.01)
    params = start(loss, X.shape[1], seed)
    end, history = ss.train(f, params, batches, ss.gradient_descent(rate), epochs=8)
    losses = np.array([*history.losses, f(end, batches[0])[0]])
    # The descent lemma: each step gains at least η (1 − ηL/2) of the squared gradient.
    assert np.all(np.diff(losses) <= 1e-12 * (1 + losses[:-1]))
    gain = rate / 2 * np.square(history.gradient_norms)
    assert np.all(losses[:-1] - losses[1:] >= gain - 1e-10 * (1 + losses[:-1]))


@given(data=rows(), seed=seeds, size=st.integers(1, 30))
def test_batches_hold_each_row_that_counts_once(data, seed, size):
    X, _, _ = data
    numbers, weights = np.arange(float(len(X))), np.random.default_rng(seed).integers(0, 3, len(X))
    assume(weights.any())
    batches = ss.mini_batches(X, numbers, weights, batch_size=size, rng=np.random.default_rng(seed))
    for _ in range(2):
        epoch = list(batches)
        seen = np.concatenate([labels for _, labels, _ in epoch])
        np.testing.assert_array_equal(np.sort(seen), np.flatnonzero(weights))
        assert all(len(labels) == size for _, labels, _ in epoch[:-1])
        for part, labels, s in epoch:
            np.testing.assert_array_equal(part, X[labels.astype(int)])
            np.testing.assert_array_equal(s, weights[labels.astype(int)])


@given(hnp.arrays(float, (2, 4), elements=ordinary), st.floats(1e-3, 1e3))
def test_backtracking_keeps_its_promise(points, scale):
    at, direction = (ss.Parameters(point[:3], np.asarray(point[3])) for point in points)

    def f(p):
        return float(np.sum(flat(p) ** 4 + scale * flat(p) ** 2))

    grad = ss.Parameters(*(4 * part**3 + 2 * scale * part for part in at))
    slope = flat(grad) @ flat(direction)
    t = ss.backtracking(f, at, direction, grad)
    assert t == 0 or np.log2(t) == int(np.log2(t)) <= 0
    if slope < -1e-6 * (1 + f(at)):
        assert t > 0
        there = ss.apply_updates(at, ss.Parameters(*(t * part for part in direction)))
        assert f(there) <= f(at) + 1e-4 * t * slope + 1e-12 * f(at)
    if slope >= 0:
        assert t == 0


# --- step 7 ---


@every_loss
@given(data=rows(), seed=seeds, power=st.integers(-3, 3))
def test_the_smoothness_bounds_the_curvature(loss, data, seed, power):
    X, y, codes = data
    params, y = start(loss, X.shape[1], seed), target(loss, y, codes)
    H = ss.hessian(loss, 0.1)(params, (X, y))
    curvature, L = np.linalg.eigvalsh(H), ss.smoothness(X, loss, l2=0.1)
    close(H, H.T)
    assert -1e-12 * L <= curvature[0] <= curvature[-1] <= L * (1 + 1e-12)
    order = np.random.default_rng(seed).permutation(len(X))
    close(ss.smoothness(X[order][:, ::-1], loss, l2=0.1), L)
    centred = np.column_stack([X, np.ones(len(X))]) * 2.0**power
    inner = np.linalg.eigvalsh(centred.T @ centred)[-1] / 4.0**power / len(X)
    close(L, loss.curvature * inner + 0.1)


@given(rows(), seeds, st.integers(-20, 20))
def test_separability_knows_no_units_order_or_names(data, seed, power):
    X, _, codes = data
    assume(len(set(codes)) > 1)
    answer, order = ss.is_separable(X, codes), np.random.default_rng(seed).permutation(len(X))
    assert answer == ss.is_separable(X[order], np.array(["c", "a", "b"])[codes[order]])
    assert answer == ss.is_separable(X * 2.0**power, codes)
    if answer:
        assert ss.is_separable(np.column_stack([X, X[:, 0]]), codes)


@given(st.lists(st.floats(0, 10), min_size=1, max_size=30), st.integers(1, 5), st.floats(0, 1))
def test_rules_see_the_record_alone(losses, patience, tol):
    history, rules = ss.History(), [ss.loss_plateau(tol, patience), ss.gradient_norm(tol)]
    watch = ss.validation_patience(lambda params, batch: (params, None), None, tol=tol, patience=patience)
    stopped = False
    for loss in losses:
        history.record(loss, ss.Parameters(np.array([loss]), np.array(0.0)))
        stopped = history.end_epoch([*rules, watch], loss)
        if stopped:
            break
    assert history.losses == losses[: len(history.losses)]
    assert history.losses == history.validation_losses == history.gradient_norms
    assert (history.stopped_by is not None) == stopped
    assert stopped or len(history.losses) == len(losses)
    if losses[0] > tol and len(losses) <= patience and min(losses) > tol:
        assert not stopped


# --- the estimators ---


@st.composite
def models(draw):
    """Draw one of the estimators with parameters that it can have."""
    solver = draw(st.sampled_from(["gradient_descent", "lbfgs", "newton"]))
    params = {
        "solver": solver,
        "epochs": draw(st.integers(1, 30)),
        "l2": draw(st.sampled_from([0.0, 1e-3, 1.0])),
        "tol": draw(st.sampled_from([0.0, 1e-4, 1e-2])),
    }
    if solver == "gradient_descent":
        params["batch_size"] = draw(st.sampled_from([None, 1, 3, 100]))
        params["random_state"] = draw(st.integers(0, 5))
    return draw(st.sampled_from([kind for _, kind in LOSSES.values()]))(**params)


def learnable(model, data):
    """Return the rows as the model takes them."""
    X, y, codes = data
    if isinstance(model, ss.LinearRegression):
        return X, y
    y = codes % 2 if isinstance(model, ss.LogisticRegression) else codes
    assume(len(np.unique(y)) > 1)
    return X, y


def fit(model, X, y, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", LinAlgWarning)
        return model.fit(X, y, **options)


def predictions(model, X):
    return model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)


@given(models(), rows(), st.sampled_from([np.float32, np.float64]))
def test_what_is_fitted_is_finite_shaped_and_lower(model, data, dtype):
    X, y = learnable(model, data)
    X = X.astype(dtype)
    fit(model, X, y)
    assert model.coef_.dtype == dtype
    assert model.coef_.shape[-1] == X.shape[1]
    assert np.isfinite(model.coef_).all()
    assert np.isfinite(model.intercept_).all()
    assert 1 <= model.n_iter_ == len(model.loss_curve_) <= model.epochs
    assert model.predict(X).shape == (len(X),)
    if model.batch_size is None:
        rise = np.diff(model.loss_curve_)
        assert np.all(rise <= 10 * np.finfo(dtype).eps * (1 + np.abs(model.loss_curve_[:-1])))
    if hasattr(model, "predict_proba"):
        p = model.predict_proba(X)
        assert p.shape == (len(X), len(model.classes_))
        assert np.all((p >= 0) & (p <= 1))
        close(p.sum(axis=1), 1, rtol=10 * np.finfo(dtype).eps)
        assert np.all(
            p[np.arange(len(X)), np.searchsorted(model.classes_, model.predict(X))] >= p.max(axis=1) - 1e-6
        )
    else:
        np.testing.assert_array_equal(model.predict(X), X @ model.coef_ + dtype(model.intercept_))


@given(models(), rows())
def test_models_survive_a_round_trip(model, data):
    X, y = learnable(model, data)
    copy = type(model)(**model.get_params())
    assert copy.get_params() == clone(model).get_params() == model.get_params()
    assert type(model)().set_params(**model.get_params()).get_params() == model.get_params()
    fit(model, X, y)
    np.testing.assert_array_equal(predictions(fit(copy, X, y), X), predictions(model, X))
    loaded = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(predictions(loaded, X), predictions(model, X))
    assert loaded.get_params() == model.get_params()


@every_model
@given(data=rows(), seed=seeds, solver=st.sampled_from(["gradient_descent", "lbfgs", "newton"]))
def test_models_know_no_order_of_rows_columns_or_names(kind, data, seed, solver):
    model = kind(solver=solver, l2=0.5, tol=1e-7, epochs=20_000)
    X, y = learnable(model, data)
    X = X / 10
    rng = np.random.default_rng(seed)
    expected = predictions(fit(model, X, y), X)
    order, columns = rng.permutation(len(X)), rng.permutation(X.shape[1])
    close(predictions(fit(model, X[order], y[order]), X), expected, rtol=1e-4, atol=1e-4)
    close(predictions(fit(model, X[:, columns], y), X[:, columns]), expected, rtol=1e-4, atol=1e-4)
    if kind is not ss.LinearRegression:
        names = rng.permutation(["x", "a", "m"])
        renamed = predictions(fit(model, X, names[y]), X)
        close(
            renamed[:, np.searchsorted(model.classes_, names[np.unique(y)])], expected, rtol=1e-4, atol=1e-4
        )


@every_model
@given(data=rows(), shift=st.integers(-3, 3), power=st.integers(-6, 6))
def test_newton_without_a_penalty_does_not_care_for_shift_and_scale(kind, data, shift, power):
    model = kind(solver="newton", tol=1e-8, epochs=60)
    X, y = learnable(model, data)
    z = predictions(fit(model, X, y), X)
    assume(model.converged_)
    again = predictions(fit(model, X * 2.0**power + shift, y), X * 2.0**power + shift)
    assume(model.converged_)
    close(again, z, rtol=1e-3, atol=1e-3)


@every_model
@given(data=rows())
def test_all_solvers_end_at_one_loss(kind, data):
    X, y = learnable(kind(), data)
    ends = []
    for solver in ("gradient_descent", "lbfgs", "newton"):
        model = fit(kind(solver=solver, l2=0.5, tol=1e-6, epochs=20_000), X / 10, y)
        ends.append(model.loss_curve_[-1])
    close(ends, ends[0], rtol=1e-7, atol=1e-9)


@every_model
@given(data=rows(), seed=seeds, solver=st.sampled_from(["gradient_descent", "lbfgs", "newton"]))
def test_whole_weights_are_repeated_rows(kind, data, seed, solver):
    X, y = learnable(kind(), data)
    times = np.random.default_rng(seed).integers(0, 3, len(X))
    repeated = np.repeat(X, times, axis=0), np.repeat(y, times)
    assume(len(np.unique(repeated[1])) > (kind is not ss.LinearRegression))
    model = kind(solver=solver, l2=0.5, tol=1e-7, epochs=5)
    expected = predictions(fit(model, *repeated), X)
    curve = model.loss_curve_
    fit(model, X, y, sample_weight=times)
    close(model.loss_curve_, curve, rtol=1e-7, atol=1e-10)
    close(predictions(model, X), expected, rtol=1e-5, atol=1e-6)


@every_model
@given(data=rows(), seed=seeds)
def test_a_stream_of_one_batch_is_full_gradient_descent(kind, data, seed):
    X, y = learnable(kind(), data)
    known = {} if kind is ss.LinearRegression else {"classes": np.unique(y)}
    stream = kind(l2=0.1)
    for _ in range(3):
        stream.partial_fit(X, y, **known)
    whole = fit(kind(l2=0.1, epochs=3, tol=0), X, y)
    if whole.n_iter_ == 3 and not whole.converged_:
        close(predictions(stream, X), predictions(whole, X), rtol=1e-10)
        close(stream.loss_curve_, whole.loss_curve_)


@every_model
@given(
    data=rows(),
    corner=st.sampled_from(CORNERS),
    solver=st.sampled_from(["gradient_descent", "lbfgs", "newton"]),
)
def test_corners_end_in_finite_numbers_or_a_message(kind, data, corner, solver):
    X, y = learnable(kind(), data)
    X[0, 0] = corner
    model = kind(solver=solver, l2=0.1, epochs=20)
    if abs(corner) > 1e153:
        with pytest.raises(ValueError, match=r"^X has values up to .* in size; expected at most "):
            fit(model, X, y)
        return
    fit(model, X, y)
    assert np.isfinite(model.coef_).all()
    assert np.isfinite(model.loss_curve_).all()
    assert np.isfinite(predictions(model, X)).all()
