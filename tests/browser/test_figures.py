"""The figures that move in the built pages, as a reader uses them."""

import re
from urllib.parse import urlsplit

import pytest

WIDE = {"width": 1280, "height": 900}


def figures(site):
    """Return the page of each figure that moves, by its name."""
    found = {}
    for path in sorted(site.rglob("*.html")):
        for name in re.findall(
            r'<figure class="moving" data-name="([^"]+)"', path.read_text(encoding="utf-8")
        ):
            found[name] = path.relative_to(site).as_posix()
    return found


NAMES = [
    "first-loss", "boundary", "temperature", "three-losses", "secants", "bowl", "stops", "residual-squares",
    "roc", "shifted", "line-through-labels",
]  # fmt: skip
each = pytest.mark.parametrize("name", NAMES)


class Reader:
    """Someone with a browser: pages opened, what they asked for, what went wrong on them."""

    def __init__(self, browser, address, pages, **options):
        self.address, self.pages = address, pages
        self.context = browser.new_context(viewport=WIDE, **options)
        self.requests, self.complaints = [], []

    def open(self, name, state=""):
        self.page = page = self.context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type == "error" else None,
        )
        page.goto(f"{self.address}/{self.pages[name]}{state}")
        self.figure = page.locator(f"#moving-{name}")
        return self.figure

    def live(self, name, state=""):
        """Open a page, go to a figure and wait until it moves."""
        figure = self.open(name, state)
        figure.scroll_into_view_if_needed()
        figure.locator(".moving-live").wait_for()
        return figure

    def values(self):
        return {
            slider.get_attribute("name"): slider.input_value()
            for slider in self.figure.locator("input").all()
        }

    def said(self):
        return self.figure.locator(".moving-said").inner_text()

    def drawing(self):
        return self.figure.locator("svg").evaluate("svg => svg.outerHTML")


@pytest.fixture(scope="module")
def pages(site):
    return figures(site)


@pytest.fixture
def reader(browser, address, pages):
    reader = Reader(browser, address, pages, permissions=["clipboard-read", "clipboard-write"])
    yield reader
    reader.context.close()


def test_all_are_in_the_site(pages):
    assert sorted(pages) == sorted(NAMES)


@each
def test_every_slider_moves_it_by_keyboard_alone(reader, name):
    figure = reader.live(name)
    for slider in figure.locator("input").all():
        said, drawn, value = reader.said(), reader.drawing(), slider.input_value()
        slider.focus()
        # Far enough for every read-out, whose numbers are rounded.
        for _ in range(8):
            reader.page.keyboard.press("ArrowLeft")
        assert slider.input_value() != value
        reader.page.wait_for_function(
            "([figure, said]) => figure.querySelector('.moving-said').innerText !== said",
            arg=[figure.element_handle(), said],
        )
        assert reader.drawing() != drawn
    figure.get_by_role("button", name="Reset").press("Enter")
    assert {slider.get_attribute("value") for slider in figure.locator("input").all()} >= set(
        reader.values().values()
    )
    assert reader.complaints == []
    assert {urlsplit(url).hostname for url in reader.requests} == {"127.0.0.1"}


@each
def test_each_slider_has_a_label_and_what_it_says_is_announced(reader, name):
    figure = reader.open(name)
    assert figure.locator(".moving-said").get_attribute("aria-live") == "polite"
    for slider in figure.locator("input").all():
        label = figure.locator(f'label[for="{slider.get_attribute("id")}"]').inner_text()
        assert figure.get_by_label(label, exact=True).count() == 1
    assert figure.locator("img").get_attribute("alt")


@each
def test_a_link_leads_to_the_state_that_was_copied(reader, name):
    figure = reader.live(name)
    for slider in figure.locator("input").all():
        slider.focus()
        reader.page.keyboard.press("ArrowRight")
        reader.page.keyboard.press("PageDown")
    values = reader.values()
    figure.get_by_role("button", name="Copy link").press("Enter")
    figure.locator("[role=status]").get_by_text("Copied.").wait_for()
    link = reader.page.evaluate("navigator.clipboard.readText()")
    assert link == reader.page.url
    reader.page.wait_for_timeout(100)
    said = reader.said()

    reader.live(name, "#" + link.partition("#")[2])
    assert reader.values() == values
    assert reader.said() == said


@each
def test_a_link_with_anything_but_numbers_in_range_changes_nothing(reader, name):
    reader.open(name)
    fresh, sliders = reader.values(), reader.figure.locator("input").all()
    for text in ("1e9", "-1e9", "NaN", "Infinity", "", " ", "0x1", "<b>", "1;2"):
        state = "&".join(f"{slider.get_attribute('name')}={text}" for slider in sliders)
        reader.live(name, f"#figure={name}&{state}&unknown=1")
        assert reader.values() == fresh
    reader.live(name, f"#figure=another&{sliders[0].get_attribute('name')}=1")
    assert reader.values() == fresh
    assert reader.complaints == []


def test_vega_is_fetched_once_and_only_near_a_figure(reader):
    reader.open("bowl")
    reader.page.wait_for_load_state("networkidle")
    assert not [url for url in reader.requests if "vega" in url]
    reader.figure.scroll_into_view_if_needed()
    reader.figure.locator(".moving-live").wait_for()
    assert len([url for url in reader.requests if "vega" in url]) == 1


def test_where_vega_cannot_be_loaded_the_figure_says_so(reader):
    reader.context.route("**/vega.min.js", lambda route: route.abort())
    figure = reader.open("bowl")
    figure.scroll_into_view_if_needed()
    figure.get_by_text("could not be loaded").wait_for()
    assert figure.locator("img").is_visible()


@each
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_nothing_jumps_or_overflows_when_it_comes_alive(reader, name, width):
    reader.open(name)
    reader.page.set_viewport_size({"width": width, "height": 900})
    before = reader.figure.bounding_box()
    reader.figure.scroll_into_view_if_needed()
    reader.figure.locator(".moving-live").wait_for()
    after = reader.figure.bounding_box()
    assert (after["width"], after["height"]) == pytest.approx((before["width"], before["height"]), abs=0.5)
    assert after["x"] >= 0
    assert after["x"] + after["width"] <= width
    picture, drawing = (reader.figure.locator(part).bounding_box() for part in ("img", "svg"))
    assert drawing == pytest.approx(picture, abs=0.5)


@each
def test_without_scripts_the_picture_and_the_sentence_are_there(browser, address, pages, name):
    reader = Reader(browser, address, pages, java_script_enabled=False)
    figure = reader.open(name)
    assert figure.locator("img").bounding_box()["height"] > 100
    assert figure.locator("img").evaluate("image => image.naturalWidth") > 100
    assert reader.said()
    assert not figure.locator("input").first.is_visible()
    assert not figure.get_by_role("button").first.is_visible()
    reader.context.close()


@each
def test_on_paper_the_picture_stands_still(reader, name):
    figure = reader.live(name)
    reader.page.emulate_media(media="print")
    assert figure.locator("img").evaluate("image => getComputedStyle(image).opacity") == "1"
    assert not figure.locator("svg").is_visible()
    assert not figure.locator("input").first.is_visible()
    assert not figure.get_by_role("button").first.is_visible()


@each
def test_in_the_dark_it_is_drawn_light_on_dark(browser, address, pages, name):
    reader = Reader(browser, address, pages, color_scheme="dark")
    figure = reader.live(name)
    turned = figure.locator("svg").evaluate("svg => getComputedStyle(svg).filter")
    assert turned == figure.locator("img").evaluate("image => getComputedStyle(image).filter")
    assert "invert(1)" in turned
    reader.context.close()
