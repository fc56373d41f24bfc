"""What sky subtraction left at the lines of the night sky.

Many lines are taken together: an object's own emission line may fall on one of them, but not on
half. At each line the flux in its core is compared with that of sky-free pixels to both sides, and
its scatter with theirs, so that neither the object's continuum nor a wrong noise model counts.
"""

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
from scipy import sparse, stats

from catalog.measures import ERROR, Measure, Native, Quantity
from catalog.measures._join import MAD
from catalog.spectra import Arm, Array, Float

LINES = (
    5578.89, 6302.05, 6365.54, 6500.52, 6534.85, 6555.43, 6843.83, 6865.85, 6914.53, 6925.13,
    6941.44, 7246.90, 7278.41, 7286.45, 7305.73, 7318.30, 7331.17, 7342.91, 7360.69, 7371.40,
    7394.25, 7403.90, 7440.52, 7526.07, 7573.83, 7752.77, 7762.13, 7782.57, 7796.26, 7810.62,
    7823.66, 7843.42, 7855.40, 7872.77, 7892.02, 7915.88, 7923.18, 7933.30, 7951.39, 7966.84,
    7995.53, 8016.26, 8028.02, 8054.23, 8064.40, 8105.23, 8313.00, 8346.90, 8355.09, 8384.70,
    8401.48, 8417.54, 8432.49, 8454.57, 8467.68, 8495.72, 8507.18, 8551.06, 8762.41, 8770.32,
    8780.74, 8793.60, 8829.52, 8838.44, 8851.43, 8870.03, 8888.29, 8905.56, 8922.08, 8945.85,
    8960.38, 8990.83, 9003.82, 9040.43, 9052.02, 9105.27, 9315.56, 9378.53, 9422.31, 9442.24,
    9461.12, 9479.43, 9505.42, 9521.97, 9555.15, 9569.96, 9610.36, 9623.60, 9702.66, 9722.50,
    9793.68, 9802.51,
)  # fmt: skip
"""Å, vacuum: [O I] and OH, from Osterbrock et al. 1996 (PASP 108, 277) and 1997 (PASP 109, 614),
converted from air by Morton 1991. Each has a peak of the noise within 1.5 Å in the median of real
DESI coadds. Sodium's lines are left out, since stars and galaxies absorb there."""
TELLURIC = {"a_band": (7594.0, 7700.0), "b_band": (6868.0, 6950.0)}
"""Å, vacuum: oxygen's bands, whose correction leaves residuals of another kind."""
CORE = 1.3
"""Å from a line within which a pixel belongs to it."""
CLEAR = 3.5
"""Å from every line beyond which a pixel is free of sky lines."""
REACH = 16.0
"""Å from a line within which clear pixels are compared with it."""
FEWEST_PIXELS = 4
"""Clear pixels needed on each side of a line."""
FEWEST_LINES = 10
_TRIMMED = 0.25
"""Fraction of the lines with the highest power that is left out of the mean: the object's own."""


@dataclass(frozen=True)
class _Places:
    """Pixels of an arm's grid (L,) near sky lines, and which of them are a line's.

    near : which pixels, (L',); core, blue, red : (L', K) of ones, sparse.
    """

    near: Array
    core: sparse.csc_array
    blue: sparse.csc_array
    red: sparse.csc_array


def _band(wave: Float) -> Array:
    inside: Array = np.any([(wave > a) & (wave < b) for a, b in TELLURIC.values()], axis=0)
    return inside


@lru_cache(maxsize=16)
def _places(grid: bytes) -> _Places:
    """Find the pixels of each usable line on a wavelength grid, given as its bytes."""
    wave = np.frombuffer(grid, dtype=np.float64)
    away = wave[:, None] - np.array(LINES)
    clear = (np.abs(away).min(axis=1) > CLEAR) & ~_band(wave)
    core = (np.abs(away) < CORE) & ~_band(wave)[:, None]
    blue = clear[:, None] & (away < 0) & (away > -REACH)
    red = clear[:, None] & (away > 0) & (away < REACH)
    used = (
        (core.sum(axis=0) >= 2)
        & (blue.sum(axis=0) >= FEWEST_PIXELS)
        & (red.sum(axis=0) >= FEWEST_PIXELS)
    )
    near = np.flatnonzero((core | blue | red)[:, used].any(axis=1))
    parts = (part[np.ix_(near, used)].astype(np.float64) for part in (core, blue, red))
    return _Places(near, *(sparse.csc_array(part) for part in parts))


