"""Rows past one machine: the same coefficients from any partitions, whatever becomes of a worker."""

import itertools
import os
import signal
import sys
import threading

import dask
import dask.array as da
import numpy as np
import psutil
import pytest
import sevensteps as ss
from dask.distributed import Client
from sevensteps import distributed
from sklearn.exceptions import ConvergenceWarning

LINEAR, LOGISTIC, SOFTMAX = ss.LinearRegression, ss.LogisticRegression, ss.SoftmaxRegression
every_model = pytest.mark.parametrize("kind", [LINEAR, LOGISTIC, SOFTMAX], ids=lambda kind: kind.__name__)
every_solver = pytest.mark.parametrize("solver", ["gradient_descent", "lbfgs", "newton"])
PARTITIONS = {"one": (300,), "some": (10, 200, 90), "many": (50,) * 6}


@pytest.fixture(scope="module")
def client():
    """Yield a cluster in this process: the same messages, without the time that processes need to start."""
    with Client(
        processes=False, n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0"
    ) as client:
        yield client


@pytest.fixture
def no_client():
    """Check that nothing is left behind: no thread and no process but those that live as long as Python."""

    def running():
        threads = {each for each in threading.enumerate() if not each.name.startswith("Dask-Offload")}
        processes = psutil.Process().children(recursive=True)
        return threads, {each for each in processes if "resource_tracker" not in " ".join(each.cmdline())}

    before = running()
    yield
    assert [left - there for left, there in zip(running(), before, strict=True)] == [set(), set()]


def delayed(parts, sizes):
    """Return the rows in delayed blocks of these sizes."""
    ends = np.cumsum((0, *sizes))
    blocks = [tuple(part[a:b] for part in parts) for a, b in itertools.pairwise(ends)]
    return [dask.delayed(block) for block in blocks]


def state(model):
    return np.concatenate([np.ravel(model.coef_), np.ravel(model.intercept_)])


def assert_same(model, expected):
    np.testing.assert_allclose(state(model), state(expected), rtol=0, atol=1e-10)
    assert (model.n_iter_, model.converged_) == (expected.n_iter_, expected.converged_)
    np.testing.assert_allclose(model.loss_curve_, expected.loss_curve_, rtol=1e-10)


# --- shapes and dtypes ---


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_that_of_the_rows(client, dtype, problem):
    X, y, _ = problem(SOFTMAX)
    model = SOFTMAX(tol=1e-2).fit(da.from_array(X.astype(dtype), chunks=100), da.from_array(y, chunks=100))
    assert model.coef_.dtype == model.intercept_.dtype == dtype
    assert (model.coef_.shape, model.n_features_in_) == ((3, 4), 4)


def test_there_are_as_many_partitions_as_chunks_of_rows(problem):
    X, y, _ = problem(LINEAR)
    assert len(ss.Distributed(da.from_array(X, chunks=(70, 2)), da.from_array(y, chunks=13))) == 5
    assert len(ss.Distributed(delayed((X, y), PARTITIONS["some"]))) == 3


# --- hand-computed values ---


def test_a_line_through_three_points_in_two_partitions(client):
    parts = [dask.delayed(part) for part in [([[-1.0], [0.0]], [-1.0, 2.0]), ([[1.0]], [5.0])]]
    assert state(LINEAR(solver="newton").fit(parts)) == pytest.approx([3.0, 2.0], rel=1e-12)


def test_sums_over_partitions_are_those_over_rows_in_their_order(client):
    rows = ss.Distributed(delayed((np.arange(6.0)[:, None], np.arange(6)), (1, 3, 2)), client=client)
    assert rows.add_up(lambda batch: float(batch[0].sum())) == 15
    assert rows.add_up(lambda batch: [len(batch[1])]) == [1, 3, 2]
    assert rows.total == 6


# --- an oracle: the same rows in one array ---


