"""What is expected of a strange spectrum is the ordinary one under what is strange."""

import numpy as np
import pytest

from catalog import basis
from catalog.expected import expected

N_BINS = 400
WAVE = np.linspace(4000.0, 7000.0, N_BINS)


def _line(centre: float, width: float = 15.0):
    return np.exp(-0.5 * ((WAVE - centre) / width) ** 2)


def _ordinary(n: int, seed: int):
    """Continua of two slopes with two lines whose strengths vary together, and their noise."""
    rng = np.random.default_rng(seed)
    slope, strength = rng.normal(0, 0.2, (n, 1)), rng.lognormal(-1.5, 0.4, (n, 1))
    x = (WAVE - 5500) / 1500
    flux = 1 + slope * x + strength * (_line(6560) + 0.5 * _line(4860))
    return flux + rng.normal(0, 0.03, flux.shape), np.full(flux.shape, 1 / 0.03**2)


def _normalised(flux, ivar):
    norm = np.linalg.norm(flux, axis=1, keepdims=True)
    return (flux / norm).astype(np.float32), (ivar * norm**2).astype(np.float32), norm


@pytest.fixture(scope="module")
def model():
    flux, ivar, _ = _normalised(*_ordinary(2000, 1))
    return basis.fit(flux, ivar, 4, 0.02)


def _chi2(flux, ivar, found):
    weight = basis.total_weight(ivar, found.scatter)
    return (weight * (flux - found.flux) ** 2).sum(axis=1) / N_BINS


def test_ordinary_spectra_are_expected_as_they_are(model):
    flux, ivar, _ = _normalised(*_ordinary(500, 2))
    found = expected(model, flux, ivar)
    assert np.median(_chi2(flux, ivar, found)) == pytest.approx(1.0, abs=0.05)
    assert np.quantile(_chi2(flux, ivar, found), 0.99) < 1.3
    assert np.median(found.agrees) > 0.97


@pytest.mark.parametrize("height", [3.0, 30.0], ids=["extreme line", "line that takes the norm"])
def test_an_extreme_line_leaves_the_continuum_where_it_was(model, height):
    plain, ivar = _ordinary(200, 3)
    strange, ivar, norm = _normalised(plain + height * _line(6560), ivar)
    found = expected(model, strange, ivar)
    off = np.abs(WAVE - 6560) > 100
    truth = (plain / norm)[:, off]
    error = np.abs(found.flux[:, off] - truth).mean(axis=1) / truth.mean(axis=1)
    assert np.median(error) < 0.03  # 0.024 is the noise of `truth`
    least_squares = model.reconstruct(model.coefficients(strange, ivar))[:, off]
    plainly = np.abs(least_squares - truth).mean(axis=1) / truth.mean(axis=1)
    assert np.median(plainly) > 1.5 * np.median(error)
    # The line stands out whole: hardly any of it is expected.
    at = np.argmin(np.abs(WAVE - 6560))
    drawn = (found.flux[:, at] * norm[:, 0]) - 1
    assert np.median(drawn) < 0.35 * height


def test_a_spectrum_without_data_is_expected_to_be_the_mean(model):
    found = expected(model, np.zeros((2, N_BINS), np.float32), np.zeros((2, N_BINS), np.float32))
    np.testing.assert_allclose(found.flux, np.stack([model.mean] * 2), rtol=1e-6)
    assert (found.agrees == 0).all()


def test_bins_without_data_do_not_matter(model):
    flux, ivar, _ = _normalised(*_ordinary(20, 4))
    ivar[:, 50:90] = 0
    spoilt = flux.copy()
    spoilt[:, 50:90] = 7.0
    one, other = expected(model, flux, ivar), expected(model, spoilt, ivar)
    # The running median that the fit starts from sees them; its end does not.
    np.testing.assert_allclose(one.flux, other.flux, rtol=0.02, atol=2e-4)


def test_a_spectrums_expectation_does_not_depend_on_the_others(model):
    flux, ivar, _ = _normalised(*_ordinary(5, 5))
    together = expected(model, flux, ivar).flux
    alone = np.concatenate([expected(model, flux[[i]], ivar[[i]]).flux for i in range(5)])
    np.testing.assert_allclose(together, alone, rtol=1e-5, atol=1e-7)
