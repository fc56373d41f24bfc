"""The catalogue -> files that people download: Parquet, CSV, checksums, the DuckDB file itself."""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from catalog.errors import StoreError
from catalog.release import writing
from catalog.store import report
from catalog.store.write import KEYS, quoted, storage_fault

PARQUET = "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false"
CSV = "FORMAT csv, HEADER true, USE_TMP_FILE false"
CHECKSUMS = "SHA256SUMS"


def export(database: Path, folder: Path, also: Sequence[Path] = ()) -> list[Path]:
    """Write the catalogue in every format; the same catalogue gives the same bytes.

    Only `catalog.duckdb` itself differs from build to build, since DuckDB does not promise its own
    bytes. Each file is written whole or not at all; `SHA256SUMS` comes last and lists the others.

    Parameters
    ----------
    database : Path
        A catalogue that `catalog.store.write` made.
    folder : Path
        Where the files go.
    also : sequence of Path
        Files that lie there already and belong to the release, to be listed with the others.

    Returns
    -------
    list of Path
        The files, in the order in which a page would offer them.

    Raises
    ------
    StoreError
        If the catalogue cannot be read.
    ReleaseError
        If the disk is full, or the folder cannot be written.
    """
    files = [folder / "catalog.duckdb"]
    _link(database, files[0])
    with _open(database) as connection:
        csv = ", ".join(_csv_column(*row) for row in _column_types(connection))
        latents = _latent_columns(connection)
        text = f"{csv}, {latents}" if latents else csv
        outliers = "FROM spectra WHERE outlier ORDER BY rank, target_id"
        quote = "FORCE_QUOTE (target_id)"  # so that no reader takes 39633345008634465 for a float
        copies = {
            "spectra.parquet": ("SELECT * FROM spectra ORDER BY target_id", PARQUET),
            "spectra.csv": (
                f"SELECT {text} FROM spectra ORDER BY target_id",  # noqa: S608 - names are quoted
                f"{CSV}, {quote}",
            ),
            "outliers.parquet": (f"SELECT * {outliers}", PARQUET),
            "outliers.csv": (f"SELECT {text} {outliers}", f"{CSV}, {quote}"),
            "reasons.parquet": ("SELECT * FROM reasons ORDER BY target_id, position", PARQUET),
            "object_spectra.parquet": ("SELECT * FROM object_spectra ORDER BY target_id", PARQUET),
            "artefacts.csv": (report.artefacts(), f"{CSV}, {quote}"),
            "origin_groups.csv": (report.groups(), CSV),
            "columns.csv": ("SELECT * FROM columns ORDER BY position", CSV),
            **_benchmark(connection),
        }
        for name, (query, options) in copies.items():
            _copy(connection, query, options, folder / name)
            files.append(folder / name)
    files += also
    _write_checksums(files, folder / CHECKSUMS)
    return [*files, folder / CHECKSUMS]


@contextlib.contextmanager
def _open(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        connection = duckdb.connect(str(database), read_only=True)
    except duckdb.Error as fault:
        raise _unreadable(database, str(fault)) from fault
    with connection:
        yield connection


def _unreadable(database: Path, found: str) -> StoreError:
    return StoreError(
        "the catalogue cannot be read",
        where=database,
        wanted="a DuckDB file that this version made",
        found=found.splitlines()[0],
        todo="build the store stage again",
    )


def _link(database: Path, path: Path) -> None:
    """Offer the database itself: the same file under a second name, or a copy across disks."""
    if not database.is_file():
        raise _unreadable(database, "no such file")
    with writing(path) as temporary:
        temporary.unlink()
        try:
            os.link(database, temporary)
        except OSError:
            shutil.copyfile(database, temporary)


def _column_types(
    connection: duckdb.DuckDBPyConnection,
) -> list[tuple[str, str, int | None]]:
    """Name, type and decimals of the columns that go into text as they are: all but `latent`."""
    rows: list[tuple[str, str, int | None]] = connection.execute(
        "SELECT name, type, decimals FROM columns WHERE name <> 'latent' ORDER BY position"
    ).fetchall()
    return rows


def _csv_column(name: str, kind: str, decimals: int | None) -> str:
    """Give SQL for one column as text: no more decimals than it deserves, empty where null."""
    if name == "ra":  # 359.9999999° is 0° to six decimals, not 360°
        return f"format('{{:.{decimals}f}}', fmod(round(ra, {decimals}), 360)) AS ra"
    if kind in {"DOUBLE", "FLOAT"} and decimals is not None:
        return f"format('{{:.{decimals}f}}', {quoted(name)}) AS {quoted(name)}"
    return quoted(name)


def _latent_columns(connection: duckdb.DuckDBPyConnection) -> str:
    """Give SQL for the latent means, one column each."""
    found = connection.execute(
        "SELECT n_latent, decimals FROM model, columns WHERE columns.name = 'latent'"
    ).fetchone()
    n_latent, decimals = found or (0, 0)
    return ", ".join(
        f"format('{{:.{decimals}f}}', latent[{i}]) AS latent_{i}" for i in range(1, n_latent + 1)
    )


def _benchmark(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str]]:
    """Give each table of the benchmark's results that has any: what to select, and how to write."""
    found = [table for table in KEYS if table.startswith("benchmark_")]
    return {
        f"{table}.csv": (f"SELECT * FROM {table} ORDER BY {', '.join(KEYS[table])}", CSV)  # noqa: S608 - made of constants
        for table in found
        if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608 - a constant
    }


def _copy(connection: duckdb.DuckDBPyConnection, query: str, options: str, path: Path) -> None:
    with writing(path) as temporary:
        target = str(temporary).replace("'", "''")
        try:
            connection.execute(f"COPY ({query}) TO '{target}' ({options})")
        except duckdb.Error as fault:
            raise storage_fault(path, fault) from fault


def _write_checksums(files: list[Path], path: Path) -> None:
    """Write the list that `sha256sum --check` reads, by name."""
    lines = []
    for file in sorted(files):
        with file.open("rb") as stream:
            lines.append(f"{hashlib.file_digest(stream, 'sha256').hexdigest()}  {file.name}\n")
    with writing(path) as temporary:
        temporary.write_text("".join(lines), encoding="utf-8")
