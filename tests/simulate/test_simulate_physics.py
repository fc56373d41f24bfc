"""Spectra show what such objects show, at the right wavelengths, and vary continuously."""

from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from catalog.simulate import galaxies, lines, nebular, population, quasars, stars
from catalog.simulate import stellar_populations as ssp
from catalog.simulate.population import Kind
from catalog.simulate.rest_grid import WAVE_REST, broaden, observe


def _star(teff: Any, logg: Any = 4.5, feh: Any = 0.0, carbon: Any = 0.0) -> Any:
    one = (np.array([float(x)]) for x in (teff, logg, feh, 0.0, carbon))
    return broaden(stars.spectra(stars.Stars(*one)), np.array([60.0]))[0]


def _mean(flux: Any, start: Any, end: Any) -> Any:
    return flux[..., (start < WAVE_REST) & (end > WAVE_REST)].mean(axis=-1)


def _width(flux: Any, line: Any, half: Any, side: Any = 40.0) -> Any:
    """Equivalent width in Å, absorption positive, against the mean of two side bands."""
    level = _mean(flux, line - half - side, line - half) + _mean(
        flux, line + half, line + half + side
    )
    return 2 * half * (1 - 2 * _mean(flux, line - half, line + half) / level)


def _break(flux: Any) -> Any:
    return _mean(flux, 4000, 4100) / _mean(flux, 3850, 3950)


def test_vacuum_wavelengths_match_known_pairs():
    """Air and vacuum wavelengths of NIST's table for Hα, Na D2 and Ca K."""
    air = np.array([6562.79, 5889.951, 3933.663])
    known = np.array([6564.60, 5891.583, 3934.777])
    assert np.abs(lines.vacuum(air) - known).max() < 0.02


def test_balmer_lines_peak_in_a_stars():
    widths = [_width(_star(t, 4.2), 4862.7, 35) for t in (5000, 6500, 9500, 20_000)]
    assert np.argmax(widths) == 2
    assert 11 < widths[2] < 22
    assert widths[3] < 0.6 * widths[2]


def test_the_suns_lines_have_their_measured_widths():
    sun = _star(5777, 4.44)
    assert 1.5 < _width(sun, 4862.7, 10) < 5.5
    assert 1.0 < _width(sun, 5895, 12) < 3.0
    assert _mean(sun, 3930, 3940) < 0.45 * _mean(sun, 4000, 4020)


def test_titanium_oxide_deepens_to_cooler_stars_and_degrades_to_the_red():
    def tio5(flux: Any) -> Any:
        return _mean(flux, 7126, 7135) / _mean(flux, 7042, 7046)

    depth = [tio5(_star(t, 4.8)) for t in (4500, 3900, 3500, 3100)]
    assert (np.diff(depth) < 0).all()
    assert depth[0] > 0.9
    assert depth[3] < 0.45


def test_carbon_bands_need_more_carbon_than_oxygen():
    def swan(flux: Any) -> Any:
        return _mean(flux, 5028, 5165) / _mean(flux, 5210, 5380)

    assert swan(_star(4500, 2, carbon=0.8)) < 0.75 * swan(_star(4500, 2))
    sharp = _star(4500, 2, carbon=0.8)
    assert _mean(sharp, 5170, 5180) > 1.3 * _mean(sharp, 5150, 5162)


def test_white_dwarfs_have_far_broader_lines_than_dwarfs():
    dwarf, white = _star(12_000, 4.2), _star(12_000, 8.0, feh=-6)
    assert _width(white, 4862.7, 90) > 1.8 * _width(dwarf, 4862.7, 90)


def test_old_populations_have_the_4000_angstrom_break_and_young_ones_do_not():
    flux = broaden(ssp.library()[:, 3, 0], np.full(ssp.LOG_AGES.size, 150.0))
    strength = _break(flux)
    assert (np.diff(strength) > 0).all()
    assert strength[0] < 1.05
    assert 1.75 < strength[-1] < 2.1


def test_metals_and_alpha_elements_strengthen_mg_b_and_h_delta_peaks_at_intermediate_age():
    table = broaden(ssp.library()[12, :, :].reshape(10, -1), np.full(10, 150.0)).reshape(5, 2, -1)
    mg_b = _width(table, 5178.0, 16, 30)
    assert (np.diff(mg_b[:, 0]) > 0).all()
    assert (mg_b[:, 1] > mg_b[:, 0]).all()
    assert 2.5 < mg_b[3, 1] < 6
    ages = broaden(ssp.library()[:, 3, 0], np.full(ssp.LOG_AGES.size, 150.0))
    peak = 10 ** ssp.LOG_AGES[np.argmax(_width(ages, 4102.9, 19))]
    assert 0.1 < peak < 1.2


def test_lines_are_where_real_stars_have_them(realdata):
    """Each mean spectrum of MaStar's clusters against our dwarfs, continuum removed."""
    paths = sorted((realdata / "mastar").glob("MaStarHC_*.fits.gz"))
    grid = np.arange(4000.0, 7000.0, 2.0)
    ours = broaden(stars.spectra(_grid_of_stars()), np.full(12, 90.0))
    models = [np.interp(grid, WAVE_REST, row) for row in ours]
    best = []
    for path in paths:
        with fits.open(path) as hdus:
            flux, header = np.asarray(hdus[0].data, dtype=float), hdus[0].header
        wave = 10 ** (header["CRVAL1"] + header["CDELT1"] * np.arange(flux.size))
        real = np.interp(grid, wave, flux)
        best.append(max(_likeness(real, model) for model in models))
    assert len(best) == 65
    assert np.median(best) > 0.6


def _grid_of_stars() -> Any:
    teff = np.linspace(3300, 9500, 12)
    zero = np.zeros(12)
    return stars.Stars(teff, zero + 4.3, zero, zero, zero)


