"""The observed-frame grid that templates are fitted on: even steps in log wavelength.

A redshift is a shift on it. Templates lie on a rest-frame grid three times as fine, on which every
redshift that is fitted is a whole number of steps.
"""

import numpy as np
from scipy import sparse

from catalog.spectra import Arm, Float

FINE_STEP = 1e-4
"""Step of redshifts and of the rest-frame grid, in ln(1 + z) and ln(wavelength): 30 km/s."""
FINE_PER_BIN = 3
"""Fine steps in a bin of the observed grid: 90 km/s, a little more than a survey's pixel."""
LOG_FIRST = float(np.log(3541.0))
"""ln(wavelength) of the first bin's centre; that of fine step 0 too."""
N_BINS = 3430
"""Bins up to 9,900 Å; redder, the templates end, and the night sky dominates."""
LOG_WAVE: Float = LOG_FIRST + FINE_PER_BIN * FINE_STEP * np.arange(N_BINS)
WAVE: Float = np.exp(LOG_WAVE)
"""Observed wavelengths of the bins' centres (N_BINS,), Å, vacuum."""
LEFT_OUT = ((5566.0, 5592.0), (7594.0, 7700.0))
"""Å, observed: the brightest night-sky line, and oxygen's A band, which not every survey corrects
for."""


def rebin(arms: tuple[Arm, ...]) -> tuple[Float, Float]:
    """Spectra of a survey on the common grid.

    Each pixel is shared among the bins in proportion to its overlap with them, and bins are
    means weighted by inverse variance; the sum of the weights is kept.

    Returns
    -------
    flux, ivar : ndarray of shape (N, N_BINS)
        Double precision; both 0 where no pixel has data, and in `LEFT_OUT`.
    """
    n_rows = arms[0].flux.shape[0] if arms else 0
    weighted, ivar = np.zeros((2, n_rows, N_BINS))
    for arm in arms:
        share = _overlap(arm.wave.astype(np.float64))
        weight = np.where(np.isfinite(arm.flux) & (arm.ivar > 0), arm.ivar, 0.0)
        weight = weight.astype(np.float64)
        ivar += weight @ share
        weighted += (weight * np.where(weight > 0, arm.flux, 0.0)) @ share
    for low, high in LEFT_OUT:
        ivar[:, (low < WAVE) & (high > WAVE)] = 0.0
    flux = np.divide(weighted, ivar, out=np.zeros_like(weighted), where=ivar > 0)
    return flux, ivar


def _overlap(wave: Float) -> sparse.csr_array:
    """Fraction (pixels, N_BINS) of each pixel that lies in each bin."""
    middle = np.log((wave[1:] + wave[:-1]) / 2)
    first, last = 2 * np.log(wave[0]) - middle[0], 2 * np.log(wave[-1]) - middle[-1]
    edges = (np.concatenate([[first], middle, [last]]) - LOG_WAVE[0]) / (FINE_PER_BIN * FINE_STEP)
    edges += 0.5  # bin i reaches from i to i + 1
    low, high = edges[:-1], edges[1:]
    span = int(np.ceil((high - low).max())) + 1
    bins = np.floor(low).astype(np.int64)[:, None] + np.arange(span)
    part = np.minimum(high[:, None], bins + 1) - np.maximum(low[:, None], bins)
    part = np.maximum(part, 0.0) / (high - low)[:, None]
    part[(bins < 0) | (bins >= N_BINS)] = 0.0
    pixel, which = np.nonzero(part)
    shape = (wave.size, N_BINS)
    return sparse.csr_array((part[pixel, which], (pixel, bins[pixel, which])), shape=shape)
