"""Narrow emission lines far stronger than expected."""

import numpy as np

from catalog.explain import matched, sentences
from catalog.explain.evidence import Evidence, Mask, Outliers, ReasonTest, Scope
from catalog.explain.lines import SPEED_OF_LIGHT, near
from catalog.spectra import Array

MIN_SIGNIFICANCE = 8.0
REAL = 0.4
"""Least part of the difference that must be an emission line in the spectrum itself: elsewhere it
is what is expected that has a dip."""
MIN_RATIO = 1.5
"""Least strength over what is expected: many galaxies have lines a third stronger or weaker."""
FWHM = 470.0
"""km/s: of the matched profile (σ = 200 km/s), typical of a narrow line at survey resolution."""


def _comparison(line: float, error: float, expected: float, continuum: float) -> str:
    """Say how much stronger, or, where that is no measure, how strong it is."""
    if expected > 2 * error:
        times = sentences.number(line / expected, max(error / expected, line / expected / 30))
        return f"is {times} times stronger than expected"
    if continuum <= 0 or line <= 0:
        return "emits where none is expected"
    width = sentences.number(line / continuum, max(error, line / 30) / continuum)
    return f"emits, at {width} Å of equivalent width, where none is expected"


def _others(n_windows: int) -> str:
    if n_windows < 2:
        return ""
    places = "one other wavelength" if n_windows == 2 else f"{n_windows - 1} other wavelengths"
    return f", and lines at {places} stand out with it"


def _count_windows(window: Mask) -> Array:
    """Count the separate runs of marked bins in each row (N,)."""
    count: Array = np.count_nonzero(window & ~np.pad(window, ((0, 0), (1, 0)))[:, :-1], axis=1)
    return count


def measure(batch: Outliers) -> Evidence:
    """Find every emission line stronger than expected by more than 8 σ; name the most significant.

    The value is its flux over what is expected ("times"), or its equivalent width (Å) where that is
    no measure. Explained is what lies within ±500 km/s of any line that stands out, since strong
    lines come together.
    """
    best = np.full(len(batch), MIN_SIGNIFICANCE)
    label = np.full(len(batch), "", dtype=object)
    flux = np.zeros((5, len(batch)))
    window = np.zeros(batch.weight.shape, dtype=bool)
    for line in matched.on_grid(batch, "emission", "both"):
        fit = matched.filtered(batch, line, FWHM)
        found = matched.line_flux(batch, line)
        real = found.line > REAL * np.abs(fit.coefficients[:, 1])
        real &= found.line > MIN_RATIO * found.expected
        sigma = np.where(real, fit.significance(1), 0.0)
        within = near((line,), batch.wave, matched.HALF_WIDTH)
        window[np.ix_(sigma > MIN_SIGNIFICANCE, within)] = True
        better = sigma > best
        measured = [found.line, found.error, found.expected, found.continuum]
        flux[:4, better] = np.stack(measured)[:, better]
        flux[4, better] = line.wave
        best[better], label[better] = sigma[better], line.label
    holds = label != ""
    strength, error, expected, continuum, wave = flux
    relative = expected > 2 * error
    divisor = np.where(relative, expected, continuum)
    value = np.divide(strength, divisor, out=np.full(len(batch), np.nan), where=divisor > 0)
    reach = wave * matched.HALF_WIDTH / SPEED_OF_LIGHT
    return Evidence(
        holds=holds,
        value=value,
        unit=np.where(relative, "times", "Å").astype(object),
        significance=best,
        explained=batch.explained_within(window),
        wave_low=wave - reach,
        wave_high=wave + reach,
        fields={
            "line": label,
            "comparison": sentences.texts(holds, _comparison, strength, error, expected, continuum),
            "others": sentences.texts(holds, _others, _count_windows(window)),
        },
    )


REASON = ReasonTest(
    "extreme_emission_line",
    Scope.FEATURE,
    ("line", "comparison", "others"),
    measure,
    at_redshift=True,
)
