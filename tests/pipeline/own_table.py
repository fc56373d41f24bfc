"""Somebody's own spectra in a table, as the template recipe describes it; text of all kinds."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

N = 60
HOSTILE = (
    "<script>alert(1)</script>", "../../../etc/passwd", 'a,"b";c\td', "NULL", "-1", "0",
    "\u202eevil\u202c", "x" * 128, "é ü ß 星 🌌", "'; DROP TABLE spectra; --", "{target_id}",
    "%2e%2e",
)  # fmt: skip


def write(path: Path) -> None:
    """Write galaxies with an emission line each, of which every tenth is strange.

    One has no flux, one no redshift; every fifth has a name of `HOSTILE`.
    """
    rng = np.random.default_rng(1)
    wave = 3700.0 * 1.0003 ** np.arange(2900)
    z = rng.uniform(0.01, 0.2, N)
    rest = wave / (1 + z[:, None])
    line = np.exp(-((rest - 6564.6) ** 2) / 2 / 4**2)
    flux = 5 + rest / 5000 + rng.uniform(1, 3, (N, 1)) * line
    flux[::10] += 20 * np.exp(-((rest[::10] - 5300) ** 2) / 2 / 30**2)
    flux += rng.normal(0, 0.3, flux.shape)
    flux[3], flux[4, 5:9], z[5] = np.nan, [np.inf, -np.inf, 1e300, np.nan], np.nan
    names = [HOSTILE[i // 5] if i % 5 == 0 else f"g{i}" for i in range(N)]
    starts = [slice(i % 7, wave.size - i % 5) for i in range(N)]
    columns = {
        "id": names,
        "ra": rng.uniform(0, 360, N), "dec": rng.uniform(-60, 60, N), "z": z,
        "class": [HOSTILE[0] if i == 10 else "GALAXY" for i in range(N)],
        "Mass": pa.array([None if i == 20 else 10.0 + i for i in range(N)]),
        "flux": [row[s] for row, s in zip(flux, starts, strict=True)],
        "ivar": [np.full(wave[s].size, 1 / 0.09) for s in starts],
        "wave": [wave[s] for s in starts],
    }  # fmt: skip
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table(columns), path, row_group_size=20)
