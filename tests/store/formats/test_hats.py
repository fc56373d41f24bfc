"""A HATS folder keeps the rules of its note: pixels, order of rows, properties, metadata."""

import numpy as np
import pyarrow.parquet as pq
import pytest
from astropy import units
from astropy.coordinates import SkyCoord
from astropy_healpix import HEALPix
from hypothesis import given
from hypothesis import strategies as st
from tests.store.conftest import EXTRA, catalogue_tables

from catalog.store.formats import hats
from catalog.store.source import opened
from catalog.store.write import write


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("release") / "catalog.duckdb"
    write(path, catalogue_tables(), EXTRA)
    return path


@pytest.fixture
def folder(database, tmp_path):
    with opened(database) as source:
        hats.FORMAT.write(source, tmp_path)
    return tmp_path / "hats"


def properties(folder) -> dict[str, str]:
    lines = (folder / "hats.properties").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_the_index_is_the_nested_pixel_that_holds_the_position():
    rng = np.random.default_rng(1)
    ra = np.concatenate([rng.uniform(0, 360, 500), [0.0, 0.0, 359.9999999]])
    dec = np.concatenate([np.degrees(np.arcsin(rng.uniform(-1, 1, 500))), [90.0, -90.0, 0.0]])
    found = hats.index(ra, dec)
    lon, lat = HEALPix(nside=2**29, order="nested").healpix_to_lonlat(found)
    away = SkyCoord(ra, dec, unit="deg").separation(SkyCoord(lon, lat))
    assert found.dtype == np.int64
    assert away.max() < 1 * units.mas
    coarse = HEALPix(nside=8, order="nested")
    middle = coarse.lonlat_to_healpix(ra * units.deg, dec * units.deg)
    assert ((found >> 2 * 26) == middle).mean() > 0.99  # all but those on a pixel's edge


@given(st.lists(st.integers(0, 12 * 4**29 - 1), min_size=1, max_size=60), st.integers(1, 9))
def test_pixels_hold_every_row_once_none_too_many_and_none_could_be_joined(rows, most):
    index = np.sort(np.array(rows))
    parts = hats.partition(index, most)
    counts = [int(((index >= p.ends[0]) & (index < p.ends[1])).sum()) for p in parts]
    assert [p.n_rows for p in parts] == counts
    assert sum(counts) == len(rows)
    assert all(p.n_rows <= most or p.order == 29 for p in parts)
    for part in (p for p in parts if p.order):
        parent = hats.Pixel(part.order - 1, part.number // 4, 0)
        assert ((index >= parent.ends[0]) & (index < parent.ends[1])).sum() > most


def test_files_lie_where_the_rules_say():
    assert hats.Pixel(7, 123_456, 1).path == "Norder=7/Dir=120000/Npix=123456.parquet"
    assert hats.Pixel(0, 11, 1).path == "Norder=0/Dir=0/Npix=11.parquet"


def test_rows_of_a_file_lie_in_its_pixel_in_order(folder):
    for file in folder.glob("dataset/Norder=*/Dir=*/Npix=*.parquet"):
        pixel = int(file.stem.partition("=")[2])
        index = pq.read_table(file)["_healpix_29"].to_numpy()
        assert (np.diff(index) >= 0).all()
        assert set(index >> 2 * 29) == {pixel}


def test_the_folder_says_what_it_is(folder):
    told = properties(folder)
    assert told["dataproduct_type"] == "object"
    assert (told["hats_col_ra"], told["hats_col_dec"]) == ("ra", "dec")
    assert told["hats_col_healpix"] == "_healpix_29"
    assert told["hats_nrows"] == "4"
    assert "1 spectra without a position are not in it" in told["obs_description"]
    assert (folder / "properties").read_bytes() == (folder / "hats.properties").read_bytes()
    pixels = (folder / "partition_info.csv").read_text().split()
    assert pixels == ["Norder,Npix", "0,0", "0,4", "0,11"]


def test_the_metadata_leads_to_every_row_group(folder):
    metadata = pq.read_metadata(folder / "dataset" / "_metadata")
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    paths = [group.column(0).file_path for group in groups]
    assert sum(group.num_rows for group in groups) == metadata.num_rows == 4
    assert all((folder / "dataset" / path).is_file() for path in paths)
    schema = pq.read_schema(folder / "dataset" / "_common_metadata")
    assert schema.names == pq.read_schema(folder / "dataset" / paths[0]).names


def test_a_release_without_positions_has_neither_folder_nor_footprint(tmp_path):
    content = catalogue_tables()
    content["spectra"]["ra"][:] = content["spectra"]["dec"][:] = np.nan
    write(tmp_path / "catalog.duckdb", content, EXTRA)
    with opened(tmp_path / "catalog.duckdb") as source:
        assert hats.FORMAT.write(source, tmp_path / "d") == []


@given(st.text())
def test_a_property_is_one_line_of_ascii_that_java_reads_back(text):
    written = hats._escaped(text)
    assert all(" " <= letter <= "~" for letter in written)
    back = written.encode("ascii").decode("unicode_escape")
    units16 = back.encode("utf-16-be", "surrogatepass").decode("utf-16-be")
    assert units16 == text.replace("\n", " ").replace("\r", " ")
