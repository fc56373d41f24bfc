"""A TAP service made by hand: it reads the upload and the query, and answers in VOTable."""

import io
import re
from collections.abc import Callable
from email import message_from_bytes
from typing import Any

import numpy as np
from astropy.io.votable import from_table, parse_single_table, writeto
from astropy.io.votable.tree import Info
from astropy.table import Table
from tests.web.server import Seen, Server

from catalog.recipe.publication import KnownSection

VOTABLE = "application/x-votable+xml"
QUERY = (
    "SELECT mine.row, main_id, otype, rvz_redshift, basic.ra, basic.dec FROM TAP_UPLOAD.mine "
    "JOIN basic ON 1 = CONTAINS(POINT('ICRS', basic.ra, basic.dec), "
    "CIRCLE('ICRS', mine.ra, mine.dec, {radius}))"
)


def section(server: Server, **given: Any) -> KnownSection:
    """A recipe's section for this service."""
    fields = {
        "name": "SIMBAD", "tap": server.address + "tap", "query": QUERY, "kind": "otype",
        "redshift": "rvz_redshift", "batch": 3,
        "address": "https://simbad.example/id?Ident={identifier}", **given,
    }  # fmt: skip
    return KnownSection(**fields)


class Basic:
    """The service's table of objects, and every batch of positions that it was asked for."""

    def __init__(self, objects: list[tuple[str, str, float, float, float]]) -> None:
        self.objects = objects
        self.batches: list[list[tuple[float, float]]] = []
        self.queries: list[str] = []
        self.most_rows = 10**6
        self.spoil: Callable[[bytes], bytes] = lambda answer: answer

    def __call__(self, seen: Seen) -> bytes:
        fields, mine = _read(seen)
        self.queries.append(fields["QUERY"])
        self.batches.append(list(zip(mine["ra"].tolist(), mine["dec"].tolist(), strict=True)))
        radius = float(re.search(r"([0-9.]+)\)\)$", fields["QUERY"])[1])  # type: ignore[index]
        rows = [
            (row, *one)
            for row, ra, dec in zip(mine["row"], mine["ra"], mine["dec"], strict=True)
            for one in self.objects
            if _apart(ra, dec, one[3], one[4]) <= radius
        ]
        return self.spoil(_votable(rows[: self.most_rows], overflow=len(rows) > self.most_rows))


def error(message: str) -> bytes:
    """What a service answers to a query that it does not understand."""
    return (
        '<?xml version="1.0"?><VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">'
        '<RESOURCE type="results"><INFO name="QUERY_STATUS" value="ERROR">'
        f"{message}</INFO></RESOURCE></VOTABLE>"
    ).encode()


def _read(seen: Seen) -> tuple[dict[str, str], Table]:
    """Take a query and its uploaded table out of a form."""
    head = f"Content-Type: {seen.headers['content-type']}\r\n\r\n".encode()
    fields: dict[str, str] = {}
    table: Table | None = None
    for part in message_from_bytes(head + seen.body).get_payload():
        name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
        content = part.get_payload(decode=True)  # type: ignore[union-attr]
        if name == "mine":
            table = parse_single_table(io.BytesIO(content)).to_table()  # type: ignore[arg-type]
        else:
            fields[str(name)] = content.decode()  # type: ignore[union-attr]
    assert fields["UPLOAD"] == "mine,param:mine"
    assert fields["LANG"] == "ADQL"
    assert table is not None
    return fields, table


def _apart(ra: float, dec: float, other_ra: float, other_dec: float) -> float:
    """Separation of two positions that are near each other, degrees."""
    east = ((ra - other_ra + 180) % 360 - 180) * np.cos(np.radians(dec))
    return float(np.hypot(east, dec - other_dec))


def _votable(rows: list[tuple[Any, ...]], *, overflow: bool) -> bytes:
    names = ("row", "main_id", "otype", "rvz_redshift", "ra", "dec")
    kinds = ("i4", "U40", "U10", "f8", "f8", "f8")
    table = Table(rows=rows or None, names=names, dtype=kinds)
    table["ra"].unit = table["dec"].unit = "deg"
    document = from_table(table)
    resource = document.resources[0]
    resource.type = "results"
    resource.infos.append(Info(name="QUERY_STATUS", value="OVERFLOW" if overflow else "OK"))
    stream = io.BytesIO()
    writeto(document, stream)
    return stream.getvalue()
