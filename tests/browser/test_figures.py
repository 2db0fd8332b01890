"""The figures that move in the built pages, as a reader uses them."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest

FIGURE = re.compile(r'<figure class="moving" data-name="([^"]+)".*?</figure>', re.DOTALL)
SAID = re.compile(r'class="moving-said">(.*?)</p>', re.DOTALL)
NAMES = [
    "first-loss", "boundary", "temperature", "three-losses", "secants", "bowl", "stops", "residual-squares",
    "roc", "shifted", "line-through-labels",
]  # fmt: skip
NOT_IN_RANGE = ["1e9", "-1e9", "99999", "NaN", "Infinity", "", " ", "0x1", "1e0", "<b>", "1;2", "½"]


class Reader:
    """Someone with a browser who has opened the page of a figure."""

    def __init__(self, browser, address, pages, name, **options):
        self.name, (self.path, self.first_said) = name, pages[name]
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        # Formulas are not looked at here, and take most of the time.
        script = {"body": "", "content_type": "text/javascript"}
        self.context.route("**/mathjax/**", lambda route: route.fulfill(**script))
        self.page = self.context.new_page()
        self.requests, self.complaints = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._note)
        self.page.goto(f"{address}/{self.path}", wait_until="domcontentloaded")
        self.figure = self.page.locator(f"#moving-{name}")

    def _note(self, message):
        if message.type == "error":
            self.complaints.append(message.text)

    def come_near(self):
        self.figure.scroll_into_view_if_needed()
        self.figure.locator(".moving-live").wait_for()

    def sliders(self):
        return self.figure.locator("input").all()

    def values(self):
        return {slider.get_attribute("name"): slider.input_value() for slider in self.sliders()}

    def said(self):
        return self.figure.locator(".moving-said").inner_text()

    def drawing(self):
        return self.figure.locator("svg").evaluate("svg => svg.outerHTML")

    def box(self, part):
        return self.figure.locator(part).bounding_box()

    def press(self, button):
        self.figure.get_by_role("button", name=button).press("Enter")

    def wait_until_it_says(self, text, equal):
        self.page.wait_for_function(
            "([figure, text, equal]) => equal === (figure.querySelector('.moving-said').innerText === text)",
            arg=[self.figure.element_handle(), text, equal],
        )


@pytest.fixture(scope="module")
def pages(site):
    """Return the page of each figure that moves, and what it says there before anything is moved."""
    found = {}
    for path in sorted(site.rglob("*.html")):
        for figure in FIGURE.finditer(path.read_text(encoding="utf-8")):
            found[figure[1]] = path.relative_to(site).as_posix(), unescape(SAID.search(figure[0])[1])
    return found


@pytest.fixture(scope="module", params=NAMES)
def opened(request, browser, address, pages):
    permissions = ["clipboard-read", "clipboard-write"]
    reader = Reader(browser, address, pages, request.param, permissions=permissions)
    reader.come_near()
    yield reader
    reader.context.close()


@pytest.fixture
def reader(opened):
    """Return the reader of a figure that moves and has not been moved."""
    opened.press("Reset")
    opened.wait_until_it_says(opened.first_said, True)
    return opened


def test_all_are_in_the_site(pages):
    assert sorted(pages) == sorted(NAMES)


def test_every_slider_moves_it_by_keyboard_alone(reader):
    start = reader.values()
    for slider in reader.sliders():
        said, drawn, value = reader.said(), reader.drawing(), slider.input_value()
        slider.focus()
        # Far enough for every sentence, whose numbers are rounded.
        for _ in range(8):
            reader.page.keyboard.press("ArrowLeft")
        assert slider.input_value() != value
        reader.wait_until_it_says(said, False)
        assert reader.drawing() != drawn
    reader.press("Reset")
    reader.wait_until_it_says(reader.first_said, True)
    assert reader.values() == start


def test_each_slider_has_a_label_and_changes_are_read_out(reader):
    assert reader.figure.locator(".moving-said").get_attribute("aria-live") == "polite"
    for slider in reader.sliders():
        label = reader.figure.locator(f'label[for="{slider.get_attribute("id")}"]').inner_text()
        assert reader.figure.get_by_label(label, exact=True).count() == 1


def test_a_link_leads_to_the_state_that_was_copied(reader):
    for slider in reader.sliders():
        slider.focus()
        reader.page.keyboard.press("ArrowLeft")
        reader.page.keyboard.press("PageDown")
    reader.wait_until_it_says(reader.first_said, False)
    reader.page.wait_for_timeout(200)
    values, said = reader.values(), reader.said()
    reader.press("Copy link")
    reader.figure.locator("[role=status]").get_by_text("Copied.").wait_for()
    link = reader.page.evaluate("navigator.clipboard.readText()")
    assert urlsplit(link).fragment.startswith(f"figure={reader.name}&")

    reader.press("Reset")
    reader.wait_until_it_says(reader.first_said, True)
    reader.page.goto("about:blank")
    reader.page.goto(link, wait_until="domcontentloaded")
    # The link leads to the figure itself: nothing has to be scrolled.
    reader.figure.locator(".moving-live").wait_for()
    reader.wait_until_it_says(said, True)
    assert reader.values() == values
    assert 0 <= reader.box(".moving-picture")["y"] < 900


def test_only_numbers_in_range_are_read_from_a_link(reader):
    start, names = reader.values(), [slider.get_attribute("name") for slider in reader.sliders()]
    visit = "hash => { location.hash = hash; return new Promise((done) => setTimeout(done, 50)); }"
    for text in NOT_IN_RANGE:
        state = "&".join(f"{name}={text}" for name in names)
        reader.page.evaluate(visit, f"figure={reader.name}&{state}&unknown=1")
        assert reader.values() == start, text
    highest = reader.sliders()[0].get_attribute("max")
    reader.page.evaluate(visit, f"figure=another&{names[0]}={highest}")
    assert reader.values() == start
    reader.page.evaluate(visit, f"figure={reader.name}&{names[0]}={highest}")
    assert reader.values() == start | {names[0]: highest}


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_drawing_takes_the_place_of_the_picture_and_no_more(reader, width):
    reader.page.set_viewport_size({"width": width, "height": 900})
    whole, picture = reader.box(":scope"), reader.box("img")
    assert reader.box("svg") == pytest.approx(picture, abs=0.5)
    assert whole["x"] >= 0
    assert whole["x"] + whole["width"] <= width
    # Without the drawing all is as high as before it came.
    reader.figure.locator(".moving-picture > div").evaluate("div => { div.style.display = 'none'; }")
    assert reader.box(":scope")["height"] == pytest.approx(whole["height"], abs=0.5)
    reader.figure.locator(".moving-picture > div").evaluate("div => { div.style.display = ''; }")
    reader.page.set_viewport_size({"width": 1280, "height": 900})


def test_on_paper_the_picture_stands_still(reader):
    reader.page.emulate_media(media="print")
    assert reader.figure.locator("img").evaluate("image => getComputedStyle(image).opacity") == "1"
    assert not reader.figure.locator("svg").is_visible()
    assert not any(slider.is_visible() for slider in reader.sliders())
    assert not reader.figure.get_by_role("button").first.is_visible()
    reader.page.emulate_media(media="screen")


def test_in_the_dark_it_is_light_on_dark_like_the_picture(reader):
    theme = "theme => { document.documentElement.dataset.theme = theme; }"
    filter_of = "element => getComputedStyle(element).filter"
    for name, turned in (("dark", True), ("light", False)):
        reader.page.evaluate(theme, name)
        filters = {reader.figure.locator(part).evaluate(filter_of) for part in ("svg", "img")}
        assert len(filters) == 1
        assert ("invert(1)" in filters.pop()) == turned


def test_nothing_was_asked_of_another_host_and_nothing_went_wrong(reader):
    assert {urlsplit(url).hostname for url in reader.requests} <= {"127.0.0.1", None}
    assert reader.complaints == []


@pytest.mark.parametrize("name", NAMES)
def test_without_scripts_the_picture_and_the_sentence_are_there(browser, address, pages, name):
    reader = Reader(browser, address, pages, name, java_script_enabled=False)
    reader.page.wait_for_load_state("load")
    place = reader.box("img")
    width, height = reader.figure.locator("img").evaluate(
        "image => [image.naturalWidth, image.naturalHeight]"
    )
    assert place["width"] / place["height"] == pytest.approx(width / height, rel=0.01)
    assert reader.figure.locator("img").get_attribute("alt")
    assert reader.said() == reader.first_said
    assert not any(slider.is_visible() for slider in reader.sliders())
    assert not reader.figure.get_by_role("button").first.is_visible()
    reader.context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_its_place_is_kept_until_the_picture_comes(browser, address, pages, width):
    reader = Reader(browser, address, pages, "bowl")
    reader.page.set_viewport_size({"width": width, "height": 900})
    reader.page.wait_for_load_state("load")
    with_picture = reader.box(":scope")["height"]
    reader.context.route("**/_images/**", lambda route: route.abort())
    reader.page.reload()
    assert reader.figure.locator("img").evaluate("image => image.naturalWidth") == 0
    assert reader.box(":scope")["height"] == pytest.approx(with_picture, abs=0.5)
    reader.context.close()


def test_vega_is_fetched_once_and_only_near_a_figure(browser, address, pages):
    reader = Reader(browser, address, pages, "bowl")
    reader.page.wait_for_load_state("networkidle")
    assert not [url for url in reader.requests if "vega" in url]
    reader.come_near()
    assert len([url for url in reader.requests if "vega" in url]) == 1
    reader.context.close()


def test_where_vega_cannot_be_loaded_the_figure_says_so(browser, address, pages):
    reader = Reader(browser, address, pages, "bowl")
    reader.context.route("**/vega.min.js", lambda route: route.abort())
    reader.figure.scroll_into_view_if_needed()
    reader.figure.get_by_text("could not be loaded").wait_for()
    assert reader.figure.locator("img").evaluate("image => getComputedStyle(image).opacity") == "1"
    reader.context.close()
