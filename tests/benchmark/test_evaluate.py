"""The tables of a benchmark say what the measures say, for the rows that they name."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from catalog import tables
from catalog.benchmark.evaluate import evaluate
from catalog.benchmark.snr_groups import GROUPS, group_of
from catalog.errors import ReleaseError

KINDS = ("arm_step", "blend", "m_star")
N_ROUNDS, N_SPECTRA = 3, 900
PREVALENCE = 0.01


@pytest.fixture(scope="module")
def rounds() -> tables.Table:
    """Three rounds of one release: a good score, a poor one, and one that says nothing."""
    rng = np.random.default_rng(2)
    names = np.array([str(i) for i in range(N_SPECTRA)], dtype=object)
    snr = rng.lognormal(np.log(14), 0.6, N_SPECTRA)
    clean = rng.standard_normal((3, N_SPECTRA))
    parts = []
    for r in range(N_ROUNDS):
        kind = np.full(N_SPECTRA, "", dtype=object)
        at = rng.permutation(N_SPECTRA)[:90]
        kind[at] = np.resize(np.array([*KINDS, None, "-"], dtype=object), 90)
        planted = np.isin(kind.astype(str), KINDS)
        ignored = (kind == None) | (kind == "-")  # noqa: E711 element by element
        common = rng.standard_normal(N_SPECTRA)
        part = {"round": np.full(N_SPECTRA, r), "target_id": names, "kind": kind, "snr": snr}
        for name, row, shift in zip(("good", "poor", "none"), clean, (4.0, 1.5, 0.0), strict=True):
            value = np.where(planted, 0.8 * common + 0.6 * row + shift, row)
            part[name] = np.where(ignored, 99.0, value)
        parts.append(part)
    return tables.concatenate(parts)


@pytest.fixture(scope="module")
def evaluation(rounds):
    pairs = [("good", "poor"), ("none", "good"), ("poor", "poor")]
    return evaluate(
        rounds, ["good", "poor", "none"], pairs, prevalence=PREVALENCE, seed=1, n_resamples=200
    )


def _row(table, **wanted):
    found = np.ones(len(table["value"]), bool)
    for name, value in wanted.items():
        found &= table[name] == value
    assert found.sum() == 1
    return tables.take(table, found)


def _oracle(rounds, score, kind, group=None):
    positive = rounds["kind"] == kind
    if group is not None:
        positive &= group_of(rounds["snr"]) == GROUPS.index(group)
    used = positive | (rounds["kind"] == "")
    share = PREVALENCE / (1 - PREVALENCE) * (rounds["kind"] == "").sum() / positive.sum()
    weight = np.where(positive, share, 1.0)[used]
    area = average_precision_score(positive[used], rounds[score][used], sample_weight=weight)
    return area, positive.sum()


@pytest.mark.parametrize("score", ["good", "poor", "none"])
@pytest.mark.parametrize("group", [None, *GROUPS])
def test_average_precision_is_scikit_learns_per_kind_and_per_snr_group(
    rounds, evaluation, score, group
):
    for kind in KINDS:
        area, n = _oracle(rounds, score, kind, group)
        row = _row(
            evaluation.scores, score=score, kind=kind, snr_group=group or "all", metric="auprc"
        )
        assert row["value"][0] == pytest.approx(area, abs=1e-12)
        assert row["n"][0] == n


def test_the_overall_value_is_the_mean_over_kinds(evaluation):
    scores = evaluation.scores
    for metric in np.unique(scores["metric"].astype(str)):
        chosen = {"score": "poor", "snr_group": "all", "metric": metric}
        single = [_row(scores, kind=kind, **chosen) for kind in KINDS]
        mean = _row(scores, kind="all", **chosen)
        assert mean["value"][0] == pytest.approx(np.mean([row["value"][0] for row in single]))
        assert mean["n"][0] == sum(row["n"][0] for row in single)


def test_every_measure_is_told_for_every_score_kind_and_group(evaluation):
    scores = evaluation.scores
    metrics = {
        "auprc", "precision_at_100", "precision_at_1_percent", "recall_at_fpr_1e-3",
        "recall_at_fpr_1e-2", "median_percentile",
    }  # fmt: skip

    assert set(scores["metric"]) == metrics
    assert set(scores["snr_group"]) == {"all", *GROUPS}
    assert set(scores["kind"]) == {"all", *KINDS}
    assert len(scores["value"]) == 3 * len(metrics) * 4 * 5
    assert np.isfinite(scores["value"]).all()


def test_intervals_hold_their_values_and_a_poor_score_is_less_certain_than_a_perfect_one(
    rounds, evaluation
):
    scores = evaluation.scores
    assert (scores["low"] <= scores["value"]).all()
    assert (scores["value"] <= scores["high"]).all()
    perfect = {**rounds, "perfect": (rounds["kind"] != "").astype(float)}
    table = evaluate(perfect, ["perfect"], [], prevalence=PREVALENCE, seed=1, n_resamples=50).scores
    best = _row(table, score="perfect", kind="all", snr_group="all", metric="auprc")
    assert (best["low"][0], best["value"][0], best["high"][0]) == pytest.approx((1, 1, 1))


def test_differences_are_paired(evaluation):
    differences = evaluation.differences
    value = dict(
        zip(
            evaluation.scores["score"][_overall(evaluation)],
            evaluation.scores["value"][_overall(evaluation)],
            strict=True,
        )
    )
    better, worse, same = (tables.take(differences, np.array([i])) for i in range(3))

    assert better["value"][0] == pytest.approx(value["good"] - value["poor"])
    assert better["low"][0] > 0
    assert worse["high"][0] < 0
    assert (same["low"][0], same["value"][0], same["high"][0]) == (0, 0, 0)


def _overall(evaluation):
    scores = evaluation.scores
    return (
        (scores["kind"] == "all") & (scores["snr_group"] == "all") & (scores["metric"] == "auprc")
    )


def test_ignored_rows_change_nothing(rounds, evaluation):
    fair = np.array([kind is not None and kind != "-" for kind in rounds["kind"]])
    part = tables.take(rounds, fair)
    again = evaluate(part, ["poor"], [], prevalence=PREVALENCE, seed=1, n_resamples=200).scores
    before = tables.take(evaluation.scores, evaluation.scores["score"] == "poor")

    for name in ("value", "low", "high"):
        np.testing.assert_allclose(again[name], before[name])


def test_the_same_seed_gives_the_same_tables(rounds):
    def once(seed):
        return evaluate(
            rounds, ["poor"], [("poor", "poor")], prevalence=PREVALENCE, seed=seed, n_resamples=50
        ).scores

    np.testing.assert_array_equal(once(3)["low"], once(3)["low"])
    assert (once(3)["low"] != once(4)["low"]).any()


def test_batches_of_resamples_give_every_resample(rounds, monkeypatch):
    from catalog.benchmark import uncertainty

    monkeypatch.setattr(uncertainty, "WEIGHTS_IN_MEMORY", 16 * len(rounds["round"]))
    table = evaluate(rounds, ["poor"], [], prevalence=PREVALENCE, seed=1, n_resamples=60).scores

    assert (table["low"] < table["value"]).any()
    assert np.isfinite(table["high"]).all()


def test_without_resamples_there_are_values_and_no_intervals(rounds):
    table = evaluate(rounds, ["poor"], [], prevalence=PREVALENCE, seed=1, n_resamples=0).scores

    assert np.isfinite(table["value"]).all()
    assert np.isnan(table["low"]).all()


def test_one_round_is_enough(rounds):
    one = tables.take(rounds, rounds["round"] == 1)
    table = evaluate(one, ["good"], [], prevalence=PREVALENCE, seed=1, n_resamples=20).scores

    assert _row(table, kind="all", snr_group="all", metric="auprc")["value"][0] > 0.5


@pytest.mark.parametrize(
    ("scores", "pairs", "absent"),
    [(["mse"], [], "'mse'"), (["good"], [("good", "lof")], "'lof'")],
    ids=["score", "pair"],
)
def test_a_score_that_is_not_there_is_refused_by_name(rounds, scores, pairs, absent):
    with pytest.raises(ReleaseError, match="lacks a column") as caught:
        evaluate(rounds, scores, pairs, prevalence=PREVALENCE, seed=1)
    assert absent in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "found"), [("", "0 planted"), ("blend", "0 clean")], ids=["clean", "planted"]
)
def test_rounds_with_nothing_to_compare_are_refused(rounds, kind, found):
    part = tables.take(rounds, rounds["kind"] == kind)

    with pytest.raises(ReleaseError, match=found):
        evaluate(part, ["good"], [], prevalence=PREVALENCE, seed=1)
