import math
import resource
import signal
import struct
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.conftest import without_benchmark

from catalog.errors import ReleaseError, StoreError
from catalog.store.benchmark_records import Difference, Run, ScoreMeasure
from catalog.store.contents import OPTIONAL
from catalog.store.read import Catalogue
from catalog.store.write import write


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        found: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
    return found


@pytest.fixture
def written(tmp_path, content, extra):
    path = tmp_path / "catalog.duckdb"
    write(path, content, extra)
    return path


def test_an_older_client_can_open_the_file(written):
    # The main header: 8 bytes of checksum, "DUCK", the storage version. 64 is DuckDB 0.9 to 1.1,
    # the oldest that today's browser builds (64 to 67) read.
    assert struct.unpack("<4sQ", written.read_bytes()[8:20]) == (b"DUCK", 64)


def test_only_the_one_file_is_left(written):
    assert [file.name for file in written.parent.iterdir()] == ["catalog.duckdb"]


def test_identifiers_come_back_as_the_text_they_were(written, ids):
    found = rows(written, "SELECT target_id, typeof(target_id) FROM spectra")
    assert {target for target, _ in found} == set(ids)
    assert {kind for _, kind in found} == {"VARCHAR"}


def test_rows_lie_in_the_order_of_their_key(written, ids):
    assert [row[0] for row in rows(written, "SELECT target_id FROM spectra")] == sorted(ids)


def test_what_is_missing_is_null(written):
    names = "ra, fold, rank, p, q, rank_lof, score_lof, p_lof, latent"
    assert rows(written, f"SELECT {names} FROM spectra WHERE quality = 8") == [(None,) * 9]


def test_a_score_that_cannot_be_measured_of_a_scored_spectrum_is_null(tmp_path, content, extra):
    for part, missing in (("score", np.nan), ("rank", -1), ("percentile", np.nan), ("p", np.nan)):
        content["spectra"][f"{part}_lof"][1] = missing
    write(tmp_path / "c.duckdb", content, extra)
    sql = "SELECT score_lof, rank_lof, percentile_lof, p_lof, p FROM spectra WHERE rank = 2"
    assert rows(tmp_path / "c.duckdb", sql) == [(None, None, None, None, 0.01)]


@pytest.mark.parametrize(
    "remove", [without_benchmark, lambda c: [c.pop(n, None) for n in OPTIONAL]]
)
def test_a_catalogue_without_a_benchmark_is_whole(tmp_path, content, extra, remove):
    remove(content)
    write(tmp_path / "c.duckdb", content, extra)
    with Catalogue(tmp_path / "c.duckdb") as catalogue:
        assert catalogue.benchmark() is None
        assert catalogue.stage_costs() == ()


def test_a_benchmark_reads_back_as_it_was_written(written):
    with Catalogue(written) as catalogue:
        found, costs = catalogue.benchmark(), catalogue.stage_costs()
    assert found is not None
    assert found.run == Run(3, 0.01, 5940, 60, simulated=True, seed=7)
    assert found.scores == (ScoreMeasure(0.5, None, None, 20, "combined", "all", "5-10", "auprc"),)
    assert found.differences == (Difference(0.5, None, None, "combined", "lof"),)
    assert [each.quantity for each in found.calibration] == ["flagged_fraction"]
    assert [each.spec_class for each in found.classes] == ["QSO"]
    assert [each.meaning for each in found.kinds] == ["Flux ratio, or so."]
    assert [(each.stage, each.seconds, each.tasks) for each in costs] == [("read", 1.5, 4)]


def test_z_warn_of_minus_one_is_a_value(tmp_path, content, extra):
    content["spectra"]["z_warn"][0] = -1
    write(tmp_path / "c.duckdb", content, extra)
    assert rows(tmp_path / "c.duckdb", "SELECT count(*) FROM spectra WHERE z_warn = -1") == [(1,)]


def test_the_column_dictionary_names_every_column_of_spectra_with_its_type(written):
    described = rows(written, "SELECT name, type FROM columns ORDER BY position")
    real = rows(
        written,
        "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'spectra' "
        "ORDER BY column_index",
    )
    assert described == real
    assert ("teff", "DOUBLE") in described


def test_descriptions_are_comments_in_the_file(written):
    sql = "SELECT comment FROM duckdb_columns() WHERE table_name = 'spectra' AND column_name = "
    assert rows(written, sql + "'ra'") == [("Right ascension, ICRS. [deg]",)]
    assert rows(written, sql + "'note'") == [('A note; it\'s text, "quoted".',)]
    assert not rows(written, "SELECT table_name FROM duckdb_tables() WHERE comment IS NULL")


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NUMBER = st.floats(allow_infinity=False)
SMALL = st.floats(allow_nan=False, allow_infinity=False, width=32)
VALUES = st.tuples(
    st.lists(NUMBER, min_size=5, max_size=5),
    st.lists(TEXT, min_size=5, max_size=5),
    st.lists(SMALL, min_size=9, max_size=9),
)


@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(values=VALUES)
def test_any_number_and_any_text_comes_back_unchanged(tmp_path, content, extra, ids, values):
    z, note, latent = values
    spectra = content["spectra"]
    spectra["z"], spectra["note"] = np.array(z), np.array(note, dtype=object)
    spectra["latent"][:3] = np.array(latent, np.float32).reshape(3, 3)
    path = tmp_path / "any.duckdb"
    write(path, content, extra)
    found = {
        row[0]: row[1:] for row in rows(path, "SELECT target_id, z, note, latent FROM spectra")
    }
    for i, target in enumerate(ids):
        assert found[target][0] == (None if math.isnan(z[i]) else z[i])
        assert found[target][1] == note[i]
        if i < 3:
            assert found[target][2] == spectra["latent"][i].tolist()


