"""Questions and key, read from a folder and checked; and the forms, in which both are shuffled."""

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
LETTERS = "ABCDEFGH"


class Problem(Exception):
    """Something that the person at the keyboard can mend; the message says what."""


@dataclass(frozen=True)
class Question:
    """A question with its options; `number` is its place in the file, from 1."""

    number: int
    step: int
    stem: str
    options: tuple


@dataclass(frozen=True)
class Key:
    """The right letter of each question, and the misconception behind each other one."""

    right: dict
    wrong: dict
    names: dict
    cells: dict


def read(path):
    """Return a TOML file as a dictionary."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Problem(f"{path} is missing. A folder needs questions.toml and key.toml.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Problem(f"{path} can't be read: {error}") from None


def questions(folder=HERE):
    """Return the words that a paper explains, and the questions."""
    content = read(Path(folder) / "questions.toml")
    found = []
    for number, entry in enumerate(content.get("questions", []), start=1):
        place = f"questions.toml, question {number}"
        missing = {"step", "stem", "options"} - entry.keys()
        if missing:
            raise Problem(f"{place}: {', '.join(sorted(missing))} missing")
        if not 2 <= len(entry["options"]) <= len(LETTERS):
            raise Problem(f"{place}: {len(entry['options'])} options; 2 to {len(LETTERS)} are possible")
        if len(set(entry["options"])) < len(entry["options"]):
            raise Problem(f"{place}: two options are the same")
        found.append(Question(number, entry["step"], entry["stem"], tuple(entry["options"])))
    if not found:
        raise Problem(f"{Path(folder) / 'questions.toml'} holds no [[questions]]")
    return tuple(content.get("words", [])), tuple(found)


def key(asked, folder=HERE):
    """Return the key of the questions that are asked."""
    content = read(Path(folder) / "key.toml")
    named = content.get("misconceptions", {})
    answers = content.get("answers", {})
    numbers = {str(question.number) for question in asked}
    if answers.keys() != numbers:
        odd = ", ".join(sorted(answers.keys() ^ numbers, key=str))
        raise Problem(f"key.toml, [answers]: questions.toml and this don't have the same questions: {odd}")
    right, wrong = {}, {}
    for question in asked:
        answer = dict(answers[str(question.number)])
        place = f"key.toml, answer {question.number}"
        letters = set(LETTERS[: len(question.options)])
        right[question.number] = answer.pop("right", None)
        if right[question.number] not in letters:
            raise Problem(f"{place}: right is {right[question.number]!r}, expected one of {sorted(letters)}")
        if answer.keys() != letters - {right[question.number]}:
            raise Problem(f"{place}: each wrong letter needs its misconception, and nothing else does")
        unknown = sorted(set(answer.values()) - named.keys())
        if unknown:
            raise Problem(f"{place}: not among [misconceptions]: {', '.join(unknown)}")
        wrong[question.number] = answer
    names = {slug: entry["name"] for slug, entry in named.items()}
    return Key(right, wrong, names, {slug: entry.get("cell", "") for slug, entry in named.items()})


def form(asked, number):
    """Return the questions in the order of a form, each with its letters in the order of that form.

    Form 0 is the order of the file. The same number always gives the same order.
    """
    if number < 0:
        raise Problem(f"form: got {number}, expected 0 (unshuffled) or a number above")
    rng = random.Random(number)

    def shuffled(things):
        # Python keeps the numbers of `random()` the same from version to version, and a marked paper must
        # still fit its form next year.
        return sorted(things, key=lambda _: rng.random()) if number else list(things)

    return [(question, shuffled(LETTERS[: len(question.options)])) for question in shuffled(asked)]
