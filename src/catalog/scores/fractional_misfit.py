"""By which fraction of its flux a spectrum differs from its reconstruction, whatever its noise."""

import numpy as np

from catalog.scores import Sample, Scale, Score
from catalog.scores._misfit import mean_square
from catalog.spectra import Float


def fractional_misfit(sample: Sample) -> Float:
    """ε = √(χ² − 1) / rms S/N per bin, (N,); NaN where no bin is valid.

    A spectrum that differs from its reconstruction by a fraction ε of its flux has a reduced χ² of
    about 1 + ε²·⟨S/N²⟩. Where noise happens to leave χ² below 1 the root is taken of its absolute
    value and ε is negative: no misfit, but still in order. ⟨S/N²⟩ is the mean of flux²·ivar, at
    least 1, so that a spectrum without signal is not divided by nothing.
    """
    encodings = sample.encodings
    excess = mean_square(encodings.resid, encodings.ivar) - 1.0
    signal = np.maximum(mean_square(encodings.flux, encodings.ivar), 1.0)
    misfit: Float = np.sign(excess) * np.sqrt(np.abs(excess) / signal)
    return misfit


SCORE = Score(
    name="fractional_misfit",
    title="Fractional misfit",
    description="By which fraction of its flux a spectrum differs from its reconstruction, noise "
    "taken out. 0.1 is ten per cent; negative where noise alone is more than the difference.",
    source="effect size ε = √(χ² − 1) / (S/N)",
    scale=Scale.LINEAR,
    of_spectra=fractional_misfit,
)
