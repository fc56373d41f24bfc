"""Real survey files, all the way to a site."""

import json
import shutil
from pathlib import Path

import duckdb
from click.testing import CliRunner
from tests.pipeline import tiny_release

from catalog.cli import cli
from catalog.model import checkpoint

PAIRS = ("39633345008634465", "39089837499744649")
"""TARGETIDs of the two real DESI spectra that come with a redshift."""

DESI = """
[release]
name = "desi-pairs"
title = "Real DESI spectra"
seed = 1
[[surveys]]
name = "desi"
folder = "desi"
files = ["coadd-*.fits", "spectra-*.fits"]
[select]
z_max = 0.4
[preprocess]
wave_min = 3600.0
wave_max = 7556.0
n_bins = 1000
[model]
epochs = 2
"""


def _build(recipe: Path, data: Path, out: Path) -> duckdb.DuckDBPyConnection:
    arguments = ["build", str(recipe), "--data", str(data), "--out", str(out), "--jobs", "1"]
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.output
    name = recipe.stem
    assert (out / name / "site/index.html").is_file()
    return duckdb.connect(str(out / name / "catalog.duckdb"), read_only=True)


def _refused(recipe: Path, data: Path, out: Path) -> str:
    arguments = ["build", str(recipe), "--data", str(data), "--out", str(out)]
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 1
    return done.output


def _recipe(folder: Path, text: str = DESI) -> Path:
    path = folder / "build" / "desi-pairs.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def test_the_real_desi_files_end_in_a_site_with_every_row_accounted_for(realdata, tmp_path):
    with _build(_recipe(tmp_path), realdata, tmp_path / "out") as db:
        read, flagged, scored = db.execute(
            "SELECT n_read, n_flagged, n_scored FROM release"
        ).fetchall()[0]
        good = db.execute(
            "SELECT target_id, round(z, 5), spec_class FROM spectra WHERE quality = 0 ORDER BY z"
        ).fetchall()
        n_no_redshift = db.execute(
            "SELECT n FROM quality_flags WHERE name = 'no_redshift'"
        ).fetchall()[0][0]

    assert (read, flagged, scored) == (29, 27, 2)
    assert good == [(PAIRS[1], 0.00727, "GALAXY"), (PAIRS[0], 0.36874, "GALAXY")]
    assert n_no_redshift == 27


def test_a_model_trained_elsewhere_scores_real_spectra_and_is_not_trained(realdata, tmp_path):
    trained = tmp_path / "trained"
    text = tiny_release.RECIPE.replace("n_bins = 460", "n_bins = 1000").replace(
        "3800.0", "3600.0"
    ).replace("7500.0", "7556.0")  # fmt: skip
    recipe = tiny_release.write(trained, recipe=text)
    done = CliRunner().invoke(cli, ["build", str(recipe), "--to", "train", "--jobs", "1"])
    assert done.exit_code == 0, done.output
    (tmp_path / "build").mkdir()
    shutil.copytree(trained / "build/out/tiny/model", tmp_path / "build/model")
    cards = [tmp_path / f"build/model/fold-{k}.json" for k in range(2)]
    digest = checkpoint.digest(cards)
    model = f'checkpoint = "model"\ncheckpoint_sha256 = "{digest}"\nn_latent = 3\nhidden = [32, 16]'

    changed = DESI.replace("epochs = 2", f"{model}\ndropout = 0.0")
    with _build(_recipe(tmp_path, changed), realdata, tmp_path / "out") as db:
        trained_here, on, simulated, sha256 = db.execute(
            "SELECT trained, trained_on, trained_on_simulated, weights_sha256 FROM model"
        ).fetchall()[0]

    assert (trained_here, on, simulated, sha256) == (False, "tiny", True, digest)
    for original in sorted((tmp_path / "build/model").iterdir()):
        copied = tmp_path / "out/desi-pairs/model" / original.name
        assert copied.read_bytes() == original.read_bytes()
    card = json.loads((tmp_path / "out/desi-pairs/model/fold-1.json").read_text())
    assert (card["trained_on"], card["fold"], card["n_folds"]) == ("tiny", 1, 2)
    home = (tmp_path / "out/desi-pairs/site/index.html").read_text()
    assert "simulated" in home.lower()

    assert "not the one that the recipe names" in _refused(
        _recipe(tmp_path, changed.replace(digest, "0" * 64)), realdata, tmp_path / "out"
    )
    one_of_three = checkpoint.digest([cards[0], cards[1], cards[1]])
    shutil.copyfile(cards[1], tmp_path / "build/model/fold-2.json")
    shutil.copyfile(
        cards[1].with_suffix(".safetensors"), tmp_path / "build/model/fold-2.safetensors"
    )
    three = changed.replace(digest, one_of_three).replace("n_latent = 3", "folds = 3\nn_latent = 3")
    said = _refused(_recipe(tmp_path, three), realdata, tmp_path / "out")
    assert "model.folds = 3, as the recipe says" in said
    assert "model.folds = 2" in said
