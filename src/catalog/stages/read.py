"""Survey files -> binned rest-frame spectra with quality, one Parquet file per shard."""

from functools import partial

import numpy as np

from catalog import registry, tables
from catalog.preprocess import grid
from catalog.preprocess.rest_frame import Limits, bin_spectra
from catalog.recipe import PreprocessSection, SelectSection
from catalog.release import Layout, writing
from catalog.spectra import Array, Quality
from catalog.stages import Build, Counts, Input, Report, Stage, Task
from catalog.surveys import Survey


def _tasks(build: Build) -> list[Task]:
    recipe = build.recipe
    return [
        Task(
            name=f"read/{entry.shard.name}",
            inputs=entry.shard.files,
            outputs=(build.layout.shard("read", entry.shard.name),),
            settings=[
                entry.section.name,
                entry.section.targets,
                recipe.select.model_dump(),
                [recipe.preprocess.wave_min, recipe.preprocess.wave_max],
                [recipe.preprocess.n_bins, recipe.preprocess.bin_valid_min],
            ],
            run=partial(_read, entry, recipe.preprocess, recipe.select, build.layout),
        )
        for entry in build.inputs
    ]


def _read(
    entry: Input,
    preprocess: PreprocessSection,
    select: SelectSection,
    layout: Layout,
    report: Report,
) -> Counts:
    survey = registry.load("catalog.surveys", entry.section.name, Survey)
    spectra = survey.read(entry.shard, entry.section.targets)
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
    with writing(layout.shard("read", entry.shard.name)) as temporary:
        tables.write(temporary, table)
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
    code=("surveys", "preprocess", "spectra.py", "tables.py", "stages/read.py"),
    parallel=True,
)
