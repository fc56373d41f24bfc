"""Latents of the first fold's model, and all that is known of the spectra -> what latents mean."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial

import numpy as np

from catalog import tables
from catalog.latent import dispersion, information, labels, leakage, separation
from catalog.latent.labels import OBSERVING, PHYSICS, Label
from catalog.release import writing
from catalog.spectra import Array, Column, Origins
from catalog.stages import Build, Counts, Report, Stage, Task, spectra_of
from catalog.stages.survey_columns import survey_columns
from catalog.store import columns as dictionary

TABLES = (
    "latent_dimensions", "latent_labels", "latent_information", "latent_leakage",
    "class_separation",
)  # fmt: skip
STAR = "star"
"""Column that names the star of a spectrum where a survey takes several of one."""
RANGE = (0.5, 99.5)
"""Percentiles between which a dimension is occupied."""


def _tasks(build: Build) -> list[Task]:
    layout, section = build.layout, build.recipe.latent
    asked = section.model_dump(
        include={"informative_mad", "informative_kl", "labels", "sample", "permutations"}
    )
    inputs = (layout.index, *(p for k in ("read", "origins", "encode") for p in build.shards(k)))
    settings = [asked, build.recipe.release.seed, [asdict(each) for each in _columns(build)]]
    outputs = tuple(layout.meaning(name) for name in TABLES)
    return [Task("meaning", inputs, outputs, settings, partial(_find, build))]


def _columns(build: Build) -> list[Column]:
    """Columns that say something of a spectrum before it is scored."""
    return [*dictionary.SPECTRA, *survey_columns(build)]


def _find(build: Build, report: Report) -> Counts:
    section, seed = build.recipe.latent, build.recipe.release.seed
    encoded = tables.concatenate(
        [tables.read(path, ["latent_0", "latent_sd_0"]) for path in build.shards("encode")]
    )
    latent = encoded["latent_0"]
    mad, kl = dispersion.dimensions(latent, encoded["latent_sd_0"])
    used = dispersion.informative(mad, kl, (section.informative_mad, section.informative_kl))
    known, table = _known(build)
    rows = _sample(table, len(latent), section.sample, seed)
    found = labels.labels_of(known, tables.take(table, rows))
    part = latent[rows]
    told = information.measure(part, used, found, section.permutations, seed)
    report(1, 3)
    content = {
        "latent_dimensions": _dimensions(latent, (mad, kl, used), told, found),
        "latent_labels": _labels(labels.labels_of(known, table), found),
        "latent_information": told,
        "latent_leakage": leakage.measure(part, used, section.permutations, seed),
        "class_separation": separation.measure(part, found, seed),
    }
    # Of a handful of spectra no dispersion can be told: every dimension would count as used.
    enough = len(latent) >= information.LEAST_KNOWN
    for name, each in content.items():
        with writing(build.layout.meaning(name)) as temporary:
            tables.write(temporary, each if enough else tables.take(each, np.arange(0)))
    report(3, 3)
    n_used = int(used.sum()) if enough else 0
    return {"spectra": rows.size, "labels": len(found), "informative": n_used}


def _known(build: Build) -> tuple[tuple[Column, ...], tables.Table]:
    """Columns that labels are made of, and their values for all scored spectra."""
    kinds: set[str] = set()
    for path in build.shards("origins"):
        kinds |= set(tables.read(path, ["kind"])["kind"])
    given = {name for path in build.shards("read") for name in tables.columns(path)}
    there = [column for column in _columns(build) if column.name in given]
    chosen = labels.choose(there, sorted(kinds), build.recipe.latent.labels)
    parts = [
        _of_shard(build, shard, [c.name for c in chosen], kinds) for shard in build.shard_names
    ]
    return chosen, _stack(parts)


def _of_shard(build: Build, shard: str, wanted: list[str], kinds: set[str]) -> tables.Table:
    """Columns and origins of a shard's scored spectra."""
    path = build.layout.shard("read", shard)
    here = [n for n in dict.fromkeys([*wanted, "snr", STAR]) if n in tables.columns(path)]
    table = tables.read(path, ["target_id", *here])
    origins = Origins(**tables.read(build.layout.shard("origins", shard)))
    told = labels.columns_of(origins, len(table["target_id"]), sorted(kinds - set(here)))
    rows = spectra_of.scored_rows(build.layout, shard)["row"]
    return tables.take({**told, **table}, rows)


def _stack(parts: Sequence[tables.Table]) -> tables.Table:
    """Stack tables of several surveys; what one of them does not give is not known there."""
    kinds = {name: column.dtype for part in parts for name, column in part.items()}
    nothing = {"O": "", "f": np.nan, "i": -1, "u": 0, "b": False}
    return {
        name: np.concatenate(
            [
                part[name] if name in part
                else np.full(len(part["target_id"]), nothing[kind.kind], kind)
                for part in parts
            ]
        )
        for name, kind in kinds.items()
    }  # fmt: skip


def _sample(table: tables.Table, n: int, most: int, seed: int) -> Array:
    """Choose independent spectra in random order: of several of one star the one of highest S/N."""
    rows = np.arange(n)
    if STAR in table:
        best = np.lexsort((rows, -np.nan_to_num(table["snr"], nan=-np.inf)))
        names = table[STAR][best].astype(str)
        _, first = np.unique(names, return_index=True)
        unnamed = np.flatnonzero(names == "")
        rows = np.sort(best[np.union1d(first, unnamed)])
    chosen: Array = np.random.default_rng(seed).permutation(rows)[:most]
    return chosen


def _dimensions(
    latent: Array, used: tuple[Array, Array, Array], told: tables.Table, found: Sequence[Label]
) -> tables.Table:
    mad, kl, informative = used
    n_latent = latent.shape[1]
    means = latent.astype(np.float64)
    low, high = np.percentile(means, RANGE, axis=0)
    # What a dimension is called by must be a good part of it; what leaks is told however little.
    least = {PHYSICS: information.LEAST_TOLD, OBSERVING: 0.0}
    most = {
        kind: np.array(information.most_told(told, found, kind, n_latent, nat), object)
        for kind, nat in least.items()
    }
    return {
        "dimension": np.arange(1, n_latent + 1),
        "mad": mad, "kl": kl, "mean": means.mean(axis=0), "deviation": means.std(axis=0),
        "low": low, "high": high, "informative": informative,
        "label": most[PHYSICS], "observing": most[OBSERVING],
    }  # fmt: skip


def _labels(of_all: Sequence[Label], of_sample: Sequence[Label]) -> tables.Table:
    """Describe the labels that were measured; `n` counts all spectra, beyond the sample too."""
    known = {label.name: int(np.isfinite(label.value).sum()) for label in of_all}
    text = {
        name: np.array([getattr(label, name) for label in of_sample], object)
        for name in ("name", "title", "unit", "kind")
    }
    return {
        **text,
        "position": np.arange(1, len(of_sample) + 1),
        "discrete": np.array([label.discrete for label in of_sample], bool),
        "n": np.array([known[label.name] for label in of_sample], np.int64),
    }


def load(build: Build) -> dict[str, tables.Table]:
    """Give the tables that say what the dimensions mean."""
    return {name: tables.read(build.layout.meaning(name)) for name in TABLES}


STAGE = Stage(
    name="meaning",
    title="what the latent dimensions tell",
    tasks=_tasks,
    code=("stages/meaning.py", "stages/spectra_of.py", "latent"),
    parallel=True,  # one task, and on one thread: sums over two differ in their last digits
)
