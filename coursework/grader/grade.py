"""Mark the submissions in a folder: in parallel, each result a file of its own, nothing done twice.

What decides a result is recorded in it: the bytes that were handed in, the checks, the seed, the sandbox.
Started again, the same command marks what is missing or has changed, and leaves the rest.
"""

import contextlib
import functools
import hashlib
import json
import multiprocessing
import os
import secrets
import signal
import sys
import threading
import time
import zipfile
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from . import gradebooks, notebooks, report, submissions, tasks
from .files import ROOT, Failure, blame, digest, safe_name, write
from .sandbox import UNSAFE, SandboxError
from .verdict import mark

# --- One submission -------------------------------------------------------------------------------


def judge(source, name, fingerprint, seed, sandbox, data):
    """Mark one notebook, given as bytes. It runs here, in another process or on another machine alike."""
    assignment = _load(source, name, fingerprint)
    try:
        submission = notebooks.submission(notebooks.parse(data), assignment)
    except notebooks.BadNotebook as error:
        return nothing(assignment, f"the file {error}")
    try:
        verdict = mark(assignment, submission.cells, seed, sandbox=sandbox).as_json()
    except SandboxError as error:
        raise Failure(str(error)) from None
    return {**verdict, "notes": [*submission.notes, *verdict["notes"]], "problem": ""}


def nothing(assignment, problem):
    """Return the verdict on what can't be marked, with the reason in words."""
    out_of = sum(sum(task.points.values()) for task in assignment.tasks)
    return {"points": 0, "out_of": out_of, "tasks": [], "notes": [], "problem": problem}


@functools.lru_cache(maxsize=8)
def _load(source, name, fingerprint):
    """Return the assignment, once for each process; another machine may have other checks."""
    found = fingerprint_of(source, name)
    if found != fingerprint:
        raise Failure(
            f"The assignment {name} in {source} is not the same on every machine that marks it, or has"
            " changed meanwhile. Bring its folder, coursework/grader and lib to the same state everywhere."
        )
    return tasks.load(Path(source) / name)


def fingerprint_of(source, name):
    """Return a hash of all that decides marks: the assignment, the grader and the library."""
    folder = Path(source) / name
    files = [path for path in folder.iterdir() if path.suffix in (".py", ".ipynb")]
    return digest(
        [*files, *(ROOT / "coursework/grader").glob("*.py"), *(ROOT / "lib/sevensteps").glob("*.py")]
    )


# --- A folder of them -----------------------------------------------------------------------------


def grade(folder, name, *, source, out=None, jobs=None, seed=None, sandbox=True, executor=None, **gradebook):
    """Mark every submission below `folder` and write results, feedback and summaries; return the notes.

    `executor()` opens what the work is given to, by default as many processes as `jobs`.
    """
    folder, source = Path(folder), Path(source).resolve()
    assignment = open_assignment(source, name)
    found, notes = submissions.collect(folder, name, [path.name for path in source.iterdir()])
    out = Path(out) if out else folder.with_name(f"{folder.stem}-graded") / name
    with _alone(out):
        grading = _settings(out, assignment, fingerprint_of(source, name), seed, sandbox)
        settings = (str(source), name, grading["fingerprint"], grading["seed"], sandbox)
        todo = [submission for submission in found if not _is_done(out, grading, submission)]
        if len(todo) < len(found):
            say(f"{len(found) - len(todo)} of {len(found)} are marked already and have not changed.")
        executor = executor or functools.partial(processes, jobs or os.cpu_count())
        failed = _mark_all(out, assignment, grading, settings, todo, executor) if todo else []
        results = [_result(out, submission.student) for submission in found]
        results = sorted(filter(None, results), key=lambda result: result["name"].casefold())
        notes += [f"NOT marked: {text}" for text in failed] + _left_over(out, found)
        if results:
            notes += write_up(out, results, grading, notes, **gradebook)
            say(report.words(results, grading))
    for note in notes:
        say(f"  {note}")
    say(f"Summary: {out / 'summary.html'}")
    return 1 if failed else 0


def open_assignment(source, name):
    """Return the assignment of that name, or say which there are."""
    try:
        return tasks.load(source / name)
    except FileNotFoundError as error:
        names = ", ".join(assignments(source)) or "none"
        raise Failure(f"{error}.\nAssignments in {source}: {names}.") from None
    except Exception as error:
        # An instructor edits these files.
        raise Failure(f"{name} can't be loaded. {blame(error, source)}") from None


