"""The records of Zenodo and DataCite."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from jsonschema import Draft201909Validator, FormatChecker
from tests.citing.texts import anything, authors, one_line
from tests.citing.works import SIMULATED, UNPUBLISHED, WORK, cited, with_texts

from catalog.citing import datacite, zenodo

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "datacite-4.5.json").read_text())
DATACITE = Draft201909Validator(SCHEMA, format_checker=FormatChecker())
# developers.zenodo.org, "Representation" of a deposit's metadata.
RELATIONS = {
    "isCitedBy", "cites", "isSupplementTo", "isSupplementedBy", "isContinuedBy", "continues",
    "isDescribedBy", "describes", "hasMetadata", "isMetadataFor", "isNewVersionOf",
    "isPreviousVersionOf", "isPartOf", "hasPart", "isReferencedBy", "references",
    "isDocumentedBy", "documents", "isCompiledBy", "compiles", "isVariantFormOf",
    "isOriginalFormof", "isIdenticalTo", "isAlternateIdentifier", "isReviewedBy", "reviews",
    "isDerivedFrom", "isSourceOf", "requires", "isRequiredBy", "isObsoletedBy", "obsoletes",
}  # fmt: skip
KEYS = {
    "upload_type", "title", "creators", "description", "access_right", "license", "version",
    "language", "keywords", "related_identifiers", "references", "publication_date", "notes",
}  # fmt: skip
RESOURCES = re.compile(r"dataset|software|publication-(article|preprint|other)")
WORKS = [WORK, SIMULATED, cited(doi="", concept_doi=""), cited(address="", repository="")]


def zenodo_faults(record) -> list[str]:
    found = [f"unknown key {key}" for key in record.keys() - KEYS]
    found += [f"no {key}" for key in ("title", "creators", "description") if not record.get(key)]
    found += [] if record["upload_type"] == "dataset" else ["upload_type"]
    found += [] if record["access_right"] == "open" else ["access_right"]
    found += [] if re.fullmatch(r"[a-z0-9.+-]+", record["license"]) else ["license"]
    day = record.get("publication_date", "2026-01-01")
    found += [] if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else ["publication_date"]
    for creator in record["creators"]:
        found += [f"creator: {key}" for key in creator.keys() - {"name", "affiliation", "orcid"}]
        orcid = creator.get("orcid", "0000-0000-0000-0000")
        found += [] if re.fullmatch(r"(\d{4}-){3}\d{3}[\dX]", orcid) else ["orcid"]
    for related in record["related_identifiers"]:
        found += [] if related["relation"] in RELATIONS else [related["relation"]]
        found += [] if RESOURCES.fullmatch(related["resource_type"]) else ["resource_type"]
    return found


class Words(HTMLParser):
    """The text of a piece of HTML, and its elements."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.text, self.elements = "", set()
        self.feed(text)
        self.close()

    def handle_data(self, data):
        self.text += data

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - the parser gives them
        self.elements.add(tag)


@pytest.mark.parametrize("work", [*WORKS, UNPUBLISHED])
def test_zenodo_takes_the_record(work):
    assert zenodo_faults(zenodo.record(work)) == []


@pytest.mark.parametrize("work", WORKS)
def test_datacite_takes_the_record(work):
    assert [f.message for f in DATACITE.iter_errors(datacite.record(work, ["a.csv"]))] == []


def test_the_records_say_what_the_release_comes_from():
    related = datacite.record(WORK, ["spectra.csv", "catalog.duckdb"])["relatedIdentifiers"]
    found = {(each["relationType"], each["relatedIdentifier"]) for each in related}
    assert found == {
        ("IsVersionOf", "10.5281/zenodo.1234566"),
        ("IsNewVersionOf", "https://spectra.example.org/atlas/releases/test-1/"),
        ("IsDerivedFrom", "https://data.desi.lbl.gov/doc/"),
        ("Cites", "arXiv:2306.06308"),
        ("Cites", "arXiv:2506.17376"),
        ("Cites", "arXiv:2009.12872"),
        ("IsCompiledBy", "https://example.org/repo"),
        ("IsDocumentedBy", "https://spectra.example.org/atlas/methods/"),
    }
    sent = {each["relation"] for each in zenodo.record(WORK)["related_identifiers"]}
    assert sent == {"isNewVersionOf", "isDerivedFrom", "cites", "isCompiledBy", "isDocumentedBy"}


def test_a_simulated_release_is_derived_from_no_survey_and_says_what_it_is():
    record = datacite.record(SIMULATED, [])
    assert "IsDerivedFrom" not in {each["relationType"] for each in record["relatedIdentifiers"]}
    assert {"subject": "simulated data"} in record["subjects"]
    assert record["titles"] == [{"title": "Test Atlas (simulated spectra)"}]
    assert "no object in it is real" in record["descriptions"][0]["description"]
    assert "notes" not in zenodo.record(SIMULATED)


def test_formats_are_those_of_the_files_each_once():
    names = ["b.parquet", "a/c.parquet", "x.fits", "SHA256SUMS"]
    assert datacite.record(WORK, names)["formats"] == [
        "application/fits", "application/vnd.apache.parquet", "text/plain",
    ]  # fmt: skip


@given(title=anything, author=authors, told=anything)
def test_every_text_comes_back_as_it_was(title, author, told):
    work = with_texts(title, author, told)
    kept = json.loads(json.dumps(datacite.record(work, ["a.csv"])))
    assert [fault.message for fault in DATACITE.iter_errors(kept)] == []
    assert kept["titles"][0]["title"] == one_line(title)
    assert kept["creators"][0].get("familyName", kept["creators"][0]["name"]) == author.family
    sent = json.loads(json.dumps(zenodo.record(work)))
    assert zenodo_faults(sent) == []
    assert sent["title"] == one_line(title)
    description = Words(sent["description"])
    assert description.elements == {"p"}
    assert one_line(told).replace("\r", "") in description.text
