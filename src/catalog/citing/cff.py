"""CITATION.cff: how to cite the release, for people and for tools such as GitHub's.

Source: Citation File Format 1.2.0, doi:10.5281/zenodo.5171937.
"""

from typing import Any

import yaml

from catalog.citing import literature, people
from catalog.citing.literature import Paper
from catalog.citing.work import SOFTWARE, Work
from catalog.store.records import Survey
from catalog.store.release_records import Author


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]  # yaml comes without types
    """Quotes every text that is not a key: YAML 1.1 and 1.2 differ on what a bare word means."""


class _Text(str):
    """A text that is quoted in the file."""

    __slots__ = ()


_Dumper.add_representer(
    _Text,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"'),
)


def _quoted(value: Any) -> Any:
    if isinstance(value, str):
        return _Text(value)
    if isinstance(value, dict):
        return {key: _quoted(part) for key, part in value.items()}
    return [_quoted(part) for part in value] if isinstance(value, list) else value


def as_yaml(content: dict[str, Any]) -> str:
    """Write YAML in the order given, whatever the texts hold; keys are plain words."""
    written: str = yaml.dump(
        _quoted(content), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000
    )
    return written


def _author(author: Author) -> dict[str, str]:
    if people.is_group(author):
        return {"name": author.family}
    found = {"family-names": author.family, "given-names": author.given}
    if author.orcid:
        found["orcid"] = f"{people.ORCID}{author.orcid}"
    if author.affiliation:
        found["affiliation"] = author.affiliation
    return found


def _identifiers(work: Work) -> list[dict[str, str]]:
    citation = work.citation
    found = [
        (citation.doi, "doi", "This version"),
        (citation.concept_doi, "doi", "All versions; leads to the newest"),
        (work.address, "url", "The release's pages"),
    ]
    return [
        {"type": kind, "value": value, "description": what} for value, kind, what in found if value
    ]


def _paper(paper: Paper) -> dict[str, Any]:
    authors = [{"family-names": family, "given-names": given} for family, given in paper.authors]
    return {
        "type": "article",
        "title": paper.title,
        "authors": authors + [{"name": "others"}] * paper.more,
        "year": paper.year,
        "url": paper.address,
        "identifiers": [{"type": "other", "value": f"arXiv:{paper.arxiv}"}],
    }


def _survey(survey: Survey) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "data",
        "title": " ".join(filter(None, (survey.title, survey.release))),
        "authors": [{"name": survey.title}],
    }
    if survey.url.startswith(("https://", "http://")):
        found["url"] = survey.url
    if survey.citation:
        found["notes"] = f"Cite: {survey.citation}"
    return found


def _software(work: Work) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "software",
        "title": SOFTWARE,
        "authors": [{"name": people.NOBODY_NAMED.family}],
        "version": work.release.software_version,
    }
    if work.repository:
        found["repository-code"] = work.repository
    if work.provenance.code_commit:
        found["commit"] = work.provenance.code_commit
    return found


def _preferred(work: Work) -> dict[str, Any]:
    """Give the entry that tools print: a data set, with the publisher that keeps it."""
    found: dict[str, Any] = {
        "type": "data",
        "title": work.title,
        "authors": [_author(author) for author in work.authors],
        "version": work.version,
    }
    if work.publisher:
        found["publisher"] = {"name": work.publisher}
    if work.published:
        found |= {"year": int(work.year), "date-released": work.citation.date}
    if work.citation.doi:
        found["doi"] = work.citation.doi
    if work.identifier:
        found["url"] = work.identifier
    return found


def citation_file(work: Work) -> str:
    """Write the release's CITATION.cff, YAML."""
    content: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this catalogue, please cite it by its version DOI where it has one, "
        "and the surveys whose spectra it holds.",
        "type": "dataset",
        "title": work.title,
        "abstract": work.description,
        "authors": [_author(author) for author in work.authors],
        "version": work.version,
    }
    if work.published:
        content["date-released"] = work.citation.date
    content["license"] = work.citation.licence
    if work.citation.doi:
        content["doi"] = work.citation.doi
    if identifiers := _identifiers(work):
        content["identifiers"] = identifiers
    if work.keywords:
        content["keywords"] = list(work.keywords)
    if work.address:
        content["url"] = work.address
    if work.repository:
        content["repository-code"] = work.repository
    content["preferred-citation"] = _preferred(work)
    content["references"] = [
        *(_paper(paper) for paper in literature.METHOD),
        *(_survey(survey) for survey in work.surveys),
        _software(work),
    ]
    return as_yaml(content)
