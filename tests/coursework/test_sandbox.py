"""Attacks: what hostile student code does to the grader, to the machine and to the marks of others. Nothing.

Every attack is our own, bounded, and reaches no further than this machine. Where it can be done without harm,
the same attack is tried without the sandbox too, and succeeds there: so the test would notice.
"""

import contextlib
import ctypes
import functools
import hashlib
import os
import socket
import struct
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from coursework.grader import cgroup, interview, sandbox as sandbox_module, seccomp, verdict
from coursework.grader.sandbox import UNSAFE, SandboxError, starter

ROOT = Path(__file__).resolve().parents[2]
linux = pytest.mark.skipif(sys.platform != "linux", reason="not applicable here: the sandbox needs Linux")


# --- Nothing is left changed ----------------------------------------------------------------------


def tree(folder):
    """Return a hash of all files below a folder, names and contents."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            total.update(f"{path}\0{path.stat().st_mode}\0".encode() + path.read_bytes())
    return total.hexdigest()


def descendants():
    """Return the processes that come from this one, whatever they did to get away."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    found, new = set(), {os.getpid()}
    while new:
        new = {child for child, parent in parents.items() if parent in new}
        found |= new
    return found


def groups(grader=None):
    """Return the control groups of a grader, this one if none is given."""
    places = [place for place, _ in cgroup.places(0, 0)]
    return [name for place in places for name in place.glob(f"{cgroup.NAME}-{grader or os.getpid()}-*")]


@pytest.fixture(scope="module")
def adopted():
    """Let the system give orphans to this process instead of to the first of all."""
    if sys.platform != "linux":
        pytest.skip("not applicable here: only Linux says who comes from whom")
    libc = ctypes.CDLL(None)
    assert libc.prctl(36, 1, 0, 0, 0) == 0
    yield
    libc.prctl(36, 0, 0, 0, 0)


@pytest.fixture
def untouched(adopted, tmp_path):
    """See that a test leaves no process, file, mark, open file or control group behind."""
    marks = tmp_path / "marks"
    marks.mkdir()
    (marks / "ada.json").write_text('{"points": 42}')
    folders = [ROOT / "coursework", ROOT / "lib", ROOT / "tests" / "coursework", tmp_path]

    def look():
        return {
            "processes": descendants(),
            "files": [tree(folder) for folder in folders],
            "open files": len(os.listdir("/proc/self/fd")),
            "groups": groups(),
        }

    before = look()
    yield
    # What has ended may be seen for a moment longer.
    wait(lambda: reaped() <= before["processes"])
    assert look() == before


@pytest.fixture
def attacked(toy, solution, sandbox, untouched):
    """Return a function that marks the toy with other code for `double`; `spread` must not suffer by it."""

    def mark(code, mode=sandbox, alone=True):
        double, spread = verdict.mark(toy, [*solution, textwrap.dedent(code)], 1, sandbox=mode).tasks
        assert spread.points == 40 or not alone, spread
        return double

    return mark


@pytest.fixture
def short(monkeypatch):
    """Shorten the grader's patience with sleepers."""
    monkeypatch.setattr(sandbox_module, "PATIENCE", 4)


@pytest.fixture
def short_cells(monkeypatch):
    """Shorten the computing time for cells."""
    monkeypatch.setattr(interview, "CELL_SECONDS", 1.0)


def double(body, before=""):
    return f"{before}\ndef double(x):\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n"


def once(body):
    """Return the body of a right `double` that does something at one of its calls."""
    return f"if x.tolist() == [1, 2]:\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\nreturn x + x"


# --- Without end, and ends by force ---------------------------------------------------------------

TIMED_OUT, ENDED = interview.ENDS["timed out"], interview.ENDS["ended"]
DEAF = """
import signal
for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
"""

ENDS = {
    "a loop without end": ("while True: pass", TIMED_OUT),
    "a loop in C": ("sum(iter(int, 1))", TIMED_OUT),
    "a loop in a thread": (
        "import threading, time\nthreading.Thread(target=lambda: [0 for _ in iter(int, 1)]).start()\n"
        "time.sleep(1000)",
        TIMED_OUT,
    ),
    "sys.exit": ("import sys; sys.exit(0)", "It raises SystemExit."),
    "os._exit": ("import os; os._exit(0)", ENDED),
    "os._exit that feigns the limit": ("import os; os._exit(152)", TIMED_OUT),
    "a signal to itself": ("import os; os.kill(os.getpid(), 9)", ENDED),
    "a signal to all others": ("import os; os.kill(-1, 9)", "It raises ProcessLookupError."),
    "an abort": ("import os; os.abort()", ENDED),
    "a crash": ("import ctypes; ctypes.string_at(0)", ENDED),
    "an interrupt": ("raise KeyboardInterrupt", ENDED),
    "recursion": ("return double(x)", "It raises RecursionError."),
    "recursion without a limit": ("import sys; sys.setrecursionlimit(10**9); return double(x)", None),
    "closed pipes": ("import os; os.closerange(0, 64)", ENDED),
}


