"""What the tests of the library share: a problem for each loss, and distances in units in the last place."""

from typing import NamedTuple

import mpmath
import numpy as np
import pytest
import sevensteps as ss
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
from threadpoolctl import threadpool_limits


class Model(NamedTuple):
    """One of the three models: its loss, its number of outputs, and labels at random."""

    loss: ss.Loss
    n_outputs: int | None
    labels: object

    def problem(self, n=40, d=3, seed=0, dtype=np.float64):
        """Return parameters that are nowhere zero, X and y."""
        rng = np.random.default_rng(seed)
        outputs = () if self.n_outputs is None else (self.n_outputs,)
        params = ss.Parameters(rng.standard_normal((d, *outputs)), np.asarray(rng.standard_normal(outputs)))
        X, y = rng.standard_normal((n, d)), self.labels(rng, n)
        return ss.Parameters(*(part.astype(dtype) for part in params)), X.astype(dtype), y.astype(dtype)


# A new loss joins every test of losses, gradients, blocks and smoothness by a row here.
MODELS = {
    "squared_error": Model(ss.SQUARED_ERROR, None, lambda rng, n: rng.standard_normal(n)),
    "binary": Model(ss.BINARY_CROSS_ENTROPY, None, lambda rng, n: rng.integers(0, 2, n)),
    "categorical": Model(ss.CATEGORICAL_CROSS_ENTROPY, 4, lambda rng, n: np.eye(4)[rng.integers(0, 4, n)]),
}


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Keep linear algebra to one thread: where cores are shared, two wait for each other far longer."""
    with threadpool_limits(1):
        yield


class Facts(NamedTuple):
    """The published run of logistic regression: zeros, learning rate 0.01, 1000 epochs of all rows."""

    rows: list  # X and y: training rows, test rows, training labels, test labels
    losses: list  # before epochs 0, 100, … 900
    accuracy: float  # on the test rows


@pytest.fixture(scope="session")
def facts():
    X, y = make_classification(n_samples=1000, n_features=20, n_classes=2, random_state=42)
    losses = [
        0.6931471805599454,
        0.4862665908442142,
        0.4167501358377035,
        0.3827754331501028,
        0.36285997085207544,
        0.3499146452353943,
        0.34092005077367843,
        0.3343729101095805,
        0.32944128897759467,
        0.3256280200314341,
    ]
    return Facts(train_test_split(X, y, test_size=0.3, random_state=42), losses, 0.85)


@pytest.fixture(params=MODELS.values(), ids=MODELS)
def model(request):
    return request.param


@pytest.fixture(params=["binary", "categorical"])
def classifier(request):
    return MODELS[request.param]


@pytest.fixture
def problem():
    """Return the function that gives an estimator rows that are not separable, targets and weights."""

    def of(kind, n=300, d=4):
        rng = np.random.default_rng(0)
        X = rng.standard_normal((n, d))
        z = X[:, 0] + rng.standard_normal(n)
        targets = {
            ss.LinearRegression: z,
            ss.LogisticRegression: np.where(z > 0, "yes", "no"),
            ss.SoftmaxRegression: np.digitize(z, [-0.5, 0.8]),
        }
        return X, targets[kind], rng.integers(0, 3, n)  # of the weights some are 0

    return of


@pytest.fixture(params=[np.float16, np.float32, np.float64], ids=lambda dtype: dtype.__name__)
def dtype(request):
    """Return one of the dtypes that come in and go out."""
    return request.param


@pytest.fixture
def ulps():
    """Return the function that measures the largest error in units in the last place of the exact value."""

    def largest(computed, exact):
        computed = np.asarray(computed)
        assert computed.size == len(exact)
        return max(
            float(abs(mpmath.mpf(float(ours)) - true) / float(np.spacing(computed.dtype.type(abs(true)))))
            for ours, true in zip(computed.flat, exact, strict=True)
        )

    with mpmath.workdps(60):
        yield largest
