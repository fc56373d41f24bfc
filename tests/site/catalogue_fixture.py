"""A small catalogue made straight from schema.sql: 60 outliers of 2,000, some of them hostile."""

from pathlib import Path

import duckdb
import numpy as np
from tests.site.benchmark_fixture import add_benchmark
from tests.site.latent_fixture import add_latent
from tests.site.nearby_fixture import STANDING_PETAL, add_nearby
from tests.site.objects_fixture import (
    CATEGORIES,
    HOSTILE,
    HOSTILE_CLASS,
    LONG_ID,
    N_LATENT,
    N_PUBLISHED,
    N_SCORED,
    NAMELESS,
    SCORES,
    insert_rows,
    name_of,
    slug_at,
    slug_by_id,
    spectrum_row,
)
from tests.site.release_fixture import add_release
from tests.site.spectra_fixture import OVERLAPS, WAVE, add_evidence, add_spectra

__all__ = [
    "CATEGORIES",
    "HOSTILE",
    "HOSTILE_CLASS",
    "LONG_ID",
    "NAMELESS",
    "N_LATENT",
    "N_PUBLISHED",
    "N_SCORED",
    "OVERLAPS",
    "SCORES",
    "STANDING_PETAL",
    "make_catalogue",
    "name_of",
    "slug_at",
    "slug_by_id",
]

SCHEMA = Path(__file__).parents[2] / "src" / "catalog" / "store" / "schema.sql"
# Target, position, verdict, category, comment, by, date.
VERDICTS = [
    ["39627830000000000", 1, "artefact", "sky_residual", "Sits on a sky line.", "A. Rossi",
     "2026-03-09"],
    ["39627830000000000", 2, "astrophysical", "line_strength", "", "B. Chen", "2026-04-01"],
    ["39627830000000001", 1, "astrophysical", "", "", "A. Rossi", ""],
    [HOSTILE, 1, "ordinary", "", f"=1+1\n{HOSTILE}", HOSTILE, "2026-01-01"],
]  # fmt: skip


def make_catalogue(  # noqa: PLR0913 - what tests vary
    path: Path,
    *,
    simulated: bool = False,
    n_published: int = N_PUBLISHED,
    n_scored: int = N_SCORED,
    benchmark: bool = True,
    n_full: int | None = None,
    latent: bool = False,
) -> Path:
    """Write the catalogue; the same arguments give the same content.

    Of many published objects only the first `n_full` need spectra, reasons and neighbours: the
    others are quick to make, and enough for pages that list them.
    """
    n_full = n_published if n_full is None else n_full
    rng = np.random.default_rng(11)
    database = duckdb.connect(str(path))
    database.execute("BEGIN")  # of one transaction a row takes a tenth of what it takes alone
    database.execute(SCHEMA.read_text(encoding="utf-8"))
    for score, *_ in SCORES:
        database.execute(f"ALTER TABLE spectra ADD COLUMN score_{score} DOUBLE")
        database.execute(f"ALTER TABLE spectra ADD COLUMN rank_{score} BIGINT")
        database.execute(f"ALTER TABLE spectra ADD COLUMN percentile_{score} DOUBLE")
        database.execute(f"ALTER TABLE spectra ADD COLUMN p_{score} DOUBLE")
    database.execute("ALTER TABLE spectra ADD COLUMN teff DOUBLE")
    database.execute("ALTER TABLE spectra ADD COLUMN program VARCHAR")
    add_release(database, rng, simulated=simulated, n_published=n_published)
    if benchmark:
        add_benchmark(database, np.random.default_rng(5), simulated=simulated)
    rows = [
        spectrum_row(rng, i, n_published, n_scored, simulated=simulated) for i in range(n_scored)
    ]
    insert_rows(database, "spectra", rows)
    add_spectra(database, rng, n_full)
    add_evidence(database, n_full)
    database.executemany("INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, 'v.csv')", VERDICTS)
    add_nearby(database, np.random.default_rng(6), n_full, n_scored)
    if latent:
        add_latent(database, N_LATENT, WAVE)
    database.execute("COMMIT")
    database.close()
    return path
