"""All pairs of the dimensions in use: density of all spectra, some of them as dots by class."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from catalog.site.plots import svg
from catalog.site.plots.axes import Float

CELLS = 32
"""Cells of a panel's density along each side, and bins of a histogram."""
PANEL, GAP = 96.0, 6.0
LEFT, BOTTOM = 26.0, 34.0
LEVELS = 4
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Axis:
    """A dimension and the range that its panels show."""

    dimension: int
    low: float
    high: float


@dataclass(frozen=True)
class Class:
    """A class: its title, and some of its spectra's latents (n, D)."""

    title: str
    points: Float


def corner(
    axes: Sequence[Axis],
    pairs: dict[tuple[int, int], Counts],
    histograms: Sequence[Sequence[Counts]],
    classes: Sequence[Class],
    label: str,
) -> Markup:
    """Draw the panels below the diagonal, and histograms per class on it.

    Parameters
    ----------
    axes
        The D dimensions, from left to right and from top to bottom.
    pairs : dict
        Spectra per cell (`CELLS`, `CELLS`), rows upwards, by the places (i, j) of the axes with
        i < j: i runs to the right, j upwards.
    histograms
        Per axis and class the spectra per bin (`CELLS`,).
    classes
        At most five, in the order of their colours.
    """
    side = len(axes) * (PANEL + GAP)
    parts = []
    for j in range(len(axes)):
        parts += [
            _panel(axes[i], axes[j], pairs[i, j], classes, (i, j), _place(i, j)) for i in range(j)
        ]
        parts.append(_histograms(histograms[j], _place(j, j)))
    parts += _names(axes)
    return svg.picture(LEFT + side, side + BOTTOM, label, parts, "plot corner-plot")


def _place(column: int, row: int) -> tuple[float, float]:
    return LEFT + column * (PANEL + GAP), row * (PANEL + GAP) + GAP


def _panel(
    across: Axis,
    up: Axis,
    counts: Counts,
    classes: Sequence[Class],
    where: tuple[int, int],
    place: tuple[float, float],
) -> Markup:
    box = svg.element("path", class_="frame", d=f"M0 0h{PANEL:g}v{PANEL:g}h-{PANEL:g}z")
    dots = [
        _dots(each.points[:, where[0]], each.points[:, where[1]], across, up, number)
        for number, each in enumerate(classes, 1)
    ]
    moved = f"translate({place[0]:g} {place[1]:g})"
    return svg.element("g", svg.joined([_density(counts), *dots, box]), transform=moved)


def _density(counts: Counts) -> Markup:
    """Draw each level of log density as one path of runs, in units of cells."""
    depth = np.log(np.maximum(counts, 1)) / max(math.log(max(int(counts.max()), 1)), 1e-9)
    levels = np.where(counts > 0, 1 + np.minimum(depth * LEVELS, LEVELS - 1), 0).astype(int)
    paths: list[list[str]] = [[] for _ in range(LEVELS + 1)]
    for row, line in enumerate(levels[::-1]):
        edges = np.flatnonzero(np.diff(line, prepend=0, append=0))
        for start, end in pairwise(edges.tolist()):
            if line[start]:
                paths[line[start]].append(f"M{start} {row}h{end - start}v1h-{end - start}z")
    drawn = [
        svg.element("path", class_=f"density density-{level}", d="".join(path))
        for level, path in enumerate(paths)
        if path
    ]
    return svg.element("g", svg.joined(drawn), transform=f"scale({PANEL / CELLS:g})")


def _dots(x: Float, y: Float, across: Axis, up: Axis, number: int) -> Markup:
    """Draw dots as lines without length, whose round ends are seen."""
    px = PANEL * (x - across.low) / (across.high - across.low)
    py = PANEL * (up.high - y) / (up.high - up.low)
    inside = (px >= 0) & (px <= PANEL) & (py >= 0) & (py <= PANEL)
    places = sorted(set(zip(px[inside].round().tolist(), py[inside].round().tolist(), strict=True)))
    path = "".join(f"M{a:.0f} {b:.0f}h0" for a, b in places)
    return svg.element("path", class_=f"class-dots class-{number}", d=path)


def _histograms(per_class: Sequence[Counts], place: tuple[float, float]) -> Markup:
    """Draw each class's share per bin: all reach the same height."""
    at = np.repeat(np.arange(CELLS + 1) * PANEL / CELLS, 2)
    parts = []
    for number, counts in enumerate(per_class, 1):
        if not counts.any():
            continue
        height = 0.9 * PANEL * counts / counts.max()
        steps = PANEL - np.concatenate([[0.0], np.repeat(height, 2), [0.0]])
        parts.append(
            svg.element("path", class_=f"class-line class-{number}", d=svg.line(at, steps))
        )
    base = svg.element("path", class_="frame", d=f"M0 {PANEL:g}h{PANEL:g}")
    moved = f"translate({place[0]:g} {place[1]:g})"
    return svg.element("g", svg.joined([base, *parts]), transform=moved)


def _names(axes: Sequence[Axis]) -> list[Markup]:
    parts = []
    bottom = len(axes) * (PANEL + GAP) + 20
    for k, axis in enumerate(axes):
        x, y = _place(k, k)
        middle = round(x + PANEL / 2, 1)
        parts.append(
            svg.element("text", str(axis.dimension), x=middle, y=bottom, class_="label mid")
        )
        if k:
            down = round(y + PANEL / 2 + 4.5, 1)
            parts.append(
                svg.element("text", str(axis.dimension), x=LEFT - 8, y=down, class_="label end")
            )
    return parts
