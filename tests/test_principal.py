"""Principal axes and weighted products: against numpy, by either Gram matrix, in any blocks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import basis, principal
from catalog.principal import blocks, principal_axes, weighted_products


@given(st.integers(2, 30), st.integers(2, 30), st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_axes_are_those_of_a_singular_value_decomposition(n, length, wanted, seed):
    spectra = np.random.default_rng(seed).normal(size=(n, length))
    centred = spectra - spectra.mean(axis=0)
    _, sizes, rows = np.linalg.svd(centred, full_matrices=False)
    axes, squares = principal_axes(centred, wanted)
    rank = min(wanted, n - 1, length)
    np.testing.assert_allclose(squares[:rank], sizes[:rank] ** 2, rtol=1e-6, atol=1e-9)
    there = sizes[:rank] > 1e-6 * sizes[0]
    along = np.abs((axes[:rank] * rows[:rank]).sum(axis=1))
    apart = np.diff(sizes[: rank + 1], append=0)[:rank] < -1e-3 * sizes[0]
    before = np.roll(apart, 1)
    before[0] = True
    np.testing.assert_allclose(along[there & apart & before], 1, atol=1e-5)


def test_both_gram_matrices_give_the_same_axes():
    """A spectrum of zeros added to the bins turns a short matrix into a long one."""
    rng = np.random.default_rng(1)
    spectra = rng.normal(size=(20, 19)) * np.linspace(3, 1, 19)
    centred = spectra - spectra.mean(axis=0)
    by_bins, squares = principal_axes(centred, 5)
    wider = np.hstack([centred, np.zeros((20, 40))])
    by_spectra, same = principal_axes(wider, 5)
    np.testing.assert_allclose(squares, same, rtol=1e-10)
    sign = np.sign((by_bins * by_spectra[:, :19]).sum(axis=1))[:, None]
    np.testing.assert_allclose(by_bins, sign * by_spectra[:, :19], atol=1e-10)
    assert not by_spectra[:, 19:].any()


def test_a_direction_that_is_not_there_is_zero():
    flat = np.outer([1.0, -1.0, 2.0, -2.0], np.ones(50))
    axes, squares = principal_axes(flat, 3)
    np.testing.assert_allclose(np.abs(axes[0]), 50**-0.5)
    assert not axes[1:].any()
    assert squares[0] == pytest.approx(500)


@pytest.mark.parametrize("block", [64, 500, 2**24])
@pytest.mark.parametrize("n_spectra", [2, 40])
def test_products_are_the_same_in_any_blocks(monkeypatch, block, n_spectra):
    rng = np.random.default_rng(2)
    weight, rows = rng.uniform(size=(n_spectra, 333)), rng.normal(size=(5, 333))
    monkeypatch.setattr(principal, "BLOCK", block)
    found = weighted_products(weight, rows)
    np.testing.assert_allclose(found, np.einsum("nl,kl,ml->nkm", weight, rows, rows), rtol=1e-10)


@given(st.integers(1, 400_000), st.integers(1, 200))
def test_blocks_hold_every_bin_once_and_stay_small(n_bins, n_rows):
    cuts = blocks(n_bins, n_rows)
    assert [cut.start for cut in cuts[1:]] == [cut.stop for cut in cuts[:-1]]
    assert cuts[0].start == 0
    assert cuts[-1].stop >= n_bins
    assert all((cut.stop - cut.start) * n_rows**2 <= principal.BLOCK for cut in cuts)


def test_spectra_of_usual_length_are_summed_at_once():
    """So that their results, to the last bit, do not depend on blocks."""
    assert len(blocks(7_781, 31)) == len(blocks(1_000, 129)) == 1


def test_a_basis_in_blocks_is_the_basis_at_once(monkeypatch):
    rng = np.random.default_rng(3)
    shapes = np.linalg.qr(rng.normal(size=(600, 3)))[0].T
    flux = 600**-0.5 + (rng.normal(size=(80, 3)) * [0.3, 0.2, 0.1]) @ shapes
    flux = (flux + 0.002 * rng.normal(size=flux.shape)).astype(np.float32)
    ivar = np.full(flux.shape, 0.002**-2, np.float32)
    whole = basis.fit(flux, ivar, 3, 0.02)
    monkeypatch.setattr(principal, "BLOCK", 700)
    cut = basis.fit(flux, ivar, 3, 0.02)
    sign = np.sign((whole.components * cut.components).sum(axis=1))[:, None]
    np.testing.assert_allclose(cut.components, sign * whole.components, atol=2e-5)
    np.testing.assert_allclose(cut.variances, whole.variances, rtol=1e-4)
    np.testing.assert_allclose(cut.scatter, whole.scatter, rtol=1e-2, atol=1e-9)


def test_a_spectrum_of_three_hundred_thousand_bins_is_fitted_in_little_memory():
    import tracemalloc

    n_bins = 312_447
    rng = np.random.default_rng(4)
    flux = (n_bins**-0.5 * (1 + 0.1 * rng.normal(size=(6, n_bins)))).astype(np.float32)
    ivar = np.full(flux.shape, 100.0 * n_bins, np.float32)
    tracemalloc.start()
    try:
        found = basis.fit(flux, ivar, 3, 0.0)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.components.shape == (3, n_bins)
    assert peak < 600e6
