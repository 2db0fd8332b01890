"""Coursework of Seven Steps: hand out assignments, check and mark notebooks, send marks and feedback back."""

import argparse
import sys
from functools import partial
from pathlib import Path

from coursework.grader import check
from coursework.grader.files import ROOT, Failure

EPILOG = """
a term, in five commands:
  python -m coursework new ~/private                       a private folder of fresh variants, to edit
  python -m coursework release 3_activations --source ~/private
  python -m coursework grade submissions.zip --assignment 3_activations --source ~/private
  python -m coursework grade …the same… --gradebook grades.csv
  python -m coursework feedback submissions-graded/3_activations

Without --source, the assignments of this repository are meant. They are public with their solutions, so they
are for practice. More: book/teach/assigning.md and book/teach/grading.md
"""


def parser():
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="python -m coursework",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)
    source = argparse.ArgumentParser(add_help=False)
    source.add_argument(
        "--source", type=Path, default=ROOT / "coursework", metavar="FOLDER",
        help="the folder with the assignments (default: those of this repository, which are public)",
    )  # fmt: skip

    verb = verbs.add_parser("new", help="make a private folder with fresh variants of the assignments")
    verb.add_argument("folder", type=Path, metavar="FOLDER", help="where; it must not exist, or be empty")
    verb.add_argument("names", nargs="*", metavar="NAME", help="only these assignments (default: all)")
    verb.add_argument("--seed", type=int, help="draw the same variants again (default: new ones)")

    verb = verbs.add_parser(
        "release", parents=[source], help="prove assignments, and write what students get"
    )
    verb.add_argument("names", nargs="*", metavar="NAME", help="only these assignments (default: all)")
    verb.add_argument(
        "--out", type=Path, default=Path("released"), metavar="FOLDER", help="default: released"
    )

    verb = verbs.add_parser("check", help="run the visible checks of a notebook, as a student does")
    verb.add_argument("notebook", metavar="NOTEBOOK")

    verb = verbs.add_parser(
        "grade",
        parents=[source],
        help="mark a folder of submissions, or take an interrupted grading up again",
    )
    verb.add_argument("folder", type=Path, metavar="FOLDER", help="submissions, or the archive of an export")
    verb.add_argument("--assignment", required=True, metavar="NAME")
    verb.add_argument("--out", type=Path, metavar="FOLDER", help="default: FOLDER-graded/NAME")
    verb.add_argument("--jobs", type=int, metavar="N", help="how many at once (default: as many as cores)")
    verb.add_argument("--seed", type=int, help="of the hidden inputs (default: fresh, and recorded)")
    verb.add_argument(
        "--gradebook", type=Path, metavar="CSV", help="exported by Canvas or Moodle, to fill in"
    )
    verb.add_argument("--column", default="", help="the gradebook's column, where it can't be told")
    verb.add_argument("--scheduler", metavar="ADDRESS", help="a Dask cluster: loopback, or tls://host:port")
    verb.add_argument("--certificates", type=Path, metavar="FOLDER", help="with ca.pem, cert.pem and key.pem")
    verb.add_argument(
        "--unsafe-no-sandbox", action="store_true",
        help="run students' code without a sandbox: it can then read and change whatever you can",
    )  # fmt: skip

    verb = verbs.add_parser("feedback", help="pack the feedback of a grading for sending it back")
    verb.add_argument("folder", type=Path, metavar="FOLDER", help="what grade wrote: FOLDER-graded/NAME")
    return top


def run(arguments):
    """Do what the command line says; return the exit code."""
    if arguments.verb == "check":
        return check.main([arguments.notebook])
    # NumPy is needed from here on, and a student's check should not wait for it.
    from coursework.grader import cluster, grade, new, release, sandbox

    if arguments.verb == "new":
        return new.new(arguments.folder, arguments.names, arguments.seed)
    if arguments.verb == "release":
        return release.release(arguments.names, arguments.source, arguments.out)
    if arguments.verb == "feedback":
        return grade.feedback(arguments.folder)
    if arguments.jobs is not None and arguments.jobs < 1:
        raise Failure(f"--jobs {arguments.jobs}: at least one submission is marked at a time.")
    protected = sandbox.UNSAFE if arguments.unsafe_no_sandbox else True
    executor = None
    if arguments.scheduler:
        cluster.check(arguments.scheduler, arguments.certificates)
        executor = partial(cluster.executor, arguments.scheduler, arguments.certificates)
    return grade.grade(
        arguments.folder,
        arguments.assignment,
        source=arguments.source,
        out=arguments.out,
        jobs=arguments.jobs,
        seed=arguments.seed,
        sandbox=protected,
        executor=executor,
        gradebook=arguments.gradebook,
        column=arguments.column,
    )


def main():
    """Read the command line, and end with words rather than a traceback where a person can mend it."""
    try:
        sys.exit(run(parser().parse_args()))
    except Failure as failure:
        sys.exit(f"\n{failure}")
    except KeyboardInterrupt:
        sys.exit("\nStopped. What is done is kept; the same command goes on.")


if __name__ == "__main__":
    main()
