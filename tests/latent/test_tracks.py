"""What lies along a track is what a search through everything finds; stacks are plain means."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.latent import tracks


def names(n):
    return np.array([f"t{i:04d}" for i in range(n)], dtype=object)


@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.floats(0.05, 3))
def test_nearest_and_all_within_the_radius_are_found(seed, n, radius):
    rng = np.random.default_rng(seed)
    pair = rng.integers(-3, 4, (n, 2)) / 2.0  # many are equally near
    points = rng.normal(size=(3, 2))
    found = tracks.find(pair, names(n), points, radius)
    for i, point in enumerate(points):
        away = np.sqrt(((pair - point) ** 2).sum(axis=1))
        first = min(range(n), key=lambda j: (away[j], names(n)[j]))
        assert np.isclose(found.distance[i], away[first])
        assert np.isclose(away[found.nearest[i]], away[first])
        assert set(found.within[i]) == set(np.flatnonzero(away <= radius))


def test_of_equally_near_spectra_the_first_by_name_is_the_nearest():
    target_id = np.array(["b", "a", "c"], dtype=object)
    found = tracks.find(np.ones((3, 2)), target_id, np.zeros((1, 2)), 1.0)
    assert target_id[found.nearest[0]] == "a"
    assert found.within[0].size == 0


def test_a_stack_is_the_mean_of_what_is_known_whatever_the_shards():
    rng = np.random.default_rng(1)
    flux = rng.normal(1, 0.1, (7, 5)).astype(np.float32)
    ivar = rng.uniform(1, 9, (7, 5)) * (rng.random((7, 5)) < 0.7)
    ivar[:, 4] = 0  # nobody knows this bin
    stacks = tracks.Stacks(2, 5)
    for part in (slice(0, 3), slice(3, 7)):
        stacks.add(0, flux[part], ivar[part])
    mean = stacks.means()
    wanted = [flux[ivar[:, k] > 0, k].mean() for k in range(4)]
    assert mean[0, :4] == pytest.approx(wanted, rel=1e-6)
    assert mean[0, 4] == pytest.approx(flux[:, 4].mean(), rel=1e-6)
    assert np.isnan(mean[1]).all()


def test_a_bright_spectrum_counts_no_more_than_a_faint_one():
    stacks = tracks.Stacks(1, 2)
    stacks.add(0, np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[1e6, 1e6], [1.0, 1.0]]))
    assert stacks.means()[0].tolist() == [0.5, 0.5]


@given(st.integers(0, 2**32 - 1), st.permutations(range(4)))
def test_a_track_along_a_feature_climbs_it_in_the_dimensions_that_hold_it(seed, order):
    rng = np.random.default_rng(seed)
    slopes = np.array([3.0, -2.0, 0.1, 0.0])[list(order)]
    latent = rng.normal(size=(400, 4))
    pair, points = tracks.along(latent, slopes)
    assert set(pair) == {order.index(0), order.index(1)}
    assert pair[0] == order.index(0)
    climbed = points @ slopes[list(pair)]
    assert (np.diff(climbed) > 0).all()
    assert climbed[0] < -4
    assert climbed[-1] > 4
    near = tracks.find(latent[:, list(pair)], names(400), points, 0.8)
    assert all(rows.size for rows in near.within)


def test_a_dimension_that_these_spectra_do_not_move_in_holds_nothing():
    latent = np.random.default_rng(2).normal(size=(100, 3)) * (0.001, 1.0, 1.0)
    pair, _ = tracks.along(latent, np.array([10.0, 1.0, 0.5]))
    assert pair == (1, 2)


def test_a_slope_that_is_not_known_is_none():
    steep = tracks.slope(np.array([2.0, np.nan, 3.0]), np.array([4.0, 1.0, 0.0]))
    assert steep.tolist() == [0.5, 0.0, 0.0]
