"""What one list has near the outliers: by its table, or by asking its service in batches."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catalog.errors import WebError
from catalog.known import matching, reading
from catalog.known.answers import Answers, Match, Place, Told, place
from catalog.known.tap import Service, TooMuchError
from catalog.recipe.publication import KnownSection
from catalog.spectra import Float

log = logging.getLogger(__name__)

PATIENCE = 2
"""Queries in a row that may fail before a service is left in peace."""


@dataclass(frozen=True)
class Looked:
    """What a list has near each of N positions.

    Attributes
    ----------
    date
        Of the list, or of the oldest answer; empty where nothing was answered.
    asked
        Whether each position was looked up, (N,).
    matches
        Known objects near each position, nearest first; none where it was not looked up.
    """

    date: str
    asked: tuple[bool, ...]
    matches: tuple[tuple[Match, ...], ...]


def in_table(section: KnownSection, folder: Path, ra: Float, dec: Float) -> Looked:
    """Look positions up in a table.

    Parameters
    ----------
    folder
        The recipe's own.
    ra, dec
        Degrees, ICRS, (N,).

    Raises
    ------
    KnownError
        If the table is not as the section promises.
    """
    found = reading.read(folder / section.table, section)
    pairs = matching.within((ra, dec), (found.ra, found.dec), section.radius_arcsec)
    matches: list[list[Match]] = [[] for _ in range(ra.size)]
    for row, it, apart in zip(pairs.mine, pairs.theirs, pairs.separation_arcsec, strict=True):
        one = Match(found.identifier[it], found.kind[it], float(found.z[it]), float(apart))
        matches[row].append(one)
    return Looked(section.date, (True,) * ra.size, tuple(map(tuple, matches)))


class Asking:
    """Asks a service for positions that it was not asked for before, batch by batch.

    Parameters
    ----------
    section : KnownSection
        The list.
    service : Service
        Who is asked.
    answers : Answers
        What it said before.
    today : str
        YYYY-MM-DD, kept with the answers.
    """

    def __init__(
        self, section: KnownSection, service: Service, answers: Answers, today: str
    ) -> None:
        self.n_asked_now = 0
        self._section = section
        self._service = service
        self._answers = answers
        self._today = today
        self._faults: list[str] = []
        self._in_a_row = 0

    def look_up(
        self, ra: Float, dec: Float, report: Callable[[int, int], None], *, again: bool
    ) -> Looked:
        """Give what the service has near positions, degrees, asking for what is not known yet.

        Parameters
        ----------
        again : bool
            Ask for all of them anew. An older answer stays where no new one comes.
        """
        places = [place(*at) for at in zip(ra.tolist(), dec.tolist(), strict=True)]
        known = self._answers.known()
        left = list(dict.fromkeys(at for at in places if again or at not in known))
        size = self._section.batch
        for start in range(0, len(left), size):
            self._ask(left[start : start + size])
            report(min(start + size, len(left)), len(left))
        self._tell()
        return _looked(places, self._answers.known())

    def _ask(self, batch: Sequence[Place]) -> None:
        """Ask for a batch and keep the answer; in halves where the service gives too little."""
        if self._in_a_row >= PATIENCE:
            return
        ra, dec = np.array(batch, np.float64).T
        try:
            answer = self._service.ask(ra, dec)
        except TooMuchError as fault:
            if len(batch) > 1:
                middle = len(batch) // 2
                self._ask(batch[:middle])
                self._ask(batch[middle:])
            else:
                self._faults.append(str(fault))
        except WebError as fault:
            self._in_a_row += 1
            self._faults.append(str(fault))
        else:
            self._in_a_row = 0
            self.n_asked_now += len(batch)
            self._answers.keep(ra, dec, answer, self._today)

    def _tell(self) -> None:
        if self._faults:
            log.warning(
                "known: %s did not answer for some positions, of which its pages say nothing. "
                "The next build on another day asks again, as does `--force`. "
                "The first fault:\n%s",
                self._section.name,
                self._faults[0],
            )


def _looked(places: Sequence[Place], known: dict[Place, Told]) -> Looked:
    told = [known.get(at) for at in places]
    dates = [one.date for one in told if one is not None]
    return Looked(
        date=min(dates, default=""),
        asked=tuple(one is not None for one in told),
        matches=tuple(one.matches if one is not None else () for one in told),
    )
