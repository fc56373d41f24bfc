"""One healpix pixel of a simulated release, from its own random stream to its two files."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from catalog.simulate import anomalies, desi_catalogue, desi_format, observing, population
from catalog.spectra import Text
from catalog.tables import Table

PARAMETERS = (
    *observing.GALAXY_PARAMETERS, "oxygen", "ionisation", "teff", "logg", "fwhm_km_s",
    "nuclear_share", "depth", "moon", "airglow", "sky_residual",
)  # fmt: skip
"""Generative parameters in the truth table."""


@dataclass(frozen=True)
class ShardPlan:
    """What a shard is made from: its files and its truth are a function of this alone."""

    folder: Path
    survey: str
    program: str
    pixel: int
    planted: Text
    stream: np.random.SeedSequence
    resolution: bool


def build(plan: ShardPlan) -> Table:
    """Write one pixel's coadd and redrock file and return its rows of the truth table.

    Raises
    ------
    ReleaseError
        If a file cannot be written.
    """
    rng = np.random.default_rng(plan.stream)
    # Several threads would share out sums in another order, and so change the last bits.
    with threadpool_limits(limits=1):
        people = population.draw(plan.planted, rng)
        status, dead = desi_catalogue.draw_status(people, rng)
        seen = observing.observe(people, dead, rng)
    who = desi_catalogue.identify(plan.pixel, people, status, rng)
    found = desi_catalogue.redshifts(people, seen, dead, rng)
    fibermap = desi_catalogue.fibermap(who, people, seen, plan.survey, rng)
    exposed = desi_catalogue.exposures(who, seen.exposure.depth, fibermap)
    place = (plan.survey, plan.program, plan.pixel)
    coadd = desi_format.file_name("coadd", *place)
    redrock = desi_format.file_name("redrock", *place)
    desi_format.write_coadd(
        plan.folder / coadd, fibermap, exposed, seen, place, resolution=plan.resolution
    )
    desi_format.write_redrock(plan.folder / redrock, fibermap, exposed, found, seen, place)
    return _truth(people, who, found, seen, coadd)


def _truth(
    people: population.Population,
    who: desi_catalogue.Identity,
    found: desi_catalogue.Redshifts,
    seen: observing.Observation,
    coadd: Path,
) -> Table:
    n = len(people)
    wrong = people.anomaly == anomalies.WRONG_REDSHIFT
    table: Table = {
        "target_id": np.array([str(t) for t in who.target_id], dtype=object),
        "file": np.full(n, coadd.as_posix(), dtype=object),
        "spec_class": found.spec_class,
        "subclass": found.subclass,
        "class_true": found.class_true,
        "kind": people.kind,
        "anomaly": people.anomaly,
        "strength": np.where(wrong, found.z - found.z_true, people.strength),
        "detail": seen.detail,
        "z": found.z,
        "z_true": found.z_true,
        "z_host": people.z,
        "snr": seen.snr,
        "bgs": people.bgs,
        "ebv": people.ebv,
    }
    return table | {name: seen.parameters.get(name, np.full(n, np.nan)) for name in PARAMETERS}
