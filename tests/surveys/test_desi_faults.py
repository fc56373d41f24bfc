"""Files that are not as DESI's format promises: one clear error each, and never a warning."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from tests.surveys import desi_files

from catalog.errors import SurveyError
from catalog.surveys.desi import SURVEY

IDS = [39633345008634465, 39633345008634466, 39633345008634467]


def read(path: Path) -> None:
    (shard,) = SURVEY.discover([path])
    SURVEY.read(shard, ())


def _to_a_third(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def _cut_a_byte(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _cut_in_first_header(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000])


def _cut_in_second_header(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3500])


def _promise_petabytes(path: Path) -> None:
    raw = path.read_bytes()
    card = re.search(rb"NAXIS1  = +276 ", raw)
    assert card
    longer = b"NAXIS1  =      999999999999999 ".ljust(len(card[0]))[: len(card[0])]
    path.write_bytes(raw.replace(card[0], longer, 1))


def _number_a_column(path: Path) -> None:
    raw = path.read_bytes()
    card = re.search(rb"TTYPE1  = .{70}", raw)
    assert card
    path.write_bytes(raw.replace(card[0], b"TTYPE1  =                   -5".ljust(80), 1))


def _to_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda path: path.write_bytes(b""), r"an empty file \(0 bytes\)"),
    "text": (lambda path: path.write_bytes(b"<html>404 Not Found</html>" * 200), "No SIMPLE card"),
    "noise": (lambda path: path.write_bytes(bytes(range(256)) * 40), "OSError"),
    "missing": (lambda path: path.unlink(), "no such file"),
    "folder": (_to_folder, "a folder"),
    "a third": (_to_a_third, "truncated|validating header|is missing"),
    "one byte short": (_cut_a_byte, "truncated"),
    "cut in the first header": (_cut_in_first_header, "corrupt|END card"),
    "cut in the second header": (_cut_in_second_header, "header for HDU #1"),
    "a number for a column's name": (_number_a_column, "AssertionError"),
    "petabytes": (_promise_petabytes, "truncated|MemoryError|corrupted|OSError"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_damaged_coadd_gives_one_error_that_names_it(fault: str, tmp_path: Path) -> None:
    damage, found = FAULTS[fault]
    path = desi_files.write_pair(tmp_path, IDS)
    (shard,) = SURVEY.discover([path])
    damage(path)
    with pytest.raises(SurveyError, match=found) as caught:
        SURVEY.read(shard, ())
    assert str(path) in caught.value.where
    assert caught.value.wanted
    assert caught.value.todo


@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "petabytes"])
def test_a_damaged_redrock_gives_one_error_that_names_it(fault: str, tmp_path: Path) -> None:
    damage, found = FAULTS[fault]
    path = desi_files.write_pair(tmp_path, IDS)
    (shard,) = SURVEY.discover([path])
    redrock = shard.files[1]
    damage(redrock)
    with pytest.raises(SurveyError, match=found) as caught:
        SURVEY.read(shard, ())
    assert str(redrock) in caught.value.where


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.999])
def test_a_gzip_cut_short_is_never_read_as_a_file_with_fewer_arms(
    keep: float, tmp_path: Path
) -> None:
    path = desi_files.write_coadd(tmp_path / "coadd-x-y-1.fits.gz", IDS)
    path.write_bytes(path.read_bytes()[: int(keep * path.stat().st_size)])
    with pytest.raises(SurveyError, match="EOFError"):
        read(path)


def test_a_gzip_with_changed_bytes_is_refused(tmp_path: Path) -> None:
    path = desi_files.write_coadd(tmp_path / "coadd-x-y-1.fits.gz", IDS)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.write_bytes(raw)
    with pytest.raises(SurveyError, match="cannot be read"):
        read(path)


B = desi_files.wavelengths("b")
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no flux": ({"hdus": {"B_FLUX": None}}, r"HDU B_FLUX is missing"),
    "no ivar": ({"hdus": {"Z_IVAR": None}}, r"HDU Z_IVAR is missing"),
    "no wavelength": ({"hdus": {"R_WAVELENGTH": None}}, r"HDU R_WAVELENGTH is missing"),
    "too few rows": ({"hdus": {"B_FLUX": np.ones((2, B.size))}}, r"wanted: shape \(3, 276\)"),
    "too few pixels": ({"hdus": {"B_IVAR": np.ones((3, 9))}}, r"found: shape \(3, 9\)"),
    "flat flux": ({"hdus": {"B_FLUX": np.ones(B.size)}}, r"found: shape \(276,\)"),
    "mask of another shape": ({"hdus": {"B_MASK": np.zeros((3, 9), "i4")}}, r"B_MASK"),
    "image without pixels": ({"hdus": {"B_FLUX": fits.ImageHDU(name="B_FLUX")}}, "no image"),
    "table for an image": (
        {"hdus": {"B_FLUX": desi_files.table({"A": np.zeros(3)}, "B_FLUX")}},
        r"wanted: an image",
    ),
    "wavelengths that fall": (
        {"hdus": {"B_WAVELENGTH": B[::-1].copy()}},
        r"3592|5800\.0 Å followed",
    ),
    "wavelengths that stand": (
        {"hdus": {"B_WAVELENGTH": np.maximum(B, 3616.0)}},
        r"3616\.0 Å followed by 3616\.0 Å at pixel 1",
    ),
    "wavelengths with NaN": (
        {"hdus": {"B_WAVELENGTH": np.where(B > 5000, np.nan, B)}},
        "not finite and positive",
    ),
    "wavelengths from zero": ({"hdus": {"B_WAVELENGTH": B - 3600}}, "not finite and positive"),
    "wavelengths per row": ({"hdus": {"B_WAVELENGTH": np.tile(B, (3, 1))}}, r"shape \(3, 276\)"),
    "no TARGETID": ({"columns": {"TARGETID": None, "TARGETIDS": [1, 2, 3]}}, r"'TARGETIDS'"),
    "TARGETID as text": ({"columns": {"TARGETID": ["1", "2", "3"]}}, "one whole number per row"),
    "TARGETID as float": ({"columns": {"TARGETID": [1.0, 2.0, 3.0]}}, "one whole number per row"),
    "vector column": ({"columns": {"TARGET_RA": np.ones((3, 2))}}, r"of shape \(3, 2\)"),
    "number for a text": ({"columns": {"OBJTYPE": [1, 2, 3]}}, "one text per row"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_coadd_that_breaks_the_format_gives_one_error_with_wanted_and_found(
    fault: str, tmp_path: Path
) -> None:
    given, found = WRONG[fault]
    path = desi_files.write_pair(tmp_path, IDS, **given)
    with pytest.raises(SurveyError, match=found) as caught:
        read(path)
    assert str(path) in caught.value.where
    assert caught.value.wanted
    assert caught.value.found


def test_a_missing_hdu_is_reported_with_those_there_are_and_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "coadd-x-y-1.fits"
    desi_files.write_coadd(path, IDS)
    with fits.open(path) as hdus:
        hdus["FIBERMAP"].name = "FIBREMAP"
        hdus.writeto(path, overwrite=True)
    with pytest.raises(SurveyError, match="HDU FIBERMAP is missing") as caught:
        read(path)
    assert caught.value.found.startswith("PRIMARY, FIBREMAP, B_WAVELENGTH")
    assert caught.value.todo == "did you mean 'FIBREMAP'?"


def test_a_file_without_any_arm_is_refused(tmp_path: Path) -> None:
    parts = ("WAVELENGTH", "FLUX", "IVAR", "MASK")
    lacking = {f"{arm}_{part}": None for arm in "BRZ" for part in parts}
    path = desi_files.write_pair(tmp_path, IDS, hdus=lacking)
    with pytest.raises(SurveyError, match="at least one of B_FLUX"):
        read(path)


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    path = desi_files.write_coadd(tmp_path / "coadd-x-y-1.fits", [])
    with pytest.raises(SurveyError, match="0 rows"):
        read(path)


def test_a_redrock_that_is_none_is_refused(tmp_path: Path) -> None:
    path = desi_files.write_coadd(tmp_path / "coadd-x-y-1.fits", IDS)
    desi_files.write_coadd(tmp_path / "redrock-x-y-1.fits", IDS)
    with pytest.raises(SurveyError, match="HDU REDSHIFTS is missing") as caught:
        read(path)
    assert "redrock-x-y-1.fits" in caught.value.where


@pytest.mark.parametrize("column", ["TARGETID", "Z", "ZWARN", "SPECTYPE"])
def test_a_redrock_without_a_column_that_is_needed_is_refused(column: str, tmp_path: Path) -> None:
    path = desi_files.write_coadd(tmp_path / "coadd-x-y-1.fits", IDS)
    desi_files.write_redrock(tmp_path / "redrock-x-y-1.fits", IDS, columns={column: None})
    with pytest.raises(SurveyError, match=f"REDSHIFTS lacks column {column}"):
        read(path)


@pytest.mark.parametrize("ids", [[1, 2, 3], []], ids=["other targets", "no rows"])
def test_a_redrock_of_other_targets_is_refused(ids: list[int], tmp_path: Path) -> None:
    path = desi_files.write_coadd(tmp_path / "coadd-x-y-1.fits", IDS)
    desi_files.write_redrock(tmp_path / "redrock-x-y-1.fits", ids)
    with pytest.raises(SurveyError, match="none of its coadd's targets"):
        read(path)


def test_a_redrock_without_its_coadd_is_refused(tmp_path: Path) -> None:
    redrock = desi_files.write_redrock(tmp_path / "redrock-sv3-dark-9.fits", IDS)
    other = desi_files.write_pair(tmp_path, IDS)
    with pytest.raises(SurveyError, match="without its spectra") as caught:
        SURVEY.discover([other, redrock])
    assert caught.value.where == str(redrock)
    assert "coadd-sv3-dark-9.fits" in caught.value.wanted


def test_a_redrock_in_another_folder_is_no_partner(tmp_path: Path) -> None:
    coadd = desi_files.write_coadd(tmp_path / "a" / "coadd-sv3-dark-9.fits", IDS)
    redrock = desi_files.write_redrock(tmp_path / "b" / "redrock-sv3-dark-9.fits", IDS)
    with pytest.raises(SurveyError, match="without its spectra"):
        SURVEY.discover([coadd, redrock])


def test_a_file_of_another_kind_is_refused_rather_than_passed_over(tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match=r"qso_mgii-sv3-dark-9\.fits"):
        SURVEY.discover([tmp_path / "qso_mgii-sv3-dark-9.fits"])


def test_two_files_that_would_make_one_shard_are_refused(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "coadd-sv3-dark-9.fits" for folder in ("fuji", "iron")]
    with pytest.raises(SurveyError, match="is desi-sv3-dark-9 already"):
        SURVEY.discover(paths)


def test_no_single_damaged_byte_of_a_header_escapes_as_anything_but_a_survey_error(
    tmp_path: Path,
) -> None:
    path = desi_files.write_pair(tmp_path, IDS, step=80.0)
    (shard,) = SURVEY.discover([path])
    raw = path.read_bytes()
    with fits.open(path) as hdus:
        headers = [hdu.fileinfo() for hdu in hdus]
    random = np.random.default_rng(20260101)
    outcomes = []
    for _ in range(250):
        place = headers[random.integers(len(headers))]
        damaged = bytearray(raw)
        damaged[random.integers(place["hdrLoc"], place["datLoc"])] = random.integers(32, 127)
        path.write_bytes(damaged)
        try:
            SURVEY.read(shard, ())
        except SurveyError:
            outcomes.append("refused")
        else:
            outcomes.append("read")
    # Most bytes of a header are blank padding; some damage must have been seen.
    assert {"refused", "read"} == set(outcomes)
