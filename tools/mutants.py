"""How many small mistakes in the library do its tests find?

mutmut makes mutants: functions of the library with one thing changed, be it a sign, a bound, an argument
or a word of a message. A mutant is killed when a test fails, and survives when none does. This program
prints the share that is killed, and compares the survivors with tests/lib/survivors.toml, where each has
its reason.

All of it happens on a copy in _build/mutants, where verdicts are kept: an interrupted run is continued by
the next, and after a change in the library or in the tests only the functions that changed, and all
survivors, are judged again. To judge every mutant afresh, remove the folder.
"""

import collections
import itertools
import os
import shutil
import signal
import sys
import time
import tomllib

import house

WORK = house.ROOT / "_build" / "mutants"
REASONS = house.ROOT / "tests" / "lib" / "survivors.toml"
AT_LEAST = 0.95
CONFIG = """
[tool.mutmut]
source_paths = ["src/"]
only_mutate = ["src/sevensteps/*"]
pytest_add_cli_args_test_selection = ["tests/lib"]
pytest_add_cli_args = [
    "-s", "-p", "no:cacheprovider",
    # Mutants have to die by values that someone chose. Random ones take most of the time and would
    # kill by chance.
    "--ignore=tests/lib/test_properties.py",
    # It reads the modules' files and names, where the mutants stand beside the functions.
    "--ignore=tests/lib/test_package.py",
    # A mutant is called through two frames more, so that a warning points elsewhere.
    "-k", "not warnings_point_at_the_caller",
]
use_git_change_detection = false
"""
SURVIVED, NOT_JUDGED = {0, 5, 33}, {None, 2, -signal.SIGINT, -signal.SIGTERM}
TIMEOUT = {-signal.SIGPROF, -signal.SIGXCPU}


