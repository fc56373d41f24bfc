"""All scores -> calibrated probabilities, one order, and the outliers."""

from functools import partial

import numpy as np

from catalog import calibrate, ranking, tables
from catalog.release import writing
from catalog.scores import Scale, Score
from catalog.spectra import Array, Text
from catalog.stages import Build, Counts, Report, Stage, Task, spectra_of
from catalog.stages.score import chosen


def _tasks(build: Build) -> list[Task]:
    layout = build.layout
    settings = build.recipe.scores.model_dump()
    populations = (layout.population(fold) for fold in build.folds)
    inputs = (layout.index, *build.shards("read"), *build.shards("score"), *populations)
    return [Task("rank", inputs, (layout.ranking,), settings, partial(_rank, build))]


def _rank(build: Build, report: Report) -> Counts:
    section = build.recipe.scores
    table = _scores(build)
    target_id = table["target_id"]
    table |= _survey_says(build)
    found = {score.name: calibrated(score, table) for score in chosen(build)}
    for score in chosen(build):
        place = ranking.ranks(table[f"score_{score.name}"], target_id)
        table[f"rank_{score.name}"] = place
        table[f"percentile_{score.name}"] = ranking.percentiles(place)
        table[f"p_{score.name}"] = found[score.name].p
    combined = calibrate.combine([found[name] for name in section.rank_by])
    table["p"], table["p_extrapolated"] = combined.p, combined.extrapolated
    table["evidence"] = combined.evidence
    # Not of p: counted among all, the k-th of n has p = k/n, and no list would have a rate below 1.
    table["q"] = calibrate.false_discovery_rate(np.exp(combined.evidence))
    table["rank"] = ranking.ranks(-combined.evidence, target_id)
    table["percentile"] = ranking.percentiles(table["rank"])
    table["outlier"] = table["rank"] <= ranking.count(section.outlier_fraction, target_id.size)
    with writing(build.layout.ranking) as temporary:
        tables.write(temporary, table)
    report(1, 1)
    return {"scored": target_id.size, "outliers": int(table["outlier"].sum())}


def calibrated(score: Score, table: tables.Table) -> calibrate.Calibrated:
    """Calibrate one score of a table's spectra by their S/N and, where it asks for it, class."""
    value, snr = table[f"score_{score.name}"], table["snr"]
    everybody = np.full(snr.size, "", object)
    groups = table["spec_class"] if score.by_class else everybody
    return calibrate.calibrate(value, snr, groups, log=score.scale is Scale.LOG)


def _scores(build: Build) -> tables.Table:
    """Every scored spectrum's scores, of both kinds, in the order of the shards."""
    table = tables.concatenate([tables.read(path) for path in build.shards("score")])
    paths = [build.layout.population(fold) for fold in build.folds]
    population = tables.concatenate([tables.read(path) for path in paths])
    places = _places(population.pop("target_id"), table["target_id"])
    return table | tables.take(population, places)


def _places(known: Text, wanted: Text) -> Array:
    order = np.argsort(known.astype(str), kind="stable")
    at: Array = order[np.searchsorted(known.astype(str)[order], wanted.astype(str))]
    return at


def _survey_says(build: Build) -> tables.Table:
    """Class and S/N of every scored spectrum, in the order of the shards' scores."""
    columns = ["spec_class", "snr"]
    parts = [spectra_of.scored(build.layout, name, columns) for name in build.shard_names]
    return tables.concatenate(parts)


STAGE = Stage(
    name="rank",
    title="calibration, order and outliers",
    tasks=_tasks,
    code=("stages/rank.py", "stages/spectra_of.py", "scores", "calibrate", "ranking.py"),
)
