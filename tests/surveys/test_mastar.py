"""The MaStar reader: the real files, and files made for the purpose."""

import gzip
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from catalog.errors import RecipeError, SurveyError
from catalog.spectra import Quality, Spectra
from catalog.surveys import mastar
from catalog.surveys.mastar import SURVEY

WAVE = 10.0 ** (3.5589 + 1e-4 * np.arange(60))
VISITS = "mastar-goodspec-v3_1_1-v1_7_7.fits"
STARS = "mastarall-v3_1_1-v1_7_7.fits"
CODES = {"f": "D", "i": "J", "U": "25A"}
BRIGHTSKY, COSMIC = 1 << 24, 1 << 16


def flux_of(row: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(row).uniform(1, 2, WAVE.size)


def visit(row: int = 0, **changed: Any) -> dict[str, Any]:
    """One row; values replace, or, with None, leave columns out."""
    values = {
        "MANGAID": f"7-{row}", "PLATE": 8047, "IFUDESIGN": "9101", "MJD": 57108 + row,
        "RA": 10.0 + row, "DEC": -5.0, "HELIOV": -20.5, "VERR": 3.0, "V_ERRCODE": 0, "MJDQUAL": 0,
        "S2N": 80.0, "PSFMAG": np.array([18.0, 17.0, 16.5, 16.2, 16.0]), "WAVE": WAVE,
        "FLUX": flux_of(row), "IVAR": np.full(WAVE.size, 4.0),
        "MASK": np.zeros(WAVE.size, np.int32),
    }  # fmt: skip
    return {name: value for name, value in (values | changed).items() if value is not None}


def table(rows: list[dict[str, Any]], name: str = "") -> fits.BinTableHDU:
    columns = []
    for column in rows[0]:
        values = np.array([row[column] for row in rows])
        code = CODES[values.dtype.kind]
        if values.ndim == 2:
            single = column in {"FLUX", "IVAR"}
            code = f"{values.shape[1]}{'E' if single else code}"
        columns.append(fits.Column(column, code, array=values))
    return fits.BinTableHDU.from_columns(columns, name=name)


def write(path: Path, *hdus: fits.BinTableHDU, **header: Any) -> Path:
    primary = fits.PrimaryHDU()
    primary.header.update(header)
    fits.HDUList([primary, *hdus]).writeto(path)
    return path


def visits(folder: Path, *rows: dict[str, Any], name: str = VISITS) -> Path:
    return write(folder / name, table(list(rows)))


def stars(folder: Path, *rows: dict[str, Any]) -> Path:
    """A catalogue of stars, in lower case as the library writes it."""
    return write(folder / STARS, table(list(rows), "GOODSTARS"))


def star(row: int = 0, **changed: Any) -> dict[str, Any]:
    values = {
        "mangaid": f"7-{row}", "input_teff": 5800.0, "input_logg": 4.4, "input_fe_h": -0.1,
        "photocat": "ps1", "psfmag": np.array([28.0, 27.0, 26.0, 25.0, 24.0]),
    }  # fmt: skip
    return {name: value for name, value in (values | changed).items() if value is not None}


def read(*paths: Path) -> Spectra:
    (shard,) = SURVEY.discover(sorted(paths))
    return SURVEY.read(shard, ())


def pack(path: Path) -> Path:
    packed = path.with_name(path.name + ".gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    return packed


def test_the_real_visit_is_as_astropy_reads_it(realdata):
    path = realdata / "mastar" / "mastar-LOG-8047-9101.fits.gz"
    spectra = read(path)
    with fits.open(path) as hdus:
        row = hdus["MASTAR"].data[0]
        wave, flux, ivar = (np.array(row[name]) for name in ("WAVE", "FLUX", "IVAR"))
    (arm,) = spectra.arms
    np.testing.assert_array_equal(arm.wave, wave)
    kept = np.flatnonzero(arm.ivar[0])
    np.testing.assert_array_equal(arm.flux[0, kept], flux[kept])
    np.testing.assert_array_equal(arm.ivar[0, kept], ivar[kept])
    np.testing.assert_array_equal(kept, np.flatnonzero(ivar > 0))
    assert kept[-1] == 4551  # eleven pixels of padding repeat its value
    assert spectra.target_id.tolist() == ["27-1561-8047-9101-57108"]
    assert spectra.extras["heliov"][0] == pytest.approx(-2.8857, abs=1e-4)
    assert (spectra.z[0], spectra.quality[0]) == (0, 0)
    assert (spectra.ra[0], spectra.dec[0]) == (74.90863, 22.90233)
    assert list(zip(spectra.origins.kind, spectra.origins.name, strict=True)) == [
        ("fibre", "9101"), ("tile", "8047"), ("night", "57108"),
    ]  # fmt: skip


def test_one_table_is_many_shards_named_by_their_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(mastar, "_ROWS_PER_SHARD", 3)
    path = visits(tmp_path, *(visit(row) for row in range(8)))
    shards = SURVEY.discover([path])
    assert [shard.name for shard in shards] == [
        f"mastar-visits-{first:06d}-{last:06d}" for first, last in ((0, 2), (3, 5), (6, 7))
    ]
    assert all(shard.files == (path,) for shard in shards)
    names = [str(name) for shard in shards for name in SURVEY.read(shard, ()).target_id]
    assert names == [f"7-{row}-8047-9101-{57108 + row}" for row in range(8)]


def test_rows_packed_and_unpacked_are_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(mastar, "_ROWS_PER_SHARD", 3)
    rows = [visit(row) for row in range(5)]
    plain = [SURVEY.read(s, ()) for s in SURVEY.discover([visits(tmp_path, *rows)])]
    packed = [
        SURVEY.read(s, ()) for s in SURVEY.discover([pack(tmp_path / VISITS)])
    ]  # fmt: skip
    for one, other in zip(plain, packed, strict=True):
        assert one.target_id.tolist() == other.target_id.tolist()
        assert one.arms[0].flux.tobytes() == other.arms[0].flux.tobytes()
        assert one.arms[0].ivar.tobytes() == other.arms[0].ivar.tobytes()
    flux = np.concatenate([spectra.arms[0].flux for spectra in plain])
    np.testing.assert_array_equal(flux, [flux_of(row).astype("f4") for row in range(5)])


def test_a_table_that_is_there_twice_is_read_unpacked(tmp_path):
    path = visits(tmp_path, visit())
    packed = tmp_path / f"{VISITS}.gz"
    packed.write_bytes(b"not read")
    (shard,) = SURVEY.discover([path, packed])
    assert shard.files == (path,)


def test_visits_of_a_star_are_spectra_of_their_own(tmp_path):
    again = visit(0, MJD=58000, FLUX=flux_of(9))
    spectra = read(visits(tmp_path, visit(), again, visit(1)))
    assert spectra.extras["star"].tolist() == ["7-0", "7-0", "7-1"]
    assert len(set(spectra.target_id)) == 3
    assert spectra.z_err[0] == pytest.approx(3.0 / 299_792.458)
    assert set(spectra.extras) == {column.name for column in SURVEY.columns}


def test_padding_at_either_end_has_no_weight_whatever_its_value(tmp_path):
    """Zeros with weight, repeated values with weight, and a single end value that is real."""
    zeros, repeated, whole = flux_of(1), flux_of(2), flux_of(3)
    zeros[50:] = 0
    repeated[:4], repeated[57:] = repeated[4], repeated[56]  # all but the pixel that is repeated
    spectra = read(visits(tmp_path, *(visit(FLUX=f) for f in (zeros, repeated, whole))))
    kept = spectra.arms[0].ivar > 0
    assert np.flatnonzero(kept[0])[[0, -1]].tolist() == [0, 49]
    assert np.flatnonzero(kept[1])[[0, -1]].tolist() == [4, 56]
    assert kept[2].all()
    assert (spectra.arms[0].flux[~kept] == 0).all()


def test_pixels_that_tell_nothing_have_no_weight(tmp_path):
    flux, ivar, mask = flux_of(1), np.full(WAVE.size, 4.0), np.zeros(WAVE.size, np.int32)
    flux[[10, 11, 12]] = np.nan, np.inf, 0
    ivar[[13, 14, 15, 16]] = 0, -1, np.nan, np.inf
    mask[17], mask[18] = BRIGHTSKY, COSMIC
    (arm,) = read(visits(tmp_path, visit(FLUX=flux, IVAR=ivar, MASK=mask))).arms
    assert np.flatnonzero(arm.ivar[0] == 0).tolist() == list(range(10, 18))
    assert np.isfinite(arm.flux).all()


@pytest.mark.parametrize(
    ("changed", "flag"),
    [
        ({"MJDQUAL": 1 << 0}, Quality.BAD_FIBRE),
        ({"MJDQUAL": 1 << 1}, Quality.BAD_FIBRE),
        ({"MJDQUAL": 1 << 3}, Quality.BAD_FIBRE),
        ({"MJDQUAL": 1 << 30}, Quality.BAD_FIBRE),
        ({"MJDQUAL": 1 << 2}, Quality.GOOD),
        ({"IVAR": np.zeros(WAVE.size)}, Quality.DEAD_FIBRE),
        ({"FLUX": np.zeros(WAVE.size)}, Quality.DEAD_FIBRE),
        ({"FLUX": np.full(WAVE.size, np.nan)}, Quality.DEAD_FIBRE),
        ({"RA": np.nan}, Quality.BAD_POSITION),
        ({"DEC": -999.0}, Quality.BAD_POSITION),
        ({"V_ERRCODE": 2, "HELIOV": -999.0, "VERR": -999.0}, Quality.GOOD),
    ],
)
def test_a_bad_row_is_flagged_and_the_others_are_not(changed, flag, tmp_path):
    spectra = read(visits(tmp_path, visit(0, **changed), visit(1)))
    assert spectra.quality.tolist() == [flag.value, 0]


def test_what_is_not_measured_is_unknown_and_doubts_are_kept(tmp_path):
    spectra = read(visits(tmp_path, visit(V_ERRCODE=2, HELIOV=-999.0, VERR=-999.0, MJDQUAL=4)))
    assert np.isnan(spectra.extras["heliov"][0])
    assert np.isnan(spectra.z_err[0])
    assert (spectra.z_warn[0], spectra.extras["mjdqual"][0]) == (2, 4)


def test_parameters_are_of_the_visits_own_star_in_any_order(tmp_path):
    catalogue = stars(
        tmp_path, star(2, input_teff=4000.0), star(0), star(5, input_teff=9000.0)
    )  # fmt: skip
    spectra = read(visits(tmp_path, visit(0), visit(1), visit(2), visit(0, MJD=1)), catalogue)
    np.testing.assert_array_equal(spectra.extras["teff"], [5800, np.nan, 4000, 5800])
    assert spectra.extras["photocat"].tolist() == ["ps1", "", "ps1", "ps1"]
    assert spectra.extras["psfmag_2"].tolist() == [17.0] * 4  # the visit's own


def test_magnitudes_come_from_the_catalogue_where_the_visit_has_none(tmp_path):
    spectra = read(
        visits(tmp_path, visit(PSFMAG=None), visit(1, PSFMAG=None)), stars(tmp_path, star())
    )
    np.testing.assert_array_equal(spectra.extras["psfmag_1"], [28.0, np.nan])


@pytest.mark.parametrize("filler", [-999.0, -9999.0, np.nan])
def test_fillers_are_unknown(filler, tmp_path):
    values: dict[str, Any] = {"input_teff": filler, "input_logg": filler, "input_fe_h": filler}
    no_mags: dict[str, Any] = {"psfmag": np.full(5, filler)}
    spectra = read(
        visits(tmp_path, visit(PSFMAG=None)), stars(tmp_path, star(0, **values, **no_mags))
    )
    for name in ("teff", "log_g", "fe_h", "psfmag_3"):
        assert np.isnan(spectra.extras[name][0])


def test_a_star_twice_in_the_catalogue_is_harmless_if_equal_and_refused_if_not(tmp_path):
    path = visits(tmp_path, visit())
    catalogue = stars(tmp_path, star(input_logg=np.nan), star(input_logg=np.nan))
    assert read(path, catalogue).extras["teff"][0] == 5800
    catalogue.unlink()
    with pytest.raises(SurveyError, match=r"one star twice[\s\S]*7-0"):
        read(path, stars(tmp_path, star(), star(input_teff=5801.0)))


@pytest.mark.parametrize(
    "column",
    [
        "MANGAID",
        "PLATE",
        "IFUDESIGN",
        "MJD",
        "RA",
        "DEC",
        "MJDQUAL",
        "WAVE",
        "FLUX",
        "IVAR",
        "MASK",
    ],
)
def test_a_missing_column_is_named(column, tmp_path):
    missing: dict[str, Any] = {column: None}
    path = visits(tmp_path, visit(0, **missing))
    with pytest.raises(SurveyError, match=f"lacks column {column}") as caught:
        read(path)
    assert VISITS in caught.value.where


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"FLUX": np.ones(59)}, "FLUX has 59, WAVE has 60"),
        ({"IVAR": 4.0}, "wrong type"),
        ({"MASK": np.zeros(61, np.int32)}, "MASK has 61"),
        ({"WAVE": WAVE[::-1]}, "increasing"),
        ({"WAVE": np.log10(WAVE)}, "from 3.5589"),
        ({"WAVE": np.full(60, np.nan)}, "increasing"),
    ],
)
def test_pixels_that_do_not_fit_together_are_refused(changed, found, tmp_path):
    path = visits(tmp_path, visit(0, **changed))
    with pytest.raises(SurveyError, match=re.escape(found)) as caught:
        read(path)
    assert VISITS in caught.value.where


