"""A release by each of the other models: with attention, plain, and one that nothing trains."""

import duckdb
import numpy as np
import pytest
from tests.pipeline import finished, tiny_release

from catalog import pipeline, workspace

pytestmark = pytest.mark.slow
MODELS = {
    "attention": 'kind = "attention_ae"\nheads = 2\npatch = 40\nvariational = false\n',
    "pca": 'kind = "pca"\n',
}


@pytest.fixture(scope="module")
def built(tiny_build, tmp_path_factory):
    """The catalogue and the site of a release by each of them."""
    found = {}
    for name, model in MODELS.items():
        folder = finished.copy(tiny_build, tmp_path_factory.mktemp(name))
        text = tiny_release.RECIPE.replace("[model]\n", "[model]\n" + model)
        text = text.replace(
            "[scores]\n",
            '[scores]\nuse = ["misfit", "redshift", "reconstruction_error", "lof"]\n'
            'rank_by = ["misfit", "redshift"]\n',
        )
        recipe = folder / "build/tiny.toml"
        recipe.write_text(text)
        work = workspace.open_build(recipe, out=folder / "out")
        for _ in pipeline.build(work, pipeline.STAGES, force=False, progress=lambda *_: None):
            pass
        found[name] = work.layout
    return found


def _rows(layout, query):
    with duckdb.connect(str(layout.database), read_only=True) as database:
        return database.execute(query).fetchall()


def test_of_every_published_object_is_told_where_the_model_looked(built):
    layout = built["attention"]
    patches = _rows(layout, "SELECT * EXCLUDE position FROM attention_patches ORDER BY position")
    low, high, usual, usual_low, usual_high = np.array(patches).T
    published = _rows(layout, "SELECT target_id FROM spectra WHERE slug <> '' ORDER BY 1")
    weights = _rows(layout, "SELECT target_id, weight FROM attention ORDER BY 1")

    assert len(patches) == 12  # 460 bins, 40 each: the last has 20
    np.testing.assert_allclose(low[1:], high[:-1])
    step = (7500 - 3800) / 459
    assert (low[0], high[-1]) == pytest.approx((3800 - step / 2, 7500 + step / 2))
    assert high[-1] - low[-1] == pytest.approx(20 * step)
    assert usual.sum() == pytest.approx(1, abs=0.05)
    assert (usual_low <= usual).all()
    assert (usual <= usual_high).all()
    assert [row[0] for row in weights] == [row[0] for row in published]
    for _, weight in weights:
        np.testing.assert_allclose(np.reshape(weight, (12, 12)).sum(axis=1), 1, atol=1e-5)


def test_their_pages_show_it(built):
    page = next((built["attention"].site / "objects").glob("*/index.html")).read_text()

    assert "Where the model looked" in page


@pytest.mark.parametrize("name", MODELS)
def test_the_pages_say_what_kind_of_model_it_is(built, name):
    words = {"attention": "plain autoencoder", "pca": "linear model of principal components"}

    assert f"The model, a {words[name]}" in (built[name].site / "methods/index.html").read_text()


def test_a_model_without_attention_leaves_the_tables_empty_and_the_pages_without_it(built):
    layout = built["pca"]

    assert _rows(layout, "SELECT count(*) FROM attention_patches") == [(0,)]
    assert _rows(layout, "SELECT count(*) FROM attention") == [(0,)]
    page = next((layout.site / "objects").glob("*/index.html")).read_text()
    assert "Where the model looked" not in page


def test_a_model_that_nothing_trains_ends_in_a_whole_site_without_a_course_of_training(built):
    layout = built["pca"]

    assert _rows(layout, "SELECT count(*) FROM training") == [(0,)]
    # Mean and scatter (460 each), three components of 460, and their deviations.
    assert _rows(layout, "SELECT kind, n_parameters FROM model") == [("pca", 5 * 460 + 3)]
    methods = (layout.site / "methods/index.html").read_text()
    assert "The loss on held-out spectra" not in methods
    assert "Of all scored spectra so many per cent have a lower score" in methods


@pytest.mark.parametrize("name", MODELS)
def test_a_score_below_zero_is_published_with_its_sign_and_its_order(built, name):
    rows = _rows(
        built[name],
        "SELECT score_reconstruction_error, rank_reconstruction_error, "
        "percentile_reconstruction_error FROM spectra WHERE quality = 0 ORDER BY 2",
    )
    value, rank, percentile = np.array(rows, float).T

    assert (value < 0).mean() > 0.9
    assert (np.diff(value) <= 0).all()
    assert (np.diff(percentile) <= 0).all()
    assert rank[0] == 1
    histogram = _rows(
        built[name],
        "SELECT min(low), max(high), sum(n) FROM score_histograms "
        "WHERE score = 'reconstruction_error'",
    )
    assert histogram == [(pytest.approx(value.min()), pytest.approx(value.max()), value.size)]
    methods = (built[name].site / "methods/index.html").read_text()
    assert "log₁₀ of Reconstruction error" not in methods
