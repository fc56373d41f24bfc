"""How a release is related to other works: one list, which each format spells in its own way."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.citing import literature
from catalog.citing.work import Work


@dataclass(frozen=True)
class Relation:
    """The release `relation` (DataCite's word) the work that `identifier` names."""

    identifier: str
    kind: str
    relation: str
    resource: str


def _of_version(work: Work) -> Iterator[Relation]:
    if work.citation.concept_doi:
        yield Relation(work.citation.concept_doi, "DOI", "IsVersionOf", "Dataset")
    if work.previous_address:
        yield Relation(work.previous_address, "URL", "IsNewVersionOf", "Dataset")


def _of_surveys(work: Work) -> Iterator[Relation]:
    for survey in work.real_surveys:
        if survey.url.startswith(("https://", "http://")):
            yield Relation(survey.url, "URL", "IsDerivedFrom", "Dataset")
        for arxiv in literature.arxiv_named(survey.citation):
            yield Relation(arxiv, "arXiv", "Cites", "JournalArticle")


def _of_papers() -> Iterator[Relation]:
    for paper in literature.METHOD:
        yield Relation(paper.arxiv, "arXiv", "Cites", "JournalArticle")


def relations(work: Work) -> tuple[Relation, ...]:
    """List them, each once: versions, surveys, papers, software, pages."""
    found = [*_of_version(work), *_of_surveys(work), *_of_papers()]
    if work.repository:
        found.append(Relation(work.repository, "URL", "IsCompiledBy", "Software"))
    if work.address:
        page = f"{work.address}methods/"
        found.append(Relation(page, "URL", "IsDocumentedBy", "Text"))
    return tuple(dict.fromkeys(found))
