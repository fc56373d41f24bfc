"""Precision, recall and F1 of reasons are those of the textbook, and mean what they say."""

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support

from catalog import simulate
from catalog.benchmark import labels
from catalog.explain import categories


def _values(table, metric):
    mine = table["metric"] == metric
    return dict(zip(table["category"][mine], table["value"][mine], strict=True))


def _text(*words: str):
    return np.array(words, object)


def test_every_kind_that_can_be_planted_has_an_answer_and_every_answer_a_category():
    assert set(labels.EXPECTED) == set(simulate.KINDS)
    known = {category.name for category in categories.load()}
    for answer in labels.EXPECTED.values():
        assert answer.must | answer.may <= known


def test_perfect_answers_have_an_f1_of_one_everywhere():
    kinds = sorted(labels.EXPECTED)
    said = [" ".join(sorted(labels.EXPECTED[kind].must)) for kind in kinds]
    table = labels.measure(_text(*kinds), _text(*said), seed=1, n_resamples=20)
    assert set(table["value"]) == {1.0}
    assert _values(table, "f1")[labels.ALL] == 1.0


def test_one_category_each_gives_what_scikit_learn_gives():
    rng = np.random.default_rng(3)
    single = {"blend": "blend", "bad_region": "bad_region", "double_peaked": "double_peaked"}
    kinds = rng.choice(sorted(single), 300)
    names = sorted(single.values())
    said = np.where(rng.random(300) < 0.7, [single[k] for k in kinds], rng.choice(names, 300))
    table = labels.measure(_text(*kinds), _text(*said), seed=1, n_resamples=0)
    expected = precision_recall_fscore_support([single[k] for k in kinds], said, labels=names)
    for metric, values in zip(("precision", "recall", "f1"), expected[:3], strict=True):
        found = _values(table, metric)
        assert [found[name] for name in names] == pytest.approx(values)
        assert found[labels.ALL] == pytest.approx(np.mean(values))


def test_a_category_that_is_true_as_well_is_neither_asked_for_nor_held_against_the_answer():
    kinds = _text(*["white_dwarf"] * 4, "cataclysmic")
    said = _text(*["white_dwarf star"] * 4, "extreme_emission_line cataclysmic_variable")
    table = labels.measure(kinds, said, seed=1, n_resamples=0)
    assert set(table["value"]) == {1.0}


def test_what_is_said_of_clean_spectra_is_a_false_positive_and_no_loss_of_precision():
    kinds = _text("blend", "blend", *[""] * 50)
    said = _text("blend", "unexplained", "blend", *["isolated"] * 49)
    table = labels.measure(kinds, said, seed=1, n_resamples=0)
    assert _values(table, "false_positive_rate") == {"blend": pytest.approx(0.02)}
    assert _values(table, "precision")["blend"] == 1.0
    assert _values(table, "recall")["blend"] == 0.5


def test_intervals_hold_their_value_and_shrink_with_the_number_planted():
    widths = []
    for n in (40, 1000):
        rng = np.random.default_rng(n)
        said = np.where(rng.random(n) < 0.8, "blend", "unexplained").astype(object)
        table = labels.measure(_text(*["blend"] * n), said, seed=1)
        recall = (table["category"] == "blend") & (table["metric"] == "recall")
        low, value, high = (float(table[c][recall][0]) for c in ("low", "value", "high"))
        assert low <= value <= high
        widths.append(high - low)
    assert widths[1] < widths[0] / 2


def test_the_confusion_counts_every_spectrum_once():
    kinds, first = _text("blend", "blend", ""), _text("blend", labels.UNSAID, "isolated")
    table = labels.confusion(kinds, first)
    rows = list(zip(*(table[c] for c in ("kind", "category", "n")), strict=True))
    assert rows == [("", "isolated", 1), ("blend", labels.UNSAID, 1), ("blend", "blend", 1)]
