"""Outliers and where they are, before there is a catalogue to ask."""

import numpy as np

from catalog import tables
from catalog.stages import Build
from catalog.tables import Table


def outliers(build: Build, *, published: bool) -> Table:
    """Give the positions of outliers, most unusual first: `target_id`, `ra`, `dec`.

    Those without a position are left out. In degrees, ICRS.

    Parameters
    ----------
    published
        Only those that get a page.
    """
    ranking = tables.read(build.layout.ranking, ["target_id", "rank", "outlier"])
    mine = ranking["outlier"] & (ranking["rank"] > 0)
    if published:
        mine &= ranking["rank"] <= build.recipe.site.n_objects
    rank = dict(zip(ranking["target_id"][mine], ranking["rank"][mine].tolist(), strict=True))
    parts = [_of_shard(build, name, rank) for name in build.shard_names]
    found = tables.concatenate(parts)
    return tables.take(found, np.argsort([rank[each] for each in found["target_id"]]))


def _of_shard(build: Build, name: str, rank: dict[str, int]) -> Table:
    index = tables.read(build.layout.index, ["shard", "kept"])
    kept = index["kept"][index["shard"] == name]
    rows = tables.read(build.layout.shard("read", name), ["target_id", "ra", "dec"])
    wanted = np.array([target in rank for target in rows["target_id"]], bool)
    placed = np.isfinite(rows["ra"]) & np.isfinite(rows["dec"])
    return tables.take(rows, kept & wanted & placed)
