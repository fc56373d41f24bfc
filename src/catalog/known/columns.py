"""A list's columns, as some format gave them -> `Objects`; everything doubtful is refused.

What other people's tables hold is untrusted. Identifiers become text without loss or not at all.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from catalog import registry
from catalog.errors import CatalogError, KnownError
from catalog.known import Objects
from catalog.plain_text import NOTHING, plain
from catalog.recipe.publication import KnownSection
from catalog.spectra import Array, Float, Text

DEGREES = frozenset({"", "deg", "degree", "degrees", "degr", "°"})
_SPOILT = re.compile(r"[+-]?\d(\.\d+)?[eE]\+\d+|[+-]?\d\.\d+[eE]\d+|[+-]?\d{5,}\.0+")
"""An identifier that went through a floating-point column or a spreadsheet on its way."""
_SEXAGESIMAL = re.compile(r"\s*[+-]?\d+\s*[:hd° ]\s*\d+.*")

_MANY = 50
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Raw:
    """A column as it was read: (N,) of any kind, masked or None where empty; its unit or ''."""

    values: Array
    unit: str = ""


def objects(raw: Mapping[str, Raw], section: KnownSection, where: str) -> Objects:
    """Make known objects of a table's columns.

    Parameters
    ----------
    raw : mapping of str to Raw
        Columns by name.
    section : KnownSection
        Which of them holds what.
    where : str
        File or service, for messages.

    Raises
    ------
    KnownError
        If a column is missing or is not what it must be; the message has the column and the row.
    """
    _refuse_missing(raw, wanted_columns(section), where)
    ra, dec = (_degrees(raw[name], name, where) for name in (section.ra, section.dec))
    _refuse_beyond(ra, section.ra, (-180.0, 360.0), where)
    _refuse_beyond(dec, section.dec, (-90.0, 90.0), where)
    _doubt_hours(ra, dec, section.ra, where)
    identifier = _identifiers(raw[section.identifier], section.identifier, where)
    n_rows = identifier.size
    kind = np.full(n_rows, "", object)
    if section.kind:
        kind = np.array([plain(_text(v)) for v in _listed(raw[section.kind])], object)
    z = np.full(n_rows, np.nan)
    if section.redshift:
        z = numbers(raw[section.redshift], section.redshift, where)
    return Objects(identifier, kind, z, ra, dec)


def wanted_columns(section: KnownSection) -> tuple[str, ...]:
    """Name the columns that a list must have."""
    names = (section.identifier, section.ra, section.dec, section.kind, section.redshift)
    return tuple(dict.fromkeys(name for name in names if name))


def _refuse_missing(raw: Mapping[str, Raw], names: tuple[str, ...], where: str) -> None:
    missing = [name for name in names if name not in raw]
    if missing:
        have = tuple(raw)
        hints = [hint for name in missing if (hint := registry.nearest(name, have))]
        raise KnownError(
            "a list of known objects lacks a column",
            where=where,
            wanted=", ".join(missing),
            found=", ".join(have)[:300] or "no columns",
            todo=" ".join(hints) or "name its columns in the recipe's section [[known]]",
        )


def _degrees(column: Raw, name: str, where: str) -> Float:
    if column.unit.strip().lower() not in DEGREES:
        raise _fault("is not in degrees", where, name, None, column.unit)
    return numbers(column, name, where)


def numbers(column: Raw, name: str, where: str) -> Float:
    """Give a column as numbers, (N,), NaN where it is empty.

    Raises
    ------
    KnownError
        For text that is no number, and for more than one value per row.
    """
    values = column.values
    if values.ndim != 1:
        raise _fault("has several values per row", where, name, None, str(values.shape[1:]))
    if values.dtype.kind in "iuf":
        filled: Float = np.ma.filled(np.ma.asarray(values).astype(np.float64), np.nan)
        return filled
    listed = _listed(column)
    try:  # a million rows at once, where each is a number
        told = [np.nan if value is None or value == "" else value for value in listed]
        return np.array(told, np.float64)
    except (TypeError, ValueError):
        return np.array([_number(v, name, row, where) for row, v in enumerate(listed, start=1)])


def _number(value: Any, name: str, row: int, where: str) -> float:
    text = _text(value).strip()
    if text.lower() in NOTHING:
        return np.nan
    try:
        return float(text)
    except ValueError:
        what = "is sexagesimal" if _SEXAGESIMAL.fullmatch(text) else "is not a number"
        raise _fault(what, where, name, row, text) from None


def _refuse_beyond(values: Float, name: str, limits: tuple[float, float], where: str) -> None:
    beyond = np.flatnonzero((values < limits[0]) | (values > limits[1]) | np.isinf(values))
    if beyond.size:
        row = int(beyond[0])
        raise _fault("is no position in degrees", where, name, row + 1, f"{values[row]}")


def _doubt_hours(ra: Float, dec: Float, name: str, where: str) -> None:
    """Warn of what looks like hours without a unit: all over the sky, and never beyond 24."""
    placed = np.isfinite(ra) & np.isfinite(dec)
    if placed.sum() < _MANY:
        return
    in_a_day = ra[placed].min() >= 0 and ra[placed].max() <= 24
    if in_a_day and np.ptp(dec[placed]) > 90:
        log.warning(
            "known: %s, column %s: all values lie between 0 and 24; are they hours?", where, name
        )


def _identifiers(column: Raw, name: str, where: str) -> Text:
    kind = column.values.dtype.kind
    if column.values.ndim != 1 or (kind in "fcb" and column.values.size):
        raise _fault("cannot hold identifiers", where, name, None, str(column.values.dtype))
    if kind in "iu" and not np.ma.is_masked(column.values):
        return np.ma.getdata(column.values).astype(str).astype(object)
    return np.array(
        [_identifier(value, name, row, where) for row, value in enumerate(_listed(column), 1)],
        dtype=object,
    )


def _identifier(value: Any, name: str, row: int, where: str) -> str:
    if isinstance(value, float | np.floating | bool | np.bool_):
        raise _fault("cannot hold identifiers", where, name, row, f"{type(value).__name__} {value}")
    text = plain(_text(value))
    if not text:
        raise _fault("has no identifier", where, name, row, "nothing")
    if _SPOILT.fullmatch(text):
        raise _fault("holds an identifier that was a rounded number", where, name, row, text)
    return text


def _listed(column: Raw) -> list[Any]:
    """Give a column's values one by one, None where it is masked."""
    values = column.values
    plain = np.ma.getdata(values)
    if not np.ma.is_masked(values):
        return list(plain)
    masked = np.ma.getmaskarray(values)
    return [None if hidden else value for value, hidden in zip(plain, masked, strict=True)]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def _fault(what: str, where: str, column: str, row: int | None, found: str) -> CatalogError:
    place = f"column {column}" + (f", row {row}" if row is not None else "")
    todo = {
        "is not in degrees": "convert it to decimal degrees, ICRS",
        "is sexagesimal": "convert it to decimal degrees, ICRS",
        "is no position in degrees": "convert it to decimal degrees, ICRS",
    }.get(what, "correct the table, or name another column in the recipe's section [[known]]")
    if "identifier" in what:
        todo = "save identifiers as text, or as whole numbers; as floats they lose digits"
    return KnownError(
        f"a column of a list of known objects {what}",
        where=f"{where}, {place}",
        wanted=_WANTED.get(what, "identifiers" if "identifier" in what else "numbers"),
        found=repr(found[:80]),
        todo=todo,
    )


_WANTED = {
    "is not in degrees": "decimal degrees",
    "is sexagesimal": "decimal degrees",
    "is no position in degrees": "decimal degrees",
}
