"""Emission lines far weaker than expected, or absent."""

import numpy as np

from catalog.explain import matched, sentences
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope
from catalog.explain.lines import SPEED_OF_LIGHT, near

MIN_SIGNIFICANCE = 8.0
FWHM = 470.0
"""km/s: of the matched profile (σ = 200 km/s), typical of a narrow line at survey resolution."""


def _comparison(line: float, error: float, expected: float) -> str:
    """Say how much weaker, or that the line is absent."""
    if line <= 3 * error:
        return "is absent, although it is expected"
    times = expected / line
    shown = sentences.number(times, max(times * error / line, times / 30))
    return f"is {shown} times weaker than expected"


def measure(batch: Outliers) -> Evidence:
    """Find emission lines that the reconstruction has and the spectrum lacks, by more than 8 σ.

    The value is the line's flux over what the reconstruction expects, about 0 where it is absent.
    """
    best = np.full(len(batch), MIN_SIGNIFICANCE)
    label = np.full(len(batch), "", dtype=object)
    flux = np.zeros((4, len(batch)))
    window = np.zeros(batch.weight.shape, dtype=bool)
    for line in matched.on_grid(batch, "emission", "both"):
        found = matched.line_flux(batch, line)
        expects = (found.expected > 2 * found.error) & (found.expected > found.line)
        fitted = matched.filtered(batch, line, FWHM)
        sigma = np.where(expects, -fitted.significance(1), 0.0)
        within = near((line,), batch.wave, matched.HALF_WIDTH)
        window[np.ix_(sigma > MIN_SIGNIFICANCE, within)] = True
        better = sigma > best
        flux[:3, better] = np.stack([found.line, found.error, found.expected])[:, better]
        flux[3, better] = line.wave
        best[better], label[better] = sigma[better], line.label
    holds = label != ""
    strength, error, expected, wave = flux
    value = np.divide(strength, expected, out=np.full(len(batch), np.nan), where=expected > 0)
    reach = wave * matched.HALF_WIDTH / SPEED_OF_LIGHT
    return Evidence(
        holds=holds,
        value=value,
        unit=np.full(len(batch), "times", dtype=object),
        significance=best,
        explained=batch.explained_within(window),
        wave_low=wave - reach,
        wave_high=wave + reach,
        fields={
            "line": label,
            "comparison": sentences.texts(holds, _comparison, strength, error, expected),
        },
    )


REASON = ReasonTest(
    "weak_emission_line", Scope.SHAPE, ("line", "comparison"), measure, at_redshift=True
)
