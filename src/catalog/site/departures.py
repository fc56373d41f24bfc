"""Where a spectrum departs most from its reconstruction: a few windows, strongest first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalog.site.plots.axes import Float
from catalog.store.records import Line

N_DEPARTURES = 3
LEAST_SIGMA = 5.0
"""A bin that departs by less may be chance among a thousand, and only the strongest is named."""
SHARE = 0.25
"""A window ends where the residual falls below this share of its peak."""
GAP = 2
"""Bins that may lie between two parts of one window."""
LEAST_HALF_WIDTH = 24
"""Bins to each side of a window's middle that its magnification shows, at least."""
LEAST_SHARE = 1000
"""It shows at least this part of the spectrum to each side: 24 bins of 300,000 are half a line."""


@dataclass(frozen=True)
class Departure:
    """A window of bins [first, last] whose residual has one sign; `sigma` is its peak, signed."""

    first: int
    last: int
    peak: int
    sigma: float

    def around(self, n_bins: int) -> tuple[int, int]:
        """Give the first and last bin to show when this window is magnified."""
        half = max(least_half_width(n_bins), self.last - self.first + 1, self._reach())
        middle = (self.first + self.last) // 2
        return max(0, middle - half), min(n_bins - 1, middle + half)

    def _reach(self) -> int:
        return max(self.peak - self.first, self.last - self.peak) + 2


def departures(sigmas: Float) -> tuple[Departure, ...]:
    """Find the windows in which a spectrum departs most.

    Parameters
    ----------
    sigmas : ndarray of shape (L,)
        (flux - recon) / σ; not a number where there is no information.

    Returns
    -------
    tuple of Departure
        At most three, strongest first. The strongest is there however weak it is; others depart
        by 5 σ. None where there is no information.
    """
    left = np.where(np.isfinite(sigmas), sigmas, 0.0)
    found: list[Departure] = []
    while len(found) < N_DEPARTURES and left.size:
        peak = int(np.abs(left).argmax())
        height = float(left[peak])
        if abs(height) < LEAST_SIGMA and (found or height == 0):
            break
        least = max(min(LEAST_SIGMA, abs(height)), SHARE * abs(height))
        strong = left * np.sign(height) >= least
        first, last = _edge(strong, peak, -1), _edge(strong, peak, 1)
        found.append(Departure(first, last, peak, height))
        left[max(0, first - GAP) : last + GAP + 1] = 0.0
    return tuple(found)


def magnified(found: Sequence[Departure], n_bins: int) -> tuple[int, int]:
    """Give the first and last bin of the inset: the strongest departure, or else the middle."""
    middle, half = n_bins // 2, least_half_width(n_bins)
    if found:
        return found[0].around(n_bins)
    return max(0, middle - half), min(n_bins - 1, middle + half)


def least_half_width(n_bins: int) -> int:
    """Bins to each side of its middle that a magnified window has at least."""
    return max(LEAST_HALF_WIDTH, n_bins // LEAST_SHARE)


def _edge(strong: np.ndarray[tuple[int], np.dtype[np.bool_]], peak: int, step: int) -> int:
    """Walk from the peak as long as the next strong bin lies within the gap allowed."""
    edge = at = peak
    while 0 <= at + step < strong.size and abs(at + step - edge) <= GAP + 1:
        at += step
        if strong[at]:
            edge = at
    return edge


def lines_within(
    lines: Sequence[Line], wave: Float, departure: Departure, margin: int = 1
) -> tuple[str, ...]:
    """Name the major lines that lie in a window or within `margin` bins of it, bluest first."""
    low = wave[max(0, departure.first - margin)]
    high = wave[min(wave.size - 1, departure.last + margin)]
    names = [line.label for line in lines if line.major and low <= line.wave <= high]
    return tuple(dict.fromkeys(names))
