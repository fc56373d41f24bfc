"""What can be planted: the kinds of anomaly, what `strength` means for each, and how it is planted.

`inject` works on observed spectra of any release, in the observed frame, arm by arm, before any
preprocessing; the simulator plants its own anomalies by the same call.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from catalog import registry
from catalog.errors import RecipeError
from catalog.simulate import artefacts, intruders, signals
from catalog.simulate.observed import Row
from catalog.spectra import Arm, Float

EXTREME_HALPHA = "extreme_halpha"
BROAD_LINES = "broad_lines"
DOUBLE_PEAKED = "double_peaked"
SUPERNOVA = "supernova"
BLEND = "blend"
STAR_AT_GALAXY_Z = "star_at_galaxy_z"
QUASAR_AT_GALAXY_Z = "quasar_at_galaxy_z"
BAL_QUASAR = "bal_quasar"
CATACLYSMIC = "cataclysmic"
WHITE_DWARF = "white_dwarf"
M_STAR = "m_star"
CARBON_STAR = "carbon_star"
ARM_STEP = "arm_step"
BAD_REGION = "bad_region"
SKY_RESIDUALS = "sky_residuals"
WRONG_REDSHIFT = "wrong_redshift"

Planter = Callable[[Row, float, np.random.Generator], tuple[Row, float]]


@dataclass(frozen=True)
class Anomaly:
    """A kind of anomaly.

    Attributes
    ----------
    low, high
        Range of its strength.
    meaning
        What the strength is, with its unit.
    detail
        What the second number in the truth table is; "" where there is none.
    plant
        Puts it into one observed spectrum; None where it is the catalogue that is wrong.
    signed
        Whether the strength has a random sign.
    """

    low: float
    high: float
    meaning: str
    detail: str = ""
    plant: Planter | None = None
    signed: bool = False


KINDS: dict[str, Anomaly] = {
    EXTREME_HALPHA: Anomaly(
        100, 1000, "rest equivalent width of Hα, Å", plant=signals.extreme_halpha
    ),
    BROAD_LINES: Anomaly(
        3000, 10_000, "FWHM of Hα and Hβ, km/s", "rest equivalent width of broad Hα, Å",
        signals.broad_lines,
    ),
    DOUBLE_PEAKED: Anomaly(
        350, 900, "separation of the two peaks, km/s", plant=signals.double_peaked
    ),
    SUPERNOVA: Anomaly(
        0.1, 0.5, "peak flux of the supernova over the median flux of the host",
        plant=signals.supernova,
    ),
    BLEND: Anomaly(
        8, 80, "observed equivalent width of the brightest line of the second object, Å",
        "redshift of the second object", signals.blend,
    ),
    STAR_AT_GALAXY_Z: Anomaly(
        0.6, 1.0, "share of the flux that is the star's", "Teff, K", intruders.star
    ),
    QUASAR_AT_GALAXY_Z: Anomaly(
        0.5, 2.0, "broad lines' equivalent widths over an average quasar's",
        "redshift of the quasar", intruders.quasar,
    ),
    BAL_QUASAR: Anomaly(
        0.5, 1.0, "depth of the C IV trough, as a fraction of the flux",
        "redshift of the quasar", intruders.bal_quasar,
    ),
    CATACLYSMIC: Anomaly(
        25, 150, "equivalent width of Hα in emission, Å", "FWHM, km/s", intruders.cataclysmic
    ),
    WHITE_DWARF: Anomaly(
        0.3, 1.5, "opacity of the Balmer lines over a DA white dwarf's", "Teff, K",
        intruders.white_dwarf,
    ),
    M_STAR: Anomaly(
        0.5, 2.0, "opacity of TiO over that of a dwarf of its temperature", "Teff, K",
        intruders.m_star,
    ),
    CARBON_STAR: Anomaly(
        0.5, 2.0, "opacity of C2 and CN over that of a giant with [C/Fe] = 0.8", "Teff, K",
        intruders.carbon_star,
    ),
    ARM_STEP: Anomaly(
        0.05, 0.4, "relative error of the flux below 5780 Å observed", "", artefacts.arm_step,
        signed=True,
    ),
    BAD_REGION: Anomaly(
        50, 200, "number of consecutive unmasked bad pixels",
        "observed wavelength of its centre, Å; negative where it is a dip, positive where noise",
        artefacts.bad_region,
    ),
    SKY_RESIDUALS: Anomaly(
        6, 30, "height of the residuals at bright night-sky lines, in σ", "",
        artefacts.sky_residuals, signed=True,
    ),
    WRONG_REDSHIFT: Anomaly(
        0.012, 0.15, "catalogue minus true redshift; the spectrum is ordinary", signed=True
    ),
}  # fmt: skip

INJECTABLE: tuple[str, ...] = tuple(name for name, kind in KINDS.items() if kind.plant)
"""Kinds that `inject` can plant: all but the wrong redshift."""

OF_THE_SKY = frozenset(
    name
    for name, kind in KINDS.items()
    if kind.plant and kind.plant.__module__ in {signals.__name__, intruders.__name__}
)
"""Kinds that are light of the sky, which images of the object show too."""

QUIESCENT_HOSTS = frozenset({BROAD_LINES, DOUBLE_PEAKED, BLEND, EXTREME_HALPHA})
"""Kinds whose planted lines would be mistaken in a galaxy with strong lines of its own."""
HOST_REDSHIFTS: dict[str, tuple[float, float]] = {
    QUASAR_AT_GALAXY_Z: (0.2, 0.3),
    BAL_QUASAR: (0.05, 0.3),
}
"""Redshifts that the catalogue gives to rows of these kinds, where they are not a galaxy's own."""
INTRUDER_CLASS: dict[str, str] = {
    STAR_AT_GALAXY_Z: "STAR",
    QUASAR_AT_GALAXY_Z: "QSO",
    BAL_QUASAR: "QSO",
    CATACLYSMIC: "STAR",
    WHITE_DWARF: "STAR",
    M_STAR: "STAR",
    CARBON_STAR: "STAR",
}
"""True class of the kinds that replace the host."""
CATALOGUED_STARS: dict[str, str] = {
    CATACLYSMIC: "CV",
    WHITE_DWARF: "WD",
    M_STAR: "M",
    CARBON_STAR: "K",  # redrock has no template of a carbon star
}
"""Kinds that the catalogue rightly calls stars, and the subtype that it gives them."""


