"""Misfit away from emission lines."""

import numpy as np

from catalog.scores import Sample, Score
from catalog.scores._misfit import mean_square, near_lines, weights
from catalog.spectra import Float


def continuum_chi2(sample: Sample) -> Float:
    """Misfit over the valid bins farther than 300 km/s from any line, (N,); NaN if there is none.

    Notes
    -----
    Ortiz & Boquien 2025, A&A 703, A242.
    """
    at = np.flatnonzero(~near_lines(sample.encodings.wave, sample.line_waves))
    return mean_square(sample.encodings.resid[:, at], weights(sample)[:, at])


SCORE = Score(
    name="continuum_chi2",
    title="Misfit between lines",
    description="The misfit farther than 300 km/s from all known emission lines. High where the "
    "continuum, an absorption band or the calibration is odd.",
    source="Ortiz & Boquien 2025, A&A 703, A242",
    of_spectra=continuum_chi2,
)
