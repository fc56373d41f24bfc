"""What a visitor finds at an address that leads nowhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.site.atlas import Atlas
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.store.records import Outlier


@dataclass(frozen=True)
class MissingContext:
    """Everything that `missing.html` shows."""

    frame: Frame


def _sheets(atlas: Atlas, _objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "404.html"
    yield Sheet(path, MissingContext(frame(atlas, path, "Not found", "There is no such page.")))


PAGE = Page("missing.html", MissingContext, _sheets)
