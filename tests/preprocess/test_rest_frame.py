"""Flags, S/N and the rest frame."""

import numpy as np
import pytest

from catalog.preprocess import grid
from catalog.preprocess.rest_frame import Limits, bin_spectra, median_snr
from catalog.spectra import Arm, Quality, Spectra

WAVE = 3600 + 0.8 * np.arange(7781)
LIMITS = Limits(z_min=0.0, z_max=0.3, snr_min=5.0, coverage_min=0.8)
GRID = grid.linear(3600, 7556, 1000)


def _spectra(flux, ivar, z, quality=None) -> Spectra:
    n = len(z)
    text = np.full(n, "", object)
    return Spectra(
        survey="test",
        target_id=np.array([str(i) for i in range(n)], object),
        ra=np.zeros(n),
        dec=np.zeros(n),
        z=np.asarray(z, float),
        z_err=np.zeros(n),
        z_warn=np.zeros(n, np.int64),
        spec_class=text,
        subclass=text,
        quality=np.zeros(n, np.int64) if quality is None else quality,
        arms=(Arm("all", WAVE, flux.astype(np.float32), ivar.astype(np.float32)),),
    )


def test_a_line_lands_at_its_rest_wavelength():
    z = np.array([0.0, 0.1, 0.3])
    flux = 1 + 50 * np.exp(-0.5 * ((WAVE - 5008.24 * (1 + z[:, None])) / 3) ** 2)
    binned = bin_spectra(_spectra(flux, np.full(flux.shape, 100.0), z), GRID, 0.5, LIMITS)

    peak = GRID.wave[binned.flux.argmax(axis=1)]
    assert np.abs(peak - 5008.24).max() < 2.0


def test_every_redshift_in_the_papers_range_covers_the_grid():
    z = np.linspace(0, 0.3, 7)
    flux = np.ones((7, WAVE.size))
    binned = bin_spectra(_spectra(flux, flux * 100, z), GRID, 0.5, LIMITS)

    assert (binned.coverage >= 0.999).all()
    assert (binned.quality == 0).all()


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("good", 0),
        ("no redshift", Quality.NO_REDSHIFT),
        ("too far", Quality.REDSHIFT_RANGE),
        ("all masked", Quality.NO_DATA),
        ("half masked", Quality.LOW_COVERAGE),
        ("faint", Quality.LOW_SNR),
        ("flagged by the reader", Quality.SKY),
    ],
)
def test_what_cannot_be_scored_is_flagged(case, expected):
    flux, ivar = np.full((1, WAVE.size), 10.0), np.full((1, WAVE.size), 1.0)
    z, quality = 0.1, 0
    match case:
        case "no redshift":
            z = np.nan
        case "too far":
            z = 0.31
        case "all masked":
            ivar[:] = 0
        case "half masked":
            ivar[:, ::2], ivar[:, 2000:4500] = 1, 0
        case "faint":
            ivar[:] = 0.01
        case "flagged by the reader":
            quality = Quality.SKY.value
    spectra = _spectra(flux, ivar, [z], np.array([quality], np.int64))

    assert bin_spectra(spectra, GRID, 0.5, LIMITS).quality.tolist() == [int(expected)]


@pytest.mark.parametrize(
    ("flux", "ivar"), [(1e38, 1.0), (1e25, 1.0), (10.0, 1e38)], ids=["flux", "big", "ivar"]
)
def test_numbers_that_no_light_gives_are_masked_before_they_overflow(flux, ivar):
    fluxes, ivars = np.full((2, WAVE.size), 10.0), np.full((2, WAVE.size), 1.0)
    fluxes[0, 2000:2050], ivars[0, 2000:2050] = flux, ivar
    binned = bin_spectra(_spectra(fluxes, ivars, [0.1, 0.1]), GRID, 0.5, LIMITS)

    assert np.isfinite(binned.flux).all()
    assert np.isfinite(binned.ivar).all()
    assert np.abs(binned.flux).max() < 11
    assert (binned.ivar[0] == 0).any()
    assert np.array_equal(binned.quality, [0, 0])


def test_snr_of_pure_noise_is_zero_not_two_thirds():
    noise = np.random.default_rng(2).normal(0, 2, (200, 1000))

    assert abs(median_snr(noise, np.full(noise.shape, 0.25)).mean()) < 0.01


def test_snr_counts_good_bins_only():
    flux = np.array([[10.0, 10.0, 999.0, -999.0]])
    ivar = np.array([[1.0, 4.0, 0.0, 0.0]])

    assert median_snr(flux, ivar)[0] == 15.0
    assert np.isnan(median_snr(flux, ivar * 0)[0])
