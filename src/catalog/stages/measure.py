"""Survey files, opened once more -> what only their own pixels show, one file per shard."""

from functools import partial

import numpy as np

from catalog import tables
from catalog.preprocess import grid
from catalog.preprocess.arm_steps import Expected, arm_steps
from catalog.release import writing
from catalog.spectra import Arm, Array, Float, Spectra
from catalog.stages import Build, Counts, Input, Report, Stage, Task, basis, spectra_of
from catalog.stages.read import open_shard, planted
from catalog.surveys import Survey


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
            settings=[entry.section.name, entry.section.targets],
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
    expected = _expected(build, rest["flux"], rest["ivar"], fold)
    size, sigma = _largest_step(survey, spectra, rows, expected)
    measured = {"target_id": rest["target_id"], "arm_step": size, "arm_step_sigma": sigma}
    with writing(build.layout.shard("measure", name)) as temporary:
        tables.write(temporary, measured)
    report(1, 1)
    return {"spectra": len(rows), "without_step": int(np.isnan(sigma).sum())}


def _expected(build: Build, flux: Float, ivar: Float, fold: Array) -> Expected:
    """Each spectrum as a linear model that never met it would draw it: lines, breaks and all."""
    section = build.recipe.preprocess
    recon = np.zeros_like(flux)
    for each in np.unique(fold):
        mine = fold == each
        model, _ = basis.load(build.layout.basis(int(each)))
        recon[mine] = model.reconstruct(model.coefficients(flux[mine], ivar[mine]))
    return Expected(grid.linear(section.wave_min, section.wave_max, section.n_bins).wave, recon)


def _largest_step(
    survey: Survey, spectra: Spectra, rows: Array, expected: Expected
) -> tuple[Float, Float]:
    """Relative size and significance (n,) of the most significant step between two arms."""
    if not rows.size or len(spectra.arms) < 2 or not survey.arm_joins:
        return np.full(rows.size, np.nan), np.full(rows.size, np.nan)
    arms = tuple(Arm(a.name, a.wave, a.flux[rows], a.ivar[rows]) for a in spectra.arms)
    steps = arm_steps(arms, survey.arm_joins, spectra.z[rows], expected)
    height = np.nan_to_num(np.abs(steps.significance), nan=-1.0)
    largest = np.argmax(height, axis=1)[:, None]
    size, sigma = (
        np.take_along_axis(a, largest, axis=1)[:, 0] for a in (steps.step, steps.significance)
    )
    return size, sigma


STAGE = Stage(
    name="measure",
    title="measures on native pixels",
    tasks=_tasks,
    code=("stages/measure.py", "stages/spectra_of.py", "surveys", "preprocess", "basis.py"),
    parallel=True,
)
