"""What messages say, word for word: each that the library can give stands here once.

Which calls are refused is the matter of test_checks, test_bad_input and the modules' own tests.
"""

import re
from functools import partial

import numpy as np
import pytest
import scipy.sparse
import sevensteps as ss
from scipy.linalg import LinAlgWarning
from sevensteps import checks
from sklearn.exceptions import ConvergenceWarning

X, Y, P = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.0, 1.0]), ss.zeros(2)
GRAD = ss.value_and_grad(ss.SQUARED_ERROR)
ONE_HOT_GRAD = ss.value_and_grad(ss.CATEGORICAL_CROSS_ENTROPY)
STEP = ss.gradient_descent(0.1)
MLP = ss.MLP(2, 3, 2, loss=ss.CATEGORICAL_CROSS_ENTROPY)
MLP_GRAD = MLP.value_and_grad()
LAYERS = MLP.initial(rng=np.random.default_rng(0))
LINEAR, LOGISTIC, SOFTMAX = ss.LinearRegression, ss.LogisticRegression, ss.SoftmaxRegression
FITTED = LOGISTIC().partial_fit(X, [0, 1], classes=[0, 1])
FITTED.coef_ = FITTED.coef_ * 1e3

# (call, error, message)
ARRAYS = [
    (partial(checks.real_array, "X", ["a"]), TypeError, "X has dtype <U1; expected real numbers"),
    (
        partial(checks.real_array, "X", [[1.0]], ndim=(0, 1)),
        ValueError,
        "X has shape (1, 1); expected a number or one dimension",
    ),
    (
        partial(checks.real_array, "X", [1.0], ndim=2),
        ValueError,
        "X has shape (1,); expected two dimensions (rows, columns)",
    ),
    (
        partial(checks.real_array, "X", []),
        ValueError,
        "X is empty: its shape is (0,); expected at least one value",
    ),
    (
        partial(checks.real_array, "X", [1, np.inf]),
        ValueError,
        "X holds inf at index (1,); expected finite numbers, no NaN",
    ),
    (
        partial(checks.labels, "y", [[0]]),
        ValueError,
        "y has shape (1, 1); expected labels (n_samples,)",
    ),
    (
        partial(checks.labels, "y", ["a", None]),
        ValueError,
        "y holds None at index 1; expected a label in each row",
    ),
    (
        partial(checks.plain_array, "X", scipy.sparse.eye_array(2)),
        TypeError,
        "X is a sparse matrix; expected a dense array, e.g. X.toarray()",
    ),
    (
        partial(checks.plain_array, "X", np.ma.masked_equal([1, 2], 2)),
        ValueError,
        "X has masked entries; expected an array without missing values",
    ),
    (
        partial(checks.plain_array, "X", [[1], [1, 2]]),
        ValueError,
        "X is ragged: its rows differ in length; expected a rectangular array",
    ),
    (
        partial(ss.mean_squared_error, [1.0], [1.0, 2.0]),
        ValueError,
        "y_true has shape (1,) and y_pred has shape (2,); expected the same shape",
    ),
    (
        partial(ss.mean_squared_error, [[1.0]], [[1.0]]),
        ValueError,
        "y_pred has shape (1, 1); expected one dimension",
    ),
    (
        partial(ss.mean_squared_error, [[1.0]], [1.0]),
        ValueError,
        "y_true has shape (1, 1); expected one dimension",
    ),
    (
        partial(ss.gradients, X, [1.0], [1.0]),
        ValueError,
        "X has 2 rows and y_pred has 1; expected the same number of rows",
    ),
    (
        partial(ss.binary_cross_entropy, [0, 1.5], [0.5, 0.5]),
        ValueError,
        "y_true has values from 0 to 1.5; expected values between 0 and 1",
    ),
    (
        partial(ss.categorical_cross_entropy, [[1, 0], [0.5, 0]], [[1, 0], [0, 1]]),
        ValueError,
        "y_true has a row (index 1) that sums to 0.5; expected rows that sum to 1, such as one-hot rows:"
        " np.eye(k)[labels]",
    ),
    (
        partial(ss.softmax, 1.0),
        ValueError,
        "z is the single number 1.0; expected the logits of the classes in the last axis",
    ),
    (
        partial(ss.logits, X, [1.0], 0.0),
        ValueError,
        "weights has 1 rows and X has 2 columns; expected as many",
    ),
    (
        partial(ss.logits, X, [1.0, 2.0], [0.0]),
        ValueError,
        "bias has shape (1,); expected (), one for each output",
    ),
    (
        partial(ss.log_odds_bias, [1, 1]),
        ValueError,
        "y_true has the class rates [0. 1.]; expected at least one row of each class",
    ),
]
VALUES = [
    (partial(checks.number, "x", "1"), TypeError, "x is '1'; expected a number"),
    (
        partial(checks.number, "x", 2, above=0, below=1),
        ValueError,
        "x is 2; expected a finite number and above 0 and below 1",
    ),
    (
        partial(checks.number, "x", -1, at_least=0),
        ValueError,
        "x is -1; expected a finite number and at least 0",
    ),
    (partial(checks.count, "n", 1.0), TypeError, "n is 1.0; expected a whole number"),
    (partial(checks.count, "n", 0), ValueError, "n is 0; expected a whole number of at least 1"),
    (
        partial(ss.small_random, 2, rng=42),
        TypeError,
        "rng is 42; expected a generator: np.random.default_rng(seed)",
    ),
    (partial(ss.zeros, 2, dtype=int), ValueError, "dtype is <class 'int'>; expected float32 or float64"),
    (
        partial(ss.numerical_gradient, len, [1.0]),
        TypeError,
        "params is [1.0]; expected a named tuple, such as Parameters(weights, bias)",
    ),
    *(
        (partial(make, "mse"), TypeError, "loss is 'mse'; expected a Loss, such as SQUARED_ERROR")
        for make in (
            ss.value_and_grad,
            ss.hessian,
            partial(ss.smoothness, X),
            lambda loss: ss.MLP(2, 3, loss=loss),
        )
    ),
    (
        partial(ss.hessian, ss.SQUARED_ERROR._replace(name="hinge")),
        ValueError,
        "loss is 'hinge'; expected one of squared error, binary cross-entropy, categorical cross-entropy",
    ),
    (
        partial(ss.MLP, 2, 3, loss=ss.SQUARED_ERROR, activation="sigmoid"),
        ValueError,
        "activation is 'sigmoid'; expected 'relu' or 'tanh'",
    ),
]
BATCHES = [
    (
        partial(GRAD, P, X),
        TypeError,
        "batch is array([[1., 2... [3., 4.]]); expected (X, y) or (X, y, sample_weight)",
    ),
    (
        partial(GRAD, P, (X, X)),
        ValueError,
        "y has shape (2, 2); expected one value a row: (n_samples,)",
    ),
    (
        partial(ONE_HOT_GRAD, ss.zeros(2, 2), (X, Y)),
        ValueError,
        "y has shape (2,); expected one-hot rows (n_samples, k): np.eye(k)[labels]",
    ),
    (
        partial(ss.full_batch, X, Y, [-1, 2]),
        ValueError,
        "sample_weight has values from -1 to 2; expected none below 0 and one above 0, not only zeros",
    ),
    (partial(GRAD, (1, 2), (X, Y)), TypeError, "params is (1, 2); expected Parameters(weights, bias)"),
    (
        partial(GRAD, ss.Parameters(np.zeros(2, int), np.array(0.0)), (X, Y)),
        TypeError,
        "params.weights is of type int64; expected an array of float32 or float64",
    ),
    (
        partial(GRAD, ss.Parameters([0.0, 0.0], 0.0), (X, Y)),
        TypeError,
        "params.weights is of type list; expected an array of float32 or float64",
    ),
    (
        partial(GRAD, ss.zeros(3), (X, Y)),
        ValueError,
        "X has 2 columns and params.weights has 3 rows; expected as many",
    ),
    (
        partial(GRAD, ss.zeros(2, 2), (X, Y)),
        ValueError,
        "y has shape (2,) and params.weights has shape (2, 2); expected one column of weights for"
        " each column of y",
    ),
    (
        partial(GRAD, ss.Parameters(np.zeros(2), np.zeros(1)), (X, Y)),
        ValueError,
        "params.bias has shape (1,); expected ()",
    ),
    (
        partial(MLP_GRAD, P, (X, np.eye(2))),
        TypeError,
        "params is Parameters(we...ias=array(0.)); expected MLPParameters, such as model.initial(rng=rng)",
    ),
    (
        partial(MLP_GRAD, LAYERS._replace(bias=[0.0, 0.0]), (X, np.eye(2))),
        TypeError,
        "params.bias is of type list; expected an array of float32 or float64",
    ),
    (
        partial(MLP_GRAD, LAYERS._replace(bias=np.zeros(2, int)), (X, np.eye(2))),
        TypeError,
        "params.bias is of type int64; expected an array of float32 or float64",
    ),
    (
        partial(MLP_GRAD, LAYERS._replace(bias=np.zeros(3)), (X, np.eye(2))),
        ValueError,
        "params.bias has shape (3,); expected (2,)",
    ),
    (
        partial(MLP_GRAD, LAYERS._replace(bias=np.zeros(2, np.float32)), (X, np.eye(2))),
        TypeError,
        "params has parts of type float64, float64, float64, float32; expected one type",
    ),
    (
        partial(MLP_GRAD, LAYERS, (X[:, :1], np.eye(2))),
        ValueError,
        "X has 1 columns; expected 2, one for each feature",
    ),
    (
        partial(MLP_GRAD, LAYERS, (X, np.eye(3)[:2])),
        ValueError,
        "y has shape (2, 3); expected (2, 2), as n_outputs is 2",
    ),
]
RUNS = [
    (partial(ss.backtracking, None, P, P, P), TypeError, "f is None; expected a function params -> float"),
    *(
        (
            partial(ss.backtracking, lambda params: 0.0, P, direction, grad),
            ValueError,
            f"{name} has shape (3,) and params has shape (2,); expected the same shape",
        )
        for name, direction, grad in (("direction", ss.zeros(3), P), ("grad", P, ss.zeros(3)))
    ),
    *(
        (
            partial(ss.backtracking, lambda params: 0.0, *trees),
            TypeError,
            f"{name} is 1; expected a named tuple, such as Parameters(weights, bias)",
        )
        for name, trees in (("params", (1, P, P)), ("direction", (P, 1, P)), ("grad", (P, P, 1)))
    ),
    (
        partial(ss.newton, GRAD, None, P, (X, Y), epochs=1),
        TypeError,
        "hessian is None; expected a function (params, batch) -> H",
    ),
    *(
        (call, TypeError, "value_and_grad is None; expected a function (params, batch) -> (loss, grad)")
        for call in (
            partial(ss.lbfgs, None, P, (X, Y), epochs=1),
            partial(ss.train, None, P, [(X, Y)], STEP, epochs=1),
        )
    ),
    (
        partial(ss.lbfgs, GRAD, 1, (X, Y), epochs=1),
        TypeError,
        "params is 1; expected a named tuple, such as Parameters(weights, bias)",
    ),
    *(
        (call, TypeError, "stop is None; expected a list of rules, such as [gradient_norm()]")
        for call in (
            partial(ss.lbfgs, GRAD, P, (X, Y), epochs=1, stop=None),
            partial(ss.train, GRAD, P, [(X, Y)], STEP, epochs=1, stop=None),
        )
    ),
    *(
        (call, ValueError, "epochs is 0; expected a whole number of at least 1")
        for call in (
            partial(ss.lbfgs, GRAD, P, (X, Y), epochs=0),
            partial(ss.train, GRAD, P, [(X, Y)], STEP, epochs=0),
        )
    ),
    (
        partial(ss.train, GRAD, P, None, STEP, epochs=1),
        TypeError,
        "batches is None; expected batches to go through, such as full_batch(X, y)",
    ),
    (
        partial(ss.train, GRAD, P, [(X, Y)], 0.1, epochs=1),
        TypeError,
        "optimizer is 0.1; expected an Optimizer, such as gradient_descent(0.1)",
    ),
    (
        partial(ss.train, GRAD, P, [], STEP, epochs=1),
        ValueError,
        "batches is empty; expected at least one batch (X, y)",
    ),
    (
        partial(ss.train, GRAD, P, [(X * 1e200, Y)], STEP, epochs=9),
        ss.DivergenceError,
        "the loss is nan in epoch 1 (iteration 1): the run diverged. Lower the learning rate: below"
        " 2 / smoothness(X, loss, l2=l2) gradient descent on all rows can't diverge. If the first"
        " loss is already"
        " not finite, look at the starting parameters.",
    ),
    (
        partial(ss.check_gradient, lambda params, batch: (0.0, ss.zeros(3)), P, None),
        ValueError,
        "grad.weights has shape (3,) and params.weights has shape (2,); expected the same shape",
    ),
]
ESTIMATORS = [
    (
        partial(LINEAR().fit, X[:, 0], Y),
        ValueError,
        "X has shape (2,); expected two dimensions (rows, columns). Reshape your data: X.reshape(-1,"
        " 1) makes it"
        " one column, X.reshape(1, -1) one row",
    ),
    (
        partial(LINEAR().fit, X[:, :0], Y),
        ValueError,
        "X has 0 feature(s) (shape=(2, 0)) while a minimum of 1 is required.",
    ),
    (
        partial(LINEAR().fit, X * 1j, Y),
        ValueError,
        "Complex data not supported: X has dtype complex128; expected real numbers",
    ),
    (
        partial(LINEAR().fit, X, np.array(["a", 1.0], object)),
        TypeError,
        "y holds 'a'; each entry of the argument must be neither string nor object but a real number",
    ),
    (partial(LINEAR().fit, X, X), ValueError, "y has shape (2, 2); expected one dimension"),
    (
        partial(LINEAR().fit, X * 1e200, Y),
        ValueError,
        "X has values up to 4e+200 in size; expected at most 7e+153, so that their squares fit into float64."
        " Measure it in another unit",
    ),
    (
        partial(LINEAR(random_state=-1).fit, X, Y),
        ValueError,
        "random_state is -1; expected None, a whole number of at least 0, or a numpy.random.Generator",
    ),
    (
        partial(LOGISTIC().fit, X, [0.5, 1]),
        ValueError,
        "Unknown label type: y holds 0.5 at index 0; expected classes, that is whole numbers,"
        " booleans or text."
        " To predict values there is LinearRegression",
    ),
    (partial(LOGISTIC().fit, X, [1, 1]), ValueError, "y holds 1 class [1]; expected two or more"),
    (
        partial(LOGISTIC().partial_fit, X, [0, 1]),
        ValueError,
        "classes is None; expected all labels at the first call of partial_fit",
    ),
    (
        partial(FITTED.partial_fit, X, [0, 1], classes=[0, 2]),
        ValueError,
        "classes is [0 2]; expected [0 1] as before",
    ),
    (
        partial(LOGISTIC().partial_fit, X, [0, 1], classes=[0, 1, 2]),
        ValueError,
        "Only binary classification is supported. classes holds 3 classes; expected 2. For more there is"
        " SoftmaxRegression",
    ),
    (
        partial(SOFTMAX().partial_fit, X, [0, 7], classes=[0, 1]),
        ValueError,
        "y holds 7; expected one of the classes [0 1]",
    ),
    (
        partial(LINEAR(solver="newton").partial_fit, X, Y),
        ValueError,
        "solver is 'newton'; expected 'gradient_descent' for partial_fit",
    ),
    (
        partial(LINEAR(solver="adam").fit, X, Y),
        ValueError,
        "solver is 'adam'; expected 'gradient_descent', 'lbfgs' or 'newton'",
    ),
    *(
        (
            partial(LINEAR(solver=solver, **{name: 1}).fit, X, Y),
            ValueError,
            f"{name} is 1; expected None, as '{solver}' has no use for it",
        )
        for name in ("learning_rate", "batch_size")
        for solver in ("newton", "lbfgs")
    ),
    (
        partial(LINEAR(learning_rate=3.0, epochs=3).fit, [[1.0], [-1.0]], [1.0, -1.0]),
        ss.DivergenceError,
        "the loss rose from 1 to 625: the run diverged. learning_rate is 3.0; expected None,"
        " or less than"
        " 2 / smoothness(X, loss, l2=l2)",
    ),
    (
        partial(FITTED.predict, np.full((1, 2), 1.7e308)),
        ValueError,
        "X has values up to 1.7e+308 in size; expected smaller ones, as X w + b overflows float64",
    ),
    (partial(ss.is_separable, X, ["a", "a"]), ValueError, "y has the single class 'a'; expected two or more"),
]


