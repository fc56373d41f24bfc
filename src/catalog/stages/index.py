"""Everything that was read -> one index: which spectrum of a target counts, and which train."""

import hashlib
from functools import partial
from pathlib import Path

import numpy as np

from catalog import tables
from catalog.errors import SurveyError
from catalog.release import Layout, writing
from catalog.spectra import Array, Float, Quality, Text
from catalog.stages import Build, Counts, Report, Stage, Task


def _tasks(build: Build) -> list[Task]:
    shards = build.shards("read")
    fraction, seed = build.recipe.model.validation_fraction, build.recipe.release.seed
    run = partial(_index, build.shard_names, shards, build.layout, fraction, seed)
    return [Task("index", shards, (build.layout.index,), [fraction, seed, build.shard_names], run)]


def _index(
    names: tuple[str, ...],
    shards: tuple[Path, ...],
    layout: Layout,
    validation_fraction: float,
    seed: int,
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
    if not good.any():
        raise _nothing_left(table["quality"])
    table["split"] = split(table["target_id"], good, validation_fraction, seed)
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


def split(target_id: Text, good: Array, validation_fraction: float, seed: int) -> Text:
    """Assign train or validation, (N,), and empty text where a spectrum is not scored.

    By a hash of identifier and seed, so that a target keeps its side when others join the release.
    At least one spectrum trains, and, where there are two, one is held out.
    """
    place = np.array([_uniform(str(name), seed) for name in target_id])
    held_out = good & (place < validation_fraction)
    rows = np.flatnonzero(good)
    if held_out.sum() == rows.size:
        held_out[rows[np.argmax(place[rows])]] = False
    if not held_out.any() and rows.size > 1:
        held_out[rows[np.argmin(place[rows])]] = True
    return np.where(held_out, "validation", np.where(good, "train", "")).astype(object)


def _uniform(name: str, seed: int) -> float:
    digest = hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


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


def _nothing_left(quality: Array) -> SurveyError:
    found = [f"{int((quality & f.value > 0).sum())} {(f.name or '').lower()}" for f in Quality if f]
    return SurveyError(
        "no spectrum is left after selection",
        wanted="at least one spectrum with quality 0",
        found=f"{quality.size} read: " + ", ".join(n for n in found if not n.startswith("0 ")),
        todo="widen `select` or `surveys.targets` in the recipe, or name other files",
    )


STAGE = Stage(
    name="index",
    title="duplicates and the training split",
    tasks=_tasks,
    code=("stages/index.py", "tables.py", "spectra.py"),
)