@dataclass(frozen=True)
class _Seen:
    """Per spectrum and line (N, K): height in σ of a pixel, power in the core and beside it.

    NaN where too few pixels are good; `n_core` and `n_beside` are how many the powers rest on.
    """

    height: Float
    power: Float
    beside: Float
    n_core: Float
    n_beside: Float


def _at_lines(arm: Arm) -> _Seen:
    places = _places(np.ascontiguousarray(arm.wave, dtype=np.float64).tobytes())
    core, blue, red = places.core, places.blue, places.red
    ivar = arm.ivar[:, places.near].astype(np.float64)
    good, flux = (ivar > 0).astype(np.float64), arm.flux[:, places.near].astype(np.float64)
    flux *= good
    n_blue, n_red, n_core = good @ blue, good @ red, good @ core
    enough = (np.minimum(n_blue, n_red) >= FEWEST_PIXELS) & (n_core >= 2)
    n_blue, n_red, n_core = (np.where(enough, n, np.nan) for n in (n_blue, n_red, n_core))
    left, right = (flux @ blue) / n_blue, (flux @ red) / n_red
    level = (left + right) / 2

    def power(part: sparse.csc_array, around: Float) -> Float:
        """Sum of ivar (flux - around)² over pixels of each line."""
        squares = (ivar * flux**2) @ part - 2 * around * ((ivar * flux) @ part)
        total: Float = squares + around**2 * (ivar @ part)
        return total

    weight = np.sqrt(ivar)
    height = ((weight * flux) @ core - level * (weight @ core)) / n_core
    # The level beside a line is measured from as many pixels: it takes from their power, and adds
    # to the core's.
    freedom = n_blue + n_red - 2
    extra = 1 + 0.25 * (1 / n_blue + 1 / n_red)
    beside = (power(blue, left) + power(red, right)) / freedom
    return _Seen(height, power(core, level) / n_core / extra, beside, n_core, freedom)


def _lines(native: Native) -> dict[str, Float]:
    """Combine the lines of all arms."""
    parts = [_at_lines(arm) for arm in native.arms]
    seen = _Seen(*(np.hstack([getattr(p, f.name) for p in parts]) for f in fields(_Seen)))
    height, power, beside = seen.height, seen.power, seen.beside
    known = np.isfinite(height).sum(axis=1)
    enough = known >= FEWEST_LINES
    result = {name: np.full(len(native), np.nan) for name in _NAMES}
    if not enough.any():
        return result
    height, power, beside, known = height[enough], power[enough], beside[enough], known[enough]
    middle = np.nanmedian(height, axis=1)
    # 1.2533: what the median is less efficient than the mean, for normal errors.
    scatter = MAD * np.nanmedian(np.abs(height - middle[:, None]), axis=1)
    result["sky_lines"][enough] = middle
    result["sky_lines" + ERROR][enough] = 1.2533 * scatter / np.sqrt(known)
    core, around = _trimmed(power, seen.n_core[enough]), _trimmed(beside, seen.n_beside[enough])
    ratio = np.divide(
        core.mean, around.mean, out=np.full_like(middle, np.nan), where=around.mean > 0
    )
    result["sky_line_power"][enough] = ratio
    error = np.hypot(core.relative_error, around.relative_error)
    result["sky_line_power" + ERROR][enough] = ratio * error
    return result


@dataclass(frozen=True)
class _Trimmed:
    mean: Float
    relative_error: Float


