"""Step 6: what each optimizer makes of a gradient, and what each schedule makes of the step number."""

from math import cos, pi, sqrt
from typing import NamedTuple

import numpy as np
import pytest
import sevensteps as ss
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

# How each optimizer is made, and its first two steps by hand for the gradients g, then k.
OPTIMIZERS = {
    "gradient_descent": (
        ss.gradient_descent,
        lambda g, k, rate: (-rate * g, -rate * k),
    ),
    "momentum": (
        lambda rate: ss.momentum(rate, beta=0.5),
        lambda g, k, rate: (-rate * g, -rate * (0.5 * g + k)),
    ),
    "nesterov": (
        lambda rate: ss.nesterov(rate, beta=0.5),
        lambda g, k, rate: (-rate * (g + 0.5 * g), -rate * (k + 0.5 * (0.5 * g + k))),
    ),
    "adagrad": (
        lambda rate: ss.adagrad(rate, eps=0.01),
        lambda g, k, rate: (-rate * g / (abs(g) + 0.01), -rate * k / (sqrt(g * g + k * k) + 0.01)),
    ),
    "rmsprop": (
        lambda rate: ss.rmsprop(rate, rho=0.75, eps=0.01),
        lambda g, k, rate: (
            -rate * g / (0.5 * abs(g) + 0.01),
            -rate * k / (sqrt(0.75 * 0.25 * g * g + 0.25 * k * k) + 0.01),
        ),
    ),
    "adam": (
        lambda rate: ss.adam(rate, beta1=0.5, beta2=0.75, eps=0.01),
        lambda g, k, rate: (
            -rate * g / (abs(g) + 0.01),
            # Divided by 1 − 0.5² and 1 − 0.75², and not by 1 − 0.5 and 1 − 0.75 as in the first step.
            -rate * ((0.25 * g + 0.5 * k) / 0.75) / (sqrt((0.1875 * g * g + 0.25 * k * k) / 0.4375) + 0.01),
        ),
    ),
}
DEFAULTS = [ss.gradient_descent, ss.momentum, ss.nesterov, ss.adagrad, ss.rmsprop, ss.adam]

every = pytest.mark.parametrize("make", [row[0] for row in OPTIMIZERS.values()], ids=OPTIMIZERS)
every_default = pytest.mark.parametrize("make", DEFAULTS, ids=lambda make: make.__name__)


