"""The template recipe for anybody's spectra, built from a made table to a site."""

import re
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from catalog.cli import cli

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
TEMPLATE = Path(__file__).parents[2] / "build" / "my-table.toml"
FEW = "[model]\nn_latent = 3\nhidden = [32, 16]\nepochs = 3\nbatch_size = 32\n\n[site]"
N = 60
HOSTILE = [
    "<script>alert(1)</script>", "../../../etc/passwd", 'a,"b";c\td', "NULL", "-1", "0",
    "\u202eevil\u202c", "x" * 128, "é ü ß 星 🌌", "'; DROP TABLE spectra; --", "{target_id}",
    "%2e%2e",
]  # fmt: skip


def _table(path: Path) -> None:
    """Galaxies with an emission line each; every tenth is strange. Text of all kinds."""
    rng = np.random.default_rng(1)
    wave = 3700.0 * 1.0003 ** np.arange(2900)
    z = rng.uniform(0.01, 0.2, N)
    rest = wave / (1 + z[:, None])
    line = np.exp(-((rest - 6564.6) ** 2) / 2 / 4**2)
    flux = 5 + rest / 5000 + rng.uniform(1, 3, (N, 1)) * line
    flux[::10] += 20 * np.exp(-((rest[::10] - 5300) ** 2) / 2 / 30**2)
    flux += rng.normal(0, 0.3, flux.shape)
    flux[3], flux[4, 5:9], z[5] = np.nan, [np.inf, -np.inf, 1e300, np.nan], np.nan
    names = [HOSTILE[i // 5] if i % 5 == 0 else f"g{i}" for i in range(N)]
    starts = [slice(i % 7, wave.size - i % 5) for i in range(N)]
    columns = {
        "id": names,
        "ra": rng.uniform(0, 360, N), "dec": rng.uniform(-60, 60, N), "z": z,
        "class": [HOSTILE[0] if i == 10 else "GALAXY" for i in range(N)],
        "Mass": pa.array([None if i == 20 else 10.0 + i for i in range(N)]),
        "flux": [row[s] for row, s in zip(flux, starts, strict=True)],
        "ivar": [np.full(wave[s].size, 1 / 0.09) for s in starts],
        "wave": [wave[s] for s in starts],
    }  # fmt: skip
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table(columns), path, row_group_size=20)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("described")
    _table(folder / "data" / "my-table" / "galaxies.parquet")
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
