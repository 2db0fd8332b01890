"""The library reference: every public name, its step, and a link to the place that explains it."""

import re

import pytest
import sevensteps

ENTRY = re.compile(r'<dt class="sig[^>]* id="sevensteps\.(\w+)">')
SECTION = re.compile(r'<section id="([^"]+)">')
EXPLAINED = re.compile(r'<p class="explained">Explained in (.*?)\.</p>', re.DOTALL)
STEPS = ["initialization", "logits", "activations", "losses", "gradients", "updates", "convergence"]


@pytest.fixture(scope="module")
def entries(pages):
    """Return for each name the section that it stands in and the addresses that explain it."""
    found = {}
    for page in pages.values():
        marks = list(ENTRY.finditer(page.text))
        ends = [mark.start() for mark in marks[1:]] + [len(page.text)]
        for mark, end in zip(marks, ends, strict=False):
            section = SECTION.findall(page.text, 0, mark.start())[-1]
            explained = EXPLAINED.search(page.text, mark.end(), end)
            links = re.findall(r'href="([^"]+)"', explained[1]) if explained else []
            found.setdefault(mark[1], []).append((section, links))
    return found


def test_the_public_names_have_one_entry_each_and_no_other_name_has(entries):
    assert sorted(entries) == sorted(sevensteps.__all__)
    assert [name for name, places in entries.items() if len(places) > 1] == []


def test_every_entry_links_the_page_that_explains_it_and_the_place_there(entries):
    # That the addresses exist is tested with all links of the site.
    for name, [(_, links)] in entries.items():
        page, place = links
        assert "#" not in page, name
        assert place.startswith(f"{page}#"), name


def test_what_a_step_offers_stands_under_that_step(entries):
    for name, [(section, _)] in entries.items():
        module = getattr(sevensteps, name).__module__.removeprefix("sevensteps.")
        if module in STEPS:
            assert section == f"step-{STEPS.index(module) + 1}-{module}", name
        else:
            assert not section.startswith("step-"), name
