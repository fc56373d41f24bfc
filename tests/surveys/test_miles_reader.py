"""The MILES reader: the real library, and files made for the purpose."""

import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from astropy.io import fits

from catalog.errors import SurveyError
from catalog.spectra import Quality, Spectra
from catalog.surveys import Shard
from catalog.surveys._wavelength import air_to_vacuum
from catalog.surveys.miles import SURVEY

PARAMETERS = (
    "#MILES  Teff  log g   [Fe/H]\n  0001  6024   4.50    -1.44\n  0003 99999   9999    -99\n"
)
AIR = 3540.5 + 0.9 * np.arange(4300)


@pytest.fixture(scope="module")
def library(realdata: Path) -> list[tuple[Shard, Spectra]]:
    found = SURVEY.discover(sorted((realdata / "miles").glob("*.fits")))
    return [(shard, SURVEY.read(shard, ())) for shard in found]


@pytest.fixture(scope="module")
def stars(library: list[tuple[Shard, Spectra]]) -> dict[str, tuple[npt.NDArray[Any], ...]]:
    """Flux and ivar of every star."""
    return {
        name: (spectra.arms[0].flux[row], spectra.arms[0].ivar[row])
        for _, spectra in library
        for row, name in enumerate(spectra.target_id)
    }


def write_star(
    folder: Path, number: int, flux: npt.NDArray[Any] | None = None, **header: object
) -> Path:
    """One star's file, and the table of parameters beside it."""
    path = folder / f"MILES_res2.50_star_m{number:04d}V.fits"
    noise = np.random.default_rng(number).normal(size=AIR.size)
    hdu = fits.PrimaryHDU(1 + 0.02 * noise if flux is None else flux)
    hdu.header.update({"CRPIX1": 1, "CRVAL1": 3540.5, "CDELT1": 0.9, **header})
    hdu.writeto(path)
    (folder / "MILES_params.db").write_text(PARAMETERS, encoding="utf-8")
    return path


def read(*paths: Path) -> Spectra:
    (shard,) = SURVEY.discover(paths)
    return SURVEY.read(shard, ())


def test_all_984_stars_are_read_and_all_are_good(library: list[tuple[Shard, Spectra]]) -> None:
    names = [str(name) for _, spectra in library for name in spectra.target_id]
    assert len(names) == len(set(names)) == 984
    assert names == sorted(names)
    assert (names[0], names[-1]) == ("s0001", "s0985")
    for _, spectra in library:
        assert (spectra.quality == 0).all()
        assert spectra.noise_estimated
        assert (spectra.z == 0).all()
        assert set(spectra.spec_class) == {"STAR"}
        assert np.isnan(spectra.ra).all()


def test_shards_are_of_128_numbers_and_each_depends_on_the_parameters(
    library: list[tuple[Shard, Spectra]],
) -> None:
    shards = [shard for shard, _ in library]
    assert [shard.name for shard in shards][:2] == ["miles-0001-0128", "miles-0129-0256"]
    assert len(shards) == 8
    for shard in shards:
        assert len(shard.files) <= 129
        assert shard.files[-1].name == "MILES_params.db"


def test_a_star_that_is_left_out_moves_no_other(realdata: Path) -> None:
    paths = sorted((realdata / "miles").glob("*.fits"))
    whole, less = SURVEY.discover(paths), SURVEY.discover(paths[1:])
    assert [shard.name for shard in whole] == [shard.name for shard in less]
    assert list(whole)[1:] == list(less)[1:]


def test_wavelengths_are_the_headers_in_vacuum(library: list[tuple[Shard, Spectra]]) -> None:
    wave = library[0][1].arms[0].wave
    np.testing.assert_allclose(wave, air_to_vacuum(AIR), rtol=0, atol=1e-9)


def test_balmer_lines_lie_at_their_vacuum_wavelengths(
    library: list[tuple[Shard, Spectra]], stars: dict[str, tuple[npt.NDArray[Any], ...]]
) -> None:
    """In the hot stars the deepest pixel near Hβ, Hγ and Hδ: the median star is on the line."""
    wave = library[0][1].arms[0].wave
    teff = np.concatenate([spectra.extras["teff"] for _, spectra in library])
    hot = [name for name, t in zip(stars, teff, strict=True) if 8000 < t < 12_000]
    assert len(hot) > 50
    for line in (4862.68, 4341.68, 4102.89):
        near = np.abs(wave - line) < 8
        deepest = [wave[near][np.argmin(stars[name][0][near])] for name in hot]
        assert np.median(deepest) == pytest.approx(line, abs=0.9)


