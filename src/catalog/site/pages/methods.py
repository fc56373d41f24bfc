"""How the list was made, with the figures of this very release."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from catalog.citing.network_words import network_words
from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.site.plots import statistics
from catalog.store.records import ClassScore, Epoch, Flag, Model, Outlier, Release, Score

CALIBRATION = ("p", "p_extrapolated", "q")
"""Columns whose descriptions say how the calibrated list is made."""


@dataclass(frozen=True)
class ClassRow:
    """One class: its number of spectra, and their mean and median score."""

    name: str
    score: ClassScore


@dataclass(frozen=True)
class ScoreSection:
    """One score: what it is, which part it plays, its histogram, its means per class."""

    score: Score
    role: str
    histogram: Markup
    classes: tuple[ClassRow, ...]


@dataclass(frozen=True)
class PercentileRow:
    """The percentiles of one score over all scored spectra."""

    title: str
    logarithmic: bool
    values: tuple[str, ...]


@dataclass(frozen=True)
class Training:
    """The course of training: a figure of all folds, and where the best epochs end."""

    picture: Markup
    n_folds: int
    n_refits: int
    chi2: str


@dataclass(frozen=True)
class SnrOfList:
    """The median signal-to-noise ratio of one list of unusual spectra."""

    name: str
    n: int
    median: str


@dataclass(frozen=True)
class MethodsContext:
    """Everything that `methods.html` shows."""

    frame: Frame
    release: Release
    model: Model
    network: str
    n_bins: int
    wave_low: float
    wave_high: float
    flags: tuple[Flag, ...]
    roles: tuple[tuple[str, tuple[str, ...]], ...]
    calibration: tuple[str, ...]
    paper_scores: tuple[ScoreSection, ...]
    other_scores: tuple[ScoreSection, ...]
    percentile_heads: tuple[str, ...]
    percentiles: tuple[PercentileRow, ...]
    training: Training | None
    snr: Markup
    snr_all: str
    snr_lists: tuple[SnrOfList, ...]


def _class_rows(means: Sequence[ClassScore]) -> tuple[ClassRow, ...]:
    """All classes together first, then each, the commonest first."""
    order = sorted(means, key=lambda each: (each.spec_class != "all", -each.n, each.spec_class))
    return tuple(ClassRow(each.spec_class.lower() or "unclassified", each) for each in order)


def _on_axis(score: Score) -> float:
    """Give the threshold where the histogram has it; below all bins where it has no logarithm."""
    threshold = score.threshold or 0.0
    if score.logarithmic:
        return threshold
    return math.log10(threshold) if threshold > 0 else -math.inf


def _percentiles(atlas: Atlas) -> tuple[tuple[str, ...], tuple[PercentileRow, ...]]:
    """Write the percentiles of every score: their heads, and a row per score that has them."""
    known: dict[str, dict[float, float]] = {}
    for each in atlas.catalogue.score_percentiles():
        known.setdefault(each.score, {})[each.percentile] = each.value
    heads = sorted({percentile for values in known.values() for percentile in values})
    rows = tuple(
        PercentileRow(
            score.title,
            score.logarithmic,
            tuple(words.significant(known[score.name].get(head)) for head in heads),
        )
        for score in atlas.scores
        if score.name in known
    )
    return tuple(f"{head:g} %" for head in heads), rows


def _score_section(atlas: Atlas, score: Score, means: Sequence[ClassScore]) -> ScoreSection:
    bins = atlas.catalogue.score_histogram(score.name)
    histogram = Markup()
    if bins and score.threshold is not None:
        label = (
            f"Histogram of {score.title}. {score.n_outliers:,} of {sum(b.n for b in bins):,} "
            f"spectra lie at or above the threshold {words.significant(score.threshold)}."
        )
        title = score.title if score.logarithmic else f"log₁₀ of {score.title}"
        histogram = statistics.score_histogram(bins, _on_axis(score), title, label)
    own = [each for each in means if each.score == score.name]
    return ScoreSection(score, words.ROLES[score.role], histogram, _class_rows(own))


def _training(epochs: Sequence[Epoch]) -> Training | None:
    if not epochs:
        return None
    last = {each.fold: each.phase for each in epochs}
    best = [
        min(
            (each for each in epochs if (each.fold, each.phase) == (fold, phase)),
            key=lambda each: each.loss_validation,
        )
        for fold, phase in last.items()
    ]
    errors = sorted(each.chi2_validation for each in best)
    ends = [words.significant(error) for error in (errors[0], errors[-1])]
    chi2 = ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}, by fold"
    label = (
        f"Loss on held-out spectra of {len(last)} fold{'s' * (len(last) > 1)}, over "
        f"{max(each.epoch for each in epochs)} epochs; at its best it ends at "
        f"{words.significant(best[0].loss_validation)}."
    )
    return Training(statistics.training(epochs, label), len(last), max(last.values()), chi2)


def _roles(atlas: Atlas) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Titles of the scores by the part that they play."""
    by_role = ((meaning, atlas.scores_of(role)) for role, meaning in words.ROLES.items())
    return tuple(
        (meaning, tuple(score.title for score in scores)) for meaning, scores in by_role if scores
    )


def _snr(atlas: Atlas, objects: Sequence[Outlier]) -> tuple[Markup, str, tuple[SnrOfList, ...]]:
    """Draw the S/N of the published list, and of those that the paper's raw scores would give."""
    everything = atlas.catalogue.snr_of_scored()
    lists = {"published": np.array([o.snr for o in objects if o.snr is not None], dtype=float)}
    for score in atlas.scores_of("paper"):
        if score.threshold is not None:
            title = f"list by raw {words.in_sentence(score.title)}"
            lists[title] = atlas.catalogue.snr_beyond(score)
    lists = {name: values for name, values in lists.items() if values.size}
    if everything.size == 0 or not lists:
        return Markup(), words.MISSING, ()
    median = words.number(float(np.median(everything)), 1)
    told = tuple(
        SnrOfList(name, values.size, words.number(float(np.median(values)), 1))
        for name, values in lists.items()
    )
    label = f"Signal-to-noise ratios. The median is {median} for all scored spectra"
    label += "".join(f", {each.median} for the {each.name}" for each in told) + "."
    return statistics.snr_histogram(everything, lists, label), median, told


def _sheets(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "methods/index.html"
    means = atlas.catalogue.class_scores()
    heads, percentiles = _percentiles(atlas)
    snr, snr_all, snr_lists = _snr(atlas, objects)
    context = MethodsContext(
        frame=frame(atlas, path, "Methods", "How unusual spectra are found, and how well."),
        release=atlas.release,
        model=atlas.model,
        network=network_words(atlas.model),
        n_bins=atlas.wave.size,
        wave_low=float(atlas.wave[0]),
        wave_high=float(atlas.wave[-1]),
        flags=tuple(flag for flag in atlas.catalogue.flags() if flag.bit and flag.n),
        roles=_roles(atlas),
        calibration=tuple(
            atlas.columns[name].description for name in CALIBRATION if name in atlas.columns
        ),
        paper_scores=tuple(
            _score_section(atlas, score, means) for score in atlas.scores_of("paper")
        ),
        other_scores=tuple(
            _score_section(atlas, score, means) for score in atlas.scores if score.role != "paper"
        ),
        percentile_heads=heads,
        percentiles=percentiles,
        training=_training(atlas.catalogue.training()),
        snr=snr,
        snr_all=snr_all,
        snr_lists=snr_lists,
    )
    yield Sheet(path, context)


PAGE = Page("methods.html", MethodsContext, _sheets)
