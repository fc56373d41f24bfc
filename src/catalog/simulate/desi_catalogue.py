"""What the survey's own tables say of each row: identity, targeting, photometry, redshift."""

from dataclasses import dataclass

import numpy as np

from catalog.simulate import anomalies, footprint
from catalog.simulate.desi_columns import targeting_prefix
from catalog.simulate.instrument import WAVE
from catalog.simulate.observing import Observation
from catalog.simulate.population import GALAXIES, Kind, Population
from catalog.spectra import Array, Float, Text, coadd

BGS_ANY, MWS_ANY, SKY, QSO, LRG, ELG = 1 << 60, 1 << 61, 1 << 32, 1 << 2, 1 << 0, 1 << 1
BGS_FAINT, BGS_BRIGHT = 1 << 0, 1 << 1
MISSING_POSITION, BROKEN_FIBRE, STUCK_POSITIONER = 512 + 8, 1 << 16, 1 << 0
ZWARN_SKY, ZWARN_SMALL_DELTA_CHI2, ZWARN_NO_DATA = 1 << 0, 1 << 2, 1 << 9
DIRT = 0.004
"""Fractions of dead fibres, of stuck positioners, and (twice this) of bad fibres with data."""

_STAR_TYPES = ((10_000, "B"), (7500, "A"), (6000, "F"), (5200, "G"), (3900, "K"), (0, "M"))
# Bands approximated by boxes, Å, that lie within the arms and largely match g, r, z.
_BANDS = {"G": (4000.0, 5500.0), "R": (5650.0, 7150.0), "Z": (8480.0, 9800.0)}


@dataclass(frozen=True)
class Identity:
    """Who N rows are, each (N,): identifiers, positions, fibre states."""

    target_id: Array
    ra: Float
    dec: Float
    brickid: Array
    brickname: Array
    objid: Array
    release: Array
    status: Array
    tile: int
    petal: int


def draw_status(people: Population, rng: np.random.Generator) -> tuple[Array, Array]:
    """COADD_FIBERSTATUS and whether the fibre is dead, (N,) each; anomalies have good fibres."""
    n = len(people)
    status, dead = np.zeros(n, dtype=np.int32), np.zeros(n, dtype=bool)
    chance = rng.uniform(size=n)
    plain = people.anomaly == ""
    dead |= plain & (chance < 2 * DIRT)
    status[dead] = MISSING_POSITION
    status[plain & (chance < DIRT)] = STUCK_POSITIONER
    status[plain & (chance > 1 - 2 * DIRT)] = BROKEN_FIBRE
    return status, dead


def identify(pixel: int, people: Population, status: Array, rng: np.random.Generator) -> Identity:
    """Place and name the rows of one pixel; stuck fibres have negative identifiers."""
    n = len(people)
    ra, dec = footprint.positions(pixel, n, rng)
    brickid, brickname = footprint.bricks(ra, dec)
    objid = rng.permutation(8000)[:n] if n <= 8000 else np.arange(n)
    release = np.where(dec > 32.375, 9011, 9010)
    tile, petal = int(rng.integers(1, 600)), int(rng.integers(0, 10))
    is_sky = people.kind == Kind.SKY
    target = footprint.target_ids(objid, brickid, release, is_sky=is_sky)
    unassigned = -(tile * 10_000 + petal * 1000 + np.arange(n) % 540)
    stuck = status == STUCK_POSITIONER
    # Two stuck fibres of one location would share an identifier.
    unique = stuck & (np.arange(n) < 540)
    target = np.where(unique, unassigned, target)
    return Identity(target, ra, dec, brickid, brickname, objid, release, status, tile, petal)


def _photometry(seen: Observation, people: Population) -> dict[str, Float]:
    """Fluxes through the fibre in nanomaggies, from the spectrum, in boxes for g, r and z."""
    flux = seen.noiseless.astype(float)
    own_light = np.isin(people.anomaly, list(anomalies.OF_THE_SKY))
    if own_light.any():
        flux[own_light] = coadd(seen.arms).flux[own_light]
    result = {}
    for band, (start, end) in _BANDS.items():
        part = (start < WAVE) & (end > WAVE)
        photons = (flux[:, part] * WAVE[part]).sum(axis=1) / (1 / WAVE[part]).sum()
        # f_ν = f_λ λ² / c; a nanomaggy is 3.631e-29 erg s⁻¹ cm⁻² Hz⁻¹; c in Å/s.
        result[band] = photons * 1e-17 / 2.99792458e18 / 3.631e-29
    return result


