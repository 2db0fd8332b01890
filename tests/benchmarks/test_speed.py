"""The speed benchmark compares equal results and leaves nothing out. No test asserts a time."""

import json
from xml.etree import ElementTree

import measure
import numpy as np
import peers
import pytest
import sevensteps as ss
import speed
from threadpoolctl import threadpool_limits


@pytest.fixture(scope="module")
def results():
    """Return what a quick run measures; it stops where two results are not the same."""
    with threadpool_limits(1):
        return speed.run(speed.QUICK)


def test_every_comparison_is_there(results):
    tables = {}
    for row in results["rows"]:
        tables.setdefault(row["table"].split(":")[0].split(",")[0], set()).add(row["peer"].split(", ")[0])
    torch = {"PyTorch"} if peers.HAS_TORCH else set()
    assert tables == {
        "binary cross-entropy": {"scikit-learn", "NumPy", "statsmodels"} | torch,
        "softmax": {"scikit-learn", "NumPy"} | torch,
        "squared error": {"scikit-learn", "NumPy"} | torch,
        "float32 by float64": {"binary cross-entropy", "softmax", "squared error"},
        "logistic regression": {"ours", "scikit-learn", "statsmodels"},
        "softmax regression": {"ours", "scikit-learn"},
        "linear regression": {"LinearRegression", "statsmodels OLS"},
        "ridge regression": {"Ridge"},
        "an epoch of mini-batches of 256": {"SGDClassifier"},
        "a stream of batches of 256": {"SGDClassifier"},
    }


def test_every_target_is_there(results):
    targets = sorted(row["target"] for row in results["rows"] if row["target"] is not None)
    assert targets == [0.15, 0.45, 0.5, 0.5, 0.5, 0.5, 0.5, 0.6, 0.6, 0.6, 0.8, 0.8, 1.0]
    assert all(row["ratio"] == row["seconds"] / row["peer_seconds"] for row in results["rows"])


def test_limits_growth_and_memory_are_there(results):
    assert {name.split(",")[0] for name in results["limits"]} == {"read", "product"}
    assert {name: len(axis["seconds"]) for name, axis in results["growth"].items()} == {
        "rows": 4,
        "features": 4,
    }
    if results["memory"] is not None:
        assert {f"{name}: ours" for name in speed.MODELS} <= set(results["memory"])


def test_another_result_stops_it():
    task = peers.draw(ss.BINARY_CROSS_ENTROPY, 50, 3)
    value, weights, bias = peers.ours(task)()
    with pytest.raises(AssertionError, match="the peer"):
        speed.assert_equal("the peer", (value, weights, bias), (value, weights, bias + 1e-6), 1e-9)
    far = ss.zeros(3)
    with pytest.raises(AssertionError, match=r"^the peer: no tolerance down to 1e-10 leads to the minimum"):
        speed.at_loosest("the peer", lambda tol: far, task, 0.0, value)


def test_results_are_stored_whole_and_drawn(results, tmp_path, monkeypatch):
    monkeypatch.setattr(measure, "RESULTS", tmp_path / "results")
    stored = measure.store("speed", results)
    assert (
        json.loads((tmp_path / "results/speed.json").read_text(encoding="utf-8"))["rows"] == results["rows"]
    )
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["speed.json"]
    for name in ("one.svg", "two.svg"):
        speed.draw(stored, tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    text = " ".join(ElementTree.parse(tmp_path / "one.svg").getroot().itertext())
    for row in results["rows"]:
        assert row["target"] is None or f"{row['table']} – {row['peer']}" in text


def test_turns_go_forwards_and_back():
    calls = []
    times = measure.interleaved({name: lambda name=name: calls.append(name) for name in "abc"}, 2)
    assert "".join(calls) == "abccba"
    assert {name: len(each) for name, each in times.items()} == {"a": 2, "b": 2, "c": 2}


def test_the_peak_counts_what_was_freed_again():
    grown = measure.peak(lambda: np.ones(5_000_000).sum())
    assert grown is None or 39e6 < grown < 60e6


def test_the_machine_is_described_without_its_name():
    machine = measure.machine()
    assert machine["cores"] == measure.cores() >= 1
    assert machine["versions"]["numpy"] == np.__version__
    assert not {"node", "host", "name"} & set(machine)
