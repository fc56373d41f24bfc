"""Who is observed: kinds of object, redshifts, signal-to-noise ratios and physical parameters.

Fractions follow the sample of Nicolaou et al. (2025): of the bright galaxy survey's targets at
0 ≤ z ≤ 0.3, 97.8 % are galaxies, 0.7 % quasars, 1.5 % stars. About a tenth of all rows lies outside
that selection, as in any release: higher redshifts, other targets, stars that approach us.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from catalog.simulate import anomalies, nebular
from catalog.simulate.galaxies import Galaxies
from catalog.simulate.instrument import Exposure
from catalog.simulate.lines import LIGHT_KM_S
from catalog.simulate.stars import HYDROGEN, WHITE_DWARF_BALMER, Stars
from catalog.spectra import Array, Float, Text


class Kind(StrEnum):
    """What an object is."""

    QUIESCENT = "quiescent"
    STAR_FORMING = "star_forming"
    ACTIVE = "active"
    BROAD_LINE = "broad_line"
    QUASAR = "quasar"
    STAR = "star"
    WHITE_DWARF = "white_dwarf"
    SKY = "sky"


GALAXIES = (Kind.QUIESCENT, Kind.STAR_FORMING, Kind.ACTIVE, Kind.BROAD_LINE)

# Kind, whether a bright-galaxy target, redshift range, fraction of rows.
_MIX: tuple[tuple[Kind, bool, tuple[float, float], float], ...] = (
    (Kind.QUIESCENT, True, (0.01, 0.3), 0.315),
    (Kind.STAR_FORMING, True, (0.01, 0.3), 0.472),
    (Kind.ACTIVE, True, (0.01, 0.3), 0.074),
    (Kind.BROAD_LINE, True, (0.02, 0.3), 0.0065),
    (Kind.QUIESCENT, True, (0.3, 0.55), 0.030),
    (Kind.STAR_FORMING, True, (0.3, 0.45), 0.017),
    (Kind.STAR_FORMING, False, (0.02, 0.6), 0.010),
    (Kind.QUIESCENT, False, (0.3, 0.6), 0.010),
    (Kind.QUASAR, False, (0.3, 3.0), 0.012),
    (Kind.STAR, True, (0.0, 0.0), 0.0255),
    (Kind.WHITE_DWARF, True, (0.0, 0.0), 0.0010),
    (Kind.STAR, False, (0.0, 0.0), 0.0125),
    (Kind.WHITE_DWARF, False, (0.0, 0.0), 0.0005),
    (Kind.SKY, False, (0.0, 0.0), 0.014),
)


BIN_TO_PIXEL = (3.96 / 0.8) ** 0.5
"""S/N of a bin of the paper's grid over that of a coadded pixel. The paper's figures (a cut at 5,
medians of 7 and 42 among its outliers) are those of its bins, which it calls pixels."""


@dataclass(frozen=True)
class Population:
    """N rows, each attribute (N,): what each is and how bright it is.

    Attributes
    ----------
    kind
        `Kind`, as text.
    anomaly
        Name of what is planted, "" for nothing.
    strength
        Of the anomaly; 0 for none.
    z
        True redshift of the host.
    snr
        Wanted median S/N per pixel in the r arm.
    bgs
        Whether a bright-galaxy target.
    ebv
        Galactic reddening, mag.
    """

    kind: Text
    anomaly: Text
    strength: Float
    z: Float
    snr: Float
    bgs: Array
    ebv: Float

    def __len__(self) -> int:
        """N, the number of rows."""
        return len(self.kind)


def draw(planted: Text, rng: np.random.Generator) -> Population:
    """Draw N rows; where `planted` (N,) names an anomaly, the row is a host that suits it."""
    n = len(planted)
    row = rng.choice(len(_MIX), n, p=np.array([m[3] for m in _MIX]) / sum(m[3] for m in _MIX))
    hosted = planted != ""
    # Hosts are ordinary bright-galaxy targets at low redshift: the anomaly is all that is odd.
    row[hosted] = rng.choice([0, 1], hosted.sum(), p=[0.45, 0.55])
    for i in np.flatnonzero(hosted):
        if planted[i] in anomalies.QUIESCENT_HOSTS:
            row[i] = 0
    kind = np.array([_MIX[r][0].value for r in row], dtype=object)
    z = _redshifts(row, rng)
    snr = np.clip(rng.lognormal(np.log(10.3), 0.57, n), 1.5, 70)
    snr[hosted] = np.clip(snr[hosted], 5.5, None)
    snr[kind == Kind.SKY] = 1.0
    snr /= BIN_TO_PIXEL
    for i in np.flatnonzero(hosted):
        low, high = anomalies.HOST_REDSHIFTS.get(planted[i], (0.03, 0.29))
        z[i] = rng.uniform(low, high) if planted[i] in anomalies.HOST_REDSHIFTS else max(z[i], low)
    strength = np.array([anomalies.draw_strength(k, rng) if k else 0.0 for k in planted])
    bgs = np.array([_MIX[r][1] for r in row])
    ebv = np.clip(rng.lognormal(np.log(0.025), 0.5, n), 0.004, 0.25)
    return Population(kind, planted, strength, z, snr, bgs, ebv)


def _redshifts(row: Array, rng: np.random.Generator) -> Float:
    """Draw galaxies by a flux-limited survey's z² exp(-(z/z0)²), stars by their velocities."""
    low = np.array([m[2][0] for m in _MIX])[row]
    high = np.array([m[2][1] for m in _MIX])[row]
    grid = np.linspace(0, 3.0, 6001)
    peak = np.where(low >= 0.3, 0.35, np.where(high > 1, 1.5, 0.17))
    z = np.empty(len(row))
    uniform = rng.uniform(size=len(row))
    for p in np.unique(peak):
        density = grid**2 * np.exp(-((grid / p) ** 2)) + 0.02 * grid
        cumulative = np.cumsum(density) / density.sum()
        at = peak == p
        share = np.interp(low[at], grid, cumulative), np.interp(high[at], grid, cumulative)
        z[at] = np.interp(share[0] + uniform[at] * (share[1] - share[0]), cumulative, grid)
    velocity = rng.normal(0, 90, len(row)) / LIGHT_KM_S
    return np.where(high == 0, velocity, z)


