"""The rows of a CSV file that a person made or a spreadsheet saved. Bad files raise."""

import csv
import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from catalog.errors import VerdictError

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def decoded(path: Path, name: str) -> str:
    """Give a file's text: UTF-8, with or without byte order mark.

    Raises
    ------
    VerdictError
        If it cannot be read or is in another encoding; `name` is what the message calls it.
    """
    try:
        raw = path.read_bytes()
    except OSError as fault:
        raise VerdictError(
            "the file cannot be read",
            where=name,
            found=os.strerror(fault.errno) if fault.errno else str(fault),
            todo="correct its name where it is given, or its permissions",
        ) from fault
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        found = f"the byte 0x{raw[fault.start]:02x} in line {line}"
        raise VerdictError(
            "the file is not UTF-8 text",
            where=name,
            wanted="CSV in UTF-8",
            found="UTF-16" if raw.startswith(_UTF_16) else found,
            todo="save it again as 'CSV UTF-8'",
        ) from fault


def rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row that is not blank: the line that it begins on, and its cells.

    Comma-separated or, as spreadsheets in much of Europe save it, semicolon-separated; any line
    ends; cells that are quoted may hold anything.
    """
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
            "the file is not CSV",
            where=f"{name}, line {begins}",
            wanted="cells that hold separators or quotes in double quotes, quotes doubled",
            found=str(fault),
            todo="quote the cell: a comment with a comma in it is the usual one",
        ) from fault


def _is_semicolon(text: str) -> bool:
    """No format has either separator in a column's name, so the first line tells."""
    first = text.partition("\n")[0]
    return ";" in first and "," not in first


def header(text: Iterator[tuple[int, list[str]]], name: str, wanted: str) -> list[str]:
    """Take the first of `rows` as the names of the columns, each once.

    Raises
    ------
    VerdictError
        If there is none, or a column is there twice.
    """
    _, cells = next(text, (0, []))
    if not any(cells):
        raise VerdictError(
            "the file is empty",
            where=name,
            wanted=wanted,
            found="nothing",
            todo="save the file again, or leave it out",
        )
    found = [column.strip() for column in cells]
    _refuse_twice(found, name)
    return found


def _refuse_twice(header: Sequence[str], name: str) -> None:
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if twice:
        raise VerdictError(
            "the file has a column twice",
            where=f"{name}, line 1",
            wanted="every column once",
            found=", ".join(twice),
            todo="keep one of them",
        )


def refuse_other_length(cells: list[str], header: list[str], name: str, line: int) -> None:
    """Refuse a row that has more or fewer cells than the header."""
    if len(cells) != len(header):
        raise VerdictError(
            "a row has another number of cells than the header",
            where=f"{name}, line {line}",
            wanted=f"{len(header)} cells",
            found=f"{len(cells)}: {', '.join(cells)[:200]}",
            todo="quote the cell that holds a separator: a comment with a comma in it, most often",
        )