def _targeting(people: Population, photometry: dict[str, Float], survey: str) -> dict[str, Array]:
    prefix, kind = targeting_prefix(survey), people.kind
    main = np.where(people.bgs, BGS_ANY, 0)
    main |= np.where(
        np.isin(kind, [Kind.STAR.value, Kind.WHITE_DWARF.value]) & ~people.bgs, MWS_ANY, 0
    )
    main |= np.where(kind == Kind.QUASAR, QSO, 0)
    main |= np.where((kind == Kind.QUIESCENT) & ~people.bgs, LRG, 0)
    main |= np.where((kind == Kind.STAR_FORMING) & ~people.bgs, ELG, 0)
    bright = photometry["R"] > 10 ** (0.4 * (22.5 - 19.5)) * 0.4
    sky = np.where(kind == Kind.SKY, SKY, 0)
    return {
        f"{prefix}DESI_TARGET": main | (0 if prefix else sky),
        f"{prefix}BGS_TARGET": np.where(people.bgs, np.where(bright, BGS_BRIGHT, BGS_FAINT), 0),
        f"{prefix}MWS_TARGET": np.where(main & MWS_ANY, 1, 0),
        "FA_TARGET": main | sky,
    } | ({"DESI_TARGET": sky} if prefix else {})


def fibermap(
    who: Identity, people: Population, seen: Observation, survey: str, rng: np.random.Generator
) -> dict[str, Array]:
    """Values of FIBERMAP's columns, (N,) each; columns left out are zero or empty."""
    n, real = len(people), who.target_id > 0
    light = _photometry(seen, people)
    extended = np.isin(people.kind, [k.value for k in GALAXIES])
    beyond = np.where(extended, rng.uniform(1.5, 4.0, n), 1.28)
    shape_r = np.where(extended, rng.lognormal(0.5, 0.4, n), 0.0)
    values: dict[str, Array] = {
        "TARGETID": who.target_id, "COADD_FIBERSTATUS": who.status,
        "TARGET_RA": who.ra, "TARGET_DEC": who.dec, "REF_EPOCH": np.where(real, 2015.5, 0),
        "FA_TYPE": np.where(people.kind == Kind.SKY, 4, 1) * real,
        "OBJTYPE": np.where(real, np.where(people.kind == Kind.SKY, "SKY", "TGT"), ""),
        "SUBPRIORITY": rng.uniform(size=n), "OBSCONDITIONS": np.full(n, 4),
        "RELEASE": who.release, "BRICKNAME": who.brickname, "BRICKID": who.brickid,
        "BRICK_OBJID": who.objid, "EBV": people.ebv, "SHAPE_R": shape_r,
        "MORPHTYPE": np.where(extended, np.where(shape_r > 1.2, "SER", "REX"), "PSF"),
        "SERSIC": np.where(extended, rng.uniform(0.8, 4.5, n), 0.0),
        "PHOTSYS": np.where(who.release == 9011, "N", "S"),
        "PRIORITY_INIT": np.where(people.bgs, 102_100, 1500), "NUMOBS_INIT": np.full(n, 3),
        "PLATE_RA": who.ra, "PLATE_DEC": who.dec, "COADD_NUMEXP": np.ones(n),
        "COADD_EXPTIME": 1000 * seen.exposure.depth, "COADD_NUMNIGHT": np.ones(n),
        "COADD_NUMTILE": np.ones(n), "MEAN_DELTA_X": rng.normal(0, 0.004, n),
        "RMS_DELTA_X": np.full(n, 0.005), "MEAN_DELTA_Y": rng.normal(0, 0.004, n),
        "RMS_DELTA_Y": np.full(n, 0.005), "MEAN_FIBER_RA": who.ra + rng.normal(0, 2e-5, n),
        "MEAN_FIBER_DEC": who.dec + rng.normal(0, 2e-5, n),
        "MEAN_PSF_TO_FIBER_SPECFLUX": np.where(real, 0.78, 0.0),
    }  # fmt: skip
    for band, flux in light.items():
        values |= {f"FIBERFLUX_{band}": flux, f"FIBERTOTFLUX_{band}": flux}
        values |= {f"FLUX_{band}": flux * beyond, f"FLUX_IVAR_{band}": np.full(n, 300.0)}
    values |= _targeting(people, light, survey)
    return values


