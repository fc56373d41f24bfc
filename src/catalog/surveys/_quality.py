"""What most surveys ask of a row alike: which quality bits it has, whether its position can be."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from catalog.spectra import Array, Float, Quality


def flagged(found: Mapping[Quality, npt.ArrayLike]) -> Array:
    """Quality bits of N spectra, (N,) int64.

    Parameters
    ----------
    found : mapping of Quality to array of shape (N,), bool
        Which spectra have each of the bits; at least one bit.
    """
    bits = [np.where(rows, flag.value, 0).astype(np.int64) for flag, rows in found.items()]
    quality: Array = np.bitwise_or.reduce(bits)
    return quality


def possible(ra: Float, dec: Float) -> tuple[Float, Float]:
    """Positions, deg, (N,) each; NaN in both where one is not told, or is none on the sky."""
    on_sky = (ra >= 0) & (ra < 360) & (np.abs(dec) <= 90)
    return np.where(on_sky, ra, np.nan), np.where(on_sky, dec, np.nan)
