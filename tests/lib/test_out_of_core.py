"""Rows past memory: the same coefficients from blocks as from one array, whatever becomes of the run."""

import os
import signal
import subprocess
import sys
import tracemalloc

import numpy as np
import pandas as pd
import pytest
import sevensteps as ss
from sevensteps import out_of_core
from sklearn.exceptions import ConvergenceWarning

LINEAR, LOGISTIC, SOFTMAX = ss.LinearRegression, ss.LogisticRegression, ss.SoftmaxRegression
every_model = pytest.mark.parametrize("kind", [LINEAR, LOGISTIC, SOFTMAX], ids=lambda kind: kind.__name__)
every_solver = pytest.mark.parametrize("solver", ["gradient_descent", "lbfgs", "newton"])
THREE = {LINEAR: [0.5, 1.5, 2.5], LOGISTIC: [0, 1, 0], SOFTMAX: [0, 1, 2]}


def cut(parts, *ends):
    """Return the rows in blocks that end at these rows."""
    return [tuple(part[a:b] for part in parts) for a, b in zip((0, *ends), (*ends, None), strict=True)]


def state(model):
    return np.concatenate([np.ravel(model.coef_), np.ravel(model.intercept_)])


def assert_same(model, expected, tolerance=1e-10):
    np.testing.assert_allclose(state(model), state(expected), rtol=0, atol=tolerance)
    assert (model.n_iter_, model.converged_) == (expected.n_iter_, expected.converged_)
    np.testing.assert_allclose(model.loss_curve_, expected.loss_curve_, rtol=1e-10)


class Counted:
    """Blocks that count how often they are read, and may end a run."""

    def __init__(self, blocks, ends_at=None):
        self.blocks, self.reads, self.ends_at = blocks, 0, ends_at

    def __iter__(self):
        for block in self.blocks:
            self.reads += 1
            if self.reads == self.ends_at:
                raise KeyboardInterrupt
            yield block


# --- shapes and dtypes ---


@every_model
@pytest.mark.parametrize("dtypes", [(np.float32, np.float32), (np.float32, np.float64), (int, np.float16)])
def test_the_dtype_is_that_which_all_rows_together_would_have(kind, dtypes, problem):
    X, y, _ = problem(kind)
    X = np.round(4 * X)
    (X1, y1), (X2, y2) = cut((X, y), 100)
    blocks = [(X1.astype(dtypes[0]), y1), (X2.astype(dtypes[1]), y2)]
    model = kind(solver="newton").fit(blocks)
    wide = np.float32 if dtypes == (np.float32, np.float32) else np.float64
    expected = kind(solver="newton").fit(X.astype(wide), y)
    assert model.coef_.dtype == expected.coef_.dtype == wide
    np.testing.assert_allclose(state(model), state(expected), rtol=1e-4 if wide == np.float32 else 1e-10)


def test_columns_of_data_frames_keep_their_names(problem):
    X, y, _ = problem(LINEAR)
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = LINEAR(solver="newton").fit(cut((frame, pd.Series(y)), 120))
    assert list(model.feature_names_in_) == list("abcd")
    assert model.n_features_in_ == 4
    whole = ss.OutOfCore(frame, pd.Series(y))
    np.testing.assert_array_equal(LINEAR(solver="newton").fit(whole).feature_names_in_, list("abcd"))


def test_the_number_of_blocks_is_known_where_the_blocks_know_it():
    assert len(ss.OutOfCore(np.ones((10, 2)), np.ones(10))) == 1
    assert len(ss.OutOfCore(cut((np.ones((10, 2)), np.ones(10)), 3, 6))) == 3
    assert len(ss.OutOfCore(Counted([]))) == 0


# --- hand-computed values ---


def test_a_line_through_three_points_in_two_blocks():
    blocks = [([[-1.0], [0.0]], [-1.0, 2.0]), ([[1.0]], [5.0])]
    model = LINEAR(solver="newton").fit(blocks)
    assert state(model) == pytest.approx([3.0, 2.0], rel=1e-12)


