"""The LAMOST reader: real stars of the first release, and files made for the purpose.

No file of data release 8 or later was at hand: their table is tested on made ones alone.
"""

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
from catalog.surveys.lamost import SURVEY

NAME = "spec-57000-HD0830N12_sp07-042.fits"
SAID: dict[str, Any] = {
    "COEFF0": 3.56, "COEFF1": 1e-4, "RA": 10.0, "DEC": -5.0, "Z": 1e-4, "Z_ERR": 1e-5,
    "CLASS": "STAR", "SUBCLASS": "G2", "SNRG": 33.0, "OBSID": 123456, "FIBERTYP": "Obj",
    "DESIG": "LAMOST J004000.00-050000.0",
}  # fmt: skip


@pytest.fixture(scope="module")
def stars(realdata: Path) -> list[tuple[Shard, Spectra]]:
    found = SURVEY.discover(sorted((realdata / "lamost").glob("*.fits")))
    return [(shard, SURVEY.read(shard, ())) for shard in found]


def _header(changed: dict[str, Any]) -> fits.Header:
    said = {key: value for key, value in (SAID | changed).items() if value is not None}
    return fits.Header(list(said.items()))


def image(path: Path, rows: dict[int, npt.NDArray[Any]] | None = None, **changed: Any) -> Path:
    """One spectrum as up to data release 7; `rows` replaces rows of the image by number."""
    data = np.zeros((5, 200), np.float32)
    data[:3] = np.array([[2.0], [4.0], [1.0]])
    for number, values in (rows or {}).items():
        data[number] = values
    fits.PrimaryHDU(data, _header(changed)).writeto(path, overwrite=True)
    return path


def table(path: Path, columns: dict[str, Any] | None = None, **changed: Any) -> Path:
    """One spectrum as from data release 8 on; `columns` replaces or, with None, leaves out."""
    n = 200
    made = {
        "FLUX": np.full(n, 2, "f4"), "IVAR": np.full(n, 4, "f4"),
        "WAVELENGTH": np.float32(10 ** (3.56 + 1e-4 * np.arange(n))),
        "ANDMASK": np.zeros(n, "i2"), "ORMASK": np.zeros(n, "i2"),
        "NORMALIZATION": np.ones(n, "f4"),
    } | (columns or {})  # fmt: skip
    codes = {"f4": "E", "i2": "I"}
    hdu = fits.BinTableHDU.from_columns(
        [
            fits.Column(name, f"{len(values)}{codes[values.dtype.str[1:]]}", array=values[None])
            for name, values in made.items()
            if values is not None
        ],
        name="COADD",
    )
    header = _header(changed | {"COEFF0": None, "COEFF1": None})
    fits.HDUList([fits.PrimaryHDU(header=header), hdu]).writeto(path, overwrite=True)
    return path


def read(*paths: Path) -> Spectra:
    (shard,) = SURVEY.discover(paths)
    return SURVEY.read(shard, ())


def test_all_120_stars_are_read_and_all_are_good(stars):
    assert {shard.name: len(spectra) for shard, spectra in stars} == {
        "lamost-55862-B6212-06": 118, "lamost-55862-B6212-10": 1, "lamost-55862-B6212-16": 1,
    }  # fmt: skip
    letters = Counter(str(t) for _, s in stars for t in s.extras["spectral_type"])
    assert letters == {"F": 33, "A": 27, "K": 25, "G": 21, "M": 14}
    for _, spectra in stars:
        assert (spectra.quality == 0).all()
        assert not spectra.noise_estimated
        assert set(spectra.spec_class) == {"STAR"}
        assert (np.abs(spectra.z) < 0.002).all()


def test_identifiers_are_what_the_files_are_called(stars):
    for shard, spectra in stars:
        for path, name in zip(shard.files, spectra.target_id, strict=True):
            night, plan, spectrograph, fibre = name.split("-")
            assert path.name == f"spec-{night}-{plan}_sp{spectrograph}-{fibre}.fits"


def test_every_pixel_of_every_real_file_is_there_unmoved(stars):
    """Against astropy alone, pixel by pixel."""
    for shard, spectra in stars:
        (arm,) = spectra.arms
        assert arm.name == "lamost"
        for row, path in enumerate(shard.files):
            with fits.open(path) as hdus:
                data, header = np.array(hdus[0].data), hdus[0].header
            n = data.shape[1]
            loglam = header["COEFF0"] + header["COEFF1"] * np.arange(n)
            np.testing.assert_allclose(np.log10(arm.wave[:n]), loglam, rtol=0, atol=1e-9)
            good = (data[1] > 0) & (data[3] == 0)
            np.testing.assert_array_equal(arm.ivar[row, :n] > 0, good)
            np.testing.assert_array_equal(arm.flux[row, :n][good], data[0][good])
            np.testing.assert_array_equal(arm.ivar[row, :n][good], data[1][good])
            assert not arm.ivar[row, n:].any()
            assert (spectra.ra[row], spectra.dec[row]) == (header["RA"], header["DEC"])
            assert spectra.extras["snr_g"][row] == header["SN_G"]


