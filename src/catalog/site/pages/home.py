"""The front page: one strange spectrum, and the doors to the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from catalog.site import findings, structured, words
from catalog.site.atlas import Atlas, Likeness
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.site.plots import spectrum as spectrum_plot
from catalog.site.plots import statistics
from catalog.site.plots.card import card
from catalog.store.records import Category, Outlier, Release, Survey

CARD = "card.png"
N_STRANGEST = 6
ENOUGH = 500
"""Scored spectra from which on the 100 highest of a score are a selection, not most of them."""
EVEN = 0.25
"""A median S/N within this share of that of all spectra counts as no preference."""


@dataclass(frozen=True)
class Hero:
    """The one spectrum that opens the atlas; its `card` stands for the site where it is shared."""

    name: str
    address: str
    sentence: str
    verdict: str
    category: str
    picture: Markup
    card: bytes


@dataclass(frozen=True)
class Strange:
    """One of the strangest, with its reason."""

    likeness: Likeness
    sentence: str


@dataclass(frozen=True)
class HomeContext:
    """Everything that `home.html` shows."""

    frame: Frame
    release: Release
    hero: Hero | None
    strangest: tuple[Strange, ...]
    categories: tuple[Category, ...]
    bar: Markup
    honest: str
    surveys: tuple[Survey, ...]
    changes: tuple[str, ...]


def _hero(atlas: Atlas, objects: Sequence[Outlier]) -> Hero | None:
    """Choose the most unusual object that is not an artefact and has a spectrum and a reason."""
    for each in [o for o in objects if o.verdict != "artefact"] or objects:
        spectrum = atlas.catalogue.spectra([each.target_id]).get(each.target_id)
        reasons = atlas.catalogue.reasons([each.target_id]).get(each.target_id, ())
        if spectrum is None or not reasons:
            continue
        windows = [
            (r.wave_low, r.wave_high)
            for r in reasons
            if r.wave_low is not None and r.wave_high is not None
        ]
        name = atlas.name_of(each)
        label = f"Spectrum of {name} over its reconstruction. {reasons[0].sentence}"
        picture = spectrum_plot.hero(atlas.wave, spectrum, windows[0] if windows else None, label)
        return Hero(
            name=name,
            address=f"objects/{each.slug}/index.html",
            sentence=reasons[0].sentence,
            verdict=each.verdict,
            category=atlas.category_title(each),
            picture=picture,
            card=card(spectrum, atlas.release.title, name) if atlas.address else b"",
        )
    return None


def _strangest(atlas: Atlas, objects: Sequence[Outlier], hero: Hero | None) -> tuple[Strange, ...]:
    chosen = [
        each
        for each in objects
        if each.verdict != "artefact"
        and (hero is None or hero.address != f"objects/{each.slug}/index.html")
    ][:N_STRANGEST]
    pictures = atlas.likenesses(chosen, "")
    reasons = atlas.catalogue.reasons([each.target_id for each in chosen])
    return tuple(
        Strange(
            pictures[each.target_id],
            reasons[each.target_id][0].sentence if each.target_id in reasons else "",
        )
        for each in chosen
    )


def _honest(atlas: Atlas) -> str:
    """Say how much is found, and which raw score prefers bright or faint spectra."""
    tested = findings.found_first(atlas.evidence) if atlas.evidence is not None else ""
    snr = atlas.catalogue.snr_of_scored()
    if snr.size < ENOUGH:
        few = f"With {snr.size:,} spectra scored, there are too few to measure how well it works."
        return tested or few
    median = float(np.median(snr))
    told = (
        "A score can take brightness for strangeness. Half of all scored spectra have a "
        f"signal-to-noise ratio above {words.number(median, 1)}."
    )
    for score in atlas.scores_of("paper"):
        if score.median_snr_top is None:
            continue
        title = words.in_sentence(score.title)
        told += (
            f" Among the 100 strangest by raw {title} that middle value is "
            f"{words.number(score.median_snr_top, 1)}: {_leaning(score.median_snr_top / median)}. "
            f"Calibrated, it is {words.number(score.median_snr_top_calibrated, 1)}."
        )
    return f"{tested} {told}".strip()


def _leaning(ratio: float) -> str:
    if ratio > 1 + EVEN:
        return "this score favours bright spectra"
    if ratio < 1 - EVEN:
        return "this score favours faint spectra"
    return "this score hardly asks how bright a spectrum is"


def _sheets(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Sheet]:
    release = atlas.release
    categories = tuple(
        sorted(atlas.categories.values(), key=lambda c: words.VERDICTS.index(c.verdict))
    )
    hero = _hero(atlas, objects)
    told = "; ".join(f"{c.title}: {c.n}" for c in categories if c.n)
    context = HomeContext(
        frame=frame(
            atlas,
            "index.html",
            release.title,
            release.description or atlas.work.description,
            CARD if hero and hero.card else "",
            about=structured.dataset(atlas, ""),
        ),
        release=release,
        hero=hero,
        strangest=_strangest(atlas, objects, hero),
        categories=tuple(c for c in categories if c.n),
        bar=statistics.category_bar(categories, f"Outliers by category. {told}."),
        honest=_honest(atlas),
        surveys=tuple(atlas.surveys.values()),
        changes=atlas.catalogue.changes(),
    )
    yield Sheet("index.html", context, {CARD: hero.card} if hero and hero.card else {})


PAGE = Page("home.html", HomeContext, _sheets)
