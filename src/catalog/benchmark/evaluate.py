"""All rounds of a benchmark -> every measure of every score, with its interval, as tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from catalog.benchmark import metrics, snr_groups, uncertainty
from catalog.benchmark.curves import Curve, curve, false_alarms
from catalog.benchmark.uncertainty import Weights
from catalog.errors import ReleaseError
from catalog.spectra import Array, Float, Text
from catalog.tables import Table

ALL = "all"
"""The mean over kinds, where a kind is named; every S/N, where a group is."""
CLEAN = ""
IGNORED = "-"
"""Kind of a row that is neither planted nor a fair negative, as None is."""
PRIMARY = "auprc"
"""The measure by which scores are compared."""


@dataclass(frozen=True)
class Evaluation:
    """The two tables of a benchmark's results.

    Attributes
    ----------
    scores
        `score`, `kind`, `snr_group`, `metric`, `value`, `low`, `high`, `n` (planted spectra). Kind
        `all` is the mean over kinds, S/N group `all` is every S/N. Cells without planted spectra
        are left out.
    differences
        `score_a`, `score_b`, `value`, `low`, `high`: mean over kinds of the average precision of a
        less that of b. The first is better where `low` > 0.
    """

    scores: Table
    differences: Table


def evaluate(
    table: Table,
    scores: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    *,
    prevalence: float,
    seed: int,
    n_resamples: int = 500,
) -> Evaluation:
    """Measure scores on all rounds together.

    The rounds' lists are pooled, which asks that a score means the same in each: it does, as one
    frozen model makes them all. Planted spectra of one kind, or of one kind and S/N group, are held
    against all clean spectra, as in the one list that a release publishes.

    Parameters
    ----------
    table : Table
        `round`, `target_id`, `kind` (empty for clean, None or "-" for rows to ignore), `snr`, and
        the scores: all rounds stacked. A NaN score counts as not found.
    scores : sequence of str
        Columns to measure; higher is more unusual.
    pairs : sequence of (str, str)
        Scores to compare.
    prevalence : float
        Nominal share of planted spectra, in (0, 1).
    seed : int
        Of the resamples.
    n_resamples : int
        0 for no intervals: they are NaN then.

    Raises
    ------
    ReleaseError
        If a column is missing, or there are no planted or no clean spectra.
    """
    _check(table, scores, pairs)
    design = _design(table, prevalence)
    objects = uncertainty.Objects(
        design.planted_kind, table["round"][design.planted],
        table["target_id"][design.negative], table["round"][design.negative],
    )  # fmt: skip
    columns = [np.asarray(table[name], dtype=np.float64) for name in scores]
    parts = [
        np.stack([_measured(column, design, weights) for column in columns])
        for weights in uncertainty.resamples(objects, n_resamples, seed)
    ]
    values = np.concatenate(parts, axis=-1)
    return Evaluation(
        _score_table(values, design, list(scores)), _difference_table(values, design, scores, pairs)
    )


@dataclass(frozen=True)
class _Measure:
    """One number for a curve, (B,), and the highest that it can be; the lowest is 0."""

    of: Callable[[Curve], Float]
    highest: float = 1.0


@dataclass(frozen=True)
class _Design:
    """What is measured: which rows, in which cells, by which measures.

    Attributes
    ----------
    planted, negative
        Rows of the table, (P,) and (M,).
    planted_kind
        (P,) text.
    cells
        By kind and column of the results (every S/N, then the groups): which of the P rows; cells
        without any are absent.
    """

    planted: Array
    negative: Array
    planted_kind: Text
    kinds: tuple[str, ...]
    cells: Mapping[tuple[int, int], Array]
    measures: Mapping[str, _Measure]


def _design(table: Table, prevalence: float) -> _Design:
    kind = np.array([IGNORED if k is None else k for k in table["kind"]], dtype=object)
    negative = np.flatnonzero(kind == CLEAN)
    planted = np.flatnonzero((kind != CLEAN) & (kind != IGNORED))
    if not planted.size or not negative.size:
        raise ReleaseError(
            "a benchmark has nothing to compare",
            where="rows of the benchmark rounds",
            wanted="planted and clean spectra that were scored",
            found=f"{planted.size} planted, {negative.size} clean",
            todo="see that the rounds were scored, and that the truth table belongs to them",
        )
    kinds = tuple(np.unique(kind[planted].astype(str)).tolist())
    group = snr_groups.group_of(np.asarray(table["snr"], dtype=np.float64)[planted])
    cells = {}
    for k, name in enumerate(kinds):
        is_kind = kind[planted] == name
        cells[k, 0] = np.flatnonzero(is_kind)
        for g in range(len(snr_groups.GROUPS)):
            cells[k, g + 1] = np.flatnonzero(is_kind & (group == g))
    filled = {place: members for place, members in cells.items() if members.size}
    list_length = (planted.size + negative.size) / np.unique(table["round"]).size
    measures = _measures(prevalence, list_length)
    return _Design(planted, negative, kind[planted], kinds, filled, measures)


def _measures(prevalence: float, list_length: float) -> dict[str, _Measure]:
    """Every measure by name; `list_length` is the number of spectra in one round."""
    top = min(1.0, 100 / list_length)
    return {
        PRIMARY: _Measure(lambda c: metrics.average_precision(c, prevalence)),
        "precision_at_100": _Measure(lambda c: metrics.precision_at(c, top, prevalence)),
        "precision_at_1_percent": _Measure(lambda c: metrics.precision_at(c, 0.01, prevalence)),
        "recall_at_fpr_1e-3": _Measure(lambda c: metrics.recall_at(c, 1e-3)),
        "recall_at_fpr_1e-2": _Measure(lambda c: metrics.recall_at(c, 1e-2)),
        "median_percentile": _Measure(metrics.median_percentile, 100.0),
    }


def _measured(score: Float, design: _Design, weights: Weights) -> Float:
    """Every measure in every cell, (measures, kinds, 1 + S/N groups, B); NaN in empty cells."""
    alarms = false_alarms(score[design.planted], score[design.negative], weights.negative)
    n_columns = 1 + len(snr_groups.GROUPS)
    shape = (len(design.measures), len(design.kinds), n_columns, weights.planted.shape[1])
    values = np.full(shape, np.nan)
    for (kind, column), members in design.cells.items():
        cell = curve(alarms, members, weights.planted)
        for m, measure in enumerate(design.measures.values()):
            values[m, kind, column] = measure.of(cell)
    return values


def _mean_over_kinds(values: Float) -> Float:
    """Mean over the axis of kinds, third from the end, of those that have a value."""
    known = ~np.isnan(values)
    n_kinds = known.sum(axis=-3)
    total: Float = np.where(known, values, 0.0).sum(axis=-3)
    return total / np.where(n_kinds > 0, n_kinds, np.nan)


def _score_table(values: Float, design: _Design, scores: list[str]) -> Table:
    """Flatten values (scores, measures, kinds, columns, B), the mean over kinds first."""
    full = np.concatenate([_mean_over_kinds(values)[:, :, None], values], axis=2)
    count = np.zeros(full.shape[2:4], np.int64)
    for (kind, column), members in design.cells.items():
        count[kind + 1, column] = members.size
    count[0] = count.sum(axis=0)
    highest = np.array([measure.highest for measure in design.measures.values()])
    span = 0.0, highest[:, None, None]
    low, high = uncertainty.interval(full[..., 0], full[..., 1:], span)
    axes = (scores, list(design.measures), [ALL, *design.kinds], [ALL, *snr_groups.GROUPS])
    labels = np.meshgrid(*(np.array(axis, dtype=object) for axis in axes), indexing="ij")
    n = np.broadcast_to(count, low.shape)
    kept = n > 0
    score, metric, kind, group = (label[kept] for label in labels)
    return {
        "score": score, "kind": kind, "snr_group": group, "metric": metric,
        "value": full[..., 0][kept], "low": low[kept], "high": high[kept], "n": n[kept],
    }  # fmt: skip


def _difference_table(
    values: Float, design: _Design, scores: Sequence[str], pairs: Sequence[tuple[str, str]]
) -> Table:
    primary = list(design.measures).index(PRIMARY)
    mean = _mean_over_kinds(values)[:, primary, 0]
    place = {name: i for i, name in enumerate(scores)}
    first, second = (np.array([place[pair[i]] for pair in pairs], np.intp) for i in (0, 1))
    difference = mean[first] - mean[second]
    low, high = uncertainty.interval(difference[:, 0], difference[:, 1:], (-1.0, np.ones(1)))
    return {
        "score_a": np.array([a for a, _ in pairs], dtype=object),
        "score_b": np.array([b for _, b in pairs], dtype=object),
        "value": difference[:, 0],
        "low": low,
        "high": high,
    }


def _check(table: Table, scores: Sequence[str], pairs: Sequence[tuple[str, str]]) -> None:
    wanted = ["round", "target_id", "kind", "snr", *scores]
    absent = [name for name in wanted if name not in table]
    absent += [name for pair in pairs for name in pair if name not in scores]
    if absent:
        raise ReleaseError(
            "a benchmark lacks a column",
            where="rows of the benchmark rounds",
            wanted=", ".join(repr(name) for name in absent),
            found=", ".join(table),
            todo="score the rounds with every score that is to be measured or compared",
        )
