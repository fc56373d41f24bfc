"""What a recipe says of a table, held against the files: every fault in one message."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from catalog import registry
from catalog.errors import SurveyError
from catalog.recipe.described import TableSection
from catalog.surveys import _tables
from catalog.surveys._table_layout import roles

_LOOKED_AT = 16
"""Files of one spectrum that are opened before a build; the rest when they are read."""


def check(section: TableSection, paths: Sequence[Path]) -> None:
    """Compare the described columns with those of the files, without reading rows.

    Raises
    ------
    SurveyError
        If a file is of no known format, a column is missing (the nearest is named), or a column
        does not hold what it must.
    """
    some = paths
    if section.layout == "files":
        every = max(1, -(-len(paths) // _LOOKED_AT))
        some = [*paths[::every], *paths[-1:]]
    for path in dict.fromkeys(some):
        schema = _tables.schema(path)
        faults = _faults(section, schema)
        if faults:
            raise SurveyError(
                "a table of spectra is not as the recipe says",
                where=path,
                found="\n    " + "\n    ".join(faults),
                todo="correct the recipe's section surveys.table",
            )


def _faults(section: TableSection, schema: _tables.Schema) -> list[str]:
    faults = [] if schema.n_rows else ["the table has no rows"]
    in_files = section.layout == "files"
    for key, column, kind in roles(section):
        known = schema.types.get(column)
        if known is None and in_files and kind != "pixels" and column in schema.keywords:
            continue
        if known is None:
            words = () if not in_files or kind == "pixels" else tuple(schema.keywords)
            names = (*schema.types, *words)
            faults.append(f"{key}: there is no column {column!r}; {_nearest(column, names)}")
        elif wanted := _wrong(kind, known, in_files=in_files):
            faults.append(f"{key}: column {column!r} must hold {wanted}; it holds {known}")
    return faults


def _nearest(column: str, names: tuple[str, ...]) -> str:
    alike = next((name for name in names if name.lower() == column.lower()), "")
    if alike:
        return f"did you mean {alike!r}?"
    return registry.nearest(column, names) or "it has: " + ", ".join(names)[:300]


def _wrong(kind: str, known: pa.DataType, *, in_files: bool) -> str:
    """Say what a column of this kind must hold; empty where it does."""
    if kind == "pixels":
        return _wrong_pixels(known, in_files=in_files)
    single = known.value_type if pa.types.is_dictionary(known) else known
    good, wanted = {
        "number": (_is_number(single), "numbers"),
        "whole": (_is_whole(single), "whole numbers"),
        "identifier": (
            _is_whole(single) or _is_text(single),
            "text or whole numbers: others lose digits",
        ),
        "text": (not pa.types.is_nested(single), "one value per spectrum"),
    }[kind]
    return "" if good else wanted


def _wrong_pixels(known: pa.DataType, *, in_files: bool) -> str:
    if in_files:
        return "" if _is_number(known) else "one number per pixel"
    listed = _is_list(known) and _is_number(known.value_type)
    return "" if listed else "a list of numbers per spectrum"


def _is_list(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    )


def _is_whole(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_boolean(kind))


def _is_number(kind: pa.DataType) -> bool:
    return bool(_is_whole(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )
