"""Permitted lines with a component thousands of km/s wide that the reconstruction lacks."""

from dataclasses import dataclass

import numpy as np

from catalog.explain import fitting, matched, sentences
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope
from catalog.explain.lines import SPEED_OF_LIGHT, Line
from catalog.spectra import Float

MIN_SIGNIFICANCE = 8.0
BROAD = frozenset({"halpha", "hbeta", "hgamma", "mgii_2799", "ciii_1909", "civ_1549"})
"""Lines that broad-line regions emit strongly."""
FWHMS = np.geomspace(2_000.0, 12_000.0, 8)
"""km/s: widths tried, 29 % apart."""
REACH = 15_000.0
"""km/s: half-width of the fit, so that the widest profile still has a continuum beside it."""


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


def measure(batch: Outliers) -> Evidence:
    """Find broad components in the Balmer lines, Mg II, C III] and C IV; name the most significant.

    The value is the full width at half maximum in km/s, known to about 20 %. Explained is what is
    gone once the fitted profiles of all lines found are taken off the residual.
    """
    best = np.full(len(batch), MIN_SIGNIFICANCE)
    label = np.full(len(batch), "", dtype=object)
    fwhm, wave = np.zeros(len(batch)), np.zeros(len(batch))
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
    holds = label != ""
    reach = wave * fwhm / SPEED_OF_LIGHT
    return Evidence(
        holds=holds,
        value=fwhm,
        unit=np.full(len(batch), "km/s", dtype=object),
        significance=best,
        explained=batch.explained_by(batch.weight * (batch.residual - model) ** 2),
        wave_low=wave - reach,
        wave_high=wave + reach,
        fields={
            "line": label,
            "width": sentences.texts(holds, sentences.number, fwhm, fwhm / 5),
        },
    )


REASON = ReasonTest("broad_line", Scope.FEATURE, ("line", "width"), measure)