def test_visits_on_different_grids_are_refused(tmp_path):
    with pytest.raises(SurveyError, match="another at row 1"):
        read(visits(tmp_path, visit(), visit(1, WAVE=WAVE * 1.0001)))


def test_a_file_cut_short_is_refused_at_once_and_a_packed_one_when_it_is_read(tmp_path):
    path = visits(tmp_path, *(visit(row) for row in range(300)))
    content = path.read_bytes()
    path.write_bytes(content[:-9000])
    with pytest.raises(SurveyError, match="truncated"):
        SURVEY.discover([path])
    path.unlink()
    packed = tmp_path / f"{VISITS}.gz"
    packed.write_bytes(gzip.compress(content)[:-4000])
    (shard,) = SURVEY.discover([packed])
    with pytest.raises(SurveyError, match=r"EOFError") as caught:
        SURVEY.read(shard, ())
    assert VISITS in caught.value.where


@pytest.mark.parametrize("content", [b"", b"not FITS" * 999], ids=["empty", "text"])
@pytest.mark.parametrize("name", [VISITS, f"{VISITS}.gz", "mastar-LOG-8047-9101.fits.gz"])
def test_a_file_that_is_no_fits_is_refused(content, name, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SurveyError) as caught:
        read(path)
    assert name in caught.value.where


