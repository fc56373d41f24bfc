"""Positions and values of all spectra in few bytes.

Positions are quantised to 16 bits per axis, sorted along Morton's curve and written as gaps in
LEB128: neighbours on the map are neighbours in the file, so a gap takes two or three bytes where a
pair of numbers takes four, and a cell of any level of a quadtree is a run of points.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
Float = npt.NDArray[np.floating[Any]]
BITS = 16
CELL_BITS = 8
"""A map of level 0 has 2**8 cells on a side; of level k, 2**(8 + k)."""
DEEPEST = BITS - CELL_BITS
MISSING = 255
"""Code of a value that is not known."""


def quantised(values: Float, low: float, high: float) -> npt.NDArray[np.uint16]:
    """Whole numbers 0..65535 for values in [low, high]; what lies outside goes to the edge."""
    scaled = (values - low) * (2**BITS / (high - low))
    places: npt.NDArray[np.uint16] = np.clip(scaled, 0, 2**BITS - 1).astype(np.uint16)
    return places


def morton(x: npt.NDArray[np.uint16], y: npt.NDArray[np.uint16]) -> Codes:
    """Interleave the bits of two coordinates, x in the even places (Morton 1966)."""
    return _spread(x) | (_spread(y) << np.uint32(1))


def _spread(values: npt.NDArray[np.uint16]) -> Codes:
    spread = values.astype(np.uint32)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        spread = (spread | (spread << np.uint32(shift))) & np.uint32(mask)
    return spread


def varint(values: npt.NDArray[Any]) -> bytes:
    """Write whole numbers >= 0 as LEB128: seven bits a byte, the lowest first."""
    numbers = values.astype(np.uint64)
    length = np.ones(numbers.shape, dtype=np.int64)
    for k in range(1, 5):
        length += numbers >= 1 << (7 * k)
    starts = np.cumsum(length) - length
    written = np.zeros(int(length.sum()), dtype=np.uint8)
    for k in range(int(length.max(initial=0))):
        has = length > k
        part = (numbers[has] >> np.uint64(7 * k)) & np.uint64(127)
        written[starts[has] + k] = part + 128 * (length[has] > k + 1).astype(np.uint64)
    return written.tobytes()


def packed_positions(codes: Codes) -> bytes:
    """Sorted Morton codes, as the first one and then gaps."""
    return varint(np.diff(codes.astype(np.int64), prepend=0))


def peaks(codes: Codes) -> list[int]:
    """Most points in one cell, for every level from 0 to the deepest, of sorted Morton codes."""
    found = []
    for level in range(DEEPEST + 1):
        cells = codes >> np.uint32(2 * (DEEPEST - level))
        edges = np.flatnonzero(np.diff(cells, prepend=cells[:1] + 1))
        runs = np.diff(edges, append=cells.size)
        found.append(int(runs.max(initial=1)))
    return found


def coded(values: Float, low: float, high: float, offset: float | None) -> npt.NDArray[np.uint8]:
    """Codes 0..254 for values in [low, high], 255 where unknown; outside goes to the edge.

    Parameters
    ----------
    offset
        None: linear in the value. A number: linear in log(value + offset).
    """
    scaled = np.full(values.shape, np.nan)
    known = np.isfinite(values)
    if offset is None:
        scaled[known] = (values[known] - low) / (high - low)
    else:
        inside = np.clip(values[known], low, high)
        scaled[known] = np.log((inside + offset) / (low + offset)) / np.log(
            (high + offset) / (low + offset)
        )
    codes = np.round(np.clip(scaled, 0, 1) * (MISSING - 1))
    return np.where(known, codes, MISSING).astype(np.uint8)
