"""What a recipe needs, what of it is here, and what is to be fetched from where."""

import logging
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from catalog.errors import RecipeError, WebError
from catalog.fetch.addresses import archive_of, base_of
from catalog.fetch.asking import Asking
from catalog.fetch.tasks import Place, State, Task
from catalog.fetch.walk import walk
from catalog.recipe import Recipe
from catalog.recipe.sections import SurveySection

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plan:
    """What one section of the recipe needs: its files, by path."""

    title: str
    asking: Asking
    tasks: tuple[Task, ...]

    def of(self, *states: State) -> tuple[Task, ...]:
        """Give the tasks in these states."""
        return tuple(task for task in self.tasks if task.state in states)


def fetchable(recipe: Recipe) -> tuple[SurveySection, ...]:
    """Give the sections whose files can be fetched; a log line tells of the others.

    Raises
    ------
    RecipeError
        If the spectra are simulated, no section's survey has an archive, or an archive has no such
        release.
    """
    if recipe.release.simulated:
        raise RecipeError(
            "simulated spectra are not fetched but made",
            where=f"release.name = {recipe.release.name!r}",
            found="release.simulated = true",
            todo="make them with `catalog simulate`",
        )
    found = tuple(section for section in recipe.surveys if archive_of(section) is not None)
    for section in found or recipe.surveys:
        for pattern in section.files:
            base_of(section, pattern)
    for section in recipe.surveys:
        if section not in found:
            log.warning("fetch: files of %s cannot be fetched, and are left out", section.name)
    return found


def make_plan(section: SurveySection, asking: Asking, mirror: str = "") -> Plan:
    """Find the files of one section on its server.

    Parameters
    ----------
    section : SurveySection
        From `fetchable`.
    asking : Asking
        Who asks; its memory knows the folder.
    mirror : str
        Address that takes the place of the archive's, with its final slash.

    Raises
    ------
    WebError
        If the server does not answer, or a pattern matches nothing there.
    """
    tasks: dict[Path, Task] = {}
    archive, folder = archive_of(section), asking.memory.folder
    assert archive is not None  # noqa: S101 - `fetchable` saw to it
    for pattern in section.files:
        base = mirror or base_of(section, pattern)
        files, listings = walk(pattern, partial(asking.listings, base))
        if not files:
            raise _nothing(base, pattern)
        place = Place(base, folder, archive, listings)
        for path, entry in (files | place.beside(files)).items():
            tasks[folder / path] = place.task(path, entry, asking.memory)
    sized = asking.crew.each(asking.sized, tasks.values())
    return Plan(archive.title, asking, tuple(sorted(sized, key=lambda task: task.path)))


def _nothing(base: str, pattern: str) -> WebError:
    return WebError(
        "nothing on the server matches a pattern",
        where=base,
        wanted=f"files such as {pattern}",
        todo="compare the recipe's patterns with the folders that the server shows",
    )
