"""Past memory and past one machine: the same coefficients, and what the way there costs.

    python benchmarks/scale.py            # rows of 4 GB, learned from under a cap of 1 GB
    python benchmarks/scale.py --small    # seconds, for a look

First more rows than the process may hold: it caps its own memory, and logistic regression
learns from a memory-mapped file. Then the same rows on workers of Dask. In both cases the
coefficients are those of one array in memory, which is asserted before anything is timed.
The results go to results/scale.json, for the page that tells of them.
"""

import argparse
import multiprocessing
import os
import resource
import shutil
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path

import dask
import measure
import numpy as np
import sevensteps as ss
from dask.distributed import Client
from sevensteps.blocks import sums

GIGABYTE = 1e9
COLUMNS = 50
CHUNK = 100_000
WORKERS = (1, 2, 4)
# On paper.
ROWS_ON_PAPER, WORKERS_ON_PAPER = 10**10, 100


def rows(start, stop):
    """Return some of the rows, the same at every call, with labels that a line can't separate."""
    rng = np.random.default_rng(start)
    X = rng.standard_normal((stop - start, COLUMNS))
    return X, (X[:, 0] - X[:, 1] + 2 * rng.standard_normal(len(X)) > 0).astype(np.int8)


def write(folder, n):
    """Write the rows to two files, chunk by chunk."""
    X = np.lib.format.open_memmap(folder / "X.npy", "w+", np.float64, (n, COLUMNS))
    y = np.lib.format.open_memmap(folder / "y.npy", "w+", np.int8, (n,))
    for start in range(0, n, CHUNK):
        part = slice(start, min(start + CHUNK, n))
        X[part], y[part] = rows(part.start, part.stop)
    X.flush()
    y.flush()


def mapped(folder):
    """Return the rows as they lie in the files."""
    return np.load(folder / "X.npy", mmap_mode="r"), np.load(folder / "y.npy", mmap_mode="r")


def fit(*data):
    """Return the coefficients, by a solver that needs few passes."""
    model = ss.LogisticRegression(solver="lbfgs", l2=1e-3, tol=1e-6).fit(*data)
    return np.append(model.coef_, model.intercept_), model.n_iter_


def under_cap(folder, cap, pipe):
    """Fit in a process that may hold no more than `cap` bytes of its own, and send what came of it."""
    try:
        # Pages of a file that is only read are the system's: it takes them back when it needs them.
        resource.setrlimit(resource.RLIMIT_DATA, (cap, cap))
        X, y = mapped(folder)
        try:
            np.array(X)
        except MemoryError:
            pass
        else:
            raise AssertionError("the cap holds nothing back: the rows fit into memory")
        objective, params = ss.value_and_grad(ss.BINARY_CROSS_ENTROPY).unchecked, ss.zeros(COLUMNS)
        batch = ss.OutOfCore(X, y.astype(np.float64))
        objective(params, batch)  # the pages are mapped
        once = [timed(partial(objective, params, batch)) for _ in range(3)]
        start = time.perf_counter()
        coefficients, iterations = fit(X, y)
        seconds = time.perf_counter() - start
        pipe.send((coefficients, iterations, statistics.median(once), seconds))
    except BaseException as error:
        pipe.send(error)
        raise


def timed(function):
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def read(path):
    """Read a file from its beginning to its end, into a buffer that is used again."""
    buffer = memoryview(bytearray(1 << 24))
    with open(path, "rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def past_memory(folder, n, cap):
    """Return how a fit from a file under a cap compares with the rate at which the file can be read."""
    size = n * COLUMNS * 8
    receive, send = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=under_cap, args=(folder, cap, send))
    process.start()
    send.close()  # the other end alone is open: if the process dies, there is no waiting for it
    try:
        answer = receive.recv()
    except EOFError:
        raise RuntimeError(f"the process under a cap of {cap:,} bytes died") from None
    process.join()
    if isinstance(answer, BaseException):
        raise answer
    coefficients, iterations, once, seconds = answer
    rate = size / statistics.median(measure.interleaved({"": partial(read, folder / "X.npy")}, 3)[""])
    X, y = mapped(folder)
    expected, _ = fit(np.array(X), y)
    difference = float(np.abs(coefficients - expected).max())
    assert difference <= 1e-8, f"the coefficients differ by {difference:.1e} from those in memory"
    found = {
        "rows": n,
        "columns": COLUMNS,
        "bytes": size,
        "cap": cap,
        "iterations": iterations,
        "fit_seconds": seconds,
        "evaluation_seconds": once,
        "read_rate": rate,
        "fraction_of_read_rate": size / once / rate,
        "difference": difference,
    }
    print(f"Past memory: {size / GIGABYTE:.1f} GB of rows under a cap of {cap / GIGABYTE:.1f} GB")
    print(f"  coefficients as in memory, to {difference:.1e}; {iterations} iterations in {seconds:.1f} s")
    print(f"  the file is read at {rate / GIGABYTE:.2f} GB/s, one evaluation goes through it at")
    print(f"  {size / once / GIGABYTE:.2f} GB/s: {size / once / rate:.2f} of that (target: 0.5 or more)")
    return found


