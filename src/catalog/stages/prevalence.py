"""Outliers' categories, the survey's classes and the benchmark -> how common kinds are."""

from collections.abc import Sequence

import numpy as np

from catalog import tables
from catalog.benchmark.labels import EXPECTED
from catalog.latent import prevalence
from catalog.latent.prevalence import Trial
from catalog.stages import Build

KINDS = ("category", "spec_class", "subclass")
LISTED = {"recall_at_fpr_1e-3": -3.0, "recall_at_fpr_1e-2": -2.0}
"""How many planted objects are found where so many ordinary ones are listed: log10 of their share.
"""
_COLUMNS = {
    "kind": object, "name": object, "n": np.int64, "n_scored": np.int64, "fraction": np.float64,
    "low": np.float64, "high": np.float64, "recall": np.float64, "corrected": np.float64,
    "corrected_low": np.float64, "corrected_high": np.float64,
}  # fmt: skip


def load(
    build: Build, spectra: tables.Table, measured: dict[str, tables.Table]
) -> dict[str, tables.Table]:
    """Give the table `prevalence`.

    Parameters
    ----------
    spectra : Table
        Every target that was read, as in the catalogue.
    measured : dict of Table
        The benchmark's tables; empty where none was run, and then no fraction is corrected.
    """
    scored = tables.take(spectra, spectra["quality"] == 0)
    n_scored = len(scored["target_id"])
    passed = _ordinary_share(scored)
    rows = []
    for kind in KINDS:
        names, counts = np.unique(scored[kind].astype(str), return_counts=True)
        for name, n in zip(names.tolist(), counts.tolist(), strict=True):
            if name:
                trials = _trials(name, passed, measured) if kind == "category" else None
                rows.append((kind, name, *_row(n, n_scored, trials, build.recipe.release.seed)))
    columns = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
    return {
        "prevalence": {
            name: np.array(column, dtype)
            for (name, dtype), column in zip(_COLUMNS.items(), columns, strict=True)
        }
    }


def _ordinary_share(scored: tables.Table) -> float:
    """Estimate log10 of the share of ordinary spectra that the list of outliers holds.

    By the list's false-discovery rate: a list that is full of true oddities ends before the first
    per cent of ordinary spectra does, and misses what the benchmark finds in it.
    """
    listed = scored["outlier"]
    if not listed.any():
        return -np.inf
    share = float(np.nanmax(scored["q"][listed])) * listed.mean()
    return float(np.log10(share)) if share > 0 else -np.inf


def _row(
    n: int, n_scored: int, trials: tuple[dict[str, Trial], Trial | None] | None, seed: int
) -> Sequence[float]:
    plain = (n, n_scored, n / n_scored, *prevalence.interval(n, n_scored))
    if trials is None:
        return (*plain, *[np.nan] * 4)
    recall = float(np.prod([trial.share for trial in trials[0].values()]))
    return (*plain, recall, *prevalence.corrected(n, n_scored, *trials, seed))


def _trials(
    category: str, passed: float, measured: dict[str, tables.Table]
) -> tuple[dict[str, Trial], Trial | None] | None:
    """How often planted objects of a category are listed and named, and names are right.

    None where it is not known: of a category that nobody planted, and of a list that is shorter
    than the shortest of which the benchmark tells.
    """
    if not measured or passed < min(LISTED.values()):
        return None
    named = _of(measured["benchmark_labels"], category=category, metric="recall")
    kinds = [kind for kind, answer in EXPECTED.items() if category in answer.must]
    scores = measured["benchmark_scores"]
    found = [_listed(scores, kind, passed) for kind in kinds]
    listed = [each for each in found if each is not None]
    if named is None or not listed or not named.found:
        return None
    together = Trial(sum(each.found for each in listed), sum(each.n for each in listed))
    if not together.found:
        return None
    right = _of(measured["benchmark_labels"], category=category, metric="precision")
    given = Trial(named.found, named.found / right.share) if right and right.found else None
    return {"listed": together, "named": named}, given


def _listed(scores: tables.Table, kind: str, passed: float) -> Trial | None:
    """Interpolate the recall of a planted kind to the length of the release's list."""
    where = {"score": "combined", "snr_group": "all", "kind": kind}
    known = {at: _of(scores, metric=metric, **where) for metric, at in LISTED.items()}
    trials = [each for each in known.values() if each is not None]
    if len(trials) < len(LISTED):
        return None
    share = float(np.interp(passed, list(known), [each.share for each in trials]))
    return Trial(share * trials[0].n, trials[0].n)


def _of(table: tables.Table, **where: str) -> Trial | None:
    """Read the share of a benchmark's row; None where there is no such row."""
    kept = np.logical_and.reduce([table[name].astype(str) == each for name, each in where.items()])
    rows = np.flatnonzero(kept & np.isfinite(table["value"]))
    if not rows.size or not table["n"][rows[0]]:
        return None
    n = float(table["n"][rows[0]])
    return Trial(float(table["value"][rows[0]]) * n, n)
