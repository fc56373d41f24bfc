"""Residuals at sky lines: found at many, ignored at one."""

from pathlib import Path

import numpy as np
import pytest
from tests.measures.spectra import flat, native

from catalog.measures import Native, measure_all, sky_lines
from catalog.spectra import Float
from catalog.surveys.desi import SURVEY


def _comb(whole, height: float, centres=sky_lines.LINES):
    """Add a line of so many σ, of DESI's resolution, at each wavelength."""
    for arm in whole.arms:
        away = arm.wave[:, None] - np.array(centres)
        profile = np.exp(-0.5 * (away / 0.77) ** 2).sum(axis=1)
        arm.flux[:] += (height * profile / np.sqrt(arm.ivar)).astype(np.float32)
    return whole


@pytest.mark.parametrize("snr", [0.1, 5, 100])
def test_noise_has_the_power_that_its_errors_say(snr):
    found = sky_lines.of(native(lambda wave: 1 + (wave - 6000) / 4000, 300, snr))

    assert np.mean(found["sky_line_power"]) == pytest.approx(1, abs=0.04)
    scatter = np.std(found["sky_line_power"])
    assert scatter == pytest.approx(np.median(found["sky_line_power_error"]), rel=0.25)
    assert np.std(found["sky_lines"] / found["sky_lines_error"]) == pytest.approx(1, abs=0.25)
    assert found["telluric_a_band"] == pytest.approx(1, abs=0.4)


@pytest.mark.parametrize("height", [-3.0, 2.0, 4.0])
def test_a_comb_is_found_with_its_sign_and_its_power(height):
    found = sky_lines.of(_comb(native(flat, 100), height))

    assert np.all(np.sign(found["sky_lines"]) == np.sign(height))
    assert np.abs(found["sky_lines"] / found["sky_lines_error"]).min() > 5
    assert np.min(found["sky_line_power"] - 1) > 5 * np.max(found["sky_line_power_error"]) * (
        0.3 if abs(height) < 3 else 1
    )


@pytest.mark.parametrize("at", [5578.89, 8401.48, 8829.52])
def test_an_objects_own_line_at_one_of_them_does_not_count(at):
    plain = sky_lines.of(native(flat, 50))
    found = sky_lines.of(_comb(native(flat, 50), 300.0, (at,)))

    change = found["sky_line_power"] / plain["sky_line_power"]
    assert np.abs(change - 1).max() < 0.1
    assert np.abs(found["sky_lines"] - plain["sky_lines"]).max() < 0.05


def test_too_small_errors_alone_are_no_residuals():
    whole = native(flat, 100)
    for arm in whole.arms:
        arm.ivar[:] *= 4

    assert np.mean(sky_lines.of(whole)["sky_line_power"]) == pytest.approx(1, abs=0.07)


def test_a_broken_telluric_correction_shows_in_its_band_alone():
    whole = native(flat, 20, snr=30)
    arm = whole.arms[2]
    band = (arm.wave > 7600) & (arm.wave < 7690)
    arm.flux[:, band] *= (1 + 0.2 * np.sin(arm.wave[band] * 2.1)).astype(np.float32)

    found = sky_lines.of(whole)

    assert found["telluric_a_band"].min() > 2
    assert found["telluric_b_band"].max() < 1.6
    assert np.mean(found["sky_line_power"]) == pytest.approx(1, abs=0.1)


def test_a_survey_that_sees_few_lines_has_no_power():
    whole = native(flat, 2)
    found = sky_lines.of(Native(whole.arms[:1], whole.z, ()))

    assert np.isnan(found["sky_line_power"]).all()
    assert np.isnan(found["telluric_a_band"]).all()


def test_at_each_line_real_spectra_are_noisier_than_beside_it(realdata: Path):
    noise: dict[str, list[Float]] = {}
    for shard in SURVEY.discover(tuple(sorted((realdata / "desi").glob("coadd*.fits")))):
        for arm in SURVEY.read(shard, ()).arms:
            live = np.mean(arm.ivar > 0, axis=1) > 0.5
            sigma = np.where(arm.ivar[live] > 0, arm.ivar[live], np.nan) ** -0.5
            noise.setdefault(arm.name, []).append(sigma / np.nanmedian(sigma, axis=1)[:, None])
            waves = arm.wave
            noise.setdefault(arm.name + " wave", []).append(waves)
    peaks = []
    for name in ("b", "r", "z"):
        wave = noise[name + " wave"][0]
        sigma = np.nanmedian(np.vstack(noise[name]), axis=0)
        for centre in sky_lines.LINES:
            away = wave - centre
            if wave[0] + 20 < centre < wave[-1] - 20:
                core = sigma[np.abs(away) < sky_lines.CORE].max()
                peaks.append(core / np.median(sigma[np.abs(away) < 20]))
    assert len(peaks) > 80
    assert np.mean(np.array(peaks) > 1.1) > 0.97


def test_real_coadds_have_no_great_residuals(realdata: Path):
    power = []
    for shard in SURVEY.discover(tuple(sorted((realdata / "desi").glob("coadd*.fits")))):
        spectra = SURVEY.read(shard, ())
        found = measure_all(Native(spectra.arms, spectra.z, SURVEY.arm_joins))
        power.append(found["sky_line_power"])
    known = np.concatenate(power)
    known = known[np.isfinite(known)]
    assert known.size >= 8
    assert np.median(known) < 1.6
    assert known.max() < 3.5
