"""A spectrum as small as a word."""

import numpy as np
from markupsafe import Markup

from catalog.site.envelope import is_long, shape
from catalog.site.plots import svg
from catalog.site.plots.axes import Scale, padded
from catalog.store.records import ObjectSpectrum

WIDTH, HEIGHT = 120.0, 36.0
N_LEVELS = 64
FIRST_CHARACTER = 48
"""Levels 0..63 are the characters from `0` on; none of them but `\\` needs an escape in JSON."""


def spark(spectrum: ObjectSpectrum) -> Markup:
    """Draw a spectrum as one thin line with its peaks kept; hidden from screen readers."""
    flux = np.where(spectrum.ivar > 0, spectrum.flux, np.nan)
    places, values = shape(flux, 50)
    x = Scale(0, max(1, flux.size - 1), 1, WIDTH - 1)
    y = Scale(*padded(values), HEIGHT - 1, 1)
    path = svg.element("path", class_="data", d=svg.line(np.round(x(places)), np.round(y(values))))
    return svg.element(
        "svg", path, viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", class_="spark", aria_hidden="true"
    )


def spark_text(spectrum: ObjectSpectrum, n_points: int = 60) -> str:
    """Write a spectrum as `n_points` characters, one of 64 levels each; a space has no data.

    Of each stretch of bins the value farthest from the median stands, so that lines survive.
    """
    flux = np.where(spectrum.ivar > 0, spectrum.flux, np.nan)
    flux = shape(flux, n_points)[1] if is_long(flux.size) else flux
    finite = flux[np.isfinite(flux)]
    if finite.size == 0:
        return " " * n_points
    low, high = float(finite.min()), float(finite.max())
    away = np.abs(flux - float(np.median(finite)))
    levels = []
    for part in np.array_split(np.arange(flux.size), n_points):
        if part.size == 0 or not np.isfinite(away[part]).any():
            levels.append(" ")
            continue
        value = flux[part[np.nanargmax(away[part])]]
        level = 0 if high == low else round((value - low) / (high - low) * (N_LEVELS - 1))
        levels.append(chr(FIRST_CHARACTER + level))
    return "".join(levels)
