"""Resampling conserves flux, carries variances and masks, and agrees with SpectRes."""

import numpy as np
import pytest
import spectres
from hypothesis import given
from hypothesis import strategies as st

from catalog.preprocess import grid
from catalog.preprocess.resample import resample
from catalog.spectra import Float

DESI_WAVE = 3600 + 0.8 * np.arange(7781)


def _spectra(n: int, seed: int = 1) -> tuple[Float, Float]:
    rng = np.random.default_rng(seed)
    shape = (n, DESI_WAVE.size)
    return rng.normal(10, 3, shape), rng.uniform(0.5, 4, shape)


def _slow_bin(
    edges: tuple[float, float], wave: Float, flux: Float, ivar: Float
) -> tuple[float, float, float]:
    """One bin by a loop over pixels: the formula as it is printed."""
    half = (wave[1] - wave[0]) / 2
    total = length = variance = 0.0
    for centre, f, w in zip(wave, flux, ivar, strict=True):
        overlap = min(edges[1], centre + half) - max(edges[0], centre - half)
        if overlap > 0 and w > 0:
            total += overlap * f
            length += overlap
            variance += overlap**2 / w
    covered = length / (edges[1] - edges[0])
    return (total / length, length**2 / variance, covered) if length else (0.0, 0.0, covered)


@pytest.mark.parametrize("z", [0.0, 0.1234, 0.3], ids=["z=0", "z=0.12", "z=0.3"])
def test_agrees_with_spectres_where_nothing_is_masked(z):
    flux, ivar = _spectra(1)
    rest = grid.linear(3610, 7550, 1000)

    ours, our_ivar, _ = resample(DESI_WAVE, flux, ivar, rest.edges[None] * (1 + z), 0.5)

    theirs, their_error = spectres.spectres(
        rest.wave * (1 + z), DESI_WAVE, flux[0], ivar[0] ** -0.5, verbose=False
    )
    assert np.abs(ours[0] - theirs).max() < 1e-10
    assert np.abs(our_ivar[0] * their_error**2 - 1).max() < 1e-9


@given(
    z=st.floats(0.0, 0.6),
    start=st.floats(3700, 4500),
    width=st.floats(0.1, 60),
    seed=st.integers(0, 10),
)
def test_total_flux_is_conserved(z, start, width, seed):
    flux, ivar = _spectra(1, seed)
    edges = (start + width * np.arange(31)) * (1 + z)

    binned, _, _ = resample(DESI_WAVE, flux, ivar, edges[None], 0.5)

    fine = np.concatenate([[0], np.cumsum(flux[0] * 0.8)])
    pixel_edges = np.append(DESI_WAVE - 0.4, DESI_WAVE[-1] + 0.4)
    inside = np.interp(edges[[0, -1]], pixel_edges, fine)
    assert np.isclose((binned[0] * np.diff(edges)).sum(), inside[1] - inside[0], rtol=1e-6)


@given(seed=st.integers(0, 30), bad=st.floats(0, 0.9), width=st.floats(0.3, 9))
def test_masked_pixels_are_left_out_as_a_plain_loop_would(seed, bad, width):
    rng = np.random.default_rng(seed)
    wave = 4000 + 0.8 * np.arange(60)
    flux = rng.normal(5, 1, (1, 60))
    ivar = rng.uniform(0.1, 2, (1, 60)) * (rng.random((1, 60)) > bad)
    edges = 3998 + width * np.arange(8)

    binned, out_ivar, covered = resample(wave, flux, ivar, edges[None], 0.5)

    for j in range(7):
        pair = (float(edges[j]), float(edges[j + 1]))
        expected = _slow_bin(pair, wave, flux[0], ivar[0])
        assert np.isclose(covered[0, j], expected[2], atol=1e-9)
        if abs(expected[2] - 0.5) > 1e-9:  # at the border itself rounding decides
            valid = expected[2] > 0.5
            assert np.allclose(
                [binned[0, j], out_ivar[0, j]], expected[:2] if valid else (0, 0), rtol=1e-8
            )


def test_a_pixel_with_a_huge_variance_leaves_the_other_bins_their_digits():
    flux, ivar = _spectra(1)
    spoilt = ivar.copy()
    spoilt[0, 100] = 1e-18
    edges = grid.linear(3700, 9000, 800).edges[None]

    _, clean, _ = resample(DESI_WAVE, flux, ivar, edges, 0.5)
    _, other, _ = resample(DESI_WAVE, flux, spoilt, edges, 0.5)

    assert np.array_equal(clean[0, 50:], other[0, 50:])


def test_variance_is_what_repeated_noise_gives():
    rng = np.random.default_rng(5)
    sigma = rng.uniform(0.5, 2, 600)
    wave = 4000 + 0.8 * np.arange(600)
    noise = rng.normal(0, sigma, (4000, 600))
    edges = np.broadcast_to(4010 + 3.3 * np.arange(100), (4000, 100))

    binned, ivar, _ = resample(wave, noise, np.broadcast_to(sigma**-2, noise.shape), edges, 0.5)

    ratio = binned.var(axis=0) * ivar[0]
    assert abs(ratio.mean() - 1) < 0.01
    assert np.all((ratio > 0.88) & (ratio < 1.12))


def test_bins_outside_the_spectrum_are_masked():
    flux, ivar = _spectra(2)
    edges = np.linspace(3000, 3590, 11)[None].repeat(2, axis=0)

    binned, out_ivar, covered = resample(DESI_WAVE, flux, ivar, edges, 0.5)

    assert not binned.any()
    assert not out_ivar.any()
    assert not covered.any()


def test_spectra_do_not_depend_on_their_neighbours_in_the_batch():
    flux, ivar = _spectra(5)
    edges = grid.linear(3610, 7550, 500).edges * (1 + np.linspace(0, 0.3, 5))[:, None]

    together = resample(DESI_WAVE, flux, ivar, edges, 0.5)
    alone = [resample(DESI_WAVE, flux[[i]], ivar[[i]], edges[[i]], 0.5) for i in range(5)]

    assert np.array_equal(together[0], np.concatenate([a[0] for a in alone]))
    assert np.array_equal(together[1], np.concatenate([a[1] for a in alone]))
