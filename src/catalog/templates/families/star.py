"""Ordinary stars, types A to K, dwarfs and giants, of all metallicities."""

import numpy as np

from catalog.simulate.stars import Stars
from catalog.templates.family import Family, Templates
from catalog.templates.single_stars import grid_of, star_templates


def templates() -> Templates:
    """Stars of 4,000 to 10,000 K."""
    teff, logg, feh = grid_of((4000, 4600, 5300, 6200, 7500, 9800), (2.5, 4.4), (-1.5, 0.0))
    alpha, carbon = np.where(feh < -0.5, 0.3, 0.1), np.zeros(teff.size)
    return star_templates(Stars(teff, logg, feh, alpha, carbon))


FAMILY = Family("star", "STAR", "an ordinary star", -0.003, 0.003, templates)
