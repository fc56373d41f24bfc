"""One score's calibrated probabilities: counted where there are spectra to count, else fitted."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from catalog.calibrate import tail
from catalog.calibrate.standardise import standardise
from catalog.spectra import Array, Float, Text

COUNTED = 10
"""A probability is counted, not extrapolated, where at least so many spectra score as high."""
COUNTED_FROM = 0.95
"""Quantile above which the tail is fitted that extrapolates counted probabilities."""
BODY = (0.85, 0.97)
"""Quantiles between which the tail of the body is fitted. Beyond, some per cent may be the very
objects that are looked for: fitted to them, the tail would call them ordinary."""
SMALLEST = 1e-300
"""Least score of which a logarithm is taken."""


@dataclass(frozen=True)
class Calibrated:
    """What a score says of N spectra, by comparison with ordinary ones; NaN where the score is.

    Attributes
    ----------
    log_p
        Natural logarithm of the probability that a spectrum of the release scores as high.
    extrapolated
        Whether fewer spectra score as high than can be counted, (N,) bool.
    evidence
        Logarithm of the probability that the body of the release, carried on beyond its 97th
        percentile, would score as high. Never used as a probability: it says how far beyond the
        ordinary a spectrum is, and lets scores be compared of which one finds many and another
        nothing.
    """

    log_p: Float
    extrapolated: Array
    evidence: Float

    @property
    def p(self) -> Float:
        """The probabilities themselves."""
        result: Float = np.exp(self.log_p)
        return result


def calibrate(score: Float, snr: Float, spec_class: Text, *, log: bool) -> Calibrated:
    """Turn one score of N held-out spectra into probabilities.

    Parameters
    ----------
    score : ndarray of shape (N,)
        Higher is more unusual; NaN where it could not be told. No model that made it may have been
        trained on its spectrum.
    snr, spec_class : ndarray of shape (N,)
        What ordinary spectra are compared by.
    log : bool
        Whether the score is taken by its logarithm.
    """
    known = np.isfinite(score)
    if not known.any():
        return Calibrated(np.full(score.size, np.nan), known, np.full(score.size, np.nan))
    value = np.log(np.maximum(score[known], SMALLEST)) if log else score[known].astype(np.float64)
    usual = standardise(value, snr[known], spec_class[known])
    evidence = np.full(score.size, np.nan)
    evidence[known] = _beyond_body(usual)
    return counted(_spread(usual, known), evidence)


def counted(value: Float, evidence: Float) -> Calibrated:
    """Give the share of spectra that reach each value, (N,); fitted where too few do to count.

    Where all are ordinary this is uniform by construction. Strange ones among them make it too
    large, never too small.

    Notes
    -----
    Conformal p-values: Bates et al. 2023, Annals of Statistics 51, 149. The tail: Pickands 1975,
    Annals of Statistics 3, 119.
    """
    known = np.isfinite(value)
    n_known = int(known.sum())
    log_p, extrapolated = np.full(value.size, np.nan), np.zeros(value.size, bool)
    if n_known:
        place = rankdata(-value[known], method="max")
        log_p[known] = np.log(place / n_known)
        if n_known >= tail.LEAST:
            last = np.sort(value[known])[-COUNTED]
            end = tail.fit(value[known], COUNTED_FROM, 1.0)
            beyond = known.copy()
            beyond[known] = value[known] > last
            joined = np.log(COUNTED / n_known) - float(end.log_probability(np.array(last)))
            log_p[beyond] = joined + end.log_probability(value[beyond])
            extrapolated = beyond
    return Calibrated(log_p, extrapolated, evidence)


def _beyond_body(usual: Float) -> Float:
    """Log of the probability (N,) that the body, carried on, reaches each standardised score."""
    place: Float = np.log(rankdata(-usual, method="max") / usual.size)
    if usual.size < tail.LEAST:
        return place
    end = tail.fit(usual, *BODY)
    fitted = np.minimum(end.log_probability(usual), np.log(1 - BODY[0]))
    result: Float = np.where(usual > end.begin, fitted, place)
    return result


def _spread(value: Float, known: Array) -> Float:
    result = np.full(known.size, np.nan)
    result[known] = value
    return result
