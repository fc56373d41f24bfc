"""All shards' scores and latents -> population scores, ranks, percentiles and outliers."""

from functools import partial

import numpy as np

from catalog import ranking, tables
from catalog.release import writing
from catalog.stages import Build, Counts, Report, Stage, Task
from catalog.stages.score import chosen


def _tasks(build: Build) -> list[Task]:
    settings = build.recipe.scores.model_dump()
    inputs = (build.layout.index, *build.shards("read"), *build.shards("score"))
    return [Task("rank", inputs, (build.layout.ranking,), settings, partial(_rank, build))]


def _rank(build: Build, report: Report) -> Counts:
    section = build.recipe.scores
    table = tables.concatenate([tables.read(path) for path in build.shards("score")])
    latent, target_id = table.pop("latent"), table["target_id"]
    table |= _survey_says(build)
    places = {}
    outlier = np.zeros(target_id.size, bool)
    for score in chosen(build):
        column = f"score_{score.name}"
        if score.of_population is not None:
            table[column] = score.of_population(latent, section.neighbours)
        places[score.name] = ranking.ranks(table[column], target_id)
        outlier |= table[column] >= ranking.threshold(table[column], section.outlier_fraction)
    for name, place in places.items():
        table[f"rank_{name}"] = place
        table[f"percentile_{name}"] = ranking.percentiles(place)
    table["rank"] = ranking.best_place(places, target_id)
    table["percentile"] = ranking.percentiles(table["rank"])
    table["outlier"] = outlier
    with writing(build.layout.ranking) as temporary:
        tables.write(temporary, table)
    report(1, 1)
    return {"scored": target_id.size, "outliers": int(outlier.sum())}


def _survey_says(build: Build) -> tables.Table:
    """Class and S/N of every scored spectrum, in the order of the shards' scores."""
    index = tables.read(build.layout.index, ["shard", "row", "split"])
    parts = []
    for name in build.shard_names:
        rows = index["row"][(index["shard"] == name) & (index["split"] != "")]
        path = build.layout.shard("read", name)
        parts.append(tables.take(tables.read(path, ["spec_class", "snr"]), rows))
    return tables.concatenate(parts)


STAGE = Stage(
    name="rank",
    title="isolation, ranks and outliers",
    tasks=_tasks,
    code=("stages/rank.py", "scores", "ranking.py"),
)
