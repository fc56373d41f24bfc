"""A verdict file -> its verdicts. Which format it has is told by its header."""

import csv
import io
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog import registry
from catalog.errors import VerdictError
from catalog.verdicts import Format, Row, Verdict

FORMATS = "catalog.verdicts.formats"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class VerdictFile:
    """What one file held.

    Attributes
    ----------
    name
        The file, as messages and the catalogue call it.
    verdicts
        In the order of the rows.
    n_without
        Rows that hold no verdict, as an inspection with nothing but a comment.
    unread
        Columns that the format does not know; what they say is not read.
    """

    name: str
    verdicts: tuple[Verdict, ...]
    n_without: int
    unread: tuple[str, ...]


def read(path: Path, name: str, categories: Collection[str]) -> VerdictFile:
    """Read a file of people's verdicts.

    Comma-separated or, as spreadsheets in much of Europe save it, semicolon-separated; UTF-8 with
    or without byte order mark; any line ends; cells that are quoted may hold anything. Rows of
    empty cells are passed over. Identifiers stay text throughout.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What to call it in messages and in the catalogue.
    categories : collection of str
        Names that a verdict's category may have.

    Raises
    ------
    VerdictError
        If the file is not as one of the formats promises: the message has file, line and column.
    """
    rows = _rows(_decoded(path, name), name)
    line, header = next(rows, (0, []))
    if not any(header):
        raise VerdictError(
            "a verdict file is empty",
            where=name,
            wanted="a header and rows of " + _known(),
            found="nothing",
            todo="save the file again, or take it out of the recipe's verdicts",
        )
    header = [column.strip() for column in header]
    kind = _format_of(header, name)
    verdicts, n_without, unread = [], 0, _unread(header, kind)
    for line, cells in rows:
        _refuse_other_length(cells, header, name, line)
        if any(cell.strip() for column, cell in zip(header, cells, strict=True) if not column):
            unread.setdefault("a column without a name")
        found = kind.read(Row(dict(zip(header, cells, strict=True)), name, line), categories)
        if found is None:
            n_without += 1
        else:
            verdicts.append(found)
    return VerdictFile(name, tuple(verdicts), n_without, tuple(unread))


def _unread(header: Sequence[str], kind: Format) -> dict[str, None]:
    """Columns that the format does not know, in order."""
    known = {*kind.required, *kind.optional, *kind.passed_over, ""}
    return dict.fromkeys(column for column in header if column not in known)


def _decoded(path: Path, name: str) -> str:
    try:
        raw = path.read_bytes()
    except OSError as fault:
        raise VerdictError(
            "a verdict file cannot be read",
            where=name,
            found=os.strerror(fault.errno) if fault.errno else str(fault),
            todo="correct the recipe's verdicts, or the file's permissions",
        ) from fault
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        found = f"the byte 0x{raw[fault.start]:02x} in line {line}"
        raise VerdictError(
            "a verdict file is not UTF-8 text",
            where=name,
            wanted="CSV in UTF-8",
            found="UTF-16" if raw.startswith(_UTF_16) else found,
            todo="save it again as 'CSV UTF-8'",
        ) from fault


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row that is not blank: the line that it begins on, and its cells."""
    separator = ";" if _is_semicolon(text) else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as fault:
        raise VerdictError(
            "a verdict file is not CSV",
            where=f"{name}, line {begins}",
            wanted="cells that hold separators or quotes in double quotes, quotes doubled",
            found=str(fault),
            todo="quote the cell: a comment with a comma in it is the usual one",
        ) from fault


def _is_semicolon(text: str) -> bool:
    """No format has either separator in a column's name, so the first line tells."""
    first = text.partition("\n")[0]
    return ";" in first and "," not in first


def _formats() -> dict[str, Format]:
    return {name: registry.load(FORMATS, name, Format) for name in registry.names(FORMATS)}


def _known() -> str:
    return ", or ".join(
        f"{kind.title} ({', '.join(kind.required)})" for kind in _formats().values()
    )


def _format_of(header: Sequence[str], name: str) -> Format:
    """Give the one format all of whose required columns are there, each once."""
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if twice:
        raise VerdictError(
            "a verdict file has a column twice",
            where=f"{name}, line 1",
            wanted="every column once",
            found=", ".join(twice),
            todo="keep one of them",
        )
    fitting = [kind for kind in _formats().values() if set(kind.required) <= set(header)]
    if len(fitting) != 1:
        raise VerdictError(
            "a verdict file has an unknown header",
            where=f"{name}, line 1",
            wanted=_known(),
            found=", ".join(header)[:300],
            todo=_what_is_missing(header),
        )
    return fitting[0]


def _what_is_missing(header: Sequence[str]) -> str:
    """Tell what the header lacks of the format that it is most like, and what it may be called."""
    near = max(_formats().values(), key=lambda kind: len(set(kind.required) & set(header)))
    missing = [column for column in near.required if column not in header]
    hints = {column: registry.nearest(column, tuple(header)) for column in missing}
    told = [f"{column} ({hint})" if hint else column for column, hint in hints.items()]
    return f"for {near.title} it lacks {', '.join(told)}"


def _refuse_other_length(cells: list[str], header: list[str], name: str, line: int) -> None:
    if len(cells) != len(header):
        raise VerdictError(
            "a row of a verdict file has another number of cells than its header",
            where=f"{name}, line {line}",
            wanted=f"{len(header)} cells",
            found=f"{len(cells)}: {', '.join(cells)[:200]}",
            todo="quote the cell that holds a separator: a comment with a comma in it, most often",
        )
