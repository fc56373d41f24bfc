"""How improbable a spectrum is under what the model draws from its latent distribution."""

import numpy as np

from catalog.scores import Sample, Scale, Score
from catalog.spectra import Float


def reconstruction_probability(sample: Sample) -> Float:
    """Minus the mean log-likelihood per valid bin over draws from q(z|x), (N,), in nats.

    Notes
    -----
    An & Cho 2015, SNU Data Mining Center, algorithm 4. The likelihood is the model's own: Gaussian,
    with noise and model scatter added.
    """
    return -sample.encodings.log_likelihood.astype(np.float64)


SCORE = Score(
    name="reconstruction_probability",
    title="Reconstruction probability",
    description="Minus the logarithm of the probability of a spectrum under the model's "
    "reconstructions of it, per bin and averaged over draws from its latent distribution.",
    source="An & Cho 2015, SNU Data Mining Center",
    scale=Scale.LINEAR,
    of_spectra=reconstruction_probability,
)
