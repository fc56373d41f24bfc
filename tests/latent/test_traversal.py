"""Where a traversal goes, what of it counts, and when a change is none."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from catalog.latent import traversal
from catalog.latent.occupied import occupied


def region(n_dimensions=3, n=3_000):
    scales = np.arange(1, n_dimensions + 1)
    return occupied(np.random.default_rng(1).normal(2.0, 1.0, (n, n_dimensions)) * scales, 1)


def test_one_dimension_moves_and_the_others_stand_at_their_means():
    of = region()
    path = traversal.route(of, (1, 3), 2.0, 5)
    assert path.dimension.tolist() == [1] * 5 + [3] * 5
    assert path.step.tolist() == [-2, -1, 0, 1, 2] * 2
    moved = path.points - of.mean
    for row, dimension in enumerate(path.dimension):
        others = [d for d in range(3) if d != dimension - 1]
        assert (moved[row, others] == 0).all()
        assert np.isclose(moved[row, dimension - 1],
                          path.step[row] * of.deviation[dimension - 1])  # fmt: skip
    assert np.array_equal(path.value, path.points[np.arange(10), path.dimension - 1])
    assert (moved[path.step == 0] == 0).all()


def test_steps_beyond_what_real_spectra_reach_are_outside_and_do_not_count():
    path = traversal.route(region(1), (1,), 6.0, 7)
    assert path.outside.tolist() == [True, True, False, False, False, True, True]
    assert [int(rows[0]) for rows in traversal.ends(path)] == [2, 4]


def test_where_all_is_outside_the_outermost_steps_count():
    path = traversal.route(region(1), (1,), 60.0, 3)
    assert path.outside.tolist() == [True, False, True]
    assert [int(rows[0]) for rows in traversal.ends(path)] == [0, 2]


def test_the_dimensions_that_move_most_are_chosen_where_all_are_too_many():
    latent = np.random.default_rng(2).normal(size=(500, 4)) * (0.1, 3.0, 0.2, 1.0)
    assert traversal.most_used(latent, 2) == (2, 4)
    assert traversal.most_used(latent, 9) == (1, 2, 3, 4)


rows = st.lists(st.floats(-100, 100), min_size=1, max_size=6)


@given(rows, st.floats(0, 5))
def test_a_change_below_a_twentieth_of_the_largest_is_none(change, least):
    high = np.array(change)[:, None]
    dimensions = range(1, len(change) + 1)
    found = traversal.changes(dimensions, np.zeros_like(high), high, ["one"], np.array([least]))
    largest = max(abs(each) for each in change)
    for each, sign in zip(change, found["sign"], strict=True):
        counts = abs(each) >= max(largest / 20, least)
        assert sign == (np.sign(each) if counts else 0)
    assert found["change"].tolist() == change


def test_what_cannot_be_measured_has_no_change_and_no_sign():
    low, high = np.array([[1.0, np.nan]]), np.array([[np.nan, np.nan]])
    found = traversal.changes([4], low, high, ["a", "b"], np.zeros(2))
    assert np.isnan(found["change"]).all()
    assert found["sign"].tolist() == [0, 0]
    assert found["dimension"].tolist() == [4, 4]
