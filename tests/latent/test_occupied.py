"""A point is outside where real spectra do not surround it, whatever each dimension says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.latent import occupied as module
from catalog.latent.occupied import occupied


@pytest.mark.parametrize("n_dimensions", [1, 2, 6])
def test_one_in_a_hundred_real_spectra_is_outside(n_dimensions):
    rng = np.random.default_rng(3)
    scales = rng.uniform(0.2, 3, n_dimensions)
    region = occupied(rng.normal(size=(8_000, n_dimensions)) * scales, 1)
    fresh = rng.normal(size=(8_000, n_dimensions)) * scales
    assert 0.004 < region.outside(fresh).mean() < 0.02
    assert region.outside(np.full((1, n_dimensions), 30.0)).all()
    assert not region.outside(region.mean[None]).any()


def test_a_hole_in_the_middle_is_outside_though_every_dimension_has_such_values():
    angle = np.random.default_rng(4).uniform(0, 2 * np.pi, 5_000)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    region = occupied(ring + np.random.default_rng(5).normal(0, 0.02, ring.shape), 1)
    assert ((region.low < 0) & (region.high > 0)).all()
    assert region.outside(np.zeros((1, 2))).all()
    assert not region.outside(np.array([[1.0, 0.0]])).any()


def test_correlated_dimensions_allow_only_what_occurs_together():
    rng = np.random.default_rng(6)
    first = rng.normal(size=6_000)
    latent = np.stack([first, first + rng.normal(0, 0.1, first.size)], axis=1)
    region = occupied(latent, 1)
    both = np.array([[1.5, 1.5], [1.5, -1.5]])
    assert ((both > region.low) & (both < region.high)).all()
    assert region.outside(both).tolist() == [False, True]


@given(st.integers(0, 2**32 - 1), st.integers(3, 60), st.integers(1, 4))
@settings(max_examples=25, deadline=None)
def test_a_region_of_few_spectra_is_still_one(seed, n, n_dimensions):
    latent = np.random.default_rng(seed).normal(size=(n, n_dimensions))
    region = occupied(latent, seed)
    assert np.isfinite([region.radius, region.reach]).all()
    assert region.outside(latent).mean() <= 0.5


def test_a_dimension_that_is_not_used_makes_nothing_outside():
    rng = np.random.default_rng(7)
    latent = rng.normal(size=(4_000, 2)) * (1.0, 1e-6)
    region = occupied(latent, 1)
    assert not region.outside(np.array([[0.0, 1e-3]])).any()
    still = occupied(np.zeros((50, 2)), 1)
    assert not still.outside(np.zeros((1, 2))).any()


def test_a_sample_gives_nearly_the_same_region(monkeypatch):
    latent = np.random.default_rng(8).normal(size=(6_000, 3))
    whole = occupied(latent, 1)
    monkeypatch.setattr(module, "SAMPLE", 2_000)
    part = occupied(latent, 1)
    points = np.random.default_rng(9).normal(0, 1.7, (2_000, 3))
    assert (whole.outside(points) == part.outside(points)).mean() > 0.93
    assert part.radius == pytest.approx(whole.radius, rel=0.05)
    assert np.array_equal(part.outside(points), occupied(latent, 1).outside(points))
