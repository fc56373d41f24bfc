"""The ReadMe is as CDS and the AAS want it, and tells of every byte what it is."""

import gzip
import re

import pytest
from astropy import units
from astropy.io import ascii as astropy_ascii
from hypothesis import given
from hypothesis import strategies as st
from tests.store.conftest import EXTRA, catalogue_tables

from catalog.store.byte_by_byte import limits, wrapped
from catalog.store.columns import SPECTRA
from catalog.store.export import export
from catalog.store.write import write

LINE = re.compile(r"^(?:( *\d+)-|     )( *\d+) (\S+) +(\S+) +(\S+)(?: +(\S.*))?$")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("release")
    write(root / "catalog.duckdb", catalogue_tables(), EXTRA)
    export(root / "catalog.duckdb", root / "download")
    return root / "download"


@pytest.fixture(scope="module")
def described(folder):
    text = (folder / "cds" / "ReadMe").read_text().split("Byte-by-byte")[1]
    return [match.groups() for match in map(LINE.match, text.splitlines()) if match]


def test_no_line_is_wider_than_eighty_columns_or_not_ascii(folder):
    for name in ("cds/ReadMe", "outliers.mrt"):
        head = (folder / name).read_bytes().split(b"Note (1)")[0]
        assert max(map(len, head.splitlines())) <= 80
        head.decode("ascii")


def test_every_byte_of_a_row_belongs_to_one_column_or_is_blank(folder, described):
    row_ends = []
    packed = (folder / "cds" / "spectra.dat.gz").read_bytes()
    for row in gzip.decompress(packed).decode("ascii").splitlines():
        end = 0
        for begin, last, *_ in described:
            assert row[end : int(begin or last) - 1].strip() == ""
            end = int(last)
        row_ends.append((len(row), end))
    assert row_ends == [row_ends[0]] * 5
    assert row_ends[0][0] == row_ends[0][1]


def test_formats_have_the_widths_of_their_bytes_and_the_declared_decimals(described):
    formats = {}
    for begin, last, form, _unit, label, _ in described:
        width = int(last) - int(begin or last) + 1
        ((kind, wide, decimals),) = re.findall(r"^([AIFE])(\d+)(?:\.(\d+))?$", form)
        assert int(wide) == width
        assert (decimals == "") == (kind in "AI")
        formats[label] = form
    declared = {"RAdeg": 6, "z": 6, "e_z": 7, "snr": 2, "percentile": 4, "latent_1": 4, "teff": 0}
    found = {label: int(formats[label].partition(".")[2]) for label in declared}
    assert found == declared
    assert formats["p"].startswith("E")


def test_labels_are_unique_and_every_column_is_explained(described):
    labels = [label for *_, label, _ in described]
    assert len(labels) == len(set(labels))
    dropped = {"latent", "ra", "dec", "z_err"}
    assert {c.name for c in SPECTRA} - dropped <= set(labels)
    for *_, label, explanation in described:
        assert explanation or len(label) > 24


def test_a_column_that_may_be_blank_says_so_and_a_range_holds_the_data(described):
    told = {label: explanation or "" for *_, label, explanation in described}
    assert told["RAdeg"].startswith("[0/360]?") or told["RAdeg"].startswith("[0/10.69]?")
    assert told["rank"].startswith("[1/3]?")
    assert told["quality"].startswith("[0/256] ")
    assert told["p"].startswith("[2.5e-07/0.4]?")


def test_units_are_those_of_cds(described):
    found = {unit for _, _, _, unit, _, _ in described}
    assert {"---", "deg", "%", "K"} == found
    for unit in found:
        units.Unit(unit, format="cds", parse_strict="raise")


def test_the_summary_counts_rows_and_bytes(folder, described):
    text = (folder / "cds" / "ReadMe").read_text()
    width = described[-1][1].strip()
    assert re.search(rf"^ spectra\.dat +{width} +5 ", text, re.MULTILINE)
    assert re.search(rf"^ outliers\.dat +{width} +2 ", text, re.MULTILINE)


def test_descriptions_come_back_whole(folder):
    table = astropy_ascii.read(folder / "outliers.mrt", format="mrt")
    assert (
        table["z"].description == "Redshift that the survey gives. Blank: not given by the survey."
    )
    assert table["rank"].description == (
        "Place in the list, by p; 1 is the most unusual. Blank: not scored."
    )


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.integers(3, 5))
def test_a_short_range_holds_both_ends_and_is_hardly_wider(a, b, digits):
    low, high = sorted((a, b))
    below, above = map(float, limits(low, high, digits)[1:-1].split("/"))
    assert below <= low <= high <= above
    for short, value in ((below, low), (above, high)):
        assert abs(short - value) <= abs(value) * 10.0 ** (1 - digits)


def test_a_column_without_numbers_has_no_range():
    assert limits(None, None, 3) == ""


@given(st.text(alphabet="ab 12.", max_size=200), st.integers(12, 60))
def test_a_continued_line_never_begins_with_a_number_it_could_be_taken_for_bytes(text, width):
    lines = wrapped(text, width, 0)
    words = re.sub(r"\s+", "", "".join(lines))
    assert words == re.sub(r"\s+", "", text)
    for line in lines[1:]:
        assert len(line) <= width
