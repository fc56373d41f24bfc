"""How far classes lie apart, what dimensions tell of each other, and how common kinds are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup

from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.site.meaning.dimension_rows import nat
from catalog.site.origin_words import listed
from catalog.site.plots import prevalence as plot
from catalog.store.latent_records import ClassSeparation, LatentLeakage, Prevalence

ALL = "all"
KINDS = {"category": "Categories of outliers", "spec_class": "Classes", "subclass": "Subclasses"}
LABELS = {"spec_class": "class", "subclass": "subclass"}
FIRST = "spec_class"


@dataclass(frozen=True)
class SeparationRow:
    """One class: share of its nearest neighbours that are of it, chance, and silhouette."""

    name: str
    n: int
    purity: str
    chance: str
    silhouette: str


@dataclass(frozen=True)
class Separation:
    """How far the classes of one label lie apart."""

    label: str
    sentence: str
    rows: tuple[SeparationRow, ...]


def separations_of(atlas: Atlas) -> tuple[Separation, ...]:
    """Tell for each label of physics how far its classes lie apart, the survey's classes first."""
    titles, observing = _labels(atlas)
    by_label = groupby(atlas.catalogue.class_separation(), key=lambda row: row.label)
    found = {label: list(rows) for label, rows in by_label if label not in observing}
    order = sorted(found, key=lambda label: (label != FIRST, label))
    return tuple(
        _separation(LABELS.get(each, titles.get(each, each)), found[each]) for each in order
    )


def gathered_of(atlas: Atlas) -> tuple[SeparationRow, ...]:
    """Tell whether spectra that were taken alike lie together: a row per fibre, night and so on."""
    titles, observing = _labels(atlas)
    known = {(row.label, row.metric): row for row in atlas.catalogue.class_separation()
             if row.name == ALL and row.label in observing}  # fmt: skip
    return tuple(
        replace(
            _separation_row(ALL, {(ALL, metric): row for (of, metric), row in known.items()
                                  if of == label}),
            name=titles[label],
        )
        for label in dict.fromkeys(label for label, _ in known)
    )  # fmt: skip


def _labels(atlas: Atlas) -> tuple[dict[str, str], set[str]]:
    """Titles of all labels by name, and the names of those of the observing."""
    labels = atlas.catalogue.latent_labels()
    observing = {each.name for each in labels if each.kind == "observing"}
    return {each.name: words.in_sentence(each.title) for each in labels}, observing


def _separation(title: str, rows: Sequence[ClassSeparation]) -> Separation:
    known = {(row.name, row.metric): row for row in rows}
    names = list(dict.fromkeys(row.name for row in rows))
    names.sort(key=lambda name: (name != ALL, -max(r.n for r in rows if r.name == name), name))
    return Separation(
        title,
        _separation_sentence(title, known.get((ALL, "purity"))),
        tuple(_separation_row(name, known) for name in names),
    )


def _separation_sentence(title: str, purity: ClassSeparation | None) -> str:
    if purity is None:
        return ""
    above = purity.low is None or purity.low > purity.chance
    told = (
        "so the model parts them without having been told"
        if above
        else "so the model does not part them better than chance"
    )
    share = words.share(purity.value, purity.low, purity.high)
    return (
        f"Of a spectrum’s nearest neighbours {share} are of its own {title}, mean over all; "
        f"by chance it would be {100 * purity.chance:.0f} %, {told}."
    )


def _separation_row(name: str, known: dict[tuple[str, str], ClassSeparation]) -> SeparationRow:
    purity, silhouette = known.get((name, "purity")), known.get((name, "silhouette"))
    there = purity or silhouette
    return SeparationRow(
        name="mean over classes"
        if name == ALL
        else _as_written(name, there.label if there else ""),
        n=there.n if there else 0,
        purity="–" if purity is None else words.share(purity.value, purity.low, purity.high),
        chance="–" if purity is None else f"{100 * purity.chance:.0f} %",
        silhouette="–"
        if silhouette is None
        else words.estimate(silhouette.value, silhouette.low, silhouette.high),
    )


