"""All latents and the list of outliers -> each outlier's nearest spectra, ordinary and unusual."""

from functools import partial

import numpy as np

from catalog import tables
from catalog.latent.neighbours import nearest
from catalog.release import writing
from catalog.stages import Build, Counts, Report, Stage, Task
from catalog.store.wide_bins import WIDTH, wide_bins

EACH = 3
"""Neighbours of each kind."""


def _tasks(build: Build) -> list[Task]:
    layout = build.layout
    inputs = (layout.ranking, *build.shards("encode"))
    return [Task("neighbours", inputs, (layout.neighbours,), [EACH], partial(_find, build))]


def _find(build: Build, report: Report) -> Counts:
    parts = [tables.read(path, ["target_id", "latent_0"]) for path in build.shards("encode")]
    encoded = tables.concatenate(parts)
    ranking = tables.read(build.layout.ranking, ["target_id", "outlier"])
    listed = set(ranking["target_id"][ranking["outlier"]])
    outlier = np.array([target in listed for target in encoded["target_id"]], bool)
    table = nearest(encoded["latent_0"], encoded["target_id"], outlier, EACH)
    with writing(build.layout.neighbours) as temporary:
        tables.write(temporary, table)
    report(1, 1)
    return {"outliers": int(outlier.sum()), "neighbours": len(table["neighbour"])}


def load(build: Build, published: tables.Column) -> dict[str, tables.Table]:
    """Give the tables `neighbours` and `neighbour_spectra`.

    Parameters
    ----------
    published : ndarray of object
        Targets with a page. Only their neighbours are shown, and only those without a page of
        their own need a spectrum here.
    """
    table = tables.read(build.layout.neighbours)
    shown = np.isin(table["target_id"].astype(str), published.astype(str))
    wanted = set(table["neighbour"][shown]) - set(published)
    return {"neighbours": table, "neighbour_spectra": _spectra(build, wanted)}


def _spectra(build: Build, wanted: set[str]) -> tables.Table:
    """Give the named targets' spectra, unit norm, `WIDTH` bins in one."""
    n_wide = -(-build.recipe.preprocess.n_bins // WIDTH)
    parts: list[tables.Table] = [
        {"target_id": np.empty(0, dtype=object), "flux": np.empty((0, n_wide), np.float32)}
    ]
    for path in build.shards("rest"):
        target_id = tables.read(path, ["target_id"])["target_id"]
        rows = np.array([i for i, each in enumerate(target_id) if each in wanted], np.int64)
        if rows.size:
            rest = tables.take(tables.read(path, ["flux", "ivar"]), rows)
            flux = wide_bins(rest["flux"], rest["ivar"])
            parts.append({"target_id": target_id[rows], "flux": flux})
    return tables.concatenate(parts)


STAGE = Stage(
    name="neighbours",
    title="the nearest spectra of every outlier",
    tasks=_tasks,
    code=("stages/neighbours.py", "latent"),
)
