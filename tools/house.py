"""Everything that a newcomer or a maintainer types: set up, build, serve, test.

Needs nothing but Python, and works the same on Linux, macOS and Windows. `make` only passes its verbs
on to here. The file must at least parse on Python 3.6, so as to say there which Python it needs.
"""

import argparse
import collections
import contextlib
import errno
import functools
import hashlib
import http.server
import importlib.util
import os
import re
import shutil
import socketserver
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
REQUIREMENTS = {"book": "requirements.txt", "dev": "requirements-dev.txt"}
# All that they come to, dependencies included, with the hashes of the files.
LOCK = "requirements.lock"
# What a page can depend on. The library is among it: pages show its source and its docstrings.
SITE_INPUTS = [
    "_config.yml", "_toc.yml", "requirements.txt", "pyproject.toml", "book", "lib", "coursework",
    "tests/book/equations",
]  # fmt: skip
# The whole book in one file, and what such a file depends on.
EDITIONS = {"pdf": "seven-steps.pdf", "epub": "seven-steps.epub"}
EDITION_INPUTS = [*SITE_INPUTS, "requirements-dev.txt", "tools"]
# A notebook's cells share a kernel, so a notebook goes to one worker as a whole.
NOTEBOOK_TESTS = ["--nbval", "--nbval-current-env", "book", "-n", "2", "--dist", "loadscope", "-W", "default"]


class Failure(Exception):
    """Something that the person at the keyboard can mend; the message says how."""


# --- Set-up ---------------------------------------------------------------------------------------


def require_python():
    """Stop, in words, on a Python that is too old or lacks venv."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        raise Failure(
            "Python {}.{} or newer is needed; this is {}.{}.{}.\nInstall a newer one and name it:"
            "  make PYTHON=python3.12 book  or  python3.12 tools/house.py book".format(
                *OLDEST_PYTHON, *sys.version_info[:3]
            )
        )
    # Debian and Ubuntu ship venv without the part that puts pip into a new environment.
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise Failure(
            "This Python cannot make virtual environments: its venv module is missing.\n"
            "Debian and Ubuntu:  sudo apt install python3-venv\n"
            "Then give the same command again."
        )


def venv_python():
    """Return the path of the environment's interpreter, whether or not it exists yet."""
    return ROOT / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@contextlib.contextmanager
def alone():
    """Wait until no other call is making .venv or the site, then keep others out."""
    (ROOT / "_build").mkdir(exist_ok=True)
    with (ROOT / "_build" / "lock").open("a") as file:
        if not locked(file):
            say("Another of these commands is at work here: waiting for it …")
            while not locked(file):
                time.sleep(0.2)
        yield


