"""The buttons of the cells and of the page, used as a reader uses them."""

import re

import nbformat
import pytest
from browsing import PATIENCE, SITE, data_of

# Its first cell needs NumPy and matplotlib only, and draws.
PAGE = "book/5_gradients"
LAZY = ("/pyodide/", "/worker.js", "/cells.py", "/editor.js", ".whl")


@pytest.fixture
def fresh(browser):
    """Return a browser's profile that nobody has used."""
    context = browser.new_context()
    yield context
    context.close()


def fetched(tab):
    return [url for url in tab.requests if any(part in url for part in LAZY)]


def test_nothing_is_fetched_before_the_first_run(tab, fresh):
    page = tab(f"{PAGE}.html", fresh)
    page.page.wait_for_load_state("networkidle")
    assert fetched(page) == []
    size = re.search(r"\d+ MB", page.status)[0]
    assert 20 < int(size.split()[0]) < 60
    buttons = page.page.locator(".live-run, .live-run-all")
    assert buttons.count() > 30
    # In folded solutions too.
    assert all(text.endswith(size) for text in buttons.all_text_contents())


def test_run_runs_what_was_not_run_before_it(tab, fresh):
    page = tab(f"{PAGE}.html", fresh)
    assert page.run(2) == "Done."
    assert page.note(1).startswith("Ran in")
    assert page.note(2).startswith("Ran in")
    assert page.note(3) == ""
    alt = page.cell(1).locator(".cell_output img").get_attribute("alt")
    assert len(alt) > 50
    # The numbers of the bar are those of the files that came.
    data = data_of(PAGE)
    came = [url.rpartition("/")[2] for url in page.requests if "/pyodide/" in url]
    assert len([name for name in came if name.endswith((".whl", ".zip"))]) == len(data["packages"]) + 1
    assert not any("MB" in text for text in page.page.locator(".live-run").all_text_contents())
    # A second time nothing is fetched, and only the cell itself runs.
    page.requests.clear()
    page.page.evaluate("document.querySelector('#live-note-1').textContent = 'untouched'")
    assert page.run(2) == "Done."
    assert page.note(1) == "untouched"
    assert fetched(page) == []
    # Another page of the same browser knows that nothing is left to fetch.
    assert "fetched before" in tab(f"{PAGE}.html", fresh).status


def test_an_edit_runs_survives_a_reload_and_can_be_taken_along(tab, fresh, tmp_path):
    page = tab(f"{PAGE}.html", fresh)
    original, output = page.code(1), page.cell(1).locator(".cell_output").inner_html()
    page.write(1, "a = 6\nfor i in range(2):\n    print(a * 7 + i)\na - 1")
    assert page.note(1) == "Edited."
    assert page.run(1) == "Done."
    assert page.text(1).split() == ["42", "43", "5"]

    page.page.reload()
    page.page.wait_for_selector(".live-run-all:enabled")
    assert page.code(1).startswith("a = 6\n")
    assert page.note(1) == "Your edit, kept by this browser."
    # In the colours of the page, as soon as they are there.
    page.cell(1).locator(".cell_input pre .k", has_text="for").wait_for()

    with page.page.expect_download() as download:
        page.press("download")
    assert download.value.suggested_filename == "5_gradients.ipynb"
    download.value.save_as(tmp_path / "taken.ipynb")
    taken = nbformat.read(tmp_path / "taken.ipynb", as_version=4)
    nbformat.validate(taken)
    book = nbformat.read(SITE / "_sources" / f"{PAGE}.ipynb", as_version=4)
    codes, taken_codes = ([c.source for c in n.cells if c.cell_type == "code"] for n in (book, taken))
    assert taken_codes == ["a = 6\nfor i in range(2):\n    print(a * 7 + i)\na - 1", *codes[1:]]
    assert [c.source for c in taken.cells if c.cell_type != "code"] == [
        c.source for c in book.cells if c.cell_type != "code"
    ]
    assert not any(c.outputs for c in taken.cells if c.cell_type == "code")

    page.press("reset", 1)
    assert page.code(1) == original
    assert page.cell(1).locator(".cell_output").inner_html() == output
    assert page.page.evaluate("document.activeElement.className") == "live-edit"
    page.page.reload()
    page.page.wait_for_selector(".live-run-all:enabled")
    assert page.code(1) == original


