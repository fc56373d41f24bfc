"""Ten principal components, and steps between arms."""

from dataclasses import replace

import numpy as np
import pytest
from tests.scores.samples import N, sample

from catalog.scores.arm_step import arm_step
from catalog.scores.pca_chi2 import pca_chi2


def test_pca_chi2_is_that_of_a_plain_weighted_fit_by_ten_components():
    whole = sample()
    e = whole.encodings
    design = whole.basis.components.astype(np.float64).T

    value = pca_chi2(whole)

    for i in (0, 17, 200):
        good = e.ivar[i] > 0
        root = np.sqrt(e.ivar[i, good].astype(np.float64))
        off = root * (e.flux[i, good].astype(np.float64) - whole.basis.mean[good])
        _, left, *_ = np.linalg.lstsq(root[:, None] * design[good], off, rcond=None)
        assert value[i] == pytest.approx(left[0] / good.sum(), rel=2e-3)


def test_pca_chi2_uses_ten_components_however_many_there_are():
    whole = sample()
    basis = whole.basis
    rng = np.random.default_rng(0)
    more = np.linalg.qr(np.vstack([basis.components, rng.normal(size=(5, 200))]).T)[0].T[10:]
    longer = replace(
        basis,
        components=np.vstack([basis.components, more]).astype(np.float32),
        variances=np.append(basis.variances, np.full(5, 0.01)).astype(np.float32),
    )

    assert np.array_equal(pca_chi2(replace(whole, basis=longer)), pca_chi2(whole))


def test_arm_step_is_as_unusual_up_as_down():
    sigma = np.append([5.0, -5.0, np.nan], np.zeros(N - 3))

    value = arm_step(replace(sample(), measures={"arm_step_sigma": sigma}))

    assert value[:2].tolist() == [25, 25]
    assert np.isnan(value[2])


def test_a_survey_of_one_arm_has_no_steps():
    value = arm_step(replace(sample(), measures={}))

    assert value.shape == (N,)
    assert np.isnan(value).all()
