"""Steps at arm joins: right in size and sign, silent on ordinary spectra, NaN if unmeasurable."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.measures import Expected
from catalog.measures import _curve as curve
from catalog.measures import _steps as module
from catalog.measures._steps import arm_steps
from catalog.spectra import Arm, Float
from catalog.surveys.desi import SURVEY

JOINS = SURVEY.arm_joins
WAVE = {
    "b": 3600 + 0.8 * np.arange(2751),
    "r": 3600 + 0.8 * np.arange(2700, 5026),
    "z": 3600 + 0.8 * np.arange(4900, 7781),
}


def _continuum(wave: Float, n: int) -> Float:
    """Smooth spectra (n, L) of different slope and curvature."""
    x, slope = (wave - 6500) / 3000, np.linspace(-0.4, 0.4, n)[:, None]
    return 10 + 10 * slope * x + 2 * np.cos(3 * x + slope)


def _observe(
    light, n: int, snr: float, seed: int = 0, factors: tuple[float, ...] = (1, 1, 1)
) -> tuple[Arm, ...]:
    """Observe light(wave, n) with DESI's arms at an S/N per pixel, each arm off by its factor."""
    rng = np.random.default_rng(seed)
    arms = []
    for (name, wave), factor in zip(WAVE.items(), factors, strict=True):
        flux = light(wave, n)
        sigma = np.median(flux, axis=1, keepdims=True) / snr * np.ones_like(flux)
        seen = factor * (flux + sigma * rng.standard_normal(flux.shape))
        ivar = 1 / (factor * sigma) ** 2
        arms.append(Arm(name, wave, seen.astype(np.float32), ivar.astype(np.float32)))
    return tuple(arms)


def _rows(arms: tuple[Arm, ...], rows) -> tuple[Arm, ...]:
    return tuple(replace(a, flux=a.flux[rows], ivar=a.ivar[rows]) for a in arms)


@pytest.mark.parametrize("size", [-0.2, 0.05, 0.3])
@pytest.mark.parametrize(("arm", "sign"), [(0, -1), (1, 1), (2, 0)], ids=["b", "r", "z"])
def test_a_planted_step_is_found_with_its_size_and_sign(size, arm, sign):
    factors = tuple(1 + size if i == arm else 1.0 for i in range(3))

    found = arm_steps(_observe(_continuum, 200, 30, factors=factors), JOINS, np.zeros(200))

    step = size / (1 + size / 2)
    wanted = np.array([sign * step, {0: 0.0, 1: -step, 2: step}[arm]])
    assert np.abs(np.mean(found.step, axis=0) - wanted).max() < 0.006
    assert np.abs((found.step - wanted) / found.error).max() < 4


@pytest.mark.parametrize("snr", [3, 10, 30])
def test_smooth_spectra_without_a_step_scatter_by_no_more_than_their_errors(snr):
    found = arm_steps(_observe(_continuum, 600, snr), JOINS, np.zeros(600))

    assert np.all(found.significance.std(axis=0) < 1.1)
    assert np.percentile(np.abs(found.significance), 99) < 2.8


def test_ten_per_cent_at_snr_20_is_found_in_over_95_per_cent_at_1_per_cent_false_alarms():
    z = np.zeros(400)
    null = np.abs(arm_steps(_observe(_continuum, 400, 20, 1), JOINS, z).significance)

    found = arm_steps(_observe(_continuum, 400, 20, 2, (1.1, 1, 1.1)), JOINS, z)

    threshold = np.percentile(null, 99, axis=0)
    assert np.all(np.mean(np.abs(found.significance) > threshold, axis=0) > 0.95)


@given(snr=st.floats(100, 1e5), size=st.floats(-0.005, 0.005))
def test_an_ordinary_calibration_difference_is_not_significant_in_any_light(snr, size):
    found = arm_steps(_observe(_continuum, 3, snr, 0, (1, 1 + size, 1)), JOINS, np.zeros(3))

    assert np.abs(found.significance).max() < 1.1


@pytest.mark.parametrize("at", [5757.0, 5780.0, 5803.0])
@pytest.mark.parametrize("width", [2.0, 6.0])
def test_an_emission_line_at_the_join_is_not_a_step(at, width):
    def light(wave: Float, n: int) -> Float:
        return _continuum(wave, n) + 60 * np.exp(-0.5 * ((wave - at) / width) ** 2)

    found = arm_steps(_observe(light, 200, 15), JOINS, np.zeros(200))

    assert np.abs(found.significance[:, 0]).max() < 4.5
    assert np.median(np.abs(found.step[:, 0])) < 0.02


