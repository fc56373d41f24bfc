"""A recipe on this machine: its input files found and checked, its output folder named."""

from collections.abc import Iterator
from pathlib import Path

from catalog import recipe as recipes
from catalog import registry, surveys
from catalog.errors import CatalogError, RecipeError
from catalog.recipe import Recipe
from catalog.recipe.sections import SurveySection
from catalog.release import Layout
from catalog.stages import Build, Input
from catalog.store import columns
from catalog.surveys import Survey

MARKER = "SIMULATED"
"""A file of this name in a data folder says that the spectra in and below it are not real."""
_OF_STAGES = frozenset({"flux", "ivar", "fold", "row", "kept", "norm"})
_OF_SCORES = ("score_", "rank_", "percentile_", "p_", "latent_")
"""Columns that stages add to a survey's, and beginnings of such."""


def open_build(
    path: Path,
    *,
    out: Path | None = None,
    data: Path | None = None,
    device: str = "cpu",
    jobs: int = 1,
) -> Build:
    """Load a recipe, find its inputs, and give the build that would make the release.

    Parameters
    ----------
    path : Path
        The recipe.
    out : Path, optional
        Folder that holds releases; `out/` beside the recipe where not given.
    data : Path, optional
        Folder of the surveys' folders; `../data` seen from the recipe where not given.

    Raises
    ------
    RecipeError
        For a wrong recipe, or for inputs that do not fit it: all faults in one message.
    """
    folder = path.resolve().parent
    data = data_folder(path, data)
    recipe = recipes.load(path, data)
    inputs, faults = _find_inputs(recipe, data)
    faults += list(_checkpoint_faults(recipe, folder))
    faults += list(_named_file_faults(recipe, folder))
    faults += list(_track_faults(recipe))
    faults += list(_survey_faults(recipe))
    verdict_files, missing = _below(folder, recipe.verdicts.files, "verdicts.files")
    faults += missing
    if faults:
        raise RecipeError(
            "the recipe does not fit the files on this machine",
            where=path,
            found="\n    " + "\n    ".join(faults),
            todo=f"get them with `catalog fetch`, put them below {data}, "
            "or name another data folder with --data",
        )
    layout = Layout((out if out is not None else folder / "out") / recipe.release.name)
    return Build(
        recipe, folder, data, layout, inputs, device, jobs, verdict_files=tuple(verdict_files)
    )


def data_folder(path: Path, data: Path | None) -> Path:
    """Give the data folder of a recipe: the named one, else `../data` seen from the recipe."""
    return data if data is not None else path.resolve().parent.parent / "data"


def database(release: str, out: Path | None) -> Path:
    """Give the catalogue of a release that is named, or whose recipe or catalogue is.

    Parameters
    ----------
    release : str
        A release's name, a recipe (`.toml`) or a catalogue (`.duckdb`).
    out : Path, optional
        Folder that holds releases; `out/` beside the recipe or, for a name, `build/out/`.
    """
    path = Path(release)
    if path.suffix == ".duckdb":
        return path
    if path.suffix == ".toml":
        name, beside = recipes.load(path).release.name, path.resolve().parent / "out"
        return Layout((out or beside) / name).database
    return Layout((out or Path("build/out")) / release).database


def require_real(recipe: Recipe, data: Path) -> None:
    """Raise `RecipeError` if a survey's folder is one of simulated spectra."""
    for i, section in enumerate(recipe.surveys):
        faults = _simulated_faults(recipe, [data / section.folder / "any"], f"surveys.{i}")
        if faults:
            raise RecipeError(
                "real and simulated spectra do not mix",
                where=data,
                found="; ".join(faults),
                todo="name another data folder with --data",
            )


