"""The latent map is reproducible, keeps clusters apart, and copes with few spectra."""

import numpy as np
import pytest

from catalog.latent.map import layout


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
