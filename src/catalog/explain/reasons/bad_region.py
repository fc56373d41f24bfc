"""Runs of neighbouring bins that are far off, below zero, or far too rough, where no line is."""

import numpy as np

from catalog.explain import continuum, rough, runs, sentences
from catalog.explain.evidence import Evidence, Mask, Outliers, ReasonTest, Scope
from catalog.explain.lines import near

RUN = 8
"""Least number of neighbouring bins."""
BELOW_ZERO = 3.0
"""σ by which each bin of a run must be negative: no source has negative flux."""
FAR_OFF = 5.0
"""σ by which each bin of a run must be off the smooth residual, all to the same side."""
MIN_CONTRAST = 0.1
"""Least mean deviation of a run, as a fraction of the flux."""
MAX_SHARE = 0.2
"""Most of the spectrum that bad regions may cover; beyond it, the whole spectrum is unlike."""
NARROW, BROAD = 1_000.0, 6_000.0
"""km/s: half-widths left out around lines, and around the lines that quasars show broad."""
BROAD_LINES = frozenset(
    {"lyalpha", "civ_1549", "ciii_1909", "mgii_2799", "hgamma", "hbeta", "halpha"}
)


def _far_off(batch: Outliers) -> Mask:
    """Mark runs far off the smooth residual to one side, by 10 % or more, away from lines."""
    root = np.sqrt(batch.weight)
    off = np.abs(batch.residual - continuum.smooth(batch)[1]) * root > FAR_OFF
    # Fitted again without the bins that are far off, lest the curve follow what it is to reveal.
    rest = batch.residual - continuum.smooth(batch, off)[1]
    chi = rest * root
    recon = np.abs(batch.expected.astype(np.float64))
    broad = tuple(line for line in batch.lines if line.name in BROAD_LINES)
    quiet = ~near(batch.lines, batch.wave, NARROW) & ~near(broad, batch.wave, BROAD)
    strong = quiet & (np.abs(rest) > MIN_CONTRAST * recon)
    least = runs.least(batch.wave, RUN)
    return runs.keep_long(strong & (chi > FAR_OFF), least) | runs.keep_long(
        strong & (chi < -FAR_OFF), least
    )


def _comparison(below_zero: bool, scatters: bool, mean: float, error: float, sign: float) -> str:
    if scatters:
        return "scatters far more than its errors say"
    if below_zero:
        shown = sentences.number(mean, max(error, abs(mean) / 30))
        return f"is below zero, at {shown} × 10⁻¹⁷ erg s⁻¹ cm⁻² Å⁻¹"
    side = "above" if sign > 0 else "below"
    return f"is far {side} what is expected, where no line lies"


def measure(batch: Outliers) -> Evidence:
    """Find runs of 8 bins (and 3 Å) or more below zero by 3 σ, off by 5 σ each, or far too rough.

    The value is the mean flux of the worst run in 1e-17 erg/s/cm²/Å where it is negative, otherwise
    the number of bins in it. The significance is that of the run's mean, or of its roughness.
    """
    root = np.sqrt(batch.weight)
    least = runs.least(batch.wave, RUN)
    negative = runs.keep_long(batch.rest.flux * root < -BELOW_ZERO, least)
    scattered, roughness = rough.stretches(batch)
    bad = negative | _far_off(batch) | scattered
    bad[bad.mean(axis=1) > MAX_SHARE] = False
    holds: Mask = np.any(bad, axis=1)
    first, last = runs.worst(bad, batch.contributions)
    bins = np.arange(batch.wave.size)
    run = (bins >= first[:, None]) & (bins <= last[:, None]) & holds[:, None]
    weight = (batch.weight * run).sum(axis=1)
    some = np.where(weight > 0, weight, 1.0)
    offset = (batch.weight * batch.residual * run).sum(axis=1) / some
    flux = (batch.weight * batch.rest.flux * run).sum(axis=1) / some * batch.norm
    error = batch.norm / np.sqrt(some)
    below_zero = (negative & run).any(axis=1)
    scatters = ~below_zero & (scattered & run).any(axis=1)
    significance = np.where(scatters, roughness, np.abs(offset) * np.sqrt(some))
    low, high = batch.wave[first], batch.wave[last]
    unit = np.where(below_zero, "1e-17 erg/s/cm2/Å", "bins").astype(object)
    return Evidence(
        holds=holds,
        value=np.where(below_zero, flux, run.sum(axis=1)),
        unit=unit,
        significance=significance,
        explained=batch.explained_within(bad),
        wave_low=low,
        wave_high=high,
        fields={
            "wave": sentences.texts(holds, sentences.wave_range, low, high),
            "comparison": sentences.texts(
                holds, _comparison, below_zero, scatters, flux, error, offset
            ),
        },
    )


REASON = ReasonTest("bad_region", Scope.FEATURE, ("wave", "comparison"), measure, at_redshift=True)
