"""Outliers -> reasons, one file per shard."""

from functools import partial

import numpy as np

from catalog import registry, tables
from catalog.explain import Outliers, explain, lines, summarise
from catalog.release import writing
from catalog.stages import Build, Counts, Input, Report, Stage, Task, spectra_of
from catalog.stages.encode import load, take
from catalog.surveys import Survey


def _tasks(build: Build) -> list[Task]:
    layout = build.layout
    return [
        Task(
            name=f"explain/{entry.shard.name}",
            inputs=(
                layout.ranking,
                *(layout.shard(kind, entry.shard.name) for kind in ("read", "rest", "encode")),
            ),
            outputs=(layout.shard("explain", entry.shard.name),),
            settings=[entry.section.name],
            run=partial(_explain, build, entry),
        )
        for entry in build.inputs
    ]


def _explain(build: Build, entry: Input, report: Report) -> Counts:
    name = entry.shard.name
    encodings = load(build, name)
    ranking = tables.read(build.layout.ranking, ["target_id", "spec_class", "outlier"])
    outlier = ranking["target_id"][ranking["outlier"]]
    rows = np.flatnonzero(np.isin(encodings.target_id.astype(str), outlier.astype(str)))
    chosen = take(encodings, rows)
    columns = ["z", "spec_class", "snr", "coverage"]
    said = tables.take(spectra_of.scored(build.layout, name, columns), rows)
    norm = tables.read(build.layout.shard("rest", name), ["norm"])["norm"][rows]
    batch = Outliers(
        encodings=chosen,
        z=said["z"],
        spec_class=said["spec_class"],
        class_fraction=_share(said["spec_class"], ranking["spec_class"]),
        snr=said["snr"],
        coverage=said["coverage"],
        norm=norm,
        arm_joins=registry.load("catalog.surveys", entry.section.name, Survey).arm_joins,
        lines=lines.load(),
    )
    reasons = explain(batch)
    with writing(build.layout.shard("explain", name)) as temporary:
        tables.write(temporary, reasons)
    report(1, 1)
    unexplained = summarise(reasons)["verdict"] == "unexplained"
    return {
        "outliers": len(rows),
        "reasons": len(reasons["target_id"]),
        "unexplained": int(unexplained.sum()),
    }


def _share(spec_class: tables.Column, everywhere: tables.Column) -> tables.Column:
    """Fraction (N,) of all scored spectra that have each spectrum's class."""
    names, counts = np.unique(everywhere.astype(str), return_counts=True)
    share = dict(zip(names, counts / counts.sum(), strict=True))
    return np.array([share[str(name)] for name in spec_class], np.float64)


STAGE = Stage(
    name="explain",
    title="a reason for every outlier",
    tasks=_tasks,
    code=("stages/explain.py", "stages/spectra_of.py", "explain"),
    parallel=True,
)
