"""What every verb needs of the file system: words for what went wrong, whole files or none, safe names."""

import hashlib
import os
import traceback
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Failure(Exception):
    """Something that the person at the keyboard can mend; the message says how."""


def blame(error, folder):
    """Return an error as one line, with the place in `folder` where it came from."""
    where = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if Path(frame.filename).is_relative_to(folder):
            where = f" ({Path(frame.filename).name}, line {frame.lineno})"
    return f"{type(error).__name__}: {error}{where}"


def write(path, content):
    """Write text or bytes beside `path` and then move it there, so that nobody ever sees half a file."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    temporary = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def safe_name(name):
    """Return a file name that any system takes, a different one for each different name.

    >>> safe_name("Zoë Nørgård")
    'Zoë Nørgård'
    >>> safe_name("../../etc/passwd")
    'etc_passwd-3754d6cb'
    """
    name = unicodedata.normalize("NFC", name)
    safe = "".join(letter if letter.isalnum() or letter in " -_." else "_" for letter in name)
    # 60 letters are at most 240 bytes, and a name may have 255.
    safe = safe.strip(" ._")[:50].rstrip(" .")
    if safe != name:
        safe = f"{safe}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return safe


def digest(paths):
    """Return a hash of the names and contents of files, wherever their folders lie."""
    total = hashlib.sha256()
    for path in sorted(paths, key=lambda path: (path.parent.name, path.name)):
        total.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()
