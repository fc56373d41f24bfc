"""Simulated high-resolution spectra: what is planted is there, and as much of it as is said."""

import numpy as np
import pytest

from catalog.simulate import high_resolution as simulated

N_BINS = 2048


@pytest.fixture(scope="module")
def drawn():
    return simulated.draw(400, N_BINS, 3)


def clean(**changes):
    """One spectrum without noise; factors are in deviations from their means."""
    wave = simulated.grid(N_BINS)
    factors = {
        name: np.array([mean + changes.get(name, 0.0) * deviation])
        for name, (mean, deviation, _) in simulated.LABELS.items()
    }
    return next(simulated._clean(simulated.sky(wave, 3), wave, factors))


def test_the_same_seed_gives_the_same_bytes_and_another_another():
    first, second, other = (simulated.draw(3, 500, seed) for seed in (1, 1, 2))

    assert first.flux.tobytes() == second.flux.tobytes()
    assert first.flux.tobytes() != other.flux.tobytes()


def test_noise_is_as_large_as_its_inverse_variance_says(drawn):
    wave = simulated.grid(N_BINS)
    shared = simulated.sky(wave, 3)
    truth = np.array([*simulated._clean(shared, wave, drawn.factors)])

    chi2 = ((drawn.flux - truth) ** 2 * drawn.ivar).mean()

    assert chi2 == pytest.approx(1.0, abs=0.01)


def test_labels_tell_of_their_factors_what_is_said_and_nothing_of_others():
    found = simulated._factors(200_000, np.random.default_rng(1))
    factors, labels = found
    names = list(factors)
    table = np.array([*factors.values(), *labels.values()])
    correlation = np.corrcoef(table)[:3, 3:]

    np.testing.assert_allclose(correlation, simulated.CORRELATION * np.eye(3), atol=0.01)
    told = -0.5 * np.log(1 - correlation[0, 0] ** 2)
    assert told == pytest.approx(simulated.information(), abs=0.05)
    assert names == list(simulated.LABELS)


def test_radial_velocity_moves_the_stars_lines_and_not_the_airs():
    wave = simulated.grid(N_BINS)
    shared = simulated.sky(wave, 3)
    moved, still = clean(radial_velocity=2.0), clean(radial_velocity=-2.0)
    air = np.interp(np.log(wave), shared.log_wave, shared.telluric)
    deviation = simulated.LABELS["radial_velocity"][1]
    shift = 4 * deviation / simulated.SPEED_OF_LIGHT_KM_S

    star, before = (-np.log(flux / _blaze(wave)) - air for flux in (moved, still))

    again = np.interp(wave, wave * (1 + shift), before)
    inside = slice(50, -50)
    assert np.abs(star - again)[inside].max() < 0.02 * star.max()
    assert np.abs(star - before)[inside].max() > 0.3 * star.max()


def _blaze(wave):
    half = (wave[-1] - wave[0]) / 2
    return 1.0 - 0.2 * ((wave - wave[0]) / half - 1.0) ** 2


def test_water_deepens_the_airs_lines_alone_and_temperature_the_stars():
    wave = simulated.grid(N_BINS)
    shared = simulated.sky(wave, 3)
    air = np.interp(np.log(wave), shared.log_wave, shared.telluric) > 1e-3

    wet = np.abs(clean(water=1.0) / clean() - 1)
    hot = np.abs(clean(teff=1.0) / clean() - 1)

    assert air.any()
    assert not air.all()
    assert wet[~air].max() < 1e-3
    assert wet[air].max() > 0.05
    assert hot[~air].max() > 0.02


def test_the_full_length_is_that_of_harps():
    wave = simulated.grid(simulated.FULL)

    assert wave[0] == 3785.0
    assert wave[-1] == pytest.approx(6915.0, abs=0.02)
    np.testing.assert_allclose(np.diff(wave), 0.01, rtol=1e-6)
