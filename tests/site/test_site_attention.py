"""Where the model looked: words that follow the numbers, figures that show them, and JSON."""

import json
import re
from html import unescape

import numpy as np
import pytest
from tests.site.catalogue_fixture import make_catalogue, slug_at

from catalog.site.attention import Attended, attention_of
from catalog.site.plots.attention import LEVELS
from catalog.site.render import render
from catalog.store.latent_records import AttentionPatch
from catalog.store.read import Catalogue

N = 20
OBJECT = f"objects/{slug_at(0)}/index.html"


def _attended(got, usual=None, spread=0.2) -> Attended:
    """Every patch gives away its attention as `got` (T,) says."""
    got = np.asarray(got, float) / np.sum(got)
    usual = got if usual is None else np.asarray(usual, float) / np.sum(usual)
    patches = tuple(
        AttentionPatch(i, 4000 + 50 * i, 4050 + 50 * i, u, (1 - spread) * u, (1 + spread) * u)
        for i, u in enumerate(usual.tolist())
    )
    return Attended(patches, np.tile(got, (got.size, 1)))


def _told(attended):
    found = attention_of(attended, "MILES 1")
    assert found is not None
    return found


def test_the_ranges_with_most_attention_are_named_with_their_share():
    got = np.ones(N)
    got[[2, 3]], got[10], got[17] = 5, 9, 3

    told = _told(_attended(got))

    share = 100 * 22 / got.sum()
    assert "most at 4,100–4,200 Å, 4,500–4,550 Å and 4,850–4,900 Å" in told.most
    assert f": {share:.0f} % of its attention lies there" in told.most
    assert "where 20 % would" in told.most
    assert told.compared == "That is about where it looks in an ordinary spectrum, too."


def test_attention_unlike_the_usual_is_told_with_what_moved_most():
    usual, got = np.ones(N), np.ones(N)
    got[10] = 9

    told = _told(_attended(got, usual))

    assert "not where it looks in an ordinary spectrum: 20 of 20 patches" in told.compared
    assert "chance would give about 2" in told.compared
    assert "looked more at 4,500–4,550 Å, 6.4 times the usual" in told.compared
    less = _told(_attended(usual, got))
    assert "looked less at 4,500–4,550 Å, 16 % of the usual" in less.compared


def test_a_model_that_looks_everywhere_alike_is_told_of_as_well():
    told = _told(_attended(np.ones(N)))

    assert told.most.endswith("the model looked at all of it alike.")
    assert set(re.findall(r"heat-\d", told.map)) == {"heat-1"}


@pytest.mark.parametrize(("n_patches", "most"), [(1, "alike"), (2, "4,050–4,100 Å:"), (3, "4,100")])
def test_few_patches_are_told_of(n_patches, most):
    assert most in _told(_attended(np.arange(1, n_patches + 1))).most


def test_the_map_has_every_cell_at_its_level_and_place():
    rng = np.random.default_rng(3)
    weight = rng.dirichlet(np.full(N, 0.3), N)
    even = _attended(np.ones(N))

    drawn = _told(Attended(even.patches, weight)).map

    found = np.zeros((N, N), int)
    for level, path in re.findall(r'class="heat heat-(\d)" d="([^"]+)"', drawn):
        for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
            found[N - 1 - int(y), int(x) : int(x) + int(width)] = (int(level) + 1) // 2
    assert (found == np.searchsorted(LEVELS, weight * N, side="right")).all()


def test_there_is_nothing_where_the_model_has_no_attention():
    assert attention_of(None, "MILES 1") is None


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The database and the site of a release whose model has attention."""
    folder = tmp_path_factory.mktemp("attention")
    make_catalogue(folder / "catalog.duckdb", latent=True)
    (folder / "download").mkdir()
    render(folder / "catalog.duckdb", folder / "download", folder / "site")
    return folder / "catalog.duckdb", folder / "site"


def test_the_page_shows_it_and_offers_the_numbers(pages):
    database, site = pages
    text = unescape((site / OBJECT).read_text())

    assert "Where the model looked" in text
    assert 'class="plot attention-plot"' in text
    assert 'class="plot attention-map"' in text
    assert f'href="attention.json" download="{slug_at(0)}-attention.json"' in text
    told = json.loads((site / OBJECT).with_name("attention.json").read_text())
    weight = np.array(told["attention"])
    with Catalogue(database) as catalogue:
        stored = catalogue.attention([told["target_id"]])[told["target_id"]]
        patches = catalogue.attention_patches()
    np.testing.assert_allclose(weight, stored, rtol=1e-3)
    assert told["wave_low"] == pytest.approx([each.wave_low for each in patches], rel=1e-5)
    known = json.loads((site / OBJECT).with_name("object.json").read_text())
    assert "attention.json" in known["files"]


def test_a_release_without_attention_has_no_word_of_it(site):
    assert "Where the model looked" not in (site / OBJECT).read_text()
    assert not (site / OBJECT).with_name("attention.json").exists()
