"""Fixed-width tables as CDS and the AAS describe them, byte by byte.

Own code, since the libraries (cdspyreadme, astropy's `ascii.mrt`) take formats from the values that
they meet, not from a dictionary, and hold the whole table as Python text.
Sources: https://vizier.unistra.fr/doc/catstd.htx and https://journals.aas.org/mrt-standards/
"""

import math
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pyarrow as pa

from catalog.store import units
from catalog.store.ascii_text import spelled
from catalog.store.fields import Field
from catalog.store.source import Listing, Source, select

WIDTH = 80
LABEL_WIDTH = 24
"""Longer labels push their explanation to the next line."""
LABELS = {"ra": "RAdeg", "dec": "DEdeg", "z_err": "e_z"}
"""Where CDS prescribes a label; all others are the dictionary's names."""


@dataclass(frozen=True)
class Place:
    """A column and its bytes: `begin` counts from 1; `limits` are empty where nothing is told."""

    field: Field
    begin: int
    width: int
    limits: str

    @property
    def end(self) -> int:
        """Its last byte."""
        return self.begin + self.width - 1

    @property
    def label(self) -> str:
        """What the table calls the column."""
        return LABELS.get(self.field.name, self.field.name)

    @property
    def fortran(self) -> str:
        """Its format, as Fortran would read it."""
        if self.field.is_text:
            return f"A{self.width}"
        if not self.field.is_float:
            return f"I{self.width}"
        if self.field.decimals is None:
            return f"E{self.width}.2"
        return f"F{self.width}.{self.field.decimals}"

    @property
    def cell(self) -> str:
        """SQL for the cell: numbers to the right, text to the left, blank where null."""
        pad = "rpad" if self.field.is_text else "lpad"
        return f"{pad}(coalesce({_written(self.field)}, ''), {self.width}, ' ')"


def _written(field: Field) -> str:
    if field.kind == "BOOLEAN":
        return f"CAST(CAST({field.expression} AS TINYINT) AS VARCHAR)"
    return field.written


def places(source: Source) -> list[Place]:
    """Measure every column over all spectra, so that each listing has the same format."""
    fields = source.flat
    measured = ", ".join(
        f"max(length({_written(field)})), {_extreme('min', field)}, {_extreme('max', field)}"
        for field in fields
    )
    found = source.rows(f"SELECT {measured} FROM {source.ascii}")[0]  # noqa: S608 - names are quoted
    made: list[Place] = []
    for i, field in enumerate(fields):
        length, low, high = found[3 * i : 3 * i + 3]
        begin = made[-1].end + 2 if made else 1
        digits = 3 if field.decimals is None else 4
        made.append(Place(field, begin, max(1, length or 1), limits(low, high, digits)))
    return made


def _extreme(function: str, field: Field) -> str:
    """Give SQL for a column's least or largest number, as it is written."""
    if field.is_text:
        return "NULL"
    if not field.is_float:
        return f"{function}(CAST({field.expression} AS BIGINT))"
    value = f"CAST({field.expression} AS DOUBLE)"
    if field.decimals is not None:
        value = f"round({value}, {field.decimals})"
    return f"{function}({value}) FILTER (isfinite({field.expression}))"


def limits(low: float | None, high: float | None, digits: int) -> str:
    """Write a range shortly, as [min/max]; empty where there is none.

    Whole numbers stand as they are, others with `digits` significant digits, rounded outwards, so
    that the range holds all that is written of the column.
    """
    if low is None or high is None:
        return ""
    return f"[{_short(low, digits, ROUND_FLOOR)}/{_short(high, digits, ROUND_CEILING)}]"


def _short(value: float, digits: int, rounding: str) -> str:
    if isinstance(value, int) or value == 0:
        return str(int(value))
    last = Decimal(1).scaleb(math.floor(math.log10(abs(value))) - digits + 1)
    return f"{float(Decimal(str(value)).quantize(last, rounding)):.{digits}g}"


def rows(source: Source, listing: Listing, made: Sequence[Place]) -> Iterator[bytes]:
    """Give the lines of a listing, many at a time."""
    cells = ", ".join(place.cell for place in made)
    query = select(listing, [f"concat_ws(' ', {cells}) AS line"], source.ascii)
    for batch in source.batches(query):
        yield _lines(batch)


def _lines(batch: pa.RecordBatch) -> bytes:
    return "\n".join([*batch["line"].to_pylist(), ""]).encode("ascii")


def describe(files: Sequence[str], made: Sequence[Place]) -> list[str]:
    """Give the byte-by-byte description of files that all have the same columns."""
    heading = f"{'Bytes':>9} {'Format':6} {'Units':8} {'Label':{LABEL_WIDTH}} Explanations"
    return [
        f"Byte-by-byte Description of file: {' '.join(files)}",
        "-" * WIDTH,
        heading,
        "-" * WIDTH,
        *(line for place in made for line in _described(place)),
        "-" * WIDTH,
    ]


def _described(place: Place) -> Iterator[str]:
    """Lines of one column: range and `?` (may be blank) must stand on the first."""
    begin = f"{place.begin:4}-" if place.width > 1 else "     "
    unit = units.spelled(place.field.unit, units.CDS) or "---"
    head = f"{begin}{place.end:4} {place.fortran:6} {unit:8} {place.label:{LABEL_WIDTH}} "
    room = WIDTH - (len(head) - max(0, len(place.label) - LABEL_WIDTH))
    flag = "?" if place.field.null and not place.field.is_text else ""
    fits = len(head) + len(place.limits + flag) <= WIDTH
    mark = place.limits + flag if fits else flag
    missing = f" Blank: {place.field.null}." if place.field.null else ""
    text = spelled(place.field.description + missing)
    if len(place.label) > LABEL_WIDTH:
        lines = [mark, *wrapped(text, room, 0)]
    else:
        lines = wrapped(f"{mark} {text}".lstrip(), room, 0)
    yield f"{head}{lines[0]}".rstrip()
    yield from (" " * (WIDTH - room) + line for line in lines[1:])


def wrapped(text: str, width: int, indent: int) -> list[str]:
    """Break a text into lines, none of which begins with a number: it would look like bytes."""
    inner = text.lstrip(" ")
    glued = " " * (len(text) - len(inner)) + re.sub(r" (?=\d)", "\0", inner)
    lines = textwrap.wrap(glued, width, subsequent_indent=" " * indent, break_on_hyphens=False)
    return [line.replace("\0", " ") for line in lines]
