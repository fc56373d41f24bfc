"""Neighbours and origins: what the catalogue refuses, and the tables made for a survey's team."""

import csv

import duckdb
import numpy as np
import pytest
from tests.store.conftest import text

from catalog.errors import StoreError
from catalog.store.export import export
from catalog.store.wide_bins import wide_bins
from catalog.store.write import write


def neighbours(ids):
    """The first object's nearest ordinary and nearest unusual spectrum."""
    return {
        "target_id": text(ids[0], ids[0]), "kind": text("ordinary", "unusual"),
        "position": np.array([1, 1]), "neighbour": text(ids[2], ids[1]),
        "distance": np.array([0.5, 0.7]),
    }  # fmt: skip


def neighbour_spectra(ids):
    flux = np.array([[0.5], [np.nextafter(0.5, 1)]], np.float32)
    return {"target_id": text(ids[1], ids[2]), "flux": flux}


def origins(ids):
    """The artefact was exposed twice, with two fibres of one petal."""
    return {
        "target_id": text(*[ids[1]] * 5, ids[0]),
        "kind": text("fibre", "fibre", "petal", "exposure", "exposure", "petal"),
        "name": text("2233", "707", "4", "99", "100", "4"),
    }


def origin_groups():
    names = [("fibre", "2233"), ("fibre", "707"), ("petal", "4"), ("exposure", "99"),
             ("exposure", "100")]  # fmt: skip
    rows = [(*name, category) for name in names for category in ("", "bad_region")]
    kind, name, category = (text(*column) for column in zip(*rows, strict=True))
    n = len(rows)
    return {
        "kind": kind, "name": name, "category": category, "n_scored": np.full(n, 3),
        "n_artefacts": np.ones(n, np.int64), "expected": np.full(n, 0.1), "p": np.full(n, 0.2),
        "q": np.full(n, 0.5), "stands_out": np.zeros(n, bool),
    }  # fmt: skip


@pytest.fixture
def full(content, ids):
    content["neighbours"] = neighbours(ids)
    content["neighbour_spectra"] = neighbour_spectra(ids)
    content["origins"], content["origin_groups"] = origins(ids), origin_groups()
    return content


def test_a_catalogue_with_neighbours_and_origins_is_whole(full, extra, tmp_path):
    write(tmp_path / "c.duckdb", full, extra)

    tables = ("neighbours", "neighbour_spectra", "origins", "origin_groups")
    with duckdb.connect(str(tmp_path / "c.duckdb"), read_only=True) as database:
        for name in tables:
            rows = database.execute(f"SELECT count(*) FROM {name}").fetchall()
            assert rows == [(len(next(iter(full[name].values()))),)]


@pytest.mark.parametrize(
    "case",
    [
        ("neighbours", "neighbour", 0, "no such target", "neighbours are scored spectra"),
        ("neighbours", "neighbour", 0, "5", "neighbours are scored spectra"),
        ("neighbours", "neighbour", 1, "39633345008634465", "none is its own neighbour"),
        ("neighbours", "kind", 0, "strange", "an ordinary one is no outlier itself"),
        ("neighbours", "neighbour", 0, "39633345008634466", "an ordinary one is no outlier"),
        ("neighbours", "target_id", 1, "39633345008634466", "none is its own neighbour"),
        ("neighbours", "target_id", 0, "5", "only outliers have neighbours"),
        ("neighbours", "position", 0, 2, "numbered 1, 2, 3, nearest first"),
        ("neighbour_spectra", "target_id", 1, "5", "neighbour of a published object has a"),
        ("origins", "target_id", 5, "-1695072", "only outliers are in origins"),
        ("origins", "name", 0, "8", "as many artefacts as origins and spectra say"),
        ("origin_groups", "n_artefacts", 1, 2, "as many artefacts as origins and spectra say"),
        ("origin_groups", "n_scored", 1, 0, "no more artefacts than spectra"),
        ("origin_groups", "q", 1, 0.1, "its numbers are probabilities"),
    ],
)
def test_a_table_that_points_nowhere_or_miscounts_is_refused(full, extra, tmp_path, case):
    table, column, row, value, said = case
    full[table][column] = full[table][column].copy()
    full[table][column][row] = value
    with pytest.raises(StoreError) as caught:
        write(tmp_path / "c.duckdb", full, extra)
    assert said in caught.value.wanted


def test_a_neighbours_spectrum_of_another_width_is_refused(full, extra, tmp_path):
    full["neighbour_spectra"]["flux"] = np.full((2, 2), 0.5, np.float32)
    with pytest.raises(StoreError) as caught:
        write(tmp_path / "c.duckdb", full, extra)
    assert "one value per four bins" in caught.value.wanted


def read(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_list_of_artefacts_says_where_each_was_taken_and_at_which_observed_wavelengths(
    full, extra, ids, tmp_path
):
    full["spectra"]["z"] = np.array([0.1, 0.25, 0.3, np.nan, 0.2])
    write(tmp_path / "c.duckdb", full, extra)
    export(tmp_path / "c.duckdb", tmp_path / "d")
    (row,) = read(tmp_path / "d" / "artefacts.csv")
    assert (row["target_id"], row["category"], row["sentence"]) == (ids[1], "bad_region", "Bad.")
    assert (row["fibres"], row["petals"]) == ("707 2233", "4")
    assert (row["exposures"], row["tiles"], row["nights"]) == ("99 100", "", "")
    # The window of 2 to 4 Å at rest, at z = 0.25.
    assert (row["wave_low_observed"], row["wave_high_observed"]) == ("2.5", "5.0")


def test_artefacts_are_listed_also_where_no_file_tells_where_they_were_taken(
    content, extra, ids, tmp_path
):
    write(tmp_path / "c.duckdb", content, extra)
    export(tmp_path / "c.duckdb", tmp_path / "d")
    (row,) = read(tmp_path / "d" / "artefacts.csv")
    assert (row["target_id"], row["fibres"]) == (ids[1], "")
    assert read(tmp_path / "d" / "origin_groups.csv") == []


def test_wide_bins_are_means_of_the_bins_that_have_data():
    flux = np.array([[1.0, 2, 3, 4, 5, 6, 7, 8, 9]])
    ivar = np.array([[1.0, 1, 0, 1, 0, 0, 0, 0, 1]])
    np.testing.assert_allclose(wide_bins(flux, ivar), [[7 / 3, np.nan, 9]])