def _without_reason(content):
    content["reasons"] = {name: column[:1] for name, column in content["reasons"].items()}


def _orphan_reason(content):
    content["reasons"]["target_id"][1] = "404"


def _duplicate_id(content):
    content["spectra"]["target_id"][4] = content["spectra"]["target_id"][0]


def _wrong_count(content):
    content["release"]["n_read"][0] = 7


def _unpublished(content):
    content["object_spectra"]["target_id"][0] = "404"


def _short_spectrum(content):
    content["object_spectra"]["recon"] = content["object_spectra"]["recon"][:, :2]


def _ranked_though_flagged(content):
    content["spectra"]["rank"][3] = 4


def _ranked_without_p(content):
    content["spectra"]["p"][1] = np.nan


def _improbable(content):
    content["spectra"]["q"][0] = 1.5


def _fold_that_is_none(content):
    content["spectra"]["fold"][2] = 2


def _unknown_role(content):
    content["scores"]["role"][0] = "leading"


def _results_of_no_benchmark(content):
    content["benchmark"] = {name: column[:0] for name, column in content["benchmark"].items()}


def _other_verdict(content):
    content["spectra"]["verdict"][0] = "artefact"


def _unknown_category(content):
    content["reasons"]["category"][1] = content["spectra"]["category"][1] = "gremlins"


def _skipped_position(content):
    content["reasons"]["position"][1] = 2


def _unknown_table(content):
    content["extra"] = {"a": np.array([1])}


def _missing_table(content):
    del content["training"]


def _unknown_column(content):
    content["spectra"]["surprise"] = np.zeros(5)


def _ragged(content):
    content["grid"]["bin"] = content["grid"]["bin"][:2]


def _null_where_none_may_be(content):
    content["object_spectra"]["norm"][0] = np.nan


def _two_releases(content):
    content["release"] = {n: np.concatenate([c, c]) for n, c in content["release"].items()}


def _undescribed_type(content):
    content["spectra"]["teff"] = np.zeros(5, complex)


FAULTS = {
    _without_reason: "every outlier has a reason.*39633345008634466",
    _orphan_reason: "every outlier has a reason.*39633345008634466, 404",
    _duplicate_id: "uplicate key.*39633345008634465",
    _wrong_count: "n_read is 7, counted 6",
    _unpublished: "those in object_spectra.*39633345008634465, 404",
    _short_spectrum: "one value per bin.*39633345008634465",
    _ranked_though_flagged: "rank if, and only if.*7084023500000005918702060103|rank if.*-1695072",
    _ranked_without_p: "p and q, from 0 to 1.*39633345008634466",
    _improbable: "p and q, from 0 to 1.*39633345008634465",
    _fold_that_is_none: "fold is one of model.n_folds.*-1695072",
    _unknown_role: "a role that is known.*lof has the role leading",
    _results_of_no_benchmark: "benchmark has one row.*benchmark has 0 rows",
    _other_verdict: "those of its first reason.*39633345008634465",
    _unknown_category: "every reason's category.*gremlins",
    _skipped_position: "numbered 1, 2, 3.*39633345008634466",
    _unknown_table: "tables are not those.*unknown: extra",
    _missing_table: "tables are not those.*missing: training",
    _unknown_column: "columns of spectra.*unknown: surprise",
    _ragged: "columns of grid have different lengths.*bin: 2",
    _null_where_none_may_be: "NOT NULL.*norm",
    _two_releases: "one row each.*release has 2 rows",
    _undescribed_type: "cannot hold.*complex128",
}


@pytest.mark.parametrize(
    ("fault", "message"), FAULTS.items(), ids=lambda f: getattr(f, "__name__", "")
)
def test_tables_that_do_not_agree_are_refused_by_name(tmp_path, content, extra, fault, message):
    fault(content)
    with pytest.raises(StoreError) as caught:
        write(tmp_path / "catalog.duckdb", content, extra)
    assert caught.match(f"(?s){message}")
    assert not list(tmp_path.iterdir())


def test_a_described_column_that_the_data_lack_is_refused(tmp_path, content, extra):
    del content["spectra"]["teff"]
    with pytest.raises(StoreError, match=r"(?s)not in the table spectra.*wanted: teff"):
        write(tmp_path / "catalog.duckdb", content, extra)


def test_a_failed_write_leaves_the_last_good_catalogue(written, content, extra):
    before = written.read_bytes()
    content["release"]["n_read"][0] = 7
    with pytest.raises(StoreError):
        write(written, content, extra)
    assert written.read_bytes() == before
    assert [file.name for file in written.parent.iterdir()] == ["catalog.duckdb"]


@pytest.fixture
def small_disk():
    """No file may exceed 200 kB, which the system reports as a full disk is reported."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.usefixtures("small_disk")
def test_a_full_disk_says_so_and_leaves_nothing(tmp_path, content, extra):
    with pytest.raises(ReleaseError, match=r"(?s)disk is full.*catalog\.duckdb.*free space"):
        write(tmp_path / "catalog.duckdb", content, extra)
    assert not list(tmp_path.iterdir())


def test_a_path_with_a_quote_is_a_path(tmp_path, content, extra):
    write(tmp_path / "it's here" / "catalog.duckdb", content, extra)
    assert (tmp_path / "it's here" / "catalog.duckdb").is_file()
