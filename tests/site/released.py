"""A release as it is published: it knows its address, has all its files, images, and a past."""

import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import duckdb
from PIL import Image
from tests.site.catalogue_fixture import make_catalogue

from catalog.site.render import render
from catalog.store.export import export

ADDRESS = "https://spectra.example.org/atlas/"
N_PUBLISHED = 12
KNOWN_AS = "NGC <1275> & Co"
GONE = ("39627839999999999", "PSA J010203.04-050607.8", "j010203.04m050607.8")
GONE_NAMELESS = ("an id / with signs", "", "desi-an-id-with-signs-0000")


@dataclass(frozen=True)
class Released:
    """Where everything of it is."""

    database: Path
    downloads: Path
    images: Path
    site: Path


def with_a_past(database: Path, *, address: str = ADDRESS) -> None:
    """Give a catalogue an address, objects that are gone, and objects that others know."""
    with duckdb.connect(str(database)) as connection:
        (text,) = connection.execute("SELECT recipe FROM release").fetchone() or ("{}",)
        recipe = json.loads(text)
        recipe["site"] |= {"address": address, "cutouts": "cache"}
        connection.execute("UPDATE release SET recipe = ?", [json.dumps(recipe)])
        connection.execute("UPDATE citation SET address = ?", [address])
        connection.execute(
            "INSERT INTO columns SELECT max(position) + 1, 'name', 'VARCHAR', '', 'meta.id', NULL, "
            "'Permanent designation.', 'no position' FROM columns"
        )
        for target, name, slug in (GONE, GONE_NAMELESS):
            values = [target, name, slug, "Its spectrum is flagged <now>."]
            connection.execute(
                "INSERT INTO withdrawn VALUES (?, 'desi', ?, ?, 'first', 7, 'blend', ?)", values
            )
        connection.execute(
            "INSERT INTO known_sources VALUES ('SIMBAD', 1, '2026-11-01', 5.0, '', 12, 1)"
        )
        target = "39627830000000000"
        page = "https://simbad.example.org/?id=NGC%201275"
        connection.execute(
            "INSERT INTO known VALUES (?, 'SIMBAD', 1, ?, 'Galaxy', 0.0176, 0.43, ?)",
            [target, KNOWN_AS, page],
        )


def _image(folder: Path, database: Path) -> None:
    folder.mkdir()
    file = BytesIO()
    Image.new("RGB", (256, 256), (20, 20, 60)).save(file, "JPEG")
    (folder / "0a.jpg").write_bytes(file.getvalue())
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "INSERT INTO cutouts VALUES ('39627830000000000', 'ls-dr9', '0a.jpg', 'a', 256, 256, "
            "0.262, '2026-11-02')"
        )


def make_release(folder: Path, *, whole: bool = True) -> Released:
    """Write the catalogue, its files and its site; two files that nobody opens stand for all."""
    made = Released(
        folder / "catalog.duckdb", folder / "download", folder / "cutouts", folder / "site"
    )
    make_catalogue(made.database, n_published=N_PUBLISHED, n_scored=60, benchmark=False)
    with_a_past(made.database)
    _image(made.images, made.database)
    if whole:
        export(made.database, made.downloads)
    else:
        made.downloads.mkdir()
        for name in ("outliers.parquet", "outliers.vot"):
            (made.downloads / name).write_bytes(b"")
    render(made.database, made.downloads, made.site, cutouts=made.images)
    return made
