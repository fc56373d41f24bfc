"""Steps in the flux that were measured on native pixels, as reasons."""

import numpy as np

from catalog.explain import fitting, sentences
from catalog.explain.evidence import Evidence, Mask, Outliers
from catalog.explain.lines import near
from catalog.spectra import Float

MIN_STEP = 0.05
"""Least step, as a fraction of the flux: ordinary calibration leaves 1 %."""
LINE_HALF_WIDTH = 600.0
"""km/s: left out around lines when a side is scaled."""
SHOWN = 250.0
"""Å: what is shown on either side of the step."""


def evidence(batch: Outliers, name: str, min_significance: float) -> Evidence:
    """Evidence of one kind of step, `name` among the native measures.

    The value is the step in per cent of the flux, positive where the red side is too bright.
    Explained is what is gone once both sides may be scaled and tilted.
    """
    step, sigma = batch.measure(name), batch.measure(f"{name}_sigma")
    holds: Mask = (np.abs(sigma) > min_significance) & (np.abs(step) > MIN_STEP)
    step, sigma = np.where(holds, step, 0.0), np.where(holds, np.abs(sigma), 0.0)
    at = np.where(holds, batch.measure(f"{name}_wave") / (1 + batch.z), batch.wave[0])
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
