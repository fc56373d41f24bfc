"""Good spectra -> infilled, unit norm: what the model sees. One Parquet file per shard."""

from functools import partial
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from catalog import tables
from catalog.preprocess.infill import Infill, unit_norm
from catalog.release import Layout, writing
from catalog.stages import Build, Counts, Report, Stage, Task, spectra_of


def _tasks(build: Build) -> list[Task]:
    layout = build.layout
    return [
        Task(
            name=f"preprocess/{name}",
            inputs=(layout.shard("read", name), layout.index, layout.infill),
            outputs=(layout.shard("rest", name),),
            settings=[],
            run=partial(_preprocess, name, layout),
        )
        for name in build.shard_names
    ]


def _preprocess(name: str, layout: Layout, report: Report) -> Counts:
    table = spectra_of.scored(layout, name, ["target_id", "flux", "ivar"])
    filled = _load(layout.infill).fill(table["flux"], table["ivar"])
    flux, norm = unit_norm(filled)
    result: tables.Table = {
        "target_id": table["target_id"],
        "flux": flux.astype(np.float32),
        "ivar": (table["ivar"] * norm[:, None] ** 2).astype(np.float32),
        "norm": norm,
    }
    with writing(layout.shard("rest", name)) as temporary:
        tables.write(temporary, result)
    report(1, 1)
    return {"spectra": len(norm), "filled_bins": int((table["ivar"] <= 0).sum())}


def _load(path: Path) -> Infill:
    arrays = load_file(path)
    return Infill(arrays["mean"], arrays["components"], arrays["variances"])


STAGE = Stage(
    name="preprocess",
    title="infill and unit norm",
    tasks=_tasks,
    code=(
        "stages/preprocess.py",
        "stages/spectra_of.py",
        "preprocess",
        "principal.py",
        "tables.py",
    ),
    parallel=True,
)
