"""Neighbours are the nearest there are, by comparison with every distance."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.latent.neighbours import nearest


def names(n):
    return np.array([f"t{i:06d}" for i in range(n)], dtype=object)


def brute(latent, target_id, outlier, k):
    """All distances, sorted: an oracle without a tree."""
    points = latent / np.where(latent.std(axis=0) > 0, latent.std(axis=0), 1.0)
    found = []
    for i in np.flatnonzero(outlier):
        for kind, members in (("ordinary", ~outlier), ("unusual", outlier)):
            others = [j for j in np.flatnonzero(members) if j != i]
            pairs = sorted((float(np.sqrt(((points[j] - points[i]) ** 2).sum())), target_id[j])
                           for j in others)[:k]  # fmt: skip
            found += [(target_id[i], kind, place, *pair[::-1])
                      for place, pair in enumerate(pairs, 1)]  # fmt: skip
    return found


def as_rows(table):
    wanted = ("target_id", "kind", "position", "neighbour", "distance")
    return list(zip(*(table[name].tolist() for name in wanted), strict=True))


@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(1, 4), st.integers(1, 5))
def test_neighbours_are_those_of_a_search_through_all_pairs(seed, n, n_dimensions, k):
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(n, n_dimensions)) * rng.uniform(0.5, 2, n_dimensions)
    outlier = rng.random(n) < 0.3
    ours, theirs = (as_rows(nearest(latent, names(n), outlier, k)),
                    brute(latent, names(n), outlier, k))  # fmt: skip
    assert [r[:4] for r in ours] == [r[:4] for r in theirs]
    np.testing.assert_allclose([r[4] for r in ours], [r[4] for r in theirs], rtol=1e-9, atol=1e-12)


def test_a_spectrum_with_copies_is_still_never_its_own_neighbour():
    latent = np.repeat(np.random.default_rng(0).normal(size=(3, 2)), 9, axis=0)
    outlier = np.arange(27) < 20
    table = nearest(latent, names(27), outlier, 3)
    assert (table["target_id"] != table["neighbour"]).all()
    pairs = list(zip(table["target_id"], table["neighbour"], strict=True))
    assert len(set(pairs)) == len(pairs)
    assert len(pairs) == 20 * 6


def test_the_order_of_the_spectra_changes_no_neighbour():
    rng = np.random.default_rng(3)
    latent, outlier = rng.normal(size=(300, 4)), rng.random(300) < 0.1
    order = rng.permutation(300)
    straight = nearest(latent, names(300), outlier, 3)
    shuffled = nearest(latent[order], names(300)[order], outlier[order], 3)
    assert sorted(r[:4] for r in as_rows(straight)) == sorted(r[:4] for r in as_rows(shuffled))


def test_a_dimension_that_the_model_does_not_use_decides_nothing():
    rng = np.random.default_rng(4)
    latent, outlier = rng.normal(size=(200, 3)), np.arange(200) < 20
    noise = 1e-4 * rng.normal(size=(200, 1))
    plain, noisy = (
        as_rows(nearest(each, names(200), outlier, 3))
        for each in (latent, np.hstack([latent, noise]))
    )
    assert [r[:4] for r in plain] == [r[:4] for r in noisy]


def test_distances_do_not_depend_on_the_unit_of_a_latent():
    rng = np.random.default_rng(5)
    latent, outlier = rng.normal(size=(100, 3)), np.arange(100) < 10
    one = nearest(latent, names(100), outlier, 3)
    other = nearest(latent * [1.0, 0.2, 4.0] + 7, names(100), outlier, 3)
    np.testing.assert_allclose(one["distance"], other["distance"])
    assert (np.diff(one["distance"].reshape(-1, 3), axis=1) >= 0).all()


@pytest.mark.parametrize(("n_outliers", "kinds"), [(0, set()), (1, {"ordinary"}), (4, {"unusual"})])
def test_there_are_as_many_neighbours_as_there_are_spectra(n_outliers, kinds):
    latent = np.random.default_rng(6).normal(size=(4, 2))
    table = nearest(latent, names(4), np.arange(4) < n_outliers, 9)
    assert set(table["kind"]) == kinds
    assert len(table["neighbour"]) == {0: 0, 1: 3, 4: 12}[n_outliers]


@pytest.mark.alone
def test_a_whole_survey_takes_seconds():
    rng = np.random.default_rng(7)
    latent, outlier = rng.normal(size=(208_000, 10)), np.arange(208_000) < 2_080
    start = time.process_time()
    table = nearest(latent, names(208_000), outlier, 3)
    assert time.process_time() - start < 30  # about 1 s on an idle machine
    assert len(table["neighbour"]) == 2_080 * 6
