"""The recipe: one TOML file per release, and the only thing that changes a result.

Every field says its unit and its reason; the README and the site's methods page quote them.
"""

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from catalog import registry
from catalog.errors import RecipeError
from catalog.recipe.base import Section
from catalog.recipe.latent import LatentSection, SweepSection, TrackSection
from catalog.recipe.publication import (
    CitationSection,
    KnownSection,
    SiteSection,
    VerdictsSection,
)
from catalog.recipe.sections import (
    BenchmarkSection,
    MapSection,
    ModelSection,
    PreprocessSection,
    ReleaseSection,
    ScoresSection,
    SelectSection,
    SurveySection,
)


class Recipe(Section):
    """All of a release that is decided by people."""

    release: ReleaseSection
    surveys: Annotated[tuple[SurveySection, ...], Field(min_length=1)]
    select: SelectSection = SelectSection()
    preprocess: PreprocessSection
    model: ModelSection = ModelSection()
    scores: ScoresSection = ScoresSection()
    map: MapSection = MapSection()
    benchmark: BenchmarkSection = BenchmarkSection()
    verdicts: VerdictsSection = VerdictsSection()
    latent: LatentSection = LatentSection()
    tracks: tuple[TrackSection, ...] = ()
    sweep: SweepSection = SweepSection()
    site: SiteSection = SiteSection()
    citation: CitationSection = CitationSection()
    known: tuple[KnownSection, ...] = ()

    @model_validator(mode="after")
    def _tracks(self) -> "Recipe":
        names = [track.name for track in self.tracks]
        if len(set(names)) < len(names):
            raise ValueError(f"tracks names one twice: {', '.join(names)}")
        beyond = [t.name for t in self.tracks if max(t.across, t.up) > self.model.n_latent]
        if beyond:
            raise ValueError(f"tracks: {beyond[0]} is in a dimension that the model does not have")
        return self

    @model_validator(mode="after")
    def _known_once(self) -> "Recipe":
        names = [section.name for section in self.known]
        if len(set(names)) < len(names):
            raise ValueError(f"known names a list twice: {', '.join(names)}")
        if self.known and self.release.simulated:
            raise ValueError("known: nothing at a simulated position is known")
        return self


def load(path: Path, data: Path | None = None) -> Recipe:
    """Read a recipe and report every fault in it at once.

    Parameters
    ----------
    path : Path
        The recipe.
    data : Path, optional
        The data folder; where given, surveys' folders that are not in it are faults too.

    Raises
    ------
    RecipeError
        One message with a line per fault: its place, what is wrong, and the nearest valid name.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as fault:
        raise RecipeError(
            "there is no such recipe",
            where=path,
            wanted="a TOML file",
            todo=_recipes_beside(path),
        ) from fault
    except (OSError, UnicodeDecodeError) as fault:
        raise RecipeError("the recipe cannot be read", where=path, found=str(fault)) from fault
    except tomllib.TOMLDecodeError as fault:
        raise RecipeError("the recipe is not valid TOML", where=path, found=str(fault)) from fault
    faults: list[str] = []
    recipe: Recipe | None = None
    try:
        # As JSON, where strictness is what a reader of TOML expects: "3" is no number and true is
        # not 1, but a list may be a tuple and 3 a float.
        recipe = Recipe.model_validate_json(json.dumps(raw, default=str), strict=True)
    except ValidationError as fault:
        faults += [_describe(error) for error in fault.errors()]
    faults += _unknown_plugins(raw)
    faults += _missing_folders(raw, data) if data is not None else []
    if faults or recipe is None:
        raise RecipeError(
            f"the recipe has {len(faults)} fault{'s' if len(faults) > 1 else ''}",
            where=path,
            found="\n    " + "\n    ".join(faults),
        )
    return recipe


def _recipes_beside(path: Path) -> str:
    known = (
        tuple(sorted(p.name for p in path.parent.glob("*.toml"))) if path.parent.is_dir() else ()
    )
    return registry.nearest(path.name, known) or (f"have: {', '.join(known)}" if known else "")


def _describe(error: Any) -> str:
    """One fault as `place: what is wrong`, with the nearest key where a key is unknown."""
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        known = _keys_at(error["loc"][:-1])
        hint = registry.nearest(str(error["loc"][-1]), known) or "known: " + ", ".join(known)
        return f"{place}: unknown key; {hint}"
    if error["type"] == "missing":
        return f"{place}: missing"
    message = error["msg"].removeprefix("Value error, ")
    found = error["input"]
    shown = "" if isinstance(found, dict) else f"; found {found!r}"
    return f"{place}: {message[0].lower()}{message[1:]}{shown}"


def _keys_at(place: tuple[Any, ...]) -> tuple[str, ...]:
    """Keys that the recipe may have at a place such as ("surveys", 0)."""
    section: Any = Recipe
    for part in place:
        if isinstance(part, int):
            continue
        annotation = section.model_fields[part].annotation
        section = getattr(annotation, "__args__", (annotation,))[0]
    return tuple(section.model_fields)


def _missing_folders(raw: dict[str, Any], data: Path) -> list[str]:
    """Name surveys' folders that do not exist, also where the rest of the recipe is wrong."""
    surveys = raw.get("surveys")
    faults = []
    for i, survey in enumerate(surveys if isinstance(surveys, list) else []):
        folder = survey.get("folder") if isinstance(survey, dict) else None
        if isinstance(folder, str) and not (data / folder).is_dir():
            hint = _folder_hint(data, folder)
            faults.append(f"surveys.{i}.folder: there is no folder {data / folder}; {hint}")
    return faults


def _folder_hint(data: Path, folder: str) -> str:
    if not data.is_dir():
        return f"there is no {data} either; name a data folder with --data"
    have = tuple(sorted(p.name for p in data.iterdir() if p.is_dir()))
    hint = registry.nearest(folder, have) or f"it has: {', '.join(have) or 'no folders'}"
    return f"{hint}; or name another data folder with --data"


def _unknown_plugins(raw: dict[str, Any]) -> list[str]:
    """Name surveys, networks and scores that no file provides."""
    wanted: list[tuple[str, str, object]] = []
    surveys = raw.get("surveys")
    if isinstance(surveys, list):
        for i, survey in enumerate(surveys):
            if isinstance(survey, dict) and "name" in survey:
                wanted.append((f"surveys.{i}.name", "catalog.surveys", survey["name"]))
    model, scores = raw.get("model"), raw.get("scores")
    if isinstance(model, dict) and "kind" in model:
        wanted.append(("model.kind", "catalog.model.networks", model["kind"]))
    if isinstance(scores, dict) and isinstance(scores.get("use"), list):
        wanted += [(f"scores.use.{i}", "catalog.scores", n) for i, n in enumerate(scores["use"])]
    faults = []
    for place, package, name in wanted:
        known = registry.names(package)
        if isinstance(name, str) and name not in known:
            hint = registry.nearest(name, known) or "have: " + ", ".join(known)
            faults.append(f"{place}: there is no {name!r}; {hint}")
    return faults
