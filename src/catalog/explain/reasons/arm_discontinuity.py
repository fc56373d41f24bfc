"""Steps in the flux where two arms of the spectrograph meet."""

import numpy as np

from catalog.explain import fitting, sentences
from catalog.explain.evidence import Evidence, Mask, Outliers, ReasonTest, Scope
from catalog.explain.lines import near
from catalog.spectra import Float

MIN_SIGNIFICANCE = 4.0
"""None of 15,000 ordinary simulated spectra exceeds it, and no real DESI one."""
MIN_STEP = 0.05
"""Least step, as a fraction of the flux: ordinary calibration leaves 1 %."""
LINE_HALF_WIDTH = 600.0
"""km/s: left out around lines when an arm is scaled."""
SHOWN = 250.0
"""Å: what is shown on either side of the join."""


def _rescaled(batch: Outliers, at: Float) -> Float:
    """Scale and tilt what is expected on each side of `at` (N,); give χ² per bin (N, L) after.

    A flux calibration that is off by a smooth factor in one arm looks like this.
    """
    drawn = batch.expected.astype(np.float64)
    relative = np.divide(batch.residual, drawn, out=np.zeros_like(drawn), where=drawn > 0)
    weight = np.where(drawn > 0, batch.weight * drawn**2, 0.0)
    quiet = ~near(batch.lines, batch.wave, LINE_HALF_WIDTH)
    design = fitting.polynomials(batch.wave, 1)
    model = np.zeros_like(drawn)
    for side in (batch.wave < at[:, None], batch.wave >= at[:, None]):
        factor = fitting.fit(design, weight * (side & quiet), relative).coefficients @ design
        model += np.where(side, factor * drawn, 0.0)
    left: Float = batch.weight * (batch.residual - model) ** 2
    return left


def measure(batch: Outliers) -> Evidence:
    """Take the largest step between two arms, as measured on native pixels (`catalog.measures`).

    The value is the step in per cent of the flux, positive where the red side is too bright. It
    counts where it exceeds 5 % and 4 σ. Explained is what is gone once both sides may be scaled.
    """
    step, sigma = batch.measure("arm_step"), batch.measure("arm_step_sigma")
    holds: Mask = (np.abs(sigma) > MIN_SIGNIFICANCE) & (np.abs(step) > MIN_STEP)
    step, sigma = np.where(holds, step, 0.0), np.where(holds, np.abs(sigma), 0.0)
    at = np.where(holds, batch.measure("arm_step_wave") / (1 + batch.z), batch.wave[0])
    return Evidence(
        holds=holds,
        value=100 * step,
        unit=np.full(len(batch), "%", dtype=object),
        significance=sigma,
        explained=batch.explained_by(_rescaled(batch, at)),
        wave_low=np.maximum(at - SHOWN, batch.wave[0]),
        wave_high=np.minimum(at + SHOWN, batch.wave[-1]),
        fields={
            "step": sentences.texts(holds, sentences.percentage, np.abs(step)),
            "wave": sentences.texts(holds, sentences.number, at, np.ones(len(batch))),
        },
    )


REASON = ReasonTest("arm_discontinuity", Scope.FEATURE, ("step", "wave"), measure)
