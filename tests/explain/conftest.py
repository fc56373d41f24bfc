"""Outliers made to order: ordinary galaxies with known noise, to which a test adds its feature."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from catalog.explain import Outliers, lines
from catalog.explain.lines import SPEED_OF_LIGHT
from catalog.spectra import RestSpectra
from catalog.templates import Alternatives

WAVE = np.linspace(3600.0, 7556.0, 1000)
JOINS = ((5760.0, 5800.0), (7520.0, 7620.0))
"""DESI's, observed frame."""


def gaussian(centre: float, fwhm_km_s: float) -> NDArray[np.float64]:
    """A line of peak 1, by the textbook formula, independent of the code under test."""
    sigma = centre * fwhm_km_s / SPEED_OF_LIGHT / 2.354820045
    return np.asarray(np.exp(-0.5 * ((WAVE - centre) / sigma) ** 2))


def galaxy() -> NDArray[np.float64]:
    """A smooth continuum near 1 with ordinary emission lines."""
    flux = 0.8 + 0.4 * (WAVE - WAVE[0]) / np.ptp(WAVE)
    for centre, peak in [(6564.6, 0.6), (6585.3, 0.2), (4862.7, 0.2), (5008.2, 0.3), (3728.5, 0.4)]:
        flux = flux + peak * gaussian(centre, 470)
    return np.asarray(flux)


def outliers(
    added: NDArray[np.float64],
    bin_snr: float = 40.0,
    seed: int = 0,
    **known: object,
) -> Outliers:
    """N noisy galaxies plus `added` (N, L), `bin_snr` per bin; expected is the galaxy."""
    n_rows = added.shape[0]
    recon = np.broadcast_to(galaxy(), added.shape)
    noise = np.random.default_rng(seed).standard_normal(added.shape) / bin_snr
    scale = 1 / np.linalg.norm(galaxy())
    rest = RestSpectra(
        target_id=np.array([str(39633345008634465 + i) for i in range(n_rows)], dtype=object),
        wave=WAVE,
        flux=((recon + added + noise) * scale).astype(np.float32),
        ivar=np.full(added.shape, (bin_snr / scale) ** 2, dtype=np.float32),
    )
    survey = {
        "expected": (recon * scale).astype(np.float32),
        "scatter": np.zeros(added.shape, dtype=np.float32),
        "z": np.full(n_rows, 0.1),
        "spec_class": np.full(n_rows, "GALAXY", dtype=object),
        "class_fraction": np.full(n_rows, 0.98),
        "snr": np.full(n_rows, bin_snr / 2.2),
        "coverage": np.ones(n_rows),
        "norm": np.full(n_rows, 1 / scale),
        "arm_joins": JOINS,
        "sky_waves": np.array([7278.41, 7303.0, 7318.30, 7342.91, 7360.69, 7371.40, 7394.25]),
        "measures": {},
        "alternatives": no_alternatives(n_rows),
    }
    return Outliers(rest=rest, lines=lines.load(), **{**survey, **known})  # type: ignore[arg-type]


def no_alternatives(n_rows: int) -> Alternatives:
    """Templates that fit no better than the survey's class at its redshift."""
    n_bins = np.full(n_rows, 1000)
    z, chi2 = np.full((n_rows, 1), 0.1), np.full((n_rows, 1), 1000.0)
    return Alternatives(("galaxy",), ("GALAXY",), z, chi2, chi2[:, 0], n_bins)


@pytest.fixture
def make() -> Callable[..., Outliers]:
    return outliers


@pytest.fixture
def line() -> Callable[[float, float], NDArray[np.float64]]:
    return gaussian


@pytest.fixture
def ordinary() -> NDArray[np.float64]:
    return galaxy()


@pytest.fixture
def wave() -> NDArray[np.float64]:
    return WAVE
