"""A shard of clean galaxies to plant into, and the candidates of a release."""

import numpy as np
import pytest

from catalog.simulate import observing
from catalog.simulate.population import Kind, Population
from catalog.spectra import Quality, Spectra
from catalog.tables import Table

N_SPECTRA = 36


@pytest.fixture(scope="session")
def shard() -> Spectra:
    """Galaxies at S/N 20; the last row is the first one's target again, the one before is flagged.

    Their identifiers exceed 2^53, as DESI's do.
    """
    n = N_SPECTRA
    z = np.linspace(0.05, 0.28, n)
    people = Population(
        kind=np.full(n, Kind.STAR_FORMING.value, dtype=object),
        anomaly=np.full(n, "", dtype=object),
        strength=np.zeros(n),
        z=z,
        snr=np.full(n, 20.0),
        bgs=np.ones(n, dtype=bool),
        ebv=np.full(n, 0.02),
    )
    seen = observing.observe(people, np.zeros(n, dtype=bool), np.random.default_rng(8))
    names = [str(39_627_763_589_581_458 + i) for i in range(n - 1)]
    quality = np.zeros(n, np.int64)
    quality[-2] = Quality.BAD_FIBRE
    return Spectra(
        survey="desi",
        target_id=np.array([*names, names[0]], dtype=object),
        ra=np.linspace(10, 11, n),
        dec=np.zeros(n),
        z=z,
        z_err=np.full(n, 1e-4),
        z_warn=np.zeros(n, np.int64),
        spec_class=np.full(n, "GALAXY", dtype=object),
        subclass=np.full(n, "AGN", dtype=object),
        quality=quality,
        arms=seen.arms,
        extras={"delta_chi2": np.arange(n, dtype=float)},
    )


def make_candidates(n: int, seed: int = 0) -> Table:
    """Candidates as a release's: log-normal S/N, mostly galaxies, some stars and quasars."""
    rng = np.random.default_rng(seed)
    return {
        "target_id": np.array([str(39_627_763_589_581_458 + i) for i in range(n)], dtype=object),
        "snr": np.clip(rng.lognormal(np.log(11), 0.57, n), 3, 90),
        "spec_class": rng.choice(
            np.array(["GALAXY", "STAR", "QSO"], dtype=object), n, p=[0.95, 0.03, 0.02]
        ),
        "z": rng.uniform(0.01, 0.3, n),
    }


@pytest.fixture(scope="session")
def candidates() -> Table:
    return make_candidates(15_000)
