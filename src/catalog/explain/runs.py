"""Runs of neighbouring bins, in many spectra at once."""

import numpy as np

from catalog.explain.evidence import Mask
from catalog.spectra import Array, Float

NARROWEST = 3.0
"""Å: where bins are so fine that a run of them is narrower, it may be a line of a star."""


def least(wave: Float, n_bins: int) -> int:
    """Bins of the grid `wave` (L,) that a run needs: so many, and as many as are 3 Å wide."""
    if wave.size < 2:
        return n_bins
    step = float(wave[-1] - wave[0]) / (wave.size - 1)
    return max(n_bins, int(np.ceil(NARROWEST / step)))


def keep_long(mask: Mask, least: int) -> Mask:
    """Keep the marked bins (N, L) that belong to a run of at least `least` in their row."""
    if mask.shape[1] < least:
        return np.zeros_like(mask)
    count = np.cumsum(np.pad(mask, ((0, 0), (1, 0))).astype(np.int32), axis=1)
    full = count[:, least:] - count[:, :-least] == least  # a run of `least` starts here
    starts = np.pad(full, ((0, 0), (0, least - 1)))
    return mask & _trailing_any(starts, least)


def _trailing_any(mask: Mask, length: int) -> Mask:
    """Mark every bin that has a marked one among itself and the `length` - 1 before it."""
    count = np.cumsum(np.pad(mask, ((0, 0), (length, 0))).astype(np.int32), axis=1)
    marked: Mask = count[:, length:] - count[:, :-length] > 0
    return marked


def worst(mask: Mask, merit: Float) -> tuple[Array, Array]:
    """Give each row's run with the largest sum of `merit`: its first and last bin (N,)."""
    summed = np.cumsum(np.where(mask, merit, 0.0), axis=1)
    # What had been summed when the run began: the highest value at an unmarked bin so far.
    base = np.maximum.accumulate(np.where(mask, 0.0, summed), axis=1)
    within = np.where(mask, summed - base, 0.0)
    last = np.argmax(within, axis=1)
    bins = np.arange(mask.shape[1])
    gaps = np.where(mask | (bins > last[:, None]), -1, bins)
    first = np.minimum(gaps.max(axis=1) + 1, last)
    return first, last
