"""FITS binary tables: the listings, and the latent means as vectors."""

from collections.abc import Iterator
from pathlib import Path

from catalog.spectra import Array
from catalog.store import fits_files
from catalog.store.fields import Field
from catalog.store.fits_files import Column
from catalog.store.formats import Format
from catalog.store.queries import quoted
from catalog.store.source import LISTINGS, Listing, Source, select

SCORED = Listing("latents", "Latent means of the scored spectra", "latent IS NOT NULL", "target_id")


def _write(source: Source, folder: Path) -> list[Path]:
    flat = fits_files.columns(source, source.flat, source.ascii)
    files = [_table(source, listing, flat, folder) for listing in LISTINGS]
    return [*files, _table(source, SCORED, _latents(source, flat), folder)]


def _latents(source: Source, flat: list[Column]) -> list[Column]:
    """Give the columns of the latents' table: identifier, name and one vector."""
    kept = [column for column in flat if column.field.name in {"target_id", "name"}]
    vectors = [field for field in source.fields if field.kind == "FLOAT[]"]
    return [*kept, *(Column(field, "E", source.n_latent) for field in vectors)]


def _table(source: Source, listing: Listing, columns: list[Column], folder: Path) -> Path:
    n_rows = source.count(f"spectra WHERE {listing.where}")
    header = fits_files.table_header(listing.name.upper(), columns, n_rows)
    rows = _rows(source, listing, columns)
    return fits_files.write(folder / f"{listing.name}.fits", source, [(header, rows)])


def _rows(source: Source, listing: Listing, columns: list[Column]) -> Iterator[Array]:
    expressions = [_expression(column.field) for column in columns]
    for batch in source.batches(select(listing, expressions, source.ascii)):
        yield fits_files.packed(batch, columns)


def _expression(field: Field) -> str:
    return f"{field.expression} AS {quoted(field.name)}"


FORMAT = Format("FITS", _write)
