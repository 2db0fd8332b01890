"""Find the submission of each student in a folder, or in an archive as a learning platform exports it.

Canvas, Moodle and nbgrader are known by the names that they give to files; otherwise a file or a folder bears
the student's name. Nothing is ever unpacked: an archive is read in memory, and no link is followed.
"""

import errno
import io
import os
import re
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .files import Failure

# A notebook of ours with all its figures has a tenth of this.
LARGEST = 10_000_000
LARGEST_ARCHIVE = 50_000_000
MOST_FILES = 100_000
IGNORED = {"__MACOSX", "timestamp.txt", "Thumbs.db", "desktop.ini"}
LINK = "a symbolic link was handed in, not a notebook"
# What reading an archive raises that is damaged, encrypted or compressed in a way that Python does not know.
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, EOFError, KeyError, RuntimeError)

# doejane_LATE_1234_56789_homework.ipynb: the student, whether late, the ids of student and file. Text that
# was typed into Canvas has no id of its own.
CANVAS = re.compile(r"(?P<name>\w*?)_(LATE_)?(?P<id>\d+)_((?P<attempt>\d+)_.+|(text|link)\.html)", re.DOTALL)
ANONYMOUS = re.compile(r"(LATE_)?(?P<name>anon)_(LATE_)?(?P<id>\w+?)_(?P<attempt>\d+)_.+", re.DOTALL)
# "Jane Doe_1234_assignsubmission_file" is a folder, or stands in front of a file's name.
MOODLE = re.compile(r"(?P<name>[^_]*)_(?P<id>\d+)_assignsubmission_[a-z]+(_.*)?", re.DOTALL)
# A folder of nbgrader's exchange: student+assignment+2026-01-31 12:00:00 UTC+random.
NBGRADER = re.compile(r"(?P<name>[^+]+)\+(?P<assignment>[^+]+)\+(?P<time>\d{4}-[^+]+)(\+.*)?", re.DOTALL)


@dataclass(frozen=True)
class Found:
    """A file, and what its path says of it. `members` leads into an archive, and through it into one more."""

    file: str
    path: Path
    members: tuple[str, ...] = ()
    time: float = 0
    problem: str = ""
    student: str = ""
    name: str = ""
    id: str = ""
    system: str = ""
    assignment: str = ""
    attempt: str = ""
    late: bool = False
    notes: tuple[str, ...] = ()

    @property
    def suffix(self):
        """The last part of the name, in small letters: .ipynb as it should be."""
        return PurePosixPath(self.file).suffix.lower()

    def read(self, largest=LARGEST):
        """Return the file's bytes, at most one more than is allowed."""
        with self.path.open("rb") as file:
            if not self.members:
                return file.read(largest + 1)
            for name in self.members[:-1]:
                file = io.BytesIO(_member(file, name, LARGEST_ARCHIVE))
            return _member(file, self.members[-1], largest)


def collect(folder, assignment, known=()):
    """Return the newest submission of each student below a folder or in an archive, and notes in words.

    `known` names all assignments: nbgrader keeps them side by side in each student's folder.
    """
    folder = Path(folder)
    if not folder.exists():
        raise Failure(f"There is no folder {folder}.")
    notes, students = [], {}
    for file in _files(folder, notes):
        found = _who(file, {assignment, *known})
        if found is None:
            notes.append(f"left aside, because its name names no student: {file.file}")
        elif found.assignment in ("", assignment):
            students.setdefault(found.student, []).append(found)
    if not students:
        raise Failure(
            f"There are no submissions of {assignment} in {folder}.\nExpected: one notebook (.ipynb) per"
            " student, named after the student or in a folder of that name; or what Canvas, Moodle or"
            " nbgrader export, unpacked or not."
        )
    return [_newest(students[student], assignment) for student in sorted(students)], notes


# --- Files ----------------------------------------------------------------------------------------


def _files(folder, notes):
    """Yield every file below a folder; an archive that no student handed in is taken for an export."""
    if folder.is_file():
        yield from _members(folder, notes)
        return
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _ignored(name))
        links = [name for name in folders if Path(parent, name).is_symlink()]
        for name in sorted([*names, *links]):
            path = Path(parent, name)
            file = path.relative_to(folder).as_posix()
            if _ignored(name):
                continue
            if path.is_symlink():
                yield Found(file, path, problem=LINK)
            elif not path.is_file():
                notes.append(f"left aside, because it is not an ordinary file: {file}")
            elif path.suffix.lower() == ".zip" and "/" not in file and _platform(name) is None:
                yield from _members(path, notes)
            else:
                yield Found(file, path, time=path.stat().st_mtime)


def _ignored(name):
    return name in IGNORED or name.startswith(".")


def _members(path, notes):
    """Yield the files in an archive."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except BROKEN as error:
        raise Failure(f"{path} is neither a folder nor a zip archive: {error}") from None
    if len(entries) > MOST_FILES:
        raise Failure(f"{path} holds more than {MOST_FILES} files: is it the right archive?")
    for entry in entries:
        parts = _parts(entry)
        if parts is None:
            notes.append(f"left aside, because its name leads out of the archive: {entry.filename!r}")
        elif parts and not any(map(_ignored, parts)):
            kind = (entry.external_attr >> 16) & 0o170000
            yield Found(
                "/".join(parts), path, (entry.filename,), _time(entry), LINK if kind == 0o120000 else ""
            )


def _parts(entry):
    """Return the parts of an entry's path, nothing for a folder, None where it leads out of the archive."""
    if entry.is_dir():
        return ()
    name = entry.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    return None if name.startswith("/") or ".." in parts or re.match("[A-Za-z]:", name) else parts


