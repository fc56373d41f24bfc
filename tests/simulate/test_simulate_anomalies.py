"""Every kind of anomaly can be found in the spectrum in the way that its strength says."""

from typing import Any

import numpy as np
import pytest

from catalog.errors import RecipeError
from catalog.simulate import INJECTABLE, KINDS, inject, instrument
from catalog.spectra import Arm, coadd

Z = 0.15


def _plant(hosts: Any, kind: Any, strength: Any, seed: Any = 1) -> Any:
    n = len(hosts.snr)
    given = np.full(n, float(strength))
    arms, detail = inject(hosts.arms, np.full(n, Z), kind, given, np.random.default_rng(seed))
    before, after = coadd(hosts.arms), coadd(arms)
    return before, after, detail


def _mean(arm: Any, start: Any, end: Any) -> Any:
    part = (arm.wave > start) & (arm.wave < end)
    weight = (arm.ivar > 0)[:, part]
    return (arm.flux[:, part] * weight).sum(axis=1) / weight.sum(axis=1)


def _width(before: Any, after: Any, line: Any, half: Any) -> Any:
    """Rest equivalent width of what was added around a rest wavelength."""
    part = np.abs(before.wave / (1 + Z) - line) < half
    good = (before.ivar > 0)[:, part]
    added = ((after.flux - before.flux)[:, part] * good).mean(axis=1) * part.sum() * 0.8
    level = np.median(before.flux[:, np.abs(before.wave / (1 + Z) - line) < 50], axis=1)
    return added / level / (1 + Z)


@pytest.mark.parametrize("strength", [100, 400, 1000])
def test_extreme_halpha_has_its_equivalent_width(hosts, strength):
    before, after, _ = _plant(hosts, "extreme_halpha", strength)
    assert np.median(_width(before, after, 6564.6, 12)) == pytest.approx(strength, rel=0.15)


@pytest.mark.parametrize("fwhm", [3000, 6000, 10_000])
def test_broad_lines_have_their_fwhm_and_width(hosts, fwhm):
    before, after, width = _plant(hosts, "broad_lines", fwhm)
    added = (after.flux - before.flux) / width[:, None]
    profile = np.median(added, axis=0)
    velocity = (before.wave / (1 + Z) / 6564.6 - 1) * 299_792.458
    near = np.abs(velocity) < 1.5 * fwhm
    smooth = np.convolve(profile[near], np.ones(41) / 41, mode="same")
    above = velocity[near][smooth > 0.5 * smooth.max()]
    assert np.ptp(above) == pytest.approx(fwhm, rel=0.15)
    measured = _width(before, after, 6564.6, 0.9 * fwhm / 299_792 * 6564.6)
    assert np.median(measured / width) == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("separation", [400, 800])
def test_double_peaked_lines_have_two_peaks_at_their_separation(hosts, separation):
    before, after, _ = _plant(hosts, "double_peaked", separation)
    added = np.median(after.flux - before.flux, axis=0)
    velocity = (before.wave / (1 + Z) / 5008.24 - 1) * 299_792.458
    blue, red = (velocity > -1500) & (velocity < 0), (velocity > 0) & (velocity < 1500)
    peaks = [velocity[part][np.argmax(added[part])] for part in (blue, red)]
    assert np.diff(peaks)[0] == pytest.approx(separation, rel=0.2)
    middle = added[np.abs(velocity) < 30].mean()
    assert middle < 0.85 * min(added[blue].max(), added[red].max())


@pytest.mark.parametrize("strength", [0.1, 0.5])
def test_a_supernova_has_its_share_of_the_flux_and_no_narrow_lines(hosts, strength):
    before, after, _ = _plant(hosts, "supernova", strength)
    added = np.median((after.flux - before.flux), axis=0)
    level = np.median(np.median(before.flux, axis=1))
    smooth = np.convolve(added, np.ones(25) / 25, mode="same")
    assert smooth.max() / level == pytest.approx(strength, rel=0.3)
    rest = before.wave / (1 + Z)
    silicon = smooth[np.abs(rest - 6130) < 20].mean()
    assert silicon < 0.8 * smooth[np.abs(rest - 5950) < 20].mean()


