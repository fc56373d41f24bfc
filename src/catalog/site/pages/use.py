"""Use the data: lines to copy that open this release's files, and what its small files hold."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.site import object_json
from catalog.site.atlas import Atlas
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.site.snippets import SECTIONS, Place, Snippet, attached
from catalog.store.records import Outlier

INDEX = "api/index.json"


@dataclass(frozen=True)
class Section:
    """Lines of one kind; `attach` opens the database that all of them ask, where they do."""

    title: str
    attach: str
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True)
class UseContext:
    """Everything that `use.html` shows."""

    frame: Frame
    address: str
    example: str
    sections: tuple[Section, ...]
    keys: tuple[tuple[str, str], ...]
    n_objects: int


def _place(atlas: Atlas, objects: Sequence[Outlier]) -> Place:
    """Tell where the files are; the first object that has a position stands for all."""
    each = next((o for o in objects if o.ra is not None and o.dec is not None), None)
    return Place(
        files=f"{atlas.address}download/" if atlas.address else "",
        site=atlas.address,
        slug=each.slug if each else "",
        target_id=each.target_id if each else "",
        ra=(each.ra or 0.0) if each else 0.0,
        dec=(each.dec or 0.0) if each else 0.0,
    )


def _sections(atlas: Atlas, place: Place) -> Iterator[Section]:
    offered = {file.name for file in atlas.files} | {""}
    for title, make in SECTIONS:
        snippets = tuple(each for each in make(place) if each.needs in offered)
        asks = any(each.language == "SQL" for each in snippets)
        if snippets:
            yield Section(title, attached(place) if asks else "", snippets)


def index(atlas: Atlas, objects: Sequence[Outlier]) -> str:
    """Write every object in columns, most unusual first; survey and category as places in lists."""
    surveys = sorted({each.survey for each in objects})
    categories = sorted({each.category for each in objects})
    told = {
        "release": atlas.release.name,
        "simulated": atlas.release.simulated,
        "surveys": surveys,
        "categories": categories,
        "columns": {
            "name": [each.name for each in objects],
            "target_id": [each.target_id for each in objects],
            "survey": [surveys.index(each.survey) for each in objects],
            "slug": [each.slug for each in objects],
            "rank": [each.rank for each in objects],
            "category": [categories.index(each.category) for each in objects],
        },
    }
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def _sheets(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "use/index.html"
    place = _place(atlas, objects)
    context = UseContext(
        frame=frame(atlas, path, "Use the data", "Lines to copy that open the release's files."),
        address=atlas.address,
        example=f"objects/{place.slug}/object.json" if place.slug else "",
        sections=tuple(_sections(atlas, place)),
        keys=object_json.FIELDS,
        n_objects=len(objects),
    )
    yield Sheet(path, context, {INDEX: index(atlas, objects)})


PAGE = Page("use.html", UseContext, _sheets)
