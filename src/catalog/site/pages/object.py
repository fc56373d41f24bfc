"""The page of one object: what it is, how it looks, why it is here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from catalog.site import words
from catalog.site.atlas import Atlas, Likeness
from catalog.site.citation import bibtex, citation, report_address
from catalog.site.drawing import Drawing, Shown, draw
from catalog.site.evidence_rows import Alternatives, MeasureRow, alternatives_of, measures_of
from catalog.site.kinds import kind_of
from catalog.site.neighbours import Neighbourhood, neighbourhoods
from catalog.site.object_facts import Fact, facts, survey_facts
from catalog.site.object_reasons import ReasonRow, reason_rows, window_of
from catalog.site.page import Draft, Frame, Page, Sheet, frame
from catalog.site.plots.card import card
from catalog.site.score_rows import Scores, scores_of
from catalog.site.sky import Sky, sky_of
from catalog.site.verdict_rows import Ballot, People, ballot_of, people_of
from catalog.store.evidence_records import Alternative, NativeMeasure
from catalog.store.records import ArmSpectrum, ObjectSpectrum, Outlier, Reason

Row = TypeVar("Row", Alternative, NativeMeasure)


@dataclass(frozen=True)
class ObjectContext:
    """Everything that `object.html` shows."""

    frame: Frame
    name: str
    slug: str
    kind: str
    verdict: str
    category: str
    standing: str
    rarity: str
    place: str
    reasons: tuple[ReasonRow, ...]
    alternatives: Alternatives | None
    measures: tuple[MeasureRow, ...]
    people: People
    ballot: Ballot
    scores: Scores
    facts: tuple[Fact, ...]
    survey_facts: tuple[Fact, ...]
    sky: Sky | None
    no_sky: str
    drawing: Drawing | None
    flux_unit: str
    before: Likeness | None
    after: Likeness | None
    neighbours: Neighbourhood
    on_map: str
    citation: str
    bibtex: str
    report: str


def _drafts(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Draft]:
    ids = [each.target_id for each in objects]
    spectra, reasons = atlas.catalogue.spectra(ids), atlas.catalogue.reasons(ids)
    near = neighbourhoods(atlas, objects, spectra, "../../")
    shown: dict[str, Outlier] = {}
    for each in objects:
        place = atlas.places[each.target_id]
        shown.update({o.target_id: o for o in atlas.objects[max(0, place - 1) : place + 2]})
    pictures = atlas.likenesses(list(shown.values()), "../../")
    others = _by_object(atlas.catalogue.alternatives(ids))
    arms = atlas.catalogue.arms(ids)
    native = _by_object(atlas.catalogue.measures(ids))
    for each in objects:
        name = each.target_id
        known = _Known(
            spectra.get(name),
            reasons.get(name, ()),
            arms.get(name, ()),
            others.get(name, ()),
            measures_of(native.get(name, ())),
            near[name],
        )
        place = atlas.places[each.target_id]
        before, after = (
            pictures[atlas.objects[i].target_id] if 0 <= i < len(atlas.objects) else None
            for i in (place - 1, place + 1)
        )
        yield Draft(
            path=f"objects/{each.slug}/index.html",
            sources=(each, known, before, after, atlas.verdicts.get(name, ())),
            draw=partial(_sheet, atlas, each, known, before, after),
        )


@dataclass(frozen=True)
class _Known:
    """What the catalogue knows of one object beyond its row."""

    spectrum: ObjectSpectrum | None
    reasons: Sequence[Reason]
    arms: Sequence[ArmSpectrum]
    alternatives: Sequence[Alternative]
    measures: tuple[MeasureRow, ...]
    neighbours: Neighbourhood


def _by_object(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.target_id, []).append(row)
    return found


def _sheet(
    atlas: Atlas, each: Outlier, known: _Known, before: Likeness | None, after: Likeness | None
) -> Sheet:
    spectrum, reasons = known.spectrum, known.reasons
    release, folder = atlas.release, f"objects/{each.slug}"
    name = atlas.name_of(each)
    window, kind = window_of(reasons), kind_of(each)
    sky, no_sky = sky_of(atlas, each)
    drawing: Drawing | None = None
    data: dict[str, str | bytes] = {}
    picture = ""
    if spectrum is not None:
        shown = Shown(spectrum, known.arms, window, known.alternatives)
        drawing, data[f"{folder}/data.json"] = draw(atlas, each, shown)
        if atlas.address:  # services want the picture's full address, or none
            picture = f"{folder}/card.png"
            data[picture] = card(spectrum, name, f"{kind} · {each.verdict}")
    path = f"{folder}/index.html"
    told = f"{name}: {kind}. {reasons[0].sentence if reasons else ''}"
    context = ObjectContext(
        frame=frame(atlas, path, name, told, picture),
        name=name,
        slug=each.slug,
        kind=kind,
        verdict=each.verdict,
        category=atlas.category_title(each),
        standing=""
        if each.rank is None
        else words.standing(each.rank, release.n_outliers, release.n_scored),
        rarity="" if each.rank is None else words.rarity(each.rank, release.n_scored),
        place=""
        if each.percentile is None
        else words.place(each.rank, each.percentile, release.n_scored),
        reasons=reason_rows(atlas, reasons),
        people=people_of(atlas, each),
        ballot=ballot_of(atlas, each),
        scores=scores_of(atlas, each),
        facts=facts(each, simulated=release.simulated),
        survey_facts=survey_facts(atlas, each),
        sky=sky,
        no_sky=no_sky,
        drawing=drawing,
        flux_unit=atlas.flux_unit(each),
        before=before,
        after=after,
        neighbours=known.neighbours,
        alternatives=alternatives_of(known.alternatives),
        measures=known.measures,
        on_map="" if each.map_x is None else f"map/index.html?object={each.slug}",
        citation=citation(release, name, each.slug),
        bibtex=bibtex(release, name, each.slug),
        report=report_address(atlas, name, each.slug),
    )
    return Sheet(path, context, data)


PAGE = Page("object.html", ObjectContext, drafts=_drafts)
