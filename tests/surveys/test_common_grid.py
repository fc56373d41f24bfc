"""Spectra of different lengths and wavelengths on one grid: what is kept, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.surveys import described_tables as made

from catalog.errors import SurveyError
from catalog.preprocess import grid as grids
from catalog.preprocess.resample import resample
from catalog.recipe.described import WaveGridSection
from catalog.surveys._common_grid import Row, clean, together

GRID = WaveGridSection(start=4000.0, step=1.0)


def row(wave, level=1.0, ivar=4.0):
    return Row(wave, np.full(wave.size, level), np.full(wave.size, ivar))


def test_spectra_of_one_sequence_are_laid_where_they_belong_without_resampling():
    wave = 10 ** (3.6 + 1e-4 * np.arange(1000))
    parts = [slice(0, 400), slice(300, 1000), slice(50, 60)]
    rng = np.random.default_rng(1)
    rows = [Row(wave[p], rng.normal(size=wave[p].size), rng.uniform(1, 2, wave[p].size))
            for p in parts]  # fmt: skip
    laid, flux, ivar = together(rows, None, "x")
    np.testing.assert_array_equal(laid, wave)
    for i, part in enumerate(parts):
        np.testing.assert_array_equal(flux[i, part], rows[i].flux)
        np.testing.assert_array_equal(ivar[i, part], rows[i].ivar)
        beyond = np.ones(1000, bool)
        beyond[part] = False
        assert not ivar[i, beyond].any()


def test_wavelengths_in_single_precision_are_those_of_the_same_pixels():
    wave = 10 ** (3.6 + 1e-4 * np.arange(1000))
    laid, _, ivar = together([row(wave), row(np.float64(np.float32(wave[100:])))], None, "x")
    assert laid.size == 1000
    assert (ivar[1] > 0).sum() == 900


def test_a_spectrum_may_lack_pixels_in_the_middle():
    wave = 4000.0 + np.arange(200)
    holed = np.delete(wave, slice(80, 120))
    laid, _, ivar = together([row(wave), row(holed)], None, "x")
    np.testing.assert_array_equal(laid, wave)
    assert np.flatnonzero(ivar[1] == 0).tolist() == list(range(80, 120))


@pytest.mark.parametrize("shift", [0.1, 0.5, 0.9])
def test_interleaved_wavelengths_are_not_taken_for_one_sequence(shift):
    """Laid side by side they would be pixels with gaps that no spectrograph made."""
    wave = 4000.0 + np.arange(200)
    with pytest.raises(SurveyError, match="not parts of one sequence"):
        together([row(wave), row(wave + shift)], None, "x")


@pytest.mark.parametrize(
    ("wave", "told"),
    [
        (4000.0 + 2.0 * np.arange(200), r"start = 4000, step = 2\}"),
        (10 ** (3.6 + 1e-4 * np.arange(200)), r"start = 3\.600000, step = 0\.0001, log = true"),
    ],
)
def test_the_message_proposes_a_grid_that_fits(wave, told):
    with pytest.raises(SurveyError, match=told):
        together([row(wave), row(wave * 1.00003)], None, "file")


def test_a_constant_spectrum_stays_constant_when_averaged():
    rows = [row(4000.3 + 0.7 * np.arange(400), 3.0), row(4000.1 + np.arange(250), 5.0)]
    wave, flux, ivar = together(rows, GRID, "x")
    assert wave[0] == 4000
    for i, level in enumerate((3.0, 5.0)):
        np.testing.assert_allclose(flux[i][ivar[i] > 0], level)
        assert (ivar[i] > 0).sum() > 240


def test_pixels_of_the_grid_itself_are_not_touched_by_averaging():
    rng = np.random.default_rng(2)
    wave = 4000.0 + np.arange(300)
    exact = Row(wave, rng.normal(size=300), rng.uniform(1, 2, 300))
    _, flux, ivar = together([exact, row(wave + 0.4)], GRID, "x")
    np.testing.assert_allclose(flux[0, :300], exact.flux)
    np.testing.assert_allclose(ivar[0, :300], exact.ivar)


@settings(max_examples=30, deadline=None)
@given(offset=st.floats(0.05, 0.95), step=st.floats(0.3, 2.0), seed=st.integers(0, 999))
def test_flux_and_certainty_over_a_wide_bin_are_those_of_the_pixels(offset, step, seed):
    """The error of any sum over whole pixels is the same before and after averaging.

    Against the preprocessing's own resampling of the spectrum on its own pixels.
    """
    rng = np.random.default_rng(seed)
    wave = 4020.0 + offset + step * np.arange(int(200 / step))
    one = Row(wave, rng.normal(10, 1, wave.size), rng.uniform(1, 2, wave.size))
    other = row(4000.5 + np.arange(300))
    laid, flux, ivar = together([one, other], GRID, "x")
    edges = np.array([[4030.0, 4120.0, 4210.0]])
    direct = resample(wave, one.flux[None], one.ivar[None], edges, 0.5)
    after = resample(laid, flux[:1], ivar[:1], edges, 0.5)
    np.testing.assert_allclose(after[0], direct[0], rtol=0.02)
    np.testing.assert_allclose(after[1], direct[1], rtol=0.06)


def test_errors_after_averaging_are_those_of_the_scatter():
    """Noise of known size, averaged onto a grid half a pixel off and then binned by four."""
    rng = np.random.default_rng(5)
    wave = 4000.5 + np.arange(2000)
    rows = [Row(wave, rng.normal(size=2000), np.ones(2000)) for _ in range(20)]
    laid, flux, ivar = together([*rows, row(4000.25 + np.arange(2000))], GRID, "x")
    bins = grids.linear(4100.0, 5900.0, 451)
    edges = np.broadcast_to(bins.edges, (20, 452))
    binned, weights, _ = resample(laid, flux[:20], ivar[:20], edges, 0.5)
    pulls = binned * np.sqrt(weights)
    assert 0.8 < pulls.std() < 1.05


def test_masked_pixels_lend_nothing_to_their_neighbours():
    wave = 4000.4 + np.arange(100)
    flux, ivar = np.ones(100), np.ones(100)
    flux[50:55], ivar[50:55] = 1e6, 0
    _, averaged, weights = together([Row(wave, flux, ivar), row(wave + 0.3)], GRID, "x")
    np.testing.assert_allclose(averaged[0][weights[0] > 0], 1)
    assert (weights[0, 48:58] == 0).sum() == 5


@pytest.mark.parametrize("grid", [{"start": 9000.0, "step": 1.0}, {"start": 1.0, "step": 1e-9}])
def test_a_grid_that_does_not_fit_is_refused(grid):
    wave = 4000.0 + np.arange(100)
    with pytest.raises(SurveyError, match="grid does not fit"):
        together([row(wave), row(wave + 0.5)], WaveGridSection(**grid), "x")


def test_wavelengths_that_fall_are_turned_round():
    wave = 4000.0 + np.arange(50)
    turned = clean(wave[::-1], np.arange(50.0)[::-1], np.ones(50))
    np.testing.assert_array_equal(turned.wave, wave)
    np.testing.assert_array_equal(turned.flux, np.arange(50.0))


@pytest.mark.parametrize(
    "wave", [np.full(50, 4000.0), np.r_[4000:4025, 4010:4035].astype(float), -np.arange(50.0)]
)
def test_wavelengths_out_of_order_leave_no_pixel(wave):
    assert clean(wave, np.ones(50), np.ones(50)).wave.size == 0


def test_arrays_of_every_length_are_read_from_a_file(tmp_path):
    wave = 10 ** (3.6 + 1e-4 * np.arange(300))
    ends = [(0, 300), (20, 250), (100, 299)]
    path = made.parquet(
        tmp_path / "a.parquet",
        wave=[wave[a:b] for a, b in ends],
        flux=[np.full(b - a, 2.0) for a, b in ends],
        ivar=[np.ones(b - a) for a, b in ends],
    )
    (arm,) = made.read(made.survey(), path).arms
    assert [np.flatnonzero(i)[[0, -1]].tolist() for i in arm.ivar] == [[a, b - 1] for a, b in ends]


def test_spectra_shifted_to_rest_one_by_one_are_read_with_a_grid(tmp_path):
    waves = [made.WAVE / (1 + z) for z in (0, 0.001, 0.002)]
    path = made.parquet(tmp_path / "a.parquet", wave=waves)
    with pytest.raises(SurveyError, match=r"surveys\.table\.grid"):
        made.read(made.survey(z=None, at_rest=True), path)
    grid = {"start": 3995.0, "step": 1.0}
    spectra = made.read(made.survey(z=None, at_rest=True, grid=grid), path)
    assert (spectra.quality == 0).all()
    for flux, ivar in zip(spectra.arms[0].flux, spectra.arms[0].ivar, strict=True):
        assert np.median(flux[ivar > 0]) == pytest.approx(10, abs=0.2)
