"""The common rest-frame grid: equally wide bins, named by their centres."""

from dataclasses import dataclass

import numpy as np

from catalog.spectra import Float


@dataclass(frozen=True)
class Grid:
    """Bins of a rest-frame wavelength grid, in Å, vacuum: centres (L,) and edges (L+1,)."""

    wave: Float
    edges: Float


def linear(wave_min: float, wave_max: float, n_bins: int) -> Grid:
    """Make the grid whose first and last bins are centred on the given wavelengths (Å).

    The outer edges therefore lie half a bin outside: with the paper's 3600-7556 Å and 1000 bins the
    first begins at 3598.02 Å, which DESI does not cover at z = 0. Such a bin is judged by the
    fraction of it that is covered, like any other.
    """
    wave = np.linspace(wave_min, wave_max, n_bins)
    half = (wave_max - wave_min) / (n_bins - 1) / 2
    return Grid(wave, np.append(wave - half, wave[-1] + half))


def edges_of(wave: Float) -> Float:
    """Pixel edges (P+1,) of pixel centres (P,): midpoints, with the end pixels symmetric."""
    middle = (wave[1:] + wave[:-1]) / 2
    return np.concatenate([[2 * wave[0] - middle[0]], middle, [2 * wave[-1] - middle[-1]]])
