import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.explain import runs


@settings(max_examples=60)
@given(st.lists(st.booleans(), min_size=1, max_size=40), st.integers(1, 9))
def test_runs_are_those_that_a_loop_finds(marks, least):
    wanted = np.zeros(len(marks), bool)
    start = 0
    for i in range(len(marks) + 1):
        if i == len(marks) or not marks[i]:
            if i - start >= least:
                wanted[start:i] = True
            start = i + 1
    found = runs.keep_long(np.array([marks]), least)
    np.testing.assert_array_equal(found[0], wanted)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.floats(0.1, 9)), min_size=1, max_size=40))
def test_the_worst_run_is_the_one_that_a_loop_finds(bins):
    mask = np.array([[marked for marked, _ in bins]])
    merit = np.array([[value for _, value in bins]])
    found, start = {}, None
    for i, marked in enumerate([*mask[0], False]):
        if marked and start is None:
            start = i
        if not marked and start is not None:
            found[start, i - 1] = merit[0, start:i].sum()
            start = None
    first, last = runs.worst(mask, merit)
    if found:
        assert found[first[0], last[0]] == pytest.approx(max(found.values()))
    else:
        assert (first[0], last[0]) == (0, 0)
