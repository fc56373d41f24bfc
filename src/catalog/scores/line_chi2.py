"""Misfit at emission lines."""

import numpy as np

from catalog.scores import Sample, Score
from catalog.scores._misfit import mean_square, near_lines, weights
from catalog.spectra import Float


def line_chi2(sample: Sample) -> Float:
    """Misfit over the valid bins within 300 km/s of a line, (N,); NaN where there is none.

    Notes
    -----
    Ortiz & Boquien 2025, A&A 703, A242, who mask the lines; here they are what is left.
    """
    at = np.flatnonzero(near_lines(sample.encodings.wave, sample.line_waves))
    return mean_square(sample.encodings.resid[:, at], weights(sample)[:, at])


SCORE = Score(
    name="line_chi2",
    title="Misfit in lines",
    description="The misfit within 300 km/s of the known emission lines. High where lines are "
    "stronger, weaker or of another shape than the rest of the spectrum tells.",
    source="Ortiz & Boquien 2025, A&A 703, A242",
    of_spectra=line_chi2,
)
