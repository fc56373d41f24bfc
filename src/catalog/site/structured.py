"""What a page is about, for machines: schema.org's words as JSON-LD in the page's head.

Sources: https://schema.org/Dataset, https://developers.google.com/search/docs/appearance/
structured-data/dataset and .../breadcrumb.
"""

import json
from bisect import bisect
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from catalog.citing import literature, people
from catalog.citing.files import Listed, media_type
from catalog.citing.network_words import network_words
from catalog.citing.work import DOI
from catalog.site.atlas import Atlas
from catalog.store import offered
from catalog.store.records import Outlier

Entity = dict[str, Any]

CONTEXT = "https://schema.org"
OBJECT_BYTES = 880
"""Most that the head of an object's page spends on it: there may be 200,000 of them."""
ENDS = "With its spectrum, the reconstruction, all scores and reasons."
DESCRIPTION = (50, 5000)
"""Fewest and most characters of a description."""
WAY = {"objects": ("Explore", "explore/")}
"""What lies between the front page and a page, by the first folder of its path."""
DESCRIBED = ("z", "snr", "rank", "percentile", "p", "q")
"""Columns, beside those of the scores, that searches for data may ask for."""


def text(entity: Entity) -> str:
    """Write JSON on one line that cannot end the `script` element that it stands in."""
    made = json.dumps(entity, ensure_ascii=False, separators=(",", ":"))
    return made.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def block(*entities: Entity | None) -> Markup:
    """Write the entities of one page together; nothing where there is none."""
    given = [entity for entity in entities if entity]
    if not given:
        return Markup()
    whole = given[0] if len(given) == 1 else {"@graph": given}
    return Markup(text({"@context": CONTEXT, **whole}))  # noqa: S704 - `<` is escaped


def breadcrumbs(atlas: Atlas, path: str, title: str) -> Entity | None:
    """Tell the way from the front page to a page; None for the front page and without addresses."""
    if not atlas.address or path == "index.html" or not path.endswith("/index.html"):
        return None
    between = WAY.get(path.split("/", 1)[0])
    steps = [(atlas.release.title, ""), *([between] if between else [])]
    found = [
        {"@type": "ListItem", "position": i, "name": name, "item": f"{atlas.address}{place}"}
        for i, (name, place) in enumerate(steps, 1)
    ]
    last: Entity = {"@type": "ListItem", "position": len(found) + 1, "name": _cut(title, 80)}
    return {"@type": "BreadcrumbList", "itemListElement": [*found, last]}


def _cut(told: str, most: int) -> str:
    return told if len(told) <= most else f"{told[: most - 1].rstrip()}…"


def dataset(atlas: Atlas, root: str) -> Entity:
    """Describe the release as a data set: who made it, what it holds, its files.

    `root` leads from the page to the site's root, for files of a site that knows not its address.
    """
    work = atlas.work
    found: Entity = {
        "@type": "Dataset",
        "name": work.title,
        "description": _cut(work.description, DESCRIPTION[1]),
        "version": work.version,
        "license": work.licence_address,
        "isAccessibleForFree": True,
        "creator": [people.schema_org(author) for author in work.authors],
        "keywords": list(work.keywords),
        "measurementTechnique": [
            f"{network_words(atlas.model)} ({atlas.model.kind})",
            *(score.title for score in atlas.scores_of("ranking")),
        ],
        "variableMeasured": _variables(atlas),
        "citation": [paper.address for paper in literature.METHOD],
        "distribution": [
            _download(file, f"{atlas.address or root}download/")
            for file in atlas.files
            if _is_opened_by_itself(file)
        ],
        **_identity(atlas),
        **_coverage(atlas),
    }  # fmt: skip
    if work.publisher:
        found["publisher"] = {"@type": "Organization", "name": work.publisher}
    if work.published:
        found["datePublished"] = work.citation.date
    surveys = [survey.url for survey in work.real_surveys if survey.url.startswith("https://")]
    if surveys:
        found["isBasedOn"] = surveys
    return found


