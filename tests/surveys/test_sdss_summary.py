"""SDSS's tables of all spectra as catalogue: which row is whose, in every release's spelling."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from tests.surveys.test_sdss import write

from catalog.errors import SurveyError
from catalog.spectra import Quality, Spectra
from catalog.surveys import _fits_rows
from catalog.surveys._sdss_summary import _index, look_up
from catalog.surveys.sdss import SURVEY

ROW = {
    "PLATE": 1234, "MJD": 56789, "FIBERID": 42, "Z": 0.25, "Z_ERR": 2e-5, "ZWARNING": 4,
    "CLASS": "QSO", "SUBCLASS": "BROADLINE", "PLUG_RA": 200.0, "PLUG_DEC": 60.0,
}  # fmt: skip
NAME = "spec-1234-56789-{:04d}.fits"
CODES = {"f": "D", "i": "K"}


def table(path: Path, rows: list[dict[str, Any]], *, lower: bool = False) -> Path:
    """A table of all spectra; each row replaces values of `ROW`, or, with None, leaves them out."""
    whole = [{name: v for name, v in (ROW | row).items() if v is not None} for row in rows]
    columns = []
    for name in whole[0]:
        values = np.array([row[name] for row in whole])
        code = CODES.get(values.dtype.kind, "30A")
        columns.append(fits.Column(name.lower() if lower else name, code, array=values))
    columns.append(fits.Column("TOO_MUCH", "300E", array=np.zeros((len(rows), 300))))
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU.from_columns(columns)]).writeto(path)
    return path


def read(*paths: Path) -> Spectra:
    (shard,) = SURVEY.discover(sorted(paths))
    return SURVEY.read(shard, ())


def test_the_real_table_says_of_every_spectrum_what_astropy_reads_there(realdata):
    """And nothing of the eight that it lacks."""
    path = realdata / "sdss" / "spAll-plate3655.fits"
    with fits.open(path) as hdus:
        names = ("PLATE", "MJD", "FIBERID", "Z", "ZWARNING", "CLASS", "SUBCLASS", "PLUG_RA")
        columns = [hdus[1].data[name].tolist() for name in names]
        columns[6] = [text.strip() for text in columns[6]]
    listed = list(zip(*columns, strict=True))
    groups: dict[tuple[str, str], list[str]] = {}
    for file in sorted(path.parent.glob("spec-*.fits")):
        plate, mjd, fibre = re.findall(r"\d+", file.name)[:3]
        groups.setdefault((plate, mjd), []).append(fibre)
    n_listed = 0
    for (plate, mjd), fibres in groups.items():
        said = look_up(path, plate, mjd, fibres)
        here = {row[2]: row for row in listed if row[:2] == (int(plate), int(mjd))}
        assert {int(fibre) for fibre in said} == {int(fibre) for fibre in fibres} & set(here)
        n_listed += len(said)
        for one in said.values():
            told = (one.fibre, one.z, one.z_warn, one.spec_class, one.subclass, one.ra)
            assert told == here[one.fibre][2:]
    assert n_listed == 39


def test_the_real_table_and_the_files_own_rows_agree(realdata):
    folder = realdata / "sdss"
    files = sorted(folder.glob("spec-9367-*.fits"))
    own, told = read(*files), read(*files, folder / "spAll-plate3655.fits")
    for name in ("z", "z_err", "z_warn", "spec_class", "subclass", "ra", "dec", "quality"):
        np.testing.assert_array_equal(getattr(own, name), getattr(told, name))


@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize(
    "summary", ["spAll-v5.fits", "specObj-dr17.fits", "spAll-lite-v6_1_3.fits"]
)
def test_what_the_table_says_is_newer_than_the_file(lower, summary, tmp_path):
    one, other = (write(tmp_path / NAME.format(fibre)) for fibre in (42, 43))
    both = read(one, other, table(tmp_path / summary, [{}, {"FIBERID": 7}], lower=lower))
    assert both.z.tolist() == [0.25, 0.1]
    assert both.z_warn.tolist() == [4, 0]
    assert both.spec_class.tolist() == ["QSO", "GALAXY"]
    assert both.subclass.tolist() == ["BROADLINE", "AGN"]
    assert both.ra.tolist() == [200.0, 10.0]
    assert both.dec.tolist() == [60.0, -5.0]
    assert both.z_err.tolist() == [2e-5, 1e-5]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("spec-015000-59146-27021598054114233.fits", {"FIELD": 15000}),
        ("spec-15000-59146-27021598054114233.fits", {"FIELD": 15000}),
        ("spec-112359-59146-00042.fits", {"FIELD": 112359, "CATALOGID": 42}),
        ("spec-112359-59146-27021598054114233.fits", {"FIELD": 112359}),
        ("spec-112359-59146-4544940698.fits", {"FIELD": 112359, "CATALOGID": "4544940698"}),
    ],
    ids=["six digits", "five digits", "padded", "upper case", "as text"],
)
@pytest.mark.parametrize("lower", [False, True])
def test_fields_and_catalogue_numbers_of_sdss_v_find_their_rows(name, row, lower, tmp_path):
    """Catalogue numbers are beyond what a double holds exactly: the neighbour is not taken."""
    said = {"PLATE": None, "MJD": 59146, "CATALOGID": 27021598054114233, "PLUG_RA": None} | row
    said |= {"PLUG_DEC": None, "RACAT": 20.0, "DECCAT": 30.0}
    neighbour = int(said["CATALOGID"]) + 1
    near = said | {"Z": 9.0, "CATALOGID": type(said["CATALOGID"])(neighbour)}
    summary = table(tmp_path / "spAll-master.fits", [near, said, near | {"MJD": 1}], lower=lower)
    spectra = read(write(tmp_path / name, upper=True), summary)
    assert (spectra.z[0], spectra.ra[0], spectra.dec[0]) == (0.25, 20.0, 30.0)
    assert spectra.target_id[0] == name.removeprefix("spec-").removesuffix(".fits")
    assert spectra.extras["fibre"][0] == 42


def test_a_listed_spectrum_needs_no_row_of_its_own(tmp_path):
    whole = write(tmp_path / "whole.fits")
    path = tmp_path / NAME.format(42)
    with fits.open(whole) as hdus:
        fits.HDUList([hdu.copy() for hdu in hdus[:2]]).writeto(path)
    assert read(path, table(tmp_path / "spAll-v5.fits", [{}])).z[0] == 0.25


def test_rows_of_a_plate_may_lie_anywhere_and_in_any_block(tmp_path, monkeypatch):
    """80 spectra in random order, in blocks of 3 rows, each against the row made for it."""
    monkeypatch.setattr(_fits_rows, "_BLOCK_BYTES", 4_000)
    rng = np.random.default_rng(1)
    every = [(plate, fibre) for plate in (1233, 1234, 1235, 12340) for fibre in range(1, 21)]
    rng.shuffle(every)
    rows = [{"PLATE": p, "FIBERID": f, "Z": p + f / 100} for p, f in every]
    path = table(tmp_path / "spAll-shuffled.fits", rows)
    for plate in (1233, 1234, 1235, 12340, 9):
        fibres = [f"{fibre:04d}" for fibre in range(1, 22)]
        said = look_up(path, str(plate), "56789", fibres)
        assert set(said) == (set(fibres[:20]) if plate != 9 else set())
        assert all(said[fibre].z == plate + int(fibre) / 100 for fibre in said)


def test_a_changed_table_is_read_anew(tmp_path):
    path = table(tmp_path / "spAll-v5.fits", [{"PLATE": 5}])
    assert look_up(path, "1234", "56789", ["0042"]) == {}
    path.unlink()
    table(path, [{}, {"FIBERID": 1}])
    assert look_up(path, "1234", "56789", ["0042"])["0042"].z == 0.25


def test_of_two_tables_the_first_counts_and_the_second_stands_in(tmp_path):
    files = [write(tmp_path / NAME.format(fibre)) for fibre in (42, 43, 44)]
    legacy = table(tmp_path / "spAll-a.fits", [{}])
    boss = table(tmp_path / "spAll-b.fits", [{"Z": 8.0}, {"FIBERID": 43, "Z": 0.5}])
    assert read(*files, legacy, boss).z.tolist() == [0.25, 0.5, 0.1]


@pytest.mark.parametrize(
    ("row", "flag"),
    [
        ({"Z": np.nan}, Quality.NO_REDSHIFT),
        ({"ZWARNING": 1 << 7}, Quality.BAD_FIBRE),
        ({"PLUG_RA": 0.0, "PLUG_DEC": 0.0}, Quality.BAD_POSITION),
        ({"PLUG_DEC": np.nan}, Quality.BAD_POSITION),
        ({"Z_ERR": -1.0}, Quality.GOOD),
    ],
)
def test_a_bad_row_of_the_table_is_flagged(row, flag, tmp_path):
    spectra = read(write(tmp_path / NAME.format(42)), table(tmp_path / "spAll-v5.fits", [row]))
    assert spectra.quality[0] == flag.value


@pytest.mark.parametrize("column", ["PLATE", "MJD", "Z", "Z_ERR", "ZWARNING", "CLASS"])
def test_a_missing_column_is_named(column, tmp_path):
    path = table(tmp_path / "spAll-v5.fits", [{column: None}])
    with pytest.raises(SurveyError, match=f"lacks column {column}") as caught:
        read(write(tmp_path / NAME.format(42)), path)
    assert path.name in caught.value.where


def test_the_same_row_twice_is_harmless_and_two_rows_that_differ_are_refused(tmp_path):
    spectrum = write(tmp_path / NAME.format(42))
    twice = [{"SUBCLASS": "", "Z": np.nan}] * 2
    assert read(spectrum, table(tmp_path / "spAll-v5.fits", twice)).quality[0] == 8
    (tmp_path / "spAll-v5.fits").unlink()
    path = table(tmp_path / "spAll-v5.fits", [{}, {"Z": 0.3}])
    with pytest.raises(SurveyError, match=r"twice[\s\S]*0\.25[\s\S]*0\.3"):
        read(spectrum, path)


@pytest.mark.parametrize(
    ("cut", "found"),
    [(0, "0 bytes"), (4_000, "Error|truncated"), (-5_000, "truncated")],
    ids=["0", "head", "end"],
)
def test_a_table_cut_short_is_refused(cut, found, tmp_path):
    path = table(tmp_path / "spAll-v5.fits", [{"FIBERID": n} for n in range(1, 40)])
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(SurveyError, match=found) as caught:
        read(write(tmp_path / NAME.format(42)), path)
    assert path.name in caught.value.where


def test_a_packed_table_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "spAll-v5.fits.gz"
    path.write_bytes(b"")
    with pytest.raises(SurveyError, match="gunzip"):
        read(write(tmp_path / NAME.format(42)), path)


def test_a_table_of_lines_is_no_spectrum_and_no_catalogue(tmp_path):
    lines = tmp_path / "spAllLine-v5.fits"
    lines.write_bytes(b"")
    assert read(write(tmp_path / NAME.format(42)), lines).z[0] == 0.1


def test_the_index_keeps_runs_of_rows_and_not_the_rows(tmp_path):
    rows = [{"PLATE": plate, "FIBERID": f} for plate in (1, 2, 3) for f in range(1, 31)]
    path = table(tmp_path / "spAll-v5.fits", rows)
    status = path.stat()
    runs = _index(path, status.st_size, status.st_mtime_ns)
    assert runs.first.tolist() == [0, 30, 60]
    assert runs.count.tolist() == [30, 30, 30]
