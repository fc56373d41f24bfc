"""What the latent space means: which dimensions are used, what they tell of, and what leaks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.site.atlas import Atlas
from catalog.site.meaning.corner import CornerPlot, corner_of
from catalog.site.meaning.dimension_rows import Dimensions, dimensions_of
from catalog.site.meaning.information_rows import (
    InformationTables,
    Observing,
    information_of,
    observing_of,
)
from catalog.site.meaning.separation_rows import (
    Leakage,
    PrevalenceTable,
    Separation,
    SeparationRow,
    gathered_of,
    leakage_of,
    prevalences_of,
    separations_of,
)
from catalog.site.meaning.sweep_rows import Sweep, sweep_of
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.store.records import Outlier

TITLE = "What the latent space means"


@dataclass(frozen=True)
class LatentContext:
    """Everything that `latent.html` shows."""

    frame: Frame
    n_scored: int
    dimensions: Dimensions
    information: InformationTables
    observing: Observing
    gathered: tuple[SeparationRow, ...]
    corner: CornerPlot
    separations: tuple[Separation, ...]
    leakage: Leakage
    prevalences: tuple[PrevalenceTable, ...]
    sweep: Sweep | None
    has_traversals: bool
    has_tracks: bool
    has_decoder: bool


def _sheets(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Sheet]:  # noqa: ARG001
    if not atlas.dimensions:
        return
    path = "latent/index.html"
    context = LatentContext(
        frame=frame(atlas, path, TITLE, "Which dimensions are used, and what they tell of."),
        n_scored=atlas.release.n_scored,
        dimensions=dimensions_of(atlas),
        information=information_of(atlas),
        observing=observing_of(atlas),
        gathered=gathered_of(atlas),
        corner=corner_of(atlas),
        separations=separations_of(atlas),
        leakage=leakage_of(atlas),
        prevalences=prevalences_of(atlas),
        sweep=sweep_of(atlas),
        has_traversals=bool(atlas.catalogue.traversal_features()),
        has_tracks=bool(atlas.catalogue.tracks()),
        has_decoder=atlas.has_decoder,
    )
    yield Sheet(path, context)


PAGE = Page("latent.html", LatentContext, _sheets)
