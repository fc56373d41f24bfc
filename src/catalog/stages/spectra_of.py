"""Spectra that are scored: which they are, what was read of them, and many at once."""

from collections.abc import Sequence

import numpy as np

from catalog import disk, tables
from catalog.release import Layout, digest_of
from catalog.spectra import Array, Float, Text
from catalog.stages import Build

IN_MEMORY = 2**30
"""Bytes of flux, and of ivar, that are gathered in memory; more lie in a file that is mapped."""
N_CONTROLS = 200
"""Ordinary spectra that a round of the benchmark explains beside the planted ones."""


def scored_rows(layout: Layout, shard: str) -> tables.Table:
    """Row in the shard's table and fold of each of its scored spectra, (n,).

    In the order that every artefact after the index keeps.
    """
    index = tables.read(layout.index, ["shard", "row", "fold"])
    mine = (index["shard"] == shard) & (index["fold"] >= 0)
    return {"row": index["row"][mine], "fold": index["fold"][mine]}


def scored(layout: Layout, shard: str, columns: Sequence[str]) -> tables.Table:
    """Columns that the read stage left of a shard's scored spectra, in the same order."""
    rows = scored_rows(layout, shard)["row"]
    return tables.take(tables.read(layout.shard("read", shard), columns), rows)


def to_explain(build: Build) -> Text:
    """Name the spectra that are compared with templates, and explained: the outliers.

    In a round of the benchmark it is every planted spectrum, outlier or not, and `N_CONTROLS` that
    are neither: reasons are measured apart from the order.
    """
    ranking = tables.read(build.layout.ranking, ["target_id", "outlier"])
    known: Text = ranking["target_id"].astype(object)
    if build.trial.plan is None:
        outliers: Text = known[ranking["outlier"]]
        return outliers
    planted = np.isin(known.astype(str), tables.read(build.trial.plan)["target_id"].astype(str))
    ordinary = np.flatnonzero(~planted & ~ranking["outlier"])
    seed = build.recipe.release.seed
    chance = [digest_of([seed, str(target)]) for target in known[ordinary]]
    controls = ordinary[np.argsort(np.array(chance, str), kind="stable")[:N_CONTROLS]]
    chosen: Text = known[np.sort(np.concatenate([np.flatnonzero(planted), controls]))]
    return chosen


def gather(build: Build, wanted: Array) -> tables.Table:
    """Flux, ivar (n, L), class and identifier of marked rows of the index, in its order.

    Flux and ivar that memory should not hold lie in a file below the release's folder, which goes
    with the arrays.

    Parameters
    ----------
    wanted : ndarray of bool, shape (rows of the index,)
        Rows that are scored; others are not in the shards' preprocessed spectra.
    """
    index = tables.read(build.layout.index, ["shard", "row", "fold"])
    n_wanted, n_bins = int(wanted.sum()), build.recipe.preprocess.n_bins
    found: tables.Table = {
        "flux": _room(build, n_wanted, n_bins),
        "ivar": _room(build, n_wanted, n_bins),
        "spec_class": np.empty(n_wanted, object),
        "target_id": np.empty(n_wanted, object),
    }
    place = 0
    for shard in build.shard_names:
        mine = (index["shard"] == shard) & (index["fold"] >= 0)
        rows = np.flatnonzero(wanted[mine])
        if not rows.size:
            continue
        part = slice(place, place + rows.size)
        rest = tables.read(build.layout.shard("rest", shard), ["target_id", "flux", "ivar"])
        for name in ("flux", "ivar", "target_id"):
            found[name][part] = rest[name][rows]
        found["spec_class"][part] = scored(build.layout, shard, ["spec_class"])["spec_class"][rows]
        place += rows.size
    return found


def _room(build: Build, n_rows: int, n_bins: int) -> Float:
    """Give an array (n_rows, n_bins) of single precision to fill, in memory or in a file."""
    shape = (n_rows, n_bins)
    if 4 * n_rows * n_bins <= IN_MEMORY:
        return np.empty(shape, np.float32)
    return disk.mapped(build.layout.root, shape)


def some(rows: Array, most: int, seed: int) -> Array:
    """Mark at most so many of the marked rows, chosen at random."""
    chosen = np.flatnonzero(rows)
    if chosen.size > most:
        chosen = np.random.default_rng(seed).permutation(chosen)[:most]
    marked = np.zeros(rows.size, bool)
    marked[chosen] = True
    return marked


def outside(build: Build, fold: int) -> Array:
    """Mark the rows of the index that a fold's models may learn from: scored, in another fold.

    Where a benchmark holds a class out, none of its spectra are.
    """
    index = tables.read(build.layout.index, ["shard", "row", "fold"])
    marked: Array = (index["fold"] >= 0) & (index["fold"] != fold)
    if build.trial.held_out:
        for shard in build.shard_names:
            classes = tables.read(build.layout.shard("read", shard), ["spec_class"])["spec_class"]
            mine = np.flatnonzero(index["shard"] == shard)
            marked[mine] &= classes[index["row"][mine]] != build.trial.held_out
    return marked
