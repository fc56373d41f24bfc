import duckdb
import numpy as np
import pytest
from tests.site.catalogue_fixture import (
    HOSTILE,
    LONG_ID,
    N_PUBLISHED,
    N_SCORED,
    SCORES,
    make_catalogue,
)

from catalog.errors import StoreError
from catalog.store.read import Catalogue
from catalog.store.records import Standing


def test_identifiers_too_long_for_a_float_come_back_whole(database):
    with Catalogue(database) as catalogue:
        ids = [each.target_id for each in catalogue.outliers()]
    assert LONG_ID in ids
    assert HOSTILE in ids


def test_objects_come_most_unusual_first_with_every_score_and_extra(database):
    with Catalogue(database) as catalogue:
        objects = catalogue.outliers()
    assert [each.rank for each in objects] == list(range(1, N_PUBLISHED + 1))
    assert list(objects[0].scores) == [name for name, *_ in SCORES]
    assert objects[0].scores["lof"] == Standing(10.2, 1, 99.95, 0.0005)
    assert objects[8].scores["lof"] == Standing(None, None, None, None)
    assert (objects[1].p, objects[1].p_extrapolated, objects[1].q) == (4e-8, True, 2e-4)
    assert "fold" not in objects[0].extras
    assert objects[3].extras == {"teff": 5772.0, "program": "bright"}


def test_what_is_missing_is_none_not_a_number(database):
    with Catalogue(database) as catalogue:
        objects = catalogue.outliers()
    assert (objects[4].ra, objects[4].dec) == (None, None)
    assert objects[6].z is None


def test_a_spectrum_reads_back_bin_by_bin(database):
    plain = duckdb.connect(str(database), read_only=True)
    flux, norm = plain.execute(
        "SELECT flux, norm FROM object_spectra WHERE target_id = ?", [LONG_ID]
    ).fetchone()
    plain.close()
    with Catalogue(database) as catalogue:
        spectrum = catalogue.spectra([LONG_ID, "no such object"])
    assert list(spectrum) == [LONG_ID]
    np.testing.assert_array_equal(spectrum[LONG_ID].flux, flux)
    assert spectrum[LONG_ID].norm == norm


def test_the_map_and_the_ratios_cover_every_scored_spectrum(database):
    with Catalogue(database) as catalogue:
        parts = [x.size for x, _ in catalogue.map_batches(["map_x", "map_y"], size=700)]
        assert sum(parts) == N_SCORED
        assert max(parts) < N_SCORED
        assert sum(n for _, n in catalogue.map_classes()) == N_SCORED
        assert catalogue.snr_of_scored().size == N_SCORED


def test_a_missing_file_says_so_and_what_to_do(tmp_path):
    with pytest.raises(StoreError, match="there is no catalogue") as caught:
        Catalogue(tmp_path / "none.duckdb")
    assert "catalog build" in str(caught.value)


def test_a_file_that_is_not_duckdb_is_refused(tmp_path):
    (tmp_path / "junk.duckdb").write_bytes(b"junk" * 5000)
    with pytest.raises(StoreError, match="cannot be read"):
        Catalogue(tmp_path / "junk.duckdb")


def test_another_schema_version_is_refused_by_its_number(tmp_path):
    path = make_catalogue(tmp_path / "c.duckdb", n_published=1, n_scored=20)
    writable = duckdb.connect(str(path))
    writable.execute("UPDATE release SET schema_version = 99")
    writable.close()
    with pytest.raises(StoreError, match="another schema") as caught:
        Catalogue(path)
    assert "99" in str(caught.value)


def test_a_lost_table_is_named(tmp_path):
    path = make_catalogue(tmp_path / "c.duckdb", n_published=1, n_scored=20)
    writable = duckdb.connect(str(path))
    writable.execute("DROP TABLE lines")
    writable.close()
    with Catalogue(path) as catalogue, pytest.raises(StoreError) as caught:
        catalogue.lines()
    assert "lines" in caught.value.found
