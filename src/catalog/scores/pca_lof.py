"""Baseline: local outlier factor of principal-component coefficients."""

from catalog.scores import Population, Score
from catalog.scores._isolation import local_outlier_factor
from catalog.spectra import Float

N_COMPONENTS = 10


def pca_lof(population: Population) -> Float:
    """Local outlier factor of the wanted spectra's first ten coefficients among all, (W,)."""
    coefficients = population.coefficients[:, :N_COMPONENTS]
    return local_outlier_factor(coefficients, population.neighbours)[population.wanted]


SCORE = Score(
    name="pca_lof",
    title="PCA isolation",
    description="Local outlier factor of a spectrum's first ten principal components: a simpler "
    "method, to compare with.",
    source="Breunig et al. 2000, on weighted principal components",
    baseline=True,
    of_population=pca_lof,
)
