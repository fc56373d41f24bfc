"""How well each arm of the spectrograph saw the object."""

import numpy as np

from catalog.measures import Measure, Native, Quantity
from catalog.spectra import Arm, Float

ARMS = {"b": "blue", "r": "red", "z": "near-infrared"}
"""Names of DESI's arms. A survey of one arm has one signal-to-noise ratio, which is a column of its
own in the catalogue."""


def median_snr(arm: Arm) -> Float:
    """Median of flux √ivar over the good pixels of each spectrum (N,); NaN where none is good.

    Signed, so that pure noise gives 0.
    """
    good = arm.ivar > 0
    ordered = np.sort(np.where(good, arm.flux * np.sqrt(arm.ivar), np.inf), axis=1)
    n_good = np.count_nonzero(good, axis=1)[:, None]
    last = arm.flux.shape[1] - 1
    pair = np.concatenate([np.maximum(n_good - 1, 0) // 2, np.minimum(n_good // 2, last)], axis=1)
    middle = np.take_along_axis(ordered, pair, axis=1)
    return np.where(n_good[:, 0] > 0, middle.mean(axis=1), np.nan)


def of(native: Native) -> dict[str, Float]:
    """Median signal-to-noise ratio per native pixel of each of DESI's arms."""
    arms = {arm.name: arm for arm in native.arms}
    return {
        f"snr_{name}": median_snr(arms[name]) if name in arms else np.full(len(native), np.nan)
        for name in ARMS
    }


MEASURE = Measure(
    name="arm_snr",
    quantities=tuple(
        Quantity(
            f"snr_{name}",
            f"Signal-to-noise ratio, {colour} arm",
            "",
            f"Median signal-to-noise ratio per native pixel of the {colour} arm ({name}).",
        )
        for name, colour in ARMS.items()
    ),
    of=of,
)