@every_model
@every_solver
@pytest.mark.parametrize("sizes", PARTITIONS)
def test_partitions_give_what_one_array_gives(client, kind, solver, sizes, problem):
    X, y, s = problem(kind)
    s[10:30] = 0
    run = {"solver": solver, "l2": 0.1, "tol": 1e-2}
    expected = kind(**run).fit(X, y, s)
    assert_same(kind(**run).fit(delayed((X, y, s), PARTITIONS[sizes])), expected)
    arrays = [da.from_array(part, chunks=PARTITIONS[sizes][:1]) for part in (y, s)]
    chunked = da.from_array(X, chunks=(PARTITIONS[sizes], 3))
    assert_same(kind(**run).fit(chunked, *arrays), expected)


def test_chunks_of_unknown_size_are_taken_as_they_are(client, problem):
    X, y, _ = problem(LOGISTIC)
    rows, labels = da.from_array(X, chunks=100), da.from_array(y, chunks=100)
    chosen = rows[:, 1] > 0.2
    model = LOGISTIC().fit(rows[chosen], labels[chosen])
    assert_same(model, LOGISTIC().fit(X[X[:, 1] > 0.2], y[X[:, 1] > 0.2]))


def test_close_to_dependent_columns_are_left_to_the_triangle_there_too(client, problem):
    X, y, _ = problem(LINEAR)
    X[:, 3] = X[:, 2] + 1e-6 * X[:, 3]
    expected = LINEAR(solver="newton").fit(X, y)
    model = LINEAR(solver="newton").fit(delayed((X, y), PARTITIONS["some"]))
    np.testing.assert_allclose(model.coef_, expected.coef_, rtol=1e-6)


# --- identities: clusters, workers that die, checkpoints ---


def test_rows_are_read_once_and_stay_where_they_are(client, tmp_path, problem):
    X, y, _ = problem(LOGISTIC)

    def read(part):
        with open(tmp_path / "reads", "a", encoding="ascii") as file:
            file.write("read\n")
        return X[part], y[part]

    parts = [dask.delayed(read)(slice(a, a + 100)) for a in (0, 100, 200)]
    assert_same(LOGISTIC().fit(parts), LOGISTIC().fit(X, y))
    assert (tmp_path / "reads").read_text(encoding="ascii") == 3 * "read\n"


def test_a_worker_that_is_killed_costs_time_and_not_the_result(no_client, monkeypatch, problem):
    X, y, s = problem(SOFTMAX)
    expected = SOFTMAX(l2=0.1).fit(X, y, s)
    asked, ask = [], distributed.Distributed._ask
    with Client(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", set_as_default=False
    ) as client:
        workers = client.run(os.getpid)

        def ask_and_kill(rows, f, prepare=None):
            asked.append(f)
            if len(asked) == 12:  # in the middle of the descent
                os.kill(next(iter(workers.values())), signal.SIGKILL)
            return ask(rows, f, prepare)

        monkeypatch.setattr(distributed.Distributed, "_ask", ask_and_kill)
        rows = ss.Distributed(delayed((X, y, s), PARTITIONS["many"]), client=client)
        assert_same(SOFTMAX(l2=0.1).fit(rows), expected)
        assert len(asked) > 20
        assert client.status == "running"  # one that is given stays open
    assert client.status == "closed"


def test_without_a_client_there_is_a_cluster_for_the_fit_alone(no_client, monkeypatch, problem):
    X, y, _ = problem(LINEAR)
    opened, Own = [], distributed._dask().distributed.Client

    def in_this_process(**options):
        opened.append(Own(processes=False, n_workers=1, **options))
        return opened[-1]

    monkeypatch.setattr("dask.distributed.Client.current", classmethod(lambda *_, **__: None))
    monkeypatch.setattr("dask.distributed.Client", in_this_process)
    monkeypatch.setattr("dask.distributed.get_client", no_present_client)
    rows = ss.Distributed(delayed((X, y), PARTITIONS["some"]))
    for _ in range(2):
        assert_same(LINEAR(solver="newton").fit(rows), LINEAR(solver="newton").fit(X, y))
    assert [client.status for client in opened] == ["closed", "closed"]
    with pytest.raises(ValueError, match=r"client is None; expected one here, or these rows in a with"):
        _ = rows.total


def no_present_client():
    raise ValueError("No global client found and no address provided")


