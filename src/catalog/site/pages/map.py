"""The map of the latent space: all scored spectra as a density, the outliers on top."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from catalog.site.atlas import Atlas
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
    picture: Markup
    wide: bool


def _sheets(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Sheet]:
    x, y = atlas.catalogue.map_positions()
    extent = statistics.map_extent(x, y)
    placed = [each for each in objects if each.map_x is not None and each.map_y is not None]
    by_verdict = {
        verdict: (
            np.array([each.map_x for each in placed if each.verdict == verdict], dtype=float),
            np.array([each.map_y for each in placed if each.verdict == verdict], dtype=float),
        )
        for verdict in statistics.MARKS
    }
    label = (
        f"Map of {x.size:,} spectra by likeness: darker where there are more, "
        f"with {len(placed):,} outliers as marks."
    )
    path = "map/index.html"
    context = MapContext(
        frame=frame(atlas, path, "Map", "Every scored spectrum, placed by likeness."),
        n_scored=atlas.release.n_scored,
        n_placed=len(placed),
        picture=statistics.latent_map(x, y, by_verdict, extent, label),
        wide=extent[1] - extent[0] > WIDE * (extent[3] - extent[2]),
    )
    yield Sheet(path, context, {"map/extent.json": json.dumps([round(e, 4) for e in extent])})


PAGE = Page("map.html", MapContext, _sheets)
