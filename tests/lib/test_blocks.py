"""Rows in blocks: the same sums wherever the rows lie and however they are cut, in little memory."""

import functools
import sys
import threading
import tracemalloc

import numpy as np
import pytest
import sevensteps as ss
from sevensteps import blocks
from threadpoolctl import threadpool_info, threadpool_limits


def flat(params):
    return np.concatenate([np.ravel(part) for part in params])


def whole(model, params, X, y, s=None):
    """Return the objective's mean and gradient without blocks."""
    s = np.ones(len(X)) if s is None else s
    value, slope = model.loss.value_and_slope(y, X @ params.weights + params.bias)
    weighted = (s * slope.T).T / s.sum()
    return np.average(value, weights=s), ss.Parameters(X.T @ weighted, weighted.sum(axis=0))


def assert_same(computed, expected, rtol=1e-12):
    np.testing.assert_allclose(computed[0], expected[0], rtol=rtol)
    np.testing.assert_allclose(flat(computed[1]), flat(expected[1]), rtol=rtol, atol=rtol)


@pytest.fixture(params=[1, 3, 7, 39, 40, 10**6], ids="{}_rows_a_block".format)
def block_rows(request, monkeypatch):
    """Cut the rows of the small problems, of three float64 columns, into blocks of so many rows."""
    monkeypatch.setattr(blocks, "BLOCK_BYTES", request.param * 3 * 8)
    return request.param


# How the same rows can lie: in C and in F order, as a part of something larger, in a file.
LAYOUTS = {
    "c_order": lambda X, path: np.ascontiguousarray(X),
    "f_order": lambda X, path: np.asfortranarray(X),
    "every_other_row": lambda X, path: np.repeat(X, 2, axis=0)[::2],
    "every_other_column": lambda X, path: np.repeat(X, 2, axis=1)[:, ::2],
    "reversed": lambda X, path: X[::-1].copy()[::-1],
    "read_only": lambda X, path: np.frombuffer(X.tobytes(), X.dtype).reshape(X.shape),
    "memory_mapped": lambda X, path: (np.save(path, X), np.load(path, mmap_mode="r"))[1],
    "list": lambda X, path: X.tolist(),
}


# --- shapes and dtypes ---


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("of_data", [np.float16, np.float32, np.float64, int])
def test_rows_are_computed_in_the_dtype_of_the_weights(model, dtype, of_data):
    params, X, y = model.problem()
    params = ss.Parameters(*(part.astype(dtype) for part in params))
    X, y = np.round(4 * X).astype(of_data), np.round(y).astype(of_data)
    value, grad = ss.value_and_grad(model.loss)(params, (X, y))
    assert grad.weights.dtype == grad.bias.dtype == dtype
    expected = whole(model, params, X.astype(dtype), y.astype(dtype))
    assert_same((value, grad), expected, rtol=1e-4 if dtype == np.float32 else 1e-12)


def test_batches_are_tuples_of_two_or_three_arrays():
    X, y, s = np.ones((4, 2)), [0, 1, 0, 1], [1, 2, 3, 4]
    assert [len(batch) for batch in (*ss.full_batch(X, y), *ss.full_batch(X, y, s))] == [2, 3]
    rng = np.random.default_rng(0)
    shapes = [[part.shape for part in b] for b in ss.mini_batches(X, y, s, batch_size=3, rng=rng)]
    assert shapes == [[(3, 2), (3,), (3,)], [(1, 2), (1,), (1,)]]


# --- hand-computed values ---


def test_blocks_cover_the_rows_in_order(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 100)
    rows = list(blocks.row_blocks(np.zeros((7, 4))))  # 32 bytes a row
    assert rows == [slice(0, 3), slice(3, 6), slice(6, 9)]
    assert len(list(blocks.row_blocks(np.zeros((3, 100))))) == 3


def test_sums_add_up_part_by_part():
    a, b = blocks.Sums(1.0, np.array([2.0]), 3.0, 4.0), blocks.Sums(10.0, np.array([20.0]), 30.0, 40.0)
    assert a + b == (11, [22], 33, 44)


def test_sums_by_hand(block_rows):
    params = ss.Parameters(np.array([1.0, 0.0, 0.0]), np.array(0.0))
    X = np.array([[1.0, 0, 2], [3.0, 1, 0]])
    # Residuals 1 and 2, slopes 2 and 4, weights 1 and 10.
    assert flat(blocks.sums(ss.SQUARED_ERROR, params, (X, [0, 1]))).tolist() == [5, 14, 4, 4, 6, 2]
    weighted = blocks.sums(ss.SQUARED_ERROR, params, (X, [0, 1], [1, 10]))
    assert flat(weighted).tolist() == [41, 122, 40, 4, 42, 11]


