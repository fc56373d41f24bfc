"""What each threshold of a score finds of the planted spectra, and what it wrongly lets in.

Only thresholds at planted scores matter. For each of them the weights of the negatives at and above
it are summed, for all B resamples at once: one sparse product of (thresholds x negatives) with the
weights (negatives x B). Negatives need no sorting in this, and every group of planted spectra
shares the result.

Axes: P planted spectra, U distinct scores among them, M negatives, G distinct scores in one group
of planted spectra, B resamples (columns of weights; 1 where there is but the data).
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from catalog.spectra import Array, Float


@dataclass(frozen=True)
class FalseAlarms:
    """Negatives that each planted spectrum's own score lets in.

    Attributes
    ----------
    level
        (P,) row of `above` and `reached` for each planted spectrum; 0 is the highest score.
    above, reached
        (U, B) share of the negatives that score higher, and as high or higher. They differ where
        negatives tie with the planted score.
    """

    level: Array
    above: Float
    reached: Float


@dataclass(frozen=True)
class Curve:
    """Operating characteristic for one group of planted spectra, by descending threshold.

    Attributes
    ----------
    gain
        (G, B) share of the group's planted spectra that have this very score; sums to 1 over G,
        NaN where a resample has none of the group.
    above, reached
        (G, B) share of the negatives that score higher, and as high or higher.
    """

    gain: Float
    above: Float
    reached: Float


def false_alarms(planted: Float, negative: Float, weight: Float) -> FalseAlarms:
    """Sum the negatives above each planted score.

    Parameters
    ----------
    planted, negative : ndarray of shape (P,) and (M,)
        Scores, higher is more unusual. NaN counts as lower than any number: not found.
    weight : ndarray of shape (M, B)
        How often each resample has each negative.
    """
    fall_planted, fall_negative = -_ordered(planted), -_ordered(negative)
    levels, level = np.unique(fall_planted, return_inverse=True)
    # Segment 2j + 1 ties with threshold j; segments 2j and 2j + 2 lie above and below it.
    segment = np.searchsorted(levels, fall_negative, side="left")
    segment += np.searchsorted(levels, fall_negative, side="right")
    count = np.bincount(segment, minlength=2 * levels.size + 1)
    members = np.argsort(segment, kind="stable")
    matrix = sparse.csr_array(
        (np.ones(members.size, weight.dtype), members, np.concatenate([[0], np.cumsum(count)])),
        shape=(count.size, negative.size),
    )
    total = np.cumsum(matrix @ weight, axis=0, dtype=np.float64)
    share = total / total[-1]
    return FalseAlarms(level, share[:-1:2], share[1::2])


def curve(alarms: FalseAlarms, members: Array, weight: Float) -> Curve:
    """Trace the curve of one group of planted spectra.

    Parameters
    ----------
    alarms : FalseAlarms
        Of all P planted spectra.
    members : ndarray of int
        Which of the P are in the group; at least one.
    weight : ndarray of shape (P, B)
        How often each resample has each planted spectrum.
    """
    order = members[np.argsort(alarms.level[members], kind="stable")]
    levels, starts = np.unique(alarms.level[order], return_index=True)
    gain = np.add.reduceat(weight[order], starts, axis=0, dtype=np.float64)
    total = gain.sum(axis=0)
    gain /= np.where(total > 0, total, np.nan)
    return Curve(gain, alarms.above[levels], alarms.reached[levels])


def trace(score: Float, positive: Array, negative: Array) -> Curve:
    """Trace the curve of scores (N,) for boolean masks (N,); rows in neither mask are ignored.

    B is 1. Scores are higher for the more unusual; NaN counts as lower than any number. Each mask
    needs at least one row.
    """
    planted, others = score[positive], score[negative]
    alarms = false_alarms(planted, others, np.ones((others.size, 1)))
    return curve(alarms, np.arange(planted.size), np.ones((planted.size, 1)))


def _ordered(score: Float) -> Float:
    values = np.asarray(score, dtype=np.float64)
    return np.where(np.isnan(values), -np.inf, values)
