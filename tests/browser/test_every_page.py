"""Every page, as it comes: nothing from elsewhere, no complaint, light, still, and for everyone."""

import json
from urllib.parse import urlsplit

import pytest
import site_report

# Found when the tests are collected; without a site the fixture says that it is missing.
PAGES = site_report.pages() or ["book/index.html"]


@pytest.fixture(scope="session")
def packed_address(site):
    """Return the address of the site as it is built, served compressed."""
    with site_report.serve() as address:
        yield address


@pytest.mark.parametrize("theme", site_report.WINDOWS)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_as_it_comes(browser, packed_address, page, theme):
    visit = site_report.visit(browser, packed_address, page, theme)
    assert visit.problems() == []
    # And there was something to see.
    assert {urlsplit(url).path for url in visit.requests} > {f"/{page}"}
    assert visit.bytes > 50_000


BAD = """<!DOCTYPE html>
<html lang="en"><head><title>Page</title><script>throw new Error("thrown");</script></head>
<body><main><h1>Page</h1>
<style>i::before { content: "\\f0c9"; }</style><i></i>
<p style="color: #999; background: #fff">Too pale.</p>
<div class="highlight"><pre style="background: #fff; color: #000"><span style="color: #000">fine</span>
<span style="color: #000">fine too</span> <span style="color: #aaa">pale word</span></pre></div>
<span class="math">\\(x\\)</span>
<img src="dot.png"><div style="width: 1500px">wide</div>
<p id="push" style="height: 0"></p><p style="height: 400px">pushed</p>
<script>
fetch("https://example.org/").catch(() => 0);
const frame = () => new Promise(requestAnimationFrame);
const pushed = async () => { await frame(); await frame(); push.style.height = "400px"; };
window.MathJax = {startup: {promise: new Promise(done => addEventListener("load", done)).then(pushed)}};
</script>
<script src="large.js"></script>
</main></body></html>"""


def test_what_is_wrong_with_a_page_is_seen(browser, tmp_path):
    (tmp_path / "page.html").write_text(BAD, encoding="utf-8")
    (tmp_path / "large.js").write_text(f"// {json.dumps([i * i for i in range(200_000)])}", encoding="utf-8")
    with site_report.serve(tmp_path) as address:
        visit = site_report.visit(browser, address, "page.html", "dark", tmp_path)
    said = "\n".join(visit.problems())
    for problem in (
        "console: thrown", "asks another host: https://example.org/", "picture without words", "dot.png",
        "sign that no font has: <i>",
        "formula that cannot be listened to", "axe color-contrast: 2, as ", "Too pale", "pale word",
        "axe image-alt", "scrolls sideways: 15", "moves while it loads", "more than 450",
    ):  # fmt: skip
        assert problem in said


def test_pages_are_those_of_the_site(site):
    assert "book/2_logits.html" in PAGES
    assert "search.html" in PAGES
    assert not any("_static" in page for page in PAGES)
