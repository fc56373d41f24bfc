"""A visitor's own ratings: what they are for; the browser fills in the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.site.atlas import Atlas
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.site.verdict_rows import Ballot, ballot_of
from catalog.store.records import Outlier


@dataclass(frozen=True)
class YoursContext:
    """Everything that `yours.html` shows."""

    frame: Frame
    n_objects: int
    repository: str
    ballot: Ballot


def _sheets(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "yours/index.html"
    description = "Rate objects, and see the list in the order of what you like."
    context = YoursContext(
        frame=frame(atlas, path, "Your ratings", description),
        n_objects=len(objects),
        repository=atlas.repository.rstrip("/"),
        ballot=ballot_of(atlas),
    )
    yield Sheet(path, context)


PAGE = Page("yours.html", YoursContext, _sheets)
