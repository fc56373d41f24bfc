"""Carbon stars: C2 and CN instead of titanium oxide."""

import numpy as np

from catalog.simulate.stars import Stars
from catalog.templates.family import Family, Templates
from catalog.templates.single_stars import grid_of, star_templates


def templates() -> Templates:
    """Giants and dwarfs of 3,300 to 5,200 K with more carbon than oxygen."""
    teff, logg, scale = grid_of((3300, 3800, 4300, 4800, 5200), (1.8,), (0.4, 1.0, 2.0))
    plain = np.zeros(teff.size)
    sample = Stars(teff, logg, plain - 0.5, plain + 0.2, plain + 0.8)
    factors = {"c2": scale, "cn_red": scale, "cn": 2 * scale}
    return star_templates(sample, factors)


FAMILY = Family("carbon_star", "STAR", "a carbon star", -0.003, 0.003, templates)
