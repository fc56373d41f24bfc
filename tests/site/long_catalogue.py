"""The small catalogue with spectra of 312,447 bins of 0.01 Å: as long as HARPS's."""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from tests.site.catalogue_fixture import make_catalogue

N_LONG, FIRST, LAST = 312_447, 3785.9022, 6911.1943
WAVE = np.linspace(FIRST, LAST, N_LONG)
GAP = (5306.0, 5339.0)
SODIUM = (5891.583, 5897.558)
COSMIC = 5_000
"""A bin that a cosmic ray hit: where the first object departs most."""


def spectrum(seed: int) -> dict[str, Any]:
    """Flux, ivar, recon and expected of unit norm: narrow lines, noise, a gap, one wild bin."""
    rng = np.random.default_rng(seed)
    smooth = 1 + 0.3 * np.sin(WAVE / 300)
    for line in (*SODIUM, *rng.uniform(FIRST, LAST, 60)):
        near = np.abs(WAVE - line) < 2
        smooth[near] *= 1 - 0.9 * np.exp(-0.5 * ((WAVE[near] - line) / 0.06) ** 2)
    flux = smooth + 0.02 * rng.normal(size=N_LONG)
    flux[COSMIC + seed] += 5
    norm = np.linalg.norm(flux)
    ivar = np.where((GAP[0] < WAVE) & (GAP[1] > WAVE), 0, (norm / 0.02) ** 2)
    lines = {"flux": flux / norm, "ivar": ivar, "recon": smooth / norm, "expected": smooth / norm}
    return {name: line.astype(np.float32) for name, line in lines.items()}


def make_long_catalogue(path: Path) -> Path:
    """Make a catalogue of three objects, each with a long spectrum."""
    make_catalogue(path, n_published=3)
    with duckdb.connect(str(path)) as database:
        for table in ("grid", "arm_overlaps", "neighbours", "neighbour_spectra"):
            database.execute(f"DELETE FROM {table}")
        grid = pa.table({"bin": np.arange(N_LONG), "wave_rest": WAVE})
        database.register("long_grid", grid)
        database.execute("INSERT INTO grid SELECT bin, wave_rest FROM long_grid")
        targets = [
            row[0]
            for row in database.execute(
                "SELECT target_id FROM object_spectra ORDER BY ALL"
            ).fetchall()
        ]
        for seed, target in enumerate(targets):
            made = spectrum(seed)
            one = pa.table(
                {name: pa.array([line], pa.list_(pa.float32())) for name, line in made.items()}
            )
            database.register("one", one)
            database.execute(
                "UPDATE object_spectra SET flux = one.flux, ivar = one.ivar, recon = one.recon, "
                "expected = one.expected FROM one WHERE target_id = ?",
                [target],
            )
            database.unregister("one")
    return path
