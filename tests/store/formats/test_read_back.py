"""Every format, read by the library that its users have, holds what the database holds."""

import duckdb
import numpy as np
import pandas as pd
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest
from astropy import units
from astropy.io import fits
from astropy.io.votable import parse_single_table, validate
from astropy.table import Table
from tests.store.conftest import EXTRA, IDS, N_BINS, catalogue_tables

from catalog.store.ascii_text import restored
from catalog.store.byte_by_byte import LABELS
from catalog.store.export import export
from catalog.store.write import write

ROWS = {"spectra": sorted(IDS), "outliers": list(IDS[:2])}
FULL, DECIMALS = "full", "decimals"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("release")
    content = catalogue_tables()
    content["spectra"]["subclass"][1] = "  Å & <b>\t"
    content["spectra"]["note"][0] = "back\\slash"
    write(root / "catalog.duckdb", content, EXTRA)
    export(root / "catalog.duckdb", root / "download")
    return root / "download"


@pytest.fixture(scope="module")
def dictionary(folder):
    return pd.read_csv(folder / "columns.csv", keep_default_na=False).set_index("name")


@pytest.fixture(scope="module")
def truth(folder):
    """The database's rows, the latents in columns of their own."""
    with duckdb.connect(str(folder / "catalog.duckdb"), read_only=True) as connection:
        rows = connection.execute("SELECT * EXCLUDE latent FROM spectra").fetchall()
        names = [column[0] for column in connection.description]
        vectors = dict(connection.execute("SELECT target_id, latent FROM spectra").fetchall())
    found = {row[0]: dict(zip(names, row, strict=True)) for row in rows}
    for target, vector in vectors.items():
        found[target] |= {f"latent_{i + 1}": (vector or [None] * 3)[i] for i in range(3)}
    return found


def cells(table: Table, escaped: bool = False) -> list[dict[str, object]]:
    """Rows of an astropy table; what is masked or not a number is None."""
    back = {label: name for name, label in LABELS.items()}
    return [
        {
            back.get(name, name): cell(row[name], escaped=escaped)
            for name in table.colnames
        }
        for row in table
    ]  # fmt: skip


def cell(value, *, escaped: bool):
    if np.ma.is_masked(value) or (isinstance(value, float | np.floating) and np.isnan(value)):
        return None
    if isinstance(value, bytes):
        value = value.decode()
    if isinstance(value, str):
        return restored(value) if escaped else value
    return value.item() if isinstance(value, np.generic) else value


def from_arrow(table) -> list[dict[str, object]]:
    found = []
    for row in table.to_pylist():
        vector = row.pop("latent") or [None] * 3
        found.append({**row, **{f"latent_{i + 1}": vector[i] for i in range(3)}})
    return found


