"""Lists of known objects in every format, with the same rows."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from astropy import units as u
from astropy.table import MaskedColumn, Table

from catalog.recipe.publication import KnownSection

GAIA = (4295806720, 4051234567890123777, 9007199254740993)
"""The last two are no floats: 2^53 + 1 is the first whole number that is none."""
ROWS: dict[str, Any] = {
    "source_id": np.array(GAIA, np.int64),
    "name": ["NGC 4151", "M 31", "[ABC2019] 12, b"],
    "ra": np.array([182.635745, 10.684708, 359.9999]),
    "dec": np.array([39.405730, 41.268750, -89.5]),
    "otype": ["Sy1", "G", ""],
    "z": np.array([0.0033, -0.001, np.nan]),
}
ENDINGS = (".vot", ".xml", ".fits", ".csv", ".parquet")


def section(**given: Any) -> KnownSection:
    """A recipe's section for a table."""
    fields = {
        "name": "Ours", "table": "list.csv", "date": "2025-01-31", "identifier": "name",
        "kind": "otype", "redshift": "z", **given,
    }  # fmt: skip
    return KnownSection(**fields)


def write(path: Path, rows: dict[str, Any] | None = None, units: bool = True) -> Path:
    """Write rows in the format that the name says."""
    rows = dict(ROWS if rows is None else rows)
    if path.suffix == ".csv":
        lines = [",".join(rows)]
        lines += [",".join(_cell(v) for v in row) for row in zip(*rows.values(), strict=True)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path
    if path.suffix == ".parquet":
        columns = {name: list(values) for name, values in rows.items()}
        pa.parquet.write_table(pa.table(columns), path)
        return path
    table = Table(rows, masked=True)
    if units:
        table["ra"].unit = table["dec"].unit = u.deg
    if "z" in rows:
        table["z"] = MaskedColumn(rows["z"], mask=np.isnan(rows["z"]))
    table.write(path, format="fits" if path.suffix == ".fits" else "votable")
    return path


def _cell(value: Any) -> str:
    if isinstance(value, float | np.floating):
        return "" if np.isnan(value) else repr(float(value))
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if "," in text or "\n" in text else text
