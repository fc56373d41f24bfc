"""Stellar spectra continued bluewards of where the simulator's end."""

import numpy as np

from catalog.simulate.rest_grid import STEP
from catalog.spectra import Float

FIRST = 1200.0
"""Å: where continued spectra begin."""
FITTED = 400.0
"""Å: width of the range whose slope is continued."""
STEEPEST = (-2.3, 6.0)
"""Slopes of f_λ ∝ λ^slope: unreddened young stars, and old ones, which end in the blue."""


def to_ultraviolet(wave: Float, flux: Float) -> tuple[Float, Float]:
    """Continue spectra (K, L) by power laws to 1,200 Å.

    Only a fit at z > 0.6 sees that part, and there its lines and breaks further red decide.
    """
    first = int(np.ceil((np.log(wave[0]) - np.log(FIRST)) / STEP))
    added = wave[0] * np.exp(-STEP * np.arange(first, 0, -1))
    near = wave < wave[0] + FITTED
    level = flux[:, near].astype(np.float64)
    half = level.shape[1] // 2
    left, right = level[:, :half].mean(axis=1), level[:, half:].mean(axis=1)
    run = np.log(wave[near][half:].mean() / wave[near][:half].mean())
    slope = np.clip(np.log(np.maximum(right, 1e-30) / np.maximum(left, 1e-30)) / run, *STEEPEST)
    blue = left[:, None] * (added / wave[near][:half].mean()) ** slope[:, None]
    return np.concatenate([added, wave]), np.hstack([blue, flux])
