import re

import duckdb
import pytest
from astropy.io.votable.ucd import parse_ucd
from astropy.units import Unit, UnrecognizedUnit

from catalog import registry
from catalog.store import columns, contents, write
from catalog.store.units import CDS, FITS, VOUNIT, spelled
from catalog.surveys import Survey


@pytest.fixture
def schema_columns() -> list[tuple[str, str]]:
    with duckdb.connect() as connection:
        connection.execute(write.schema())
        rows = connection.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
    return [(str(table), str(column)) for table, column in rows]


def test_the_dictionary_describes_exactly_the_schemas_columns_of_spectra_in_order(schema_columns):
    wanted = [column for table, column in schema_columns if table == "spectra"]
    assert [column.name for column in columns.SPECTRA] == wanted


def test_every_table_of_the_schema_has_a_description_and_vice_versa(schema_columns):
    assert set(columns.TABLES) == {table for table, _ in schema_columns}


def test_rows_are_sorted_by_columns_that_the_schema_has(schema_columns):
    keys = [(table, key) for table, names in contents.ORDER.items() for key in names]
    assert set(keys) <= set(schema_columns)


@pytest.mark.parametrize(
    "column", [*columns.SPECTRA, *columns.score_columns("lof", "Isolation")], ids=lambda c: c.name
)
def test_a_column_is_described_by_a_sentence_and_a_ucd(column):
    assert re.fullmatch(r"[A-Za-z].{10,}\.", column.description)
    assert re.fullmatch(r"[a-z]+(\.[a-zA-Z]+)+(;[a-z]+(\.[a-zA-Z]+)*)*", column.ucd)


SURVEYS = [
    column
    for name in registry.names("catalog.surveys")
    for column in registry.load("catalog.surveys", name, Survey).columns
]
EVERY = [*columns.SPECTRA, *columns.score_columns("lof", "Isolation"), *SURVEYS]
each_column = pytest.mark.parametrize("column", EVERY, ids=lambda c: c.name)


@each_column
def test_a_ucd_is_one_of_the_ivoas_words_in_their_order(column):
    assert parse_ucd(column.ucd, check_controlled_vocabulary=True)


@each_column
@pytest.mark.parametrize("standard", [VOUNIT, CDS])
def test_a_unit_is_spelled_as_each_standard_wants_it(column, standard):
    unit = Unit(spelled(column.unit, standard), format=standard, parse_strict="raise")
    assert not isinstance(unit, UnrecognizedUnit)


@each_column
def test_a_unit_in_fits_is_the_standards_or_the_surveys_own(column):
    unit = spelled(column.unit, FITS)
    assert unit == "nanomaggy" or Unit(unit, format="fits", parse_strict="raise") is not None


@each_column
def test_a_unit_means_the_same_in_every_spelling(column):
    unit = Unit(spelled(column.unit, VOUNIT), format="vounit")
    bare = spelled(column.unit, CDS)
    if column.unit not in {"%", "dex"}:  # which VOUnit does not know
        assert Unit(bare, format="cds") == unit
    if column.unit == "nmgy":
        assert unit.to("Jy") == pytest.approx(3.631e-6)


def test_a_score_gives_value_rank_percentile_and_p():
    names = [column.name for column in columns.score_columns("lof", "Isolation")]
    assert names == ["score_lof", "rank_lof", "percentile_lof", "p_lof"]


def test_added_columns_come_score_by_score_and_then_the_surveys(extra):
    names = [column.name for column in columns.added({"a": "A", "b": "B"}, extra)]
    per_score = [f"{part}_{name}" for name in "ab" for part in ("score", "rank", "percentile", "p")]
    assert names == [*per_score, "teff", "note"]
