"""A TAP service, asked for what it has near some positions."""

import warnings
from typing import Any, Protocol

import numpy as np
from astropy.table import Table

from catalog.errors import KnownError, WebError
from catalog.known import Objects, columns, matching, reading
from catalog.known.matching import Pairs
from catalog.recipe.publication import KnownSection
from catalog.spectra import Array, Float
from catalog.web import Visitor

ROW = "row"
"""Column of the answer that says which of the uploaded positions an object is near."""
MOST_ROWS = 100_000
"""Rows to ask for in one answer: services give few unless they are asked for more."""
_ATTEMPTS = 2
"""Answers that end too early come through the visitor's own attempts: a stream is read late."""


class TooMuchError(WebError):
    """A service has more than it gives in one answer."""


class Service(Protocol):
    """Whoever can be asked for known objects near positions, (N,) degrees, ICRS."""

    def ask(self, ra: Float, dec: Float) -> tuple[Objects, Pairs]:
        """Give known objects, and which of them are near which position."""
        ...


class TapService:
    """A TAP service that takes the positions as an uploaded table, one query at a time.

    Parameters
    ----------
    section : KnownSection
        Its address, the query, and which columns hold what.
    visitor : Visitor
        Who asks.
    """

    def __init__(self, section: KnownSection, visitor: Visitor) -> None:
        self._section = section
        self._visitor = visitor

    def ask(self, ra: Float, dec: Float) -> tuple[Objects, Pairs]:
        """Ask for what is near some positions.

        Raises
        ------
        TooMuchError
            If the service has more than it gives: ask for fewer positions.
        WebError
            If it does not answer, or not with the table that the recipe promises.
        """
        section = self._section
        answer = self._answer(ra, dec)
        try:
            raw = reading.of_astropy(answer)
            found = columns.objects(raw, section, section.tap)
            rows = _rows(raw, ra.size, section.tap)
        except KnownError as fault:
            raise WebError(
                fault.what, where=fault.where, wanted=fault.wanted, found=fault.found,
                todo="correct the query in the recipe's section [[known]]",
            ) from fault  # fmt: skip
        apart = matching.separation_arcsec((ra[rows], dec[rows]), (found.ra, found.dec))
        near = np.flatnonzero(apart <= section.radius_arcsec)
        order = near[np.lexsort((near, apart[near], rows[near]))]
        return found, Pairs(rows[order], order, apart[order])

    def _answer(self, ra: Float, dec: Float) -> Table:
        for left in reversed(range(_ATTEMPTS)):
            try:
                return self._query(ra, dec)
            except TooMuchError:
                raise
            except WebError:
                if not left:
                    raise
        raise AssertionError("there is at least one attempt")  # pragma: no cover

    def _query(self, ra: Float, dec: Float) -> Table:
        from pyvo.dal import TAPService  # noqa: PLC0415 - it takes a second to import

        section = self._section
        degrees = f"{section.radius_arcsec / 3600:.10f}".rstrip("0")
        query = section.query.replace("{radius}", degrees)
        mine = Table({ROW: np.arange(ra.size), "ra": ra, "dec": dec})
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of small print; the status is looked at below
                service = TAPService(section.tap, session=self._visitor.session)
                answer: Any = service.run_sync(query, uploads={"mine": mine}, maxrec=MOST_ROWS)
                status, table = str(answer.status[0]), answer.to_table()
        # A server may send anything: besides pyvo's own errors come those of the network, and all
        # that the reader of VOTables raises of damaged ones. No answer is worth a build.
        except Exception as fault:
            raise WebError(
                "a service did not answer a query",
                where=section.tap,
                wanted="a VOTable",
                found=" ".join(f"{type(fault).__name__}: {fault}".split())[:300],
                todo="see whether the query works in TOPCAT; what was answered is kept",
            ) from fault
        # The library lets an answer pass that is as long as was asked for, and cut all the same.
        if status.upper() == "OVERFLOW":
            raise TooMuchError(
                "a service has more than it gives",
                where=section.tap,
                found=f"{len(table)} rows for {ra.size} positions, and more to come",
                todo="let the query select fewer objects, or make radius_arcsec smaller",
            )
        return table


def _rows(raw: dict[str, columns.Raw], n_positions: int, where: str) -> Array:
    """Give the rows of the uploaded table that an answer's rows belong to.

    Raises
    ------
    KnownError
        If the column is missing, or names rows that were not uploaded.
    """
    if ROW not in raw:
        raise KnownError(
            "a service's answer lacks a column",
            where=where,
            wanted=f"{ROW}, that of the uploaded table",
            found=", ".join(raw)[:300],
        )
    rows = columns.numbers(raw[ROW], ROW, where)
    good = (rows >= 0) & (rows < n_positions) & (rows == np.floor(rows))
    if not good.all():
        raise KnownError(
            "a service's answer is about positions that it was not asked for",
            where=f"{where}, column {ROW}",
            wanted=f"0 to {n_positions - 1}",
            found=str(rows[~good][0]),
        )
    return rows.astype(np.int64)
