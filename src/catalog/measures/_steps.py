"""Steps in flux where two spectrograph arms meet, measured on native pixels before any coadding.

The coadd averages a step over the arms' overlap, and a model of whole spectra learns to draw it. On
the native pixels of each arm two independent pieces of evidence are left:

- where the arms overlap they saw the same light, so the mean difference of the pixels that they
  share is the step, whatever the spectrum does there;
- on either side of the overlap the spectrum, divided by what is expected of it, is a smooth curve
  but for the step.

DESI's overlap of the b and r arms is only 51 noisy pixels, so there the curve tells most; at the r
and z arms the 126 shared pixels do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalog.measures import Expected
from catalog.measures._curve import curve_step
from catalog.measures._join import Join, shared_pixels
from catalog.spectra import Arm, Float

FLOOR = 0.01
"""Relative error that every step has: ordinary calibration leaves steps of 0.5-1 % between arms,
which are no news however bright the spectrum."""

_CHUNK = 500
_AGREE = 2.0
"""σ by which the two pieces of evidence may differ by chance."""


@dataclass(frozen=True)
class Steps:
    """Flux steps of N spectra at J joins, each (N, J); NaN where a step cannot be measured.

    Attributes
    ----------
    step
        (red − blue) / (mean of both): positive where the red side is too bright. A blue arm that
        is too bright by a factor 1.1 gives −0.095.
    error
        Its standard deviation: photons, the spectrum's roughness, `SKY` and `FLOOR`.
    """

    step: Float
    error: Float

    @property
    def significance(self) -> Float:
        """Step over its error, with the step's sign."""
        return self.step / self.error


def arm_steps(
    arms: tuple[Arm, ...],
    joins: Sequence[tuple[float, float]],
    z: Float,
    expected: Expected | None = None,
) -> Steps:
    """Measure the flux step at every join of two arms.

    Parameters
    ----------
    arms : tuple of Arm
        N spectra on native pixels.
    joins : sequence of (low, high)
        Å, observed: where neighbouring arms overlap, or the gap between them.
    z : ndarray of shape (N,)
        Redshifts, which bring `expected` to the observed frame; NaN where there is none.
    expected : Expected, optional
        Without it every spectrum is expected to be flat: its lines and breaks then add to the
        error, and a break that falls on a join (4000 Å at z = 0.45) may pass for a step.

    Returns
    -------
    Steps
        NaN where no arm ends or none begins at the join (a survey of one arm), or where the arms
        share fewer than `MIN_OVERLAP` good pixels and a side has fewer than `MIN_BINS` good bins.
    """
    step, error = np.full((2, len(z), len(joins)), np.nan)
    for j, (low, high) in enumerate(joins):
        sides = _sides(arms, (low + high) / 2)
        if sides is None:
            continue
        for start in range(0, len(z), _CHUNK):
            rows = slice(start, start + _CHUNK)
            blue, red = (Arm(a.name, a.wave, a.flux[rows], a.ivar[rows]) for a in sides)
            part = Expected(expected.wave, expected.flux[rows]) if expected else None
            step[rows, j], error[rows, j] = step_at(Join(blue, red, low, high, z[rows], part))
    return Steps(step, error)


def _sides(arms: tuple[Arm, ...], middle: float) -> tuple[Arm, Arm] | None:
    """Give the arms that end and begin at a join; None where there are no such two."""
    blue = [arm for arm in arms if arm.wave[0] < middle and arm.wave.mean() < middle]
    red = [arm for arm in arms if arm.wave[-1] > middle and arm.wave.mean() > middle]
    if not blue or not red:
        return None
    return max(blue, key=lambda arm: float(arm.wave[-1])), min(
        red, key=lambda arm: float(arm.wave[0])
    )


def step_at(join: Join) -> tuple[Float, Float]:
    """Relative step at a join and its error (N,): both kinds of evidence, weighed."""
    shared, curve = shared_pixels(join), curve_step(join)
    # The overlap assumes nothing about the spectrum. Where the curve disagrees with it by far more
    # than both errors, the spectrum is rougher at the join than the curve took it to be.
    both = np.isfinite(shared.variance) & np.isfinite(curve.variance)
    chance = np.where(both, _AGREE**2 * (shared.variance + curve.variance), np.inf)
    rough = np.maximum((shared.value - curve.value) ** 2 - chance, 0.0)
    weights = 1 / np.stack([shared.variance, curve.variance + rough])
    level_weights = 1 / np.stack([shared.level_variance, curve.level_variance])
    value, variance = _weighted(np.stack([shared.value, curve.value]), weights)
    level, _ = _weighted(np.stack([shared.level, curve.level]), level_weights)
    # Of a spectrum lost in its noise no fraction can be told: its flux is taken to be its noise.
    level = np.maximum(level, np.sqrt(variance))
    return value / level, np.sqrt(variance / level**2 + FLOOR**2)


def _weighted(values: Float, weights: Float) -> tuple[Float, Float]:
    """Weighted mean over the first axis and its variance; NaN where all weights are 0."""
    total = weights.sum(axis=0)
    variance = np.divide(1.0, total, out=np.full_like(total, np.nan), where=total > 0)
    return (weights * values).sum(axis=0) * variance, variance
