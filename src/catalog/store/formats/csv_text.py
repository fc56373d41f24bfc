"""CSV: what spreadsheets and every language open."""

from pathlib import Path

from catalog.store import report
from catalog.store.contents import ORDER
from catalog.store.fields import Field
from catalog.store.formats import Format
from catalog.store.queries import quoted
from catalog.store.source import LISTINGS, Source, select

CSV = "FORMAT csv, HEADER true, USE_TMP_FILE false"
QUOTED_IDS = f"{CSV}, FORCE_QUOTE (target_id)"
"""So that no reader takes 39633345008634465 for a float."""


def _write(source: Source, folder: Path) -> list[Path]:
    columns = [_column(field) for field in source.flat]
    copies = {
        **{listing.name: (select(listing, columns), QUOTED_IDS) for listing in LISTINGS},
        "artefacts": (report.artefacts(), QUOTED_IDS),
        "origin_groups": (report.groups(), CSV),
        "columns": ("FROM columns ORDER BY position", CSV),
        **_benchmark(source),
    }
    return [
        source.copy(query, options, folder / f"{name}.csv")
        for name, (query, options) in copies.items()
    ]


def _column(field: Field) -> str:
    """Give SQL for one column: a fraction as text, since CSV would write all its digits."""
    value = field.written if field.is_float else field.expression
    return f"{value} AS {quoted(field.name)}"


def _benchmark(source: Source) -> dict[str, tuple[str, str]]:
    """Give each table of the benchmark's results that has any: what to select, and how to write."""
    tables = [table for table in ORDER if table.startswith("benchmark_")]
    return {
        table: (f"FROM {table} ORDER BY {', '.join(ORDER[table])}", CSV)
        for table in tables
        if source.count(table)
    }


FORMAT = Format("CSV", _write)
