"""Test the notebooks many times over: none of the runs may differ from what is committed.

The threads of the linear algebra and the seed of the hashes, which `make test` fixes, take other values from
run to run. Ctrl-C ends the runs and still prints what they found.
"""

import argparse
import sys
import time
from pathlib import Path

from house import NOTEBOOK_TESTS, pytest


def run(number):
    """Test the notebooks once; return the row of the table."""
    threads, seed = 1 + number % 2, number
    print(f"\n=== run {number}: {threads} threads, hash seed {seed} ".ljust(100, "="), flush=True)
    start = time.monotonic()
    passed, failed, _ = pytest(
        Path(sys.executable), *NOTEBOOK_TESTS, OPENBLAS_NUM_THREADS=str(threads), PYTHONHASHSEED=str(seed)
    )
    return number, threads, seed, passed, failed, time.monotonic() - start


def main():
    """Read how many runs from the command line, do them, and fail if any cell of any run did."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", type=int)
    runs, rows, stopped = parser.parse_args().runs, [], False
    try:
        for number in range(1, runs + 1):
            rows.append(run(number))
    except KeyboardInterrupt:
        stopped = True
    print(f"\n{'run':>4}{'threads':>9}{'seed':>6}{'passed':>8}{'failed':>8}{'seconds':>9}")
    for row in rows:
        print("{:>4}{:>9}{:>6}{:>8}{:>8}{:>9.1f}".format(*row) + ("  <-- failed" if row[4] else ""))
    differed = sum(row[4] > 0 for row in rows)
    print(
        f"\n{len(rows)} of {runs} runs{', then stopped' if stopped else ''}: {differed} differed", flush=True
    )
    return 1 if differed or stopped else 0


if __name__ == "__main__":
    sys.exit(main())
