"""Bundle the editor of the site's cells anew, into book/live/editor.js. Needs npm, and its registry.

The bundle is committed, so that neither a build of the site nor a reader needs npm. After a change of
book/live/editor/ this script makes it again; a test notices where that was forgotten.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LIVE = Path(__file__).resolve().parent.parent / "book" / "live"
SOURCES = ("source.js", "package.json", "package-lock.json")


def digest():
    """Return a hash of what the bundle is made from; its first line carries it."""
    return hashlib.sha256(b"".join((LIVE / "editor" / name).read_bytes() for name in SOURCES)).hexdigest()


def licences(modules):
    """Return the licences of what is in the bundle, each different text once."""
    names = {}
    for path in sorted(modules.glob("*/*/LICENSE")) + sorted(modules.glob("*/LICENSE")):
        name = path.parent.relative_to(modules).as_posix()
        if "esbuild" not in name:
            names.setdefault(path.read_text(encoding="utf-8").strip(), []).append(name)
    return "\n\n".join(f"{', '.join(packages)}:\n\n{text}" for text, packages in names.items())


def main():
    """Install into a folder that is thrown away, bundle, and write the result."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is needed: it comes with Node.js.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source in SOURCES:
            shutil.copy(LIVE / "editor" / source, folder / source)
        subprocess.run([npm, "ci", "--silent", "--ignore-scripts"], cwd=folder, check=True)
        options = ["--bundle", "--minify", "--format=esm", "--target=es2020", "--outfile=bundle.js"]
        esbuild = [npm, "exec", "--offline", "--", "esbuild", "source.js", *options, "--log-level=warning"]
        subprocess.run(esbuild, cwd=folder, check=True)
        head = f"/* Made by tools/editor.py from {digest()}\n\n{licences(folder / 'node_modules')}\n*/\n"
        bundle = (folder / "bundle.js").read_text(encoding="utf-8")
    (LIVE / "editor.js").write_text(head + bundle, encoding="utf-8")


if __name__ == "__main__":
    main()
