"""The cheat sheet, printed by a browser, fills one side of A4. Where there is no browser this is skipped."""

import functools
import re
import shutil
import threading

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture
def printed(site, house):
    """Return a function that prints a page of the site on A4 and returns the PDF."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip("no browser to print with: " + ", ".join(BROWSERS))
    playwright = pytest.importorskip("playwright.sync_api")
    handler = functools.partial(house.Handler, directory=str(site))
    with house.Server(("127.0.0.1", 0), handler) as server, playwright.sync_playwright() as play:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running = play.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])

        def pdf(name):
            page = running.new_page()
            page.goto(f"http://127.0.0.1:{server.server_address[1]}/{name}", wait_until="networkidle")
            page.wait_for_function("window.MathJax && MathJax.startup && MathJax.startup.promise")
            page.evaluate("MathJax.startup.promise")
            return page.pdf(format="A4", print_background=True)

        yield pdf
        running.close()
        server.shutdown()


def count_pages(pdf):
    # The browser writes each page as an object of its own, and not compressed.
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_the_cheat_sheet_is_one_page(printed):
    pages = count_pages(printed("book/reference/cheat_sheet.html"))
    assert pages == 1


def test_other_pages_are_longer(printed):
    """Hold the counting: it must be able to say more than one."""
    pages = count_pages(printed("book/reference/glossary.html"))
    assert pages > 1
