"""Over a Dask cluster the same function gives the same marks, and only over protected connections."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coursework.grader import cluster
from coursework.grader.files import Failure

ROOT = Path(__file__).resolve().parents[2]
NAME = "3_activations"


@pytest.mark.parametrize(
    "address",
    [
        "tcp://127.0.0.1:8786",
        "tcp://127.8.0.1:1",
        "tcp://localhost:8786",
        "tcp://[::1]:8786",
    ],
)
def test_this_machine_is_allowed(address):
    assert cluster.check(address) == "tcp"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://10.0.0.1:8786", "would travel unprotected"),
        ("tcp://example.org:8786", "would travel unprotected"),
        ("tcp://127.0.0.1.example.org:8786", "would travel unprotected"),
        ("tcp://localhost.example.org:8786", "would travel unprotected"),
        ("tcp://0.0.0.0:8786", "would travel unprotected"),
        ("ws://127.0.0.1:8786", "would travel unprotected"),
        ("ucx://127.0.0.1:8786", "would travel unprotected"),
        ("inproc://1/2:3", "not the address"),
        ("127.0.0.1:8786", "not the address"),
        ("tcp://user@127.0.0.1:8786@example.org:1", "not the address"),
        ("", "not the address"),
        ("tls://example.org:8786", "certificates"),
    ],
)
def test_any_other_address_is_refused_in_words(address, said):
    with pytest.raises(Failure, match=said):
        cluster.check(address)


def test_the_command_refuses_before_it_reads_anything(coursework, tmp_path):
    said = coursework(
        "grade", tmp_path / "none", "--assignment", NAME, "--scheduler", "tcp://192.0.2.1:1", check=1
    )
    assert "192.0.2.1:1 is refused" in said


def test_a_scheduler_that_does_not_answer_is_named(tmp_path):
    with (
        pytest.raises(Failure, match="no answer from the scheduler at tcp"),
        cluster.executor("tcp://127.0.0.1:1", seconds=1),
    ):
        pass


@pytest.fixture
def certificates(tmp_path):
    """Return a folder with a certificate that vouches for itself."""
    folder = tmp_path / "certificates"
    folder.mkdir()
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += ["-days", "2", "-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (folder / "ca.pem").write_bytes((folder / "cert.pem").read_bytes())
    return folder


@pytest.fixture
def tls_cluster(tmp_path, certificates):
    """Return the address of a scheduler on this machine, and its two workers."""
    tls = []
    for option, name in zip(("--tls-ca-file", "--tls-cert", "--tls-key"), cluster.CERTIFICATES, strict=True):
        tls += [option, str(certificates / name)]
    where = tmp_path / "scheduler.json"
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True",
    }
    processes = []

    def start(*command):
        command = [sys.executable, "-m", *command, "--scheduler-file", str(where), *tls]
        with (tmp_path / f"log-{len(processes)}").open("wb") as log:
            processes.append(
                subprocess.Popen(
                    command, cwd=tmp_path, env=environment, stdout=log, stderr=log, start_new_session=True
                )
            )
        return processes[-1]

    def wait(condition):
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline, [path.read_text() for path in tmp_path.glob("log-*")]
            time.sleep(0.1)

    scheduler = ["--protocol", "tls", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    worker = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"]
    try:
        start("distributed.cli.dask_scheduler", *scheduler)
        wait(where.exists)
        workers = [start("distributed.cli.dask_worker", *worker) for _ in range(2)]
        wait(lambda: (tmp_path / "log-0").read_text().count("Register worker") == 2)
        yield json.loads(where.read_text())["address"], workers
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_the_same_marks_though_a_worker_is_lost_on_the_way(
    tmp_path, coursework, hand_in, certificates, tls_cluster, sandbox
):
    address, workers = tls_cluster
    assert address.startswith("tls://127.0.0.1:")
    for i in range(8):
        variants = ["softplus_is_relu"] * (i % 2) + ["grades_sign"] * (i % 3 == 0)
        hand_in(tmp_path / "in" / f"Student {i}.ipynb", *variants)
    (tmp_path / "in" / "Empty.ipynb").touch()
    command = ["grade", str(tmp_path / "in"), "--assignment", NAME, "--seed", "11"]
    coursework(*command, "--out", tmp_path / "here")

    command += ["--out", str(tmp_path / "there"), "--scheduler", address, "--certificates", str(certificates)]
    process = subprocess.Popen(
        [sys.executable, "-m", "coursework", *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    deadline = time.monotonic() + 60
    while len(list(tmp_path.glob("there/results/*.json"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    workers[0].send_signal(signal.SIGKILL)
    said = process.communicate()[0].decode()
    assert process.returncode == 0, said

    def written(out):
        files = [path for path in out.rglob("*") if path.is_file() and path.name != ".lock"]
        return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}

    assert len(written(tmp_path / "here")) > 9
    assert written(tmp_path / "there") == written(tmp_path / "here")


def test_without_certificates_the_cluster_does_not_answer(tls_cluster):
    address, _ = tls_cluster
    with (
        pytest.raises(Failure, match="no answer"),
        cluster.executor(address.replace("tls://", "tcp://"), seconds=3),
    ):
        pass
