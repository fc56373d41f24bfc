"""Whether p-values keep their promise: uniform on clean spectra, at every signal-to-noise ratio.

Every result is a row `score, quantity, stratum, snr_low, snr_high, value, low, high, n`, with the
95 % interval of the value; tables of several scores stack by `tables.concatenate`.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from catalog.errors import ReleaseError
from catalog.spectra import Array, Float
from catalog.tables import Table

ALPHA = 0.01
"""The significance level at which clean spectra are counted."""
FALSE_DISCOVERY_RATE = 0.1
"""The nominal rate that the Benjamini-Hochberg procedure is asked to keep."""
CONFIDENCE = 0.95
DECILES = 10
FLAGGED = "flagged_fraction"
RANK_CORRELATION = "abs_spearman_with_snr"
DISTANCE = "distance_from_uniform"
FALSE_DISCOVERIES = "false_discovery_rate"


@dataclass(frozen=True)
class _Result:
    quantity: str
    value: float
    bounds: tuple[float, float]
    n: int
    stratum: str = "all"
    snr: tuple[float, float] = (np.nan, np.nan)


def uniformity(score: str, p: Float, snr: Float) -> Table:
    """Hold p-values of clean spectra, which no model or calibration has seen, to uniformity.

    Parameters
    ----------
    score : str
        Whose p-values.
    p, snr : ndarray of shape (N,)
        p in [0, 1], and median S/N; spectra with NaN in either are left out.

    Returns
    -------
    Table
        `flagged_fraction`: share with p ≤ `ALPHA`, for stratum `all` and for the deciles `1` to
        `10` of S/N, with exact binomial intervals. `abs_spearman_with_snr`: |ρ(p, S/N)|.
        `distance_from_uniform`: sup|F(p) - p|. `n` is the number of spectra.

    Raises
    ------
    ReleaseError
        If a p-value is not a probability, or there are too few to fill the deciles.

    Notes
    -----
    Clopper & Pearson 1934, Biometrika 26, 404, for fractions; Bonett & Wright 2000, Psychometrika
    65, 23, for the rank correlation; Massart 1990, Annals of Probability 18, 1269, for the
    distance.
    """
    known = ~(np.isnan(p) | np.isnan(snr))
    p, snr = np.asarray(p, np.float64)[known], np.asarray(snr, np.float64)[known]
    _check(score, p, DECILES)
    flagged = p <= ALPHA
    results = [_fraction(FLAGGED, int(flagged.sum()), p.size)]
    edges = np.quantile(snr, np.linspace(0, 1, DECILES + 1))
    decile = np.searchsorted(edges[1:-1], snr, side="right")
    for d in np.unique(decile):
        inside = decile == d
        span = float(snr[inside].min()), float(snr[inside].max())
        count, size = int(flagged[inside].sum()), int(inside.sum())
        results.append(_fraction(FLAGGED, count, size, str(d + 1), span))
    return _table(score, [*results, _rank_correlation(p, snr), _distance(p)])


def false_discoveries(score: str, p: Float, anomalous: Array) -> Table:
    """Share of clean spectra among those that Benjamini-Hochberg discovers.

    Parameters
    ----------
    score : str
        Whose p-values.
    p : ndarray of shape (N,)
        In [0, 1], of one whole list: clean and planted. NaN are left out.
    anomalous : ndarray of shape (N,), bool
        Which of them are truly anomalous.

    Returns
    -------
    Table
        One row: `value` is the share of false discoveries at the nominal rate
        `FALSE_DISCOVERY_RATE`, 0 where nothing is discovered; `n` is the number of discoveries.

    Raises
    ------
    ReleaseError
        If a p-value is not a probability, or there is none.

    Notes
    -----
    Benjamini & Hochberg 1995, Journal of the Royal Statistical Society B 57, 289.
    """
    known = ~np.isnan(p)
    p, anomalous = np.asarray(p, np.float64)[known], anomalous[known]
    _check(score, p, 1)
    discovered = stats.false_discovery_control(p, method="bh") <= FALSE_DISCOVERY_RATE
    wrong = int((discovered & ~anomalous).sum())
    return _table(score, [_fraction(FALSE_DISCOVERIES, wrong, int(discovered.sum()))])


def _fraction(
    quantity: str,
    count: int,
    size: int,
    stratum: str = "all",
    snr: tuple[float, float] = (np.nan, np.nan),
) -> _Result:
    """Share of `count` in `size`, with the exact binomial interval."""
    tail = (1 - CONFIDENCE) / 2
    low = float(stats.beta.ppf(tail, count, size - count + 1)) if count else 0.0
    high = float(stats.beta.ppf(1 - tail, count + 1, size - count)) if count < size else 1.0
    return _Result(quantity, count / size if size else 0.0, (low, high), size, stratum, snr)


def _rank_correlation(p: Float, snr: Float) -> _Result:
    """|ρ| and its interval, which begins at 0 where ρ may have either sign."""
    if np.ptp(p) == 0 or np.ptp(snr) == 0:
        return _Result(RANK_CORRELATION, 0.0, (0.0, 1.0), p.size)
    rho = float(stats.spearmanr(p, snr).statistic)
    error = np.sqrt((1 + rho**2 / 2) / (p.size - 3))
    # A perfect correlation has no finite Fisher transform.
    centre = np.arctanh(np.clip(rho, -1 + 1e-12, 1 - 1e-12))
    ends = np.tanh(centre + error * stats.norm.ppf((1 + CONFIDENCE) / 2) * np.array([-1, 1]))
    low = 0.0 if ends[0] < 0 < ends[1] else float(np.abs(ends).min())
    return _Result(RANK_CORRELATION, abs(rho), (low, float(np.abs(ends).max())), p.size)


def _distance(p: Float) -> _Result:
    """Kolmogorov's distance, with the Dvoretzky-Kiefer-Wolfowitz-Massart bound."""
    distance = float(stats.kstest(p, "uniform", method="asymp").statistic)
    error = float(np.sqrt(np.log(2 / (1 - CONFIDENCE)) / (2 * p.size)))
    return _Result(DISTANCE, distance, (max(0.0, distance - error), distance + error), p.size)


def _check(score: str, p: Float, least: int) -> None:
    if p.size < least or (p < 0).any() or (p > 1).any():
        raise ReleaseError(
            "a calibration cannot be checked",
            where=f"p-values of {score!r}",
            wanted=f"at least {least} numbers from 0 to 1",
            found=f"{p.size} from {p.min():g} to {p.max():g}" if p.size else "none",
            todo="see that these are p-values, and that the held-out spectra were scored",
        )


def _table(score: str, results: list[_Result]) -> Table:
    return {
        "score": np.full(len(results), score, dtype=object),
        "quantity": np.array([r.quantity for r in results], dtype=object),
        "stratum": np.array([r.stratum for r in results], dtype=object),
        "snr_low": np.array([r.snr[0] for r in results]),
        "snr_high": np.array([r.snr[1] for r in results]),
        "value": np.array([r.value for r in results]),
        "low": np.array([r.bounds[0] for r in results]),
        "high": np.array([r.bounds[1] for r in results]),
        "n": np.array([r.n for r in results], dtype=np.int64),
    }