@pytest.mark.parametrize(("body", "said"), ENDS.values(), ids=ENDS)
def test_what_does_not_end_or_ends_python_costs_its_task(attacked, body, said):
    task = attacked(double(body))
    assert task.points == 0
    assert said is None or task.message == said


SLEEPS = {
    "a sleep": "import time; time.sleep(1000)",
    "a loop deaf to all signals": f"{DEAF}\nwhile True: pass",
    "a stopped process": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
}


@pytest.mark.parametrize("body", SLEEPS.values(), ids=SLEEPS)
def test_what_uses_no_computing_time_is_waited_for_longer_and_ended_too(attacked, short, body):
    task = attacked(double(body))
    assert (task.points, task.message) == (0, TIMED_OUT)


CELLS = {
    "a loop": "while True: pass",
    "a sleep": "import time\ntime.sleep(1000)",
    "an exit": "import os\nos._exit(0)",
    "sys.exit": "import sys\nsys.exit()",
}


@pytest.mark.parametrize("end", CELLS.values(), ids=CELLS)
def test_a_cell_that_does_not_end_keeps_its_definitions_and_stops_no_other(
    toy, solution, sandbox, untouched, short_cells, end
):
    imports, _, spread = solution
    cells = [imports, f"def double(x):\n    return x + x\n\n{end}", spread]
    marks = verdict.mark(toy, cells, 1, sandbox=sandbox)
    assert (marks.points, len(marks.notes)) == (100, 1)


def test_a_definition_that_does_not_end_is_left_out(toy, solution, sandbox, untouched, short_cells):
    endless = "def f(x=[0 for _ in iter(int, 1)]): pass"
    marks = verdict.mark(toy, [endless, *solution], 1, sandbox=sandbox)
    assert marks.points == 100
    assert marks.notes == ["Code cell 1 took too long: only its definitions count."]


def test_after_too_many_ends_the_rest_is_given_up(toy, solution, sandbox, untouched, monkeypatch):
    monkeypatch.setattr(interview, "ALL_ENDS", 2)
    deadly = ["import os\ndef f(x=os._exit(0)): pass"] * 3
    marks = verdict.mark(toy, [*deadly, *solution], 1, sandbox=sandbox)
    assert [task.message for task in marks.tasks] == [ENDED, ENDED]


def test_what_one_task_leaves_behind_does_not_cost_the_next(attacked):
    # Its process ends a moment after the task is done.
    later = "import os, threading\nthreading.Timer(0.2, os._exit, [0]).start()\nreturn x + x"
    assert attacked(double(later)).points in (0, 60)


# --- Too much of something ------------------------------------------------------------------------

TOO_MUCH = {
    "memory at once": ("bytearray(10**11)", "It raises MemoryError."),
    "memory at once, by NumPy": ("np.ones(10**11)", "It raises MemoryError."),
    "memory in pieces": (
        "pieces = []\nwhile True: pieces.append(np.ones(2 * 10**6))",
        None,
    ),
    "shared memory": ("import mmap\nmmap.mmap(-1, 10**10)", "It raises OSError."),
    "forks": ("import os\nwhile True: os.fork()", None),
    "forks that get away": (
        "import os, time\nwhile True:\n    if os.fork() == 0:\n        os.setsid()\n        os.fork()\n"
        "        time.sleep(1000)",
        "It raises BlockingIOError.",
    ),
    "threads": (
        "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=[1000]).start()",
        "It raises RuntimeError.",
    ),
    "a large file": (
        "with open('/tmp/f', 'wb') as f:\n    while True: f.write(bytes(10**6))",
        "It raises OSError.",
    ),
    "a hollow file": ("import os\nopen('f', 'w').close()\nos.truncate('f', 10**12)", "It raises OSError."),
    "many files": (
        "for i in range(100):\n    with open(f'/dev/shm/{i}', 'wb') as f: f.write(bytes(10**6))",
        "It raises OSError.",
    ),
    "open files": ("files = []\nwhile True: files.append(open('/dev/null'))", "It raises OSError."),
    "a large value": ("return np.zeros((3000, 3000))", interview.ENDS["too large"]),
    "a deep value": ("y = []\nfor _ in range(10**5): y = [y]\nreturn y", interview.ENDS["no data"]),
    "a value in itself": ("y = []; y.append(y); return y", interview.ENDS["no data"]),
}


