"""How well reasons are given, as the page "How well does it work" shows it."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from catalog.site import findings, words
from catalog.site.plots import benchmark as plots
from catalog.store.benchmark_records import ALL, LabelMeasure, Results
from catalog.store.records import Category

UNSAID = "-"
"""Category of a planted spectrum that fell out of the selection."""
CLEAN = "nothing (ordinary spectra)"
METRICS = ("precision", "recall", "f1")
FALSE_POSITIVES = "false_positive_rate"


@dataclass(frozen=True)
class Row:
    """How well one category is given."""

    category: str
    precision: str
    recall: str
    f1: str
    n: int
    false_positives: str


@dataclass(frozen=True)
class ReasonResults:
    """Sentences, the confusion matrix as a figure, and a row per category."""

    summary: str
    matrix: Markup
    rows: tuple[Row, ...]


def of(results: Results, categories: Mapping[str, Category]) -> ReasonResults | None:
    """Put what the benchmark found of the reasons in words; None where it looked at none."""
    if not results.reasons:
        return None
    known = {(each.category, each.metric): each for each in results.labels}
    names = sorted({each.category for each in results.labels} - {ALL})
    return ReasonResults(
        _summary(results, known),
        _matrix(results, categories),
        tuple(_row(name, _title(name, categories), known) for name in names),
    )


def _title(name: str, categories: Mapping[str, Category]) -> str:
    if name == UNSAID:
        return "not scored"
    return categories[name].title if name in categories else findings.kind_words(name)


def _summary(results: Results, known: Mapping[tuple[str, str], LabelMeasure]) -> str:
    mean = known.get((ALL, "f1"))
    if mean is None:
        return ""
    planted = sum(each.n for each in results.reasons if each.kind)
    shown = words.estimate(mean.value, mean.low, mean.high)
    return (
        f"Over {planted:,} planted spectra, the mean F1 of the categories is {shown}: "
        "1 if every anomaly is named for what it is and none for what it is not."
    )


def _matrix(results: Results, categories: Mapping[str, Category]) -> Markup:
    """Draw which category came first, as a share of each planted kind."""
    place = {name: i for i, name in enumerate(categories)}
    said = sorted(
        {each.category for each in results.reasons},
        key=lambda name: (name == UNSAID, place.get(name, len(place)), name),
    )
    kinds = sorted({each.kind for each in results.reasons}, key=lambda kind: (kind == "", kind))
    counts = {(each.kind, each.category): each.n for each in results.reasons}
    rows = []
    for kind in kinds:
        total = sum(counts.get((kind, name), 0) for name in said)
        shares = [counts.get((kind, name), 0) / total for name in said]
        label = findings.kind_words(kind) if kind else CLEAN
        rows.append(plots.HeatRow(label, tuple(share or None for share in shares)))
    label = f"Which of {len(said)} categories came first, as a share of each planted kind."
    return plots.heat_map([_title(name, categories) for name in said], rows, label, plots.PER_CENT)


def _row(name: str, title: str, known: Mapping[tuple[str, str], LabelMeasure]) -> Row:
    cells = {}
    for metric in METRICS:
        found = known.get((name, metric))
        cells[metric] = "–" if found is None else words.estimate(found.value, found.low, found.high)
    recall, wrong = known.get((name, "recall")), known.get((name, FALSE_POSITIVES))
    return Row(
        category=title,
        **cells,
        n=0 if recall is None else recall.n,
        false_positives="–" if wrong is None else f"{100 * wrong.value:.1f} % of {wrong.n:,}",
    )
