"""Where a recipe's files come from. Nothing here asks the network."""

from pathlib import PurePosixPath
from urllib.parse import quote

from catalog import registry
from catalog.errors import RecipeError
from catalog.fetch.archives import Archive
from catalog.recipe.sections import SurveySection

_ARCHIVES = "catalog.fetch.archives"


def archive_of(section: SurveySection) -> Archive | None:
    """Give the archive of a section's survey; None where none is known."""
    if section.name not in registry.names(_ARCHIVES):
        return None
    return registry.load(_ARCHIVES, section.name, Archive)


def base_of(section: SurveySection, path: str) -> str:
    """Give the address that a path below the section's folder follows.

    Raises
    ------
    RecipeError
        If the survey has no archive here, or the archive has no such release.
    """
    archive = archive_of(section)
    if archive is None:
        raise RecipeError(
            f"files of {section.name} cannot be fetched",
            where="surveys.name",
            wanted="one of " + ", ".join(registry.names(_ARCHIVES)),
            found=section.name,
            todo=f"get them as the recipe's first lines say, and put them below {section.folder}/",
        )
    base = archive.base(section.release, path)
    if not base:
        known = tuple(archive.releases)
        raise RecipeError(
            f"{archive.title} has no release of that name that can be fetched",
            where="surveys.release",
            wanted="one of " + ", ".join(known),
            found=repr(section.release),
            todo=registry.nearest(section.release, known),
        )
    return base


def url_of(section: SurveySection, file: str | PurePosixPath) -> str:
    """Give the address that a file was published at; empty where it is not known.

    Parameters
    ----------
    section : SurveySection
        The recipe's section that names the file.
    file : str or Path
        The file, seen from the data folder.
    """
    archive, path = archive_of(section), PurePosixPath(file)
    folder = PurePosixPath(section.folder)
    if archive is None or path.is_absolute() or ".." in path.parts:
        return ""
    if not path.is_relative_to(folder):
        return ""
    below = path.relative_to(folder).as_posix()
    base = archive.base(section.release, below)
    return base + quote(below) if base else ""
