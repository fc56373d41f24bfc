"""What templates and native pixels say of an object: the tables behind its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.site import words
from catalog.site.kinds import SPEED_OF_LIGHT
from catalog.store.evidence_records import Alternative, NativeMeasure


@dataclass(frozen=True)
class AlternativeRow:
    """A kind of template: what it is, where it fits best, and how well."""

    family: str
    place: str
    chi2: str
    suggested: bool


@dataclass(frozen=True)
class Alternatives:
    """What the templates say in one sentence, and the best families."""

    sentence: str
    rows: tuple[AlternativeRow, ...]


@dataclass(frozen=True)
class MeasureRow:
    """One number with its error and unit."""

    title: str
    value: str


def alternatives_of(found: Sequence[Alternative]) -> Alternatives | None:
    """Put what templates of other classes and redshifts make of an object in words."""
    if not found:
        return None
    survey = words.significant(found[0].chi2_survey, 3)
    suggested = next((each for each in found if each.suggested), None)
    told = f"At the survey’s class and redshift, templates fit with a χ² of {survey} per bin. "
    if suggested is None:
        told += "No other class or redshift fits better by enough to be suggested."
    else:
        told += (
            f"A {_family(suggested)} at {_place(suggested)} fits with "
            f"{words.significant(suggested.chi2, 3)}: a suggestion, which the survey’s own answer "
            "is not replaced by."
        )
    rows = tuple(
        AlternativeRow(_family(each), _place(each), words.significant(each.chi2, 3), each.suggested)
        for each in found
    )
    return Alternatives(told, rows)


def _family(each: Alternative) -> str:
    return each.family.replace("_", " ")


def _place(each: Alternative) -> str:
    if each.spec_class == "STAR":
        return f"{words.number(SPEED_OF_LIGHT * each.z, 0)} km s⁻¹"
    return f"z = {words.number(each.z, 4)}"


def measures_of(found: Sequence[NativeMeasure]) -> tuple[MeasureRow, ...]:
    """Give an object's native measures as rows: value, its error where it has one, and unit."""
    rows = []
    for each in found:
        value = words.significant(each.value, 3)
        if each.error is not None:
            value += f" ± {words.significant(each.error, 2)}"
        rows.append(MeasureRow(each.title, f"{value} {each.unit}".strip()))
    return tuple(rows)
