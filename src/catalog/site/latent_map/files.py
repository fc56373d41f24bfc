"""The map's files: what a visitor loads at once, and what only once a colour or axis is chosen."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from catalog.site.latent_map import packing, pyramid
from catalog.store.map_queries import MapQueries
from catalog.store.records import Float, Score

Places = npt.NDArray[np.uint16]
Extent = tuple[float, float, float, float]
POINTS_LIMIT = 400_000
"""Up to here every point is sent; above, tiles of counts are lighter."""
N_WORDS = 4
"""Classes told apart: the commonest three, and the rest."""
CORNER_DIMENSIONS = 6
CORNER_CELLS = 128
TAIL = 0.001
"""Share of the values beyond each end of a colour scale or latent axis."""


@dataclass(frozen=True)
class Column:
    """A number that colours the map; `offset` is None for a linear scale, else see `coded`."""

    name: str
    title: str
    unit: str
    low: float
    high: float
    offset: float | None


class Points:
    """Every placed spectrum of a catalogue, quantised within an extent, in batches."""

    def __init__(self, catalogue: MapQueries, extent: Extent) -> None:
        self.catalogue, self.extent = catalogue, extent
        self.side = extent[1] - extent[0]
        self.words = tuple(name for name, _ in catalogue.map_classes())

    def batches(self, *columns: str | int) -> Iterator[tuple[Places, Places, list[Float]]]:
        """Quantised positions, both on the scale of the extent's width, and columns."""
        asked = ("map_x", "map_y", *columns)
        for x, y, *values in self.catalogue.map_batches(asked, self.words):
            left, _, low, _ = self.extent
            yield (
                packing.quantised(x, left, left + self.side),
                packing.quantised(y, low, low + self.side),
                values,
            )


LEAST_SPREAD = 1e-3
"""A latent dimension whose values all lie closer than this tells nothing; it has no own scale."""


def columns(catalogue: MapQueries, scores: Sequence[Score]) -> tuple[Column, ...]:
    """Numbers that the map offers as colours; those that no spectrum has are left out."""
    low, high = catalogue.map_limits("z", TAIL, 1 - TAIL)
    snr_low, snr_high = catalogue.map_limits("snr", TAIL, 1 - TAIL)
    made = [
        Column("percentile", "how unusual, all together", "%", 0.0, 100.0, None),
        *(
            Column(f"percentile_{score.name}", score.title, "%", 0.0, 100.0, None)
            for score in scores
            if np.isfinite(catalogue.map_limits(f"percentile_{score.name}")[0])
        ),
        Column("z", "redshift", "", low, high, 1.0),
        Column("snr", "signal to noise", "per bin", max(snr_low, 0.1), snr_high, 0.0),
    ]
    # A single value has no scale.
    return tuple(each for each in made if each.low < each.high)


def files(
    catalogue: MapQueries, extent: Extent, scores: Sequence[Score], n_latent: int, n: int
) -> dict[str, str | bytes]:
    """All files below `map/`, the manifest `map.json` among them."""
    points = Points(catalogue, extent)
    numbers = columns(catalogue, scores)
    dimensions = [_axis(catalogue, each) for each in range(n_latent)]
    small = n <= POINTS_LIMIT
    contents = point_files(points, numbers, dimensions) if small else tile_files(points, numbers, n)
    known = contents.pop("manifest")
    corner, peaks = corner_file(catalogue, dimensions[:CORNER_DIMENSIONS])
    classes = catalogue.map_classes()
    manifest = {
        "n": n,
        "extent": [round(edge, 4) for edge in extent],
        "words": [name for name, _ in classes],
        "counts": [count for _, count in classes],
        "columns": [vars(each) for each in numbers],
        "latents": dimensions,
        "corner": {
            "cells": CORNER_CELLS,
            "dimensions": len(peaks and dimensions[:CORNER_DIMENSIONS]),
            "peaks": peaks,
        },
        **known,
    }
    contents["map.json"] = json.dumps(manifest, separators=(",", ":"), ensure_ascii=False)
    contents["corner.bin"] = corner
    return {f"map/{name}": content for name, content in sorted(contents.items())}


def _axis(catalogue: MapQueries, dimension: int) -> list[float]:
    """Limits of a latent dimension: nearly all spectra and room around; the rest at the edge."""
    low, high = catalogue.map_limits(dimension, TAIL, 1 - TAIL)
    least, most = catalogue.map_limits(dimension)
    if not np.isfinite(least):
        return [0.0, 1.0]
    if most - least < LEAST_SPREAD:
        return [round(least - 1, 4), round(least + 1, 4)]
    room = 0.3 * (high - low)
    margin = 0.03 * (most - least)
    return [round(max(low - room, least - margin), 4), round(min(high + room, most + margin), 4)]


