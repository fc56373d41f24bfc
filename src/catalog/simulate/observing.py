"""A population's spectra as DESI would have seen them: models, calibration, noise, anomalies."""

from dataclasses import dataclass, fields, replace

import numpy as np

from catalog.simulate import anomalies, galaxies, instrument, population, quasars, rest_grid, stars
from catalog.simulate.population import GALAXIES, Kind, Population
from catalog.spectra import Arm, Array, Float, coadd


@dataclass(frozen=True)
class Observation:
    """N observed spectra.

    Attributes
    ----------
    arms
        b, r, z; flux and ivar (N, L).
    masks
        (N, L) int32 per arm.
    noiseless
        (N, 7781): what `arms` would be without noise, before anomalies.
    exposure
        How they were observed.
    detail
        Second number of each anomaly, (N,); NaN for none.
    snr
        Median S/N per coadded pixel, (N,), measured.
    parameters
        Generative parameters by name, (N,) each; NaN where a kind has no such parameter.
    """

    arms: tuple[Arm, ...]
    masks: tuple[Array, ...]
    noiseless: Float
    exposure: instrument.Exposure
    detail: Float
    snr: Float
    parameters: dict[str, Float]


GALAXY_PARAMETERS = (
    "log_ssfr", "log_age_old", "log_burst", "feh", "alpha", "dust", "dust_slope", "dust_gas",
    "sigma_stars", "sigma_gas", "log_active",
)  # fmt: skip


def _note(table: dict[str, Float], rows: Array, n: int, **values: Float) -> None:
    for name, value in values.items():
        table.setdefault(name, np.full(n, np.nan))[rows] = value


def _galaxy_light(
    people: Population, rows: Array, rng: np.random.Generator, table: dict[str, Float]
) -> Float:
    sample = population.draw_galaxies(people.kind[rows], rng)
    n = len(people)
    _note(table, rows, n, **{name: getattr(sample, name) for name in GALAXY_PARAMETERS})
    _note(table, rows, n, oxygen=sample.gas.oxygen, ionisation=sample.gas.ionisation)
    light = rest_grid.observe(galaxies.spectra(sample), people.z[rows], instrument.WAVE)
    broad = people.kind[rows] == Kind.BROAD_LINE
    if broad.any():
        nuclei = quasars.draw(int(broad.sum()), rng)
        nuclei = replace(nuclei, fwhm=np.clip(nuclei.fwhm, 2000, 8000))
        share = rng.uniform(0.35, 0.9, len(nuclei))[:, None]
        nuclear = quasars.spectra(nuclei, people.z[rows][broad], instrument.WAVE, rng)
        own = light[broad] / np.median(light[broad], axis=1, keepdims=True)
        light[broad] = (1 - share) * own + share * nuclear
        _note(table, rows[broad], n, fwhm_km_s=nuclei.fwhm, nuclear_share=share[:, 0])
    return light


def _star_light(
    people: Population, rows: Array, rng: np.random.Generator, table: dict[str, Float]
) -> Float:
    sample, scale = population.draw_stars(people.kind[rows], rng)
    _note(table, rows, len(people), teff=sample.teff, logg=sample.logg, feh=sample.feh)
    return rest_grid.observe(stars.spectra(sample, scale), people.z[rows], instrument.WAVE)


def _light(people: Population, rng: np.random.Generator, table: dict[str, Float]) -> Float:
    """Noiseless light of N rows on `instrument.WAVE`, each on its own scale; zero for sky."""
    light = np.zeros((len(people), instrument.WAVE.size), dtype=np.float32)
    galactic = np.flatnonzero(np.isin(people.kind, [k.value for k in GALAXIES]))
    light[galactic] = _galaxy_light(people, galactic, rng, table)
    stellar = np.flatnonzero(np.isin(people.kind, [Kind.STAR.value, Kind.WHITE_DWARF.value]))
    light[stellar] = _star_light(people, stellar, rng, table)
    nuclear = np.flatnonzero(people.kind == Kind.QUASAR)
    sample = quasars.draw(nuclear.size, rng)
    _note(table, nuclear, len(people), fwhm_km_s=sample.fwhm)
    if nuclear.size:
        light[nuclear] = quasars.spectra(sample, people.z[nuclear], instrument.WAVE, rng)
    return light


def _scaled(
    light: Float, people: Population, exposure: instrument.Exposure, rng: np.random.Generator
) -> Float:
    """Redden, blur, scale to the wanted S/N and miscalibrate, as a telescope does."""
    reddened = light * galaxies.attenuation(
        instrument.WAVE, 3.1 * people.ebv, np.full(len(people), 1.2)
    ).astype(np.float32)
    seen = instrument.resolve(reddened)
    lit = people.kind != Kind.SKY
    middle = np.median(seen[:, 2700:5026], axis=1)
    shape = seen / np.where(lit, middle, 1.0)[:, None]
    factor = instrument.amplitude_for(people.snr, np.where(lit[:, None], shape, 1.0), exposure)
    scaled = shape * factor[:, None] * instrument.calibration(len(people), rng)
    return scaled.astype(np.float32)


def _plant(
    arms: tuple[Arm, ...], people: Population, rng: np.random.Generator
) -> tuple[tuple[Arm, ...], Float]:
    """Plant each row's anomaly; rows without one are as before."""
    detail = np.full(len(people), np.nan)
    for row in np.flatnonzero(np.isin(people.anomaly, anomalies.INJECTABLE)):
        one = tuple(Arm(a.name, a.wave, a.flux[[row]], a.ivar[[row]]) for a in arms)
        changed, found = anomalies.inject(
            one, people.z[[row]], people.anomaly[row], people.strength[[row]], rng
        )
        detail[row] = found[0]
        for arm, new in zip(arms, changed, strict=True):
            arm.flux[row], arm.ivar[row] = new.flux[0], new.ivar[0]
    return arms, detail


def median_snr(arms: tuple[Arm, ...]) -> Float:
    """Median of flux √ivar over the pixels of the coadded arms that have data; NaN without any."""
    joined = coadd(arms)
    ratio = np.where(joined.ivar > 0, joined.flux * np.sqrt(joined.ivar), np.nan)
    result = np.full(len(ratio), np.nan)
    live = (joined.ivar > 0).any(axis=1)
    result[live] = np.nanmedian(ratio[live], axis=1)
    return result


def observe(people: Population, dead: Array, rng: np.random.Generator) -> Observation:
    """Observe a population.

    Parameters
    ----------
    people : Population
        N rows.
    dead : ndarray of shape (N,), bool
        Fibres that give no data.
    rng : numpy.random.Generator
    """
    table: dict[str, Float] = {}
    exposure = population.draw_exposures(people, rng)
    noiseless = _scaled(_light(people, rng, table), people, exposure, rng)
    exposed = instrument.expose(noiseless, exposure, rng)
    arms, detail = _plant(tuple(e.arm for e in exposed), people, rng)
    for part in exposed:
        part.arm.flux[dead], part.arm.ivar[dead], part.mask[dead] = 0.0, 0.0, 0
    for field in fields(exposure):
        value = getattr(exposure, field.name)
        if value.ndim == 1:
            table[field.name] = value
    masks = tuple(e.mask for e in exposed)
    return Observation(arms, masks, noiseless, exposure, detail, median_snr(arms), table)