@pytest.mark.parametrize(("line", "in_air"), [(4862.68, 4861.32), (6564.61, 6562.79)])
def test_balmer_lines_lie_at_their_vacuum_wavelengths(line, in_air, stars):
    """The third row of these files is no wavelength: those of the header must be right."""
    spectra = stars[0][1]
    (arm,) = spectra.arms
    centres = []
    for row in np.flatnonzero(np.isin(spectra.extras["spectral_type"], ["F", "G"])):
        rest = arm.wave / (1 + spectra.z[row])
        near = (np.abs(rest - line) < 14) & (arm.ivar[row] > 0)
        rest, flux = rest[near], arm.flux[row, near].astype(float)
        depth = np.clip(1 - flux / np.median(flux), 0, None) ** 2
        core = np.abs(rest - rest[np.argmin(flux)]) < 5
        centres.append(np.average(rest[core], weights=depth[core]))
    assert len(centres) > 40
    assert np.median(centres) == pytest.approx(line, abs=0.5)
    assert abs(np.median(centres) - in_air) > 1


def test_the_and_mask_of_the_real_files_hides_nothing_that_has_weight(stars):
    """What the reader takes the mask to mean costs no real pixel that the pipeline kept."""
    for shard, _ in stars:
        for path in shard.files:
            with fits.open(path) as hdus:
                data = np.array(hdus[0].data)
            assert not ((data[3] != 0) & (data[1] > 0)).any()
            assert set(np.unique(data[3])) <= {0, 1}


def test_where_a_spectrum_was_taken_is_told(tmp_path):
    origins = read(image(tmp_path / NAME)).origins
    assert list(zip(origins.kind, origins.name, strict=True)) == [
        ("fibre", "07-042"), ("spectrograph", "07"), ("plan", "HD0830N12"), ("night", "57000"),
    ]  # fmt: skip


@pytest.mark.parametrize("make", [image, table])
def test_both_generations_of_files_give_the_same(make, tmp_path):
    spectra = read(make(tmp_path / NAME))
    (arm,) = spectra.arms
    np.testing.assert_allclose(np.log10(arm.wave), 3.56 + 1e-4 * np.arange(200), atol=1e-9)
    assert (arm.flux == 2).all()
    assert (arm.ivar == 4).all()
    told = {name: values[0] for name, values in spectra.extras.items()}
    assert told["obsid"] == 123456
    assert told["snr_g"] == 33
    assert np.isnan(told["snr_u"])
    assert (told["spectral_type"], spectra.subclass[0]) == ("G", "G2")
    assert (told["plan"], told["mjd"], told["spectrograph"], told["fibre"]) == (
        "HD0830N12", 57000, 7, 42,
    )  # fmt: skip


def test_a_gzipped_file_is_read(tmp_path):
    assert len(read(table(tmp_path / (NAME + ".gz")))) == 1


@pytest.mark.parametrize("bit", [1, 2, 4, 8, 16, 32])
def test_any_bit_of_the_and_mask_hides_a_pixel_and_the_or_mask_none(bit, tmp_path):
    mask, either = np.zeros(200), np.zeros(200)
    mask[7], either[9] = bit, bit
    arm = read(image(tmp_path / NAME, {3: mask, 4: either})).arms[0]
    assert np.flatnonzero(arm.ivar[0] == 0).tolist() == [7]
    bits = mask.astype("i2")
    arm = read(table(tmp_path / NAME, {"ANDMASK": bits, "ORMASK": either.astype("i2")})).arms[0]
    assert np.flatnonzero(arm.ivar[0] == 0).tolist() == [7]


def test_pixels_that_tell_nothing_have_no_weight(tmp_path):
    flux, ivar = np.full(200, 2.0), np.full(200, 4.0)
    ivar[[3, 4, 5]], flux[[6, 7]] = [0, -1, np.nan], [np.nan, np.inf]
    arm = read(image(tmp_path / NAME, {0: flux, 1: ivar})).arms[0]
    assert np.flatnonzero(arm.ivar[0] == 0).tolist() == [3, 4, 5, 6, 7]
    assert not arm.flux[0, 3:8].any()


