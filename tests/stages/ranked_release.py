"""A release as far as its ranking, written by hand: positions of outliers, and nothing else."""

from pathlib import Path

import numpy as np
from tests.pipeline import tiny_release

from catalog import pipeline, recipe, tables
from catalog.release import Layout
from catalog.stages import Build, Input, Stage
from catalog.surveys import Shard

OUTLIERS = ("39627763589581458", "-1695072", "7", "9007199254740993")
"""By rank; the third has no position."""
RA = {"39627763589581458": 180.0, "-1695072": 359.99995, "7": np.nan, "9007199254740993": 123.4}
DEC = {"39627763589581458": 40.0, "-1695072": 30.0, "7": np.nan, "9007199254740993": 60.0}
SHARDS = ("one", "two")


def write(
    folder: Path,
    *,
    simulated: bool = False,
    more: str = "",
    site: str = 'cutouts = "cache"',
    n_objects: int = 6,
) -> Build:
    """Write the artefacts, and give the build that left them."""
    text = tiny_release.RECIPE.replace("simulated = true", f"simulated = {str(simulated).lower()}")
    text = text.replace("n_objects = 6", f"n_objects = {n_objects}")
    text = text.replace('cutouts = "none"', f"{site}\ncutout_pause_s = 0.0") + more
    path = folder / "build" / "tiny.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    loaded = recipe.load(path)
    section = loaded.surveys[0]
    inputs = tuple(Input(section, Shard(name, ())) for name in SHARDS)
    layout = Layout(folder / "out" / "tiny")
    build = Build(loaded, path.parent, folder / "data", layout, inputs)
    _write_artefacts(layout)
    return build


def run(build: Build, stage: Stage, *, force: bool = False) -> dict[str, int | float]:
    """Run one stage, and give its counts; `done` is 0 where it was up to date."""
    [outcome] = pipeline.build(build, [stage], force=force, progress=lambda *_: None)
    return {**outcome.counts, "done": outcome.n_done}


def _write_artefacts(layout: Layout) -> None:
    """The second outlier is in both shards, and the first shard's spectrum of it counts."""
    ordinary, again = "5", OUTLIERS[1]
    rows = {"one": [OUTLIERS[1], ordinary, OUTLIERS[3]], "two": [again, OUTLIERS[2], OUTLIERS[0]]}
    for name, targets in rows.items():
        layout.shard("read", name).parent.mkdir(parents=True, exist_ok=True)
        ra = [RA.get(each, 1.0) + (name == "two" and each == again) for each in targets]
        columns = {"ra": np.array(ra), "dec": np.array([DEC.get(each, 1.0) for each in targets])}
        tables.write(layout.shard("read", name), {"target_id": text(targets), **columns})
    index = {
        "target_id": text([each for targets in rows.values() for each in targets]),
        "shard": text(["one"] * 3 + ["two"] * 3),
        "kept": np.array([True, True, True, False, True, True]),
    }
    tables.write(layout.index, index)
    ranked = [ordinary, OUTLIERS[2], OUTLIERS[0], OUTLIERS[3], OUTLIERS[1]]
    ranking = {
        "target_id": text(ranked),
        "rank": np.array([5, 3, 1, 4, 2]),
        "outlier": np.array([False, True, True, True, True]),
    }
    tables.write(layout.ranking, ranking)


def text(values: list[str]) -> tables.Column:
    return np.array(values, dtype=object)
