"""The SDSS reader: every real file, and files made for the purpose."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from astropy.io import fits

from catalog.errors import RecipeError, SurveyError
from catalog.spectra import Quality, Spectra
from catalog.surveys import Shard
from catalog.surveys.sdss import SURVEY

NAME = "spec-1234-56789-0042.fits"
BRIGHTSKY = 1 << 23
NEARBADPIXEL = 1 << 16


@pytest.fixture(scope="module")
def plates(realdata: Path) -> list[tuple[Shard, Spectra]]:
    found = SURVEY.discover(sorted((realdata / "sdss").glob("*.fits")))
    return [(shard, SURVEY.read(shard, ())) for shard in found]


def write(
    path: Path,
    *,
    upper: bool = False,
    loglam: npt.NDArray[Any] | None = None,
    pixels: dict[str, Any] | None = None,
    row: dict[str, Any] | None = None,
) -> Path:
    """One spectrum; `pixels` and `row` replace columns, or, with None, leave them out."""
    wave = np.arange(35500, 35600) / 1e4 if loglam is None else loglam
    n = len(wave)
    columns = {
        "flux": np.ones(n, np.float32), "loglam": wave.astype(np.float32),
        "ivar": np.full(n, 4, np.float32), "and_mask": np.zeros(n, np.int32),
    } | (pixels or {})  # fmt: skip
    said = {
        "PLUG_RA": 10.0, "PLUG_DEC": -5.0, "FIBERID": 42, "Z": 0.1, "Z_ERR": 1e-5, "ZWARNING": 0,
        "CLASS": "GALAXY", "SUBCLASS": "AGN",
    } | (row or {})  # fmt: skip
    known = {name.upper() if upper else name: v for name, v in columns.items() if v is not None}
    hdus = [_table(known), _table({n: np.array([v]) for n, v in said.items() if v is not None})]
    path.parent.mkdir(exist_ok=True)
    fits.HDUList([fits.PrimaryHDU(), *hdus]).writeto(path)
    return path


def _table(columns: dict[str, Any]) -> fits.BinTableHDU:
    codes = {"f4": "E", "f8": "D", "i4": "J", "i8": "K"}
    made = [
        fits.Column(name, codes.get(np.asarray(a).dtype.str[1:], "20A"), array=np.asarray(a))
        for name, a in columns.items()
    ]
    return fits.BinTableHDU.from_columns(made)


def read(*paths: Path) -> Spectra:
    (shard,) = SURVEY.discover(paths)
    return SURVEY.read(shard, ())


def test_all_47_spectra_are_read_plate_by_plate_with_the_table_of_all(plates):
    assert {shard.name: len(spectra) for shard, spectra in plates} == {
        "sdss-0266-51602": 1, "sdss-0266-51630": 1, "sdss-0352-51694": 1, "sdss-10656-58163": 1,
        "sdss-3655-55240": 34, "sdss-5400-56308": 3, "sdss-5401-55949": 1, "sdss-9367-57758": 5,
    }  # fmt: skip
    classes = Counter(str(name) for _, spectra in plates for name in spectra.spec_class)
    assert classes == {"QSO": 42, "GALAXY": 4, "STAR": 1}
    assert all((spectra.quality == 0).all() for _, spectra in plates)


def test_identifiers_are_text_as_in_the_files_names(plates):
    for shard, spectra in plates:
        *spectra_files, table = shard.files
        assert table.name == "spAll-plate3655.fits"
        names = [path.name.removeprefix("spec-").removesuffix(".fits") for path in spectra_files]
        assert spectra.target_id.tolist() == names
        assert all(type(name) is str for name in spectra.target_id)
        plates_dates_fibres = zip(
            *(spectra.extras[key].tolist() for key in ("plate", "mjd", "fibre")), strict=True
        )
        assert [tuple(int(word) for word in name.split("-")) for name in names] == list(
            plates_dates_fibres
        )


def test_a_cataclysmic_variable_and_a_galaxy_are_what_sdss_says(plates):
    known = {
        str(name): (str(spectra.spec_class[i]), str(spectra.subclass[i]))
        for _, spectra in plates
        for i, name in enumerate(spectra.target_id)
    }
    assert known["9367-57758-0500"] == ("STAR", "CV")
    assert known["0352-51694-0030"] == ("GALAXY", "STARFORMING")
    z = {str(s.target_id[0]): float(s.z[0]) for _, s in plates}
    assert z["0352-51694-0030"] == pytest.approx(0.0818, abs=1e-4)
    assert z["5401-55949-0724"] == pytest.approx(2.4735, abs=1e-4)


def test_every_pixel_of_every_real_file_is_there_unmoved(plates):
    """Against astropy alone, pixel by pixel."""
    for shard, spectra in plates:
        (arm,) = spectra.arms
        for row, path in enumerate(shard.files[:-1]):
            with fits.open(path) as hdus:
                data = hdus[1].data
                lower = {name.lower(): np.array(data[name]) for name in data.names}
                ra = hdus[2].data["PLUG_RA"][0]
            wave = 10.0 ** lower["loglam"].astype(float)
            place = np.searchsorted(arm.wave, wave * (1 - 1e-5))
            np.testing.assert_allclose(arm.wave[place], wave, rtol=2e-6)
            assert (np.diff(place) == 1).all()
            good = (lower["ivar"] > 0) & (lower["and_mask"] & BRIGHTSKY == 0)
            good &= lower["and_mask"] & (1 << 27) == 0
            np.testing.assert_array_equal(arm.ivar[row, place] > 0, good)
            np.testing.assert_array_equal(arm.flux[row, place][good], lower["flux"][good])
            np.testing.assert_array_equal(arm.ivar[row, place][good], lower["ivar"][good])
            beyond = np.ones(arm.wave.size, bool)
            beyond[place] = False
            assert not arm.ivar[row, beyond].any()
            assert spectra.ra[row] == ra


def test_spectra_of_all_lengths_share_one_logarithmic_grid(plates):
    for _, spectra in plates:
        wave = spectra.arms[0].wave
        np.testing.assert_allclose(np.diff(np.log10(wave)), 1e-4, rtol=0, atol=1e-9)
        place = np.log10(wave) * 1e4
        np.testing.assert_allclose(place, np.round(place), rtol=0, atol=1e-6)
    lengths = {shard.name: spectra.arms[0].wave.size for shard, spectra in plates}
    assert lengths["sdss-5401-55949"] == 710
    assert lengths["sdss-3655-55240"] == 4640  # of files of 4616 to 4624 pixels
    legacy = plates[0][1].arms[0].wave
    assert legacy[[0, -1]] == pytest.approx([3806.3, 9202.3], abs=1)


def test_no_two_arms_meet_in_a_coadded_spectrum():
    assert SURVEY.arm_joins == ()


def test_where_a_spectrum_was_taken_is_told(plates):
    origins = dict(plates[3][1].origins.__dict__)
    assert list(zip(origins["kind"], origins["name"], strict=True)) == [
        ("fibre", "366"), ("tile", "10656"), ("night", "58163"),
    ]  # fmt: skip


@pytest.mark.parametrize("upper", [False, True])
def test_columns_in_either_case_are_read(upper, tmp_path):
    spectra = read(write(tmp_path / NAME, upper=upper))
    assert spectra.arms[0].flux.shape == (1, 100)
    assert (spectra.arms[0].ivar == 4).all()
    assert (spectra.z[0], spectra.ra[0], spectra.subclass[0]) == (0.1, 10.0, "AGN")


def test_a_spectrum_of_sdss_v_is_known_by_its_catalogue_number(tmp_path):
    path = tmp_path / "spec-015000-59146-27021598054114233.fits"
    row = {"FIBERID": None, "PLUG_RA": None, "PLUG_DEC": None, "RACAT": 20.0, "DECCAT": 30.0}
    spectra = read(write(path, upper=True, row=row))
    assert spectra.target_id[0] == "015000-59146-27021598054114233"
    assert (spectra.ra[0], spectra.dec[0]) == (20.0, 30.0)
    assert spectra.extras["fibre"][0] == -1
    assert list(spectra.origins.kind) == ["tile", "night"]


def test_pixels_that_tell_nothing_have_no_weight(tmp_path):
    flux, ivar, mask = np.ones(100, "f4"), np.full(100, 4, "f4"), np.zeros(100, "i4")
    ivar[[3, 4, 5]] = 0, -1, np.nan
    flux[[6, 7]] = np.nan, np.inf
    mask[8], mask[9] = BRIGHTSKY, NEARBADPIXEL
    path = write(tmp_path / NAME, pixels={"flux": flux, "ivar": ivar, "and_mask": mask})
    (arm,) = read(path).arms
    assert np.flatnonzero(arm.ivar[0] == 0).tolist() == [3, 4, 5, 6, 7, 8]
    assert not arm.flux[0, 3:9].any()


def test_a_shards_spectra_lie_where_their_own_wavelengths_are(tmp_path):
    other = tmp_path / NAME.replace("0042", "0043")
    (arm,) = read(
        write(tmp_path / NAME), write(other, loglam=np.arange(35590, 35620) / 1e4)
    ).arms  # fmt: skip
    assert arm.wave.size == 120
    assert np.flatnonzero(arm.ivar[0])[[0, -1]].tolist() == [0, 99]
    assert np.flatnonzero(arm.ivar[1])[[0, -1]].tolist() == [90, 119]


@pytest.mark.parametrize(
    ("row", "flag"),
    [
        ({"ZWARNING": 1}, Quality.SKY),
        ({"ZWARNING": 1 << 7}, Quality.BAD_FIBRE),
        ({"ZWARNING": 1 << 9}, Quality.NO_REDSHIFT),
        ({"Z": np.nan}, Quality.NO_REDSHIFT),
        ({"PLUG_RA": 0.0, "PLUG_DEC": 0.0}, Quality.BAD_POSITION),
        ({"ZWARNING": 1 << 4}, Quality.GOOD),
    ],
)
def test_a_bad_row_is_flagged(row, flag, tmp_path):
    assert read(write(tmp_path / NAME, row=row)).quality[0] == flag.value


def test_a_fibre_without_data_is_flagged(tmp_path):
    spectra = read(write(tmp_path / NAME, pixels={"ivar": np.zeros(100, "f4")}))
    assert spectra.quality[0] == Quality.DEAD_FIBRE.value


def test_a_code_in_place_of_an_error_is_no_error(tmp_path):
    assert np.isnan(read(write(tmp_path / NAME, row={"Z_ERR": -1.0})).z_err[0])


@pytest.mark.parametrize(
    ("loglam", "found"),
    [
        (np.arange(35500, 35600) / 1e4 + 3e-5, "loglam = 3.55"),
        (np.arange(35600, 35500, -1) / 1e4, "followed by"),
        (np.linspace(3600, 9000, 100), "from 3600 to 9000"),
        (np.arange(100) / 1e4, "from 0 to 0.0099"),
        (np.full(100, np.nan), "0 are finite"),
    ],
    ids=["between pixels", "falling", "angstrom", "no logarithm of optical light", "nan"],
)
def test_wavelengths_that_are_not_sdss_sequence_are_refused(loglam, found, tmp_path):
    path = write(tmp_path / NAME, loglam=loglam)
    with pytest.raises(SurveyError, match=re.escape(found)) as caught:
        read(path)
    assert NAME in caught.value.where


@pytest.mark.parametrize("column", ["flux", "loglam", "ivar", "and_mask"])
def test_a_missing_column_is_named(column, tmp_path):
    path = write(tmp_path / NAME, pixels={column: None})
    with pytest.raises(SurveyError, match=f"lacks column {column}"):
        read(path)


def test_a_missing_redshift_is_an_error(tmp_path):
    path = write(tmp_path / NAME, row={"Z": None})
    with pytest.raises(SurveyError, match="lacks column Z"):
        read(path)
    with fits.open(path) as hdus:
        fits.HDUList([hdu.copy() for hdu in hdus[:2]]).writeto(tmp_path / "cut.fits")
    (tmp_path / "cut.fits").replace(path)
    with pytest.raises(SurveyError, match="HDU 2 is missing") as caught:
        read(path)
    assert NAME in caught.value.where


def test_a_table_of_many_spectra_is_refused_as_one(realdata, tmp_path):
    path = tmp_path / NAME
    path.write_bytes((realdata / "sdss" / "spAll-plate3655.fits").read_bytes())
    with pytest.raises(SurveyError, match=re.escape(NAME)):
        read(path)


@pytest.mark.parametrize(
    ("content", "found"),
    [(b"", "0 bytes"), (b"not FITS" * 999, "SIMPLE"), (None, "truncated")],
    ids=["empty", "text", "cut short"],
)
def test_a_damaged_file_gives_one_error_that_names_it(content, found, tmp_path, realdata):
    real = (realdata / "sdss" / "spec-9367-57758-0500.fits").read_bytes()
    path = tmp_path / "spec-9367-57758-0500.fits"
    path.write_bytes(real[:100_000] if content is None else content)
    with pytest.raises(SurveyError, match=found) as caught:
        read(path)
    assert str(path) in caught.value.where


def test_a_spectrum_that_comes_twice_is_refused(tmp_path):
    lite, full = write(tmp_path / "lite" / NAME), write(tmp_path / "full" / NAME)
    with pytest.raises(SurveyError, match=r"comes twice[\s\S]*lite[\s\S]*1234-56789-0042 already"):
        SURVEY.discover([lite, full])


def test_target_classes_are_refused(tmp_path):
    (shard,) = SURVEY.discover([write(tmp_path / NAME)])
    with pytest.raises(RecipeError, match="bgs"):
        SURVEY.read(shard, ("bgs",))
