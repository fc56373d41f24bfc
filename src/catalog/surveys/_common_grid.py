"""Spectra of different lengths and wavelengths -> one grid, without inventing information.

Three cases, in this order. All have the same wavelengths: nothing is done. All pixels are of one
sequence, of which each spectrum has a part, as those of one pipeline are: each is laid where its
wavelengths are, and nothing is resampled. Else every spectrum has a grid of its own, as after a
shift to rest, and is averaged onto the grid that the recipe names.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from catalog.errors import SurveyError
from catalog.recipe.described import WaveGridSection
from catalog.spectra import Array, Float

_SAME = 0.02
"""Parts of a pixel by which wavelengths of the same pixel may differ: single precision does."""
_GAP = 1.5
"""A step this much wider than its neighbours is a gap in a spectrum rather than its sampling."""
_MOST = 400_000
"""Pixels of a grid: a recipe's mistake must not take all memory."""


@dataclass(frozen=True)
class Row:
    """One spectrum on its own pixels, (P,) each: increasing wavelengths; ivar 0 where masked."""

    wave: Float
    flux: Float
    ivar: Float


def clean(wave: Float, flux: Float, ivar: Float) -> Row:
    """Give a spectrum with increasing wavelengths and no absurd pixel.

    One whose arrays differ in length, or whose wavelengths are not in order, has no pixel at all:
    which flux belongs where is not known.
    """
    if not wave.size == flux.size == ivar.size:
        return _NOTHING
    known = np.isfinite(wave) & (wave > 0)
    wave, flux, ivar = wave[known], flux[known], ivar[known]
    if wave.size > 1 and wave[0] > wave[-1]:
        wave, flux, ivar = wave[::-1], flux[::-1], ivar[::-1]
    if wave.size < 2 or not (np.diff(wave) > 0).all():
        return _NOTHING
    good = np.isfinite(flux) & np.isfinite(ivar) & (ivar > 0)
    return Row(wave, np.where(good, flux, 0.0), np.where(good, ivar, 0.0))


def even(section: WaveGridSection, n_pixels: int) -> Float:
    """Wavelengths of so many pixels, in the unit of the table."""
    with np.errstate(over="ignore"):
        steps = section.start + section.step * np.arange(n_pixels)
        return 10.0**steps if section.log else steps


def together(
    rows: Sequence[Row], section: WaveGridSection | None, where: str
) -> tuple[Float, Float, Float]:
    """Lay N spectra on one grid.

    Parameters
    ----------
    rows : sequence of Row
        Not all of them empty.
    section : WaveGridSection, optional
        The grid onto which spectra are averaged, where they must be.
    where : str
        File, for the message.

    Returns
    -------
    wave : ndarray of shape (L,)
    flux, ivar : ndarray of shape (N, L)
        Both 0 where a spectrum has no pixel.

    Raises
    ------
    SurveyError
        If the spectra must be averaged, and the recipe names no grid.
    """
    waves = list({row.wave.tobytes(): row.wave for row in rows if row.wave.size}.values())
    grid = waves[0] if len(waves) == 1 else _sequence(waves)
    if grid is not None:
        return _laid(rows, grid)
    if section is None:
        raise _no_grid(waves, where)
    return _averaged(rows, section, max(float(wave[-1]) for wave in waves), where)


def _sequence(waves: Sequence[Float]) -> Float | None:
    """Give the sequence of which all these wavelengths are parts; None where there is none."""
    tolerance = _SAME * min(float(np.diff(wave).min()) for wave in waves)
    every = np.sort(np.concatenate(waves))
    grid: Float = every[np.concatenate([[True], np.diff(every) > tolerance])]
    if all(_is_part(wave, grid, tolerance) for wave in waves):
        return grid
    return None


def _is_part(wave: Float, grid: Float, tolerance: float) -> bool:
    place = _places(wave, grid, tolerance)
    if (np.abs(grid[place] - wave) > 2 * tolerance).any():
        return False
    steps, own = np.diff(place), np.diff(wave)
    before, after = np.append(own[:1], own[:-1]), np.append(own[1:], own[-1:])
    is_gap = own > _GAP * np.minimum(before, after)
    return bool(((steps == 1) | ((steps > 1) & is_gap)).all())


def _places(wave: Float, grid: Float, tolerance: float) -> Array:
    return np.searchsorted(grid, wave + tolerance, side="right") - 1


