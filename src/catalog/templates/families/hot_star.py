"""Hot stars, types O and B, main sequence and subdwarfs."""

import numpy as np

from catalog.simulate.stars import Stars
from catalog.templates.family import Family, Templates
from catalog.templates.single_stars import VIEWS, grid_of, star_templates


def templates() -> Templates:
    """Stars of 11,000 to 45,000 K, with hydrogen's lines from narrow to a subdwarf's."""
    teff, logg = grid_of((11_000, 13_000, 16_000, 20_000, 26_000, 34_000, 45_000), (3.0, 4.2, 5.6))
    plain = np.zeros(teff.size)
    sample = Stars(teff, logg, plain - 0.2, plain, plain)
    return star_templates(sample, views=VIEWS[:2])


FAMILY = Family("hot_star", "STAR", "a hot star", -0.003, 0.003, templates)