def exposures(who: Identity, depth: Float, values: dict[str, Array]) -> dict[str, Array]:
    """Values of EXP_FIBERMAP's columns: one exposure per row."""
    n = len(who.target_id)
    fibre = 500 * who.petal + np.arange(n) % 500
    same = ("TARGETID", "SUBPRIORITY", "PLATE_RA", "PLATE_DEC")
    good = who.status == 0
    return {name: values[name] for name in same} | {
        "PRIORITY": values["PRIORITY_INIT"], "NIGHT": np.full(n, 20_210_410),
        "EXPID": np.full(n, 84_000 + who.tile), "MJD": np.full(n, 59_315.25),
        "TILEID": np.full(n, who.tile), "EXPTIME": 1000 * depth,
        "PETAL_LOC": np.full(n, who.petal), "DEVICE_LOC": np.arange(n) % 540,
        "LOCATION": 1000 * who.petal + np.arange(n) % 540, "FIBER": fibre,
        "FIBERSTATUS": who.status, "LAMBDA_REF": np.full(n, 5400.0), "NUM_ITER": np.full(n, 2),
        "DELTA_X": values["MEAN_DELTA_X"], "DELTA_Y": values["MEAN_DELTA_Y"],
        "FIBER_RA": values["MEAN_FIBER_RA"], "FIBER_DEC": values["MEAN_FIBER_DEC"],
        "PSF_TO_FIBER_SPECFLUX": values["MEAN_PSF_TO_FIBER_SPECFLUX"],
        "IN_COADD_B": good, "IN_COADD_R": good, "IN_COADD_Z": good,
    }  # fmt: skip


@dataclass(frozen=True)
class Redshifts:
    """True and catalogued class and redshift of N rows, each (N,)."""

    z_true: Float
    class_true: Text
    z: Float
    z_err: Float
    z_warn: Array
    spec_class: Text
    subclass: Text


def redshifts(
    people: Population, seen: Observation, dead: Array, rng: np.random.Generator
) -> Redshifts:
    """Say what redrock would say, mistakes included where an anomaly is one."""
    n, kind = len(people), people.kind
    truth = _true_classes(kind)
    catalogue, subclass = truth.copy(), np.full(n, "", dtype=object)
    teff = seen.parameters.get("teff", np.full(n, np.nan))
    for i in np.flatnonzero(truth == "STAR"):
        is_dwarf = kind[i] == Kind.WHITE_DWARF
        subclass[i] = "WD" if is_dwarf else next(name for t, name in _STAR_TYPES if teff[i] > t)
    snr = np.nan_to_num(np.maximum(seen.snr, 0.5), nan=0.5)
    spread = np.select([truth == "QSO", kind == Kind.QUIESCENT], [2e-3, 3e-4], 1e-4)
    z_err = spread / snr * rng.lognormal(0, 0.2, n)
    z_true, z = people.z.copy(), people.z + z_err * rng.standard_normal(n)
    for i in np.flatnonzero(people.anomaly != ""):
        name = people.anomaly[i]
        truth[i] = anomalies.INTRUDER_CLASS.get(name, truth[i])
        if truth[i] == "QSO" and name in anomalies.INTRUDER_CLASS:
            z_true[i] = seen.detail[i]
        elif name in anomalies.INTRUDER_CLASS:
            z_true[i] = 0.0
        if name in anomalies.CATALOGUED_STARS:
            catalogue[i], subclass[i] = "STAR", anomalies.CATALOGUED_STARS[name]
            z[i] = abs(rng.normal(0, 2e-4))
        if name == anomalies.BAL_QUASAR:
            catalogue[i] = "QSO"
        if name == anomalies.WRONG_REDSHIFT:
            z[i] = people.z[i] + people.strength[i]
            if not 0.002 < z[i] < 0.3:
                z[i] = people.z[i] - people.strength[i]
    faint = (snr < 2.5) & (rng.uniform(size=n) < 0.3)
    warn = np.where(faint, ZWARN_SMALL_DELTA_CHI2, 0)
    warn = np.where(kind == Kind.SKY, ZWARN_SKY | ZWARN_SMALL_DELTA_CHI2, warn)
    warn = np.where(dead, ZWARN_NO_DATA, warn)
    lost = dead | (kind == Kind.SKY)
    z = np.where(lost, rng.uniform(0, 1.6, n), z)
    return Redshifts(z_true, truth, z, z_err, warn, catalogue, subclass)


def _true_classes(kind: Text) -> Text:
    result = np.full(len(kind), "GALAXY", dtype=object)
    result[np.isin(kind, [Kind.QUASAR.value, Kind.BROAD_LINE.value])] = "QSO"
    result[np.isin(kind, [Kind.STAR.value, Kind.WHITE_DWARF.value])] = "STAR"
    return result