def _find_inputs(recipe: Recipe, data: Path) -> tuple[tuple[Input, ...], list[str]]:
    """Shards of all surveys in order, and whatever is wrong with any."""
    inputs: list[Input] = []
    faults: list[str] = []
    for i, section in enumerate(recipe.surveys):
        place = f"surveys.{i}"
        try:
            survey = surveys.load(section)
            files, missing = _below(data / section.folder, section.files, f"{place}.files")
            faults += missing
            faults += list(_target_faults(section, survey, place))
            faults += _simulated_faults(recipe, files, place)
            inputs += [Input(section, shard) for shard in survey.discover(files)]
        except CatalogError as fault:
            faults.append(f"{place}: " + str(fault).replace("\n", "\n    "))
    seen: set[str] = set()
    for entry in inputs:
        if entry.shard.name in seen:
            faults.append(f"{entry.shard.files[0]}: a second input is called {entry.shard.name}")
        seen.add(entry.shard.name)
    return tuple(inputs), faults


def _below(folder: Path, patterns: tuple[str, ...], place: str) -> tuple[list[Path], list[str]]:
    """Files below a folder that match a section's patterns, sorted and each once."""
    files: set[Path] = set()
    faults = []
    for pattern in patterns:
        try:
            found = [p for p in folder.glob(pattern) if p.is_file()]
        except (ValueError, NotImplementedError) as fault:
            faults.append(f"{place}: {pattern!r} is not a pattern below the folder: {fault}")
            continue
        if not found:
            faults.append(f"{place}: nothing in {folder} matches {pattern!r}")
        files.update(found)
    return sorted(files), faults


def _target_faults(section: SurveySection, survey: Survey, place: str) -> Iterator[str]:
    for target in section.targets:
        if target not in survey.targets:
            known = ", ".join(survey.targets) or "none"
            hint = registry.nearest(target, survey.targets) or f"{survey.name} knows: {known}"
            yield f"{place}.targets: there is no target class {target!r}; {hint}"


def _simulated_faults(recipe: Recipe, files: list[Path], place: str) -> list[str]:
    """Refuse a recipe that would show simulated spectra as real, wherever the mark lies."""
    if recipe.release.simulated:
        return []
    above = {parent for file in files for parent in file.resolve().parents}
    return [
        f"{place}.folder: {folder} holds simulated spectra; "
        "the recipe must say release.simulated = true"
        for folder in sorted(above)
        if (folder / MARKER).is_file()
    ]


def _checkpoint_faults(recipe: Recipe, folder: Path) -> Iterator[str]:
    checkpoint = recipe.model.checkpoint
    if checkpoint and not (folder / checkpoint).is_dir():
        yield f"model.checkpoint: there is no folder {folder / checkpoint}"


def _survey_faults(recipe: Recipe) -> Iterator[str]:
    """Refuse two described surveys of one name, and columns that the catalogue has already."""
    names: dict[str, str] = {}
    taken = {column.name for column in columns.SPECTRA} | _OF_STAGES
    for i, section in enumerate(recipe.surveys):
        if section.table is None:
            continue
        name, place = section.table.name, f"surveys.{i}.table"
        if name in names:
            yield f"{place}.name: {names[name]} is called {name!r} already"
        names[name] = place
        for k, extra in enumerate(section.table.extras):
            if extra.name in taken or extra.name.startswith(_OF_SCORES):
                yield f"{place}.extras.{k}.name: the catalogue has a column {extra.name!r} already"


def _track_faults(recipe: Recipe) -> Iterator[str]:
    """Name tracks along features that nobody measures: the stage that would miss them is late."""
    if not any(track.along for track in recipe.tracks):
        return
    from catalog.latent.features import FEATURES  # noqa: PLC0415 - scipy takes a second to import

    known = tuple(each.name for each in FEATURES)
    for i, track in enumerate(recipe.tracks):
        if track.along and track.along not in known:
            hint = registry.nearest(track.along, known) or f"have: {', '.join(known)}"
            yield f"tracks.{i}.along: there is no feature {track.along!r}; {hint}"


def _named_file_faults(recipe: Recipe, folder: Path) -> Iterator[str]:
    named = {"release.previous": recipe.release.previous}
    named |= {f"known.{i}.table": section.table for i, section in enumerate(recipe.known)}
    for place, name in named.items():
        if name and not (folder / name).is_file():
            yield f"{place}: there is no file {folder / name}"