def _laid(rows: Sequence[Row], grid: Float) -> tuple[Float, Float, Float]:
    flux, ivar = np.zeros((2, len(rows), grid.size))
    tolerance = _SAME * float(np.diff(grid).min())
    for i, row in enumerate(rows):
        if row.wave.size:
            place = _places(row.wave, grid, tolerance)
            flux[i, place], ivar[i, place] = row.flux, row.ivar
    return grid, flux, ivar


def _averaged(
    rows: Sequence[Row], section: WaveGridSection, last: float, where: str
) -> tuple[Float, Float, Float]:
    top = np.log10(last) if section.log else last
    n_pixels = int(min((top - section.start) / section.step, _MOST)) + 1
    if not 2 <= n_pixels <= _MOST:
        raise SurveyError(
            "the recipe's grid does not fit the wavelengths of its spectra",
            where=where,
            wanted=f"2 to {_MOST:,} pixels up to {last:g}, where the last spectrum ends",
            found=f"start = {section.start:g}, step = {section.step:g}, log = {section.log}",
            todo="correct surveys.table.grid, in the unit of the table",
        )
    grid = even(section, n_pixels)
    edges = _edges(grid)
    flux, ivar = np.zeros((2, len(rows), n_pixels))
    for i, row in enumerate(rows):
        if row.wave.size:
            flux[i], ivar[i] = _average(row, edges)
    return grid, flux, ivar


def _average(row: Row, edges: Float) -> tuple[Float, Float]:
    """Average one spectrum's pixels over others, (L,) each, and spread their information.

    Pixel j takes f_j = Σ o_ij f_i / Σ o_ij, and var_j = Σ o_ij w_i σ_i² / (Σ o_ij)², o_ij being the
    overlap with pixel i of width w_i. That is the variance of pixels whose noise is made of
    independent parts, so neighbours, which share pixels, are together as certain as the spectrum
    was: any sum over whole pixels has the same error before and after. Pixels less than half
    covered by good ones are masked.
    """
    own = _edges(row.wave)
    every = np.union1d(own, edges)
    middle, length = (every[1:] + every[:-1]) / 2, np.diff(every)
    i, j = np.searchsorted(own, middle) - 1, np.searchsorted(edges, middle) - 1
    inside = (i >= 0) & (i < row.wave.size) & (j >= 0) & (j < edges.size - 1)
    i, j, length = i[inside], j[inside], length[inside]
    length = np.where(row.ivar[i] > 0, length, 0.0)
    spread = np.divide(np.diff(own)[i], row.ivar[i], out=np.zeros(i.size), where=row.ivar[i] > 0)
    n_pixels = edges.size - 1
    covered, total, variance = (
        np.bincount(j, length * weight, n_pixels) for weight in (1.0, row.flux[i], spread)
    )
    good = covered >= np.diff(edges) / 2
    flux = np.divide(total, covered, out=np.zeros(n_pixels), where=good)
    ivar = np.divide(covered**2, variance, out=np.zeros(n_pixels), where=good & (variance > 0))
    return flux, ivar


def _edges(wave: Float) -> Float:
    """Pixel edges (P+1,) of pixel centres (P,): midpoints, with the end pixels symmetric."""
    middle = (wave[1:] + wave[:-1]) / 2
    return np.concatenate([[2 * wave[0] - middle[0]], middle, [2 * wave[-1] - middle[-1]]])


def _no_grid(waves: Sequence[Float], where: str) -> SurveyError:
    low, high = (pick(float(wave[end]) for wave in waves) for pick, end in ((min, 0), (max, -1)))
    step = float(np.median(np.diff(waves[0])))
    log = float(np.median(np.diff(np.log10(waves[0]))))
    constant = np.ptp(np.diff(waves[0])) / step < np.ptp(np.diff(np.log10(waves[0]))) / log
    told = f"start = {low:.6g}, step = {step:.6g}"
    if not constant:
        told = f"start = {np.log10(low):.6f}, step = {log:.6g}, log = true"
    return SurveyError(
        "spectra have wavelengths of their own, which are not parts of one sequence",
        where=where,
        wanted="wavelengths that all spectra share, or a grid to average them onto",
        found=f"{len(waves)} different ones from {low:g} to {high:g}",
        todo=f"name a grid in the recipe, for example surveys.table.grid = {{{told}}}",
    )


_NOTHING = Row(np.empty(0), np.empty(0), np.empty(0))


def with_ivar(row: Row, ivar: Float) -> Row:
    """Give the spectrum with this ivar, and no flux where it is 0."""
    return replace(row, flux=np.where(ivar > 0, row.flux, 0.0), ivar=ivar)
