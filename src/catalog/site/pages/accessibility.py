"""The accessibility statement: what is promised, how it is tested, and what falls short."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.site.atlas import Atlas
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.store.records import Outlier


@dataclass(frozen=True)
class AccessibilityContext:
    """Everything that `accessibility.html` shows."""

    frame: Frame
    cutouts: bool
    repository: str


def _sheets(atlas: Atlas, _objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "accessibility/index.html"
    title, about = "Accessibility and privacy", "What works for whom, and what is kept of you."
    made = frame(atlas, path, title, about)
    yield Sheet(path, AccessibilityContext(made, atlas.cutouts, atlas.repository))


PAGE = Page("accessibility.html", AccessibilityContext, _sheets)
