"""Steps in the residual where two arms of the spectrograph meet."""

from dataclasses import dataclass

import numpy as np

from catalog.explain import fitting, sentences
from catalog.explain.evidence import Evidence, Mask, Outliers, ReasonTest, Scope
from catalog.explain.lines import near
from catalog.spectra import Float

MIN_SIGNIFICANCE = 5.0
MIN_STEP = 0.05
"""Least step, as a fraction of the flux."""
REACH = 250.0
"""Å: how far on either side of the overlap the residual is fitted."""
LASTING = 0.2
"""Fraction of the step that must be left in the outer half of the reach: a broad emission line that
happens to lie at the join is gone by then."""
MIN_BINS = 6
"""Least bins with data on each side."""
LINE_HALF_WIDTH = 600.0
"""km/s: left out around emission lines, which are no part of the continuum that may jump."""


def _edge(batch: Outliers, side: Mask, at: Float) -> tuple[Float, Float]:
    """Residual and its error (N,) at a wavelength (N,), from a straight line through one side.

    The error is scaled up by the scatter about the line, so that a rough residual, as where the
    model misses a star's bands, is not taken for a step.
    """
    weight = batch.weight * side
    centre, half = batch.wave.mean(), np.ptp(batch.wave) / 2
    design = np.stack([np.ones_like(batch.wave), (batch.wave - centre) / half])
    line = fitting.fit(design, weight, batch.residual)
    value, error = line.at(np.stack([np.ones_like(at), (at - centre) / half], axis=1))
    n_free = np.count_nonzero(weight > 0, axis=1) - 2
    scatter = (weight * batch.residual**2).sum(axis=1) - line.drop
    scale = np.sqrt(np.maximum(scatter / np.maximum(n_free, 1), 1.0))
    return value, np.where(n_free + 2 >= MIN_BINS, error * scale, np.inf)


def _mean(batch: Outliers, bins: Mask) -> Float:
    """Weighted mean of the residual over marked bins (N,); 0 where there are none."""
    weight = (batch.weight * bins).sum(axis=1)
    total = (batch.weight * batch.residual * bins).sum(axis=1)
    mean: Float = np.divide(total, weight, out=np.zeros(len(batch)), where=weight > 0)
    return mean


def _stepped(batch: Outliers, at: Float) -> Float:
    """Fit each arm's residual by a scaled and tilted reconstruction; give χ² per bin (N, L) after.

    A flux calibration that is off by a smooth factor in one arm looks like this.
    """
    recon = batch.encodings.recon.astype(np.float64)
    relative = np.divide(batch.residual, recon, out=np.zeros_like(recon), where=recon > 0)
    weight = np.where(recon > 0, batch.weight * recon**2, 0.0)
    quiet = ~near(batch.lines, batch.wave, LINE_HALF_WIDTH)
    design = fitting.polynomials(batch.wave, 1)
    model = np.zeros_like(recon)
    for side in (batch.wave < at[:, None], batch.wave >= at[:, None]):
        factor = fitting.fit(design, weight * (side & quiet), relative).coefficients @ design
        model += np.where(side, factor * recon, 0.0)
    return batch.weight * (batch.residual - model) ** 2


@dataclass(frozen=True)
class _Step:
    """The step at one join (N,): fraction of the flux, significance, rest-frame place and window.

    The significance is 0 where the step does not last.
    """

    size: Float
    significance: Float
    at: Float
    low: Float
    high: Float


def _step(batch: Outliers, join: tuple[float, float]) -> _Step:
    """Measure the step at one join, given in the observed frame."""
    quiet = ~near(batch.lines, batch.wave, LINE_HALF_WIDTH)
    low, high = join[0] / (1 + batch.z), join[1] / (1 + batch.z)
    at = (low + high) / 2
    blue = (batch.wave < low[:, None]) & (batch.wave > low[:, None] - REACH) & quiet
    red = (batch.wave > high[:, None]) & (batch.wave < high[:, None] + REACH) & quiet
    below, below_error = _edge(batch, blue, at)
    above, above_error = _edge(batch, red, at)
    jump = above - below
    flux = (batch.encodings.recon * (blue | red)).sum(axis=1, dtype=np.float64)
    level = flux / np.maximum(np.count_nonzero(blue | red, axis=1), 1)
    far_blue = blue & (batch.wave < low[:, None] - REACH / 2)
    far_red = red & (batch.wave > high[:, None] + REACH / 2)
    far = _mean(batch, far_red) - _mean(batch, far_blue)
    lasts = far * np.sign(jump) > LASTING * np.abs(jump)
    return _Step(
        size=np.divide(jump, level, out=np.zeros(len(batch)), where=level > 0),
        significance=np.where(lasts, np.abs(jump) / np.hypot(below_error, above_error), 0.0),
        at=at,
        low=low - REACH,
        high=high + REACH,
    )


def measure(batch: Outliers) -> Evidence:
    """Compare the residual on both sides of every join, at the join's place in the rest frame.

    The join is at λ/(1 + z). The value is the step in per cent of the flux, positive where the red
    side is too bright. It counts where it exceeds 5 % and 5 σ, and lasts beyond a line's width.
    """
    best = np.full(len(batch), MIN_SIGNIFICANCE)
    found = np.zeros((4, len(batch)))
    left = batch.contributions.copy()
    for join in batch.arm_joins:
        step = _step(batch, join)
        better = (step.significance > best) & (np.abs(step.size) > MIN_STEP)
        best[better] = step.significance[better]
        found[:, better] = np.stack([step.size, step.at, step.low, step.high])[:, better]
        if better.any():
            left[better] = _stepped(batch, step.at)[better]
    size, at, wave_low, wave_high = found
    holds = size != 0
    return Evidence(
        holds=holds,
        value=100 * size,
        unit=np.full(len(batch), "%", dtype=object),
        significance=best,
        explained=batch.explained_by(left),
        wave_low=np.maximum(wave_low, batch.wave[0]),
        wave_high=np.minimum(wave_high, batch.wave[-1]),
        fields={
            "step": sentences.texts(holds, sentences.percentage, np.abs(size)),
            "wave": sentences.texts(holds, sentences.number, at, np.ones(len(batch))),
        },
    )


REASON = ReasonTest("arm_discontinuity", Scope.FEATURE, ("step", "wave"), measure)
