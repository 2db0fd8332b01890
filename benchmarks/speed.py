"""How fast the library is against its peers: the same arrays, one run, equal results asserted first.

    python benchmarks/speed.py           all of it, about ten minutes; stored in benchmarks/results
    python benchmarks/speed.py --quick   equal results only, on a two-hundredth of the rows; nothing is stored

Times are medians of repetitions in turns. A ratio is our time by theirs, beside the ratio that it should not
exceed. What else the machine does counts too: the load is printed.
"""

import argparse
import functools
import time

import matplotlib as mpl
import measure
import numpy as np
import peers
import sevensteps as ss
from sevensteps_figures.style import BLACK, BLUE, ORANGE, Picture, figure, picture

QUICK = 200
MODELS = {
    "binary cross-entropy": (ss.BINARY_CROSS_ENTROPY, 1_000_000, 50),
    "softmax, 10 classes": (ss.CATEGORICAL_CROSS_ENTROPY, 300_000, 64, 10),
    "squared error": (ss.SQUARED_ERROR, 1_000_000, 50),
}
# What an evaluation is to be compared with, in the fastest form of it, and the most of its time.
TARGETS = {
    "binary cross-entropy": ("scikit-learn", 0.5),
    "softmax, 10 classes": ("scikit-learn", 0.5),
    "squared error": ("NumPy, two passes", 0.45),
}


class Table:
    """A table that is printed row by row, and kept."""

    def __init__(self):
        self.rows = []

    def begin(self, title, ours=None, name="ours"):
        """Print a title and the time that those below are compared with."""
        self.title, self.name = title, name
        print(f"\n{title:<58}{'seconds':>10}{'ratio':>9}{'target':>9}")
        if ours is not None:
            print(f"  {name:<56}{ours:10.4f}", flush=True)

    def add(self, peer, ours, theirs, target=None, **more):
        """Print and keep one comparison."""
        ratio = ours / theirs
        verdict = "" if target is None else f"{target:9.2f}  {'met' if ratio <= target else 'MISSED'}"
        print(f"  {peer:<56}{theirs:10.4f}{ratio:9.2f}{verdict}", flush=True)
        self.rows.append(
            {
                "table": self.title,
                "ours": self.name,
                "peer": peer,
                "seconds": ours,
                "peer_seconds": theirs,
                "ratio": ratio,
                "target": target,
                **more,
            }
        )

    def absent(self, peer):
        """Print that there is nothing to compare with."""
        print(f"  {peer:<56}{'not installed':>17}", flush=True)


def medians(functions, seconds):
    """Return the median of the seconds of each function: of 3 to 21 turns, as the budget allows."""
    start = time.perf_counter()
    for function in functions.values():
        function()
    turns = seconds / max(time.perf_counter() - start, 1e-9)
    times = measure.interleaved(functions, int(min(max(turns, 3), 21)))
    return {name: float(np.median(each)) for name, each in times.items()}


def shape(task):
    """Return the size of a task in words."""
    return f"{len(task.X):,} × {task.X.shape[1]}"


def assert_equal(peer, theirs, ours, rtol):
    """Stop where two results are not the same."""
    for their_part, our_part in zip(theirs, ours, strict=True):
        np.testing.assert_allclose(their_part, our_part, rtol=rtol, atol=rtol, err_msg=peer)


# --- one evaluation ---


def evaluations(table, tasks, shrink):
    """Compare one evaluation of loss and gradient with each peer's."""
    for name, task in tasks.items():
        functions = {"ours": peers.ours(task)}
        expected = functions["ours"]()
        for peer, of in peers.EVALUATIONS.items():
            if (theirs := of(task)) is not None:
                assert_equal(peer, theirs(), expected, 1e-9)
                functions[peer] = theirs
        times = medians(functions, 15 / shrink)
        ours = times.pop("ours")
        table.begin(f"{name}: loss and gradient, {shape(task)}", ours)
        target_peer, target = TARGETS[name]
        fastest = min((peer for peer in times if peer.startswith(target_peer)), key=times.get)
        for peer, theirs in times.items():
            table.add(peer, ours, theirs, target if peer == fastest else None)
        if not peers.HAS_TORCH:
            table.absent("PyTorch")


def single_precision(table, tasks, shrink):
    """Compare float32 with float64."""
    table.begin("float32 by float64: loss and gradient", name="ours, float32")
    for name, task in tasks.items():
        narrow = task.astype(np.float32)
        functions = {"narrow": peers.ours(narrow), "wide": peers.ours(task)}
        assert_equal(name, functions["narrow"](), functions["wide"](), 1e-3)
        times = medians(functions, 8 / shrink)
        table.add(name, times["narrow"], times["wide"], 0.6)


# --- the minimum ---