def random_gradients(n, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    draws = [(rng.standard_normal((2, 3)), rng.standard_normal(3)) for _ in range(n)]
    return [ss.Parameters(*(part.astype(dtype) for part in draw)) for draw in draws]


def run(optimizer, grads, state=None):
    """Return the updates for one gradient after the other, and the last state."""
    state = optimizer.init(grads[0]) if state is None else state
    steps = []
    for grad in grads:
        updates, state = optimizer.update(grad, state)
        steps.append(updates)
    return steps, state


def flat(tree):
    return np.concatenate([np.ravel(part) for part in tree])


# --- shapes and dtypes ---


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_updates_and_memories_are_like_the_parameters(make, dtype):
    grads = random_gradients(2, dtype=dtype)
    steps, (step, *memories) = run(make(0.1), grads)
    assert step == 2
    for tree in (*steps, *memories):
        assert isinstance(tree, ss.Parameters)
        assert [part.shape for part in tree] == [(2, 3), (3,)]
        assert all(part.dtype == dtype for part in tree)


@every
def test_any_named_tuple_of_arrays_can_be_trained(make):
    class Layers(NamedTuple):
        first: np.ndarray
        second: np.ndarray
        third: np.ndarray

    grads = [Layers(*np.ones((3, 2))), Layers(*np.ones((3, 2)))]
    steps, _ = run(make(0.1), grads)
    assert isinstance(ss.apply_updates(grads[0], steps[1]), Layers)


# --- hand-computed values ---


@pytest.mark.parametrize(("make", "by_hand"), OPTIMIZERS.values(), ids=OPTIMIZERS)
@pytest.mark.parametrize(("g", "k"), [(2.0, 3.0), (-0.5, 4.0), (1e-3, -1e-2)])
def test_two_steps_by_hand(make, by_hand, g, k):
    grads = [ss.Parameters(np.array([value]), np.array(-value)) for value in (g, k)]
    steps, _ = run(make(0.1), grads)
    for step, expected in zip(steps, by_hand(g, k, 0.1), strict=True):
        np.testing.assert_allclose(flat(step), [expected, -expected], rtol=1e-14)


def test_updates_are_added():
    params = ss.apply_updates(
        ss.Parameters(np.array([1.0, 2.0]), 3.0), ss.Parameters(np.array([0.5, -1]), 4.0)
    )
    np.testing.assert_array_equal(params.weights, [1.5, 1])
    assert params.bias == 7


@pytest.mark.parametrize("make", [ss.adam, ss.adagrad], ids=lambda make: make.__name__)
@pytest.mark.parametrize("size", [1e-3, 1.0, 1e4])
def test_the_first_step_has_the_size_of_the_learning_rate(make, size):
    (updates,), _ = run(make(0.1), [ss.Parameters(np.array([size, -size]), 0.0)])
    np.testing.assert_allclose(updates.weights, [-0.1, 0.1], rtol=2e-5)


def test_defaults_are_those_of_the_papers():
    g, k = random_gradients(2)
    for default, spelled in [
        (ss.momentum(0.1), ss.momentum(0.1, beta=0.9)),
        (ss.nesterov(0.1), ss.nesterov(0.1, beta=0.9)),
        (ss.adagrad(0.1), ss.adagrad(0.1, eps=1e-8)),
        (ss.rmsprop(0.1), ss.rmsprop(0.1, rho=0.9, eps=1e-8)),
        (ss.adam(0.1), ss.adam(0.1, beta1=0.9, beta2=0.999, eps=1e-8)),
    ]:
        np.testing.assert_array_equal(flat(run(default, [g, k])[0][1]), flat(run(spelled, [g, k])[0][1]))


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (ss.step_decay(0.8, factor=0.5, every=3), {0: 0.8, 2: 0.8, 3: 0.4, 5: 0.4, 6: 0.2}),
        (ss.inverse_time_decay(0.6, decay=0.5), {0: 0.6, 1: 0.4, 2: 0.3, 10: 0.1}),
        (ss.cosine_decay(0.2, steps=6), {0: 0.2, 2: 0.1 * (1 + cos(pi / 3)), 3: 0.1, 6: 0, 7: 0, 600: 0}),
    ],
    ids=["step", "inverse_time", "cosine"],
)
def test_schedules_by_hand(schedule, expected):
    for step, rate in expected.items():
        assert schedule(step) == pytest.approx(rate, rel=1e-14, abs=1e-17)


# --- oracle (scikit-learn) ---


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (ss.gradient_descent(0.1), lambda p: SGDOptimizer(p, 0.1, momentum=0)),
        (ss.momentum(0.1, 0.8), lambda p: SGDOptimizer(p, 0.1, momentum=0.8, nesterov=False)),
        (ss.nesterov(0.1, 0.8), lambda p: SGDOptimizer(p, 0.1, momentum=0.8, nesterov=True)),
        # ε stands elsewhere in theirs, so it is made too small to see.
        (ss.adam(0.1, 0.8, 0.95, 1e-30), lambda p: AdamOptimizer(p, 0.1, 0.8, 0.95, 1e-30)),
    ],
    ids=["gradient_descent", "momentum", "nesterov", "adam"],
)
def test_twenty_steps_agree_with_scikit_learn(ours, theirs):
    grads = random_gradients(20)
    steps, _ = run(ours, grads)
    params = [np.zeros((2, 3)), np.zeros(3)]
    optimizer = theirs(params)
    for grad in grads:
        optimizer.update_params(params, list(grad))
    np.testing.assert_allclose(sum(flat(step) for step in steps), flat(params), rtol=1e-12)


# --- identities ---


@every
def test_nothing_is_stored_or_changed(make):
    optimizer, grads = make(0.1), random_gradients(3)
    _, state = run(optimizer, grads[:2])
    kept = [flat(tree).copy() for tree in (grads[2], *state[1:])]
    first, second = (optimizer.update(grads[2], state) for _ in range(2))
    np.testing.assert_array_equal(flat(first[0]), flat(second[0]))
    for before, tree in zip(kept, (grads[2], *state[1:]), strict=True):
        np.testing.assert_array_equal(before, flat(tree))


