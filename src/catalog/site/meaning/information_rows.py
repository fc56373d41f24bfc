"""Mutual information of dimensions and labels: one heat map per estimator, which is a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.site.meaning.dimension_rows import Information, by_pair, grouped_by, nat
from catalog.site.origin_words import listed
from catalog.store.latent_records import LatentDimension, LatentInformation, LatentLabel

ESTIMATORS = {
    "neighbours": (
        "Nearest neighbours",
        "From distances to the nearest neighbours (Kraskov et al. 2004, Ross 2014), without bins.",
    ),
    "histogram": (
        "Histogram",
        "From two-dimensional histograms, as the HARPS paper does it (Sedaghat et al. 2021).",
    ),
    "mixture": (
        "Gaussian mixture",
        "From a fitted mixture of Gaussians, with its error by bootstrap (Piras et al. 2023).",
    ),
}
"""Title and description of each, in the order of the page."""
LEVELS = 10
FEW = 12
"""Up to so many dimensions all are columns; of more, only the informative ones."""


@dataclass(frozen=True)
class Cell:
    """A number; `level` 0..9 is the depth of its tint, None where chance gives as much."""

    value: str
    error: str
    level: int | None


@dataclass(frozen=True)
class LabelRow:
    """A label, how many spectra have it, and a cell per dimension."""

    title: str
    observing: bool
    n: int
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class HeatTable:
    """The mutual information by one estimator."""

    anchor: str
    title: str
    description: str
    rows: tuple[LabelRow, ...]


@dataclass(frozen=True)
class InformationTables:
    """The tables of all estimators that were run; `columns` are dimensions."""

    columns: tuple[int, ...]
    all_columns: bool
    tables: tuple[HeatTable, ...]


def information_of(atlas: Atlas) -> InformationTables:
    """Make the tables; without rows where there are no labels."""
    few = len(atlas.dimensions) <= FEW
    columns = tuple(d.dimension for d in atlas.dimensions if few or d.informative)
    labels = sorted(atlas.catalogue.latent_labels(), key=lambda label: label.kind == "observing")
    tables = []
    for estimator, (title, description) in ESTIMATORS.items():
        found = [row for row in atlas.catalogue.latent_information(estimator)
                 if row.dimension in set(columns)]  # fmt: skip
        if found:
            rows = _rows(labels, columns, by_pair(found))
            tables.append(HeatTable(f"by-{estimator}", title, description, rows))
    return InformationTables(columns, few, tuple(tables))


def _rows(
    labels: Sequence[LatentLabel], columns: Sequence[int], known: Information
) -> tuple[LabelRow, ...]:
    most = max((row.value for row in known.values() if row.significant), default=1.0)
    return tuple(
        LabelRow(
            title=f"{label.title}, {label.unit}" if label.unit else label.title,
            observing=label.kind == "observing",
            n=label.n,
            cells=tuple(_cell(known.get((column, label.name)), most) for column in columns),
        )
        for label in labels
    )


def _cell(found: LatentInformation | None, most: float) -> Cell | None:
    if found is None:
        return None
    level = min(LEVELS - 1, max(0, int(LEVELS * found.value / most))) if found.significant else None
    error = "" if found.error is None else words.number(found.error, 2)
    return Cell(nat(found.value), error, level)


@dataclass(frozen=True)
class Strongest:
    """A label of the observing, the dimension that tells most of it, and how much."""

    title: str
    dimension: int
    value: str
    chance: str
    significant: bool


@dataclass(frozen=True)
class Observing:
    """Whether the latent space tells how spectra were taken."""

    verdict: str
    rows: tuple[Strongest, ...]


def observing_of(atlas: Atlas) -> Observing:
    """Judge whether informative dimensions tell of fibre, night or brightness."""
    labels = [label for label in atlas.catalogue.latent_labels() if label.kind == "observing"]
    used = [each for each in atlas.dimensions if each.informative]
    rows = atlas.catalogue.latent_information("neighbours") or (
        atlas.catalogue.latent_information("histogram")
    )
    known = by_pair(rows)
    found = [_strongest(label, used, known) for label in labels]
    return Observing(
        _verdict(len(labels), used, {label.name: label.title for label in labels}),
        tuple(each for each in found if each is not None),
    )


def _strongest(
    label: LatentLabel, used: Sequence[LatentDimension], known: Information
) -> Strongest | None:
    pairs = [known[each.dimension, label.name] for each in used
             if (each.dimension, label.name) in known]  # fmt: skip
    if not pairs:
        return None
    top = max(pairs, key=lambda pair: pair.value)
    chance = "–" if top.null_high is None else words.number(top.null_high, 2)
    return Strongest(label.title, top.dimension, nat(top.value), chance, top.significant)


def _verdict(n_labels: int, used: Sequence[LatentDimension], titles: dict[str, str]) -> str:
    if not n_labels:
        return "Nobody can say: this release has no column that tells how a spectrum was taken."
    leaking = [each for each in used if each.observing]
    if not leaking:
        return "No: no dimension in use tells more of how a spectrum was taken than chance does."
    grouped = grouped_by({each.dimension: each.observing for each in leaking})
    parts = [
        f"dimension{'s' * (len(each) > 1)} {listed(each)} tell{'s' * (len(each) == 1)} of "
        f"{words.in_sentence(titles.get(label, label))}"
        for label, each in grouped.items()
    ]
    return f"Partly: {listed(parts)}. Where that is so, likeness may be of the observing."