def _time(entry):
    """Return when an entry was written, as a number that grows with time."""
    total = 0
    for value, most in zip(entry.date_time, (9999, 13, 32, 24, 60, 60), strict=True):
        total = total * most + value
    return total


def _member(file, name, largest):
    """Return a file's bytes from an archive, at most one more than is allowed, whatever its header says.

    Raises BadZipFile where the archive doesn't give them.
    """
    try:
        with zipfile.ZipFile(file) as archive, archive.open(name) as member:
            return member.read(largest + 1)
    except BROKEN as error:
        raise zipfile.BadZipFile(str(error)) from error
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise zipfile.BadZipFile("it names a place before its beginning") from error


# --- Students -------------------------------------------------------------------------------------


def _platform(part):
    """Return what one part of a path says of the student, if a platform named it."""
    if match := MOODLE.fullmatch(part):
        name = match["name"].strip() or "Participant"
        return {"student": f"{name}_{match['id']}", "name": name, "id": match["id"], "system": "moodle"}
    match = ANONYMOUS.fullmatch(part) or CANVAS.fullmatch(part)
    # Canvas writes names in small letters. Ana_2026_01_homework.ipynb is a student's own name.
    if match and match["name"] == match["name"].lower():
        return {
            "student": f"{match['name']}_{match['id']}", "name": match["name"], "id": match["id"],
            "system": "canvas", "attempt": match["attempt"] or "", "late": "LATE" in part.split("_")[:3],
        }  # fmt: skip
    if match := NBGRADER.fullmatch(part):
        return {
            "student": match["name"], "name": match["name"], "id": match["name"], "system": "nbgrader",
            "assignment": match["assignment"], "attempt": match["time"].strip(),
        }  # fmt: skip
    return None


def _who(file, known):
    """Return the file with what its path says of the student, or None where it says nothing."""
    parts = unicodedata.normalize("NFC", file.file).split("/")
    values = next(filter(None, map(_platform, parts)), None)
    if values is None and len(parts) > 2 and parts[1] in known:
        # nbgrader's own folders: student/assignment/notebook, the time in a file beside it.
        values = {"student": parts[0], "name": parts[0], "id": parts[0], "system": "nbgrader"}
        values |= {"assignment": parts[1], "attempt": _timestamp(file)}
    if values is None and (len(parts) > 1 or file.problem or file.suffix == ".ipynb"):
        name = parts[0] if len(parts) > 1 else PurePosixPath(parts[0]).stem
        values = {"student": name, "name": name, "id": name, "system": "folder"}
    return values and Found(**{**vars(file), **values})


def _timestamp(file):
    beside = file.path.parent / "timestamp.txt"
    if file.members or beside.is_symlink() or not beside.is_file():
        return ""
    with beside.open("rb") as text:
        return text.read(100).decode(errors="replace").strip()


def _newest(candidates, assignment):
    """Return the file that counts among those of one student, with a note on the others."""

    def order(file):
        copy = re.search(r"[-_ (](\d{1,8})\)?$", PurePosixPath(file.file).stem)
        return (
            not file.problem, file.suffix == ".ipynb", file.attempt.zfill(30),
            assignment in PurePosixPath(file.file).name, file.time, int(copy[1]) if copy else 0, file.file,
        )  # fmt: skip

    serious = [file for file in candidates if file.problem or file.suffix in (".ipynb", ".zip")]
    if not serious:
        names = ", ".join(sorted(file.file for file in candidates))
        return _change(candidates[0], problem=f"no notebook (.ipynb) was handed in, but {names}")
    *others, chosen = sorted(serious, key=order)
    if others:
        names = ", ".join(file.file for file in others)
        note = f"{len(serious)} files of this student: {chosen.file} was marked, as the latest; not {names}"
        chosen = _change(chosen, notes=(note,))
    return _unpacked(chosen) if chosen.suffix == ".zip" and not chosen.problem else chosen


def _unpacked(file):
    """Return the notebook in an archive that a student handed in."""
    try:
        data = file.read(LARGEST_ARCHIVE)
        if len(data) > LARGEST_ARCHIVE:
            return _change(file, problem="the archive that was handed in is larger than 50 MB")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [(entry, _parts(entry)) for entry in archive.infolist()[:MOST_FILES]]
    except BROKEN as error:
        return _change(file, problem=f"the archive that was handed in cannot be read: {error}")
    names = [
        entry.filename
        for entry, parts in entries
        if parts and not any(map(_ignored, parts)) and parts[-1].lower().endswith(".ipynb")
    ]
    if len(names) != 1:
        count = f"{len(names)} notebooks" if names else "no notebook"
        return _change(file, problem=f"the archive that was handed in holds {count}, not one")
    note = "an archive was handed in; the notebook in it was marked"
    return _change(file, members=(*file.members, names[0]), notes=(*file.notes, note))


def _change(file, **values):
    return Found(**{**vars(file), **values})
