"""How well reasons are given: planted kinds against the categories that the machine names."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from catalog.spectra import Array, Float, Text
from catalog.tables import Table

ALL = "all"
"""The mean over categories."""
UNSAID = "-"
"""Category of a planted spectrum that fell out of the selection, and was not explained."""
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Answer:
    """What should be said of one kind of anomaly.

    `must`: every category that a full answer names; `may`: further ones that are true of it, too,
    and neither asked for nor held against the answer.
    """

    must: frozenset[str]
    may: frozenset[str] = frozenset()


def _answer(*must: str, may: tuple[str, ...] = ()) -> Answer:
    return Answer(frozenset(must), frozenset(may))


_BROAD = ("broad_line", "very_broad_line", "agn")
_STAR = ("star", "hot_star", "absorption_line", "continuum_misfit")
EXPECTED: Mapping[str, Answer] = {
    "extreme_halpha": _answer("extreme_emission_line"),
    "broad_lines": _answer("broad_line", may=(*_BROAD, "extreme_emission_line")),
    "double_peaked": _answer("double_peaked", may=("extreme_emission_line",)),
    "supernova": _answer("supernova", may=("very_broad_line",)),
    "blend": _answer("blend"),
    "star_at_galaxy_z": _answer("star", may=("wrong_redshift", *_STAR, "m_star")),
    "quasar_at_galaxy_z": _answer("agn", "wrong_redshift"),
    "bal_quasar": _answer("agn", may=("wrong_redshift",)),
    "cataclysmic": _answer(
        "cataclysmic_variable", may=("extreme_emission_line", *_BROAD, "double_peaked", *_STAR)
    ),
    "white_dwarf": _answer("white_dwarf", may=_STAR),
    "m_star": _answer("m_star", may=_STAR),
    "carbon_star": _answer("carbon_star", may=_STAR),
    "arm_step": _answer("arm_discontinuity"),
    "bad_region": _answer("bad_region"),
    "sky_residuals": _answer("sky_residuals", may=("bad_region",)),
    "wrong_redshift": _answer("wrong_redshift"),
}
"""By kind of `catalog.simulate`. Lines as wide as a planted quasar's may be called broad or very
broad, and a star of a kind is a star; that a bad region lies at sky lines is true as well. A
planted star leaves the galaxy behind it a share of the light, whose redshift is not wrong."""


def confusion(kind: Text, first: Text) -> Table:
    """Count planted spectra by kind and first category: the table `benchmark_reasons`.

    Parameters
    ----------
    kind, first : ndarray of shape (N,)
        What was planted, "" for a clean spectrum; what was said first.
    """
    pairs = np.stack([kind.astype(str), first.astype(str)], axis=1)
    found, counts = np.unique(pairs, axis=0, return_counts=True)
    columns = (found[:, 0].astype(object), found[:, 1].astype(object), counts.astype(np.int64))
    return dict(zip(("kind", "category", "n"), columns, strict=True))


def measure(kind: Text, said: Text, *, seed: int, n_resamples: int = 500) -> Table:
    """Precision, recall and F1 of every category that is asked for, and their means.

    Parameters
    ----------
    kind : ndarray of shape (N,)
        What was planted, "" for a clean spectrum.
    said : ndarray of shape (N,)
        The categories of the first reason, and of all others that explain more than half, each as
        words parted by blanks.
    seed : int
        Of the resamples.
    n_resamples : int
        0 for no intervals.

    Returns
    -------
    Table
        The table `benchmark_labels`: category, metric (precision, recall, f1,
        false_positive_rate), value, low, high, n. Precision counts planted spectra only: what an
        ordinary spectrum's reasons are nobody knows. The false-positive rate is the share of clean
        spectra that are given the category. `n` is the number of planted spectra of the category,
        or of clean ones.
    """
    names = sorted(set().union(*(EXPECTED[k].must for k in set(kind.astype(str)) if k in EXPECTED)))
    clean = kind.astype(str) == ""
    must, may, given = (np.zeros((len(kind), len(names)), bool) for _ in range(3))
    for row, (k, words) in enumerate(zip(kind.astype(str), said.astype(str), strict=True)):
        answer = EXPECTED.get(k, Answer(frozenset()))
        listed = set(words.split())
        for column, name in enumerate(names):
            must[row, column], may[row, column] = name in answer.must, name in answer.may
            given[row, column] = name in listed
    weights = (
        np.concatenate([np.ones((1, len(kind))), _resamples(kind, n_resamples, seed)]) * ~clean
    )
    metrics = _metrics(weights, must, may, given)
    rows = [
        (name, metric, values, int(must[:, column].sum()))
        for metric, table in metrics.items()
        for column, name in enumerate(names)
        for values in [table[:, column]]
    ]
    rows += [
        (ALL, metric, np.nanmean(table, axis=1), int((~clean).sum()))
        for metric, table in metrics.items()
        if names
    ]
    return _table(rows, _false_positives(given[clean], names))


def _resamples(kind: Text, n_resamples: int, seed: int) -> Float:
    """How often each of B resamples has each row (B, N): kinds keep their numbers."""
    rng = np.random.default_rng(seed)
    weights = np.zeros((n_resamples, len(kind)))
    for each in np.unique(kind.astype(str)):
        rows = np.flatnonzero(kind.astype(str) == each)
        weights[:, rows] = rng.multinomial(
            rows.size, np.full(rows.size, 1 / rows.size), n_resamples
        )
    return weights


def _metrics(weights: Float, must: Array, may: Array, given: Array) -> dict[str, Float]:
    """Precision, recall and F1, each (B, C); NaN where nothing was planted or given."""
    right = weights @ (must & given)
    missed = weights @ (must & ~given)
    wrong = weights @ (~must & ~may & given)
    with np.errstate(invalid="ignore"):
        return {
            "precision": right / (right + wrong),
            "recall": right / (right + missed),
            "f1": 2 * right / (2 * right + wrong + missed),
        }


def _false_positives(given: Array, names: list[str]) -> list[tuple[str, float, int]]:
    if not len(given):
        return []
    return [(name, float(given[:, i].mean()), len(given)) for i, name in enumerate(names)]


def _table(
    rows: list[tuple[str, str, Float, int]], false_positives: list[tuple[str, float, int]]
) -> Table:
    edge = (1 - CONFIDENCE) / 2
    found = []
    for name, metric, values, n in rows:
        if not np.isfinite(values[0]):
            continue
        drawn = values[1:][np.isfinite(values[1:])]
        low, high = np.quantile(drawn, [edge, 1 - edge]) if drawn.size else (np.nan, np.nan)
        found.append((name, metric, float(values[0]), float(low), float(high), n))
    found += [(n, "false_positive_rate", v, np.nan, np.nan, k) for n, v, k in false_positives]
    columns = list(zip(*found, strict=True)) if found else [()] * 6
    kinds = (object, object, np.float64, np.float64, np.float64, np.int64)
    names = ("category", "metric", "value", "low", "high", "n")
    return {n: np.array(c, k) for n, c, k in zip(names, columns, kinds, strict=True)}
