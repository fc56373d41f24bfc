"""What lists of known objects have at an object's place, and what they have not, in words."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from catalog.store.release_records import Known, KnownSource


@dataclass(frozen=True)
class KnownAs:
    """One sentence: `before`, then `identifier`, which leads to `address` if there is one, `after`.

    Without `identifier` the sentence is `before` alone.
    """

    source: str
    before: str
    identifier: str = ""
    address: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """The sentence without its link."""
        return f"{self.before}{self.identifier}{self.after}"


def known_sentences(
    sources: Sequence[KnownSource],
    rows: Sequence[Known],
    unasked: Collection[str] = (),
    *,
    has_position: bool = True,
) -> tuple[KnownAs, ...]:
    """Say what an object is known as, list by list; of a list that was not asked, nothing.

    Parameters
    ----------
    sources : sequence of KnownSource
        All lists of the release.
    rows : sequence of Known
        What they have near this object: by list, nearest first.
    unasked : collection of str
        Names of lists that gave no answer about it.
    has_position : bool
        False where the survey gives none: then no list could be asked.
    """
    if not has_position:
        return ()
    return tuple(
        sentence
        for source in sources
        if source.name not in unasked
        for sentence in _of_list(source, [row for row in rows if row.source == source.name])
    )


def _of_list(source: KnownSource, rows: Sequence[Known]) -> Iterator[KnownAs]:
    if not rows:
        radius = f"{source.radius_arcsec:g}″"
        yield KnownAs(source.name, f"Not in {source.name} within {radius}{_on(source.date)}.")
    for place, row in enumerate(rows):
        told = [row.kind] if row.kind else []
        told += [f"z = {row.z:.4f}"] if row.z is not None else []
        told += [f"{row.separation_arcsec:.1f}″ away", f"{source.name}{_on(source.date)}"]
        before = "Also near it: " if place else "Known as "
        yield KnownAs(source.name, before, row.identifier, row.address, f" ({', '.join(told)}).")


def _on(date: str) -> str:
    return f" on {date}" if date else ""
