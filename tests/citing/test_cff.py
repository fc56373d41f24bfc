import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from jsonschema import Draft7Validator, FormatChecker
from tests.citing.texts import anything, authors, one_line
from tests.citing.works import SIMULATED, UNPUBLISHED, WORK, cited, with_texts

from catalog.citing.cff import citation_file
from catalog.citing.people import is_group

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "cff-1.2.0.json").read_text())
VALIDATOR = Draft7Validator(SCHEMA, format_checker=FormatChecker())


def faults(text: str) -> list[str]:
    return [fault.message for fault in VALIDATOR.iter_errors(yaml.safe_load(text))]


@pytest.mark.parametrize(
    "work", [WORK, SIMULATED, UNPUBLISHED, cited(doi=""), cited(keywords=""), cited(repository="")]
)
def test_the_file_is_what_the_format_wants(work):
    assert faults(citation_file(work)) == []


def test_it_cites_a_data_set_by_the_doi_of_this_version():
    read = yaml.safe_load(citation_file(WORK))
    assert (read["type"], read["version"], read["doi"]) == (
        "dataset", "2.0", "10.5281/zenodo.1234567",
    )  # fmt: skip
    assert read["date-released"] == "2026-11-21"
    assert [each["value"] for each in read["identifiers"]] == [
        "10.5281/zenodo.1234567", "10.5281/zenodo.1234566", "https://spectra.example.org/atlas/",
    ]  # fmt: skip
    assert read["preferred-citation"]["year"] == 2026
    referred = {each["title"]: each for each in read["references"]}
    assert referred["DESI edr"]["notes"].endswith("(arXiv:2306.06308)")
    assert referred["Peculiar Spectra"]["commit"] == "d4" * 20
    assert any("arXiv:2506.17376" in str(each["identifiers"]) for each in read["references"][:2])


def test_without_a_date_it_gives_none_and_cites_all_the_same():
    read = yaml.safe_load(citation_file(UNPUBLISHED))
    assert "date-released" not in read
    assert "doi" not in read
    assert "year" not in read["preferred-citation"]


@given(title=anything, author=authors, told=anything)
def test_every_text_comes_back_as_it_was(title, author, told):
    text = citation_file(with_texts(title, author, told))
    assert faults(text) == []
    read = yaml.safe_load(text)
    assert read["title"] == one_line(title)
    first = read["authors"][0]
    if is_group(author):
        assert first == {"name": author.family}
    else:
        assert (first["family-names"], first["given-names"]) == (author.family, author.given)
        assert first.get("affiliation", "") == author.affiliation


@given(title=anything)
def test_no_text_is_left_to_a_readers_idea_of_a_bare_word(title):
    work = with_texts(title, WORK.named[0], "yes")
    for line in citation_file(work).splitlines():
        value = line.partition(": ")[2]
        assert value == "" or value[0] == '"' or value.isdecimal()  # a year is a number