def draw_strength(kind: str, rng: np.random.Generator) -> float:
    """Draw a strength, log-uniform in the kind's range, with a random sign where it has one."""
    anomaly = KINDS[kind]
    size = float(np.exp(rng.uniform(np.log(anomaly.low), np.log(anomaly.high))))
    return -size if anomaly.signed and rng.uniform() < 0.5 else size


def inject(
    arms: tuple[Arm, ...], z: Float, kind: str, strength: Float, rng: np.random.Generator
) -> tuple[tuple[Arm, ...], Float]:
    """Plant one kind of anomaly into N observed spectra.

    Added light brings its own photon noise. Where an intruder replaces (a share of) the object,
    noise is drawn anew from the given ivar, so that the result has the depth of the original.
    Pixels without data stay so.

    Parameters
    ----------
    arms : tuple of Arm
        Observed spectra, flux and ivar of shape (N, L); not modified.
    z : ndarray of shape (N,)
        Redshift of each host; the kinds that replace the host ignore it.
    kind : str
        One of `INJECTABLE`.
    strength : ndarray of shape (N,)
        See `KINDS[kind].meaning`; values outside its range are allowed.
    rng : numpy.random.Generator

    Returns
    -------
    arms : tuple of Arm
        New arms, float32.
    detail : ndarray of shape (N,)
        See `KINDS[kind].detail`; NaN where the kind has none.

    Raises
    ------
    RecipeError
        If no kind of that name can be planted into a spectrum.
    """
    if kind not in INJECTABLE:
        raise RecipeError(
            "this anomaly cannot be planted into a spectrum",
            wanted="one of " + ", ".join(INJECTABLE),
            found=repr(kind),
            todo=registry.nearest(kind, INJECTABLE),
        )
    plant = KINDS[kind].plant
    flux = [arm.flux.astype(np.float32, copy=True) for arm in arms]
    ivar = [arm.ivar.astype(np.float32, copy=True) for arm in arms]
    detail = np.full(len(z), np.nan)
    for i in range(len(z)):
        row = Row.of(arms, i, float(z[i]))
        row, detail[i] = plant(row, float(strength[i]), rng) if plant else (row, np.nan)
        for a in range(len(arms)):
            flux[a][i], ivar[a][i] = row.flux[a], row.ivar[a]
    changed = (Arm(arm.name, arm.wave, f, w) for arm, f, w in zip(arms, flux, ivar, strict=True))
    return tuple(changed), detail
