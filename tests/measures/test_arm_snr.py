"""Signal-to-noise ratio per arm, against numpy's own median."""

import numpy as np
import pytest
from tests.measures.spectra import flat, native

from catalog.measures import arm_snr


def test_it_is_the_median_over_the_good_pixels():
    whole = native(flat, 5, snr=7)
    rng = np.random.default_rng(2)
    for arm in whole.arms:
        arm.ivar[rng.uniform(size=arm.ivar.shape) < 0.3] = 0.0

    found = arm_snr.of(whole)

    for arm in whole.arms:
        ratio = np.where(arm.ivar > 0, arm.flux * np.sqrt(arm.ivar), np.nan)
        assert np.allclose(found[f"snr_{arm.name}"], np.nanmedian(ratio, axis=1))


def test_noise_alone_gives_zero():
    found = arm_snr.of(native(np.zeros_like, 50))

    assert np.abs(found["snr_r"]).max() < 0.1


def test_an_arm_that_is_not_there_has_none():
    whole = native(flat, 2)

    found = arm_snr.of(type(whole)(whole.arms[:2], whole.z, whole.joins))

    assert np.isnan(found["snr_z"]).all()
    assert found["snr_b"] == pytest.approx(20, rel=0.05)
