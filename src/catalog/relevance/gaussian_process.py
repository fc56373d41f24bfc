"""Gaussian-process regression of ratings on points, small and without chance.

Rasmussen & Williams (2006), *Gaussian Processes for Machine Learning*, algorithm 2.1, with a
squared-exponential kernel and a fixed prior mean. `gaussian_process.js` is its twin.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.spatial.distance import cdist

from catalog.spectra import Float

PRIOR_MEAN = 2.5
"""The middle of the scale: what is expected of an object that is like none of those rated. The mean
of the ratings would call everything liked as soon as all ratings are high."""
LENGTHS = (1.0, 0.5, 2.0, 0.25, 4.0)
"""Length scales to choose from, in units of √D: the distance of two unlike points grows so."""
AMPLITUDES = (2.0, 1.0)
"""Standard deviations of the rating over unlike points, to choose from, in units of ratings."""
NOISES = (0.5, 0.25, 1.0)
"""Standard deviations of one rating about what the point deserves, to choose from."""
MARGIN = 1e-9
"""A choice must be this much more likely than an earlier one: rounding decides nothing."""
FITTED = 250
"""Labels from which the kernel is chosen; of more, every so many-th is taken."""
BLOCK = 2_000
"""Points predicted at a time, so that memory stays flat."""


@dataclass(frozen=True)
class Kernel:
    """amplitude² exp(-d² / 2 length²), and noise² added for each rating."""

    length: float
    amplitude: float
    noise: float

    def between(self, a: Float, b: Float) -> Float:
        """Covariance of points (n, D) and (m, D): (n, m), without the noise."""
        squared = cdist(a, b, "sqeuclidean")
        found: Float = self.amplitude**2 * np.exp(-0.5 * squared / self.length**2)
        return found

    def among(self, points: Float) -> Float:
        """Covariance of the ratings at points (n, D): (n, n), noise included."""
        return self.between(points, points) + self.noise**2 * np.eye(len(points))


def log_likelihood(kernel: Kernel, points: Float, ratings: Float) -> float:
    """Log marginal likelihood of ratings (n,) at points (n, D); equation 2.30 of the book."""
    factor = cho_factor(kernel.among(points), lower=True)
    departure = ratings - PRIOR_MEAN
    fit = float(departure @ cho_solve(factor, departure))
    volume = float(np.log(np.diag(factor[0])).sum())
    return -0.5 * fit - volume - 0.5 * len(ratings) * math.log(2 * math.pi)


def choose(points: Float, ratings: Float) -> Kernel:
    """Choose the kernel of the grid under which the ratings are likeliest; the first among equals.

    Where the labels do not tell, as one alone does not tell a length, the earlier value holds.
    """
    n = len(ratings)
    if n > FITTED:
        taken = np.arange(FITTED) * n // FITTED
        points, ratings = points[taken], ratings[taken]
    unit = math.sqrt(points.shape[1])
    best, likelihood = None, -math.inf
    for length, amplitude, noise in itertools.product(LENGTHS, AMPLITUDES, NOISES):
        kernel = Kernel(unit * length, amplitude, noise)
        found = log_likelihood(kernel, points, ratings)
        if best is None or found > likelihood + MARGIN:
            best, likelihood = kernel, found
    assert best is not None  # noqa: S101 - the grid is not empty
    return best


def predict(kernel: Kernel, points: Float, ratings: Float, wanted: Float) -> tuple[Float, Float]:
    """Predict what other points deserve.

    Parameters
    ----------
    kernel : Kernel
        From `choose`.
    points, ratings : ndarray of shape (n, D) and (n,)
        What was rated; a point may come more than once.
    wanted : ndarray of shape (N, D)
        Points to predict.

    Returns
    -------
    mean, deviation : ndarray of shape (N,)
        In units of ratings. The mean may leave the scale. The deviation is that of what the point
        deserves, without the noise of one more rating.
    """
    factor, _ = cho_factor(kernel.among(points), lower=True)
    weights = cho_solve((factor, True), ratings - PRIOR_MEAN)
    mean, deviation = np.empty(len(wanted)), np.empty(len(wanted))
    for at in range(0, len(wanted), BLOCK):
        block = slice(at, at + BLOCK)
        towards = kernel.between(points, wanted[block])
        mean[block] = PRIOR_MEAN + weights @ towards
        known = solve_triangular(factor, towards, lower=True, overwrite_b=True)
        left = kernel.amplitude**2 - np.einsum("ij,ij->j", known, known)
        deviation[block] = np.sqrt(np.maximum(left, 0.0))
    return mean, deviation
