"""Anybody's spectra: Parquet, FITS or VOTable files whose columns a recipe describes -> `Spectra`.

What the columns mean is the recipe's section `surveys.table` (`catalog.recipe.described`); what is
wrong with them is found before anything is built (`_table_check`).
"""

import re
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from catalog import registry
from catalog.errors import RecipeError, SurveyError
from catalog.recipe.described import ExtraSection, TableSection
from catalog.spectra import Arm, Array, Float, Quality, Spectra, Text
from catalog.surveys import Shard, Survey, _tables
from catalog.surveys._common_grid import together
from catalog.surveys._quality import flagged
from catalog.surveys._table_check import check
from catalog.surveys._table_columns import Columns, of_files
from catalog.surveys._table_extras import column_of
from catalog.surveys._table_layout import of_file, wanted_columns
from catalog.surveys._table_pixels import rows_of
from catalog.surveys._wavelength import air_to_vacuum

_FILES_PER_SHARD = 256
_AIR_FROM = 2000.0
"""Å. Below it, wavelengths in air are not defined."""
_MOST_FLUX, _MOST_IVAR = 1e9, 1e12
"""Beyond these the flux is in another unit than 1e-17 erg s⁻¹ cm⁻² Å⁻¹ or about 1: single precision
does not hold its squares, and preprocessing takes such pixels for faults."""


def described(section: TableSection) -> Survey:
    """Make the survey that a recipe describes.

    Raises
    ------
    RecipeError
        If it is called as a survey is that has a reader of its own, or a unit or UCD is unknown.
    """
    known = registry.names("catalog.surveys")
    if section.name in known:
        raise RecipeError(
            "a described survey is called as another is",
            where="surveys.table.name",
            wanted="a name other than " + ", ".join(known),
            found=repr(section.name),
            todo="give it another name",
        )
    return Survey(
        name=section.name,
        title=section.title,
        url=section.url,
        citation=section.citation,
        acknowledgement=section.acknowledgement,
        discover=partial(_discover, section),
        read=partial(_read, section),
        flux_unit=section.flux_unit,
        licence=section.licence,
        object_page=section.object_page,
        columns=tuple(column_of(extra) for extra in section.extras),
    )


def _discover(section: TableSection, paths: Sequence[Path]) -> tuple[Shard, ...]:
    """Check what is described against the files, and cut them into shards.

    A Parquet file is cut into runs of rows; a FITS file or VOTable, which is read whole, is one
    shard. Files of one spectrum each are taken together, in order.
    """
    check(section, paths)
    if section.layout == "files":
        starts = range(0, len(paths), _FILES_PER_SHARD)
        return tuple(
            Shard(f"{section.name}-{at + 1:07d}", tuple(paths[at : at + _FILES_PER_SHARD]))
            for at in starts
        )
    shards: dict[str, Shard] = {}
    for path in paths:
        name = f"{section.name}-{_safe(_tables.stem_of(path))}"
        for shard in _of_rows(path, name, section.rows_per_shard):
            if shard.name in shards:
                raise SurveyError(
                    "two tables have the same name",
                    where=path,
                    wanted="a name of its own for every file",
                    found=f"{shards[shard.name].files[0]} is {shard.name} already",
                    todo="rename one of the two",
                )
            shards[shard.name] = shard
    return tuple(shards.values())


def _of_rows(path: Path, name: str, most: int) -> Iterable[Shard]:
    if _tables.kind_of(path) != "parquet":
        return (Shard(name, (path,)),)
    n_rows = _tables.schema(path).n_rows
    if n_rows <= most:
        return (Shard(name, (path,)),)
    return (
        Shard(f"{name}-{at + 1:09d}", (path,), (at, min(most, n_rows - at)))
        for at in range(0, n_rows, most)
    )


def _safe(stem: str) -> str:
    return re.sub(r"[^A-Za-z0-9._+-]+", "-", stem)[:80]


def _read(section: TableSection, shard: Shard, targets: tuple[str, ...]) -> Spectra:
    if targets:
        raise RecipeError(
            "a described table knows no target classes",
            where="surveys.targets",
            wanted="an empty list",
            found=", ".join(targets),
            todo="leave out of the table what is not to be read",
        )
    columns = _columns(section, shard)
    arm, has_data = _arm(section, columns)
    n_rows = columns.n_rows
    ra, dec = _positions(section, columns)
    z = np.zeros(n_rows) if section.at_rest else columns.numbers(section.z)
    z = np.where(z > -1, z, np.nan)
    return Spectra(
        survey=section.name,
        target_id=columns.identifiers(section.target_id or "target_id"),
        ra=ra,
        dec=dec,
        z=z,
        z_err=_errors(section, columns),
        z_warn=(columns.whole(section.z_warn) if section.z_warn else np.zeros(n_rows, np.int64)),
        spec_class=_texts(columns, section.spec_class, section.class_of_all),
        subclass=_texts(columns, section.subclass),
        quality=_flags(has_data, z, np.isnan(ra) & bool(section.ra)),
        arms=(arm,),
        noise_estimated=not (section.ivar or section.error),
        extras={extra.name: _extra(columns, extra) for extra in section.extras},
    )