def prepare():
    """Copy the library and its tests, and drop the verdicts that a change may have overturned."""
    made = WORK / "mutants"
    inputs = house.digest(["lib", "tests/lib", "tests/data", "pyproject.toml", "tools/mutants.py"])
    if house.read(WORK / "inputs") == inputs and (made / "mutmut-stats.json").exists():
        return
    shutil.rmtree(WORK / "src", ignore_errors=True)
    shutil.copytree(house.ROOT / "lib" / "sevensteps", WORK / "src" / "sevensteps")
    for tests in (WORK / "tests", made / "tests"):
        shutil.rmtree(tests, ignore_errors=True)
    for part in ("lib", "data"):
        shutil.copytree(house.ROOT / "tests" / part, WORK / "tests" / part)
    settings = (house.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (WORK / "pyproject.toml").write_text(settings + CONFIG, encoding="utf-8")
    # Without these mutmut makes all mutants and looks which tests call them. Verdicts it keeps where the
    # function is the same.
    (made / "mutmut-stats.json").unlink(missing_ok=True)
    for module in made.glob("src/**/*.py"):
        module.unlink()
    os.chdir(WORK)
    for data in verdicts():
        data.exit_code_by_key = {
            key: None if code in SURVIVED else code for key, code in data.exit_code_by_key.items()
        }
        data.save()
    (WORK / "inputs").write_text(inputs, encoding="utf-8")


def verdicts():
    """Return what mutmut has noted of each module."""
    from mutmut.mutation.data import SourceFileMutationData

    found = [
        SourceFileMutationData(path=path.relative_to(WORK))
        for path in sorted((WORK / "src" / "sevensteps").glob("*.py"))
    ]
    for data in found:
        data.load()
    return [data for data in found if data.exit_code_by_key]


def judge():
    """Let mutmut run the tests on every mutant that has no verdict yet."""
    import resource

    from mutmut.ui import terminal

    if not sys.stdout.isatty():
        terminal.print_status = line_by_line()
    from mutmut.__main__ import _run
    from mutmut.mutation.data import SourceFileMutationData
    from mutmut.state import state
    from mutmut.workers import isolation

    save = SourceFileMutationData.save

    def save_whole(self):
        final, self.meta_path = self.meta_path, self.meta_path.with_suffix(".new")
        try:
            save(self)
            self.meta_path.replace(final)
        finally:
            self.meta_path = final

    class Collected(isolation.PytestRunner):
        """Collects the tests once, in the process that is forked for each mutant."""

        items = None

        def run_tests(self, *, mutant_name, tests):
            if self.items is None:
                self.items = collect([*self._pytest_add_cli_args_test_selection, *self._pytest_add_cli_args])
            if mutant_name is None:
                return run(self.items.values())
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent, interrupted too, ends this
            resource.setrlimit(resource.RLIMIT_AS, (2**33, 2**33))
            return run((self.items[name] for name in tests), state().duration_by_test)

    SourceFileMutationData.save = save_whole
    isolation.PytestRunner = Collected
    _run((), None)


def line_by_line(every=30):
    """Return a function that prints a status now and then, for where lines can't be overwritten."""
    last = [""], [time.monotonic()]

    def status(text, *, force_output=False):
        if force_output or time.monotonic() - last[1][0] > every:
            last[1][0] = time.monotonic()
            print(text, flush=True)

    return status


def collect(arguments):
    """Return the tests by name, ready to run; pytest itself would collect them again for each mutant."""
    from _pytest.config import _prepareconfig
    from _pytest.main import Session

    os.chdir("mutants")
    config = _prepareconfig(["--rootdir=.", *arguments])
    config._do_configure()
    session = Session.from_config(config)
    config.hook.pytest_sessionstart(session=session)
    session.perform_collect()
    os.chdir("..")
    return {item.nodeid: item for item in session.items}


def run(items, usual=None):
    """Run the tests one by one, and return 1 after the first that fails, or 0."""
    items = list(items)
    items[0].session.testsfailed = 0  # mutmut has had one fail on purpose, to see that they can
    for item, following in itertools.zip_longest(items, items[1:]):
        if usual is not None:
            # Seconds of computing, whatever else the machine does. What takes longer will not end.
            signal.setitimer(signal.ITIMER_PROF, 10 + 5 * usual.get(item.nodeid, 0))
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if item.session.testsfailed:
            return 1
    return 0


def change(name, path):
    """Return what a mutant changes as one line of text, which outlives changes elsewhere."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    lines = get_diff_for_mutant(name, path=path).splitlines()[2:]
    old, new = (" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    function = name.removeprefix("sevensteps.").split("__mutmut_")[0].replace("x_", "", 1)
    function = function.replace("xǁ", "").replace("ǁ", ".")
    return f"{function}: {old} → {new}"


def report(seconds):
    """Print the score of each module and of all; return 0 if it suffices and each survivor has its reason."""
    survivors, rows, left = [], [], 0
    for data in verdicts():
        codes = data.exit_code_by_key.values()
        left += sum(code in NOT_JUDGED for code in codes)
        alive = [key for key, code in data.exit_code_by_key.items() if code in SURVIVED]
        survivors += [change(key, data.path) for key in alive]
        timeouts = sum(code in TIMEOUT for code in codes)
        rows.append((data.path.stem, len(codes), len(codes) - len(alive), timeouts, len(alive)))
    if left:
        print(f"\nStopped: {left} mutants are still to be judged. The same command takes it up again.")
        return 1

    rows.append(("all", *(sum(column) for column in list(zip(*rows, strict=True))[1:])))
    print(f"\n{'module':<16}{'mutants':>9}{'killed':>9}{'(in time':>10}{'survived':>10}{'score':>9}")
    print(f"{'':<16}{'':>9}{'':>9}{'without end)':>10}")
    for name, total, killed, timeouts, alive in rows:
        print(f"{name:<16}{total:>9}{killed:>9}{timeouts:>10}{alive:>10}{killed / total:>9.1%}")
    score = killed / total

    reasons = tomllib.loads(REASONS.read_text(encoding="utf-8"))["survivors"]
    known = collections.Counter(mutant for group in reasons for mutant in group["mutants"])
    found = collections.Counter(survivors)
    new, gone = found - known, known - found
    for title, group in (("Survivors without a reason:", new), ("Reasons without a survivor:", gone)):
        if group:
            print(f"\n{title}", *group.elements(), sep="\n  ")
    print(f"\n{score:.1%} of {total} mutants killed in {seconds:.0f} s, {len(survivors)} survived")
    return int(score < AT_LEAST or bool(new or gone))


if __name__ == "__main__":
    if os.name == "nt":
        sys.exit("mutmut needs fork, which Windows has not: use WSL.")
    WORK.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    prepare()
    os.chdir(WORK)
    judge()
    sys.exit(report(time.monotonic() - start))
