"""Single cells of files that people make: identifiers, words, names, dates. Bad ones raise."""

import datetime as dt
import re
import unicodedata

from catalog import registry
from catalog.errors import VerdictError
from catalog.verdicts import WORDS, Row

COMMENT_LIMIT = 2000
NAME_LIMIT = 100
IDENTIFIER_LIMIT = 100
_FLOATED = re.compile(r"[+-]?[0-9](?:[.,][0-9]*)?[eE]\+?[0-9]{1,3}|[+-]?[0-9]+[.,]0*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the writing around: they could make a page show another name."""
_EARLIEST = "1950-01-01"
"""No survey's spectra are older; a year such as 0026 is a slip of the keyboard."""


def text(row: Row, column: str, limit: int = COMMENT_LIMIT) -> str:
    """Give a cell without blanks around it and with plain line ends.

    Raises
    ------
    VerdictError
        If it is longer than `limit` characters, or holds a control character or one that turns
        the direction of writing.
    """
    found = row.cells.get(column, "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(found) > limit:
        raise VerdictError(
            "a cell is too long",
            where=row.where(column),
            wanted=f"at most {limit:,} characters",
            found=f"{len(found):,} characters",
            todo="shorten it",
        )
    for character in found:
        control = unicodedata.category(character) == "Cc" and character not in "\n\t"
        if control or character in _BIDIRECTIONAL:
            raise VerdictError(
                "a cell holds a control character",
                where=row.where(column),
                wanted="text",
                found=f"the character U+{ord(character):04X}",
                todo="save the file as CSV in UTF-8, or delete the character",
            )
    return found


def name(row: Row, column: str) -> str:
    """Who says it: one line, blanks collapsed; refused where empty."""
    found = " ".join(text(row, column, NAME_LIMIT).split())
    if not found:
        raise VerdictError(
            "a verdict has no name to it",
            where=row.where(column),
            wanted="the name of the person whose verdict it is",
            found="an empty cell",
            todo="write the name, or delete the row",
        )
    return unicodedata.normalize("NFC", found)


def identifier(row: Row, column: str) -> str:
    """Give a target's identifier, as text.

    Raises
    ------
    VerdictError
        If it is empty, or a program has turned it into a floating-point number: the last digits
        are lost then, and the row is of nobody knows which object.
    """
    found = text(row, column, IDENTIFIER_LIMIT)
    if _FLOATED.fullmatch(found):
        raise VerdictError(
            "an identifier has been turned into a floating-point number",
            where=row.where(column),
            wanted="the identifier as text, every digit of it",
            found=f"{found!r}: a spreadsheet has rounded it, and its last digits are lost",
            todo="take the identifiers from the original file, and import that column as text",
        )
    if not found or len(found.split()) > 1:
        raise VerdictError(
            "a row names no target",
            where=row.where(column),
            wanted="one identifier",
            found=repr(found) if found else "an empty cell",
            todo="write the identifier as the catalogue has it, or delete the row",
        )
    return found


def word(row: Row, column: str) -> str:
    """Give a verdict: one of `WORDS`, in upper or lower case."""
    return _one_of(row, column, WORDS, "a verdict is not one of the four words")


def category(row: Row, column: str, known: tuple[str, ...]) -> str:
    """Give a category: the name of a known one, or empty."""
    if not text(row, column):
        return ""
    return _one_of(row, column, known, "there is no such category")


def _one_of(row: Row, column: str, known: tuple[str, ...], what: str) -> str:
    found = text(row, column)
    if found.lower() not in known:
        raise VerdictError(
            what,
            where=row.where(column),
            wanted=", ".join(known),
            found=repr(found),
            todo=registry.nearest(found.lower(), known) or "write one of them",
        )
    return found.lower()


def date(row: Row, column: str) -> str:
    """Give a day that the calendar has, YYYY-MM-DD, or empty: some formats have none."""
    found = text(row, column)
    if not found:
        return ""
    try:
        good = _DATE.fullmatch(found) and dt.date.fromisoformat(found)
    except ValueError:
        good = None
    if not good or found < _EARLIEST:
        raise VerdictError(
            "a date is impossible",
            where=row.where(column),
            wanted="a day as YYYY-MM-DD, such as 2026-03-09",
            found=repr(found),
            todo="correct it; spreadsheets like to rewrite dates",
        )
    return found
