"""A small simulated release, and clean hosts to plant anomalies into."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from catalog import tables
from catalog.simulate import TRUTH, observing, write_release
from catalog.simulate.population import Kind, Population


@dataclass(frozen=True)
class Release:
    folder: Path
    counts: dict[str, int | float]
    truth: tables.Table

    @property
    def coadds(self) -> list[Path]:
        return sorted(self.folder.rglob("coadd-*.fits"))


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("simulated")
    counts = write_release(folder, 700, 11, anomaly_fraction=0.16, resolution=False)
    return Release(folder, counts, tables.read(folder / TRUTH))


@pytest.fixture(scope="session")
def hosts() -> observing.Observation:
    """Ten quiescent galaxies at z = 0.15 with S/N 30."""
    n = 10
    people = Population(
        kind=np.full(n, Kind.QUIESCENT.value, dtype=object),
        anomaly=np.full(n, "", dtype=object),
        strength=np.zeros(n),
        z=np.full(n, 0.15),
        snr=np.full(n, 30.0),
        bgs=np.ones(n, dtype=bool),
        ebv=np.full(n, 0.02),
    )
    return observing.observe(people, np.zeros(n, dtype=bool), np.random.default_rng(5))