def test_a_blend_shows_lines_at_its_second_redshift(hosts):
    before, after, z_behind = _plant(hosts, "blend", 60)
    assert (z_behind > Z + 0.14).all()
    added = (after.flux - before.flux) * np.sqrt(before.ivar)
    for row, z in zip(added, z_behind, strict=True):
        found = 0
        for line in (3728.5, 4862.7, 5008.24, 6564.6):
            near = np.abs(before.wave / (1 + z) - line) < 4
            found += bool(near.any() and row[near].max() > 8)
        assert found >= 2


def test_a_star_shows_its_lines_at_rest(hosts):
    _, after, teff = _plant(hosts, "star_at_galaxy_z", 1.0)
    assert ((teff > 3500) & (teff < 9100)).all()
    warm = teff > 5000
    dip = _mean(after, 6558, 6571) / _mean(after, 6590, 6620)
    assert warm.any()
    assert (dip[warm] < 0.93).all()


def test_a_share_of_light_leaves_the_rest_to_the_host(hosts):
    before, whole, _ = _plant(hosts, "star_at_galaxy_z", 1.0, seed=8)
    _, part, _ = _plant(hosts, "star_at_galaxy_z", 0.6, seed=8)
    expected = 0.4 * _mean(before, 4000, 4400) + 0.6 * _mean(whole, 4000, 4400)
    np.testing.assert_allclose(_mean(part, 4000, 4400), expected, rtol=0.05)


@pytest.mark.parametrize("strength", [0.5, 2.0])
def test_a_quasar_shows_c_iii_and_mg_ii_at_its_redshift(hosts, strength):
    _, after, z = _plant(hosts, "quasar_at_galaxy_z", strength)
    contrast = [
        np.median(row[np.abs(after.wave / (1 + q) - 1908.7) < 10])
        / np.median(row[np.abs(after.wave / (1 + q) - 2010) < 20])
        for row, q in zip(after.flux, z, strict=True)
    ]
    assert np.median(contrast) > 1.05 + 0.2 * strength


def test_a_bal_quasar_has_a_trough_of_its_depth_blueward_of_c_iv(hosts):
    for depth in (0.5, 0.95):
        _, after, z = _plant(hosts, "bal_quasar", depth)
        lost = []
        for row, q in zip(after.flux, z, strict=True):
            rest = after.wave / (1 + q)
            smooth = np.convolve(row, np.ones(9) / 9, mode="same")
            trough = smooth[(rest > 1470) & (rest < 1535)].min()
            lost.append(1 - trough / np.median(row[(rest > 1680) & (rest < 1720)]))
        assert np.median(lost) > depth - 0.3


@pytest.mark.parametrize("strength", [30, 150])
def test_a_cataclysmic_variable_has_halpha_of_its_width(hosts, strength):
    _, after, _ = _plant(hosts, "cataclysmic", strength)
    part = np.abs(after.wave - 6564.6) < 70
    side = (np.abs(after.wave - 6564.6) > 80) & (np.abs(after.wave - 6564.6) < 140)
    level = np.median(after.flux[:, side], axis=1, keepdims=True)
    good = (after.ivar > 0)[:, part]
    width = ((after.flux[:, part] / level - 1) * good).sum(axis=1) * 0.8
    assert np.median(width) == pytest.approx(strength, rel=0.25)


def test_a_white_dwarf_has_broad_balmer_lines_that_grow_with_strength(hosts):
    depth = []
    for strength in (0.3, 1.5):
        _, after, _ = _plant(hosts, "white_dwarf", strength)
        depth.append(np.median(_mean(after, 4823, 4900) / _mean(after, 4945, 4980)))
    assert depth[1] < depth[0] < 1.0


