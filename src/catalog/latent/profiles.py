"""Numbers that sum a spectrum up: line strengths, a line's width, a break, a shift.

For spectra that a decoder draws, which carry no noise. Wavelengths in Å, in vacuum; every grid is
linear. What cannot be measured is not a number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.ndimage import uniform_filter1d
from scipy.optimize import least_squares
from scipy.signal import correlate
from scipy.special import ndtr

from catalog.spectra import Float

SPEED_OF_LIGHT = 299_792.458
"""km/s."""
FWHM = 2.354820045
"""Full width at half maximum of a Gaussian of unit deviation."""
NAN = float("nan")
N2_RATIO = 3.05
"""[N II] 6585 over 6550 (Storey & Zeippen 2000)."""
FIT_SPEED = 5000.0
"""km/s either side of a line that its profile is fitted in."""
WIDTHS = (30.0, 2000.0)
"""Deviations that a profile may have, km/s."""
SHIFTS = (-600.0, 600.0)
"""Shifts that a profile may have, km/s."""
STARTS = (120.0, 700.0)
"""Widths from which the fit begins; the better end counts."""
CONTINUUM_WIDTH = 150.0
"""Å over which a continuum is smoothed before spectra are compared for their shift."""
FAINT = 0.05
"""A continuum below this fraction of the spectrum's median flux is too faint to divide by."""
ALIKE = 0.3
"""Correlation below which two spectra have too little in common to have a shift."""


class Window(NamedTuple):
    """Where a line is measured, km/s: within `half` of it, over the continuum beside it."""

    half: float = 1000.0
    inner: float = 1000.0
    outer: float = 2500.0


WIDE = Window()
"""For emission lines that may be as broad as those of galaxies."""


