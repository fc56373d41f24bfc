"""Each shipped recipe of stars ends in a site of its own, whole in a browser at every width."""

import duckdb
import pytest
from tests.browser import recipe_sites
from tests.browser.accessibility import serious_faults
from tests.browser.recipe_sites import BANNER, EVERYWHERE, OF_STARS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def sites(tmp_path_factory, realdata):
    with recipe_sites.opened(tmp_path_factory.mktemp("recipes"), realdata) as sites:
        yield sites


@pytest.mark.parametrize("name", OF_STARS)
def test_a_page_of_each_kind_opens_at_every_width_without_a_fault(sites, page, watch, name):
    site = sites[name]

    assert set(site.kinds) == site.expected
    assert site.faults(page) == []
    assert watch.faults == []
    assert [asked for asked in watch.asked if not asked.startswith(site.address)] == []


@pytest.mark.parametrize("name", OF_STARS)
def test_every_page_says_that_its_spectra_are_simulated_or_none_does(sites, name):
    site = sites[name]
    pages = set(site.folder.rglob("*.html")) - set((site.folder / "id").rglob("*.html"))
    banners = {BANNER in page.read_text() for page in pages}

    assert len(pages) >= len(EVERYWHERE)
    assert banners == {site.told["release"].get("simulated", False)}


@pytest.mark.parametrize(("name", "kind", "scheme"), recipe_sites.for_everybody(OF_STARS))
def test_the_object_and_the_latent_page_have_no_serious_accessibility_fault(
    sites, page, name, kind, scheme
):
    page.emulate_media(color_scheme=scheme)
    sites[name].visit(page, kind)

    assert serious_faults(page) == []


def test_the_miles_library_ends_in_an_atlas_of_all_its_stars(sites):
    with duckdb.connect(str(sites["miles"].release / "catalog.duckdb"), read_only=True) as db:
        read, scored, outliers = db.execute(
            "SELECT n_read, n_scored, n_outliers FROM release"
        ).fetchall()[0]
        estimated = db.execute("SELECT DISTINCT noise_estimated FROM spectra").fetchall()
        sun_like = db.execute(
            "SELECT count(*) FROM spectra WHERE teff BETWEEN 5000 AND 6500"
        ).fetchall()[0][0]

    assert (read, scored) == (984, 984)
    assert outliers >= 49
    assert estimated == [(True,)]
    assert sun_like > 300
