"""Ratings of a few objects order all of them, by published arithmetic."""

import csv
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel
from tests.site.catalogue_fixture import HOSTILE, LONG_ID, N_PUBLISHED, make_catalogue

from catalog.errors import VerdictError
from catalog.relevance import formula, gaussian_process, reranking
from catalog.relevance.gaussian_process import Kernel
from catalog.relevance.labels import Label


def cloud(seed: int, n: int, d: int = 10):
    return np.random.default_rng(seed).normal(size=(n, d))


def label(target: str, rating: int | None) -> Label:
    return Label(target, rating, (), "", "", "")


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return make_catalogue(tmp_path_factory.mktemp("relevance") / "catalog.duckdb")


@pytest.mark.parametrize("repeated", [False, True])
def test_regression_and_likelihood_agree_with_scikit_learn(repeated):
    points, wanted = cloud(1, 40), cloud(2, 300)
    if repeated:
        points[20:] = points[:20]
    ratings = np.random.default_rng(3).integers(0, 6, 40).astype(float)
    kernel = Kernel(2.5, 2.0, 0.5)
    other = GaussianProcessRegressor(
        ConstantKernel(kernel.amplitude**2) * RBF(kernel.length),
        alpha=kernel.noise**2,
        optimizer=None,
    ).fit(points, ratings - gaussian_process.PRIOR_MEAN)

    mean, deviation = gaussian_process.predict(kernel, points, ratings, wanted)

    expected, spread = other.predict(wanted, return_std=True)
    np.testing.assert_allclose(mean, expected + gaussian_process.PRIOR_MEAN, rtol=0, atol=1e-9)
    np.testing.assert_allclose(deviation, spread, rtol=0, atol=1e-9)
    likelihood = gaussian_process.log_likelihood(kernel, points, ratings)
    assert likelihood == pytest.approx(other.log_marginal_likelihood(), abs=1e-9)


def test_the_chosen_kernel_is_the_likeliest_of_the_grid():
    points = cloud(4, 120, 4)
    ratings = np.clip(np.rint(2.5 + 2 * np.sin(points[:, 0])), 0, 5)
    kernel = gaussian_process.choose(points, ratings)
    best = gaussian_process.log_likelihood(kernel, points, ratings)
    for length in gaussian_process.LENGTHS:
        for amplitude in gaussian_process.AMPLITUDES:
            for noise in gaussian_process.NOISES:
                other = Kernel(2 * length, amplitude, noise)
                assert gaussian_process.log_likelihood(other, points, ratings) <= best + 1e-6


def test_one_rating_cannot_tell_a_length_and_the_first_one_holds():
    kernel = gaussian_process.choose(np.zeros((1, 4)), np.array([5.0]))
    assert kernel.length == 2 * gaussian_process.LENGTHS[0]


def test_more_labels_than_the_kernel_is_chosen_from_still_all_count():
    points = cloud(5, 400, 3)
    ratings = np.where(points[:, 0] > 0, 5.0, 0.0)
    kernel = gaussian_process.choose(points, ratings)
    mean, _ = gaussian_process.predict(kernel, points, ratings, points)
    assert np.mean((mean > 2.5) == (ratings > 2.5)) > 0.97


def test_relevance_is_the_formula_by_hand():
    score, rating, distance = np.array([4.0, 4.0]), np.array([5.0, 0.0]), np.array([0.0, 2.0])
    near, far = formula.relevance(score, rating, distance)
    assert near == pytest.approx(4 * 0.95)
    # The mean distance is 1, so d0 is 2.
    assert far == pytest.approx(4 * math.tanh(math.exp(2 * formula.ALPHA) - 1 + math.atanh(0.1)))


@given(
    rating=st.floats(-50, 50),
    distance=st.floats(0, 1e6),
    other=st.floats(0, 1e6),
    score=st.floats(0, 5),
)
def test_relevance_is_finite_and_never_above_the_score(rating, distance, other, score):
    found = formula.relevance(
        np.array([score, score]), np.array([rating, 2.0]), np.array([distance, other])
    )
    assert np.isfinite(found).all()
    assert (found <= score).all()
    assert (found >= 0.0999 * score).all()


def test_far_from_every_rating_the_machines_score_stands():
    found = formula.relevance(np.array([3.0]), np.array([0.0]), np.array([math.inf]))
    assert found[0] == 3.0


def test_where_all_distances_are_zero_the_rating_alone_counts():
    found = formula.relevance(np.array([2.0]), np.array([0.0]), np.array([0.0]))
    assert found[0] == pytest.approx(0.2)


