"""Stages that group artefacts by where they were taken, and that look for neighbours."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tests.pipeline import tiny_release

from catalog import pipeline, tables, workspace
from catalog.release import Layout
from catalog.stages import neighbours, origins

SHARDS = ("one", "two")


def text(*values):
    return np.array(values, dtype=object)


@pytest.fixture
def build(tmp_path) -> Any:
    """Two shards of four rows; one target is in both, and one row of each is not scored."""
    layout = Layout(tmp_path)
    targets = {"one": ["a", "b", "c", "d"], "two": ["e", "a", "f", "g"]}
    fold = {"one": [0, 1, -1, 0], "two": [0, -1, 1, 1]}
    for shard in SHARDS:
        for stage in ("read", "origins", "encode", "rest"):
            layout.shard(stage, shard).parent.mkdir(exist_ok=True)
        tables.write(layout.shard("read", shard), {"target_id": text(*targets[shard])})
        taken = {
            "row": np.array([0, 1, 2, 3, 0, 0]),
            "kind": text(*["petal"] * 4, "exposure", "exposure"),
            "name": text("1", "1", "1", "2", "10", "11"),
        }
        tables.write(layout.shard("origins", shard), taken)
    index = {
        "shard": text(*["one"] * 4, *["two"] * 4),
        "row": np.array([0, 1, 2, 3] * 2),
        "fold": np.array(fold["one"] + fold["two"]),
    }
    tables.write(layout.index, index)
    return SimpleNamespace(
        layout=layout,
        shard_names=SHARDS,
        shards=lambda stage: tuple(layout.shard(stage, name) for name in SHARDS),
        recipe=SimpleNamespace(preprocess=SimpleNamespace(n_bins=9)),
    )


VERDICTS = {
    "target_id": text("a", "f", "g"),
    "category": text("bad_region", "unexplained", "low_snr"),
    "verdict": text("artefact", "unexplained", "artefact"),
}


def test_artefacts_are_counted_over_all_shards_and_only_scored_rows_count(build):
    found = origins.load(build, VERDICTS)["origin_groups"]
    rows = {
        (k, n, c): (int(spectra), int(artefacts))
        for k, n, c, spectra, artefacts in zip(
            *(found[x] for x in ("kind", "name", "category", "n_scored", "n_artefacts")),
            strict=True,
        )
    }
    assert rows["petal", "1", ""] == (4, 1)  # a, b; e, f. Not c, nor a's second spectrum
    assert rows["petal", "2", ""] == (2, 1)  # d; g
    assert rows["petal", "2", "low_snr"] == (2, 1)
    assert rows["exposure", "10", "bad_region"] == (2, 1)  # a; e
    assert ("petal", "1", "unexplained") not in rows


def test_origins_are_kept_of_outliers_only_each_from_its_scored_spectrum(build):
    found = origins.load(build, VERDICTS)["origins"]
    triplets = sorted(zip(*(found[x] for x in ("target_id", "kind", "name")), strict=True))
    assert triplets == [
        ("a", "exposure", "10"), ("a", "exposure", "11"), ("a", "petal", "1"),
        ("f", "petal", "1"), ("g", "petal", "2"),
    ]  # fmt: skip


def test_a_release_that_tells_nothing_has_empty_tables(build):
    for shard in SHARDS:
        nothing = {"row": np.empty(0, np.int64), "kind": text(), "name": text()}
        tables.write(build.layout.shard("origins", shard), nothing)
    found = origins.load(build, VERDICTS)
    assert [len(found[name]["kind"]) for name in ("origin_groups", "origins")] == [0, 0]


def test_neighbours_spectra_are_those_without_a_page_and_of_published_objects_only(build):
    flux = np.arange(36, dtype=np.float32).reshape(4, 9)
    for shard, ids in zip(SHARDS, ("abd", "efg"), strict=True):
        rest = {"target_id": text(*ids), "flux": flux[:3], "ivar": np.ones((3, 9), np.float32)}
        tables.write(build.layout.shard("rest", shard), rest)
    near = {
        "target_id": text("a", "a", "f"), "kind": text("ordinary", "unusual", "ordinary"),
        "position": np.array([1, 1, 1]), "neighbour": text("b", "f", "d"),
        "distance": np.ones(3),
    }  # fmt: skip
    tables.write(build.layout.neighbours, near)
    found = neighbours.load(build, text("a"))
    assert found["neighbours"]["neighbour"].tolist() == ["b", "f", "d"]
    spectra = found["neighbour_spectra"]
    assert spectra["target_id"].tolist() == ["b", "f"]
    np.testing.assert_array_equal(spectra["flux"], [[10.5, 14.5, 17.0]] * 2)
    both = neighbours.load(build, text("a", "f"))["neighbour_spectra"]
    assert both["target_id"].tolist() == ["b", "d"]


def test_what_the_read_stage_leaves_is_taken_for_current_until_one_of_its_files_changes(tmp_path):
    """Spectra and origins of a shard have the same file name, in two folders."""
    tiny_release.write(tmp_path)
    work = workspace.open_build(tmp_path / "build/tiny.toml", out=tmp_path / "out", jobs=1)

    def done():
        stages = pipeline.stages_between("", "read")
        (outcome,) = pipeline.build(work, stages, force=False, progress=lambda *_: None)
        return outcome.n_done

    assert done() == 3
    assert done() == 0
    for stage in ("read", "origins"):
        work.layout.shard(stage, work.shard_names[0]).unlink()
        assert done() == 1
        assert work.layout.shard(stage, work.shard_names[0]).exists()
