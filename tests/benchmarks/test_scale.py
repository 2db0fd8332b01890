"""Past memory and past one machine, on few rows: the coefficients are those of one array."""

import multiprocessing
import sys

import numpy as np
import pytest
import scale


@pytest.fixture
def folder(tmp_path):
    scale.write(tmp_path, 200_000)
    return tmp_path


def test_the_rows_in_the_file_are_those_that_the_workers_make(folder):
    X, y = scale.mapped(folder)
    made = scale.rows(100_000, 200_000)
    np.testing.assert_array_equal(X[100_000:], made[0])
    np.testing.assert_array_equal(y[100_000:], made[1])


@pytest.mark.skipif(sys.platform != "linux", reason="the cap is one of Linux")
def test_a_fit_under_a_cap_gives_what_memory_gives(tmp_path, capsys):
    n = 1_400_000
    scale.write(tmp_path, n)
    found = scale.past_memory(tmp_path, n, 480_000_000)
    assert found["bytes"] > found["cap"]
    assert found["difference"] <= 1e-8
    assert "under a cap of 0.5 GB" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform != "linux", reason="the cap is one of Linux")
def test_a_cap_that_holds_nothing_back_is_found_out(folder):
    receive, send = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(
        target=scale.under_cap, args=(folder, 4 * 10**9, send)
    )
    process.start()
    send.close()
    answer = receive.recv()
    process.join()
    assert isinstance(answer, AssertionError)
    assert str(answer) == "the cap holds nothing back: the rows fit into memory"


def test_workers_give_what_memory_gives(monkeypatch, capsys):
    monkeypatch.setattr(scale, "WORKERS", (1,))
    found = scale.past_one_machine(200_000, 1)
    (each,) = found["workers"]
    assert each["difference"] <= 1e-10
    assert {"in memory", "on the workers", "messages alone"} < set(each)
    assert "difference" in capsys.readouterr().out


def test_on_paper_both_costs_are_equal_where_it_says(capsys):
    memory = {"evaluation_seconds": 2.0, "rows": 1000}
    times = [{"messages alone": 0.4, "partitions": 4}, {"messages alone": 0.8, "partitions": 2}]
    found = scale.on_paper(memory, {"workers": times})
    assert (found["seconds_a_row"], found["seconds_a_message"]) == (0.002, 0.1)
    best, rows = found["workers_where_both_are_equal"], found["rows_where_both_are_equal"]
    assert found["rows"] * 0.002 / best == pytest.approx(best * 0.1)
    assert rows * 0.002 / found["workers"] == pytest.approx(found["workers"] * 0.1)
    assert (found["compute_seconds"], found["message_seconds"]) == pytest.approx((2e5, 10.0))
    assert "On paper: 1e+10 rows on 100 workers" in capsys.readouterr().out