@pytest.mark.parametrize(("body", "said"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_too_much_is_refused(attacked, body, said):
    task = attacked(double(body))
    assert task.points == 0
    assert said is None or task.message == said


OUTPUT = {
    "200 MB in lines": "for _ in range(200_000): print('x' * 999)",
    "200 MB in one line": "print('x' * 200_000_000)",
    "errors": "import sys\nfor _ in range(1000): print('x' * 999, file=sys.stderr)",
    "warnings": "import warnings\nfor i in range(1000): warnings.warn(f'warning {i}')",
    "past Python": "import os\nfor _ in range(100): os.write(1, b'x' * 10**6); os.write(2, b'x' * 10**6)",
    "input": "try: input('? ')\nexcept EOFError: pass",
}


@pytest.mark.parametrize("body", OUTPUT.values(), ids=OUTPUT)
def test_what_is_printed_costs_nothing(attacked, body):
    assert attacked(double(f"{body}\nreturn x + x")).points == 60


def test_warnings_made_errors_in_another_cell_cost_nothing(attacked):
    before = "import warnings\nwarnings.simplefilter('error')"
    assert attacked(double("np.log(np.zeros(1))\nreturn x + x", before)).points == 60


def test_processes_that_get_away_are_gone_afterwards(attacked):
    # The fixture sees that none is left; the answer counts, for nobody is harmed.
    body = """
    import os, time
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(1000)
            os._exit(0)
        os.wait()
    """
    assert attacked(double(once(body))).points == 60


def test_the_memory_of_several_processes_counts_together(attacked):
    group = cgroup.make(sandbox_module.MEMORY, 8)
    if group is None:
        pytest.skip("not applicable here: no control group for memory can be made")
    cgroup.remove(group)
    # Each within its own limit; all of them together above what the sandbox has.
    body = """
    import os, time
    children = []
    for _ in range(3):
        children.append(os.fork())
        if children[-1] == 0:
            block = np.ones(50_000_000)
            time.sleep(2)
            os._exit(0)
    return x + x if [os.waitpid(pid, 0)[1] for pid in children] == [0] * 3 else x
    """
    assert not attacked(double(once(body))).properties["ordinary arrays"]


# --- Reaching out ---------------------------------------------------------------------------------


@pytest.fixture
def probe(toy, untouched):
    """Return a function that runs code in a worker and returns what it returns; it may use any module."""

    def run(body, mode=True, place=None):
        worker = (place or starter(toy, mode))()
        try:
            source = f"def probe():\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n"
            worker.ask({"do": "run", "source": source, "only_definitions": False}, 9)
            request = {"do": "call", "name": "probe", "args": (), "kwargs": {}, "limit": 10**6}
            reply = worker.ask(request)
        finally:
            worker.close()
        assert reply["kind"] == "value", reply
        return reply["value"]

    return run


@pytest.fixture(params=["as it is", "as a user"])
def inside(request, sandbox, monkeypatch):
    """Have the sandbox of this user; where that is root, also the one of others."""
    if request.param == "as a user":
        if os.geteuid() != 0:
            pytest.skip("not applicable: this is the same")
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return request.param


def test_there_is_nothing_to_see(inside, probe):
    seen = probe("""
    import os, sys
    found = []
    for folder, folders, files in os.walk('/'):
        if folder.startswith(('/grader/packages', '/usr/lib', sys.prefix)):
            folders.clear()
            continue
        found += [os.path.join(folder, name) for name in files]
    return [sorted(os.listdir('/')), found, dict(os.environ), os.getcwd(), os.listdir()]
    """)
    top, files, environment, folder, here = seen
    assert "proc" not in top
    assert "home" not in top
    assert (folder, here) == ("/tmp", [])
    assert environment == {**sandbox_module.ENVIRONMENT, "PWD": "/tmp"}
    python = os.path.realpath(sys.executable)
    allowed = ("/grader/sevensteps/", "/dev/", "/lib", python, f"{Path(sys.base_prefix).resolve()}/lib")
    others = [name for name in files if not name.startswith(allowed)]
    assert sorted(others) == [
        *(["/etc/ld.so.cache"] if os.path.exists("/etc/ld.so.cache") else []),
        "/grader/coursework/grader/wire.py",
        "/grader/coursework/grader/worker.py",
    ]


SEARCH = """
import os, sys
sys.path.insert(0, {root!r})
found = []
for module in ('coursework.grader.tasks', 'coursework.grader.verdict'):
    try:
        __import__(module)
        found.append(module)
    except ImportError:
        pass
for name in ({checks!r}, {root!r} + '/README.md', {marks!r}):
    if os.path.exists(name):
        found.append(open(name).read())
return found
"""


def test_hidden_checks_and_marks_can_not_be_read(sandbox, probe, toy, tmp_path):
    paths = {
        "root": str(ROOT),
        "checks": str(toy.folder / "checks.py"),
        "marks": str(tmp_path / "marks" / "ada.json"),
    }
    assert probe(SEARCH.format(**paths)) == []
    assert len(probe(SEARCH.format(**paths), UNSAFE)) == 5


def test_nothing_of_the_checks_is_in_the_memory_of_the_worker(sandbox, toy, solution, untouched):
    # All that it could know of `spread` before it is asked for it.
    hidden = verdict.answer_key(toy, 1)[1].cases[1].args[0]
    code = f"""
    import gc
    def double(x):
        for thing in gc.get_objects():
            if not isinstance(thing, (list, dict)):
                continue
            for part in thing.values() if isinstance(thing, dict) else thing:
                if type(part) is np.ndarray and part.size == {hidden.size} and {hidden[0]!r} in part.ravel():
                    return 0
        return x + x
    """
    marks = verdict.mark(toy, [*solution, textwrap.dedent(code)], 1, sandbox=sandbox)
    assert marks.points == 100


def test_a_private_folder_within_what_the_system_shows_is_empty(sandbox, probe, toy):
    resources, bubblewrap, private = starter(toy, True).args
    assert private == [ROOT, toy.folder]
    place = functools.partial(sandbox_module.Sandboxed, resources, bubblewrap)
    # A folder of Python's own that the worker doesn't need stands for it.
    folder = Path(os.__file__).resolve().parent / "wsgiref"
    look = f"import os\nreturn os.listdir({str(folder)!r})"
    assert "util.py" in probe(look, place=functools.partial(place, []))
    assert probe(look, place=functools.partial(place, [folder])) == []


WRITE = """
import os
written = []
for name in {names!r}:
    try:
        with open(name, 'w') as file:
            file.write('{{"points": 100}}')
        written.append(name)
    except OSError:
        pass
return written
"""


def test_nothing_can_be_written_but_scratch(inside, probe, toy, tmp_path):
    names = [str(tmp_path / "marks" / "ada.json"), str(toy.folder / "checks.py"), "/grader/sevensteps/x.py",
             "/grader/coursework/grader/wire.py", "/x", "/usr/x", "/dev/x", "/etc/ld.so.cache", "/grader/x",
             os.path.realpath(sys.executable), f"{np.__path__[0]}/x.py"]  # fmt: skip
    assert probe(WRITE.format(names=names)) == []
    assert probe(WRITE.format(names=["/tmp/x", "/dev/shm/x", "x"])) == ["/tmp/x", "/dev/shm/x", "x"]
    writable = probe("""
    import os
    return [folder for folder, _, _ in os.walk('/') if os.access(folder, os.W_OK)]
    """)
    assert sorted(writable) == ["/dev/shm", "/tmp"]


def test_without_the_sandbox_the_same_code_could_write(probe, tmp_path):
    (tmp_path / "marks2").mkdir()
    name = str(tmp_path / "marks2" / "x.json")
    assert probe(WRITE.format(names=[name]), UNSAFE) == [name]
    os.remove(name)


CONNECT = """
import socket
sent = []
for family, address in {addresses!r}:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as one:
            one.settimeout(2)
            one.connect(address)
            one.sendall(b'hidden inputs')
            sent.append(address)
    except OSError:
        pass
return len(sent)
"""


@contextlib.contextmanager
def listener(family, address):
    """Listen on this machine; yield the address and the list of what was received."""
    received = []
    with socket.socket(family, socket.SOCK_STREAM) as server:
        server.bind(address)
        server.listen()

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection:
                        received.append(connection.recv(100))

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname(), received
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


@linux
def test_no_network_is_reached(inside, probe, tmp_path):
    abstract = f"\0seven-steps-{os.getpid()}"
    with (
        listener(socket.AF_INET, ("127.0.0.1", 0)) as (tcp, by_tcp),
        listener(socket.AF_UNIX, abstract) as (_, by_name),
        listener(socket.AF_UNIX, str(tmp_path / "socket")) as (_, by_path),
    ):
        unix = int(socket.AF_UNIX)
        addresses = [(int(socket.AF_INET), tcp), (unix, abstract), (unix, str(tmp_path / "socket"))]
        assert probe(CONNECT.format(addresses=addresses)) == 0
        assert by_tcp + by_name + by_path == []
        assert probe(CONNECT.format(addresses=addresses), UNSAFE) == 3
    assert by_tcp + by_name + by_path == [b"hidden inputs"] * 3
    (tmp_path / "socket").unlink()


RIGHTS = """
import ctypes, errno, os, platform, socket
libc = ctypes.CDLL(None, use_errno=True)
add_key = dict(x86_64=248, aarch64=217).get(platform.machine(), -1)
clone = dict(x86_64=56, aarch64=220).get(platform.machine(), -1)
user_namespace = 0x10000000

def call(function, *arguments):
    ctypes.set_errno(0)
    return 'done' if function(*arguments) >= 0 else errno.errorcode[ctypes.get_errno()]

def python(function, *arguments):
    try:
        function(*arguments)
        return 'done'
    except OSError as error:
        return errno.errorcode[error.errno]

return dict(
    user=python(os.setuid, 0 if os.getuid() else 1),
    group=python(os.setgid, 0 if os.getgid() else 1),
    groups=python(os.setgroups, [0]),
    chroot=python(os.chroot, '/tmp'),
    nice=python(os.nice, -1),
    host_name=python(socket.sethostname, 'x'),
    device=python(os.mknod, '/tmp/device', 0o20600, os.makedev(1, 1)),
    mount=call(libc.mount, b'none', b'/tmp', b'tmpfs', 0, None),
    remount=call(libc.mount, None, b'/', None, 32 | 4096, None),
    unmount=call(libc.umount2, b'/tmp', 2),
    unshare=call(libc.unshare, user_namespace),
    unshare_mounts=call(libc.unshare, 0x20000),
    clone=call(libc.syscall, clone, user_namespace | 17, 0, 0, 0, 0),
    trace=call(libc.ptrace, 0, 0, 0, 0),
    shared_memory=call(libc.shmget, 0, 4096, 0o1600),
    messages=call(libc.msgget, 0, 0o1600),
    semaphores=call(libc.semget, 0, 1, 0o1600),
    nameless_file=call(libc.memfd_create, b'x', 0),
    key=call(libc.syscall, add_key, b'user', b'x', b'y', 1, -3),
    ring=call(libc.syscall, 425, 1, 0),
    internet=python(socket.socket, socket.AF_INET),
    internet6=python(socket.socket, socket.AF_INET6),
    virtual_machine=python(socket.socket, 40),
    crypto=python(socket.socket, 38),
    packets=python(socket.socket, 17, socket.SOCK_RAW),
)
"""


@linux
def test_there_are_no_rights(inside, probe):
    rights = probe(RIGHTS)
    # In a namespace of users there is no other user to become.
    assert {rights.pop("user"), rights.pop("group")} <= {"EPERM", "EINVAL"}
    assert rights == dict.fromkeys(rights, "EPERM")


@linux
def test_root_has_no_rights_before_the_worker_becomes_another_user(sandbox, probe, monkeypatch):
    if os.geteuid() != 0:
        pytest.skip("not applicable: this is not root")
    monkeypatch.setattr(sandbox_module, "_other_user", lambda: 0)
    rights = probe(RIGHTS)
    assert {rights[name] for name in ("nice", "host_name", "device", "mount")} == {"EPERM"}


def test_limits_can_not_be_raised(inside, probe):
    raised = probe("""
    import resource
    raised = []
    for name in ('RLIMIT_CPU', 'RLIMIT_AS', 'RLIMIT_NPROC', 'RLIMIT_FSIZE', 'RLIMIT_NOFILE', 'RLIMIT_CORE'):
        soft, hard = resource.getrlimit(getattr(resource, name))
        try:
            resource.setrlimit(getattr(resource, name), (hard + 1, hard + 1))
            raised.append(name)
        except (ValueError, OSError):
            pass
    return raised
    """)
    assert raised == []


def test_computing_time_is_counted_from_each_new_allowance(sandbox, probe):
    # `probe` allows 9 seconds; the process may use up more over all its tasks.
    soft, hard, used = probe(
        "import resource, time\nreturn [*resource.getrlimit(resource.RLIMIT_CPU), time.process_time()]"
    )
    assert used + 8 <= soft <= used + 10
    assert hard == 10 + 1 + 1 + 5


def test_a_short_sleep_costs_nothing(attacked):
    assert attacked(double(once("import time; time.sleep(2)"))).points == 60


def test_other_processes_can_not_be_seen_or_ended(inside, probe):
    assert probe(f"""
    import os
    ended = []
    for pid in (1, {os.getpid()}, {os.getppid()}):
        try:
            os.kill(pid, 15 if pid == 1 else 0)
            ended.append(pid)
        except OSError:
            pass
    return [pid for pid in ended if pid != 1] + [os.getpid() > 100]
    """) == [False]


# --- Cheating -------------------------------------------------------------------------------------

WRONG = "\ndef double(x): return x + 3\n"
FIND_PIPE = """
import os, stat, struct, json, time
def pipes():
    found = []
    for number in range(3, 64):
        try:
            if stat.S_ISFIFO(os.fstat(number).st_mode):
                os.write(number, b'')
                found.append(number)
        except OSError:
            pass
    return found
def frame(tree, data=b''):
    text = json.dumps(tree).encode() if not isinstance(tree, bytes) else tree
    body = struct.pack('>I', len(text)) + text + data
    return struct.pack('>Q', len(body)) + body
def send(data):
    for pipe in pipes():
        os.write(pipe, data)
def reply(number, **more):
    return {'dict': [['number', number], *map(list, more.items())]}
"""

CHEATS = {
    "NumPy's comparisons": "np.allclose = np.isclose = np.array_equal = lambda *a, **k: True\n"
    "np.testing.assert_allclose = np.testing.assert_array_equal = lambda *a, **k: None" + WRONG,
    "NumPy's functions": "np.abs = np.all = np.asarray = lambda *a, **k: True" + WRONG,
    "builtins": "import builtins\nbuiltins.all = builtins.any = builtins.bool = lambda *a: True" + WRONG,
    "isinstance": "import builtins\nbuiltins.isinstance = lambda *a: True" + WRONG,
    "the syntax tree": "import ast\nast.parse = lambda *a, **k: ast.Module([], [])\n"
    "ast.Compare = ast.Assert = ast.Expr" + WRONG,
    "compile and exec": "import builtins\nbuiltins.compile = builtins.exec = lambda *a, **k: None" + WRONG,
    "a trace": "import sys\nsys.settrace(lambda frame, *a: frame.f_locals.update(points=100))" + WRONG,
    "modules": "import sys\nsys.modules['numpy'] = sys.modules['math'] = sys\nsys.modules.clear()" + WRONG,
    "a subclass that equals all": "class All(np.ndarray):\n"
    "    __eq__ = __le__ = __ge__ = lambda *a: np.True_\n    __array_ufunc__ = lambda *a, **k: np.True_\n"
    "def double(x): return (x + 3).view(All)",
    "an object that equals all": "class All:\n    __eq__ = __le__ = __ge__ = lambda *a: True\n"
    "    __array__ = lambda *a, **k: np.zeros(2)\ndef double(x): return All()",
    "a float that equals all": "class All(float):\n    __eq__ = __sub__ = __rsub__ = lambda *a: 0.0\n"
    "def double(x): return All(3)",
    "nan": "def double(x): return x * np.nan",
    "a mask": "def double(x): return np.ma.masked_all_like(x)",
    "objects": "class All:\n    __eq__ = lambda *a: True\n"
    "def double(x): return np.full(x.shape, All(), dtype=object)",
    "the wire": "from coursework.grader import wire\nwire.encode = lambda *a: b'100 points'" + WRONG,
    "the session": "import gc\nfor one in gc.get_objects():\n    if type(one).__name__ == 'Session':\n"
    "        type(one).answer = lambda *a: {'kind': 'value', 'value': None, 'points': 100}" + WRONG,
    "the frames": "import sys\ndef double(x):\n    frame = sys._getframe()\n    while frame:\n"
    "        for name in ('outcomes', 'points', 'expected', 'right', 'changed'):\n"
    "            frame.f_locals[name] = x + 3\n        frame = frame.f_back\n    return x + 3",
    "words in the reply": FIND_PIPE + "def double(x):\n"
    "    send(frame(reply(5, kind='value', value=100, points=100, right=True)))\n    return x + 3",
    "the hooks": "import sys, atexit\nsys.excepthook = sys.unraisablehook = print\n"
    "atexit.register(lambda: [0 for _ in iter(int, 1)])" + WRONG,
}


@pytest.mark.parametrize("code", CHEATS.values(), ids=CHEATS)
def test_a_wrong_answer_stays_wrong(attacked, code):
    # What they break may cost them the other task too.
    task = attacked(code, alone=False)
    assert not task.properties["ordinary arrays"]
    assert task.points <= 20


def test_the_cheats_would_be_noticed_by_their_marks(attacked):
    assert attacked("def double(x): return x + 3").points == 20


# The four calls of `double` are the requests 5 to 8, after four cells.
NO_DATA, TOO_LARGE = interview.ENDS["no data"], interview.ENDS["too large"]
FORGED = {
    "noise": ("send(b'\\xff' * 1000)", TOO_LARGE),
    "an announcement of 2**60 bytes": ("send(struct.pack('>Q', 2**60))", TOO_LARGE),
    "a frame cut short": ("send(struct.pack('>Q', 100) + b'x'); os._exit(0)", ENDED),
    "half a length": ("send(b'\\0\\0\\0'); os._exit(0)", ENDED),
    "a value nested 30,000 times": ("send(frame(b'[' * 30_000 + b']' * 30_000))", NO_DATA),
    "a shape of a billion rows": ("send(frame({'array': ['<f8', [10**9, 0]]}))", NO_DATA),
    "no dict": ("send(frame([1, 2]))", NO_DATA),
    "another number": ("send(frame(reply(999, kind='value', value=1)))", NO_DATA),
    "a kind that is none": ("send(frame(reply(5, kind='full marks')))", NO_DATA),
    "a kind that is a list": ("send(frame(reply(5, kind=[1])))", NO_DATA),
    "no kind": ("send(frame(reply(5)))", NO_DATA),
    "a kind that is an array": (
        "send(frame(reply(5, kind={'array': ['<f8', [2]]}), bytes(16)))",
        NO_DATA,
    ),
    "a number that is an array": (
        "send(frame(reply({'array': ['<f8', [2]]}, kind='value'), bytes(16)))",
        NO_DATA,
    ),
    "two replies": ("send(frame(reply(5, kind='missing')) * 2)", interview.ENDS["missing"]),
    "replies without end": ("while True: send(frame(reply(5, kind='no data')))", NO_DATA),
}


@pytest.mark.parametrize(("body", "said"), FORGED.values(), ids=FORGED)
def test_a_forged_reply_costs_the_marks_of_its_task(attacked, body, said):
    task = attacked(double(f"{body}\nreturn x + x", before=FIND_PIPE))
    assert (task.points, task.message) == (0, said)


def test_a_reply_of_one_byte_at_a_time_is_not_waited_for(attacked, short):
    body = "send(struct.pack('>Q', 60_000))\nwhile True: send(b'x'); time.sleep(0.1)"
    assert attacked(double(body, before=FIND_PIPE)).message == TIMED_OUT


CELL_REPLIES = [
    "reply(4)",
    "reply(4, kind=[1])",
    "reply(4, kind='full marks')",
    "[1]",
    "reply(9, kind='value')",
]


@pytest.mark.parametrize("tree", CELL_REPLIES)
def test_a_reply_forged_by_a_cell_costs_its_submission_at_most(toy, solution, sandbox, untouched, tree):
    cells = [*solution, f"{FIND_PIPE}\nsend(frame({tree}))\n"]
    assert verdict.mark(toy, cells, 1, sandbox=sandbox).points in (0, 40, 60, 100)


def test_a_reply_too_many_does_not_cost_the_next_task(attacked):
    # At the last call: what comes after it is read in place of the first reply of the other task.
    body = (
        "if not x.size: send(frame(reply(8, kind='value', value={'array': ['<f8', [0, 3]]})))\nreturn x + x"
    )
    assert attacked(double(body, before=FIND_PIPE)).points == 60


def test_a_forged_reply_is_another_way_to_return_a_value(attacked):
    # It has to be the right value, and that is what was asked for.
    code = """
    import gc
    def forge(session, request):
        (x,) = request["args"] or request["kwargs"].values()
        value = 2 * x if request["name"] == "double" else x.max() - x.min()
        return {"kind": "value", "value": value, "changed": False}
    for one in gc.get_objects():
        if type(one).__name__ == "Session":
            type(one).answer = forge
    """
    assert attacked(code).points == 60


# --- The same every time, and the way out ---------------------------------------------------------


def test_chance_without_a_seed_is_the_same_in_every_grading(sandbox, probe):
    chance = "import random\nreturn [np.random.normal(), random.random(), *{'a', 'b', 'c', 'd', 'e', 'f'}]"
    chance = f"import numpy as np\n{chance}"
    assert probe(chance) == probe(chance)


def test_without_protection_the_same_verdict(toy, solution, untouched):
    assert verdict.mark(toy, solution, 1, sandbox=UNSAFE) == verdict.mark(toy, solution, 1, sandbox=False)


def test_without_protection_a_loop_ends_too(attacked):
    assert attacked(double("while True: pass"), mode=UNSAFE).message == TIMED_OUT


@linux
def test_without_bubblewrap_it_refuses_and_says_how_to_install_it(toy, solution, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = tmp_path / "ran"
    with pytest.raises(SandboxError, match="sudo apt install bubblewrap"):
        verdict.mark(toy, [*solution, f"open({str(ran)!r}, 'w')"], 1)
    assert not ran.exists()


@pytest.mark.parametrize("mode", [True, UNSAFE])
def test_on_windows_it_refuses_and_names_the_container(toy, solution, monkeypatch, tmp_path, mode):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sandbox_module, "POSIX", False)
    with pytest.raises(SandboxError, match="container"):
        verdict.mark(toy, solution, 1, sandbox=mode)


@linux
def test_where_bubblewrap_may_not_make_namespaces_it_refuses_and_says_why(
    toy, solution, monkeypatch, tmp_path, untouched
):
    fake = tmp_path / "bin" / "bwrap"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\necho 'bwrap: Creating new namespace failed' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(fake.parent))
    with pytest.raises(SandboxError, match=r"(?s)Creating new namespace failed.*seccomp=unconfined"):
        verdict.mark(toy, solution, 1)
    fake.unlink()


GRADER = """
import sys
from coursework.grader import tasks, verdict
assignment = tasks.load(sys.argv[1])
verdict.answer_key(assignment, 1)
print("started", flush=True)
verdict.mark(assignment, [sys.argv[2]], 1)
"""


def test_a_killed_grader_takes_its_sandbox_with_it(toy, sandbox, adopted):
    before = descendants()
    forks = double("import os, time\nif os.fork() == 0: os.setsid()\ntime.sleep(1000)")
    command = [sys.executable, "-c", GRADER, str(toy.folder), forks]
    grader = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert grader.stdout.readline() == b"started\n"
    wait(lambda: sum(is_worker(pid) for pid in descendants()) == 2)
    grader.kill()
    grader.wait()
    grader.stdout.close()
    wait(lambda: reaped() <= before)
    assert groups(grader.pid) == []


def test_a_grader_killed_while_it_starts_a_sandbox_leaves_none(toy, sandbox, adopted):
    before = descendants()
    command = [sys.executable, "-c", GRADER, str(toy.folder), "import time; time.sleep(1000)"]
    for delay in (0.0, 0.005, 0.01, 0.02, 0.04):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as grader:
            assert grader.stdout.readline() == b"started\n"
            time.sleep(delay)
            grader.kill()
    wait(lambda: reaped() <= before)


def wait(true):
    """Wait until it is true; fail after long."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_worker(pid):
    with contextlib.suppress(OSError):
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return b"bwrap" not in command[0] and b"-P" in command[:3]
    return False


def reaped():
    """Return the processes that come from this one, after a look at those that it inherited."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    return descendants()


# --- The filter of system calls -------------------------------------------------------------------


def decision(program, architecture, number, argument=0):
    """Run a filter as the kernel does, and return what it answers."""
    steps = [struct.unpack("=HBBI", program[i : i + 8]) for i in range(0, len(program), 8)]
    data = {0: number, 4: architecture, 16: argument}
    at = value = 0
    while True:
        code, then, otherwise, operand = steps[at]
        if code == seccomp.RETURN:
            return operand
        if code == seccomp.LOAD:
            value = data[operand]
            at += 1
            continue
        true = {
            seccomp.EQUAL: value == operand,
            seccomp.AT_LEAST: value >= operand,
            seccomp.ANY_BIT: value & operand != 0,
        }[code]
        at += 1 + (then if true else otherwise)


@pytest.mark.parametrize("machine", seccomp.MACHINES)
def test_the_filter_refuses_what_it_names_and_allows_the_rest(machine):
    code, clone, net, refused = seccomp.MACHINES[machine]
    ask = functools.partial(decision, seccomp.program(machine), code)
    named = {*refused, *seccomp.NEW}
    for number in set(range(460)) - {clone, net, seccomp.CLONE3}:
        assert ask(number) == (seccomp.REFUSE if number in named else seccomp.ALLOW)
    assert ask(seccomp.CLONE3) == seccomp.UNKNOWN
    # A thread, a fork, and a fork into a namespace of users.
    assert [ask(clone, flags) for flags in (0x3D0F00, 0x1200011, 0x10000011)] == [
        seccomp.ALLOW,
        seccomp.ALLOW,
        seccomp.REFUSE,
    ]
    # Sockets of this machine, of the internet, of the machine below a virtual one.
    families = [1, 2, 40]
    assert [ask(net, family) for family in families] == [seccomp.ALLOW, seccomp.REFUSE, seccomp.REFUSE]
    assert decision(seccomp.program(machine), 0x40000003, 5) == seccomp.REFUSE


def test_the_second_set_of_numbers_of_x86_64_is_refused():
    program = seccomp.program("x86_64")
    assert decision(program, seccomp.MACHINES["x86_64"][0], 0x40000000 + 101) == seccomp.REFUSE


def test_an_unknown_machine_has_a_filter_that_allows():
    assert decision(seccomp.program("riscv64"), 0, 272) == seccomp.ALLOW


# --- Control groups, on a model of their files ----------------------------------------------------

TWO = ("memory.max", "memory.swap.max", "pids.max")
LAYOUTS = {
    "two, beside": ("0::/user/shell\n", "user", TWO),
    "two, at the top": ("0::/\n", "", TWO),
    "one": ("4:memory:/box\n0::/\n", "memory/box", ("memory.limit_in_bytes",)),
    "two, without a controller": ("0::/user/shell\n", None, ("memory.max",)),
    "none": ("", None, ()),
}


@pytest.mark.parametrize(("own", "parent", "files"), LAYOUTS.values(), ids=LAYOUTS)
def test_a_control_group_is_made_where_its_limits_are(tmp_path, monkeypatch, own, parent, files):
    monkeypatch.setattr(cgroup, "SYSTEM", tmp_path)
    monkeypatch.setattr(cgroup, "OWN", tmp_path / "own")
    (tmp_path / "own").write_text(own)
    for folder in ("user/shell", "memory/box"):
        (tmp_path / folder).mkdir(parents=True)
    if "memory.max" in files:
        (tmp_path / "cgroup.controllers").touch()
    # A killed grader's; a process with this number can't be.
    for folder in ("user", "memory/box"):
        (tmp_path / folder / f"{cgroup.NAME}-{2**30}-0").mkdir()
    real_mkdir, real_rmdir = Path.mkdir, Path.rmdir

    def mkdir(path):
        """As the system does, fill a new group's folder with the files of its controllers."""
        real_mkdir(path)
        for name in files:
            (path / name).write_text("")

    def rmdir(path):
        for file in path.iterdir():
            file.unlink()
        real_rmdir(path)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    monkeypatch.setattr(Path, "rmdir", rmdir)

    group = cgroup.make(1000, 7)
    if parent is None:
        assert group is None
    else:
        assert group.parent == tmp_path / parent
        written = {name: (group / name).read_text() for name in files}
        limits = {
            "memory.max": "1000",
            "memory.swap.max": "0",
            "pids.max": "7",
            "memory.limit_in_bytes": "1000",
        }
        assert written == {name: limits[name] for name in files}
        cgroup.remove(group)
    left = {path.parent.name for path in tmp_path.rglob(f"{cgroup.NAME}-*")}
    # Those of killed graders are gone from where a group was made, or tried.
    assert left == {"user", "box"} - {Path(parent or "").name or "none"} - (
        {"user"} if "user" in own else set()
    )
