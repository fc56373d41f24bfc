"""A track: where it runs in its pair of latent dimensions, and the spectra that lie along it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from catalog.site.plots import svg
from catalog.site.plots.axes import Float, Scale, ticks
from catalog.site.plots.line_names import line_ticks
from catalog.site.plots.stacked import TOP, WIDTH, Row, Spacing, rows, wavelengths
from catalog.site.plots.statistics import MAP_WIDTH, Counts, Extent, density
from catalog.store.latent_records import TrackPoint
from catalog.store.records import Line

SPACING = Spacing(apart=84.0, height=0.85, alike=False)
AXIS = 52.0
MARGIN_LEFT, MARGIN_BOTTOM = 62.0, 58.0


@dataclass(frozen=True)
class Crowd:
    """Spectra in a pair of dimensions.

    counts : per bin of the extent, as `statistics.map_counts` gives them; dots : (n, 2), some to be
    drawn one by one; names : of the axes.
    """

    extent: Extent
    counts: Counts
    dots: Float
    names: tuple[str, str]


def pair(crowd: Crowd, points: Sequence[TrackPoint], radius: float, label: str) -> Markup:
    """Draw where spectra are in a pair of dimensions, and a track's numbered points on it.

    Parameters
    ----------
    points : sequence of TrackPoint
        In order.
    radius : float
        Within which spectra are stacked, in units of the latents.
    """
    extent, dots, names = crowd.extent, crowd.dots, crowd.names
    height = round(MAP_WIDTH * (extent[3] - extent[2]) / (extent[1] - extent[0]), 1)
    x, y = Scale(extent[0], extent[1], 0.0, MAP_WIDTH), Scale(extent[2], extent[3], height, 0.0)
    size = round(radius * MAP_WIDTH / (extent[1] - extent[0]), 1)
    way = svg.line(x(np.array([p.a for p in points])), y(np.array([p.b for p in points])))
    inside = [
        density(crowd.counts),
        svg.element("path", class_="track-dots", d=_dots(x(dots[:, 0]), y(dots[:, 1]))),
        svg.element("path", class_="track-way", d=way),
        *(part for each in points for part in _mark(x.at(each.a), y.at(each.b), size, each)),
    ]
    moved = svg.element("g", svg.joined(inside), transform=f"translate({MARGIN_LEFT:g} 6)")
    across = Scale(x.low, x.high, MARGIN_LEFT, MARGIN_LEFT + MAP_WIDTH)
    up = Scale(y.low, y.high, height + 6, 6.0)
    parts = [
        moved,
        *svg.x_axis(across, height + 6, ticks(x.low, x.high, 6), names[0]),
        *svg.y_axis(up, MARGIN_LEFT, ticks(y.low, y.high, 5)),
        svg.element("text", names[1], x=MARGIN_LEFT + 8, y=22, class_="panel-name"),
    ]
    whole = MARGIN_LEFT + MAP_WIDTH + 8
    return svg.picture(whole, height + 6 + MARGIN_BOTTOM, label, parts, "plot pair-plot")


def _dots(x: Float, y: Float) -> str:
    """Lines without length, whose round ends are seen."""
    places = sorted(set(zip(x.round().astype(int).tolist(), y.round().astype(int).tolist(),
                            strict=True)))  # fmt: skip
    return "".join(f"M{across} {down}h0" for across, down in places)


def _mark(x: float, y: float, size: float, each: TrackPoint) -> list[Markup]:
    """Circle within which spectra are stacked, and the point's number on paper."""
    kind = "reach outside" if each.outside else "reach"
    return [
        svg.element("circle", class_=kind, cx=x, cy=y, r=size),
        svg.element("circle", class_="stop", cx=x, cy=y, r=13),
        svg.element("text", str(each.position), x=x, y=y + 5, class_="stop-name mid"),
    ]


def spectra(wave: Float, points: Sequence[TrackPoint], lines: Sequence[Line], label: str) -> Markup:
    """Draw the nearest spectrum to each point, and the stack over it, the first point on top."""
    drawn = [Row(str(each.position), _lines(each)) for each in reversed(points)]
    parts, bottom = rows(wave, drawn, SPACING)
    x = wavelengths(wave)
    parts += [
        *line_ticks(x, lines, TOP - 6),
        *svg.x_axis(x, bottom, ticks(x.low, x.high, 8), "rest-frame wavelength, Å in vacuum"),
    ]
    return svg.picture(WIDTH, bottom + AXIS, label, parts, "plot track-plot")


def _lines(each: TrackPoint) -> tuple[tuple[str, Float], ...]:
    both = (("real", each.nearest), ("recon", each.stack))
    return tuple((class_, flux) for class_, flux in both if flux is not None)
