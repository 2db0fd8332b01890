"""What comes in at the door: bad values are named, with what came and what is expected."""

import inspect

import numpy as np
import pytest
import scipy.sparse
import sevensteps as ss
from sevensteps import checks

RNG = np.random.default_rng(0)
X, Y, ONE_HOT = np.ones((2, 3)), np.array([0.0, 1.0]), np.eye(2)
OBJECTIVE = ss.value_and_grad(ss.SQUARED_ERROR)

# A good call of each public function. A new one joins every test below by a row.
CALLS = {
    ss.adagrad: {"learning_rate": 0.1, "eps": 0.01},
    ss.adam: {"learning_rate": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 0.01},
    ss.apply_updates: {"params": ss.zeros(1), "updates": ss.zeros(1)},
    ss.backtracking: {
        "f": lambda params: 0.0,
        "params": ss.zeros(1),
        "direction": ss.zeros(1),
        "grad": ss.zeros(1),
    },
    ss.binary_cross_entropy: {"y_true": Y, "y_pred": Y},
    ss.binary_cross_entropy_from_logits: {"y_true": Y, "z": Y},
    ss.categorical_cross_entropy: {"y_true": ONE_HOT, "y_pred": ONE_HOT},
    ss.categorical_cross_entropy_from_logits: {"y_true": ONE_HOT, "z": ONE_HOT},
    ss.check_gradient: {
        "f": lambda params, batch: (0.0, params),
        "params": ss.zeros(1),
        "batch": None,
        "tolerance": 1e-7,
    },
    ss.cosine_decay: {"learning_rate": 0.1, "steps": 10},
    ss.full_batch: {"X": X, "y": Y, "sample_weight": Y},
    ss.glorot_uniform: {"n_inputs": 2, "n_outputs": 3, "rng": RNG, "dtype": float},
    ss.gradient_descent: {"learning_rate": 0.1},
    ss.gradient_norm: {"tol": 0.1},
    ss.gradients: {"X": X, "y_true": Y, "y_pred": Y},
    ss.he_normal: {"n_inputs": 2, "n_outputs": 3, "rng": RNG, "dtype": float},
    ss.hessian: {"loss": ss.SQUARED_ERROR, "l2": 0.1},
    ss.identity: {"z": Y},
    ss.inverse_time_decay: {"learning_rate": 0.1, "decay": 0.1},
    ss.is_separable: {"X": X, "y": ["a", "b"]},
    ss.lbfgs: {
        "value_and_grad": OBJECTIVE,
        "params": ss.zeros(3),
        "batch": (X, Y),
        "epochs": 1,
        "stop": (),
    },
    ss.least_squares: {"X": X, "y": Y, "sample_weight": Y, "l2": 0.1},
    ss.log_odds_bias: {"y_true": Y},
    ss.log_sigmoid: {"z": Y},
    ss.log_softmax: {"z": Y},
    ss.logits: {"X": X, "weights": np.ones(3), "bias": np.array(1.0)},
    ss.loss_plateau: {"tol": 0.1, "patience": 3},
    ss.mean_squared_error: {"y_true": Y, "y_pred": Y},
    ss.mini_batches: {"X": X, "y": Y, "sample_weight": Y, "batch_size": 2, "rng": RNG},
    ss.momentum: {"learning_rate": 0.1, "beta": 0.9},
    ss.nesterov: {"learning_rate": 0.1, "beta": 0.9},
    ss.newton: {
        "value_and_grad": OBJECTIVE,
        "hessian": ss.hessian(ss.SQUARED_ERROR),
        "params": ss.zeros(3),
        "batch": (X, Y),
        "epochs": 1,
        "stop": (),
    },
    ss.numerical_gradient: {"f": lambda params: 0.0, "params": ss.zeros(1), "h": 1e-5},
    ss.relu: {"z": Y},
    ss.rmsprop: {"learning_rate": 0.1, "rho": 0.9, "eps": 0.01},
    ss.sigmoid: {"z": Y},
    ss.small_random: {"n_features": 2, "n_outputs": 3, "scale": 0.1, "rng": RNG, "dtype": float},
    ss.smoothness: {"X": X, "loss": ss.SQUARED_ERROR, "l2": 0.1, "sample_weight": Y},
    ss.softmax: {"z": Y},
    ss.step_decay: {"learning_rate": 0.1, "factor": 0.5, "every": 3},
    ss.tanh: {"z": Y},
    ss.train: {
        "value_and_grad": OBJECTIVE,
        "params": ss.zeros(3),
        "batches": [(X, Y)],
        "optimizer": ss.gradient_descent(0.1),
        "epochs": 1,
        "stop": (),
    },
    ss.validation_patience: {"value_and_grad": OBJECTIVE, "batch": (X, Y), "tol": 0.1, "patience": 3},
    ss.value_and_grad: {"loss": ss.SQUARED_ERROR, "l2": 0.1},
    ss.zeros: {"n_features": 2, "n_outputs": 3, "dtype": float},
}

