"""Provenance: from what, by what and how the release was made, and the card of its model."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.citing import making, ro_crate
from catalog.citing.card import Card
from catalog.citing.making import Said
from catalog.citing.model_card import card_of
from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.store.records import Input, Outlier, Release
from catalog.store.release_records import Package


@dataclass(frozen=True)
class Output:
    """A file of the release; size and sha256 are empty where they vary between builds."""

    name: str
    address: str
    size: str
    sha256: str


@dataclass(frozen=True)
class ProvenanceContext:
    """Everything that `provenance.html` shows; `crate` is empty where the site offers none."""

    frame: Frame
    release: Release
    facts: tuple[Said, ...]
    rebuilding: tuple[str, ...]
    recipe: str
    recipe_file: str
    inputs: tuple[Input, ...]
    environment: tuple[Package, ...]
    outputs: tuple[Output, ...]
    crate: str
    repository: str
    published: bool
    card: Card


def _recipe(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text


def _outputs(atlas: Atlas) -> tuple[Output, ...]:
    return tuple(
        Output(
            name=file.name,
            address=f"../download/{file.name}",
            size="" if file.size is None else words.file_size(file.size),
            sha256=file.sha256 or "",
        )
        for file in atlas.files
        if file.name not in {ro_crate.NAME, "SHA256SUMS"}
    )


def _sheets(atlas: Atlas, _objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "provenance/index.html"
    told = "From what, by what and how this release was made, and the card of its model."
    offered = {file.name for file in atlas.files}
    context = ProvenanceContext(
        frame=frame(atlas, path, "Provenance", told),
        release=atlas.release,
        facts=making.facts(atlas.work),
        rebuilding=making.rebuilding(atlas.work),
        recipe=_recipe(atlas.release.recipe),
        recipe_file=making.RECIPE if making.RECIPE in offered else "",
        inputs=atlas.work.inputs,
        environment=atlas.work.environment,
        outputs=_outputs(atlas),
        crate=ro_crate.NAME if ro_crate.NAME in offered else "",
        repository=atlas.repository,
        published=atlas.work.published,
        card=card_of(atlas.work),
    )
    yield Sheet(path, context)


PAGE = Page("provenance.html", ProvenanceContext, _sheets)
