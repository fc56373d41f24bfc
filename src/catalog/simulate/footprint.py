"""Where on the sky: pixels, positions, bricks and target identifiers as DESI makes them."""

from functools import cache

import astropy.units as u
import numpy as np
from astropy_healpix import HEALPix

from catalog.spectra import Array, Float

NSIDE = 64
_HEALPIX = HEALPix(nside=NSIDE, order="nested")
# Centres (RA, Dec, degrees) of the twenty rosettes of the one-percent survey
# (DESI Collaboration 2024, AJ 168, 58, table 7); each has a radius of about 1.6 degrees.
_ROSETTES = (
    (150.10, 2.182), (179.60, 0.000), (183.10, 0.000), (189.90, 61.800), (194.75, 28.200),
    (210.00, 5.000), (215.50, 52.500), (217.80, 34.400), (216.30, -0.600), (219.80, -0.600),
    (218.05, 2.430), (242.75, 54.980), (241.05, 43.450), (245.88, 43.450), (252.50, 34.500),
    (269.73, 66.020), (194.75, 24.700), (212.80, -0.600), (269.73, 62.520), (236.10, 43.450),
)  # fmt: skip
BRICK_SIZE = 0.25
SKY_BIT = 59


@cache
def pixels() -> tuple[int, ...]:
    """Nested nside-64 pixels whose centres lie in the one-percent survey, sorted."""
    found: set[int] = set()
    for ra, dec in _ROSETTES:
        cone = _HEALPIX.cone_search_lonlat(ra * u.deg, dec * u.deg, radius=1.3 * u.deg)
        found.update(int(pixel) for pixel in cone)
    return tuple(sorted(found))


def positions(pixel: int, n: int, rng: np.random.Generator) -> tuple[Float, Float]:
    """RA and Dec in degrees of n points, uniform on the sky within a pixel."""
    inside = rng.uniform(0.001, 0.999, (2, n))
    ra, dec = _HEALPIX.healpix_to_lonlat(np.full(n, pixel), dx=inside[0], dy=inside[1])
    return ra.to_value(u.deg), dec.to_value(u.deg)


@cache
def _columns_per_row() -> Array:
    """Count the bricks in each of the Legacy Surveys' rows of declination: even, one at a pole."""
    rows = np.arange(round(180 / BRICK_SIZE) + 1)
    lower = np.deg2rad(-90 - BRICK_SIZE / 2 + rows * BRICK_SIZE)
    widest = np.maximum(np.cos(lower), np.cos(lower + np.deg2rad(BRICK_SIZE)))
    columns = 2 * np.ceil(180 / BRICK_SIZE * widest).astype(np.int64)
    columns[[0, -1]] = 1
    result: Array = columns
    return result


def bricks(ra: Float, dec: Float) -> tuple[Array, Array]:
    """Legacy Surveys brick identifiers, (N,) int, and names such as 2169p032, (N,) text.

    Notes
    -----
    Dey et al. (2019), section 4: rows of 0.25 degrees, centred on multiples of it, each cut into
    the least even number of bricks that are at most 0.25 degrees wide; 662,174 in all.
    """
    columns = _columns_per_row()
    row = ((dec + 90 + BRICK_SIZE / 2) / BRICK_SIZE).astype(np.int64)
    column = np.clip((ra / 360 * columns[row]).astype(np.int64), 0, columns[row] - 1)
    before = np.concatenate([[0], np.cumsum(columns)])[row]
    centre_ra = (column + 0.5) * 360 / columns[row]
    centre_dec = row * BRICK_SIZE - 90
    names = [
        f"{int(a * 10):04d}{'p' if d >= 0 else 'm'}{int(abs(d) * 10):03d}"
        for a, d in zip(centre_ra, centre_dec, strict=True)
    ]
    return before + column + 1, np.array(names)


def target_ids(objid: Array, brickid: Array, release: Array, *, is_sky: Array) -> Array:
    """DESI's 64-bit target identifiers, (N,) int64.

    Notes
    -----
    Myers et al. (2023), AJ 165, 50, table 2: object 22 bits, brick 20, release 16, mock 1, sky 1.
    """
    packed = objid.astype(np.int64) | brickid.astype(np.int64) << 22
    packed |= release.astype(np.int64) << 42
    return packed | is_sky.astype(np.int64) << SKY_BIT
