"""Files that hold one thing each: what a name tells, and that none of them comes twice."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from catalog.errors import SurveyError


def matched(
    pattern: re.Pattern[str], path: Path, what: str, wanted: str, todo: str
) -> re.Match[str]:
    """Give what a file's name tells.

    Raises
    ------
    SurveyError
        If the name is not of the pattern; the message has these words.
    """
    match = pattern.fullmatch(path.name)
    if match is None:
        raise SurveyError(what, where=path, wanted=wanted, found=path.name, todo=todo)
    return match


def once(
    paths: Iterable[Path],
    name: Callable[[Path], str],
    thing: str,
    wanted: str,
    todo: str = "let the recipe's patterns match one of the two",
) -> dict[str, Path]:
    """Give files by the name of what each holds, in their order.

    Parameters
    ----------
    paths : iterable of Path
        A file each.
    name : callable
        Tells what a file holds; may refuse the file.
    thing, wanted, todo : str
        Words of the message: what must not come twice, what is wanted, and what to do.

    Raises
    ------
    SurveyError
        If two files hold the same.
    """
    files: dict[str, Path] = {}
    for path in paths:
        held = name(path)
        if held in files:
            raise SurveyError(
                f"{thing} comes twice",
                where=path,
                wanted=wanted,
                found=f"{files[held]} is {held} already",
                todo=todo,
            )
        files[held] = path
    return files


def grouped(paths: Iterable[Path], group: Callable[[Path], str]) -> list[tuple[str, list[Path]]]:
    """Give groups of files by name, each with its files in their order."""
    groups: dict[str, list[Path]] = {}
    for path in paths:
        groups.setdefault(group(path), []).append(path)
    return sorted(groups.items())
