"""Quasars: power laws, broad lines and iron of many strengths, some absorbed, some in a galaxy."""

import numpy as np

from catalog.simulate import galaxies, lines, quasars
from catalog.spectra import Float
from catalog.templates.emission import GROUPS, WIDE, line_profiles
from catalog.templates.family import Family, Templates
from catalog.templates.stellar import host_galaxies

SEED = 20_010_701
N_DRAWN = 64
"""Quasars with broad lines of their own widths, strengths and slopes."""
ABSORBED = 16
"""How many of them have broad absorption."""
STEP = 2e-4
FIRST, LAST = 560.0, 10_000.0
"""Å."""


def _drawn() -> quasars.Quasars:
    """Draw a wider range than the sky's, so that sums with positive weights reach its ends."""
    rng = np.random.default_rng(SEED)
    n = N_DRAWN
    depth = np.where(np.arange(n) < ABSORBED, rng.uniform(0.5, 1.0, n), 0.0)
    return quasars.Quasars(
        slope=rng.uniform(-2.2, -0.5, n),
        fwhm=np.exp(rng.uniform(np.log(1600), np.log(11_000), n)),
        line_scale=np.exp(rng.uniform(np.log(0.3), np.log(3.0), n)),
        line_scatter=rng.lognormal(0, 0.45, (n, len(lines.QUASAR))),
        iron=np.exp(rng.uniform(np.log(0.15), np.log(4.0), n)),
        balmer=np.exp(rng.uniform(np.log(0.3), np.log(2.5), n)),
        narrow=np.exp(rng.uniform(np.log(2.0), np.log(60.0), n)),
        trough_depth=depth,
        trough_speed=rng.uniform(4000, 16_000, n),
        trough_width=rng.uniform(3000, 10_000, n),
    )


def templates() -> Templates:
    """Draws of the simulator's quasars without a forest, half of them reddened, and host galaxies.

    Reddened as by dust of the Small Magellanic Cloud (A ∝ λ^-1.2).
    """
    wave: Float = np.exp(np.arange(np.log(FIRST), np.log(LAST), STEP))
    rng = np.random.default_rng(SEED + 1)
    # At z = 0 the simulator's forest is negligible; the scan applies that of each redshift.
    flux = quasars.spectra(_drawn(), np.zeros(N_DRAWN), wave, rng)
    a_v = np.where(np.arange(N_DRAWN) % 4 == 1, rng.uniform(0.1, 1.2, N_DRAWN), 0.0)
    flux = flux * galaxies.attenuation(wave, a_v, np.full(N_DRAWN, 1.2))
    narrow = ("[O II]", "[O III]", "Hβ", "Hα", "[N II]", "[S II]")
    gas = np.array([line_profiles(wave, GROUPS[name], WIDE / 1.6) for name in narrow])
    return Templates(wave, np.vstack([flux, host_galaxies(wave)]), gas, narrow)


FAMILY = Family("quasar", "QSO", "a quasar", 0.005, 4.8, templates, n_scan=10, forest=True)
