"""No spectrum is scored by a model that learnt from it."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tests.pipeline import tiny_release

from catalog import pipeline, tables, workspace
from catalog.model import checkpoint, encode
from catalog.spectra import RestSpectra
from catalog.stages import Build, Trial, spectra_of
from catalog.stages import encode as encode_stage

FOLDS = 3


def build(folder: Path, last: str = "encode", **trial) -> Build:
    work = workspace.open_build(folder / "build/tiny.toml", out=folder / "out", jobs=1)
    work = replace(work, trial=Trial(**trial))
    stages = pipeline.stages_between("", last)
    assert [*pipeline.build(work, stages, force=False, progress=lambda *_: None)]
    return work


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A release of three folds, as far as its encodings."""
    place = tmp_path_factory.mktemp("folds")
    recipe = tiny_release.RECIPE.replace("[model]", f"[model]\nfolds = {FOLDS}")
    tiny_release.write(place, recipe=recipe)
    build(place)
    return place


@pytest.fixture
def work(folder) -> Build:
    return build(folder)


def _index(work: Build):
    return tables.read(work.layout.index)


def test_a_folds_model_may_learn_from_all_good_spectra_but_its_own(work):
    fold = _index(work)["fold"]

    assert set(fold) == {-1, 0, 1, 2}
    times = np.zeros(fold.size, int)
    for k in range(FOLDS):
        outside = spectra_of.outside(work, k)
        assert not (outside & (fold == k)).any()
        assert not (outside & (fold == -1)).any()
        times += outside
    assert (times[fold >= 0] == FOLDS - 1).all()


def test_a_class_that_is_held_out_is_in_no_models_spectra(work):
    trial = replace(work, trial=Trial(held_out="STAR"))
    for k in range(FOLDS):
        marked = spectra_of.outside(trial, k)
        found = spectra_of.gather(trial, marked)["spec_class"]

        assert set(found) == {"GALAXY"}
        assert 0 < marked.sum() < spectra_of.outside(work, k).sum()


def test_gathered_spectra_are_those_of_the_index_in_its_order(work):
    index = _index(work)
    wanted = (index["fold"] == 1) | (index["fold"] == 2)
    found = spectra_of.gather(work, wanted)

    assert found["target_id"].tolist() == index["target_id"][wanted].tolist()
    for shard in work.shard_names:
        rest = tables.read(work.layout.shard("rest", shard))
        for name, flux in zip(rest["target_id"], rest["flux"], strict=True):
            at = np.flatnonzero(found["target_id"] == name)
            if at.size:
                np.testing.assert_array_equal(found["flux"][at[0]], flux)


def test_some_of_the_marked_are_marked_and_always_the_same():
    rows = np.arange(500) % 2 == 0
    few = spectra_of.some(rows, 40, 3)

    assert few.sum() == 40
    assert not (few & ~rows).any()
    assert (few == spectra_of.some(rows, 40, 3)).all()
    assert (few != spectra_of.some(rows, 40, 4)).any()
    assert (spectra_of.some(rows, 1000, 3) == rows).all()


def test_a_model_is_the_same_whatever_its_own_folds_spectra_hold(folder, tmp_path):
    """The fold's spectra are made unrecognisable; basis and weights keep their bytes."""
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    work = workspace.open_build(tmp_path / "build/tiny.toml", out=tmp_path / "out", jobs=1)
    before = [
        load_file(p(k)) for k in range(FOLDS) for p in (work.layout.basis, work.layout.weights)
    ]
    index = _index(work)
    for shard in work.shard_names:
        rest = tables.read(work.layout.shard("rest", shard))
        mine = (index["shard"] == shard) & (index["fold"] >= 0)
        spoilt = index["fold"][mine] == 0
        rest["flux"] = np.where(spoilt[:, None], -rest["flux"][:, ::-1], rest["flux"])
        tables.write(work.layout.shard("rest", shard), rest)
    stages = [stage for stage in pipeline.STAGES if stage.name in {"basis", "train"}]
    assert [*pipeline.build(work, stages, force=True, progress=lambda *_: None)]
    after = [
        load_file(p(k)) for k in range(FOLDS) for p in (work.layout.basis, work.layout.weights)
    ]

    same = [
        all(np.array_equal(a[name], b[name]) for name in a)
        for a, b in zip(before, after, strict=True)
    ]
    assert same == [True, True, False, False, False, False]


def test_each_spectrum_is_encoded_by_its_own_folds_model(work):
    shard = work.shard_names[0]
    fold = spectra_of.scored_rows(work.layout, shard)["fold"]
    found = encode_stage.load(work, shard)
    for k in range(FOLDS):
        network, card = checkpoint.load(work.layout.weights(k), work.layout.model_card(k))
        assert (card.fold, card.n_folds) == (k, FOLDS)
        rest = RestSpectra(found.target_id, card.wave, found.flux, found.ivar)
        by_k = encode.encode(network, rest, "cpu")
        for part in ("recon", "scatter", "log_likelihood"):
            ours, theirs = getattr(found, part), getattr(by_k, part)
            np.testing.assert_allclose(ours[fold == k], theirs[fold == k], rtol=1e-3, atol=1e-6)
        assert np.abs(found.recon[fold != k] - by_k.recon[fold != k]).max() > 1e-4
        if k == 0:
            np.testing.assert_allclose(found.latent, by_k.latent, rtol=1e-3, atol=1e-4)
