"""What latent dimensions are compared with: which columns, and of what they tell.

Columns are chosen by what their UCD says they hold (the IVOA's UCD1+ words), so no survey is named
here. Labels of kind `physics` are about the object; labels of kind `observing` are about where and
how it was taken, and a model that knows them has learnt the instrument.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from catalog.errors import RecipeError
from catalog.spectra import Array, Column, Float, Origins
from catalog.tables import Table

PHYSICS, OBSERVING = "physics", "observing"
_OBSERVING = (
    "instr", "obs", "time.epoch", "time.start", "time.end", "time.duration", "stat.snr",
    "pos.eq", "pos.galactic", "pos.ecliptic", "pos.healpix",
)  # fmt: skip
_PHYSICS = ("phys", "phot", "src", "spect", "em", "pos.parallax", "pos.pm", "pos.distance")
_TITLES = {
    "z": "Redshift", "ra": "Right ascension", "dec": "Declination", "snr": "Signal-to-noise ratio",
    "coverage": "Share of bins with data", "spec_class": "Spectral class", "subclass": "Subclass",
}  # fmt: skip
"""Of the columns of every survey; further ones are called by the start of their description."""
FEW = 20
"""Whole numbers with no more different values than this are names of groups, such as petals."""
LEAST_MEMBERS = 10
"""A class with fewer spectra counts as not known: nothing can be said of it."""


@dataclass(frozen=True)
class Label:
    """One label of N spectra.

    `value` (N,) is NaN where it is not known; of a discrete label it counts `classes` from 0.
    """

    name: str
    title: str
    unit: str
    kind: str
    discrete: bool
    value: Float
    classes: tuple[str, ...] = ()


def choose(
    columns: Iterable[Column], origins: Iterable[str], wanted: Sequence[str]
) -> tuple[Column, ...]:
    """Choose the columns that labels are made of; `read` in `labels_of` may still find them empty.

    Parameters
    ----------
    columns : iterable of Column
        The catalogue's, of every survey's spectra and those that the surveys add.
    origins : iterable of str
        Kinds of groups that spectra were taken in; those that no column holds become columns.
    wanted : sequence of str
        Names that the recipe gives, in its order; all that a UCD makes a label of, if empty.

    Raises
    ------
    RecipeError
        If there is no column of a wanted name.
    """
    known = {column.name: column for column in columns}
    for kind in origins:
        known.setdefault(kind, Column(kind, kind.capitalize() + ".", ucd="meta.id;obs"))
    missing = [name for name in wanted if name not in known]
    if missing:
        raise RecipeError(
            "the catalogue has no such label",
            where="latent.labels",
            wanted=f"some of {', '.join(known)}",
            found=", ".join(missing),
            todo="name columns of the catalogue, or leave latent.labels out for all that fit",
        )
    if wanted:
        return tuple(known[name] for name in wanted)
    return tuple(column for column in known.values() if kind_of(column))


def kind_of(column: Column) -> str:
    """Tell physics or observing by a column's UCD; empty for what is neither.

    Any word of instrument, observation, time, place or signal-to-noise ratio makes it observing;
    otherwise its first word decides, so that the error of a redshift is no redshift. A column
    without a UCD is taken for physics.
    """
    words = column.ucd.split(";") if column.ucd else []
    if any(_begins(word, _OBSERVING) for word in words):
        return OBSERVING
    return PHYSICS if not words or _begins(words[0], _PHYSICS) else ""


def _begins(word: str, atoms: tuple[str, ...]) -> bool:
    return any(word == each or word.startswith(f"{each}.") for each in atoms)


def labels_of(columns: Iterable[Column], table: Mapping[str, Array]) -> tuple[Label, ...]:
    """Make labels of columns; those that are the same for all spectra are left out."""
    found = (_label(column, table[column.name]) for column in columns)
    return tuple(label for label in found if np.unique(_known(label.value)).size > 1)


def _known(value: Float) -> Float:
    known: Float = value[np.isfinite(value)]
    return known


def _label(column: Column, values: Array) -> Label:
    title = _TITLES.get(column.name) or _title(column)
    kind = kind_of(column) or PHYSICS
    if values.dtype == object:
        values = _numbers(values)
    missing = _missing(values)
    if _is_discrete(values[~missing]):
        value, classes = _codes(values, missing)
        return Label(column.name, title, "", kind, True, value, classes)
    value = np.where(missing, np.nan, values.astype(np.float64))
    value[~np.isfinite(value)] = np.nan
    return Label(column.name, title, column.unit, kind, False, value)


def _title(column: Column) -> str:
    """Give a description as far as its first stop."""
    title = column.description
    for stop in (". ", "; ", ": ", " (", ", "):
        title = title.split(stop)[0]
    return title.removesuffix(".")


def _numbers(values: Array) -> Array:
    """Text that is numbers throughout, as of exposures, to numbers; other text as it is."""
    given = values[values != ""]
    if given.size and all(str(each).isascii() and str(each).isdigit() for each in given):
        return np.where(values == "", "-1", values).astype(np.int64)
    return values


def _missing(values: Array) -> Array:
    """Mark what stands for nothing in the catalogue: empty text, NaN, and -1 of whole numbers."""
    if values.dtype == object:
        empty: Array = values == ""
        return empty
    missing: Array = ~np.isfinite(values) if values.dtype.kind == "f" else values == -1
    return missing


def _is_discrete(values: Array) -> bool:
    if values.dtype.kind in "iu":
        return bool(np.unique(values).size <= FEW)
    return values.dtype.kind in "bO"


def _codes(values: Array, missing: Array) -> tuple[Float, tuple[str, ...]]:
    """Count the classes that have members enough; all other spectra are not known."""
    names, code = np.unique(values.astype(str), return_inverse=True)
    enough = np.bincount(code[~missing], minlength=names.size) >= LEAST_MEMBERS
    number = np.where(enough, np.cumsum(enough) - 1.0, np.nan)
    return np.where(missing, np.nan, number[code]), tuple(str(each) for each in names[enough])


def columns_of(origins: Origins, n: int, kinds: Iterable[str]) -> Table:
    """Give, for each kind, the group (N,) that each spectrum was taken in; empty where not told.

    Of a spectrum from several exposures it is the first that the file tells.
    """
    table: Table = {}
    for kind in kinds:
        group = np.full(n, "", dtype=object)
        mine = np.flatnonzero(origins.kind == kind)[::-1]
        group[origins.row[mine]] = origins.name[mine]
        table[kind] = group
    return table