def test_padding_at_the_ends_is_masked_and_negative_noise_is_not(
    stars: dict[str, tuple[npt.NDArray[Any], ...]],
) -> None:
    masked = {name: int((ivar == 0).sum()) for name, (_, ivar) in stars.items()}
    assert masked["s0001"] == 16  # eight pixels at each end
    assert masked["s0742"] == 21  # five pixels of zeros more
    assert masked["s0782"] == 38  # 22 pixels of padding more
    assert masked["s0468"] == 17  # a single zero
    flux, ivar = stars["s0929"]
    assert ((flux < 0) & (ivar > 0)).sum() > 20
    for name, (flux, ivar) in stars.items():
        last = flux[ivar > 0][-3:] / np.median(flux[ivar > 0][-30:])
        assert (last > 0.6).all(), name


def test_the_noise_of_the_noisiest_stars_is_that_of_their_scatter(
    stars: dict[str, tuple[npt.NDArray[Any], ...]],
) -> None:
    """Where noise outweighs lines, scatter about a polynomial is an independent measure."""
    x = np.linspace(-1, 1, 134)
    ratios = []
    for name in ("s0929", "s0932", "s0931"):
        flux, ivar = (values.astype(float) for values in stars[name])
        for first in (80, 200, 1050, 1200, 1900, 2700, 3450, 3600):
            window = slice(first, first + 134)
            fit = np.polynomial.legendre.legfit(x, flux[window], 4)
            scatter = flux[window] - np.polynomial.legendre.legval(x, fit)
            deviation = 1.4826 * np.median(np.abs(scatter))
            ratios.append(1 / np.sqrt(np.median(ivar[window])) / deviation)
    assert np.median(ratios) == pytest.approx(1, abs=0.15)
    assert 0.6 < min(ratios) < max(ratios) < 1.7


def test_signal_to_noise_is_that_of_a_library_of_bright_stars(
    stars: dict[str, tuple[npt.NDArray[Any], ...]],
) -> None:
    snr = np.array([np.median((f * np.sqrt(i))[i > 0]) for f, i in stars.values()])
    assert snr.max() < 200  # the floor: 0.5 % of the flux
    assert 50 < np.median(snr) < 120
    assert snr.min() > 5


def test_parameters_are_joined_by_number_and_fillers_are_unknown(
    library: list[tuple[Shard, Spectra]],
) -> None:
    joined = {
        str(name): tuple(float(spectra.extras[key][row]) for key in ("teff", "log_g", "fe_h"))
        for _, spectra in library
        for row, name in enumerate(spectra.target_id)
    }
    assert joined["s0272"] == (6024.0, 4.5, -1.44)
    assert np.isnan(joined["s0407"]).all()
    assert joined["s0838"][:2] == (2748.0, 5.09)
    assert np.isnan(joined["s0838"][2])
    # Its line in the published table begins `022.`: no number, so no guess.
    assert np.isnan(joined["s0221"]).all()
    numbers = np.array(list(joined.values()))
    assert np.isnan(numbers).sum(axis=0).tolist() == [4, 4, 40]
    assert np.nanmax(numbers, axis=0).tolist() == [36000.0, 5.5, 1.65]


def test_the_grid_is_the_headers_own(tmp_path: Path) -> None:
    path = write_star(tmp_path, 1, np.full(600, 2.0), CRVAL1=4000.0, CDELT1=0.5, CRPIX1=11)
    wave = read(path).arms[0].wave
    np.testing.assert_allclose(wave, air_to_vacuum(3995.0 + 0.5 * np.arange(600)))


def test_a_star_without_parameters_has_none(tmp_path: Path) -> None:
    extras = read(*(write_star(tmp_path, number) for number in (1, 2, 3))).extras
    assert np.isnan(extras["teff"]).tolist() == [False, True, True]
    assert np.isnan(extras["fe_h"]).tolist() == [False, True, True]


def test_known_noise_is_found(tmp_path: Path) -> None:
    """Noise with the library's own correlation, of 3 % at one end and 1 % at the other."""
    from scipy.ndimage import gaussian_filter1d

    white = np.random.default_rng(9).normal(size=(6, AIR.size))
    noise = gaussian_filter1d(white, 0.83, axis=1, mode="wrap")
    noise /= noise.std()
    deviation = np.linspace(0.03, 0.01, AIR.size)
    paths = [write_star(tmp_path, i + 1, 1 + deviation * noise[i]) for i in range(6)]
    ivar = read(*paths).arms[0].ivar[:, 20:-20]
    expected = np.hypot(deviation[20:-20], 0.005)  # the floor is 0.5 %
    ratio = np.median(1 / np.sqrt(ivar), axis=0) / expected
    assert np.median(ratio) == pytest.approx(1, abs=0.05)
    assert 0.75 < ratio.min() < ratio.max() < 1.25


def test_a_dead_star_is_flagged(tmp_path: Path) -> None:
    spectra = read(
        write_star(tmp_path, 1),
        write_star(tmp_path, 2, np.zeros(4300)),
        write_star(tmp_path, 3, np.full(4300, np.nan)),
        write_star(tmp_path, 4, np.full(4300, 1e300)),
    )
    dead = Quality.DEAD_FIBRE.value
    assert spectra.quality.tolist() == [0, dead, dead, dead]
    assert np.isfinite(spectra.arms[0].flux).all()