def assignments(source):
    """Return the names of the assignments in a folder."""
    source = Path(source)
    if not source.is_dir():
        raise Failure(f"There is no folder {source}.")
    return sorted(path.parent.name for path in source.glob("*/assignment.ipynb"))


@contextlib.contextmanager
def _alone(out):
    """Keep a second grading out of the same folder; the system ends the lock with the process, however."""
    import fcntl

    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Failure(f"Another grading is at work in {out}.") from None
        # Half files of a grading that was killed.
        for part in out.rglob(".*.part"):
            part.unlink()
        yield


def _settings(out, assignment, fingerprint, seed, sandbox):
    """Return what this grading is bound to, with the seed that it began with unless another is given."""
    path = out / "grading.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if before.get("assignment", assignment.name) != assignment.name:
        raise Failure(f"{out} holds a grading of {before['assignment']}. Give another folder with --out.")
    if before and before["fingerprint"] != fingerprint:
        say("The assignment or the grader has changed since the last time: all are marked again.")
    if before and seed not in (None, before["seed"]):
        say("Another seed than before was given: all are marked again.")
    points = {task.name: dict(task.points) for task in assignment.tasks}
    grading = {
        "assignment": assignment.name,
        "title": _title(assignment),
        "out_of": sum(sum(values.values()) for values in points.values()),
        "tasks": points,
        "seed": before.get("seed", secrets.randbits(63)) if seed is None else seed,
        "fingerprint": fingerprint,
        "sandboxed": sandbox != UNSAFE,
    }
    write(path, dumps(grading))
    return grading


def _title(assignment):
    for cell in notebooks.read(assignment.notebook).cells:
        if cell.source.startswith("# "):
            return cell.source.splitlines()[0][2:].strip()
    return assignment.name


def dumps(values):
    """Return JSON, the same bytes for the same values."""
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def _path(out, student):
    return out / "results" / f"{safe_name(student)}.json"


def _result(out, student):
    path = _path(out, student)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _read(submission):
    """Return the bytes that were handed in, and what is wrong with them, in words."""
    if submission.problem:
        return b"", submission.problem
    try:
        return submission.read(), ""
    except zipfile.BadZipFile as error:
        return b"", f"the archive that was handed in cannot be read: {error}"
    except OSError as error:
        # Nothing that a student could help.
        raise Failure(f"{submission.file} can't be read here: {error.strerror}.") from None


def _record(submission, data, grading):
    """Return what a result says besides the verdict: whose it is, and all that decided it."""
    about = ("student", "name", "id", "system", "file", "late", "attempt")
    bound = ("assignment", "seed", "fingerprint", "sandboxed")
    return {
        **{key: getattr(submission, key) for key in about},
        **{key: grading[key] for key in bound},
        "sha256": hashlib.sha256(data + submission.problem.encode()).hexdigest(),
    }


def _is_done(out, grading, submission):
    """Say whether there is a result of these very bytes, checks and seed."""
    result = _result(out, submission.student)
    if result is None:
        return False
    record = _record(submission, _read(submission)[0], grading)
    return all(result.get(key) == value for key, value in record.items())


def _mark_all(out, assignment, grading, settings, todo, executor):
    """Mark the submissions and write each result as it comes; return, in words, those that failed."""
    failed, progress = [], _Progress(len(todo))
    try:
        with executor() as (pool, depth):
            _try_out(pool.submit(judge, *settings, assignment.notebook.read_bytes()))
            for submission, data, outcome in _outcomes(pool, depth, assignment, settings, todo):
                try:
                    verdict = outcome.result() if hasattr(outcome, "result") else outcome
                except (Failure, BrokenProcessPool):
                    raise
                except Exception as error:
                    failed.append(f"{submission.name}: {type(error).__name__}: {error}")
                else:
                    verdict["notes"] = [*submission.notes, *verdict["notes"]]
                    result = {**_record(submission, data, grading), **verdict}
                    write(_path(out, submission.student), dumps(result))
                progress.step()
    except BrokenProcessPool:
        raise Failure(
            "A process of the grader was ended from outside, perhaps for want of memory. What was marked is"
            " kept; the same command goes on, with fewer at once if you add --jobs 1."
        ) from None
    finally:
        progress.end()
    return failed


