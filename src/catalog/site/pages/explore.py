"""The explorer: every published object, to filter, sort, search and look through."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.site import packed, words
from catalog.site.atlas import Atlas
from catalog.site.latents import latents_file
from catalog.site.packed_names import DECIMALS, packed_names
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
    identifier: str
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
        identifier=atlas.identifier_of(each),
        address=f"../objects/{each.slug}/index.html",
        spec_class=each.spec_class.lower() if each.spec_class else "–",
        z="–" if each.z is None else words.number(each.z, 4),
        snr="–" if each.snr is None else words.number(each.snr, 1),
        verdict=each.verdict,
        sign=words.VERDICT_SIGN.get(each.verdict, ""),
        category=atlas.category_title(each),
        percentile="–" if each.percentile is None else words.percent(each.percentile),
    )


def packed_columns(atlas: Atlas, objects: Sequence[Outlier]) -> list[packed.Column]:
    """Pack what the explorer filters by: coordinates to 1e-6 deg, redshift to 1e-5, S/N to 0.01.

    Of the scores only those that rank an object and the paper's are there: a visitor loads all.
    """
    of_score = [
        packed.percentiles(
            f"percentile_{score.name}", [each.scores[score.name].percentile for each in objects]
        )
        for score in atlas.scores_of("ranking", "paper")
    ]
    return [
        packed.identifiers("target_id", [each.target_id for each in objects]),
        packed.increasing("rank", [each.rank for each in objects]),
        packed.coded("survey", [each.survey for each in objects]),
        packed.coded("spec_class", [each.spec_class for each in objects]),
        packed.coded("verdict", [each.verdict for each in objects]),
        packed.coded("category", [each.category for each in objects]),
        packed.fixed("z", [each.z for each in objects], 5),
        packed.fixed("snr", [each.snr for each in objects], 2),
        packed.fixed("ra", [each.ra for each in objects], DECIMALS),
        packed.fixed("dec", [each.dec for each in objects], DECIMALS),
        packed.fixed("map_x", [each.map_x for each in objects], 2),
        packed.fixed("map_y", [each.map_y for each in objects], 2),
        packed.percentiles("percentile", [each.percentile for each in objects]),
        packed.probabilities("p", [each.p for each in objects]),
        *of_score,
    ]


def columns(atlas: Atlas, objects: Sequence[Outlier]) -> dict[str, str | bytes]:
    """Every published object, most unusual first: text, and numbers packed.

    Returns
    -------
    dict
        `explore/objects.json`, which holds text and says how to read `explore/objects.bin`.
    """
    made = packed_columns(atlas, objects)
    table = {
        "n_scored": atlas.release.n_scored,
        "prefix": {
            name: atlas.identified(name, "") for name in sorted({each.survey for each in objects})
        },
        "titles": {category.name: category.title for category in atlas.categories.values()},
        "scores": [
            {"name": score.name, "title": score.title}
            for score in atlas.scores_of("ranking", "paper")
        ],
        **packed_names(objects),
        "columns": [column.header for column in made],
        "size": len(objects),
    }
    text = json.dumps(table, separators=(",", ":"), ensure_ascii=False)
    data = b"".join(column.data for column in made)
    return {"explore/objects.json": text, "explore/objects.bin": data}


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
    data = {**columns(atlas, objects), **_sparks(atlas, objects)}
    data["explore/latents.bin"] = latents_file(atlas, objects)
    yield Sheet(path, context, data)


PAGE = Page("explore.html", ExploreContext, _sheets)
