"""How well a score finds planted anomalies, each measure as one number per resample.

All at a nominal prevalence π, whatever the number of planted spectra: negatives have weight 1 and
positives weight w = π / (1 - π) · M / P, for M negatives and P positives, so that positives are
exactly the share π of the list. In terms of the shares of positives (recall, R) and of negatives
(false-positive rate, F) at or above a threshold,

    precision = w P R / (w P R + M F) = π R / (π R + (1 - π) F).

Ties are broken by averaging: spectra of one score count in proportion, as if they came in random
order. For average precision, a threshold takes all spectra of one score or none, which is the usual
definition.
"""

import numpy as np

from catalog.benchmark.curves import Curve
from catalog.spectra import Float


def average_precision(curve: Curve, prevalence: float) -> Float:
    """Area under the precision-recall curve, (B,): Σ (R_j - R_{j-1}) precision_j over thresholds.

    1 where all planted spectra come first; π for scores that say nothing.

    Notes
    -----
    The definition is that of `sklearn.metrics.average_precision_score` with w as sample weights.
    """
    found = prevalence * np.cumsum(curve.gain, axis=0)
    wrong = (1 - prevalence) * curve.reached
    # Where a resample has none of the spectra at the top, the threshold is empty and adds nothing.
    listed = np.where(found + wrong > 0, found + wrong, 1.0)
    area: Float = (curve.gain * found / listed).sum(axis=0)
    return area


def precision_at(curve: Curve, share: float, prevalence: float) -> Float:
    """Give the expected share of planted spectra in the top of the list, (B,).

    Parameters
    ----------
    share : float
        The top's length as a share of the list, in (0, 1]: 0.01 for precision at 1 %, 100/N for
        precision at 100 in a list of N. No score can exceed π / share.
    """
    found = prevalence * np.cumsum(curve.gain, axis=0)
    start = found - prevalence * curve.gain + (1 - prevalence) * curve.above
    end = found + (1 - prevalence) * curve.reached
    inside = _covered(start, end, share)
    precision: Float = (prevalence * curve.gain * inside).sum(axis=0) / share
    return precision


def recall_at(curve: Curve, false_positive_rate: float) -> Float:
    """Share of the planted found before the given share of the negatives is let in, (B,)."""
    inside = _covered(curve.above, curve.reached, false_positive_rate)
    recall: Float = (curve.gain * inside).sum(axis=0)
    return recall


def median_percentile(curve: Curve) -> Float:
    """Median over the planted of the per cent of negatives that score lower, (B,).

    Ties count half. 100 where the typical planted spectrum outscores every negative; 50 for scores
    that say nothing.
    """
    percentile = 100 * (1 - (curve.above + curve.reached) / 2)
    found = np.cumsum(curve.gain, axis=0)
    # The middle one, or both middle ones of an even number; sums of shares carry rounding errors.
    upper = np.argmax(found >= 0.5 - 1e-9, axis=0)
    lower = np.argmax(found > 0.5 + 1e-9, axis=0)
    column = np.arange(found.shape[1])
    middle = (percentile[upper, column] + percentile[lower, column]) / 2
    return np.where(np.isnan(found[-1]), np.nan, middle)


def _covered(start: Float, end: Float, limit: float) -> Float:
    """Fraction of each interval [start, end] below the limit; 1 or 0 where it has no length."""
    length = end - start
    part = (limit - start) / np.where(length > 0, length, 1.0)
    return np.where(length > 0, np.clip(part, 0, 1), start <= limit)
