"""The built site in a browser: served on this machine, Pyodide with it, every other host out of reach."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Error, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

import distribution
from browsing import SITE, Handler, Tab, WithoutFormulas, house, serve

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"


@pytest.fixture(scope="session")
def site():
    """Return the folder of the built site, which must show the present sources."""
    if not house.site_is_current():
        pytest.fail("_build/html is missing or older than the sources. Run: make site")
    return SITE


@pytest.fixture(scope="session")
def address(site):
    """Return the address of the site with its own Pyodide."""
    Handler.pyodide = distribution.pyodide()
    with serve(Handler) as address:
        yield address


@pytest.fixture(scope="session")
def quick_address(address):
    """Return the address of the same without its formulas."""
    with serve(WithoutFormulas) as quick_address:
        yield quick_address


@pytest.fixture(scope="session")
def bare_address(site):
    """Return the address of the site as it is built: its Pyodide is on a host that is out of reach."""
    with serve(house.Handler) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    """Return a Chromium that reaches this machine only."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    options = [OFFLINE, *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        try:
            # Without a path: Chrome, where macOS and Windows install it.
            choice = {"executable_path": path} if path else {"channel": "chrome"}
            browser = playwright.chromium.launch(args=options, **choice)
        except Error:
            if path:
                raise
            missing = "no Chromium here; install it (Debian: apt install chromium) or name it: CHROMIUM=/path"
            if os.environ.get("CI"):
                pytest.fail(missing)
            pytest.skip(f"not applicable: {missing}")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(browser):
    """Return what pages share: Python is fetched once for all of them."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def tab(context, quick_address):
    """Return a function that opens a page in a new tab; after the test nobody may have complained."""
    tabs = []

    def open_tab(name, context=context, address=quick_address, before=""):
        tabs.append(Tab(context, address, name, before))
        return tabs[-1]

    yield open_tab
    complaints = [complaint for tab in tabs for complaint in tab.complaints]
    elsewhere = {
        url for tab in tabs for url in tab.requests if not url.startswith((tab.address, "blob:", "data:"))
    }
    for each in tabs:
        each.page.close()
    assert complaints == []
    assert elsewhere == set()
