"""The command line of the concept inventory."""

import argparse
import csv
import sys
from pathlib import Path

from . import analysis, bank, paper


def print_papers(arguments):
    """Write the paper and the marking sheet of each form."""
    explained, asked = bank.questions(arguments.source)
    key = bank.key(asked, arguments.source)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for number in arguments.form:
        order = bank.form(asked, number)
        for name, text in (
            (f"paper-{number}.html", paper.for_students(explained, order, number)),
            (f"marking-{number}.html", paper.marking_sheet(order, key, number)),
        ):
            (arguments.folder / name).write_text(text, encoding="utf-8")
            print(arguments.folder / name)


def analyse(arguments):
    """Print the report on one or two tables of answers; write the scores if asked to."""
    _, asked = bank.questions(arguments.source)
    key = bank.key(asked, arguments.source)
    tests = [analysis.read_answers(path, asked) for path in (arguments.before, arguments.after) if path]
    print("\n".join(analysis.report(asked, key, *tests)))
    if arguments.scores:
        with arguments.scores.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(analysis.table(asked, key, *tests))
        print(f"\nscores: {arguments.scores}")


def main(words=None):
    """Read the command line and do what it asks for; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m coursework.inventory",
        description="Papers of the concept inventory, and what the answers say.",
        epilog="The questions in this repository are public, and so is their key. For a test that counts,"
        " name a private folder with a questions.toml and a key.toml of your own: --source FOLDER.",
    )
    parser.add_argument("--source", type=Path, default=bank.HERE, metavar="FOLDER", help="questions and key")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    papers = verbs.add_parser("paper", help="write test papers and their marking sheets, to be printed")
    papers.add_argument("folder", type=Path, metavar="FOLDER", help="where they go")
    papers.add_argument(
        "--form",
        type=int,
        nargs="+",
        default=[0],
        metavar="N",
        help="0 (default) in the order of the file; any other number shuffles questions and answers",
    )
    answers = verbs.add_parser(
        "analyse",
        help="read tables of answers: scores, normalized gain, misconceptions",
        description="A table is a CSV with the columns student, q1, q2 … and, where forms were used, form."
        " Its letters are those printed on the student's paper; an empty cell is a question left out.",
    )
    answers.add_argument("before", type=Path, metavar="BEFORE.csv", help="the answers of one test")
    answers.add_argument("after", type=Path, nargs="?", metavar="AFTER.csv", help="those after the course")
    answers.add_argument("--scores", type=Path, metavar="FILE", help="write a CSV with each student's score")
    arguments = parser.parse_args(words)
    try:
        {"paper": print_papers, "analyse": analyse}[arguments.verb](arguments)
    except (bank.Problem, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
