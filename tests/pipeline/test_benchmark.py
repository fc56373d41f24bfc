"""`catalog benchmark`: what it plants, what it fills, and what it leaves as it was."""

import shutil
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner
from tests.pipeline import tiny_release

from catalog import tables
from catalog.cli import cli
from catalog.stages.benchmark import TABLES

pytestmark = pytest.mark.slow
RECIPE = tiny_release.RECIPE.replace(
    "[scores]",
    "[benchmark]\nrounds = 1\nprevalence = 0.15\nhold_out = ['STAR', 'QSO']\n[scores]\n"
    "use = ['misfit', 'arm_step', 'weighted_mse', 'lof', 'pca_chi2']\n"
    "rank_by = ['misfit', 'arm_step']",
)


def _run(verb: str, folder: Path) -> str:
    arguments = [verb, str(folder / "build/tiny.toml"), "--out", str(folder / "out"), "--jobs", "1"]
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def _rows(release: Path) -> dict[str, list[str]]:
    with duckdb.connect(str(release / "catalog.duckdb"), read_only=True) as db:
        names = [row[0] for row in db.execute("SHOW TABLES").fetchall()]
        return {
            name: sorted(repr(row) for row in db.execute(f'SELECT * FROM "{name}"').fetchall())
            for name in names
        }


def _counted(release: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(release / "catalog.duckdb"), read_only=True) as db:
        query = "SELECT kind, name, n, n_scored, fraction, low, high FROM prevalence ORDER BY ALL"
        return db.execute(query).fetchall()


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> tuple[Path, Path]:
    """A release as built, and a copy of it that was benchmarked."""
    built, measured = (tmp_path_factory.mktemp(name) for name in ("built", "measured"))
    tiny_release.write(built, recipe=RECIPE)
    _run("build", built)
    shutil.copytree(built, measured, dirs_exist_ok=True)
    _run("benchmark", measured)
    return built / "out/tiny", measured / "out/tiny"


def test_it_fills_every_table_of_the_benchmark(folders):
    before, after = (_rows(folder) for folder in folders)

    assert all(not before[name] for name in TABLES)
    assert all(after[name] for name in TABLES)
    with duckdb.connect(str(folders[1] / "catalog.duckdb"), read_only=True) as db:
        rounds, planted = db.execute("SELECT n_rounds, n_planted FROM benchmark").fetchall()[0]
        scores = {row[0] for row in db.execute("SELECT score FROM benchmark_scores").fetchall()}
        classes = db.execute("SELECT DISTINCT spec_class FROM benchmark_classes").fetchall()
        stages = {row[0] for row in db.execute("SELECT stage FROM stage_costs").fetchall()}
    plan = tables.read(folders[1] / "benchmark/round-1/plan.parquet")
    assert (rounds, planted) == (1, len(plan["target_id"]))
    assert scores == {"combined", "misfit", "arm_step", "weighted_mse", "lof", "pca_chi2"}
    assert classes == [("STAR",)]  # the release has no quasars
    assert {"read", "train", "rank"} <= stages


def test_the_release_apart_from_those_tables_is_as_it_was(folders):
    before, after = (_rows(folder) for folder in folders)
    files, files_after = (tiny_release.contents(folder) for folder in folders)

    assert before.keys() == after.keys()
    kept = set(before) - {*TABLES, "prevalence"}
    assert [name for name in kept if before[name] != after[name]] == []
    # How many of a kind are found is known now, and told beside how common they are.
    assert _counted(folders[0]) == _counted(folders[1])
    kinds = (
        "read",
        "rest",
        "basis",
        "measure",
        "model",
        "encode",
        "score",
        "population",
        "ranking",
    )
    same = [
        name for name in files if name.startswith((*kinds, "index", "infill", "map", "explain"))
    ]
    assert len(same) > 20
    assert [name for name in same if files[name] != files_after[name]] == []


def test_a_round_holds_what_was_planned_and_every_other_row_as_the_release_read_it(folders):
    _, release = folders
    trial = release / "benchmark/round-1"
    plan = tables.read(trial / "plan.parquet")
    planned = set(plan["target_id"])
    z = dict(zip(plan["target_id"], plan["z"], strict=True))
    changed = 0
    for path in sorted((release / "read").glob("*.parquet")):
        ours, theirs = tables.read(path), tables.read(trial / "read" / path.name)
        assert ours["target_id"].tolist() == theirs["target_id"].tolist()
        mine = np.array([t in planned for t in ours["target_id"]]) & (ours["quality"] == 0)
        for name, column in ours.items():
            np.testing.assert_array_equal(column[~mine], theirs[name][~mine], err_msg=name)
        for row in np.flatnonzero(mine):
            assert theirs["z"][row] == z[theirs["target_id"][row]]
            different = not np.array_equal(ours["flux"][row], theirs["flux"][row])
            changed += different
    assert changed > 0.8 * len(planned)
    for kind in ("basis", "model"):
        for path in (release / kind).iterdir():
            assert (trial / kind / path.name).read_bytes() == path.read_bytes()


def test_a_model_that_was_not_shown_a_class_is_another_model(folders):
    _, release = folders
    weights = "model/fold-0.safetensors"

    held_out = (release / "benchmark/without-star" / weights).read_bytes()
    assert held_out != (release / weights).read_bytes()


def test_a_second_benchmark_gives_the_same_tables_but_for_its_own_cost(folders, tmp_path):
    _, release = folders
    folder = release.parents[1]
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    before = _rows(tmp_path / "out/tiny")
    _run("benchmark", tmp_path)
    after = _rows(tmp_path / "out/tiny")

    assert [name for name in before if before[name] != after[name]] in ([], ["stage_costs"])
