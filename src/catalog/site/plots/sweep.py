"""Figures of a sweep: how much each model uses its dimensions, and how it rebuilds a spectrum."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from catalog.site.plots import svg
from catalog.site.plots.axes import Float, Scale, extremes, padded

WIDTH = 720.0
COLUMNS = 3
BAR_HEIGHT, HEAD, GAP = 84.0, 22.0, 16.0
LEAST = 1e-4
"""Smallest dispersion that the logarithmic bars tell from nothing."""
ROW, SHARES = 74.0, (0.5, 0.27, 0.23)
"""Height of a row of examples, and how its width is divided among the windows."""
WINDOWS = 150
"""Twice as many points are drawn of a line at most: its extremes."""


@dataclass(frozen=True)
class Bars:
    """One model's dispersions, each with whether its dimension is informative."""

    title: str
    values: tuple[tuple[float, bool], ...]


@dataclass(frozen=True)
class Rebuilt:
    """A spectrum (L,), and what one model makes of it."""

    title: str
    flux: Float
    recon: Float


def dispersions(panels: Sequence[Bars], label: str) -> Markup:
    """Draw a panel of bars per model, logarithmic, all on one scale."""
    width = (WIDTH - GAP * (COLUMNS - 1)) / COLUMNS
    most = max(value for panel in panels for value, _ in panel.values)
    y = Scale(math.log10(LEAST), math.log10(max(most, 10 * LEAST)), BAR_HEIGHT, 0.0)
    parts = []
    for place, panel in enumerate(panels):
        left = (place % COLUMNS) * (width + GAP)
        top = (place // COLUMNS) * (BAR_HEIGHT + HEAD + GAP) + HEAD
        parts.append(
            svg.element(
                "g",
                svg.joined(_bars(panel, width, y)),
                transform=f"translate({left:.1f} {top:g})",
            )
        )
    rows = math.ceil(len(panels) / COLUMNS)
    return svg.picture(
        WIDTH, rows * (BAR_HEIGHT + HEAD + GAP), label, parts, "plot dense sweep-plot"
    )


def _bars(panel: Bars, width: float, y: Scale) -> list[Markup]:
    step = width / len(panel.values)
    thick = max(0.6, step * 0.8)
    paths = {True: "", False: ""}
    for i, (value, informative) in enumerate(panel.values):
        top = y.at(math.log10(max(value, LEAST)))
        left = round(i * step, 1)
        paths[informative] += f"M{left:g} {y.start:g}V{top:g}h{thick:.1f}V{y.start:g}z"
    return [
        svg.element("text", panel.title, x=0, y=-7, class_="label"),
        svg.element("path", class_="bar", d=paths[False]),
        svg.element("path", class_="bar bar-outlier", d=paths[True]),
        svg.element("path", class_="axis", d=f"M0 {y.start:g}h{width:.1f}"),
    ]


def examples(
    wave: Float,
    rows: Sequence[Rebuilt],
    windows: Sequence[tuple[int, int]],
    ends: Sequence[str],
    label: str,
) -> Markup:
    """Draw a row per model and a column per window (first bin, last bin + 1) of the spectrum."""
    lefts = [WIDTH * sum(SHARES[:k]) for k in range(len(windows))]
    widths = [WIDTH * share - GAP for share in SHARES]
    parts = [
        svg.element("text", end, x=round(left, 1), y=14, class_="note")
        for end, left in zip(ends, lefts, strict=True)
    ]
    for j, row in enumerate(rows):
        top = HEAD + j * (ROW + HEAD)
        parts.append(svg.element("text", row.title, x=0, y=round(top + 14, 1), class_="label"))
        for left, width, (first, last) in zip(lefts, widths, windows, strict=True):
            part = slice(first, last)
            x = Scale(float(wave[first]), float(wave[last - 1]), 0.0, width)
            lines = _lines(x, wave[part], row.flux[part], row.recon[part])
            moved = f"translate({left:.1f} {top + HEAD:g})"
            parts.append(svg.element("g", svg.joined(lines), transform=moved))
    return svg.picture(
        WIDTH, HEAD + len(rows) * (ROW + HEAD), label, parts, "plot dense sweep-plot"
    )


def _lines(x: Scale, wave: Float, flux: Float, recon: Float) -> list[Markup]:
    y = Scale(*padded(np.concatenate([flux, recon])), ROW, 0.0)
    return [
        svg.element("path", class_=kind, d=svg.line(x(wave[kept]), y(values[kept])))
        for kind, values in (("data", flux), ("recon", recon))
        for kept in (extremes(values, WINDOWS),)
    ]
