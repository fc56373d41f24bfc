"""What services answered, with the date, kept so that no position is asked for twice."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catalog import tables
from catalog.errors import ReleaseError
from catalog.known import Objects
from catalog.known.matching import Pairs
from catalog.recipe.publication import KnownSection
from catalog.release import digest_of, writing
from catalog.spectra import Float

KINDS = {
    "ra": float, "dec": float, "date": object, "position": int, "identifier": object,
    "kind": object, "z": float, "separation_arcsec": float,
}  # fmt: skip
"""Columns of a kept answer. A position near which nothing is known has one row, of position 0."""


@dataclass(frozen=True)
class Match:
    """A known object near a position; `z` is NaN where it is not known."""

    identifier: str
    kind: str
    z: float
    separation_arcsec: float


@dataclass(frozen=True)
class Told:
    """What a service said of one position, nearest first, and when (YYYY-MM-DD)."""

    date: str
    matches: tuple[Match, ...]


Place = tuple[str, str]


def place(ra: float, dec: float) -> Place:
    """Write a position as answers are filed by, to a ten-thousandth of an arcsecond."""
    return f"{ra % 360:.8f}", f"{dec:.8f}"


class Answers:
    """One folder per service and query; in it one file per batch, whole or not there at all."""

    def __init__(self, folder: Path, section: KnownSection) -> None:
        asked = section.model_dump(
            include={"tap", "query", "identifier", "kind", "redshift", "ra", "dec", "radius_arcsec"}
        )
        self.folder = folder / digest_of(asked)[:32]

    def known(self) -> dict[Place, Told]:
        """Give everything that was answered; the newest answer where there are several.

        A damaged file is passed over, as if it had never come.
        """
        told: dict[Place, Told] = {}
        for file in sorted(self.folder.glob("*.parquet")):
            try:
                kept = tables.read(file, list(KINDS))
            except ReleaseError:
                continue
            for at, one in _told(kept).items():
                if at not in told or told[at].date < one.date:
                    told[at] = one
        return told

    def keep(self, ra: Float, dec: Float, answer: tuple[Objects, Pairs], date: str) -> None:
        """Keep the answer about a batch of positions, degrees."""
        found, pairs = answer
        rows: list[tuple[float, float, str, int, str, str, float, float]] = []
        for row, (at_ra, at_dec) in enumerate(zip(ra.tolist(), dec.tolist(), strict=True)):
            mine = np.flatnonzero(pairs.mine == row)
            if not mine.size:
                rows.append((at_ra, at_dec, date, 0, "", "", np.nan, np.nan))
            for position, pair in enumerate(mine, start=1):
                it = pairs.theirs[pair]
                name, kind, z = found.identifier[it], found.kind[it], float(found.z[it])
                apart = float(pairs.separation_arcsec[pair])
                rows.append((at_ra, at_dec, date, position, name, kind, z, apart))
        places = sorted(place(*at) for at in zip(ra.tolist(), dec.tolist(), strict=True))
        columns = zip(*rows, strict=True)
        kept: tables.Table = {
            name: np.array(column, kind)
            for (name, kind), column in zip(KINDS.items(), columns, strict=True)
        }
        with writing(self.folder / f"{digest_of(places)[:32]}.parquet") as temporary:
            tables.write(temporary, kept)


def _told(kept: tables.Table) -> dict[Place, Told]:
    """Gather a file's rows by position."""
    matches: dict[Place, list[Match]] = {}
    dates: dict[Place, str] = {}
    for row in zip(*(kept[name].tolist() for name in KINDS), strict=True):
        ra, dec, date, position, identifier, kind, z, apart = row
        at = place(ra, dec)
        dates[at] = date
        mine = matches.setdefault(at, [])
        if position:
            mine.append(Match(identifier, kind, z, apart))
    return {at: Told(dates[at], tuple(mine)) for at, mine in matches.items()}
