"""The page of one object: what it is, how it looks, why it is here."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

import numpy as np
from markupsafe import Markup

from catalog.site import sky_links, words
from catalog.site.atlas import Atlas, Likeness
from catalog.site.evidence_rows import Alternatives, MeasureRow, alternatives_of, measures_of
from catalog.site.kinds import kind_of
from catalog.site.neighbours import Neighbourhood, neighbourhoods
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.site.plots import spectrum as spectrum_plot
from catalog.site.score_rows import Scores, scores_of
from catalog.site.verdict_rows import Ballot, People, ballot_of, people_of
from catalog.store.evidence_records import Alternative, NativeMeasure
from catalog.store.records import ObjectSpectrum, Outlier, Reason

Row = TypeVar("Row", Alternative, NativeMeasure)
INT_SPAN = 20_000
"""Flux is shipped as whole numbers up to this: finer than the noise, and half the bytes."""


@dataclass(frozen=True)
class Fact:
    """A row of a small table: what, how much, and what it means."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class ReasonRow:
    """One reason: its sentence, and the evidence for it."""

    sentence: str
    evidence: str
    category: str
    verdict: str


@dataclass(frozen=True)
class Sky:
    """Where the object is, and what other services show there."""

    cutout: str
    viewer: str
    links: tuple[Fact, ...]


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
    picture: Markup
    caption: str
    flux_unit: str
    before: Likeness | None
    after: Likeness | None
    neighbours: Neighbourhood
    citation: str
    report: str


def _evidence(reason: Reason) -> str:
    parts = []
    if reason.value is not None:
        parts.append(f"{words.significant(reason.value)} {reason.unit}".strip())
    if reason.significance is not None:
        parts.append(f"{words.significant(reason.significance, 2)} σ")
    # Most sentences say it themselves. What was not measured in the spectrum (that a class is rare)
    # is a likely cause, not a share of the misfit that was found to go away with it.
    said = reason.significance is None or "of the misfit" in reason.sentence
    if reason.explained is not None and not said:
        parts.append(f"explains {100 * reason.explained:.0f} % of the misfit")
    if reason.wave_low is not None and reason.wave_high is not None:
        parts.append(f"{reason.wave_low:.0f}–{reason.wave_high:.0f} Å, rest frame")
    return " · ".join(parts)


def _reason_rows(atlas: Atlas, reasons: Sequence[Reason]) -> tuple[ReasonRow, ...]:
    return tuple(
        ReasonRow(
            sentence=reason.sentence,
            evidence=_evidence(reason),
            category=atlas.categories[reason.category].title
            if reason.category in atlas.categories
            else reason.category,
            verdict=reason.verdict,
        )
        for reason in reasons
    )


def _position_facts(each: Outlier, *, simulated: bool) -> list[Fact]:
    if each.ra is None or each.dec is None:
        return [Fact("Position", "none given by the survey")]
    decimal = f"{words.degrees(each.ra)}, {words.degrees(each.dec, signed=True)}"
    sexagesimal = words.sexagesimal(each.ra, each.dec)
    if simulated:
        return [Fact("Position", sexagesimal, "simulated: no object is there")]
    return [Fact("Position", sexagesimal, "ICRS"), Fact("Decimal", decimal)]


def _facts(each: Outlier, *, simulated: bool) -> tuple[Fact, ...]:
    rows = [Fact("Identifier", each.target_id), *_position_facts(each, simulated=simulated)]
    redshift = words.number(each.z, 5)
    if each.z is not None and each.z_err:
        redshift += f" ± {words.significant(each.z_err, 2)}"
    warned = "the survey warns of it" if each.z_warn else ""
    rows.append(Fact("Redshift", redshift, warned))
    noise = "noise estimated from the spectrum itself" if each.noise_estimated else "median per bin"
    rows.append(Fact("Signal to noise", words.number(each.snr, 1), noise))
    if each.coverage is not None:
        rows.append(Fact("Coverage", f"{100 * each.coverage:.0f} %", "of the model's grid"))
    return tuple(rows)


