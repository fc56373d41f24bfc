"""Galaxies: stars of many ages and metallicities behind little or much dust, and ionised gas."""

from catalog.templates.emission import groups_of_lines
from catalog.templates.family import Family, Templates
from catalog.templates.stellar import populations


def templates() -> Templates:
    """Stellar populations, and lines of the gas in groups whose ratios vary little."""
    wave, continuum = populations()
    names, emission = groups_of_lines(wave)
    return Templates(wave, continuum, emission, names)


FAMILY = Family("galaxy", "GALAXY", "a galaxy", -0.005, 1.6, templates, n_scan=6)
