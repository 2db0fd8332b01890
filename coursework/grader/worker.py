"""The part of the grader that student code can reach: it runs cells, answers calls, and decides nothing.

It runs inside the sandbox, beside the code that it runs, so whatever it says may be forged. Needs NumPy and
`wire` only. The grader itself uses `Session` in its own process for code that it trusts.
"""

import ast
import builtins
import contextlib
import json
import math
import os
import random
import re
import sys
import time
import warnings

import numpy as np

from coursework.grader import wire

# An outcome names only these: a class made by the student could carry a hidden input in its name.
EXCEPTIONS = frozenset(
    {name for name, item in vars(builtins).items() if isinstance(item, type) and issubclass(item, Exception)}
    | {"SystemExit", "LinAlgError", "AxisError"}
)
# Cell magics that run the cell's code as it stands.
TRANSPARENT = ("time", "timeit", "capture", "prun")
_LINE_OF_IPYTHON = re.compile(r"\s*([%!?]|\w+\s*=\s*[%!]).*|.*\?\s*")


class Session:
    """One namespace, as a notebook has it."""

    def __init__(self):
        self.namespace = {"__name__": "__main__", "__builtins__": builtins}

    def answer(self, request):
        """Return the reply to a request, a dict each."""
        if request["do"] == "run":
            return {"kind": self.run(request["source"], request["only_definitions"])}
        return self.call(request["name"], request["args"], request["kwargs"], request["limit"])

    def run(self, source, only_definitions=False):
        """Run a cell; return "value" where it came to its end, else the name of the exception."""
        try:
            with _quiet():
                tree = ast.parse(without_magics(source))
                if only_definitions:
                    tree.body = [node for node in tree.body if _defines(node)]
                exec(compile(tree, "<cell>", "exec"), self.namespace)
        except (Exception, SystemExit) as error:
            return _kind(error)
        return "value"

    def call(self, name, args, kwargs, limit):
        """Call a function; return what became of it, and whether an argument is another than before."""
        function = self.namespace.get(name)
        if not callable(function):
            return {"kind": "missing"}
        before = wire.encode((args, kwargs))
        try:
            with _quiet():
                value = function(*args, **kwargs)
            wire.encode(value, limit)
            reply = {"kind": "value", "value": value}
        except wire.TooLarge:
            reply = {"kind": "too large"}
        except wire.WireError:
            reply = {"kind": "no data"}
        except (Exception, SystemExit) as error:
            reply = {"kind": _kind(error)}
        try:
            changed = wire.encode((args, kwargs)) != before
        except (wire.WireError, MemoryError):
            changed = True
        return {**reply, "changed": changed}


def _defines(node):
    """Say whether a statement only names something; a loop could hide in a decorator or default alone."""
    named = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return isinstance(node, named) or (isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant))


def _kind(error):
    """Return the name of the first of an exception's classes that everyone knows."""
    return next((one.__name__ for one in type(error).__mro__ if one.__name__ in EXCEPTIONS), "Exception")


@contextlib.contextmanager
def _quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def without_magics(source):
    """Return a cell without what IPython can read and Python can't; other errors stay where they are."""
    lines = source.split("\n")
    if magic := re.match(r"%%(\w*)", source):
        if magic[1] not in TRANSPARENT:
            return ""
        lines[0] = ""
    # A line is only touched where Python stumbled over it: % at the start of a line may be arithmetic.
    for _ in lines:
        try:
            ast.parse("\n".join(lines))
        except SyntaxError as error:
            number = (error.lineno or 0) - 1
            if not 0 <= number < len(lines) or not _LINE_OF_IPYTHON.fullmatch(lines[number]):
                break
            line = lines[number]
            lines[number] = line[: len(line) - len(line.lstrip())] + "pass"
        else:
            break
    return "\n".join(lines)


# --- As a process of its own ----------------------------------------------------------------------


def main():
    """Answer requests until there are no more; the first argument says their pipe and the limits, as JSON.

    The replies go to standard output.
    """
    limits = json.loads(sys.argv[1])
    requests, replies = os.fdopen(os.dup(limits["requests"]), "rb"), os.fdopen(os.dup(1), "wb")
    # What students print goes nowhere, so it costs nothing and can't be taken for a reply.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    _limit(limits)
    session = Session()
    wire.write(replies, wire.encode({"kind": "ready"}))
    while True:
        try:
            request = wire.decode(wire.read(requests))
        except EOFError:
            os._exit(0)
        _budget(request["cpu"])
        if request["do"] == "call":
            # Fixed, so that a second grading gives the same marks.
            random.seed(0)
            np.random.seed(0)  # noqa: NPY002
        reply = session.answer(request)
        wire.write(replies, wire.encode({**reply, "number": request["number"]}))


def _limit(limits):
    """Give up all rights that the system lets us give up, for good."""
    try:
        import resource
    except ImportError:  # Windows, where only --unsafe-no-sandbox brings us here.
        return
    if limits["user"] is not None:
        os.setgroups([])
        os.setresgid(*[limits["user"]] * 3)
        os.setresuid(*[limits["user"]] * 3)
    for name, value in limits["resources"].items():
        resource.setrlimit(getattr(resource, name), (value, value))


def _budget(seconds):
    """Let the system end this process once it has computed for so many seconds more; None leaves it be."""
    try:
        import resource
    except ImportError:
        return
    if seconds is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        soft = math.ceil(time.process_time() + seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard) if hard >= 0 else soft, hard))
