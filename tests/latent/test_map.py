"""The latent map is reproducible, keeps clusters apart, and copes with few spectra."""

import numpy as np
import pytest

from catalog.latent.map import layout
from catalog.latent.strata import stratified


def _clusters(n: int, seed: int = 0):
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 3, n)
    return rng.normal(0, 1, (n, 5)) + 12 * np.eye(5)[label], label


def test_clusters_stay_apart_also_for_spectra_placed_afterwards():
    latent, label = _clusters(900)
    position = layout(latent, sample=400, perplexity=30, seed=1)

    centre = np.array([np.median(position[label == k], axis=0) for k in range(3)])
    nearest = ((position[:, None] - centre) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == label).mean() > 0.98


def test_the_same_seed_gives_the_same_bytes():
    latent, _ = _clusters(300)
    first, second = (layout(latent, sample=200, perplexity=20, seed=3) for _ in range(2))

    assert first.tobytes() == second.tobytes()


def test_one_latent_dimension_is_drawn_too():
    position = layout(_clusters(60)[0][:, :1], sample=50, perplexity=10, seed=1)

    assert position.shape == (60, 2)
    assert np.ptp(position[:, 0]) > 0


@pytest.mark.parametrize("n", [1, 2, 5, 11, 12, 40], ids=lambda n: f"{n} spectra")
def test_few_spectra_have_a_place_too(n):
    position = layout(_clusters(n)[0], sample=5000, perplexity=30, seed=1)

    assert position.shape == (n, 2)
    assert np.isfinite(position).all()


RARE = 0.002


def _with_a_rare_kind(n: int, seed: int):
    rng = np.random.default_rng(seed)
    rare = np.zeros(n, dtype=bool)
    rare[rng.permutation(n)[: round(RARE * n)]] = True
    latent, _ = _clusters(n, seed)
    latent[rare] = rng.normal(0, 0.5, (rare.sum(), 5)) + 8
    return latent, rare


@pytest.mark.parametrize("seed", range(5))
def test_a_kind_of_one_in_five_hundred_is_in_the_sample_many_times(seed):
    latent, rare = _with_a_rare_kind(20_000, seed)
    chosen = stratified(latent, 2_000, seed)

    assert len(np.unique(chosen)) == 2_000
    # By chance there would be four.
    assert rare[chosen].sum() >= 15
    np.testing.assert_array_equal(chosen, stratified(latent, 2_000, seed))


@pytest.mark.parametrize("sample", [1, 7, 64, 299, 300, 301])
def test_a_sample_has_as_many_rows_as_asked_for_and_none_twice(sample):
    latent, _ = _clusters(300)
    latent[:150] = latent[0]
    chosen = stratified(latent, sample, seed=2)

    assert len(chosen) == min(sample, 300)
    assert len(np.unique(chosen)) == len(chosen)


def test_a_rare_kind_lies_among_its_own_on_the_map():
    latent, rare = _with_a_rare_kind(10_000, 3)
    position = layout(latent, sample=1_000, perplexity=20, seed=1)

    distance = np.linalg.norm(position[rare][:, None] - position, axis=2)
    nearest = np.argsort(distance, axis=1)[:, 1:6]
    assert rare[nearest].mean() > 0.98
