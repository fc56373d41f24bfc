"""The map of the latent space: all scored spectra as a density, the outliers on top."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from catalog.site.atlas import Atlas
from catalog.site.latent_map import files
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.site.plots import statistics
from catalog.store.records import Outlier

WIDE = 1.25
"""Width over height from which on a map gets a wider frame."""


@dataclass(frozen=True)
class MapContext:
    """Everything that `map.html` shows."""

    frame: Frame
    n_scored: int
    n_placed: int
    n_latent: int
    colours: tuple[tuple[str, str], ...]
    picture: Markup
    wide: bool
    has_decoder: bool


def _sheets(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Sheet]:
    catalogue = atlas.catalogue
    n = sum(number for _, number in catalogue.map_classes())
    ends = [np.array(catalogue.map_limits(column)) for column in ("map_x", "map_y")]
    extent = statistics.map_extent(*ends)
    n_placed = sum(each.map_x is not None and each.map_y is not None for each in objects)
    label = (
        f"Map of {n:,} spectra by likeness: darker where there are more, "
        f"with {n_placed:,} outliers as marks."
    )
    path = "map/index.html"
    numbers = files.columns(catalogue, atlas.scores)
    context = MapContext(
        frame=frame(atlas, path, "Map", "Every scored spectrum, placed by likeness."),
        n_scored=atlas.release.n_scored,
        n_placed=n_placed,
        n_latent=atlas.model.n_latent,
        colours=tuple((each.name, each.title) for each in numbers),
        picture=_picture(atlas, objects, extent, label),
        has_decoder=atlas.has_decoder,
        wide=extent[1] - extent[0] > WIDE * (extent[3] - extent[2]),
    )
    made = files.files(catalogue, extent, atlas.scores, atlas.model.n_latent, n)
    yield Sheet(path, context, made)


def _picture(
    atlas: Atlas, objects: Sequence[Outlier], extent: statistics.Extent, label: str
) -> Markup:
    placed = [each for each in objects if each.map_x is not None and each.map_y is not None]
    by_verdict = {
        verdict: (
            np.array([each.map_x for each in placed if each.verdict == verdict], dtype=float),
            np.array([each.map_y for each in placed if each.verdict == verdict], dtype=float),
        )
        for verdict in statistics.MARKS
    }
    batches = ((x, y) for x, y in atlas.catalogue.map_batches(("map_x", "map_y")))
    counts = statistics.map_counts(batches, extent)
    return statistics.latent_map(counts, by_verdict, extent, label)


PAGE = Page("map.html", MapContext, _sheets)
