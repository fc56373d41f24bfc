"""The explorer: every published object, to filter, sort, search and look through."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.site.plots.spark import spark_text
from catalog.store.records import Outlier

N_STATIC = 200
SPARKS_PER_FILE = 500
"""Small spectra per file: a visitor loads those in sight, not all. `objects.js` knows it too."""


@dataclass(frozen=True)
class Listed:
    """A row of the table that stands in the page without a script."""

    rank: str
    name: str
    address: str
    spec_class: str
    z: str
    snr: str
    verdict: str
    sign: str
    category: str
    percentile: str


@dataclass(frozen=True)
class ExploreContext:
    """Everything that `explore.html` shows."""

    frame: Frame
    n_objects: int
    n_artefacts: int
    n_scored: int
    rows: tuple[Listed, ...]


def _listed(atlas: Atlas, each: Outlier) -> Listed:
    return Listed(
        rank="" if each.rank is None else words.count(each.rank),
        name=atlas.name_of(each),
        address=f"../objects/{each.slug}/index.html",
        spec_class=each.spec_class.lower() if each.spec_class else "–",
        z="–" if each.z is None else words.number(each.z, 4),
        snr="–" if each.snr is None else words.number(each.snr, 1),
        verdict=each.verdict,
        sign=words.VERDICT_SIGN.get(each.verdict, ""),
        category=atlas.category_title(each),
        percentile="–" if each.percentile is None else words.percent(each.percentile),
    )


def _rounded(values: Sequence[float | None], decimals: int) -> list[float | None]:
    return [None if value is None else round(value, decimals) for value in values]


def _coded(values: Sequence[str]) -> dict[str, Any]:
    """Text that repeats, as its sorted alphabet and a code per row."""
    alphabet = sorted(set(values))
    code = {text: i for i, text in enumerate(alphabet)}
    return {"words": alphabet, "codes": [code[value] for value in values]}


def columns(atlas: Atlas, objects: Sequence[Outlier]) -> str:
    """Every published object in columns: JSON, identifiers as text.

    Of the scores only those that rank it and the paper's are there: a visitor loads all of this.
    """
    scores = atlas.scores_of("ranking", "paper")
    prefixes = {}
    for each in objects:
        prefixes[each.survey] = atlas.name_of(each).removesuffix(each.target_id)
    table = {
        "n_scored": atlas.release.n_scored,
        "prefix": prefixes,
        "titles": {category.name: category.title for category in atlas.categories.values()},
        "scores": [{"name": score.name, "title": score.title} for score in scores],
        "target_id": [each.target_id for each in objects],
        # A slug that can be told from survey and identifier costs nothing.
        "slug": [
            "" if each.slug == f"{each.survey}-{each.target_id}" else each.slug for each in objects
        ],
        "rank": [each.rank for each in objects],
        "survey": _coded([each.survey for each in objects]),
        "spec_class": _coded([each.spec_class for each in objects]),
        "verdict": _coded([each.verdict for each in objects]),
        "category": _coded([each.category for each in objects]),
        "z": _rounded([each.z for each in objects], 5),
        "snr": _rounded([each.snr for each in objects], 2),
        "ra": _rounded([each.ra for each in objects], 5),
        "dec": _rounded([each.dec for each in objects], 5),
        "map_x": _rounded([each.map_x for each in objects], 2),
        "map_y": _rounded([each.map_y for each in objects], 2),
        "percentile": _rounded([each.percentile for each in objects], 4),
        "p": [None if each.p is None else float(f"{each.p:.2g}") for each in objects],
    }
    for score in scores:
        of_score = [each.scores[score.name].percentile for each in objects]
        table[f"percentile_{score.name}"] = _rounded(of_score, 3)
    return json.dumps(table, separators=(",", ":"), ensure_ascii=False)


def _sparks(atlas: Atlas, objects: Sequence[Outlier]) -> dict[str, str]:
    """One small spectrum per object, in the order of `objects.json`, by file."""
    files = {}
    for at in range(0, len(objects), SPARKS_PER_FILE):
        batch = objects[at : at + SPARKS_PER_FILE]
        spectra = atlas.catalogue.spectra([each.target_id for each in batch])
        drawn = [
            spark_text(spectra[each.target_id]) if each.target_id in spectra else ""
            for each in batch
        ]
        name = f"explore/sparks-{at // SPARKS_PER_FILE}.json"
        files[name] = json.dumps(drawn, separators=(",", ":"))
    return files


def _sheets(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "explore/index.html"
    context = ExploreContext(
        frame=frame(atlas, path, "Explore", "Filter, sort and search every published spectrum."),
        n_objects=len(objects),
        n_artefacts=sum(each.verdict == "artefact" for each in objects),
        n_scored=atlas.release.n_scored,
        rows=tuple(_listed(atlas, each) for each in objects[:N_STATIC]),
    )
    data = {"explore/objects.json": columns(atlas, objects), **_sparks(atlas, objects)}
    yield Sheet(path, context, data)


PAGE = Page("explore.html", ExploreContext, _sheets)
