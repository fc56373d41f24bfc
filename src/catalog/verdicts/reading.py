"""A verdict file -> its verdicts. Which format it has is told by its header."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog import registry
from catalog.errors import VerdictError
from catalog.verdicts import Format, Row, Verdict, csv_rows

FORMATS = "catalog.verdicts.formats"


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
    rows = csv_rows.rows(csv_rows.decoded(path, name), name)
    header = csv_rows.header(rows, name, "a header and rows of " + _known())
    kind = _format_of(header, name)
    verdicts, n_without, unread = [], 0, _unread(header, kind)
    for line, cells in rows:
        csv_rows.refuse_other_length(cells, header, name, line)
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


def _formats() -> dict[str, Format]:
    return {name: registry.load(FORMATS, name, Format) for name in registry.names(FORMATS)}


def _known() -> str:
    return ", or ".join(
        f"{kind.title} ({', '.join(kind.required)})" for kind in _formats().values()
    )


def _format_of(header: Sequence[str], name: str) -> Format:
    """Give the one format all of whose required columns are there, each once."""
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