MESSAGES = [*ARRAYS, *VALUES, *BATCHES, *RUNS, *ESTIMATORS]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    MESSAGES,
    # A call's own text has its address, which differs from worker to worker.
    ids=[f"{error.__name__}: {message[:60]}" for _, error, message in MESSAGES],
)
def test_an_error_says(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("options", "epochs", "advice"),
    [
        (
            {"epochs": 3},
            r"3 of 3",
            r"above tol=0\.0001; standardize the columns of X, raise epochs, or use solver='newton',"
            r" which needs"
            r" fewer",
        ),
        (
            {"epochs": 2, "solver": "lbfgs", "tol": 1e-9},
            r"2 of 2",
            r"above tol=1e-09; standardize the columns of X or raise epochs",
        ),
        (
            {"tol": 0, "solver": "lbfgs"},
            r"\d\d? of 1000",
            r"above tol=0; float64 can tell no lower loss: standardize the columns of X or raise tol",
        ),
    ],
    ids=["gradient descent", "lbfgs", "no lower loss"],
)
def test_a_run_that_has_not_converged_says(options, epochs, advice):
    rng = np.random.default_rng(0)
    with pytest.warns(ConvergenceWarning) as caught:
        LINEAR(**options).fit(rng.standard_normal((30, 3)) + 5, rng.standard_normal(30))
    assert re.fullmatch(
        rf"LinearRegression has not converged: after {epochs} epochs the largest entry of the gradient is"
        rf" \d\.\de[+-]\d\d, {advice}",
        str(caught[0].message),
    )


def test_dependent_columns_are_told():
    with pytest.warns(LinAlgWarning) as caught:
        ss.least_squares(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]), [1.0, 2.0, 3.0])
    assert str(caught[0].message) == (
        "The columns of X are close to dependent, rank 1 of 2: rounding decides on the coefficients."
        " Leave out"
        " columns that others add up to, or take l2 above 0"
    )
