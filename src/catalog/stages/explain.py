"""Outliers -> reasons, one file per shard."""

from functools import partial

import numpy as np

from catalog import surveys, tables
from catalog.expected import expected
from catalog.explain import Outliers, explain, lines, summarise
from catalog.measures import sky_lines
from catalog.preprocess import grid
from catalog.release import writing
from catalog.spectra import Array, Float, RestSpectra
from catalog.stages import Build, Counts, Input, Report, Stage, Task, basis, compare, spectra_of
from catalog.stages.read import planted


def _tasks(build: Build) -> list[Task]:
    layout = build.layout
    kinds = ("read", "rest", "measure", "compare")
    return [
        Task(
            name=f"explain/{entry.shard.name}",
            inputs=(
                *planted(build),
                layout.ranking,
                layout.index,
                *build.bases,
                *(layout.shard(kind, entry.shard.name) for kind in kinds),
            ),
            outputs=tuple(layout.shard(kind, entry.shard.name) for kind in ("explain", "expected")),
            settings=entry.reading,
            run=partial(_explain, build, entry),
        )
        for entry in build.inputs
    ]


def _explain(build: Build, entry: Input, report: Report) -> Counts:
    name = entry.shard.name
    batch = _outliers(build, entry)
    reasons = explain(batch)
    with writing(build.layout.shard("explain", name)) as temporary:
        tables.write(temporary, reasons)
    with writing(build.layout.shard("expected", name)) as temporary:
        tables.write(temporary, {"target_id": batch.rest.target_id, "expected": batch.expected})
    report(1, 1)
    unexplained = summarise(reasons)["verdict"] == "unexplained"
    return {
        "outliers": len(batch),
        "reasons": len(reasons["target_id"]),
        "unexplained": int(unexplained.sum()),
    }


def _outliers(build: Build, entry: Input) -> Outliers:
    """Everything that reason tests see of one shard's outliers."""
    wanted = spectra_of.to_explain(build)
    spec_class = tables.read(build.layout.ranking, ["spec_class"])["spec_class"]
    layout, name = build.layout, entry.shard.name
    rest = tables.read(layout.shard("rest", name))
    rows = np.flatnonzero(np.isin(rest["target_id"].astype(str), wanted.astype(str)))
    rest = tables.take(rest, rows)
    columns = ["z", "spec_class", "snr", "coverage"]
    said = tables.take(spectra_of.scored(layout, name, columns), rows)
    fold = spectra_of.scored_rows(layout, name)["fold"][rows]
    drawn, scatter = _expected(build, fold, rest["flux"], rest["ivar"])
    section = build.recipe.preprocess
    wave = grid.linear(section.wave_min, section.wave_max, section.n_bins).wave
    measured = tables.take(tables.read(layout.shard("measure", name)), rows)
    return Outliers(
        rest=RestSpectra(rest["target_id"], wave, rest["flux"], rest["ivar"]),
        expected=drawn,
        scatter=scatter,
        z=said["z"],
        spec_class=said["spec_class"],
        class_fraction=_share(said["spec_class"], spec_class),
        snr=said["snr"],
        coverage=said["coverage"],
        norm=rest["norm"],
        arm_joins=surveys.load(entry.section).arm_joins,
        lines=lines.load(),
        sky_waves=np.array(sky_lines.LINES),
        measures={key: column for key, column in measured.items() if key != "target_id"},
        alternatives=compare.load(build, name, rest["target_id"]),
    )


def _expected(build: Build, fold: Array, flux: Float, ivar: Float) -> tuple[Float, Float]:
    """Tell what a model that never met them expects of spectra, and its scatter: (n, L)."""
    drawn, scatter = np.zeros((2, *flux.shape), np.float32)
    for each in np.unique(fold):
        mine = fold == each
        model, _ = basis.load(build.layout.basis(int(each)))
        found = expected(model, flux[mine], ivar[mine])
        drawn[mine], scatter[mine] = found.flux, found.scatter
    return drawn, scatter


def _share(spec_class: tables.Column, everywhere: tables.Column) -> tables.Column:
    """Fraction (N,) of all scored spectra that have each spectrum's class."""
    names, counts = np.unique(everywhere.astype(str), return_counts=True)
    share = dict(zip(names, counts / counts.sum(), strict=True))
    return np.array([share[str(name)] for name in spec_class], np.float64)


STAGE = Stage(
    name="explain",
    title="a reason for every outlier",
    tasks=_tasks,
    code=(
        "stages/explain.py",
        "stages/spectra_of.py",
        "explain",
        "expected.py",
        "basis.py",
        "principal.py",
    ),
    parallel=True,
)
