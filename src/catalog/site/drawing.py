"""An object's spectrum on its page: the figures, what they show in words, and their numbers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.site.departures import Departure, departures, lines_within, magnified
from catalog.site.envelope import is_long
from catalog.site.long_spectrum import Native, decimals, native_of, outline
from catalog.site.plots import spectrum as spectrum_plot
from catalog.site.plots.axes import Float, runs
from catalog.store.evidence_records import Alternative
from catalog.store.records import ArmSpectrum, ObjectSpectrum, Outlier

INT_SPAN = 20_000
"""Flux is shipped as whole numbers, at most as large as this: half the bytes of decimals."""
PER_SIGMA = 50
"""Steps of those numbers per standard deviation where the noise is least: none can be told apart.
"""
Window = tuple[float, float]


@dataclass(frozen=True)
class DepartureRow:
    """A row of the table that says in words where the spectrum departs most."""

    window: str
    sigma: str
    lines: str


@dataclass(frozen=True)
class Drawing:
    """The figures of one object, and what stands beside them.

    `marked` names the regions that the figure marks and its key explains (window, overlaps,
    masked); `z` is the survey's redshift and `suggested` the one that templates suggest, each empty
    where there is none. `native` is there for long spectra, whose bins the page loads in parts.
    """

    picture: Markup
    inset: Markup
    inset_title: str
    caption: str
    departures: tuple[DepartureRow, ...]
    marked: tuple[str, ...]
    z: str
    suggested: str
    native: Native | None


@dataclass(frozen=True)
class Shown:
    """What the figures of one object are made of."""

    spectrum: ObjectSpectrum
    arms: Sequence[ArmSpectrum]
    window: Window | None
    alternatives: Sequence[Alternative]

    @property
    def suggested(self) -> float | None:
        """Redshift that templates suggest; None where they suggest none."""
        return next((each.z for each in self.alternatives if each.suggested), None)


def draw(atlas: Atlas, each: Outlier, shown: Shown) -> tuple[Drawing, str]:
    """Draw an object's spectrum.

    Returns
    -------
    Drawing
        What the page shows.
    str
        The numbers behind it, the page's `data.json`.
    """
    wave, spectrum, name = atlas.wave, shown.spectrum, atlas.name_of(each)
    found = departures(spectrum_plot.residual(spectrum))
    overlaps = overlaps_of(shown.arms)
    caption = caption_of(wave, spectrum)
    label = f"Spectrum of {name}, its reconstruction, and the residual. {caption}"
    around = magnified(found, wave.size)
    regions = spectrum_plot.Regions(shown.window, overlaps, around)
    inset_title = _inset_title(wave, found, around)
    drawing = Drawing(
        picture=spectrum_plot.figure(wave, spectrum, atlas.lines, regions, label),
        inset=spectrum_plot.inset(wave, spectrum, regions, f"{inset_title}, {name}"),
        inset_title=inset_title,
        caption=caption,
        departures=_rows(atlas, found),
        marked=_marked(spectrum, regions),
        z="" if each.z is None else words.number(each.z, 4),
        suggested="" if shown.suggested is None else words.number(shown.suggested, 4),
        native=native_of(wave) if is_long(wave.size) else None,
    )
    return drawing, _numbers(atlas, each, shown, found)


def _marked(spectrum: ObjectSpectrum, regions: spectrum_plot.Regions) -> tuple[str, ...]:
    there = {
        "window": regions.window is not None,
        "overlaps": bool(regions.overlaps),
        "masked": bool((spectrum.ivar <= 0).any()),
    }
    return tuple(name for name, marked in there.items() if marked)


def overlaps_of(arms: Sequence[ArmSpectrum]) -> tuple[tuple[int, int], ...]:
    """Give the first and last bin of every stretch that several arms saw, bluest first."""
    if not arms:
        return ()
    return runs(np.unique(np.concatenate([arm.bins for arm in arms])))


def caption_of(wave: Float, spectrum: ObjectSpectrum) -> str:
    """Tell the figure in words: range, and where the reconstruction is worst."""
    sigmas = spectrum_plot.residual(spectrum)
    known = wave[np.isfinite(sigmas)]
    if known.size == 0:
        return "No part of the spectrum carries information."
    text = f"The spectrum runs from {known[0]:,.0f} to {known[-1]:,.0f} Å in its own rest frame. "
    worst = int(np.nanargmax(np.abs(sigmas)))
    above = "above" if sigmas[worst] > 0 else "below"
    return (
        f"{text}It departs most from its reconstruction at {wave[worst]:,.{decimals(wave)}f} Å, "
        f"where it lies {abs(sigmas[worst]):.0f} σ {above} it."
    )


def _inset_title(wave: Float, found: Sequence[Departure], around: tuple[int, int]) -> str:
    what = "largest residual" if found else "the middle"
    digits = decimals(wave)
    return f"Magnified: {wave[around[0]]:,.{digits}f}–{wave[around[1]]:,.{digits}f} Å, {what}"


def _rows(atlas: Atlas, found: Sequence[Departure]) -> tuple[DepartureRow, ...]:
    wave, digits = atlas.wave, decimals(atlas.wave)
    return tuple(
        DepartureRow(
            window=f"{wave[each.first]:,.{digits}f}–{wave[each.last]:,.{digits}f} Å"
            if each.last > each.first
            else f"{wave[each.peak]:,.{digits}f} Å",
            sigma=f"{abs(each.sigma):.0f} σ {'above' if each.sigma > 0 else 'below'}",
            lines=", ".join(lines_within(atlas.lines, wave, each)),
        )
        for each in found
    )


def _numbers(atlas: Atlas, each: Outlier, shown: Shown, found: Sequence[Departure]) -> str:
    """Write the object's numbers for the plot and for everyone else: JSON, identifiers as text."""
    spectrum, n_bins = shown.spectrum, atlas.wave.size
    bins = outline(spectrum) if is_long(n_bins) else _bins(spectrum, shown.arms)
    return json.dumps(
        {
            "target_id": each.target_id,
            "survey": each.survey,
            "name": atlas.name_of(each),
            "slug": each.slug,
            "source": atlas.source,
            "ra": each.ra,
            "dec": each.dec,
            "z": each.z,
            "suggested": shown.suggested,
            "flux_unit": atlas.flux_unit(each),
            "norm": float(f"{spectrum.norm:.7g}"),
            "window": shown.window,
            "departures": [[d.peak, *d.around(n_bins)] for d in found],
            **bins,
        },
        separators=(",", ":"),
        ensure_ascii=False,
    )