# What no array of numbers is made of: a fault, made of a good array.
NO_NUMBERS = {
    "none": lambda good: None,
    "text": lambda good: good.astype(str),
    "objects": lambda good: good.astype(object),
    "complex": lambda good: good.astype(complex),
    "dates": lambda good: good.astype("datetime64[D]"),
    "durations": lambda good: good.astype("timedelta64[s]"),
    "sparse": lambda good: scipy.sparse.csr_array(np.atleast_2d(good)),
}
WRONG_NUMBERS = {
    "ragged": lambda good: [[1.0], [1.0, 2.0]],
    "masked": lambda good: np.ma.masked_equal(good, good.flat[0]),
    "empty": lambda good: good[:0] if good.ndim else np.zeros(0),
    "nan": lambda good: np.where(good == good.flat[0], np.nan, good),
    "inf": lambda good: np.where(good == good.flat[0], np.inf, good),
    "minus_inf": lambda good: np.where(good == good.flat[0], -np.inf, good),
    "both_inf": lambda good: np.resize([np.inf, -np.inf], good.shape),
}
# The numbers that aren't allowed beside nan, infinity and what is no number.
OUT_OF_RANGE = {
    "learning_rate": [0, -0.1],
    "eps": [0, -1e-8],
    "beta": [-0.1, 1, 1.5],
    "beta1": [-0.1, 1, 1.5],
    "beta2": [-0.1, 1, 1.5],
    "rho": [-0.1, 1, 1.5],
    "factor": [0, -0.5, 1, 2],
    "decay": [0, -0.1],
    "tol": [-1e-9],
    "tolerance": [0, -1e-9],
    "l2": [-1e-9],
    "scale": [-1e-9],
    "h": [0, -1e-9],
}
COUNTS = {"n_features", "n_inputs", "n_outputs", "batch_size", "patience", "epochs", "every", "steps"}
# Of a kind of its own: tested below, or with its module.
OTHERS = {"f", "params", "updates", "batch", "batches", "value_and_grad", "optimizer", "stop", "loss"}
OTHERS |= {"dtype", "rng", "direction", "grad", "hessian"}
OPTIONAL = {"n_outputs", "sample_weight", "h"}  # may be None


def arguments(kind):
    """Return each public function with each of its arguments of a kind, to be parametrised over."""
    return [
        pytest.param(function, name, id=f"{function.__name__}-{name}")
        for function, good in CALLS.items()
        for name, value in good.items()
        if kind(name, value)
    ]


def is_array(name, value):
    return isinstance(value, np.ndarray) and name not in COUNTS


arrays = pytest.mark.parametrize(("function", "name"), arguments(is_array))
numbers = pytest.mark.parametrize(("function", "name"), arguments(lambda name, value: name in OUT_OF_RANGE))
counts = pytest.mark.parametrize(("function", "name"), arguments(lambda name, value: name in COUNTS))


def refused(function, name, bad, error):
    with pytest.raises(error, match=f"(?s)^{name} .*; expected "):
        function(**CALLS[function] | {name: bad})


# --- every public function at its door ---


def test_every_public_function_and_argument_is_in_the_table():
    public = [getattr(ss, name) for name in ss.__all__]
    assert list(CALLS) == [value for value in public if inspect.isfunction(value)]
    for function, good in CALLS.items():
        assert list(good) == list(inspect.signature(function).parameters)
        for name, value in good.items():
            kinds = is_array(name, value), name in OUT_OF_RANGE, name in COUNTS, name in OTHERS
            assert sum(kinds) == 1 or (function, name) == (ss.is_separable, "y")


