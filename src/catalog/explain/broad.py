"""Broad components of permitted lines: how wide the best one is, and how sure."""

from dataclasses import dataclass

import numpy as np

from catalog.explain import fitting, matched, sentences
from catalog.explain.evidence import Evidence, Mask, Outliers
from catalog.explain.lines import SPEED_OF_LIGHT, Line
from catalog.spectra import Float, Text

MIN_SIGNIFICANCE = 8.0
BROAD = frozenset({"halpha", "hbeta", "hgamma", "mgii_2799", "ciii_1909", "civ_1549"})
"""Lines that broad-line regions emit strongly."""
FWHMS = np.geomspace(2_000.0, 16_000.0, 9)
"""km/s: widths tried, 30 % apart."""
REACH = 20_000.0
"""km/s: half-width of the fit, the same for all widths so that they can be compared, and such that
the widest profile still has a continuum beside it."""


@dataclass(frozen=True)
class Broad:
    """The most significant broad line of each of N spectra.

    significance, fwhm (km/s), wave (Å) : (N,), 0 where none stands out; label : (N,);
    explained : (N,), of the excess χ² once the profiles of all lines found are taken off.
    """

    significance: Float
    fwhm: Float
    wave: Float
    label: Text
    explained: Float


@dataclass(frozen=True)
class _Profile:
    """The best width of one line: significance (N,), FWHM (N,) in km/s, fitted profile (N, L)."""

    significance: Float
    fwhm: Float
    model: Float


def _best_profile(batch: Outliers, line: Line) -> _Profile:
    """Fit a broad Gaussian over a sloping continuum, at each width; keep the best one."""
    most, significance = np.zeros(len(batch)), np.zeros(len(batch))
    fwhm = np.full(len(batch), FWHMS[0])
    model = np.zeros(batch.weight.shape)
    for width in FWHMS:
        found = matched.filtered_wide(batch, line, width, REACH)
        better = (found.drop > most) & (found.flux > 0)
        most[better], fwhm[better] = found.drop[better], width
        significance[better] = found.significance[better]
        profile = fitting.gaussian(batch.wave, line.wave, fitting.sigma_of(line.wave, width))
        model[better] = found.flux[better, None] * profile
    return _Profile(significance, fwhm, model)


def find(batch: Outliers) -> Broad:
    """Find broad components in the Balmer lines, Mg II, C III] and C IV."""
    n = len(batch)
    best, fwhm, wave = np.full(n, MIN_SIGNIFICANCE), np.zeros(n), np.zeros(n)
    label = np.full(n, "", dtype=object)
    model = np.zeros(batch.weight.shape)
    margin = 1 + FWHMS[0] / SPEED_OF_LIGHT
    for line in batch.lines:
        inside = batch.wave[0] * margin < line.wave < batch.wave[-1] / margin
        if line.name not in BROAD or not inside:
            continue
        found = _best_profile(batch, line)
        stands_out = found.significance > MIN_SIGNIFICANCE
        model[stands_out] += found.model[stands_out]
        better = found.significance > best
        best[better], fwhm[better] = found.significance[better], found.fwhm[better]
        label[better], wave[better] = line.label, line.wave
    explained = batch.explained_by(batch.weight * (batch.residual - model) ** 2)
    return Broad(np.where(label == "", 0.0, best), fwhm, wave, label, explained)


def evidence(broad: Broad, holds: Mask) -> Evidence:
    """Evidence that names the line and its width, where the reason holds (N,)."""
    reach = broad.wave * broad.fwhm / SPEED_OF_LIGHT
    return Evidence(
        holds=holds,
        value=broad.fwhm,
        unit=np.full(holds.size, "km/s", dtype=object),
        significance=broad.significance,
        explained=broad.explained,
        wave_low=broad.wave - reach,
        wave_high=broad.wave + reach,
        fields={
            "line": broad.label,
            "width": sentences.texts(holds, sentences.number, broad.fwhm, broad.fwhm / 5),
        },
    )
