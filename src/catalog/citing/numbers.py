"""Numbers of a model card: as many digits as they deserve."""

from catalog.store.benchmark_records import Measured

TITLES = {
    "auprc": "area under the precision-recall curve",
    "precision_at_100": "precision in the first 100",
    "precision_at_1_percent": "precision in the first 1 %",
    "recall_at_fpr_1e-3": "recall at a false-positive rate of 0.001",
    "recall_at_fpr_1e-2": "recall at a false-positive rate of 0.01",
    "median_percentile": "median percentile",
}
"""What the measures of the benchmark are, in words."""


def measured(each: Measured | None) -> str:
    """Write a number with its 95 % interval where it has one; a dash where it was not measured."""
    if each is None:
        return "–"
    if each.low is None or each.high is None:
        return f"{each.value:.3g}"
    return f"{each.value:.2f} ({each.low:.2f}–{each.high:.2f})"
