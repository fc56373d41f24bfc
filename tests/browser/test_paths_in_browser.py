"""Traversals and tracks in a real browser: readable on a phone, in both themes, by everybody."""

import pytest
from tests.browser.accessibility import serious_faults
from tests.browser.serving import hosted
from tests.site.catalogue_fixture import make_catalogue

from catalog.site.render import render

pytestmark = pytest.mark.browser
PAGES = ("latent/traversals/", "latent/tracks/")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("paths")
    path = make_catalogue(
        folder / "c.duckdb", n_published=6, n_scored=200, benchmark=False, latent=True
    )
    render(path, folder / "none", folder / "root")
    with hosted(folder / "root") as address:
        yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_path_page_has_no_serious_fault_and_fits_a_phone(page, home, watch, name, scheme):
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme=scheme)
    page.goto(home + name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("svg.plot").first.is_visible()
    assert serious_faults(page) == []
    assert watch.faults == []


def test_a_point_of_a_track_leads_to_the_page_of_its_nearest_spectrum(page, home):
    page.goto(home + PAGES[1])
    page.locator("tbody td a").first.click()
    page.wait_for_url("**/objects/**")
    assert page.locator("h1").is_visible()
