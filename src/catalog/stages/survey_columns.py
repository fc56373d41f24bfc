"""Columns that the surveys of a recipe add to the catalogue."""

from catalog import surveys
from catalog.spectra import Column
from catalog.stages import Build


def survey_columns(build: Build) -> list[Column]:
    """Give each column once, in the order of the recipe."""
    found: dict[str, Column] = {}
    for section in build.recipe.surveys:
        for column in surveys.load(section).columns:
            found.setdefault(column.name, column)
    return list(found.values())