def _is_opened_by_itself(file: Listed) -> bool:
    """Whether a file is no part of a folder that is offered as one thing, or is what opens it."""
    known = offered.find(file.name)
    return known is None or known.link in {"", file.name}


def _identity(atlas: Atlas) -> Entity:
    """Give the addresses by which the release is known, those that there are."""
    work = atlas.work
    dois = [f"{DOI}{doi}" for doi in (work.citation.doi, work.citation.concept_doi) if doi]
    found: Entity = {"identifier": dois} if dois else {}
    if work.identifier:
        found["@id"] = work.identifier
    if atlas.address:
        found |= {
            "url": atlas.address,
            "includedInDataCatalog": {
                "@type": "DataCatalog",
                "name": "Peculiar Spectra",
                "url": atlas.address,
            },
        }
    if dois:
        found["sameAs"] = dois[0]
    return found


def _coverage(atlas: Atlas) -> Entity:
    """Tell where and when the spectra were taken; nothing of simulated ones."""
    if atlas.release.simulated:
        return {}
    known = [each.dec for each in atlas.objects if each.dec is not None]
    found: Entity = {}
    if known:
        sky = f"The sky, ICRS: outliers at declinations from {min(known):.1f}° to {max(known):.1f}°"
        found["spatialCoverage"] = {"@type": "Place", "name": sky}
    nights = [group.name for group in atlas.catalogue.origin_groups("night")]
    dates = sorted(n for n in nights if len(n) == len("YYYYMMDD") and n.isdecimal())
    if dates:
        first, last = (f"{n[:4]}-{n[4:6]}-{n[6:]}" for n in (dates[0], dates[-1]))
        found["temporalCoverage"] = f"{first}/{last}"
    return found


def _variables(atlas: Atlas) -> list[Entity]:
    wanted = (*DESCRIBED, *(score.column for score in atlas.scores))
    return [
        {
            "@type": "PropertyValue",
            "name": entry.name,
            "description": entry.description,
            **({"unitText": entry.unit} if entry.unit else {}),
        }
        for name in wanted
        if (entry := atlas.columns.get(name))
    ]


def _download(file: Listed, folder: str) -> Entity:
    found: Entity = {
        "@type": "DataDownload",
        "name": file.name,
        "contentUrl": f"{folder}{quote(file.name)}",
        "encodingFormat": media_type(file.name),
    }
    if file.size is not None and file.sha256 is not None:
        found |= {"contentSize": f"{file.size} B", "sha256": file.sha256}
    return found


def object_page(atlas: Atlas, each: Outlier, told: str) -> Entity:
    """Describe the page of an object as a data set within the release, in few bytes.

    Parameters
    ----------
    atlas : Atlas
        The release.
    each : Outlier
        The object.
    told : str
        What it is and why it is here, in a sentence or two; cut where it is long.
    """
    work, name = atlas.work, _cut(atlas.name_of(each), 80)
    kind = "Simulated, no real object. " if atlas.release.simulated else ""
    whole = f"{kind}{' '.join(told.split())} {ENDS}"
    found: Entity = {
        "@type": "Dataset",
        "name": name,
        "description": "",
        "license": work.licence_address,
        "isPartOf": {"@type": "Dataset", "name": work.title},
    }
    if work.identifier:
        found["isPartOf"]["@id"] = work.identifier
    if identifier := atlas.identifier_of(each):
        found["identifier"] = _cut(identifier, 80)
    path = f"objects/{each.slug}/index.html"
    if atlas.address:
        found["url"] = f"{atlas.address}{path.removesuffix('index.html')}"
    spent = len(block(found, breadcrumbs(atlas, path, name)).encode())
    found["description"] = _fitted(whole, OBJECT_BYTES - spent)
    return found


def _fitted(told: str, n_bytes: int) -> str:
    """Cut a text so that it takes at most so many bytes as JSON, but not below the fewest."""
    lengths = range(DESCRIPTION[0], len(told) + 1)
    fits = bisect(lengths, n_bytes, key=lambda most: len(text({"": _cut(told, most)}).encode()) - 7)
    return _cut(told, lengths[max(fits - 1, 0)] if lengths else len(told))
