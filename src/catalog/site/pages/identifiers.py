"""From what a survey calls an object to its page: `id/<survey>/<identifier>/`, for each object."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.designation import identifier_slug
from catalog.site.atlas import Atlas
from catalog.site.page import Page, Sheet
from catalog.store.records import Outlier
from catalog.store.release_records import Withdrawn

LONGEST = 48
"""Characters of a name that are shown; who follows the link sees all of it."""


@dataclass(frozen=True)
class IdentifiersContext:
    """Everything that `identifiers.html` shows: less than 500 bytes, as every object has one."""

    name: str
    identifier: str
    address: str
    canonical: str
    simulated: bool


def path_of(survey: str, target_id: str) -> str:
    """Where the page of an identifier is."""
    return f"id/{survey}/{identifier_slug(target_id)}/index.html"


def _sheet(atlas: Atlas, each: Outlier | Withdrawn) -> Sheet:
    relative = f"../../../objects/{each.slug}/index.html"
    identifier = atlas.identified(each.survey, each.target_id)
    return Sheet(
        path_of(each.survey, each.target_id),
        IdentifiersContext(
            name=(each.name or identifier)[:LONGEST],
            identifier=identifier[:LONGEST] if each.name else "",
            address=relative,
            canonical=f"{atlas.address}objects/{each.slug}/" if atlas.address else relative,
            simulated=atlas.release.simulated,
        ),
    )


def _sheets(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Sheet]:
    for each in objects:
        yield _sheet(atlas, each)
    published = {(each.survey, each.target_id) for each in objects}
    for gone in atlas.catalogue.withdrawn():
        if (gone.survey, gone.target_id) not in published:
            yield _sheet(atlas, gone)


PAGE = Page("identifiers.html", IdentifiersContext, _sheets)
