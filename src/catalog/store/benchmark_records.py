"""What a benchmark found, row by row, as types; `schema.sql` says what the tables mean."""

from dataclasses import dataclass

COMBINED = "combined"
"""What the benchmark's tables call the combined p; every other score has its own name."""
ALL = "all"
"""The mean over kinds, every signal-to-noise ratio, or all deciles."""


@dataclass(frozen=True)
class Run:
    """How the benchmark was made; `prevalence` is the share of planted spectra in each round."""

    n_rounds: int
    prevalence: float
    n_clean: int
    n_planted: int
    simulated: bool
    seed: int


@dataclass(frozen=True)
class Measured:
    """A number with its 95 % interval, which is None where it is not known."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class ScoreMeasure(Measured):
    """How well one score does by one metric, on one kind and S/N group of planted spectra."""

    n: int
    score: str
    kind: str
    snr_group: str
    metric: str


@dataclass(frozen=True)
class Difference(Measured):
    """Mean over kinds of the AUPRC of score a less that of score b, paired."""

    score_a: str
    score_b: str


@dataclass(frozen=True)
class CalibrationResult(Measured):
    """One quantity of the p-values of clean spectra, over all of them or a decile of S/N."""

    n: int
    score: str
    quantity: str
    stratum: str
    snr_low: float | None
    snr_high: float | None


@dataclass(frozen=True)
class ClassMeasure(Measured):
    """How well one score finds a class that was held out of the training."""

    n: int
    spec_class: str
    score: str
    metric: str


@dataclass(frozen=True)
class PlantedKind:
    """A kind of anomaly that was planted, and what its strength means."""

    kind: str
    meaning: str


@dataclass(frozen=True)
class ReasonCount:
    """How many planted spectra of a kind were given a category first; kind "" is clean spectra."""

    kind: str
    category: str
    n: int


@dataclass(frozen=True)
class LabelMeasure(Measured):
    """How well one category is given, or all of them on average, by one metric."""

    n: int
    category: str
    metric: str


@dataclass(frozen=True)
class StageCost:
    """Time and memory that one stage of the release took."""

    stage: str
    seconds: float
    peak_memory_mib: float
    tasks: int


@dataclass(frozen=True)
class Results:
    """All that one benchmark found."""

    run: Run
    scores: tuple[ScoreMeasure, ...]
    differences: tuple[Difference, ...]
    calibration: tuple[CalibrationResult, ...]
    classes: tuple[ClassMeasure, ...]
    kinds: tuple[PlantedKind, ...]
    reasons: tuple[ReasonCount, ...]
    labels: tuple[LabelMeasure, ...]