def test_sums_over_blocks_are_those_over_rows():
    rows = ss.OutOfCore([([[1.0], [2.0]], [0, 0]), ([[4.0]], [1])])
    assert rows.add_up(lambda batch: np.sum(batch[0])) == 7
    assert rows.total == 3
    assert rows.first(lambda batch: batch[1][0] or None) == 1
    weighted = ss.OutOfCore([([[1.0], [2.0]], [0, 0], [0.5, 0.25]), ([[4.0]], [1], [2.0])])
    assert weighted.total == 2.75


def test_slices_cover_the_rows_in_order(monkeypatch):
    monkeypatch.setattr(out_of_core, "SLICE_BYTES", 100)
    X, y = np.arange(28.0).reshape(7, 4), np.arange(7)
    blocks = list(ss.OutOfCore(X, y).blocks)  # 32 bytes a row
    assert [len(block[0]) for block in blocks] == [3, 3, 1]
    np.testing.assert_array_equal(np.concatenate([block[0] for block in blocks]), X)
    np.testing.assert_array_equal(np.concatenate([block[1] for block in blocks]), y)


# --- an oracle: the same rows in one array ---


@every_model
@every_solver
@pytest.mark.parametrize("weighted", [False, True], ids=["", "weighted"])
def test_blocks_give_what_one_array_gives(kind, solver, weighted, problem):
    X, y, s = problem(kind)
    s[100:130] = 0  # a whole block that doesn't count
    s[290:] *= 5  # and one that counts more than others
    parts = (X, y, s) if weighted else (X, y)
    expected = kind(solver=solver, l2=0.1).fit(*parts)
    blocks = [*cut(parts, 1, 100, 130, 130, 290), tuple(part[:0] for part in parts)]
    assert_same(kind(solver=solver, l2=0.1).fit(blocks), expected)


@every_model
@every_solver
@pytest.mark.parametrize("dtype", [np.float32, np.float64, ">f8", np.int16])
def test_a_memory_mapped_array_gives_what_it_would_in_memory(
    kind, solver, dtype, tmp_path, monkeypatch, problem
):
    monkeypatch.setattr(out_of_core, "SLICE_BYTES", 1000)
    X, y, s = problem(kind)
    np.save(tmp_path / "X.npy", np.round(10 * X).astype(dtype))
    X = np.load(tmp_path / "X.npy", mmap_mode="r")
    run = {"solver": solver, "l2": 0.1, "tol": 1e-2}
    expected = kind(**run).fit(np.array(X), y, s)
    model = kind(**run).fit(X, y, s)
    if dtype == np.float32:
        np.testing.assert_allclose(state(model), state(expected), rtol=1e-2, atol=1e-4)
    else:
        assert_same(model, expected)


def test_blocks_of_which_some_have_weights_count_1_a_row_elsewhere(problem):
    X, y, s = problem(LOGISTIC)
    blocks = [(X[:100], y[:100]), (X[100:], y[100:], s[100:])]
    s[:100] = 1
    assert_same(LOGISTIC().fit(blocks), LOGISTIC().fit(X, y, s))


def test_close_to_dependent_columns_are_left_to_the_triangle_there_too(problem):
    X, y, _ = problem(LINEAR)
    X[:, 3] = X[:, 2] + 1e-6 * X[:, 3]
    expected = LINEAR(solver="newton").fit(X, y)
    np.testing.assert_allclose(
        LINEAR(solver="newton").fit(cut((X, y), 7, 150)).coef_, expected.coef_, rtol=1e-6
    )


def test_a_memory_mapped_array_can_be_learned_from_in_mini_batches(tmp_path, problem):
    X, y, _ = problem(LOGISTIC)
    np.save(tmp_path / "X.npy", X)
    run = {"batch_size": 32, "epochs": 3, "tol": 10, "random_state": 0}
    expected = LOGISTIC(**run).fit(X, y)
    assert_same(LOGISTIC(**run).fit(np.load(tmp_path / "X.npy", mmap_mode="r"), y), expected)