@pytest.mark.parametrize("function", CALLS, ids=lambda function: function.__name__)
def test_a_good_call_passes_and_changes_nothing(function):
    before = {name: np.copy(value) for name, value in CALLS[function].items() if is_array(name, value)}
    function(**CALLS[function])
    for name, value in before.items():
        np.testing.assert_array_equal(CALLS[function][name], value)


@arrays
@pytest.mark.parametrize("fault", NO_NUMBERS.values(), ids=NO_NUMBERS)
def test_what_is_no_array_of_numbers_is_a_type_error(function, name, fault):
    bad = fault(CALLS[function][name])
    if bad is None and name in OPTIONAL:
        function(**CALLS[function] | {name: bad})
    else:
        refused(function, name, bad, TypeError)


@arrays
@pytest.mark.parametrize("fault", WRONG_NUMBERS.values(), ids=WRONG_NUMBERS)
def test_numbers_that_cant_be_computed_with_are_a_value_error(function, name, fault):
    refused(function, name, fault(CALLS[function][name]), ValueError)


@arrays
def test_three_dimensions_are_refused_where_shapes_matter(function, name):
    bad = CALLS[function][name][None, None, None]
    if function in (ss.identity, ss.relu, ss.tanh, ss.sigmoid, ss.log_sigmoid, ss.softmax, ss.log_softmax):
        assert function(bad).shape == bad.shape
    else:
        with pytest.raises(ValueError, match=f"^{name} has shape .*; expected (a number|one dim|two dim)"):
            function(**CALLS[function] | {name: bad})


@numbers
@pytest.mark.parametrize("bad", [True, np.True_, "0.1", [0.1], np.ones(2), 1j], ids=repr)
def test_what_is_no_number_is_a_type_error(function, name, bad):
    refused(function, name, bad, TypeError)


@numbers
def test_numbers_out_of_range_are_a_value_error(function, name):
    for bad in (np.nan, np.inf, -np.inf, *OUT_OF_RANGE[name]):
        refused(function, name, bad, ValueError)


@numbers
@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_numbers_may_be_numpys(function, name, kind):
    function(**CALLS[function] | {name: kind(CALLS[function][name])})


@counts
def test_counts_are_whole_numbers_of_at_least_1(function, name):
    optional = inspect.signature(function).parameters[name].default is None
    for bad in (True, 1.0, "3", [3], np.float64(2), *([] if optional else [None])):
        refused(function, name, bad, TypeError)
    for bad in (0, -1):
        refused(function, name, bad, ValueError)
    function(**CALLS[function] | {name: np.int32(2)})


@pytest.mark.parametrize(("function", "name"), arguments(lambda name, value: name == "rng"))
@pytest.mark.parametrize("bad", [None, 42, np.random], ids=["none", "seed", "module"])
def test_a_generator_is_passed_and_nothing_else(function, name, bad):
    refused(function, name, bad, TypeError)


@pytest.mark.parametrize(("function", "name"), arguments(lambda name, value: name == "loss"))
@pytest.mark.parametrize("bad", [ss.mean_squared_error, "squared error", None], ids=type)
def test_a_loss_is_a_loss_object(function, name, bad):
    refused(function, name, bad, TypeError)


@pytest.mark.parametrize(("function", "name"), arguments(lambda name, value: name == "params"))
def test_parameters_are_a_named_tuple(function, name):
    refused(function, name, ([1.0], 2.0), TypeError)


# --- the checks themselves ---


@pytest.mark.parametrize("value", [X, X.astype(np.float32), X.astype(np.float16), X.T, X[:, ::2]])
def test_an_array_that_is_right_is_not_copied(value):
    assert checks.real_array("X", value) is value


def test_subclasses_without_faults_pass_as_arrays():
    unmasked = checks.real_array("X", np.ma.array([1.0, 2.0], mask=False))
    assert type(unmasked) is np.ndarray


