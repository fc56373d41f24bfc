"""A benchmark's results, made up: the combined score wins on every kind of anomaly but one."""

import itertools
from typing import Any

import numpy as np
from tests.site.objects_fixture import insert_rows

KINDS = ("arm_step", "blend", "broad_lines", "line_strength", "sky_residual")
SNR_GROUPS = ("5-10", "10-20", "20-40", ">40")
METRICS = ("auprc", "precision_at_100", "precision_at_1_percent", "recall_at_fpr_1e-3",
           "recall_at_fpr_1e-2", "median_percentile")  # fmt: skip
COMBINED_AUPRC, BASELINE_AUPRC, WON_BY_BASELINE = 0.83, 0.61, "blend"
BENCHMARKED = {"combined": COMBINED_AUPRC, "misfit": 0.7, "arm_step": 0.2, "weighted_mse": 0.22,
               "lof": 0.05, "chi2": 0.66, "pca_chi2": BASELINE_AUPRC, "pca_lof": 0.27}  # fmt: skip


def _benchmark_scores(rng: Any) -> list[list[Any]]:
    """Results in which the combined p wins on every kind but one."""
    rows = []
    cells = itertools.product(BENCHMARKED, ("all", *KINDS), ("all", *SNR_GROUPS), METRICS)
    for score, kind, group, metric in cells:
        value = BENCHMARKED[score] * (0.9 if group == "5-10" else 1.0)
        if kind != "all":
            value = float(np.clip(BENCHMARKED[score] + rng.normal(0, 0.02), 0, 1))
        if (score, kind) == ("pca_chi2", WON_BY_BASELINE):
            value = 0.95
        factor = 100 if metric == "median_percentile" else 1
        ends = [max(0.0, value - 0.03), min(1.0, value + 0.03)]
        rows.append([score, kind, group, metric, *(factor * each for each in (value, *ends)), 12])
    return rows


def add_benchmark(database: Any, rng: Any, *, simulated: bool) -> None:
    """Fill every table of the benchmark."""
    database.execute("INSERT INTO benchmark VALUES (3, 0.01, 5940, 60, ?, 7)", [simulated])
    insert_rows(database, "benchmark_scores", _benchmark_scores(rng))
    for other in ("pca_chi2", "pca_lof", "weighted_mse", "lof"):
        gain = COMBINED_AUPRC - BENCHMARKED[other]
        database.execute(
            "INSERT INTO benchmark_differences VALUES ('combined', ?, ?, ?, ?)",
            [other, gain, gain - 0.04, gain + 0.04],
        )
    for stratum in ("all", *map(str, range(1, 11))):
        edges = [None, None] if stratum == "all" else [4.0 * int(stratum), 4.0 * int(stratum) + 4]
        value = 0.0101 if stratum == "all" else 0.008 + 0.0005 * int(stratum)
        database.execute(
            "INSERT INTO benchmark_calibration VALUES "
            "('combined', 'flagged_fraction', ?, ?, ?, ?, ?, ?, 594)",
            [stratum, *edges, value, value - 0.004, value + 0.004],
        )
    for quantity, value in (("abs_spearman_with_snr", 0.02), ("false_discovery_rate", 0.09)):
        database.execute(
            "INSERT INTO benchmark_calibration VALUES "
            "('combined', ?, 'all', NULL, NULL, ?, NULL, NULL, 55)",
            [quantity, value],
        )
    for score, value in BENCHMARKED.items():
        database.execute(
            "INSERT INTO benchmark_classes VALUES ('QSO', ?, 'auprc', ?, NULL, NULL, 150)",
            [score, value],
        )
    database.executemany(
        "INSERT INTO benchmark_kinds VALUES (?, ?)",
        [[kind, "Height over the noise of one bin."] for kind in KINDS],
    )
    said = [
        ["blend", "bad_region", 3],
        ["blend", "-", 1],
        ["spike", "bad_region", 6],
        ["", "agn", 2],
    ]
    database.executemany("INSERT INTO benchmark_reasons VALUES (?, ?, ?)", said)
    for category, n in (("bad_region", 9), ("all", 10)):
        for metric, value in (("precision", 0.92), ("recall", 0.81), ("f1", 0.86)):
            row = [category, metric, value, value - 0.05, value + 0.05, n]
            database.execute("INSERT INTO benchmark_labels VALUES (?, ?, ?, ?, ?, ?)", row)
    database.execute(
        "INSERT INTO benchmark_labels VALUES "
        "('bad_region', 'false_positive_rate', 0.005, NULL, NULL, 200)"
    )
    database.executemany(
        "INSERT INTO stage_costs VALUES (?, ?, ?, ?, 4)",
        [["read", 1, 2.5, 310.0], ["train", 2, 205.0, 900.0], ["score", 3, 3_720.0, 1_200.0]],
    )
