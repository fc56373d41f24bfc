"""What every score in the folder must do: the next one is tested the day it lands."""

from dataclasses import fields, replace

import numpy as np
import pytest
from tests.scores.samples import ODD, N, compute, population, rows_of, sample

from catalog import registry
from catalog.scores import Population, Scale, Score
from catalog.spectra import Encodings

NAMES = registry.names("catalog.scores")
OF_SPECTRA = [n for n in NAMES if registry.load("catalog.scores", n, Score).of_spectra]
OF_POPULATION = [n for n in NAMES if n not in OF_SPECTRA]


def _load(name: str) -> Score:
    return registry.load("catalog.scores", name, Score)


@pytest.fixture(params=NAMES)
def score(request) -> Score:
    return _load(request.param)


@pytest.fixture(params=OF_SPECTRA)
def spectra_score(request) -> Score:
    return _load(request.param)


@pytest.fixture(params=OF_POPULATION)
def population_score(request) -> Score:
    return _load(request.param)


def _same(first, second) -> bool:
    """Equal but for what a matrix product of another size rounds otherwise."""
    return np.allclose(first, second, rtol=1e-3, atol=1e-5, equal_nan=True)


def test_says_what_it_is_and_where_it_comes_from(score):
    assert score.title
    assert score.description.endswith(".")
    assert score.source
    assert score.paper_sign in (-1, 1)
    assert score.scale in Scale
    assert (score.of_spectra is None) != (score.of_population is None)


def test_is_called_what_its_file_is_called():
    assert [_load(name).name for name in NAMES] == list(NAMES)


def test_gives_one_finite_number_per_spectrum_and_leaves_its_input_alone(score):
    whole, crowd = sample(), population()
    arrays = [getattr(whole.encodings, f.name) for f in fields(Encodings)]
    arrays += [getattr(crowd, f.name) for f in fields(Population)]
    before = [np.copy(a) for a in arrays]

    value = compute(score, whole, crowd)

    assert value.shape == (N,)
    assert value.dtype == np.float64
    assert np.isfinite(value).all()
    for old, new in zip(before, arrays, strict=True):
        assert np.array_equal(old, new)


def test_a_planted_oddity_scores_highest(score):
    assert compute(score).argmax() == ODD


def test_the_same_input_gives_the_same_bytes(score):
    assert compute(score).tobytes() == compute(score).tobytes()


def test_a_spectrum_keeps_its_score_in_another_order(spectra_score):
    whole = sample()
    order = np.random.default_rng(0).permutation(N)

    assert _same(
        compute(spectra_score, whole)[order], compute(spectra_score, rows_of(whole, order))
    )


@pytest.mark.parametrize("rows", [slice(0, 1), slice(10, 20), slice(0, 0)], ids=str)
def test_a_spectrum_score_does_not_depend_on_the_others(spectra_score, rows):
    whole = sample()

    part = compute(spectra_score, rows_of(whole, rows))

    assert part.shape == whole.z[rows].shape
    assert _same(compute(spectra_score, whole)[rows], part)


def test_a_spectrum_without_data_has_no_score_or_a_finite_one_and_harms_no_other(spectra_score):
    whole = sample()
    ivar = whole.encodings.ivar.copy()
    ivar[3] = 0

    value = compute(spectra_score, replace(whole, encodings=replace(whole.encodings, ivar=ivar)))

    assert not np.isinf(value[3])
    assert _same(np.delete(value, 3), np.delete(compute(spectra_score, whole), 3))


def test_only_the_wanted_are_scored_but_all_are_neighbours(population_score):
    wanted = np.random.default_rng(1).random(N) < 0.3

    part = compute(population_score, crowd=population(wanted=wanted))

    whole = compute(population_score)
    assert np.array_equal(part, whole[wanted])


def test_the_order_of_spectra_that_no_model_met_does_not_matter(population_score):
    crowd = population()
    order = np.arange(N)
    fresh = np.flatnonzero(~crowd.trained)
    order[fresh] = np.random.default_rng(2).permutation(fresh)
    moved = replace(
        crowd,
        latent=crowd.latent[order],
        latent_sd=crowd.latent_sd[order],
        coefficients=crowd.coefficients[order],
    )

    assert np.allclose(
        compute(population_score, crowd=crowd)[order], compute(population_score, crowd=moved)
    )


def test_a_score_of_a_population_needs_no_more_than_a_few_spectra(population_score):
    value = compute(population_score, crowd=population(n=20))

    assert value.shape == (20,)
    assert np.isfinite(value).all()
