"""Lists in four formats read the same; identifiers are text to the last digit, or refused."""

import gzip

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from astropy import units as u
from astropy.table import Table
from hypothesis import given
from hypothesis import strategies as st
from tests.known.lists import ENDINGS, GAIA, ROWS, section, write

from catalog.errors import KnownError
from catalog.known.columns import Raw, objects
from catalog.known.reading import read


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_gives_the_same_objects(tmp_path, ending):
    found = read(write(tmp_path / f"list{ending}"), section())

    assert found.identifier.tolist() == ROWS["name"]
    assert found.kind.tolist() == ROWS["otype"]
    np.testing.assert_array_equal(found.z, ROWS["z"])
    np.testing.assert_array_equal(found.ra, ROWS["ra"])
    np.testing.assert_array_equal(found.dec, ROWS["dec"])


@pytest.mark.parametrize("ending", ENDINGS)
def test_whole_numbers_become_text_to_the_last_digit(tmp_path, ending):
    path = write(tmp_path / f"list{ending}")

    found = read(path, section(identifier="source_id", kind="", redshift=""))

    assert found.identifier.tolist() == [str(number) for number in GAIA]
    assert found.kind.tolist() == ["", "", ""]
    assert np.isnan(found.z).all()


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=5))
def test_any_identifier_of_64_bits_survives(numbers):
    zero = Raw(np.zeros(len(numbers)))
    raw = {"name": Raw(np.array(numbers, np.int64)), "ra": zero, "dec": zero}

    found = objects(raw, section(kind="", redshift=""), "here")

    assert found.identifier.tolist() == [str(number) for number in numbers]


def test_whole_numbers_with_gaps_stay_whole(tmp_path):
    rows = {**ROWS, "host": [GAIA[1], None, GAIA[2]]}
    path = tmp_path / "list.parquet"
    pa.parquet.write_table(pa.table({name: list(v) for name, v in rows.items()}), path)

    assert read(path, section(kind="host")).kind.tolist() == [str(GAIA[1]), "", str(GAIA[2])]


def test_nought_is_a_number_and_a_gap_is_none(tmp_path):
    rows = {**ROWS, "ra": [0, None, 7], "z": [0.0, None, 0.0]}
    path = tmp_path / "list.parquet"
    pa.parquet.write_table(pa.table({name: list(v) for name, v in rows.items()}), path)
    found = read(path, section())

    np.testing.assert_array_equal(found.ra, [0.0, np.nan, 7.0])
    np.testing.assert_array_equal(found.z, [0.0, np.nan, 0.0])
    csv = write(tmp_path / "list.csv", {**ROWS, "ra": ["0", "-0.0", ""]})
    np.testing.assert_array_equal(read(csv, section()).ra, [0.0, 0.0, np.nan])


@pytest.mark.parametrize("ending", [".vot", ".fits", ".parquet"])
def test_identifiers_in_a_floating_point_column_are_refused(tmp_path, ending):
    path = write(tmp_path / f"list{ending}", {**ROWS, "source_id": np.array(GAIA, float)})

    with pytest.raises(KnownError, match=f"list{ending}, column source_id[^Z]*lose digits"):
        read(path, section(identifier="source_id"))


@pytest.mark.parametrize("text", ["4.05123E+18", "4051234567890123776.0", "4.05E18"])
def test_identifiers_that_a_spreadsheet_has_rounded_are_refused(tmp_path, text):
    path = write(tmp_path / "list.csv", {**ROWS, "name": ["a", text, "c"]})

    with pytest.raises(KnownError, match="column name, row 2[^Z]*" + text.replace("+", r"\+")):
        read(path, section())


@pytest.mark.parametrize("text", ["1E 0657-56", "2E10", "J1234.5+0.0", "0007", "+12", "1e5"])
def test_names_that_look_like_numbers_stay_as_they_are(tmp_path, text):
    path = write(tmp_path / "list.csv", {**ROWS, "name": [text, "b", "c"]})

    assert read(path, section()).identifier[0] == text


def test_text_is_untrusted(tmp_path):
    evil = "<b>M\u202e 31\x00\n\t x</b>"
    path = write(tmp_path / "list.parquet", {**ROWS, "name": [evil, "b", "c"]})

    assert read(path, section()).identifier[0] == "<b>M 31 x</b>"


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("ra", "12:10:32.6", "sexagesimal[^Z]*column ra, row 2[^Z]*12:10:32.6"),
        ("dec", "+39 24 20.6", r"sexagesimal[^Z]*column dec, row 2"),
        ("ra", "12h10m32s", "sexagesimal"),
        ("ra", "east", "not a number[^Z]*column ra, row 2[^Z]*east"),
        ("dec", "90.5", "no position in degrees[^Z]*column dec, row 2[^Z]*90.5"),
        ("ra", "361", "no position in degrees"),
        ("ra", "inf", "no position in degrees"),
        ("z", "high", "not a number[^Z]*column z, row 2"),
        ("name", "", "no identifier[^Z]*column name, row 2"),
        ("name", " \u200b ", "no identifier"),
    ],
)
def test_a_bad_cell_is_named_by_file_column_and_row(tmp_path, column, value, said):
    cells = [str(v) for v in ROWS[column]]
    cells[1] = value
    path = write(tmp_path / "list.csv", {**ROWS, column: cells})

    with pytest.raises(KnownError, match=f"{said}"):
        read(path, section())


