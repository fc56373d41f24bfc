"""Survey files -> `Spectra`. One survey per file; each defines one `SURVEY`.

A survey's own names, units and flags stop here: what leaves is in the words of `catalog.spectra`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog import registry
from catalog.recipe.described import TableSection
from catalog.recipe.sections import SurveySection
from catalog.spectra import Column, Spectra


@dataclass(frozen=True)
class Shard:
    """The unit of work: the survey files that are read together.

    `name` is unique within a release and safe as a file name; `files` are what it depends on.
    `rows` are the first row and how many, where a file is too large to be read at once.
    """

    name: str
    files: tuple[Path, ...]
    rows: tuple[int, int] | None = None


@dataclass(frozen=True)
class Survey:
    """A survey: what it is, whom to thank, and how its files are read.

    Attributes
    ----------
    flux_unit
        Unit of the flux that `read` gives, for axes; empty where a survey scales each spectrum.
    discover
        Paths that match the recipe's patterns, sorted -> shards. Raises `SurveyError` for a file
        whose partner is missing.
    read
        One shard and the recipe's target classes -> its spectra. Raises `SurveyError` for a bad
        file; flags bad rows in `quality`.
    licence
        Of the survey's data: an SPDX identifier, or its address; empty where none is stated.
    object_page
        Address of the survey's own page of one spectrum, with `{name}` where a column of the
        catalogue or the release's name goes; empty where there is no such page.
    arm_joins
        Observed-frame wavelength ranges (Å, vacuum) in which two arms overlap.
    targets
        Target classes that `read` knows, for the recipe's `targets`.
    columns
        The `extras` that `read` gives, for the column dictionary.
    described
        Makes the survey that a recipe describes; only of the plug-in that reads such a table.
    """

    name: str
    title: str
    url: str
    citation: str
    acknowledgement: str
    discover: Callable[[Sequence[Path]], Iterable[Shard]]
    read: Callable[[Shard, tuple[str, ...]], Spectra]
    flux_unit: str = "10⁻¹⁷ erg s⁻¹ cm⁻² Å⁻¹"
    licence: str = ""
    object_page: str = ""
    arm_joins: tuple[tuple[float, float], ...] = ()
    targets: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    described: Callable[[TableSection], "Survey"] | None = None


def load(section: SurveySection) -> Survey:
    """Give the survey that a section of the recipe names, or describes.

    Raises
    ------
    RecipeError
        If no plug-in has its name.
    """
    survey = registry.load("catalog.surveys", section.name, Survey)
    if survey.described is not None and section.table is not None:
        return survey.described(section.table)
    return survey
