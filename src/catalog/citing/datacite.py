"""DataCite's record of a release, as a DOI is registered with.

Source: DataCite Metadata Schema 4.5, doi:10.14454/znvd-6q16.
"""

from collections.abc import Sequence
from typing import Any

from catalog.citing import people
from catalog.citing.files import media_type
from catalog.citing.relations import Relation, relations
from catalog.citing.work import Work
from catalog.store.release_records import Author

SCHEMA = "http://datacite.org/schema/kernel-4"
FORDS = "http://www.oecd.org/science/inno/38235147.pdf"
"""The OECD's Fields of Science and Technology."""


def _creator(author: Author) -> dict[str, Any]:
    if people.is_group(author):
        return {"name": author.family, "nameType": "Organizational"}
    found: dict[str, Any] = {
        "name": people.sorted_name(author),
        "nameType": "Personal",
        "givenName": author.given,
        "familyName": author.family,
    }
    if author.orcid:
        orcid = {
            "nameIdentifier": f"{people.ORCID}{author.orcid}",
            "nameIdentifierScheme": "ORCID",
            "schemeUri": "https://orcid.org",
        }
        found["nameIdentifiers"] = [orcid]
    if author.affiliation:
        found["affiliation"] = [{"name": author.affiliation}]
    return found


def _subjects(work: Work) -> list[dict[str, str]]:
    field = {
        "subject": "1.3 Physical sciences",
        "subjectScheme": "Fields of Science and Technology (FOS)",
        "schemeUri": FORDS,
    }
    return [field, *({"subject": word} for word in work.keywords)]


def _related(relation: Relation) -> dict[str, str]:
    arxiv = relation.kind == "arXiv"
    return {
        "relatedIdentifier": f"arXiv:{relation.identifier}" if arxiv else relation.identifier,
        "relatedIdentifierType": relation.kind,
        "relationType": relation.relation,
        "resourceTypeGeneral": relation.resource,
    }


def _rights(work: Work) -> dict[str, str]:
    return {
        "rights": work.citation.licence,
        "rightsUri": work.licence_address,
        "rightsIdentifier": work.citation.licence,
        "rightsIdentifierScheme": "SPDX",
        "schemeUri": "https://spdx.org/licenses/",
    }


def _descriptions(work: Work) -> list[dict[str, str]]:
    thanks = " ".join(s.acknowledgement for s in work.real_surveys if s.acknowledgement)
    found = [{"description": work.description, "descriptionType": "Abstract"}]
    if thanks:
        found.append({"description": thanks, "descriptionType": "Other"})
    return found


def record(work: Work, names: Sequence[str]) -> dict[str, Any]:
    """Make the record of a release that has a date.

    Parameters
    ----------
    work : Work
        The release.
    names : sequence of str
        Names of its files, for their formats.
    """
    release = work.release
    found: dict[str, Any] = {
        "creators": [_creator(author) for author in work.authors],
        "titles": [{"title": work.title}],
        "publisher": {"name": work.citation.publisher},
        "publicationYear": work.year,
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Catalogue of spectra"},
        "subjects": _subjects(work),
        "dates": [{"date": work.citation.date, "dateType": "Issued"}],
        "language": "en",
        "relatedIdentifiers": [_related(each) for each in relations(work)],
        "sizes": [
            f"{release.n_read} spectra read",
            f"{release.n_scored} spectra scored",
            f"{release.n_outliers} outliers",
        ],
        "formats": sorted({media_type(name) for name in names}),
        "version": work.version,
        "rightsList": [_rights(work)],
        "descriptions": _descriptions(work),
        "schemaVersion": SCHEMA,
    }
    if work.citation.doi:
        found = {"doi": work.citation.doi, **found}
    if work.address:
        found["url"] = work.address
    return found