def test_an_edit_of_code_that_the_book_has_changed_does_not_come_back_unasked(tab, fresh):
    page = tab(f"{PAGE}.html", fresh)
    original = page.code(1)
    page.write(1, "mine = 1")
    page.page.evaluate(
        """() => {
          const [key] = Object.keys(localStorage).filter(key => key.includes("#"));
          const kept = JSON.parse(localStorage[key]);
          localStorage[key] = JSON.stringify({...kept, hash: "of an older book"});
        }"""
    )
    page.page.reload()
    page.page.wait_for_selector(".live-run-all:enabled")
    assert page.code(1) == original
    assert "The book has changed this cell" in page.note(1)
    page.page.get_by_role("button", name="Bring back my edit").click()
    assert page.code(1) == "mine = 1"
    page.page.reload()
    page.page.wait_for_selector(".live-run-all:enabled")
    assert page.code(1) == "mine = 1"


def test_an_endless_loop_can_be_stopped_and_python_starts_again(tab, context):
    page = tab(f"{PAGE}.html", context)
    page.write(1, "n = 0\nwhile True:\n    n += 1\n    print(n)")
    page.press("run", 1)
    page.page.wait_for_function(
        "document.querySelector('div.cell .cell_output')?.textContent.includes('first 100,000')",
        timeout=PATIENCE,
    )
    assert page.status.startswith("Running cell 1")
    page.press("stop")
    assert page.wait().startswith("Stopped.")
    assert page.note(1) == "Stopped."
    assert len(page.text(1)) < 101_000
    page.write(1, "'n' in globals()")
    assert page.run(1) == "Done."
    assert page.text(1).strip() == "False"
    # While Python starts, too.
    page.write(1, "while True:\n    pass")
    page.press("run", 2)
    page.press("stop")
    page.wait()
    page.press("run", 2)
    page.press("stop")
    assert page.wait().startswith("Stopped.")
    assert page.note(2) == ""
    page.press("reset", 1)


def test_a_traceback_shows_the_readers_lines_only(tab, context):
    page = tab(f"{PAGE}.html", context)
    page.write(
        1,
        "import sevensteps as ss\n\n\ndef mine(z):\n    return ss.logits([[1.0]], z, 0.0)\n\n\n"
        "print('before')\nmine([1.0, 2.0])",
    )
    status = page.run(2)
    assert status.startswith("Cell 1 failed: ValueError:")
    assert page.note(1) == "Failed."
    assert page.note(2) == "Not run: cell 1 failed."
    text = page.text(1)
    assert text.startswith("before\nTraceback")
    assert re.findall(r'File "([^"]*)", line (\d+), in (\S+)', text) == [
        ("<cell 1>", "9", "<module>"),
        ("<cell 1>", "5", "mine"),
    ]
    assert "    return ss.logits([[1.0]], z, 0.0)" in text
    # What the library says of it comes last.
    assert text.rstrip().splitlines()[-1].startswith("ValueError: ")
    # After a mistake the session goes on.
    page.write(1, "def half(:\n    pass")
    assert page.run(1).startswith("Cell 1 failed: SyntaxError")
    assert 'File "<cell 1>", line 1' in page.text(1)
    page.write(1, "mine([1.0], 2.0) if False else mine.__name__")
    assert page.run(1) == "Done."
    assert page.text(1).strip() == "'mine'"
    page.press("reset", 1)


def test_a_cell_may_draw_with_pyplot_show_a_table_and_import_more(tab, context):
    page = tab(f"{PAGE}.html", context)
    page.write(
        1,
        "import sys\nimport warnings\n\nimport matplotlib.pyplot as plt\nimport pandas as pd\n\n"
        "plt.plot([1, 2, 4])\nplt.title('Twice as much')\nplt.xlabel('day')\nplt.ylabel('grains')\n"
        "plt.show()\n"
        "print('to stderr', file=sys.stderr)\nwarnings.warn('careful')\n"
        "pd.DataFrame({'a': [1, 2]})",
    )
    assert page.run(1) == "Done."
    image = page.cell(1).locator(".cell_output img")
    assert image.get_attribute("alt") == "Figure. Twice as much: grains against day"
    assert image.evaluate("image => image.complete && image.naturalWidth > 300")
    # Its place is kept before it is decoded.
    shown = image.evaluate("image => [image.width / image.height, image.naturalWidth / image.naturalHeight]")
    assert abs(shown[0] - shown[1]) < 0.02
    assert page.cell(1).locator(".cell_output table td").all_inner_texts() == ["1", "2"]
    assert "to stderr" in page.text(1)
    assert "UserWarning: careful" in page.text(1)
    assert "non-interactive" not in page.text(1)
    page.write(1, "input('name?')")
    assert "input() gets no answer" in page.run(1)
    page.press("reset", 1)


