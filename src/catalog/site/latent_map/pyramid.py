"""Tiles of counts for any number of spectra: the same cells as the packed points give, counted.

Level k has 2**k x 2**k tiles of 256 x 256 cells. Points stream through once per column; what is
held is one grid of the deepest level, whatever their number.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from catalog.site.latent_map.packing import BITS, CELL_BITS, MISSING, varint

Grid = npt.NDArray[np.uint32]
Places = npt.NDArray[np.uint16]
SIDE = 2**CELL_BITS
MAX_LEVEL = 4
"""4096 cells on a side: 67 MB of counts, and finer than a screen at fourfold magnification."""


@dataclass(frozen=True)
class Tile:
    """One tile: its level, its place in units of tiles, and its bytes."""

    level: int
    x: int
    y: int
    content: bytes


def depth(n: int) -> int:
    """Deepest level worth having for n points: about one point to a cell, 4 at most."""
    return int(np.clip(np.ceil(np.log2(max(n, 1) / SIDE**2) / 2), 0, MAX_LEVEL))


def count(positions: Iterable[tuple[Places, Places]], level: int) -> Grid:
    """Points per cell (side, side), rows along y, of batches of quantised positions."""
    side = SIDE << level
    grid = np.zeros(side * side, dtype=np.uint32)
    for x, y in positions:
        cells, n = np.unique(_cells(x, y, level), return_counts=True)
        grid[cells] += n.astype(np.uint32)
    return grid.reshape(side, side)


def _cells(x: Places, y: Places, level: int) -> npt.NDArray[np.int64]:
    shift = BITS - CELL_BITS - level
    rows: npt.NDArray[np.int64] = (y >> shift).astype(np.int64)
    cells: npt.NDArray[np.int64] = rows * (SIDE << level) + (x >> shift)
    return cells


def total(
    points: Iterable[tuple[Places, Places, npt.NDArray[np.uint8]]], level: int
) -> tuple[npt.NDArray[np.float32], Grid]:
    """Sum of codes per cell, and how many are known; both (side, side)."""
    side = SIDE << level
    sums, known = np.zeros(side * side, dtype=np.float32), np.zeros(side * side, dtype=np.uint32)
    for x, y, codes in points:
        has = codes != MISSING
        cells, at, n = np.unique(
            _cells(x[has], y[has], level), return_inverse=True, return_counts=True
        )
        known[cells] += n.astype(np.uint32)
        sums[cells] += np.bincount(at, weights=codes[has], minlength=cells.size).astype(np.float32)
    return sums.reshape(side, side), known.reshape(side, side)


def pooled(grid: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Sum 2 x 2 cells each: the level above."""
    side = grid.shape[0] // 2
    summed: npt.NDArray[Any] = grid.reshape(side, 2, side, 2).sum(axis=(1, 3), dtype=grid.dtype)
    return summed


def levels(grid: npt.NDArray[Any]) -> Iterator[tuple[int, npt.NDArray[Any]]]:
    """Every level and its grid, the deepest first."""
    level = (grid.shape[0] // SIDE).bit_length() - 1
    while True:
        yield level, grid
        if level == 0:
            return
        grid, level = pooled(grid), level - 1


def tiles(counts: Grid) -> Iterator[Tile]:
    """Tiles of every level in which there are points, the deepest level first."""
    for level, grid in levels(counts):
        for x, y, tile in _filled(grid):
            yield Tile(level, x, y, _packed(tile))


def _filled(grid: npt.NDArray[Any]) -> Iterator[tuple[int, int, npt.NDArray[Any]]]:
    across = grid.shape[0] // SIDE
    blocks = grid.reshape(across, SIDE, across, SIDE).swapaxes(1, 2)
    for y, x in np.argwhere(blocks.any(axis=(2, 3))).tolist():
        yield x, y, blocks[y, x]


def _packed(tile: Grid) -> bytes:
    """Cells that hold points: twice the gap to the last such cell, plus 1 before a count above 1.

    A count above 1 follows, less 2. Where every other cell holds one point, a cell takes one byte.
    """
    flat = tile.ravel()
    cells = np.flatnonzero(flat)
    several = flat[cells] > 1
    gaps = np.diff(cells, prepend=-1) - 1
    numbers = np.stack([2 * gaps + several, flat[cells].astype(np.int64) - 2], axis=1)
    return varint(numbers[np.stack([np.ones_like(several), several], axis=1)])


def value_tiles(counts: Grid, sums: npt.NDArray[np.float32], known: Grid) -> Iterator[Tile]:
    """Mean code per cell that holds points, in the order of `tiles`; 255 where none is known."""
    for (level, n), (_, total_), (_, has) in zip(
        levels(counts), levels(sums), levels(known), strict=True
    ):
        mean = np.round(total_ / np.maximum(has, 1))
        codes = np.where(has > 0, mean, MISSING).astype(np.uint8)
        yield from _code_tiles(level, n, codes)


def word_tiles(counts: Grid, per_word: list[Grid]) -> Iterator[Tile]:
    """Place of the commonest word per cell that holds points, in the order of `tiles`."""
    for (level, n), *words in zip(levels(counts), *map(levels, per_word), strict=True):
        codes = np.zeros(n.shape, dtype=np.uint8)
        most = words[0][1]
        for place, (_, grid) in enumerate(words[1:], 1):
            codes[grid > most] = place
            most = np.maximum(most, grid)
        yield from _code_tiles(level, n, codes)


def _code_tiles(level: int, counts: Grid, codes: npt.NDArray[np.uint8]) -> Iterator[Tile]:
    for x, y, tile in _filled(counts):
        part = codes[y * SIDE : (y + 1) * SIDE, x * SIDE : (x + 1) * SIDE]
        yield Tile(level, x, y, part[tile > 0].tobytes())
