"""What is known to have changed between two releases and may have moved a spectrum: in words.

Nothing is claimed beyond what both releases record. Where several things changed at once, all are
named: which of them did it, nobody has measured.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.tables import Table
from catalog.versions import Tables, making
from catalog.versions.making import Different

FRACTION = "scores.outlier_fraction"
FLAGGING = ("surveys.", "select.", "preprocess.")
"""Parts of the recipe that decide which spectra are scored."""
RANKING = (*FLAGGING, "model.", "scores.", "release.seed")
"""Parts of the recipe that decide their order. The fraction draws the line, and orders nothing."""
SHOWN = 3
"""Settings and libraries that a sentence names at most."""
LONG = 24
"""Values that are longer are not quoted."""

Digests = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Causes:
    """What differs between two releases, as far as it can move a spectrum.

    Attributes
    ----------
    flagging, ranking
        Differing settings that decide which spectra are scored, and in what order.
    software
        Phrases for the software, its libraries and the machine, where they differ.
    fraction
        The recipe's fraction of outliers, where it differs.
    model
        Whether the model's weights differ.
    crowd
        Whether other spectra were ranked: survey files or the number of scored spectra differ.
    old, new
        sha256 of the survey files of each shard.
    """

    flagging: tuple[Different, ...]
    ranking: tuple[Different, ...]
    software: tuple[str, ...]
    fraction: Different | None
    model: bool
    crowd: bool
    old: Digests
    new: Digests

    def data_changed(self, shard_before: str, shard_now: str) -> bool:
        """Tell whether the survey files that hold a spectrum are known to differ."""
        old, new = self.old.get(shard_before), self.new.get(shard_now)
        return old is not None and new is not None and old != new

    def of_flags(self, *, data: bool) -> str:
        """Say what may have changed whether a spectrum is scored."""
        return _sentence([*_data(data), *_settings(self.flagging), *self.software])

    def of_rank(self, *, data: bool) -> str:
        """Say what may have moved a spectrum among the others."""
        model = ["the model's weights"] if self.model else []
        crowd = ["the spectra that it is ranked among"] if self.crowd else []
        parts = [*_data(data), *model, *_settings(self.ranking), *self.software, *crowd]
        return _sentence(parts)


def find(before: Tables, now: Tables) -> Causes:
    """Find what differs between two releases."""
    settings = making.settings(before, now)
    n_scored = [int(each["release"]["n_scored"][0]) for each in (before, now)]
    ordering = [d for d in settings if d.subject not in {FRACTION, "scores.use"}]
    return Causes(
        flagging=tuple(d for d in ordering if d.subject.startswith(FLAGGING)),
        ranking=tuple(d for d in ordering if d.subject.startswith(RANKING)),
        software=tuple(_software(before, now)),
        fraction=next((d for d in settings if d.subject == FRACTION), None),
        model=making.model_differs(before, now),
        crowd=bool(making.files(before, now)) or n_scored[0] != n_scored[1],
        old=_digests(before["inputs"]),
        new=_digests(now["inputs"]),
    )


def _digests(inputs: Table) -> Digests:
    """Content of each shard: a survey file that is only called another name is the same file."""
    found: dict[str, list[str]] = {}
    for shard, sha256 in zip(inputs["shard"].tolist(), inputs["sha256"].tolist(), strict=True):
        found.setdefault(shard, []).append(sha256)
    return {shard: tuple(sorted(each)) for shard, each in found.items()}


def _software(before: Tables, now: Tables) -> Iterable[str]:
    if making.code_differs(before, now):
        old, new = (making.one(each, "release", "software_version") for each in (before, now))
        yield f"the software ({old}, now {new})" if old != new else "the software's source"
    libraries = making.libraries(before, now)
    if libraries:
        yield f"libraries ({_few([each.subject for each in libraries])})"
    for column, words in (("python", "Python"), ("platform", "the machine")):
        if making.one(before, "provenance", column) != making.one(now, "provenance", column):
            yield words


def _data(changed: bool) -> list[str]:
    return ["its survey files"] if changed else []


def _settings(different: Sequence[Different]) -> list[str]:
    """Differing settings as one part of a sentence, or none."""
    if not different:
        return []
    return [f"the recipe's {_few([quoted(each) for each in different])}"]


def quoted(setting: Different) -> str:
    """Name a setting, with both values where they are short."""
    values = (setting.before, setting.now)
    if all(0 < len(value) <= LONG for value in values):
        return f"{setting.subject} ({setting.before}, now {setting.now})"
    return setting.subject


def _few(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def _sentence(parts: Sequence[str]) -> str:
    if not parts:
        return "Nothing that the two releases record accounts for it."
    *first, last = parts
    return f"What differs: {'; '.join(first) + '; and ' if first else ''}{last}."
