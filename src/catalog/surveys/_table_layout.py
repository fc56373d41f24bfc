"""Which columns a recipe describes, what each must hold, and files of one spectrum as rows."""

from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from catalog.errors import SurveyError
from catalog.plain_text import plain
from catalog.recipe.described import TableSection
from catalog.surveys import _tables
from catalog.surveys._table_columns import Columns

PIXELS = ("flux", "ivar", "error", "mask", "wave")
"""Keys of the recipe whose columns hold pixels."""
NUMBERS = ("ra", "dec", "z", "z_err")
TEXTS = ("spec_class", "subclass")


def roles(section: TableSection) -> list[tuple[str, str, str]]:
    """List what is described: key of the recipe, column, and what it must hold."""
    kinds = dict.fromkeys(PIXELS, "pixels") | dict.fromkeys(NUMBERS, "number")
    kinds |= dict.fromkeys(TEXTS, "text") | {"target_id": "identifier", "z_warn": "whole"}
    told = [(key, str(getattr(section, key)), kind) for key, kind in kinds.items()]
    told += [(f"extras.{i}.column", e.column, e.kind) for i, e in enumerate(section.extras)]
    return [(key, column, kind) for key, column, kind in told if column]


def wanted_columns(section: TableSection) -> tuple[str, ...]:
    """Name the columns that the recipe describes, each once."""
    return tuple(dict.fromkeys(column for _, column, _ in roles(section)))


def of_file(section: TableSection, path: Path) -> dict[str, object]:
    """Give a file of one spectrum as a row: arrays of pixels, and one value of everything else.

    Raises
    ------
    SurveyError
        If the file lacks a column, or one that holds a single value has several.
    """
    content = _tables.read(path, wanted_columns(section))
    columns = Columns(path, content.columns)
    row: dict[str, object] = {}
    for key, name, kind in roles(section):
        if kind == "pixels":
            row[name] = np.array(columns.numbers(_known(name, key, columns, path)))
        elif name in columns.table.column_names:
            row[name] = _single(name, columns, path)
        else:
            row[name] = content.keywords.get(name)
    if not section.target_id:
        row["target_id"] = plain(_tables.stem_of(path))
    return row


def _known(name: str, key: str, columns: Columns, path: Path) -> str:
    if name not in columns.table.column_names:
        raise SurveyError(
            "a table of spectra lacks a column",
            where=path,
            wanted=name,
            found=", ".join(columns.table.column_names)[:300] or "none of those described",
            todo=f"compare it with the recipe's surveys.table.{key}",
        )
    return name


def _single(name: str, columns: Columns, path: Path) -> object:
    """Give the one value of a column that is the same in every row of a file."""
    values = pc.unique(columns.table.column(name).combine_chunks())
    if len(values) > 1:
        raise SurveyError(
            "a column has several values where a file is one spectrum",
            where=f"{path}, column {name}",
            wanted="one value in all rows",
            found=", ".join(repr(value) for value in values[:4].to_pylist()),
            todo='take layout = "rows" where a row is a spectrum',
        )
    value = values[0].as_py() if len(values) else None
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
