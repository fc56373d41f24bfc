"""One spectrum per target, and folds that stay when others join."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from catalog.spectra import Quality
from catalog.stages.index import folds, keep_best


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


IDENTIFIERS = st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=60, unique=True)


def _many(n):
    return _text(f"{39627763589581458 + i}" for i in range(n))


@given(st.integers(2, 8), st.integers(400, 1000), st.randoms(use_true_random=False))
def test_a_target_keeps_its_fold_when_others_join_and_in_any_order(n_folds, n, random):
    ids = _many(n)
    order = list(range(n))
    random.shuffle(order)
    alone = folds(ids[:300], np.ones(300, bool), n_folds)

    assert (folds(ids, np.ones(n, bool), n_folds)[:300] == alone).all()
    assert (folds(ids[order], np.ones(n, bool), n_folds)[np.argsort(order)][:300] == alone).all()


def test_a_target_keeps_its_fold_when_others_are_flagged():
    ids, good = _many(900), np.arange(900) % 3 > 0

    assert (folds(ids, good, 3)[good] == folds(ids, np.ones(900, bool), 3)[good]).all()


@given(st.integers(2, 8))
def test_folds_are_equal_to_within_the_chance_of_a_draw(n_folds):
    counts = np.bincount(folds(_many(4000), np.ones(4000, bool), n_folds), minlength=n_folds)

    expected = 4000 / n_folds
    assert np.abs(counts - expected).max() < 4.5 * np.sqrt(expected)


@given(IDENTIFIERS, st.integers(2, 6), st.data())
def test_flagged_spectra_are_in_no_fold_and_all_others_in_one(names, n_folds, data):
    n = len(names)
    good = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    fold = folds(_text(names), good, n_folds)

    assert (fold[~good] == -1).all()
    assert ((fold[good] >= 0) & (fold[good] < n_folds)).all()


@given(IDENTIFIERS, st.integers(2, 6))
def test_every_fold_has_a_spectrum_where_there_are_enough(names, n_folds):
    fold = folds(_text(names), np.ones(len(names), bool), n_folds)

    assert np.unique(fold).size == min(n_folds, len(names))


def test_every_flag_has_a_meaning():
    from catalog.spectra import QUALITY_MEANING

    assert set(QUALITY_MEANING) == {flag for flag in Quality if flag}
