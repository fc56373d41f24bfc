"""Published objects -> what each arm of the spectrograph saw where several look, per shard."""

from functools import partial

import numpy as np

from catalog import tables
from catalog.preprocess import grid
from catalog.preprocess.rest_frame import bin_arm
from catalog.release import writing
from catalog.spectra import Array, Spectra
from catalog.stages import Build, Counts, Input, Report, Stage, Task, spectra_of
from catalog.stages.read import open_shard, planted

COLUMNS = ("target_id", "position", "arm", "bin", "flux", "ivar")


def _tasks(build: Build) -> list[Task]:
    layout, preprocess = build.layout, build.recipe.preprocess
    return [
        Task(
            name=f"arms/{entry.shard.name}",
            inputs=(
                *entry.shard.files, *planted(build), layout.index, layout.ranking,
                layout.shard("rest", entry.shard.name),
            ),
            outputs=(layout.shard("arms", entry.shard.name),),
            settings=[entry.reading, preprocess.model_dump(), build.recipe.site.n_objects],
            run=partial(_arms, build, entry),
        )
        for entry in build.inputs
    ]  # fmt: skip


def _arms(build: Build, entry: Input, report: Report) -> Counts:
    name = entry.shard.name
    rest = tables.read(build.layout.shard("rest", name), ["target_id", "norm"])
    mine = np.flatnonzero(np.isin(rest["target_id"].astype(str), _published(build)))
    found = _nothing()
    if mine.size:
        rows = spectra_of.scored_rows(build.layout, name)["row"][mine]
        _, spectra = open_shard(build, entry)
        found = _overlaps(build, spectra, rows, rest["norm"][mine])
    with writing(build.layout.shard("arms", name)) as temporary:
        tables.write(temporary, found)
    report(1, 1)
    return {"objects": int(mine.size), "bins": len(found["bin"])}


def _published(build: Build) -> Array:
    """Name the outliers that get a page."""
    ranking = tables.read(build.layout.ranking, ["target_id", "rank", "outlier"])
    shown = ranking["outlier"] & (ranking["rank"] <= build.recipe.site.n_objects)
    names: Array = ranking["target_id"][shown].astype(str)
    return names


def _nothing() -> tables.Table:
    kinds = (object, np.int64, object, np.int64, np.float32, np.float32)
    return {name: np.empty(0, kind) for name, kind in zip(COLUMNS, kinds, strict=True)}


def _overlaps(build: Build, spectra: Spectra, rows: Array, norm: Array) -> tables.Table:
    """Resample each arm alone, and keep the bins that more than one of them fills."""
    if len(spectra.arms) == 1:
        return _nothing()
    section = build.recipe.preprocess
    rest_grid = grid.linear(section.wave_min, section.wave_max, section.n_bins)
    arms = sorted(spectra.arms, key=lambda arm: float(arm.wave[0]))
    binned = [bin_arm(arm, rows, spectra.z[rows], rest_grid, section.bin_valid_min) for arm in arms]
    several = sum((ivar > 0).astype(int) for _, ivar in binned) > 1
    parts = [_nothing()]
    for position, (arm, (flux, ivar)) in enumerate(zip(arms, binned, strict=True), start=1):
        row, column = np.nonzero(several & (ivar > 0))
        parts.append(
            {
                "target_id": spectra.target_id[rows][row],
                "position": np.full(row.size, position),
                "arm": np.full(row.size, arm.name, object),
                "bin": column,
                "flux": (flux[row, column] / norm[row]).astype(np.float32),
                "ivar": (ivar[row, column] * norm[row] ** 2).astype(np.float32),
            }
        )
    return tables.concatenate(parts)


def load(build: Build) -> tables.Table:
    """Give the catalogue's table `arm_overlaps`."""
    return tables.concatenate([tables.read(path) for path in build.shards("arms")])


STAGE = Stage(
    name="arms",
    title="each arm alone where two overlap",
    tasks=_tasks,
    code=("stages/arms.py", "stages/spectra_of.py", "surveys", "preprocess"),
    parallel=True,
)
