"""Preprocessed spectra of some rows of the index, gathered from all shards in one allocation."""

import numpy as np

from catalog import tables
from catalog.spectra import Array
from catalog.stages import Build


def gather(build: Build, wanted: Array) -> tables.Table:
    """Flux, ivar (n, L), class and identifier of marked rows of the index, in its order.

    Parameters
    ----------
    wanted : ndarray of bool, shape (rows of the index,)
        Rows that are scored; others are not in the shards' preprocessed spectra.
    """
    index = tables.read(build.layout.index, ["shard", "row", "fold"])
    n_wanted, n_bins = int(wanted.sum()), build.recipe.preprocess.n_bins
    found: tables.Table = {
        "flux": np.empty((n_wanted, n_bins), np.float32),
        "ivar": np.empty((n_wanted, n_bins), np.float32),
        "spec_class": np.empty(n_wanted, object),
        "target_id": np.empty(n_wanted, object),
    }
    place = 0
    for shard in build.shard_names:
        scored = (index["shard"] == shard) & (index["fold"] >= 0)
        rows = np.flatnonzero(wanted[scored])
        if not rows.size:
            continue
        part = slice(place, place + rows.size)
        rest = tables.read(build.layout.shard("rest", shard), ["target_id", "flux", "ivar"])
        for name in ("flux", "ivar", "target_id"):
            found[name][part] = rest[name][rows]
        classes = tables.read(build.layout.shard("read", shard), ["spec_class"])["spec_class"]
        found["spec_class"][part] = classes[index["row"][scored][rows]]
        place += rows.size
    return found


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
