"""The broad shape of the continuum differs from the reconstruction."""

import numpy as np

from catalog.explain import continuum, sentences
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope

MIN_SIGNIFICANCE = 8.0
MIN_HEIGHT = 0.03
"""Least mean deviation in one third of the spectrum, as a fraction of the flux."""
REGIONS = ("blue", "middle", "red")


def _side(height: float) -> str:
    return "above" if height > 0 else "below"


def _height(height: float, sigma: float) -> str:
    percent = abs(100 * height)
    return f"{sentences.number(percent, max(percent / sigma, percent / 30))} %"


def measure(batch: Outliers) -> Evidence:
    """Fit the residual by a smooth curve; name the third of the spectrum where it is farthest off.

    The value is the mean of the curve in that third in per cent of the reconstruction, positive
    where the spectrum is brighter. The significance is √(Δχ² - degrees of freedom) of the curve.
    """
    result, curve = continuum.smooth(batch)
    n_free = continuum.DEGREE + 1
    significance = np.sqrt(np.maximum(result.drop - n_free, 0.0))
    thirds = np.array_split(np.arange(batch.wave.size), len(REGIONS))
    recon = batch.expected.astype(np.float64)
    used = batch.weight > 0
    heights = np.zeros((len(REGIONS), len(batch)))
    for third, bins in enumerate(thirds):
        level = np.abs((recon[:, bins] * used[:, bins]).sum(axis=1))
        off = (curve[:, bins] * used[:, bins]).sum(axis=1)
        heights[third] = np.divide(off, level, out=np.zeros(len(batch)), where=level > 0)
    worst = np.argmax(np.abs(heights), axis=0)
    height = heights[worst, np.arange(len(batch))]
    low = np.array([batch.wave[bins[0]] for bins in thirds])[worst]
    high = np.array([batch.wave[bins[-1]] for bins in thirds])[worst]
    holds = (significance > MIN_SIGNIFICANCE) & (np.abs(height) > MIN_HEIGHT)
    return Evidence(
        holds=holds,
        value=100 * height,
        unit=np.full(len(batch), "%", dtype=object),
        significance=significance,
        explained=batch.explained_by(batch.weight * (batch.residual - curve) ** 2),
        wave_low=low,
        wave_high=high,
        fields={
            "height": sentences.texts(holds, _height, height, significance),
            "comparison": sentences.texts(holds, _side, height),
            "region": np.array(REGIONS, dtype=object)[worst],
            "wave": sentences.texts(holds, sentences.wave_range, low, high),
        },
    )


REASON = ReasonTest(
    "continuum_misfit", Scope.SHAPE, ("height", "comparison", "region", "wave"), measure
)
