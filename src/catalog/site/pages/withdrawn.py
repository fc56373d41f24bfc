"""The page of an object that an earlier release had: permanent names lead somewhere for ever."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.citing.bibtex import object_entry
from catalog.site.atlas import Atlas
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.store.records import Outlier
from catalog.store.release_records import Withdrawn


@dataclass(frozen=True)
class WithdrawnContext:
    """Everything that `withdrawn.html` shows; `address` is empty where the site's is not known."""

    frame: Frame
    name: str
    identifier: str
    slug: str
    verdict: str
    why: str
    release: str
    address: str
    bibtex: str


def _verdict(atlas: Atlas, gone: Withdrawn) -> str:
    known = atlas.categories.get(gone.category)
    kind = f" ({known.title.lower() if known else gone.category})" if gone.category else ""
    rank = "" if gone.rank is None else f", as number {gone.rank:,} by how unusual it is"
    return (
        f"This object{kind} was last in release {gone.release}{rank}. "
        f"It is not in {atlas.release.title} ({atlas.release.name})."
    )


def _sheet(atlas: Atlas, gone: Withdrawn) -> Sheet:
    path = f"objects/{gone.slug}/index.html"
    identifier = atlas.identified(gone.survey, gone.target_id)
    name = gone.name or identifier
    then = atlas.catalogue.previous()
    title = then.title if then and then.name == gone.release else atlas.release.title
    context = WithdrawnContext(
        frame=frame(atlas, path, name, f"{name} is no longer in the atlas. {gone.why}"),
        name=name,
        identifier=identifier if gone.name else "",
        slug=gone.slug,
        verdict=_verdict(atlas, gone),
        why=gone.why,
        release=gone.release,
        address=f"{atlas.address}releases/{gone.release}/objects/{gone.slug}/"
        if atlas.address
        else "",
        bibtex=object_entry(atlas.work.earlier(gone.release, title), name, gone.slug),
    )
    return Sheet(path, context)


def _sheets(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Sheet]:
    taken = {each.slug for each in objects}
    for gone in atlas.catalogue.withdrawn():
        if gone.slug not in taken:
            yield _sheet(atlas, gone)


PAGE = Page("withdrawn.html", WithdrawnContext, _sheets)
