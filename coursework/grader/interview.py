"""A submission is asked: its cells run in a worker, its functions are called with the hidden inputs.

A worker that student code brings down is replaced: that costs the task that did it, and the others go on.
"""

from dataclasses import dataclass

from coursework.grader import wire
from coursework.grader.worker import EXCEPTIONS, Session

# Seconds of computing that all cells of a submission may take together.
CELL_SECONDS = 10.0
# After so many workers brought down, cells do no more than define; after so many, the submission is given up.
CELL_ENDS, ALL_ENDS = 3, 12

# What can become of a call, apart from a value and an exception.
ENDS = {
    "missing": "No function of this name was found.",
    "no data": "It returns something other than numbers, text, arrays, or tuples, lists and dicts of them.",
    "too large": "It returns far more than was asked for.",
    "timed out": "It does not come to an end in time.",
    "ended": "It ends Python itself, or needs more memory or more processes than there are.",
}
KINDS = frozenset({"value", *ENDS, *EXCEPTIONS})

FULL, DEFINITIONS, NOTHING = range(3)


class Ended(Exception):
    """The worker is gone; `kind` is one of ENDS."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True)
class Outcome:
    """What became of one call: "value", one of ENDS, or an exception's name; did an argument change?"""

    kind: str
    value: object = None
    changed: bool = False


class Trusted:
    """A worker in this process, for code that is trusted as the grader itself is."""

    def __init__(self, names=()):
        self.session = Session()
        self.session.namespace.update(names)

    def ask(self, request, seconds=None):
        """Return the reply to a request. What it hands over and what comes back are copies, as by a pipe."""
        return wire.decode(wire.encode(self.session.answer(wire.decode(wire.encode(request)))))

    def close(self):
        """Nothing is left to end."""


class Interview:
    """One submission and the worker in which it runs at present, which `with` ends."""

    def __init__(self, start, cells):
        self.start, self.cells = start, list(cells)
        self.levels = [FULL] * len(self.cells)
        self.kinds = [""] * len(self.cells)
        self.worker, self.ended = None, 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end()

    def _end(self):
        if self.worker is not None:
            self.worker.close()
        self.worker = None

    def ready(self):
        """Have a worker in which all cells have run; return whether there is one."""
        while self.worker is None and self.ended < ALL_ENDS:
            self.worker = self.start()
            seconds = CELL_SECONDS
            for number, source in enumerate(self.cells):
                if self.levels[number] == NOTHING:
                    continue
                only_definitions = self.levels[number] == DEFINITIONS
                request = {"do": "run", "source": source, "only_definitions": only_definitions}
                try:
                    kind = _outcome(self.worker.ask(request, seconds)).kind
                except Ended as end:
                    self._lost_to(number, end.kind)
                    break
                seconds = None
                if not only_definitions:
                    self.kinds[number] = kind if kind in EXCEPTIONS else ""
        return self.worker is not None

    def _lost_to(self, number, kind):
        """Run less of a cell that brought down its worker, and less of all where it goes on and on."""
        self._end()
        self.ended += 1
        self.kinds[number] = kind
        self.levels[number] += 1
        if self.ended >= CELL_ENDS:
            self.levels = [max(level, DEFINITIONS) for level in self.levels]

    def outcomes(self, task, cases, limits):
        """Return what becomes of each case; the reply to a case has at most its limit of bytes."""
        outcomes, used, rest = [], self.worker is not None, "ended"
        while len(outcomes) < len(cases) and self.ready():
            case, limit = cases[len(outcomes)], limits[len(outcomes)]
            request = {
                "do": "call",
                "name": task.name,
                "args": case.args,
                "kwargs": case.kwargs,
                "limit": limit,
            }
            try:
                reply = self.worker.ask(request, None if outcomes else task.cpu_seconds)
            except Ended as end:
                self._end()
                self.ended += 1
                if used and end.kind != "timed out":
                    # Perhaps an earlier task left something behind. Once more, in a worker of its own.
                    outcomes, used = [], False
                    continue
                # The task has had its time: each further case could take as long.
                rest = end.kind
                break
            outcomes.append(_outcome(reply))
        return outcomes + [Outcome(rest)] * (len(cases) - len(outcomes))

    def notes(self):
        """Say which cells did not run to their end."""
        return [f"Code cell {number} {_said(kind)}." for number, kind in enumerate(self.kinds, 1) if kind]


def _said(kind):
    if kind in EXCEPTIONS:
        return f"stopped with {kind}"
    return f"{'took too long' if kind == 'timed out' else 'ended Python'}: only its definitions count"


def _outcome(reply):
    """Return what a reply says, after a look at whether a worker could say so."""
    kind = reply.get("kind")
    if not (isinstance(kind, str) and kind in KINDS):
        return Outcome("no data")
    return Outcome(kind, reply.get("value") if kind == "value" else None, reply.get("changed") is True)
