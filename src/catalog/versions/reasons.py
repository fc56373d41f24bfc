"""Why an outlier is new, gone or moved: one to three sentences from what both releases record."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.tables import Table
from catalog.versions import Tables, making
from catalog.versions.causes import Causes


@dataclass(frozen=True)
class Standing:
    """One spectrum in one release; rank -1, percentile and p NaN where it was not scored."""

    shard: str
    name: str
    slug: str
    quality: int
    rank: int
    percentile: float
    p: float
    outlier: bool
    category: str


NOT_READ = Standing("", "", "", 0, -1, math.nan, math.nan, False, "")


class Narrator:
    """Tells of spectra in two releases, `before` and `now`; None where one was not read."""

    def __init__(self, before: Tables, now: Tables, causes: Causes) -> None:
        self._causes = causes
        self._lines = [int(each["release"]["n_outliers"][0]) for each in (before, now)]
        self._scored = [int(each["release"]["n_scored"][0]) for each in (before, now)]
        self._published = int(now["release"]["n_published"][0])
        self._flags = [_named(each["quality_flags"], "bit", "meaning") for each in (before, now)]
        self._titles = [_named(each["categories"], "name", "title") for each in (before, now)]
        self._files = [frozenset(each["inputs"]["sha256"].tolist()) for each in (before, now)]
        self._changed = making.files(before, now).changed
        self._names = [_files_of(each["inputs"]) for each in (before, now)]

    def why_new(self, before: Standing | None, now: Standing) -> str:
        """Why an outlier was none before."""
        if before is None:
            return f"It was not read before: {self._absence(now.shard, 1)}."
        if before.rank < 0:
            return f"It was read but not scored before: {self._flagged(before, 0)}. " + (
                self._causes.of_flags(data=self._data(before, now))
            )
        return self._crossing(before, now)

    def why_gone(self, before: Standing, now: Standing | None) -> str:
        """Why what was an outlier is none any more."""
        if now is None:
            return f"It is not read any more: {self._absence(before.shard, 0)}."
        if now.rank < 0:
            return f"It is read but not scored now: {self._flagged(now, 1)}. " + (
                self._causes.of_flags(data=self._data(before, now))
            )
        return self._crossing(before, now)

    def why_moved(self, before: Standing, now: Standing) -> str:
        """Why an outlier has another rank or category."""
        places = before.rank - now.rank
        said = ""
        if places:
            unit = "place" if abs(places) == 1 else "places"
            said = f"It {'rose' if places > 0 else 'fell'} by {abs(places):,} {unit}. "
        if before.category != now.category:
            old, new = (
                titles.get(each.category, each.category)
                for titles, each in zip(self._titles, (before, now), strict=True)
            )
            said += f"Its category was “{old}”, and is “{new}” now. "
        elif before.p == now.p:
            return f"{said}{self._same_p()}"
        return said + self._causes.of_rank(data=self._data(before, now))

    def why_withdrawn(self, before: Standing, now: Standing | None) -> str:
        """Why an object that had a page has none at that address."""
        if now is not None and now.slug:
            return f"It has another name and page now: {now.name or now.slug}."
        if now is None or not now.outlier:
            return self.why_gone(before, now)
        return (
            f"It is still an outlier, of rank {now.rank:,} where it was {before.rank:,}, but only "
            f"the {self._published:,} most unusual have a page now."
        )

    def _crossing(self, before: Standing, now: Standing) -> str:
        """Tell of a spectrum that is scored in both, and an outlier in one of them."""
        (line_before, line_now), (n_before, n_now) = self._lines, self._scored
        said = (
            f"Before, it ranked {before.rank:,} of {n_before:,}, and the list ended at "
            f"{line_before:,}; now it ranks {now.rank:,} of {n_now:,}, and the list ends at "
            f"{line_now:,}."
        )
        by_line = (before.rank <= line_now) != (before.rank <= line_before)
        if by_line:
            said += f" {self._line()}"
        if before.rank == now.rank and before.p == now.p:
            return said
        if before.p == now.p:
            return f"{said} {self._same_p()}"
        return f"{said} {self._causes.of_rank(data=self._data(before, now))}"

    def _line(self) -> str:
        """Why the list is longer or shorter than it was."""
        longer = self._lines[1] > self._lines[0]
        fraction, why = self._causes.fraction, []
        if fraction is not None and (float(fraction.now) > float(fraction.before)) == longer:
            why.append(f"the recipe's {fraction.subject} was {fraction.before}, is {fraction.now}")
        if self._scored[0] != self._scored[1] and (self._scored[1] > self._scored[0]) == longer:
            why.append(f"{'more' if longer else 'fewer'} spectra are scored")
        said = "The longer list alone takes it in" if longer else "The shorter list leaves it out"
        return f"{said}: {', and '.join(why)}." if why else f"{said}."

    def _same_p(self) -> str:
        """Tell of a spectrum that is as unusual as it was."""
        around = "the spectra around it have changed" if self._causes.crowd else "others moved"
        return f"Its own p is the same; {around}."

    def _data(self, before: Standing, now: Standing) -> bool:
        return self._causes.data_changed(before.shard, now.shard)

    def _flagged(self, standing: Standing, side: int) -> str:
        """Say what the quality bits mean, within a sentence."""
        meanings = [
            meaning.rstrip(".") for bit, meaning in self._flags[side].items()
            if standing.quality & int(bit)
        ]  # fmt: skip
        told = "; ".join(each[:1].lower() + each[1:] for each in meanings)
        return told or f"quality {standing.quality}"

    def _absence(self, shard: str, side: int) -> str:
        """Why a spectrum is not in the other release: what became of its survey files."""
        mine = self._names[side].get(shard, {})
        elsewhere = {name for name, sha256 in mine.items() if sha256 not in self._files[1 - side]}
        if elsewhere & self._changed:
            return "its survey file has changed"
        if elsewhere:
            return "its survey file is new" if side else "its survey file is not among the inputs"
        return "its survey file is the same, but other spectra are taken from it"


def _named(table: Table, key: str, value: str) -> Mapping[Any, str]:
    return dict(zip(table[key].tolist(), table[value].tolist(), strict=True))


def _files_of(inputs: Table) -> dict[str, dict[str, str]]:
    """Survey files of each shard, by name, with their sha256."""
    found: dict[str, dict[str, str]] = {}
    columns = (inputs[name].tolist() for name in ("shard", "file", "sha256"))
    for shard, name, sha256 in zip(*columns, strict=True):
        found.setdefault(shard, {})[name] = sha256
    return found
