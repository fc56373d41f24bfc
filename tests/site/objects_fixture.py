"""Who the objects of the small catalogue are: identifiers, names, positions, classes, scores."""

from typing import Any

import pyarrow as pa

from catalog.designation import acronym, designation, slug_of

HOSTILE = "<script>alert(1)</script>"
HOSTILE_CLASS = '"><img src=x onerror=alert(2)>'
LONG_ID = "39089837596371002"
N_SCORED, N_PUBLISHED, N_BINS = 2_000, 60, 1_000
N_LATENT = 10
# name, title, role, the paper's name and sign
SCORES = (
    ("misfit", "misfit", "ranking", "", 1),
    ("arm_step", "arm step", "ranking", "", 1),
    ("weighted_mse", "weighted squared error", "paper", "weighted MSE", 1),
    ("lof", "local outlier factor", "paper", "NOF", -1),
    ("chi2", "reduced χ²", "further", "", 1),
    ("pca_chi2", "χ² of ten principal components", "baseline", "", 1),
    ("pca_lof", "local outlier factor of ten principal components", "baseline", "", 1),
)
CATEGORIES = (
    (
        "line_strength",
        "Extreme emission line",
        "astrophysical",
        "A known line is far stronger or weaker than in the spectra most like it.",
    ),
    (
        "broad_lines",
        "Broad lines",
        "astrophysical",
        "Lines thousands of km/s wide, as of gas near a black hole.",
    ),
    (
        "blend",
        "Two objects in one fibre",
        "astrophysical",
        "The light of two objects, at two redshifts, in one spectrum.",
    ),
    ("unexplained", "Unexplained", "unexplained", "No rule accounts for the misfit."),
    (
        "arm_step",
        "Step between arms",
        "artefact",
        "The flux jumps where two arms of the spectrograph meet.",
    ),
    ("sky_residual", "Sky residual", "artefact", "Night-sky lines were not subtracted cleanly."),
)
NAMELESS = 3  # published by what its survey calls it, which is hostile
NOWHERE = 4  # without a position


def target(i: int) -> str:
    if i >= N_SCORED:  # spread as real DESI identifiers are: release, brick, object
        brick = 320_000 + i * 7_919 % 340_000
        return str((9_010 << 42) + (brick << 22) + i * 104_729 % 8_000)
    return {3: HOSTILE, 5: LONG_ID}.get(i, f"3962783{i:010d}")


def position_of(i: int) -> tuple[float, float]:
    """Right ascension and declination of the object of rank i + 1: spread, and known to tests."""
    return i * 137.50776405003785 % 360, (i * 74.16407864998738 + 31.4) % 120 - 60


def name_of(i: int, *, simulated: bool = False) -> str:
    """Designation of the object of rank i + 1; empty where it has none."""
    nameless = i in {NAMELESS, NOWHERE}
    return "" if nameless else designation(*position_of(i), acronym("PSA", simulated=simulated))


def slug_at(i: int) -> str:
    """Address of the page of the object of rank i + 1."""
    if i == NAMELESS:
        return "desi-script-alert-1-script"
    return slug_of(name_of(i)) if name_of(i) else f"desi-{target(i)}"


def slug_by_id(target_id: str) -> str:
    """Address of the page of one of the first published objects, by its survey's identifier."""
    return next(slug_at(i) for i in range(N_PUBLISHED) if target(i) == target_id)


def spectrum_row(
    rng: Any, i: int, n_published: int, n_scored: int, *, simulated: bool
) -> list[Any]:
    published = i < n_published
    category = CATEGORIES[i % 6] if published else ("", "", "", "")
    ra, dec = (None, None) if i == NOWHERE else position_of(i)
    x, y = rng.normal(0, 10, 2) + (30 if i % 3 == 0 else -10)
    percentile = 100.0 * (1 - (i + 1) / max(N_SCORED, n_scored))
    spec_class = HOSTILE_CLASS if i == 3 else ("GALAXY", "GALAXY", "QSO", "STAR")[i % 4]
    row = [
        target(i),
        name_of(i, simulated=simulated),
        "desi",
        "sv3-1",
        ra,
        dec,
        None if i == 6 else float(rng.uniform(0.01, 0.5)),
        None if i == 6 else 2e-5,
        0,
        spec_class,
        "",
        0,
        float(rng.lognormal(1.6, 0.5)),
        0.98,
        i == 7,
        i % 3,
        i + 1,
        percentile,
        min(1.0, (i + 1) ** 2 * 1e-8),
        i < 3,
        (i + 1) * 1e-4,
        published,
        category[2],
        category[0],
        slug_at(i) if published else "",
        float(x),
        float(y),
        rng.normal(0, 1, N_LATENT).tolist(),
    ]
    for k in range(len(SCORES)):
        missing = i == 8 and SCORES[k][0] in {"lof", "arm_step"}
        own = percentile if i < N_SCORED else 100.0 * float(rng.beta(8, 1))
        value = [9.0 / (i + 1) + 1.2, i + 1, own, (i + 1) / N_SCORED]
        row += [None] * 4 if missing else value
    return [*row, 5772.0 if i % 4 == 3 else None, "bright"]


def insert_rows(database: Any, table: str, rows: list[list[Any]]) -> None:
    """Insert many rows at once, which one by one take a second per thousand."""
    columns = {f"c{i}": list(column) for i, column in enumerate(zip(*rows, strict=True))}
    database.register("rows_made", pa.table(columns))
    database.execute(f"INSERT INTO {table} SELECT * FROM rows_made")
    database.unregister("rows_made")
