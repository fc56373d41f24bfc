"""A sample of good spectra -> the frozen components that fill masked bins."""

from functools import partial

import numpy as np
from safetensors.numpy import save_file

from catalog import tables
from catalog.preprocess import infill
from catalog.release import writing
from catalog.stages import Build, Counts, Report, Stage, Task


def _tasks(build: Build) -> list[Task]:
    section = build.recipe.preprocess
    settings = [section.infill_components, section.infill_sample, build.recipe.release.seed]
    inputs = (build.layout.index, *build.shards("read"))
    return [Task("infill", inputs, (build.layout.infill,), settings, partial(_fit, build))]


def _fit(build: Build, report: Report) -> Counts:
    section = build.recipe.preprocess
    index = tables.read(build.layout.index, ["shard", "row", "fold"])
    rows = np.flatnonzero(index["fold"] >= 0)
    rng = np.random.default_rng(build.recipe.release.seed)
    rows = np.sort(rng.permutation(rows)[: section.infill_sample])
    shard, row = index["shard"][rows], index["row"][rows]
    parts = []
    for name in build.shard_names:
        wanted = row[shard == name]
        if wanted.size:
            table = tables.read(build.layout.shard("read", name), ["flux", "ivar"])
            parts.append(tables.take(table, wanted))
    sample = tables.concatenate(parts)
    model = infill.fit(sample["flux"], sample["ivar"], section.infill_components)
    with writing(build.layout.infill) as temporary:
        save_file(
            {"mean": model.mean, "components": model.components, "variances": model.variances},
            temporary,
        )
    report(1, 1)
    return {"spectra": len(rows), "masked_bins": int((sample["ivar"] <= 0).sum())}


STAGE = Stage(
    name="infill",
    title="components for masked bins",
    tasks=_tasks,
    code=("stages/infill.py", "preprocess", "principal.py"),
    parallel=True,  # one task: so that its sums, too, are over one thread on every machine
)
