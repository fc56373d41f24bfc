"""How well the list works: what was planted on purpose, and how much of it each score finds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from catalog.site import findings, reason_results, words
from catalog.site.atlas import Atlas
from catalog.site.evidence import AUPRC, Evidence
from catalog.site.findings import Loss
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.site.plots import benchmark as plots
from catalog.store.benchmark_records import ALL, COMBINED, Measured, PlantedKind, Run
from catalog.store.records import Outlier

TITLE = "How well does it work"
METRIC_WORDS = {
    AUPRC: "AUPRC",
    "precision_at_100": "precision in the first 100",
    "precision_at_1_percent": "precision in the first 1 %",
    "recall_at_fpr_1e-3": "recall at 0.1 % false alarms",
    "recall_at_fpr_1e-2": "recall at 1 % false alarms",
    "median_percentile": "median percentile of the planted",
}
RECALL = "recall_at_fpr_1e-2"
PERCENTAGES = {"median_percentile"}
RESULTS_FILE = "benchmark_scores.csv"
LONGEST_LABEL = 28
"""Characters of a score's title that a figure has room for; a longer one gives way to its name."""


@dataclass(frozen=True)
class Contrast:
    """One score's preference for bright or faint spectra, before and after calibration."""

    title: str
    role: str
    raw: str
    calibrated: str


@dataclass(frozen=True)
class Line:
    """A row of a table of results: what it is about, and a cell per column."""

    head: str
    second: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table of results; `metrics` are the heads of the cells' columns."""

    metrics: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Cost:
    """What one stage took."""

    stage: str
    tasks: int
    time: str
    memory: str


@dataclass(frozen=True)
class Role:
    """An entry of the figures' legend."""

    sample: Markup
    meaning: str


@dataclass(frozen=True)
class Findings:
    """All that stands on the page only where a benchmark was run."""

    run: Run
    summary: tuple[str, ...]
    losses: tuple[Loss, ...]
    own_losses: tuple[Loss, ...]
    legend: tuple[Role, ...]
    means: Markup
    heat: Markup
    by_snr: Markup
    calibration: Markup
    calibration_words: tuple[str, ...]
    classes: Grid
    kinds: tuple[PlantedKind, ...]
    by_kind: Grid
    by_group: Grid
    reasons: reason_results.ReasonResults | None


@dataclass(frozen=True)
class HowWellContext:
    """Everything that `how_well.html` shows."""

    frame: Frame
    found: Findings | None
    contrasts: tuple[Contrast, ...]
    contrast_words: str
    costs: tuple[Cost, ...]
    cost_words: str
    results_file: str


def _label(evidence: Evidence, score: str) -> str:
    title = evidence.title(score)
    return title if len(title) <= LONGEST_LABEL else score


def _means(evidence: Evidence) -> Markup:
    rows = [
        plots.Dot(_label(evidence, name), evidence.role(name), measure)
        for name in evidence.by_auprc
        if (measure := evidence.measure(name, AUPRC)) is not None
    ]
    if not rows:
        return Markup()
    label = f"Mean AUPRC of {len(rows)} scores with 95 % intervals; the best is {rows[0].label}."
    return plots.dots(rows, "mean AUPRC over the kinds", label)


def _heat(evidence: Evidence) -> Markup:
    columns = evidence.compared
    rows = [
        plots.HeatRow(
            findings.kind_words(kind),
            tuple(_value(evidence.measure(name, AUPRC, kind)) for name in columns),
        )
        for kind in evidence.kinds
    ]
    if not rows:
        return Markup()
    label = f"AUPRC of {len(columns)} scores on {len(rows)} kinds of planted anomaly."
    return plots.heat_map([_label(evidence, name) for name in columns], rows, label)


def _value(measure: Measured | None) -> float | None:
    return None if measure is None else measure.value


def _by_snr(evidence: Evidence) -> Markup:
    found = [
        (group, measure)
        for group in evidence.snr_groups
        if (measure := evidence.measure(COMBINED, RECALL, ALL, group)) is not None
    ]
    if not found:
        return Markup()
    groups = [group.replace("-", "–") for group, _ in found]
    label = "Share of planted anomalies found at 1 % false alarms, by signal-to-noise ratio."
    return plots.shares(groups, [measure for _, measure in found], "median S/N", label)


def _calibration(evidence: Evidence) -> Markup:
    deciles = [each for each in evidence.calibration(findings.FLAGGED) if each.stratum != ALL]
    if not deciles:
        return Markup()
    label = "Share of clean spectra with p ≤ 1 %, by decile of signal-to-noise ratio."
    return plots.calibration(deciles, label)


def _cell(metric: str, measured: Measured | None) -> str:
    if measured is None:
        return "–"
    if metric in PERCENTAGES:
        return words.percent(measured.value)
    return words.estimate(measured.value, measured.low, measured.high)


def _ordered(metrics: Sequence[str]) -> tuple[str, ...]:
    """Metrics in the order of `METRIC_WORDS`, others last."""
    order = list(METRIC_WORDS)
    return tuple(
        sorted(set(metrics), key=lambda m: (order.index(m) if m in order else len(order), m))
    )


