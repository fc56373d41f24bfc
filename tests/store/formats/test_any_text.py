"""Whatever a survey's text holds, it comes back from every format, and moves no other column."""

import re
import tempfile
from pathlib import Path

import duckdb
import pytest
from astropy.table import Table
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.store.conftest import EXTRA, catalogue_tables

from catalog import registry
from catalog.store.ascii_text import escaped, restored, spelled
from catalog.store.formats import Format
from catalog.store.source import Source
from catalog.store.write import write

TEXT = st.text(max_size=12)
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
AWKWARD = ["é", "a\r\nb", "<TD>&amp;]]>", "\x00", "\\n", " x ", "---", "NULL", "\N{SNOWMAN}" * 3]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("release") / "catalog.duckdb"
    write(path, catalogue_tables(), EXTRA)
    return path


def catalogue_with(template: Path, texts: list[str]) -> Source:
    """A catalogue in memory, one spectrum per text."""
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{template}' AS template (READ_ONLY)")
    for table in ("release", "citation", "authors", "provenance", "model", "columns", "surveys"):
        connection.execute(f"CREATE TABLE {table} AS FROM template.{table}")
    connection.execute("CREATE TABLE spectra AS FROM template.spectra LIMIT 0")
    ids = [f"{i:03}" for i in range(len(texts))]
    connection.execute(
        "INSERT INTO spectra SELECT s.* REPLACE (new.id AS target_id, new.text AS note, "
        "new.text AS subclass) FROM (SELECT unnest(?) AS id, unnest(?) AS text) AS new, "
        "(FROM template.spectra WHERE rank = 1) AS s",
        [ids, texts],
    )
    return Source(template, connection)


def written(source: Source, name: str) -> list[Path]:
    folder = Path(tempfile.mkdtemp(dir=source.path.parent))
    return registry.load("catalog.store.formats", name, Format).write(source, folder)


def assert_rows(table: Table, wanted: list[str]) -> None:
    assert [str(each) for each in table["target_id"]] == [f"{i:03}" for i in range(len(wanted))]
    assert list(table["rank"]) == [1] * len(wanted)
    for name in ("note", "subclass"):
        found = ["" if each is None else str(each) for each in table[name].filled("")]
        assert found == wanted


anything = given(st.lists(TEXT, min_size=1, max_size=8))
few = settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@few
@example(AWKWARD)
@anything
def test_any_text_survives_a_votable_but_for_what_xml_cannot_hold(template, texts):
    path = written(catalogue_with(template, texts), "votable")[0]
    table = Table(Table.read(path, format="votable"), masked=True)
    assert_rows(table, [ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text).strip() for text in texts])


@few
@example(AWKWARD)
@anything
def test_any_text_is_escaped_in_fits_and_comes_back(template, texts):
    path = written(catalogue_with(template, texts), "fits_table")[0]
    table = Table(Table.read(path), masked=True)
    assert_rows(table, [escaped(text) for text in texts])


@few
@example(AWKWARD)
@anything
def test_any_text_is_escaped_in_tables_for_cds_and_comes_back(template, texts):
    files = written(catalogue_with(template, texts), "machine_readable")
    table = Table.read(files[1], readme=str(files[0]), format="ascii.cds")
    assert_rows(Table(table, masked=True), [escaped(text) for text in texts])


@given(st.text())
def test_an_escaped_text_is_plain_and_comes_back(text):
    written = escaped(text)
    assert re.fullmatch(r"([!-~]([ -~]*[!-~])?)?", written)
    assert restored(written) == text


@given(st.text())
def test_a_spelled_description_is_printable_ascii(text):
    assert re.fullmatch(r"[ -~]*", spelled(text))


def test_what_astronomers_write_is_spelled_as_they_say_it():
    assert spelled("χ² of 3 σ at 5000 Å,\n10⁻¹⁷ – Δλ ≥ 2°") == (
        "chi2 of 3 sigma at 5000 Angstrom, 10-17 - Deltalamda >= 2 deg"
    )


def test_a_catalogue_without_a_spectrum_gives_tables_without_rows_that_open(template):
    source = catalogue_with(template, ["x"])
    source._connection.execute("DELETE FROM spectra")
    n_columns = len(source.flat)
    votable, fits = written(source, "votable")[0], written(source, "fits_table")[0]
    readme, data, _, single = written(source, "machine_readable")
    tables = [
        Table.read(votable, format="votable"),
        Table.read(fits),
        Table.read(data, readme=str(readme), format="ascii.cds"),
        Table.read(single, format="ascii.mrt"),
    ]
    assert [(len(table), len(table.colnames)) for table in tables] == [(0, n_columns)] * 4
    assert written(source, "hats") == written(source, "moc") == []
