"""The page of one object: what it is, how it looks, why it is here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from catalog.citing.bibtex import object_entry
from catalog.site import structured, words
from catalog.site.atlas import Atlas, Likeness
from catalog.site.attention import Attention, attention_of
from catalog.site.citation import citation, report_address
from catalog.site.drawing import Drawing, Shown, draw
from catalog.site.evidence_rows import Alternatives, MeasureRow, alternatives_of
from catalog.site.gathered import Gathered, gather
from catalog.site.kinds import kind_of
from catalog.site.known_words import KnownAs, known_sentences
from catalog.site.neighbours import Neighbourhood
from catalog.site.object_facts import Fact, facts, survey_facts
from catalog.site.object_files import CARD, files_of
from catalog.site.object_reasons import ReasonRow, reason_rows, window_of
from catalog.site.page import Draft, Frame, Page, Sheet, frame
from catalog.site.plots.card import card
from catalog.site.score_rows import Scores, scores_of
from catalog.site.sky import Sky, sky_of
from catalog.site.sky_image import SkyImage, sky_image
from catalog.site.spectrum_parts import parts_of
from catalog.site.verdict_rows import People, people_of
from catalog.store.records import Outlier


@dataclass(frozen=True)
class Steps:
    """Where the object stands among the outliers, how rare that is, and who is next to it."""

    before: Likeness | None
    after: Likeness | None
    standing: str
    rarity: str


@dataclass(frozen=True)
class Cited:
    """How the object is cited, and the address to which a fault of its page is reported."""

    citation: str
    bibtex: str
    report: str


@dataclass(frozen=True)
class ObjectContext:
    """Everything that `object.html` shows."""

    frame: Frame
    name: str
    identifier: str
    slug: str
    kind: str
    verdict: str
    category: str
    steps: Steps
    place: str
    reasons: tuple[ReasonRow, ...]
    alternatives: Alternatives | None
    measures: tuple[MeasureRow, ...]
    people: People
    target_id: str
    scores: Scores
    facts: tuple[Fact, ...]
    survey_facts: tuple[Fact, ...]
    known_as: tuple[KnownAs, ...]
    sky: Sky | None
    image: SkyImage | None
    no_sky: str
    drawing: Drawing | None
    attention: Attention | None
    flux_unit: str
    neighbours: Neighbourhood
    on_map: str
    in_decoder: str
    cited: Cited
    files: tuple[str, ...]


def _drafts(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Draft]:
    gathered = gather(atlas, objects)
    shown: dict[str, Outlier] = {}
    for each in objects:
        place = atlas.places[each.target_id]
        shown.update({o.target_id: o for o in atlas.objects[max(0, place - 1) : place + 2]})
    pictures = atlas.likenesses(list(shown.values()), "../../")
    for each in objects:
        place = atlas.places[each.target_id]
        before, after = (
            pictures[atlas.objects[i].target_id] if 0 <= i < len(atlas.objects) else None
            for i in (place - 1, place + 1)
        )
        sources = (each, gathered[each.target_id], before, after)
        yield Draft(f"objects/{each.slug}/index.html", sources, partial(_sheet, atlas, *sources))


def _sheet(
    atlas: Atlas, each: Outlier, known: Gathered, before: Likeness | None, after: Likeness | None
) -> Sheet:
    folder = f"objects/{each.slug}"
    drawing, numbers, picture = _drawn(atlas, each, known)
    parts = parts_of(known.spectrum) if known.spectrum and drawing and drawing.native else {}
    files = files_of(atlas, each, known, numbers, picture)
    steps = _steps(atlas, each, before, after)
    context = _context(atlas, each, known, drawing, steps, tuple(files))
    beside = {**files, **parts}
    return Sheet(
        f"{folder}/index.html", context, {f"{folder}/{file}": made for file, made in beside.items()}
    )


def _frame(atlas: Atlas, each: Outlier, known: Gathered, files: Sequence[str]) -> Frame:
    """Give what surrounds the page, with the words and the picture that services show of it."""
    name, reasons, folder = atlas.name_of(each), known.reasons, f"objects/{each.slug}"
    told = f"{name}: {kind_of(each)}. {reasons[0].sentence if reasons else ''}"
    about = structured.object_page(atlas, each, told)
    picture = f"{folder}/{CARD}" if CARD in files else ""
    return frame(atlas, f"{folder}/index.html", name, told, picture, about=about)


def _context(
    atlas: Atlas,
    each: Outlier,
    known: Gathered,
    drawing: Drawing | None,
    steps: Steps,
    files: tuple[str, ...],
) -> ObjectContext:
    sky, no_sky = sky_of(atlas, each)
    return ObjectContext(
        frame=_frame(atlas, each, known, files),
        name=atlas.name_of(each),
        identifier=atlas.identifier_of(each),
        slug=each.slug,
        kind=kind_of(each),
        verdict=each.verdict,
        category=atlas.category_title(each),
        steps=steps,
        place=_place(atlas, each),
        reasons=reason_rows(atlas, known.reasons),
        people=people_of(atlas, each),
        target_id=each.target_id,
        scores=scores_of(atlas, each),
        facts=facts(each, atlas.survey_name(each.survey), simulated=atlas.release.simulated),
        survey_facts=survey_facts(atlas, each),
        known_as=known_sentences(
            atlas.known_sources, known.listed, known.unasked, has_position=each.ra is not None
        ),
        sky=sky,
        image=None if known.cutout is None else sky_image(known.cutout),
        no_sky=no_sky,
        drawing=drawing,
        attention=attention_of(known.attention, atlas.name_of(each)),
        flux_unit=atlas.flux_unit(each),
        neighbours=known.neighbours,
        alternatives=alternatives_of(known.alternatives),
        measures=known.measures,
        in_decoder=f"latent/decoder/index.html?object={each.slug}" if atlas.has_decoder else "",
        on_map="" if each.map_x is None else f"map/index.html?object={each.slug}",
        cited=_cited(atlas, each),
        files=files,
    )


def _drawn(atlas: Atlas, each: Outlier, known: Gathered) -> tuple[Drawing | None, str, bytes]:
    """Draw the spectrum: the figure, its numbers, and the picture that services show of the page.

    Nothing where the catalogue holds no spectrum; no picture where the site's address, which
    services want of it, is not known.
    """
    if known.spectrum is None:
        return None, "", b""
    shown = Shown(known.spectrum, known.arms, window_of(known.reasons), known.alternatives)
    drawing, numbers = draw(atlas, each, shown)
    if not atlas.address:
        return drawing, numbers, b""
    kind = f"{kind_of(each)} · {each.verdict}"
    return drawing, numbers, card(known.spectrum, atlas.name_of(each), kind)


def _steps(atlas: Atlas, each: Outlier, before: Likeness | None, after: Likeness | None) -> Steps:
    release, rank = atlas.release, each.rank
    return Steps(
        before=before,
        after=after,
        standing="" if rank is None else words.standing(rank, release.n_outliers, release.n_scored),
        rarity="" if rank is None else words.rarity(rank, release.n_scored),
    )


def _place(atlas: Atlas, each: Outlier) -> str:
    """Say what share of all scored spectra it is more unusual than; empty where unknown."""
    if each.percentile is None:
        return ""
    return words.place(each.rank, each.percentile, atlas.release.n_scored)


def _cited(atlas: Atlas, each: Outlier) -> Cited:
    name = atlas.name_of(each)
    return Cited(
        citation=citation(atlas, name, each.slug),
        bibtex=object_entry(atlas.work, name, each.slug),
        report=report_address(atlas, name, each.slug),
    )


PAGE = Page("object.html", ObjectContext, drafts=_drafts)