def minima(table, shrink):
    """Compare the time to the least objective, within 1e-6, at the loosest tolerance that gets there."""
    for title, task, solvers in (
        (
            "logistic regression",
            peers.draw(ss.BINARY_CROSS_ENTROPY, 500_000 // shrink, 50),
            ("lbfgs", "newton-cholesky", "saga"),
        ),
        (
            "logistic regression, correlated columns",
            peers.draw(ss.BINARY_CROSS_ENTROPY, 500_000 // shrink, 50, correlated=True),
            ("lbfgs", "newton-cholesky"),
        ),
        (
            "softmax regression, 8 classes",
            peers.draw(ss.CATEGORICAL_CROSS_ENTROPY, 150_000 // shrink, 40, 8),
            ("lbfgs", "newton-cholesky", "saga"),
        ),
    ):
        # Without a penalty as statsmodels, but that leaves the weights of a softmax undetermined.
        l2 = 0.0 if task.y.ndim == 1 else 1 / len(task.X)
        ours = {f"ours, {solver}": peers.our_classifier(task, l2, solver) for solver in ("newton", "lbfgs")}
        theirs = {
            f"scikit-learn, {solver}": peers.scikit_learn_classifier(task, l2, solver) for solver in solvers
        }
        fits = ours | theirs
        if task.y.ndim == 1:
            fits["statsmodels"] = peers.statsmodels_logit(task)
        least = _objective(task, l2, fits["ours, newton"](1e-9))
        functions = {name: at_loosest(name, fit, task, l2, least + 1e-6) for name, fit in fits.items()}
        times = medians(functions, 60 / shrink)
        best, fastest = min(ours, key=times.get), min(theirs, key=times.get)
        table.begin(f"{title}: to the minimum, {shape(task)}", times[best], best)
        for name in times:
            if name != best:
                table.add(name, times[best], times[name], 0.5 if name == fastest else None)


def _objective(task, l2, params):
    params = ss.Parameters(*(np.asarray(part, np.float64) for part in params))
    return ss.value_and_grad(task.loss, l2).unchecked(params, (task.X, task.y))[0]


def at_loosest(name, fit, task, l2, enough):
    """Return the fit at the loosest tolerance 1e-1, 1e-2, … with which the objective falls enough."""
    for digits in range(1, 11):
        tol = 10.0**-digits
        if _objective(task, l2, fit(tol)) <= enough:
            return functools.partial(fit, tol)
    raise AssertionError(f"{name}: no tolerance down to {tol} leads to the minimum")


def least_squares(table, shrink):
    """Compare the time to the least squares, with equal coefficients."""
    task = peers.draw(ss.SQUARED_ERROR, 1_000_000 // shrink, 50)
    for title, l2 in (("linear regression", 0.0), ("ridge regression", 2 / len(task.X))):
        functions = peers.linear(task, l2)
        expected = functions["ours"]()
        for peer, function in functions.items():
            assert_equal(peer, function(), expected, 1e-8)
        times = medians(functions, 20 / shrink)
        ours = times.pop("ours")
        table.begin(f"{title}, {shape(task)}", ours)
        for peer, theirs in times.items():
            table.add(peer, ours, theirs, {"LinearRegression": 0.15, "Ridge, Cholesky": 1.0}.get(peer))


# --- mini-batches ---


def mini_batches(table, shrink):
    """Compare an epoch of batches of 256 with one of SGDClassifier's, and a stream of `partial_fit`."""
    task = peers.draw(ss.BINARY_CROSS_ENTROPY, 1_000_000 // shrink, 50)
    assert_equal("textbook", peers.textbook_epoch(task), peers.our_epoch(task), 1e-9)
    for title, functions in (
        (
            "an epoch of mini-batches of 256",
            {"ours": lambda: peers.our_epoch(task), "SGDClassifier": lambda: peers.their_epoch(task)},
        ),
        (
            "a stream of batches of 256",
            {"ours": lambda: peers.our_stream(task), "SGDClassifier": lambda: peers.their_stream(task)},
        ),
    ):
        reached = {name: _objective(task, 0, function()) for name, function in functions.items()}
        # One epoch is no minimum, and theirs steps after each row: only far from it would be a fault.
        start = _objective(task, 0, ss.zeros(task.X.shape[1]))
        assert all(loss < start - 0.01 for loss in reached.values()), reached
        times = medians(functions, 20 / shrink)
        table.begin(f"{title}, {shape(task)}", times["ours"])
        table.add("SGDClassifier", *times.values(), 0.8, loss_reached=reached)


# --- growth and memory ---


def growth(shrink):
    """Return how the time of an evaluation grows: the exponents of rows and of features."""
    tasks = {
        "rows": [(n // shrink, 50) for n in (10**4, 10**5, 10**6, 10**7)],
        "features": [(200_000 // shrink, d) for d in (10, 30, 100, 300)],
    }
    found = {}
    print(f"\n{'growth of one evaluation, binary cross-entropy':<58}{'seconds':>10}")
    for axis, sizes in tasks.items():
        sizes = [size for size in sizes if 8 * np.prod(size) < measure.machine()["memory"] / 4]
        times = []
        for n, d in sizes:
            f = peers.ours(peers.draw(ss.BINARY_CROSS_ENTROPY, n, d))
            times.append(medians({"": f}, 2 / shrink)[""])
            print(f"  {n:>12,} × {d:<41}{times[-1]:10.4f}", flush=True)
        along = np.log([size[0 if axis == "rows" else 1] for size in sizes])
        exponent = float(np.polyfit(along, np.log(times), 1)[0])
        print(f"  time grows with {axis} to the power {exponent:.2f}", flush=True)
        found[axis] = {"sizes": sizes, "seconds": times, "exponent": exponent}
    return found


def memory(tasks):
    """Return the peak memory of an evaluation beyond the data, as a part of X, for each peer."""
    found = {}
    print(f"\n{'peak memory of an evaluation beyond the data, as a part of X':<58}")
    for name, task in tasks.items():
        for peer, of in {"ours": peers.ours, **peers.EVALUATIONS}.items():
            if (function := of(task)) is None:
                continue
            function()
            grown = measure.peak(function)
            if grown is None:
                print("  not measured on this system")
                return None
            part = grown / task.X.nbytes
            verdict = f"{'0.05':>9}  {'met' if part < 0.05 else 'MISSED'}" if peer == "ours" else ""
            print(f"  {name + ': ' + peer:<66}{part:16.3f}{verdict}", flush=True)
            found[f"{name}: {peer}"] = part
    return found


def limits(shrink):
    """Return what the machine can do: bytes/s read and operations/s of a matrix product."""
    found = {
        f"{what}, {threads} {'thread' if threads == 1 else 'threads'}": rate(threads, size)
        for what, rate, size in (
            ("read", measure.read_rate, 2**29 // shrink),
            ("product", measure.product_rate, int(2000 / shrink ** (1 / 3))),
        )
        for threads in sorted({1, measure.cores()})
    }
    print("the machine's own limits")
    for name, rate in found.items():
        print(f"  {name:<56}{rate / 1e9:10.1f} {'GB/s' if name.startswith('read') else 'GFlop/s'}")
    return found


def run(shrink):
    """Measure all, print it, and return it."""
    machine = measure.machine()
    print("{processor}, {cores} cores, {memory} bytes, {blas}".format(**machine))
    print(f"load at the start: {machine['load']}\n")
    results = {"limits": limits(shrink)}
    tasks = {name: peers.draw(loss, n // shrink, *rest) for name, (loss, n, *rest) in MODELS.items()}
    table = Table()
    evaluations(table, tasks, shrink)
    single_precision(table, tasks, shrink)
    results["memory"] = memory(tasks)
    del tasks
    minima(table, shrink)
    least_squares(table, shrink)
    mini_batches(table, shrink)
    results["growth"] = growth(shrink)
    return {"rows": table.rows, **results}


@picture
def drawing(results):
    """Return a figure of all ratios that have a target, each with its mark."""
    rows = [row for row in results["rows"] if row["target"] is not None]
    met = [row["ratio"] <= row["target"] for row in rows]
    fig, ax = figure(height=0.46 * len(rows) + 0.9)
    for place, row in enumerate(rows):
        ax.barh(place, row["ratio"], height=0.3, color=BLUE if met[place] else ORANGE)
        ax.plot([row["target"]] * 2, [place - 0.2, place + 0.2], color=BLACK, linestyle="-")
        name = f"{row['ratio']:.2f}  {row['table']} – {row['peer']}"
        ax.text(0, place - 0.25, name, fontsize=6.2, va="bottom", in_layout=False)
    ax.set(ylim=(len(rows) - 0.5, -0.9), xlim=(0, 1.2), xlabel="our time by theirs; the mark is the target")
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    machine = results["machine"]
    ax.set_title(f"{machine['processor']}, {machine['cores']} cores, {results['date']}", fontsize=8)
    return Picture(fig, f"Ratios of times: {sum(met)} of {len(rows)} are within their targets.")


def draw(results, path):
    """Write the figure as an SVG whose bytes depend on the results alone."""
    with mpl.rc_context({"svg.hashsalt": "speed", "svg.fonttype": "none"}):
        drawn = drawing(results)
        drawn.figure.savefig(path, metadata={"Date": None, "Creator": None, "Title": drawn.alt})


def main():
    """Measure, print, store and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a two-hundredth of the rows, nothing stored")
    quick = parser.parse_args().quick
    results = run(QUICK if quick else 1)
    if not quick:
        draw(measure.store("speed", results), measure.RESULTS / "speed.svg")


if __name__ == "__main__":
    main()
