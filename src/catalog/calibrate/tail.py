"""The upper tail of standardised scores."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from catalog.spectra import Float

MOST_SHAPE = 0.5
"""Largest shape: beyond it a tail has no variance."""
LEAST = 400
"""Spectra that a fit needs."""


@dataclass(frozen=True)
class Tail:
    """A generalised Pareto distribution of what exceeds `begin`, which a share of spectra does.

    P(u) = share · (1 + shape·(u - begin)/scale)^(-1/shape): Pickands 1975, Annals of Statistics 3.
    """

    begin: float
    share: float
    scale: float
    shape: float

    def log_probability(self, value: Float) -> Float:
        """Log of the probability (N,) that an ordinary spectrum exceeds a value ≥ `begin`."""
        excess = np.maximum(value - self.begin, 0.0)
        result: Float = np.log(self.share) + _log_survival(excess, self.scale, self.shape)
        return result


def _log_survival(excess: Float, scale: float, shape: float) -> Float:
    if shape < 1e-6:
        return -excess / scale
    result: Float = -np.log1p(shape * excess / scale) / shape
    return result


def fit(value: Float, low: float, high: float) -> Tail:
    """Fit the tail between two quantiles by maximum likelihood, truncated at the upper one.

    Parameters
    ----------
    value : ndarray of shape (N,)
        Standardised scores; N ≥ `LEAST`.
    low, high : float
        The quantiles; 1 for no truncation.
    """
    begin, end = np.quantile(value, [low, high])
    inside = value[(value > begin) & (value <= end)] - begin
    length = float(end - begin) if high < 1 else np.inf
    if length <= 0 or inside.size < 2:  # many equal scores: nothing to extrapolate by
        return Tail(float(begin), 1 - low, max(float(np.std(value)), 1e-9), MOST_SHAPE)

    def surprise(parameters: Float) -> float:
        scale, shape = _natural(parameters)
        within = -np.expm1(_log_survival(np.array(length), scale, shape))
        density = -np.log(scale) + (1 + shape) * _log_survival(inside, scale, shape)
        return float(inside.size * np.log(max(float(within), 1e-300)) - density.sum())

    start = [np.log(inside.mean()), -1.0]
    scale, shape = _natural(minimize(surprise, start, method="Nelder-Mead").x)
    within = -float(np.expm1(_log_survival(np.array(length), scale, shape)))
    share = min(1 - low, inside.size / value.size / within)
    return Tail(float(begin), share, scale, shape)


def _natural(parameters: Float) -> tuple[float, float]:
    """Scale > 0 and shape between 0 and the largest, from unbounded parameters."""
    return float(np.exp(parameters[0])), float(MOST_SHAPE / (1 + np.exp(-parameters[1])))
