"""Ctrl-C, for real, in a fit: the model has learned nothing, no thread is left, and the next fit works."""

import os
import subprocess
import sys

import pytest

# Large enough for threads; the second fit has other classes than the first.
FIT = """
import contextlib, signal, threading
import numpy as np
import sevensteps as ss
from sevensteps import blocks
from threadpoolctl import threadpool_info

signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell runs this in the background
signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))

class Key:
    # Is pressed a moment after the fit has printed its first loss, and again where that had no effect:
    # Python passes over an interrupt that comes within some callbacks of its own.
    write = staticmethod(lambda text: signal.setitimer(signal.ITIMER_REAL, 0.05, 5))

threads = lambda: sorted(pool["num_threads"] for pool in threadpool_info())
X = np.random.default_rng(0).standard_normal((1 << 16, 65))
assert X.nbytes >= blocks.THREADS_FROM_BYTES
y = np.where(X[:, 0] > 0, "yes", "no")
model = ss.{kind}({options}, tol=1e-300)
model.epochs = 1
model.fit(X, {first})
assert hasattr(model, "coef_")
before = threads()
model.set_params(epochs=10**6, verbose=True)
try:
    with contextlib.redirect_stdout(Key):
        model.fit(X[:, :64], {second})
    print("not interrupted")
except KeyboardInterrupt:
    signal.setitimer(signal.ITIMER_REAL, 0)
    print("interrupted")
assert not hasattr(model, "coef_"), vars(model)
# One that was about to start when the key was pressed ends by itself, or is only a name.
others = [thread for thread in threading.enumerate()[1:] if thread.is_alive()]
for thread in others:
    thread.join(60)
assert not any(thread.is_alive() for thread in others), others
assert not blocks._one_at_a_time.locked()
assert threads() == before
model.set_params(epochs=1, verbose=False).fit(X[:, :64], {second})
print(model.coef_.shape)
"""
LABELS = {"first": "y", "second": 'np.where(X[:, 1] > 0, "left", "right")'}
VALUES = {"first": "X[:, 0]", "second": "X[:, 1]"}


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no Ctrl-C to one process.")
@pytest.mark.parametrize(
    ("kind", "options", "targets"),
    [
        ("LinearRegression", "", VALUES),
        ("LogisticRegression", "batch_size=4096", LABELS),
        ("SoftmaxRegression", "solver='lbfgs'", LABELS),
        ("SoftmaxRegression", "solver='newton'", LABELS),
    ],
)
def test_an_interrupted_fit_leaves_nothing_behind(kind, options, targets):
    script = FIT.format(kind=kind, options=options, **targets).replace("(, ", "(")
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, timeout=900
    )
    assert answer.returncode == 0, answer.stderr
    interrupted, shape = answer.stdout.splitlines()
    assert interrupted == "interrupted"
    assert shape in ("(64,)", "(1, 64)", "(2, 64)")
