"""Questions about the release itself: its citation, its making, what has changed, what is known."""

from collections.abc import Sequence
from itertools import groupby

from catalog.store.queries import Queries
from catalog.store.release_records import (
    Author,
    Change,
    Citation,
    Cutout,
    Known,
    KnownSource,
    MadeDifferently,
    Package,
    Previous,
    Provenance,
    Withdrawn,
)


class ReleaseQueries(Queries):
    """What a catalogue says of its own release, beside the spectra."""

    def citation(self) -> Citation:
        """Give the one row that says how the release is cited."""
        return self._one(Citation, "citation")

    def authors(self) -> tuple[Author, ...]:
        """Give the authors, in their order."""
        return self._rows(Author, "FROM authors ORDER BY position")

    def provenance(self) -> Provenance:
        """Give the one row that says by what the release was made."""
        return self._one(Provenance, "provenance")

    def environment(self) -> tuple[Package, ...]:
        """Give the libraries that the release was made with, by name."""
        return self._rows(Package, "FROM environment ORDER BY package")

    def previous(self) -> Previous | None:
        """Give the release before this one; None where there is none."""
        rows = self._rows(Previous, "FROM previous")
        return rows[0] if rows else None

    def made_differently(self) -> tuple[MadeDifferently, ...]:
        """Give what of the making is not as in the release before."""
        return self._rows(MadeDifferently, "FROM release_differences ORDER BY position")

    def changed(self) -> tuple[Change, ...]:
        """Give the outliers that are gone, moved or new, in these groups, most unusual first."""
        return self._rows(
            Change,
            "FROM differences ORDER BY kind, coalesce(rank_now, rank_before), survey, target_id",
        )

    def withdrawn(self) -> tuple[Withdrawn, ...]:
        """Give the objects that had a page in an earlier release and have none now, by address."""
        return self._rows(Withdrawn, "FROM withdrawn ORDER BY slug")

    def known_sources(self) -> tuple[KnownSource, ...]:
        """Give the lists of known objects that were looked into, in the recipe's order."""
        return self._rows(KnownSource, "FROM known_sources ORDER BY position")

    def known(self, target_ids: Sequence[str]) -> dict[str, tuple[Known, ...]]:
        """Give what the lists have near some objects: by list, nearest first."""
        rows = self._rows(
            Known,
            "FROM known WHERE list_contains(?, target_id) ORDER BY target_id, "
            "(SELECT s.position FROM known_sources AS s WHERE s.name = source), position",
            [list(target_ids)],
        )
        return {target: tuple(found) for target, found in groupby(rows, lambda r: r.target_id)}

    def known_unasked(self, target_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Name the lists that could not be asked about some objects; others are left out."""
        rows = self._query(
            "SELECT target_id, source FROM known_unasked WHERE list_contains(?, target_id) "
            "ORDER BY ALL",
            [list(target_ids)],
        )
        grouped = groupby(rows, lambda row: row[0])
        return {target: tuple(source for _, source in found) for target, found in grouped}

    def cutouts(self, target_ids: Sequence[str]) -> dict[str, Cutout]:
        """Give the images of some objects; those without one are left out."""
        rows = self._rows(
            Cutout,
            "FROM cutouts WHERE list_contains(?, target_id) ORDER BY target_id",
            [list(target_ids)],
        )
        return {row.target_id: row for row in rows}
