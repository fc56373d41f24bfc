"""Parquet: the tables as they are, at full precision, lists as lists."""

from pathlib import Path

from catalog.store.formats import Format
from catalog.store.source import LISTINGS, PARQUET, Source, select

LATENTS = "SELECT target_id, latent FROM spectra WHERE latent IS NOT NULL ORDER BY target_id"


def _write(source: Source, folder: Path) -> list[Path]:
    queries = {listing.name: select(listing, ["*"]) for listing in LISTINGS}
    queries |= {
        "reasons": "FROM reasons ORDER BY target_id, position",
        "object_spectra": "FROM object_spectra ORDER BY target_id",
        "latents": LATENTS,
    }
    return [
        source.copy(query, PARQUET, folder / f"{name}.parquet") for name, query in queries.items()
    ]


FORMAT = Format("Parquet", _write)
