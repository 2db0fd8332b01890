"""The lock holds what the requirements name, and lets nothing in that has no hash."""

import re
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def requirements(text):
    """Return the requirements among the lines of a file, its options and comments left out."""
    lines = re.sub(r"\\\n", " ", text).splitlines()
    return [Requirement(line.split(" --hash")[0]) for line in lines if re.match(r"\w", line)]


def differences(readable, lock):
    """Return the pins of a readable file that the lock has not, or has otherwise."""
    locked = {}
    for entry in requirements(lock):
        locked.setdefault(canonicalize_name(entry.name), []).append(str(entry.specifier))
    return [
        str(pin)
        for pin in requirements(readable)
        if locked.get(canonicalize_name(pin.name)) != [str(pin.specifier)]
    ]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_lock_fits_the_requirements(name):
    readable = (ROOT / name).read_text(encoding="utf-8")
    assert len(requirements(readable)) > 10
    assert differences(readable, LOCK) == [], "Run: make lock"


@pytest.mark.parametrize(
    ("was", "now"), [("numpy==2", "numpy==1"), ("numpy==", "numpy-again=="), ("tqdm==", "numpy==")]
)
def test_a_pin_that_was_changed_on_one_side_only_is_found(was, now):
    readable, lock = "numpy==2.4.6\n", "numpy==2.4.6 \\\n    --hash=sha256:00\ntqdm==4.70.1\n"
    assert differences(readable, lock) == []
    assert differences(readable, lock.replace(was, now)) == ["numpy==2.4.6"]


def test_every_file_has_hashes_and_none_has_a_place():
    entries = re.split(r"\n(?=\w)", LOCK)[1:]
    assert len(entries) == len(requirements(LOCK)) > 150
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"://|^-|^\w+ @", LOCK, re.MULTILINE)


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("python", ["3.11.7", "3.12.1", "3.13.0", "3.14.0"])
def test_each_system_gets_each_package_once(system, python):
    """Check what pip would choose from the entries that are bound to a system or a Python."""
    place = {"sys_platform": system, "python_full_version": python, "python_version": python[:4]}
    chosen = [
        canonicalize_name(entry.name)
        for entry in requirements(LOCK)
        if entry.marker is None or Marker(str(entry.marker)).evaluate(place)
    ]
    assert len(set(chosen)) == len(chosen)
    assert {"numpy", "contourpy", "soupsieve", "setuptools"} <= set(chosen)
