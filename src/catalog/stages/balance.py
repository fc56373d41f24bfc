"""How often each training spectrum is drawn, so that every value of a column counts the same.

A star of a thousand exposures would else teach a model a thousand times as much as another: the
sampling bias that Sedaghat et al. (2021), section 2, balance their HARPS spectra against.
"""

import numpy as np

from catalog import registry, tables
from catalog.errors import RecipeError
from catalog.spectra import Array, Float
from catalog.stages import Build, spectra_of


def weights(build: Build, wanted: Array, column: str) -> Float:
    """Weights (n,) of marked rows of the index, in the order of `spectra_of.gather`; mean 1.

    Parameters
    ----------
    wanted : ndarray of bool, shape (rows of the index,)
        Rows that are scored.
    column : str
        What the surveys tell of a spectrum: `spec_class`, or a column of their own such as `star`.
        A spectrum for which it is empty or not a number is like no other.

    Raises
    ------
    RecipeError
        If the surveys have no such column.
    """
    values = _values(build, wanted, column)
    known = np.array([str(value) not in {"", "nan", "None"} for value in values], bool)
    _, group, size = np.unique(values[known].astype(str), return_inverse=True, return_counts=True)
    found = np.ones(len(values))
    found[known] = 1.0 / size[group]
    balanced: Float = found * (len(found) / max(found.sum(), 1.0))
    return balanced


def _values(build: Build, wanted: Array, column: str) -> Array:
    index = tables.read(build.layout.index, ["shard", "fold"])
    parts = [np.empty(0, object)]
    for shard in build.shard_names:
        _require(build, shard, column)
        mine = (index["shard"] == shard) & (index["fold"] >= 0)
        told = spectra_of.scored(build.layout, shard, [column])[column]
        parts.append(told[wanted[mine]].astype(object))
    return np.concatenate(parts)


def _require(build: Build, shard: str, column: str) -> None:
    path = build.layout.shard("read", shard)
    have = tuple(name for name in tables.columns(path) if name not in {"flux", "ivar"})
    if column not in have:
        raise RecipeError(
            "training cannot be balanced by a column that the survey does not give",
            where="model.balance_by",
            wanted="one of " + ", ".join(have),
            found=repr(column),
            todo=registry.nearest(column, have) or "name another column, or leave balance_by out",
        )
