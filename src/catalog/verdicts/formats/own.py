"""Our own format: what the site's *Download verdicts* and `writing.write` give."""

from collections.abc import Collection
from dataclasses import replace

from catalog.verdicts import Format, Row, Verdict, cells
from catalog.verdicts.formulas import bare

COLUMNS = ("target_id", "verdict", "category", "comment", "by", "date")


def _read(row: Row, categories: Collection[str]) -> Verdict:
    row = replace(row, cells={name: bare(cell.strip()) for name, cell in row.cells.items()})
    return Verdict(
        target_id=cells.identifier(row, "target_id"),
        verdict=cells.word(row, "verdict"),
        category=cells.category(row, "category", tuple(categories)),
        comment=cells.text(row, "comment"),
        by=cells.name(row, "by"),
        date=cells.date(row, "date"),
        source=row.file,
    )


FORMAT = Format(
    title="this project's verdicts", required=COLUMNS, optional=(), passed_over=(), read=_read
)
