"""Why an object is here: its reasons in sentences, each with its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.store.records import Reason


@dataclass(frozen=True)
class ReasonRow:
    """One reason: its sentence, and the evidence for it."""

    sentence: str
    evidence: str
    category: str
    verdict: str


def _evidence(reason: Reason) -> str:
    parts = []
    # A bare number (a redshift, an index) stands in the sentence with its meaning.
    if reason.value is not None and reason.unit and reason.significance is not None:
        parts.append(f"{words.significant(reason.value)} {reason.unit}".strip())
    if reason.significance is not None:
        parts.append(f"{words.significant(reason.significance, 2)} σ")
    # Most sentences say it themselves. What was not measured in the spectrum (that a class is rare)
    # is a likely cause, not a share of the misfit that was found to go away with it.
    said = reason.significance is None or "of the misfit" in reason.sentence
    if reason.explained is not None and not said:
        parts.append(f"explains {100 * reason.explained:.0f} % of the misfit")
    if reason.wave_low is not None and reason.wave_high is not None:
        parts.append(f"{reason.wave_low:.0f}–{reason.wave_high:.0f} Å, rest frame")
    return " · ".join(parts)


def reason_rows(atlas: Atlas, reasons: Sequence[Reason]) -> tuple[ReasonRow, ...]:
    """Write the reasons of one object, strongest first, as they come."""
    return tuple(
        ReasonRow(
            sentence=reason.sentence,
            evidence=_evidence(reason),
            category=atlas.categories[reason.category].title
            if reason.category in atlas.categories
            else reason.category,
            verdict=reason.verdict,
        )
        for reason in reasons
    )


def window_of(reasons: Sequence[Reason]) -> tuple[float, float] | None:
    """Give the window of the first reason that has one: Å in vacuum, rest frame."""
    for reason in reasons:
        if reason.wave_low is not None and reason.wave_high is not None:
            return reason.wave_low, reason.wave_high
    return None