def test_the_loop_takes_blocks_for_a_batch(model):
    params, X, y = model.problem()
    f, optimizer = ss.value_and_grad(model.loss), ss.gradient_descent(0.01)
    expected, _ = ss.train(f, params, [(X, y)], optimizer, epochs=3)
    found, history = ss.train(f, params, [ss.OutOfCore(cut((X, y), 7, 20))], optimizer, epochs=3)
    np.testing.assert_allclose(found.weights, expected.weights, rtol=1e-12)
    assert len(history.losses) == 3


# --- identities: copies, interruptions, the checkpoint ---


@every_model
@pytest.mark.parametrize("weighted", [False, True], ids=["", "weighted"])
def test_a_memory_mapped_array_is_never_copied(kind, weighted, tmp_path, monkeypatch):
    monkeypatch.setattr(out_of_core, "SLICE_BYTES", 1 << 16)
    rng = np.random.default_rng(0)
    X = np.lib.format.open_memmap(tmp_path / "X.npy", "w+", np.float32, (20_000, 50))
    X[:] = rng.standard_normal(X.shape)
    X.flush()
    y = (X[:, 0] > 0).astype(int)
    y[::7] = 1 - y[::7]
    s = rng.integers(0, 2, len(X)) if weighted else None
    X = np.load(tmp_path / "X.npy", mmap_mode="r")
    tracemalloc.start()
    with pytest.warns(ConvergenceWarning):
        kind(epochs=3).fit(X, y, s)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < X.nbytes / 4


@every_model
@every_solver
def test_an_interrupted_run_goes_on_from_its_checkpoint_to_the_same_result(kind, solver, tmp_path, problem):
    X, y, s = problem(kind)
    blocks, path = cut((X, y, s), 50, 200), tmp_path / "fit.checkpoint"
    expected = kind(solver=solver, l2=0.1).fit(blocks)
    whole = Counted(blocks)
    kind(solver=solver, l2=0.1).fit(ss.OutOfCore(whole, checkpoint=path))
    path.unlink()
    looks = 1 + 3 + 3 + 1  # the columns, the census, the checksums, the outputs
    for ends_at in range(12, whole.reads, 7):
        rows = ss.OutOfCore(Counted(blocks, ends_at), checkpoint=path)
        with pytest.raises(KeyboardInterrupt):
            kind(solver=solver, l2=0.1).fit(rows)
        rest = Counted(blocks)
        model = kind(solver=solver, l2=0.1).fit(ss.OutOfCore(rest, checkpoint=path))
        np.testing.assert_array_equal(state(model), state(expected))
        assert model.loss_curve_ == expected.loss_curve_
        again = Counted(blocks)
        kind(solver=solver, l2=0.1).fit(ss.OutOfCore(again, checkpoint=path))
        assert again.reads == looks
        # No pass that was finished is made again.
        assert rest.reads == whole.reads - (ends_at - 1 - looks) // 3 * 3
        assert os.listdir(tmp_path) == ["fit.checkpoint"]
        path.unlink()


INTERRUPTED = """
import sys, numpy as np, sevensteps as ss
X, y = np.load(sys.argv[1]), np.load(sys.argv[2])
class Blocks:
    def __iter__(self):
        print("pass", flush=True)
        yield X[:100], y[:100]
        yield X[100:], y[100:]
ss.LogisticRegression(epochs=10**9, tol=0).fit(ss.OutOfCore(Blocks(), checkpoint=sys.argv[3]))
"""