def test_an_m_star_has_titanium_oxide_that_grows_with_strength(hosts):
    tio5 = []
    for strength in (0.5, 2.0):
        _, after, _ = _plant(hosts, "m_star", strength)
        tio5.append(np.median(_mean(after, 7128, 7137) / _mean(after, 7044, 7048)))
    assert tio5[1] < tio5[0] < 0.8


def test_a_carbon_star_has_swan_bands_that_grow_with_strength(hosts):
    index = []
    for strength in (0.5, 2.0):
        _, after, _ = _plant(hosts, "carbon_star", strength)
        index.append(np.median(_mean(after, 5028, 5165) / _mean(after, 5210, 5380)))
    assert index[1] < index[0] < 0.85


@pytest.mark.parametrize("step", [-0.4, 0.05, 0.3])
def test_an_arm_step_scales_the_blue_arm_alone(hosts, step):
    n = len(hosts.snr)
    arms, _ = inject(
        hosts.arms, np.full(n, Z), "arm_step", np.full(n, step), np.random.default_rng(0)
    )
    np.testing.assert_allclose(arms[0].flux, hosts.arms[0].flux * (1 + step), rtol=1e-5)
    np.testing.assert_allclose(arms[0].ivar, hosts.arms[0].ivar / (1 + step) ** 2, rtol=1e-5)
    for new, old in zip(arms[1:], hosts.arms[1:], strict=True):
        np.testing.assert_array_equal(new.flux, old.flux)


def test_an_arm_step_in_a_spectrum_of_one_arm_lies_at_5780(hosts):
    whole = coadd(hosts.arms)
    n = len(hosts.snr)
    (new,), _ = inject(
        (whole,), np.full(n, Z), "arm_step", np.full(n, 0.2), np.random.default_rng(0)
    )
    good = whole.ivar > 0
    ratio = np.divide(new.flux, whole.flux, out=np.ones_like(new.flux), where=good)
    np.testing.assert_allclose(ratio[:, whole.wave > 5780][:, 5:], 1, rtol=1e-4)
    blue = ratio[good & (whole.wave < 5779)[None, :]] - 1.2
    assert np.abs(np.median(blue)) < 1e-4


@pytest.mark.parametrize("n_pixels", [50, 200])
def test_a_bad_region_is_as_long_as_it_says_and_unmasked(hosts, n_pixels):
    n = len(hosts.snr)
    arms, centre = inject(
        hosts.arms, np.full(n, Z), "bad_region", np.full(n, float(n_pixels)),
        np.random.default_rng(4),
    )  # fmt: skip
    assert (centre < 0).any()
    assert (centre > 0).any()
    for i in range(n):
        touched = 0.0
        for new, old in zip(arms, hosts.arms, strict=True):
            np.testing.assert_array_equal(new.ivar, old.ivar)
            pull = (new.flux[i] - old.flux[i]) * np.sqrt(old.ivar[i])
            at = np.flatnonzero(pull)
            if at.size == 0:
                continue
            touched += np.ptp(at) + 1
            assert np.abs(new.wave[at].mean() - abs(centre[i])) < 4
            if centre[i] < 0:
                assert np.median(new.flux[i][at]) < 0
            else:
                assert np.std(pull[at]) == pytest.approx(10, rel=0.35)
        assert abs(touched - n_pixels) <= 6


def test_sky_residuals_are_a_comb_of_their_height_at_the_lines(hosts):
    n = len(hosts.snr)
    arms, _ = inject(
        hosts.arms, np.full(n, Z), "sky_residuals", np.full(n, 12.0), np.random.default_rng(4)
    )
    pull = (arms[2].flux - hosts.arms[2].flux) * np.sqrt(hosts.arms[2].ivar)
    first, last = instrument.ARM_PIXELS["z"]
    sky = instrument.SKY_LINES[first:last]
    live = (hosts.arms[2].ivar > 0).all(axis=0)
    assert 0.75 * 12 < np.median(pull[:, (sky > 30) & live]) <= 12
    assert np.abs(pull[:, sky < 0.01]).max() < 0.1


