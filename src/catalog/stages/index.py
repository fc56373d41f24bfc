"""Everything that was read -> one index: which spectrum of a target counts, and its fold."""

import hashlib
from functools import partial
from pathlib import Path

import numpy as np

from catalog import tables
from catalog.errors import SurveyError
from catalog.release import Layout, writing
from catalog.spectra import Array, Float, Quality, Text
from catalog.stages import Build, Counts, Report, Stage, Task

FEWEST = 2
"""Good spectra at least: each is scored by a model that learnt from others."""


def _tasks(build: Build) -> list[Task]:
    shards = build.shards("read")
    n_folds = build.recipe.model.folds
    run = partial(_index, build.shard_names, shards, build.layout, n_folds)
    return [Task("index", shards, (build.layout.index,), [n_folds, build.shard_names], run)]


def _index(
    names: tuple[str, ...],
    shards: tuple[Path, ...],
    layout: Layout,
    n_folds: int,
    report: Report,
) -> Counts:
    parts = [tables.read(path, ["target_id", "survey", "quality", "snr"]) for path in shards]
    counts = [len(part["target_id"]) for part in parts]
    table = tables.concatenate(parts)
    table["shard"] = np.repeat(np.array(names, dtype=object), counts)
    table["row"] = np.concatenate([np.arange(count) for count in counts])
    _one_survey_each(table)
    kept = keep_best(table["target_id"], table["quality"], table["snr"])
    table["quality"] = np.where(kept, table["quality"], table["quality"] | Quality.DUPLICATE.value)
    table["kept"] = kept
    good = table["quality"] == 0
    if good.sum() < FEWEST:
        raise _too_few(table["quality"])
    table["fold"] = folds(table["target_id"], good, n_folds)
    with writing(layout.index) as temporary:
        tables.write(temporary, table)
    report(1, 1)
    return {
        "read": good.size,
        "good": int(good.sum()),
        "flagged": int((~good).sum()),
        "duplicates": int((~kept).sum()),
    }


def keep_best(target_id: Text, quality: Array, snr: Float) -> Array:
    """Choose one spectrum per target, (N,) bool: a good one before a flagged one, then by S/N.

    A survey observes a target several times, in several programs; one object has one page.
    """
    order = np.lexsort((np.arange(quality.size), -np.nan_to_num(snr, nan=-np.inf), quality != 0))
    _, first = np.unique(target_id[order].astype(str), return_index=True)
    kept = np.zeros(quality.size, bool)
    kept[order[first]] = True
    return kept


def folds(target_id: Text, good: Array, n_folds: int) -> Array:
    """Give each good spectrum a fold 0 … n-1, (N,), and -1 to all others.

    By a hash of the identifier alone: a target keeps its fold in every release, so a model that was
    trained elsewhere still never scores a spectrum that it was trained on. Every fold has a
    spectrum where there are enough, so that each model has some to learn from.
    """
    fold = np.array([_hash(str(name)) % n_folds for name in target_id], np.int64)
    rows = np.flatnonzero(good)
    for missing in np.setdiff1d(np.arange(n_folds), fold[rows]):
        counts = np.bincount(fold[rows], minlength=n_folds)
        fullest = rows[fold[rows] == np.argmax(counts)]
        if fullest.size > 1:
            fold[fullest[0]] = missing
    return np.where(good, fold, -1)


def _hash(name: str) -> int:
    digest = hashlib.blake2b(f"fold:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _one_survey_each(table: tables.Table) -> None:
    pairs = set(zip(table["target_id"], table["survey"], strict=True))
    owners: dict[str, str] = {}
    for target_id, survey in sorted(pairs):
        if owners.setdefault(target_id, survey) != survey:
            raise SurveyError(
                "two surveys use the same identifier",
                where=f"target_id {target_id!r}",
                wanted="identifiers that are unique in the release",
                found=f"one in {owners[target_id]} and one in {survey}",
                todo="build the surveys as two releases",
            )


def _too_few(quality: Array) -> SurveyError:
    found = [f"{int((quality & f.value > 0).sum())} {(f.name or '').lower()}" for f in Quality if f]
    return SurveyError(
        "too few spectra are left after selection",
        wanted=f"at least {FEWEST} spectra with quality 0: each is scored by a model of others",
        found=f"{quality.size} read: " + ", ".join(n for n in found if not n.startswith("0 ")),
        todo="widen `select` or `surveys.targets` in the recipe, or name other files",
    )


STAGE = Stage(
    name="index",
    title="duplicates and folds",
    tasks=_tasks,
    code=("stages/index.py", "tables.py", "spectra.py"),
)
