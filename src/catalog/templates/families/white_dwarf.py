"""White dwarfs: with hydrogen's lines (DA), helium's (DB), or none (DC)."""

import numpy as np

from catalog.simulate.stars import HYDROGEN, WHITE_DWARF_BALMER, Stars
from catalog.templates.family import Family, Templates
from catalog.templates.single_stars import VIEWS, grid_of, star_templates

# Factors on hydrogen's and on neutral helium's lines, relative to a DA white dwarf's and a star's.
_ATMOSPHERES = ((1.0, 0.0), (0.5, 0.0), (1.8, 0.0), (0.0, 8.0), (0.0, 0.0))


def templates() -> Templates:
    """Stars of 6,500 to 40,000 K and log g near 8, without metals."""
    teff, logg, which = grid_of(
        (6500, 8500, 11_000, 14_000, 19_000, 27_000, 40_000), (8.0,), (0, 1, 2, 3, 4)
    )
    hydrogen, helium = np.array(_ATMOSPHERES)[which.astype(int)].T
    scale = dict.fromkeys(HYDROGEN, WHITE_DWARF_BALMER * hydrogen) | {"he_i": helium}
    plain = np.zeros(teff.size)
    return star_templates(Stars(teff, logg, plain - 6.0, plain, plain), scale, VIEWS[:1])


FAMILY = Family("white_dwarf", "STAR", "a white dwarf", -0.003, 0.003, templates)
