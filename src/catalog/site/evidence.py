"""What a benchmark found, as the site's pages ask for it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from catalog.store.benchmark_records import (
    ALL,
    COMBINED,
    CalibrationResult,
    Difference,
    Results,
    ScoreMeasure,
)
from catalog.store.records import Score

AUPRC = "auprc"
"""The measure by which scores are compared."""
COMBINED_TITLE = "combined p"
ROLE_ORDER = (COMBINED, "ranking", "paper", "further", "baseline")


@dataclass(frozen=True)
class Win:
    """A kind of anomaly that another score finds better than the combined p does."""

    kind: str
    combined: ScoreMeasure
    other: ScoreMeasure

    @property
    def certain(self) -> bool:
        """True where the two intervals do not touch."""
        if self.other.low is None or self.combined.high is None:
            return False
        return self.other.low > self.combined.high


class Evidence:
    """The benchmark's tables, with the scores' titles and roles beside them."""

    def __init__(self, results: Results, scores: Sequence[Score]) -> None:
        self.results = results
        self._known = {score.name: score for score in scores}
        self._measures = {
            (each.score, each.metric, each.kind, each.snr_group): each for each in results.scores
        }

    def measure(
        self, score: str, metric: str, kind: str = ALL, snr_group: str = ALL
    ) -> ScoreMeasure | None:
        """Look up one number; None where it was not measured."""
        return self._measures.get((score, metric, kind, snr_group))

    def role(self, score: str) -> str:
        """Give the part a score plays; a score that the release does not publish is a baseline."""
        if score == COMBINED:
            return COMBINED
        return self._known[score].role if score in self._known else "baseline"

    def title(self, score: str) -> str:
        """Give a score's title; its name in words where the release does not publish it."""
        if score == COMBINED:
            return COMBINED_TITLE
        return self._known[score].title if score in self._known else score.replace("_", " ")

    @cached_property
    def scores(self) -> tuple[str, ...]:
        """Every score that was measured: the combined p, then by role and position."""
        found = {each.score for each in self.results.scores}

        def order(name: str) -> tuple[int, int, str]:
            position = self._known[name].position if name in self._known else len(self._known)
            return ROLE_ORDER.index(self.role(name)), position, name

        return tuple(sorted(found, key=order))

    @cached_property
    def by_auprc(self) -> tuple[str, ...]:
        """Every score that was measured, the best first."""
        return tuple(sorted(self.scores, key=lambda name: -self._mean_auprc(name)))

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of planted anomaly, first the one that the combined p finds best."""
        found = {each.kind for each in self.results.scores} - {ALL}

        def worst_last(kind: str) -> tuple[float, str]:
            measure = self.measure(COMBINED, AUPRC, kind)
            return (0.0 if measure is None else -measure.value), kind

        return tuple(sorted(found, key=worst_last))

    @cached_property
    def snr_groups(self) -> tuple[str, ...]:
        """Ranges of signal-to-noise ratio, lowest first."""
        found = {each.snr_group for each in self.results.scores} - {ALL}

        def lowest_first(group: str) -> tuple[float, str]:
            edge = re.search(r"\d+(\.\d+)?", group)
            return (float(edge[0]) if edge else 0.0), group

        return tuple(sorted(found, key=lowest_first))

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """Every measure that was taken, by name."""
        return tuple(sorted({each.metric for each in self.results.scores}))

    @cached_property
    def best_baseline(self) -> str | None:
        """The simpler method that does best over all kinds; None where none was measured."""
        return next((name for name in self.by_auprc if self.role(name) == "baseline"), None)

    @cached_property
    def compared(self) -> tuple[str, ...]:
        """Scores to set side by side: combined, ranking, the best simpler method, the paper's."""
        roles = (COMBINED, "ranking", "paper")
        return tuple(
            name for name in self.scores if self.role(name) in roles or name == self.best_baseline
        )

    def gain(self, other: str) -> Difference | None:
        """By how much the combined p exceeds another score in mean AUPRC; None if not compared."""
        for each in self.results.differences:
            if (each.score_a, each.score_b) == (COMBINED, other):
                return each
            if (each.score_a, each.score_b) == (other, COMBINED):
                low, high = (None if end is None else -end for end in (each.high, each.low))
                return Difference(-each.value, low, high, COMBINED, other)
        return None

    def better(self, *roles: str) -> tuple[Win, ...]:
        """Kinds that a score of these roles finds better than the combined p: the best for each."""
        wins = []
        for kind in self.kinds:
            combined = self.measure(COMBINED, AUPRC, kind)
            others = [
                found
                for name in self.scores
                if self.role(name) in roles and (found := self.measure(name, AUPRC, kind))
            ]
            if combined is None or not others:
                continue
            best = max(others, key=lambda each: each.value)
            if best.value > combined.value:
                wins.append(Win(kind, combined, best))
        return tuple(sorted(wins, key=lambda win: win.combined.value - win.other.value))

    def calibration(self, quantity: str, score: str = COMBINED) -> tuple[CalibrationResult, ...]:
        """One quantity of a score's p-values: over all spectra first, then by decile."""
        found = [
            each
            for each in self.results.calibration
            if (each.score, each.quantity) == (score, quantity)
        ]
        return tuple(
            sorted(found, key=lambda each: -1 if each.stratum == ALL else int(each.stratum))
        )

    def _mean_auprc(self, score: str) -> float:
        measure = self.measure(score, AUPRC)
        return -1.0 if measure is None else measure.value
