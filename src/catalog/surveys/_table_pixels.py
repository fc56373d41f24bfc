"""Lists of pixels of a described table -> spectra on their own pixels, with their ivar."""

import numpy as np

from catalog.recipe.described import TableSection
from catalog.spectra import Float
from catalog.surveys._common_grid import Row, clean, even, with_ivar
from catalog.surveys._noise import estimated_ivar
from catalog.surveys._table_columns import Columns

_FEWEST = 40
"""Pixels from which noise can be estimated."""


def rows_of(section: TableSection, columns: Columns) -> list[Row]:
    """Give every spectrum, without pixels where its arrays do not belong together."""
    flux = columns.lists(section.flux)
    waves = columns.lists(section.wave) if section.wave else _even(section, flux)
    ivars = _ivars(section, columns, flux)
    masks = columns.lists(section.mask) if section.mask else [np.zeros(f.size) for f in flux]
    found = []
    for wave, values, ivar, mask in zip(waves, flux, ivars, masks, strict=True):
        # A masked pixel without a value is masked: only a plain 0 says that it is good.
        weight = np.where(mask == 0, ivar, 0.0) if mask.size == ivar.size else np.empty(0)
        row = clean(wave, values * section.flux_factor, weight / section.flux_factor**2)
        found.append(row if section.ivar or section.error else _estimated(section, row))
    return found


def _even(section: TableSection, flux: list[Float]) -> list[Float]:
    """Wavelengths of the recipe's grid for each spectrum, as long as it is."""
    assert section.grid is not None  # noqa: S101 - the recipe has seen to it
    longest = even(section.grid, max((f.size for f in flux), default=0))
    return [longest[: f.size] for f in flux]


def _ivars(section: TableSection, columns: Columns, flux: list[Float]) -> list[Float]:
    if section.ivar:
        return columns.lists(section.ivar)
    if section.error:
        return [_of_error(error) for error in columns.lists(section.error)]
    return [np.ones(f.size) for f in flux]


def _of_error(error: Float) -> Float:
    """Inverse variance; 0 where the error is no positive number."""
    known = np.isfinite(error) & (error > 0)
    with np.errstate(over="ignore", divide="ignore", under="ignore"):
        ivar: Float = np.divide(1.0, error**2, out=np.zeros(error.size), where=known)
    return ivar


def _estimated(section: TableSection, row: Row) -> Row:
    """Give a spectrum the noise that its own pixels show. A flux of exactly 0 is padding."""
    if row.wave.size < _FEWEST:
        return with_ivar(row, np.zeros(row.wave.size))
    valid = (row.ivar > 0) & (row.flux != 0)
    noise = section.noise
    correlation = (*noise.correlation, 0.0, 0.0, 0.0)[:3]
    window = min(noise.window, row.wave.size - 3)
    ivar = estimated_ivar(row.flux[None], valid[None], window, correlation, noise.floor)[0]
    return with_ivar(row, np.where(valid & np.isfinite(ivar), ivar, 0.0))
