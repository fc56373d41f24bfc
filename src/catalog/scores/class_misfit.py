"""What is odd for a spectrum's class, though the autoencoder, which knows all classes, draws it."""

import numpy as np

from catalog.scores import Sample, Scale, Score
from catalog.scores._windows import strongest
from catalog.spectra import Float

LEAST_SPECTRA = 1000
"""Spectra behind a class's model for this score. In a small class a few strange members are a large
share: its model learns them, or calls its ordinary members strange."""


def class_misfit(sample: Sample) -> Float:
    """Coherent misfit to the linear model of a spectrum's own class, (N,).

    Coefficients are fitted by weighted least squares; variances are noise plus that model's
    scatter. NaN where the class has too few spectra for a model, or no bin is valid.
    """
    encodings = sample.encodings
    result = np.full(len(sample), np.nan)
    for name, basis in sample.class_basis.items():
        if basis.n_spectra < LEAST_SPECTRA:
            continue
        mine = np.flatnonzero(sample.spec_class == name)
        flux, ivar = encodings.flux[mine], encodings.ivar[mine]
        resid = flux - basis.reconstruct(basis.coefficients(flux, ivar))
        result[mine] = strongest(resid, basis.weights(ivar))
    return result


SCORE = Score(
    name="class_misfit",
    title="Misfit to its class",
    description="Squared significance of the strongest run of bins that a linear model of the "
    "spectrum's own class cannot draw. Finds what is odd for its class, or classed wrongly.",
    source="weighted principal components (Bailey 2012, PASP 124, 1015) of each class",
    scale=Scale.LINEAR,
    of_spectra=class_misfit,
)
