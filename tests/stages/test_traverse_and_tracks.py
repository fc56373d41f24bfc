"""The stages that go through the latent space: what they leave, and that they hold little."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tests.model.spectra_made import N_BINS, SHAPE, WAVE, trained

from catalog import tables
from catalog.model import checkpoint, decode
from catalog.recipe.latent import LatentSection, TrackSection
from catalog.release import Layout
from catalog.stages import tracks, traverse

SHARDS = ("one", "two", "empty")
SIZES = (120, 80, 0)
BY_HAND = TrackSection(
    name="hand", title="By hand", across=1, up=2, points=((0.0, 0.0), (99.0, 99.0)), radius=0.5
)


def text(*values):
    return np.array(values, dtype=object)


def nothing(_done, _all):
    pass


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """Weights and card of a trained network."""
    folder = tmp_path_factory.mktemp("network")
    made, _ = trained("mlp_vae", epochs=2)
    card = checkpoint.Card(
        kind="mlp_vae", shape=SHAPE, wave=WAVE, fold=0, n_folds=1, trained_on="a test",
        trained_on_simulated=True, n_train=1, n_validation=1, settings={}, history=[],
    )  # fmt: skip
    layout = Layout(folder)
    checkpoint.save(made, card, layout.weights(0), layout.model_card(0))
    return folder


@pytest.fixture
def build(network, tmp_path) -> Any:
    """Three shards, the last without a spectrum; every third spectrum is of a star."""
    layout = Layout(tmp_path)
    (tmp_path / "model").symlink_to(network / "model")
    rng = np.random.default_rng(2)
    start = 0
    index: list[Any] = []
    for shard, size in zip(SHARDS, SIZES, strict=True):
        for stage in ("read", "encode", "rest"):
            layout.shard(stage, shard).parent.mkdir(exist_ok=True)
        names = text(*(f"t{i:03d}" for i in range(start, start + size)))
        classes = text(*("STAR" if i % 3 == 0 else "GALAXY" for i in range(size)))
        flux = rng.normal(1, 0.1, (size, N_BINS)).astype(np.float32)
        ivar = rng.integers(0, 2, (size, N_BINS)).astype(np.float32)
        latent = rng.normal(size=(size, SHAPE.n_latent)).astype(np.float32)
        tables.write(layout.shard("read", shard), {"target_id": names, "spec_class": classes})
        tables.write(layout.shard("encode", shard), {"target_id": names, "latent_0": latent})
        rest = {"target_id": names, "flux": flux, "ivar": ivar}
        tables.write(layout.shard("rest", shard), rest)
        index += [(shard, i, 0) for i in range(size)]
        start += size
    columns = zip(*index, strict=True)
    dtypes = (object, np.int64, np.int64)
    tables.write(layout.index, {
        name: np.array(column, dtype)
        for name, column, dtype in zip(("shard", "row", "fold"), columns, dtypes, strict=True)
    })  # fmt: skip
    recipe = SimpleNamespace(
        latent=LatentSection(traversal_steps=5),
        release=SimpleNamespace(seed=7),
        model=SimpleNamespace(n_latent=SHAPE.n_latent),
        preprocess=SimpleNamespace(n_bins=N_BINS, wave_min=4000.0, wave_max=5000.0),
        tracks=(BY_HAND,),
    )
    return SimpleNamespace(
        layout=layout,
        shard_names=SHARDS,
        shards=lambda stage: tuple(layout.shard(stage, name) for name in SHARDS),
        recipe=recipe,
        device="cpu",
    )


def run(stage, build):
    (task,) = stage.STAGE.tasks(build)
    return task.run(nothing)


def test_every_dimension_is_decoded_with_the_others_at_their_means(build):
    counts = run(traverse, build)
    assert counts == {"dimensions": 3, "spectra_decoded": 15}
    found = traverse.load(build)
    steps = found["traversals"]
    latent = traverse.published_latents(build)["latent_0"].astype(float)
    loaded, _ = checkpoint.load(build.layout.weights(0), build.layout.model_card(0))
    for row, dimension in enumerate(steps["dimension"]):
        point = latent.mean(axis=0)
        point[dimension - 1] += steps["step"][row] * latent[:, dimension - 1].std()
        assert np.isclose(steps["value"][row], point[dimension - 1])
        wanted = decode.decode(loaded, point[None], "cpu")[0]
        assert np.allclose(steps["flux"][row], wanted, atol=1e-5)
    assert len(found["traversal_changes"]["sign"]) == 3 * len(found["traversal_features"]["name"])


def test_long_spectra_are_decoded_along_fewer_dimensions(build, monkeypatch):
    monkeypatch.setattr(traverse, "MOST", 2 * 5 * N_BINS)
    assert run(traverse, build)["dimensions"] == 2


def test_the_same_latents_leave_the_same_bytes(build):
    run(traverse, build)
    before = [build.layout.traverse(name).read_bytes() for name in traverse.TABLES]
    run(traverse, build)
    assert [build.layout.traverse(name).read_bytes() for name in traverse.TABLES] == before


def test_a_point_of_a_track_has_its_stack_and_its_nearest_spectrum(build):
    run(traverse, build)
    counts = run(tracks, build)
    points = tracks.load(build)["track_points"]
    latent = traverse.published_latents(build)
    away = np.linalg.norm(latent["latent_0"][:, :2].astype(float), axis=1)
    assert points["target_id"][0] == latent["target_id"][away.argmin()]
    assert points["n_stacked"].tolist() == [(away <= 0.5).sum(), 0]
    assert points["outside"].tolist() == [False, True]
    assert counts == {"tracks": 1, "not_drawn": 0, "spectra_stacked": (away <= 0.5).sum()}
    rest = tables.concatenate([tables.read(path) for path in build.shards("rest")])
    near = rest["target_id"].tolist().index(points["target_id"][0])
    assert np.array_equal(points["nearest"][0], rest["flux"][near])
    mine = away <= 0.5
    flux, known = rest["flux"][mine], rest["ivar"][mine] > 0
    wanted = np.where(known, flux, 0).sum(axis=0) / known.sum(axis=0)
    assert np.allclose(points["stack"][0], wanted, atol=1e-6)
    assert np.isnan(points["stack"][1]).all()


def test_only_spectra_of_the_tracks_class_count(build):
    section = BY_HAND.model_copy(update={"spec_class": "STAR", "radius": 50.0})
    points = tracks.follow(build, [section], nothing)["track_points"]
    assert points["n_stacked"][0] == 40 + 27
    stars = {f"t{i:03d}" for i in range(120) if i % 3 == 0}
    stars |= {f"t{120 + i:03d}" for i in range(80) if i % 3 == 0}
    assert set(points["target_id"]) <= stars


def test_a_track_along_a_feature_is_in_the_dimensions_that_change_it(build):
    run(traverse, build)
    changes = tables.read(build.layout.traverse("traversal_changes"))
    changes["change"] = np.where(
        changes["feature"] == "hbeta", np.array([1.0, 0.0, -9.0])[changes["dimension"] - 1], np.nan
    )
    tables.write(build.layout.traverse("traversal_changes"), changes)
    section = TrackSection(name="h", title="Hβ", along="hbeta")
    found = tracks.follow(build, [section], nothing)
    assert found["tracks"]["dimension_a"].tolist() == [3]
    assert found["tracks"]["dimension_b"].tolist() == [1]
    assert (np.diff(found["track_points"]["a"]) < 0).all()
    assert found["tracks"]["along"].tolist() == ["hbeta"]


def test_a_track_that_this_model_has_no_way_for_is_left_out_and_counted(build):
    run(traverse, build)
    build.recipe.tracks = (
        TrackSection(name="q", title="Quasars", along="hbeta", spec_class="QSO"),
        TrackSection(name="na", title="Na D", along="na_d"),  # not on the grid
    )
    assert run(tracks, build) == {"tracks": 0, "not_drawn": 2, "spectra_stacked": 0}
    assert tracks.load(build)["track_points"]["stack"].shape == (0, N_BINS)


def test_a_recipe_without_tracks_has_nothing_to_do(build):
    build.recipe.tracks = ()
    assert tracks.STAGE.tasks(build) == []
    assert tracks.load(build) == {}


def test_stacks_are_written_for_whoever_wants_them(build, tmp_path):
    points = tracks.follow(build, [BY_HAND], nothing)["track_points"]
    tracks.write_spectra(build, tmp_path / "t.csv", points)
    lines = (tmp_path / "t.csv").read_text().splitlines()
    assert lines[0] == "wave_rest,stack_1,nearest_1,stack_2,nearest_2"
    assert len(lines) == 1 + N_BINS
    wave, stack, _, empty, _ = lines[1].split(",")
    assert (float(wave), empty) == (4000.0, "")
    assert np.isclose(float(stack), points["stack"][0][0])
