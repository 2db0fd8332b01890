"""How the benchmarks measure: time in turns, peak memory, and what the machine itself can do."""

import ctypes
import datetime
import gc
import importlib.metadata
import json
import os
import platform
import re
import time
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

RESULTS = Path(__file__).resolve().parent / "results"


def interleaved(functions, repetitions):
    """Return the seconds of each call, the functions taking turns: a disturbance meets them all.

    Every other round goes backwards, so that nobody always comes after the same one.

    Parameters
    ----------
    functions : dict of name -> function without arguments
    repetitions : int

    Returns
    -------
    dict of name -> list of seconds, one for each repetition
    """
    seconds = {name: [] for name in functions}
    gc.collect()
    for repetition in range(repetitions):
        for name in list(functions)[:: -1 if repetition % 2 else 1]:
            start = time.perf_counter()
            functions[name]()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def peak(function):
    """Return by how many bytes the process grew while a function ran, at its largest; None but on Linux.

    It counts all that becomes resident, whoever allocates it: pages of a mapped file too.
    """
    if not Path("/proc/self/clear_refs").exists():
        return None
    gc.collect()
    if hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)  # what was freed earlier would otherwise be used again, unseen
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak so far
    before = _status("VmHWM")
    function()
    return _status("VmHWM") - before


def _status(name):
    text = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return 1024 * int(re.search(rf"{name}:\s+(\d+) kB", text)[1])


def read_rate(threads=None, size=1 << 29):
    """Return with how many bytes/s a large array is read, by BLAS's sum of squares: the best of five.

    Parameters
    ----------
    threads : int, optional
        By default all that linear algebra may use.
    size : int
        Bytes, many times what the processor's cache holds.
    """
    x = np.ones(size // 8)
    return x.nbytes / _best(lambda: np.dot(x, x), threads)


def product_rate(threads=None, size=2000):
    """Return how many floating-point operations/s a product of two matrices makes: the best of five."""
    A = np.ones((size, size))
    return 2 * size**3 / _best(lambda: A @ A, threads)


def _best(function, threads):
    with threadpool_limits(threads):
        return min(interleaved({"": function}, 5)[""])


def machine():
    """Return what the figures depend on: processor, cores, memory, BLAS and versions; no name of a host."""
    blas = [library for library in threadpool_info() if library["user_api"] == "blas"]
    versions = {}
    for name in ("numpy", "scipy", "scikit-learn", "statsmodels", "torch", "dask"):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = None
    return {
        "processor": _processor(),
        "cores": cores(),
        "memory": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "blas": sorted(
            {f"{each['internal_api']} {each['version']} {each.get('architecture', '')}" for each in blas}
        ),
        "versions": versions,
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


def cores():
    """Return how many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _processor():
    """Return the processor's model: of Linux its family and number too, as clouds hide its name."""
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.exists():
        return platform.processor()
    fields = dict(re.findall(r"^([\w ]+?)\s*: (.*)$", cpuinfo.read_text(encoding="utf-8"), re.MULTILINE))
    numbers = [f"{name} {fields[name]}" for name in ("cpu family", "model") if name in fields]
    return ", ".join([fields.get("model name", platform.machine()), *numbers])


def _memory():
    """Return the bytes of the machine's memory, None where the system doesn't tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError):
        return None


def store(name, results):
    """Write results, with the machine and the day, to results/<name>.json: all of it or nothing."""
    RESULTS.mkdir(exist_ok=True)
    whole = {"date": datetime.date.today().isoformat(), "machine": machine(), **results}
    part = RESULTS / f"{name}.json.part"
    part.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    part.replace(RESULTS / f"{name}.json")
    return whole
