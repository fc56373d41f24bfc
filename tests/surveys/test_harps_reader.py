"""The HARPS reader: the two real files, and files made for the purpose."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from catalog.errors import RecipeError, SurveyError
from catalog.spectra import Quality, Spectra
from catalog.surveys import Shard
from catalog.surveys._wavelength import vacuum_to_air
from catalog.surveys.harps import SURVEY

ADP, S1D = "ADP.2014-09-16T11:04:45.123", "HARPS.2003-12-13T06:19:48.371"
SIZE = 4000
AIR = np.round(5880 + 0.01 * np.arange(SIZE), 2)
HEADER = {"OBJECT": "HD 1", "RA": 10.0, "DEC": -20.0, "MJD-OBS": 53000.25, "EXPTIME": 60.0}


@pytest.fixture(scope="module")
def real(realdata: Path) -> dict[str, Spectra]:
    shards = SURVEY.discover(sorted((realdata / "harps").glob("*.fits")))
    read = (SURVEY.read(shard, ()) for shard in shards)
    return {str(spectra.target_id[0]): spectra for spectra in read}


def noisy(level: float = 500.0, sigma: float = 5.0) -> Any:
    return level + sigma * np.random.default_rng(1).normal(size=SIZE)


def write_adp(folder: Path, columns: dict[str, Any], name: str = ADP, **header: object) -> Path:
    path = folder / f"{name}.fits"
    primary = fits.PrimaryHDU()
    primary.header.update({**HEADER, **header})
    definitions = [
        fits.Column(key, f"{len(values)}{'D' if key == 'WAVE' else 'E'}", array=[values])
        for key, values in columns.items()
    ]
    fits.HDUList([primary, fits.BinTableHDU.from_columns(definitions)]).writeto(path)
    return path


def write_s1d(folder: Path, flux: Any, name: str = S1D, **header: object) -> Path:
    path = folder / f"{name}_s1d_A.fits"
    hdu = fits.PrimaryHDU(np.asarray(flux, np.float32))
    hdu.header.update({**HEADER, "CRVAL1": 5880.0, "CDELT1": 0.01, "CRPIX1": 1.0, **header})
    hdu.writeto(path)
    return path


def read(*paths: Path) -> Spectra:
    (shard,) = SURVEY.discover(paths)
    return SURVEY.read(shard, ())


def columns(flux: Any, wave: Any = AIR, error: Any = None) -> dict[str, Any]:
    return {
        "WAVE": wave,
        "FLUX": flux,
        "ERR": np.full(len(wave), np.nan) if error is None else error,
    }


def test_both_real_files_are_read_and_good(real: dict[str, Spectra]) -> None:
    assert sorted(real) == [ADP, S1D]
    for spectra in real.values():
        assert spectra.quality.tolist() == [0]
        assert spectra.noise_estimated
        assert (spectra.z == 0).all()
    assert [real[ADP].subclass[0], real[S1D].subclass[0]] == ["G2", "M4"]


def test_headers_say_star_time_velocity_and_position(real: dict[str, Spectra]) -> None:
    said = {name: float(values[0]) for name, values in list(real[ADP].extras.items())[1:]}
    assert real[ADP].extras["star"].tolist() == ["IC4651No9122"]
    assert real[S1D].extras["star"].tolist() == ["Gl273"]
    assert said["mjd"] == pytest.approx(53921.1615749)
    assert (said["exposure_time"], said["airmass"]) == pytest.approx((302.5016, 1.077))
    assert (said["snr_survey"], said["rv"], said["berv"]) == pytest.approx((23.35, -30.6, -8.68591))
    assert float(real[S1D].extras["rv"][0]) == 17.9
    assert (real[ADP].ra[0], real[ADP].dec[0]) == (261.21664, -49.94913)


def test_signal_to_noise_is_the_pipelines_own(real: dict[str, Spectra]) -> None:
    """Estimated from the pixels, it agrees with what the pipeline makes of photons and readout."""
    for spectra in real.values():
        flux, ivar = spectra.arms[0].flux[0], spectra.arms[0].ivar[0]
        found = np.median((flux * np.sqrt(ivar))[ivar > 0])
        assert found == pytest.approx(float(spectra.extras["snr_survey"][0]), rel=0.15)


def test_the_noise_follows_the_orders_of_the_real_file(
    realdata: Path, real: dict[str, Spectra]
) -> None:
    header = fits.getheader(realdata / "harps" / f"{ADP}.fits")
    arm = real[ADP].arms[0]
    ratios = []
    for order in range(6, 72, 3):
        at, slope, curve = (header[f"ESO DRS CAL TH COEFF LL{4 * order + i}"] for i in range(3))
        near = np.abs(vacuum_to_air(arm.wave) - (at + slope * 2048 + curve * 2048**2)) < 4
        near &= arm.ivar[0] > 0
        snr = np.median(arm.flux[0, near] * np.sqrt(arm.ivar[0, near]))
        ratios.append(snr / header[f"ESO DRS SPE EXT SN{order}"])
    assert np.median(ratios) == pytest.approx(0.95, abs=0.12)
    assert 0.6 < min(ratios) < max(ratios) < 1.3


def test_wavelengths_are_the_files_in_vacuum_and_calcium_is_at_the_stars_velocity(
    realdata: Path, real: dict[str, Spectra]
) -> None:
    arm = real[ADP].arms[0]
    air = fits.getdata(realdata / "harps" / f"{ADP}.fits", 1)["WAVE"][0]
    np.testing.assert_allclose(vacuum_to_air(arm.wave), air, atol=1e-7)
    for spectra in real.values():  # Ca I 6439 is of the star alone: sodium lies between as well
        arm = spectra.arms[0]
        rest = arm.wave / (1 + float(spectra.extras["rv"][0]) / 299_792.458)
        near = np.abs(rest - 6440.855) < 0.6
        assert rest[near][np.argmin(arm.flux[0, near])] == pytest.approx(6440.855, abs=0.02)


def test_the_gap_between_the_detectors_is_masked(real: dict[str, Spectra]) -> None:
    for spectra in real.values():
        arm = spectra.arms[0]
        gap = (vacuum_to_air(arm.wave) > 5304.01) & (vacuum_to_air(arm.wave) < 5337.99)
        assert gap.sum() > 3300
        assert (arm.ivar[0, gap] == 0).all()


def test_failed_orders_of_the_real_file_are_masked(
    realdata: Path, real: dict[str, Spectra]
) -> None:
    """17 of its orders swing up to 1e21 counts and die away to nothing."""
    raw = fits.getdata(realdata / "harps" / f"{S1D}_s1d_A.fits")
    flux, ivar = real[S1D].arms[0].flux[0], real[S1D].arms[0].ivar[0]
    assert np.abs(raw).max() > 1e21
    assert np.abs(flux).max() < 2e4
    assert 0.6 < (ivar > 0).mean() < 0.75
    # Where it is kept, a stretch of 5 Å is never dark, nor wild.
    for start in range(0, flux.size - 500, 500):
        part = slice(start, start + 500)
        if (ivar[part] > 0).all():
            assert 10 < np.median(flux[part]) < 1.3e4


def test_spectra_of_other_lengths_share_one_sequence(tmp_path: Path) -> None:
    first = write_adp(tmp_path, columns(noisy()), "ADP.2014-09-16T11:04:45.123")
    second = write_adp(
        tmp_path, columns(noisy()[:1000], AIR[1500:2500]), "ADP.2014-09-16T11:05:45.123"
    )
    spectra = read(first, second)
    arm = spectra.arms[0]
    np.testing.assert_allclose(vacuum_to_air(arm.wave), AIR, atol=1e-7)
    assert np.flatnonzero(arm.ivar[1])[[0, -1]].tolist() == [1500, 2499]
    assert len(spectra) == 2


def test_both_formats_of_one_spectrum_give_the_same(tmp_path: Path) -> None:
    flux = noisy().astype(np.float32)
    one = read(write_adp(tmp_path, columns(flux)))
    other = read(write_s1d(tmp_path, flux))
    np.testing.assert_array_equal(one.arms[0].flux, other.arms[0].flux)
    np.testing.assert_array_equal(one.arms[0].ivar, other.arms[0].ivar)
    np.testing.assert_array_equal(one.arms[0].wave, other.arms[0].wave)


def test_errors_that_are_told_are_taken(tmp_path: Path) -> None:
    error = np.full(SIZE, 4.0)
    error[:3] = np.nan, -1.0, 0.0
    spectra = read(write_adp(tmp_path, columns(noisy(), error=error)))
    assert not spectra.noise_estimated
    assert (spectra.arms[0].ivar[0, :3] == 0).all()
    np.testing.assert_allclose(spectra.arms[0].ivar[0, 3:], 1 / 16)


def test_known_noise_is_found(tmp_path: Path) -> None:
    """Noise of detector pixels, joined by a cubic spline as the pipeline does."""
    from scipy.interpolate import CubicSpline

    width = 1.6  # pixels of the sequence per detector pixel, at 5900 Å
    detector = np.arange(-20, SIZE / width + 20) * width
    noise = CubicSpline(detector, np.random.default_rng(4).normal(size=detector.size))
    flux = 500 + 8 * noise(np.arange(SIZE))
    ivar = read(write_adp(tmp_path, columns(flux))).arms[0].ivar[0]
    assert np.median(1 / np.sqrt(ivar)) == pytest.approx(8 * 0.935, rel=0.1)


def test_faint_and_dead_spectra_are_flagged(tmp_path: Path) -> None:
    names = [f"ADP.2014-09-16T11:0{i}:45.123" for i in range(4)]
    nan = np.full(SIZE, np.nan)
    fluxes = (noisy(49.0, 2.0), noisy(51.0, 2.0), np.zeros(SIZE), nan)
    paths = [write_adp(tmp_path, columns(f), n) for f, n in zip(fluxes, names, strict=True)]
    dead = Quality.DEAD_FIBRE.value
    assert read(*paths).quality.tolist() == [Quality.LOW_SNR.value, 0, dead, dead]


def test_pixels_that_are_no_number_carry_no_information(tmp_path: Path) -> None:
    flux = noisy()
    flux[[100, 200, 300]] = np.nan, np.inf, -np.inf
    arm = read(write_adp(tmp_path, columns(flux))).arms[0]
    assert np.flatnonzero(arm.ivar[0] == 0).tolist() == [100, 200, 300]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        pytest.param({"CDELT1": 0.02}, "5880.02 Å at pixel 1|at pixel 3999", id="another step"),
        pytest.param({"CDELT1": -0.01}, "at pixel", id="falling"),
        pytest.param({"CDELT1": 0.0}, "at pixel", id="no step"),
        pytest.param({"CRVAL1": 588.0}, "588", id="nanometres"),
        pytest.param({"CRVAL1": "blue"}, "'blue'", id="no number"),
        pytest.param({"CRVAL1": 5880.004}, "5880.004 Å at pixel 0", id="between pixels"),
        pytest.param({"CRVAL1": 5880.0004}, "", id="rounded"),
    ],
)
def test_a_wrong_grid_of_an_image_is_refused(
    tmp_path: Path, header: dict[str, Any], found: str
) -> None:
    path = write_s1d(tmp_path, noisy(), **header)
    if not found:
        np.testing.assert_allclose(vacuum_to_air(read(path).arms[0].wave), AIR, atol=1e-7)
        return
    with pytest.raises(SurveyError, match=found):
        read(path)


@pytest.mark.parametrize("place", [0, 1234, SIZE - 1])
def test_a_wavelength_that_is_no_number_or_out_of_step_is_refused(
    tmp_path: Path, place: int
) -> None:
    for i, value in enumerate((np.nan, 5000.0)):
        wave = AIR.copy()
        wave[place] = value
        path = write_adp(tmp_path, columns(noisy(), wave), f"ADP.2014-09-16T11:0{i}:45.123")
        with pytest.raises(SurveyError, match="a wavelength grid is not usable"):
            read(path)


def test_a_file_that_lacks_a_column_or_has_two_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match="lacks column ERR"):
        read(write_adp(tmp_path, {"WAVE": AIR, "FLUX": noisy()}))
    path = tmp_path / "ADP.2014-09-16T12:04:45.123.fits"
    rows = [
        fits.Column(name, f"{SIZE}D", array=[values, values])
        for name, values in columns(noisy()).items()
    ]
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU.from_columns(rows)]).writeto(path)
    with pytest.raises(SurveyError, match="2 rows"):
        read(path)


@pytest.mark.parametrize("kept", [0, 1000, 5760, 30_000])
def test_a_file_cut_short_is_refused(tmp_path: Path, kept: int) -> None:
    path = write_adp(tmp_path, columns(noisy()))
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(SurveyError, match=re.escape(path.name)):
        read(path)


def test_a_header_without_words_leaves_nulls(tmp_path: Path) -> None:
    path = tmp_path / f"{ADP}.fits"
    rows = [fits.Column(n, f"{SIZE}D", array=[v]) for n, v in columns(noisy()).items()]
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU.from_columns(rows)]).writeto(path)
    spectra = read(path)
    assert spectra.quality.tolist() == [Quality.BAD_POSITION.value]
    assert spectra.extras["star"].tolist() == [""]
    assert spectra.subclass.tolist() == [""]
    assert np.isnan(spectra.extras["mjd"]).all()
    assert spectra.origins.row.size == 0


def test_a_measured_velocity_goes_before_a_given_one(tmp_path: Path) -> None:
    given = {"HIERARCH ESO TEL TARG RADVEL": 5.0}
    measured = {**given, "HIERARCH ESO DRS CCF RVC": 5.4321}
    none = {"HIERARCH ESO TEL TARG RADVEL": 0.0}
    paths = [
        write_adp(tmp_path, columns(noisy()), f"ADP.2014-09-16T11:0{i}:45.123", **header)
        for i, header in enumerate((given, measured, none))
    ]
    np.testing.assert_array_equal(read(*paths).extras["rv"], [5.0, 5.4321, np.nan])


def test_files_of_an_hour_are_read_eight_at_a_time(tmp_path: Path) -> None:
    names = [f"ADP.2014-09-16T{h}:{m:02d}:00.000.fits" for h in (10, 11) for m in range(10)]
    paths = [tmp_path / name for name in names]
    shards: tuple[Shard, ...] = tuple(SURVEY.discover(paths))
    assert [len(shard.files) for shard in shards] == [8, 2, 8, 2]
    assert [shard.name for shard in shards][:2] == [
        "harps-adp-2014-09-16T10-1", "harps-adp-2014-09-16T10-2",
    ]  # fmt: skip
    less = tuple(SURVEY.discover(paths[10:]))
    assert less == shards[2:]


def test_a_name_without_colons_is_the_same_exposure(tmp_path: Path) -> None:
    plain = write_adp(tmp_path, columns(noisy()), ADP.replace(":", "_"))
    assert read(plain).target_id.tolist() == [ADP]
    with pytest.raises(SurveyError, match="comes twice"):
        SURVEY.discover([plain, tmp_path / f"{ADP}.fits"])


@pytest.mark.parametrize(
    "name", ["ADP.2014-09-16.fits", f"{ADP}_s1d_A.fits", f"{S1D}.fits", f"{S1D}_e2ds_A.fits"]
)
def test_other_products_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SurveyError, match=re.escape(name)):
        SURVEY.discover([tmp_path / name])


def test_target_classes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="no target classes"):
        SURVEY.read(Shard("one", (tmp_path / f"{ADP}.fits",)), ("bgs",))
