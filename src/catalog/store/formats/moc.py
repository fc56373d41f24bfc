"""MOC 2.0: the part of the sky where spectra were scored."""

from pathlib import Path

import numpy as np
from astropy import units

from catalog.release import writing
from catalog.store import origin
from catalog.store.formats import Format
from catalog.store.source import Source

ORDER = 8
"""Cells of 13.7 arcmin: where a survey places some 600 fibres per square degree, each has thirty,
so that the footprint has no holes between them."""
POSITIONS = (
    "SELECT DISTINCT ra, dec FROM spectra "
    "WHERE rank IS NOT NULL AND ra IS NOT NULL AND dec IS NOT NULL ORDER BY ra, dec"
)


def _write(source: Source, folder: Path) -> list[Path]:
    """Write the footprint as FITS and JSON; no file where no scored spectrum has a position."""
    places = np.array(source.rows(POSITIONS), float).reshape(-1, 2) * units.deg
    if not len(places):
        return []
    from mocpy import MOC  # noqa: PLC0415 - takes a second to import

    footprint = MOC.from_lonlat(places[:, 0], places[:, 1], max_norder=ORDER)
    keywords = {key: value for key, value, _ in origin.cards(source)}
    files = []
    for kind in ("fits", "json"):
        path = folder / f"footprint.moc.{kind}"
        with writing(path) as temporary:
            more = {"fits_keywords": keywords} if kind == "fits" else {}
            footprint.save(temporary, format=kind, overwrite=True, **more)
        files.append(path)
    return files


FORMAT = Format("MOC", _write)
