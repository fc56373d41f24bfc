"""How common kinds of object are: fractions with intervals, and what is missed counted in."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

CONFIDENCE = 0.95
DRAWS = 20_000


@dataclass(frozen=True)
class Trial:
    """A share that was measured: `found` of `n`, not necessarily whole numbers."""

    found: float
    n: float

    @property
    def share(self) -> float:
        """Give the measured share."""
        return self.found / self.n


def interval(count: int, n: int) -> tuple[float, float]:
    """Wilson's (1927) interval of 95 % for a share of which `count` of `n` were found.

    Its coverage, averaged over true shares, is 95 %; that of the usual p ± 1.96 s falls far short
    of it for the rare kinds that this is about (Brown, Cai & DasGupta 2001).
    """
    ends = stats.binomtest(count, n).proportion_ci(CONFIDENCE, method="wilson")
    return float(ends.low), float(ends.high)


def corrected(
    count: int, n: int, stages: Mapping[str, Trial], precision: Trial | None, seed: int
) -> tuple[float, float, float]:
    """Correct a fraction for what was missed and what was wrong: value, low, high.

    The fraction times `precision`, divided by the recall of each of `stages`: of being listed, and
    of being named. The interval of 95 % is by draws of each share from its posterior with Jeffreys'
    prior, so it widens as any of them is known worse. Holds as far as planted objects are like the
    real ones of their kind: it knows nothing of those that nobody planted.
    """
    rng = np.random.default_rng(seed)

    def draws(trial: Trial) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return rng.beta(trial.found + 0.5, trial.n - trial.found + 0.5, DRAWS)

    value, drawn = count / n, draws(Trial(count, n))
    for recall in stages.values():
        value, drawn = value / recall.share, drawn / draws(recall)
    if precision is not None:
        value, drawn = value * precision.share, drawn * draws(precision)
    edge = (1 - CONFIDENCE) / 2
    low, high = np.quantile(np.minimum(drawn, 1.0), [edge, 1 - edge])
    return min(value, 1.0), float(low), float(high)
