"""The built site: links lead somewhere, nothing comes from another host, every picture has its words."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urldefrag, urlsplit

RESOURCES = {
    "script": "src", "img": "src", "source": "src", "iframe": "src", "video": "src", "audio": "src",
    "embed": "src", "object": "data", "link": "href", "use": "href",
}  # fmt: skip
URL = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")
# The redirect to the first page has no text of its own.
REDIRECT = "index.html"


def contents(site, pages):
    return {path: page for path, page in pages.items() if path != site / REDIRECT}


def test_there_are_pages(site, pages):
    assert len(contents(site, pages)) > 1


def test_links_inside_the_site_lead_somewhere(site, pages):
    broken = []
    for path, page in pages.items():
        for attributes in page.each("a", "link", "script", "img"):
            address = attributes.get("href", attributes.get("src"))
            if not address or urlsplit(address).scheme or address.startswith("//"):
                continue
            name, anchor = urldefrag(address)
            target = (path.parent / unquote(urlsplit(name).path)).resolve() if name else path
            if not target.is_file():
                broken.append(f"{path.relative_to(site)}: {address}")
            # A bare # goes to the top of the page.
            elif anchor and target in pages and unquote(anchor) not in pages[target].ids:
                broken.append(f"{path.relative_to(site)}: {address} (no such place on the page)")
    assert not broken, "\n".join(broken)


def is_elsewhere(address):
    return bool(address) and (address.startswith("//") or urlsplit(address).scheme in ("http", "https"))


def test_no_page_loads_anything_from_another_host(site, pages):
    found = []
    for path, page in pages.items():
        for tag, attributes in page.elements:
            addresses = [attributes.get(RESOURCES.get(tag))]
            addresses += [
                address.split()[0] for address in attributes.get("srcset", "").split(",") if address.strip()
            ]
            addresses += [first or second for first, second in URL.findall(attributes.get("style") or "")]
            found += [f"{path.relative_to(site)}: {tag} {a}" for a in addresses if is_elsewhere(a)]
        # Scripts in the page name what they load.
        for script in re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page.text, re.DOTALL):
            found += [
                f"{path.relative_to(site)}: script {a}" for a in re.findall(r"https?://[^\s\"'<>]+", script)
            ]
    for style in site.rglob("*.css"):
        addresses = [first or second for first, second in URL.findall(style.read_text(encoding="utf-8"))]
        found += [f"{style.relative_to(site)}: {address}" for address in addresses if is_elsewhere(address)]
    assert not found, "\n".join(found)


def test_every_picture_has_words(site, pages):
    mute = []
    for path, page in pages.items():
        for image in page.each("img"):
            if "logo__image" in image.get("class", ""):
                continue  # The book's name stands beside it: read out, it would be said twice.
            alt = (image.get("alt") or "").strip()
            if not alt or PurePosixPath(alt).suffix in (".png", ".svg", ".jpg") or "_images" in alt:
                mute.append(f"{path.relative_to(site)}: {image.get('src')} (alt: {alt!r})")
    assert not mute, "\n".join(mute)


def test_the_frame_of_each_page_can_be_listened_to(site, pages):
    """Hold the edits of sevensteps_site: the theme's next version may write its pages another way."""
    for page in contents(site, pages).values():
        (search,) = (at for at in page.each("button") if "search-button-field" in at.get("class", ""))
        assert "aria-label" not in search
        switches = [at for at in page.each("button") if "theme-switch-button" in at.get("class", "")]
        assert {at["aria-label"] for at in switches} == {"Colour mode"}
        assert not any("title" in at for at in page.each("i") if "theme-switch" in at["class"])
        (sidebar,) = (at for at in page.each("div") if at.get("id") == "pst-primary-sidebar")
        assert sidebar["role"] == "region"
        works = [at for at in page.each("div") if "citation" in at.get("class", "").split()]
        assert all(at["role"] == "listitem" for at in works)


def test_every_page_has_a_title(site, pages):
    assert [str(path) for path, page in contents(site, pages).items() if not page.title] == []


def test_every_page_of_the_book_describes_itself(site, pages):
    book = {path: page for path, page in pages.items() if site / "book" in path.parents}
    mute = [
        str(path.relative_to(site))
        for path, page in book.items()
        if not any(meta.get("name") == "description" and meta.get("content") for meta in page.each("meta"))
    ]
    assert mute == []


def test_mathjax_is_among_our_own_files(site):
    folder = site / "_static" / "mathjax"
    assert (folder / "tex-chtml.js").is_file()
    assert list((folder / "output" / "chtml" / "fonts" / "woff-v2").glob("*.woff"))