def from_frame(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Rows of a frame; blank and not a number are None."""
    rows = frame.to_dict("records")
    return [{k: None if v != v else v for k, v in row.items()} for row in rows]  # noqa: PLR0124


def pandas_csv(path):
    texts = ("target_id", "name", "note", "subclass", "spec_class", "verdict", "category", "slug")
    kept = dict.fromkeys((*texts, "survey", "shard"), str)
    frame = pd.read_csv(path, dtype=kept, keep_default_na=False, na_values={"": []})
    numbers = [name for name in frame if name not in kept and frame[name].dtype != bool]
    frame[numbers] = frame[numbers].apply(pd.to_numeric)
    return from_frame(frame)


READERS = {
    "parquet by pyarrow": ("{}.parquet", lambda p: from_arrow(pq.read_table(p)), FULL),
    "csv by pandas": ("{}.csv", pandas_csv, DECIMALS),
    "fits by astropy": ("{}.fits", lambda p: cells(Table.read(p), escaped=True), FULL),
    "votable by astropy": (
        "{}.vot*",
        lambda p: cells(Table.read(p, format="votable")),
        DECIMALS,
    ),
    "cds by astropy": (
        "cds/{}.dat*",
        lambda p: cells(
            Table.read(p, readme=p.parent / "ReadMe", format="ascii.cds"), escaped=True
        ),
        DECIMALS,
    ),
    "mrt by astropy": (
        "{}.mrt",
        lambda p: cells(Table.read(p, format="ascii.mrt"), escaped=True),
        DECIMALS,
    ),
}


def read(folder, reader: str, listing: str):
    pattern, function, _ = READERS[reader]
    (file,) = folder.glob(pattern.format(listing))
    return function(file)


every_file = pytest.mark.parametrize(
    ("reader", "listing"),
    [(r, n) for r in READERS for n in ROWS if (r, n) != ("mrt by astropy", "spectra")],
)
"""The AAS takes the outliers; all spectra are in the table for CDS."""


@every_file
def test_rows_come_back_with_equal_identifiers_in_the_order_of_the_list(folder, reader, listing):
    assert [row["target_id"] for row in read(folder, reader, listing)] == ROWS[listing]


@every_file
def test_every_value_comes_back_as_it_was_within_its_decimals(
    folder, reader, listing, truth, dictionary
):
    for row in read(folder, reader, listing):
        wanted = truth[row["target_id"]]
        assert list(row) == list(wanted)
        if reader.startswith("votable"):  # whose readers drop outer blanks
            wanted = {k: v.strip() if isinstance(v, str) else v for k, v in wanted.items()}
        for name, value in row.items():
            assert same(value, wanted[name], tolerance(READERS[reader][2], name, dictionary)), name


def tolerance(precision: str, name: str, dictionary) -> float | None:
    """Half of the last decimal; None where three digits are kept; 0 where all are."""
    entry = dictionary.loc["latent" if name.startswith("latent_") else name]
    if precision == FULL or entry["type"] not in {"DOUBLE", "FLOAT[]"}:
        return 0.0
    return 0.5001 * 10 ** -float(entry["decimals"]) if entry["decimals"] != "" else None


def same(found, wanted, tolerance: float | None) -> bool:
    if wanted in (None, ""):  # formats but DuckDB and Parquet know one kind of nothing in text
        return found in (None, "")
    if isinstance(wanted, str | bool) or found is None:
        return found == wanted
    if tolerance is None:
        return found == pytest.approx(wanted, rel=0.005)
    away = abs(found - wanted)
    return min(away, 360 - away) <= tolerance if wanted > 359 else away <= tolerance


def test_hats_holds_every_spectrum_with_a_position_once_at_full_precision(folder, truth):
    dataset = pyarrow.dataset.dataset(folder / "hats" / "dataset", format="parquet")
    rows = from_arrow(dataset.to_table())
    assert sorted(str(row["target_id"]) for row in rows) == sorted(set(IDS) - {IDS[3]})
    for row in rows:
        index = row.pop("_healpix_29")
        assert isinstance(index, int)
        assert {name: row[name] for name in truth[row["target_id"]]} == truth[row["target_id"]]


def test_a_votable_is_valid_and_says_what_its_columns_are(folder, dictionary):
    table = parse_single_table(folder / "outliers.vot", verify="exception")
    fields = {field.name: field for field in table.fields}
    assert fields["target_id"].datatype == "char"
    assert fields["target_id"].arraysize == "*"
    assert fields["subclass"].datatype == "unicodeChar"
    assert fields["ra"].ref == table.fields[0]._votable.resources[0].coordinate_systems[0].ID
    assert table.fields[0]._votable.resources[0].coordinate_systems[0].system == "ICRS"
    for name, row in dictionary.drop("latent").iterrows():
        assert fields[name].ucd == (row["ucd"] or None)
        assert fields[name].description.startswith(" ".join(row["description"].split())[:40])
    assert fields["ra"].unit == units.deg
    assert table.nrows == 2
    validate(folder / "outliers.vot", xmllint=False)


def test_a_fits_table_passes_astropys_check_and_describes_its_columns(folder, dictionary):
    with fits.open(folder / "spectra.fits") as hdus:
        hdus.verify("exception")
        header = hdus["SPECTRA"].header
        names = [header[f"TTYPE{i}"] for i in range(1, header["TFIELDS"] + 1)]
        about = {name: i for i, name in enumerate(names, start=1)}
        for name, row in dictionary.drop("latent").iterrows():
            assert header.get(f"TUCD{about[name]}", "") == row["ucd"]
            assert header[f"TCOMM{about[name]}"]
        assert header[f"TUNIT{about['ra']}"] == "deg"
        assert header[f"TDISP{about['snr']}"].endswith(".2")
        assert header[f"TNULL{about['rank']}"] == np.iinfo(np.int64).min
        primary = hdus[0].header
    assert primary["RELEASE"] == "test"
    assert primary["SIMULATD"] is True
    assert primary["RECIPSHA"] == "2" * 64


def test_object_spectra_as_images_are_those_of_the_database(folder):
    table = pq.read_table(folder / "object_spectra.parquet")
    with fits.open(folder / "object_spectra.fits") as hdus:
        hdus.verify("exception")
        assert hdus["WAVELENGTH"].data.tolist() == [4000.0, 4001.0, 4002.0, 4003.0]
        assert hdus["WAVELENGTH"].header["BUNIT"] == "Angstrom"
        for name in ("flux", "ivar", "recon", "expected"):
            assert hdus[name.upper()].data.shape == (1, N_BINS)
            assert hdus[name.upper()].data.tolist() == table[name].to_pylist()
        objects = hdus["OBJECTS"].data
        assert list(objects["target_id"]) == table["target_id"].to_pylist()
        assert list(objects["norm"]) == table["norm"].to_pylist()
        assert list(objects["name"]) == ["T J004244.32-003000.0"]


def test_latents_are_those_of_the_scored_spectra(folder, truth):
    table = pq.read_table(folder / "latents.parquet").to_pydict()
    vectors = Table.read(folder / "latents.fits")
    assert table["target_id"] == sorted(IDS[:3])
    assert list(vectors["target_id"]) == table["target_id"]
    for target, vector, row in zip(*table.values(), vectors["latent"], strict=True):
        assert vector == row.tolist() == [truth[target][f"latent_{i}"] for i in (1, 2, 3)]


def test_every_line_that_opens_a_file_opens_it(folder, monkeypatch):
    import astropy.io.fits
    import astropy.table
    import mocpy
    import safetensors.numpy

    known = {"astropy": astropy, "mocpy": mocpy, "pandas": pd, "safetensors": safetensors}
    monkeypatch.chdir(folder)
    lines = (line.strip() for line in (folder / "README.txt").read_text().splitlines())
    mine = [line for line in lines if line.startswith(tuple(f"{name}." for name in known))]
    assert len(mine) >= 20
    for line in mine:
        assert eval(line, known) is not None or "fits.info(" in line