def _metric_words(metrics: Sequence[str]) -> tuple[str, ...]:
    return tuple(METRIC_WORDS.get(metric, metric.replace("_", " ")) for metric in metrics)


def _classes(evidence: Evidence) -> Grid:
    """Classes held out of the training, with the scores that the figures compare."""
    measured = evidence.results.classes
    metrics = _ordered([each.metric for each in measured])
    known = {(each.spec_class, each.score, each.metric): each for each in measured}
    lines = []
    for spec_class in sorted({each.spec_class for each in measured}):
        for name in evidence.compared:
            found = [known.get((spec_class, name, metric)) for metric in metrics]
            if any(each is not None for each in found):
                cells = tuple(map(_cell, metrics, found))
                lines.append(Line(spec_class, evidence.title(name), cells))
    return Grid(_metric_words(metrics), tuple(lines))


def _table(evidence: Evidence, places: Sequence[tuple[str, str]], heads: Sequence[str]) -> Grid:
    """Every score in these places (kind, S/N group), which the table calls by their heads."""
    metrics = _ordered(evidence.metrics)
    lines = []
    for (kind, group), head in zip(places, heads, strict=True):
        for name in evidence.scores:
            found = [evidence.measure(name, metric, kind, group) for metric in metrics]
            if any(each is not None for each in found):
                lines.append(Line(head, evidence.title(name), tuple(map(_cell, metrics, found))))
    return Grid(_metric_words(metrics), tuple(lines))


def _findings(atlas: Atlas, evidence: Evidence) -> Findings:
    kinds = (ALL, *evidence.kinds)
    heads = ["mean over kinds", *map(findings.kind_words, evidence.kinds)]
    present = {evidence.role(name) for name in evidence.scores}
    return Findings(
        run=evidence.results.run,
        summary=findings.summary(evidence),
        losses=findings.losses(evidence, "baseline", "paper"),
        own_losses=findings.losses(evidence, "ranking", "further"),
        legend=tuple(
            Role(plots.role_sample(role), meaning)
            for role, meaning in words.ROLES.items()
            if role in present
        ),
        means=_means(evidence),
        heat=_heat(evidence),
        by_snr=_by_snr(evidence),
        calibration=_calibration(evidence),
        calibration_words=findings.calibration(evidence),
        classes=_classes(evidence),
        kinds=tuple(
            PlantedKind(findings.kind_words(each.kind), each.meaning)
            for each in evidence.results.kinds
        ),
        by_kind=_table(evidence, [(kind, ALL) for kind in kinds], heads),
        by_group=_table(
            evidence,
            [(ALL, group) for group in evidence.snr_groups],
            [f"S/N {group.replace('-', '–')}" for group in evidence.snr_groups],
        ),
        reasons=reason_results.of(evidence.results, atlas.categories),
    )


def _contrast_words(atlas: Atlas) -> str:
    """Compare the first two lists of papers in S/N, and how near calibration brings them."""
    snr = atlas.catalogue.snr_of_scored()
    if snr.size == 0:
        return ""
    told = f"Half of all scored spectra lie above {words.number(float(np.median(snr)), 1)}. "
    scores = atlas.scores_of("paper")
    if len(scores) < 2:
        return told.rstrip()
    first, second = scores[:2]
    titles = " and ".join(words.in_sentence(score.title) for score in (first, second))
    raw = first.median_snr_top, second.median_snr_top
    calibrated = first.median_snr_top_calibrated, second.median_snr_top_calibrated
    for when, pair in (("By raw score", raw), ("By calibrated p", calibrated)):
        values = " and ".join(words.number(value, 1) for value in pair)
        near = "within" if findings.alike(*pair) else "not within"
        told += (
            f"{when}, the lists of {titles} have medians of {values}, "
            f"{near} a factor of {findings.ALIKE:.0f}. "
        )
    return told.rstrip()


def _sheets(atlas: Atlas, _objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "how-well/index.html"
    costs = atlas.catalogue.stage_costs()
    offered = {file.name for file in atlas.downloads}
    context = HowWellContext(
        frame=frame(
            atlas, path, TITLE, "What was planted on purpose, and how much of it is found."
        ),
        found=None if atlas.evidence is None else _findings(atlas, atlas.evidence),
        contrasts=tuple(
            Contrast(
                score.title,
                words.ROLES[score.role],
                words.number(score.median_snr_top, 1),
                words.number(score.median_snr_top_calibrated, 1),
            )
            for score in atlas.scores
        ),
        contrast_words=_contrast_words(atlas),
        costs=tuple(
            Cost(
                cost.stage,
                cost.tasks,
                words.duration(cost.seconds),
                f"{cost.peak_memory_mib:,.0f} MiB",
            )
            for cost in costs
        ),
        cost_words=findings.total_time(costs) if costs else "",
        results_file=RESULTS_FILE if RESULTS_FILE in offered else "",
    )
    yield Sheet(path, context)


PAGE = Page("how_well.html", HowWellContext, _sheets)
