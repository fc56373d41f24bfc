import csv
import hashlib
import resource
import signal
import subprocess
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.store.conftest import EXTRA, catalogue_tables, without_benchmark

from catalog.errors import ReleaseError, StoreError
from catalog.store.export import export
from catalog.store.write import write

NAMES = [
    "catalog.duckdb",
    "spectra.parquet", "spectra.csv", "spectra.fits", "spectra.vot.gz",
    "outliers.parquet", "outliers.csv", "outliers.fits", "outliers.vot",
    "reasons.parquet", "artefacts.csv", "origin_groups.csv",
    "object_spectra.parquet", "object_spectra.fits",
    "latents.parquet", "latents.fits",
    "hats/dataset/Norder=0/Dir=0/Npix=0.parquet",
    "hats/dataset/Norder=0/Dir=0/Npix=11.parquet",
    "hats/dataset/Norder=0/Dir=0/Npix=4.parquet",
    "hats/dataset/_common_metadata", "hats/dataset/_metadata",
    "hats/hats.properties", "hats/partition_info.csv", "hats/properties",
    "footprint.moc.fits", "footprint.moc.json",
    "cds/ReadMe", "cds/spectra.dat.gz", "cds/outliers.dat", "outliers.mrt",
    "benchmark_scores.csv", "benchmark_differences.csv", "benchmark_calibration.csv",
    "benchmark_classes.csv", "benchmark_kinds.csv",
    "README.txt", "columns.csv", "SHA256SUMS",
]  # fmt: skip


def names_of(folder: Path, files) -> list[str]:
    return [file.relative_to(folder).as_posix() for file in files]


def names_in(folder: Path) -> set[str]:
    return set(names_of(folder, (each for each in folder.rglob("*") if each.is_file())))


