"""One spectrum per target, and a training split that stays when others join."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.spectra import Quality
from catalog.stages.index import keep_best, split


def _text(names):
    return np.array(list(names), dtype=object)


ROWS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from([0, 1, 256]), st.floats(-5, 60)),
    min_size=1,
    max_size=30,
)


@given(ROWS)
def test_each_target_keeps_one_spectrum_the_best_of_its_own(rows):
    names, quality, snr = (np.array(column) for column in zip(*rows, strict=True))
    kept = keep_best(_text(names), quality, snr)

    for name in set(names):
        mine = names == name
        assert kept[mine].sum() == 1
        chosen = np.flatnonzero(kept & mine)[0]
        good = mine & (quality == 0)
        if good.any():
            assert quality[chosen] == 0
            assert snr[chosen] == snr[good].max()
        else:
            assert snr[chosen] == snr[mine].max()


def test_a_spectrum_without_snr_loses_to_one_that_has_it():
    kept = keep_best(_text("aa"), np.array([8, 8]), np.array([np.nan, -3.0]))

    assert kept.tolist() == [False, True]


def test_a_target_keeps_its_side_when_others_join():
    ids = _text(f"{39627763589581458 + i}" for i in range(500))
    good = np.ones(500, bool)
    few = split(ids[:100], good[:100], 0.25, 7)

    assert (split(ids, good, 0.25, 7)[:100] == few).all()
    assert (split(ids[::-1], good, 0.25, 7)[::-1][:100] == few).all()
    assert (split(ids, good, 0.25, 8)[:100] != few).any()


@given(st.floats(0.05, 0.9))
def test_the_split_has_the_asked_fraction(fraction):
    ids = _text(str(i) for i in range(4000))
    side = split(ids, np.ones(4000, bool), fraction, 1)

    assert abs((side == "validation").mean() - fraction) < 0.03


def test_flagged_spectra_are_on_neither_side():
    good = np.arange(50) % 2 == 0
    side = split(_text(str(i) for i in range(50)), good, 0.3, 1)

    assert ((side == "") == ~good).all()


@pytest.mark.parametrize("n", [1, 2, 3], ids=lambda n: f"{n} spectra")
@pytest.mark.parametrize("fraction", [0.01, 0.5, 0.99])
def test_something_always_trains_and_something_is_held_out_where_there_are_two(n, fraction):
    side = split(_text(str(i) for i in range(n)), np.ones(n, bool), fraction, 3).tolist()

    assert "train" in side
    assert n == 1 or "validation" in side


def test_every_flag_has_a_meaning():
    from catalog.spectra import QUALITY_MEANING

    assert set(QUALITY_MEANING) == {flag for flag in Quality if flag}