def test_the_total_of_a_batch_is_its_rows_or_its_weights():
    assert blocks.batch_total((np.ones((3, 2)), np.ones(3))) == 3
    assert blocks.batch_total((np.ones((3, 2)), np.ones(3), np.array([0.5, 0, 2], np.float32))) == 2.5


# --- identities over all losses, blocks and layouts ---


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("weighted", [False, True], ids=["unweighted", "weighted"])
def test_blocks_and_layouts_change_nothing(model, block_rows, layout, weighted, tmp_path):
    params, X, y = model.problem()
    weights = [np.random.default_rng(0).random(40)] if weighted else []
    computed = ss.value_and_grad(model.loss)(params, (layout(X, tmp_path / "X.npy"), y, *weights))
    assert_same(computed, whole(model, params, X, y, *weights))


@pytest.mark.parametrize("order", "CF")
def test_blocks_change_little_in_float32(model, block_rows, order):
    params, X, y = model.problem()
    narrow = ss.Parameters(*(part.astype(np.float32) for part in params))
    computed = ss.value_and_grad(model.loss)(narrow, (np.asarray(X, np.float32, order=order), y))
    assert_same(computed, whole(model, params, X, y), rtol=3e-6)


def test_whole_weights_are_repeated_rows(model, block_rows):
    params, X, y = model.problem()
    s = np.random.default_rng(0).integers(0, 4, 40)
    f = ss.value_and_grad(model.loss, l2=0.1)
    assert_same(f(params, (X, y, s)), f(params, (np.repeat(X, s, axis=0), np.repeat(y, s, axis=0))))


def test_only_the_ratio_of_weights_counts(model):
    params, X, y = model.problem()
    s, f = np.random.default_rng(0).random(40), ss.value_and_grad(model.loss, l2=0.1)
    assert_same(f(params, (X, y, s)), f(params, (X, y, 1e3 * s)))
    assert_same(f(params, (X, y, np.full(40, 3))), f(params, (X, y)))


def test_mini_batches_hold_each_row_once_an_epoch_in_a_new_order():
    X = np.arange(10.0)[:, None]
    batches = ss.mini_batches(X, 2 * X[:, 0], X[:, 0], batch_size=4, rng=np.random.default_rng(0))
    epochs = []
    for _ in range(3):
        epoch = list(batches)
        assert [len(y) for _, y, _ in epoch] == [4, 4, 1]  # the row of weight 0 is left out
        for rows, y, s in epoch:
            np.testing.assert_array_equal(y, 2 * rows[:, 0])
            np.testing.assert_array_equal(s, rows[:, 0])
        epochs.append(np.concatenate([s for _, _, s in epoch]).tolist())
    assert all(sorted(order) == list(range(1, 10)) for order in epochs)
    assert epochs[0] != epochs[1] != epochs[2]
    again = ss.mini_batches(X, X[:, 0], X[:, 0], batch_size=9, rng=np.random.default_rng(0))
    assert [s.tolist() for _, _, s in again] == [epochs[0]]


def test_unweighted_mini_batches_hold_every_row():
    batches = ss.mini_batches(np.eye(5), np.arange(5), batch_size=2, rng=np.random.default_rng(0))
    assert sorted(np.concatenate([y for _, y in batches])) == [0, 1, 2, 3, 4]


# --- threads ---


@pytest.fixture
def small_blocks(monkeypatch):
    """Cut rows of three float64 columns into blocks of two, and have threads share them if there are any."""
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 2 * 3 * 8)
    monkeypatch.setattr(blocks, "THREADS_FROM_BYTES", 0)


def names_of_threads(X, f=lambda: None):
    """Return by which threads the blocks of X were summed."""

    def block(rows):
        f()
        return [threading.current_thread().name]

    return set(blocks.add_up(block, X))


MAIN, ROWS = {threading.main_thread().name}, np.zeros((1000, 3))


@pytest.mark.parametrize("n", [0, 1, 2, 16, 17, 40, 1000])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_blocks_are_added_in_the_order_of_the_rows(small_blocks, threads, n):
    X = np.zeros((n + 1, 3))
    with threadpool_limits(threads):
        assert blocks.add_up(lambda rows: [rows], X) == list(blocks.row_blocks(X))


@pytest.mark.parametrize("weighted", [False, True], ids=["unweighted", "weighted"])
def test_threads_change_no_bit(model, small_blocks, weighted):
    params, X, y = model.problem(n=501)
    batch = (X, y, np.random.default_rng(0).random(501)) if weighted else (X, y)
    f, results = ss.value_and_grad(model.loss, l2=0.1), []
    for threads in (1, 2, 3):
        with threadpool_limits(threads):
            results += [f(params, batch) for _ in range(3)]
    for value, grad in results[1:]:
        assert value == results[0][0]
        np.testing.assert_array_equal(flat(grad), flat(results[0][1]))


