"""The reconstruction fits, so the spectrum is an outlier only by where it lies among the others."""

import numpy as np

from catalog.explain import sentences, whole
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope


def measure(batch: Outliers) -> Evidence:
    """Spectra that the reconstruction fits within the noise; the value is χ² per bin."""
    holds = ~batch.misfits
    n_bins = np.maximum(batch.n_bins, 1)
    chi2 = batch.chi2 / n_bins
    shown = sentences.texts(holds, sentences.number, chi2, np.sqrt(2 / n_bins))
    return whole.evidence(holds, chi2, "per bin", chi2=shown)


REASON = ReasonTest("isolated", Scope.SHAPE, ("chi2",), measure)