def _survey_facts(atlas: Atlas, each: Outlier) -> tuple[Fact, ...]:
    rows = []
    for name, value in each.extras.items():
        entry = atlas.columns[name]
        text = str(value)
        # What the survey's column itself calls "not told" (-1, an empty text, not a number).
        if value is None or text in {"", "nan", entry.null}:
            continue
        if isinstance(value, float):
            text = (
                words.significant(value)
                if entry.decimals is None
                else words.number(value, entry.decimals)
            )
        elif isinstance(value, bool):
            text = "yes" if value else "no"
        description = re.sub(rf"; {re.escape(entry.null)}: [^.;]*", "", entry.description)
        rows.append(Fact(name, f"{text} {entry.unit}".strip(), description))
    return tuple(rows)


def _sky(atlas: Atlas, each: Outlier) -> tuple[Sky | None, str]:
    if atlas.release.simulated:
        return None, "This object is simulated: nothing is at its position, so there is no image."
    if each.ra is None or each.dec is None:
        return (
            None,
            "The survey gives no position for this object, so there is no image of it here.",
        )
    ra, dec = each.ra, each.dec
    links = tuple(Fact(s.name, s.address(ra, dec), s.what) for s in sky_links.SERVICES)
    viewer = sky_links.sky_viewer(ra, dec, atlas.cutout_layer) if atlas.cutouts else ""
    cutout = sky_links.cutout(ra, dec, atlas.cutout_layer) if atlas.cutouts else ""
    return Sky(cutout, viewer, links), ""


def _window(reasons: Sequence[Reason]) -> tuple[float, float] | None:
    for reason in reasons:
        if reason.wave_low is not None and reason.wave_high is not None:
            return reason.wave_low, reason.wave_high
    return None


def _caption(wave: Any, spectrum: ObjectSpectrum) -> str:
    """Tell the figure in words: range, and where the reconstruction is worst."""
    sigmas = spectrum_plot.residual(spectrum)
    known = wave[np.isfinite(sigmas)]
    if known.size == 0:
        return "No part of the spectrum carries information."
    text = f"The spectrum runs from {known[0]:,.0f} to {known[-1]:,.0f} Å in its own rest frame. "
    worst = int(np.nanargmax(np.abs(sigmas)))
    above = "above" if sigmas[worst] > 0 else "below"
    return (
        f"{text}It departs most from its reconstruction at {wave[worst]:,.0f} Å, "
        f"where it lies {abs(sigmas[worst]):.0f} σ {above} it."
    )


def _scaled(values: Any) -> dict[str, Any]:
    """Numbers as whole multiples of one step."""
    finite = values[np.isfinite(values)]
    top = float(np.abs(finite).max()) if finite.size else 0.0
    step = float(f"{top / INT_SPAN:.6g}") if top > 0 else 1.0
    whole = np.where(np.isfinite(values), np.rint(values / step), 0).astype(int)
    return {"step": step, "values": whole.tolist()}


def data_file(
    atlas: Atlas, each: Outlier, spectrum: ObjectSpectrum, window: tuple[float, float] | None
) -> str:
    """Write the object's numbers for the plot and for everyone else: JSON, identifiers as text."""
    return json.dumps(
        {
            "target_id": each.target_id,
            "survey": each.survey,
            "name": atlas.name_of(each),
            "source": atlas.source,
            "z": each.z,
            "flux_unit": atlas.flux_unit(each),
            "norm": float(f"{spectrum.norm:.7g}"),
            "window": window,
            "flux": _scaled(spectrum.flux),
            "recon": _scaled(spectrum.recon),
            "expected": _scaled(spectrum.expected),
            "ivar": [float(f"{value:.4g}") if value > 0 else 0 for value in spectrum.ivar.tolist()],
        },
        separators=(",", ":"),
        ensure_ascii=False,
    )


