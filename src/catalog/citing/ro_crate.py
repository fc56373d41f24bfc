"""`ro-crate-metadata.json`: from what, by what and how every file of the release was made.

Source: RO-Crate Metadata Specification 1.1, doi:10.5281/zenodo.4541002; the action after Process
Run Crate 0.5, doi:10.5281/zenodo.12158562.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from catalog.citing import literature, people
from catalog.citing.files import VARIES, Listed, media_type
from catalog.citing.making import RECIPE
from catalog.citing.relations import relations
from catalog.citing.work import DOI, SOFTWARE, Work
from catalog.store import offered
from catalog.store.records import Input, Survey
from catalog.store.release_records import Author

Entity = dict[str, Any]

NAME = "ro-crate-metadata.json"
PROFILE = "https://w3id.org/ro/crate/1.1"
PROCESS = "https://w3id.org/ro/wfrun/process/0.5"
CONTEXT = [f"{PROFILE}/context", {"sha256": "http://schema.org/sha256"}]
"""The specification's words, and one of schema.org's that this version of it lacks."""
SOFTWARE_ID, MODEL_ID, SEED_ID, BUILD_ID = "#software", "#model", "#seed", "#build"
PUBLISHER_ID = "#publisher"


def _to(identifier: str) -> dict[str, str]:
    return {"@id": identifier}


def _to_all(entities: Sequence[Entity]) -> list[dict[str, str]]:
    return [_to(each["@id"]) for each in entities]


def _one_or_all(values: Sequence[Any]) -> Any:
    """Give a single value as itself, as the specification prefers."""
    return values[0] if len(values) == 1 else list(values)


def _path(name: str) -> str:
    """Write a file's path as an address within the crate."""
    return quote(name, safe="/")


def _author(place: int, author: Author) -> Entity:
    """Describe an author, whose address is the ORCID where there is one."""
    found = people.schema_org(author)
    affiliation = found.pop("affiliation", None)
    found = {"@id": f"#author-{place}", **found}
    if affiliation is not None:
        found["affiliation"] = _to(f"#affiliation-{place}")
    return found


def _authors(work: Work) -> list[Entity]:
    return [_author(place, author) for place, author in enumerate(work.authors, 1)]


def _affiliations(work: Work) -> Iterator[Entity]:
    for place, author in enumerate(work.authors, 1):
        if author.affiliation and not people.is_group(author):
            yield {
                "@id": f"#affiliation-{place}",
                "@type": "Organization",
                "name": author.affiliation,
            }


def _publisher(work: Work) -> Entity:
    name = work.citation.publisher
    address = {"url": "https://zenodo.org/"} if name == "Zenodo" else {}
    return {"@id": PUBLISHER_ID, "@type": "Organization", "name": name, **address}


def _survey(survey: Survey) -> Entity:
    found: Entity = {
        "@id": f"#survey-{quote(survey.name)}",
        "@type": "Dataset",
        "name": " ".join(filter(None, (survey.title, survey.release))),
    }
    if survey.url.startswith(("https://", "http://")):
        found["url"] = survey.url
    if survey.licence:
        found["license"] = survey.licence
    if survey.citation:
        found["citation"] = survey.citation
    return found


def _input(each: Input) -> Entity:
    """Describe an input file, which lies elsewhere and is no part of the crate."""
    found: Entity = {
        "@id": f"#input/{quote(each.file)}",
        "@type": "CreativeWork",
        "name": each.file,
        "sha256": each.sha256,
        "isPartOf": _to(f"#survey-{quote(each.survey)}"),
    }
    if each.url:
        found["url"] = each.url
    return found


def _output(file: Listed) -> Entity:
    found: Entity = {
        "@id": _path(file.name),
        "@type": "File",
        "name": file.name,
        "encodingFormat": media_type(file.name),
    }
    known = offered.find(file.name)
    told = [known.what] if known else []
    if file.size is None or file.sha256 is None:
        told.append(VARIES)
    else:
        found |= {"contentSize": str(file.size), "sha256": file.sha256}
    if told:
        found["description"] = ". ".join(told)
    return found


def _packages(work: Work) -> list[Entity]:
    return [
        {
            "@id": f"https://pypi.org/project/{quote(each.package)}/{quote(each.version)}/",
            "@type": "SoftwareApplication",
            "name": each.package,
            "softwareVersion": each.version,
            "url": f"https://pypi.org/project/{quote(each.package)}/",
        }
        for each in work.environment
    ]


def _software(work: Work, packages: Sequence[Entity]) -> Entity:
    made = work.provenance
    found: Entity = {
        "@id": SOFTWARE_ID,
        "@type": ["SoftwareApplication", "SoftwareSourceCode"],
        "name": SOFTWARE,
        "softwareVersion": work.release.software_version,
        "sha256": made.code_sha256,
        "runtimePlatform": f"Python {made.python}",
        "operatingSystem": made.platform,
        "softwareRequirements": _one_or_all(_to_all(packages)),
    }
    if work.repository:
        found |= {"codeRepository": work.repository, "url": work.repository}
    if made.code_commit:
        changed = ", with changes that are in no commit" if made.code_dirty else ""
        found["description"] = f"Commit {made.code_commit}{changed}"
    return found