def test_wide_and_whole_numbers_become_float64():
    for kind in (np.longdouble, np.int8, np.uint64, bool):
        assert checks.real_array("X", np.array([0, 1], kind)).dtype == np.float64
    with pytest.raises(ValueError, match=r"^X holds inf at index \(0,\)"):
        checks.real_array("X", np.array(["1e400"], np.longdouble))


def test_a_sum_that_overflows_is_no_infinity():
    value = np.full(4, 1.7e308)
    assert checks.real_array("X", value) is value


def test_infinity_passes_where_it_is_allowed():
    value = np.array([np.inf])
    assert checks.real_array("X", value, finite=False) is value


def test_the_first_number_that_is_not_finite_is_shown_with_its_place():
    with pytest.raises(
        ValueError, match=r"^X holds -inf at index \(0, 2\); expected finite numbers, no NaN$"
    ):
        checks.real_array("X", [[1, 2, -np.inf], [np.nan, 1, 2]])


@pytest.mark.parametrize(
    ("shape", "ndim", "message"),
    [
        ((2,), 2, r"^X has shape \(2,\); expected two dimensions \(rows, columns\)$"),
        ((2, 2), 1, r"^X has shape \(2, 2\); expected one dimension$"),
        ((2, 2), (0, 1), r"^X has shape \(2, 2\); expected a number or one dimension$"),
        ((0, 2), 2, r"^X is empty: its shape is \(0, 2\); expected at least one value$"),
        ((2, 0), 2, r"^X is empty: its shape is \(2, 0\); expected"),
    ],
)
def test_messages_say_which_shape_came_and_which_is_expected(shape, ndim, message):
    with pytest.raises(ValueError, match=message):
        checks.real_array("X", np.ones(shape), ndim=ndim)


def test_sums_run_in_float32_or_wider():
    wide = [checks.summing_dtype(dtype) for dtype in (np.float16, np.float32, np.float64)]
    assert wide == [np.float32, np.float32, np.float64]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_rows_may_miss_1_by_their_own_rounding_and_no_more(dtype):
    eps = float(np.finfo(dtype).eps)
    checks.rows_sum_to_one("p", np.array([[0.5, 0.5 + 10 * eps], [0.25, 0.75], [1, 0]], dtype))
    with pytest.raises(ValueError, match=r"^p has a row \(index 1\) that sums to "):
        checks.rows_sum_to_one("p", np.array([[0.5, 0.5], [0.5, 0.5 + 11 * eps], [1, 0]], dtype))


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ([0, np.nan], ValueError, "^y holds nan at index 1; expected a label in each row$"),
        ([None, "a"], ValueError, "^y holds None at index 0; expected a label in each row$"),
        (np.array([0, np.nan], object), ValueError, "^y holds nan at index 1; expected"),
        (np.ma.masked_equal([0, 1], 1), ValueError, "^y has masked entries; expected"),
        (None, ValueError, r"^y has shape \(\); expected labels \(n_samples,\)$"),
        (ONE_HOT, ValueError, r"^y has shape \(2, 2\); expected labels \(n_samples,\)$"),
        ([[0], [0, 1]], ValueError, "^y is ragged: its rows differ in length; expected"),
        (scipy.sparse.csr_array(ONE_HOT), TypeError, "^y is a sparse matrix; expected a dense array"),
    ],
)
def test_labels_that_are_missing_or_no_column_are_named(labels, error, message):
    with pytest.raises(error, match=message):
        checks.labels("y", labels)


def test_numbers_are_returned_as_plain_ones():
    assert type(checks.number("x", np.float32(0.5))) is float
    assert type(checks.count("x", np.int64(3))) is int
    assert checks.number("x", 0, at_least=0) == 0


def test_bounds_are_all_named():
    with pytest.raises(ValueError, match=r"^x is 2; expected a finite number and at least 0 and below 1$"):
        checks.number("x", 2, at_least=0, below=1)
    with pytest.raises(ValueError, match=r"^x is 2; expected a finite number and above 3$"):
        checks.number("x", 2, above=3)
    with pytest.raises(ValueError, match=r"^x is 2; expected a whole number of at least 5$"):
        checks.count("x", 2, at_least=5)


def test_large_values_are_shown_in_brief():
    shown = checks.brief((np.zeros((1000, 1000)), list(range(1000))))
    assert "\n" not in shown
    assert len(shown) < 100