@dataclass(frozen=True)
class LeakageRow:
    """A pair of dimensions and what they tell of each other."""

    first: int
    second: int
    information: str
    chance: str
    correlation: str
    significant: bool


@dataclass(frozen=True)
class Leakage:
    """What informative dimensions tell of each other."""

    sentence: str
    rows: tuple[LeakageRow, ...]


def leakage_of(atlas: Atlas) -> Leakage:
    """Tell which pairs of dimensions share information, the worst first."""
    rows = sorted(atlas.catalogue.latent_leakage(), key=lambda row: -row.information)
    leaking = [row for row in rows if row.significant]
    return Leakage(_leakage_sentence(rows, leaking), tuple(_leakage_row(row) for row in rows))


def _leakage_sentence(rows: Sequence[LatentLeakage], leaking: Sequence[LatentLeakage]) -> str:
    if not rows:
        return "Fewer than two dimensions are used, so there is nothing to compare."
    if not leaking:
        return f"No: none of the {len(rows)} pairs shares more information than chance gives."
    pairs = [f"{row.dimension_a} with {row.dimension_b}" for row in leaking]
    shown = pairs if len(pairs) <= 4 else [*pairs[:3], f"{len(pairs) - 3} more pairs"]
    return (
        f"{len(leaking)} of {len(rows)} pairs share more than chance gives: {listed(shown)}. "
        "What one of them tells, the other tells in part again."
    )


def _leakage_row(row: LatentLeakage) -> LeakageRow:
    return LeakageRow(
        row.dimension_a,
        row.dimension_b,
        nat(row.information),
        nat(row.null_high),
        words.number(row.correlation, 2),
        row.significant,
    )


@dataclass(frozen=True)
class PrevalenceRow:
    """How common one kind is; `corrected` counts in those that are missed, or is empty."""

    name: str
    n: int
    share: str
    corrected: str


@dataclass(frozen=True)
class PrevalenceTable:
    """Kinds of one sort, with a figure of the rarer ones."""

    title: str
    picture: Markup
    rows: tuple[PrevalenceRow, ...]
    is_corrected: bool


def prevalences_of(atlas: Atlas) -> tuple[PrevalenceTable, ...]:
    """Tell how common each kind is, with intervals."""
    by_kind = groupby(atlas.catalogue.prevalence(), key=lambda row: row.kind)
    return tuple(_prevalence(atlas, kind, list(rows)) for kind, rows in by_kind)


def _as_written(name: str, kind: str) -> str:
    """Write a class as in a sentence; a subclass, such as M2 or A7III, as the survey does."""
    return (name if kind == "subclass" else name.lower()) or "unclassified"


def _prevalence(atlas: Atlas, kind: str, found: Sequence[Prevalence]) -> PrevalenceTable:
    titles = {name: each.title for name, each in atlas.categories.items()}
    named = [plot.Named(titles.get(row.name, _as_written(row.name, kind)), row) for row in found]
    title = KINDS.get(kind, kind)
    return PrevalenceTable(
        title,
        plot.dots(named, f"{title}: share of all scored spectra, with 95 % intervals."),
        tuple(
            PrevalenceRow(each.title, each.row.n, _interval(each.row), _corrected(each.row))
            for each in named
        ),
        any(row.corrected is not None for row in found),
    )


def _interval(row: Prevalence) -> str:
    return _shares(row.fraction, row.low, row.high)


def _corrected(row: Prevalence) -> str:
    if row.corrected is None or row.corrected_low is None or row.corrected_high is None:
        return ""
    return _shares(row.corrected, row.corrected_low, row.corrected_high)


def _shares(value: float, low: float, high: float) -> str:
    middle, *ends = (words.significant(100 * each, 2) for each in (value, low, high))
    return f"{middle} % ({ends[0]} to {ends[1]} %)"
