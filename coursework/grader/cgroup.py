"""A limit on the memory of a whole sandbox, where the system lets the grader set one.

Limits per process don't add up what a few processes, their files in memory and the kernel's own records for
them take together. A control group does; it needs one whose owner the grader is, or root.
"""

import contextlib
import itertools
import os
import time
from pathlib import Path

NAME = "sevensteps"
SYSTEM, OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
_COUNT = itertools.count()


def make(memory, processes):
    """Return the folder of a new group with these limits, or None where none can be made."""
    for parent, limits in places(memory, processes):
        _remove_old(parent)
        folder = parent / f"{NAME}-{os.getpid()}-{next(_COUNT)}"
        try:
            folder.mkdir()
        except OSError:
            continue
        try:
            for name, value in limits.items():
                # Not created: where the file is absent, so is the limit.
                with open(folder / name, "r+") as file:
                    file.write(str(value))
            return folder
        except OSError:
            remove(folder)
    return None


def places(memory, processes):
    """Yield the folders in which a group could be made, with the files of its limits."""
    try:
        lines = OWN.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        number, controllers, name = line.split(":", 2)
        if number == "0" and (SYSTEM / "cgroup.controllers").exists():
            limits = {"memory.max": memory, "memory.swap.max": 0, "pids.max": processes}
            here = SYSTEM / name.lstrip("/")
            # A group that holds processes has none with limits below it, so a sister comes first.
            yield from ((place, limits) for place in (here.parent, here) if place.is_relative_to(SYSTEM))
        if controllers == "memory":
            yield SYSTEM / "memory" / name.lstrip("/"), {"memory.limit_in_bytes": memory}


def _remove_old(parent):
    """Remove the groups of graders that were killed."""
    for folder in parent.glob(f"{NAME}-*-*"):
        if not Path("/proc", folder.name.split("-")[1]).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def remove(folder):
    """Remove a group whose processes have ended."""
    for _ in range(100):
        try:
            folder.rmdir()
            return
        except FileNotFoundError:
            return
        except OSError:
            # The system counts the last process for a moment after its end.
            time.sleep(0.01)
