"""The latent dimensions in a table, and in words: how much each is used, and what it tells of."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.site.origin_words import listed
from catalog.store.latent_records import LatentDimension, LatentInformation, LatentLabel

SHOWN = "neighbours"
"""Estimator whose numbers sentences tell: it has no bins, so none can be chosen wrongly."""
Information = dict[tuple[int, str], LatentInformation]


@dataclass(frozen=True)
class DimensionRow:
    """One dimension; `told` and `observing` are labels with their information, or empty."""

    number: int
    mad: str
    kl: str
    informative: bool
    told: str
    observing: str


@dataclass(frozen=True)
class Dimensions:
    """All dimensions: sentences, the informative ones in a table, and the others."""

    summary: tuple[str, ...]
    informative: tuple[DimensionRow, ...]
    others: tuple[DimensionRow, ...]
    has_kl: bool


def dimensions_of(atlas: Atlas) -> Dimensions:
    """Describe every dimension; the informative ones most used first."""
    titles = label_titles(atlas.catalogue.latent_labels())
    information = by_pair(atlas.catalogue.latent_information(SHOWN))
    used = sorted((d for d in atlas.dimensions if d.informative), key=lambda d: -d.mad)
    rest = [d for d in atlas.dimensions if not d.informative]
    return Dimensions(
        summary=_summary(atlas.dimensions, titles),
        informative=tuple(_row(each, titles, information) for each in used),
        others=tuple(_row(each, titles, information) for each in rest),
        has_kl=any(each.kl is not None for each in atlas.dimensions),
    )


def label_titles(labels: Sequence[LatentLabel]) -> dict[str, str]:
    """Give each label's title, by name."""
    return {each.name: each.title for each in labels}


def by_pair(rows: Sequence[LatentInformation]) -> Information:
    """Index mutual information of one estimator by dimension and label."""
    return {(each.dimension, each.label): each for each in rows}


def told_of(dimension: int, label: str, titles: dict[str, str], known: Information) -> str:
    """Name a label with what a dimension tells of it: `Effective temperature (0.85 nat)`."""
    if not label:
        return ""
    found = known.get((dimension, label))
    title = titles.get(label, label)
    return f"{title} ({nat(found.value)} nat)" if found else title


def _row(each: LatentDimension, titles: dict[str, str], known: Information) -> DimensionRow:
    return DimensionRow(
        number=each.dimension,
        mad=words.number(each.mad, 3),
        kl="–" if each.kl is None else words.number(each.kl, 2),
        informative=each.informative,
        told=told_of(each.dimension, each.label, titles, known),
        observing=told_of(each.dimension, each.observing, titles, known),
    )


def _summary(dimensions: Sequence[LatentDimension], titles: dict[str, str]) -> tuple[str, ...]:
    used = [each for each in dimensions if each.informative]
    if not used:
        return (f"None of the {len(dimensions)} dimensions is used: all spectra are alike to it.",)
    told = [
        f"{len(used)} of the {len(dimensions)} dimensions are used."
        if len(used) < len(dimensions)
        else f"All {len(dimensions)} dimensions are used."
    ]
    grouped = grouped_by({each.dimension: each.label for each in used if each.label})
    sentences = [
        f"Dimension{'s' * (len(each) > 1)} {listed(each)} tell{'s' * (len(each) == 1)} most of "
        f"{words.in_sentence(titles.get(label, label))}."
        for label, each in grouped.items()
    ]
    told += [" ".join(sentences)] if sentences else []
    dark = [str(each.dimension) for each in used if not each.label]
    if dark and titles:
        several = len(dark) > 1
        which = f"Dimension{'s' * several} {listed(dark)} {'are' if several else 'is'} unexplained"
        if len(dark) == len(used):
            which = "None is explained" if several else "It is unexplained"
        told.append(
            f"{which}: used, but {'they tell' if several else 'it tells'} next to nothing of any "
            "physical label that we have."
        )
    return tuple(told)


def grouped_by(labels: dict[int, str]) -> dict[str, list[str]]:
    """Group dimensions by what they tell of, what most of them tell of first."""
    found: dict[str, list[str]] = {}
    for dimension, label in sorted(labels.items()):
        found.setdefault(label, []).append(str(dimension))
    return dict(sorted(found.items(), key=lambda group: (-len(group[1]), group[0])))


def nat(information: float) -> str:
    """Write an information with two decimals; an estimate may fall below zero by chance."""
    return words.number(round(information, 2) + 0.0, 2)