@pytest.fixture
def database(tmp_path, content, extra):
    path = tmp_path / "catalog.duckdb"
    write(path, content, extra)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One export for all tests that only look at it."""
    root = tmp_path_factory.mktemp("release")
    write(root / "catalog.duckdb", catalogue_tables(), EXTRA)
    export(root / "catalog.duckdb", root / "download")
    return root / "download"


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_format_is_there_and_named(database, tmp_path):
    files = export(database, tmp_path / "download")
    assert names_of(tmp_path / "download", files) == NAMES
    assert names_in(tmp_path / "download") == set(NAMES)


def test_a_release_without_a_benchmark_offers_no_empty_tables_of_it(tmp_path, content, extra):
    without_benchmark(content)
    write(tmp_path / "c.duckdb", content, extra)
    files = export(tmp_path / "c.duckdb", tmp_path / "d")
    wanted = [name for name in NAMES if not name.startswith("benchmark_")]
    assert names_of(tmp_path / "d", files) == wanted


def test_results_of_the_benchmark_come_back_with_an_unknown_interval_empty(folder):
    rows = read_csv(folder / "benchmark_scores.csv")
    wanted = {"score": "combined", "snr_group": "5-10", "value": "0.5", "low": "", "n": "20"}
    assert [{name: row[name] for name in wanted} for row in rows] == [wanted]


def test_a_very_small_p_keeps_its_digits_in_text(folder, ids):
    row = {row["target_id"]: row for row in read_csv(folder / "spectra.csv")}[ids[0]]
    assert float(row["p"]) == 2.5e-7
    assert row["p_extrapolated"] == "true"


def test_identifiers_are_equal_in_every_format(folder, ids):
    with duckdb.connect(str(folder / "catalog.duckdb"), read_only=True) as connection:
        stored = connection.execute("SELECT target_id FROM spectra ORDER BY target_id").fetchall()
    assert [row[0] for row in stored] == sorted(ids)
    assert pq.read_table(folder / "spectra.parquet")["target_id"].to_pylist() == sorted(ids)
    assert [row["target_id"] for row in read_csv(folder / "spectra.csv")] == sorted(ids)
    assert '"39633345008634465"' in (folder / "spectra.csv").read_text()


def test_a_second_run_gives_the_same_bytes(tmp_path, folder, content, extra):
    again = tmp_path / "again" / "catalog.duckdb"
    write(again, content, extra)
    export(again, again.parent / "download")
    for name in NAMES:
        if name not in {"catalog.duckdb", "SHA256SUMS"}:
            assert (again.parent / "download" / name).read_bytes() == (folder / name).read_bytes()


def test_exporting_again_over_the_old_files_leaves_no_other(database, tmp_path):
    export(database, tmp_path / "d")
    export(database, tmp_path / "d")
    assert names_in(tmp_path / "d") == set(NAMES)


def test_files_that_an_earlier_catalogue_had_and_this_one_has_not_are_removed(
    tmp_path, database, content
):
    folder = tmp_path / "d"
    export(database, folder)
    (folder / "notes-of-mine.txt").write_text("kept")
    without_benchmark(content)
    content["spectra"]["ra"][:] = content["spectra"]["dec"][:] = 45.0
    write(tmp_path / "c.duckdb", content, EXTRA)
    files = export(tmp_path / "c.duckdb", folder)
    assert names_in(folder) == {*names_of(folder, files), "notes-of-mine.txt"}
    assert "hats/dataset/Norder=0/Dir=0/Npix=11.parquet" not in names_in(folder)


def test_the_model_is_offered_readable_by_everybody(tmp_path, database):
    weights = tmp_path / "fold-0.safetensors"
    weights.write_bytes(b"weights")
    weights.chmod(0o600)
    export(database, tmp_path / "d", model=[weights])
    offered = tmp_path / "d" / "model" / "fold-0.safetensors"
    assert offered.read_bytes() == b"weights"
    assert offered.stat().st_mode & 0o777 == 0o644
    assert "  model/fold-0.safetensors" in (tmp_path / "d" / "SHA256SUMS").read_text()


def test_what_lists_the_other_files_comes_after_them_and_is_listed_too(tmp_path, database):
    seen = []

    def last(folder, files):
        seen.extend(names_of(folder, files))
        (folder / "citation.bib").write_text("@misc{}")
        return [folder / "citation.bib"]

    files = export(database, tmp_path / "d", last=last)
    assert set(seen) == set(NAMES) - {"SHA256SUMS"}
    assert tmp_path / "d" / "citation.bib" in files
    assert "  citation.bib" in (tmp_path / "d" / "SHA256SUMS").read_text()


def test_the_checksums_are_accepted_by_the_tool_that_reads_them(folder):
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(command, cwd=folder, check=False).returncode == 0


def test_the_index_names_every_file_and_counts_its_rows(folder):
    text = (folder / "README.txt").read_text()
    lines = set(text.splitlines())
    assert {name for name in NAMES if not name.startswith("hats/")} <= lines
    assert "hats/" in lines
    assert "ordered by identifier. 5 rows." in text
    assert "most unusual first. 2 rows." in text
    assert "These spectra are simulated, not real." in text
    assert max(map(len, lines)) <= 100


def test_checksums_are_those_of_the_files(folder):
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert len((folder / "SHA256SUMS").read_text().splitlines()) == len(NAMES) - 1


def test_numbers_have_the_decimals_of_the_dictionary(folder, ids):
    row = {row["target_id"]: row for row in read_csv(folder / "spectra.csv")}[ids[0]]
    wanted = {"ra": "10.684708", "snr": "12.35", "z": "0.123457", "teff": "5777", "rank": "1"}
    assert {name: row[name] for name in wanted} == wanted


def test_a_right_ascension_just_below_360_degrees_is_written_as_zero(folder, ids):
    row = {row["target_id"]: row for row in read_csv(folder / "spectra.csv")}[ids[2]]
    assert row["ra"] == "0.000000"


def test_missing_values_are_empty(folder, ids):
    row = {row["target_id"]: row for row in read_csv(folder / "spectra.csv")}[ids[3]]
    assert {row[name] for name in ("ra", "rank", "score_lof", "latent_1", "map_x")} == {""}


def test_latent_means_are_columns_of_their_own(folder, ids):
    row = {row["target_id"]: row for row in read_csv(folder / "spectra.csv")}[ids[0]]
    assert [row[f"latent_{i}"] for i in (1, 2, 3)] == ["0.1000", "0.2000", "-0.3000"]
    assert "latent" not in row


def test_text_survives_commas_quotes_and_line_ends(folder, ids):
    row = {row["target_id"]: row for row in read_csv(folder / "spectra.csv")}[ids[2]]
    assert row["subclass"] == 'a,b\n"c"'


def test_outliers_come_in_the_order_of_their_rank(tmp_path, content, extra, ids):
    content["spectra"]["rank"][:3] = [2, 1, 3]
    write(tmp_path / "c.duckdb", content, extra)
    export(tmp_path / "c.duckdb", tmp_path / "d")
    listed = [row["target_id"] for row in read_csv(tmp_path / "d" / "outliers.csv")]
    assert listed == [ids[1], ids[0]]
    assert pq.read_table(tmp_path / "d" / "outliers.parquet")["target_id"].to_pylist() == listed


def test_parquet_holds_all_columns_at_full_precision(folder, content, ids):
    table = pq.read_table(folder / "spectra.parquet")
    assert set(table.column_names) == set(content["spectra"])
    z = dict(zip(table["target_id"].to_pylist(), table["z"].to_pylist(), strict=True))
    assert z[ids[0]] == content["spectra"]["z"][0]


def test_the_dictionary_lists_every_column_of_the_csv(folder):
    listed = [row["name"] for row in read_csv(folder / "columns.csv")]
    header = list(read_csv(folder / "spectra.csv")[0])
    assert [n for n in header if not n.startswith("latent_")] == [
        n for n in listed if n != "latent"
    ]


def test_object_spectra_keep_their_values(folder, content):
    table = pq.read_table(folder / "object_spectra.parquet")
    np.testing.assert_array_equal(table["flux"].to_pylist(), content["object_spectra"]["flux"])


def test_a_catalogue_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StoreError, match=r"(?s)cannot be read.*none\.duckdb"):
        export(tmp_path / "none.duckdb", tmp_path / "d")


def test_a_catalogue_that_is_no_database_is_named(tmp_path):
    (tmp_path / "bad.duckdb").write_bytes(b"nonsense" * 1000)
    with pytest.raises(StoreError, match=r"(?s)cannot be read.*bad\.duckdb"):
        export(tmp_path / "bad.duckdb", tmp_path / "d")


def test_a_full_disk_says_so(tmp_path, database):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(ReleaseError, match=r"(?s)disk is full.*where: .*d/"):
            export(database, tmp_path / "d")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert not [name for name in names_in(tmp_path / "d") if "/." in f"/{name}"]
