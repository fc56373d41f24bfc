"""How the list was made, with the figures of this very release."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.site.plots import statistics
from catalog.store.records import ClassScore, Epoch, Flag, Model, Outlier, Release, Score

SPLITS = {"train": "trained on", "validation": "held out"}
"""Splits of the training in words, in the order in which the table of classes has them."""


@dataclass(frozen=True)
class ClassRow:
    """One class: its number, mean and median in each split; None where a split has none of it."""

    name: str
    splits: tuple[ClassScore | None, ...]


@dataclass(frozen=True)
class ScoreSection:
    """One score: what it is, its histogram, its means per class and split."""

    score: Score
    histogram: Markup
    splits: tuple[str, ...]
    classes: tuple[ClassRow, ...]


@dataclass(frozen=True)
class MethodsContext:
    """Everything that `methods.html` shows."""

    frame: Frame
    release: Release
    model: Model
    n_bins: int
    wave_low: float
    wave_high: float
    flags: tuple[Flag, ...]
    scores: tuple[ScoreSection, ...]
    training: Markup
    kept_epoch: Epoch | None
    snr: Markup
    snr_all: str
    snr_published: str


def _class_rows(means: Sequence[ClassScore], splits: Sequence[str]) -> tuple[ClassRow, ...]:
    """All classes together first, then each, the commonest first; the splits side by side."""
    number: dict[str, int] = {}
    for each in means:
        number[each.spec_class] = number.get(each.spec_class, 0) + each.n
    known = {(each.spec_class, each.split): each for each in means}
    return tuple(
        ClassRow(
            name.lower() or "unclassified", tuple(known.get((name, split)) for split in splits)
        )
        for name in sorted(number, key=lambda name: (name != "all", -number[name], name))
    )


def _score_section(atlas: Atlas, score: Score, means: Sequence[ClassScore]) -> ScoreSection:
    bins = atlas.catalogue.score_histogram(score.name)
    histogram = Markup()
    if bins:
        label = (
            f"Histogram of {score.title}. {score.n_outliers:,} of {sum(b.n for b in bins):,} "
            f"spectra lie at or above the threshold {words.significant(score.threshold)}."
        )
        title = f"log₁₀ of {score.title}"
        histogram = statistics.score_histogram(bins, score.threshold, title, label)
    own = [each for each in means if each.score == score.name]
    order = list(SPLITS)
    splits = sorted(
        {each.split for each in own},
        key=lambda split: (order.index(split) if split in SPLITS else len(order), split),
    )
    return ScoreSection(
        score,
        histogram,
        tuple(SPLITS.get(split, split) for split in splits),
        _class_rows(own, splits),
    )


def _snr(atlas: Atlas, objects: Sequence[Outlier]) -> tuple[Markup, str, str]:
    everything = atlas.catalogue.snr_of_scored()
    published = np.array([each.snr for each in objects if each.snr is not None], dtype=float)
    if everything.size == 0 or published.size == 0:
        return Markup(), words.MISSING, words.MISSING
    medians = [words.number(float(np.median(values)), 1) for values in (everything, published)]
    label = (
        f"Signal-to-noise ratios. The median is {medians[0]} for all scored spectra "
        f"and {medians[1]} for the published ones."
    )
    return statistics.snr_histogram(everything, published, label), medians[0], medians[1]


def _sheets(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "methods/index.html"
    epochs, means = atlas.catalogue.training(), atlas.catalogue.class_scores()
    curve = Markup()
    if epochs:
        label = (
            f"Loss over {len(epochs)} epochs; on held-out spectra it ends at "
            f"{words.significant(epochs[-1].loss_validation)}."
        )
        curve = statistics.training(epochs, label)
    snr, snr_all, snr_published = _snr(atlas, objects)
    context = MethodsContext(
        frame=frame(atlas, path, "Methods", "How unusual spectra are found, and how well."),
        release=atlas.release,
        model=atlas.model,
        n_bins=atlas.wave.size,
        wave_low=float(atlas.wave[0]),
        wave_high=float(atlas.wave[-1]),
        flags=tuple(flag for flag in atlas.catalogue.flags() if flag.bit and flag.n),
        scores=tuple(_score_section(atlas, score, means) for score in atlas.scores),
        training=curve,
        kept_epoch=min(epochs, key=lambda each: each.loss_validation, default=None),
        snr=snr,
        snr_all=snr_all,
        snr_published=snr_published,
    )
    yield Sheet(path, context)


PAGE = Page("methods.html", MethodsContext, _sheets)
