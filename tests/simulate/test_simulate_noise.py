"""Noise is what the inverse variance says, as deep as DESI's, and brighter where the sky is."""

import numpy as np
import pytest
from astropy.io import fits
from scipy import stats

from catalog.simulate import instrument


def _exposure(n: int, depth: float = 0.4) -> instrument.Exposure:
    one = np.ones(n)
    return instrument.Exposure(depth * one, one, one, 0 * one, np.zeros((n, 3)))


@pytest.fixture(scope="module")
def exposed():
    flux = np.full((60, instrument.WAVE.size), 5.0, dtype=np.float32)
    return instrument.expose(flux, _exposure(60), np.random.default_rng(2))


def test_pulls_are_unit_normal_in_every_arm(exposed):
    for part in exposed:
        good = part.arm.ivar > 0
        pull = ((part.arm.flux - 5.0) / part.sigma)[good]
        assert pull.mean() == pytest.approx(0, abs=0.01)
        assert pull.std() == pytest.approx(1, abs=0.01)
        assert stats.kurtosis(pull) == pytest.approx(0, abs=0.05)


def test_pulls_by_the_reported_ivar_are_off_by_no_more_than_its_error():
    exposure = _exposure(200)
    error = np.random.default_rng(1).normal(0, 0.03, (200, 3))
    exposure = instrument.Exposure(
        exposure.depth, exposure.moon, exposure.airglow, exposure.sky_residual, error
    )
    flux = np.zeros((200, instrument.WAVE.size), dtype=np.float32)
    arm = instrument.expose(flux, exposure, np.random.default_rng(3))[1].arm
    width = np.std(arm.flux * np.sqrt(arm.ivar), axis=1)
    np.testing.assert_allclose(width, np.sqrt(1 + error[:, 1]), atol=0.06)


def test_noise_in_the_overlap_of_two_arms_is_independent(exposed):
    b, r = exposed[0].arm, exposed[1].arm
    overlap = 51
    left = (b.flux - 5)[:, -overlap:] / exposed[0].sigma[:, -overlap:]
    right = (r.flux - 5)[:, :overlap] / exposed[1].sigma[:, :overlap]
    good = (b.ivar[:, -overlap:] > 0) & (r.ivar[:, :overlap] > 0)
    np.testing.assert_allclose(b.wave[-overlap:], r.wave[:overlap])
    assert abs(np.corrcoef(left[good], right[good])[0, 1]) < 0.06


def test_noise_curves_follow_those_of_a_real_coadd(realdata):
    """A 1,000 s dark exposure of faint light, within a factor 1.5 outside sky lines."""
    with fits.open(realdata / "desi" / "coadd-sv3-dark-26065.fits") as hdus:
        exptime = float(hdus["FIBERMAP"].data["COADD_EXPTIME"][4])
        for name, (first, last) in instrument.ARM_PIXELS.items():
            real = 1 / np.sqrt(hdus[f"{name.upper()}_IVAR"].data[4])
            exposure = _exposure(1, exptime / 1000)
            ours = np.sqrt(instrument.variance(name, np.zeros((1, last - first)), exposure))[0]
            chunks = np.array_split(np.arange(last - first), 20)
            ratio = [np.median(ours[c]) / np.median(real[c]) for c in chunks]
            assert min(ratio) > 0.5, name
            assert max(ratio) < 1.6, name


@pytest.mark.parametrize("line", [5578.9, 6302.0, 8401.5, 9378.5])
def test_sky_lines_are_noisier_than_their_surroundings(line):
    name = "b" if line < 5760 else "r" if line < 7600 else "z"
    first, last = instrument.ARM_PIXELS[name]
    sigma = np.sqrt(instrument.variance(name, np.zeros((1, last - first)), _exposure(1)))[0]
    wave = instrument.WAVE[first:last]
    peak = sigma[np.abs(wave - line) < 2].max()
    assert peak > 2.5 * np.median(sigma[np.abs(wave - line) < 60])


def test_residuals_of_sky_lines_stand_only_at_the_lines():
    n = 40
    exposure = _exposure(n)
    exposure = instrument.Exposure(
        exposure.depth, exposure.moon, exposure.airglow, np.full(n, 4.0), exposure.ivar_error
    )
    flux = np.zeros((n, instrument.WAVE.size), dtype=np.float32)
    part = instrument.expose(flux, exposure, np.random.default_rng(3))[2]
    pull = (part.arm.flux / part.sigma).mean(axis=0)
    first, last = instrument.ARM_PIXELS["z"]
    lines = instrument.SKY_LINES[first:last]
    assert pull[lines > 15].mean() == pytest.approx(4 * 0.95, abs=0.4)
    assert abs(pull[lines < 0.01].mean()) < 0.1


def test_calibration_errors_are_smooth_and_at_the_percent_level():
    factor = instrument.calibration(200, np.random.default_rng(0))
    quiet = np.flatnonzero((instrument.TELLURIC < 0.01) & (instrument.WAVE < 7000))
    detrended = factor - np.mean(factor, axis=1, keepdims=True)
    assert 0.005 < np.std(detrended[:, quiet]) < 0.04
    assert np.std(np.diff(factor[:, quiet[:2000]], axis=1)) < 5e-4


def test_the_wanted_signal_to_noise_is_what_comes_out():
    n = 50
    exposure, wanted = _exposure(n), np.linspace(3, 60, n)
    shape = np.ones((n, instrument.WAVE.size), dtype=np.float32)
    factor = instrument.amplitude_for(wanted, shape, exposure)
    flux = (shape * factor[:, None]).astype(np.float32)
    arm = instrument.expose(flux, exposure, np.random.default_rng(1))[1].arm
    snr = np.median(arm.flux * np.sqrt(arm.ivar), axis=1)
    np.testing.assert_allclose(snr, wanted, rtol=0.1)
