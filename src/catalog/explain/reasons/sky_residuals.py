"""Residuals at the lines of the night sky: too much or too little sky was subtracted."""

import numpy as np

from catalog.explain import sentences
from catalog.explain.evidence import Evidence, Mask, Outliers, ReasonTest, Scope

MIN_SIGNIFICANCE = 8.0
"""(χ² - n) / √(2n) over the bins at sky lines."""
MIN_POWER = 2.0
"""Residual power at sky lines over that beside them. Of 4,500 ordinary simulated spectra none
reaches 1.8; real ones of low S/N have 0.8-1.4."""
MIN_SHARE = 0.2
"""Least fraction of the misfit: a bright star's own lines are no sky's."""
REACH = 2.0
"""Å, observed: half-width of a sky line; a bin that is touched counts."""


def _windows(batch: Outliers) -> Mask:
    """Mark the bins (N, L) that a sky line touches, at each spectrum's redshift."""
    observed = batch.wave * (1 + batch.z[:, None])
    half = np.gradient(batch.wave) / 2 * (1 + batch.z[:, None])
    lines = np.sort(batch.sky_waves)
    after = np.clip(np.searchsorted(lines, observed), 1, lines.size - 1)
    away = np.minimum(np.abs(observed - lines[after - 1]), np.abs(observed - lines[after]))
    touched: Mask = away < REACH + half
    return touched


def measure(batch: Outliers) -> Evidence:
    """Take the residual power at sky lines, as measured on native pixels (`catalog.measures`).

    The value is that power over the power beside the lines, about 1 where sky subtraction is as
    good as the noise says. Explained is what lies at sky lines.
    """
    power, error = batch.measure("sky_line_power"), batch.measure("sky_line_power_error")
    window = _windows(batch)
    n_bins = np.maximum(np.count_nonzero(window & (batch.weight > 0), axis=1), 1)
    excess = np.where(window, batch.contributions, 0.0).sum(axis=1) - n_bins
    significance = excess / np.sqrt(2.0 * n_bins)
    explained = batch.explained_within(window)
    holds = (power > MIN_POWER) & (significance > MIN_SIGNIFICANCE) & (explained > MIN_SHARE)
    nowhere = np.full(len(batch), np.nan)
    return Evidence(
        holds=holds,
        value=power,
        unit=np.full(len(batch), "times", dtype=object),
        significance=significance,
        explained=explained,
        wave_low=nowhere,
        wave_high=nowhere,
        fields={"power": sentences.texts(holds, sentences.number, power, error)},
    )


REASON = ReasonTest("sky_residuals", Scope.FEATURE, ("power",), measure)
