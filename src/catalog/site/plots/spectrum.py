"""A spectrum, its reconstruction and the residual, as a figure that needs no script."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from catalog.site.envelope import is_long
from catalog.site.plots import svg
from catalog.site.plots.axes import (
    Float,
    Scale,
    edges,
    extremes,
    padded,
    runs,
    straightened,
    ticks,
)
from catalog.site.plots.line_names import line_ticks
from catalog.store.records import Line, ObjectSpectrum

WIDTH, HEIGHT = 720.0, 454.0
LEFT, RIGHT, TOP = 62.0, 714.0, 34.0
PANEL_GAP = 12.0
RESIDUAL_HEIGHT = 84.0
BOTTOM = 402.0
N_WINDOWS = 250
N_OUTLINE = 640
"""Windows of a long spectrum, whose lines fill its outline: one for each unit of the figure."""
N_SMOOTH = 200
"""Windows of a model's line, which is thinned by its shape besides."""
TOLERANCE = 0.15
"""How far a smooth line may pass its points by, in units of the figure: less than can be seen."""
LEAST_WIDTH = 2.0
"""Of a region: a single bin is narrower than that, and would not be seen."""
HATCH = "hatch"
_HATCH = svg.element(
    "defs",
    svg.element(
        "pattern",
        svg.element("path", class_="hatch", d="M-1 1L1 -1M0 6L6 0M5 7L7 5"),
        id=HATCH,
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
    ),
)
INSET_WIDTH, INSET_HEIGHT = 400.0, 200.0
INSET_LEFT, INSET_BOTTOM = 52.0, 150.0

Frame = tuple[float, float]


@dataclass(frozen=True)
class Regions:
    """Parts of a spectrum that its figure marks.

    window : rest-frame window of the strongest reason, Å, tinted.
    overlaps : first and last bins of the stretches that several arms saw, shaded.
    magnified : first and last bin of what the inset shows, framed.
    """

    window: tuple[float, float] | None = None
    overlaps: tuple[tuple[int, int], ...] = ()
    magnified: tuple[int, int] | None = None


def _good(spectrum: ObjectSpectrum) -> tuple[Float, Float]:
    """Flux in physical units and its σ, not a number where a bin has no information."""
    known = spectrum.ivar > 0
    flux = np.where(known, spectrum.flux, np.nan) * spectrum.norm
    with np.errstate(divide="ignore"):
        sigma = np.where(known, 1.0 / np.sqrt(spectrum.ivar), np.nan) * spectrum.norm
    return flux, sigma


def residual(spectrum: ObjectSpectrum) -> Float:
    """(flux - recon) / σ, shape (L,), not a number where a bin has no information."""
    known = spectrum.ivar > 0
    return np.where(known, (spectrum.flux - spectrum.recon) * np.sqrt(spectrum.ivar), np.nan)


def _span(x: Scale, low: float, high: float) -> tuple[float, float] | None:
    """Left edge and width of a region of wavelengths; None where none of it is shown."""
    low, high = max(low, x.low), min(high, x.high)
    if high <= low:
        return None
    left = x.at(low)
    return left, max(LEAST_WIDTH, round(x.at(high) - left, 1))


def _boxes(spans: Sequence[tuple[float, float]], top: float, bottom: float) -> str:
    """Path data of upright boxes, each given by its left edge and width."""
    return "".join(
        f"M{left:g} {top:g}v{bottom - top:g}h{width:g}v{top - bottom:g}z" for left, width in spans
    )


def _regions(
    x: Scale, wave: Float, spectrum: ObjectSpectrum, regions: Regions, frame: Frame
) -> list[Markup]:
    """Draw the window of the first reason, the arms' overlaps, and where nothing is known."""
    masked = runs(np.flatnonzero(spectrum.ivar <= 0))
    kinds = {
        "window": [regions.window] if regions.window else [],
        "overlap": [edges(wave, *each) for each in regions.overlaps],
        "masked": [edges(wave, *each) for each in masked],
    }
    parts = []
    for kind, found in kinds.items():
        spans = [span for each in found if (span := _span(x, *each)) is not None]
        if spans:
            # A colour set by a style sheet could not name the hatch of this very document.
            fill = {"fill": f"url(#{HATCH})"} if kind == "masked" else {}
            parts.append(svg.element("path", class_=kind, d=_boxes(spans, *frame), **fill))
    return parts


