"""Mutual information of a mixture of Gaussians that is fitted to a pair, with bootstrap error.

After Piras et al. (2023), arXiv:2211.00024. As there, a mixture is fitted, its own mutual
information is taken, and the fit is repeated on resamples for the error. Otherwise than there, the
number of components is chosen by the Bayesian information criterion rather than by
cross-validation, the pair is one of normal scores, and the integral is over quasi-random points of
each component rather than over random draws, so that a pair takes a sixth of a second. On their
example, 200 pairs of correlation 0.6, it gives 0.22 ± 0.04 nat; they have 0.21 ± 0.04, and 0.223 is
the truth.
"""

from functools import lru_cache

import numpy as np
from scipy.special import logsumexp, ndtri
from scipy.stats import qmc
from sklearn.mixture import GaussianMixture

from catalog.latent.information._scores import normal_scores, null_size
from catalog.latent.information.measured import Measured
from catalog.spectra import Array, Float

COMPONENTS = (1, 2, 3, 4, 6, 8)
SAMPLE = 2_000
"""Spectra that a mixture is fitted to, at most."""
RESAMPLES = 15
LOG2_POINTS = 10
"""Points per component of the integral, as a power of two."""


def information(x: Float, y: Float, *, seed: int = 0) -> tuple[float, float]:
    """Estimate the mutual information of x (n,) and y (n,), and its standard error, nat.

    At most `SAMPLE` pairs are used; `seed` chooses them, the order of equal values and the
    resamples.
    """
    found = measure(x[:, None], y, permutations=0, seed=seed)
    return float(found.value[0]), float(found.error[0])


def measure(latent: Float, label: Float, *, permutations: int, seed: int) -> Measured:
    """Measure all dimensions (n, D) against one label (n,) of numbers.

    Of normal scores, what chance gives depends only on n: one set of shuffled copies is the null of
    every dimension.
    """
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.permutation(len(label))[:SAMPLE])
    other = normal_scores(label[rows], seed + 1)
    pairs = [np.column_stack([normal_scores(x, seed), other]) for x in latent[rows].T]
    resamples = rng.integers(0, rows.size, (RESAMPLES, rows.size))
    found = np.array([_with_error(pair, resamples) for pair in pairs]).reshape(-1, 2)
    null = np.tile(_null(null_size(rows.size), permutations, seed), (len(pairs), 1))
    return Measured(found[:, 0], found[:, 1], null, rows.size)


def _with_error(pair: Float, resamples: Array) -> tuple[float, float]:
    fitted = _fit(pair)
    values = [_information(_refit(fitted, pair[rows])) for rows in resamples]
    return _information(fitted), float(np.std(values, ddof=1))


def _fit(pair: Float) -> GaussianMixture:
    """Fit mixtures of more and more components until the criterion has been worse twice."""
    best, least, n_worse = None, np.inf, 0
    for n_components in COMPONENTS:
        mixture = GaussianMixture(n_components, init_params="k-means++", random_state=0).fit(pair)
        criterion = mixture.bic(pair)
        if criterion < least:
            best, least, n_worse = mixture, criterion, 0
        else:
            n_worse += 1
        if n_worse == 2:  # three may do what two cannot
            break
    return best


def _refit(fitted: GaussianMixture, pair: Float) -> GaussianMixture:
    """Fit again from where the first fit ended: it takes a few steps."""
    return GaussianMixture(
        fitted.n_components,
        weights_init=fitted.weights_,
        means_init=fitted.means_,
        precisions_init=fitted.precisions_,
    ).fit(pair)


def _information(mixture: GaussianMixture) -> float:
    """Mean over the mixture of log p(x, y) − log p(x) − log p(y)."""
    weights, means, covariances = mixture.weights_, mixture.means_, mixture.covariances_
    factors = np.linalg.cholesky(covariances)
    points = means[:, None, :] + np.einsum("kij,mj->kmi", factors, _points())  # (K, M, 2)
    apart = points[:, :, None, :] - means  # (K, M, K, 2)
    whitened = np.einsum("kij,abkj->abki", np.linalg.inv(factors), apart)
    joint = _log_density(whitened.transpose(3, 0, 1, 2), np.linalg.det(factors), weights)
    for axis in range(2):
        deviations = np.sqrt(covariances[:, axis, axis])
        joint = joint - _log_density((apart[..., axis] / deviations)[None], deviations, weights)
    return float(weights @ joint.mean(axis=1))


def _log_density(standardised: Float, spread: Float, weights: Float) -> Float:
    """Log density (K, M) of a mixture, from standardised distances (axes, K, M, K) to its parts."""
    squares = (standardised**2).sum(axis=0) + len(standardised) * np.log(2 * np.pi)
    density: Float = logsumexp(np.log(weights / spread) - 0.5 * squares, axis=-1)
    return density


@lru_cache(maxsize=1)
def _points() -> Float:
    """Give normal points (M, 2) that fill the plane evenly."""
    uniform = qmc.Sobol(2, scramble=False).random_base2(LOG2_POINTS)
    points: Float = ndtri(uniform + 0.5 / len(uniform))
    return points


@lru_cache(maxsize=64)
def _null(n: int, permutations: int, seed: int) -> Float:
    rng = np.random.default_rng(seed)
    scores = normal_scores(np.arange(n, dtype=np.float64), seed)
    pairs = (np.column_stack([scores, rng.permutation(scores)]) for _ in range(permutations))
    null = np.array([_information(_fit(pair)) for pair in pairs])
    null.flags.writeable = False
    return null
