"""The release before this one -> names to keep, what has changed since, and the list of it."""

from collections.abc import Mapping
from pathlib import Path

from catalog.release import writing
from catalog.stages import Build
from catalog.store.read import Catalogue
from catalog.tables import Table
from catalog.versions import Key, differences, earlier, listing


def file(build: Build) -> tuple[Path, ...]:
    """Give the catalogue of the release before this one; nothing where this is the first."""
    name = build.recipe.release.previous
    return (build.recipe_folder / name,) if name else ()


def read(build: Build) -> dict[str, Table]:
    """Read the release before this one; empty where this is the first.

    Raises
    ------
    StoreError
        If its file is missing, is no catalogue, or is of a schema without permanent names.
    """
    return {name: table for path in file(build) for name, table in earlier.read(path).items()}


def kept(before: Mapping[str, Table]) -> dict[Key, str]:
    """Names that earlier releases gave, by survey and identifier."""
    return earlier.kept_names(before) if before else {}


def load(before: Mapping[str, Table], content: Mapping[str, Table]) -> dict[str, Table]:
    """Give the tables that say what has changed; none where this is the first release.

    Parameters
    ----------
    before
        What `read` gave.
    content
        All other tables of this release.
    """
    return differences.between(before, content) if before else {}


def write_list(build: Build) -> tuple[Path, ...]:
    """Write the list of changes from the finished catalogue; no file in a first release."""
    path = build.layout.downloads / listing.NAME
    with Catalogue(build.layout.database) as catalogue:
        if catalogue.previous() is None:
            path.unlink(missing_ok=True)
            return ()
        text = listing.text(catalogue.changed())
    with writing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")
    return (path,)
