"""All spectra's latents -> the scores that ask how a spectrum lies among the others, per fold."""

from functools import partial

import numpy as np

from catalog import tables
from catalog.release import writing
from catalog.scores import Population
from catalog.spectra import Float
from catalog.stages import Build, Counts, Report, Stage, Task, basis, spectra_of
from catalog.stages.score import chosen


def _tasks(build: Build) -> list[Task]:
    layout, recipe = build.layout, build.recipe
    shards = (*build.shards("rest"), *build.shards("encode"))
    return [
        Task(
            name=f"population/fold-{fold}",
            inputs=(layout.index, layout.basis(fold), *shards),
            outputs=(layout.population(fold),),
            settings=[recipe.scores.use, recipe.scores.neighbours, recipe.release.seed],
            run=partial(_population, build, fold),
        )
        for fold in build.folds
    ]


def _population(build: Build, fold: int, report: Report) -> Counts:
    rows = [spectra_of.scored_rows(build.layout, name) for name in build.shard_names]
    wanted = tables.concatenate(rows)["fold"] == fold
    names = [f"latent_{fold}", f"latent_sd_{fold}", "target_id"]
    encoded = tables.concatenate([tables.read(p, names) for p in build.shards("encode")])
    population = Population(
        latent=encoded[f"latent_{fold}"],
        latent_sd=encoded[f"latent_sd_{fold}"],
        coefficients=_coefficients(build, fold),
        trained=~wanted if (~wanted).any() else wanted,
        wanted=wanted,
        neighbours=build.recipe.scores.neighbours,
        seed=build.recipe.release.seed,
    )
    table: tables.Table = {"target_id": encoded["target_id"][wanted]}
    for score in chosen(build):
        if score.of_population is not None:
            table[f"score_{score.name}"] = score.of_population(population)
    with writing(build.layout.population(fold)) as temporary:
        tables.write(temporary, table)
    report(1, 1)
    return {"spectra": int(wanted.sum()), "neighbours": len(wanted)}


def _coefficients(build: Build, fold: int) -> Float:
    """Of all spectra in a fold's linear model, (N, K), shard by shard."""
    linear, _ = basis.load(build.layout.basis(fold))
    parts = []
    for path in build.shards("rest"):
        rest = tables.read(path, ["flux", "ivar"])
        parts.append(linear.coefficients(rest["flux"], rest["ivar"]))
    return np.concatenate(parts)


STAGE = Stage(
    name="population",
    title="scores within the population",
    tasks=_tasks,
    code=("stages/population.py", "stages/spectra_of.py", "scores", "basis.py", "principal.py"),
)
