"""HATS: Parquet files cut by HEALPix pixel, which LSDB cross-matches without reading all of them.

Source: https://www.ivoa.net/documents/Notes/HATS/ (version 1.0).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from astropy import units
from astropy_healpix import HEALPix

from catalog.release import writing
from catalog.spectra import Array
from catalog.store import origin
from catalog.store.formats import Format
from catalog.store.source import PARQUET, Source
from catalog.store.text_files import lines_to

ORDER = 29
"""HEALPix order of the column that rows are sorted by, the highest that 64 bits hold."""
INDEX = f"_healpix_{ORDER}"
MAX_ROWS = 1_000_000
"""Rows of a file: a pixel with more is cut in four."""
PER_FOLDER = 10_000
POSITIONS = (
    "SELECT target_id, ra, dec FROM spectra WHERE ra IS NOT NULL AND dec IS NOT NULL "
    "ORDER BY target_id"
)


@dataclass(frozen=True, order=True)
class Pixel:
    """A nested HEALPix pixel, and how many rows it has."""

    order: int
    number: int
    n_rows: int

    @property
    def path(self) -> str:
        """Where its file lies below `dataset`."""
        group = self.number // PER_FOLDER * PER_FOLDER
        return f"Norder={self.order}/Dir={group}/Npix={self.number}.parquet"

    @property
    def ends(self) -> tuple[int, int]:
        """First pixel of `ORDER` in it, and the first beyond it."""
        step = 4 ** (ORDER - self.order)
        return self.number * step, (self.number + 1) * step


def partition(sorted_index: Array, max_rows: int) -> tuple[Pixel, ...]:
    """Cut the sky into pixels of at most `max_rows` rows, as large as that allows.

    Parameters
    ----------
    sorted_index : ndarray of shape (N,)
        Pixel of `ORDER` of each row, in increasing order.
    max_rows : int
        Rows of a pixel; only positions that are all the same may exceed it.
    """
    whole = (Pixel(0, number, 0) for number in range(12))
    return tuple(sorted(pixel for each in whole for pixel in _cut(each, sorted_index, max_rows)))


def _cut(pixel: Pixel, sorted_index: Array, max_rows: int) -> Iterator[Pixel]:
    begin, end = np.searchsorted(sorted_index, pixel.ends)
    n_rows = int(end - begin)
    if not n_rows:
        return
    if n_rows <= max_rows or pixel.order == ORDER:
        yield Pixel(pixel.order, pixel.number, n_rows)
        return
    for child in range(4):
        yield from _cut(Pixel(pixel.order + 1, 4 * pixel.number + child, 0), sorted_index, max_rows)


def index(ra: Array, dec: Array) -> Array:
    """Give the pixel of `ORDER`, nested, of positions (N,) in degrees."""
    sphere = HEALPix(nside=2**ORDER, order="nested")
    found: Array = sphere.lonlat_to_healpix(ra * units.deg, dec * units.deg)
    return found.astype(np.int64)


def _write(source: Source, folder: Path, max_rows: int = MAX_ROWS) -> list[Path]:
    """Write the catalogue's folder; nothing where no spectrum has a position."""
    found = source.rows(POSITIONS)
    if not found:
        return []
    names, ra, dec = zip(*found, strict=True)
    pixels = index(np.array(ra), np.array(dec))
    source.register("places", pa.table({"target_id": pa.array(names), INDEX: pixels}))
    parts = partition(np.sort(pixels), max_rows)
    dataset = folder / "hats" / "dataset"
    files = [_part(source, pixel, dataset) for pixel in parts]
    return [*_about(source, parts, folder / "hats"), *_metadata(parts, dataset), *files]


def _part(source: Source, pixel: Pixel, dataset: Path) -> Path:
    begin, end = pixel.ends
    query = (
        f"SELECT {INDEX}, spectra.* FROM spectra JOIN places USING (target_id) "  # noqa: S608 - this module's own words
        f"WHERE {INDEX} >= {begin} AND {INDEX} < {end} ORDER BY {INDEX}, target_id"
    )
    return source.copy(query, PARQUET, dataset / pixel.path)


def _metadata(parts: tuple[Pixel, ...], dataset: Path) -> list[Path]:
    """Write the schema, and every file's statistics, so that readers need not open them all."""
    first, *others = [_statistics(dataset, pixel) for pixel in parts]
    for each in others:
        first.append_row_groups(each)
    files = dataset / "_common_metadata", dataset / "_metadata"
    with writing(files[0]) as temporary:
        pq.write_metadata(pq.read_schema(dataset / parts[0].path), temporary)
    with writing(files[1]) as temporary:
        first.write_metadata_file(temporary)
    return list(files)


def _statistics(dataset: Path, pixel: Pixel) -> pq.FileMetaData:
    found = pq.read_metadata(dataset / pixel.path)
    found.set_file_path(pixel.path)
    return found


def _about(source: Source, parts: tuple[Pixel, ...], folder: Path) -> list[Path]:
    """Write what HATS readers look at first; `properties` is the older name of the same file."""
    told = "".join(f"{key}={_escaped(str(value))}\n" for key, value in _properties(source, parts))
    lines = [f"{pixel.order},{pixel.number}\n" for pixel in parts]
    texts = {
        "hats.properties": told,
        "properties": told,
        "partition_info.csv": "".join(["Norder,Npix\n", *lines]),
    }
    for name, text in texts.items():
        with lines_to(folder / name) as stream:
            stream.write(text.encode("ascii"))
    return [folder / name for name in texts]


def _properties(source: Source, parts: tuple[Pixel, ...]) -> list[tuple[str, object]]:
    n_rows = sum(pixel.n_rows for pixel in parts)
    n_left = source.count("spectra") - n_rows
    left = f" {n_left} spectra without a position are not in it." if n_left else ""
    cards = {key: value for key, value, _ in origin.cards(source)}
    return [
        ("obs_collection", source.release["name"]),
        ("obs_title", origin.title(source)),
        ("obs_description", f"{source.release['description']}{left}".strip()),
        ("dataproduct_type", "object"),
        ("hats_version", "v1.0"),
        ("hats_builder", cards["SOFTWARE"]),
        ("hats_nrows", n_rows),
        ("hats_col_ra", "ra"),
        ("hats_col_dec", "dec"),
        ("hats_col_healpix", INDEX),
        ("hats_col_healpix_order", ORDER),
        ("hats_npix_suffix", ".parquet"),
        ("hats_order", max(pixel.order for pixel in parts)),
        ("hats_max_rows", max(pixel.n_rows for pixel in parts)),
        ("hats_frame", "equatorial"),
        ("moc_sky_fraction", f"{math.fsum(1 / (12 * 4**p.order) for p in parts):.6g}"),
    ]


def _escaped(text: str) -> str:
    r"""Write a value as Java reads properties: ISO Latin-1, other letters as \uXXXX, one line."""
    letters = text.replace("\\", "\\\\").replace("\n", " ").replace("\r", " ").encode("utf-16-be")
    units16 = [int.from_bytes(letters[i : i + 2]) for i in range(0, len(letters), 2)]
    return "".join(chr(u) if 32 <= u < 127 else f"\\u{u:04x}" for u in units16)


FORMAT = Format("HATS", _write)
