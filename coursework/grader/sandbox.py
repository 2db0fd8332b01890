"""Where student code runs: a process of its own in bubblewrap, with nothing to see, to reach or to use up.

It sees Python with its packages, the course's library and an empty scratch folder. It has no network, no
rights, and limits on computing time, memory, processes and files. It is asked over two pipes; what it writes
there is read with a limit and a deadline, and decides nothing but its own marks.
"""

import contextlib
import functools
import itertools
import json
import math
import os
import select
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import numpy as np
import sevensteps

from coursework.grader import cgroup, seccomp, wire
from coursework.grader.interview import CELL_SECONDS, Ended

# Instead of True: a process of its own without protection, for code whose authors one knows.
UNSAFE = "unsafe"

ROOT = Path(__file__).resolve().parents[2]
POSIX = os.name == "posix"
MEMORY = 2**30
PROCESSES = 8
SCRATCH = 16 * 2**20
# Computing time decides; so many times longer may a submission sleep.
PATIENCE = 10
START_SECONDS = 60

ENVIRONMENT = {
    "HOME": "/tmp",
    "TMPDIR": "/tmp",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "Agg",
    # One thread, and sets in one order: the same values from every grading.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}
START = "import sys; sys.path[:0] = sys.argv[2:]; from coursework.grader.worker import main; main()"


class SandboxError(RuntimeError):
    """There is no sandbox on this machine; the message says what to do about it."""


def starter(assignment, sandbox):
    """Return a function that starts a worker for submissions of an assignment.

    Raises SandboxError, with what to install, where there is no bubblewrap.
    """
    seconds = math.ceil(CELL_SECONDS + sum(task.cpu_seconds for task in assignment.tasks)) + 5
    resources = {
        "RLIMIT_CPU": seconds,
        "RLIMIT_FSIZE": SCRATCH,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 64,
        "RLIMIT_AS": MEMORY,
        "RLIMIT_NPROC": PROCESSES,
    }
    if sandbox == UNSAFE:
        if not POSIX:
            raise SandboxError(f"Grading needs Linux, or a container with it. {CONTAINER}")
        # Processes are counted over all that their user runs, and macOS knows no limit on memory.
        for name in ["RLIMIT_NPROC"] if sys.platform == "linux" else ["RLIMIT_NPROC", "RLIMIT_AS"]:
            del resources[name]
        return functools.partial(Worker, resources)
    return functools.partial(Sandboxed, resources, _bubblewrap(), [ROOT, Path(assignment.folder).resolve()])


CONTAINER = "See the pages for instructors: the container's recipe is supplied."


def _bubblewrap():
    path = shutil.which("bwrap")
    if path is None:
        raise SandboxError(
            "Student code is graded in a sandbox, and bubblewrap, which makes it, is missing.\n"
            + (
                "Debian and Ubuntu:  sudo apt install bubblewrap\nFedora:  sudo dnf install bubblewrap\n"
                "Then give the same command again."
                if sys.platform == "linux"
                else f"It needs Linux, or a container with it. {CONTAINER}"
            )
        )
    return path


def _packages():
    """Return the folders of Python's packages, NumPy's first."""
    folders = [Path(np.__file__).parents[1], *map(Path, map(sysconfig.get_path, ("purelib", "platlib")))]
    return list(dict.fromkeys(folder.resolve() for folder in folders))


def _library():
    return Path(sevensteps.__file__).resolve().parent


# --- A process that is asked ----------------------------------------------------------------------


class Worker:
    """A worker in a process of its own, without protection; `Sandboxed` adds that."""

    ADVICE = ""

    def __init__(self, resources):
        self.number, self.deadline = 0, time.monotonic() + START_SECONDS
        self.process, self.requests = self._launch(resources)
        os.set_blocking(self.requests.fileno(), False)
        try:
            self._receive(limit=1000)
        except Ended:
            self._kill()
            said = self.process.stderr.read(10_000).decode(errors="replace").strip()
            self.close()
            raise SandboxError(f"The process for student code does not start.\n{said}{self.ADVICE}") from None

    def _launch(self, resources):
        """Return the process, and the pipe on which it takes requests."""
        command = [sys.executable, *_start(resources, None, 0, [ROOT, *_packages(), _library().parent])]
        process = subprocess.Popen(command, **PIPES, env=ENVIRONMENT)
        return process, process.stdin

    def _kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def close(self):
        """End the process with those that it started, and wait until it is gone."""
        self._kill()
        self.process.wait()
        for stream in (self.requests, self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()

    def ask(self, request, seconds=None):
        """Return the reply to a request, a dict each; `seconds` renews the time that it may compute.

        Raises Ended where there is no reply; the worker is of no use then.
        """
        self.number += 1
        if seconds is not None:
            self.deadline = time.monotonic() + PATIENCE * seconds
        try:
            wire.write(self, wire.encode({**request, "number": self.number, "cpu": seconds}))
        except BrokenPipeError:
            raise Ended(self._how()) from None
        reply = self._receive(request.get("limit", 0) + 1000)
        number = reply.get("number") if isinstance(reply, dict) else None
        if not isinstance(number, int) or number != self.number:
            raise Ended("no data")
        return reply

    def _receive(self, limit):
        try:
            return wire.decode(wire.read(self, limit))
        except wire.TooLarge:
            raise Ended("too large") from None
        except wire.WireError:
            raise Ended("no data") from None
        except EOFError:
            raise Ended(self._how()) from None

    def _how(self):
        """Return how the process ended, which closed its pipes."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            # bubblewrap adds 128 to the signal that ended a process.
            if self.process.wait(timeout=2) in (-signal.SIGXCPU, 128 + signal.SIGXCPU):
                return "timed out"
        return "ended"

    # `wire` reads and writes here as if it were a stream, and no end of a pipe is waited for too long.

    def read(self, count):
        """Return so many bytes, or fewer where the process closed its end."""
        data = bytearray()
        while len(data) < count:
            self._wait(self.process.stdout, select.POLLIN)
            part = os.read(self.process.stdout.fileno(), min(count - len(data), 2**20))
            if not part:
                break
            data += part
        return bytes(data)

    def write(self, data):
        """Write all bytes."""
        data = memoryview(data)
        while data:
            self._wait(self.requests, select.POLLOUT)
            data = data[os.write(self.requests.fileno(), data) :]

    def flush(self):
        """Nothing is held back."""

    def _wait(self, stream, event):
        poll = select.poll()
        poll.register(stream, event)
        if not poll.poll(max(0.0, self.deadline - time.monotonic()) * 1000):
            raise Ended("timed out")


# In a session of its own: an interrupt at the keyboard is the grader's, who ends the rest.
PIPES = {
    "bufsize": 0,
    "start_new_session": True,
    **dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE),
}


def _start(resources, user, requests, paths):
    """Return Python's arguments that make it a worker."""
    limits = json.dumps({"user": user, "resources": resources, "requests": requests})
    return ["-P", "-s", "-S", "-B", "-c", START, limits, *map(str, paths)]


# --- bubblewrap -----------------------------------------------------------------------------------

# What bash does around bubblewrap. It waits for a word from the grader. From a grader that was killed there
# comes none, and it ends what is left: not at once, for bubblewrap leaves a process if it is ended early.
# The first to go when memory runs out is student code, not the grader.
SHELL = """
group=$0
(
    echo 1000 >/proc/self/oom_score_adj
    if [ -n "$group" ]; then echo $BASHPID >"$group/cgroup.procs"; fi
    exec "$@"
) &
exec >/dev/null 2>&1 {closed}
if read -r word; then wait $!; exit $?; fi
sleep 1
kill -9 $!
for try in 1 2 3 4 5 6 7 8 9; do
    if [ -n "$group" ]; then rmdir "$group" || sleep 0.1; fi
done
"""


class Sandboxed(Worker):
    """A worker in bubblewrap; `private` are folders that it must not see, wherever they are."""

    ADVICE = (
        "\nbubblewrap 0.8 or newer has to be allowed to make namespaces.\n"
        "In a container:  docker run --security-opt seccomp=unconfined …\n"
        "Ubuntu 24.04 and later:  sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
    )

    def __init__(self, resources, bubblewrap, private):
        self.bubblewrap, self.private = bubblewrap, private
        self.first = self.group = None
        # In memory rather than a pipe, which would break when the grader is killed.
        with open(os.memfd_create("info"), "r+b") as self.info:
            super().__init__(resources)
            # The first process of the sandbox: when it ends, the system ends all others in there.
            self.info.seek(0)
            self.first = os.pidfd_open(json.load(self.info)["child-pid"])

    def _launch(self, resources):
        user = _other_user() if os.geteuid() == 0 else None
        packages = [Path(f"/grader/packages-{i}") for i in range(len(_packages()))]
        rules, rules_end = os.pipe()
        requests_end, requests = os.pipe()
        os.write(rules_end, seccomp.program())
        os.close(rules_end)
        self.group = cgroup.make(MEMORY, 2 * PROCESSES)
        group = "" if self.group is None else str(self.group)
        bubblewrap = [self.bubblewrap, "--info-fd", str(self.info.fileno()), "--seccomp", str(rules)]
        bubblewrap += [*_rights(user), *_view(self.private)]
        worker = [os.path.realpath(sys.executable)]
        worker += _start(resources, user, requests_end, ["/grader", *packages])
        handed_on = (rules, requests_end)
        shell = SHELL.format(closed=" ".join(f"{descriptor}<&-" for descriptor in handed_on))
        process = subprocess.Popen(
            ["/bin/bash", "-c", shell, group, *bubblewrap, *worker],
            **PIPES,
            env={},
            pass_fds=(*handed_on, self.info.fileno()),
        )
        for descriptor in handed_on:
            os.close(descriptor)
        return process, os.fdopen(requests, "wb", buffering=0)

    def _how(self):
        self._say("ended")
        return super()._how()

    def _say(self, word):
        """Let the shell end when bubblewrap does."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(f"{word}\n".encode())

    def _kill(self):
        if self.first is None:
            # It did not get as far as to have one. The shell ends it.
            self.process.stdin.close()
            return
        self._say("end")
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.first, signal.SIGKILL)

    def close(self):
        """End all that is in the sandbox, and wait until it is gone."""
        super().close()
        if self.first is not None:
            os.close(self.first)
        if self.group is not None:
            cgroup.remove(self.group)


_WORKERS = itertools.count()


def _other_user():
    """Return the user that a worker becomes where root grades: one that nobody else is."""
    first, _, count = map(int, Path("/proc/self/uid_map").read_text().split()[:3])
    # Above the users of systems and of their containers; where there are not so many, "nobody". Processes are
    # counted by user, so each worker of a grader with threads gets one of its own.
    return 2**30 + 16 * os.getpid() + next(_WORKERS) % 16 if first + count > 2**31 else 65_534


def _rights(user):
    """Return bubblewrap's arguments for what may be done."""
    rights = ["--die-with-parent", "--new-session", "--clearenv"]
    for name, value in ENVIRONMENT.items():
        rights += ["--setenv", name, value]
    rights += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    rights += ["--cap-drop", "ALL"]
    if user is None:
        return [*rights, "--unshare-user", "--disable-userns"]
    # The worker needs these two to become another user, and loses them by it.
    return [*rights, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]


def _view(private):
    """Return bubblewrap's arguments for what can be seen."""
    system = [Path(name) for name in ("/usr/lib", "/usr/lib32", "/usr/lib64", "/lib", "/lib32", "/lib64")]
    base, python = Path(sys.base_prefix).resolve(), Path(os.path.realpath(sys.executable))
    seen = [path for path in system if path.is_dir() and not path.is_symlink()]
    seen += [Path("/etc/ld.so.cache"), base / "lib", base / "lib64", python]
    view = []
    for path in seen:
        view += _bind(path, path)
    for path in system:
        if path.is_symlink():
            view += ["--symlink", os.readlink(path), str(path)]
    # Where the course or its hidden checks lie among what the system shows.
    for path in private:
        if any(path.is_relative_to(one) for one in seen):
            view += ["--tmpfs", str(path), "--remount-ro", str(path)]
    for i, path in enumerate(_packages()):
        view += _bind(path, Path(f"/grader/packages-{i}"))
    view += _bind(_library(), Path("/grader/sevensteps"))
    for name in ("coursework/grader/wire.py", "coursework/grader/worker.py"):
        view += _bind(ROOT / name, Path("/grader", name))
    for name in ("/dev/null", "/dev/zero", "/dev/urandom"):
        view += _bind(name, Path(name), "--dev-bind")
    for name in ("/tmp", "/dev/shm"):
        view += ["--perms", "1777", "--size", str(SCRATCH), "--tmpfs", name]
    return [*view, "--remount-ro", "/", "--chdir", "/tmp"]


def _bind(source, target, option="--ro-bind-try"):
    """Return bubblewrap's arguments that show a file or folder, in folders that everyone may enter."""
    parents = [part for parent in reversed(target.parents[:-1]) for part in ("--dir", str(parent))]
    return [*parents, option, str(source), str(target)]