def test_an_interrupted_run_goes_on_from_its_checkpoint(client, tmp_path, monkeypatch, problem):
    X, y, _ = problem(LOGISTIC)
    parts, path = delayed((X, y), PARTITIONS["some"]), tmp_path / "x"
    expected = LOGISTIC().fit(parts)
    asked, ask = [], distributed.Distributed._ask

    def ask_or_interrupt(rows, f, prepare=None):
        asked.append(f)
        if len(asked) == 10:
            raise KeyboardInterrupt
        return ask(rows, f, prepare)

    monkeypatch.setattr(distributed.Distributed, "_ask", ask_or_interrupt)
    with pytest.raises(KeyboardInterrupt):
        LOGISTIC().fit(ss.Distributed(parts, checkpoint=path))
    model = LOGISTIC().fit(ss.Distributed(parts, checkpoint=path))
    np.testing.assert_array_equal(state(model), state(expected))
    # The columns, the census, the preparation, the checksums and the outputs; four sums are known.
    assert len(asked) == 10 + 5 + (2 + expected.n_iter_ - 4)


def test_a_bar_shows_each_pass(client, capsys, problem):
    X, y, _ = problem(LINEAR)
    rows = ss.Distributed(delayed((X, y), PARTITIONS["some"]), progress=True)
    assert_same(LINEAR(solver="newton").fit(rows), LINEAR(solver="newton").fit(X, y))
    assert "0/3" in capsys.readouterr().err


# --- extremes and errors ---


def test_a_bad_partition_is_named(client, problem):
    X, y, _ = problem(LINEAR)
    X[250, 2] = np.nan
    with pytest.raises(ValueError, match=r"X holds nan at index \(40, 2\)") as caught:
        LINEAR().fit(delayed((X, y), PARTITIONS["some"]))
    assert caught.value.__notes__ == ["In block 2 of the rows."]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda X, y, s: ((X, y[:200]), {}), ValueError, "X has 300 rows and y has 200; expected the same"),
        (lambda X, y, s: ((X, y, s[:1]), {}), ValueError, "X has 300 rows and sample_weight has 1;"),
        (lambda X, y, s: ((np.ones((3, 2)), y), {}), TypeError, "X is array.*; expected a Dask array, as y"),
        (lambda X, y, s: ((X,), {}), TypeError, r"X is dask.array.*; expected a list of delayed blocks"),
        (lambda X, y, s: (([(1, 2)],), {}), TypeError, r"X is \[\(1, 2\)\]; expected a list of delayed"),
        (lambda X, y, s: ((X, y), {"client": "here"}), TypeError, "client is 'here'; expected a dask"),
    ],
    ids=["y", "weights", "array", "no y", "not delayed", "client"],
)
def test_rows_that_are_no_partitions_are_refused(change, error, message, problem):
    args, options = change(*(da.from_array(part, chunks=100) for part in problem(LINEAR)))
    with pytest.raises(error, match=message):
        ss.Distributed(*args, **options)


def test_an_array_that_is_no_table_is_refused(client, problem):
    X, y, _ = problem(LINEAR)
    with pytest.raises(ValueError, match=r"X has shape \(1,\); expected two dimensions"):
        LINEAR().fit(da.from_array(X[:, 0], chunks=100), da.from_array(y, chunks=100))


def test_mini_batches_are_refused(client, problem):
    X, y, _ = problem(LINEAR)
    with pytest.raises(ValueError, match="batch_size is 10; expected None, as rows in blocks"):
        LINEAR(batch_size=10).fit(da.from_array(X, chunks=100), da.from_array(y, chunks=100))


def test_a_run_that_has_not_converged_says_so(client, problem):
    X, y, _ = problem(LOGISTIC)
    with pytest.warns(ConvergenceWarning, match="after 2 of 2 epochs"):
        LOGISTIC(epochs=2).fit(delayed((X, y), PARTITIONS["some"]))


def test_without_dask_the_error_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    with pytest.raises(ImportError, match=r"Distributed needs Dask: pip install 'dask\[array,distributed\]'"):
        ss.Distributed([])