def past_one_machine(n, repetitions):
    """Return what an evaluation costs on 1, 2 and 4 workers beside one in memory."""
    X, y = (
        np.concatenate(parts) for parts in zip(*(rows(a, a + CHUNK) for a in range(0, n, CHUNK)), strict=True)
    )
    expected, _ = fit(X, y)
    loss, params = ss.BINARY_CROSS_ENTROPY, ss.zeros(COLUMNS)
    batch = (X, y.astype(np.float64))
    found = {"rows": n, "columns": COLUMNS, "workers": []}
    for workers in WORKERS:
        parts = [dask.delayed(rows)(a, a + CHUNK) for a in range(0, n, CHUNK)]
        with Client(n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0") as client:
            there = ss.Distributed(parts, client=client)
            coefficients, _ = fit(there)
            difference = float(np.abs(coefficients - expected).max())
            assert difference <= 1e-10, f"{workers} workers: the coefficients differ by {difference:.1e}"
            nothing = ss.Distributed([dask.delayed(rows)(0, 1) for _ in parts], client=client)
            calls = {
                "in memory": partial(sums, loss, params, batch),
                "on the workers": partial(there.add_up, partial(sums, loss, params)),
                "messages alone": partial(nothing.add_up, partial(sums, loss, params)),
            }
            for call in calls.values():
                call()
            seconds = measure.interleaved(calls, repetitions)
            medians = {name: statistics.median(times) for name, times in seconds.items()}
        found["workers"].append(
            {"workers": workers, "partitions": len(parts), "difference": difference, **medians}
        )
    print(f"Past one machine: {n:,} rows in {len(parts)} partitions, milliseconds for an evaluation")
    print("  workers   in memory   on the workers   messages alone   difference")
    for each in found["workers"]:
        times = "   ".join(f"{1e3 * each[name]:>{len(name)}.1f}" for name in calls)
        print(f"  {each['workers']:>7}   {times}   {each['difference']:>10.0e}")
    return found


def on_paper(memory, cluster):
    """Return what an evaluation would cost on a cluster that nobody has paid for, from these figures.

    A worker computes its rows at the rate of one evaluation from the file. The scheduler sends and
    gathers one message after the other, so their time grows with the number of workers.
    """
    row = memory["evaluation_seconds"] / memory["rows"]
    message = min(each["messages alone"] / each["partitions"] for each in cluster["workers"])
    compute = ROWS_ON_PAPER * row / WORKERS_ON_PAPER
    talk = WORKERS_ON_PAPER * message
    even = (ROWS_ON_PAPER * row / message) ** 0.5
    found = {
        "rows": ROWS_ON_PAPER,
        "workers": WORKERS_ON_PAPER,
        "seconds_a_row": row,
        "seconds_a_message": message,
        "compute_seconds": compute,
        "message_seconds": talk,
        "workers_where_both_are_equal": even,
        "rows_where_both_are_equal": WORKERS_ON_PAPER * talk / row,
    }
    print(f"On paper: {ROWS_ON_PAPER:.0e} rows on {WORKERS_ON_PAPER} workers, one evaluation")
    print(f"  rows     {compute:.3g} s, at {1e9 * row:.3g} ns a row")
    print(f"  messages {talk:.3g} s, at {1e3 * message:.3g} ms a worker")
    print(f"  Both are equal with {even:.0f} workers: beyond, more workers make it slower.")
    print(
        f"  With {WORKERS_ON_PAPER} workers messages win below {found['rows_where_both_are_equal']:.1e} rows."
    )
    return found


def main(arguments=None):
    """Measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="few rows, and nothing stored")
    small = parser.parse_args(arguments).small
    n, cap = (1_500_000, 480_000_000) if small else (10_000_000, 10**9)
    with tempfile.TemporaryDirectory() as folder:
        free = shutil.disk_usage(folder).free
        if free < 1.2 * n * COLUMNS * 8:
            n = int(free / 1.2 / COLUMNS / 8 / CHUNK) * CHUNK
            cap = n * COLUMNS * 2
            print(f"The disk has {free / GIGABYTE:.1f} GB free: {n:,} rows, under {cap / GIGABYTE:.2f} GB.")
        write(Path(folder), n)
        memory = past_memory(Path(folder), n, cap)
    cluster = past_one_machine(200_000 if small else 2_000_000, 3 if small else 11)
    results = {"past_memory": memory, "past_one_machine": cluster, "on_paper": on_paper(memory, cluster)}
    if not small:
        measure.store("scale", results)
        print("Stored. The page draws it: make notebooks ONLY=book/beyond/scale.ipynb")
    return results


if __name__ == "__main__":
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    main()
