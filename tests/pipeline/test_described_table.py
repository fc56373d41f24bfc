"""The template recipe for anybody's spectra, built from a made table to a site."""

import re
from pathlib import Path

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner
from tests.pipeline import own_table
from tests.pipeline.own_table import HOSTILE, N

from catalog.cli import cli

pytestmark = pytest.mark.slow
TEMPLATE = Path(__file__).parents[2] / "build" / "my-table.toml"
FEW = "[model]\nn_latent = 3\nhidden = [32, 16]\nepochs = 3\nbatch_size = 32\n\n[site]"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("described")
    own_table.write(folder / "data/my-table/galaxies.parquet")
    text = TEMPLATE.read_text().replace("[site]", FEW)
    text = text.replace('title = "My survey"', "title = '<i>My</i> & \"survey\"'")
    text = text.replace("n_bins = 1000", "n_bins = 300")
    text = text.replace('layout = "rows"', 'rows_per_shard = 25\nlayout = "rows"')
    text += "[scores]\noutlier_fraction = 0.3\n[map]\nperplexity = 10.0\n"
    (folder / "build").mkdir()
    (folder / "build" / "my-table.toml").write_text(text)
    done = CliRunner().invoke(cli, ["build", str(folder / "build/my-table.toml"), "--jobs", "1"])
    assert done.exit_code == 0, done.output
    return folder


def test_the_template_builds_and_every_row_is_accounted_for(release):
    with duckdb.connect(str(release / "build/out/my-table/catalog.duckdb"), read_only=True) as db:
        name, title, read, scored = db.execute(
            "SELECT name, title, n_read, n_scored FROM surveys"
        ).fetchall()[0]
        names = {row[0] for row in db.execute("SELECT target_id FROM spectra").fetchall()}
        masses = dict(db.execute("SELECT target_id, log_mass FROM spectra").fetchall())
        shards = db.execute("SELECT DISTINCT shard FROM spectra ORDER BY 1").fetchall()
    assert (name, title, read, scored) == ("my-survey", '<i>My</i> & "survey"', N, N - 2)
    assert len(names) == N
    assert set(HOSTILE) - names == {HOSTILE[2], HOSTILE[6]}  # which hold what no line shows
    assert names >= {'a,"b";c d', "evil"}
    assert masses["g1"] == 11.0
    assert masses[HOSTILE[4]] is None or np.isnan(masses[HOSTILE[4]])
    assert [row[0] for row in shards] == [
        f"my-survey-galaxies-{first:09d}" for first in (1, 26, 51)
    ]


def test_text_of_the_table_is_text_on_every_page(release):
    site = release / "build/out/my-table/site"
    pages = sorted(site.rglob("*.html"))
    assert len(list((site / "objects").iterdir())) > 10
    for page in pages:
        text = page.read_text()
        assert "<script>alert" not in text, page
        assert "<i>My</i>" not in text, page
    shown = [page for page in pages if "&lt;script&gt;alert(1)" in page.read_text()]
    assert shown
    for path in [*(site / "objects").rglob("*"), *(site / "id").rglob("*")]:
        assert re.fullmatch(r"[A-Za-z0-9._-]+", path.name), path


def test_its_files_cannot_be_fetched_and_that_is_said(release):
    recipe = str(release / "build/my-table.toml")
    done = CliRunner().invoke(cli, ["fetch", recipe, "--data", str(release / "data")])
    assert done.exit_code == 2
    assert "cannot be fetched" in done.output


def test_check_tells_what_there_is(release):
    done = CliRunner().invoke(cli, ["check", str(release / "build/my-table.toml")])
    assert done.exit_code == 0
    assert "1 files in 3 shards" in done.output
