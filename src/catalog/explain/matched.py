"""Matched filters at spectral lines, on the residual of many spectra at once."""

from dataclasses import dataclass

import numpy as np

from catalog.explain import fitting
from catalog.explain.evidence import Outliers
from catalog.explain.lines import SPEED_OF_LIGHT, Line, near
from catalog.spectra import Float

HALF_WIDTH = 500.0
"""km/s: half of a line's window, which holds a galaxy's narrow line and its displacement."""
BASELINE = 2_500.0
"""km/s: half-width within which the residual's own level is fitted along with the line."""

NARROW = 700.0
"""km/s: half-width around emission lines that a wide profile's fit leaves out."""
SHARE = 0.5
"""Least fraction of the misfit around a line that a wide profile must take away."""


@dataclass(frozen=True)
class LineFlux:
    """A line's flux (N,) above the continuum beside it, negative in absorption.

    line, error: in the data; expected: in the reconstruction; continuum: the reconstruction's.
    """

    line: Float
    error: Float
    expected: Float
    continuum: Float


FEWEST = 5
"""Bins that a fit of a level and a line needs, with one to spare; a coarser grid tells no lines."""


def on_grid(batch: Outliers, *kinds: str) -> tuple[Line, ...]:
    """Lines of the given kinds whose baseline is wholly on the grid, and resolved by it."""
    margin = 1 + BASELINE / SPEED_OF_LIGHT
    low, high = batch.wave[0] * margin, batch.wave[-1] / margin
    return tuple(
        line
        for line in batch.lines
        if line.kind in kinds
        and low < line.wave < high
        and near((line,), batch.wave, BASELINE).sum() >= FEWEST
    )


def filtered(batch: Outliers, line: Line, fwhm_km_s: float) -> fitting.Fit:
    """Fit a constant and a Gaussian at a line to the residual; parameter 1 is the line's flux.

    The matched filter S = Σ w r g / √(Σ w g²), with the level of the residual beside the line
    fitted too within ±2500 km/s, so that a misfit of the continuum is not taken for a line.
    """
    use = near((line,), batch.wave, BASELINE)
    wave = batch.wave[use]
    profile = fitting.gaussian(wave, line.wave, fitting.sigma_of(line.wave, fwhm_km_s))
    design = np.stack([np.ones_like(wave), profile])
    return fitting.fit(design, batch.weight[:, use], batch.residual[:, use])


@dataclass(frozen=True)
class WideFit:
    """A wide profile's flux (N,), its significance, and by how much it lowers χ² (0 if refused)."""

    flux: Float
    significance: Float
    drop: Float


def filtered_wide(batch: Outliers, line: Line, fwhm_km_s: float, reach_km_s: float) -> WideFit:
    """Fit a wide Gaussian at a line over a sloping level within ±`reach_km_s`.

    Narrow windows around the emission lines are left out, since their cores are another reason. The
    profile is refused where it takes away less than half of the misfit around the line, so that a
    wavy residual, a step or a blemish is not taken for a line.
    """
    emission = tuple(other for other in batch.lines if other.kind == "emission")
    cores = (*emission, line) if fwhm_km_s > 2 * NARROW else emission
    use = near((line,), batch.wave, reach_km_s) & ~near(cores, batch.wave, NARROW)
    if use.sum() < FEWEST:
        nothing = np.zeros(len(batch))
        return WideFit(nothing, nothing, nothing)
    wave, weight, residual = batch.wave[use], batch.weight[:, use], batch.residual[:, use]
    straight = fitting.polynomials(wave, 1)
    level = fitting.fit(straight, weight, residual)
    profile = fitting.gaussian(wave, line.wave, fitting.sigma_of(line.wave, fwhm_km_s))
    result = fitting.fit(np.vstack([straight, profile]), weight, residual)
    n_free = np.count_nonzero(weight > 0, axis=1) - len(straight)
    excess = (weight * residual**2).sum(axis=1) - level.drop - n_free
    drop = result.drop - level.drop
    accepted = drop > SHARE * excess
    return WideFit(
        flux=np.where(accepted, result.coefficients[:, 2], 0.0),
        significance=np.where(accepted, result.significance(2), 0.0),
        drop=np.where(accepted, drop, 0.0),
    )


def line_flux(batch: Outliers, line: Line, half_width: float = HALF_WIDTH) -> LineFlux:
    """Sum a line within ±`half_width` km/s, above the continuum: in data and reconstruction."""
    window = near((line,), batch.wave, half_width)
    around = near((line,), batch.wave, 2 * BASELINE + half_width)
    beside = around & ~window & ~near(batch.lines, batch.wave, HALF_WIDTH)
    beside = beside if beside.any() else around
    step = np.gradient(batch.wave)[window]
    weight = batch.weight[:, window]
    variance = np.divide(1.0, weight, out=np.zeros_like(weight), where=weight > 0)
    recon = batch.expected.astype(np.float64)
    expected_level = np.median(recon[:, beside], axis=1)
    flux = recon + batch.residual
    level = np.median(flux[:, beside], axis=1)
    used = (weight > 0) * step
    return LineFlux(
        line=((flux[:, window] - level[:, None]) * used).sum(axis=1),
        error=np.sqrt((variance * step**2).sum(axis=1)),
        expected=((recon[:, window] - expected_level[:, None]) * used).sum(axis=1),
        continuum=expected_level,
    )
