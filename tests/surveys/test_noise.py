"""The noise estimate, on noise that is known."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter1d

from catalog.surveys._noise import estimate, third_difference_gain

Array = npt.NDArray[np.float64]
WINDOW = 167
PIXELS = np.arange(4300)
CONTINUUM = 1 + 0.3 * np.sin(PIXELS / 900) + PIXELS / 20_000
ALL = np.ones((20, PIXELS.size), bool)


def _noise(seed: int, smooth: float = 0.0) -> Array:
    """Unit noise; smoothed by a Gaussian of that many pixels, and then of unit deviation again."""
    noise = np.random.default_rng(seed).normal(size=ALL.shape)
    if smooth:
        noise = gaussian_filter1d(noise, smooth, axis=1, mode="wrap")
        noise /= noise.std()
    return noise


def _correlation(noise: Array) -> tuple[float, float, float]:
    lags = [float(np.mean(noise[:, lag:] * noise[:, :-lag])) for lag in (1, 2, 3)]
    return lags[0], lags[1], lags[2]


def test_independent_noise_is_found_to_a_few_per_cent_everywhere() -> None:
    found = estimate(CONTINUUM + 0.02 * _noise(1), ALL, WINDOW, (0, 0, 0))
    assert np.median(found) == pytest.approx(0.02, rel=0.02)
    assert np.percentile(found, [1, 99]) == pytest.approx([0.02, 0.02], rel=0.35)


@pytest.mark.parametrize("smooth", [0.5, 0.7, 0.8])
def test_noise_that_interpolation_has_smoothed_is_found_whole(smooth: float) -> None:
    noise = _noise(2, smooth)
    flux = CONTINUUM + 0.02 * noise
    corrected = estimate(flux, ALL, WINDOW, _correlation(noise))
    naive = estimate(flux, ALL, WINDOW, (0, 0, 0))
    assert np.median(corrected) == pytest.approx(0.02, rel=0.05)
    assert np.median(naive) < 0.8 * np.median(corrected)


def test_noise_that_grows_to_the_blue_is_followed() -> None:
    deviation = 0.01 * np.exp(-(PIXELS - 4300) / 2000)
    found = estimate(CONTINUUM + deviation * _noise(3), ALL, WINDOW, (0, 0, 0))
    ratio = np.median(found, axis=0) / deviation
    assert 0.85 < ratio.min() < ratio.max() < 1.15


def test_strong_resolved_lines_hardly_change_it() -> None:
    lines = sum(0.6 * np.exp(-0.5 * ((PIXELS - at) / 4) ** 2) for at in range(100, 4300, 200))
    found = estimate(CONTINUUM - lines + 0.01 * _noise(4), ALL, WINDOW, (0, 0, 0))
    assert np.median(found) == pytest.approx(0.01, rel=0.15)


def test_invalid_pixels_have_no_say() -> None:
    flux = CONTINUUM + 0.01 * _noise(5)
    valid = ALL.copy()
    flux[:, 1000:1040] = 1e6
    flux[:, 2000] = np.nan
    valid[:, 1000:1040] = False
    valid[:, 2000] = False
    found = estimate(flux, valid, WINDOW, (0, 0, 0))
    assert np.isfinite(found).all()
    assert found.max() < 0.02


def test_a_spectrum_without_valid_pixels_has_no_estimate_and_the_others_keep_theirs() -> None:
    flux = CONTINUUM + 0.01 * _noise(6)
    valid = ALL.copy()
    valid[3] = False
    found = estimate(flux, valid, WINDOW, (0, 0, 0))
    assert np.isnan(found[3]).all()
    assert np.isfinite(np.delete(found, 3, axis=0)).all()


@settings(max_examples=25, deadline=None)
@given(scale=st.floats(1e-20, 1e20), offset=st.floats(-1e3, 1e3))
def test_the_estimate_scales_with_flux_and_ignores_any_parabola(
    scale: float, offset: float
) -> None:
    x = np.linspace(-1, 1, 600)
    noise = np.random.default_rng(7).normal(size=(2, 600))
    valid = np.ones((2, 600), bool)
    plain = estimate(noise, valid, 100, (0, 0, 0))
    bent = estimate(scale * (noise + offset * x**2 + x), valid, 100, (0, 0, 0))
    np.testing.assert_allclose(bent, scale * plain, rtol=1e-3)


def test_the_gain_of_independent_noise_is_the_square_root_of_twenty() -> None:
    assert third_difference_gain((0, 0, 0)) == pytest.approx(np.sqrt(20))


@pytest.mark.parametrize("length", [5, 30, 200])
def test_a_short_spectrum_is_no_fault(length: int) -> None:
    flux = np.random.default_rng(8).normal(size=(2, length))
    found = estimate(flux, np.ones((2, length), bool), WINDOW, (0, 0, 0))
    assert found.shape == (2, length)
    assert np.isfinite(found).all() == (length >= 30)
