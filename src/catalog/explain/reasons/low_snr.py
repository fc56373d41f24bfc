"""Noise alone makes the spectrum look unusual."""

import numpy as np

from catalog.explain import sentences, whole
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope

MAX_SNR = 7.0
"""Median signal-to-noise ratio per bin: the median of the 100 spectra that Nicolaou et al. (2025)
find most isolated in the latent space."""


def measure(batch: Outliers) -> Evidence:
    """Spectra of low signal-to-noise ratio that the reconstruction fits within the noise."""
    holds = (batch.snr < MAX_SNR) & ~batch.misfits
    snr = sentences.texts(holds, sentences.number, batch.snr, np.full(len(batch), 0.1))
    return whole.evidence(holds, batch.snr, "per bin", snr=snr)


REASON = ReasonTest("low_snr", Scope.CLASS, ("snr",), measure)
