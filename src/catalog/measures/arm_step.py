"""The most significant step in flux where two arms of the spectrograph meet."""

import numpy as np

from catalog.measures import ERROR, Measure, Native, Quantity
from catalog.measures._steps import arm_steps
from catalog.spectra import Float


def of(native: Native) -> dict[str, Float]:
    """Size, significance and place of the largest step; NaN where no two arms meet."""
    names = ("arm_step", "arm_step" + ERROR, "arm_step_sigma", "arm_step_wave")
    if not len(native) or len(native.arms) < 2 or not native.joins:
        return {name: np.full(len(native), np.nan) for name in names}
    steps = arm_steps(native.arms, native.joins, native.z, native.expected)
    height = np.nan_to_num(np.abs(steps.significance), nan=-1.0)
    largest = np.argmax(height, axis=1)[:, None]
    size, error, sigma = (
        np.take_along_axis(a, largest, axis=1)[:, 0]
        for a in (steps.step, steps.error, steps.significance)
    )
    middle = np.mean(native.joins, axis=1)[largest[:, 0]]
    wave = np.where(np.isfinite(sigma), middle, np.nan)
    return dict(zip(names, (size, error, sigma, wave), strict=True))


MEASURE = Measure(
    name="arm_step",
    quantities=(
        Quantity(
            "arm_step",
            "Step between arms",
            "",
            "Largest step in flux where two arms meet, (red - blue) / mean of both: positive where "
            "the red side is too bright.",
        ),
        Quantity(
            "arm_step_sigma",
            "Significance of the step between arms",
            "σ",
            "The step over its error, with the step's sign.",
        ),
        Quantity(
            "arm_step_wave",
            "Place of the step between arms",
            "Å",
            "Middle of the two arms' overlap, observed frame.",
        ),
    ),
    of=of,
)
