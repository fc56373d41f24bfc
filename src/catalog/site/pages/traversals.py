"""Traversals: what the decoder draws when one latent dimension moves and the others stand still."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from catalog.site.atlas import Atlas
from catalog.site.meaning import traversal_rows
from catalog.site.meaning.traversal_rows import FeatureRow
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.site.plots import traversal
from catalog.store.records import Outlier

TITLE = "Traversals"
MOST = 12
"""Dimensions that get a figure, the most used ones: as many as a page can carry."""


@dataclass(frozen=True)
class Traversal:
    """One dimension: a sentence, its figure, and whether it is in use, as far as is known."""

    dimension: int
    sentence: str
    in_use: bool
    picture: Markup


@dataclass(frozen=True)
class TraversalsContext:
    """Everything that `traversals.html` shows."""

    frame: Frame
    traversals: tuple[Traversal, ...]
    n_traversed: int
    n_latent: int
    dimensions: tuple[int, ...]
    table: tuple[FeatureRow, ...]
    has_outside: bool
    has_decoder: bool


def _sheets(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Sheet]:  # noqa: ARG001
    traversed = atlas.catalogue.traversed()
    if not traversed or not atlas.dimensions:  # nothing would lead here
        return
    path = "latent/traversals/index.html"
    features, changes = atlas.catalogue.traversal_features(), atlas.catalogue.traversal_changes()
    told, largest = traversal_rows.by_dimension(changes), traversal_rows.largest_of(changes)
    idle = {each.dimension for each in atlas.dimensions if not each.informative}
    drawn = []
    has_outside = False
    for dimension in sorted(traversed[:MOST]):
        steps = atlas.catalogue.traversal(dimension)
        has_outside |= any(each.outside for each in steps)
        sentence = traversal_rows.sentence_of(features, told.get(dimension, {}), largest)
        label = f"Spectra along latent dimension {dimension}, and their differences to the mean."
        picture = traversal.figure(atlas.wave, steps, atlas.lines, label)
        drawn.append(Traversal(dimension, sentence, dimension not in idle, picture))
    dimensions = tuple(sorted(traversed))
    context = TraversalsContext(
        frame=frame(atlas, path, TITLE, "What changes in a spectrum along each latent dimension."),
        traversals=tuple(drawn),
        n_traversed=len(traversed),
        n_latent=atlas.model.n_latent,
        dimensions=dimensions,
        table=traversal_rows.table_of(features, told, dimensions),
        has_outside=has_outside,
        has_decoder=atlas.has_decoder,
    )
    yield Sheet(path, context)


PAGE = Page("traversals.html", TraversalsContext, _sheets)