@dataclass(frozen=True)
class Grid:
    """A linear grid, bin centres (L,)."""

    wave: Float

    @cached_property
    def step(self) -> float:
        """Width of a bin, Å."""
        return float(self.wave[1] - self.wave[0])

    @property
    def low(self) -> float:
        """Blue edge of the first bin."""
        return float(self.wave[0]) - self.step / 2

    @property
    def high(self) -> float:
        """Red edge of the last bin."""
        return float(self.wave[-1]) + self.step / 2

    def covers(self, low: float, high: float) -> bool:
        """Whether a range lies on the grid."""
        return low >= self.low and high <= self.high

    def part(self, low: float, high: float) -> tuple[slice, Float]:
        """Bins that a range touches, and the share of each that is in it."""
        first = max(0, int((low - self.low) // self.step))
        last = min(self.wave.size, int((high - self.low) // self.step) + 1)
        bins = slice(first, last)
        left = self.wave[bins] - self.step / 2
        inside = np.minimum(left + self.step, high) - np.maximum(left, low)
        return bins, np.clip(inside / self.step, 0.0, 1.0)

    def mean(self, flux: Float, low: float, high: float) -> float:
        """Mean flux (L,) over a range that the grid covers."""
        bins, share = self.part(low, high)
        return float((flux[bins] * share).sum() / share.sum())


def equivalent_width(
    grid: Grid, flux: Float, lines: Sequence[float], window: Window = WIDE
) -> float:
    """Flux of neighbouring lines over their local continuum, Å; positive in emission.

    The continuum is the straight line through the means of the flux beside them.
    """
    first, last = min(lines), max(lines)
    far_left, near_left = (first * (1 - v / SPEED_OF_LIGHT) for v in (window.outer, window.inner))
    near_right, far_right = (last * (1 + v / SPEED_OF_LIGHT) for v in (window.inner, window.outer))
    if not grid.covers(far_left, far_right):
        return NAN
    left, right = grid.mean(flux, far_left, near_left), grid.mean(flux, near_right, far_right)
    middles = (far_left + near_left) / 2, (near_right + far_right) / 2
    half = window.half / SPEED_OF_LIGHT
    bins, share = grid.part(first * (1 - half), last * (1 + half))
    continuum = np.interp(grid.wave[bins], middles, (left, right))
    if not (continuum > FAINT * np.median(np.abs(flux))).all():
        return NAN
    return float(((flux[bins] / continuum - 1) * share).sum() * grid.step)


def ratio(grid: Grid, flux: Float, above: tuple[float, float], below: tuple[float, float]) -> float:
    """Mean flux in one range over that in another."""
    if not (grid.covers(*above) and grid.covers(*below)):
        return NAN
    bottom = grid.mean(flux, *below)
    seen = bottom > FAINT * np.median(np.abs(flux))
    return grid.mean(flux, *above) / bottom if seen else NAN


def end_of_continuum(flux: Float, part: int) -> float:
    """Median flux of one fifth of the grid, 0 the bluest, over that of the middle fifth."""
    fifths = np.array_split(flux, 5)
    middle = float(np.median(fifths[2]))
    return float(np.median(fifths[part])) / middle if middle > 0 else NAN


class Profile(NamedTuple):
    """What a fit found: equivalent widths, Å, positive in emission, and FWHM, km/s."""

    line: float
    companions: float
    fwhm: float


NOT_FITTED = Profile(NAN, NAN, NAN)


def fitted(
    grid: Grid, flux: Float, line: float, companions: Sequence[tuple[float, float]] = ()
) -> Profile:
    """Fit a Gaussian line, and companions of its width and shift, on a straight continuum.

    Only width and shift need a search: at each, the strengths are a linear problem (variable
    projection, Golub & Pereyra 1973).

    Parameters
    ----------
    line : float
        Wavelength.
    companions : sequence of (float, float)
        Wavelengths and strengths relative to each other.
    """
    reach = line * FIT_SPEED / SPEED_OF_LIGHT
    if not grid.covers(line - reach, line + reach):
        return NOT_FITTED
    bins, _ = grid.part(line - reach, line + reach)
    wave, part = grid.wave[bins], flux[bins].astype(np.float64)
    scale = float(np.abs(part).max()) or 1.0
    part = part / scale
    blends = [[(line, 1.0)], *([list(companions)] if companions else [])]

    def columns(asked: Float) -> Float:
        return _columns(wave, grid.step, blends, float(np.exp(asked[0])), float(asked[1]))

    def misfit(asked: Float) -> Float:
        made = columns(asked)
        off: Float = made @ np.linalg.lstsq(made, part, rcond=None)[0] - part
        return off

    bounds = ([np.log(WIDTHS[0]), SHIFTS[0]], [np.log(WIDTHS[1]), SHIFTS[1]])
    found = [
        least_squares(misfit, [np.log(start), 0.0], bounds=bounds, x_scale=(0.3, 50.0))
        for start in STARTS
    ]
    best = min(found, key=lambda each: float(each.cost)).x
    strength = np.linalg.lstsq(columns(best), part, rcond=None)[0]
    level = float(strength[0])
    if level <= 0:
        return NOT_FITTED
    others = float(strength[3]) / level if companions else NAN
    return Profile(float(strength[2]) / level, others, FWHM * float(np.exp(best[0])))


def _columns(
    wave: Float, step: float, blends: Sequence[Sequence[tuple[float, float]]], width: float,
    shift: float,
) -> Float:  # fmt: skip
    """Continuum and lines of unit flux, averaged over each bin, (n, 2 + blends)."""
    middle = wave[wave.size // 2]
    columns = [np.ones(wave.size), (wave - middle) / (wave[-1] - wave[0])]
    for blend in blends:
        total = np.zeros(wave.size)
        for line, strength in blend:
            centre, deviation = line * (1 + shift / SPEED_OF_LIGHT), line * width / SPEED_OF_LIGHT
            edges = (np.append(wave - step / 2, wave[-1] + step / 2) - centre) / deviation
            total += strength * np.diff(ndtr(edges)) / step
        columns.append(total)
    return np.stack(columns, axis=1)


def shift(grid: Grid, flux: Float, reference: Float) -> float:
    """Velocity at which a spectrum's lines lie against another's, km/s; positive is redshift.

    The peak of the cross-correlation of the two, each over its continuum, on a logarithmic grid.
    """
    n = grid.wave.size
    log_wave = np.linspace(np.log(grid.wave[0]), np.log(grid.wave[-1]), n)
    step = (log_wave[1] - log_wave[0]) * SPEED_OF_LIGHT
    most = max(2, int(max(SHIFTS) / step))
    pair = [np.interp(np.exp(log_wave), grid.wave, _lines_of(grid, f)) for f in (flux, reference)]
    size = float(np.linalg.norm(pair[0]) * np.linalg.norm(pair[1]))
    if size == 0 or not np.isfinite(size):
        return NAN
    every = correlate(pair[0], pair[1], mode="full", method="fft") / size
    near = every[n - 1 - most : n + most]
    peak = int(near.argmax())
    if near[peak] < ALIKE or peak in {0, near.size - 1}:
        return NAN
    before, top, after = near[peak - 1 : peak + 2]
    bent = before - 2 * top + after
    fine = 0.5 * (before - after) / bent if bent < 0 else 0.0
    return float((peak - most + fine) * step)


def _lines_of(grid: Grid, flux: Float) -> Float:
    """Flux over its continuum, less one; zero where the continuum is none."""
    width = max(3, round(CONTINUUM_WIDTH / grid.step))
    continuum = uniform_filter1d(flux.astype(np.float64), width, mode="nearest")
    good = continuum > 0
    lines: Float = np.where(good, flux / np.where(good, continuum, 1.0) - 1.0, 0.0)
    return lines
