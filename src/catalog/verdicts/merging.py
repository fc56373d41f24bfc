"""Verdicts of several files -> one per person and object, of the targets that the release holds."""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from catalog.errors import VerdictError
from catalog.tables import Table
from catalog.verdicts import Verdict, table_of
from catalog.verdicts.reading import VerdictFile

DOUBLE_DIGITS = 15
"""Digits of a number that a spreadsheet keeps; it writes zeros for the rest."""


@dataclass(frozen=True)
class Merged:
    """The catalogue's table `verdicts`, and what was left out of it.

    Attributes
    ----------
    table
        Columns of `schema.sql`.
    n_superseded
        Verdicts that the same person has replaced by a later one, or given again unchanged.
    n_elsewhere
        Verdicts on targets that are not in this release.
    """

    table: Table
    n_superseded: int
    n_elsewhere: int


def merge(files: Sequence[VerdictFile], target_ids: Collection[str]) -> Merged:
    """Merge verdict files, in the order given; the order matters only for who is named in a fault.

    Of a person's verdicts on one object the latest date holds, and no date is earlier than any. Of
    two on the same day the later row of the same file holds: a file is written in order. Two files
    have no order, so different verdicts of the same day in two files are refused.

    Parameters
    ----------
    files : sequence of VerdictFile
        From `reading.read`.
    target_ids : collection of str
        All targets of the release.

    Raises
    ------
    VerdictError
        If one person says two things on one day in two files, or if all long identifiers of a file
        end in zeros as a spreadsheet leaves them.
    """
    known = frozenset(target_ids)
    for file in files:
        _refuse_rounded(file, known)
    latest: dict[tuple[str, str], Verdict] = {}
    n_given = 0
    for given in (verdict for file in files for verdict in file.verdicts):
        n_given += 1
        key = (given.target_id, _person(given.by))
        latest[key] = _later(latest[key], given) if key in latest else given
    held = [verdict for verdict in latest.values() if verdict.target_id in known]
    return Merged(table_of(held), n_given - len(latest), len(latest) - len(held))


def _person(by: str) -> str:
    """Tell persons apart by their names, whatever the case and the composition of letters."""
    return unicodedata.normalize("NFKC", by).casefold()


def _later(first: Verdict, second: Verdict) -> Verdict:
    if first.date != second.date:
        return max(first, second, key=lambda verdict: verdict.date)
    said = [(v.verdict, v.category, v.comment) for v in (first, second)]
    if first.source == second.source or said[0] == said[1]:
        return second
    raise VerdictError(
        "a person gives two verdicts on one object on the same day, in two files",
        where=f"{first.source} and {second.source}",
        wanted="one verdict per person, object and day",
        found=f"{first.by} on {first.target_id}, {first.date or 'undated'}: {first.verdict}, "
        f"and {second.verdict}",
        todo="ask which one holds, and delete the other row",
    )


def _refuse_rounded(file: VerdictFile, known: frozenset[str]) -> None:
    """Refuse what a spreadsheet that keeps 15 digits makes of 39627763589581458: ...400."""
    long = [_digits(v.target_id) for v in file.verdicts]
    long = [digits for digits in long if len(digits) > DOUBLE_DIGITS]
    rounded = [digits for digits in long if not digits[DOUBLE_DIGITS:].strip("0")]
    if long and len(rounded) == len(long) and not _any_known(file.verdicts, known):
        raise VerdictError(
            "the identifiers of a verdict file have lost their last digits",
            where=file.name,
            wanted="every digit of the identifiers",
            found=f"{rounded[0]}: all that are longer than {DOUBLE_DIGITS} digits end in zeros, as "
            "a spreadsheet leaves them, and this release holds none of them",
            todo="take the identifiers from the original file, and import that column as text",
        )


def _digits(target_id: str) -> str:
    digits = target_id.removeprefix("-")
    return digits if digits.isdecimal() else ""


def _any_known(verdicts: Iterable[Verdict], known: frozenset[str]) -> bool:
    return any(verdict.target_id in known for verdict in verdicts)
