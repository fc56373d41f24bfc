"""All dimensions against all labels: what is significant, and what is said to be told most."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from catalog.latent.information import LEAST_TOLD, measure, most_told, neighbours
from catalog.latent.information._scores import normal_scores, null_size
from catalog.latent.information.measured import probability
from catalog.latent.labels import Label


def label(name, value, kind="physics", classes=()):
    return Label(name, name, "", kind, bool(classes), np.asarray(value, float), classes)


@pytest.fixture(scope="module")
def planted():
    """Dimension 1 knows the temperature, 2 the class, 3 the fibre, 4 nothing; 5 is not used."""
    rng = np.random.default_rng(11)
    n = 900
    latent = rng.normal(size=(n, 5))
    code = np.digitize(latent[:, 1] + 0.2 * rng.normal(size=n), [-0.5, 0.5])
    fibre = np.where(rng.random(n) < 0.5, np.nan, latent[:, 2] + 0.5 * rng.normal(size=n))
    labels = [
        label("teff", np.exp(latent[:, 0] + 0.3 * rng.normal(size=n))),
        label("type", code, classes=("A", "F", "G")),
        label("fibre", fibre, kind="observing"),
        label("mass", rng.normal(size=n)),
        label("rare", np.where(np.arange(n) < 20, latent[:, 0], np.nan)),
    ]
    used = np.array([True, True, True, True, False])
    return labels, used, measure(latent, used, labels, 60, 7), latent


def rows(table, **where):
    kept = np.logical_and.reduce([table[name] == each for name, each in where.items()])
    return {name: column[kept] for name, column in table.items()}


def test_what_was_planted_is_found_and_hardly_anything_else(planted):
    _, _, table, _ = planted
    wanted = {(1, "teff"), (2, "type"), (3, "fibre")}
    for estimator in ("histogram", "neighbours", "mixture"):
        found = rows(table, estimator=estimator, significant=True)
        pairs = set(zip(found["dimension"].tolist(), found["label"].tolist(), strict=True))
        planted_here = {p for p in wanted if estimator != "mixture" or p[1] != "type"}
        assert pairs >= planted_here
        assert len(pairs - planted_here) <= 1  # one in twenty is allowed to be chance


def test_each_dimension_is_called_by_what_it_tells(planted):
    labels, _, table, _ = planted
    assert most_told(table, labels, "physics", 5) == ["teff", "type", "", "", ""]
    assert most_told(table, labels, "observing", 5) == ["", "", "fibre", "", ""]


def test_dimensions_without_use_and_labels_that_few_have_are_not_measured(planted):
    _, _, table, _ = planted
    assert set(table["dimension"].tolist()) == {1, 2, 3, 4}
    assert "rare" not in set(table["label"].tolist())
    assert set(rows(table, label="fibre", estimator="neighbours")["n"].tolist()) < set(range(800))


def test_a_label_that_few_have_does_not_outdo_one_that_all_have():
    table = {
        "dimension": np.array([1, 1]), "label": np.array(["sub", "type"], object),
        "estimator": np.array(["neighbours"] * 2, object), "value": np.array([0.6, 0.1]),
        "significant": np.array([True, True]), "n": np.array([47, 4631]),
    }  # fmt: skip
    labels = [label("sub", [0.0]), label("type", [0.0])]
    assert most_told(table, labels, "physics", 1) == ["type"]
    assert most_told(table, labels, "physics", 1, least=0.1) == ["type"]
    # Nor does it name a dimension that the other tells too little of.
    assert most_told(table, labels, "physics", 1, least=0.2) == [""]


def test_a_dimension_is_not_called_by_a_label_that_it_tells_next_to_nothing_of(planted):
    labels, _, table, _ = planted
    strength = table["value"][table["significant"] & (table["estimator"] == "neighbours")].max()
    told = most_told(table, labels, "physics", 5, least=strength)
    assert sum(map(bool, told)) <= 1
    assert most_told(table, labels, "physics", 5, least=strength + 0.01) == [""] * 5


def test_the_least_that_names_a_dimension_is_a_correlation_of_two_fifths():
    assert np.sqrt(1 - np.exp(-2 * LEAST_TOLD)) == pytest.approx(0.43, abs=0.005)


def test_probabilities_are_corrected_for_all_pairs_of_an_estimator(planted):
    _, _, table, _ = planted
    for name in ("histogram", "neighbours", "mixture"):
        mine = rows(table, estimator=name)
        np.testing.assert_allclose(mine["q"], stats.false_discovery_control(mine["p"]))
        assert ((mine["q"] < 0.05) == mine["significant"]).all()
        assert (mine["null_high"] > mine["null_mean"]).all()


def test_the_same_seed_gives_the_same_bytes(planted):
    labels, used, table, latent = planted
    neighbours._null.cache_clear()
    again = measure(latent, used, labels, 60, 7)
    for name, column in table.items():
        assert column.tobytes() == again[name].tobytes() or column.tolist() == again[name].tolist()


def test_nothing_to_measure_gives_an_empty_table_with_all_columns():
    table = measure(np.zeros((50, 2)), np.zeros(2, bool), [label("z", np.arange(50))], 10, 0)
    assert len(table["dimension"]) == 0
    assert table["significant"].dtype == bool


def test_probabilities_of_chance_are_those_of_chance():
    rng = np.random.default_rng(2)
    null = rng.gamma(0.5, 2.0, (3_000, 100))  # as skewed as any estimate gets: χ² of one degree
    p = probability(rng.gamma(0.5, 2.0, 3_000), null)
    assert (p > 0).all()
    assert (p < 0.05).mean() == pytest.approx(0.05, abs=0.015)
    assert (p < 0.001).mean() < 0.003


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_a_probability_falls_as_information_grows(seed):
    rng = np.random.default_rng(seed)
    null = np.tile(rng.normal(0, 0.01, 100), (50, 1))
    p = probability(np.linspace(-0.05, 1.0, 50), null)
    assert (np.diff(p) <= 1e-12).all()
    assert p[-1] < 1e-4


def test_one_null_serves_all_labels_since_scores_have_no_other():
    rng = np.random.default_rng(3)
    latent = np.stack([rng.normal(size=400), rng.exponential(size=400)], axis=1)
    found = neighbours.measure(
        latent, rng.gamma(2.0, size=400), discrete=False, permutations=60, seed=1
    )
    own = [neighbours.information(latent[:, 1], rng.permutation(latent[:, 0])) for _ in range(60)]
    assert stats.ks_2samp(found.null[1], own).pvalue > 0.001
    np.testing.assert_array_equal(found.null[0], found.null[1])


@given(st.integers(1, 10**9))
def test_the_null_is_never_of_more_spectra_nor_of_far_fewer(n):
    assert 0.9 * n <= null_size(n) <= n


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=60), st.integers(0, 9))
def test_scores_keep_the_order_and_are_all_different(values, seed):
    scores = normal_scores(np.array(values, float), seed)
    assert np.unique(scores).size == len(values)
    assert (np.diff(np.array(values)[np.argsort(scores)]) >= 0).all()