def test_a_dimension_that_the_model_does_not_use_is_not_blown_up():
    latent = cloud(6, 500, 3)
    latent[:, 2] *= 1e-4
    points = formula.standardised(latent)
    np.testing.assert_allclose(points.std(axis=0)[:2], 1)
    assert points[:, 2].std() < 1e-3


def test_an_object_without_a_latent_vector_keeps_the_machines_score():
    latent = cloud(7, 20)
    latent[3] = np.nan
    found = reranking.measure(latent, np.array([0, 3]), np.array([0.0, 5.0]))
    assert found.relevance[3] == formula.scores(20)[3]
    assert found.rating[3] == gaussian_process.PRIOR_MEAN
    assert np.isnan(found.informative[[0, 3]]).all()
    assert np.isfinite(np.delete(found.informative, [0, 3])).all()


@pytest.mark.parametrize("rows", [[], [3]], ids=["none", "only one without a latent"])
def test_without_a_rating_to_learn_from_it_is_refused(rows):
    latent = cloud(8, 20)
    latent[3] = np.nan
    with pytest.raises(VerdictError, match=r"(?s)no object of this release is rated.*rate some"):
        reranking.measure(latent, np.array(rows, np.int64), np.full(len(rows), 4.0))


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 12),
    same=st.booleans(),
    copies=st.booleans(),
)
def test_any_ratings_of_any_points_give_finite_numbers(seed, n, same, copies):
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(40, 5))
    if copies:
        latent[:20] = latent[0]
    rows = rng.integers(0, 40, n)
    ratings = np.full(n, 4.0) if same else rng.integers(0, 6, n).astype(float)
    found = reranking.measure(latent, rows, ratings)
    assert np.isfinite(found.relevance).all()
    assert np.isfinite(found.rating).all()
    assert (found.deviation >= 0).all()
    assert np.isnan(found.informative).sum() == len(set(rows.tolist()))


def test_the_order_of_the_labels_changes_nothing():
    latent, rows = cloud(9, 50), np.array([4, 4, 1, 30])
    ratings = np.array([5.0, 1.0, 3.0, 0.0])
    one = reranking.measure(latent, rows, ratings)
    turned = reranking.measure(latent, rows[::-1], ratings[::-1])
    np.testing.assert_array_equal(one.relevance, turned.relevance)


@pytest.mark.parametrize("seed", range(5))
def test_fifty_ratings_of_the_top_shift_the_list_to_the_two_liked_kinds(seed):
    """Requirement of the seed paper's future work, by simulation: six kinds, two of them liked."""
    rng = np.random.default_rng(seed)
    n, n_kinds, liked = 2_000, 6, (1, 4)
    middles = rng.normal(size=(n_kinds, 10)) * 2.0
    kind = rng.integers(0, n_kinds, n)
    latent = middles[kind] + rng.normal(size=(n, 10))
    top = np.arange(50)
    ratings = np.where(np.isin(kind[top], liked), 5.0, 0.0)

    found = reranking.measure(latent, top, ratings)

    new = formula.order(np.where(np.isin(np.arange(n), top), np.nan, found.relevance))[:50]
    before = np.isin(kind[50:100], liked).mean()
    after = np.isin(kind[new], liked).mean()
    assert before < 0.5
    assert after > 0.9
    assert set(kind[new]) >= set(liked)


def test_a_catalogue_is_reranked_by_labels_and_what_is_elsewhere_is_counted(database):
    labels = [label(LONG_ID, 5), label(HOSTILE, 0), label("1", 3), label("39627830000000009", None)]
    found = reranking.rerank(database, labels)
    assert (found.n_used, found.n_elsewhere, found.n_unrated) == (2, 1, 1)
    assert len(found.target_id) == N_PUBLISHED
    row = found.target_id.index(HOSTILE)
    assert found.relevance.relevance[row] == pytest.approx(
        formula.scores(N_PUBLISHED)[row] * (0.1 + 0.17 * np.clip(found.relevance.rating[row], 0, 5))
    )


def test_the_written_file_is_in_order_and_says_what_to_rate_next(database, tmp_path):
    found = reranking.rerank(database, [label(LONG_ID, 5), label(HOSTILE, 0)])
    reranking.write(tmp_path / "a.csv", found)
    reranking.write(tmp_path / "b.csv", found)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    with (tmp_path / "a.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == reranking.COLUMNS
    assert [int(row["rank"]) for row in rows] == list(range(1, N_PUBLISHED + 1))
    relevance = [float(row["relevance"]) for row in rows]
    assert relevance == sorted(relevance, reverse=True)
    turns = [int(row["informative"]) for row in rows if row["informative"]]
    assert sorted(turns) == list(range(1, N_PUBLISHED - 1))
    rated = {row["target_id"] for row in rows if not row["informative"]}
    assert rated == {LONG_ID, HOSTILE}
