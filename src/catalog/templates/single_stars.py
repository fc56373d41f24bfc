"""Stars at rest, one by one, at a survey's resolution."""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from catalog.simulate import galaxies, rest_grid, stars
from catalog.spectra import Float
from catalog.templates.family import Templates

RESOLUTION, BLURRED = 60.0, 400.0
"""km/s: dispersion of a survey's line spread at resolution 2,000; and one at which the weak lines
blend, so that the sum of both may have them weaker than the simulator's."""
VIEWS = ((RESOLUTION, 0.0), (RESOLUTION, 1.2), (BLURRED, 0.6))
"""Dispersion, km/s, and A_V, mag."""


def grid_of(*axes: Sequence[float]) -> tuple[Float, ...]:
    """Every combination of the axes' values, one array (N,) per axis."""
    return tuple(np.array(column) for column in zip(*itertools.product(*axes), strict=True))


def star_templates(
    sample: stars.Stars,
    opacity_scale: Mapping[str, Float] | None = None,
    views: Sequence[tuple[float, float]] = VIEWS,
) -> Templates:
    """Spectra of N stars in each view: blurred by so many km/s, behind A_V (mag, A ∝ λ^-1.3)."""
    flux = stars.spectra(sample, dict(opacity_scale or {}))
    wave, n_stars = rest_grid.WAVE_REST, len(flux)
    seen = [
        rest_grid.broaden(flux, np.full(n_stars, sigma))
        * galaxies.attenuation(wave, np.full(n_stars, a_v), np.full(n_stars, 1.3))
        for sigma, a_v in views
    ]
    return Templates(wave, np.vstack(seen), np.zeros((0, wave.size)))