def _model(work: Work) -> Entity:
    model = work.model
    how = "Trained by this build" if model.trained else "Loaded from a checkpoint"
    return {
        "@id": MODEL_ID,
        "@type": "CreativeWork",
        "name": f"{model.kind}, {model.n_folds} folds",
        "description": f"{how}; {model.n_parameters} parameters, {model.n_latent} latent "
        f"dimensions, {model.n_train} training spectra of {model.trained_on}",
        "sha256": model.weights_sha256,
    }


def _seed(work: Work) -> Entity:
    return {
        "@id": SEED_ID,
        "@type": "PropertyValue",
        "name": "seed",
        "value": str(work.release.seed),
    }


def _papers() -> list[Entity]:
    return [
        {
            "@id": paper.address,
            "@type": "ScholarlyArticle",
            "name": paper.title,
            "author": [f"{given} {family}" for family, given in paper.authors],
            "datePublished": str(paper.year),
        }
        for paper in literature.METHOD
    ]


def _root(work: Work, outputs: Sequence[Entity], papers: Sequence[Entity]) -> Entity:
    citation = work.citation
    found: Entity = {
        "@id": "./",
        "@type": "Dataset",
        "name": work.title,
        "description": work.description,
        "datePublished": citation.date,
        "version": work.version,
        "license": _to(work.licence_address),
        "conformsTo": _to(PROCESS),
        "author": _one_or_all(_to_all(_authors(work))),
        "keywords": ", ".join(work.keywords),
        "citation": _to_all(papers),
        "hasPart": _one_or_all(_to_all(outputs)),
        "mentions": _to(BUILD_ID),
    }
    if work.publisher:
        found["publisher"] = _to(PUBLISHER_ID)
    dois = [f"{DOI}{doi}" for doi in (citation.doi, citation.concept_doi) if doi]
    if dois:
        found["identifier"] = _one_or_all(dois)
    if work.address:
        found["url"] = work.address
    derived = [r.identifier for r in relations(work) if r.relation == "IsDerivedFrom"]
    if derived:
        found["isBasedOn"] = _one_or_all(derived)
    return found


def _build(work: Work, inputs: Sequence[Entity], outputs: Sequence[Entity]) -> Entity:
    taken = [_to(each["@id"]) for each in inputs]
    recipe = [_to(RECIPE)] if _to(RECIPE) in _to_all(outputs) else []
    checkpoint = [] if work.model.trained else [_to(MODEL_ID)]
    results = [each for each in _to_all(outputs) if each not in recipe]
    return {
        "@id": BUILD_ID,
        "@type": "CreateAction",
        "name": f"Build of the release {work.release.name}",
        "description": f"Seed {work.release.seed}; recipe of sha256 "
        f"{work.provenance.recipe_sha256}",
        "instrument": _to(SOFTWARE_ID),
        "agent": _one_or_all(_to_all(_authors(work))),
        "object": [*recipe, _to(SEED_ID), *checkpoint, *taken],
        "result": results + ([_to(MODEL_ID)] if work.model.trained else []),
    }


def crate(work: Work, files: Sequence[Listed]) -> Entity:
    """Describe a release that has a date, with every input and output file.

    Parameters
    ----------
    work : Work
        The release.
    files : sequence of Listed
        Its files, the crate's own description not among them.

    Returns
    -------
    dict
        JSON-LD, flat: the graph of all entities.
    """
    inputs = [_input(each) for each in work.inputs]
    outputs = [_output(file) for file in files]
    packages, papers = _packages(work), _papers()
    described = {"@id": NAME, "@type": "CreativeWork", "conformsTo": _to(PROFILE)}
    licence = {
        "@id": work.licence_address,
        "@type": "CreativeWork",
        "name": work.citation.licence,
        "description": "Licence of the catalogue; the spectra keep their surveys'",
        "url": work.licence_address,
    }
    profile = {
        "@id": PROCESS,
        "@type": "CreativeWork",
        "name": "Process Run Crate",
        "version": PROCESS.rsplit("/", 1)[1],
    }
    graph = [
        described | {"about": _to("./")},
        _root(work, outputs, papers),
        profile,
        licence,
        *([_publisher(work)] if work.publisher else []),
        *_authors(work),
        *_affiliations(work),
        *papers,
        _build(work, inputs, outputs),
        _software(work, packages),
        *packages,
        _model(work),
        _seed(work),
        *(_survey(survey) for survey in work.surveys),
        *inputs,
        *outputs,
    ]
    return {"@context": CONTEXT, "@graph": graph}
