"""Baseline: reduced χ² of a reconstruction from ten principal components."""

from dataclasses import replace

from catalog.scores import Sample, Score
from catalog.scores._misfit import mean_square
from catalog.spectra import Float

N_COMPONENTS = 10


def pca_chi2(sample: Sample) -> Float:
    """Σ ivar·(x − x̂)² / number of valid bins, with x̂ from the first ten components, (N,).

    NaN where no bin is valid.
    """
    flux, ivar = sample.encodings.flux, sample.encodings.ivar
    whole = sample.basis
    basis = replace(
        whole,
        components=whole.components[:N_COMPONENTS],
        variances=whole.variances[:N_COMPONENTS],
    )
    return mean_square(flux - basis.reconstruct(basis.coefficients(flux, ivar)), ivar)


SCORE = Score(
    name="pca_chi2",
    title="PCA χ²",
    description="Reduced χ² of a spectrum's reconstruction from ten principal components: a "
    "simpler method, to compare with.",
    source="weighted principal components (Bailey 2012, PASP 124, 1015)",
    baseline=True,
    of_spectra=pca_chi2,
)
