"""Machine-readable tables: for CDS a ReadMe beside the data, for the AAS one file of outliers."""

from collections.abc import Sequence
from pathlib import Path

from catalog.store import origin
from catalog.store.ascii_text import spelled
from catalog.store.byte_by_byte import WIDTH, Place, describe, places, rows, wrapped
from catalog.store.formats import Format
from catalog.store.source import LISTINGS, OUTLIERS, SPECTRA, Listing, Source
from catalog.store.text_files import lines_to

RULE = "=" * WIDTH
THIN = "-" * WIDTH
NOTE = (
    "Identifiers are text. Text is printable ASCII: a backslash begins an escape, as in Python's "
    "string literals. Columns are named as in the catalogue's other formats, but for RAdeg (ra), "
    "DEdeg (dec) and e_z (z_err)."
)


def _write(source: Source, folder: Path) -> list[Path]:
    made = places(source)
    files = [folder / "cds" / "spectra.dat.gz", folder / "cds" / "outliers.dat"]
    _data(source, SPECTRA, made, files[0], [])
    _data(source, OUTLIERS, made, files[1], [])
    readme = folder / "cds" / "ReadMe"
    with lines_to(readme) as stream:
        stream.write(_text(_readme(source, made)))
    single = folder / "outliers.mrt"
    _data(source, OUTLIERS, made, single, _head(source, made))
    return [readme, *files, single]


def _text(lines: Sequence[str]) -> bytes:
    return "".join(f"{line.rstrip()}\n" for line in lines).encode("ascii")


def _data(
    source: Source, listing: Listing, made: Sequence[Place], path: Path, head: Sequence[str]
) -> None:
    with lines_to(path) as stream:
        stream.write(_text(head))
        for lines in rows(source, listing, made):
            stream.write(lines)


def _head(source: Source, made: Sequence[Place]) -> list[str]:
    """Give what stands above the data of an AAS table."""
    return [
        *wrapped(f"Title: {spelled(origin.title(source))}", WIDTH, 7),
        *wrapped(f"Authors: {_authors(source)}", WIDTH, 9),
        f"Table: {OUTLIERS.title}",
        RULE,
        *describe(["outliers.mrt"], made),
        *wrapped(f"Note (1): {NOTE}", WIDTH, 10),
        THIN,
    ]


def _authors(source: Source) -> str:
    return spelled("; ".join(source.authors))


def _readme(source: Source, made: Sequence[Place]) -> list[str]:
    """Give the ReadMe in the order of sections that CDS prescribes."""
    release, year = source.release, str(source.citation["date"])[:4]
    first = spelled(source.authors[0].split(",")[0]) + "+" if source.authors else ""
    by = ", ".join(part for part in (first, year) if part)
    title = spelled(origin.title(source))
    return [
        f"{'J/?/?':13} {title[:40]:40} {f'({by})' if by else ''}",
        RULE,
        *wrapped(title, WIDTH, 4),
        *wrapped(f"    {_authors(source)}", WIDTH, 4),
        RULE,
        "ADC_Keywords: Spectroscopy ; Redshifts ; Surveys",
        *wrapped(f"Keywords: {spelled(source.citation['keywords'])}", WIDTH, 10),
        "",
        "Description:",
        *_paragraph(release["description"]),
        *_paragraph(NOTE),
        "",
        "File Summary:",
        THIN,
        f" {'FileName':14} {'Lrecl':>6} {'Records':>8}   Explanations",
        THIN,
        f" {'ReadMe':14} {WIDTH:6} {'.':>8}   This file",
        *(_summary(source, listing, made) for listing in LISTINGS),
        THIN,
        "",
        *describe([f"{listing.name}.dat" for listing in LISTINGS], made),
        "",
        *_thanks(source),
        RULE,
        "(End)",
    ]


def _paragraph(text: str) -> list[str]:
    return wrapped("    " + spelled(text), WIDTH, 4) if text else []


def _summary(source: Source, listing: Listing, made: Sequence[Place]) -> str:
    n_rows = source.count(f"spectra WHERE {listing.where}")
    return f" {listing.name + '.dat':14} {made[-1].end:6} {n_rows:8}   {listing.title}"


def _thanks(source: Source) -> list[str]:
    found = source.rows("SELECT DISTINCT acknowledgement FROM surveys ORDER BY 1")
    lines = [line for (text,) in found for line in _paragraph(text)]
    return ["Acknowledgements:", *lines, ""] if lines else []


FORMAT = Format("CDS and AAS machine-readable tables", _write)
