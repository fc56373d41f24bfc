"""A sweep trains each model once, measures its dimensions, and chooses the beta of agreement."""

from dataclasses import replace

import numpy as np
import pytest
from tests.pipeline import tiny_release
from tests.store.conftest import EXTRA, catalogue_tables

from catalog import pipeline, workspace
from catalog.release import Layout
from catalog.stages import store, sweep, train
from catalog.store import write
from catalog.store.read import Catalogue

SWEEP = "\n[sweep]\nbetas = [1.0, 1000.0]\nn_latents = [2, 12]\n[latent]\npermutations = 20\n"


def run(folder, *, force: bool = False):
    """Run the sweep; gives the build and how many models were trained."""
    work = workspace.open_build(folder / "build/tiny.toml", out=folder / "out", jobs=1)
    outcomes = [*pipeline.sweep(work, force=force, progress=lambda *_: None)]
    return work, next(each for each in outcomes if each.stage.name == "sweep").n_done


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweep")
    tiny_release.write(folder, recipe=tiny_release.RECIPE + SWEEP)
    work, n_trained = run(folder)
    return folder, work, n_trained


def test_every_model_is_trained_once(swept):
    folder, work, n_trained = swept
    assert n_trained == 6

    assert run(folder)[1] == 0
    work.layout.sweep("12-beta-1/sweep").unlink()
    assert run(folder)[1] == 1


def test_a_stopped_sweep_goes_on_where_it_was(tmp_path, monkeypatch):
    tiny_release.write(tmp_path, recipe=tiny_release.RECIPE + SWEEP)
    plain = train.fit
    done: list[int] = []

    def dying(*arguments):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(1)
        return plain(*arguments)

    monkeypatch.setattr(train, "fit", dying)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path)
    monkeypatch.setattr(train, "fit", plain)

    assert run(tmp_path)[1] == 4


def test_its_tables_are_of_every_model_and_dimension(swept):
    _, work, _ = swept
    found = sweep.load(work)

    keys = [*zip(*(found["sweep"][k] for k in ("n_latent", "variational", "beta")), strict=True)]
    assert keys == [
        (2, False, 0), (12, False, 0),
        (2, True, 1), (12, True, 1), (2, True, 1000), (12, True, 1000),
    ]  # fmt: skip
    assert len(found["sweep_dimensions"]["mad"]) == 3 * (2 + 12)
    assert found["sweep_examples"]["recon"].shape == (6, 460)
    assert len(set(found["sweep_examples"]["target_id"])) == 1
    of_dimensions = found["sweep_dimensions"]
    plain = ~of_dimensions["variational"]
    assert np.isnan(of_dimensions["kl"][plain]).all()
    assert np.isfinite(of_dimensions["kl"][~plain]).all()
    for n_latent, variational, beta, used in zip(
        *(found["sweep"][k] for k in ("n_latent", "variational", "beta", "n_informative")),
        strict=True,
    ):
        mine = (of_dimensions["n_latent"] == n_latent) & (of_dimensions["beta"] == beta)
        assert (
            of_dimensions["informative"][mine & (of_dimensions["variational"] == variational)].sum()
            == used
        )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({0.1: [8, 20], 0.3: [6, 6], 1.0: [5, 5]}, 0.3),
        ({0.1: [8, 20], 0.3: [6, 7]}, None),
        ({0.1: [8, 8, 9], 3.0: [4, 4, 4], 0.3: [6, 6, 7]}, 3.0),
        ({10.0: [0, 0]}, None),
        ({0.1: [5]}, None),
    ],
)
def test_the_chosen_beta_is_the_smallest_at_which_all_sizes_agree(found, expected):
    assert sweep.choose(found) == expected


def test_what_is_told_names_every_model_and_the_choice(swept):
    _, work, _ = swept
    lines = pipeline.swept(work)

    assert len(lines) == 8
    assert sum("plain" in line for line in lines) == 2
    marked = [line for line in lines[1:-1] if line.endswith("chosen")]
    assert bool(marked) == ("smallest" in lines[-1])


def test_the_catalogue_carries_the_sweep(swept, tmp_path):
    path = tmp_path / "catalog.duckdb"
    found = sweep.load(swept[1])

    write.write(path, {**catalogue_tables(), **found}, EXTRA)

    with Catalogue(path) as catalogue:
        runs = catalogue.sweep()
        assert [run.n_latent for run in runs[:2]] == [2, 12]
        assert all(run.seconds > 0 for run in runs)
        assert sum(d.informative for d in catalogue.sweep_dimensions()) == sum(
            run.n_informative for run in runs
        )
        assert all(d.kl is None for d in catalogue.sweep_dimensions() if not d.variational)
        assert len(catalogue.sweep_examples()) == len(runs) == 6


def test_the_store_stage_reads_it_where_it_is_and_nothing_where_it_is_not(swept, tmp_path):
    _, work, _ = swept
    inputs = store.STAGE.tasks(work)[0].inputs

    assert {work.layout.sweep(name) for name in sweep.TABLES} <= set(inputs)
    elsewhere = replace(work, layout=Layout(tmp_path))
    assert sweep.load(elsewhere) == {}
