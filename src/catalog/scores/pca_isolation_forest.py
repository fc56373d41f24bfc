"""Baseline: isolation forest on principal-component coefficients."""

import numpy as np
from sklearn.ensemble import IsolationForest

from catalog.scores import Population, Scale, Score
from catalog.spectra import Float

N_COMPONENTS = 10
N_TREES = 200


def pca_isolation_forest(population: Population) -> Float:
    """Anomaly score of the wanted spectra's first ten coefficients, (W,), between 0 and 1.

    The forest is grown on the spectra that the model was trained on.

    Notes
    -----
    Liu, Ting & Zhou 2008, ICDM, 413: 2 to the power of minus the mean depth at which a spectrum is
    alone in its branch, over the mean depth of a random tree.
    """
    coefficients = population.coefficients[:, :N_COMPONENTS].astype(np.float32)
    forest = IsolationForest(n_estimators=N_TREES, random_state=population.seed)
    forest.fit(coefficients[population.trained])
    score: Float = -forest.score_samples(coefficients[population.wanted])
    return score


SCORE = Score(
    name="pca_isolation_forest",
    title="PCA isolation forest",
    description="How few random cuts of a spectrum's first ten principal components set it apart "
    "from all others: a simpler method, to compare with.",
    source="Liu, Ting & Zhou 2008, ICDM, 413, on weighted principal components",
    baseline=True,
    scale=Scale.LINEAR,
    of_population=pca_isolation_forest,
)
