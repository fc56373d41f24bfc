"""What rises and falls along each dimension: the paper's table 1, and a sentence per dimension."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.site import words
from catalog.site.origin_words import listed
from catalog.store.latent_records import TraversalChange, TraversalFeature

SIGNS = {1: ("↑", "up", "rises"), -1: ("↓", "down", "falls"), 0: ("–", "none", "stays")}
STRONG = 1 / 3
"""Of the largest change of a feature along any dimension: less is not worth a word, if there is
more to say."""
VERBS = {
    "break_4000": ("deepens", "weakens"),
    "broadening": ("broaden", "narrow"),
    "velocity": ("shift redward", "shift blueward"),
    **dict.fromkeys(("ca_k", "mg_b", "na_d", "tio", "ca_triplet"), ("deepens", "weakens")),
}
"""What a feature does where it goes up, and where it goes down; others rise and fall."""
NAMES = {
    "break_4000": "the 4000 Å break",
    "broadening": "the Balmer lines",
    "velocity": "all lines",
    "continuum_blue": "the blue end of the continuum",
    "continuum_red": "the red end of the continuum",
    "tio": "the TiO band",
    "ca_triplet": "the Ca II triplet",
}
"""What a sentence calls a feature; others by their titles."""
Changes = Mapping[str, TraversalChange]


@dataclass(frozen=True)
class Cell:
    """One entry of the table: a sign, the kind it is of, and the words for who hears the page."""

    sign: str
    kind: str
    words: str


UNKNOWN = Cell("", "unknown", "not measurable")


@dataclass(frozen=True)
class FeatureRow:
    """A feature and its cell for every dimension; `largest` is its largest change."""

    title: str
    description: str
    largest: str
    cells: tuple[Cell, ...]


def by_dimension(changes: Sequence[TraversalChange]) -> dict[int, dict[str, TraversalChange]]:
    """Sort changes by dimension and feature."""
    found: dict[int, dict[str, TraversalChange]] = {}
    for each in changes:
        found.setdefault(each.dimension, {})[each.feature] = each
    return found


def table_of(
    features: Sequence[TraversalFeature], changes: Mapping[int, Changes], dimensions: Sequence[int]
) -> tuple[FeatureRow, ...]:
    """Rows of features that can be measured along any of these dimensions."""
    rows = []
    for feature in features:
        mine = [changes.get(dimension, {}).get(feature.name) for dimension in dimensions]
        sizes = [abs(each.change) for each in mine if each and each.change is not None]
        if sizes:
            largest = f"{words.significant(max(sizes), 2)} {feature.unit}".rstrip()
            cells = tuple(_cell(each) for each in mine)
            rows.append(FeatureRow(feature.title, feature.description, largest, cells))
    return tuple(rows)


def _cell(change: TraversalChange | None) -> Cell:
    if change is None or change.change is None:
        return UNKNOWN
    return Cell(*SIGNS[change.sign])


def largest_of(changes: Sequence[TraversalChange]) -> dict[str, float]:
    """Largest change of each feature along any dimension."""
    found: dict[str, float] = {}
    for each in changes:
        found[each.feature] = max(found.get(each.feature, 0.0), abs(each.change or 0.0))
    return found


def sentence_of(
    features: Sequence[TraversalFeature], changes: Changes, largest: Mapping[str, float]
) -> str:
    """Say what happens towards higher values: `the continuum reddens; Hα and [O II] fall`.

    Only what changes a good deal is named; if nothing does, whatever changes slightly.
    """
    moving = [each for each in changes.values() if each.sign and each.change is not None]
    strong = [e for e in moving if abs(e.change or 0.0) >= STRONG * largest[e.feature]]
    said = strong or moving
    if not said:
        return "Towards higher values nothing that is measured here changes."
    signs = {each.feature: each.sign for each in said}
    phrases = [*_continuum(signs), *_groups(features, signs)]
    slightly = "" if strong else " slightly"
    return f"Towards higher values{slightly} {'; '.join(phrases)}."


def _continuum(signs: dict[str, int]) -> list[str]:
    """Say in one phrase what both ends do, and take them from the signs."""
    ends = signs.get("continuum_blue", 0), signs.get("continuum_red", 0)
    told = {
        (-1, 1): "the continuum reddens",
        (1, -1): "the continuum grows bluer",
        (1, 1): "both ends of the continuum rise against its middle",
        (-1, -1): "both ends of the continuum fall against its middle",
    }
    if ends not in told:
        return []
    del signs["continuum_blue"], signs["continuum_red"]
    return [told[ends]]


def _groups(features: Sequence[TraversalFeature], signs: Mapping[str, int]) -> list[str]:
    """Features that do the same share a verb, in the order of the features."""
    doing: dict[str, list[str]] = {}
    for feature in features:
        if sign := signs.get(feature.name, 0):
            verbs = VERBS.get(feature.name, ("rises", "falls"))
            verb = verbs[0] if sign > 0 else verbs[1]
            doing.setdefault(verb, []).append(NAMES.get(feature.name, feature.title))
    return [f"{listed(names)} {_number(verb, len(names))}" for verb, names in doing.items()]


def _number(verb: str, n: int) -> str:
    """Give a verb's plural where several things do it; `broaden` and `shift` are plural already."""
    return verb.removesuffix("s") if n > 1 else verb
