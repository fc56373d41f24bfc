"""Listings are read in every style, and nothing in them leads elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.folders import page

from catalog.errors import WebError
from catalog.fetch.listing import Entry, entries

URL = "https://data.desi.lbl.gov/public/edr/spectro/"
STYLES = ("nginx", "apache", "apache pre", "fancyindex")
FOLDER = {
    "100/": "",
    "coadd-sv3-bright-26065-with-a-long-name.fits": "229001472",
    "redux_sv3.sha256sum": "512",
    "7": "0",
    "a b&c+d%41.txt": "2048",
}


@pytest.mark.parametrize("style", STYLES)
def test_names_and_sizes_are_read(style):
    found = {e.name: e for e in entries(page("public/", FOLDER, style).decode(), URL)}

    assert list(found) == sorted(name.rstrip("/") for name in FOLDER)
    assert found["100"] == Entry("100", is_folder=True)
    for name, size in FOLDER.items():
        if size:
            assert found[name].size == pytest.approx(int(size), rel=0.01)
            assert not (found[name].exact and found[name].size != int(size))
    assert found["redux_sv3.sha256sum"].exact
    assert found["coadd-sv3-bright-26065-with-a-long-name.fits"].exact == (style == "nginx")


names = st.text(st.characters(codec="utf-8", exclude_characters="/\\:"), min_size=1).filter(
    lambda name: name.isprintable() and not name.startswith(".") and name.strip() == name
)


@given(st.dictionaries(names, st.integers(0, 10**13).map(str), min_size=1), st.sampled_from(STYLES))
def test_any_name_comes_back(folder, style):
    found = entries(page("public/", folder, style).decode(), URL)

    assert [entry.name for entry in found] == sorted(folder)
    if style == "nginx":
        assert {e.name: str(e.size) for e in found if e.exact} == folder


@pytest.mark.parametrize(
    "href",
    [
        "../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "/etc/passwd", "//evil.org/x", "%2e%2e/",
        "https://evil.org/public/edr/spectro/x", "file:///etc/passwd", "javascript:alert(1)", "a/b",
        ".bashrc", "%2ebashrc", "a%00b", "a%5cb", "a%2fb", "c%3a", "?C=N", "#top", "", "http://[bad",
        "./", "a%0ab",
    ],
)  # fmt: skip
def test_what_leads_elsewhere_is_left_out(href):
    text = f'<a href="../">../</a> <a href="{href}">x</a> 5\n<a href="fine">fine</a> 6'

    assert [entry.name for entry in entries(text, URL)] == ["fine"]


def test_an_empty_folder_is_one():
    assert entries('<h1>Index</h1><a href="../">../</a>', URL) == ()


@pytest.mark.parametrize(
    "text",
    ["", "Welcome! Please log in.", '<a href="https://portal.example/login">log in</a>', "\0<a<"],
)
def test_what_is_no_listing_is_an_error(text):
    with pytest.raises(WebError, match="not the listing"):
        entries(text, URL)


@given(st.text())
def test_any_page_is_survived(text):
    try:
        found = entries(text, URL)
    except WebError:
        return
    assert all("/" not in entry.name and entry.name not in {".", ".."} for entry in found)
