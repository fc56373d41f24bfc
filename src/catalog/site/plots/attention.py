"""How much each stretch of a spectrum is attended to, and by which; even attention is 1."""

from itertools import pairwise

import numpy as np
from markupsafe import Markup

from catalog.site.plots import svg
from catalog.site.plots.axes import Float, Scale, ticks

WIDTH, HEIGHT = 720.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 714.0, 10.0, 138.0
"""Left and right are those of the spectrum's figure, whose axis this one repeats."""
MAP_WIDTH, MAP_LEFT, MAP_BOTTOM = 400.0, 86.0, 320.0
LEVELS = (0.75, 1.25, 1.75, 2.5, 4.0)
"""Times even attention from which a cell of the map is drawn darker."""


def profile(edges: Float, got: Float, usual: tuple[Float, Float, Float], label: str) -> Markup:
    """Draw the attention that each patch gets, over what it gets in ordinary spectra.

    Parameters
    ----------
    edges : ndarray of shape (T + 1,)
        Of the patches, Å, rest frame.
    got : ndarray of shape (T,)
        Attention in units of even attention.
    usual : three ndarrays of shape (T,)
        Lowest, usual and highest of ordinary spectra, in the same units.
    label : str
        What a screen reader says of the figure.
    """
    x = Scale(float(edges[0]), float(edges[-1]), LEFT, RIGHT)
    low, middle, high = usual
    y = Scale(0.0, 1.08 * float(max(got.max(), high.max(), 1.0)), BOTTOM, TOP)
    across, even = _steps_across(x(edges)), y.at(1.0)
    upper, lower = (y(_steps(each)) for each in (high, low))
    parts = [
        svg.element("path", class_="noise", d=svg.band(across, upper, lower)),
        svg.element("path", class_="zero", d=f"M{LEFT:g} {even:g}H{RIGHT:g}"),
        svg.element("path", class_="expected", d=svg.line(across, y(_steps(middle)))),
        svg.element("path", class_="recon", d=svg.line(across, y(_steps(got)))),
        *svg.x_axis(x, BOTTOM, ticks(x.low, x.high, 8), "rest-frame wavelength, Å in vacuum"),
        *svg.y_axis(y, LEFT, ticks(y.low, y.high, 3)),
        svg.element("text", "attention", x=LEFT + 8, y=TOP + 10, class_="panel-name"),
    ]
    return svg.picture(WIDTH, HEIGHT, label, parts, "plot attention-plot")


def _steps_across(edges: Float) -> Float:
    return np.repeat(edges, 2)[1:-1]


def _steps(values: Float) -> Float:
    return np.repeat(values, 2)


def attention_map(edges: Float, weight: Float, label: str) -> Markup:
    """Draw which patch (up) attends to which (across); darker is more, five steps.

    Parameters
    ----------
    weight : ndarray of shape (T, T)
        In units of even attention; a row is a patch that attends.
    """
    size = MAP_WIDTH - 6 - MAP_LEFT
    x = Scale(float(edges[0]), float(edges[-1]), MAP_LEFT, MAP_LEFT + size)
    y = Scale(float(edges[0]), float(edges[-1]), MAP_BOTTOM, MAP_BOTTOM - size)
    at = ticks(x.low, x.high, 4)
    place = f"translate({MAP_LEFT:g} {MAP_BOTTOM - size:g})scale({size / len(weight):.6g})"
    parts = [
        svg.element("g", svg.joined(_cells(weight)), transform=place),
        *svg.x_axis(x, MAP_BOTTOM, at, "looked at, Å"),
        *svg.y_axis(y, MAP_LEFT, at),
        svg.element("text", "looking, Å", x=MAP_LEFT + 8, y=MAP_BOTTOM - size + 18,
                    class_="panel-name"),
    ]  # fmt: skip
    return svg.picture(MAP_WIDTH, MAP_BOTTOM + 52, label, parts, "plot attention-map")


def _cells(weight: Float) -> list[Markup]:
    """One path of runs per level, in units of cells; the bluest row is the lowest."""
    levels = np.searchsorted(LEVELS, weight, side="right")
    n_rows = len(weight)
    paths = ["" for _ in range(len(LEVELS) + 1)]
    for row, line in enumerate(levels):
        ends = np.flatnonzero(np.diff(line, prepend=-1, append=-1))
        for start, end in pairwise(ends.tolist()):
            run = f"M{start} {n_rows - row - 1}h{end - start}v1h-{end - start}z"
            paths[int(line[start])] += run
    return [
        svg.element("path", class_=f"heat heat-{2 * level - 1}", d=path)
        for level, path in enumerate(paths)
        if level and path
    ]