def test_a_pixel_that_is_not_finite_carries_no_information(tmp_path: Path) -> None:
    flux = 1 + 0.01 * np.random.default_rng(3).normal(size=4300)
    flux[[100, 200, 300]] = np.nan, np.inf, -np.inf
    arm = read(write_star(tmp_path, 1, flux)).arms[0]
    assert np.flatnonzero(arm.ivar[0, 8:-8] == 0).tolist() == [92, 192, 292]


def test_a_constant_star_has_the_floor_for_its_noise(tmp_path: Path) -> None:
    ivar = read(write_star(tmp_path, 1, np.full(4300, 3.0))).arms[0].ivar[0, 8:-8]
    np.testing.assert_allclose(1 / np.sqrt(ivar), 0.005 * 3, rtol=1e-5)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        pytest.param({"CDELT1": 0.0}, "increasing wavelengths", id="no step"),
        pytest.param({"CDELT1": -0.9}, "increasing wavelengths", id="falling"),
        pytest.param({"CRVAL1": 3.55, "CDELT1": 1e-4}, "3.55 to 3.9799", id="logarithms"),
        pytest.param({"CRVAL1": "blue"}, "CRVAL1 = 'blue'", id="text"),
    ],
)
def test_a_grid_that_is_not_linear_in_angstrom_is_refused(
    header: dict[str, Any], found: str, tmp_path: Path
) -> None:
    with pytest.raises(SurveyError, match=re.escape(found)):
        read(write_star(tmp_path, 1, **header))


def test_a_header_without_a_grid_is_refused(tmp_path: Path) -> None:
    path = write_star(tmp_path, 1)
    fits.PrimaryHDU(np.ones(4300)).writeto(path, overwrite=True)
    with pytest.raises(SurveyError, match="CRVAL1 = None"):
        read(path)


@pytest.mark.parametrize("change", [{"CRVAL1": 3541.0}, {"CDELT1": 0.91}, {"flux": np.ones(4299)}])
def test_a_star_on_another_grid_than_its_shard_is_refused(
    change: dict[str, Any], tmp_path: Path
) -> None:
    paths = [write_star(tmp_path, 1), write_star(tmp_path, 2, **change)]
    with pytest.raises(
        SurveyError, match=r"the grid of MILES_res2\.50_star_m0001V\.fits"
    ) as caught:
        read(*paths)
    assert "m0002V" in caught.value.where


def test_an_image_of_two_dimensions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match=r"shape \(2, 4300\)"):
        read(write_star(tmp_path, 1, np.ones((2, 4300))))


@pytest.mark.parametrize(
    ("content", "found"),
    [(b"", "0 bytes"), (b"not FITS" * 999, "SIMPLE"), (None, "truncated")],
    ids=["empty", "text", "cut short"],
)
def test_a_damaged_star_gives_one_error_that_names_it(
    content: bytes | None, found: str, tmp_path: Path
) -> None:
    path = write_star(tmp_path, 1)
    path.write_bytes(path.read_bytes()[:20_000] if content is None else content)
    with pytest.raises(SurveyError, match=found) as caught:
        read(path)
    assert str(path) in caught.value.where


def test_missing_parameters_are_an_error_rather_than_a_release_without_labels(
    tmp_path: Path,
) -> None:
    path = write_star(tmp_path, 1)
    (tmp_path / "MILES_params.db").unlink()
    with pytest.raises(SurveyError, match="parameters are missing") as caught:
        SURVEY.discover([path])
    assert caught.value.where.endswith("MILES_params.db")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xff\xfe\x00", "utf-8"),
        (b"nothing here\n", "1 lines, none of them so"),
        (b"0001 warm 4.5 -1\n", "'warm'"),
    ],
    ids=["bytes", "prose", "word for a number"],
)
def test_parameters_that_cannot_be_read_are_an_error(
    content: bytes, found: str, tmp_path: Path
) -> None:
    path = write_star(tmp_path, 1)
    (tmp_path / "MILES_params.db").write_bytes(content)
    with pytest.raises(SurveyError, match=found):
        read(path)


def test_a_star_that_comes_twice_is_refused(tmp_path: Path) -> None:
    path = write_star(tmp_path, 1)
    copy = tmp_path / "copy" / path.name
    copy.parent.mkdir()
    shutil.copy(path, copy)
    with pytest.raises(SurveyError, match="comes twice"):
        SURVEY.discover([path, copy])


def test_the_parameter_file_may_be_matched_by_the_patterns(tmp_path: Path) -> None:
    path = write_star(tmp_path, 1)
    alone, together = SURVEY.discover([path]), SURVEY.discover(sorted(tmp_path.iterdir()))
    assert alone == together
