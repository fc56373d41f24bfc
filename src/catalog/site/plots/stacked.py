"""Spectra one above the other on one scale: how they change from each to the next."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from catalog.site.plots import svg
from catalog.site.plots.axes import Float, Scale, extremes, straightened

WIDTH = 720.0
LEFT, RIGHT, TOP = 62.0, 714.0, 34.0
N_WINDOWS = 140
TOLERANCE = 0.45
"""How far a line may pass its points by, in units of the figure: less than half of its width."""
HEADROOM = 2.5
"""Distances between rows by which a line may leave its row upwards; beyond that it is cut off."""


@dataclass(frozen=True)
class Row:
    """One row: what stands beside it, and its lines (L,), each with its class, the last on top."""

    label: str
    lines: tuple[tuple[str, Float], ...]


@dataclass(frozen=True)
class Spacing:
    """Distance between rows, and how many of them most of a spectrum's flux fills.

    alike : all rows on one scale, which the middle one of them sets; else each on its own.
    """

    apart: float
    height: float
    alike: bool


def wavelengths(wave: Float) -> Scale:
    """Give the horizontal scale of a grid (L,)."""
    return Scale(float(wave[0]), float(wave[-1]), LEFT, RIGHT)


def rows(wave: Float, stacked: Sequence[Row], spacing: Spacing) -> tuple[list[Markup], float]:
    """Draw rows, the first at the bottom.

    Parameters
    ----------
    wave : ndarray of shape (L,)
        Å.
    stacked : sequence of Row
        At least one, each with at least one line; the topmost line sets a row's scale.

    Returns
    -------
    parts, bottom
        The elements, and where they end below.
    """
    x = wavelengths(wave)
    ranges = [_usual(row.lines[-1][1]) for row in stacked]
    apart, fills = spacing.apart, spacing.height * spacing.apart
    bottom = TOP + 16 + (len(stacked) - 1) * apart + 1.4 * fills
    parts = []
    for i, row in enumerate(stacked):
        low, high = ranges[len(ranges) // 2 if spacing.alike else i]
        base = bottom - i * apart - 0.2 * fills
        y = Scale(low, high, base, base - fills)
        for class_, flux in row.lines:
            top = max(TOP + 8, base - fills - HEADROOM * apart)
            down = np.clip(y(flux), top, bottom)
            parts.append(svg.element("path", class_=class_, d=thinned(x(wave), down)))
        class_ = "tick end" + " odd" * (i % 2 and spacing.alike)
        beside = round(base - fills / 2, 1)
        parts.append(svg.element("text", row.label, x=LEFT - 9, y=beside, class_=class_))
    return parts, bottom


def thinned(across: Float, down: Float) -> str:
    """Path data of a line that keeps its peaks, in half units: finer than any screen."""
    chosen = extremes(down, N_WINDOWS)
    chosen = chosen[straightened(across[chosen], down[chosen], TOLERANCE)]
    return svg.line(np.round(2 * across[chosen]) / 2, np.round(2 * down[chosen]) / 2)


def _usual(flux: Float) -> tuple[float, float]:
    """Range of most of the flux: no single line decides."""
    low, high = np.quantile(flux, [0.05, 0.95])
    return float(low), float(high) if high > low else float(low) + 1.0
