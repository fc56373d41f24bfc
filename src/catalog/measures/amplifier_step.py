"""The most significant step in flux where an arm's CCD is divided between its amplifiers.

Each of DESI's CCDs is read through four amplifiers, one per quadrant. Their boundary runs across
the dispersion at the middle row, so an offset between them (bias, gain, charge left behind: see
desispec's issues 922 and 1081) steps every spectrum of some fibres near the middle of the arm. At
which wavelength the middle row lies differs by fibre and spectrograph, and the extracted range is
not centred on the CCD, so the step is looked for within 80 Å of the middle of the range.
"""

from dataclasses import replace

import numpy as np
from scipy.ndimage import uniform_filter1d

from catalog.measures import ERROR, Expected, Measure, Native, Quantity
from catalog.measures._curve import MIN_BINS, binned
from catalog.measures._join import Join, median, without_peaks
from catalog.measures._steps import step_at
from catalog.spectra import Arm, Array, Float

SEARCH = 80.0
"""Å: how far to either side of the middle of an arm the boundary may lie."""
GRID = 20.0
"""Å between the places that are tried: a step that is a bin off is still found nearly whole."""
EDGE = 100.0
"""Å to either side of a place that tell which of the places is the likeliest."""
BY_CHANCE = 3.0
"""σ up to which noise alone makes one of so many places look like a step."""
MIN_GOOD = 0.7
"""Least fraction of the bins near a place that must be good."""
_DIVIDED = ("b", "r", "z")
"""Arms whose CCDs are so divided."""


def of(native: Native) -> dict[str, Float]:
    """Size, significance and place of the largest step in mid-arm; NaN where there is no such arm.

    The largest of several tries: without any step the significance scatters by 1.5, not by 1.
    """
    best = np.full((4, len(native)), np.nan)
    for arm in native.arms:
        if arm.name in _DIVIDED and len(native.arms) > 1:
            found = _arm(arm, native)
            better = ~(np.abs(found[2]) <= np.abs(best[2])) & np.isfinite(found[2])
            best[:, better] = found[:, better]
    names = ("", ERROR, "_sigma", "_wave")
    return {f"amplifier_step{name}": row for name, row in zip(names, best, strict=True)}


def _arm(arm: Arm, native: Native) -> Float:
    """Step, error, significance and wavelength (4, N) of one arm, each at its likeliest place."""
    middle = (arm.wave[0] + arm.wave[-1]) / 2
    likeliest, rough = _look(arm, native, float(middle))
    found = np.full((4, len(native)), np.nan)
    for place in np.unique(likeliest):
        rows = np.flatnonzero(likeliest == place)
        found[:2, rows] = step_at(_divided(arm, native, float(place), rows))
    found[1] = np.hypot(found[1], rough)
    found[2] = found[0] / found[1]
    found[3] = np.where(np.isfinite(found[2]), likeliest, np.nan)
    return found


def _divided(arm: Arm, native: Native, place: float, rows: Array) -> Join:
    """Take an arm for two that meet at a place without a gap."""
    at = int(np.searchsorted(arm.wave, place))
    blue, red = (
        replace(arm, wave=arm.wave[part], flux=arm.flux[rows, part], ivar=arm.ivar[rows, part])
        for part in (slice(at), slice(at, None))
    )
    expected = native.expected
    if expected is not None:
        expected = Expected(expected.wave, expected.flux[rows])
    return Join(blue, red, place, place, native.z[rows], expected)


def _look(arm: Arm, native: Native, middle: float) -> tuple[Float, Float]:
    """Likeliest place of a step (Å), and how large steps elsewhere in the arm look, (N,) each.

    Quasars' broad lines and M stars' bands step everywhere. Only a step that stands out of the
    others can be an amplifier's, so the largest of those, beyond noise, is an error of it.
    """
    wave, flux, ivar = binned(arm, arm.wave[0], arm.wave[-1])
    if wave.size < 4 * MIN_BINS:
        return np.full(len(native), middle), np.zeros(len(native))
    shape = Join(arm, arm, middle, middle, native.z, native.expected).shape(wave)
    flux = flux / shape
    ivar = without_peaks(flux, ivar * shape**2)
    near = middle + np.arange(-SEARCH, SEARCH + 1, GRID)
    all_over = np.arange(wave[0] + EDGE, wave[-1] - EDGE, 2 * GRID)
    elsewhere = all_over[np.abs(all_over - middle) > SEARCH + EDGE]
    size, noise = _answers(wave, flux, ivar, np.append(near, elsewhere))
    height = np.abs(size) / noise
    likeliest = near[np.argmax(height[:, : near.size], axis=1)]
    beyond = np.maximum(np.abs(size) - BY_CHANCE * noise, 0.0)[:, near.size :]
    level = np.maximum(
        np.abs(median(flux, ivar)), median(1 / np.sqrt(np.where(ivar > 0, ivar, 1)), ivar)
    )
    largest = beyond.max(axis=1)
    return likeliest, np.divide(largest, level, out=np.zeros_like(level), where=level > 0)


def _answers(wave: Float, flux: Float, ivar: Float, places: Float) -> tuple[Float, Float]:
    """Size of the step (N, P) that the flux near each place looks like, and its noise.

    The kernel is the sign of the distance less the straight line that fits it best, so that no
    slope answers to it.
    """
    away = (wave - places[:, None]) / EDGE
    inside = (np.abs(away) < 1).astype(np.float64)
    kernel = _across_lines(away, inside)
    gain = (kernel * np.sign(away)).sum(axis=1) / 2
    good = ivar > 0
    variance = np.divide(1.0, ivar, out=np.zeros_like(ivar), where=good)
    size = _filled(flux, good) @ kernel.T / gain
    noise = np.sqrt(variance @ (kernel**2).T) / gain
    enough = (good @ inside.T > MIN_GOOD * inside.sum(axis=1)) & (noise > 0)
    return np.where(enough, size, 0.0), np.where(enough, noise, np.inf)


def _across_lines(away: Float, inside: Float) -> Float:
    """Kernels (P, B): the sign of the distance within reach, no straight line left in it."""
    sign = np.sign(away)
    n, x, xx, s, sx = (
        (inside * part).sum(axis=1)
        for part in (np.ones_like(away), away, away**2, sign, sign * away)
    )
    slope = (n * sx - s * x) / (n * xx - x**2)
    level = (s - slope * x) / n
    kernel: Float = inside * (sign - level[:, None] - slope[:, None] * away)
    return kernel


def _filled(flux: Float, good: Array) -> Float:
    """Put the mean of the good bins among fifteen neighbours in place of bins that are not good."""
    share = uniform_filter1d(good.astype(np.float64), 15, axis=1)
    mean = uniform_filter1d(np.where(good, flux, 0.0), 15, axis=1)
    near = np.divide(mean, share, out=np.zeros_like(mean), where=share > 0.03)
    return np.where(good, flux, near)


MEASURE = Measure(
    name="amplifier_step",
    quantities=(
        Quantity(
            "amplifier_step",
            "Step between amplifiers",
            "",
            "Largest step in flux near the middle of an arm, where its CCD is divided between "
            "amplifiers, (red - blue) / mean of both.",
        ),
        Quantity(
            "amplifier_step_sigma",
            "Significance of the step between amplifiers",
            "σ",
            "The step over its error, with the step's sign; the largest of several tries.",
        ),
        Quantity(
            "amplifier_step_wave",
            "Place of the step between amplifiers",
            "Å",
            "Likeliest place of the amplifiers' boundary, observed frame.",
        ),
    ),
    of=of,
)
