"""The colours of the steps: the same everywhere, readable, told apart, and where they should be."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from sevensteps_figures.style import STEPS

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "book" / "_static"
# What is left of a colour, in linear RGB, without one kind of cone: Machado, Oliveira and Fernandes (2009).
SEEN = {
    "all": np.eye(3),
    "without red": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ],
    "without green": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ],
    "without blue": [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
    ],
}  # fmt: skip
SRGB = [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
]


def palette(theme):
    """Return the colours that custom.css gives the steps in a theme, and the grounds they lie on."""
    css = (STATIC / "custom.css").read_text(encoding="utf-8")
    (block,) = re.findall(rf'^html\[data-theme="{theme}"\] \{{(.*?)^\}}', css, re.DOTALL | re.MULTILINE)
    if theme == "light":
        block += re.search(r"^:root \{(.*?)^\}", css, re.DOTALL | re.MULTILINE)[1]
    values = dict(re.findall(r"--([\w-]+): (#\w{6});", block))
    grounds = [values.get("pst-color-background", "#ffffff"), values["block"]]
    return [values[f"step-{number}"] for number in range(1, 8)], grounds


def linear(colour):
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(*colours):
    """Return the contrast of WCAG 2."""
    dark, light = sorted(linear(colour) @ SRGB[1] for colour in colours)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    """Return CIE L*a*b* of linear RGB under D65."""
    ratio = SRGB @ np.clip(rgb, 0, 1) / [0.95047, 1, 1.08883]
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one, other):
    """Return CIEDE2000 of two colours in L*a*b*."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(chroma**7 / (chroma**7 + 25**7))
    c1, c2 = np.hypot(stretch * a1, b1), np.hypot(stretch * a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, stretch * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180
    hue = np.radians((h1 + turn / 2) % 360)
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    waves = ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.2, 4, -63))
    t = 1 + sum(size * np.cos(k * hue + np.radians(shift)) for size, k, shift in waves)
    dl = (l2 - l1) / (1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2))
    dc = (c2 - c1) / (1 + 0.045 * chroma)
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2) / (1 + 0.015 * chroma * t)
    bend = np.radians(60 * np.exp(-(((np.degrees(hue) - 275) / 25) ** 2)))
    turned = -2 * np.sqrt(chroma**7 / (chroma**7 + 25**7)) * np.sin(bend)
    return np.sqrt(dl**2 + dc**2 + dh**2 + turned * dc * dh)


# From the data of Sharma, Wu and Dalal (2005), pairs 1, 7, 10, 17 and 21.
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ],
)
def test_the_difference_of_colours_is_ciede2000(one, other, expected):
    assert difference(one, other) == pytest.approx(expected, abs=1e-4)


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_step_can_colour_words(theme):
    colours, grounds = palette(theme)
    assert min(contrast(*pair) for pair in itertools.product(colours, grounds)) >= 4.5


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_step_differs_from_the_next_for_every_reader(theme, seen):
    labs = [lab(SEEN[seen] @ linear(colour)) for colour in palette(theme)[0]]
    # After step 7 comes step 2.
    pairs = [*itertools.pairwise(range(7)), (6, 1)]
    assert min(difference(labs[i], labs[j]) for i, j in pairs) >= 15


def test_figures_and_drawings_have_the_colours_of_the_site():
    assert palette("light")[0] == STEPS
    drawn = (STATIC / "loop.svg").read_text(encoding="utf-8")
    for number, colour in enumerate(STEPS, start=1):
        assert re.findall(rf'<path class="step-{number}" stroke="(#\w+)"', drawn) == [colour] * (
            1 + (number == 7)
        )
        assert (
            re.search(rf'<a class="step-{number}".*?<circle [^>]*fill="(#\w+)"', drawn, re.DOTALL)[1]
            == colour
        )


def test_the_logo_has_them_too_and_is_seen_on_both_grounds():
    logo = (STATIC / "logo.svg").read_text(encoding="utf-8")
    assert re.findall(r'(?:fill|stroke)="(#\w{6})"', logo) == STEPS
    grounds = [palette(theme)[1][0] for theme in ("light", "dark")]
    assert min(contrast(*pair) for pair in itertools.product(STEPS, grounds)) >= 3


def test_the_loop_leads_to_each_chapter_and_says_so(site, pages):
    text = pages[site / "book" / "index.html"].text
    loop = re.search(r'<svg class="loop".*?</svg>', text, re.DOTALL)[0]
    links = re.findall(r'<a class="step-(\d)" href="(\S+)">(.*?)</a>', loop, re.DOTALL)
    assert [int(number) for number, _, _ in links] == list(range(1, 8))
    for number, address, inside in links:
        words = re.findall(r"<text[^>]*>(.*?)</text>", inside)
        assert words[0] == number
        assert f"{number}_{words[1].lower()}.html" == address


def test_pages_and_their_neighbours_have_the_step_that_they_belong_to(site, pages):
    for path, page in pages.items():
        if site / "book" not in path.parents:
            continue
        (body,) = page.each("body")
        number = re.match(r"[1-7](?=_)", path.name)
        assert body.get("class") == (f"step-{number[0]}" if number else None), path
        # In the sidebar all, in their order; a number stands in the words too.
        marks = re.findall(r'<span class="step-mark ?(step-task)? step-(\d)">(\w+) (\d):</span>', page.text)
        assert page.text.count("step-mark") == len(marks)
        assert all(colour == word for _, colour, _, word in marks)
        assert all((kind == "step-task") == (name == "Assignment") for kind, _, name, _ in marks)
        assert {(name, int(word)) for _, _, name, word in marks} == set(
            itertools.product(("Step", "Assignment"), range(1, 8))
        ), path
