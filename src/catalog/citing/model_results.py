"""How well the model's scores do, from the benchmark's tables, for the model card."""

from typing import Any

from catalog.citing.card import Block, Paragraph, Points, Table
from catalog.citing.numbers import TITLES, measured
from catalog.citing.work import Work
from catalog.store.benchmark_records import ALL, COMBINED, Results, ScoreMeasure

COMBINED_TITLE = "combined p"
SHOWN = ("auprc", "precision_at_100", "recall_at_fpr_1e-3", "median_percentile")
"""Measures that the tables show, of those that were taken."""
NONE_RUN = "No benchmark was run on this release."


def _titles(work: Work) -> dict[str, str]:
    return {COMBINED: COMBINED_TITLE, **{score.name: score.title for score in work.scores}}


def _measures(results: Results) -> dict[tuple[str, str, str, str], ScoreMeasure]:
    return {(m.score, m.metric, m.kind, m.snr_group): m for m in results.scores}


def _shown(results: Results) -> tuple[str, ...]:
    taken = {each.metric for each in results.scores}
    return tuple(metric for metric in SHOWN if metric in taken)


def metrics(work: Work) -> tuple[Block, ...]:
    """Say what is measured, and how the list is cut."""
    ranking = [_inside(score.title) for score in work.scores if score.role == "ranking"]
    told = (
        f"{len(work.scores)} scores are made of each spectrum. "
        f"{len(ranking)} of them order the list, each first calibrated to a probability: "
        f"{', '.join(ranking) or 'none'}. The others are published beside them."
    )
    if work.benchmark is None:
        return (Paragraph(told), Paragraph(NONE_RUN))
    names = [f"{TITLES.get(name, name)}" for name in _shown(work.benchmark)]
    found = "How well planted anomalies are found, with 95 % intervals: "
    return (Paragraph(told), Paragraph(found + "; ".join(names) + "."))


def evaluation(work: Work) -> tuple[Block, ...]:
    """Say on what it was tested."""
    if work.benchmark is None:
        return (Paragraph(NONE_RUN),)
    run = work.benchmark.run
    kind = "simulated" if run.simulated else "real"
    told = (
        f"Anomalies were planted into {kind} spectra of this release, {run.n_planted:,} among "
        f"{run.n_clean:,} clean ones in {run.n_rounds} rounds (one in {1 / run.prevalence:.0f}), "
        f"and scored by models that were not trained on them; seed {run.seed}. Kinds planted:"
    )
    kinds = tuple(f"{_words(each.kind)}: {each.meaning}" for each in work.benchmark.kinds)
    return (Paragraph(told), Points(kinds)) if kinds else (Paragraph(told),)


def _inside(title: str) -> str:
    """Write a title as it stands inside a sentence; one that begins with an acronym as it is."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def _words(name: str) -> str:
    return name.replace("_", " ")


def analyses(work: Work) -> tuple[Block, ...]:
    """Tabulate what the benchmark found; only score thresholds where none was run."""
    thresholds = _thresholds(work)
    results = work.benchmark
    if results is None:
        return (Paragraph(NONE_RUN), thresholds)
    found = (_by_score(work, results), _by_snr(results), _by_kind(results), _calibration(results),
             _held_out(results))  # fmt: skip
    return (*(table for table in found if table.rows), thresholds)


def _by_score(work: Work, results: Results) -> Table:
    measures, titles = _measures(results), _titles(work)
    order = [COMBINED, *(score.name for score in work.scores)]
    taken = {each.score for each in results.scores}
    names = [name for name in order if name in taken] + sorted(taken - set(order))
    shown = _shown(results)
    rows = tuple(
        (
            titles.get(name, _words(name)),
            *(measured(measures.get((name, metric, ALL, ALL))) for metric in shown),
        )
        for name in names
    )
    head = ("score", *(TITLES.get(metric, metric) for metric in shown))
    return Table("Planted anomalies of all kinds, by score", head, rows)


def _by_snr(results: Results) -> Table:
    measures, shown = _measures(results), _shown(results)
    groups = sorted({m.snr_group for m in results.scores} - {ALL}, key=_lowest)
    rows = tuple(
        (group, *(measured(measures.get((COMBINED, metric, ALL, group))) for metric in shown))
        for group in groups
    )
    head = ("signal-to-noise ratio", *(TITLES.get(metric, metric) for metric in shown))
    return Table("The combined p, by signal-to-noise ratio", head, rows)


def _lowest(group: str) -> tuple[float, str]:
    """Order groups such as `5-10` and `>40` by where they begin."""
    try:
        return float(group.lstrip("<>").split("-")[0]), group
    except ValueError:
        return float("inf"), group


def _by_kind(results: Results) -> Table:
    measures, shown = _measures(results), _shown(results)
    kinds = sorted({m.kind for m in results.scores} - {ALL})
    rows = tuple(
        (
            _words(kind),
            *(measured(measures.get((COMBINED, metric, kind, ALL))) for metric in shown),
        )
        for kind in kinds
    )
    head = ("kind", *(TITLES.get(metric, metric) for metric in shown))
    return Table("The combined p, by kind of anomaly", head, rows)


def _calibration(results: Results) -> Table:
    rows = tuple(
        (_words(each.quantity), measured(each))
        for each in sorted(results.calibration, key=lambda c: c.quantity)
        if (each.score, each.stratum) == (COMBINED, ALL)
    )
    return Table("Probabilities of clean spectra", ("quantity", "value"), rows)


def _held_out(results: Results) -> Table:
    rows = tuple(
        (f"{each.spec_class}: {TITLES.get(each.metric, each.metric)}", measured(each))
        for each in sorted(results.classes, key=lambda c: (c.spec_class, c.metric))
        if each.score == COMBINED and each.metric in SHOWN
    )
    head = ("class held out of training", "combined p")
    return Table("A class that the model never saw", head, rows)


def _thresholds(work: Work) -> Table:
    rows = tuple(
        (f"{score.title} ({score.role})", f"{score.threshold:.4g}", f"{score.n_outliers:,}")
        for score in work.scores
        if score.threshold is not None
    )
    share = f"{100 * work.release.outlier_fraction:g} %"
    head = ("score", "threshold", "spectra at or above it")
    return Table(f"Where the highest {share} of each score begin", head, rows)


def index(work: Work) -> list[dict[str, Any]]:
    """Give the results of the combined p as the Hugging Face hub lists them."""
    if work.benchmark is None:
        return []
    measures = _measures(work.benchmark)
    found = [
        {
            "type": metric,
            "name": TITLES.get(metric, metric),
            "value": round(measures[COMBINED, metric, ALL, ALL].value, 6),
        }
        for metric in _shown(work.benchmark)
        if (COMBINED, metric, ALL, ALL) in measures
    ]
    if not found:
        return []
    name = f"{work.title}, planted anomalies"
    return [
        {
            "task": {"type": "anomaly-detection", "name": "Finding planted anomalies"},
            "dataset": {"type": work.release.name, "name": name},
            "metrics": found,
        }
    ]