def test_a_header_that_promises_too_much_is_refused(tmp_path):
    path = visits(tmp_path, visit())
    content = path.read_bytes().replace(
        b"NAXIS2  =                    1", b"NAXIS2  =        4000000000000"
    )  # fmt: skip
    path.write_bytes(content)
    with pytest.raises(SurveyError, match="truncated"):
        SURVEY.discover([path])
    with pytest.raises(SurveyError, match="truncated"):
        SURVEY.discover([pack(path)])


def test_a_star_without_a_name_is_refused(tmp_path):
    row = {
        **visit(MANGAID=None, RA=None, DEC=None, S2N=None, VERR=None), "OBJRA": 1.0, "OBJDEC": 2.0
    }  # fmt: skip
    path = tmp_path / "mastar-LOG-8047-9101.fits"
    write(path, table([row, row | {"MJD": 7}], "MASTAR"), MANGAID="7-7 ")
    spectra = read(path)
    assert spectra.target_id.tolist() == ["7-7-8047-9101-57108", "7-7-8047-9101-7"]
    assert spectra.ra.tolist() == [1.0, 1.0]
    path.unlink()
    write(path, table([row], "MASTAR"))
    with pytest.raises(SurveyError, match="a star has no name"):
        read(path)


@pytest.mark.parametrize(
    "name",
    [
        "mastar-combspec-v3_1_1-v1_7_7-lsfpercent99.5.fits.gz",
        "mastar-goodstars-v3_1_1-v1_7_7-params-v2.fits",
        "manga-8047-9101-LOGCUBE.fits.gz", "mastar-LOG-8047.fits",
    ],
)  # fmt: skip
def test_other_products_are_refused_by_name(name, tmp_path):
    with pytest.raises(SurveyError, match=re.escape(name)):
        SURVEY.discover([tmp_path / name])


def test_two_versions_of_a_table_are_refused(tmp_path):
    first, second = (
        visits(tmp_path, visit()),
        visits(tmp_path, visit(), name="mastar-goodspec-v2.fits"),
    )
    with pytest.raises(SurveyError, match="two versions"):
        SURVEY.discover([first, second])


def test_target_classes_are_refused(tmp_path):
    (shard,) = SURVEY.discover([visits(tmp_path, visit())])
    with pytest.raises(RecipeError, match="bgs"):
        SURVEY.read(shard, ("bgs",))