def draw_exposures(population: Population, rng: np.random.Generator) -> Exposure:
    """Draw how each row was observed: bright time, some with residuals of the sky lines."""
    n = len(population)
    residual = np.where(rng.uniform(size=n) < 0.05, rng.normal(0, 1.2, n), 0.0)
    return Exposure(
        depth=np.clip(rng.lognormal(np.log(0.35), 0.35, n), 0.1, 1.2),
        moon=1 + rng.gamma(2.0, 0.6, n),
        airglow=rng.lognormal(0.0, 0.25, n),
        sky_residual=residual,
        ivar_error=np.clip(rng.normal(0, 0.03, (n, 3)), -0.1, 0.1),
    )


def draw_galaxies(kind: Text, rng: np.random.Generator) -> Galaxies:
    """Draw parameters of N galaxies of the given kinds: stellar mass drives most of the rest."""
    n = len(kind)
    red = kind == Kind.QUIESCENT
    nuclear = (kind == Kind.ACTIVE) | (kind == Kind.BROAD_LINE)
    mass = rng.normal(0, 1, n) + np.where(red, 0.5, np.where(nuclear, 0.4, -0.2))
    log_ssfr = np.where(
        red, rng.normal(-12.4, 0.45, n), rng.normal(-9.95, 0.38, n) - 0.12 * mass
    ) - np.where(nuclear, rng.exponential(0.5, n), 0.0)
    # A green valley joins the two sequences.
    valley = rng.uniform(size=n) < 0.12
    log_ssfr = np.where(valley, rng.uniform(-11.8, -10.6, n), log_ssfr)
    forming = np.clip((log_ssfr + 12) / 2, 0, 1)
    burst = np.where(rng.uniform(size=n) < 0.04, rng.uniform(0.5, 2.0, n), rng.normal(0, 0.25, n))
    dust = (0.05 + 0.42 * forming) * rng.lognormal(0, 0.55, n) * np.exp(0.15 * mass)
    return Galaxies(
        log_ssfr=log_ssfr,
        log_age_old=np.clip(rng.normal(0.86, 0.12, n) - 0.38 * forming + 0.04 * mass, 0.3, 1.1),
        age_spread=rng.uniform(0.08, 0.22, n) + 0.15 * forming,
        log_burst=burst,
        feh=np.clip(-0.25 + 0.13 * mass + 0.2 * red + rng.normal(0, 0.12, n), -1.4, 0.34),
        alpha=np.clip(0.12 + 0.12 * red + 0.05 * mass + rng.normal(0, 0.06, n), 0, 0.4),
        dust=np.clip(dust, 0, 2.5),
        dust_slope=rng.normal(0.85, 0.2, n),
        dust_gas=np.clip(dust * rng.uniform(1.3, 2.3, n) + 0.05, 0, 4),
        sigma_stars=np.clip(rng.lognormal(np.log(130), 0.3, n) * np.exp(0.22 * mass), 50, 380),
        sigma_gas=np.clip(rng.lognormal(np.log(80), 0.3, n) * np.exp(0.15 * mass), 35, 280),
        velocity_gas=rng.normal(0, 20, n),
        gas=nebular.Gas(
            np.clip(8.66 + 0.12 * mass + rng.normal(0, 0.07, n), 7.9, 8.78),
            rng.normal(0, 0.12, n) - 0.15 * mass + 0.25 * (log_ssfr + 10.2) * (1 - red),
            np.zeros(n),
            np.where(nuclear, rng.beta(2.0, 1.2, n), rng.beta(1.0, 4.0, n)),
        ),
        log_active=np.where(nuclear, rng.normal(1.0, 0.4, n), rng.normal(-0.3, 0.35, n) - forming),
    )


