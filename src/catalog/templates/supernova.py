"""A type Ia supernova near maximum, in the rest frame of its host."""

import numpy as np

from catalog.simulate.signals import type_ia
from catalog.spectra import Float

TEMPERATURES = (8_500.0, 10_500.0, 12_500.0)
"""K: of the continuum, from a week after maximum to maximum."""
SPEEDS = (0.99, 1.0, 1.01)
"""Factors on the wavelengths of its features: 3,000 km/s to either side of the average."""


def templates(wave: Float) -> Float:
    """Spectra (T, L) at rest wavelengths (L,), Å, each with a peak of 1 within 3600-9800 Å."""
    top = np.arange(3600.0, 9800.0, 4.0)
    drawn = [
        type_ia(wave, teff, speed) / type_ia(top, teff, speed).max()
        for teff in TEMPERATURES
        for speed in SPEEDS
    ]
    return np.array(drawn)
