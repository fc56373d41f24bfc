"""Rebinning keeps flux, weight and place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.spectra import Arm
from catalog.templates.grid import LEFT_OUT, WAVE, rebin


def _arm(wave, flux, ivar):
    return Arm("a", wave, flux[None].astype(np.float32), ivar[None].astype(np.float32))


@given(st.floats(0.4, 3.0), st.floats(3600.0, 5000.0))
def test_a_smooth_spectrum_keeps_its_values(step, start):
    wave = np.arange(start, start + 2500, step)
    flux = 5 + np.sin(wave / 200)
    found, ivar = rebin((_arm(wave, flux, np.full(wave.size, 4.0)),))
    seen = ivar[0] > 0
    assert seen.sum() > 800
    assert found[0, seen] == pytest.approx(5 + np.sin(WAVE[seen] / 200), abs=0.02)


def test_the_weights_sum_is_kept_where_nothing_is_left_out():
    wave = np.arange(4000, 5500, 0.8)
    ivar = np.random.default_rng(0).uniform(0, 3, wave.size)
    _, found = rebin((_arm(wave, np.ones(wave.size), ivar),))
    assert found.sum() == pytest.approx(ivar.sum(), rel=1e-5)


def test_masked_pixels_do_not_count_whatever_they_hold():
    wave = np.arange(4000, 5500, 0.8)
    flux, ivar = np.ones(wave.size), np.ones(wave.size)
    flux[500:510], ivar[500:510] = np.nan, 0
    found, weight = rebin((_arm(wave, flux, ivar),))
    assert np.isfinite(found).all()
    assert found[weight > 0] == pytest.approx(1.0)


def test_overlapping_arms_are_averaged_by_their_weights():
    wave = np.arange(4000, 5500, 0.8)
    ones = np.ones(wave.size)
    found, weight = rebin((_arm(wave, ones, ones), _arm(wave, 4 * ones, 2 * ones)))
    middle = weight[0] > weight[0].max() / 2
    assert found[0, middle] == pytest.approx(3.0)


def test_the_night_sky_is_left_out():
    wave = np.arange(3600, 9800, 0.8)
    _, ivar = rebin((_arm(wave, np.ones(wave.size), np.ones(wave.size)),))
    for low, high in LEFT_OUT:
        assert not ivar[0, (low < WAVE) & (high > WAVE)].any()