@pytest.mark.parametrize(
    ("unit", "ending"),
    [(u.hourangle, "vot"), (u.h, "fits"), (u.rad, "vot"), (u.rad, "fits"), (u.arcsec, "vot")],
)
def test_a_unit_that_is_no_degree_is_refused(tmp_path, unit, ending):
    table = Table(ROWS)
    table["ra"].unit = unit
    path = tmp_path / f"list.{ending}"
    table.write(path, format="votable" if ending == "vot" else "fits")

    with pytest.raises(KnownError, match=r"column ra[^Z]*decimal degrees"):
        read(path, section())


def test_hours_without_a_unit_in_text_are_refused_by_vizier_style_units(tmp_path):
    raw = {name: Raw(np.array(["1", "2", "3"], object)) for name in ("name", "ra", "dec")}
    raw["ra"] = Raw(np.array(["00 42 44", "", ""], object), '"h:m:s"')

    with pytest.raises(KnownError, match="not in degrees"):
        objects(raw, section(kind="", redshift=""), "here")


@pytest.mark.parametrize(("factor", "n_warnings"), [(1.0, 1), (15.0, 0)])
def test_what_looks_like_hours_is_told(tmp_path, caplog, factor, n_warnings):
    rng = np.random.default_rng(3)
    rows = {
        "name": [f"n{i}" for i in range(99)],
        "ra": rng.uniform(0, 24, 99) * factor,
        "dec": rng.uniform(-70, 70, 99),
    }
    read(write(tmp_path / "list.csv", rows), section(kind="", redshift=""))

    assert len(caplog.records) == n_warnings


def test_rows_without_a_position_stay_and_are_nowhere(tmp_path):
    path = write(tmp_path / "list.csv", {**ROWS, "ra": ["1", "", "nan"]})

    assert np.isnan(read(path, section()).ra).tolist() == [False, True, True]


def test_a_column_that_is_missing_is_named_with_the_nearest(tmp_path):
    rows = {("RA_deg" if name == "ra" else name): values for name, values in ROWS.items()}
    path = write(tmp_path / "list.csv", rows)

    with pytest.raises(KnownError, match=r"list.csv[^Z]*wanted: ra\n[^Z]*RA_deg"):
        read(path, section())


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".fits", ".vot"])
def test_a_table_without_rows_is_refused(tmp_path, ending):
    path = write(tmp_path / f"list{ending}", {n: v[:0] for n, v in ROWS.items()})

    with pytest.raises(KnownError, match="no rows"):
        read(path, section(kind="", redshift=""))


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("content", [b"", b"\x00\x01 not a table", b"<html>Sign in</html>"])
def test_a_file_that_is_something_else_is_refused_with_its_name(tmp_path, ending, content):
    path = tmp_path / f"list{ending}"
    path.write_bytes(content)

    with pytest.raises(KnownError, match=f"list{ending}"):
        read(path, section())


def test_a_file_that_is_cut_is_refused(tmp_path):
    for ending in (".fits", ".vot", ".parquet"):
        path = write(tmp_path / f"list{ending}")
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        with pytest.raises(KnownError):
            read(path, section())


def test_an_unknown_ending_and_a_missing_file_are_told(tmp_path):
    with pytest.raises(KnownError, match=r"unknown kind[^Z]*\.xlsx"):
        read(tmp_path / "list.xlsx", section())
    with pytest.raises(KnownError, match="there is no such list"):
        read(tmp_path / "list.csv", section())


def test_a_compressed_votable_is_read(tmp_path):
    plain = write(tmp_path / "list.vot").read_bytes()
    (tmp_path / "list.vot.gz").write_bytes(gzip.compress(plain))

    assert read(tmp_path / "list.vot.gz", section()).identifier.tolist() == ROWS["name"]


def test_a_list_from_a_spreadsheet_with_a_byte_order_mark_is_read(tmp_path):
    path = write(tmp_path / "list.csv", {"name": ["M 31"], "ra": ["10.68"], "dec": ["41.27"]})
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert read(path, section(kind="", redshift="")).ra.tolist() == [10.68]