def _likeness(a: Any, b: Any) -> Any:
    """Correlation after dividing by a smooth continuum: of lines, not of colours."""
    kernel = np.ones(101) / 101
    lines_only = [
        (x / np.convolve(x, kernel, mode="same"))[60:-60] for x in (a / a.mean(), b / b.mean())
    ]
    return float(np.corrcoef(*lines_only)[0, 1])


def test_line_ratios_follow_the_star_forming_sequence_and_active_nuclei_lie_above():
    n = 50
    abundance = np.linspace(8.0, 8.75, n)
    zero = np.zeros(n)

    def ratios(active: Any) -> Any:
        wave, ratio = nebular.line_ratios(nebular.Gas(abundance, zero, zero + active, zero + 0.9))
        at = {name: np.argmin(np.abs(wave - lines.NEBULAR[name])) for name in lines.NEBULAR}
        n_ii = np.log10(ratio[:, at["n_ii_6585"]] / 2.86)
        return n_ii, np.log10(ratio[:, at["o_iii_5008"]])

    n_ii, o_iii = ratios(0.0)
    assert (np.diff(n_ii) >= 0).all()
    # Kauffmann et al. (2003), eq. 1: star formation below, active nuclei above.
    assert (o_iii < 0.61 / (n_ii - 0.05) + 1.3).all()
    n_ii, o_iii = ratios(1.0)
    border = np.where(n_ii < 0.05, 0.61 / np.minimum(n_ii - 0.05, -1e-3) + 1.3, -np.inf)
    assert (o_iii > border).all()


def test_emission_lines_carry_the_flux_they_are_given():
    flux = np.zeros((2, WAVE_REST.size), dtype=np.float32)
    nebular.add_lines(
        flux, np.array([5000.0, 6500.0]), np.array([[3.0, 1.0], [2.0, 5.0]]),
        np.array([0.0, 100.0]), np.array([60.0, 200.0]),
    )  # fmt: skip
    step = np.gradient(WAVE_REST)
    near = np.abs(WAVE_REST - 5000) < 60
    np.testing.assert_allclose((flux * step)[:, near].sum(axis=1), [3, 2], rtol=2e-3)
    np.testing.assert_allclose((flux * step)[:, ~near].sum(axis=1), [1, 5], rtol=2e-3)


def test_broadening_keeps_flux_and_adds_widths_in_quadrature():
    x = np.log(WAVE_REST / 5000) * lines.LIGHT_KM_S
    flux = np.exp(-0.5 * (x / 100) ** 2)[None, :]
    wide = broaden(flux, np.array([240.0]))[0]
    assert wide.sum() == pytest.approx(flux.sum(), rel=1e-4)
    wide = np.where(np.abs(x) < 1500, wide, 0.0)  # beyond, single precision
    assert np.sqrt((wide * x**2).sum() / wide.sum()) == pytest.approx(260, rel=0.01)


def test_lines_move_with_redshift():
    rng = np.random.default_rng(0)
    sample = population.draw_galaxies(np.full(4, Kind.STAR_FORMING.value, dtype=object), rng)
    wave = np.arange(3600.0, 9800.0, 0.8)
    z = np.array([0.01, 0.1, 0.2, 0.3])
    seen = observe(galaxies.spectra(sample), z, wave)
    for row, redshift in zip(seen, z, strict=True):
        near = np.abs(wave / 6564.6 / (1 + redshift) - 1) < 0.0015
        top = wave[near][np.argmax(row[near])]
        assert top / (1 + redshift) == pytest.approx(6564.6, abs=2.5)


def test_quiescent_and_star_forming_galaxies_differ_but_join():
    rng = np.random.default_rng(4)
    red = population.draw_galaxies(np.full(150, Kind.QUIESCENT.value, dtype=object), rng)
    blue = population.draw_galaxies(np.full(150, Kind.STAR_FORMING.value, dtype=object), rng)
    d_red, d_blue = _break(galaxies.spectra(red)), _break(galaxies.spectra(blue))
    assert np.median(d_red) > 1.65
    assert np.median(d_blue) < 1.45
    assert np.percentile(d_blue, 98) > np.percentile(d_red, 5)


def test_galaxies_vary_more_than_ten_linear_components_describe():
    rng = np.random.default_rng(9)
    kind = rng.choice([Kind.QUIESCENT.value, Kind.STAR_FORMING.value, Kind.ACTIVE.value], 300)
    flux = galaxies.spectra(population.draw_galaxies(kind.astype(object), rng))
    window = flux[:, (WAVE_REST > 3600) & (WAVE_REST < 7556)][:, ::4]
    unit = window / np.linalg.norm(window, axis=1, keepdims=True)
    values = np.linalg.svd(unit - unit.mean(axis=0), compute_uv=False) ** 2
    beyond = np.sqrt(values[10:].sum() / 300) / np.sqrt((unit**2).sum() / 300)
    assert beyond > 0.003  # over the noise of a spectrum of S/N 40 averaged over eight pixels
    assert beyond < 0.1


def test_quasars_show_their_lines_at_their_redshift():
    rng = np.random.default_rng(3)
    z = np.full(20, 2.3)
    wave = np.arange(3600.0, 9800.0, 0.8)
    flux = quasars.spectra(quasars.draw(20, rng), z, wave, rng).mean(axis=0)
    for line, contrast in ((1215.67, 2.0), (1549.06, 1.4), (1908.7, 1.15), (2798.8, 1.1)):
        at = line * 3.3
        top = flux[np.abs(wave - at) < 15].mean()
        redward = flux[np.abs(wave - at * 1.06) < 30].mean()
        assert top > contrast * redward, line
