"""The window scan finds features that keep together, wherever they are."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scores.samples import N, sample

from catalog.scores._windows import CHUNK, WIDTHS, strongest
from catalog.scores.class_misfit import class_misfit
from catalog.scores.coherent_misfit import coherent_misfit


def _by_loops(resid, weight):
    best = 0.0
    for width in WIDTHS:
        for start in range(resid.size - width + 1):
            window = slice(start, start + width)
            total = weight[window].sum()
            if total > 0:
                best = max(best, (weight[window] * resid[window]).sum() ** 2 / total)
    return best


@given(n_bins=st.integers(3, 60), seed=st.integers(0, 99), holes=st.floats(0, 0.9))
def test_equals_a_loop_over_all_windows(n_bins, seed, holes):
    rng = np.random.default_rng(seed)
    resid = rng.normal(0, 3, (4, n_bins))
    weight = rng.uniform(0.1, 5, (4, n_bins)) * (rng.random((4, n_bins)) > holes)
    weight[:, 0] = 1.0

    expected = [_by_loops(r, w) for r, w in zip(resid, weight, strict=True)]

    assert strongest(resid, weight) == pytest.approx(expected, rel=1e-9)


def test_chunks_join_without_a_seam():
    rng = np.random.default_rng(1)
    resid, weight = rng.normal(size=(CHUNK + 3, 40)), np.ones((CHUNK + 3, 40))

    alone = [strongest(resid[i : i + 1], weight[i : i + 1])[0] for i in range(CHUNK - 2, CHUNK + 3)]

    assert np.array_equal(strongest(resid, weight)[CHUNK - 2 :], alone)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("sign", [-1, 1], ids=["dip", "bump"])
def test_a_feature_of_one_sigma_per_bin_is_as_significant_as_it_is_wide(width, sign):
    resid = np.zeros((1, 300))
    resid[0, 120 : 120 + width] = 3.0 * sign

    assert strongest(resid, np.ones((1, 300)))[0] == pytest.approx(9 * width)


def test_coherent_misfit_finds_what_no_single_bin_shows():
    whole = sample()
    e = whole.encodings
    flux = e.flux.copy()
    flux[40, 60:76] += 2.0 / np.sqrt(e.ivar[40, 60:76])  # two sigma in each bin

    value = coherent_misfit(replace(whole, encodings=replace(e, flux=flux)))

    assert np.argsort(value)[-2:].tolist() == [40, 17]


def test_a_bright_spectrum_is_forgiven_what_the_model_usually_misses():
    whole = sample()
    e = whole.encodings
    flux = e.flux.copy()
    flux[40, 60:76] += 0.01
    odd = replace(whole, encodings=replace(e, flux=flux))
    rough = replace(whole, encodings=replace(e, flux=flux, scatter=np.full_like(e.flux, 1e-4)))

    assert coherent_misfit(rough)[40] < 0.5 * coherent_misfit(odd)[40]


def test_class_misfit_asks_the_model_of_a_spectrums_own_class():
    whole = sample()
    galaxy = whole.class_basis["GALAXY"]
    rest = replace(galaxy, components=galaxy.components[:1], variances=galaxy.variances[:1])
    classed = replace(whole, class_basis={"GALAXY": galaxy, "STAR": rest})
    stars = whole.spec_class == "STAR"

    value = class_misfit(classed)

    ordinary = np.arange(N) != 17
    assert value[stars].min() > value[~stars & ordinary].max()
    assert np.allclose(value[~stars], class_misfit(whole)[~stars], rtol=1e-3)


def test_class_misfit_does_not_care_what_the_autoencoder_drew():
    whole = sample()
    e = whole.encodings
    drawn = replace(whole, encodings=replace(e, recon=e.flux))

    assert np.array_equal(class_misfit(drawn), class_misfit(whole))
    assert class_misfit(drawn).argmax() == 17


def test_a_class_without_a_model_cannot_be_told():
    whole = sample()
    value = class_misfit(replace(whole, class_basis={"GALAXY": whole.class_basis["GALAXY"]}))

    assert np.array_equal(np.isnan(value), whole.spec_class == "STAR")


def test_a_class_whose_model_rests_on_few_spectra_cannot_be_told():
    whole = sample()
    basis = whole.class_basis["STAR"]
    few = replace(whole, class_basis={"GALAXY": basis, "STAR": replace(basis, n_spectra=999)})

    assert np.array_equal(np.isnan(class_misfit(few)), whole.spec_class == "STAR")
