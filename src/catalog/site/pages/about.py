"""About the data: the surveys, their acknowledgements, the inputs, and how to cite the release."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.site.atlas import Atlas
from catalog.site.citation import release_bibtex
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.store.records import Input, Model, Outlier, Release, Survey


@dataclass(frozen=True)
class AboutContext:
    """Everything that `about.html` shows."""

    frame: Frame
    release: Release
    model: Model
    surveys: tuple[Survey, ...]
    inputs: tuple[Input, ...]
    bibtex: str
    recipe: str
    repository: str


def _recipe(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text


def _sheets(atlas: Atlas, _objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "about/index.html"
    context = AboutContext(
        frame=frame(atlas, path, "About the data", "Whom to thank, what was read, how to cite it."),
        release=atlas.release,
        model=atlas.model,
        surveys=tuple(atlas.surveys.values()),
        inputs=atlas.catalogue.inputs(),
        bibtex=release_bibtex(atlas.release),
        recipe=_recipe(atlas.release.recipe),
        repository=atlas.repository,
    )
    yield Sheet(path, context)


PAGE = Page("about.html", AboutContext, _sheets)
