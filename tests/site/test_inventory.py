"""The concept inventory on the site: all its questions, and nothing of its key."""

import html
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "coursework" / "inventory"
QUESTIONS = tomllib.loads((FOLDER / "questions.toml").read_text(encoding="utf-8"))["questions"]
KEY = tomllib.loads((FOLDER / "key.toml").read_text(encoding="utf-8"))
SECRETS = [*KEY["misconceptions"], *(entry["name"] for entry in KEY["misconceptions"].values())]


def plain(text):
    """Return the words of a text in Markdown or HTML, without their marks."""
    text = html.unescape(re.sub(r"<[^>]+>|[*`]", "", text))
    return " ".join(re.sub("[’‘“”\"']", "'", text).split())


def test_the_page_has_every_question_with_its_answers_in_the_order_of_the_file(pages, site):
    page = pages[site / "book" / "teach" / "concept_inventory.html"]
    (questions,) = re.findall(r'<ol class="[^"]*inventory.*', page.text, re.DOTALL)
    shown = re.findall(
        r'<p>((?:(?!</p>).)*)</p>\s*<ol class="upperalpha[^"]*">(.*?)</ol>', questions, re.DOTALL
    )
    assert [plain(stem) for stem, _ in shown] == [plain(question["stem"]) for question in QUESTIONS]
    for question, (_, options) in zip(QUESTIONS, shown, strict=True):
        # Nothing tells one answer from another: the same element for each, without a class or an id.
        found = re.findall(r"<li><p>(.*?)</p>\s*</li>", options, re.DOTALL)
        assert [plain(option) for option in found] == [plain(option) for option in question["options"]]


def test_nothing_of_the_key_is_in_any_file_of_the_site(site):
    found, read = [], 0
    for path in site.rglob("*"):
        if path.is_file() and "mathjax" not in path.parts:
            text = path.read_bytes().decode("utf-8", errors="ignore").lower()
            found += [f"{path.relative_to(site)}: {secret}" for secret in SECRETS if secret.lower() in text]
            read += 1
    assert found == []
    assert read > 50
    assert not list(site.rglob("key.toml"))
