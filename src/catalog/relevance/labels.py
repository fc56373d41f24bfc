"""Files of a person's ratings -> labels. CSV and JSON with the same columns; bad ones raise."""

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from catalog.errors import VerdictError
from catalog.verdicts import Row, cells, csv_rows
from catalog.verdicts.formulas import bare

COLUMNS = ("target_id", "rating", "tags", "comment", "by", "date")
REQUIRED = COLUMNS[:2]
WANTED = "columns " + ", ".join(COLUMNS)
N_TAGS, TAG_LIMIT = 20, 40
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True)
class Label:
    """What one person thinks of one object.

    `rating` is 0 (of no interest) to 5 (more of these); None where only tags or a comment are
    given. `date` is YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, or empty, as `by` may be.
    """

    target_id: str
    rating: int | None
    tags: tuple[str, ...]
    comment: str
    by: str
    date: str


def read(path: Path) -> tuple[Label, ...]:
    """Read a file of labels: JSON where its name ends so, CSV otherwise.

    A CSV may be as a spreadsheet saves it, see `catalog.verdicts.csv_rows`; a JSON file is a list
    of objects, or an object whose `labels` is one. Of a person's labels of one object the latest
    holds, and of two with the same date the later in the file.

    Returns
    -------
    tuple of Label
        In the order of the file. Labels of different persons on one object are all kept.

    Raises
    ------
    VerdictError
        If the file is not as promised: the message has the place, as line 7, column rating.
    """
    name, text = path.name, csv_rows.decoded(path, path.name)
    rows = _json_rows(text, name) if path.suffix.lower() == ".json" else _csv_rows(text, name)
    return _latest(_label(row) for row in rows)


def _latest(labels: Iterable[Label]) -> tuple[Label, ...]:
    latest: dict[tuple[str, str], Label] = {}
    for label in labels:
        key = (label.target_id, label.by.casefold())
        if key not in latest or latest[key].date <= label.date:
            latest[key] = label
    return tuple(latest.values())


def _csv_rows(text: str, name: str) -> Iterator[Row]:
    rows = csv_rows.rows(text, name)
    header = csv_rows.header(rows, name, WANTED)
    missing = [column for column in REQUIRED if column not in header]
    if missing:
        raise VerdictError(
            "the file has no ratings",
            where=f"{name}, line 1",
            wanted=WANTED,
            found=", ".join(header)[:300],
            todo=f"add the column {' and '.join(missing)}",
        )
    for line, found in rows:
        csv_rows.refuse_other_length(found, header, name, line)
        named = zip(header, found, strict=True)
        yield Row({column: bare(cell.strip()) for column, cell in named}, name, line)


def _json_rows(text: str, name: str) -> Iterator[Row]:
    try:
        found = json.loads(text)
    except ValueError as fault:
        raise _not_labels(name, str(fault)) from fault
    labels = found.get("labels") if isinstance(found, dict) else found
    if not isinstance(labels, list):
        raise _not_labels(name, "no list of labels")
    for position, label in enumerate(labels, 1):
        if not isinstance(label, dict):
            raise _not_labels(f"{name}, label {position}", repr(label)[:100])
        row = Row({}, name, position, "label")
        yield replace(row, cells={key: _text(label.get(key), row, key) for key in COLUMNS})


def _not_labels(where: str, found: str) -> VerdictError:
    return VerdictError(
        "the file is not a list of labels",
        where=where,
        wanted=f'JSON: {{"labels": [...]}}, each with {WANTED}',
        found=found,
        todo="export the ratings again",
    )


def _text(found: Any, row: Row, key: str) -> str:
    """Give a JSON value as the cell of a CSV would be; an identifier must be text there already."""
    if found is None:
        return ""
    if isinstance(found, str):
        return found
    if key == "tags" and isinstance(found, list) and all(isinstance(tag, str) for tag in found):
        return ",".join(found)
    if key == "rating" and type(found) is int:
        return str(found)
    raise VerdictError(
        "a value of a label has the wrong type",
        where=row.where(key),
        wanted={"rating": "a whole number", "tags": "a list of texts"}.get(key, "text in quotes"),
        found=f"{found!r:.100}",
        todo="write identifiers as text: as numbers they lose their last digits",
    )


def _label(row: Row) -> Label:
    return Label(
        target_id=cells.identifier(row, "target_id"),
        rating=_rating(row),
        tags=_tags(row),
        comment=cells.text(row, "comment"),
        by=" ".join(cells.text(row, "by", cells.NAME_LIMIT).split()),
        date=_moment(row),
    )


def _rating(row: Row) -> int | None:
    found = cells.text(row, "rating")
    if found and found not in {"0", "1", "2", "3", "4", "5"}:
        raise VerdictError(
            "a rating is not on the scale",
            where=row.where("rating"),
            wanted="0, 1, 2, 3, 4 or 5; empty where there is none",
            found=repr(found[:100]),
            todo="correct it, or delete the row",
        )
    return int(found) if found else None


def _tags(row: Row) -> tuple[str, ...]:
    """Split a cell at commas, semicolons and line ends; each tag once, blanks collapsed."""
    parts = re.split(r"[,;\n]", cells.text(row, "tags"))
    tags = tuple(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))
    if len(tags) > N_TAGS or any(len(tag) > TAG_LIMIT for tag in tags):
        raise VerdictError(
            "an object has too many tags, or one that is too long",
            where=row.where("tags"),
            wanted=f"at most {N_TAGS} tags of at most {TAG_LIMIT} characters",
            found=f"{len(tags)} tags, the longest of {max(map(len, tags))} characters",
            todo="shorten them; what is longer is a comment",
        )
    return tags


def _moment(row: Row) -> str:
    """Give a day, or a day and a time of day in UTC."""
    found = cells.text(row, "date")
    day, mark, time = found.partition("T")
    cells.date(replace(row, cells={"date": day}), "date")
    try:
        good = not mark or bool(_TIME.fullmatch(time) and dt.time.fromisoformat(time[:-1]))
    except ValueError:
        good = False
    if not good or (mark and not day):
        raise VerdictError(
            "a date is impossible",
            where=row.where("date"),
            wanted="a moment as 2026-03-09T14:05:00Z, or a day as 2026-03-09",
            found=repr(found[:100]),
            todo="correct it, or leave it empty",
        )
    return found
