"""Make a private folder of assignments for marked work, with fresh variants of the tasks.

An assignment may have a file variants.py with one function, `draw(rng)`. It returns a dict: what stands in
the assignment's files, and what shall stand there instead. The same replacements go through the text, the
reference solution, the checks, the mistakes and the alternatives; whether all of it still fits together is
then proved as for a release.
"""

import json
import re
import secrets
from pathlib import Path

import numpy as np

from . import release
from .files import ROOT, Failure, write
from .grade import assignments, open_assignment, say

FILES = ("assignment.ipynb", "checks.py", "mistakes.py", "alternatives.py")
README = """# Private assignments

Made by `python -m coursework new` with seed {seed}. Keep this folder to yourself and your assistants: no
public repository, no shared drive of the course. It holds solutions and hidden checks.

{drawn}

## What to edit

The constants are fresh. The reference solutions are still close to those of the public repository, where
students can read them, so change more wherever the marks matter. Each folder is one assignment:

- `assignment.ipynb`: the text, each task with its reference solution between `### BEGIN SOLUTION` and
  `### END SOLUTION`, and the checks that students see. Open it in Jupyter.
- `checks.py`: the hidden checks. For each task the properties with their points, and random inputs for each.
- `mistakes.py`: wrong solutions that you expect, each with the message for whoever makes that mistake.
- `alternatives.py`: right solutions that are written differently.

After each change, prove that all of it still fits together, and write what students get:

    python -m coursework release --source {folder} --out released

It stops, and says why, unless the reference solutions get full marks, the stubs none, every mistake loses
points in its own task and is told from the others, and every alternative gets full marks.
"""


def new(folder, names=(), seed=None, source=ROOT / "coursework"):
    """Write variants of assignments into a new folder and prove them; return the exit code."""
    folder = Path(folder).expanduser().resolve()
    if folder.is_relative_to(ROOT):
        raise Failure(f"{folder} lies in this repository, which is public. Choose one outside of it.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Failure(f"{folder} exists and is not empty. Nothing was written.")
    seed = secrets.randbits(32) if seed is None else seed
    wrong, drawn = 0, []
    for name in names or assignments(source):
        open_assignment(source, name)
        count = vary(source / name, folder / name, np.random.default_rng([seed, *name.encode()]))
        faults, caught, accepted = release.prove(open_assignment(folder, name))
        wrong += bool(faults)
        changes = f"{count} places changed" if count else "as in the repository: it has no variants.py"
        drawn.append(f"- `{name}`: {changes}")
        say(f"{name}: {changes}; {caught} mistakes caught, {accepted} alternatives accepted")
        for fault in faults:
            say(f"  {fault}")
    write(folder / "README.md", README.format(seed=seed, drawn="\n".join(drawn), folder=folder))
    say(f"Written to {folder}. README.md there says how to go on. The seed was {seed}.")
    return 1 if wrong else 0


def vary(folder, target, rng):
    """Write an assignment's files to `target` as its variants.py draws; return how many places changed."""
    pairs, count, found = _draw(folder, rng), 0, set()

    def instead(match):
        nonlocal count
        found.add(match[0])
        count += match[0] != pairs[match[0]]
        return pairs[match[0]]

    # All at once, so that what was put in is not replaced again; the longest first.
    pattern = re.compile("|".join(map(_whole, sorted(pairs, key=len, reverse=True))) or "(?!)")
    for name in FILES:
        text = (folder / name).read_text(encoding="utf-8")
        if name.endswith(".ipynb"):
            notebook = json.loads(text)
            for cell in notebook["cells"]:
                cell["source"] = pattern.sub(instead, "".join(cell["source"])).splitlines(keepends=True)
                marks = cell["metadata"].get("nbgrader", {})
                if "grade_id" in marks:
                    marks["grade_id"] = pattern.sub(instead, marks["grade_id"])
            text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        else:
            text = pattern.sub(instead, text)
        write(target / name, text)
    if missing := pairs.keys() - found:
        raise Failure(f"{folder / 'variants.py'} replaces what stands nowhere: {sorted(missing)[0]!r}")
    return count


def _whole(text):
    """Return a pattern that finds a text, but no name or number of which it is a part."""
    before = r"(?<!\w)(?<!\d\.)" if re.match(r"\w", text) else ""
    after = r"(?!\w)(?!\.\d)" if re.search(r"\w$", text) else ""
    return before + re.escape(text) + after


def _draw(folder, rng):
    path = folder / "variants.py"
    if not path.exists():
        return {}
    space = {}
    exec(compile(path.read_text(encoding="utf-8"), path, "exec"), space)
    return space["draw"](rng)
