"""Outliers -> reasons, one file per shard."""

from functools import partial

import numpy as np

from catalog import registry, tables
from catalog.explain import Outliers, explain, lines, summarise
from catalog.release import writing
from catalog.stages import Build, Counts, Input, Report, Stage, Task
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
    said = _survey_says(build, name, chosen.target_id)
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


def _survey_says(build: Build, name: str, target_id: tables.Column) -> tables.Table:
    """Rows of a shard's table for these targets, in their order; each target's kept row."""
    index = tables.read(build.layout.index, ["target_id", "shard", "row", "fold"])
    mine = (index["shard"] == name) & (index["fold"] >= 0)
    place = dict(zip(index["target_id"][mine], index["row"][mine], strict=True))
    columns = ["z", "spec_class", "snr", "coverage"]
    table = tables.read(build.layout.shard("read", name), columns)
    return tables.take(table, np.array([place[t] for t in target_id], np.int64))


def _share(spec_class: tables.Column, everywhere: tables.Column) -> tables.Column:
    """Fraction (N,) of all scored spectra that have each spectrum's class."""
    names, counts = np.unique(everywhere.astype(str), return_counts=True)
    share = dict(zip(names, counts / counts.sum(), strict=True))
    return np.array([share[str(name)] for name in spec_class], np.float64)


STAGE = Stage(
    name="explain",
    title="a reason for every outlier",
    tasks=_tasks,
    code=("stages/explain.py", "explain"),
    parallel=True,
)