@every
def test_a_run_that_was_stopped_goes_on_as_if_it_had_not(make):
    grads = random_gradients(6)
    unbroken, _ = run(make(0.1), grads)
    first, state = run(make(0.1), grads[:3])
    second, _ = run(make(0.1), grads[3:], state)
    for whole, part in zip(unbroken, first + second, strict=True):
        np.testing.assert_array_equal(flat(whole), flat(part))


@every
def test_each_entry_goes_its_own_way(make):
    grads = random_gradients(4)
    turned = [ss.Parameters(grad.weights[::-1], grad.bias[::-1]) for grad in grads]
    for step, other in zip(run(make(0.1), grads)[0], run(make(0.1), turned)[0], strict=True):
        np.testing.assert_array_equal(step.weights[::-1], other.weights)
        np.testing.assert_array_equal(step.bias[::-1], other.bias)


@every
def test_the_learning_rate_scales_every_step(make):
    grads = random_gradients(3)
    for step, double in zip(run(make(0.1), grads)[0], run(make(0.2), grads)[0], strict=True):
        np.testing.assert_allclose(2 * flat(step), flat(double), rtol=1e-15)


@every
def test_a_schedule_is_asked_with_0_1_2_and_scales_the_step(make):
    asked, grads = [], random_gradients(3)

    def schedule(step):
        asked.append(step)
        return 0.1 * (step + 1)

    steps, _ = run(make(schedule), grads)
    assert asked == [0, 1, 2]
    for i, (step, constant) in enumerate(zip(steps, run(make(0.1), grads)[0], strict=True)):
        np.testing.assert_allclose(flat(step), (i + 1) * flat(constant), rtol=1e-14)


def test_without_memory_momentum_and_nesterov_are_gradient_descent():
    grads = random_gradients(3)
    expected, _ = run(ss.gradient_descent(0.1), grads)
    for optimizer in (ss.momentum(0.1, beta=0), ss.nesterov(0.1, beta=0)):
        np.testing.assert_array_equal(flat(run(optimizer, grads)[0][2]), flat(expected[2]))


@pytest.mark.parametrize("make", [ss.adagrad, ss.rmsprop, ss.adam], ids=lambda make: make.__name__)
def test_the_unit_of_the_gradient_does_not_matter(make):
    grads = random_gradients(5)
    scaled = [ss.Parameters(*(1024 * part for part in grad)) for grad in grads]
    tiny = make(0.1, eps=1e-30)
    np.testing.assert_allclose(flat(run(tiny, grads)[0][-1]), flat(run(tiny, scaled)[0][-1]), rtol=1e-12)


@every_default
def test_each_one_finds_the_bottom_of_a_bowl(make):
    params, target = ss.Parameters(np.array([3.0, -2.0]), np.array(1.0)), np.array([1.0, 2.0, 3.0])
    optimizer = make(ss.inverse_time_decay(0.5 if make is ss.adagrad else 0.05, decay=1e-3))
    state = optimizer.init(params)
    for _ in range(3000):
        slope = flat(params) - target
        updates, state = optimizer.update(ss.Parameters(slope[:2], slope[2]), state)
        params = ss.apply_updates(params, updates)
    np.testing.assert_allclose(flat(params), target, atol=0.02)


# --- extremes and errors ---


@every
def test_a_gradient_of_other_parts_is_an_error(make):
    class Part(NamedTuple):
        weights: np.ndarray

    params, part = random_gradients(1)[0], Part(np.ones((2, 3)))
    with pytest.raises(ValueError, match="argument"):
        ss.apply_updates(params, part)
    if make is not OPTIMIZERS["gradient_descent"][0]:  # which remembers nothing
        with pytest.raises(ValueError, match="argument"):
            make(0.1).update(part, make(0.1).init(params))


@every_default
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gradients_of_0_and_1e4_give_finite_steps(make, dtype):
    weights = np.array([0, 1e4, -1e4], dtype)
    weights.flags.writeable = False
    for updates in run(make(0.1), [ss.Parameters(weights, dtype(0))] * 3)[0]:
        assert np.isfinite(flat(updates)).all()
        assert updates.weights[0] == updates.bias == 0


@every
def test_parameters_that_are_no_named_tuple_are_refused(make):
    with pytest.raises(TypeError, match=r"^params is \(1.0, 2.0\); expected a named tuple"):
        make(0.1).init((1.0, 2.0))
    with pytest.raises(TypeError, match=r"^params is \[1.0\]; expected a named tuple"):
        ss.apply_updates([1.0], [1.0])