def test_a_host_out_of_reach_is_named(fresh, bare_address, tab):
    page = tab(f"{PAGE}.html", fresh, bare_address)
    page.press("run", 1)
    status = page.wait()
    assert status.startswith("Python could not be fetched from cdn.jsdelivr.net. Is this device online?")
    assert page.note(1) == ""
    # That this fails is the point, and that it was asked for after Run only.
    assert page.complaints
    assert {url.split("/")[2] for url in page.requests if not url.startswith(bare_address)} == {
        "cdn.jsdelivr.net"
    }
    page.complaints.clear()
    page.requests.clear()


def test_a_package_that_does_not_come_is_named_and_asked_for_again(fresh, tab):
    page = tab(f"{PAGE}.html", fresh)
    fresh.route("**/pyodide/numpy-*", lambda route: route.abort())
    page.press("run", 1)
    assert "numpy" in page.wait()
    assert page.status.startswith("Python could not be fetched")
    page.complaints.clear()
    fresh.unroute("**/pyodide/numpy-*")
    assert page.run(1) == "Done."


def test_a_browser_that_cannot_says_so(fresh, address):
    fresh.add_init_script("delete window.WebAssembly")
    page = fresh.new_page()
    page.goto(f"{address}/{PAGE}.html")
    page.locator(".live-status", has_text="This browser cannot run Python: it has no WebAssembly.").wait_for()
    assert page.locator(".live button:enabled").count() == 0


def test_the_keyboard_is_enough(fresh, tab):
    page = tab(f"{PAGE}.html", fresh)
    keyboard = page.page.keyboard
    focus = "document.activeElement.className"
    page.cell(1).locator(".live-run").focus()
    keyboard.press("Tab")
    assert page.page.evaluate(focus) == "live-edit"
    keyboard.press("Enter")
    page.cell(1).locator(".cm-content").wait_for()
    assert "cm-content" in page.page.evaluate(focus)
    keyboard.press("ControlOrMeta+a")
    keyboard.type("if True:\nprint('indented')")
    # Tab indents in the editor; Escape is the way out, and the editor says so.
    hint = page.page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-describedby')).textContent"
    )
    assert "Escape ends editing" in hint
    keyboard.press("Shift+Enter")
    assert page.wait() == "Done."
    assert "cm-content" in page.page.evaluate(focus)
    assert page.text(1) == "indented\n"
    keyboard.press("Escape")
    assert page.page.evaluate(focus) == "live-edit"
    keyboard.press("Tab")
    assert page.page.evaluate(focus) == "live-reset"
    keyboard.press("Enter")
    assert page.page.evaluate(focus) == "live-edit"
    page.page.locator(".live-run-all").focus()
    keyboard.press("Enter")
    page.page.wait_for_selector(".live-busy")
    keyboard.press("Tab")
    assert page.page.evaluate(focus) == "live-stop"
    keyboard.press("Enter")
    assert page.wait().startswith("Stopped.")
    # Still there, and said to those who listen.
    assert page.page.evaluate(focus) == "live-stop"
    assert page.page.locator(".live-spoken").inner_text().startswith("Stopped.")


def test_without_scripts_and_in_print_there_are_no_buttons(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{PAGE}.html")
    assert page.locator(".live-bar").count() == 1
    assert page.locator(".live:visible").count() == 0
    context.close()
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/{PAGE}.html")
    assert page.locator(".live:visible").count() > 30
    page.emulate_media(media="print")
    assert page.locator(".live:visible").count() == 0
    context.close()


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_needs_no_scrolling_sideways(browser, address, tab, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = tab(f"{PAGE}.html", context, address)
    page.write(1, f"# {'a long line ' * 20}\n1")
    page.press("edit", 1)
    page.cell(1).locator(".cm-content").wait_for()
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width
    # A finger hits the buttons.
    for box in page.page.locator(".live button:visible").all()[:6]:
        assert min(box.bounding_box()[side] for side in ("width", "height")) >= 24


def test_buttons_do_not_move_the_page_while_it_loads(fresh, tab, address):
    fresh.add_init_script(
        """window.moved = 0;
        new PerformanceObserver(list => list.getEntries().forEach(entry => {
          const element = ({node}) => node?.closest ? node : node?.parentElement;
          if (entry.sources.some(source => element(source)?.closest(".live")))
            window.moved += entry.value;
        })).observe({type: "layout-shift", buffered: true});"""
    )
    page = tab(f"{PAGE}.html", fresh, address)
    page.page.wait_for_load_state("networkidle")
    assert page.page.evaluate("window.moved") < 0.01
