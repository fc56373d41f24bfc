"""The release before this one, read from its file: what it scored, how it was made, what it named.

A file whose schema is too old, or that is no catalogue, is refused with what to do about it.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from catalog.errors import StoreError
from catalog.store.queries import Queries
from catalog.store.read import SCHEMA_VERSION
from catalog.tables import Table
from catalog.versions import Key, Tables, keys

FIRST_SCHEMA = 5
"""The first schema whose objects have permanent names."""

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "release": ("name", "title", "simulated", "seed", "software_version", "recipe",
                "outlier_fraction", "n_read", "n_scored", "n_outliers", "n_published"),
    "citation": ("version", "date", "address"),
    "model": ("weights_sha256", "configuration"),
    "provenance": ("code_sha256", "code_commit", "python", "platform"),
    "environment": ("package", "version"),
    "inputs": ("survey", "file", "sha256", "shard"),
    "quality_flags": ("bit", "meaning"),
    "categories": ("name", "title"),
    "spectra": ("target_id", "survey", "shard", "name", "slug", "quality", "rank", "percentile",
                "p", "outlier", "category"),
    "withdrawn": ("target_id", "survey", "name", "slug", "release", "rank", "category", "why"),
}  # fmt: skip
_ORDER = {
    "environment": "package",
    "inputs": "file",
    "quality_flags": "bit",
    "categories": "name",
    "spectra": "target_id",
    "withdrawn": "slug",
}
_NOTHING = {"rank": "-1", "percentile": "'nan'::DOUBLE", "p": "'nan'::DOUBLE"}
"""What stands for null in memory, as the store stage has it."""


class _File(Queries):
    """A catalogue's file of which nothing is known yet."""

    def schema(self) -> int:
        """Give the version of its schema."""
        return int(self._query("SELECT max(schema_version) FROM release")[0][0] or 0)

    def table(self, name: str) -> Table:
        """Give the columns of a table that tell two releases apart."""
        columns = ", ".join(
            f'coalesce("{c}", {_NOTHING[c]}) AS "{c}"' if c in _NOTHING else f'"{c}"'
            for c in _COLUMNS[name]
        )
        order = f" ORDER BY {_ORDER[name]}" if name in _ORDER else ""
        found = self._array(f"SELECT {columns} FROM {name}{order}")  # noqa: S608 - made of this module's own constants
        return {column: np.asarray(values) for column, values in found.items()}


def read(path: Path) -> dict[str, Table]:
    """Read what is to be compared with a later release.

    Parameters
    ----------
    path : Path
        The `catalog.duckdb` of the release before.

    Returns
    -------
    dict of str to Table
        Ranks are -1 and percentiles and p NaN where a spectrum was not scored.

    Raises
    ------
    StoreError
        If the file is missing, is no catalogue, or is of a schema without permanent names.
    """
    if not path.is_file():
        raise _refused(path, "no such file")
    try:
        with _File(path) as file:
            found = file.schema()
            if not FIRST_SCHEMA <= found <= SCHEMA_VERSION:
                raise _refused(path, f"schema version {found}")
            return {name: file.table(name) for name in _COLUMNS}
    except StoreError as fault:
        raise _refused(path, fault.found) from fault


def _refused(path: Path, found: str) -> StoreError:
    wanted = f"a catalog.duckdb of schema version {FIRST_SCHEMA}"
    if SCHEMA_VERSION > FIRST_SCHEMA:
        wanted += f" to {SCHEMA_VERSION}"
    return StoreError(
        "the release before this one cannot be compared with",
        where=path,
        wanted=wanted,
        found=found,
        todo="name the catalog.duckdb of the last release in release.previous of the recipe: one "
        "made with an older version of the software must be built again with this one; without "
        "one, leave release.previous out, and this release counts as the first",
    )


def kept_names(earlier: Tables) -> dict[Key, str]:
    """Names that are given away for ever, by survey and identifier; also of withdrawn objects."""
    names: dict[Key, str] = {}
    for table in (earlier["withdrawn"], earlier["spectra"]):
        names |= {k: n for k, n in zip(keys(table), table["name"].tolist(), strict=True) if n}
    return names
