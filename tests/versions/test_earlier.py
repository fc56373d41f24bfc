"""The release before is read as it was written; another file is refused, with what to do."""

import duckdb
import numpy as np
import pytest
from tests.store.conftest import EXTRA, IDS, catalogue_tables, text

from catalog.errors import StoreError
from catalog.store import write
from catalog.versions import earlier


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("earlier") / "catalog.duckdb"
    content = catalogue_tables()
    content["withdrawn"] = {
        "target_id": text("old"), "survey": text("desi"), "name": text("T J010101.00+000000.0"),
        "slug": text("j010101.00p000000.0"), "release": text("first"), "rank": np.array([-1]),
        "category": text(""), "why": text("Gone."),
    }  # fmt: skip
    write.write(path, content, EXTRA)
    return path


def test_what_is_read_is_what_was_written(database):
    found, wanted = earlier.read(database), catalogue_tables()
    order = np.argsort(IDS)
    for name, column in found["spectra"].items():
        np.testing.assert_array_equal(column, wanted["spectra"][name][order], name)
    for table in ("release", "model", "provenance", "inputs", "citation"):
        for name, column in found[table].items():
            np.testing.assert_array_equal(column, wanted[table][name], f"{table}.{name}")
    assert found["withdrawn"]["rank"].tolist() == [-1]


def test_names_of_all_spectra_and_of_the_withdrawn_are_kept(database):
    names = earlier.kept_names(earlier.read(database))
    spectra = catalogue_tables()["spectra"]
    wanted = dict(zip(spectra["target_id"], spectra["name"], strict=True))
    assert names == {
        ("desi", "old"): "T J010101.00+000000.0",
        **{("desi", each): name for each, name in wanted.items() if name},
    }


def test_a_missing_file_says_which_key_names_it(tmp_path):
    with pytest.raises(StoreError, match="cannot be compared") as caught:
        earlier.read(tmp_path / "none.duckdb")
    assert "release.previous" in caught.value.todo
    assert caught.value.found == "no such file"


def test_a_file_that_is_no_catalogue_is_refused(tmp_path):
    (tmp_path / "not.duckdb").write_text("a text")
    with duckdb.connect(str(tmp_path / "other.duckdb")) as database:
        database.execute("CREATE TABLE spectra (target_id VARCHAR)")
    for name in ("not", "other"):
        with pytest.raises(StoreError, match="cannot be compared"):
            earlier.read(tmp_path / f"{name}.duckdb")


@pytest.mark.parametrize("version", [4, 99])
def test_another_schema_is_refused_by_its_number(tmp_path, version):
    with duckdb.connect(str(tmp_path / "old.duckdb")) as database:
        database.execute("CREATE TABLE release AS SELECT ? AS schema_version", [version])
    with pytest.raises(StoreError) as caught:
        earlier.read(tmp_path / "old.duckdb")
    assert caught.value.found == f"schema version {version}"
    assert "built again" in caught.value.todo


def test_a_catalogue_without_its_release_is_refused(tmp_path):
    with duckdb.connect(str(tmp_path / "empty.duckdb")) as database:
        database.execute("CREATE TABLE release (schema_version INTEGER)")
    with pytest.raises(StoreError, match="cannot be compared"):
        earlier.read(tmp_path / "empty.duckdb")
