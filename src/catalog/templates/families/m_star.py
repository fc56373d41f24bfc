"""M stars, dwarfs and giants: titanium oxide, and in some of them hydrogen in emission."""

from dataclasses import replace

import numpy as np

from catalog.simulate.lines import balmer
from catalog.simulate.stars import Stars
from catalog.templates.emission import GROUPS, NARROW, line_profiles
from catalog.templates.family import Family, Templates
from catalog.templates.single_stars import grid_of, star_templates


def templates() -> Templates:
    """Stars of 2,700 to 3,900 K, bands weaker and stronger than usual, lines of a chromosphere."""
    teff, logg, scale = grid_of((2700, 3050, 3350, 3600, 3900), (1.0, 4.9), (0.5, 1.5))
    plain = np.zeros(teff.size)
    sample = Stars(teff, logg, plain - 0.2, plain + 0.1, plain)
    found = star_templates(sample, {"tio": scale, "cah": scale, "vo": scale})
    chromosphere = line_profiles(found.wave, GROUPS["Hβ"] | {balmer(3): 3.0}, NARROW)
    return replace(found, lines=chromosphere[None], line_names=("Balmer",))


FAMILY = Family("m_star", "STAR", "an M star", -0.003, 0.003, templates)
