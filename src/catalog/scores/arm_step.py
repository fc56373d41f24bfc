"""A step in flux where two spectrograph arms meet, measured on native pixels."""

import numpy as np

from catalog.scores import Sample, Scale, Score
from catalog.spectra import Float


def arm_step(sample: Sample) -> Float:
    """Squared significance of the largest step between arms, (N,); NaN where not measured."""
    sigma = sample.measures.get("arm_step_sigma", np.full(len(sample), np.nan))
    square: Float = np.square(sigma, dtype=np.float64)
    return square


SCORE = Score(
    name="arm_step",
    title="Step between arms",
    description="Squared significance of the largest step in flux where two spectrograph arms "
    "meet, measured before they are joined. High where the calibration of an arm is off.",
    source="overlap and smooth-curve comparison of neighbouring arms on native pixels",
    scale=Scale.LINEAR,
    by_class=False,
    of_spectra=arm_step,
)