def _report_address(atlas: Atlas, name: str, slug: str) -> str:
    if not atlas.repository:
        return ""
    title = quote(f"{name} ({atlas.release.name}, objects/{slug})", safe="")
    return f"{atlas.repository.rstrip('/')}/issues/new?title={title}"


def _citation(atlas: Atlas, name: str, slug: str) -> str:
    return (
        f"{name}, in {atlas.release.title} ({atlas.release.name}), "
        f"Peculiar Spectra {atlas.release.software_version}, objects/{slug}/"
    )


def _sheets(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Sheet]:
    ids = [each.target_id for each in objects]
    spectra, reasons = atlas.catalogue.spectra(ids), atlas.catalogue.reasons(ids)
    near = neighbourhoods(atlas, objects, spectra, "../../")
    shown: dict[str, Outlier] = {}
    for each in objects:
        place = atlas.places[each.target_id]
        shown.update({o.target_id: o for o in atlas.objects[max(0, place - 1) : place + 2]})
    pictures = atlas.likenesses(list(shown.values()), "../../")
    others = _by_object(atlas.catalogue.alternatives(ids))
    native = _by_object(atlas.catalogue.measures(ids))
    for each in objects:
        name = each.target_id
        known = _Known(
            spectra.get(name),
            reasons.get(name, ()),
            alternatives_of(others.get(name, ())),
            measures_of(native.get(name, ())),
            near[name],
        )
        yield _sheet(atlas, each, known, pictures)


@dataclass(frozen=True)
class _Known:
    """What the catalogue knows of one object beyond its row."""

    spectrum: ObjectSpectrum | None
    reasons: Sequence[Reason]
    alternatives: Alternatives | None
    measures: tuple[MeasureRow, ...]
    neighbours: Neighbourhood


def _by_object(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.target_id, []).append(row)
    return found


def _sheet(atlas: Atlas, each: Outlier, known: _Known, pictures: dict[str, Likeness]) -> Sheet:
    spectrum, reasons = known.spectrum, known.reasons
    release, folder = atlas.release, f"objects/{each.slug}"
    name, place = atlas.name_of(each), atlas.places[each.target_id]
    window, kind = _window(reasons), kind_of(each)
    sky, no_sky = _sky(atlas, each)
    picture, caption = Markup(), "The catalogue holds no spectrum of this object."
    data = {}
    if spectrum is not None:
        caption = _caption(atlas.wave, spectrum)
        label = f"Spectrum of {name}, its reconstruction, and the residual. {caption}"
        picture = spectrum_plot.figure(atlas.wave, spectrum, atlas.lines, window, label)
        data[f"{folder}/data.json"] = data_file(atlas, each, spectrum, window)
    before, after = (
        pictures[atlas.objects[i].target_id] if 0 <= i < len(atlas.objects) else None
        for i in (place - 1, place + 1)
    )
    path = f"{folder}/index.html"
    context = ObjectContext(
        frame=frame(atlas, path, name, f"{name}: {kind}. {reasons[0].sentence if reasons else ''}"),
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
        reasons=_reason_rows(atlas, reasons),
        people=people_of(atlas, each),
        ballot=ballot_of(atlas, each),
        scores=scores_of(atlas, each),
        facts=_facts(each, simulated=release.simulated),
        survey_facts=_survey_facts(atlas, each),
        sky=sky,
        no_sky=no_sky,
        picture=picture,
        caption=caption,
        flux_unit=atlas.flux_unit(each),
        before=before,
        after=after,
        neighbours=known.neighbours,
        alternatives=known.alternatives,
        measures=known.measures,
        citation=_citation(atlas, name, each.slug),
        report=_report_address(atlas, name, each.slug),
    )
    return Sheet(path, context, data)


PAGE = Page("object.html", ObjectContext, _sheets, each_object=True)
