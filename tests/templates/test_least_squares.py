"""Fits by elimination and with positive weights agree with plain solvers."""

import numpy as np
import pytest
import scipy.optimize

from catalog.templates import fit
from catalog.templates.least_squares import chi2_of_fits


def test_chi2_of_many_fits_is_that_of_plain_weighted_fits():
    rng = np.random.default_rng(4)
    templates = rng.normal(size=(9, 150))
    flux, weight = rng.normal(size=(150, 7)), rng.uniform(0, 2, (150, 7))
    square = (weight * flux**2).sum(axis=0)

    value = chi2_of_fits(templates, weight, weight * flux, square)

    for i in range(7):
        root = np.sqrt(weight[:, i])
        _, left, *_ = np.linalg.lstsq((templates * root).T, root * flux[:, i], rcond=None)
        assert value[i] == pytest.approx(left[0], rel=1e-4)


def test_weights_are_positive_but_for_the_free_rows():
    rng = np.random.default_rng(1)
    design = rng.normal(size=(8, 300))
    weight = rng.uniform(0.1, 2, 300)
    flux = design.T @ np.array([-2.0, 1.0, 3.0, 0.0, 0.0, 1.0, 0.0, -0.5]) + rng.normal(size=300)

    found = fit.solve(fit.Target(flux, weight), design, 2)

    root = np.sqrt(weight)
    low = np.array([-np.inf] * 2 + [0.0] * 6)
    wanted = scipy.optimize.lsq_linear((design * root).T, flux * root, bounds=(low, np.inf)).x
    assert found == pytest.approx(wanted, abs=1e-4)


def test_minima_are_the_deepest_first_and_lie_apart():
    chi2 = np.array([5.0, 1.0, 2.0, 1.5, 9.0, 9.0, 3.0, 9.0, 0.5, 4.0])
    assert fit.minima(chi2, 2, 3).tolist() == [8, 1]
    assert fit.minima(chi2, 9, 1).tolist() == [8, 1, 3, 6]
    assert fit.minima(chi2[:0], 9, 1).size == 0
