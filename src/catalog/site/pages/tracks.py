"""Tracks: paths through pairs of latent dimensions, and the real spectra along them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.site.kinds import kind_of
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.site.plots import statistics
from catalog.site.plots import track as plot
from catalog.site.plots.axes import Float
from catalog.store.latent_records import Track, TrackPoint
from catalog.store.records import Outlier

TITLE = "Tracks"
MOST_DOTS = 300
EDGE = 0.005
"""Fraction of all spectra that the frame of a pair leaves out at either end."""


@dataclass(frozen=True)
class Stop:
    """One point of a track: the spectrum nearest to it, and how many are in its stack."""

    number: int
    name: str
    address: str
    kind: str
    distance: str
    n_stacked: int
    outside: bool


@dataclass(frozen=True)
class Way:
    """One track with its figures and its points."""

    anchor: str
    title: str
    words: str
    pair: Markup
    spectra: Markup
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class TracksContext:
    """Everything that `tracks.html` shows."""

    frame: Frame
    ways: tuple[Way, ...]


def _sheets(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Sheet]:  # noqa: ARG001
    found = atlas.catalogue.tracks()
    if not found or not atlas.dimensions:  # nothing would lead here
        return
    path = "latent/tracks/index.html"
    context = TracksContext(
        frame=frame(atlas, path, TITLE, "Real spectra along paths through the latent space."),
        ways=tuple(_way(atlas, track) for track in found),
    )
    yield Sheet(path, context)


def _way(atlas: Atlas, track: Track) -> Way:
    points = atlas.catalogue.track_points(track.name)
    told = f"Real spectra along the track “{track.title}”, a stack over each."
    return Way(
        anchor=f"track-{track.position}",
        title=track.title,
        words=_words(atlas, track),
        pair=_pair(atlas, track, points),
        spectra=plot.spectra(atlas.wave, points, atlas.lines, told),
        stops=tuple(_stop(atlas, each) for each in points),
    )


def _words(atlas: Atlas, track: Track) -> str:
    """Tell how the track was laid."""
    whose = f"spectra of class {track.spec_class}" if track.spec_class else "all scored spectra"
    dimensions = f"dimensions {track.dimension_a} and {track.dimension_b}"
    known = {each.name: each.title for each in atlas.catalogue.traversal_features()}
    if track.along:
        return (
            f"It follows “{known.get(track.along, track.along)}” among {whose}, from "
            f"little of it to much, in {dimensions}, which change it most."
        )
    return f"Its points in {dimensions} were chosen by hand, among {whose}."


def _pair(atlas: Atlas, track: Track, points: Sequence[TrackPoint]) -> Markup:
    columns = [track.dimension_a - 1, track.dimension_b - 1]
    places = np.array([[each.a, each.b] for each in points])
    ends = [
        np.array([
            *atlas.catalogue.map_limits(column, EDGE, 1 - EDGE),
            *(places[:, i] - track.radius), *(places[:, i] + track.radius),
        ])
        for i, column in enumerate(columns)
    ]  # fmt: skip
    extent = statistics.map_extent(*ends)
    counts = statistics.map_counts(
        ((a, b) for a, b in atlas.catalogue.map_batches(columns)), extent
    )
    dots = _dots(atlas, track, columns, extent) if track.spec_class else np.empty((0, 2))
    names = f"latent {track.dimension_a}", f"latent {track.dimension_b}"
    label = (
        f"Density of all spectra in {names[0]} and {names[1]}, with the track’s numbered points."
    )
    crowd = plot.Crowd(extent, counts, dots, names)
    return plot.pair(crowd, points, track.radius, label)


def _dots(atlas: Atlas, track: Track, columns: Sequence[int], extent: statistics.Extent) -> Float:
    """Give the first spectra of the track's class that are in the frame, (n, 2)."""
    found = [np.empty((0, 2))]
    n_found = 0
    for a, b, mine in atlas.catalogue.map_batches([*columns, "spec_class"], [track.spec_class]):
        inside = (a > extent[0]) & (a < extent[1]) & (b > extent[2]) & (b < extent[3])
        part = np.stack([a, b], axis=1)[inside & np.isfinite(mine)][: MOST_DOTS - n_found]
        found.append(part)
        n_found += len(part)
    return np.concatenate(found)


def _stop(atlas: Atlas, each: TrackPoint) -> Stop:
    return Stop(
        number=each.position,
        name=each.name or atlas.identified(each.survey, each.target_id),
        address=f"../../objects/{each.slug}/index.html" if each.slug else "",
        kind=kind_of(each),
        distance=words.number(each.distance, 2),
        n_stacked=each.n_stacked,
        outside=each.outside,
    )


PAGE = Page("tracks.html", TracksContext, _sheets)
