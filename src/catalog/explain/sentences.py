"""Numbers as a person would say them: the decimals that the error allows, units, no more."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from catalog.spectra import Array, Text

Mask = Array


def number(value: float, error: float) -> str:
    """Write a value with the decimals that its error allows, at most three, in groups of thousands.

    The last digit shown is the error's leading one: 14.27 ± 0.6 is 14.3, 4480 ± 300 is 4,500.
    """
    if not math.isfinite(value):
        return "an unknown number of"
    if not math.isfinite(error) or error <= 0:
        error = abs(value) / 100 or 1.0
    decimals = min(-math.floor(math.log10(error)), 3)
    rounded = round(value, decimals)
    text = f"{abs(rounded):,.{max(decimals, 0)}f}"
    return f"\N{MINUS SIGN}{text}" if rounded < 0 else text


def significance(sigma: float) -> str:
    """Write `38 σ`: whole standard deviations, two figures above a hundred."""
    return f"{number(sigma, 1.0 if sigma < 100 else sigma / 30)} σ"


def percentage(fraction: float) -> str:
    """Write a fraction as whole per cent; the ends say that they are not quite none or all."""
    if fraction < 0.01:
        return "less than 1 %"
    if 0.995 < fraction < 1.0:
        return "more than 99 %"
    return f"{100 * fraction:.0f} %"


def rarity(fraction: float) -> str:
    """Write a small fraction as per cent with one or two figures."""
    return f"{number(100 * fraction, 100 * fraction / 6)} %"


def wave_range(low: float, high: float) -> str:
    """Write a wavelength window in whole Å."""
    return f"{low:,.0f} to {high:,.0f} Å"


def texts(holds: Mask, write: Callable[..., str], *columns: Any) -> Text:
    """Write one field (N,): `write` on each row's values where the reason holds, else empty."""
    written: Text = np.full(holds.size, "", dtype=object)
    for row in np.flatnonzero(holds):
        written[row] = write(*(column[row] for column in columns))
    return written
