"""A star in front of the survey's galaxy: both at once."""

import numpy as np

from catalog.templates import fit, library
from catalog.templates.fit import Target
from catalog.templates.library import Prepared

FAMILIES = ("star", "m_star")
"""Families of stars common enough to lie in front of something by chance."""


def foreground(target: Target, behind: Prepared, step: int) -> tuple[float, float]:
    """Fit stars at rest together with a galaxy at its redshift.

    Returns
    -------
    gain, share : float
        By how much the stars lower χ², and their share of the light.
    """
    alone, _ = fit.fit_at(target, behind, step)
    galaxy = np.vstack([behind.polynomials, behind.at(step)])
    stars = np.vstack([library.prepared(name).at(0) for name in FAMILIES])
    design = np.vstack([galaxy, stars])
    coefficients = fit.solve(target, design, len(behind.polynomials))
    model = coefficients @ design
    seen = target.weight > 0
    light = np.abs(model[seen]).sum()
    of_stars = (coefficients[len(galaxy) :] @ stars)[seen].sum()
    part = min(float(of_stars / light), 1.0) if light > 0 else 0.0
    return alone - fit.chi2_of(target, model), part