def _bins(spectrum: ObjectSpectrum, arms: Sequence[ArmSpectrum]) -> dict[str, Any]:
    """Write every bin of a spectrum, and of each arm where several overlap."""
    fine = _finest(spectrum.ivar)
    return {
        "flux": _scaled(spectrum.flux, fine),
        "recon": _scaled(spectrum.recon, fine),
        "expected": _scaled(spectrum.expected, fine),
        "ivar": _short(spectrum.ivar),
        "arms": [_arm(arm, fine) for arm in arms],
    }


def _arm(arm: ArmSpectrum, fine: float) -> dict[str, Any]:
    """Write what one arm alone saw, a stretch of bins at a time; elsewhere it is the spectrum."""
    places = {int(at): i for i, at in enumerate(arm.bins.tolist())}
    overlaps = []
    for first, last in runs(arm.bins):
        part = slice(places[first], places[last] + 1)
        overlaps.append(
            {"first": first, "flux": _scaled(arm.flux[part], fine), "ivar": _short(arm.ivar[part])}
        )
    return {"name": arm.name, "overlaps": overlaps}


def _short(ivar: Float) -> list[float]:
    """Inverse variances with four digits; 0 where there is no information."""
    short = (float(f"{value:.4g}") if value > 0 else 0.0 for value in ivar.tolist())
    return [int(value) if value.is_integer() else value for value in short]


def _finest(ivar: Float) -> float:
    """Smallest step that says anything of values with these inverse variances; 0 without any."""
    known = ivar[ivar > 0]
    return float(1 / np.sqrt(np.quantile(known, 0.95)) / PER_SIGMA) if known.size else 0.0


def _scaled(values: Float, fine: float) -> dict[str, Any]:
    """Numbers as whole multiples of one step, which is `fine` where they do not grow too large."""
    finite = values[np.isfinite(values)]
    top = float(np.abs(finite).max()) if finite.size else 0.0
    step = float(f"{max(top / INT_SPAN, fine):.6g}") or 1.0
    whole = np.where(np.isfinite(values), np.rint(values / step), 0).astype(int)
    return {"step": step, "values": whole.tolist()}
