"""Releases in memory, small enough to compare by hand, and drawn at random."""

import json
import math
import random
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from catalog.tables import Table

FLAGS = {1: "The fibre was pointed at blank sky.", 256: "Too noisy."}
CATEGORIES = {"blend": "Two objects", "unexplained": "Unexplained"}


@dataclass(frozen=True)
class Spectrum:
    """One spectrum; a quality other than 0 is not scored, and a lower p is more unusual."""

    target_id: str
    survey: str = "desi"
    shard: str = "a"
    p: float = 0.5
    quality: int = 0
    category: str = "blend"
    name: str = ""


@dataclass(frozen=True)
class Edition:
    """A release: its spectra and all that its making is known by."""

    name: str
    spectra: tuple[Spectrum, ...]
    n_outliers: int = 2
    n_pages: int = 1000
    simulated: bool = False
    version: str = "0.1.0"
    code: str = "c0de"
    weights: tuple[str, ...] = ("w0", "w1")
    files: tuple[tuple[str, str, str], ...] = (("a.fits", "s1", "a"),)
    recipe: dict[str, Any] = field(default_factory=dict)
    libraries: tuple[tuple[str, str], ...] = (("numpy", "2.0"),)


def text(*values: str):
    return np.array(values, dtype=object)


def slug(one: Spectrum) -> str:
    return f"{one.survey}-{one.target_id}".lower()


def ranks(edition: Edition) -> dict[tuple[str, str], int]:
    scored = [s for s in edition.spectra if s.quality == 0]
    scored.sort(key=lambda s: (s.p, s.survey, s.target_id))
    return {(s.survey, s.target_id): i for i, s in enumerate(scored, 1)}


def percentile(rank: int, n_scored: int) -> float:
    return 100.0 * (n_scored - rank) / max(1, n_scored - 1)


def spectra_table(edition: Edition) -> Table:
    rank, rows = ranks(edition), edition.spectra
    of = np.array([rank.get((s.survey, s.target_id), -1) for s in rows], np.int64)
    scored, outlier = of > 0, (of > 0) & (of <= edition.n_outliers)
    pages = outlier & (of <= edition.n_pages)
    return {
        **{n: text(*(getattr(s, n) for s in rows)) for n in ("target_id", "survey", "shard")},
        "name": text(*(s.name or f"PSA {s.survey}-{s.target_id}" for s in rows)),
        "slug": text(*(slug(s) if page else "" for s, page in zip(rows, pages, strict=True))),
        "quality": np.array([s.quality for s in rows], np.int64),
        "rank": of,
        "percentile": np.where(scored, [percentile(r, len(rank)) for r in of], np.nan),
        "p": np.where(scored, [s.p for s in rows], np.nan),
        "outlier": outlier,
        "category": text(*(s.category if o else "" for s, o in zip(rows, outlier, strict=True))),
    }


def tables(edition: Edition) -> dict[str, Table]:
    """All tables of a release that has no release before it."""
    spectra = spectra_table(edition)
    one = {"name": text(edition.name), "title": text(edition.name.upper())}
    columns = [text(*column) for column in zip(*edition.files, strict=True)] or [text()] * 3
    return {
        "release": {
            **one,
            "simulated": np.array([edition.simulated]),
            "software_version": text(edition.version),
            "recipe": text(json.dumps({"release": {"name": edition.name}, **edition.recipe})),
            "n_read": np.array([len(edition.spectra)]),
            "n_scored": np.array([int((spectra["rank"] > 0).sum())]),
            "n_outliers": np.array([int(spectra["outlier"].sum())]),
            "n_published": np.array([int((spectra["slug"] != "").sum())]),
        },
        "citation": {"version": text("1"), "date": text("2026-01-01"), "address": text("")},
        "model": {
            "weights_sha256": text(f"cards of {edition.name}"),
            "configuration": text(json.dumps({"weights": edition.weights})),
        },
        "provenance": {
            "code_sha256": text(edition.code),
            **{n: text("") for n in ("code_commit", "python", "platform")},
        },
        "environment": {
            "package": text(*(n for n, _ in edition.libraries)),
            "version": text(*(v for _, v in edition.libraries)),
        },
        "inputs": {
            "survey": text(*["desi"] * len(edition.files)),
            **dict(zip(("file", "sha256", "shard"), columns, strict=True)),
        },
        "quality_flags": {"bit": np.array(list(FLAGS)), "meaning": text(*FLAGS.values())},
        "categories": {"name": text(*CATEGORIES), "title": text(*CATEGORIES.values())},
        "spectra": spectra,
        "withdrawn": withdrawn_table([]),
    }


STONE = ("target_id", "survey", "name", "slug", "release", "rank", "category", "why")


def withdrawn_table(rows: list[tuple[Any, ...]]) -> Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(STONE)
    return {
        name: np.array(column, np.int64) if name == "rank" else text(*column)
        for name, column in zip(STONE, columns, strict=True)
    }


def rows(table: Table) -> list[dict[str, Any]]:
    """Rows of a table, null as None."""
    names = list(table)
    cells = [dict(zip(names, row, strict=True)) for row in zip(*table.values(), strict=True)]
    return [{k: None if _is_null(k, v) else v for k, v in row.items()} for row in cells]


def _is_null(name: str, value: Any) -> bool:
    return (isinstance(value, float) and math.isnan(value)) or ("rank" in name and value == -1)


def drawn(seed: int, n: int) -> tuple[Edition, Edition]:
    """Two releases that share most of their spectra; all that may change, may have changed."""
    rng = random.Random(seed)
    before = _drawn_edition(rng, "one", [f"{i}" for i in range(n)])
    ids = [s.target_id for s in before.spectra if rng.random() < 0.8]
    after = _drawn_edition(rng, "two", [*ids, *(f"n{i}" for i in range(rng.randrange(n + 1)))])
    known = {(s.survey, s.target_id): s for s in before.spectra}
    kept = tuple(
        replace(known[key], category=s.category)
        if (key := (s.survey, s.target_id)) in known and rng.random() < 0.5
        else s
        for s in after.spectra
    )
    return before, replace(after, spectra=kept)


def _drawn_edition(rng: random.Random, name: str, ids: list[str]) -> Edition:
    spectra = tuple(
        Spectrum(
            each,
            survey=rng.choice(("desi", "sdss")),
            shard=rng.choice("ab"),
            p=rng.choice((0.01, 0.1, rng.random())),
            quality=rng.choice((0, 0, 0, 1, 257)),
            category=rng.choice(list(CATEGORIES)),
        )
        for each in ids
    )
    return Edition(
        name,
        spectra,
        n_outliers=rng.randrange(1, 8),
        n_pages=rng.randrange(1, 8),
        weights=(rng.choice("uv"),),
        code=rng.choice("cd"),
        files=tuple((f"{s}.fits", rng.choice("xy") + s, s) for s in "ab" if rng.random() < 0.9),
        recipe={"scores": {"outlier_fraction": rng.choice((0.1, 0.2))}},
    )