def draw_stars(kind: Text, rng: np.random.Generator) -> tuple[Stars, dict[str, Float]]:
    """Draw N stars, O to M, and white dwarfs (DA, some DB and DC), with their opacity factors."""
    n = len(kind)
    dwarf = kind == Kind.WHITE_DWARF
    which = rng.choice(3, n, p=[0.22, 0.70, 0.08])
    cool, mild, hot = (
        rng.uniform(2900, 4000, n),
        rng.normal(5400, 700, n),
        rng.lognormal(9.2, 0.4, n),
    )
    teff = np.clip(np.choose(which, [cool, mild, hot]), 2900, 42_000)
    giant = (rng.uniform(size=n) < 0.12) & (teff < 5600)
    logg = np.where(giant, np.clip(2.2 + (teff - 4300) / 800, 0.3, 3.5), 4.4 + 0.4 * (teff < 4200))
    teff = np.where(dwarf, np.clip(rng.lognormal(np.log(13_000), 0.4, n), 6000, 40_000), teff)
    stars = Stars(
        teff=teff,
        logg=np.where(dwarf, rng.normal(8.0, 0.2, n), logg + rng.normal(0, 0.1, n)),
        feh=np.where(dwarf, -6.0, np.clip(rng.normal(-0.4, 0.4, n), -2.5, 0.4)),
        alpha=rng.uniform(0, 0.35, n),
        carbon=rng.normal(0, 0.05, n),
    )
    metal_poor_gas = dwarf & (rng.uniform(size=n) < 0.2)
    featureless = metal_poor_gas & (teff < 11_000)
    balmer = np.where(metal_poor_gas, 0.0, np.where(dwarf, WHITE_DWARF_BALMER, 1.0))
    scale = dict.fromkeys(HYDROGEN, balmer)
    scale["he_i"] = np.where(metal_poor_gas & ~featureless, 8.0, np.where(dwarf, 0.0, 1.0))
    return stars, scale
