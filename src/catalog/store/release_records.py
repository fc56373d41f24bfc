"""Rows that say how a release is cited, how it was made, and what has changed since the last."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Citation:
    """How the release is cited; what is not given is empty. `keywords` are separated by commas."""

    version: str
    date: str
    doi: str
    concept_doi: str
    licence: str
    publisher: str
    keywords: str
    contact: str
    address: str
    repository: str


@dataclass(frozen=True)
class Author:
    """A person, or a group, which has no given name."""

    family: str
    given: str
    orcid: str
    affiliation: str


@dataclass(frozen=True)
class Provenance:
    """By what the release was made."""

    code_sha256: str
    code_commit: str
    code_dirty: bool
    recipe_sha256: str
    python: str
    platform: str


@dataclass(frozen=True)
class Package:
    """A library that the release was made with."""

    package: str
    version: str


@dataclass(frozen=True)
class Previous:
    """The release before this one."""

    name: str
    title: str
    version: str
    date: str
    address: str
    n_read: int
    n_scored: int
    n_outliers: int
    n_published: int


@dataclass(frozen=True)
class MadeDifferently:
    """One thing of the making that is not as it was; an empty text stands for nothing."""

    subject: str
    before: str
    now: str


@dataclass(frozen=True)
class Change:
    """An outlier that is new, gone or moved since the release before this one."""

    target_id: str
    survey: str
    name: str
    slug: str
    kind: str
    rank_before: int | None
    rank_now: int | None
    percentile_before: float | None
    percentile_now: float | None
    category_before: str
    category_now: str
    why: str


@dataclass(frozen=True)
class Withdrawn:
    """An object that had a page in an earlier release, `release` the last of them, and has none."""

    target_id: str
    survey: str
    name: str
    slug: str
    release: str
    rank: int | None
    category: str
    why: str


@dataclass(frozen=True)
class KnownSource:
    """A list of known objects: of `n_asked` outliers it has `n_known` within the radius."""

    name: str
    date: str
    radius_arcsec: float
    url: str
    n_asked: int
    n_known: int


@dataclass(frozen=True)
class Known:
    """What a list has near an outlier."""

    target_id: str
    source: str
    identifier: str
    kind: str
    z: float | None
    separation_arcsec: float
    address: str


@dataclass(frozen=True)
class Cutout:
    """An image of the sky that the site carries; `pixscale` in arcsec per pixel."""

    target_id: str
    layer: str
    file: str
    sha256: str
    width: int
    height: int
    pixscale: float
    date: str