@pytest.mark.parametrize(
    ("header", "flag"),
    [
        ({"Z": -9999.0}, Quality.NO_REDSHIFT),
        ({"Z": None}, Quality.NO_REDSHIFT),
        ({"Z": "unknown"}, Quality.NO_REDSHIFT),
        ({"FIBERTYP": "Sky"}, Quality.SKY),
        ({"FIBERTYP": "Dead"}, Quality.BAD_FIBRE),
        ({"FIBERTYP": "F-std"}, Quality.GOOD),
        ({"RA": 400.0}, Quality.BAD_POSITION),
        ({"DEC": None}, Quality.BAD_POSITION),
    ],
)
def test_a_bad_row_is_flagged(header, flag, tmp_path):
    assert read(image(tmp_path / NAME, **header)).quality.tolist() == [flag]


def test_a_dead_fibre_is_flagged(tmp_path):
    assert read(image(tmp_path / NAME, {1: np.zeros(200)})).quality[0] == Quality.DEAD_FIBRE


@pytest.mark.parametrize(
    ("header", "subclass", "letter"),
    [
        ({"SUBCLASS": "Non"}, "", ""),
        ({"SUBCLASS": "A1IV"}, "A1IV", "A"),
        ({"SUBCLASS": "gM3"}, "gM3", ""),
        ({"CLASS": "GALAXY", "SUBCLASS": "E"}, "E", ""),
        ({"CLASS": "Unknown", "SUBCLASS": None}, "", ""),
    ],
)
def test_the_spectral_type_is_the_letter_of_a_star(header, subclass, letter, tmp_path):
    spectra = read(image(tmp_path / NAME, **header))
    assert spectra.subclass[0] == subclass
    assert spectra.extras["spectral_type"][0] == letter


@pytest.mark.parametrize("obsid", [None, "NULL", -1, 10**30])
def test_a_number_of_the_spectrum_that_is_not_told_is_minus_one(obsid, tmp_path):
    assert read(image(tmp_path / NAME, OBSID=obsid)).extras["obsid"][0] == -1


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ({"COEFF0": None}, "COEFF0 = None"),
        ({"COEFF1": "blue"}, "COEFF1 = 'blue'"),
        ({"COEFF1": 3e-5}, "200 pixels from"),
        ({"COEFF1": -1e-4}, "200 pixels from"),
        ({"COEFF0": 1.0}, "from 10 to"),
        ({"COEFF0": 999.0}, "200 pixels from"),
    ],
)
def test_wavelengths_that_are_not_of_the_sequence_are_refused(header, found, tmp_path):
    with pytest.raises(SurveyError, match=re.escape(found)) as caught:
        read(image(tmp_path / NAME, **header))
    assert NAME in caught.value.where


@pytest.mark.parametrize("column", ["FLUX", "IVAR", "WAVELENGTH", "ANDMASK"])
def test_a_missing_column_is_named(column, tmp_path):
    with pytest.raises(SurveyError, match=f"lacks column {column}"):
        read(table(tmp_path / NAME, {column: None}))


def test_columns_of_different_length_are_refused(tmp_path):
    with pytest.raises(SurveyError, match="1 x 199 and 1 x 200"):
        read(table(tmp_path / NAME, {"FLUX": np.ones(199, "f4")}))


def test_an_image_of_other_rows_is_refused(tmp_path):
    fits.PrimaryHDU(np.ones((3, 200)), _header({})).writeto(tmp_path / NAME)
    with pytest.raises(SurveyError, match=r"shape \(3, 200\)"):
        read(tmp_path / NAME)


@pytest.mark.parametrize(
    ("content", "found"),
    [(b"", "0 bytes"), (b"not FITS" * 999, "SIMPLE"), (None, "truncated")],
    ids=["empty", "text", "cut short"],
)
def test_a_damaged_file_gives_one_error_that_names_it(content, found, tmp_path, realdata):
    path = tmp_path / "spec-55862-B6212_sp06-003.fits"
    real = (realdata / "lamost" / path.name).read_bytes()
    path.write_bytes(real[:40_000] if content is None else content)
    with pytest.raises(SurveyError, match=found) as caught:
        read(path)
    assert str(path) in caught.value.where


def test_a_spectrum_that_comes_twice_is_refused(tmp_path):
    (tmp_path / "copy").mkdir()
    paths = [image(tmp_path / NAME), image(tmp_path / "copy" / NAME)]
    with pytest.raises(SurveyError, match="comes twice"):
        SURVEY.discover(paths)


def test_target_classes_are_refused(tmp_path):
    (shard,) = SURVEY.discover([image(tmp_path / NAME)])
    with pytest.raises(RecipeError, match="bgs"):
        SURVEY.read(shard, ("bgs",))
