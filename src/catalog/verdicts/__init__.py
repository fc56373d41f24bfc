"""Verdicts by people: CSV files -> one table, shown beside the machine's words, never mixed in.

One file of `catalog.verdicts.formats` per format that people send. A bad file raises; a verdict on
a target that the release does not hold is counted and left out.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields

import numpy as np

from catalog.tables import Table

WORDS = ("astrophysical", "unexplained", "artefact", "ordinary")
"""What a person may say of an object: the machine's three words, or that nothing is unusual."""


@dataclass(frozen=True)
class Verdict:
    """What one person says of one object.

    `category` is one of the catalogue's or empty; `date` is YYYY-MM-DD, or empty where it is not
    told; `source` is the file that it was read from.
    """

    target_id: str
    verdict: str
    category: str
    comment: str
    by: str
    date: str
    source: str


@dataclass(frozen=True)
class Row:
    """One row of a file: its cells by column, and where it stands, for messages.

    `counted` is what `line` counts, where that is not lines.
    """

    cells: Mapping[str, str]
    file: str
    line: int
    counted: str = "line"

    def where(self, column: str) -> str:
        """Name a cell: file, line, column."""
        return f"{self.file}, {self.counted} {self.line}, column {column}"


@dataclass(frozen=True)
class Format:
    """A format of verdict files; each file of `catalog.verdicts.formats` defines one.

    Attributes
    ----------
    title
        What the format is called in a message.
    required
        Columns that a file of this format has, and by which it is recognised.
    optional
        Columns that are read where they are there.
    passed_over
        Columns that the format has and that say nothing of the verdict. Any other column is
        reported.
    read
        A row and the names of the known categories -> its verdict; None where it holds none.
        Raises `VerdictError` for a cell that is not as promised.
    """

    title: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    passed_over: tuple[str, ...]
    read: Callable[[Row, Collection[str]], Verdict | None]


def table_of(verdicts: Iterable[Verdict]) -> Table:
    """Give verdicts as the columns of the catalogue's table `verdicts`.

    Returns
    -------
    Table
        Sorted by target, then date, then name; `position` counts from 1 within each target.
    """
    order = sorted(verdicts, key=lambda v: (v.target_id, v.date, v.by.casefold(), v.verdict))
    position: dict[str, int] = {}
    places = []
    for each in order:
        position[each.target_id] = position.get(each.target_id, 0) + 1
        places.append(position[each.target_id])
    texts = {
        field.name: np.array([getattr(each, field.name) for each in order], dtype=object)
        for field in fields(Verdict)
    }
    return {**texts, "position": np.array(places, np.int64)}
