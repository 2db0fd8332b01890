"""What the pages do without: nothing that they need is left out."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sphinx.errors import ExtensionError

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = (
    'p={sun:[512,512,[9728],"f185","M1"]},q={sun:[384,512,[9728],"f185","M2"],"arrow-up":[1,2,[],"f0","M3"]}'
)


def load(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "book" / "_ext" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


light = load("light")


def test_an_icon_is_drawn_as_the_solid_one_and_keeps_what_the_theme_gave_it():
    drawn = light.drawing("theme-switch fa-solid fa-sun   fa-lg", ' data-mode="light"', SCRIPT)
    assert 'viewBox="0 0 384 512"' in drawn
    assert 'd="M2"' in drawn
    assert 'class="svg-inline--fa theme-switch fa-solid fa-sun fa-lg"' in drawn
    assert 'aria-hidden="true" data-mode="light">' in drawn
    assert 'd="M3"' in light.drawing("fas fa-arrow-up", "", SCRIPT)


def test_an_icon_that_the_script_lacks_stops_the_build():
    with pytest.raises(ExtensionError, match="moon"):
        light.drawing("fa-solid fa-moon", "", SCRIPT)


def test_a_style_sheet_keeps_what_may_meet_something():
    sheet = (
        "/* words */.here,.gone>a{x:1}@media print{.gone{y:1}}@media screen{.gone b{z:1}p.here{z:2}}"
        "a:not(.gone),:is(.gone,.here) b{w:url(a;b)}@font-face{font-family:Font Awesome;src:url(c)}"
        ":root{--v:1}@keyframes k{from{u:0}to{u:1}}.gone.here{t:1}"
    )
    assert light.pruned(sheet, {"here"}) == (
        ".here{x:1}@media screen{p.here{z:2}}a:not(.gone),:is(.gone,.here) b{w:url(a;b)}:root{--v:1}"
        "@keyframes k{from{u:0}to{u:1}}"
    )


def test_a_formula_says_how_many_signs_it_has():
    def signs(formula):
        text = rf'<span class="math notranslate nohighlight">\({formula}\)</span>'
        return int(re.search(r'style="--signs: (\d+)">\\\(', light.reserve(text))[1])

    assert signs("z") == 1
    assert signs(r"\tilde X^\top = x_{12}") == 7
    assert signs("a &lt; b") == 3
    # Those that stand alone have no such place.
    alone = r'<div class="math notranslate nohighlight">\[z\]</div>'
    assert light.reserve(alone) == alone


def test_a_picture_is_smaller_and_looks_the_same(tmp_path):
    # Two colours, and their shades on the way to white.
    shade = np.linspace(0, 1, 150)[:, None]
    shades = 255 - np.vstack([shade * (255, 141, 77), shade * (71, 176, 255)]).astype(np.uint8)
    drawn = np.full((200, 300, 4), 255, np.uint8)
    drawn[..., :3] = shades[np.random.default_rng(0).integers(0, 300, (200, 300))]
    path = tmp_path / "figure.png"
    Image.fromarray(drawn).save(path)
    before = path.stat().st_size
    light.small(path)
    assert path.stat().st_size < before
    again = np.asarray(Image.open(path).convert("RGB")).astype(int)
    assert np.abs(again - drawn[..., :3]).max() < 8
    # What shines through is left alone.
    drawn[0, 0, 3] = 0
    Image.fromarray(drawn).save(path)
    before = path.read_bytes()
    light.small(path)
    assert path.read_bytes() == before


def test_pictures_below_the_first_come_late_and_keep_their_places(tmp_path):
    (tmp_path / "_images").mkdir()
    Image.new("RGB", (30, 20)).save(tmp_path / "_images" / "a.png")
    text = '<img src="logo.svg"><img alt="A" src="_images/a.png"><img src="_images/a.png">'
    text += '<img src="_images/b.svg">'
    first, second, third, fourth = light.lazy(text, tmp_path).removeprefix("<").split("<")
    assert first == 'img src="logo.svg">'
    assert second == 'img width="30" height="20" alt="A" src="_images/a.png">'
    assert third == 'img width="30" height="20" loading="lazy" src="_images/a.png">'
    assert fourth == 'img loading="lazy" src="_images/b.svg">'


def test_the_site_has_icons_and_none_of_what_brought_them(site, pages):
    for path, page in pages.items():
        if path.name == "index.html" and path.parent == site:
            continue
        assert "fontawesome.js" not in page.text
        assert not any("fa-" in (at.get("class") or "") for at in page.each("i", "span", "a", "button"))
        assert sum("svg-inline--fa" in (at.get("class") or "") for at in page.each("svg")) > 5
        assert "Icons: CC BY 4.0" in page.text
        assert ("searchindex.js" in page.text) == (path.name == "search.html")
    assert not [path for path in site.rglob("*") if "fontawesome" in path.name]
    sheet = (site / "_static" / "styles" / "pydata-sphinx-theme.css").read_text(encoding="utf-8")
    assert ".bd-sidebar-primary" in sheet
    assert len(sheet) < 150_000
