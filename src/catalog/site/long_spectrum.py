"""What a page says of a spectrum that is too long to be sent at once, and of how it is cut."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from catalog.site import words
from catalog.site.envelope import width_of
from catalog.site.plots.axes import Float, runs
from catalog.site.spectrum_parts import PART, near
from catalog.store.records import ObjectSpectrum

MOST_MASKED = 500
"""Stretches without information that a long spectrum's outline tells: the widest. Others are seen
where the bins themselves are."""
CSV_ROW, FITS_ROW = 58, 40
"""Bytes of a bin in the files that the page makes."""


@dataclass(frozen=True)
class Native:
    """What the page of a long spectrum says of its bins: how wide they are, and its files' sizes.

    `first` and `last` are the wavelengths between which one can be looked for.
    """

    bin_width: str
    n_bins: str
    first: str
    last: str
    csv: str
    fits: str


def decimals(wave: Float) -> int:
    """Decimals of Å that tell bins apart; 0 where they are 1 Å wide or more."""
    return max(0, math.ceil(-math.log10(_bin_width(wave)) - 1e-3))


def _bin_width(wave: Float) -> float:
    return float(wave[-1] - wave[0]) / (wave.size - 1)


def native_of(wave: Float) -> Native:
    """Tell of the bins of a long spectrum on the grid `wave` (L,)."""
    return Native(
        bin_width=f"{_bin_width(wave):.2g}",
        n_bins=words.count(wave.size),
        first=f"{wave[0]:.{decimals(wave)}f}",
        last=f"{wave[-1]:.{decimals(wave)}f}",
        csv=f"{wave.size * CSV_ROW / 1e6:.0f} MB",
        fits=f"{wave.size * FITS_ROW / 1e6:.0f} MB",
    )


def outline(spectrum: ObjectSpectrum) -> dict[str, Any]:
    """Tell how a long spectrum is cut (see `spectrum_parts`), and where it has no information."""
    masked = runs(np.flatnonzero(spectrum.ivar <= 0))
    widest = sorted(masked, key=lambda run: run[0] - run[1])[:MOST_MASKED]
    n_bins = spectrum.flux.size
    cut = {"n_bins": n_bins, "column": width_of(n_bins), "part": PART, "near": near(spectrum)}
    return {"cut": cut, "masked": sorted(widest)}