def _galaxy(wave: Float, n: int, z: float = 0.445) -> Float:
    """Give a spectrum that rises by half at 4000 Å in the rest frame, with lines all over."""
    rest = wave / (1 + z)
    lines = sum(np.exp(-0.5 * ((rest - c) / 4) ** 2) for c in np.arange(3200, 7000, 37.0))
    return (10 + 5 / (1 + np.exp((4000 - rest) / 5))) * (1 - 0.2 * lines) + np.zeros((n, 1))


def test_a_break_at_the_join_is_no_step_where_it_is_expected():
    rest = np.arange(2000, 7500, 4.0)
    expected = Expected(rest, _galaxy(rest, 200, 0.0))
    z = np.full(200, 0.445)

    plain = arm_steps(_observe(_galaxy, 200, 20), JOINS, z)
    informed = arm_steps(_observe(_galaxy, 200, 20), JOINS, z, expected)

    assert np.abs(informed.significance[:, 0]).max() < 4.5
    variances = (np.median(found.error[:, 0]) ** 2 for found in (informed, plain))
    assert next(variances) - module.FLOOR**2 < 0.6 * (next(variances) - module.FLOOR**2)
    # Unexpected, it is told by the overlap, which has no step.
    assert np.median(np.abs(plain.significance[:, 0])) < 3


def test_a_step_is_found_in_what_is_not_smooth_but_expected():
    rest = np.arange(2000, 7500, 4.0)
    arms = _observe(_galaxy, 200, 20, 3, (0.9, 1, 1))

    found = arm_steps(arms, JOINS, np.full(200, 0.445), Expected(rest, _galaxy(rest, 200, 0.0)))

    assert np.abs(np.mean(found.step[:, 0]) - 0.1 / 0.95) < 0.01
    assert np.mean(found.significance[:, 0] > 3) > 0.95


def test_without_a_redshift_nothing_is_expected():
    arms, rest = _observe(_galaxy, 4, 20), np.arange(2000, 7500, 4.0)
    z = np.array([0.445, np.nan, 0.445, np.nan])

    informed = arm_steps(arms, JOINS, z, Expected(rest, _galaxy(rest, 4, 0.0)))
    plain = arm_steps(arms, JOINS, z)

    same = np.isclose(informed.step, plain.step)[:, 0]
    assert np.array_equal(same, np.isnan(z))


def test_an_overlap_alone_gives_the_weighted_mean_difference():
    rng = np.random.default_rng(4)
    wave = 5000 + 0.8 * np.arange(60)
    flux = rng.normal(10, 0.1, (2, 1, 60))
    ivar = rng.uniform(90, 110, (2, 1, 60))
    # Arms so short beyond their overlap that no curve can be fitted.
    blue = Arm("b", wave[:50], flux[0, :, :50], ivar[0, :, :50])
    red = Arm("r", wave[10:] + 1e-9, flux[1, :, 10:], ivar[1, :, 10:])

    found = arm_steps((blue, red), [(wave[10], wave[49])], np.zeros(1))

    total = weights = level = 0.0
    for i in range(10, 50):
        weight = 1 / (1 / ivar[0, 0, i] + 1 / ivar[1, 0, i])
        total += weight * (flux[1, 0, i] - flux[0, 0, i])
        level += weight * (flux[1, 0, i] + flux[0, 0, i]) / 2
        weights += weight
    assert found.step[0, 0] == pytest.approx(total / level, rel=1e-9)
    assert found.error[0, 0] == pytest.approx(
        np.hypot(np.sqrt(weights) / level, module.FLOOR), rel=0.15
    )


def test_arms_that_do_not_overlap_are_compared_by_their_curves():
    arms = _observe(_continuum, 200, 20, 5, (1, 1.1, 1))
    blue, red = arms[0], arms[1]
    short = replace(blue, wave=blue.wave[:-80], flux=blue.flux[:, :-80], ivar=blue.ivar[:, :-80])

    found = arm_steps((short, red), [(float(short.wave[-1]), float(red.wave[0]))], np.zeros(200))

    assert np.mean(found.step) == pytest.approx(0.1 / 1.05, abs=0.01)


