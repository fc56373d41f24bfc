"""Emission peaks found without templates, and which of them known lines at a redshift explain."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from scipy.ndimage import gaussian_filter1d, median_filter

from catalog.spectra import Float
from catalog.templates.alternatives import Votes
from catalog.templates.fit import Target
from catalog.templates.grid import FINE_PER_BIN, FINE_STEP, LOG_WAVE

WIDTHS = ((1.2, 41, 7.0, 3.0), (20.0, 181, 10.0, 25.0))
"""Matched filters, narrow and broad: dispersion in bins, bins of the running median that is taken
for the continuum, least significance, and how many bins a line may lie from its peak."""
FEWEST = 181
"""Bins with data below which no peaks are looked for."""
RED_END = 9200.0
"""Å, observed: redder, most peaks are residuals of the night sky."""


class EmissionLine(Protocol):
    """A line as the catalogue lists it: what it is called, and its vacuum wavelength, Å."""

    @property
    def label(self) -> str:
        """Name for people."""

    @property
    def wave(self) -> float:
        """Å, vacuum."""


def votes(
    targets: Sequence[Target], z: Float, z_survey: Float, lines: Sequence[EmissionLine]
) -> Votes:
    """Count the peaks of N spectra that lines explain at two redshifts, both (N,)."""
    counts = np.zeros((2, len(targets)), np.int64)
    names = np.full(len(targets), "", dtype=object)
    for i, target in enumerate(targets):
        found = peaks(target)
        counts[0, i], labels = matches(found, lines, float(z[i]))
        counts[1, i], _ = matches(found, lines, float(z_survey[i]))
        names[i] = ", ".join(labels)
    return Votes(counts[0], counts[1], names)


def peaks(target: Target) -> list[tuple[float, float]]:
    """Peaks of a spectrum: bin, and how far a line may lie from it (bins); the narrow ones first.

    Both filters run on flux over a running median; a broad peak counts only where no narrow one
    makes it.
    """
    seen = target.weight > 0
    if np.count_nonzero(seen) < FEWEST:
        return []
    bins = np.arange(seen.size)
    filled = np.interp(bins, bins[seen], target.flux[seen])
    usable = seen & (np.exp(LOG_WAVE) < RED_END)
    found: list[tuple[float, float]] = []
    for sigma, around, least, reach in WIDTHS:
        excess = np.where(seen, filled - median_filter(filled, around, mode="nearest"), 0.0)
        significance = _filtered(excess, target.weight, sigma)
        height = np.where(usable, significance, 0.0)
        top = (height[1:-1] >= height[:-2]) & (height[1:-1] > height[2:])
        for place in 1 + np.flatnonzero(top & (height[1:-1] > least)):
            if all(abs(place - other) > reach for other, _ in found):
                found.append((float(place), reach))
    return found


def _filtered(excess: Float, weight: Float, sigma: float) -> Float:
    """Significance of a Gaussian of that dispersion (bins) at each bin: Σ wxg / √(Σ wg²)."""
    # A Gaussian's square is a Gaussian, narrower by √2 and of another norm.
    moment = gaussian_filter1d(weight * excess, sigma, mode="constant")
    norm = gaussian_filter1d(weight, sigma / np.sqrt(2), mode="constant")
    norm /= 2 * np.sqrt(np.pi) * sigma
    result: Float = np.divide(moment, np.sqrt(norm), out=np.zeros_like(moment), where=norm > 0)
    return result


def matches(
    found: Sequence[tuple[float, float]], lines: Sequence[EmissionLine], z: float
) -> tuple[int, list[str]]:
    """Count the peaks that a line at redshift z explains; give the lines' labels, by wavelength."""
    if not z > -1 or not found:
        return 0, []
    at = np.array([np.log(line.wave * (1 + z)) for line in lines])
    bins = (at - LOG_WAVE[0]) / (FINE_PER_BIN * FINE_STEP)
    used: dict[int, float] = {}
    for place, reach in found:
        nearest = int(np.argmin(np.abs(bins - place)))
        if abs(bins[nearest] - place) <= reach:
            used[nearest] = place
    return len(used), [lines[i].label for i in sorted(used, key=lambda i: lines[i].wave)]
