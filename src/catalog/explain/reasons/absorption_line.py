"""Absorption lines much deeper or shallower than expected."""

import numpy as np

from catalog.explain import matched, sentences
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope
from catalog.explain.lines import SPEED_OF_LIGHT, near

MIN_SIGNIFICANCE = 8.0
REAL = 0.4
"""Least part of the difference that must be an absorption line in the spectrum itself."""
FWHMS = (500.0, 1_500.0, 4_000.0)
"""km/s: a narrow line, a line of a fast rotator or a galaxy, a Balmer line of an A star or white
dwarf."""


def _width(width: float, error: float) -> str:
    return sentences.number(abs(width), max(error, abs(width) / 30))


def _more(width: float) -> str:
    return "more" if width > 0 else "less"


def measure(batch: Outliers) -> Evidence:
    """Find absorption lines that differ from the reconstruction by more than 8 σ; name the best.

    Lines that ordinary spectra show in emission too (Balmer, He I) count only where they absorb
    more: their emission is another reason. The value is the difference in equivalent width, Å,
    positive where the line absorbs more than expected.
    """
    best = np.full(len(batch), MIN_SIGNIFICANCE)
    label = np.full(len(batch), "", dtype=object)
    found = np.zeros((4, len(batch)))
    window = np.zeros(batch.weight.shape, dtype=bool)
    for line in matched.on_grid(batch, "absorption", "both"):
        for fwhm in FWHMS:
            fit = matched.filtered_wide(batch, line, fwhm, max(matched.BASELINE, 2 * fwhm))
            sigma = np.abs(fit.significance) if line.kind == "absorption" else -fit.significance
            flux = matched.line_flux(batch, line, max(matched.HALF_WIDTH, fwhm / 2))
            level = flux.continuum
            # Deeper than expected counts only where the spectrum itself absorbs as much: elsewhere
            # it merely lacks an emission line that the reconstruction has.
            sigma = np.where((fit.flux > 0) | (flux.line < REAL * fit.flux), sigma, 0.0)
            within = near((line,), batch.wave, fwhm)
            window[np.ix_(sigma > MIN_SIGNIFICANCE, within)] = True
            better = (sigma > best) & (level > 0)
            best[better], label[better] = sigma[better], line.label
            width = -fit.flux[better] / level[better]
            reach = np.full(width.size, line.wave * fwhm / SPEED_OF_LIGHT)
            centre = np.full(width.size, line.wave)
            found[:, better] = [width, np.abs(width) / sigma[better], centre, reach]
    holds = label != ""
    width, error, wave, reach = found
    return Evidence(
        holds=holds,
        value=width,
        unit=np.full(len(batch), "Å", dtype=object),
        significance=best,
        explained=batch.explained_within(window),
        wave_low=wave - reach,
        wave_high=wave + reach,
        fields={
            "line": label,
            "width": sentences.texts(holds, _width, width, error),
            "comparison": sentences.texts(holds, _more, width),
        },
    )


REASON = ReasonTest(
    "absorption_line", Scope.SHAPE, ("line", "width", "comparison"), measure, at_redshift=True
)
