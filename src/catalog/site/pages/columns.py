"""The column dictionary: name, type, unit, UCD, meaning, and what a missing value means."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.site.atlas import Atlas
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.store.evidence_records import MeasuredQuantity
from catalog.store.records import Entry, Outlier


@dataclass(frozen=True)
class ColumnsContext:
    """Everything that `columns.html` shows."""

    frame: Frame
    entries: tuple[Entry, ...]
    measures: tuple[MeasuredQuantity, ...]


def _sheets(atlas: Atlas, _objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "columns/index.html"
    title, description = "Columns", "Every column of the catalogue, with unit, UCD and meaning."
    entries = tuple(atlas.columns.values())
    measures = atlas.catalogue.measured_quantities()
    yield Sheet(path, ColumnsContext(frame(atlas, path, title, description), entries, measures))


PAGE = Page("columns.html", ColumnsContext, _sheets)
