"""Changes: what is new in this release, newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.site.atlas import Atlas
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.store.records import Outlier, Release


@dataclass(frozen=True)
class ChangesContext:
    """Everything that `changes.html` shows."""

    frame: Frame
    release: Release
    changes: tuple[str, ...]


def _sheets(atlas: Atlas, _objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "changes/index.html"
    context = ChangesContext(
        frame=frame(atlas, path, "Changes", "What is new in this release of the atlas."),
        release=atlas.release,
        changes=atlas.catalogue.changes(),
    )
    yield Sheet(path, context)


PAGE = Page("changes.html", ChangesContext, _sheets)