def names_of_two_threads():
    """Return by which threads eight blocks were summed; each waits until the other thread has one."""
    together = threading.Barrier(2, timeout=60)
    return names_of_threads(ROWS[:16], together.wait)


def test_two_threads_keep_the_order_of_the_rows(small_blocks):
    together = threading.Barrier(2, timeout=60)

    def block(rows):
        together.wait()
        return [rows]

    with threadpool_limits(2):
        assert blocks.add_up(block, ROWS[:16]) == list(blocks.row_blocks(ROWS[:16]))


def limits():
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_threads_share_the_blocks_and_end(small_blocks):
    before = threading.active_count()
    with threadpool_limits(2):
        names = names_of_two_threads()
    assert len(names) == 2
    assert names > MAIN
    assert threading.active_count() == before


def test_each_thread_has_a_linear_algebra_of_one_thread(small_blocks):
    with threadpool_limits(2):
        before = limits()
        inside = set(blocks.add_up(lambda rows: [*limits()], ROWS))
        assert (before, inside, limits()) == ({2}, {1}, {2})


def test_a_run_of_sums_leaves_all_threads_to_them(small_blocks):
    with threadpool_limits(2):
        with blocks.threads_for_sums():
            assert limits() == {1}
            for _ in range(2):
                assert len(names_of_two_threads()) == 2
            with blocks.threads_for_sums():
                assert limits() == {1}
            assert len(names_of_two_threads()) == 2
        assert limits() == {2}
        with pytest.raises(ValueError, match=r"^X has 3 rows and y has 2"):
            ss.lbfgs(ss.value_and_grad(ss.SQUARED_ERROR), W, (X, Y[:2]))
        assert limits() == {2}


def test_two_runs_at_a_time_leave_the_limits_as_they_were(small_blocks):
    entered, leave = threading.Barrier(2, timeout=60), threading.Event()

    def other():
        with blocks.threads_for_sums():
            entered.wait()
            leave.wait(60)

    thread = threading.Thread(target=other)
    with threadpool_limits(2):
        thread.start()
        entered.wait()
        with blocks.threads_for_sums():
            assert names_of_threads(ROWS) == MAIN
            leave.set()
            thread.join()
        assert limits() == {2}
        assert len(names_of_two_threads()) == 2


def test_one_thread_where_another_would_not_help(small_blocks, monkeypatch):
    with threadpool_limits(1):
        assert names_of_threads(ROWS) == MAIN
    with threadpool_limits(2):
        assert len(names_of_two_threads()) == 2
        monkeypatch.setattr(blocks, "THREADS_FROM_BYTES", ROWS.nbytes + 1)
        assert names_of_threads(ROWS) == MAIN


def test_one_thread_where_threadpoolctl_is_missing(small_blocks, monkeypatch):
    blocks._linear_algebra.cache_clear()
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    with blocks.threads_for_sums():
        assert names_of_threads(ROWS) == MAIN
    blocks._linear_algebra.cache_clear()


def test_sums_within_sums_have_one_pool(small_blocks):
    def block(rows):
        return [names_of_threads(ROWS) == {threading.current_thread().name}]

    with threadpool_limits(2):
        assert all(blocks.add_up(block, ROWS))
        with blocks.threads_for_sums():
            assert all(blocks.add_up(block, ROWS))


@pytest.mark.parametrize("here", [True, False], ids=["in_this_thread", "in_the_other"])
def test_what_goes_wrong_in_a_thread_is_raised_and_leaves_nothing(small_blocks, here):
    before, seen, together = threading.active_count(), set(), threading.Barrier(2, timeout=60)

    def block(rows):
        name = threading.current_thread().name
        if name not in seen:  # each thread has had a block before one fails
            seen.add(name)
            together.wait()
        return 1 // ((name in MAIN) != here)

    with threadpool_limits(2):
        with pytest.raises(ZeroDivisionError):
            blocks.add_up(block, ROWS)
        assert threading.active_count() == before
        assert limits() == {2}
        assert len(names_of_two_threads()) == 2


def test_an_errstate_holds_in_threads(small_blocks):
    huge = np.full(2, 1e300)
    with threadpool_limits(2):
        with np.errstate(over="ignore"):
            blocks.add_up(lambda rows: huge * huge, ROWS)
        with np.errstate(over="raise"), pytest.raises(FloatingPointError):
            blocks.add_up(lambda rows: huge * huge, ROWS)


