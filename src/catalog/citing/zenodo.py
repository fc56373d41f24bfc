"""`.zenodo.json`: what Zenodo takes for the record of a release, instead of CITATION.cff.

Source: https://developers.zenodo.org/#representation, metadata of a deposit.
"""

from html import escape
from typing import Any

from catalog.citing import people
from catalog.citing.relations import Relation, relations
from catalog.citing.work import Work
from catalog.store.release_records import Author

RESOURCES = {
    "Dataset": "dataset",
    "Software": "software",
    "JournalArticle": "publication-article",
    "Text": "publication-other",
}


def _creator(author: Author) -> dict[str, str]:
    found = {"name": people.sorted_name(author)}
    if author.affiliation:
        found["affiliation"] = author.affiliation
    if author.orcid:
        found["orcid"] = author.orcid
    return found


def _identifier(relation: Relation) -> str:
    return f"arXiv:{relation.identifier}" if relation.kind == "arXiv" else relation.identifier


def _related(work: Work) -> list[dict[str, str]]:
    """List them without the concept DOI: Zenodo links the versions of a record by itself."""
    return [
        {
            "identifier": _identifier(each),
            "relation": each.relation[0].lower() + each.relation[1:],
            "resource_type": RESOURCES[each.resource],
        }
        for each in relations(work)
        if each.relation != "IsVersionOf"
    ]


def _thanks(work: Work) -> str:
    """Write the surveys' acknowledgements, HTML."""
    return "".join(
        f"<p>{escape(survey.title)}: {escape(survey.acknowledgement)}</p>"
        for survey in work.real_surveys
        if survey.acknowledgement
    )


def record(work: Work) -> dict[str, Any]:
    """Make the record: JSON-like, legacy keys, description in HTML."""
    found: dict[str, Any] = {
        "upload_type": "dataset",
        "title": work.title,
        "creators": [_creator(author) for author in work.authors],
        "description": f"<p>{escape(work.description)}</p>",
        "access_right": "open",
        "license": work.citation.licence.lower(),
        "version": work.version,
        "language": "eng",
        "keywords": list(work.keywords),
        "related_identifiers": _related(work),
        "references": [survey.citation for survey in work.surveys if survey.citation],
    }
    if work.published:
        found["publication_date"] = work.citation.date
    if thanks := _thanks(work):
        found["notes"] = thanks
    return found