def locked(file):
    """Lock the file unless another process has; the system unlocks it when this process ends, however."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Other errors come from file systems without locks: better without than never.
        return error.errno not in (errno.EACCES, errno.EAGAIN)
    return True


def place():
    """Return what an environment is bound to: it can be neither moved nor used by another Python."""
    return f"{ROOT}, Python {sys.version_info[:2]}"


@alone()
def setup(level, locked=False):
    """Make .venv hold what the level, "book" or "dev", asks for; return its Python.

    `locked`, only files with the hashes of the lock are taken.
    """
    require_python()
    python = venv_python()
    stamps = {name: ROOT / ".venv" / f"ready-{name}" for name in REQUIREMENTS}
    wanted = f"{digest([*REQUIREMENTS.values(), 'pyproject.toml'])} {place()}"
    # Whoever has the maintainers' environment has the book's.
    if any(read(stamps[name]) == wanted for name in (level, "dev")) and python.exists():
        return python

    for stamp in stamps.values():
        stamp.unlink(missing_ok=True)
    if read(ROOT / ".venv" / "made-for") != place() or not python.exists():
        say("Making the virtual environment .venv …")
        shutil.rmtree(ROOT / ".venv", ignore_errors=True)
        run([sys.executable, "-m", "venv", ".venv"], "The virtual environment could not be made.")
    requirements = LOCK if locked else REQUIREMENTS[level]
    say(f"Installing {requirements} into .venv (a minute or two the first time) …")
    install(python, "-r", requirements)
    if locked:
        # The library itself has no hash. It is made with what the lock has brought.
        install(python, "--no-deps", "--no-build-isolation", "-e", ".")
    # Last of all, so that an installation broken off half-way is taken up again by the next call.
    stamps[level].write_text(wanted, encoding="utf-8")
    return python


def install(python, *what):
    """Let pip install something, quietly unless it fails."""
    # Gone while pip is at work: it would take half-copied packages for installed, so the next call has
    # to start from nothing where this one is broken off.
    made_for = ROOT / ".venv" / "made-for"
    made_for.unlink(missing_ok=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    answer = subprocess.run(
        [*pip, *what],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    made_for.write_text(place(), encoding="utf-8")
    if answer.returncode == 0:
        return
    last_lines = "\n".join(answer.stdout.splitlines()[-15:])
    signs = ("from versions: none", "connection", "Connection", "name resolution", "timed out")
    if any(sign in answer.stdout for sign in signs):
        advice = (
            "pip could not reach the package index. Is this machine online? Behind a proxy, set"
            " HTTPS_PROXY.\n"
            "Then give the same command again: what was downloaded is not downloaded twice."
        )
    else:
        advice = f"pip could not install {what[-1]}. Its last lines, above, say why."
    raise Failure(f"{last_lines}\n\n{advice}")


def lock(python):
    """Write the lock anew: releases stay where the requirements let them, and get the hashes of PyPI."""
    compiling = [
        str(python),
        "-m",
        "uv",
        "pip",
        "compile",
        REQUIREMENTS["dev"],
        "--output-file",
        LOCK,
        "--quiet",
    ]
    # For every system; the library itself, -e ., has no release.
    options = [
        "--universal",
        "--python-version",
        "{}.{}".format(*OLDEST_PYTHON),
        "--no-emit-package",
        "sevensteps",
    ]
    header = ["--generate-hashes", "--custom-compile-command", "make lock"]
    run([*compiling, *options, *header], f"{LOCK} was left as it was.")
    say(f"{LOCK} fits the requirements.")


# --- The site -------------------------------------------------------------------------------------


@alone()
def site(python):
    """Build _build/html with warnings as errors, unless it already shows the present sources."""
    target = ROOT / "_build" / "html"
    if site_is_current():
        say("The site is up to date: _build/html")
        return
    say("Building the site …")
    # Always from nothing, and beside the present site: a failed Sphinx build leaves a cache that the next
    # one would take for good, and an incremental one does not notice that other pages' navigation changed.
    stage = ROOT / "_build" / "stage"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    inputs = digest(SITE_INPUTS)
    try:
        build = [str(python.parent / "jupyter-book"), "build", ".", "--path-output", str(stage)]
        run(
            [*build, "-W", "-n", "--keep-going", "-q"],
            "The site was not built: mend what is named above. A warning counts as an error.",
            # It would praise the folder that is about to be moved; what went wrong goes to stderr.
            stdout=subprocess.DEVNULL,
        )
        built = stage / "_build" / "html"
        (built / ".inputs").write_text(inputs, encoding="utf-8")
        # Renamed, so that nobody ever sees half a site; the old one goes with the stage.
        if target.exists():
            target.rename(stage / "old")
        built.rename(target)
        offer()
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    say("Built the site: _build/html")


def site_is_current():
    """Say whether _build/html was built from the sources as they are now."""
    return read(ROOT / "_build" / "html" / ".inputs") == digest(SITE_INPUTS)


# --- The book in one file --------------------------------------------------------------------------


def edition(python, kind):
    """Make the PDF or the EPUB of the site, unless it already shows the present sources."""
    site(python)
    file = ROOT / "_build" / kind / EDITIONS[kind]
    with alone():
        if edition_is_current(kind):
            say(f"The {kind.upper()} is up to date: _build/{kind}/{file.name}")
        else:
            say(f"Making the {kind.upper()} …")
            inputs = digest(EDITION_INPUTS)
            run([str(python), f"tools/{kind}.py"], f"The {kind.upper()} was not made.")
            (file.parent / ".inputs").write_text(inputs, encoding="utf-8")
            say(f"Made the {kind.upper()}: _build/{kind}/{file.name}")
        offer()


def all_editions(python):
    """Make all that is published, beside each other."""
    for kind in EDITIONS:
        edition(python, kind)
    say("The site with the book as PDF and EPUB is in _build/html")


def edition_is_current(kind):
    """Say whether the PDF or the EPUB was made from the sources as they are now."""
    return read(ROOT / "_build" / kind / ".inputs") == digest(EDITION_INPUTS)


def offer():
    """Put the editions that show the present sources beside the site, and link them on its first page.

    Where there is none, the page says how it is made.
    """
    html = ROOT / "_build" / "html"
    for kind, name in EDITIONS.items():
        if edition_is_current(kind):
            shutil.copy(ROOT / "_build" / kind / name, html / name)
            page = html / "book" / "index.html"
            mark = rf'<span class="edition {kind}">(\w+).*?\)</span>'
            link = rf'<a class="edition {kind}" href="../{name}">\1</a>'
            page.write_text(re.sub(mark, link, page.read_text(encoding="utf-8")), encoding="utf-8")


# --- Serving it -------------------------------------------------------------------------------------


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files without a word, and lets the browser see each new build at once."""

    # Windows may say something else of these, and then browsers run none of them.
    extensions_map = {  # noqa: RUF012 (the server reads it from the class)
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def end_headers(self):
        """Add the header that makes a browser ask again."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_request(self, code="-", size="-"):
        """Keep the terminal free for the address."""


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """Refuses a port that another program serves; Windows would share it."""

    daemon_threads = True
    allow_reuse_address = os.name != "nt"


def book(python, port):
    """Build the site and serve it to this machine until Ctrl-C."""
    handler = functools.partial(Handler, directory=str(ROOT / "_build" / "html"))
    try:
        server = Server(("127.0.0.1", port), handler)
    except (OSError, OverflowError) as error:
        raise Failure(
            f"Port {port} cannot be used: {error}\nPerhaps the book is being served already."
            " Take any free port:  make book PORT=0  or  python tools/house.py book --port 0"
        ) from None
    with server:
        site(python)
        say(f"The book is at  http://127.0.0.1:{server.server_address[1]}/  (Ctrl-C ends this)")
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


# --- The tests ------------------------------------------------------------------------------------


Part = collections.namedtuple("Part", "name seconds passed failed skipped")


def test(python):
    """Run every check, time each, and return 0 if all passed."""
    results = []
    for name, work in parts(python):
        print(f"\n=== {name} ".ljust(100, "="), flush=True)
        start = time.monotonic()
        passed, failed, skipped = work()
        results.append(Part(name, time.monotonic() - start, passed, failed, skipped))

    print(f"\n{'part':<16}{'seconds':>8}{'passed':>8}{'failed':>8}{'skipped':>9}")
    for part in results:
        mark = "  <-- failed" if part.failed else ""
        print("{:<16}{:>8.1f}{:>8}{:>8}{:>9}".format(*part) + mark)
    seconds, passed, failed, skipped = (sum(column) for column in list(zip(*results, strict=True))[1:])
    print(f"{'all':<16}{seconds:>8.1f}{passed:>8}{failed:>8}{skipped:>9}\n")
    # The last line is read by .ci/run.
    print(
        f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""),
        flush=True,
    )
    return 1 if failed else 0


def parts(python):
    """Yield each part of the tests as its name and a function that returns (passed, failed, skipped)."""
    tool = functools.partial(check, python)
    suite = functools.partial(pytest, python)
    yield "lint", lambda: tool("ruff", "check", ".")
    yield "format", lambda: tool("ruff", "format", "--check", ".")
    yield "spelling", lambda: tool("codespell_lib")
    yield "library", lambda: suite(
        "tests/lib", "lib", "--doctest-modules", "-n", "2", "--dist", "loadscope",
        "--cov=lib/sevensteps", "--cov-branch",
        "--cov-report=term-missing:skip-covered", "--cov-fail-under=100",
    )  # fmt: skip
    yield "structure", lambda: suite("tests/book", "-n", "2", "--dist", "loadscope")
    yield "benchmarks", lambda: suite("tests/benchmarks")
    yield "notebooks", lambda: suite(*NOTEBOOK_TESTS)
    yield "site build", lambda: attempt(site, python)
    yield "site", lambda: suite("tests/site", "-n", "2")
    # Pages take from seconds to minutes: who has none left takes over another's.
    yield "browser", lambda: chromium() or suite("tests/browser", "-n", "2", "--dist", "worksteal")
    # Fixtures that grade a folder once are shared by the tests of a file.
    yield "coursework", lambda: bubblewrap() or suite("tests/coursework", "-n", "2", "--dist", "loadscope")


def bubblewrap():
    """Install the sandbox for student code where that needs no one's leave."""
    debian("bwrap", "bubblewrap")


def chromium():
    """Install a browser, and letters for what it shows, where that needs no one's leave."""
    debian("chromium", "chromium", "fonts-noto-core", "fonts-noto-mono", "fonts-dejavu-core")


def debian(program, *packages):
    """Install what lacks where nobody has to be asked: as root, on Debian and its kin.

    Elsewhere the tests that need it say that they are not applicable, or which package to install.
    """
    if shutil.which(program) or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    say(f"Installing {packages[0]} …")
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", "-qq", *arguments], stdout=subprocess.DEVNULL)


def check(python, *module_and_arguments):
    """Run a checker that only knows yes and no, and count it as one test."""
    command = [str(python), "-m", *module_and_arguments]
    failed = subprocess.run(command, cwd=ROOT, env=environment()).returncode != 0
    return (0, 1, 0) if failed else (1, 0, 0)


def attempt(function, *arguments):
    """Call one of the functions above, and count it as one test."""
    try:
        function(*arguments)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 0, 1, 0
    return 1, 0, 0


def pytest(python, *arguments, **variables):
    """Run pytest, with more environment variables, and read its counts from its report for machines."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [str(python), "-m", "pytest", "-q", f"--junitxml={report}", *arguments]
        code = subprocess.run(command, cwd=ROOT, env={**notebook_environment(), **variables}).returncode
        total = failed = skipped = 0
        if report.exists():
            (counts,) = ElementTree.parse(report).getroot().iter("testsuite")
            total, skipped = int(counts.get("tests")), int(counts.get("skipped"))
            failed = int(counts.get("failures")) + int(counts.get("errors"))
    passed = total - failed - skipped
    # Nothing found, a crash or a usage error is a failure too, though no test of its own failed.
    return passed, max(failed, 1 if code else 0), skipped


# --- Benchmarks, notebooks, slides, lab, cleaning -------------------------------------------------


def bench(python):
    """Measure the library against its peers, print the tables, and store them in benchmarks/results."""
    for name in ("speed", "scale"):
        run([str(python), f"benchmarks/{name}.py"], f"benchmarks/{name}.py did not end well.")


def notebook_environment():
    """Return the environment in which notebooks give the same outputs on every machine."""
    variables = environment()
    # Unset, ipykernel chooses the backend that shows figures in the notebook.
    variables.pop("MPLBACKEND", None)
    variables["PYTHONHASHSEED"] = "0"
    # Two notebooks run side by side. Matrices as small as theirs lose more to threads that wait for
    # each other than they gain.
    variables["OPENBLAS_NUM_THREADS"] = "1"
    # Otherwise a warning carries the name of a temporary file, which differs from run to run.
    variables["IPYKERNEL_CELL_NAME"] = "<cell>"
    return variables


def canary():
    """Try the oldest and the newest releases, each in an environment of its own."""
    require_python()
    return run_to_its_end([sys.executable, "tools/canary.py"])


def flakes(python, runs):
    """Run the notebooks many times over."""
    return run_to_its_end([str(python), "tools/flakes.py", str(runs)])


def notebooks(python, names):
    """Execute and normalize the named notebooks, or all."""
    command = [str(python), "tools/notebooks.py", *names]
    return subprocess.run(command, cwd=ROOT, env=notebook_environment()).returncode


def mutants(python):
    """Count how many small mistakes in the library its tests find."""
    command = [str(python), "tools/mutants.py"]
    return subprocess.run(command, cwd=ROOT, env=notebook_environment()).returncode


def slides(python, names):
    """Make slides of the named notebooks, or of all."""
    command = [str(python), "tools/slides.py", *names]
    return subprocess.run(command, cwd=ROOT, env=environment()).returncode


def site_report(python):
    """Print what each page sends, and what axe and Lighthouse say of it."""
    site(python)
    command = [str(python), "tools/site_report.py"]
    return subprocess.run(command, cwd=ROOT, env=environment()).returncode


def lab(python):
    """Open JupyterLab on the pages."""
    command = [str(python), "-m", "jupyterlab", "--notebook-dir", str(ROOT / "book")]
    # Many small matrix products are faster on one thread than on several that wait for each other.
    variables = {**environment(), "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(command, cwd=ROOT, env=variables).returncode


def clean():
    """Remove what the other verbs made, the virtual environment included."""
    for name in ("_build", ".venv", ".pytest_cache", ".ruff_cache", ".hypothesis"):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    (ROOT / ".coverage").unlink(missing_ok=True)
    say("Removed _build, .venv and the caches.")


# --- Small things ---------------------------------------------------------------------------------


def say(text):
    """Print a line at once, also where the output is not a terminal."""
    print(text, flush=True)


def read(path):
    """Return the text of a file, or nothing where it can't be read."""
    with contextlib.suppress(OSError):
        return path.read_text(encoding="utf-8")


def digest(names):
    """Return a hash of the names and contents of files, and of all files below folders."""
    total = hashlib.sha256()
    for name in names:
        top = ROOT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            relative = path.relative_to(ROOT).as_posix()
            made = "__pycache__" in relative or ".egg-info/" in relative or "/." in relative
            if path.is_file() and not made:
                total.update(f"{relative}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def environment():
    """Return the environment for the tools, free of another Python's modules."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}


def run(command, what_failed, **options):
    """Run a command that has to succeed."""
    if subprocess.run(command, cwd=ROOT, env=environment(), **options).returncode != 0:
        raise Failure(what_failed)


def run_to_its_end(command):
    """Run a tool that answers Ctrl-C itself, and wait for what it still has to say; return its code."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment())
    while True:
        with contextlib.suppress(KeyboardInterrupt):
            return process.wait()


def main():
    """Read the command line and do what it asks for."""
    parser = argparse.ArgumentParser(prog="house.py", description="The commands of Seven Steps.")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    verbs.required = True
    preparing = verbs.add_parser("setup", help="make .venv and install everything into it")
    preparing.add_argument("--locked", action="store_true", help=f"only files with the hashes of {LOCK}")
    verbs.add_parser("lock", help=f"write {LOCK} anew, after a change of the requirements")
    verbs.add_parser("site", help="build the site into _build/html")
    serving = verbs.add_parser("book", help="build the site and serve it on this machine")
    serving.add_argument("--port", type=int, default=8000, help="default: 8000; 0 takes any that is free")
    verbs.add_parser("pdf", help="print the whole book into _build/pdf")
    verbs.add_parser("epub", help="bind the whole book as an e-book into _build/epub")
    verbs.add_parser("all", help="build the site with the PDF and the EPUB beside it: what is published")
    verbs.add_parser("test", help="run every check and time each")
    verbs.add_parser("bench", help="measure speed against other libraries, which takes some minutes")
    verbs.add_parser("mutants", help="break the library in thousands of ways and count what its tests find")
    verbs.add_parser("canary", help="test on the oldest and the newest releases, and on the newest Python")
    repeating = verbs.add_parser("flakes", help="test the notebooks 30 times over, none of which may differ")
    repeating.add_argument("--runs", type=int, default=30, help="default: 30")
    executing = verbs.add_parser("notebooks", help="execute and normalize the notebooks")
    executing.add_argument("names", nargs="*", metavar="NOTEBOOK", help="only these (default: all)")
    showing = verbs.add_parser("slides", help="make slides of the notebooks in _build/slides")
    showing.add_argument("names", nargs="*", metavar="NOTEBOOK", help="only these (default: all)")
    verbs.add_parser("site-report", help="print what each page sends, and what axe and Lighthouse say of it")
    verbs.add_parser("lab", help="open JupyterLab on the chapters")
    verbs.add_parser("clean", help="remove .venv, the site and all caches")
    arguments = parser.parse_args()

    actions = {
        "setup": lambda: setup("dev", arguments.locked) and None,
        "lock": lambda: lock(setup("dev")),
        "site": lambda: site(setup("book")),
        "book": lambda: book(setup("book"), arguments.port),
        "pdf": lambda: edition(setup("dev"), "pdf"),
        "epub": lambda: edition(setup("dev"), "epub"),
        "all": lambda: all_editions(setup("dev")),
        "test": lambda: test(setup("dev")),
        "bench": lambda: bench(setup("dev")),
        "mutants": lambda: mutants(setup("dev")),
        "canary": canary,
        "flakes": lambda: flakes(setup("dev"), arguments.runs),
        "notebooks": lambda: notebooks(setup("book"), arguments.names),
        "slides": lambda: slides(setup("book"), arguments.names),
        "site-report": lambda: site_report(setup("dev")),
        "lab": lambda: lab(setup("book")),
        "clean": clean,
    }
    try:
        sys.exit(actions[arguments.verb]())
    except Failure as failure:
        sys.exit(f"\n{failure}")
    except KeyboardInterrupt:
        sys.exit("\nStopped. The same command takes it up again.")


if __name__ == "__main__":
    main()