@pytest.mark.parametrize("kind", INJECTABLE)
def test_planting_leaves_its_input_and_dead_pixels_alone_and_repeats_with_its_seed(hosts, kind):
    n = len(hosts.snr)
    before = [(a.flux.copy(), a.ivar.copy()) for a in hosts.arms]
    strength = np.full(n, np.sqrt(KINDS[kind].low * KINDS[kind].high))
    one, _ = inject(hosts.arms, np.full(n, Z), kind, strength, np.random.default_rng(6))
    two, _ = inject(hosts.arms, np.full(n, Z), kind, strength, np.random.default_rng(6))
    for a, b, old, (flux, ivar) in zip(one, two, hosts.arms, before, strict=True):
        np.testing.assert_array_equal(a.flux, b.flux)
        np.testing.assert_array_equal(old.flux, flux)
        np.testing.assert_array_equal(old.ivar, ivar)
        assert (a.ivar[ivar == 0] == 0).all()
        assert np.isfinite(a.flux).all()
        assert np.isfinite(a.ivar).all()
        assert a.flux.dtype == a.ivar.dtype == np.float32


@pytest.mark.parametrize("kind", ["star_at_galaxy_z", "white_dwarf", "extreme_halpha"])
def test_noise_after_planting_is_what_ivar_says(hosts, kind):
    """Neighbouring pixels differ by √2 σ, before and after, away from lines."""
    n = len(hosts.snr)
    strength = np.full(n, 0.7 if kind == "star_at_galaxy_z" else KINDS[kind].low)
    planted, _ = inject(hosts.arms, np.full(n, Z), kind, strength, np.random.default_rng(2))
    for arms in (hosts.arms, planted):
        arm = arms[1]
        part = (arm.wave > 5990) & (arm.wave < 6230)
        flux, ivar = arm.flux[:, part].astype(float), arm.ivar[:, part].astype(float)
        good = (ivar[:, 1:] > 0) & (ivar[:, :-1] > 0)
        pull = np.diff(flux, axis=1)[good] * np.sqrt(ivar[:, 1:][good] / 2)
        assert 1.4826 * np.median(np.abs(pull)) == pytest.approx(1, abs=0.12)


def test_a_single_arm_of_another_survey_can_be_injected():
    wave = 10 ** np.arange(3.56, 3.99, 1e-4)
    rng = np.random.default_rng(0)
    ivar = np.full((2, wave.size), 4.0, dtype=np.float32)
    flux = (10 + rng.standard_normal((2, wave.size)) / 2).astype(np.float32)
    (new,), _ = inject(
        (Arm("all", wave, flux, ivar),), np.array([0.1, 0.2]), "extreme_halpha",
        np.array([200.0, 200.0]), rng,
    )  # fmt: skip
    top = wave[np.argmax(new.flux, axis=1)] / np.array([1.1, 1.2])
    assert all(np.min(np.abs(t - np.array([6564.6, 5008.24]))) < 3 for t in top)


@pytest.mark.parametrize("kind", ["wrong_redshift", "white_dwarff"])
def test_a_kind_that_cannot_be_planted_is_refused_by_name(hosts, kind):
    with pytest.raises(RecipeError, match="cannot be planted") as caught:
        inject(hosts.arms, np.full(10, Z), kind, np.ones(10), np.random.default_rng(0))
    assert kind in str(caught.value)


def test_every_kind_says_what_its_strength_means():
    assert len(KINDS) == 16
    for anomaly in KINDS.values():
        assert anomaly.meaning
        assert 0 < anomaly.low < anomaly.high
