"""The fine rest-frame grid that models are made on, and the way from it to an observed grid."""

import numpy as np
import scipy.fft

from catalog.simulate.lines import LIGHT_KM_S
from catalog.spectra import Float

STEP = 1e-4
"""Pixel width in ln(wavelength): 30 km/s."""
WAVE_REST: Float = np.exp(np.arange(np.log(2200.0), np.log(10_000.0), STEP))
"""Å, vacuum, (L,): covers 3600-9824 Å for redshifts from -0.01 to 0.63."""


def broaden(flux: Float, sigma_km_s: Float) -> Float:
    """Convolve each spectrum with its own Gaussian of velocities.

    Parameters
    ----------
    flux : ndarray of shape (N, L)
        On `WAVE_REST`.
    sigma_km_s : ndarray of shape (N,)

    Returns
    -------
    ndarray of shape (N, L), float32
    """
    n_pixels = flux.shape[1]
    length = scipy.fft.next_fast_len(n_pixels + 256, real=True)
    # Padding with the last value keeps the red end from leaking into the blue one.
    padded = np.pad(flux.astype(np.float32), ((0, 0), (0, length - n_pixels)), mode="edge")
    frequency = scipy.fft.rfftfreq(length)
    sigma = sigma_km_s / LIGHT_KM_S / STEP
    window = np.exp(-2 * (np.pi * sigma[:, None] * frequency) ** 2).astype(np.float32)
    smooth: Float = scipy.fft.irfft(scipy.fft.rfft(padded, axis=1) * window, n=length, axis=1)
    return smooth[:, :n_pixels]


def observe(flux: Float, z: Float, wave: Float) -> Float:
    """Flux on `WAVE_REST` -> flux density at observed wavelengths, by linear interpolation.

    Parameters
    ----------
    flux : ndarray of shape (N, L)
    z : ndarray of shape (N,)
    wave : ndarray of shape (M,)
        Å, observed.

    Returns
    -------
    ndarray of shape (N, M), float32
    """
    at = (np.log(wave)[None, :] - np.log1p(z)[:, None] - np.log(WAVE_REST[0])) / STEP
    left = np.clip(at.astype(np.int64), 0, flux.shape[1] - 2)
    share = (at - left).astype(np.float32)
    below = np.take_along_axis(flux, left, axis=1)
    above = np.take_along_axis(flux, left + 1, axis=1)
    result: Float = below + share * (above - below)
    return result
