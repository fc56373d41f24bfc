"""Survey files -> binned rest-frame spectra with quality, and where they were taken, per shard."""

from functools import partial
from pathlib import Path

import numpy as np

from catalog import simulate, surveys, tables
from catalog.benchmark import planting
from catalog.preprocess import grid
from catalog.preprocess.rest_frame import Limits, bin_spectra
from catalog.release import writing
from catalog.spectra import Array, Quality, Spectra
from catalog.stages import Build, Counts, Input, Report, Stage, Task
from catalog.surveys import Survey


def _tasks(build: Build) -> list[Task]:
    recipe = build.recipe
    return [
        Task(
            name=f"read/{entry.shard.name}",
            inputs=(*entry.shard.files, *planted(build)),
            outputs=tuple(build.layout.shard(s, entry.shard.name) for s in ("read", "origins")),
            settings=[
                entry.reading,
                recipe.select.model_dump(),
                [recipe.preprocess.wave_min, recipe.preprocess.wave_max],
                [recipe.preprocess.n_bins, recipe.preprocess.bin_valid_min],
                [recipe.release.seed, build.trial.round_number],
            ],
            run=partial(_read, build, entry),
        )
        for entry in build.inputs
    ]


def planted(build: Build) -> tuple[Path, ...]:
    """Files beyond the survey's own that decide what is read: a benchmark's plan and its code."""
    if build.trial.plan is None:
        return ()
    code = sorted(Path(simulate.__file__).parent.glob("*.py"))
    return (build.trial.plan, Path(planting.__file__), *code)


def open_shard(build: Build, entry: Input) -> tuple[Survey, Spectra]:
    """Read a shard's spectra on their own pixels; in a benchmark, with anomalies planted."""
    survey = surveys.load(entry.section)
    spectra = survey.read(entry.shard, entry.section.targets)
    if build.trial.plan is not None:
        plan = tables.read(build.trial.plan)
        seed = build.recipe.release.seed
        spectra = planting.plant(spectra, plan, seed, build.trial.round_number)
    return survey, spectra


def _read(build: Build, entry: Input, report: Report) -> Counts:
    preprocess, select = build.recipe.preprocess, build.recipe.select
    _, spectra = open_shard(build, entry)
    rest_grid = grid.linear(preprocess.wave_min, preprocess.wave_max, preprocess.n_bins)
    limits = Limits(**select.model_dump())
    binned = bin_spectra(spectra, rest_grid, preprocess.bin_valid_min, limits)
    n_rows = len(spectra)
    table: tables.Table = {
        "target_id": spectra.target_id,
        "survey": np.full(n_rows, spectra.survey, object),
        "ra": spectra.ra,
        "dec": spectra.dec,
        "z": spectra.z,
        "z_err": spectra.z_err,
        "z_warn": spectra.z_warn,
        "spec_class": spectra.spec_class,
        "subclass": spectra.subclass,
        "quality": binned.quality,
        "snr": binned.snr,
        "coverage": binned.coverage,
        "noise_estimated": np.full(n_rows, spectra.noise_estimated),
        **spectra.extras,
        "flux": binned.flux,
        "ivar": binned.ivar,
    }
    with writing(build.layout.shard("read", entry.shard.name)) as temporary:
        tables.write(temporary, table)
    origins = spectra.origins
    with writing(build.layout.shard("origins", entry.shard.name)) as temporary:
        tables.write(temporary, {"row": origins.row, "kind": origins.kind, "name": origins.name})
    report(1, 1)
    return {"read": n_rows, "flagged": int((binned.quality != 0).sum()), **_flags(binned.quality)}


def _flags(quality: Array) -> Counts:
    """Count the spectra with each flag; one spectrum may have several."""
    counts = {flag.name or "": int((quality & flag.value > 0).sum()) for flag in Quality if flag}
    return {name.lower(): count for name, count in counts.items() if count}


STAGE = Stage(
    name="read",
    title="survey files to the rest-frame grid",
    tasks=_tasks,
    code=("surveys", "plain_text.py", "preprocess", "spectra.py", "tables.py", "stages/read.py"),
    parallel=True,
)
