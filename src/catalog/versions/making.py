"""How the making of two releases differs: counts, recipe, model, survey files, software."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from catalog.tables import Table
from catalog.versions import Tables

COUNTS = {
    "n_read": "spectra read",
    "n_scored": "spectra scored",
    "n_outliers": "outliers",
    "n_published": "outliers with a page",
}
OF_THE_RELEASE = ("release.name", "release.title", "release.description", "release.changes",
                  "release.previous", "citation.")  # fmt: skip
"""Keys of the recipe that tell releases apart, and are no part of how one is made."""


@dataclass(frozen=True)
class Different:
    """One thing that differs; an empty text stands for nothing."""

    subject: str
    before: str
    now: str


def one(tables: Tables, table: str, column: str) -> str:
    """Give a cell of a table of one row, as text."""
    return str(tables[table][column][0])


def settings(before: Tables, now: Tables) -> tuple[Different, ...]:
    """Keys of the recipe that differ, by name, without those that name and describe a release."""
    old, new = (_flat(json.loads(one(each, "release", "recipe"))) for each in (before, now))
    return tuple(
        Different(key, old.get(key, ""), new.get(key, ""))
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key) and not key.startswith(OF_THE_RELEASE)
    )


def _flat(recipe: object) -> dict[str, str]:
    """Every value of a recipe as text, by its dotted key."""
    return dict(_leaves("", recipe))


def _leaves(key: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(f"{key}.{name}" if key else str(name), inner)
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        seen: set[str] = set()
        for place, each in enumerate(value):
            name = str(each.get("name", place)) if isinstance(each, Mapping) else str(place)
            name = f"{name}.{place}" if name in seen else name
            seen.add(name)
            yield from _leaves(f"{key}.{name}", each)
    else:
        yield key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def libraries(before: Tables, now: Tables) -> tuple[Different, ...]:
    """Libraries of which the two releases had other versions, by name."""
    old, new = (
        dict(zip(each["environment"]["package"], each["environment"]["version"], strict=True))
        for each in (before, now)
    )
    return tuple(
        Different(name, str(old.get(name, "")), str(new.get(name, "")))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    )


@dataclass(frozen=True)
class Files:
    """Survey files of two releases: in one only, and in both with other content."""

    gone: frozenset[str]
    new: frozenset[str]
    changed: frozenset[str]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.gone or self.new or self.changed)


def files(before: Tables, now: Tables) -> Files:
    """Compare the survey files of two releases, by name and content."""
    old, new = (
        dict(zip(each["inputs"]["file"], each["inputs"]["sha256"], strict=True))
        for each in (before, now)
    )
    both = old.keys() & new.keys()
    return Files(
        gone=frozenset(old.keys() - both),
        new=frozenset(new.keys() - both),
        changed=frozenset(name for name in both if old[name] != new[name]),
    )


def code_differs(before: Tables, now: Tables) -> bool:
    """Tell whether the software differs: by its digest where both know it, else by its version."""
    old, new = (one(each, "provenance", "code_sha256") for each in (before, now))
    versions = {one(each, "release", "software_version") for each in (before, now)}
    return len(versions) > 1 or (bool(old and new) and old != new)


def model_differs(before: Tables, now: Tables) -> bool:
    """Tell whether the model's weights differ: those of all folds, or the digests of their cards.

    A card also names the release that trained it, so it is asked only where the weights are not
    known by themselves.
    """
    both = (before, now)
    old, new = (json.loads(one(each, "model", "configuration")).get("weights") for each in both)
    if not (old and new):
        old, new = (one(each, "model", "weights_sha256") for each in both)
    return bool(old and new) and old != new


def differences(before: Tables, now: Tables) -> Table:
    """Give the table `release_differences`."""
    rows = [
        *_counts(before, now),
        *(Different(f"recipe: {d.subject}", d.before, d.now) for d in settings(before, now)),
        *_model(before, now),
        *_files(before, now),
        *_of_one(
            before,
            now,
            {
                "release": {"software_version": "software: version"},
                "provenance": {
                    "code_sha256": "software: source (sha256)",
                    "code_commit": "software: commit",
                },
            },
        ),
        *(Different(f"library: {d.subject}", d.before, d.now) for d in libraries(before, now)),
        *_of_one(before, now, {"provenance": {"python": "Python", "platform": "platform"}}),
    ]
    columns = ("subject", "before", "now")
    return {
        "position": np.arange(1, len(rows) + 1),
        **{name: np.array([getattr(r, name) for r in rows], dtype=object) for name in columns},
    }


def _counts(before: Tables, now: Tables) -> Iterator[Different]:
    for column, subject in COUNTS.items():
        old, new = (int(each["release"][column][0]) for each in (before, now))
        if old != new:
            yield Different(subject, f"{old:,}", f"{new:,}")


def _model(before: Tables, now: Tables) -> Iterator[Different]:
    if model_differs(before, now):
        old, new = (one(each, "model", "weights_sha256") for each in (before, now))
        yield Different("model: weights and cards (sha256)", old, new)


def _files(before: Tables, now: Tables) -> Iterator[Different]:
    found = files(before, now)
    if found.gone or found.new:
        subject = "survey files that the other release lacks"
        yield Different(subject, f"{len(found.gone):,}", f"{len(found.new):,}")
    if found.changed:
        n_changed = f"{len(found.changed):,}"
        yield Different("survey files with other content", n_changed, n_changed)


def _of_one(
    before: Tables, now: Tables, wanted: Mapping[str, Mapping[str, str]]
) -> Iterator[Different]:
    """Cells of tables of one row that differ."""
    for table, columns in wanted.items():
        for column, subject in columns.items():
            old, new = (one(each, table, column) for each in (before, now))
            if old != new:
                yield Different(subject, old, new)
