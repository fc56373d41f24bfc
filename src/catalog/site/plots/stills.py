"""One dimension in a small picture: the spectrum at its low end, at the mean, at its high end."""

import numpy as np
from markupsafe import Markup

from catalog.site.plots import svg
from catalog.site.plots.axes import Float, Scale, extremes, padded

WIDTH, HEIGHT = 320.0, 110.0
WINDOWS = 110
"""Twice as many points are drawn of a line at most: its extremes."""


NOTHING = 1e-3
"""Of the mean flux: no spectrum has data where there is less at an end."""


def still(wave: Float, low: Float, mean: Float, high: Float, label: str) -> Markup:
    """Draw three spectra (L,) over each other, as far as any spectrum has data."""
    there = np.flatnonzero(np.abs(mean) > NOTHING * np.median(np.abs(mean)))
    part = slice(there[0], there[-1] + 1) if there.size else slice(None)
    wave, low, mean, high = (values[part] for values in (wave, low, mean, high))
    x = Scale(float(wave[0]), float(wave[-1]), 0.0, WIDTH)
    y = Scale(*padded(np.concatenate([low, mean, high])), HEIGHT, 0.0)
    parts = [
        svg.element("path", class_=kind, d=svg.line(x(wave[kept]), y(values[kept])))
        for kind, values in (("residual", mean), ("low-end", low), ("high-end", high))
        for kept in (extremes(values, WINDOWS),)
    ]
    return svg.picture(WIDTH, HEIGHT, label, parts, "plot still")
