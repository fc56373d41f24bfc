"""Runs below zero: found whole, where they are; noise is none."""

import numpy as np
import pytest
from tests.measures.spectra import flat, native

from catalog.measures import negative_runs


@pytest.mark.parametrize("length", [8, 40, 150])
def test_a_dip_below_zero_is_found_with_its_length_and_place(length):
    whole = native(flat, 100, snr=10)
    whole.arms[1].flux[:, 500 : 500 + length] -= 2.0

    found = negative_runs.of(whole)

    middle = whole.arms[1].wave[500 + length // 2]
    assert np.all(np.abs(found["negative_run"] - length) <= 4)
    assert np.all(np.abs(found["negative_run_wave"] - middle) < 3)
    assert np.mean(found["negative_run_sigma"]) == pytest.approx(10 * np.sqrt(length), rel=0.1)


def test_a_spectrum_that_is_seen_has_no_run():
    found = negative_runs.of(native(flat, 100, snr=8))

    assert not found["negative_run"].any()
    assert not found["negative_run_sigma"].any()
    assert np.isnan(found["negative_run_wave"]).all()


def test_noise_without_light_reaches_no_more_than_six_sigma():
    found = negative_runs.of(native(np.zeros_like, 300, seed=3))

    assert found["negative_run_sigma"].max() < 6.5
    assert np.median(found["negative_run_sigma"]) < 5


def test_a_cosmic_ray_is_no_run_and_a_lost_pixel_ends_none():
    whole = native(flat, 2, snr=10)
    whole.arms[0].flux[0, 900:903] = -50.0
    whole.arms[0].flux[1, 900:930] = -1.0
    whole.arms[0].ivar[1, 912:914] = 0.0

    found = negative_runs.of(whole)

    assert found["negative_run_sigma"][1] == pytest.approx(10 * np.sqrt(28), rel=0.1)
    assert found["negative_run"][0] <= 7
    assert found["negative_run"][1] == pytest.approx(28, abs=3)


def test_no_run_crosses_from_one_spectrum_to_the_next():
    whole = native(flat, 2, snr=10)
    whole.arms[0].flux[0, -20:] = -1.0
    whole.arms[0].flux[1, :20] = -1.0

    assert np.all(np.abs(negative_runs.of(whole)["negative_run"] - 20) <= 3)
