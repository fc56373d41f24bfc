"""What the benchmark left in the catalogue."""

from catalog.store.benchmark_records import (
    CalibrationResult,
    ClassMeasure,
    Difference,
    LabelMeasure,
    PlantedKind,
    ReasonCount,
    Results,
    Run,
    ScoreMeasure,
    StageCost,
)
from catalog.store.queries import Queries


class BenchmarkQueries(Queries):
    """How well anomalies are found, and what each stage costs."""

    def benchmark(self) -> Results | None:
        """All that the benchmark found; None where none was run."""
        runs = self._rows(Run, "FROM benchmark")
        if not runs:
            return None
        return Results(
            run=runs[0],
            scores=self._rows(
                ScoreMeasure, "FROM benchmark_scores ORDER BY score, kind, snr_group, metric"
            ),
            differences=self._rows(
                Difference, "FROM benchmark_differences ORDER BY score_a, score_b"
            ),
            calibration=self._rows(
                CalibrationResult,
                "FROM benchmark_calibration "
                "ORDER BY score, quantity, try_cast(stratum AS INTEGER) NULLS FIRST",
            ),
            classes=self._rows(
                ClassMeasure, "FROM benchmark_classes ORDER BY spec_class, score, metric"
            ),
            kinds=self._rows(PlantedKind, "FROM benchmark_kinds ORDER BY kind"),
            reasons=self._rows(ReasonCount, "FROM benchmark_reasons ORDER BY kind, category"),
            labels=self._rows(LabelMeasure, "FROM benchmark_labels ORDER BY category, metric"),
        )

    def stage_costs(self) -> tuple[StageCost, ...]:
        """Time and memory of each stage, in the order in which they ran."""
        return self._rows(StageCost, "FROM stage_costs ORDER BY position")