# --- memory ---


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_arrays_that_fit_are_not_copied(dtype, tmp_path):
    X = np.ones((5, 2), dtype)
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    for data in (X, np.asfortranarray(X), X[::2], mapped):
        y = np.ones(len(data), dtype)
        ((ours, labels, weights),) = ss.full_batch(data, y, y)
        assert np.shares_memory(ours, data)
        assert labels is weights is y


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("order", "CF")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_of_the_size_of_X_is_allocated(model, order, dtype, threads):
    n, d = 55_000, 1040 // np.dtype(dtype).itemsize
    X, y = np.zeros((n, d), dtype, order), model.labels(np.random.default_rng(0), n).astype(dtype)
    assert X.nbytes > 50e6
    params, s = ss.zeros(d, model.n_outputs, dtype=dtype), np.ones(n, dtype)
    f = ss.value_and_grad(model.loss, l2=0.1)
    for evaluate in (f, f.unchecked, lambda params, batch: ss.full_batch(*batch)):
        with threadpool_limits(threads):
            tracemalloc.start()
            evaluate(params, (X, y, s))
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert peak < 0.05 * X.nbytes


def test_smoothness_needs_blocks_only():
    X = np.ones((160_000, 80))
    tracemalloc.start()
    ss.smoothness(X, ss.SQUARED_ERROR)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 0.1 * X.nbytes


# --- extremes and errors ---


def test_losses_and_weights_of_many_float32_rows_are_summed_in_float64():
    tenth = np.full(300_000, 0.1, np.float32)
    batch, square = (tenth[:, None], 0 * tenth, tenth), tenth[0] ** 3
    params = ss.Parameters(np.ones(1, np.float32), np.float32(0))
    total = blocks.sums(ss.SQUARED_ERROR, params, batch)
    assert total.loss == pytest.approx(300_000 * float(square), rel=1e-12)
    assert total.total == pytest.approx(300_000 * float(tenth[0]), rel=1e-12)
    assert blocks.batch_total(batch) == total.total
    np.testing.assert_allclose(total.weights, [2 * total.loss], rtol=1e-3)
    np.testing.assert_allclose(total.bias, 2 * 300_000 * 0.01, rtol=1e-5)


X, Y = np.ones((3, 2)), np.array([0.0, 1.0, 1.0])
W = ss.zeros(2)


@pytest.mark.parametrize(
    ("params", "batch", "error", "message"),
    [
        (
            np.zeros(2),
            (X, Y),
            TypeError,
            r"^params is array\(\[0., 0.\]\); expected Parameters\(weights, bias\)",
        ),
        ((W.weights, W.bias), (X, Y), TypeError, r"^params is \(array.*; expected Parameters"),
        (
            W._replace(weights=[0.0, 0.0]),
            (X, Y),
            TypeError,
            "^params.weights is of type list; expected",
        ),
        (
            W._replace(weights=np.zeros(2, int)),
            (X, Y),
            TypeError,
            "^params.weights is of type int64",
        ),
        (
            W._replace(weights=np.zeros(2, "f2")),
            (X, Y),
            TypeError,
            "^params.weights is of type float16",
        ),
        (W._replace(bias="0"), (X, Y), TypeError, "^params.bias has dtype <U1; expected real numbers"),
        (W._replace(bias=np.zeros(1)), (X, Y), ValueError, r"^params.bias has shape \(1,\); expected \(\)"),
        (W, X, TypeError, r"^batch is array.*; expected \(X, y\) or \(X, y, sample_weight\)"),
        (W, (X,), TypeError, r"^batch is \(array.*; expected \(X, y\) or"),
        (W, (X, Y, Y, Y), TypeError, r"^batch is \(array.*; expected \(X, y\) or"),
        (W, (X, Y[:2]), ValueError, "^X has 3 rows and y has 2; expected the same number of rows"),
        (W, (X, Y, Y[:2]), ValueError, "^X has 3 rows and sample_weight has 2; expected the same number"),
        (W, (X, Y, -Y), ValueError, "^sample_weight has values from -1 to -?0; expected none below 0"),
        (
            W,
            (X, Y, 0 * Y),
            ValueError,
            "^sample_weight has values from 0 to 0; expected none below 0",
        ),
        (W, (X, Y + 1), ValueError, "^y has values from 1 to 2; expected values between 0 and 1"),
        (ss.zeros(3), (X, Y), ValueError, "^X has 2 columns and params.weights has 3 rows; expected as many"),
        (
            ss.zeros(2, 2),
            (X, Y),
            ValueError,
            r"^y has shape \(3,\) and params.weights has shape \(2, 2\)",
        ),
    ],
)
def test_what_doesnt_fit_is_named(params, batch, error, message):
    with pytest.raises(error, match=message):
        ss.value_and_grad(ss.BINARY_CROSS_ENTROPY)(params, batch)


def test_batches_are_checked_at_the_door():
    shuffled = functools.partial(ss.mini_batches, batch_size=1, rng=np.random.default_rng(0))
    for make in (ss.full_batch, shuffled):
        with pytest.raises(ValueError, match=r"^X has 3 rows and y has 2"):
            make(X, Y[:2])
        with pytest.raises(ValueError, match=r"^sample_weight has values from 0 to 0"):
            make(X, Y, 0 * Y)
