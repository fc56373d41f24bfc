"""Positions near positions on the sphere."""

from dataclasses import dataclass

import numpy as np
from astropy import units as u
from astropy.coordinates import SkyCoord, search_around_sky

from catalog.spectra import Array, Float


@dataclass(frozen=True)
class Pairs:
    """Rows of one list beside rows of another, and how far apart they are, (M,) each."""

    mine: Array
    theirs: Array
    separation_arcsec: Float


def within(mine: tuple[Float, Float], theirs: tuple[Float, Float], radius_arcsec: float) -> Pairs:
    """Find all pairs of positions up to a separation, by great circle.

    Parameters
    ----------
    mine, theirs : tuple of two ndarray
        Right ascensions and declinations, degrees; pairs with NaN in either are never near.
    radius_arcsec : float
        Largest separation.

    Returns
    -------
    Pairs
        By row of `mine`, then nearest first, then by row of `theirs`.
    """
    my_rows, their_rows = _placed(mine), _placed(theirs)
    if not my_rows.size or not their_rows.size:
        nothing = np.empty(0, np.int64)
        return Pairs(nothing, nothing, np.empty(0))
    mine_at, theirs_at, separation, _ = search_around_sky(
        _sky(mine, my_rows), _sky(theirs, their_rows), radius_arcsec * u.arcsec
    )
    return _sorted(my_rows[mine_at], their_rows[theirs_at], separation.to_value(u.arcsec))


def separation_arcsec(mine: tuple[Float, Float], theirs: tuple[Float, Float]) -> Float:
    """Give the separations of positions, pair by pair, (N,) arcsec; all in degrees."""
    every = np.arange(mine[0].size)
    apart: Float = _sky(mine, every).separation(_sky(theirs, every)).to_value(u.arcsec)
    return apart


def _sorted(mine: Array, theirs: Array, separation: Float) -> Pairs:
    order = np.lexsort((theirs, separation, mine))
    return Pairs(mine[order], theirs[order], separation[order])


def _placed(at: tuple[Float, Float]) -> Array:
    return np.flatnonzero(np.isfinite(at[0]) & np.isfinite(at[1]))


def _sky(at: tuple[Float, Float], rows: Array) -> SkyCoord:
    return SkyCoord(at[0][rows] * u.deg, at[1][rows] * u.deg, frame="icrs")
