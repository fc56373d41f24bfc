import numpy as np
import pytest
from scipy.integrate import quad

from catalog.explain import fitting

WAVE = np.linspace(4000.0, 4400.0, 101)


def test_fits_equal_ordinary_least_squares_row_by_row():
    rng = np.random.default_rng(3)
    design = np.stack([np.ones(101), WAVE - 4200, fitting.gaussian(WAVE, 4210.0, 9.0)])
    weight, data = rng.uniform(0, 5, (7, 101)), rng.normal(size=(7, 101))
    weight[:, 20:30] = 0
    result = fitting.fit(design, weight, data)
    for row in range(7):
        root = np.sqrt(weight[row])
        wanted, left, *_ = np.linalg.lstsq((design * root).T, data[row] * root, rcond=None)
        covariance = np.linalg.inv((design * weight[row]) @ design.T)
        np.testing.assert_allclose(result.coefficients[row], wanted, rtol=1e-8)
        np.testing.assert_allclose(result.covariance[row], covariance, rtol=1e-7)
        assert result.drop[row] == pytest.approx((weight[row] * data[row] ** 2).sum() - left[0])


def test_a_spectrum_without_data_has_no_significance():
    design = np.stack([np.ones(101), WAVE])
    result = fitting.fit(design, np.zeros((2, 101)), np.ones((2, 101)))
    assert result.significance(1).tolist() == [0.0, 0.0]
    value, error = result.at(np.ones((2, 2)))
    assert value.tolist() == [0.0, 0.0]
    assert np.isinf(error).all()


def test_parameters_that_cannot_be_told_apart_have_no_significance():
    weight = np.zeros((1, 101))
    weight[0, 5] = 1.0
    result = fitting.fit(np.stack([np.ones(101), WAVE - 4200]), weight, np.ones((1, 101)))
    assert result.significance(0)[0] == 0.0
    assert result.drop[0] == 0.0


def test_no_spectra_give_no_fits():
    assert fitting.fit(np.ones((2, 101)), np.ones((0, 101)), np.ones((0, 101))).drop.size == 0


@pytest.mark.parametrize("sigma", [0.5, 3.0, 40.0])
def test_a_profile_is_the_mean_of_the_gaussian_over_each_bin(sigma):
    def density(x: float) -> float:
        return float(np.exp(-0.5 * ((x - 4201.0) / sigma) ** 2) / sigma / np.sqrt(2 * np.pi))

    profile = fitting.gaussian(WAVE, 4201.0, sigma)
    for index in (45, 50, 51, 60):
        low, high = WAVE[index] - 2, WAVE[index] + 2
        assert profile[index] == pytest.approx(quad(density, low, high)[0] / 4, rel=1e-6, abs=1e-14)


def test_the_width_of_a_line_is_its_fwhm_in_velocity():
    assert fitting.sigma_of(5000.0, 2.354820045 * 299.792458) == pytest.approx(5.0)
