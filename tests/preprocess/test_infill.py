"""Iterative PCA fills holes better than a straight line, and never touches good bins."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from catalog.preprocess import infill
from catalog.spectra import Array, Float

BINS = np.linspace(0, 1, 300)


def _curves(n: int, seed: int, noise: float = 0.02) -> tuple[Float, Float]:
    """Positive spectra of four factors with lines, and their noiseless truth."""
    rng = np.random.default_rng(seed)
    slope, line, absorption, step = rng.normal(0, 1, (4, n, 1))
    truth = 1 + 0.3 * slope * (BINS - 0.5)
    for centre in (0.2, 0.6, 0.9):  # several lines per factor: a hole over one is no secret
        truth += 0.2 * line * np.exp(-0.5 * ((BINS - centre) / 0.01) ** 2)
        truth -= 0.1 * absorption * np.exp(-0.5 * ((BINS - centre + 0.1) / 0.02) ** 2)
    truth += 0.1 * step * np.tanh((BINS - 0.45) / 0.02)
    truth *= rng.lognormal(0, 1, (n, 1))
    sigma = noise * truth.mean(axis=1, keepdims=True)
    return truth + rng.normal(0, 1, truth.shape) * sigma, truth


def _holes(shape: tuple[int, int], seed: int) -> Array:
    rng = np.random.default_rng(seed)
    holes = rng.random(shape) < 0.05
    for row, start in enumerate(rng.integers(0, shape[1] - 40, shape[0])):
        holes[row, start : start + 40] = True
    return holes


def test_filled_bins_beat_linear_interpolation_on_spectra_it_was_not_fitted_on():
    flux, _ = _curves(600, 1)
    model = infill.fit(flux, np.where(_holes(flux.shape, 2), 0.0, 1e4), 6)
    new, truth = _curves(200, 3)
    holes = _holes(new.shape, 4)
    ivar = np.where(holes, 0.0, 1 / (0.02 * truth.mean(axis=1, keepdims=True)) ** 2)

    filled = model.fill(np.where(holes, 0.0, new), ivar)
    line = np.stack(
        [
            np.interp(BINS, BINS[~h], f[~h])
            for h, f in zip(holes, np.where(holes, 0, new), strict=True)
        ]
    )

    scale = truth.mean(axis=1, keepdims=True)
    ours = np.sqrt(np.mean((((filled - truth) / scale)[holes]) ** 2))
    linear = np.sqrt(np.mean((((line - truth) / scale)[holes]) ** 2))
    assert ours < 0.4 * linear
    assert ours < 0.02  # the noise of one bin


@given(seed=st.integers(0, 20), scale=st.floats(1e-3, 1e3))
def test_good_bins_stay_and_the_fill_scales_with_the_flux(seed, scale):
    flux, _ = _curves(60, 7)
    model = infill.fit(flux, np.ones(flux.shape), 4)
    new, _ = _curves(5, seed)
    holes = _holes(new.shape, seed)
    ivar = np.where(holes, 0.0, 1.0)

    filled = model.fill(new, ivar)
    scaled = model.fill(new * scale, ivar / scale**2)

    assert np.array_equal(filled[~holes], new[~holes])
    assert np.allclose(scaled, filled * scale, rtol=1e-4, atol=1e-4 * scale)


def test_a_spectrum_without_any_data_stays_zero():
    flux, _ = _curves(30, 1)
    model = infill.fit(flux, np.ones(flux.shape), 4)

    assert not model.fill(flux[:1], np.zeros((1, 300))).any()


def test_a_few_good_bins_give_a_typical_spectrum_not_a_wild_one():
    flux, _ = _curves(300, 1)
    model = infill.fit(flux, np.ones(flux.shape), 6)
    new, truth = _curves(50, 9)
    ivar = np.zeros(new.shape)
    ivar[:, 10:14] = 100.0

    filled = model.fill(new, ivar)

    assert np.abs(filled / truth.mean(axis=1, keepdims=True) - 1).max() < 3


def test_one_spectrum_is_enough_to_fit():
    flux, _ = _curves(1, 1)
    ivar = np.ones(flux.shape)
    ivar[0, 50:60] = 0

    filled = infill.fit(flux, ivar, 10).fill(flux, ivar)

    assert np.isfinite(filled).all()


def test_unit_norm_has_norm_one_and_gives_back_the_flux():
    flux, _ = _curves(20, 5)
    flux = np.vstack([flux, np.zeros(300)])

    unit, norm = infill.unit_norm(flux)

    assert np.allclose(np.linalg.norm(unit[:-1], axis=1), 1)
    assert np.allclose(unit * norm[:, None], flux)


@given(seed=st.integers(0, 10_000), share=st.floats(0.0, 0.98))
def test_the_start_of_the_iteration_is_numpys_interpolation(seed, share):
    rng = np.random.default_rng(seed)
    flux = rng.normal(size=(5, 40))
    holes = rng.random(flux.shape) < share
    holes[np.arange(5), rng.integers(0, 40, 5)] = False
    bins = np.arange(40)
    expected = [
        np.interp(bins, bins[~bad], row[~bad]) for row, bad in zip(flux, holes, strict=True)
    ]
    np.testing.assert_allclose(infill._interpolate(flux, holes), expected, atol=1e-12)
