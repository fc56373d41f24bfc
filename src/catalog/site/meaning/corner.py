"""What the corner plot shows: counted over all spectra in batches, with a few of each class."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from markupsafe import Markup

from catalog.site.atlas import Atlas
from catalog.site.plots import corner as plot
from catalog.site.plots.axes import Float
from catalog.store.latent_records import LatentDimension

MOST_DIMENSIONS = 8
"""Dimensions of the plot: 28 panels, as many as a page can show."""
N_CLASSES = 5
"""Classes told apart: the commonest four, and the rest."""
PER_CLASS = 60
"""Dots of each class: enough to see where it lies, few enough to see what is below them."""
ROOM = 0.15


@dataclass(frozen=True)
class Key:
    """A class of the plot and the number of its colour."""

    title: str
    number: int


@dataclass(frozen=True)
class CornerPlot:
    """The figure and its key; no figure where fewer than two dimensions are used."""

    picture: Markup
    key: tuple[Key, ...]
    n_used: int
    n_shown: int


class _Counts:
    """Counts, and dots of a fair sample of each class, gathered batch by batch."""

    def __init__(self, axes: Sequence[plot.Axis], n_classes: int) -> None:
        n = len(axes)
        self.axes = axes
        self.pairs = {pair: np.zeros((plot.CELLS, plot.CELLS), np.int64)
                      for pair in combinations(range(n), 2)}  # fmt: skip
        self.histograms = np.zeros((n, n_classes, plot.CELLS), np.int64)
        # The spectra of the lowest lots: the first of a file lie in one corner of the sky.
        self.lots = np.random.default_rng(0)
        self.drawn = [np.empty((0, n + 1)) for _ in range(n_classes)]

    @property
    def dots(self) -> list[Float]:
        """Points (≤ PER_CLASS, n) of each class."""
        return [each[:, 1:] for each in self.drawn]

    def add(self, words: Float, values: Sequence[Float]) -> None:
        known = np.all(np.isfinite(values), axis=0)
        points = np.array(values)[:, known]
        number = np.minimum(
            np.nan_to_num(words[known], nan=len(self.drawn) - 1), len(self.drawn) - 1
        ).astype(int)
        limits = [(axis.low, axis.high) for axis in self.axes]
        for i, j in self.pairs:
            counted = np.histogram2d(points[j], points[i], plot.CELLS, (limits[j], limits[i]))[0]
            self.pairs[i, j] += counted.astype(np.int64)
        lots = np.column_stack([self.lots.random(points.shape[1]), points.T])
        for place, each in enumerate(self.drawn):
            mine = points[:, number == place]
            for k, limit in enumerate(limits):
                self.histograms[k, place] += np.histogram(mine[k], plot.CELLS, limit)[0]
            drawn = np.concatenate([each, lots[number == place]])
            self.drawn[place] = drawn[np.argsort(drawn[:, 0])[:PER_CLASS]]


def corner_of(atlas: Atlas) -> CornerPlot:
    """Draw the most used dimensions against each other, coloured by class."""
    used = sorted((d for d in atlas.dimensions if d.informative), key=lambda d: -d.mad)
    shown = sorted(used[:MOST_DIMENSIONS], key=lambda d: d.dimension)
    if len(shown) < 2:
        return CornerPlot(Markup(), (), len(used), 0)
    classes = [name for name, _ in atlas.catalogue.map_classes()]
    titles = [name.lower() or "unclassified" for name in classes]
    if len(titles) > N_CLASSES:
        titles = [*titles[: N_CLASSES - 1], "other"]
    counts = _Counts([_axis(each) for each in shown], len(titles))
    columns: list[str | int] = ["spec_class", *(each.dimension - 1 for each in shown)]
    for words, *values in atlas.catalogue.map_batches(columns, classes):
        counts.add(words, values)
    picture = plot.corner(
        counts.axes,
        counts.pairs,
        [list(each) for each in counts.histograms],
        [plot.Class(title, points) for title, points in zip(titles, counts.dots, strict=True)],
        f"Pairs of the dimensions {', '.join(str(d.dimension) for d in shown)}: density of "
        f"{atlas.release.n_scored:,} spectra, with dots by class: {', '.join(titles)}.",
    )  # fmt: skip
    key = tuple(Key(title, number) for number, title in enumerate(titles, 1))
    return CornerPlot(picture, key, len(used), len(shown))


def _axis(each: LatentDimension) -> plot.Axis:
    room = ROOM * (each.high - each.low) or 1.0
    return plot.Axis(each.dimension, each.low - room, each.high + room)
