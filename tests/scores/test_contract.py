"""What every score in the folder must do: the next one is tested the day it lands."""

import numpy as np
import pytest

from catalog import registry
from catalog.scores import Score
from catalog.spectra import Encodings

NAMES = registry.names("catalog.scores")


def _encodings(n: int = 300, odd: int = 17) -> Encodings:
    rng = np.random.default_rng(11)
    recon = np.abs(rng.normal(1, 0.1, (n, 120))).astype(np.float32) / 120**0.5
    sigma = 0.05 * recon
    flux = (recon + rng.normal(0, 1, recon.shape) * sigma).astype(np.float32)
    latent = rng.normal(size=(n, 6)).astype(np.float32)
    flux[odd, 40:50] *= 3
    latent[odd] = 8.0
    ivar = (1 / sigma**2).astype(np.float32)
    ivar[:, 5] = 0
    ids = np.array([str(39627763589581458 + i) for i in range(n)], object)
    return Encodings(
        ids, np.linspace(4000, 5000, 120), flux, ivar, latent, np.ones_like(latent), recon
    )


def _compute(score: Score, encodings: Encodings):
    if score.of_spectra is not None:
        return score.of_spectra(encodings)
    assert score.of_population is not None
    return score.of_population(encodings.latent, 20)


@pytest.fixture(params=NAMES)
def score(request) -> Score:
    return registry.load("catalog.scores", request.param, Score)


def test_says_what_it_is_and_where_it_comes_from(score):
    assert score.title
    assert score.description.endswith(".")
    assert score.source
    assert score.paper_sign in (-1, 1)
    assert (score.of_spectra is None) != (score.of_population is None)


def test_gives_one_finite_number_per_spectrum_and_leaves_its_input_alone(score):
    encodings = _encodings()
    before = [encodings.flux.copy(), encodings.latent.copy(), encodings.recon.copy()]

    value = _compute(score, encodings)

    assert value.shape == (300,)
    assert np.isfinite(value).all()
    for old, new in zip(before, (encodings.flux, encodings.latent, encodings.recon), strict=True):
        assert np.array_equal(old, new)


def test_a_planted_oddity_scores_highest(score):
    assert _compute(score, _encodings(odd=17)).argmax() == 17


def test_the_same_input_gives_the_same_bytes(score):
    first, second = _compute(score, _encodings()), _compute(score, _encodings())

    assert first.tobytes() == second.tobytes()


def test_a_spectrum_score_does_not_depend_on_the_others(score):
    if score.of_spectra is None:
        assert score.of_population is not None
        return
    whole, half = _encodings(), _encodings()
    part = Encodings(
        half.target_id[:100],
        half.wave,
        half.flux[:100],
        half.ivar[:100],
        half.latent[:100],
        half.latent_sd[:100],
        half.recon[:100],
    )

    assert np.array_equal(score.of_spectra(whole)[:100], score.of_spectra(part))


def test_weighted_mse_of_noise_alone_is_one_less_the_masked_bins():
    score = registry.load("catalog.scores", "weighted_mse", Score)

    value = np.delete(_compute(score, _encodings()), 17)

    assert abs(value.mean() - 119 / 120) < 0.02
