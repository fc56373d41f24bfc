"""Encodings -> the scores that need one spectrum at a time, one file per shard."""

from functools import partial

from catalog import registry, tables
from catalog.release import writing
from catalog.scores import Score
from catalog.stages import Build, Counts, Report, Stage, Task
from catalog.stages.encode import load


def chosen(build: Build) -> list[Score]:
    """Give the recipe's scores, in its order."""
    return [registry.load("catalog.scores", name, Score) for name in build.recipe.scores.use]


def _tasks(build: Build) -> list[Task]:
    layout = build.layout
    return [
        Task(
            name=f"score/{name}",
            inputs=(layout.shard("rest", name), layout.shard("encode", name)),
            outputs=(layout.shard("score", name),),
            settings=build.recipe.scores.use,
            run=partial(_score, build, name),
        )
        for name in build.shard_names
    ]


def _score(build: Build, name: str, report: Report) -> Counts:
    encodings = load(build, name)
    table: tables.Table = {"target_id": encodings.target_id, "latent": encodings.latent}
    for score in chosen(build):
        if score.of_spectra is not None:
            table[f"score_{score.name}"] = score.of_spectra(encodings)
    with writing(build.layout.shard("score", name)) as temporary:
        tables.write(temporary, table)
    report(1, 1)
    return {"spectra": len(encodings)}


STAGE = Stage(
    name="score",
    title="scores of single spectra",
    tasks=_tasks,
    code=("stages/score.py", "scores"),
    parallel=True,
)
