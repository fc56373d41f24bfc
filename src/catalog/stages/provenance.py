"""By what a release is made, and how it is cited: tables that come from no spectrum."""

import hashlib
import json
import platform
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import numpy as np

import catalog
from catalog import tables
from catalog.release import digest_of
from catalog.stages import Build

DISTRIBUTION = "peculiar-spectra"


@dataclass(frozen=True)
class Code:
    """The package's source: its digest, the commit that it is of, whether it differs from that."""

    sha256: str
    commit: str
    dirty: bool


def recipe_text(build: Build) -> str:
    """Write the recipe as the catalogue keeps it."""
    return json.dumps(build.recipe.model_dump(mode="json"), sort_keys=True)


@cache
def code() -> Code:
    """Tell what source this is, with the templates that the site is rendered from.

    The commit is empty where the source lies in no repository of its own: an installed package may
    lie below somebody else's.
    """
    root = Path(catalog.__file__).resolve().parent
    digest = hashlib.sha256()
    for file in _source_files(root):
        digest.update(f"{file.relative_to(root.parents[1]).as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    ours = _git(root, "ls-files", "--error-unmatch", "__init__.py") is not None
    commit = (_git(root, "rev-parse", "HEAD") or "") if ours else ""
    watched = [path for path in (root, root.parents[1] / "site_templates") if path.is_dir()]
    changed = _git(root, "status", "--porcelain", "--", *map(str, watched)) if commit else ""
    return Code(digest.hexdigest(), commit, bool(changed))


def _source_files(root: Path) -> list[Path]:
    """List the source files of the package and, in a checkout, the templates beside it."""
    templates = root.parents[1] / "site_templates"
    folders = (root, templates) if (templates / "base.html").is_file() else (root,)
    found = (path for folder in folders for path in folder.rglob("*"))
    return sorted(p for p in found if p.is_file() and "__pycache__" not in p.parts)


def _git(folder: Path, *arguments: str) -> str | None:
    """Ask git; None where it is not installed, or says no."""
    command = ("git", "-C", str(folder), *arguments)
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def environment() -> dict[str, str]:
    """Give the version of every library that the package names, by name."""
    wanted = metadata.requires(DISTRIBUTION) or []
    names = {re.split(r"[^A-Za-z0-9._-]", each, maxsplit=1)[0] for each in wanted}
    found = {}
    for name in sorted(names, key=str.lower):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # an optional one
    return found


def load(build: Build) -> dict[str, tables.Table]:
    """Give the tables `citation`, `authors`, `provenance` and `environment`."""
    said, site = build.recipe.citation, build.recipe.site
    known, made = environment(), code()
    authors = [author.model_dump() for author in said.authors]
    return {
        "citation": {
            "version": _text(said.version or build.recipe.release.name),
            **{n: _text(getattr(said, n)) for n in ("date", "doi", "concept_doi", "licence")},
            "publisher": _text(said.publisher),
            "keywords": _text(",".join(said.keywords)),
            "contact": _text(said.contact),
            "address": _text(site.address),
            "repository": _text(site.repository),
        },
        "authors": {
            "position": np.arange(1, len(authors) + 1),
            **{
                name: _text(*(author[name] for author in authors))
                for name in ("family", "given", "orcid", "affiliation")
            },
        },
        "provenance": {
            "code_sha256": _text(made.sha256),
            "code_commit": _text(made.commit),
            "code_dirty": np.array([made.dirty]),
            "recipe_sha256": _text(digest_of(json.loads(recipe_text(build)))),
            "python": _text(platform.python_version()),
            "platform": _text(f"{platform.system()} {platform.machine()}"),
        },
        "environment": {"package": _text(*known), "version": _text(*known.values())},
    }


def _text(*values: str) -> tables.Column:
    return np.array(values, dtype=object)
