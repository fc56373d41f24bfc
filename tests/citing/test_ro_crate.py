"""The crate, read back by `rocrate`: everything that it names is there, and is what it says."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from rocrate.rocrate import ROCrate
from tests.citing.texts import anything, authors
from tests.citing.works import INPUTS, MODEL, SIMULATED, WORK, cited, with_texts

from catalog.citing.files import Listed
from catalog.citing.ro_crate import NAME, crate

FILES = (Listed("recipe.toml", 3, "ab" * 32), Listed("a b/c.csv", 0, "cd" * 32),
         Listed("catalog.duckdb", None, None))  # fmt: skip


def references(value):
    """Every `{"@id": ...}` that stands for another entity."""
    if isinstance(value, list):
        for each in value:
            yield from references(each)
    elif isinstance(value, dict):
        if value.keys() == {"@id"}:
            yield value["@id"]
        else:
            for each in value.values():
                yield from references(each)


@pytest.fixture(scope="session")
def read(release):
    return ROCrate(release[0])


def test_every_file_of_the_release_is_in_the_crate_with_its_size_and_sha256(release, read):
    folder, others, made = release
    found = {unquote(file.id): file for file in read.data_entities if file.type == "File"}
    expected = {file.relative_to(folder).as_posix() for file in [*others, *made]} - {NAME}
    assert found.keys() == expected
    for name, file in found.items():
        content = (folder / name).read_bytes()
        if name == "catalog.duckdb":
            assert "sha256" not in file.properties()
            assert "SHA256SUMS" in file["description"]
            continue
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        assert file["contentSize"] == str(len(content))


def test_it_says_who_published_what_when_and_under_which_licence(read):
    root = read.root_dataset
    assert root["name"] == "Test Atlas"
    assert read.datePublished.date().isoformat() == "2026-11-21"
    assert root["license"].id == "https://spdx.org/licenses/CC-BY-4.0"
    assert [author["name"] for author in root["author"]] == ["Ada Rossi", "The Test Collaboration"]
    assert root["author"][0].id == "https://orcid.org/0000-0002-1825-0097"
    assert root["author"][0]["affiliation"]["name"] == "Observatory"


def test_one_action_made_all_outputs_from_recipe_seed_and_inputs(read):
    action = read.dereference("#build")
    software = action["instrument"]
    assert software["softwareVersion"] == "0.1.0"
    assert software["sha256"] == "1" * 64
    assert "d4" * 20 in software["description"]
    used = {package["name"]: package["softwareVersion"] for package in
            software["softwareRequirements"]}  # fmt: skip
    assert used == {"numpy": "2.4.6", "torch": "2.13.0"}
    taken = {each.id: each for each in action["object"]}
    assert taken["#seed"]["value"] == "7"
    assert taken["recipe.toml"].type == "File"
    (given,) = [each for each in taken.values() if each.id.startswith("#input/")]
    assert given["sha256"] == "0" * 64
    assert given["url"] == "https://example.org/a.fits"
    assert given["isPartOf"]["name"] == "DESI edr"
    assert {"#model", "catalog.duckdb", "hats/a.parquet"} <= {each.id for each in action["result"]}


@pytest.mark.parametrize(
    "work", [WORK, SIMULATED, cited(doi="", address="", repository=""), replace(WORK, named=())]
)
def test_every_entity_that_is_referred_to_is_described_once(work):
    graph = crate(work, FILES)["@graph"]
    described = [entity["@id"] for entity in graph]
    assert len(set(described)) == len(described)
    outside = {"https://w3id.org/ro/crate/1.1"}
    assert set(references([dict(e) for e in graph])) - outside <= set(described)


def test_a_checkpoint_that_was_loaded_is_an_input():
    graph = crate(replace(WORK, model=replace(MODEL, trained=False)), FILES)["@graph"]
    (action,) = [entity for entity in graph if entity["@type"] == "CreateAction"]
    assert {"@id": "#model"} in action["object"]
    assert {"@id": "#model"} not in action["result"]


def test_inputs_without_a_known_address_are_named_all_the_same():
    graph = crate(replace(WORK, inputs=tuple(replace(i, url="") for i in INPUTS)), FILES)["@graph"]
    names = [entity["name"] for entity in graph if entity["@id"].startswith("#input/")]
    assert names == [each.file for each in INPUTS]


@given(title=anything, author=authors, told=anything)
def test_every_text_comes_back_as_it_was(title, author, told, tmp_path_factory):
    work = with_texts(title, author, told)
    folder = Path(tmp_path_factory.mktemp("crate"))
    (folder / NAME).write_text(json.dumps(crate(work, ())), encoding="utf-8")
    root = ROCrate(folder).root_dataset
    assert root["name"] == " ".join(title.split())
    first = root["author"][0]
    assert first.get("familyName", first["name"]) == author.family