def _flux_panel(x: Scale, wave: Float, spectrum: ObjectSpectrum, bottom: float) -> list[Markup]:
    flux, sigma = _good(spectrum)
    recon, expected = spectrum.recon * spectrum.norm, spectrum.expected * spectrum.norm
    y = Scale(*padded(np.concatenate([flux, recon])), bottom, TOP + 8)
    # What is expected may lie beside the spectrum altogether: the panel's edge cuts it off.
    expected = np.clip(expected, y.low, y.high)
    chosen = extremes(flux, _windows(flux))
    coarse = np.arange(0, wave.size, max(1, wave.size // 120))
    band = svg.band(
        x(wave[coarse]),
        np.minimum(y((recon - sigma)[coarse]), bottom),
        np.maximum(y((recon + sigma)[coarse]), TOP),
    )
    return [
        svg.element("path", class_="noise", d=band),
        svg.element("path", class_="data", d=svg.line(x(wave[chosen]), y(flux[chosen]))),
        svg.element("path", class_="recon", d=_smooth(x(wave), y(recon))),
        # Of a long spectrum all outlines fill nearly the same room: one hides another.
        *(
            [svg.element("path", class_="expected", d=_smooth(x(wave), y(expected)))]
            if not is_long(wave.size)
            else []
        ),
        *svg.y_axis(y, LEFT, ticks(y.low, y.high, 4)),
    ]


def _windows(values: Float) -> int:
    return N_OUTLINE if is_long(values.size) else N_WINDOWS


def _smooth(across: Float, down: Float, n_windows: int = N_SMOOTH) -> str:
    """Path data of a line that keeps its peaks, of no more points than its shape needs."""
    chosen = extremes(down, n_windows)
    chosen = chosen[straightened(across[chosen], down[chosen], TOLERANCE)]
    return svg.line(across[chosen], down[chosen])


def _residual_panel(
    x: Scale, wave: Float, spectrum: ObjectSpectrum, regions: Regions, top: float
) -> list[Markup]:
    sigmas = residual(spectrum)
    finite = sigmas[np.isfinite(sigmas)]
    reach = max(4.0, float(np.abs(finite).max()) * 1.05) if finite.size else 4.0
    y = Scale(-reach, reach, BOTTOM, top)
    chosen = extremes(sigmas, _windows(sigmas))
    zero = y.at(0.0)
    step = ticks(0.0, reach, 2)[-1]
    magnified = _span(x, *edges(wave, *regions.magnified)) if regions.magnified else None
    frame = _boxes([magnified], top, BOTTOM) if magnified else ""
    return [
        *([svg.element("path", class_="magnified", d=frame)] if frame else []),
        svg.element("path", class_="zero", d=f"M{LEFT:g} {zero:g}H{RIGHT:g}"),
        svg.element("path", class_="residual", d=svg.line(x(wave[chosen]), y(sigmas[chosen]))),
        *svg.y_axis(y, LEFT, (-step, 0.0, step)),
    ]


def figure(
    wave: Float,
    spectrum: ObjectSpectrum,
    lines: Sequence[Line],
    regions: Regions,
    label: str,
) -> Markup:
    """Draw the object page's figure.

    Parameters
    ----------
    wave : ndarray of shape (L,)
        Å, vacuum, rest frame.
    regions : Regions
        What to tint, hatch and frame; bins without information are hatched anyhow.
    label : str
        What a screen reader says of the figure.
    """
    x = Scale(float(wave[0]), float(wave[-1]), LEFT, RIGHT)
    top_of_residual = BOTTOM - RESIDUAL_HEIGHT
    middle = top_of_residual - PANEL_GAP
    # The page's other figures name this one's hatch, too: it is defined once.
    parts = [
        *([_HATCH] if (spectrum.ivar <= 0).any() else []),
        *_regions(x, wave, spectrum, regions, (TOP, BOTTOM)),
        *_flux_panel(x, wave, spectrum, middle),
        *_residual_panel(x, wave, spectrum, regions, top_of_residual),
        *line_ticks(x, lines, TOP - 6),
        *svg.x_axis(x, BOTTOM, ticks(x.low, x.high, 8), "rest-frame wavelength, Å in vacuum"),
        svg.element("text", "flux", x=LEFT + 8, y=TOP + 20, class_="panel-name"),
        svg.element("text", "residual, σ", x=LEFT + 8, y=top_of_residual + 14, class_="panel-name"),
    ]
    return svg.picture(WIDTH, HEIGHT, label, parts, "plot spectrum-plot")


def inset(wave: Float, spectrum: ObjectSpectrum, regions: Regions, label: str) -> Markup:
    """Draw the part of the spectrum that `regions.magnified` names, every bin of it."""
    first, last = regions.magnified or (0, wave.size - 1)
    part = slice(first, last + 1)
    x = Scale(*edges(wave, first, last), INSET_LEFT, INSET_WIDTH - 6)
    flux, _ = _good(spectrum)
    recon, expected = spectrum.recon * spectrum.norm, spectrum.expected * spectrum.norm
    y = Scale(*padded(np.concatenate([flux[part], recon[part]])), INSET_BOTTOM, 8.0)
    across = x(wave[part])
    lines = {"data": flux, "recon": recon, "expected": np.clip(expected, y.low, y.high)}
    parts = [
        *_regions(x, wave, spectrum, regions, (8.0, INSET_BOTTOM)),
        *(
            svg.element("path", class_=class_, d=svg.line(across, y(values[part])))
            for class_, values in lines.items()
        ),
        *svg.y_axis(y, INSET_LEFT, ticks(y.low, y.high, 3)),
        *svg.x_axis(x, INSET_BOTTOM, ticks(x.low, x.high, 4), "rest-frame wavelength, Å"),
    ]
    return svg.picture(INSET_WIDTH, INSET_HEIGHT, label, parts, "plot inset-plot")


def hero(
    wave: Float, spectrum: ObjectSpectrum, window: tuple[float, float] | None, label: str
) -> Markup:
    """Draw the home page's spectrum: the line and what the model expected, and no more."""
    width, height, bottom = 960.0, 320.0, 276.0
    x = Scale(float(wave[0]), float(wave[-1]), 4.0, width - 4.0)
    flux, _ = _good(spectrum)
    recon = spectrum.recon * spectrum.norm
    y = Scale(*padded(np.concatenate([flux, recon])), bottom, 8.0)
    chosen = extremes(flux, 400)
    parts = [
        svg.element("path", class_="data", d=svg.line(x(wave[chosen]), y(flux[chosen]))),
        svg.element("path", class_="recon", d=_smooth(x(wave), y(recon), 400)),
        *svg.x_axis(x, bottom, ticks(x.low, x.high, 8)[1:-1], "rest-frame wavelength, Å"),
    ]
    if window is not None and x.low < window[1] and window[0] < x.high:
        start, end = x.at(max(window[0], x.low)), x.at(min(window[1], x.high))
        tint = svg.element(
            "rect", class_="window", x=start, y=8, width=max(2.0, round(end - start, 1)), height=268
        )
        parts.insert(0, tint)
    return svg.picture(width, height, label, parts, "plot hero-plot")
