"""Survey files, opened once more -> what only their own pixels show, one file per shard."""

from collections.abc import Iterable
from functools import partial

import numpy as np

from catalog import measures, tables
from catalog.measures import ERROR, Expected, Native
from catalog.preprocess import grid
from catalog.release import writing
from catalog.spectra import Arm, Array, Float, Text
from catalog.stages import Build, Counts, Input, Report, Stage, Task, basis, spectra_of
from catalog.stages.read import open_shard, planted


def _tasks(build: Build) -> list[Task]:
    layout = build.layout
    return [
        Task(
            name=f"measure/{entry.shard.name}",
            inputs=(
                *entry.shard.files, *planted(build), layout.index,
                layout.shard("rest", entry.shard.name), *build.bases,
            ),
            outputs=(layout.shard("measure", entry.shard.name),),
            settings=entry.reading,
            run=partial(_measure, build, entry),
        )
        for entry in build.inputs
    ]  # fmt: skip


def _measure(build: Build, entry: Input, report: Report) -> Counts:
    name = entry.shard.name
    found = spectra_of.scored_rows(build.layout, name)
    rows, fold = found["row"], found["fold"]
    rest = tables.read(build.layout.shard("rest", name), ["target_id", "flux", "ivar"])
    survey, spectra = open_shard(build, entry)
    native = Native(
        arms=tuple(Arm(a.name, a.wave, a.flux[rows], a.ivar[rows]) for a in spectra.arms),
        z=spectra.z[rows],
        joins=survey.arm_joins,
        expected=_expected(build, rest["flux"], rest["ivar"], fold),
    )
    measured = measures.measure_all(native)
    with writing(build.layout.shard("measure", name)) as temporary:
        tables.write(temporary, {"target_id": rest["target_id"], **measured})
    report(1, 1)
    without = int(np.isnan(measured["arm_step_sigma"]).sum())
    return {"spectra": len(rows), "without_step": without}


def _expected(build: Build, flux: Float, ivar: Float, fold: Array) -> Expected:
    """Each spectrum as a linear model that never met it would draw it: lines, breaks and all."""
    section = build.recipe.preprocess
    recon = np.zeros_like(flux)
    for each in np.unique(fold):
        mine = fold == each
        model, _ = basis.load(build.layout.basis(int(each)))
        recon[mine] = model.reconstruct(model.coefficients(flux[mine], ivar[mine]))
    return Expected(grid.linear(section.wave_min, section.wave_max, section.n_bins).wave, recon)


def load(build: Build, wanted: Text) -> dict[str, tables.Table]:
    """Give the catalogue's tables `measures` and `object_measures`.

    Parameters
    ----------
    wanted : ndarray of str
        Identifiers of the targets whose measures are published.

    Returns
    -------
    dict of str to Table
        What is measured; and for each wanted target, in the order of the shards, what could be.
    """
    known = measures.quantities()
    parts = [_of_shard(tables.read(path), wanted) for path in build.shards("measure")]
    return {
        "measures": {
            "name": _text(quantity.name for quantity in known),
            "position": np.arange(1, len(known) + 1),
            "title": _text(quantity.title for quantity in known),
            "unit": _text(quantity.unit for quantity in known),
            "description": _text(quantity.description for quantity in known),
        },
        "object_measures": tables.concatenate(parts),
    }


def _text(values: Iterable[str]) -> Text:
    texts: Text = np.array(list(values), dtype=object)
    return texts


def _of_shard(measured: tables.Table, wanted: Text) -> tables.Table:
    """One row per wanted target and quantity that could be measured, target by target."""
    names = [quantity.name for quantity in measures.quantities()]
    mine = tables.take(measured, np.isin(measured["target_id"].astype(str), wanted.astype(str)))
    n_rows = len(mine["target_id"])
    nothing = np.full(n_rows, np.nan)
    values = np.stack([mine[name] for name in names], axis=1).astype(np.float64)
    errors = np.stack([mine.get(name + ERROR, nothing) for name in names], axis=1)
    row, column = np.nonzero(np.isfinite(values))
    return {
        "target_id": mine["target_id"][row],
        "name": np.array(names, dtype=object)[column],
        "value": values[row, column],
        "error": errors[row, column].astype(np.float64),
    }


STAGE = Stage(
    name="measure",
    title="measures on native pixels",
    tasks=_tasks,
    code=(
        "stages/measure.py",
        "stages/spectra_of.py",
        "surveys",
        "measures",
        "basis.py",
        "principal.py",
    ),
    parallel=True,
)
