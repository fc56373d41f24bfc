"""What the site gives a visitor's ratings to work with."""

import re

import numpy as np
import pytest
from tests.site.catalogue_fixture import N_PUBLISHED, make_catalogue, slug_at

from catalog.site import templating
from catalog.site.atlas import Atlas
from catalog.site.latents import latents_file
from catalog.site.page import frame
from catalog.site.pages import yours
from catalog.site.verdict_rows import ballot_of
from catalog.store.read import Catalogue


@pytest.fixture(scope="module")
def atlas(database):
    with Catalogue(database) as catalogue:
        yield Atlas(catalogue)


def test_latents_are_the_catalogues_in_the_order_of_rank(site, atlas):
    data = (site / "explore/latents.bin").read_bytes()
    values = np.frombuffer(data, "<f4").reshape(N_PUBLISHED, 10)
    for row in (0, 3, N_PUBLISHED - 1):
        expected = atlas.catalogue.latents([atlas.objects[row].target_id])[0]
        np.testing.assert_array_equal(values[row], expected.astype("<f4"))


def test_latents_of_twenty_thousand_objects_are_under_a_megabyte(atlas):
    n = 20_000 // N_PUBLISHED
    assert len(latents_file(atlas, atlas.objects)) * n <= 800_000


def test_an_object_without_a_latent_vector_has_none_in_the_file(tmp_path):
    import duckdb

    path = make_catalogue(tmp_path / "c.duckdb", n_published=5, n_scored=50)
    with duckdb.connect(str(path)) as database:
        database.execute("UPDATE spectra SET latent = NULL WHERE rank = 2")
    with Catalogue(path) as catalogue:
        atlas = Atlas(catalogue)
        values = np.frombuffer(latents_file(atlas, atlas.objects), "<f4").reshape(5, 10)
    assert np.isnan(values).all(axis=1).tolist() == [False, True, False, False, False]


def test_the_page_of_ratings_offers_an_issue_only_where_there_is_a_repository(site, atlas):
    text = (site / "yours/index.html").read_text()
    assert 'data-repository="https://example.org/repo"' in text
    assert 'id="issue"' in text
    assert re.search(r'<div id="yours"[^>]* hidden>', text)
    around = frame(atlas, "yours/index.html", "Your ratings", "")
    bare = templating.fill(
        "yours.html",
        yours.YoursContext(around, n_objects=60, repository="", ballot=ballot_of(atlas)),
    )
    assert 'id="issue"' not in bare
    assert "Copy the CSV" in bare


def test_every_object_page_names_its_release_and_its_object_to_the_panel(site):
    text = (site / f"objects/{slug_at(2)}/index.html").read_text()
    assert '<html lang="en" data-release="test">' in text
    section = re.search(r'<section class="yours"[^>]*>', text)
    assert section
    assert 'data-target="39627830000000002"' in section[0]
    assert " hidden" in section[0]
    assert re.findall(r'name="rating" value="(\d)"', text) == list("012345")