def point_files(
    points: Points, numbers: Sequence[Column], dimensions: Sequence[list[float]]
) -> dict[str, Any]:
    """Positions, and one file per colour and latent dimension, all along Morton's curve."""
    asked = ["spec_class", *(each.name for each in numbers), *range(len(dimensions))]
    parts = [(x, y, *values) for x, y, values in points.batches(*asked)]
    x, y, words, *values = (np.concatenate(column) for column in zip(*parts, strict=True))
    codes = packing.morton(x, y)
    order = np.argsort(codes, kind="stable")
    codes = codes[order]
    made: dict[str, Any] = {
        "points.bin": packing.packed_positions(codes),
        "spec_class.bin": _words(words[order]).tobytes(),
    }
    for each, column in zip(numbers, values, strict=False):
        coded = packing.coded(column[order], each.low, each.high, each.offset)
        made[f"{each.name}.bin"] = coded.tobytes()
    for i, (axis, column) in enumerate(zip(dimensions, values[len(numbers) :], strict=True)):
        quantised = packing.quantised(np.nan_to_num(column[order]), *axis)
        made[f"latent-{i}.bin"] = quantised.astype("<u2").tobytes()
    made["manifest"] = {"peaks": packing.peaks(codes), "tiles": None}
    return made


def _words(places: Float) -> npt.NDArray[np.uint8]:
    return np.minimum(np.nan_to_num(places, nan=N_WORDS - 1), N_WORDS - 1).astype(np.uint8)


def tile_files(points: Points, numbers: Sequence[Column], n: int) -> dict[str, Any]:
    """Tiles of counts, and per colour tiles of mean values or commonest classes."""
    level = pyramid.depth(n)
    counts = pyramid.count(((x, y) for x, y, _ in points.batches()), level)
    made: dict[str, Any] = {}
    present: list[list[int]] = [[] for _ in range(level + 1)]
    for tile in pyramid.tiles(counts):
        made[f"tiles/{tile.level}-{tile.x}-{tile.y}.bin"] = tile.content
        present[tile.level].append((tile.y << tile.level) + tile.x)
    per_word = [
        pyramid.count(((x[is_it], y[is_it]) for x, y, is_it in _of_word(points, place)), level)
        for place in range(min(N_WORDS, len(points.words)))
    ]
    _add(made, "spec_class", pyramid.word_tiles(counts, per_word))
    for each in numbers:
        coded = (
            (x, y, packing.coded(values, each.low, each.high, each.offset))
            for x, y, (values,) in points.batches(each.name)
        )
        _add(made, each.name, pyramid.value_tiles(counts, *pyramid.total(coded, level)))
    peaks = [int(grid.max()) for _, grid in pyramid.levels(counts)][::-1]
    made["manifest"] = {"peaks": peaks, "tiles": present}
    return made


def _of_word(points: Points, place: int) -> Iterator[tuple[Any, Any, Any]]:
    for x, y, (words,) in points.batches("spec_class"):
        yield x, y, _words(words) == place


def _add(made: dict[str, Any], name: str, tiles: Iterator[pyramid.Tile]) -> None:
    for tile in tiles:
        made[f"tiles/{name}-{tile.level}-{tile.x}-{tile.y}.bin"] = tile.content


def corner_file(catalogue: MapQueries, axes: Sequence[list[float]]) -> tuple[bytes, list[int]]:
    """Density of every pair of latent dimensions, and the most spectra in a cell of each.

    A byte per cell, rows along the second dimension: 255 log(1 + n) / log(1 + most).
    """
    pairs = list(combinations(range(len(axes)), 2))
    grids = np.zeros((len(pairs), CORNER_CELLS, CORNER_CELLS), dtype=np.int64)
    for batch in catalogue.map_batches(range(len(axes))):
        shift = packing.BITS - CORNER_CELLS.bit_length() + 1
        cells = [
            packing.quantised(np.nan_to_num(values), *axis) >> shift
            for values, axis in zip(batch, axes, strict=True)
        ]
        for place, (i, j) in enumerate(pairs):
            flat = cells[j].astype(np.int64) * CORNER_CELLS + cells[i]
            grids[place] += np.bincount(flat, minlength=CORNER_CELLS**2).reshape(grids[place].shape)
    most = np.maximum(grids.max(axis=(1, 2), initial=1), 1)
    tones = 255 * np.log1p(grids) / np.log1p(most)[:, None, None]
    return np.ceil(tones).astype(np.uint8).tobytes(), [int(each) for each in most]
