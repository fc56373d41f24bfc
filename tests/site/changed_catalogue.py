"""The small catalogue as a second release: every kind of change, and some hostile text."""

from pathlib import Path

import duckdb
from tests.site.catalogue_fixture import HOSTILE, make_catalogue, name_of, slug_at

TABLES = ("previous", "release_differences", "differences", "withdrawn")
N_GONE, N_NEW = 130, 20
GONE_SLUG = "j000000.00p000000.0"


def make_first(path: Path, *, simulated: bool = False) -> Path:
    """Write the catalogue without what a page of changes does not show."""
    return make_catalogue(path, simulated=simulated, benchmark=False, n_full=1, n_scored=100)


def make_second(path: Path, *, simulated: bool = False, address: str = "", title: str = "") -> Path:
    """Write the catalogue, and what has changed since a release before it.

    The first 20 objects are new, the next 20 moved, 130 are gone, one of which had a page; one that
    is gone is called something hostile.
    """
    make_first(path, simulated=simulated)
    with duckdb.connect(str(path)) as database:
        for table in TABLES:
            database.execute(f"DELETE FROM {table}")
        database.execute(
            "INSERT INTO previous VALUES ('one', ?, '0.9', '2025-05-01', ?, 2000, 1900, 190, 50)",
            [title or f"Atlas {HOSTILE}", address],
        )
        database.execute(
            "INSERT INTO release_differences VALUES (1, 'spectra read', '2,000', '2,100'), "
            "(2, 'recipe: scores.outlier_fraction', '0.1', '0.02'), "
            "(3, 'model: weights and cards (sha256)', ?, ?), (4, 'library: numpy', '', '2.0')",
            ["0" * 64, "1" * 64],
        )
        database.executemany(
            "INSERT INTO differences VALUES (?, 'desi', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _rows()
        )
        database.execute(
            "INSERT INTO withdrawn VALUES ('gone-0', 'desi', 'PSA J000000.00+000000.0', ?, "
            "'one', 1, 'blend', 'It is not read any more.')",
            [GONE_SLUG],
        )
        if title:
            database.execute("UPDATE release SET title = ?", [title])
        if address:
            database.execute("UPDATE citation SET address = ?", [address])
            database.execute(
                "UPDATE release SET recipe = ?", [f'{{"site": {{"address": "{address}"}}}}']
            )
    return path


def _rows():
    nan = None
    for i in range(N_NEW):
        why = "It was not read before: its survey file is new."
        cells = [i + 1, nan, 99.0, "", "blend", why]
        yield [str(i), name_of(i), slug_at(i), "new", nan, *cells]
    for i in range(N_NEW, 2 * N_NEW):
        cells = [i + 1, 90.0, 99.0, "unexplained", "blend", "It rose."]
        yield [str(i), name_of(i), slug_at(i), "moved", 10 * i, *cells]
    for i in range(N_GONE):
        name = "PSA J000000.00+000000.0" if i == 0 else HOSTILE if i == 1 else ""
        slug = GONE_SLUG if i == 0 else ""
        cells = [i + 1, nan, 99.0, nan, "no_such", "", f"=1+1 & {HOSTILE}\x0b"]
        yield [f"gone-{i}", name, slug, "gone", *cells]