def test_cosmic_rays_in_the_overlap_make_no_step():
    arms = _observe(_continuum, 100, 20, 6)
    arms[0].flux[:, [-45, -30, -29, -3]] += 500.0

    found = arm_steps(arms, JOINS, np.zeros(100))

    assert np.abs(found.significance[:, 0]).max() < 4


def test_a_survey_of_one_arm_has_no_step():
    found = arm_steps(_observe(_continuum, 3, 10)[1:2], JOINS, np.zeros(3))

    assert np.isnan(found.step).all()
    assert np.isnan(found.significance).all()
    assert found.step.shape == (3, 2)


def test_a_dead_arm_leaves_its_own_joins_unmeasured_and_no_other():
    arms = _observe(_continuum, 3, 10)
    arms[0].ivar[1] = 0.0

    found = arm_steps(arms, JOINS, np.zeros(3))

    assert np.array_equal(np.isnan(found.step), [[False, False], [True, False], [False, False]])
    assert np.array_equal(np.isnan(found.error), np.isnan(found.step))


@pytest.mark.parametrize(("n_good", "measured"), [(9, False), (10, True)])
def test_a_step_needs_ten_good_pixels_of_the_overlap_where_there_is_no_curve(n_good, measured):
    arms = _observe(lambda wave, n: np.full((n, wave.size), 10.0), 1, 1e6)
    arms[0].ivar[:, : -50 + n_good - 1] = 0.0
    arms[0].ivar[:, -51:] = 0.0
    arms[0].ivar[:, -51 : -51 + n_good] = 1e6

    found = arm_steps(arms, JOINS[:1], np.zeros(1))

    assert np.isfinite(found.step[0, 0]) == measured


@given(scale=st.floats(1e-6, 1e6), seed=st.integers(0, 5))
def test_the_unit_of_flux_does_not_matter(scale, seed):
    arms = _observe(_continuum, 3, 8, seed, (1.2, 1, 1))
    scaled = tuple(replace(a, flux=a.flux * scale, ivar=a.ivar / scale**2) for a in arms)

    before, after = (arm_steps(a, JOINS, np.zeros(3)) for a in (arms, scaled))

    assert np.allclose(before.step, after.step, rtol=1e-3, atol=1e-6)
    assert np.allclose(before.error, after.error, rtol=1e-3)


def test_a_spectrum_is_measured_the_same_in_any_company(monkeypatch):
    arms, rest = _observe(_galaxy, 23, 10, 7), np.arange(2000, 7500, 4.0)
    expected = Expected(rest, _galaxy(rest, 23, 0.0))
    z = np.full(23, 0.445)
    whole = arm_steps(arms, JOINS, z, expected)

    monkeypatch.setattr(module, "_CHUNK", 5)
    chunks = arm_steps(arms[::-1], JOINS, z, expected)
    alone = arm_steps(_rows(arms, [11]), JOINS, z[:1], Expected(rest, expected.flux[[11]]))

    assert np.allclose(whole.step, chunks.step, rtol=1e-9)
    assert np.allclose(whole.step[[11]], alone.step, rtol=1e-9)


def test_negative_flux_gives_finite_answers():
    arms = _observe(_continuum, 60, 10, 8)
    faint = tuple(replace(a, flux=a.flux - np.float32(12.0)) for a in arms)

    found = arm_steps(faint, JOINS, np.zeros(60))

    assert np.isfinite(found.step).all()
    assert np.abs(found.significance).max() < 4.5


def test_the_curves_sum_to_a_matern_process():
    x = np.linspace(-0.8, 0.8, 41)
    modes = curve._modes(x)

    covariance = modes.T @ modes

    away = np.sqrt(3) * np.abs(x[:, None] - x) / curve._LENGTH
    assert np.abs(covariance - (1 + away) * np.exp(-away)).max() < 0.12


def test_no_real_desi_spectrum_has_a_step(realdata: Path):
    paths = tuple(sorted((realdata / "desi").glob("*.fits")))
    n_measured = 0
    for shard in SURVEY.discover(paths):
        spectra = SURVEY.read(shard, ())
        found = arm_steps(spectra.arms, SURVEY.arm_joins, spectra.z).significance
        live = np.stack([(arm.ivar > 0).any(axis=1) for arm in spectra.arms], axis=1).all(axis=1)
        assert np.array_equal(np.isfinite(found).all(axis=1), live)
        assert np.all(np.abs(found[live]) < 5)
        n_measured += int(live.sum())
    assert n_measured >= 12