def _try_out(outcome):
    """Stop where the reference solution fails: nobody's marks would be worth anything."""
    try:
        verdict = outcome.result()
    except (Failure, BrokenProcessPool):
        raise
    except Exception as error:
        raise Failure(f"Nothing was marked. {error}.\nSee what `release` says of it.") from None
    failing = [task["name"] for task in verdict["tasks"] if task["points"] < task["out_of"]]
    if failing or verdict["problem"]:
        said = {task["message"] for task in verdict["tasks"] if task["name"] in failing} | {
            verdict["problem"]
        }
        raise Failure(
            f"Nothing was marked: here the reference solution itself fails in"
            f" {', '.join(failing) or 'all tasks'}.\n{' '.join(filter(None, sorted(said)))}\n"
            "See what `release` says of the assignment."
        )


def _outcomes(pool, depth, assignment, settings, todo):
    """Yield each submission with its bytes and outcome; only a few are read ahead of those at work."""
    waiting, todo = {}, iter(todo)
    while True:
        while len(waiting) < depth and (submission := next(todo, None)):
            data, problem = _read(submission)
            if problem:
                yield submission, data, nothing(assignment, problem)
            else:
                waiting[pool.submit(judge, *settings, data)] = submission, data
        if not waiting:
            return
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            yield *waiting.pop(future), future


@contextlib.contextmanager
def processes(jobs):
    """Open a pool of processes on this machine, none of which outlives this one."""
    # Several processes share the cores, and matrices are small.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=_end_with_parent) as pool:
        try:
            yield pool, 2 * jobs
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _end_with_parent():
    """Live as long as the grader: Ctrl-C reaches all of a terminal's processes, and only it answers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


def _left_over(out, found):
    """Say which results belong to no submission that is there now; they are kept, and count nowhere."""
    names = {_path(out, submission.student).name for submission in found}
    left = [path.stem for path in (out / "results").glob("*.json") if path.name not in names]
    return [f"kept, but without a submission now, so left out: {', '.join(sorted(left))}"] if left else []


# --- What is written from the results -------------------------------------------------------------


def write_up(out, results, grading, notes=(), gradebook=None, column=""):
    """Write marks, feedback and summaries; return what the gradebook had to say."""
    write(out / "marks.csv", gradebooks.plain(results, grading["tasks"]))
    more = []
    if gradebook:
        names = (grading["title"], grading["title"].partition(":")[0], grading["assignment"])
        system, text, more = gradebooks.fill(gradebook, results, names, column)
        write(out / f"{system}.csv", text)
        say(f"Marks for {system.capitalize()}: {out / f'{system}.csv'}")
    pages = {f"{safe_name(result['student'])}.html": report.feedback(result, grading) for result in results}
    for name, page in pages.items():
        write(out / "feedback" / name, page)
    for path in (out / "feedback").iterdir():
        if path.name not in pages:
            path.unlink()
    write(out / "summary.html", report.summary(results, grading, [*notes, *more]))
    write(out / "class.html", report.summary(results, grading, names=False))
    return more


def feedback(out):
    """Write archives of the feedback in a folder of results, in the forms that platforms take."""
    out = Path(out)
    try:
        grading = json.loads((out / "grading.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Failure(f"{out} holds no grading: there is no grading.json in it.") from None
    # Whoever has no page has no submission any more.
    paths = sorted((out / "results").glob("*.json"))
    results = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in paths
        if (out / "feedback" / f"{path.stem}.html").exists()
    ]
    pages = {result["student"]: report.feedback(result, grading) for result in results}
    archives, notes = gradebooks.feedback(results, pages)
    for name, data in archives.items():
        write(out / name, data)
        say(f"Feedback: {out / name}")
    for note in notes:
        say(f"  {note}")
    return 0


# --- On the screen --------------------------------------------------------------------------------


def say(text):
    """Print a line at once, also where the output is not a terminal."""
    print(text, flush=True)


class _Progress:
    """A line that tells how far it is: rewritten on a terminal, now and then elsewhere."""

    def __init__(self, total):
        self.total, self.done, self.start = total, 0, time.monotonic()
        self.terminal, self.shown = sys.stderr.isatty(), self.start

    def step(self):
        """Count one more, and show it if it is time."""
        self.done += 1
        now = time.monotonic()
        if now - self.shown > (0.2 if self.terminal else 10) or self.done == self.total:
            self.shown = now
            left = (now - self.start) / self.done * (self.total - self.done)
            text = f"{self.done} of {self.total} marked, about {left:.0f} s to go"
            print(
                f"\r{text:<60}" if self.terminal else text, end="" if self.terminal else "\n", file=sys.stderr
            )

    def end(self):
        """Leave the line."""
        if self.terminal:
            print(file=sys.stderr)
