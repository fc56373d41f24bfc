"""Each shipped recipe ends in a site of its own, whole in a browser at every width."""

import duckdb
import pytest
from tests.browser import recipe_sites
from tests.browser.accessibility import serious_faults
from tests.browser.recipe_sites import BANNER, EVERYWHERE, OF_GALAXIES, OF_STARS

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def pytest_generate_tests(metafunc):
    """Ask a class's tests of each of its recipes."""
    if "kind" in metafunc.fixturenames:
        asked = recipe_sites.for_everybody(metafunc.cls.names)
        metafunc.parametrize(("name", "kind", "scheme"), asked)
    elif "name" in metafunc.fixturenames:
        metafunc.parametrize("name", metafunc.cls.names)


class EveryRecipe:
    """What is asked of every site. Two classes share the recipes, so that two processes can."""

    names: tuple[str, ...]

    @pytest.fixture(scope="class")
    def sites(self, tmp_path_factory, realdata):
        with recipe_sites.opened(tmp_path_factory.mktemp("recipes"), realdata) as sites:
            yield sites

    def test_a_page_of_each_kind_opens_at_every_width_without_a_fault(
        self, sites, page, watch, name
    ):
        site = sites[name]

        assert set(site.kinds) == site.expected
        assert site.faults(page) == []
        assert watch.faults == []
        assert [asked for asked in watch.asked if not asked.startswith(site.address)] == []

    def test_every_page_says_that_its_spectra_are_simulated_or_none_does(self, sites, name):
        site = sites[name]
        pages = set(site.folder.rglob("*.html")) - set((site.folder / "id").rglob("*.html"))
        banners = {BANNER in page.read_text() for page in pages}

        assert len(pages) >= len(EVERYWHERE)
        assert banners == {site.told["release"].get("simulated", False)}

    def test_the_object_and_the_latent_page_have_no_serious_accessibility_fault(
        self, sites, page, name, kind, scheme
    ):
        page.emulate_media(color_scheme=scheme)
        sites[name].visit(page, kind)

        assert serious_faults(page) == []


class TestEveryRecipeOfGalaxies(EveryRecipe):
    """Sites of galaxies and quasars."""

    names = OF_GALAXIES


class TestEveryRecipeOfStars(EveryRecipe):
    """Sites of stars."""

    names = OF_STARS

    def test_the_miles_library_ends_in_an_atlas_of_all_its_stars(self, sites):
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