def _columns(section: TableSection, shard: Shard) -> Columns:
    if section.layout == "files":
        parts = [of_file(section, path) for path in shard.files]
        return Columns(shard.files[0], of_files(parts))
    wanted = wanted_columns(section)
    content = _tables.read(shard.files[0], wanted, shard.rows)
    return Columns(shard.files[0], content.columns, shard.rows[0] if shard.rows else 0)


def _arm(section: TableSection, columns: Columns) -> tuple[Arm, Array]:
    """All spectra on one grid in vacuum, Å, and which of them have data, (N,)."""
    rows = rows_of(section, columns)
    if not any(row.wave.size for row in rows):
        raise SurveyError(
            "no spectrum has usable pixels",
            where=columns.path,
            wanted="flux and wavelengths of equal length, wavelengths in order",
            found=f"{len(rows)} spectra without",
            todo="compare the columns with the recipe's section surveys.table",
        )
    wave, flux, ivar = together(rows, section.grid, str(columns.path))
    wave = wave * section.wave_factor
    if section.air:
        wave = _vacuum(wave, columns.path)
    _refuse_other_unit(flux, ivar, columns.path)
    with np.errstate(over="ignore", under="ignore"):
        single_flux, single_ivar = flux.astype(np.float32), ivar.astype(np.float32)
    good = np.isfinite(single_flux) & np.isfinite(single_ivar) & (single_ivar > 0)
    arm = Arm(section.name, wave, np.where(good, single_flux, 0), np.where(good, single_ivar, 0))
    return arm, np.asarray(good.any(axis=1))


def _vacuum(wave: Float, path: Path) -> Float:
    if wave[0] < _AIR_FROM:
        raise SurveyError(
            "wavelengths cannot be those in air",
            where=path,
            wanted=f"at least {_AIR_FROM:g} Å, below which air is not transparent",
            found=f"{wave[0]:g} to {wave[-1]:g} Å",
            todo="correct surveys.table.wave_factor (10 for nm, 10000 for µm), or air = false",
        )
    return air_to_vacuum(wave)


def _refuse_other_unit(flux: Float, ivar: Float, path: Path) -> None:
    good = ivar > 0
    if not good.any():
        return
    typical, certain = float(np.median(np.abs(flux[good]))), float(np.median(ivar[good]))
    if typical > _MOST_FLUX or certain > _MOST_IVAR:
        raise SurveyError(
            "the flux is in another unit",
            where=path,
            wanted=f"flux below {_MOST_FLUX:g} and inverse variance below {_MOST_IVAR:g}",
            found=f"median flux {typical:.3g}, median inverse variance {certain:.3g}",
            todo="give surveys.table.flux_factor: 1e17 where the flux is in erg s⁻¹ cm⁻² Å⁻¹",
        )


def _positions(section: TableSection, columns: Columns) -> tuple[Float, Float]:
    if not section.ra:
        nowhere = np.full(columns.n_rows, np.nan)
        return nowhere, nowhere.copy()
    ra, dec = columns.numbers(section.ra), columns.numbers(section.dec)
    possible = (ra >= -180) & (ra < 360) & (np.abs(dec) <= 90)
    return np.where(possible, ra % 360, np.nan), np.where(possible, dec, np.nan)


def _errors(section: TableSection, columns: Columns) -> Float:
    if not section.z_err:
        return np.zeros(columns.n_rows) if section.at_rest else np.full(columns.n_rows, np.nan)
    found = columns.numbers(section.z_err)
    return np.where(found >= 0, found, np.nan)


def _texts(columns: Columns, name: str, otherwise: str = "") -> Text:
    if name:
        return columns.texts(name)
    return np.full(columns.n_rows, otherwise, dtype=object)


def _flags(has_data: Array, z: Float, lost: Array) -> Array:
    return flagged(
        {
            Quality.DEAD_FIBRE: ~has_data,
            Quality.NO_REDSHIFT: np.isnan(z),
            Quality.BAD_POSITION: lost,
        }
    )


def _extra(columns: Columns, extra: ExtraSection) -> Array:
    if extra.kind == "number":
        return columns.numbers(extra.column)
    return columns.whole(extra.column) if extra.kind == "whole" else columns.texts(extra.column)


def _undescribed(*_: object) -> tuple[Shard, ...]:
    raise RecipeError(
        "the recipe does not say what the columns of its table are",
        where="surveys.table",
        wanted="a section that describes the columns, as in build/my-table.toml",
    )


def _unread(*_: object) -> Spectra:
    _undescribed()
    raise AssertionError


SURVEY = Survey(
    name="table",
    title="A table of spectra",
    url="https://www.ivoa.net/documents/VOTable/",
    citation="The recipe names what is to be cited.",
    acknowledgement="The recipe says whom to thank.",
    discover=_undescribed,
    read=_unread,
    described=described,
)
