"""What a recipe says of a survey that is a table of spectra: which column is what."""

from typing import Annotated

from pydantic import Field

from catalog.recipe.base import Section, Slug


class TableSection(Section):
    """Spectra in a Parquet, FITS or VOTable file, described so that no code is needed."""

    name: Slug
    """What the survey is called, in short."""
    title: Annotated[str, Field(min_length=1)]
    """What the survey is called."""
