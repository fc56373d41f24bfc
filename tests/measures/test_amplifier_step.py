"""Steps in mid-arm: found where an amplifier ends, and nowhere in real spectra."""

from pathlib import Path

import numpy as np
import pytest
from tests.measures.spectra import native

from catalog.measures import Expected, Native, amplifier_step
from catalog.surveys.desi import SURVEY


def _smooth(wave):
    return 1 + 0.2 * np.cos((wave - 6000) / 900)


@pytest.mark.parametrize("arm", [0, 1, 2])
@pytest.mark.parametrize("off", [-70.0, 0.0, 33.0])
def test_ten_per_cent_at_snr_20_is_found_in_over_95_per_cent_at_1_per_cent_false(arm, off):
    null = np.abs(amplifier_step.of(native(_smooth, 200, 20, 1))["amplifier_step_sigma"])
    whole = native(_smooth, 200, 20, 2)
    wave = whole.arms[arm].wave
    place = (wave[0] + wave[-1]) / 2 + off
    whole.arms[arm].flux[:, wave > place] *= 1.1

    found = amplifier_step.of(whole)

    assert np.mean(found["amplifier_step_sigma"] > np.percentile(null, 99)) > 0.95
    assert np.median(found["amplifier_step"]) == pytest.approx(0.095, abs=0.015)
    assert np.median(np.abs(found["amplifier_step_wave"] - place)) <= 20


def test_smooth_spectra_reach_three_sigma_once_in_a_hundred():
    found = np.abs(amplifier_step.of(native(_smooth, 400, 10, 3))["amplifier_step_sigma"])

    assert np.percentile(found, 99) < 3.6
    assert found.max() < 5


def test_a_break_that_is_expected_is_no_step():
    def light(wave):
        return 1 + 0.5 / (1 + np.exp((4720 - wave) / 5))

    rest = np.arange(2000, 7500, 2.0)
    z = 0.18
    known = Expected(rest, np.tile(light(rest * (1 + z)), (100, 1)))
    whole = native(light, 100, 20)
    informed = Native(whole.arms, np.full(100, z), whole.joins, known)

    assert np.abs(amplifier_step.of(informed)["amplifier_step_sigma"]).max() < 5


def test_a_spectrum_that_steps_everywhere_has_no_amplifier_step():
    def bands(wave):
        return 1 - 0.4 * ((wave - 4700) % 300 > 150)

    assert np.abs(amplifier_step.of(native(bands, 50, 30))["amplifier_step_sigma"]).max() < 2.5


def test_a_cosmic_ray_or_a_line_is_no_step():
    whole = native(_smooth, 100, 20)
    for arm in whole.arms:
        middle = arm.wave.size // 2
        arm.flux[:, middle : middle + 8] += 5.0

    assert np.abs(amplifier_step.of(whole)["amplifier_step_sigma"]).max() < 5


def test_real_coadds_have_none(realdata: Path):
    n_measured = 0
    for shard in SURVEY.discover(tuple(sorted((realdata / "desi").glob("*.fits")))):
        spectra = SURVEY.read(shard, ())
        found = amplifier_step.of(Native(spectra.arms, spectra.z, SURVEY.arm_joins))
        sigma = found["amplifier_step_sigma"]
        known = np.isfinite(sigma)
        assert np.all(np.abs(sigma[known]) < 5)
        n_measured += int(known.sum())
    assert n_measured >= 12