def test_ctrl_c_leaves_a_whole_checkpoint(tmp_path, problem):
    X, y, _ = problem(LOGISTIC)
    paths = [str(tmp_path / name) for name in ("X.npy", "y.npy", "fit.checkpoint")]
    np.save(paths[0], X)
    np.save(paths[1], y)
    run = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, *paths],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    for _ in range(20):
        assert run.stdout.readline() == "pass\n"
    run.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in run.communicate(timeout=60)[1]
    assert sorted(os.listdir(tmp_path)) == ["X.npy", "fit.checkpoint", "y.npy"]
    rest, expected = Counted(cut((X, y), 100)), LOGISTIC(epochs=30).fit(X, y)
    assert_same(LOGISTIC(epochs=30).fit(ss.OutOfCore(rest, checkpoint=paths[2])), expected)
    # 30 epochs and the learning rate, of which at least 14 passes had been made
    assert rest.reads <= 2 * (4 + 31 - 14)


def test_a_checkpoint_is_written_now_and_then(tmp_path, monkeypatch, problem):
    monkeypatch.setattr(out_of_core, "SAVE_EVERY_SECONDS", 0)
    saves = []
    monkeypatch.setattr(
        out_of_core.os, "replace", lambda a, b, replace=os.replace: (saves.append(b), replace(a, b))
    )
    X, y, _ = problem(LOGISTIC)
    LOGISTIC(epochs=30).fit(ss.OutOfCore([(X, y)], checkpoint=tmp_path / "x"))
    assert len(saves) >= 12


def test_a_checkpoint_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch, problem):
    X, y, _ = problem(LINEAR)
    path = tmp_path / "x"
    rows = ss.OutOfCore([(X, y)], checkpoint=path)
    LINEAR(solver="newton").fit(rows)
    before = path.read_bytes()

    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(out_of_core.pickle, "dump", full)
    with pytest.raises(OSError, match="no space left"):
        LINEAR(solver="newton", l2=0.1).fit(rows)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["x"]


def test_another_run_on_the_same_rows_may_use_the_checkpoint(tmp_path, problem):
    X, y, _ = problem(LOGISTIC)
    rows = ss.OutOfCore(cut((X, y), 100), checkpoint=tmp_path / "x")
    for run in ({"l2": 0.1}, {"l2": 0.2}, {"solver": "newton"}, {"solver": "lbfgs"}):
        assert_same(LOGISTIC(**run).fit(rows), LOGISTIC(**run).fit(cut((X, y), 100)))


def test_a_bar_shows_each_pass(capsys, problem):
    X, y, _ = problem(LINEAR)
    LINEAR(solver="newton").fit(ss.OutOfCore(cut((X, y), 100, 200), progress=True))
    shown = capsys.readouterr().err
    assert "Pass 1" in shown
    assert "Pass 4" in shown
    assert "0/3" in shown


# --- extremes and errors ---


def blocks_of(kind, **changed):
    good = {"X": [[1.0], [2.0], [4.0]], "y": THREE[kind], "s": [1.0, 1.0, 1.0]}
    bad = good | changed
    return [tuple(good.values()), tuple(bad.values())]


# fault: (what replaces a part of the second block, error, message)
BAD_BLOCKS = {
    "nan": ({"X": [[1.0], [np.nan], [3.0]]}, ValueError, r"X holds nan at index \(1, 0\)"),
    "text": ({"X": [["a"], ["b"], ["c"]]}, TypeError, "X has dtype"),
    "columns": ({"X": np.ones((3, 2))}, ValueError, "X has 2 features, but .* is expecting 1 features"),
    "rows": ({"X": [[1.0], [2.0]]}, ValueError, "X has 2 rows and y has 3"),
    "large": ({"X": [[1.0], [1e200], [3.0]]}, ValueError, r"X has values up to 1e\+200"),
    "no y": ({"y": [np.nan] * 3}, ValueError, "y holds|nan"),
    "weight": ({"s": [1.0, -1.0, 2.0]}, ValueError, "sample_weight has values from -1 to 2"),
    "weights": ({"s": [1.0, 1.0]}, ValueError, "X has 3 rows and sample_weight has 2"),
}


