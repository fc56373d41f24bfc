"""Figures of a whole release: histograms, the course of training, the categories, the map."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from catalog.site.plots import svg
from catalog.site.plots.axes import Float, Scale, padded, ticks
from catalog.store.records import Category, Epoch, ScoreBin

WIDTH, HEIGHT = 560.0, 250.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 552.0, 12.0, 200.0

MAP_WIDTH = 640.0
MAP_BINS = 96
MAP_LEVELS = 5
Extent = tuple[float, float, float, float]
Counts = npt.NDArray[np.floating[Any]]


def _bars(x: Scale, y: Scale, bins: Sequence[ScoreBin], class_: str) -> Markup:
    parts = []
    for each in bins:
        left, right, top = x.at(each.low), x.at(each.high), y.at(math.log10(1 + each.n))
        if each.n:
            parts.append(f"M{left:g} {y.start:g}V{top:g}H{right:g}V{y.start:g}z")
    return svg.element("path", class_=class_, d="".join(parts))


def score_histogram(bins: Sequence[ScoreBin], at: float, title: str, label: str) -> Markup:
    """Draw counts per bin of log10(score), on a logarithmic axis, with a line at the threshold.

    `at` is the threshold on the bins' scale: its logarithm, of a score that is none itself.
    """
    x = Scale(bins[0].low, bins[-1].high, LEFT, RIGHT)
    top = max(1.0, math.log10(1 + max(each.n for each in bins)))
    y = Scale(0.0, top * 1.08, BOTTOM, TOP)
    parts = [
        _bars(x, y, [each for each in bins if each.high <= at], "bar"),
        _bars(x, y, [each for each in bins if each.high > at], "bar bar-outlier"),
    ]
    if x.low <= at <= x.high:
        place = x.at(at)
        side = "end" if place > (LEFT + RIGHT) / 2 else "start"
        offset = -6 if side == "end" else 6
        parts += [
            svg.element("path", class_="threshold", d=f"M{place:g} {TOP:g}V{BOTTOM:g}"),
            svg.element("text", "threshold", x=place + offset, y=TOP + 14, class_=f"note {side}"),
        ]
    parts += svg.x_axis(x, BOTTOM, ticks(x.low, x.high, 6), title)
    parts += _count_axis(y)
    return svg.picture(WIDTH, HEIGHT, label, parts, "plot")


def _count_axis(y: Scale) -> list[Markup]:
    """Powers of ten on an axis of log10(1 + n)."""
    parts = [svg.element("path", class_="axis", d=f"M{LEFT:g} {y.start:g}V{y.end:g}")]
    for power in range(math.floor(y.high) + 1):
        at = y.at(math.log10(1 + 10**power))
        parts.append(svg.element("path", class_="axis", d=f"M{LEFT:g} {at:g}h-5"))
        parts.append(
            svg.element(
                "text", f"{10**power:,}", x=LEFT - 9, y=round(at + 4.5, 1), class_="tick end"
            )
        )
    return parts


def training(epochs: Sequence[Epoch], label: str) -> Markup:
    """Draw the loss on held-out spectra per epoch, one line per fold; refits begin at a mark."""
    folds = [[each for each in epochs if each.fold == fold] for fold in _folds(epochs)]
    number = [float(each.epoch) for each in epochs]
    x = Scale(min(number), max(*number, min(number) + 1), LEFT, RIGHT)
    y = Scale(*padded(np.array([each.loss_validation for each in epochs])), BOTTOM, TOP)
    parts = _refits(folds[0], x)
    for fold in folds:
        across = x(np.array([each.epoch for each in fold], dtype=float))
        down = y(np.array([each.loss_validation for each in fold]))
        parts.append(svg.element("path", class_="held-out", d=svg.line(across, down)))
    what = "held-out spectra" if len(folds) == 1 else "held-out spectra, a line per fold"
    parts += [
        svg.element("text", what, x=RIGHT - 4, y=TOP + 14, class_="note end"),
        *svg.x_axis(x, BOTTOM, ticks(x.low, x.high, 8), "epoch"),
        *svg.y_axis(y, LEFT, ticks(y.low, y.high, 4)),
    ]
    return svg.picture(WIDTH, HEIGHT, label, parts, "plot")


def _folds(epochs: Sequence[Epoch]) -> list[int]:
    return sorted({each.fold for each in epochs})


def _refits(epochs: Sequence[Epoch], x: Scale) -> list[Markup]:
    """Draw a line between the epochs of one fold where a refit begins."""
    places = [x.at(b.epoch - 0.5) for a, b in pairwise(epochs) if a.phase != b.phase]
    return [svg.element("path", class_="refit", d=f"M{at:g} {TOP:g}V{BOTTOM:g}") for at in places]


LIST_LINES = ("recon", "expected", "other")
"""Classes of the lines of several lists in one histogram: solid, dashed, dotted."""


def snr_histogram(everything: Float, lists: Mapping[str, Float], label: str) -> Markup:
    """Draw the share of spectra per bin of log10(S/N): of all that were scored, and of lists.

    Parameters
    ----------
    everything : ndarray of shape (n,)
        Of all scored spectra: an area.
    lists : mapping of str to ndarray
        By name, at most three: lines that their dashes tell apart.
    """
    edges = np.linspace(*_range(everything), 21)
    x = Scale(float(edges[0]), float(edges[-1]), LEFT, RIGHT)
    shares = [_shares(values, edges) for values in (everything, *lists.values())]
    y = Scale(0.0, max(float(np.max(share)) for share in shares) * 1.1 or 1.0, BOTTOM, TOP)
    across = np.repeat(edges, 2)
    area, *steps = [np.concatenate([[0.0], np.repeat(share, 2), [0.0]]) for share in shares]
    parts = [
        svg.element("path", class_="bar", d=svg.line(x(across), y(area)) + "z"),
        *(
            svg.element("path", class_=kind, d=svg.line(x(across), y(step)))
            for kind, step in zip(LIST_LINES, steps, strict=False)
        ),
        svg.element("text", "all scored (area)", x=RIGHT - 4, y=TOP + 14, class_="note end"),
        *_list_key(tuple(lists)),
        *svg.x_axis(x, BOTTOM, ticks(x.low, x.high, 6), "log₁₀ of median S/N per bin"),
        *svg.y_axis(y, LEFT, ticks(0.0, y.high, 4)),
    ]
    return svg.picture(WIDTH, HEIGHT, label, parts, "plot")


def _list_key(names: Sequence[str]) -> list[Markup]:
    """Name each list at the right, over a sample of its line."""
    parts = []
    for i, (kind, name) in enumerate(zip(LIST_LINES, names, strict=False)):
        y = TOP + 38 + 30 * i
        parts.append(svg.element("text", name, x=RIGHT - 4, y=y, class_="note end"))
        parts.append(svg.element("path", class_=kind, d=f"M{RIGHT - 64:g} {y + 7:g}h60"))
    return parts


def _range(values: Float) -> tuple[float, float]:
    """Limits of log10 of the positive values, without the outermost per cent."""
    positive = values[np.isfinite(values) & (values > 0)]
    if positive.size == 0:
        return -1.0, 1.0
    low, high = (float(edge) for edge in np.log10(np.percentile(positive, [0.5, 99.5])))
    return (low, high) if high > low else (low - 0.1, high + 0.1)


def _shares(values: Float, edges: Float) -> Float:
    positive = values[np.isfinite(values) & (values > 0)]
    counts, _ = np.histogram(np.clip(np.log10(positive), edges[0], edges[-1]), edges)
    return np.asarray(counts / max(1, positive.size), dtype=float)


def category_bar(categories: Sequence[Category], label: str) -> Markup:
    """Draw one bar whose parts are the categories, toned by verdict; the words stand beside it."""
    width, height = 960.0, 28.0
    total = sum(each.n for each in categories)
    parts, start = [], 0.0
    for each in categories:
        length = width * each.n / total if total else 0.0
        if length > 0:
            parts.append(
                svg.element(
                    "rect",
                    svg.element("title", f"{each.title}: {each.n:,}"),
                    class_=f"part {each.verdict}",
                    x=round(start, 1),
                    y=0,
                    width=round(max(1.0, length - 2), 1),
                    height=height,
                )
            )
        start += length
    return svg.picture(width, height, label, parts, "category-bar", stretched=True)


def map_extent(x: Float, y: Float) -> Extent:
    """Limits (x low, x high, y low, y high) of a frame that holds every point and little more.

    Both axes have one scale, and the frame is a whole number of density bins high. It is never
    higher than wide, so that it fits a screen, nor lower than half its width.
    """
    (x_low, x_high), (y_low, y_high) = padded(x, 0.03), padded(y, 0.03)
    width, height = x_high - x_low, y_high - y_low
    width = max(width, height)
    n_rows = max(MAP_BINS // 2, min(MAP_BINS, math.ceil(MAP_BINS * height / width - 1e-9)))
    height = width * n_rows / MAP_BINS
    middle_x, middle_y = (x_low + x_high) / 2, (y_low + y_high) / 2
    return (
        middle_x - width / 2,
        middle_x + width / 2,
        middle_y - height / 2,
        middle_y + height / 2,
    )


def _map_rows(extent: Extent) -> int:
    """Rows of density bins: as high as they are wide."""
    return round(MAP_BINS * (extent[3] - extent[2]) / (extent[1] - extent[0]))


def map_counts(batches: Iterable[tuple[Float, Float]], extent: Extent) -> Counts:
    """Points per square bin of the map, of shape (rows, MAP_BINS), the lowest row first."""
    x_low, x_high, y_low, y_high = extent
    n_rows = _map_rows(extent)
    counts = np.zeros((n_rows, MAP_BINS))
    for x, y in batches:
        counts += np.histogram2d(
            y, x, bins=(n_rows, MAP_BINS), range=((y_low, y_high), (x_low, x_high))
        )[0]
    return counts


def density(counts: Counts) -> Markup:
    """Draw each level of log density as one path of runs."""
    n_rows = len(counts)
    depth = np.log(np.maximum(counts, 1)) / max(math.log(max(counts.max(), 1)), 1e-9)
    levels = np.where(counts > 0, 1 + np.minimum(depth * MAP_LEVELS, MAP_LEVELS - 1), 0).astype(int)
    paths: dict[int, list[str]] = {level: [] for level in range(1, MAP_LEVELS + 1)}
    for row in range(n_rows):
        line = levels[row]
        edges = np.flatnonzero(np.diff(line, prepend=0, append=0))
        for start, end in pairwise(edges.tolist()):
            if line[start]:
                paths[int(line[start])].append(
                    f"M{start} {n_rows - row - 1}h{end - start}v1h-{end - start}z"
                )
    drawn = [
        svg.element("path", class_=f"density density-{level}", d="".join(paths[level]))
        for level in paths
    ]
    # In units of bins a run takes a third of the characters.
    return svg.element("g", svg.joined(drawn), transform=f"scale({MAP_WIDTH / MAP_BINS:.6g})")


MARKS = {
    "astrophysical": "m0-4l4 4l-4 4l-4-4z",
    "artefact": "m-3-3l6 6m0-6l-6 6",
    "unexplained": "m-3-3h6v6h-6z",
}
"""Shapes of the outliers on the map: diamond, cross, square."""


def latent_map(
    counts: Counts,
    outliers: Mapping[str, tuple[Float, Float]],
    extent: Extent,
    label: str,
) -> Markup:
    """Density of all scored spectra, and the outliers on top, by verdict.

    Parameters
    ----------
    counts : ndarray of shape (rows, MAP_BINS)
        Scored spectra per bin, as `map_counts` gives them.
    outliers : mapping of str to (x, y)
        Map positions of the published objects, by verdict.
    """
    height = _map_rows(extent) * MAP_WIDTH / MAP_BINS
    across = Scale(extent[0], extent[1], 0.0, MAP_WIDTH)
    down = Scale(extent[2], extent[3], height, 0.0)
    parts = [density(counts)]
    for verdict in MARKS:
        at_x, at_y = outliers.get(verdict, (np.array([]), np.array([])))
        if at_x.size:
            parts += _marks(verdict, across(at_x), down(at_y))
    return svg.picture(MAP_WIDTH, height, label, parts, "plot map-plot")


def _marks(verdict: str, x: Float, y: Float) -> list[Markup]:
    """One shape at many places: a path that is not drawn, with a marker at each of its corners."""
    name = f"mark-{verdict}"
    shape = svg.element("path", class_=f"mark {verdict}", d="M0 0" + MARKS[verdict])
    marker = svg.element(
        "marker",
        shape,
        id=name,
        viewBox="-6 -6 12 12",
        markerWidth="12",
        markerHeight="12",
        markerUnits="userSpaceOnUse",
    )
    places = " ".join(f"{px:.0f} {py:.0f}" for px, py in zip(x.tolist(), y.tolist(), strict=True))
    at = {f"marker-{corner}": f"url(#{name})" for corner in ("start", "mid", "end")}
    return [marker, svg.element("path", fill="none", d=f"M{places}h0", **at)]