def _trimmed(values: Float, n_pixels: Float) -> _Trimmed:
    """Mean (N,) of each row's finite values without the highest quarter, and its error.

    Each value (N, K) is a mean square of so many pixels; the mean is relative to what it would be
    of normal noise of variance 1, whose trimmed mean is the lower the fewer pixels there are.
    """
    ordered = np.sort(values, axis=1)  # NaN last
    n_lines = np.isfinite(values).sum(axis=1)
    n_kept = np.ceil((1 - _TRIMMED) * n_lines).astype(np.int64)[:, None]
    place = np.arange(values.shape[1])
    mean = np.where(place < n_kept, ordered, 0.0).sum(axis=1) / n_kept[:, 0]
    # The error of a trimmed mean is told by the values with the highest ones brought down to the
    # highest that is kept (Tukey & McLaughlin 1963, Sankhya A 25, 331).
    drawn_in = np.minimum(ordered, np.take_along_axis(ordered, n_kept - 1, axis=1))
    spread = np.nanstd(drawn_in, axis=1) / ((1 - _TRIMMED) * np.sqrt(n_lines))
    error = np.divide(spread, mean, out=np.full_like(mean, np.inf), where=mean > 0)
    free = float(np.nanmedian(n_pixels))
    highest = stats.chi2.ppf(1 - _TRIMMED, free)
    return _Trimmed(mean / (stats.chi2.cdf(highest, free + 2) / (1 - _TRIMMED)), error)


def _telluric(native: Native, band: tuple[float, float]) -> Float:
    """Typical second difference of pixels two apart, over that of noise, in one band (N,).

    A smooth spectrum, however steep, gives 1; the comb of lines that a wrong correction leaves
    gives more. An object's own line does not, since it fills less than half of the band.
    """
    within = [np.searchsorted(arm.wave, band) for arm in native.arms]
    arm, (first, last) = max(
        zip(native.arms, within, strict=True), key=lambda pair: int(pair[1][1] - pair[1][0])
    )
    if last - first < 20:
        return np.full(len(native), np.nan)
    flux = arm.flux[:, first:last].astype(np.float64)
    ivar = arm.ivar[:, first:last].astype(np.float64)
    good = ivar > 0
    variance = np.divide(1.0, ivar, out=np.zeros_like(ivar), where=good)
    both = good[:, 4:] & good[:, :-4] & good[:, 2:-2]
    # A second difference, which a slope does not enter.
    difference = flux[:, 2:-2] - (flux[:, 4:] + flux[:, :-4]) / 2
    expected = variance[:, 2:-2] + (variance[:, 4:] + variance[:, :-4]) / 4
    size = np.abs(difference) / np.sqrt(np.where(both, expected, 1.0))
    known = both.sum(axis=1) >= 20
    typical = np.full(len(native), np.nan)
    typical[known] = MAD * np.nanmedian(np.where(both, size, np.nan)[known], axis=1)
    return typical


_NAMES = ("sky_lines", "sky_lines" + ERROR, "sky_line_power", "sky_line_power" + ERROR)


def of(native: Native) -> dict[str, Float]:
    """Measure the residuals at sky lines, and apart from them those in oxygen's bands."""
    telluric = {f"telluric_{name}": _telluric(native, band) for name, band in TELLURIC.items()}
    return {**_lines(native), **telluric}


MEASURE = Measure(
    name="sky_lines",
    quantities=(
        Quantity(
            "sky_lines",
            "Residual at sky lines",
            "σ",
            "Median over the lines of the night sky of the mean residual in a line's core, in "
            "units of a pixel's noise: positive where too little sky was subtracted.",
        ),
        Quantity(
            "sky_line_power",
            "Residual power at sky lines",
            "",
            "Mean squared residual in the cores of sky lines, in units of the noise, over that "
            "beside them; about 1 where sky subtraction is as good as the noise says. The quarter "
            "of the lines with the highest is left out.",
        ),
        Quantity(
            "telluric_a_band",
            "Residual power in the A band",
            "",
            "Typical second difference of the flux in 7594-7700 Å (observed), over that of noise.",
        ),
        Quantity(
            "telluric_b_band",
            "Residual power in the B band",
            "",
            "Typical second difference of the flux in 6868-6950 Å (observed), over that of noise.",
        ),
    ),
    of=of,
)
