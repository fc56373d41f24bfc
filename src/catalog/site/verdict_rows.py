"""What people say of an object, as its page tells it, and what a visitor may say."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from catalog import verdicts
from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.store.records import Category, Outlier, PersonVerdict
from catalog.verdicts import agreement

PHRASES = {"artefact": "an artefact"}
"""A verdict as the end of `calls it ...`, where it is not the bare word."""
MEANING = {**words.VERDICT_MEANING, "ordinary": "Nothing about it is unusual."}
NAMED = 3
"""More people of one mind than this are counted, not named."""


@dataclass(frozen=True)
class VerdictRow:
    """One person's verdict; `category` is its title, `date` may be empty."""

    verdict: str
    category: str
    by: str
    date: str
    comment: str


@dataclass(frozen=True)
class People:
    """All that people say of one object; `summary` tells whether they agree, where two or more."""

    rows: tuple[VerdictRow, ...]
    summary: str
    machine: str


@dataclass(frozen=True)
class Choice:
    """One verdict to choose, with its meaning."""

    word: str
    meaning: str


@dataclass(frozen=True)
class Ballot:
    """What a visitor chooses from: the verdicts, and the categories by the machine's verdict."""

    choices: tuple[Choice, ...]
    categories: tuple[tuple[str, tuple[Category, ...]], ...]


def people_of(atlas: Atlas, each: Outlier) -> People:
    """Tell what people say of an object, earliest first."""
    given = atlas.verdicts.get(each.target_id, ())
    rows = tuple(
        VerdictRow(said.verdict, _title(atlas, said), said.by, said.date, said.comment)
        for said in given
    )
    return People(rows, _summary(given), PHRASES.get(each.verdict, each.verdict))


def ballot_of(atlas: Atlas) -> Ballot:
    """Give what a visitor of any object's page chooses from."""
    known = atlas.categories.values()
    return Ballot(
        tuple(Choice(word, MEANING[word]) for word in verdicts.WORDS),
        tuple(
            (verdict, tuple(kind for kind in known if kind.verdict == verdict))
            for verdict in words.VERDICTS
        ),
    )


def _title(atlas: Atlas, said: PersonVerdict) -> str:
    known = atlas.categories.get(said.category)
    return known.title if known else said.category


def _summary(given: Sequence[PersonVerdict]) -> str:
    """Say `A. Rossi calls it an artefact, B. Chen astrophysical.`, or that all say the same."""
    if len(given) < 2:
        return ""
    sides: dict[str, list[str]] = defaultdict(list)
    for said in given:
        sides[said.verdict].append(said.by)
    if len(sides) == 1:
        phrase = PHRASES.get(given[0].verdict, given[0].verdict)
        return f"{'Both' if len(given) == 2 else f'All {len(given)}'} call it {phrase}."
    parts: list[str] = []
    for word, people in sides.items():
        verb = "" if parts else (" calls it" if len(people) == 1 else " call it")
        parts.append(f"{_named(people)}{verb} {PHRASES.get(word, word)}")
    return ", ".join(parts) + "."


def _named(people: Sequence[str]) -> str:
    if len(people) == 1:
        return people[0]
    if len(people) > NAMED:
        return f"{people[0]} and {len(people) - 1} others"
    return ", ".join(people[:-1]) + f" and {people[-1]}"


@dataclass(frozen=True)
class Opinion:
    """A row of people against the machine: what people say, and how often the machine says what."""

    people: str
    machine: tuple[int, ...]


def opinions_of(found: agreement.Agreement) -> tuple[Opinion, ...]:
    """Give the table of people against the machine, whose columns are `words.VERDICTS`."""
    rows = (
        Opinion(people, tuple(found.against_machine.get((people, m), 0) for m in words.VERDICTS))
        for people in (*verdicts.WORDS, agreement.DIVIDED)
    )
    return tuple(row for row in rows if any(row.machine))


def agreement_of(atlas: Atlas) -> agreement.Agreement | None:
    """Measure how far people agree over the release; None where nobody has given a verdict."""
    if not atlas.verdicts:
        return None
    said = {
        target: {each.by: each.verdict for each in given}
        for target, given in atlas.verdicts.items()
    }
    machine = {target: given[0].machine for target, given in atlas.verdicts.items()}
    return agreement.measure(said, machine)
