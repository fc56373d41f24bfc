"""Encodings -> the scores that need one spectrum at a time, one file per shard."""

from functools import partial

import numpy as np

from catalog import registry, tables
from catalog.explain import lines
from catalog.release import writing
from catalog.scores import Sample, Score
from catalog.spectra import Encodings, Float
from catalog.stages import Build, Counts, Report, Stage, Task, basis, spectra_of
from catalog.stages.encode import load, take


def chosen(build: Build) -> list[Score]:
    """Give the recipe's scores, in its order."""
    return [registry.load("catalog.scores", name, Score) for name in build.recipe.scores.use]


def _tasks(build: Build) -> list[Task]:
    layout = build.layout
    return [
        Task(
            name=f"score/{name}",
            inputs=(
                layout.index,
                *(layout.shard(kind, name) for kind in ("read", "rest", "encode", "measure")),
                *build.bases,
            ),
            outputs=(layout.shard("score", name),),
            settings=build.recipe.scores.use,
            run=partial(_score, build, name),
        )
        for name in build.shard_names
    ]


def _score(build: Build, name: str, report: Report) -> Counts:
    encodings = load(build, name)
    fold = spectra_of.scored_rows(build.layout, name)["fold"]
    said = _said(build, name)
    scores = [score for score in chosen(build) if score.of_spectra is not None]
    table: tables.Table = {"target_id": encodings.target_id}
    table |= {f"score_{score.name}": np.full(len(fold), np.nan) for score in scores}
    for each in np.unique(fold):
        rows = np.flatnonzero(fold == each)
        sample = _sample(build, int(each), take(encodings, rows), tables.take(said, rows))
        for score in scores:
            if score.of_spectra is not None:
                table[f"score_{score.name}"][rows] = score.of_spectra(sample)
    with writing(build.layout.shard("score", name)) as temporary:
        tables.write(temporary, table)
    report(1, 1)
    return {"spectra": len(fold)}


def _said(build: Build, name: str) -> tables.Table:
    """Tell what survey and native pixels say of a shard's scored spectra, in their order."""
    measured = tables.read(build.layout.shard("measure", name))
    return spectra_of.scored(build.layout, name, ["z", "spec_class"]) | measured


def _sample(build: Build, fold: int, encodings: Encodings, said: tables.Table) -> Sample:
    linear, by_class = basis.load(build.layout.basis(fold))
    own = {"z", "spec_class", "target_id"}
    return Sample(
        encodings=encodings,
        z=said["z"],
        spec_class=said["spec_class"],
        basis=linear,
        class_basis=by_class,
        measures={name: column for name, column in said.items() if name not in own},
        line_waves=_line_waves(),
    )


def _line_waves() -> Float:
    known = [line for line in lines.load() if line.kind != "absorption" and line.major]
    return np.array([line.wave for line in known])


STAGE = Stage(
    name="score",
    title="scores of single spectra",
    tasks=_tasks,
    code=(
        "stages/score.py",
        "stages/spectra_of.py",
        "scores",
        "basis.py",
        "principal.py",
        "explain/lines.csv",
    ),
    parallel=True,
)
