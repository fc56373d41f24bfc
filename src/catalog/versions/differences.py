"""Two releases -> what the catalogue of the later one says of the earlier: four tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from catalog.errors import RecipeError
from catalog.tables import Table
from catalog.versions import Key, Tables, causes, keys, making
from catalog.versions.reasons import NOT_READ, Narrator, Standing

COUNTED = ("n_read", "n_scored", "n_outliers", "n_published")


@dataclass(frozen=True)
class Row:
    """An outlier that is new, gone or moved; what is not known is -1, NaN or empty."""

    target_id: str
    survey: str
    name: str
    slug: str
    kind: str
    rank_before: int
    rank_now: int
    percentile_before: float
    percentile_now: float
    category_before: str
    category_now: str
    why: str


@dataclass(frozen=True)
class Tombstone:
    """An object that had a page in an earlier release, and has none now."""

    target_id: str
    survey: str
    name: str
    slug: str
    release: str
    rank: int
    category: str
    why: str


class Spectra:
    """The table `spectra` of one release, by survey and identifier."""

    def __init__(self, tables: Tables) -> None:
        self._columns = tables["spectra"]
        self._place: dict[Key, int] = {key: i for i, key in enumerate(keys(self._columns))}
        self._keys = list(self._place)

    def outliers(self) -> list[Key]:
        """Survey and identifier of the outliers."""
        return [self._keys[i] for i in np.flatnonzero(self._columns["outlier"])]

    def pages(self) -> dict[str, Key]:
        """Objects with a page, by its address."""
        slugs = self._columns["slug"]
        return {slugs[i]: self._keys[i] for i in np.flatnonzero(slugs != "")}

    def standing(self, key: Key) -> Standing | None:
        """Tell how a spectrum stands; None where it was not read."""
        place = self._place.get(key)
        if place is None:
            return None
        cells = {each.name: self._columns[each.name][place] for each in fields(Standing)}
        return Standing(
            shard=str(cells["shard"]),
            name=str(cells["name"]),
            slug=str(cells["slug"]),
            quality=int(cells["quality"]),
            rank=int(cells["rank"]),
            percentile=float(cells["percentile"]),
            p=float(cells["p"]),
            outlier=bool(cells["outlier"]),
            category=str(cells["category"]),
        )


def between(before: Tables, now: Tables) -> dict[str, Table]:
    """Compare a release with the one before it.

    Parameters
    ----------
    before
        Tables that `earlier.read` gives.
    now
        The same tables of this release, except `withdrawn`, which is made here.

    Returns
    -------
    dict of str to Table
        previous, release_differences, differences and withdrawn, as `schema.sql` says.

    Raises
    ------
    RecipeError
        If the two are one and the same release, or one is simulated and the other is not.
    """
    _refuse_other_kind(before, now)
    old, new = Spectra(before), Spectra(now)
    narrator = Narrator(before, now, causes.find(before, now))
    return {
        "previous": _previous(before),
        "release_differences": making.differences(before, now),
        "differences": _table(Row, list(_rows(old, new, narrator))),
        "withdrawn": _table(Tombstone, _tombstones(before, old, new, narrator)),
    }


def _refuse_other_kind(before: Tables, now: Tables) -> None:
    names = [making.one(each, "release", "name") for each in (before, now)]
    if names[0] == names[1]:
        raise RecipeError(
            "a release cannot follow itself",
            where="release.previous",
            wanted="the catalogue of another release",
            found=f"one that is called {names[0]}, as this one",
            todo="give this release another release.name, or leave release.previous out",
        )
    simulated = [bool(each["release"]["simulated"][0]) for each in (before, now)]
    if simulated[0] != simulated[1]:
        words = ["simulated" if each else "real" for each in simulated]
        raise RecipeError(
            "a release of real spectra and a simulated one do not follow each other",
            where="release.previous",
            wanted=f"a {words[1]} release, as this one",
            found=f"{names[0]}, which is {words[0]}",
            todo="name another release, or leave release.previous out",
        )


def _previous(before: Tables) -> Table:
    release, citation = before["release"], before["citation"]
    return {
        **{name: release[name] for name in ("name", "title")},
        **{name: citation[name] for name in ("version", "date", "address")},
        **{name: release[name] for name in COUNTED},
    }


def _rows(old: Spectra, new: Spectra, narrator: Narrator) -> Iterator[Row]:
    """Compare every outlier of either release, in the order of survey and identifier."""
    for key in sorted({*old.outliers(), *new.outliers()}):
        before, now = old.standing(key), new.standing(key)
        if now is not None and now.outlier:
            if before is None or not before.outlier:
                yield _row(key, "new", before, now, narrator.why_new(before, now))
            elif (before.rank, before.category) != (now.rank, now.category):
                yield _row(key, "moved", before, now, narrator.why_moved(before, now))
        elif before is not None:
            yield _row(key, "gone", before, now, narrator.why_gone(before, now))


def _row(key: Key, kind: str, before: Standing | None, now: Standing | None, why: str) -> Row:
    old, new = before or NOT_READ, now or NOT_READ
    return Row(
        target_id=key[1],
        survey=key[0],
        name=new.name or old.name,
        slug=new.slug or old.slug,
        kind=kind,
        rank_before=old.rank,
        rank_now=new.rank,
        percentile_before=old.percentile,
        percentile_now=new.percentile,
        category_before=old.category,
        category_now=new.category,
        why=why,
    )


def _tombstones(before: Tables, old: Spectra, new: Spectra, narrator: Narrator) -> list[Tombstone]:
    """Addresses that once led to an object and have no page now; none is ever forgotten."""
    taken = new.pages()
    release = making.one(before, "release", "name")
    stones = {
        stone.slug: stone for stone in _carried(before["withdrawn"]) if stone.slug not in taken
    }
    for slug, (survey, target_id) in old.pages().items():
        was, now = old.standing((survey, target_id)), new.standing((survey, target_id))
        if slug not in taken and was is not None:
            why = narrator.why_withdrawn(was, now)
            stones[slug] = Tombstone(
                target_id, survey, was.name, slug, release, was.rank, was.category, why
            )
    return [stones[slug] for slug in sorted(stones)]


def _carried(withdrawn: Table) -> Iterator[Tombstone]:
    names = [each.name for each in fields(Tombstone)]
    for cells in zip(*(withdrawn[name].tolist() for name in names), strict=True):
        yield Tombstone(*cells)


def _table(kind: type[Row | Tombstone], rows: Sequence[Row | Tombstone]) -> Table:
    """Rows as columns, typed also where there are none."""
    types: dict[Any, Any] = {str: object, int: np.int64, float: np.float64}
    return {
        each.name: np.array([getattr(row, each.name) for row in rows], types[each.type])
        for each in fields(kind)
    }
