"""How improbable a spectrum's place in the latent space is."""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from catalog.scores import Population, Scale, Score
from catalog.spectra import Float

N_GAUSSIANS = 16
LEAST_PER_GAUSSIAN = 50
"""A small sample gets fewer Gaussians, so that none is spent on a handful of spectra."""
MOST_FITTED = 20_000
"""More spectra than this change no Gaussian; a random choice of them is fitted."""


def latent_density(population: Population) -> Float:
    """Minus the log density of the wanted spectra's latent means, (W,), in nats.

    The density is a mixture of 16 Gaussians of full covariance, fitted to the spectra that the
    model was trained on; each latent dimension in units of its deviation among them. NaN where
    that is a single one.
    """
    trained = population.latent[population.trained].astype(np.float64)
    if len(trained) < 2:  # a single spectrum has no density
        return np.full(int(population.wanted.sum()), np.nan)
    rng = np.random.default_rng(population.seed)
    if len(trained) > MOST_FITTED:
        trained = trained[np.sort(rng.choice(len(trained), MOST_FITTED, replace=False))]
    # A dimension that the model does not use has no deviation, and no say.
    unit = np.maximum(trained.std(axis=0), 1e-12)
    mixture = GaussianMixture(
        min(N_GAUSSIANS, max(1, len(trained) // LEAST_PER_GAUSSIAN)),
        reg_covar=1e-4,
        random_state=population.seed,
    )
    with warnings.catch_warnings():
        # Where the last Gaussians still move, the density in the tail no longer changes.
        warnings.simplefilter("ignore", ConvergenceWarning)
        mixture.fit(trained / unit)
    score: Float = -mixture.score_samples(population.latent[population.wanted] / unit)
    return score


SCORE = Score(
    name="latent_density",
    title="Latent density",
    description="How improbable a spectrum's place in the latent space is, as minus the logarithm "
    "of a smooth density fitted to all spectra.",
    source="mixture of 16 Gaussians fitted to the latent means",
    scale=Scale.LINEAR,
    of_population=latent_density,
)