@every_model
@pytest.mark.parametrize("fault", BAD_BLOCKS)
def test_a_bad_block_is_named(kind, fault):
    changed, error, message = BAD_BLOCKS[fault]
    with pytest.raises(error, match=message) as caught:
        kind().fit(blocks_of(kind, **changed))
    assert caught.value.__notes__ == ["In block 1 of the rows."]


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ([], ValueError, "the blocks hold no row that counts; expected at least one"),
        ([(np.ones((0, 2)), [])], ValueError, "the blocks hold no row that counts"),
        ([(np.ones((2, 2)), [0, 1], [0, 0])], ValueError, "the blocks hold no row that counts"),
        ([[1.0, 2.0, 3.0, 4.0]], TypeError, r"the block is \[1.0, 2.0, 3.0, 4.0\]; expected \(X, y\) or"),
        ([5], TypeError, r"the block is 5; expected \(X, y\) or \(X, y, sample_weight\)"),
        ((block for block in ()), TypeError, "which can be read once, .* expected a list of blocks"),
        ([(np.ones((2, 1)), [0, 0]), (np.ones((2, 1)), [0, 0])], ValueError, "y holds 1 class"),
        ([(np.ones((1, 1)), [i]) for i in range(3)], ValueError, "Only binary .* y holds 3 classes"),
    ],
    ids=["none", "empty", "weight 0", "row", "number", "generator", "one class", "three classes"],
)
def test_rows_that_are_no_blocks_are_refused(rows, error, message):
    with pytest.raises(error, match=message):
        LOGISTIC().fit(rows)


def test_what_belongs_into_the_blocks_is_refused_beside_them(problem):
    X, y, s = problem(LOGISTIC)
    rows = ss.OutOfCore([(X, y)])
    with pytest.raises(ValueError, match=r"y is .* beside rows in blocks; expected it in each block"):
        LOGISTIC().fit(rows, y)
    with pytest.raises(ValueError, match=r"sample_weight is .* beside rows in blocks"):
        LOGISTIC().fit([(X, y)], sample_weight=s)
    with pytest.raises(ValueError, match="batch_size is 10; expected None, as rows in blocks"):
        LOGISTIC(batch_size=10).fit(rows)


def test_rows_that_are_none_are_refused():
    with pytest.raises(TypeError, match=r"X is 5; expected blocks \(X, y\)"):
        ss.OutOfCore(5)
    with pytest.raises(ValueError, match="X has 3 rows and y has 2"):
        ss.OutOfCore(np.ones((3, 1)), [0, 1])
    with pytest.raises(ValueError, match="X has 3 rows and sample_weight has 1"):
        ss.OutOfCore(np.ones((3, 1)), [0, 1, 0], [1.0])


def test_checkpoints_that_cannot_be_used_are_refused(tmp_path, problem):
    X, y, _ = problem(LINEAR)
    with pytest.raises(ValueError, match=r"checkpoint is '.*x'; expected a path in a folder that is there"):
        ss.OutOfCore([(X, y)], checkpoint=str(tmp_path / "no" / "x"))
    path = tmp_path / "x"
    LINEAR(solver="newton").fit(ss.OutOfCore([(X, y)], checkpoint=path))
    kept = path.read_bytes()
    for other in ([(X, y + 1)], [(X, y, np.arange(len(y)))], cut((X, y), 100)):
        with pytest.raises(
            ValueError, match=r"checkpoint is .* which is of other rows; expected that of these"
        ):
            LINEAR(solver="newton").fit(ss.OutOfCore(other, checkpoint=path))
    assert path.read_bytes() == kept
    for wrong in (b"", b"text", kept[: len(kept) // 2]):
        path.write_bytes(wrong)
        with pytest.raises(ValueError, match=r"checkpoint is .* which holds no checkpoint"):
            LINEAR(solver="newton").fit(ss.OutOfCore([(X, y)], checkpoint=path))
        assert path.read_bytes() == wrong


def test_a_bar_without_tqdm_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(ImportError, match="progress=True shows a bar of tqdm: pip install tqdm"):
        ss.OutOfCore([], progress=True)
